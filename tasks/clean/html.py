"""The article of an HTML page: text and metadata, by trafilatura, precision first."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from lxml.etree import LxmlError
from trafilatura import bare_extraction
from trafilatura.settings import Document

# The libraries log what they skip; whether a page gives an article is told by the result.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_LITTLE_CHARS = 250
# htmldate takes the clock for its latest date unless told otherwise; whether a date is in the future is judged later,
# against the input alone.
_DATES = {"original_date": True, "extensive_search": True, "max_date": "2199-12-31"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: text with a line per block, and the metadata it declares, as strings."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] = field(default=())
    published_at: str | None = None
    url: str | None = None
    lang: str | None = None


def extract_page(html: str, url: str | None = None) -> Page | None:
    """Extract the article of a page, or give None where there is none.

    trafilatura is asked for precision first; where that leaves little, for balance, then for recall, and the first
    answer of some length is taken.
    """
    best: Document | None = None
    for precision, recall in ((True, False), (False, False), (False, True)):
        found = _extract(html, url, precision, recall)
        if found is not None and (best is None or len(found.text or "") > 2 * len(best.text or "")):
            best = found
        if best is not None and len(best.text or "") >= _LITTLE_CHARS:
            break
    if best is None or not (best.text or "").strip():
        return None
    return Page(
        text=best.text or "",
        title=best.title or None,
        authors=tuple(name.strip() for name in (best.author or "").split(";") if name.strip()),
        published_at=best.date or None,
        url=best.url or None,
        lang=best.language or None,
    )


def _extract(html: str, url: str | None, precision: bool, recall: bool) -> Document | None:
    try:
        found = bare_extraction(
            html,
            url=url,
            favor_precision=precision,
            favor_recall=recall,
            include_comments=False,
            include_tables=not precision,
            with_metadata=True,
            date_extraction_params=_DATES,
        )
    except (LxmlError, ValueError, RecursionError, AssertionError):
        # Markup so broken that the parser gives up: no article.
        return None
    return found if isinstance(found, Document) else None
