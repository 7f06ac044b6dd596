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
# What is marked: what is no part of the article at all, a label such as its date, its head (which may hold the summary).
_NO_ARTICLE, _LABEL, _HEAD = "1", "label", "head"

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
_LIST_TAGS = frozenset({"ul", "ol"})
_CONTAINER_TAGS = frozenset({"p", "div", "section", "article", "h2", "h3", "h4", "h5", "h6", "center", "main"})
_INLINE_TAGS = frozenset({"a", "b", "strong", "i", "em", "u", "span", "font", "small", "img", "mark"})
_STANDFIRST_TAGS = frozenset({"p", "div", "h2", "h3", "h4", "section", "span"})
_NOT_TEXT = frozenset({"script", "style", "head", "title", "noscript", "template"})
_MOST_OF_A_PAGE = 0.3
_HEADED_TAGS = frozenset({"ul", "ol", "div", "section", "aside"})
_COLUMN_SHARE, _COLUMN_DEPTH = 0.25, 3
_LIST_ALLOWANCE = 2
_FEWEST_ITEMS, _MOST_ITEMS, _SOME_ITEMS = 3, 0.8, 0.5
_PATH_WORDS = 6
_LINK_SHARE, _TITLE_SHARE = 0.9, 0.3
_SENTENCE_WORDS = 5
_LONGEST_LABEL, _LONGEST_HEAD = 100, 700
_LINK_LINE_WORDS = 25
_SHORTEST_STANDFIRST, _LONGEST_STANDFIRST = 40, 900
_STANDFIRSTS = 2
_FEWEST_POINTS, _MOST_POINTS = 2, 7
_FEWEST_POINT_WORDS, _MOST_POINT_WORDS = 4, 40
_FEWEST_POSTS = 3
_KEY_CHARS = 60
_FIGURE_TEXT, _LONGEST_CAPTION = 400, 200
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
_TITLES = ("//head/title/text()", "//meta[@property='og:title']/@content")
_DESCRIPTIONS = (
    "//meta[@name='description']/@content",
    "//meta[@property='og:description']/@content",
    "//meta[@name='twitter:description']/@content",
)


@dataclass(frozen=True, slots=True)
class _Names:
    drop: re.Pattern[str]
    standfirst: re.Pattern[str]
    label: re.Pattern[str]
    more: frozenset[str]


@cache
def _names() -> _Names:
    data = tomllib.loads(BLOCKS_FILE.read_text(encoding="utf-8"))
    drop, stand, label = (
        re.compile(rf"(?<![a-z0-9])(?:{'|'.join(data[key])})(?![a-z0-9])") for key in ("drop", "standfirst", "label")
    )
    return _Names(drop, stand, label, frozenset(data["more"]))


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
    # A page that states its text as data may show little else than its surroundings.
    limit = _MOST_OF_A_PAGE * max(prose.get(tree, 0), len(stated_body(tree) or ""))
    usual = _usual_classes(tree, prose, limit)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "header" and _is_head(element, prose.get(element, 0), limit):
            element.set(DROP, _HEAD)
        elif not (element.tag == "p" and element.get("class") in usual) and _is_unwanted(
            element, prose.get(element, 0), limit
        ):
            element.set(DROP, _NO_ARTICLE)
        elif _is_label(element):
            element.set(DROP, _LABEL)
        elif element.tag in _CONTAINER_TAGS and _in_column(element, prose):
            for link in _link_lines(element):
                link.set(DROP, _NO_ARTICLE)
    for headline in _headlines(tree):
        headline.set(DROP, _HEAD)
    for heading in tree.iter("h2", "h3", "h4", "h5", "h6"):
        after = heading.getnext()
        if (
            after is not None
            and after.tag in _HEADED_TAGS
            and after.get(DROP) == _NO_ARTICLE
            and not _stretch(heading.tail)
            and str(after.text_content()).strip()
        ):
            heading.set(DROP, _NO_ARTICLE)


def _usual_classes(tree: HtmlElement, prose: dict[HtmlElement, int], limit: float) -> frozenset[str]:
    """Classes that paragraphs with a large part of the page's text bear: what every paragraph is called says nothing."""
    chars: dict[str, int] = {}
    for paragraph in tree.iter("p"):
        name = paragraph.get("class")
        if name:
            chars[name] = chars.get(name, 0) + prose.get(paragraph, 0)
    return frozenset(name for name, total in chars.items() if total > limit)


def _headlines(tree: HtmlElement) -> Iterator[HtmlElement]:
    """First-level headings that say the page's title; a page may use the level for its sections too."""
    titles = [letters(str(title)) for path in _TITLES for title in tree.xpath(path)]
    for heading in tree.iter("h1"):
        said = letters(str(heading.text_content()))
        if said and any(said in title or title in said for title in titles if title):
            yield heading


def headline_of(tree: HtmlElement, title: str | None) -> str | None:
    """The title as the page's own headline says it, without the name of the site that its metadata add to it.

    A title that the metadata do not know is some heading of the page; what they call the page goes before it.
    """
    stated = [" ".join(str(found).split()) for path in _TITLES for found in tree.xpath(path)]
    stated = [each for each in stated if letters(each)]
    if stated and not any(letters(title or "") in letters(each) for each in stated):
        title = stated[0]
    whole = letters(title or "")
    said = [" ".join(str(heading.text_content()).split()) for heading in _headlines(tree)]
    said = [each for each in said if letters(each) in whole and len(letters(each)) >= _TITLE_SHARE * len(whole)]
    return max(said, key=len, default=title)


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


def join_posts(tree: HtmlElement) -> None:
    """Make sections of the posts of a live blog, which are articles beside each other; extraction reads one article.

    The teasers of a front page are articles too, but their headlines are links.
    """
    families: dict[HtmlElement, list[HtmlElement]] = {}
    for post in tree.iter("article"):
        parent = post.getparent()
        if parent is not None and _is_post(post):
            families.setdefault(parent, []).append(post)
    for posts in families.values():
        if len(posts) >= _FEWEST_POSTS:
            for post in posts:
                post.tag = "section"


def _is_post(post: HtmlElement) -> bool:
    linked = any(
        next(heading.iter("a"), None) is not None or next(heading.iterancestors("a"), None) is not None
        for heading in post.iter("h1", "h2", "h3", "h4")
    )
    return not linked and any(_stretch(str(paragraph.text_content())) for paragraph in post.iter("p"))


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
        if element.find(".//blockquote") is not None:
            return False
        return element.find(".//table") is None and len(str(element.text_content())) < _FIGURE_TEXT
    if tag == "table":
        # A picture with its words; figures have no pictures.
        return element.find(".//img") is not None and len(str(element.text_content()).strip()) < _LONGEST_CAPTION
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


def _is_head(element: HtmlElement, prose: int, limit: float) -> bool:
    """Whether a header is a headline with what belongs to it; broken markup may put the article into it."""
    return prose <= limit and len(str(element.text_content())) < _LONGEST_HEAD


def _is_label(element: HtmlElement) -> bool:
    """Whether a short line is named as something said about the article: its date, author or section."""
    if element.tag not in _LABEL_TAGS:
        return False
    name = _name_of(element)
    return (
        bool(name)
        and _names().label.search(name) is not None
        and len(str(element.text_content()).strip()) < _LONGEST_LABEL
    )


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
    points: list[str] = []
    for element in _text_elements(tree):
        seen_headline = seen_headline or element is headline
        if headline is not None and seen_headline and not points and element.tag in _LIST_TAGS:
            points = _points(element, whole)
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


def _text_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Elements in order, without those that hold no text of the page and those inside what is marked."""
    stack = [tree]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in _NOT_TEXT or element.get(DROP) in (_NO_ARTICLE, _LABEL):
            continue
        yield element
        stack.extend(reversed(element))


def _reads_like_text(element: HtmlElement, line: str) -> bool:
    linked = sum(len(str(link.text_content())) for link in element.iter("a"))
    return linked * 3 < len(line) and line.count(" ") >= 6 and re.search(r"[.!?…:]", line) is not None


def paragraph_chars(tree: HtmlElement) -> int:
    """Characters of running text in the paragraphs that are not marked: what an article may have at most, roughly."""
    return sum(_stretch(str(each.text_content())) for each in _text_elements(tree) if each.tag == "p")


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
