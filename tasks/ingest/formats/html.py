"""HTML files: one file, one page; what of it is the article is cleaning's work."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.ingest.encoding import decode
from tasks.records import Article, Reject

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE)


def declared_encoding(raw: bytes) -> str | None:
    """The encoding that a page names in its first 4 kB, or None."""
    found = _DECLARED.search(raw[:4096])
    return found[1].decode("ascii", "replace") if found else None


def read_html(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give the one page of an HTML file, or the reject that says why there is none."""
    if not raw.strip():
        yield Reject(origin, "read", "empty")
        return
    html = decode(raw, declared_encoding(raw))
    if html is None:
        yield Reject(origin, "read", "bad_encoding", "neither the declared encoding nor any other fits")
    else:
        yield Article(origin=origin, raw=raw, html=html)
