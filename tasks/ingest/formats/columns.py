"""Tables and objects whose fields have any names: which holds what of an article, and a record from a row."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from tasks.errors import UserError
from tasks.records import Article, Reject

# In the order of preference; compared in lower case with every other sign as an underscore.
ALIASES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "full_text", "fulltext", "article_text", "articletext", "article_body",
        "maintext", "main_text", "body_text", "content_text", "article", "story", "plain_text", "raw_text",
        "clean_text", "inhalt", "volltext", "artikel", "artikeltext", "texte", "contenu", "corps", "texto", "contenido",
        "cuerpo",
    ),
    "html": ("html", "raw_html", "content_html", "body_html", "article_html", "page", "page_html"),
    "title": ("title", "headline", "heading", "article_title", "head_line", "news_title", "subject", "titel",
        "überschrift", "schlagzeile", "titre", "título", "titulo", "titular"),
    "url": ("url", "link", "article_url", "source_url", "web_url", "page_url", "permalink", "uri", "href"),
    "external_id": ("id", "article_id", "external_id", "guid", "doc_id", "document_id", "docid", "uuid", "news_id"),
    "source": (
        "source", "publisher", "publication", "outlet", "newspaper", "source_name", "source_domain", "site", "domain",
        "media", "site_name", "agency", "quelle", "zeitung", "fuente",
    ),
    "authors": ("authors", "author", "byline", "creator", "writer", "reporter", "author_name", "autor",
        "autoren", "verfasser", "auteur", "auteurs", "autores"),
    "published_at": (
        "published_at", "publication_date", "published", "date_published", "publish_date", "date_publish", "pub_date",
        "pubdate", "publishedat", "published_date", "publication_time", "published_time", "publish_time",
        "publication_datetime", "datetime", "date", "timestamp", "created_at", "time", "datum", "veröffentlicht",
        "veröffentlicht_am", "erscheinungsdatum", "date_de_publication", "fecha", "fecha_de_publicación",
        "fecha_publicacion",
    ),
    "lang": ("lang", "language", "language_code", "lang_code", "sprache", "langue", "idioma"),
    "fetched_at": (
        "fetched_at", "crawled_at", "retrieved_at", "scraped_at", "downloaded_at", "date_download", "date_crawled",
        "crawl_date", "fetch_time", "collected_at",
    ),
}  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")
# What tables write where there is nothing.
MISSING = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "#n/a", "nil", "\\n", "nat"})


def normal_name(name: str) -> str:
    """A column's name as it is compared: lower case, every run of other signs one underscore."""
    return re.sub(r"[\W_]+", "_", name.strip().removeprefix("\ufeff").lower()).strip("_")


@lru_cache(maxsize=1024)
def map_fields(names: tuple[str, ...], chosen: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The name that holds each field, as `map_columns` finds it: for objects, of which many have the same names."""
    return {field: names[place] for field, place in map_columns(names, chosen).items()}


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


def record_from_row(values: Mapping[str, Any], raw: bytes, origin: str, names: Sequence[str] = ()) -> Article | Reject:
    """Make an article of the fields of one row or object, or the reject that says what is wrong with it.

    Parameters
    ----------
    values
        What the input holds for each field: text, numbers, lists, None and NaN, in any mixture.
    names
        What the input calls its columns, for the reject of a record without text.
    """
    external_id, source = _text(values.get("external_id")), _text(values.get("source"))
    url = _text(values.get("url")) if isinstance(values.get("url"), str) else None

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=external_id, url=url, source=source)

    text, html = _body(values.get("text")), _body(values.get("html"))
    if text is None and html is None:
        for field in ("text", "html"):
            value = values.get(field)
            if not (value is None or isinstance(value, str) or _is_nan(value)):
                return refuse("bad_value", f"{field} is of type {type(value).__name__} where words are expected")
        blank = any(isinstance(value, str) and not value.strip() for value in map(values.get, ("text", "html")))
        if blank:
            return refuse("empty", "text is empty")
        return refuse("missing_field", no_text_column(names) if names else "the row has no text")
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
    """A text, or the paragraphs of one as a list; None where there are no words."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    if not isinstance(value, str) or value.strip().lower() in MISSING:
        return None
    return _without_surrogates(value)


def _without_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON can write and UTF-8 cannot, one for one."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _text(value: Any) -> str | None:
    """A word or a number as text, the name of an object that has one; anything else counts as not given."""
    if isinstance(value, dict):
        value = value.get("name")
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
    return _without_surrogates(value.strip())


def _names(value: Any) -> tuple[str, ...]:
    """Authors: a list of names or of objects with one, names joined by semicolons or bars, a list written as text."""
    if isinstance(value, str):
        inner = value.strip()
        if inner.startswith("[") and inner.endswith("]"):
            value = [part[0] or part[1] for part in re.findall(r"'([^']*)'|\"([^\"]*)\"", inner)]
        else:
            value = re.split(r"\s*[;|]\s*", inner)
    if not isinstance(value, list):
        return ()
    return tuple(name for name in (_text(item) for item in value) if name)
