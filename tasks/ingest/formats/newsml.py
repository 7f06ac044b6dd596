"""NewsML-G2 and NewsML 1: items of text become articles, pictures, packages and concepts are told as what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tasks.ingest.formats.markup import TooDeepError, local_name, text_of_element, text_of_fragment
from tasks.ingest.formats.nitf import with_dateline
from tasks.ingest.formats.xml import children, descendants, first_text, parse_xml, words
from tasks.records import Article, Reject

_OTHER_ITEMS = ("packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem")
_RUNNING_TEXT = ("p", "body", "nitf", "html", "div", "br")
_WITHDRAWN = frozenset(("canceled", "cancelled", "withdrawn", "killed", "kill"))
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_newsml(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give an article or a reject for each item of a NewsML document; items count from 1 where there are several."""
    document = parse_xml(raw)
    root = document.root
    if root is None:
        yield Reject(origin, "read", document.reason, document.detail)
        return
    items = [one for one in root.iter("*") if local_name(one) in ("newsitem", *_OTHER_ITEMS)]
    items = [one for one in items if not any(local_name(above) == "newsitem" for above in one.iterancestors())]
    if document.reason == "truncated" and items:
        # Where the document ends early, its last item is not whole.
        items.pop()
    for number, item in enumerate(items, 1):
        where = f"{origin}#{number}" if len(items) > 1 else origin
        if local_name(item) in _OTHER_ITEMS:
            yield Reject(where, "read", "not_an_article", local_name(item), external_id=item.get("guid"))
        elif item.get("guid") is not None or children(item, "itemmeta", "contentset"):
            yield _item_g2(item, where)
        else:
            yield _item_1(item, where)
    if document.reason == "truncated":
        yield Reject(f"{origin}#{len(items) + 1}" if items else origin, "read", "truncated", document.detail)
    elif not items:
        reason, detail = (document.reason, document.detail) if document.reason else ("empty", "a message without items")
        yield Reject(origin, "read", reason, detail)


# ------------------------------------------------------------------------------------------------------- NewsML-G2
def _item_g2(item: Any, origin: str) -> Article | Reject:
    meta = _only(item, "itemmeta")
    about = _only(item, "contentmeta")
    guid = item.get("guid")
    source = _party(meta, "provider") or _party(about, "infosource")

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=guid, source=source)

    item_class = _code(meta, "itemclass")
    if item_class not in (None, "text"):
        return refuse("not_an_article", f"an item of class {item_class}")
    status = _code(meta, "pubstatus")
    if status in _WITHDRAWN:
        return refuse("withdrawn", f"pubStatus {status}")
    if status not in (None, "usable"):
        return refuse("not_published", f"pubStatus {status}")
    contents = [one for group in children(item, "contentset") for one in group]
    try:
        text, other = _longest(contents)
    except TooDeepError:
        return refuse("too_deep", "elements nested too deeply")
    if not text:
        return refuse("not_an_article", other) if other else refuse("missing_field", "an item without inline text")
    published_at = _moment(meta, about)
    return Article(
        origin=origin,
        raw=etree.tostring(item, with_tail=False),
        text=with_dateline(text, first_text(about, "dateline") if about is not None else None),
        title=_headline_g2(about),
        external_id=guid,
        source=source,
        authors=_authors_g2(about),
        published_at=published_at,
        published_basis="meta" if published_at else "none",
        lang=_language_g2(item, about),
    )


def _longest(contents: list[Any]) -> tuple[str, str]:
    """The longest running text of an item's contents, and what else there is."""
    texts, other = [""], ""
    for one in contents:
        if local_name(one) == "inlinexml":
            if descendants(one, *_RUNNING_TEXT):
                texts.append(_marked_up(one))
            elif len(one):
                other = f"inline {local_name(one[0])}"
        elif local_name(one) == "inlinedata":
            texts.append(_data(one))
        elif local_name(one) == "remotecontent":
            other = other or f"remote content {one.get('contenttype') or ''}".strip()
    return max(texts, key=len), other


def _headline_g2(about: Any) -> str | None:
    if about is None:
        return None
    found = children(about, "headline")
    main = [one for one in found if "sub" not in (one.get("role") or "").lower()]
    return next((words(one) for one in (*main, *found) if words(one)), None)


def _authors_g2(about: Any) -> tuple[str, ...]:
    if about is None:
        return ()
    named = [words(one) for one in children(about, "by")]
    if not any(named):
        persons = [one for one in children(about, "creator") if "person" in (one.get("type") or "").lower()]
        named = [first_text(one, "name") or "" for one in persons]
    return tuple(name for name in named if name)


def _language_g2(item: Any, about: Any) -> str | None:
    tags = [one.get("tag") for one in children(about, "language")] if about is not None else []
    found: str | None = next((tag for tag in tags if tag), None) or item.get(_LANGUAGE)
    return found


def _moment(meta: Any, about: Any) -> str | None:
    """When these words were published: this version's moment, so that a newer version counts as newer."""
    for parent, names in ((meta, ("versioncreated", "firstcreated")), (about, ("contentmodified", "contentcreated"))):
        for name in names:
            if parent is not None and (found := first_text(parent, name)):
                return found
    return None


def _code(meta: Any, name: str) -> str | None:
    """The last part of a QCode: `text` of `ninat:text`."""
    for found in children(meta, name) if meta is not None else ():
        code = str(found.get("qcode") or found.get("uri") or "").lower()
        return str(re.split("[:/]", code)[-1]) or None
    return None


def _party(parent: Any, name: str) -> str | None:
    for found in children(parent, name) if parent is not None else ():
        given = first_text(found, "name") or found.get("literal") or (found.get("qcode") or "").rpartition(":")[2]
        if given:
            return str(given)
    return None


def _only(item: Any, name: str) -> Any:
    return next(iter(children(item, name)), None)


# -------------------------------------------------------------------------------------------------------- NewsML 1
def _item_1(item: Any, origin: str) -> Article | Reject:
    parts = [_first(item, name) for name in ("providerid", "dateid", "newsitemid")]
    # Without the revision: the versions of one story are one article.
    external_id = ":".join(part for part in parts if part) or None
    source = _formal(item, "provider") or parts[0]

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=external_id, source=source)

    status = _formal_name(item, "status").lower() or "usable"
    if status in _WITHDRAWN:
        return refuse("withdrawn", f"Status {status}")
    if status != "usable":
        return refuse("not_published", f"Status {status}")
    try:
        text, kind = _content_1(item)
    except TooDeepError:
        return refuse("too_deep", "elements nested too deeply")
    if not text:
        return (
            refuse("not_an_article", f"an item of {kind}") if kind else refuse("missing_field", "an item without text")
        )
    published_at = _first(item, "thisrevisioncreated") or _first(item, "firstcreated") or _first(item, "dateid")
    return Article(
        origin=origin,
        raw=etree.tostring(item, with_tail=False),
        text=with_dateline(text, _first(item, "dateline")),
        title=_first(item, "headline"),
        external_id=external_id,
        source=source,
        authors=tuple(name for name in (words(one) for one in descendants(item, "byline")) if name),
        published_at=published_at,
        published_basis="meta" if published_at else "none",
        lang=_formal_name(item, "language").lower() or item.get(_LANGUAGE),
    )


def _content_1(item: Any) -> tuple[str, str]:
    """The longest text among the content items, and the media type of those that are none."""
    texts, other = [""], ""
    for content in descendants(item, "contentitem"):
        media = next((one.get("FormalName", "") for one in children(content, "mediatype")), "text").lower()
        if media != "text":
            other = other or media
            continue
        texts.extend(_data(data) for data in children(content, "datacontent"))
    return max(texts, key=len), other


def _data(element: Any) -> str:
    """The text of an element that holds markup, markup written as text, or plain text."""
    if len(element):
        return _marked_up(element)
    return text_of_fragment(element.text or "", blank_lines=True)


def _marked_up(element: Any) -> str:
    for name in ("body.content", "body"):
        if found := descendants(element, name):
            return text_of_element(found[0])
    return text_of_element(element)


def _first(item: Any, name: str) -> str | None:
    return next((text for text in (words(one) for one in descendants(item, name)) if text), None)


def _formal_name(item: Any, name: str) -> str:
    return next((one.get("FormalName", "") for one in descendants(item, name)), "")


def _formal(item: Any, name: str) -> str | None:
    for found in descendants(item, name):
        for party in children(found, "party"):
            if party.get("FormalName"):
                return str(party.get("FormalName"))
    return None
