"""What every rule on the tree of a page needs: marks, the names of its blocks, its text elements and running text.

The names of blocks are data (`tasks/data/page_blocks.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from tasks.reference.files import toml

DROP = "data-dateline-drop"
# What is marked: what is no part of the article at all, a label such as its date, its head, with the summary perhaps.
NO_ARTICLE, LABEL, HEAD = "1", "label", "head"

LIST_TAGS = frozenset({"ul", "ol"})
INLINE_TAGS = frozenset({"a", "b", "strong", "i", "em", "u", "span", "font", "small", "img", "mark"})
NOT_TEXT = frozenset({"script", "style", "head", "title", "noscript", "template"})
SHORTEST_STRETCH = 40
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_POST_CLASSES = re.compile(r"\b(?:category|tag|format|status|type)-\S+")
_NOT_LETTERS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class BlockNames:
    """What the names of blocks tell; a pattern matches from cut to cut of a name as `name_of` gives it."""

    drop: re.Pattern[str]
    standfirst: re.Pattern[str]
    label: re.Pattern[str]
    more: frozenset[str]


@cache
def block_names() -> BlockNames:
    """The names of blocks as the data file has them, compiled once."""
    data = toml("page_blocks.toml")
    drop, stand, label = (
        re.compile(rf"(?<![a-z0-9])(?:{'|'.join(data[key])})(?![a-z0-9])") for key in ("drop", "standfirst", "label")
    )
    return BlockNames(drop, stand, label, frozenset(data["more"]))


def name_of(element: HtmlElement) -> str:
    """Class and id as one string in which every cut is a hyphen or a space."""
    given = f"{element.get('class') or ''} {element.get('id') or ''}"
    if "-" in element.tag:
        given = f"{element.tag} {given}"
    if given == " ":
        return ""
    if "type-post" in given or "hentry" in given:
        # WordPress names a post by its categories and tags, and those may be called anything.
        given = _POST_CLASSES.sub("", given)
    return re.sub(r"[-_:]+", "-", _HUMP.sub("-", given)).lower()


def letters(text: str) -> str:
    """A text as it is compared: words, case-folded, one space between."""
    return _NOT_LETTERS.sub(" ", text).strip().casefold()


def stretch(text: str | None) -> int:
    """The length of a piece of running text in characters, 0 where it is too short to be one."""
    length = len(text.strip()) if text else 0
    return length if length >= SHORTEST_STRETCH else 0


def text_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Elements in order, without those that hold no text of the page and those inside what is marked."""
    stack = [tree]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in NOT_TEXT or element.get(DROP) in (NO_ARTICLE, LABEL):
            continue
        yield element
        stack.extend(reversed(element))


def headings_of(tree: HtmlElement) -> frozenset[str]:
    """The headings below the first level, as they are compared."""
    return frozenset(letters(str(heading.text_content())) for heading in tree.iter("h2", "h3", "h4", "h5", "h6"))


def paragraph_chars(tree: HtmlElement) -> int:
    """Characters of running text in the different paragraphs that are not marked: what an article has at most."""
    return sum(map(stretch, {str(each.text_content()) for each in text_elements(tree) if each.tag == "p"}))


def marked_lines(tree: HtmlElement) -> frozenset[str]:
    """The lines of text in what is marked, as they are compared."""
    return frozenset(
        letters(line)
        for element in tree.iter()
        if isinstance(element.tag, str) and element.get(DROP)
        for part in (element, *element.iterdescendants())
        if isinstance(part.tag, str)
        for line in (str(part.text_content()),)
    )
