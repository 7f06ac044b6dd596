"""Errors that a user can cause; everything else that goes wrong is a bug and raises as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UserError(Exception):
    """A mistake of the user's: the message is one line that names the file (or setting) and the mend."""


class ContractError(ValueError):
    """Rows that break the contract of `tasks.contract.tables` reached the writer: a bug of ours, never the user's."""


class RunFailed(Exception):
    """A run that could not do its work although nobody made a mistake: the message is one line that says why."""


class NothingFound(RunFailed):
    """A run that was done, and was told to fail where its inputs hold no article; `summary` is what it did.

    For schedulers, which should see that they watch the wrong folder.
    """

    def __init__(self, message: str, summary: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.summary = summary
