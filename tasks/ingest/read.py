"""Read an open file by what its content is: each format's reader, files in archives included."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from tasks.ingest.encoding import BYTE_ORDER_MARKS, decode, wide_without_mark
from tasks.ingest.formats import archives, feed, html, jsonl, newsml, nitf, parquet, text, warc, wxr
from tasks.ingest.formats import csv as csv_
from tasks.ingest.limits import Limits
from tasks.ingest.sniff import HEAD_BYTES, sniff
from tasks.ingest.streams import StreamError, head_of, lines, read_at_most, told_apart, unpack
from tasks.records import Article, Reject

ONE_RECORD = {"text": text.read_text, "html": html.read_html, "nitf": nitf.read_nitf}
ONE_TREE = {"rss": feed.read_feed, "atom": feed.read_feed, "wxr": wxr.read_wxr, "newsml": newsml.read_newsml}
_WARC_PACKINGS = frozenset(("none", "gzip", "zstd"))


def read_any(file: IO[bytes], origin: str, limits: Limits, depth: int = 0) -> Iterator[Article | Reject]:
    """Give every record of an open, seekable file, packed or not, one article or reject each.

    Parameters
    ----------
    depth
        How many archives the file stands in.

    Raises
    ------
    StreamError
        Where the file cannot be read and no record tells it.
    """
    unpacked = unpack(file)
    head = head_of(unpacked.stream, HEAD_BYTES)
    unpacked.stream.seek(0)
    stream, kind = unpacked.stream, sniff(head, origin)
    if kind in ("jsonl", "csv") and is_wide(head):
        # Two or four bytes a character: line ends cannot be found in the bytes.
        decoded = (decode(read_at_most(stream, limits.max_document_bytes)) or "").encode()
        stream = io.BytesIO(decoded)
        head = decoded[:HEAD_BYTES]
    if kind == "jsonl":
        yield from read_jsonl(stream, origin, limits)
    elif kind == "csv":
        yield from read_csv(stream, head, origin, limits)
    elif kind == "parquet":
        yield from parquet.read_parquet(stream, origin, limits)
    elif kind == "warc":
        packed = unpacked.packing in _WARC_PACKINGS
        yield from warc.read_warc(
            unpacked.base if packed else stream, unpacked.packing if packed else "none", origin, limits
        )
    elif kind in ("zip", "tar"):
        yield from _read_archive(stream, kind, origin, limits, depth)
    elif kind == "json":
        yield from jsonl.read_document(read_at_most(stream, limits.max_record_bytes), origin, limits)
    elif kind in ONE_RECORD:
        yield from ONE_RECORD[kind](read_at_most(stream, limits.max_record_bytes), origin)
    elif kind in ONE_TREE:
        yield from ONE_TREE[kind](read_at_most(stream, limits.max_document_bytes), origin)
    else:
        yield _refuse(kind, head, origin)


def read_jsonl(
    stream: IO[bytes],
    origin: str,
    limits: Limits,
    first_record: int = 1,
    byte_start: int = 0,
    byte_stop: int | None = None,
) -> Iterator[Article | Reject]:
    """Give the records of the lines between two places; where the stream breaks off, a reject says so."""
    number = first_record - 1
    try:
        with told_apart():
            stream.seek(byte_start)
            position = byte_start
            found = lines(stream, limits.max_record_bytes, limits.max_unpacked_bytes - byte_start)
            for number, (line, length) in enumerate(found, first_record):
                yield from jsonl.read_lines([(number, line)], origin, limits)
                position += length
                if byte_stop is not None and position >= byte_stop:
                    return
    except StreamError as error:
        yield Reject(origin if number < 1 else f"{origin}#{number + 1}", "read", error.reason, error.detail)


def read_csv(stream: IO[bytes], head: bytes, origin: str, limits: Limits) -> Iterator[Article | Reject]:
    """Give the records of a table; where the stream breaks off, a reject says so."""
    header = csv_.read_header(stream, head, limits)
    if isinstance(header, Reject):
        yield replace(header, origin=origin)
        return
    any_row = False
    source = csv_.open_rows(stream, header.stop, header, limits)
    for record in csv_.read_rows(source, header, 1, None, origin, limits):
        any_row = True
        yield record
    if not any_row:
        yield Reject(origin, "read", "empty", "a table without rows")


def _read_archive(stream: IO[bytes], kind: str, origin: str, limits: Limits, depth: int) -> Iterator[Article | Reject]:
    if depth >= limits.max_nesting:
        yield Reject(origin, "read", "too_deep", f"archives in archives, more than {limits.max_nesting} deep")
        return

    def read_member(member: IO[bytes], where: str) -> Iterator[Article | Reject]:
        try:
            with told_apart():
                yield from read_any(member, where, limits, depth + 1)
        except StreamError as error:
            yield Reject(where, "read", error.reason, error.detail)

    read_archive = archives.read_zip if kind == "zip" else archives.read_tar
    yield from read_archive(stream, origin, limits, read_member)


def _refuse(kind: str, head: bytes, origin: str) -> Reject:
    """The reject of a file whose format is told but not read."""
    if kind == "empty":
        return Reject(origin, "read", "empty", "markup without an element" if head.strip() else None)
    if kind in ("binary", "image"):
        return Reject(origin, "read", "binary", None if kind == "binary" else kind)
    if kind == "xml":
        root = re.search(r"<[A-Za-z_][\w:.-]*", decode(head) or "")
        return Reject(origin, "read", "unknown_format", f"XML of an unknown kind: {root[0]}>" if root else "XML")
    return Reject(origin, "read", "unknown_format", kind)


def is_wide(head: bytes) -> bool:
    """Whether characters take two or four bytes."""
    marked = any(head.startswith(mark) for mark, encoding in BYTE_ORDER_MARKS if encoding != "utf-8")
    return marked or wide_without_mark(head) is not None
