"""Parquet files: columns mapped as for CSV, a batch of rows in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest.encoding import decode
from tasks.ingest.formats.columns import map_columns, no_text_column, record_from_row
from tasks.ingest.limits import Limits
from tasks.records import Article, Reject

_BATCH_ROWS = 64
# Repeats are packed well, but a footer that speaks of more rows than this lies.
_MOST_ROWS_A_BYTE = 100
# What broken files make Arrow raise; its own errors are ValueErrors, OSErrors or NotImplementedErrors.
_BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError, NotImplementedError, MemoryError)


def count_rows(stream: IO[bytes]) -> int | None:
    """The number of rows by the file's footer, None where that cannot be read or cannot be true."""
    try:
        rows = int(pq.ParquetFile(stream).metadata.num_rows)
    except _BROKEN:
        return None
    return rows if rows <= _MOST_ROWS_A_BYTE * stream.seek(0, 2) else None


def read_parquet(
    stream: IO[bytes], origin: str, limits: Limits, first_record: int = 1, n_records: int | None = None
) -> Iterator[Article | Reject]:
    """Give an article or a reject for each row, numbered from 1; rows of a row group behind damage are one reject."""
    try:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
        names = list(file.schema_arrow.names)
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
    except _BROKEN as error:
        yield Reject(origin, "read", "bad_table", _said(error))
        return
    fields = map_columns(names, limits.columns)
    if "text" not in fields and "html" not in fields:
        yield Reject(origin, "read", "missing_field", no_text_column(names))
        return
    if not any(sizes):
        yield Reject(origin, "read", "empty", "a table without rows")
        return
    chosen = {field: names[place] for field, place in fields.items()}
    last = sum(sizes) if n_records is None else first_record + n_records - 1
    before = 0
    for group, size in enumerate(sizes):
        if before + size >= first_record and before < last:
            number = max(before + 1, first_record)
            try:
                for row in _rows(file, group, chosen, first_record - before, last - before):
                    yield _record(row, f"{origin}#{number}", limits)
                    number += 1
            except _BROKEN as error:
                yield Reject(f"{origin}#{number}", "read", "bad_table", _said(error))
        before += size


def _said(error: Exception) -> str:
    return (f"{type(error).__name__}: {error}".splitlines() or [""])[0][:200]


def _rows(file: Any, group: int, chosen: dict[str, str], first: int, last: int) -> Iterator[dict[str, Any]]:
    """The chosen fields of a row group's rows `first` to `last`, counted from 1."""
    at = 0
    for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=sorted(set(chosen.values()))):
        begin, end = max(first - 1 - at, 0), min(last - at, batch.num_rows)
        if begin < end:
            part = batch.slice(begin, end - begin)
            columns = {field: _values(part.column(name)) for field, name in chosen.items()}
            for place in range(part.num_rows):
                yield {field: values[place] for field, values in columns.items()}
        at += batch.num_rows
        if at >= last:
            return


def _values(column: Any) -> list[Any]:
    """A column as Python values: moments as text, bytes decoded."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_temporal(kind):
        # As text: Python's own types hold neither nanoseconds nor far years.
        return list(column.cast(pa.string()).to_pylist())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        try:
            return list(column.to_pylist())
        except UnicodeDecodeError:
            column = column.cast(pa.large_binary())
    return [decode(value) if isinstance(value, bytes) else value for value in column.to_pylist()]


def _record(row: dict[str, Any], origin: str, limits: Limits) -> Article | Reject:
    raw = json.dumps(row, sort_keys=True, default=str, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(raw) > limits.max_record_bytes:
        return Reject(origin, "read", "too_large", f"a row of {len(raw)} bytes")
    return record_from_row(row, raw, origin)
