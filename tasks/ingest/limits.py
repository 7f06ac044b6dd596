"""How much of an input is read at most; every limit is a setting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one bad input from taking a worker's memory or time, and how tables are to be read.

    Parameters
    ----------
    max_record_bytes
        The longest single record (a text file, a JSON line, a page), in bytes, unpacked. Longer ones are rejects.
    max_unpacked_bytes
        The most that one packed file may unpack to, in bytes; reading stops there with a reject.
    max_document_bytes
        The longest document that holds many records and is read as one tree (a feed, an export), in bytes.
    max_archive_ratio
        An archive that unpacks to more than this many times its size (and to more than 100 MB) is a bomb.
    max_nesting
        How deep archives may stand in archives and compressed streams in compressed streams.
    columns
        Pairs (field, column) for tables and JSON objects that have names of their own: `(("text", "rumpf"),)`.
    """

    max_record_bytes: int = 10_000_000
    max_unpacked_bytes: int = 50_000_000_000
    max_document_bytes: int = 100_000_000
    max_archive_ratio: int = 200
    max_nesting: int = 3
    columns: tuple[tuple[str, str], ...] = ()
