"""The article of an HTML page: text and metadata, by trafilatura, precision first."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from lxml.etree import LxmlError
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document
from trafilatura.utils import load_html

from tasks.clean.tree import (
    DROP,
    headings_of,
    letters,
    mark_unwanted,
    standfirst,
    stated_body,
    stated_moments,
    unwrap_layout,
)

# The libraries log what they skip; whether a page gives an article is told by the result.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_LITTLE_CHARS = 250
# What to take out first, and whether precision or recall is favoured.
_ATTEMPTS = ((True, True, False), (True, False, False), (False, False, False), (False, False, True))
_PRUNE = f"//*[@{DROP}]"
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

    What is plainly no article is taken out first (`tasks.clean.tree`). trafilatura is asked for precision first; where
    that leaves little, for balance, then for recall, and the first answer of some length is taken. The summary under
    the headline is put back where it was left out; a page with no text to speak of may state it as JSON-LD.
    """
    tree = _parse(html)
    if tree is None:
        return None
    moments = stated_moments(tree)
    unwrap_layout(tree)
    mark_unwanted(tree)
    best: Document | None = None
    for prune, precision, recall in _ATTEMPTS:
        found = _extract(tree, url, prune, precision, recall)
        if found is not None and (best is None or len(found.text or "") > 2 * len(best.text or "")):
            best = found
        if best is not None and len(best.text or "") >= _LITTLE_CHARS:
            break
    if best is None or not (best.text or "").strip():
        return None
    text = best.text or ""
    stated = stated_body(tree) if len(text) < _LITTLE_CHARS else None
    if stated and len(stated) > 2 * len(text):
        text = stated
    text = "\n".join([*standfirst(tree, text), _without_tail(text, headings_of(tree))])
    return Page(
        text=text,
        title=best.title or None,
        authors=tuple(name.strip() for name in (best.author or "").split(";") if name.strip()),
        # Extraction tells the day alone; the page may state the time of that day.
        published_at=next((each for each in moments if each.startswith(best.date or "-")), best.date) or None,
        url=best.url or None,
        lang=best.language or None,
    )


def _without_tail(text: str, headings: frozenset[str]) -> str:
    """The text without headings (or lines in capitals) at its end: what they head was left out by extraction."""
    lines = text.split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].isupper() or letters(lines[-1]) in headings):
        lines.pop()
    return "\n".join(lines)


def _parse(html: str) -> HtmlElement | None:
    try:
        tree = load_html(html)
    except (LxmlError, ValueError, RecursionError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _extract(tree: HtmlElement, url: str | None, prune: bool, precision: bool, recall: bool) -> Document | None:
    try:
        found = bare_extraction(
            tree,
            url=url,
            favor_precision=precision,
            favor_recall=recall,
            include_comments=False,
            include_tables=not precision,
            with_metadata=True,
            date_extraction_params=_DATES,
            prune_xpath=_PRUNE if prune else None,
        )
    except (LxmlError, ValueError, RecursionError, AssertionError):
        # Markup so broken that the parser gives up: no article.
        return None
    return found if isinstance(found, Document) else None
