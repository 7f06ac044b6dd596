"""What a page states about itself, in its metadata, its JSON-LD and its headline: title, moment, body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from tasks.clean.page.tree import letters

_TITLE_SHARE = 0.3
_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
# Names that metadata have for the moment of publication, in the cases that pages write them in.
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datePublished", "date", "pubdate",
    "publish-date", "publish_date", "published-date", "article.published", "parsely-pub-date", "sailthru.date",
    "cXenseParse:recs:publishtime", "DC.date", "DC.date.issued", "dcterms.created", "dcterms.issued", "dc.date",
)  # fmt: skip
_MOMENTS = (
    *(f"//meta[@property='{name}' or @name='{name}']/@content" for name in _PUBLISHED),
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@pubdate]/@datetime",
)
# Last what stands under the headline, unless it is called the moment of a change.
_BYLINE = (
    "(//h1/following::time[@datetime])[1][not(@itemprop='dateModified' or contains(@class, 'updat') or "
    "contains(@class, 'modif'))]/@datetime"
)
_TITLES = ("//head/title/text()", "//meta[@property='og:title']/@content")


def headlines(tree: HtmlElement) -> Iterator[HtmlElement]:
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
    said = [" ".join(str(heading.text_content()).split()) for heading in headlines(tree)]
    said = [each for each in said if letters(each) in whole and len(letters(each)) >= _TITLE_SHARE * len(whole)]
    return max(said, key=len, default=title)


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
    found.extend(str(value).strip() for value in tree.xpath(_BYLINE))
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
