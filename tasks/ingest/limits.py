"""How much of an input is read at most; every limit is a setting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one bad input from taking a worker's memory or time.

    Parameters
    ----------
    max_record_bytes
        The longest single record (a text file, a JSON line, a page), in bytes, unpacked. Longer ones are rejects.
    max_unpacked_bytes
        The most that one packed file may unpack to, in bytes; reading stops there with a reject.
    """

    max_record_bytes: int = 10_000_000
    max_unpacked_bytes: int = 50_000_000_000
