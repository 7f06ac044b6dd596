"""Open a file as a stream of bytes, unpacked by what the content is, and say in one word what went wrong."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDict, ZstdError, ZstdFile
else:
    from backports.zstd import ZstdDict, ZstdError, ZstdFile

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x5d\x2a\x4d\x18", "zstd"),  # a WARC that carries its dictionary in front
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
PACKINGS_READ = frozenset({"none", "gzip", "bzip2", "zstd", "xz"})
_DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
_DICTIONARY_BYTES = 10_000_000
_MAX_LAYERS = 3


class StreamError(Exception):
    """A file that cannot be read (further): `reason` is a reject reason, `detail` says more."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An open file as the bytes that are meant.

    Parameters
    ----------
    stream
        The bytes with every layer of compression taken off.
    base
        The bytes with the innermost layer still on; `stream` itself where there is none.
    packing
        The innermost layer: none, gzip, bzip2, zstd or xz.
    """

    stream: IO[bytes]
    base: IO[bytes]
    packing: str


def packing_of(head: bytes) -> str:
    """How a file is packed, by its first bytes: none, gzip, bzip2, zstd, xz or lz4."""
    for magic, name in _MAGIC:
        if head.startswith(magic) and (name != "bzip2" or head[3:4].isdigit()):
            return name
    return "none"


@contextmanager
def open_file(path: str) -> Iterator[IO[bytes]]:
    """Open a regular file for reading; what goes wrong until it is closed is told as a StreamError.

    Raises
    ------
    StreamError
        reason `unreadable` (no permission, gone, not a regular file), `symlink_loop`, or what `told_apart` says.
    """
    with told_apart():
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode) and Path(path).is_symlink():
            raise StreamError("symlink_loop", f"leads to {Path(path).readlink()}")
        _require_regular(status)
        # What took its place since must not be waited for either: opening a pipe waits for its writer.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            _require_regular(os.fstat(handle))
            yield file


def _require_regular(status: os.stat_result) -> None:
    """A named pipe or a device would be read for ever; a folder is no article. None of them is opened."""
    if not stat.S_ISREG(status.st_mode):
        raise StreamError("unreadable", "not a regular file")


@contextmanager
def told_apart() -> Iterator[None]:
    """Tell what reading packed data raises as a StreamError.

    Raises
    ------
    StreamError
        reason `truncated` or `corrupt` (the packed data ends early or is broken), `unreadable`, `symlink_loop`.
    """
    try:
        yield
    except EOFError:
        raise StreamError("truncated", "the packed data ends before its end mark") from None
    except (zlib.error, gzip.BadGzipFile, lzma.LZMAError, ZstdError) as error:
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
        if error.errno == errno.ELOOP:
            raise StreamError("symlink_loop", "a link that leads to itself") from None
        raise StreamError("unreadable", os.strerror(error.errno)) from None


def unpack(file: IO[bytes]) -> Unpacked:
    """Take the layers of compression off an open, seekable file, by what its content is.

    Raises
    ------
    StreamError
        reason `unsupported_format` (packed in a way that is not read), `too_deep` (packed more than three times).
    """
    stream, base, packing = file, file, "none"
    for layer in range(_MAX_LAYERS + 1):
        head = head_of(stream, 8)
        stream.seek(0)
        found = packing_of(head)
        if found == "none":
            return Unpacked(stream, base, packing)
        if found not in PACKINGS_READ:
            raise StreamError("unsupported_format", found)
        if layer < _MAX_LAYERS:
            stream, base, packing = _layer(stream, found), stream, found
    raise StreamError("too_deep", f"compressed more than {_MAX_LAYERS} times over")


def _layer(stream: IO[bytes], packing: str) -> IO[bytes]:
    if packing == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb"))
    if packing == "bzip2":
        return cast("IO[bytes]", bz2.BZ2File(stream, "rb"))
    if packing == "xz":
        return cast("IO[bytes]", lzma.LZMAFile(stream, "rb"))
    return cast("IO[bytes]", ZstdFile(stream, "rb", zstd_dict=zstd_dictionary(stream)))


def zstd_dictionary(stream: IO[bytes]) -> ZstdDict | None:
    """The dictionary in the first frame of a .warc.zst file, None where there is none; the stream is then at its start.

    Source: the draft “Zstandard Compression for WARC Files 1.0” of the IIPC.
    """
    head = stream.read(8)
    found: ZstdDict | None = None
    if head.startswith(_DICTIONARY_MAGIC):
        length = int.from_bytes(head[4:8], "little")
        if not 8 <= length <= _DICTIONARY_BYTES:
            raise StreamError("corrupt", f"a zstd dictionary of {length} bytes")
        content = stream.read(length)
        if packing_of(content[:8]) == "zstd":
            # Bounded by the decoder's own window; a dictionary is small by nature.
            with ZstdFile(io.BytesIO(content), "rb") as packed:
                content = packed.read(_DICTIONARY_BYTES)
        try:
            found = ZstdDict(content)
        except ValueError:
            raise StreamError("corrupt", "a zstd dictionary that is none") from None
    stream.seek(0)
    return found


def head_of(stream: IO[bytes], length: int) -> bytes:
    """The first bytes of a stream, up to `length`; damage behind the first block is not seen yet."""
    parts: list[bytes] = []
    missing = length
    read = getattr(stream, "read1", stream.read)
    while missing > 0:
        try:
            with told_apart():
                part = read(missing)
        except StreamError:
            if not parts:
                raise
            break
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


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
