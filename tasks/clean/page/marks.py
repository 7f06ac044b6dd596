"""Marking what is plainly no article in the tree of a page, before its text is taken.

The names of blocks are data; the other rules look at elements, links and amounts of text alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from tasks.clean.page.stated import headlines, stated_body
from tasks.clean.page.tree import (
    DROP,
    HEAD,
    INLINE_TAGS,
    LABEL,
    LIST_TAGS,
    NO_ARTICLE,
    NOT_TEXT,
    block_names,
    letters,
    name_of,
    stretch,
)

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
_LABEL_TAGS = frozenset({"div", "p", "span", "li", "time", "address", "em", "strong", "a", "cite", "h4", "h5", "h6"})
_WHOLE_TAGS = frozenset({"aside", "figcaption", "nav", "form", "button", "dialog"})
_CONTAINER_TAGS = frozenset({"p", "div", "section", "article", "h2", "h3", "h4", "h5", "h6", "center", "main"})
_HEADED_TAGS = frozenset({"ul", "ol", "div", "section", "aside"})
_MOST_OF_A_PAGE = 0.3
_COLUMN_SHARE, _COLUMN_DEPTH = 0.25, 3
_LIST_ALLOWANCE = 2
_FEWEST_ITEMS, _MOST_ITEMS, _SOME_ITEMS = 3, 0.8, 0.5
_PATH_WORDS = 6
_LINK_SHARE = 0.9
_SENTENCE_WORDS = 5
_LONGEST_LABEL, _BESIDE_A_TIME, _LONGEST_HEAD = 100, 30, 700
_LINK_LINE_WORDS = 25
_FIGURE_TEXT, _LONGEST_CAPTION = 400, 200


def mark_unwanted(tree: HtmlElement) -> None:
    """Mark with the attribute `DROP` what is no part of the article, whatever extraction thinks of it.

    That is: asides, captions, forms; blocks by their names; lines that are nothing but a link. A block that holds a
    large part of the page's paragraphs stays: names of the outermost blocks say little.
    """
    prose = _prose_chars(tree)
    # A page that states its text as data may show little else than its surroundings.
    limit = _MOST_OF_A_PAGE * max(prose.get(tree, 0), len(stated_body(tree) or ""))
    usual = _usual_classes(tree, prose, limit)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "header" and _is_head(element, prose.get(element, 0), limit):
            element.set(DROP, HEAD)
        elif not (element.tag == "p" and element.get("class") in usual) and _is_unwanted(
            element, prose.get(element, 0), limit
        ):
            element.set(DROP, NO_ARTICLE)
        elif _is_label(element):
            element.set(DROP, LABEL)
        elif element.tag in _CONTAINER_TAGS and _in_column(element, prose):
            for link in _link_lines(element):
                link.set(DROP, NO_ARTICLE)
    for headline in headlines(tree):
        headline.set(DROP, HEAD)
    for heading in tree.iter("h2", "h3", "h4", "h5", "h6"):
        after = heading.getnext()
        if (
            after is not None
            and after.tag in _HEADED_TAGS
            and after.get(DROP) == NO_ARTICLE
            and not stretch(heading.tail)
            and str(after.text_content()).strip()
        ):
            heading.set(DROP, NO_ARTICLE)


def _usual_classes(tree: HtmlElement, prose: dict[HtmlElement, int], limit: float) -> frozenset[str]:
    """Classes of paragraphs with a large part of the page's text: what every paragraph is called says nothing."""
    chars: dict[str, int] = {}
    for paragraph in tree.iter("p"):
        name = paragraph.get("class")
        if name:
            chars[name] = chars.get(name, 0) + prose.get(paragraph, 0)
    return frozenset(name for name, total in chars.items() if total > limit)


def _prose_chars(tree: HtmlElement) -> dict[HtmlElement, int]:
    """For each element the characters of running text in it: stretches of some length outside links."""
    chars: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter())):
        parent = element.getparent()
        if isinstance(element.tag, str) and element.tag not in NOT_TEXT and element.tag != "a":
            chars[element] = chars.get(element, 0) + stretch(element.text)
            if parent is not None:
                chars[parent] = chars.get(parent, 0) + chars[element]
        if parent is not None:
            chars[parent] = chars.get(parent, 0) + stretch(element.tail)
    return chars


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
        if element.find(".//blockquote") is not None:
            return False
        return element.find(".//table") is None and len(str(element.text_content())) < _FIGURE_TEXT
    if tag == "table":
        # A picture with its words; figures have no pictures.
        return element.find(".//img") is not None and len(str(element.text_content()).strip()) < _LONGEST_CAPTION
    if tag == "a":
        return letters(str(element.text_content())) in block_names().more
    if tag in LIST_TAGS:
        limit *= _LIST_ALLOWANCE
    if prose > limit:
        return False
    if tag in _WHOLE_TAGS or (tag in LIST_TAGS and _is_link_list(element)):
        return True
    name = name_of(element) if tag in _NAMED_TAGS or "-" in tag else ""
    return bool(name) and block_names().drop.search(name) is not None


def _is_head(element: HtmlElement, prose: int, limit: float) -> bool:
    """Whether a header is a headline with what belongs to it; broken markup may put the article into it."""
    return prose <= limit and len(str(element.text_content())) < _LONGEST_HEAD


def _is_label(element: HtmlElement) -> bool:
    """Whether a short line says something about the article: its name says so, or it is hardly more than a time."""
    if element.tag not in _LABEL_TAGS:
        return False
    name = name_of(element)
    named = bool(name) and block_names().label.search(name) is not None
    moment = element.find(".//time")
    if not named and moment is None:
        return False
    said = len(" ".join(str(element.text_content()).split()))
    if named and said < _LONGEST_LABEL:
        return True
    return moment is not None and said < _BESIDE_A_TIME + len(" ".join(str(moment.text_content()).split()))


def _is_link_list(element: HtmlElement) -> bool:
    """Whether a list is one of other articles, or a path of links: nearly all items begin with a link to elsewhere."""
    items = [item for item in element if item.tag == "li"]
    leading = sum(_begins_with_link(item) and not _goes_on(item) for item in items)
    if len(items) < _FEWEST_ITEMS:
        return False
    short = all(len(str(item.text_content()).split()) <= _PATH_WORDS for item in items)
    return leading >= (_SOME_ITEMS if short else _MOST_ITEMS) * len(items)


def _begins_with_link(item: HtmlElement) -> bool:
    for element in item.iter():
        if element.tag == "a" and _leads_elsewhere(element):
            return True
        if element.text and element.text.strip():
            return False
    return False


def _goes_on(item: HtmlElement) -> bool:
    """Whether a sentence goes on behind the link that an item begins with: then it speaks of what it links to."""
    link = next(item.iter("a"))
    rest = " ".join((link.tail or "").split())
    return rest.count(" ") >= _SENTENCE_WORDS and rest.endswith((".", "!", "?"))


def _leads_elsewhere(link: HtmlElement) -> bool:
    return not str(link.get("href") or "#").startswith("#")


def _link_lines(container: HtmlElement) -> Iterator[HtmlElement]:
    """The links of a container that stand alone on their line, or with nothing but marks and other links."""
    links: list[HtmlElement] = []
    linked, words, other = 0, 0, len(letters(container.text or ""))
    for child in [*container, None]:
        if child is None or not isinstance(child.tag, str) or child.tag not in INLINE_TAGS:
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
