"""Open a file as a stream of bytes, unpacked by what the content is, and say in one word what went wrong."""

from __future__ import annotations

import bz2
import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
)
PACKINGS_READ = frozenset({"none", "gzip", "bzip2"})


class StreamError(Exception):
    """A file that cannot be read (further): `reason` is a reject reason, `detail` says more."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def packing_of(head: bytes) -> str:
    """How a file is packed, by its first bytes: none, gzip, bzip2, zstd or xz."""
    for magic, name in _MAGIC:
        if head.startswith(magic) and (name != "bzip2" or head[3:4].isdigit()):
            return name
    return "none"


@contextmanager
def open_stream(path: str) -> Iterator[tuple[IO[bytes], str]]:
    """Open a file for reading and give its unpacked stream and its packing.

    Raises
    ------
    StreamError
        reason `unreadable` (no permission, gone, not a regular file), `unknown_format` (packed in a way that is not
        read), `truncated` or `corrupt` (the packed data ends early or is broken); also while the stream is read.
    """
    try:
        # A named pipe would wait for ever; a folder or device is no article.
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise StreamError("unreadable", "not a regular file")
        with Path(path).open("rb") as file:
            packing = packing_of(file.read(8))
            file.seek(0)
            if packing not in PACKINGS_READ:
                raise StreamError("unknown_format", packing)
            if packing == "gzip":
                yield cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")), packing
            elif packing == "bzip2":
                yield cast("IO[bytes]", bz2.BZ2File(file, "rb")), packing
            else:
                yield file, packing
    except EOFError:
        raise StreamError("truncated", "the packed data ends before its end mark") from None
    except (zlib.error, gzip.BadGzipFile) as error:
        raise StreamError("corrupt", str(error)[:200]) from None
    except ValueError as error:
        # A path with a NUL character never reaches the file system.
        if "null" in str(error):
            raise StreamError("unreadable", "the path holds a NUL character") from None
        raise
    except OSError as error:
        # bz2 tells broken data by an OSError without a number.
        if error.errno is None:
            raise StreamError("corrupt", str(error)[:200]) from None
        raise StreamError("unreadable", os.strerror(error.errno)) from None


def read_at_most(stream: IO[bytes], limit: int) -> bytes:
    """Read a stream to its end, in bytes.

    Raises
    ------
    StreamError
        reason `too_large` where more than `limit` bytes come.
    """
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise StreamError("too_large", f"more than {limit} bytes")
    return raw


def lines(stream: IO[bytes], limit: int, max_total: int) -> Iterator[tuple[bytes | None, int]]:
    """Give each line with its length in bytes; a line longer than `limit` is given as None and never held in memory.

    Raises
    ------
    StreamError
        reason `too_large` once more than `max_total` bytes were read.
    """
    total = 0
    while True:
        line = stream.readline(limit + 1)
        if not line:
            return
        length = len(line)
        whole: bytes | None = line
        while len(line) > limit and not line.endswith(b"\n"):
            whole = None
            line = stream.readline(limit + 1)
            length += len(line)
            if total + length > max_total:
                raise StreamError("too_large", f"unpacks to more than {max_total} bytes")
            if not line:
                break
        if whole is not None and len(whole) > limit:
            whole = None
        total += length
        if total > max_total:
            raise StreamError("too_large", f"unpacks to more than {max_total} bytes")
        yield whole, length
