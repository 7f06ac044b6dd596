"""What `dateline withdraw` is told, and the settings it runs with: those that the tables were made with."""

from __future__ import annotations

import re
from pathlib import Path

from flows.settings import RunConfig
from tasks.contract.columns import HEX16
from tasks.errors import UserError
from tasks.store.fingerprint import Fingerprint, read_fingerprint
from tasks.store.layout import open_tables

# Settings that are files: the fingerprint keeps their digests, not their paths.
FILES = ("actors", "lexicon", "boilerplate")


def read_ids(path: str) -> tuple[str, ...]:
    """Read a file of article ids, one a line.

    Raises
    ------
    UserError
        The file cannot be read, or holds something else.
    """
    try:
        lines = Path(path).read_text("utf-8").split()
    except OSError as error:
        raise UserError(f"--ids {path}: {error.strerror}; give a file of article ids, one a line") from error
    wrong = [line for line in lines if not re.fullmatch(HEX16, line)]
    if wrong:
        raise UserError(f"--ids {path}: {wrong[0]!r} is not an article id (16 hex digits)")
    return tuple(lines)


def with_settings_of_tables(settings: RunConfig) -> RunConfig:
    """The settings with those that the tables in the output were made with.

    Withdrawing is not a reason to give them all again.

    Raises
    ------
    UserError
        There are no tables.
    """
    known = read_fingerprint(open_tables(settings.output))
    assert known is not None, "tables have one"
    return with_settings_of(known, settings)


def with_settings_of(known: Fingerprint, settings: RunConfig) -> RunConfig:
    """The settings with those that a fingerprint holds, but for files, which it knows by their digest alone."""
    shaping = {name: value for name, value in known.config.items() if name not in FILES}
    return RunConfig(**(settings.model_dump() | shaping))
