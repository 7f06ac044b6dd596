"""Plain text: one file, one article."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.ingest.encoding import decode
from tasks.records import Article, Reject


def read_text(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give the one article of a plain-text file, or the reject that says why there is none."""
    if not raw.strip():
        yield Reject(origin, "read", "empty")
        return
    text = decode(raw)
    if text is None:
        yield Reject(origin, "read", "bad_encoding", "neither UTF-8 nor any other encoding fits")
    elif not text.strip():
        yield Reject(origin, "read", "empty")
    else:
        yield Article(origin=origin, raw=raw, text=text)
