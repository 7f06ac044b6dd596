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
    {
        "div",
        "section",
        "aside",
        "ul",
        "ol",
        "p",
        "span",
        "blockquote",
        "article",
        "figure",
        "nav",
        "dl",
        "table",
        "small",
    }
)
_WHOLE_TAGS = frozenset({"aside", "figcaption", "nav", "form", "button", "dialog"})
_LIST_TAGS = frozenset({"ul", "ol"})
_CONTAINER_TAGS = frozenset({"p", "div", "section", "article", "h2", "h3", "h4", "h5", "h6", "center", "main"})
_INLINE_TAGS = frozenset({"a", "b", "strong", "i", "em", "u", "span", "font", "small", "img", "mark"})
_STANDFIRST_TAGS = frozenset({"p", "div", "h2", "h3", "h4", "section", "span"})
_NOT_TEXT = frozenset({"script", "style", "head", "title", "noscript", "template"})
_MOST_OF_A_PAGE = 0.3
_HEADED_TAGS = frozenset({"ul", "ol", "div", "section", "aside"})
_COLUMN_SHARE, _COLUMN_DEPTH = 0.25, 3
_LIST_ALLOWANCE = 2
_FEWEST_ITEMS, _MOST_ITEMS = 3, 0.8
_LINK_SHARE = 0.9
_LINK_LINE_WORDS = 25
_SHORTEST_STANDFIRST, _LONGEST_STANDFIRST = 40, 900
_STANDFIRSTS = 2
_KEY_CHARS = 60
_FIGURE_TEXT = 400
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_POST_CLASSES = re.compile(r"\b(?:category|tag|format|status|type)-\S+")
_NOT_LETTERS = re.compile(r"\W+")
_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_MOMENTS = (
    "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@pubdate]/@datetime",
)
_DESCRIPTIONS = (
    "//meta[@name='description']/@content",
    "//meta[@property='og:description']/@content",
    "//meta[@name='twitter:description']/@content",
)


@dataclass(frozen=True, slots=True)
class _Names:
    drop: re.Pattern[str]
    standfirst: re.Pattern[str]
    more: frozenset[str]


@cache
def _names() -> _Names:
    data = tomllib.loads(BLOCKS_FILE.read_text(encoding="utf-8"))
    drop, stand = (re.compile(rf"(?<![a-z0-9])(?:{'|'.join(data[key])})(?![a-z0-9])") for key in ("drop", "standfirst"))
    return _Names(drop, stand, frozenset(data["more"]))


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
        if not isinstance(element.tag, str):
            continue
        if _is_unwanted(element, prose.get(element, 0), limit):
            element.set(DROP, "1")
        elif element.tag in _CONTAINER_TAGS and _in_column(element, prose):
            for link in _link_lines(element):
                link.set(DROP, "1")
    for heading in tree.iter("h2", "h3", "h4", "h5", "h6"):
        after = heading.getnext()
        if after is not None and after.tag in _HEADED_TAGS and after.get(DROP) and not _stretch(heading.tail):
            heading.set(DROP, "1")


def unwrap_layout(tree: HtmlElement) -> None:
    """Make blocks of the tables that old pages are laid out with; tables of figures stay.

    A table is there for layout where it holds another table, headings or a long running text.
    """
    # From the inside out, so that an inner table's cells are not taken for the outer one's.
    for table in reversed(list(tree.iter("table"))):
        cells = list(table.iter("td"))
        laid_out = any(
            next(cell.iter("table", "h1", "h2", "h3", "p", "div"), None) is not None
            or len(str(cell.text_content())) > _FIGURE_TEXT
            for cell in cells
        )
        if laid_out:
            for element in [table, *(part for part in table.iter("tbody", "tr", "td") if _table_of(part) is table)]:
                element.tag = "div"


def _table_of(part: HtmlElement) -> HtmlElement | None:
    return next(part.iterancestors("table"), None)


def _in_column(element: HtmlElement, prose: dict[HtmlElement, int]) -> bool:
    """Whether an element stands in the column of the text; elsewhere extraction knows what is no text by its links."""
    limit = _COLUMN_SHARE * prose.get(element.getroottree().getroot(), 0)
    parent: HtmlElement | None = element
    for _ in range(_COLUMN_DEPTH):
        if parent is None or parent.tag in {"body", "html"}:
            return False
        if prose.get(parent, 0) > limit:
            return True
        parent = parent.getparent()
    return False


def _is_unwanted(element: HtmlElement, prose: int, limit: float) -> bool:
    tag = element.tag
    if tag == "figcaption":
        return True
    if tag == "figure":
        return element.find(".//table") is None and len(str(element.text_content())) < _FIGURE_TEXT
    if tag == "a":
        return letters(str(element.text_content())) in _names().more
    if tag in _LIST_TAGS:
        limit *= _LIST_ALLOWANCE
    if prose > limit:
        return False
    if tag in _WHOLE_TAGS or (tag in _LIST_TAGS and _is_link_list(element)):
        return True
    name = _name_of(element) if tag in _NAMED_TAGS or "-" in tag else ""
    return bool(name) and _names().drop.search(name) is not None


def _is_link_list(element: HtmlElement) -> bool:
    """Whether nearly all items of a list begin with a link to elsewhere: a list of other articles."""
    items = [item for item in element if item.tag == "li"]
    leading = sum(_begins_with_link(item) for item in items)
    return len(items) >= _FEWEST_ITEMS and leading >= _MOST_ITEMS * len(items)


def _begins_with_link(item: HtmlElement) -> bool:
    for element in item.iter():
        if element.tag == "a" and _leads_elsewhere(element):
            return True
        if element.text and element.text.strip():
            return False
    return False


def _leads_elsewhere(link: HtmlElement) -> bool:
    return not str(link.get("href") or "#").startswith("#")


def _link_lines(container: HtmlElement) -> Iterator[HtmlElement]:
    """The links of a container that stand alone on their line, or with nothing but marks and other links."""
    links: list[HtmlElement] = []
    linked, words, other = 0, 0, len(letters(container.text or ""))
    for child in [*container, None]:
        if child is None or not isinstance(child.tag, str) or child.tag not in _INLINE_TAGS:
            if links and words < _LINK_LINE_WORDS and linked >= _LINK_SHARE * (linked + other):
                yield from links
            links, linked, words = [], 0, 0
            other = len(letters(child.tail or "")) if child is not None else 0
            continue
        text = letters(str(child.text_content()))
        found = [child] if child.tag == "a" else list(child.iter("a"))
        inside = sum(len(letters(str(link.text_content()))) for link in found if _leads_elsewhere(link))
        links.extend(found)
        linked += inside
        words += text.count(" ") + 1
        other += max(0, len(text) - inside) + len(letters(child.tail or ""))


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
        if element.tag not in _STANDFIRST_TAGS or any(child.tag not in _INLINE_TAGS | {"br"} for child in element):
            continue
        line = " ".join(str(element.text_content()).split())
        key = letters(line[: 2 * _LONGEST_STANDFIRST])
        if opening and element.tag == "p" and key.startswith(opening):
            break
        if not _SHORTEST_STANDFIRST <= len(line) <= _LONGEST_STANDFIRST or key in whole:
            continue
        as_described = any(key.startswith(text_of) for text_of in described)
        in_header = (
            element.tag == "p" and element.getparent() is header and header is not None and header.tag == "header"
        )
        named = _names().standfirst.search(f"{_name_of(element)} {_name_of(element.getparent())}") is not None
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


def headings_of(tree: HtmlElement) -> frozenset[str]:
    """The headings below the first level, as they are compared."""
    return frozenset(letters(str(heading.text_content())) for heading in tree.iter("h2", "h3", "h4", "h5", "h6"))


def stated_body(tree: HtmlElement) -> str | None:
    """The longest `articleBody` that the page states in its JSON-LD."""
    best: str | None = None
    for data in _linked_data(tree):
        for body in _stated(data, "articleBody"):
            if len(body) > len(best or ""):
                best = body
    return best


def stated_moments(tree: HtmlElement) -> list[str]:
    """What the page itself states to be its moment of publication, with a time of day, in its metadata and JSON-LD."""
    found = [str(value).strip() for path in _MOMENTS for value in tree.xpath(path)]
    for data in _linked_data(tree):
        found.extend(_stated(data, "datePublished"))
    return [moment for moment in found if _WITH_TIME.match(moment)]


def _linked_data(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            yield json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue


def _stated(data: Any, name: str) -> Iterator[str]:
    """The strings under a name, however deep they stand."""
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            stated = value.get(name)
            if isinstance(stated, str):
                yield stated
            stack.extend(item for item in value.values() if isinstance(item, dict | list))
