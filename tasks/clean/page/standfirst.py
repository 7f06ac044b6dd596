"""The summary and the main points between the headline and the body of a page."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from tasks.clean.page.tree import INLINE_TAGS, LIST_TAGS, SHORTEST_STRETCH, block_names, letters, name_of, text_elements

_STANDFIRST_TAGS = frozenset({"p", "div", "h2", "h3", "h4", "section", "span"})
_LONGEST_STANDFIRST = 900
_STANDFIRSTS = 2
_FEWEST_POINTS, _MOST_POINTS = 2, 7
_FEWEST_POINT_WORDS, _MOST_POINT_WORDS = 4, 40
_KEY_CHARS = 60
_DESCRIPTIONS = (
    "//meta[@name='description']/@content",
    "//meta[@property='og:description']/@content",
    "//meta[@name='twitter:description']/@content",
)


def standfirst(tree: HtmlElement, text: str) -> list[str]:
    """The summary between headline and body where `text`, the text extracted from the tree, has left it out.

    It stands after the first headline and before the body's first paragraph, and either its name says so, or the page
    describes itself with the same words, or it is a paragraph of the headline's own header.
    """
    whole = letters(text)
    opening = letters(next((line for line in text.split("\n") if len(line) > _KEY_CHARS), text))[:_KEY_CHARS]
    described = [letters(str(found))[:_KEY_CHARS] for path in _DESCRIPTIONS for found in tree.xpath(path)]
    described = [key for key in described if len(key) >= SHORTEST_STRETCH]
    headline = tree.find(".//h1")
    header = headline.getparent() if headline is not None else None
    seen_headline = headline is None
    found: list[str] = []
    points: list[str] = []
    for element in text_elements(tree):
        seen_headline = seen_headline or element is headline
        if headline is not None and seen_headline and not points and element.tag in LIST_TAGS:
            points = _points(element, whole)
        if element.tag not in _STANDFIRST_TAGS or any(child.tag not in INLINE_TAGS | {"br"} for child in element):
            continue
        line = " ".join(str(element.text_content()).split())
        key = letters(line[: 2 * _LONGEST_STANDFIRST])
        if opening and element.tag == "p" and key.startswith(opening):
            break
        if not SHORTEST_STRETCH <= len(line) <= _LONGEST_STANDFIRST or key in whole:
            continue
        as_described = any(key.startswith(text_of) for text_of in described)
        in_header = (
            element.tag == "p" and element.getparent() is header and header is not None and header.tag == "header"
        )
        named = block_names().standfirst.search(f"{name_of(element)} {name_of(element.getparent())}") is not None
        if as_described or (seen_headline and (named or in_header) and _reads_like_text(element, line)):
            if not any(key in letters(other) or letters(other) in key for other in found):
                found.append(line)
            if len(found) == _STANDFIRSTS:
                break
    else:
        # Without the body's first paragraph nothing says that a list stands before it.
        points = []
    return [*found, *points]


def _points(listing: HtmlElement, whole: str) -> list[str]:
    """The main points of an article as a list above it gives them: a few phrases without links."""
    items = [" ".join(str(item.text_content()).split()) for item in listing if item.tag == "li"]
    if not _FEWEST_POINTS <= len(items) <= _MOST_POINTS or next(listing.iter("a"), None) is not None:
        return []
    if not all(_FEWEST_POINT_WORDS <= len(item.split()) <= _MOST_POINT_WORDS for item in items):
        return []
    return [f"- {item}" for item in items if letters(item) not in whole]


def _reads_like_text(element: HtmlElement, line: str) -> bool:
    linked = sum(len(str(link.text_content())) for link in element.iter("a"))
    return linked * 3 < len(line) and line.count(" ") >= 6 and re.search(r"[.!?…:]", line) is not None
