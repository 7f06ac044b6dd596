"""Tables whose columns have any names: which column holds which field of an article, and a record from a row."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tasks.errors import UserError
from tasks.records import Article, Reject

# In the order of preference; compared in lower case with every other sign as an underscore.
ALIASES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "full_text", "fulltext", "article_text", "articletext", "article_body",
        "maintext", "main_text", "body_text", "content_text", "article", "story", "plain_text", "raw_text",
        "clean_text",
    ),
    "html": ("html", "raw_html", "content_html", "body_html", "article_html", "page", "page_html"),
    "title": ("title", "headline", "heading", "article_title", "head_line", "news_title", "subject"),
    "url": ("url", "link", "article_url", "source_url", "web_url", "page_url", "permalink", "uri", "href"),
    "external_id": ("id", "article_id", "external_id", "guid", "doc_id", "document_id", "docid", "uuid", "news_id"),
    "source": (
        "source", "publisher", "publication", "outlet", "newspaper", "source_name", "source_domain", "site", "domain",
        "media", "site_name", "agency",
    ),
    "authors": ("authors", "author", "byline", "creator", "writer", "reporter", "author_name"),
    "published_at": (
        "published_at", "publication_date", "published", "date_published", "publish_date", "date_publish", "pub_date",
        "pubdate", "publishedat", "published_date", "publication_time", "published_time", "publish_time",
        "publication_datetime", "datetime", "date", "timestamp", "created_at", "time",
    ),
    "lang": ("lang", "language", "language_code", "lang_code"),
    "fetched_at": (
        "fetched_at", "crawled_at", "retrieved_at", "scraped_at", "downloaded_at", "date_download", "date_crawled",
        "crawl_date", "fetch_time", "collected_at",
    ),
}  # fmt: skip
# What tables write where there is nothing.
MISSING = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "#n/a", "nil", "\\n", "nat"})


def normal_name(name: str) -> str:
    """A column's name as it is compared: lower case, every run of other signs one underscore."""
    return re.sub(r"[\W_]+", "_", name.strip().removeprefix("\ufeff").lower()).strip("_")


def map_columns(names: Sequence[str], chosen: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """The place of the column for each field, by the user's choice first, then by common names.

    Raises
    ------
    UserError
        Where the choice names a field that does not exist.
    """
    by_name: dict[str, int] = {}
    for place, name in enumerate(names):
        by_name.setdefault(normal_name(name), place)
    found: dict[str, int] = {}
    for field, column in chosen:
        if field not in ALIASES:
            raise UserError(f"columns: no field is called {field!r}; the fields are {', '.join(ALIASES)}")
        if column in names:
            found[field] = list(names).index(column)
        elif normal_name(column) in by_name:
            found[field] = by_name[normal_name(column)]
    for field, aliases in ALIASES.items():
        if field in found:
            continue
        places = [by_name[alias] for alias in aliases if alias in by_name]
        free = [place for place in places if place not in found.values()]
        if free:
            found[field] = free[0]
    return found


def no_text_column(names: Sequence[str]) -> str:
    """What to say of a table in which no column holds the text."""
    listed = ", ".join(name.strip()[:40] for name in names[:12]) + (" …" if len(names) > 12 else "")
    return f"no column is known to hold the text among: {listed}"


def record_from_row(values: Mapping[str, Any], raw: bytes, origin: str) -> Article | Reject:
    """Make an article of the fields of one row, or the reject that says what is wrong with it."""
    external_id, url, source = _text(values.get("external_id")), _text(values.get("url")), _text(values.get("source"))

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=external_id, url=url, source=source)

    for field in ("text", "html"):
        value = values.get(field)
        if value is not None and not isinstance(value, str) and not _is_nan(value):
            return refuse("bad_value", f"{field} is of type {type(value).__name__} where words are expected")
    text, html = _body(values.get("text")), _body(values.get("html"))
    if text is None and html is None:
        given = any(isinstance(values.get(field), str) for field in ("text", "html"))
        blank = given and not any(str(values.get(field) or "").strip() for field in ("text", "html"))
        return refuse("empty", "text is empty") if blank else refuse("missing_field", "the row has no text")
    published_at = _text(values.get("published_at"))
    return Article(
        origin=origin,
        raw=raw,
        text=text,
        html=None if text is not None else html,
        title=_text(values.get("title")),
        url=url,
        external_id=external_id,
        source=source,
        authors=_names(values.get("authors")),
        published_at=published_at,
        published_basis="meta" if published_at else "none",
        lang=_text(values.get("lang")),
        fetched_at=_text(values.get("fetched_at")),
    )


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _body(value: Any) -> str | None:
    if not isinstance(value, str) or value.strip().lower() in MISSING:
        return None
    return value


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, bool) or _is_nan(value):
        return None
    if isinstance(value, float):
        if math.isinf(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str) or value.strip().lower() in MISSING:
        return None
    return value.strip()


def _names(value: Any) -> tuple[str, ...]:
    """Authors from a cell: a list, or names joined by semicolons, bars or written as a list of quoted names."""
    if isinstance(value, str):
        inner = value.strip()
        if inner.startswith("[") and inner.endswith("]"):
            value = [part[0] or part[1] for part in re.findall(r"'([^']*)'|\"([^\"]*)\"", inner)]
        else:
            value = re.split(r"\s*[;|]\s*", inner)
    if not isinstance(value, list):
        return ()
    return tuple(name for name in (_text(item) for item in value) if name)
