"""Cut a WARC into its records, and say where it breaks: the common libraries stop there without a word.

Records are cut by their own length fields; a break in the compressed stream, or a length that does not lead to the next
record, is told, and reading goes on at the next place that begins a record.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import IO, Any

from tasks.ingest.streams import StreamError, told_apart, zstd_dictionary

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdDict, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdDict, ZstdError

_BLOCK = 1 << 18
_MAGIC = {"gzip": b"\x1f\x8b\x08", "zstd": b"\x28\xb5\x2f\xfd"}
_SKIPPABLE = b"\x5d\x2a\x4d\x18"
_HEADER_BYTES = 65_536
_VERSION = re.compile(rb"WARC/\d")
_NEXT_RECORD = re.compile(rb"WARC/\d\.\d+\r?\n[A-Za-z]")
_LENGTH = re.compile(rb"^content-length\s*:\s*(\d{1,15})\s*$", re.IGNORECASE | re.MULTILINE)
# A length field that lies makes the bytes after it be read twice: so often, then they are given up.
_SECOND_CHANCES = 64


@dataclass(frozen=True, slots=True)
class WarcFrame:
    """One record, or a place where the file breaks.

    Parameters
    ----------
    head, body
        The record's own header and its block; empty at a break, the block empty where it is too large to hold.
    at
        Where in the file (as it lies on the disk) reading can begin with this record, in bytes; None where it cannot.
    reason, detail
        At a break: `truncated`, `corrupt` or `too_large`, and more.
    """

    head: bytes
    body: bytes
    at: int | None
    reason: str = ""
    detail: str = ""


class _BrokenError(Exception):
    """The stream breaks here; it goes on at another place, or not at all."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class _Source:
    """The unpacked bytes of a WARC, read forward, with the places where compressed members begin."""

    def __init__(self, base: IO[bytes], packing: str, start: int, max_unpacked: int) -> None:
        self.events = _plain(base, start) if packing == "none" else _members(base, packing, start)
        self.buffer = bytearray()
        self.offset = 0
        self.members: dict[int, int] = {}
        self.file_start = start if packing == "none" else None
        self.max_unpacked = max_unpacked

    def fill(self) -> bool:
        """Take one more block; False at the end."""
        for found in self.events:
            if isinstance(found, _BrokenError):
                # What is in the buffer lost its continuation.
                self.offset += len(self.buffer)
                self.buffer.clear()
                raise found
            if isinstance(found, int):
                self.members[self.offset + len(self.buffer)] = found
                continue
            self.buffer += found
            if self.offset + len(self.buffer) > self.max_unpacked:
                raise StreamError("too_large", f"unpacks to more than {self.max_unpacked} bytes")
            return True
        return False

    def ensure(self, length: int) -> bool:
        """Whether the buffer holds so many bytes, after reading on."""
        while len(self.buffer) < length:
            if not self.fill():
                return False
        return True

    def drop(self, length: int) -> None:
        """Forget the first bytes of the buffer."""
        del self.buffer[:length]
        self.offset += length

    def skip(self, length: int) -> bool:
        """Read over so many bytes without holding them; False where the file ends before."""
        while length > 0:
            if not self.buffer and not self.fill():
                return False
            step = min(length, len(self.buffer))
            self.drop(step)
            length -= step
        return True

    def place(self) -> int | None:
        """Where in the file the first byte of the buffer can be reached from, None inside a compressed member."""
        if self.file_start is not None:
            return self.file_start + self.offset
        place = self.members.get(self.offset)
        self.members = {offset: at for offset, at in self.members.items() if offset >= self.offset}
        return place


def frames(base: IO[bytes], packing: str, start: int, max_record: int, max_unpacked: int) -> Iterator[WarcFrame]:
    """Give the records from a place on, in order, with the breaks between them.

    Parameters
    ----------
    base
        The open file as it lies on the disk, seekable; `packing` is none, gzip or zstd.
    start
        Where to begin, in bytes: 0 or the `at` of a frame.

    Raises
    ------
    StreamError
        reason `too_large` where more than `max_unpacked` bytes come out.
    """
    source = _Source(base, packing, start, max_unpacked)
    chances = _SECOND_CHANCES
    while True:
        try:
            if not _to_content(source):
                return
            at = source.place()
            if not source.ensure(6) or not _VERSION.match(source.buffer):
                seen = bytes(source.buffer[:20])
                found = _seek_record(source)
                if not found and not seen.strip(b"\0"):
                    return
                yield WarcFrame(b"", b"", None, "corrupt", f"{seen!r} where a record should begin")
                continue
            frame, lying = _record(source, at, max_record, may_return=chances > 0)
            chances -= lying
            yield frame
        except _BrokenError as error:
            yield WarcFrame(b"", b"", None, error.reason, error.detail)


def _to_content(source: _Source) -> bool:
    """Go over line ends between records; False at the end of the file."""
    while True:
        blank = len(source.buffer) - len(source.buffer.lstrip(b"\r\n"))
        source.drop(blank)
        if source.buffer:
            return True
        if not source.fill():
            return False


def _seek_record(source: _Source) -> bool:
    """Go to the next place that looks like the begin of a record; False where there is none."""
    while True:
        found = _NEXT_RECORD.search(source.buffer, 1)
        if found:
            source.drop(found.start())
            return True
        source.drop(max(len(source.buffer) - 20, 0))
        if not source.fill():
            source.drop(len(source.buffer))
            return False


def _record(source: _Source, at: int | None, max_record: int, may_return: bool) -> tuple[WarcFrame, bool]:
    """The record at the buffer's begin, and whether its length field lied and the bytes were given back."""
    end = _header_end(source)
    if end is None:
        if len(source.buffer) >= _HEADER_BYTES:
            _seek_record(source)
            return WarcFrame(b"", b"", None, "corrupt", "a record header without an end"), False
        source.drop(len(source.buffer))
        return WarcFrame(b"", b"", None, "truncated", "the file ends inside a record header"), False
    head = bytes(source.buffer[:end])
    stated = _LENGTH.search(head)
    if stated is None:
        _seek_record(source)
        return WarcFrame(head, b"", None, "corrupt", "a record without a length"), False
    length = int(stated[1])
    if length > max_record:
        source.drop(end)
        if not source.skip(length):
            return WarcFrame(head, b"", None, "truncated", "the file ends inside a record"), False
        return WarcFrame(head, b"", at, "too_large", f"a record of {length} bytes"), False
    if not source.ensure(end + length):
        return _cut(source, head, end, length, may_return)
    body = bytes(source.buffer[end : end + length])
    if not _leads_on(source, end + length):
        # The length field lies, or bytes are missing: whole records may stand inside what it spans.
        if may_return:
            _seek_record(source)
        else:
            source.drop(end + length)
        return WarcFrame(head, b"", None, "corrupt", "the record's length does not lead to the next record"), may_return
    source.drop(end + length)
    return WarcFrame(head, body, at), False


def _cut(source: _Source, head: bytes, end: int, length: int, may_return: bool) -> tuple[WarcFrame, bool]:
    """The file ends before the record does: it is cut off, unless other records stand inside."""
    missing = end + length - len(source.buffer)
    if may_return and _NEXT_RECORD.search(source.buffer, end):
        _seek_record(source)
        return WarcFrame(head, b"", None, "corrupt", "the record's length does not lead to the next record"), True
    source.drop(len(source.buffer))
    return WarcFrame(head, b"", None, "truncated", f"the file ends {missing} bytes before the record does"), False


def _header_end(source: _Source) -> int | None:
    searched = 0
    while True:
        found = re.compile(rb"\r?\n\r?\n").search(source.buffer, searched)
        if found:
            return found.end()
        searched = max(len(source.buffer) - 3, 0)
        if len(source.buffer) >= _HEADER_BYTES or not source.fill():
            return None


def _leads_on(source: _Source, end: int) -> bool:
    """Whether line ends and then a record, or nothing, follow the place `end` of the buffer."""
    while True:
        rest = source.buffer[end : end + 64].lstrip(b"\r\n")
        if len(rest) >= 6:
            return _VERSION.match(rest) is not None
        try:
            more = source.fill() if len(source.buffer) < end + 64 else False
        except _BrokenError as error:
            # The record itself is whole; the break is told after it.
            source.events = _chained(error, source.events)
            return True
        if not more:
            return not rest.strip(b"\0") or b"WARC/".startswith(rest[:5])


def _chained(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


# ------------------------------------------------------------------------------------------------ compressed members
def _plain(base: IO[bytes], start: int) -> Iterator[Any]:
    base.seek(start)
    while block := base.read(_BLOCK):
        yield block


def _members(base: IO[bytes], packing: str, start: int) -> Iterator[Any]:
    """Per compressed member where it begins (an int) and its unpacked blocks; a break where it is damaged."""
    base.seek(0)
    dictionary = None
    if packing == "zstd":
        with told_apart():
            dictionary = zstd_dictionary(base)
    place: int | None = start
    while place is not None:
        base.seek(place)
        head = base.read(8)
        if packing == "zstd" and head.startswith(_SKIPPABLE):
            place += 8 + int.from_bytes(head[4:8], "little")
            continue
        if not head.strip(b"\0"):
            return
        yield place
        try:
            place = yield from _member(base, packing, place, dictionary)
        except (zlib.error, ZstdError, EOFError) as error:
            following = _next_member(base, packing, place + 1, dictionary)
            at_end = isinstance(error, EOFError) and following is None
            reason = "truncated" if at_end else "corrupt"
            what = "ends before its end mark" if at_end else str(error)[:150] or "is damaged"
            yield _BrokenError(reason, f"the compressed member at byte {place}: {what}")
            place = following


def _member(base: IO[bytes], packing: str, place: int, dictionary: ZstdDict | None) -> Generator[Any, None, int]:
    """The unpacked blocks of the member at a place; returns where the next one begins, None at the end."""
    base.seek(place)
    engine = _engine(packing, dictionary)
    consumed = place
    pending = b""
    while not engine.eof:
        if not pending:
            pending = base.read(_BLOCK)
            if not pending:
                raise EOFError
            consumed += len(pending)
        block = engine.decompress(pending, _BLOCK)
        pending = engine.unconsumed_tail if packing == "gzip" else b""
        if block:
            yield block
        if packing == "zstd":
            while not engine.eof and not engine.needs_input:
                yield engine.decompress(b"", _BLOCK)
    return consumed - len(engine.unused_data)


def _engine(packing: str, dictionary: ZstdDict | None) -> Any:
    return zlib.decompressobj(wbits=31) if packing == "gzip" else ZstdDecompressor(zstd_dict=dictionary)


def _next_member(base: IO[bytes], packing: str, start: int, dictionary: ZstdDict | None) -> int | None:
    """The next place from `start` on where a member begins that unpacks to the begin of a record."""
    magic = _MAGIC[packing]
    position, tail = start, b""
    while True:
        base.seek(position)
        block = base.read(_BLOCK)
        if not block:
            return None
        window = tail + block
        found = window.find(magic)
        while found >= 0:
            place = position - len(tail) + found
            if _begins_record(base, packing, place, dictionary):
                return place
            found = window.find(magic, found + 1)
        position += len(block)
        tail = window[-(len(magic) - 1) :]


def _begins_record(base: IO[bytes], packing: str, place: int, dictionary: ZstdDict | None) -> bool:
    base.seek(place)
    try:
        head = _engine(packing, dictionary).decompress(base.read(4096), 64)
    except (zlib.error, ZstdError, EOFError):
        return False
    return _VERSION.match(head) is not None
