"""RSS, RDF and Atom files: the full content of each entry, or its summary, with a note that says which."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import feedparser

from tasks.ingest.formats.markup import TooDeepError, text_of_fragment
from tasks.ingest.formats.xml import Document, parse_xml
from tasks.records import Article, Reject

# What feedparser 6.0.14 raises by mistake on damaged feeds, such as a namespace with a space in its name.
_GIVEN_UP = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)\b")
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_LINK = re.compile(r"<a\b[^>]{0,2000}>(?:(?!<a\b).)*?</a\s*>", re.DOTALL | re.IGNORECASE)
# feedparser reads 1 to 2 MB a second and takes each attribute in time that grows with their number.
MAX_FEED_BYTES = 20_000_000
MAX_ATTRIBUTES = 200
_LONG_TAG = re.compile(r"<\w[^<>]{1000,}")
_ATTRIBUTE = re.compile(r"[\w:.-]\s*=\s*[\"']")
_DATES = ("published", "created", "updated")


def read_feed(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give an article or a reject for each entry of a feed; entries count from 1."""
    if len(raw) > MAX_FEED_BYTES:
        yield Reject(origin, "read", "too_large", f"a feed of {len(raw)} bytes; at most {MAX_FEED_BYTES} are read")
        return
    document = parse_xml(raw)
    if document.root is None and document.reason != "bad_xml":
        yield Reject(origin, "read", document.reason, document.detail)
        return
    if any(len(_ATTRIBUTE.findall(tag[0])) > MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(document.text)):
        yield Reject(origin, "read", "too_large", f"an element of more than {MAX_ATTRIBUTES} attributes")
        return
    try:
        parsed = feedparser.parse(
            io.BytesIO(document.text.encode("utf-8", "replace")),
            response_headers=_HEADERS,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _GIVEN_UP as error:
        yield Reject(origin, "read", "bad_xml", f"feedparser gave up: {type(error).__name__}: {error}"[:200])
        return
    entries = list(parsed.entries)
    if document.reason == "truncated" and entries and _ends_inside_entry(document):
        entries.pop()
    number = 0
    for number, entry in enumerate(entries, 1):
        yield _entry(entry, parsed.feed, f"{origin}#{number}")
    if document.reason == "truncated":
        yield Reject(f"{origin}#{number + 1}", "read", "truncated", document.detail)
    elif not entries:
        reason, detail = (document.reason, document.detail) if document.reason else ("empty", "a feed without entries")
        yield Reject(origin, "read", reason, detail)


def _ends_inside_entry(document: Document) -> bool:
    begins = [found.start() for found in _ENTRY.finditer(document.text)]
    ends = [found.start() for found in _ENTRY_END.finditer(document.text)]
    return bool(begins) and (not ends or ends[-1] < begins[-1])


def _entry(entry: Any, feed: Any, origin: str) -> Article | Reject:
    url, guid, source = _word(entry.get("link")), _word(entry.get("id")), _source(entry, feed)

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=guid, url=url, source=source)

    try:
        contents = [_plain(content) for content in entry.get("content", ())]
        full = max(contents, key=len, default="")
        summary = _plain(entry.get("summary_detail") or {"value": entry.get("summary")})
        title = _plain(entry.get("title_detail") or {"value": entry.get("title")})
    except TooDeepError:
        return refuse("too_deep", "elements nested too deeply")
    text = full if len(full) >= len(summary) else summary
    if not text:
        return refuse("missing_field", "an entry with neither content nor summary")
    if not any(_plain({"value": _LINK.sub(" ", str(value))}) for value in _values(entry)):
        return refuse("not_an_article", "an entry with nothing but links")
    published_at = next((moment for moment in (_word(entry.get(name)) for name in _DATES) if moment), None)
    return Article(
        origin=origin,
        raw=_raw(entry, text),
        text=text,
        title=" ".join(title.split()) or None,
        url=url,
        external_id=guid,
        source=source,
        authors=_authors(entry),
        published_at=published_at,
        published_basis="feed" if published_at else "none",
        lang=_word((entry.get("summary_detail") or {}).get("language") or feed.get("language")),
        notes=("a feed entry with its full content" if full and text is full else "a feed entry with a summary only",),
    )


def _values(entry: Any) -> list[Any]:
    return [content.get("value") for content in entry.get("content", ())] + [entry.get("summary") or ""]


def _plain(content: Any) -> str:
    """The words of a feed's text construct, which may be HTML whatever it says of itself."""
    value = content.get("value")
    if not isinstance(value, str):
        return ""
    return text_of_fragment(value) if _MARKUP.search(value) else "\n\n".join(_paragraphs(value))


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _authors(entry: Any) -> tuple[str, ...]:
    named = [_word(author.get("name")) for author in entry.get("authors", ()) if hasattr(author, "get")]
    return tuple(name for name in (named if any(named) else [_word(entry.get("author"))]) if name)


def _source(entry: Any, feed: Any) -> str | None:
    """Who published the entry: its own source where it was taken over from elsewhere, else the feed's title."""
    own = entry.get("source")
    return _word((own.get("title") if hasattr(own, "get") else None) or feed.get("title"))


def _word(value: Any) -> str | None:
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def _raw(entry: Any, text: str) -> bytes:
    """What of an entry tells it from others, whatever else its feed says."""
    parts = (entry.get("id"), entry.get("link"), entry.get("title"), entry.get("published"), text)
    return "\x1f".join(str(part) for part in parts if part).encode("utf-8", "surrogatepass")
