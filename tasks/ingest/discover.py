"""Find the input files: named files, folders and globs, in a fixed order, each with its origin."""

from __future__ import annotations

import atexit
import functools
import glob
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import UserError


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read.

    Parameters
    ----------
    root
        The folder that origins are relative to.
    origin
        The path below `root` with forward slashes; valid UTF-8 whatever the file system says.
    path
        Where the file is.
    size
        In bytes, 0 where it cannot be told.
    """

    root: str
    origin: str
    path: str
    size: int


STDIN = "-"
# What lies in a folder of articles and is none.
_SKIPPED = re.compile(r"\.|README(?:\.(?:md|rst|txt))?$", re.IGNORECASE)


def discover(inputs: list[str]) -> Iterator[InputFile]:
    """Give the files behind files, folders and globs, in the order of `inputs`, sorted inside each.

    `-` is what is piped in; it is kept in a file, since workers are other processes. Folders are searched through and
    through; what begins with a dot is skipped there, and a README, which tells of the folder. Symbolic links are
    followed; one that leads back into a folder it lies in is given itself, for the reject. A file reached on two ways
    is given once. Folders and files that cannot be looked at are given too, so that reading them makes the reject that
    says so.

    Raises
    ------
    UserError
        If an input does not exist or a glob matches nothing; before any file is given.
    """
    sources = [source for given in inputs for source in _sources(given)]
    return _walk_all(sources)


def _sources(given: str) -> list[tuple[str, str]]:
    """Pairs (root, path) that an input stands for."""
    if given == STDIN:
        kept = _kept_stdin()
        return [(str(Path(kept).parent), kept)]
    if Path(given).is_dir():
        return [(given, given)]
    if os.path.lexists(given):
        return [(str(Path(given).parent), given)]
    if not glob.has_magic(given):
        raise UserError(f"{given}: no such file or folder; check the path of the input")
    fixed: list[str] = []
    for part in Path(given).parts:
        if glob.has_magic(part):
            break
        fixed.append(part)
    root = str(Path(*fixed)) if fixed else "."
    matches = sorted(glob.glob(given, recursive=True))
    if not matches:
        raise UserError(
            f"{given}: no file matches this pattern; check it, or quote it so that the shell leaves it alone"
        )
    return [(root, match) for match in matches]


def _walk_all(sources: list[tuple[str, str]]) -> Iterator[InputFile]:
    seen: set[str] = set()
    for root, path in sources:
        for found in _walk(path):
            identity = os.path.realpath(found)
            if identity in seen:
                continue
            seen.add(identity)
            yield InputFile(root, origin_of(found, root), found, _size(found))


def _walk(path: str) -> Iterator[str]:
    """The files below a path in sorted order; folders that cannot be listed are given as they are."""
    if not Path(path).is_dir():
        yield path
        return
    pending = [path]
    entered: set[str] = set()
    while pending:
        current = pending.pop()
        if not Path(current).is_dir():
            yield current
            continue
        identity = os.path.realpath(current)
        if _leads_back(current, identity):
            yield current
            continue
        if identity in entered:
            continue
        entered.add(identity)
        try:
            names = sorted(entry.name for entry in Path(current).iterdir() if not _SKIPPED.match(entry.name))
        except OSError:
            yield current
            continue
        pending.extend(str(Path(current, name)) for name in reversed(names))


def _leads_back(path: str, identity: str) -> bool:
    """Whether a folder is a link to one that it lies in."""
    if not Path(path).is_symlink():
        return False
    above = os.path.realpath(Path(path).parent)
    return os.path.commonpath([above, identity]) == identity


@functools.cache
def _kept_stdin() -> str:
    """Copy the standard input into a file that lives as long as the process, and give its path.

    Raises
    ------
    UserError
        Where nothing is piped in.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UserError("-: nothing is piped in; write `… | dateline run -`, or name a file")
    folder = tempfile.mkdtemp(prefix="dateline-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = Path(folder, "stdin")
    with kept.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return str(kept)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def origin_of(path: str, root: str) -> str:
    """The path relative to the root, with forward slashes and no byte that UTF-8 cannot hold."""
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
