"""The article of an HTML page: text and metadata, by trafilatura, precision first."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from lxml.etree import LxmlError
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document
from trafilatura.utils import load_html

from tasks.clean.boilerplate import is_statement
from tasks.clean.tree import (
    DROP,
    headline_of,
    headings_of,
    join_posts,
    letters,
    mark_unwanted,
    marked_lines,
    paragraph_chars,
    standfirst,
    stated_body,
    stated_moments,
    unwrap_layout,
)

# The libraries log what they skip; whether a page gives an article is told by the result.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_LITTLE_CHARS, _TOO_LITTLE = 250, 60
_SENTENCE_ENDS = ".!?…:;\"'“”’»)]。！？）」"
_MOST_LOOSE = 8
_FEW_PARAGRAPHS, _MUCH_MORE = 0.4, 1.5
_LITTLE_PROSE, _MUCH_PROSE, _PROSE_LINE = 0.3, 0.7, 80
# What to take out first, and whether precision or recall is favoured.
_ATTEMPTS = ((True, False, False), (False, False, False), (False, False, True))
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
    join_posts(tree)
    mark_unwanted(tree)
    best: Document | None = None
    for prune, precision, recall in _ATTEMPTS:
        found = _extract(tree, url, prune, precision, recall)
        if found is not None and (best is None or len(found.text or "") > 2 * len(best.text or "")):
            best = found
        if best is not None and len(best.text or "") >= _LITTLE_CHARS:
            break
    if best is not None and len(best.text or "") < _FEW_PARAGRAPHS * paragraph_chars(tree):
        best = _with_more(tree, url, best)
    if best is not None and _prose_share(best) < _LITTLE_PROSE:
        # Labels and menus: precision leaves them out where it finds an article at all.
        precise = _extract(tree, url, True, True, False)
        if precise is not None and len(precise.text or "") >= _LITTLE_CHARS and _prose_share(precise) > _MUCH_PROSE:
            best = precise
    if best is None or not (best.text or "").strip():
        return None
    text = best.text or ""
    stated = stated_body(tree) if len(text) < _LITTLE_CHARS else None
    if stated and len(stated) > 2 * len(text):
        text = stated
    text = "\n".join([*standfirst(tree, text), _without_tail(text, headings_of(tree))])
    if len(text) < _TOO_LITTLE and not any(is_statement(line) for line in text.split("\n")):
        return None
    return Page(
        text=text,
        title=headline_of(tree, best.title) or None,
        authors=tuple(name.strip() for name in (best.author or "").split(";") if name.strip()),
        # Extraction tells the day alone; the page may state the time of that day.
        published_at=next((each for each in moments if each.startswith(best.date or "-")), best.date) or None,
        url=best.url or None,
        lang=best.language or None,
    )


def _with_more(tree: HtmlElement, url: str | None, found: Document) -> Document:
    """The extraction from the whole page without what is marked, where that keeps much more of its paragraphs.

    Extraction chooses one block of a page; what is left when marked blocks are gone may lead it to a small one.
    """
    whole = _extract(tree, url, False, False, False)
    if whole is None:
        return found
    marked = marked_lines(tree)
    lines = [line for line in (whole.text or "").split("\n") if letters(line) not in marked]
    text = "\n".join(lines)
    if len(text) > _MUCH_MORE * len(found.text or ""):
        whole.text = text
        if _prose_share(whole) >= _MUCH_PROSE:
            return whole
    return found


def _prose_share(found: Document) -> float:
    """Which part of a text stands in lines as long as sentences, cells of tables apart."""
    lines = [line for line in (found.text or "").split("\n") if not line.startswith("|")]
    return sum(len(line) for line in lines if len(line) >= _PROSE_LINE) / max(1, sum(map(len, lines)))


def _without_tail(text: str, headings: frozenset[str]) -> str:
    """The text without what stands loose at its end.

    That is headings (or lines in capitals), for what they head was left out by extraction, and short lines that are no
    sentences: addresses, prices, names of sections. Items of lists, rows of tables and a long run of such lines stay.
    """
    lines = text.split("\n")
    kept = len(lines)
    while kept > 1 and (_is_headless(lines[kept - 1], headings) or _is_loose(lines[kept - 1])):
        kept -= 1
    if len(lines) - kept <= _MOST_LOOSE:
        return "\n".join(lines[:kept])
    while len(lines) > 1 and _is_headless(lines[-1], headings):
        lines.pop()
    return "\n".join(lines)


def _is_headless(line: str, headings: frozenset[str]) -> bool:
    return not line.strip() or line.isupper() or letters(line) in headings


def _is_loose(line: str) -> bool:
    return len(line) < _PROSE_LINE and not line.startswith(("- ", "|")) and line.rstrip()[-1] not in _SENTENCE_ENDS


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
            include_tables=True,
            with_metadata=True,
            date_extraction_params=_DATES,
            prune_xpath=_PRUNE if prune else None,
        )
    except (LxmlError, ValueError, RecursionError, AssertionError):
        # Markup so broken that the parser gives up: no article.
        return None
    return found if isinstance(found, Document) else None
