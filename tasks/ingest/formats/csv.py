"""CSV, TSV and their kin: delimiter and columns told by the header, rows read one at a time, bad ones refused."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from tasks.ingest.encoding import encoding_of
from tasks.ingest.formats.columns import ALIASES, map_columns, no_text_column, normal_name, record_from_row
from tasks.ingest.limits import Limits
from tasks.ingest.streams import StreamError, lines, told_apart
from tasks.records import Article, Reject

DELIMITERS = (",", ";", "\t", "|")
# A quotation mark that never closes swallows what follows it: so often the lines after it are read again.
_SECOND_CHANCES = 20
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_KNOWN_NAMES = frozenset(alias for aliases in ALIASES.values() for alias in aliases)
_TEXT_NAMES = frozenset((*ALIASES["text"], *ALIASES["html"]))
_LONGEST_NAME = 60
_LONGEST_HEADER = 100_000


@dataclass(frozen=True, slots=True)
class Header:
    """How a table is written and what its columns are called.

    Parameters
    ----------
    delimiter, encoding
        As told by the first lines.
    names
        The columns.
    stop
        Where the header ends, in bytes.
    """

    delimiter: str
    encoding: str
    names: tuple[str, ...]
    stop: int


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a table, or why it is none.

    Parameters
    ----------
    cells
        The cells; None where the row is refused for `reason`.
    raw
        Its bytes; empty where they were too many to hold.
    start, stop
        Where it stands in the unpacked file, in bytes.
    """

    cells: list[str] | None
    raw: bytes
    start: int
    stop: int
    reason: str = ""
    detail: str = ""


class _TooLongError(Exception):
    """A line, or the lines of one row, past the size limit."""


class _Lines:
    """Lines for `csv.reader`, which can be given back, with the bytes that the row in hand took."""

    def __init__(self, stream: IO[bytes], start: int, encoding: str, limits: Limits) -> None:
        self.source = lines(stream, limits.max_record_bytes, limits.max_unpacked_bytes - start)
        self.encoding = encoding
        self.limit = limits.max_record_bytes
        self.waiting: deque[tuple[bytes | None, int]] = deque()
        self.taken: list[tuple[bytes | None, int]] = []
        self.size = 0
        self.position = start
        self.ended = False
        self.chances = _SECOND_CHANCES

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        item = self.waiting.popleft() if self.waiting else next(self.source, None)
        if item is None:
            self.ended = True
            raise StopIteration
        self.taken.append(item)
        line, length = item
        self.size += length
        if line is None or self.size > self.limit:
            raise _TooLongError
        return line.decode(self.encoding, "replace")

    def finish(self) -> tuple[bytes, int, int]:
        """The bytes of the row in hand and where it stands; the next row begins."""
        start, self.position = self.position, self.position + self.size
        raw = b"".join(line for line, _ in self.taken if line is not None) if self.size <= self.limit else b""
        self.taken, self.size = [], 0
        return raw, start, self.position

    def renew_chances(self) -> None:
        """Begin anew to count."""
        self.chances = _SECOND_CHANCES

    def give_back_all_but_first(self) -> None:
        """Let the lines after the first of the row in hand be read again, as long as there are chances left."""
        if self.chances > 0 and len(self.taken) > 1:
            self.chances -= 1
            self.waiting.extendleft(reversed(self.taken[1:]))
            self.taken = self.taken[:1]
            self.size = self.taken[0][1]
            self.ended = False


def delimiter_of(first_line: str) -> str | None:
    """The delimiter of a header line: the one that gives the most known column names, then the most cells."""
    best = max(DELIMITERS, key=lambda mark: (_n_known(_cells(first_line, mark)), first_line.count(mark)))
    return best if best in first_line else None


def looks_like_table(text: str, name: str) -> bool:
    """Whether a file's first lines are those of a table: by its header, or by its name and a delimiter."""
    first = _first_line(text)
    delimiter = delimiter_of(first)
    named = re.search(r"\.(?:csv|tsv)(?:\.\w+)?$", name) is not None
    if delimiter is None:
        return named and normal_name(first.strip().strip('"')) in _TEXT_NAMES
    if named:
        return True
    names = _cells(first, delimiter)
    known = [normal_name(cell) for cell in names]
    short = all(len(cell) <= _LONGEST_NAME for cell in names)
    return short and _n_known(names) >= 2 and any(cell in _TEXT_NAMES for cell in known)


def _first_line(text: str) -> str:
    first, _, rest = text.removeprefix("\ufeff").partition("\n")
    return rest.partition("\n")[0] if _SEPARATOR_LINE.fullmatch(first) else first


def _cells(line: str, delimiter: str) -> list[str]:
    if len(line) > _LONGEST_HEADER:
        return []
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _n_known(names: list[str]) -> int:
    return sum(normal_name(name) in _KNOWN_NAMES for name in names)


def read_header(stream: IO[bytes], head: bytes, limits: Limits) -> Header | Reject:
    """The header of a table whose stream stands at its beginning; the reject has no origin yet."""
    encoding = encoding_of(head)
    csv.field_size_limit(limits.max_record_bytes)
    source = lines(stream, limits.max_record_bytes, limits.max_unpacked_bytes)
    first, length = next(source, (b"", 0))
    text = (first or b"").decode(encoding, "replace").removeprefix("\ufeff")
    stop, given = length, _SEPARATOR_LINE.fullmatch(text)
    if given:
        first, length = next(source, (b"", 0))
        text, stop = (first or b"").decode(encoding, "replace"), stop + length
    if first is None:
        return Reject("", "read", "too_large", f"a header of more than {limits.max_record_bytes} bytes")
    delimiter = given[1] if given else delimiter_of(text) or ","
    names = _cells(text, delimiter)
    if not names:
        return Reject("", "read", "bad_table", "a header that cannot be read")
    return Header(delimiter, encoding, tuple(names), stop)


def rows(source: _Lines, header: Header) -> Iterator[CsvRow]:
    """Give each row from where the lines begin, with what is wrong with it; blank ones are left out.

    Raises
    ------
    StreamError
        Where the stream breaks off.
    """
    reader = csv.reader(source, delimiter=header.delimiter)
    while True:
        reason = detail = ""
        cells: list[str] | None = None
        try:
            cells = next(reader, None)
            if cells is None:
                return
            if source.ended:
                reason, detail = "bad_table", "a quoted cell that never ends"
        except _TooLongError:
            reason, detail = "too_large", f"a row of more than {source.limit} bytes"
        except csv.Error as error:
            reason, detail = "bad_table", str(error)[:200]
        if reason:
            cells = None
            source.give_back_all_but_first()
            reader = csv.reader(source, delimiter=header.delimiter)
        elif cells is not None:
            reason, detail = _misfit(cells, len(header.names))
        raw, start, stop = source.finish()
        if reason or any(cell.strip() for cell in cells or ()):
            yield CsvRow(None if reason else cells, raw, start, stop, reason, detail)


def _misfit(cells: list[str], width: int) -> tuple[str, str]:
    extra = [cell for cell in cells[width:] if cell.strip()]
    if extra or (len(cells) < width and any(cell.strip() for cell in cells)):
        return "bad_table", f"{len(cells)} cells under {width} columns"
    return "", ""


def holds_text(header: Header, limits: Limits) -> bool:
    """Whether a column is known to hold the text."""
    return not {"text", "html"}.isdisjoint(map_columns(header.names, limits.columns))


def open_rows(stream: IO[bytes], start: int, header: Header, limits: Limits) -> _Lines:
    """The lines of a table from a place on; the stream is moved there."""
    csv.field_size_limit(limits.max_record_bytes)
    stream.seek(start)
    return _Lines(stream, start, header.encoding, limits)


def read_rows(
    source: _Lines, header: Header, first_record: int, byte_stop: int | None, origin: str, limits: Limits
) -> Iterator[Article | Reject]:
    """Give an article or a reject for each row up to a place; `first_record` is the number of the first one."""
    fields = map_columns(header.names, limits.columns)
    if not holds_text(header, limits):
        yield Reject(origin, "read", "missing_field", no_text_column(header.names))
        return
    number = first_record - 1
    try:
        with told_apart():
            for number, row in enumerate(rows(source, header), first_record):
                if byte_stop is not None and row.start >= byte_stop:
                    return
                where = f"{origin}#{number}"
                if row.cells is None:
                    yield Reject(where, "read", row.reason, row.detail)
                else:
                    cells = row.cells
                    yield record_from_row({field: cells[place] for field, place in fields.items()}, row.raw, where)
    except StreamError as error:
        yield Reject(f"{origin}#{number + 1}", "read", error.reason, error.detail)
