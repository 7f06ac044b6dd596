"""Cut inputs into slices of a bounded number of records, and read one slice.

A worker is handed a slice, never records: a slice is small, JSON-able and tells where in the file to begin and end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from tasks.ingest import html, jsonl, text
from tasks.ingest.discover import InputFile
from tasks.ingest.encoding import BYTE_ORDER_MARKS, decode, utf16_without_mark
from tasks.ingest.limits import Limits
from tasks.ingest.sniff import HEAD_BYTES, sniff
from tasks.ingest.streams import StreamError, lines, open_stream, read_at_most
from tasks.records import Article, Reject

WHOLE_FILE_FORMATS = {"text": text.read_text, "html": html.read_html, "json": jsonl.read_document}


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of records of one file: what a worker reads.

    Parameters
    ----------
    path, origin
        The file and its path below the input root.
    format, packing
        What `sniff` and the first bytes said when the file was planned.
    first_record
        The line number of the first line (from 1) for JSON lines, else 1.
    n_records
        Records in the slice; lines that are blank do not count. A file that is read whole counts as one.
    byte_start, byte_stop
        Where the slice's lines stand in the unpacked file, in bytes; `byte_stop` None reads to the end.
    """

    path: str
    origin: str
    format: str
    packing: str = "none"
    first_record: int = 1
    n_records: int = 1
    byte_start: int = 0
    byte_stop: int | None = None


def plan(file: InputFile, records_per_slice: int, limits: Limits) -> list[Slice]:
    """Cut a file into slices of at most `records_per_slice` records; the file is scanned for line ends, not parsed.

    A file that is not JSON lines, or cannot be read, is one slice: reading it makes the reject.
    """
    try:
        with open_stream(file.path) as (stream, packing):
            head = _head(stream)
            kind = sniff(head, file.origin)
            if kind != "jsonl" or _is_wide(head):
                return [Slice(file.path, file.origin, kind, packing)]
            stream.seek(0)
            return _plan_lines(stream, file, packing, records_per_slice, limits)
    except StreamError:
        return [Slice(file.path, file.origin, "unreadable")]


def _plan_lines(stream: IO[bytes], file: InputFile, packing: str, size: int, limits: Limits) -> list[Slice]:
    slices: list[Slice] = []
    first, start, records, number, position = 1, 0, 0, 0, 0

    def close(stop: int | None) -> None:
        slices.append(Slice(file.path, file.origin, "jsonl", packing, first, records, start, stop))

    try:
        for line, length in lines(stream, limits.max_record_bytes, limits.max_unpacked_bytes):
            is_record = line is None or not line.isspace()
            if is_record and records == size:
                close(position)
                first, start, records = number + 1, position, 0
            number += 1
            position += length
            records += is_record
    except StreamError:
        # The last slice reads on to where the file breaks off and makes the reject.
        if records == size:
            close(position)
            first, start, records = number + 1, position, 0
        records += 1
    close(None)
    return slices


def read_slice(slice_: Slice, limits: Limits) -> Iterator[Article | Reject]:
    """Give the records of a slice, one article or reject each; memory does not grow with the slice."""
    number = slice_.first_record - 1
    try:
        with open_stream(slice_.path) as (stream, _):
            if slice_.format == "jsonl" or slice_.format == "unreadable":
                head = _head(stream)
                kind = sniff(head, slice_.origin) if slice_.format == "unreadable" else "jsonl"
            else:
                head, kind = b"", slice_.format
            if kind == "jsonl" and not _is_wide(head):
                # A packed file is unpacked up to there and thrown away, which is quick next to what follows.
                stream.seek(slice_.byte_start)
                for number, line in _numbered(stream, slice_, limits):
                    yield from jsonl.read_lines([(number, line)], slice_.origin, limits.max_record_bytes)
            elif kind == "jsonl" or kind in WHOLE_FILE_FORMATS:
                stream.seek(0)
                yield from _read_whole(read_at_most(stream, limits.max_record_bytes), kind, slice_.origin, limits)
            else:
                yield _refuse(kind, slice_.origin)
    except StreamError as error:
        origin = slice_.origin if number < 1 else f"{slice_.origin}#{number + 1}"
        yield Reject(origin, "read", error.reason, error.detail)


def _numbered(stream: IO[bytes], slice_: Slice, limits: Limits) -> Iterator[tuple[int, bytes | None]]:
    """The slice's lines with their numbers in the file."""
    found = lines(stream, limits.max_record_bytes, limits.max_unpacked_bytes - slice_.byte_start)
    position = slice_.byte_start
    for number, (line, length) in enumerate(found, slice_.first_record):
        yield number, line
        position += length
        if slice_.byte_stop is not None and position >= slice_.byte_stop:
            return


def _read_whole(raw: bytes, kind: str, origin: str, limits: Limits) -> Iterator[Article | Reject]:
    if kind != "jsonl":
        return WHOLE_FILE_FORMATS[kind](raw, origin)
    # Two or four bytes a character: line ends cannot be found in the bytes.
    decoded = decode(raw) or ""
    numbered = ((number, line.encode()) for number, line in enumerate(decoded.split("\n"), 1))
    return jsonl.read_lines(numbered, origin, limits.max_record_bytes)


def _refuse(kind: str, origin: str) -> Reject:
    """The reject of a file whose format is told but not read."""
    if kind == "empty":
        return Reject(origin, "read", "empty")
    if kind in ("binary", "image"):
        return Reject(origin, "read", "binary", None if kind == "binary" else kind)
    return Reject(origin, "read", "unknown_format", kind)


def _head(stream: IO[bytes]) -> bytes:
    """The first bytes of a stream, as many as there are up to the sniffing length."""
    parts = []
    missing = HEAD_BYTES
    while missing > 0 and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _is_wide(head: bytes) -> bool:
    """Whether characters take two or four bytes."""
    marked = any(head.startswith(mark) for mark, encoding in BYTE_ORDER_MARKS if encoding != "utf-8")
    return marked or utf16_without_mark(head) is not None


def read(file: InputFile, limits: Limits) -> Iterator[Article | Reject]:
    """Give every record of a file, one article or reject each."""
    try:
        with open_stream(file.path) as (stream, packing):
            whole = Slice(file.path, file.origin, sniff(_head(stream), file.origin), packing)
    except StreamError:
        whole = Slice(file.path, file.origin, "unreadable")
    return read_slice(whole, limits)
