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


class DoneButFailed(RunFailed):
    """A run that was done, its tables published, and was told to fail all the same; `summary` is what it did."""

    def __init__(self, message: str, summary: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.summary = summary


class NothingFound(DoneButFailed):
    """The inputs hold no article: a scheduler should see that it watches the wrong folder."""


class DriftFound(DoneButFailed):
    """The run differs from the days before it: a source fell silent, or a share jumped."""
