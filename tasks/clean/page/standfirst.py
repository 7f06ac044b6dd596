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
    place = _Place(tree, text)
    found: list[str] = []
    points: list[str] = []
    behind_headline = place.headline is None
    for element in text_elements(tree):
        behind_headline = behind_headline or element is place.headline
        if place.headline is not None and behind_headline and not points and element.tag in LIST_TAGS:
            points = _points(element, place.whole)
        if not _is_block(element):
            continue
        line = " ".join(str(element.text_content()).split())
        key = letters(line[: 2 * _LONGEST_STANDFIRST])
        if place.opening and element.tag == "p" and key.startswith(place.opening):
            return [*found, *points]
        if not SHORTEST_STRETCH <= len(line) <= _LONGEST_STANDFIRST or key in place.whole:
            continue
        if place.describes(key) or (behind_headline and place.is_named(element) and _reads_like_text(element, line)):
            if not any(key in letters(other) or letters(other) in key for other in found):
                found.append(line)
            if len(found) == _STANDFIRSTS:
                return [*found, *points]
    # Without the body's first paragraph nothing says that a list stands before it.
    return found


class _Place:
    """Where a standfirst may stand on a page, and by what it is known."""

    def __init__(self, tree: HtmlElement, text: str) -> None:
        self.whole = letters(text)
        first = next((line for line in text.split("\n") if len(line) > _KEY_CHARS), text)
        self.opening = letters(first)[:_KEY_CHARS]
        described = [letters(str(found))[:_KEY_CHARS] for path in _DESCRIPTIONS for found in tree.xpath(path)]
        self.descriptions = [key for key in described if len(key) >= SHORTEST_STRETCH]
        self.headline = tree.find(".//h1")
        self.header = self.headline.getparent() if self.headline is not None else None

    def describes(self, key: str) -> bool:
        """Whether the page describes itself with these words."""
        return any(key.startswith(description) for description in self.descriptions)

    def is_named(self, element: HtmlElement) -> bool:
        """Whether a block is called a standfirst, or is a paragraph of the headline's own header."""
        parent = element.getparent()
        if element.tag == "p" and parent is not None and parent.tag == "header" and parent is self.header:
            return True
        return block_names().standfirst.search(f"{name_of(element)} {name_of(parent)}") is not None


def _is_block(element: HtmlElement) -> bool:
    """Whether an element may be a standfirst as a whole: nothing stands in it but text."""
    return element.tag in _STANDFIRST_TAGS and all(child.tag in INLINE_TAGS | {"br"} for child in element)


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
