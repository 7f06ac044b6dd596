"""What discovery saw of a file, and whether it is still that when its records are read.

The content decides; the file's status only spares reading it again: some network file systems give other inode numbers
at each look, and a backup that makes hard links changes the time of a file's status but not one byte.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from tasks.ingest.streams import open_file

# A block keeps memory flat for large files.
HASH_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A file at one moment.

    Parameters
    ----------
    size
        In bytes.
    mtime_ns, ctime_ns
        When its content and its status changed last, in nanoseconds of the file system's clock.
    inode
        Its number in the file system.
    sha256
        Digest of its content.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    sha256: str

    def is_in(self, handle: int) -> bool:
        """Whether an open file has this content."""
        status = os.fstat(handle)
        if _facts(status) == (self.size, self.mtime_ns, self.ctime_ns, self.inode):
            return True
        return status.st_size == self.size and sha256_of(handle) == self.sha256


def see(path: str) -> Seen | None:
    """Read a file for its digest; None where it was written to meanwhile.

    Raises
    ------
    StreamError
        It cannot be read, or is no regular file; such a one is not opened.
    """
    with open_file(path) as file:
        handle = file.fileno()
        before = os.fstat(handle)
        digest = sha256_of(handle)
        after = os.fstat(handle)
    if is_written(before, after):
        return None
    return Seen(*_facts(after), digest)


def is_written(before: os.stat_result, after: os.stat_result) -> bool:
    """Whether a file was written to between two looks at it."""
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def has_moved(path: str, seen: Seen) -> bool:
    """Whether a file was written to, or one written at another time took its place; one that is gone has not."""
    try:
        status = Path(path).stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) != (seen.size, seen.mtime_ns)


def sha256_of(handle: int) -> str:
    """Digest of an open file's bytes, wherever a reader of it stands."""
    digest = hashlib.sha256()
    position = 0
    while block := os.pread(handle, HASH_BLOCK, position):
        digest.update(block)
        position += len(block)
    return digest.hexdigest()


def _facts(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
