"""The article of an HTML page: text and metadata, by trafilatura, and what it takes in or leaves out put right."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from lxml.etree import LxmlError
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document
from trafilatura.utils import load_html

from tasks.clean.boilerplate import is_statement
from tasks.clean.page.layout import join_posts, unwrap_layout
from tasks.clean.page.loose_ends import prose_share, without_date, without_tail
from tasks.clean.page.marks import mark_unwanted
from tasks.clean.page.standfirst import standfirst
from tasks.clean.page.stated import headline_of, stated_body, stated_moments
from tasks.clean.page.tree import DROP, headings_of, letters, marked_lines, paragraph_chars

# The libraries log what they skip; whether a page gives an article is told by the result.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_LITTLE_CHARS, _TOO_LITTLE = 250, 60
_FEW_PARAGRAPHS, _MUCH_MORE = 0.4, 1.5
_LITTLE_PROSE, _MUCH_PROSE = 0.3, 0.7
# Whether to take out what is marked first, and whether precision or recall is favoured.
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

    What is plainly no article is taken out first (`marks`), which makes trafilatura's balanced extraction both precise
    and complete; where that leaves little, the page is tried unpruned, then for recall. A text of menus
    is replaced by what the precise extraction finds, a text of few of the page's paragraphs by one of more. The summary
    under the headline is put back, loose ends go; a page with no text to speak of may state it as JSON-LD.
    """
    tree = _parse(html)
    if tree is None:
        return None
    moments = stated_moments(tree)
    unwrap_layout(tree)
    join_posts(tree)
    mark_unwanted(tree)
    best = _best_attempt(tree, url)
    if best is None or not _text_of(best).strip():
        return None
    text = _stated_or(tree, _better_text(tree, _text_of(best)))
    text = "\n".join([*standfirst(tree, text), without_tail(without_date(text), headings_of(tree))])
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


def _best_attempt(tree: HtmlElement, url: str | None) -> Document | None:
    """The first extraction that gives a text to speak of; of others one far longer than those before it."""
    best: Document | None = None
    for prune, precision, recall in _ATTEMPTS:
        found = _extract(tree, url, prune, precision, recall)
        if found is not None and (best is None or len(_text_of(found)) > 2 * len(_text_of(best))):
            best = found
        if len(_text_of(best)) >= _LITTLE_CHARS:
            break
    return best


def _stated_or(tree: HtmlElement, text: str) -> str:
    """The body that the page states as data, where what stands on it gives little beside that."""
    stated = stated_body(tree) if len(text) < _LITTLE_CHARS else None
    return stated if stated and len(stated) > 2 * len(text) else text


def _better_text(tree: HtmlElement, text: str) -> str:
    """Another extraction of the page where the first has few of its paragraphs, or little but menus and labels."""
    if len(text) < _FEW_PARAGRAPHS * paragraph_chars(tree):
        # Extraction chooses one block of a page; what is left without the marked blocks may lead it to a small one.
        marked = marked_lines(tree)
        whole = _text_of(_extract(tree, None, False, False, False, metadata=False))
        more = "\n".join(line for line in whole.split("\n") if letters(line) not in marked)
        if len(more) > _MUCH_MORE * len(text) and prose_share(more) >= _MUCH_PROSE:
            return more
    if prose_share(text) < _LITTLE_PROSE:
        precise = _text_of(_extract(tree, None, True, True, False, metadata=False))
        if len(precise) >= _LITTLE_CHARS and prose_share(precise) > _MUCH_PROSE:
            return precise
    return text


def _text_of(found: Document | None) -> str:
    return (found.text or "") if found is not None else ""


def _parse(html: str) -> HtmlElement | None:
    try:
        tree = load_html(html)
    except (LxmlError, ValueError, RecursionError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _extract(
    tree: HtmlElement, url: str | None, prune: bool, precision: bool, recall: bool, metadata: bool = True
) -> Document | None:
    try:
        found = bare_extraction(
            tree,
            url=url,
            favor_precision=precision,
            favor_recall=recall,
            include_comments=False,
            include_tables=True,
            with_metadata=metadata,
            date_extraction_params=_DATES,
            prune_xpath=_PRUNE if prune else None,
        )
    except (LxmlError, ValueError, RecursionError, AssertionError):
        # Markup so broken that the parser gives up: no article.
        return None
    return found if isinstance(found, Document) else None
