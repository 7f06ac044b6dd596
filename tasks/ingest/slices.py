"""Cut inputs into slices of a bounded number of records, and read one slice.

A worker is handed a slice, never records: a slice is small, JSON-able and tells where in the file to begin and end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import IO, Any

from tasks.ingest.discover import InputFile
from tasks.ingest.formats import csv as csv_
from tasks.ingest.formats import parquet
from tasks.ingest.formats.warc import read_warc
from tasks.ingest.formats.warc_frames import frames
from tasks.ingest.limits import Limits
from tasks.ingest.read import is_wide, read_any, read_jsonl
from tasks.ingest.seen import Seen, is_written
from tasks.ingest.sniff import HEAD_BYTES, sniff
from tasks.ingest.streams import StreamError, Unpacked, head_of, lines, open_file, told_apart, unpack
from tasks.records import Article, Reject

WARC_PACKINGS = frozenset(("none", "gzip", "zstd"))
# The reject of a file whose content was another than discovery saw: nothing that was read of it counts.
CHANGED = "changed_while_read"
# How a file is for the moment: an hour later, with the share mounted again, it may be read.
MOMENTARY = frozenset(("unreadable", CHANGED))


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
        The number of the first record, from 1; for JSON lines the number of its line.
    n_records
        Records in the slice; lines that are blank do not count. A file that is read whole counts as one.
    byte_start, byte_stop
        Where the slice begins and ends, in bytes, `byte_stop` None at the file's end: for JSON lines and CSV in the
        unpacked file, for WARC in the file as it lies on the disk.
    is_part
        Whether the slice is one of several of its file.
    seen
        What discovery saw of the file, None where nobody asks whether it has changed since.
    """

    path: str
    origin: str
    format: str
    packing: str = "none"
    first_record: int = 1
    n_records: int = 1
    byte_start: int = 0
    byte_stop: int | None = None
    is_part: bool = False
    seen: Seen | None = None


def plan(file: InputFile, records_per_slice: int, limits: Limits, seen: Seen | None = None) -> list[Slice]:
    """Cut a file into slices of at most `records_per_slice` records; it is scanned for their ends, not read.

    JSON lines, CSV, Parquet and WARC are cut; any other file, and one that cannot be read, is one slice: reading it
    makes its records or the reject. A WARC that is compressed as a whole cannot be begun in its middle. Nor is a file
    cut that is no longer what was `seen`: its ends would be those of other content.
    """
    try:
        with _Watched(file.path, seen) as watched:
            unpacked = unpack(watched.file)
            head = head_of(unpacked.stream, HEAD_BYTES)
            kind = sniff(head, file.origin)
            whole = Slice(file.path, file.origin, kind, unpacked.packing, seen=seen)
            marks = _marks(kind, head, unpacked, records_per_slice, limits)
            return _slices(whole, marks) if marks and watched.is_unchanged() else [whole]
    except StreamError:
        return [Slice(file.path, file.origin, "unreadable", seen=seen)]


# A place to cut: the number of the record there, where it begins, and how many records stand before it.
_Mark = tuple[int, int | None, int]


def _marks(kind: str, head: bytes, unpacked: Unpacked, size: int, limits: Limits) -> list[_Mark]:
    """Where to cut: a mark per slice, and one more at the end, whose place is None. Empty: the file is one slice."""
    if kind == "jsonl" and not is_wide(head):
        return _cut(_line_ends(unpacked.stream, limits), size, count_from=0)
    if kind == "csv" and not is_wide(head):
        return _csv_marks(unpacked.stream, head, size, limits)
    if kind == "warc" and unpacked.packing in WARC_PACKINGS:
        return _cut(_warc_places(unpacked, limits), size, count_from=0)
    if kind == "parquet":
        n_rows = parquet.count_rows(unpacked.stream) or 0
        firsts = [(row + 1, row, row) for row in range(0, n_rows, size)]
        return [*firsts, (n_rows + 1, None, n_rows)] if firsts else []
    return []


def _slices(whole: Slice, marks: list[_Mark]) -> list[Slice]:
    is_part = len(marks) > 2
    return [
        replace(
            whole, first_record=first, n_records=done - before, byte_start=start or 0, byte_stop=stop, is_part=is_part
        )
        for (first, start, before), (_, stop, done) in pairwise(marks)
    ]


def _cut(places: Iterator[tuple[int, int | None, bool]], size: int, count_from: int) -> list[_Mark]:
    """Marks after every `size` records; `places` tells of each its number, begin and whether it counts."""
    marks: list[_Mark] = []
    records = count_from
    for number, start, counts in places:
        if not marks or (counts and start is not None and records - marks[-1][2] >= size):
            marks.append((number, start, records))
        records += counts
    return [*marks, (0, None, records)] if marks else []


def _line_ends(stream: IO[bytes], limits: Limits) -> Iterator[tuple[int, int | None, bool]]:
    stream.seek(0)
    number, position = 1, 0
    try:
        for line, length in lines(stream, limits.max_record_bytes, limits.max_unpacked_bytes):
            yield number, position, line is None or not line.isspace()
            number += 1
            position += length
    except StreamError:
        # The last slice reads on to where the file breaks off and makes the reject.
        yield number, position, True


def _csv_marks(stream: IO[bytes], head: bytes, size: int, limits: Limits) -> list[_Mark]:
    stream.seek(0)
    header = csv_.read_header(stream, head, limits)
    if isinstance(header, Reject) or not csv_.holds_text(header, limits):
        return []
    source = csv_.open_rows(stream, header.stop, header, limits)
    marks: list[_Mark] = []
    number = 0
    try:
        for number, row in enumerate(csv_.rows(source, header), 1):
            if not marks or number - marks[-1][0] >= size:
                # Each slice begins with all its second chances.
                source.renew_chances()
                marks.append((number, row.start, number - 1))
    except StreamError:
        number += 1
        if not marks:
            return []
    return [*marks, (0, None, number)] if marks else []


def _warc_places(unpacked: Unpacked, limits: Limits) -> Iterator[tuple[int, int | None, bool]]:
    number = 0
    try:
        found = frames(unpacked.base, unpacked.packing, 0, limits.max_record_bytes, limits.max_unpacked_bytes)
        for number, frame in enumerate(found, 1):
            yield number, frame.at, True
    except StreamError:
        yield number + 1, None, True


def read_slice(slice_: Slice, limits: Limits) -> Iterator[Article | Reject]:
    """Give the records of a slice, one article or reject each; memory does not grow with the slice.

    Where the file is not, or no longer at the end, what was seen of it, the last reject has the reason `CHANGED`: the
    records given before may be of any content and are to be thrown away.
    """
    for record in _read_watched(slice_, limits):
        if isinstance(record, Reject) and record.reason in MOMENTARY:
            yield replace(record, transient=True)
        else:
            yield record


def _read_watched(slice_: Slice, limits: Limits) -> Iterator[Article | Reject]:
    changed = Reject(slice_.origin, "read", CHANGED)
    try:
        with _Watched(slice_.path, slice_.seen) as watched:
            if not watched.is_as_seen():
                yield changed
                return
            broken: StreamError | None = None
            try:
                with told_apart():
                    if slice_.is_part:
                        yield from _read_part(unpack(watched.file), slice_, limits)
                    else:
                        yield from read_any(watched.file, slice_.origin, limits)
            except StreamError as error:
                broken = error
            if not watched.is_unchanged():
                yield changed
            elif broken is not None:
                raise broken
    except StreamError as error:
        stage = "discover" if error.reason == "symlink_loop" else "read"
        yield Reject(slice_.origin, stage, error.reason, error.detail)


class _Watched:
    """A file that is open, and whether it is what was seen of it: when it was opened, and still."""

    def __init__(self, path: str, seen: Seen | None) -> None:
        self._opening = open_file(path)
        self._seen = seen

    def __enter__(self) -> _Watched:
        self.file = self._opening.__enter__()
        # A handle of our own: a reader may close the file when it has done.
        self._handle = os.dup(self.file.fileno())
        self._opened = os.fstat(self._handle)
        return self

    def __exit__(self, *raised: Any) -> None:
        os.close(self._handle)
        self._opening.__exit__(*raised)

    def is_as_seen(self) -> bool:
        """Whether it has the content that was seen."""
        with told_apart():
            return self._seen is None or self._seen.is_in(self._handle)

    def is_unchanged(self) -> bool:
        """Whether it has it still, and was not written to in between."""
        with told_apart():
            return self._seen is None or (
                not is_written(self._opened, os.fstat(self._handle)) and self._seen.is_in(self._handle)
            )


def _read_part(unpacked: Unpacked, part: Slice, limits: Limits) -> Iterator[Article | Reject]:
    if part.format == "warc":
        return read_warc(
            unpacked.base, unpacked.packing, part.origin, limits, part.first_record, part.byte_start, part.byte_stop
        )
    if part.format == "parquet":
        return parquet.read_parquet(unpacked.stream, part.origin, limits, part.first_record, part.n_records)
    if part.format == "csv":
        return _read_csv_part(unpacked.stream, part, limits)
    # A packed file is unpacked up to there and thrown away, which is quick next to what follows.
    return read_jsonl(unpacked.stream, part.origin, limits, part.first_record, part.byte_start, part.byte_stop)


def _read_csv_part(stream: IO[bytes], part: Slice, limits: Limits) -> Iterator[Article | Reject]:
    head = head_of(stream, HEAD_BYTES)
    stream.seek(0)
    header = csv_.read_header(stream, head, limits)
    if isinstance(header, Reject):
        return
    source = csv_.open_rows(stream, part.byte_start, header, limits)
    yield from csv_.read_rows(source, header, part.first_record, part.byte_stop, part.origin, limits)


def read(file: InputFile, limits: Limits) -> Iterator[Article | Reject]:
    """Give every record of a file, one article or reject each."""
    return read_slice(Slice(file.path, file.origin, "whole"), limits)
