"""Find the input files: named files, folders and globs, in a fixed order, each with its origin."""

from __future__ import annotations

import atexit
import errno
import glob
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import RunFailed, UserError


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
# The names that browsers, wget, WinSCP, editors and careful scripts give a file until it is whole.
_UNFINISHED = re.compile(r".\.(?:part|partial|tmp|crdownload|filepart)$|.~$", re.IGNORECASE)
# Endless input must not fill the disk.
MAX_PIPED_BYTES = 10_000_000_000
_BLOCK = 1 << 20
# Path of the file that holds what was piped in, once it is read.
_piped: list[str] = []


def discover(inputs: list[str], max_piped_bytes: int = MAX_PIPED_BYTES) -> Iterator[InputFile]:
    """Give the files behind files, folders and globs, in the order of `inputs`, sorted inside each.

    `-` is what is piped in; it is kept in a file, since workers are other processes. Folders are searched through and
    through; what begins with a dot is skipped there, and a README, which tells of the folder. Symbolic links are
    followed; one that leads back into a folder it lies in is given itself, for the reject. A file reached on two ways
    is given once. Folders and files that cannot be looked at are given too, so that reading them makes the reject that
    says so.

    Parameters
    ----------
    max_piped_bytes
        So much may be piped in.

    Raises
    ------
    UserError
        If an input does not exist or a glob matches nothing, or more is piped in; before any file is given.
    RunFailed
        If there is no room for what is piped in.
    """
    sources = [source for given in inputs for source in _sources(given, max_piped_bytes)]
    return _walk_all(sources)


def is_unfinished(file: InputFile, inputs: Collection[str]) -> bool:
    """Whether a file's name says that it is still being written; one that is given by its name is meant as it is."""
    return file.path not in inputs and _UNFINISHED.search(file.origin) is not None


def is_piped(file: InputFile) -> bool:
    """Whether a file is our own copy of what was piped in, which nobody writes to any more."""
    return file.path in _piped


def _sources(given: str, max_piped_bytes: int) -> list[tuple[str, str]]:
    """Pairs (root, path) that an input stands for."""
    if given == STDIN:
        kept = _kept_stdin(max_piped_bytes)
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


def _kept_stdin(limit: int) -> str:
    """Copy the standard input, once, into a file that lives as long as the process, and give its path.

    Raises
    ------
    UserError
        Where nothing is piped in, or more than the limit.
    RunFailed
        Where it cannot be kept.
    """
    if _piped:
        return _piped[0]
    if sys.stdin is None or sys.stdin.isatty():
        raise UserError("-: nothing is piped in; write `… | dateline run -`, or name a file")
    try:
        folder = tempfile.mkdtemp(prefix="dateline-")
    except OSError as error:
        raise _no_room(tempfile.gettempdir(), error) from error
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = Path(folder, "stdin")
    try:
        _copy_stdin(kept, limit)
    except BaseException:
        # A process that goes on, as a notebook does, must not keep a disk full.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _piped.append(str(kept))
    return str(kept)


def _copy_stdin(kept: Path, limit: int) -> None:
    size = 0
    try:
        with kept.open("wb", buffering=0) as file:
            while block := sys.stdin.buffer.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise UserError(
                        f"-: more than {limit:,} bytes are piped in; raise the setting max_piped_bytes, or name a file"
                    )
                rest = memoryview(block)
                while rest:
                    rest = rest[file.write(rest) :]
    except OSError as error:
        raise _no_room(str(kept.parent.parent), error) from error


def _no_room(folder: str, error: OSError) -> RunFailed:
    said = os.strerror(error.errno) if error.errno else str(error)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    mend = "free some space there, or set TMPDIR to a folder with more" if full else "set TMPDIR to a folder of yours"
    return RunFailed(f"-: what is piped in cannot be kept in {folder} ({said}); {mend}")


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def origin_of(path: str, root: str) -> str:
    """The path relative to the root, with forward slashes and no byte that UTF-8 cannot hold."""
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
