"""The tree of a page before its text is taken: what is plainly no article is marked, the summary on top is found.

The names of blocks are data (`tasks/data/page_blocks.toml`); the other rules look at elements and links alone.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement

BLOCKS_FILE = Path(__file__).parent.parent / "data" / "page_blocks.toml"
DROP = "data-dateline-drop"

_NAMED_TAGS = frozenset(
    {"div", "section", "aside", "ul", "ol", "p", "span", "blockquote", "article", "figure", "nav", "dl", "table", "small"}
)
_WHOLE_TAGS = frozenset({"aside", "figcaption", "nav", "form", "button", "dialog"})
_LINK_LINE_TAGS = frozenset({"p", "h2", "h3", "h4", "h5", "h6"})
_STANDFIRST_TAGS = frozenset({"p", "div", "h2", "h3", "h4", "section", "span"})
_NOT_TEXT = frozenset({"script", "style", "head", "title", "noscript", "template"})
_MOST_OF_A_PAGE = 0.3
_LINK_SHARE = 0.9
_LINK_LINE_WORDS = 25
_SHORTEST_STANDFIRST, _LONGEST_STANDFIRST = 40, 900
_STANDFIRSTS = 2
_KEY_CHARS = 60
_FIGURE_TEXT = 400
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_POST_CLASSES = re.compile(r"\b(?:category|tag|format|status|type)-\S+")
_NOT_LETTERS = re.compile(r"\W+")
_DESCRIPTIONS = (
    "//meta[@name='description']/@content",
    "//meta[@property='og:description']/@content",
    "//meta[@name='twitter:description']/@content",
)


@dataclass(frozen=True, slots=True)
class _Names:
    drop: re.Pattern[str]
    standfirst: re.Pattern[str]


@cache
def _names() -> _Names:
    data = tomllib.loads(BLOCKS_FILE.read_text(encoding="utf-8"))
    return _Names(*(re.compile(rf"(?<![a-z0-9])(?:{'|'.join(data[key])})(?![a-z0-9])") for key in ("drop", "standfirst")))


def _name_of(element: HtmlElement) -> str:
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


def mark_unwanted(tree: HtmlElement) -> None:
    """Mark with the attribute `DROP` what is no part of the article, whatever extraction thinks of it.

    That is: asides, captions, forms; blocks by their names; lines that are nothing but a link. A block that holds a
    large part of the page's paragraphs stays: names of the outermost blocks say little.
    """
    prose = _prose_chars(tree)
    limit = _MOST_OF_A_PAGE * prose.get(tree, 0)
    for element in tree.iter():
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if tag in _WHOLE_TAGS:
            unwanted = tag == "figcaption" or prose.get(element, 0) <= limit
        elif tag == "figure":
            unwanted = element.find(".//table") is None and len(str(element.text_content())) < _FIGURE_TEXT
        else:
            named = (tag in _NAMED_TAGS or "-" in tag) and (name := _name_of(element)) and _names().drop.search(name)
            unwanted = bool(named) and prose.get(element, 0) <= limit
            unwanted = unwanted or (tag in _LINK_LINE_TAGS and _is_link_line(element))
        if unwanted:
            element.set(DROP, "1")


def _prose_chars(tree: HtmlElement) -> dict[HtmlElement, int]:
    """For each element the characters of running text in it: stretches of some length outside links."""
    chars: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter())):
        parent = element.getparent()
        if isinstance(element.tag, str) and element.tag not in _NOT_TEXT and element.tag != "a":
            chars[element] = chars.get(element, 0) + _stretch(element.text)
            if parent is not None:
                chars[parent] = chars.get(parent, 0) + chars[element]
        if parent is not None:
            chars[parent] = chars.get(parent, 0) + _stretch(element.tail)
    return chars


def _stretch(text: str | None) -> int:
    length = len(text.strip()) if text else 0
    return length if length >= _SHORTEST_STANDFIRST else 0


def _is_link_line(element: HtmlElement) -> bool:
    """Whether a paragraph or heading inside the text is one link to elsewhere, no more than a line long."""
    links = [link for link in element.iter("a") if link.get("href") and not str(link.get("href")).startswith("#")]
    if not links:
        return False
    whole = letters(str(element.text_content()))
    linked = sum(len(letters(str(link.text_content()))) for link in links)
    return bool(whole) and whole.count(" ") < _LINK_LINE_WORDS and linked >= _LINK_SHARE * len(whole)


def standfirst(tree: HtmlElement, text: str) -> list[str]:
    """The summary between headline and body where `text`, the text extracted from the tree, has left it out.

    It stands after the first headline and before the body's first paragraph, and either its name says so, or the page
    describes itself with the same words, or it is a paragraph of the headline's own header.
    """
    whole = letters(text)
    opening = letters(next((line for line in text.split("\n") if len(line) > _KEY_CHARS), text))[:_KEY_CHARS]
    described = [letters(str(found))[:_KEY_CHARS] for path in _DESCRIPTIONS for found in tree.xpath(path)]
    described = [key for key in described if len(key) >= _SHORTEST_STANDFIRST]
    headline = tree.find(".//h1")
    header = headline.getparent() if headline is not None else None
    seen_headline = headline is None
    found: list[str] = []
    for element in _text_elements(tree):
        seen_headline = seen_headline or element is headline
        if element.tag not in _STANDFIRST_TAGS:
            continue
        line = " ".join(str(element.text_content()).split())
        key = letters(line[: 2 * _LONGEST_STANDFIRST])
        if opening and element.tag == "p" and key.startswith(opening):
            break
        if not _SHORTEST_STANDFIRST <= len(line) <= _LONGEST_STANDFIRST or key in whole:
            continue
        as_described = any(key.startswith(text_of) for text_of in described)
        in_header = element.tag == "p" and element.getparent() is header and header is not None and header.tag == "header"
        named = bool((name := _name_of(element)) and _names().standfirst.search(name))
        if as_described or (seen_headline and (named or in_header) and _reads_like_text(element, line)):
            if not any(key in letters(other) or letters(other) in key for other in found):
                found.append(line)
            if len(found) == _STANDFIRSTS:
                break
    return found


def _text_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Elements in order, without those that hold no text of the page and those inside what is marked."""
    stack = [tree]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in _NOT_TEXT or element.get(DROP):
            continue
        yield element
        stack.extend(reversed(element))


def _reads_like_text(element: HtmlElement, line: str) -> bool:
    linked = sum(len(str(link.text_content())) for link in element.iter("a"))
    return linked * 3 < len(line) and line.count(" ") >= 6 and re.search(r"[.!?…:]", line) is not None


def stated_body(tree: HtmlElement) -> str | None:
    """The longest `articleBody` that the page states in its JSON-LD."""
    best: str | None = None
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        for body in _bodies(data):
            if len(body) > len(best or ""):
                best = body
    return best


def _bodies(data: Any) -> Iterator[str]:
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            body = value.get("articleBody")
            if isinstance(body, str):
                yield body
            stack.extend(item for item in value.values() if isinstance(item, dict | list))
