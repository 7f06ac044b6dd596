"""Errors that a user can cause; everything else that goes wrong is a bug and raises as it is."""

from __future__ import annotations


class UserError(Exception):
    """A mistake of the user's: the message is one line that names the file (or setting) and the mend."""


class ContractError(ValueError):
    """Rows that break the contract of `tasks.contract.tables` reached the writer: a bug of ours, never the user's."""


class RunFailed(Exception):
    """A run that could not do its work although nobody made a mistake: the message is one line that says why."""
