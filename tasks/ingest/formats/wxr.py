"""WordPress exports (WXR): published posts, without shortcodes and block comments; all else is told as what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tasks.ingest.formats.markup import TooDeepError, local_name, text_of_fragment
from tasks.ingest.formats.xml import first_text, parse_xml, words
from tasks.records import Article, Reject

_NAMESPACE = re.compile(r"\{[^}]*/(?P<name>excerpt|content)/?\}encoded$")
_ATTRIBUTE = r"""\s+(?:[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s\[\]"']+)|"[^"\]]*"|\d+)"""
_SHORTCODE = re.compile(
    rf"(?<!\[)\[(?P<close>/?)(?P<name>[a-zA-Z][\w-]{{0,40}})(?P<attributes>(?:{_ATTRIBUTE}){{0,50}})\s*/?\](?!\])"
)
# Their content is no running text either: pictures' captions, players, programs.
_ENCLOSING = re.compile(
    r"\[(caption|wp_caption|gallery|embed|audio|video|playlist|code|sourcecode|youtube|vimeo|tweet|iframe|script)\b[^\]]{0,1000}\]"
    r"(?:(?!\[\1\b).)*?\[/\1\]",
    re.DOTALL | re.IGNORECASE,
)
_KNOWN = frozenset((
    "caption", "wp_caption", "gallery", "embed", "audio", "video", "playlist", "code", "sourcecode", "youtube",
    "vimeo", "tweet", "twitter", "iframe", "more", "form", "poll", "slideshow", "map", "button", "soundcloud",
    "instagram", "facebook", "archives", "sitemap", "toc", "contact", "dropcap",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Site:
    """What an export says of its site: title, language and the display names of its authors by their logins."""

    title: str | None
    language: str | None
    authors: dict[str, str]


def read_wxr(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give an article or a reject for each item of an export; items count from 1."""
    document = parse_xml(raw)
    if document.root is None:
        yield Reject(origin, "read", document.reason, document.detail)
        return
    items = [item for item in document.root.iter("*") if local_name(item) == "item"]
    site = _site(document.root)
    if document.reason == "truncated" and items and _ends_inside_item(document.text):
        items.pop()
    number = 0
    for number, item in enumerate(items, 1):
        yield _post(item, site, f"{origin}#{number}")
        # An export can be large: what is read needs no memory any more.
        item.clear()
    if document.reason == "truncated":
        yield Reject(f"{origin}#{number + 1}", "read", "truncated", document.detail)
    elif not items:
        reason, detail = (document.reason, document.detail) if document.reason else ("empty", "an export without posts")
        yield Reject(origin, "read", reason, detail)


def _ends_inside_item(text: str) -> bool:
    return text.rfind("<item") > text.rfind("</item")


def _site(root: Any) -> _Site:
    """Read the channel's own elements, once: an export has many thousand items beside them."""
    title = language = None
    authors: dict[str, str] = {}
    channel = next((one for one in root.iter("*") if local_name(one) == "channel"), ())
    for child in channel:
        name = local_name(child)
        if name == "title":
            title = title or words(child)
        elif name == "language":
            language = language or words(child)
        elif name == "author" and (login := first_text(child, "author_login")):
            authors.setdefault(login, first_text(child, "author_display_name") or login)
    return _Site(title or None, language or None, authors)


def _post(item: Any, site: _Site, origin: str) -> Article | Reject:
    url = first_text(item, "link")
    post_id = first_text(item, "post_id") or first_text(item, "guid")

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=post_id, url=url, source=site.title)

    kind = first_text(item, "post_type") or "post"
    if kind != "post":
        return refuse("not_an_article", kind)
    status = first_text(item, "status") or "publish"
    if status != "publish":
        return refuse("not_published", status)
    if first_text(item, "post_password"):
        return refuse("not_published", "behind a password")
    try:
        text = text_of_fragment(without_shortcodes(_encoded(item)), blank_lines=True)
    except TooDeepError:
        return refuse("too_deep", "elements nested too deeply")
    if not text:
        return refuse("empty", "a post without words")
    published_at = _published(item)
    author = first_text(item, "creator")
    return Article(
        origin=origin,
        raw=etree.tostring(item, with_tail=False),
        text=text,
        title=first_text(item, "title"),
        url=url,
        external_id=post_id,
        source=site.title,
        # The name that a login stands for, the login itself where the export does not say.
        authors=(site.authors.get(author, author),) if author else (),
        published_at=published_at,
        published_basis="feed" if published_at else "none",
        lang=site.language,
    )


def without_shortcodes(content: str) -> str:
    """A post's content without shortcodes; words in brackets that are none (“[sic]”, “[he said]”) stay.

    A shortcode is told by its attributes, its closing twin, a name that is no word, or a name that WordPress and its
    common extensions use. Source: the Shortcode API pages of the WordPress developer handbook.
    """
    content = _ENCLOSING.sub(" ", content)
    closed = {found["name"].lower() for found in _SHORTCODE.finditer(content) if found["close"]}

    def decide(found: re.Match[str]) -> str:
        name = found["name"]
        is_code = (
            bool(found["close"])
            or "=" in found["attributes"]
            or "_" in name
            or name.lower() in _KNOWN
            or name.lower() in closed
        )
        return "" if is_code else found[0]

    return _SHORTCODE.sub(decide, content)


def _encoded(item: Any) -> str:
    """The post's content; its excerpt where it has no content, or its description in the oldest exports."""
    found = {"content": "", "excerpt": "", "description": ""}
    for child in item:
        name = _NAMESPACE.search(child.tag) if isinstance(child.tag, str) else None
        if name:
            found[name["name"]] = child.text or ""
        elif local_name(child) == "description":
            found["description"] = child.text or ""
    return next((text for text in found.values() if text.strip()), "")


def _published(item: Any) -> str | None:
    """The post's moment in UTC; WordPress writes zeros where there is none."""
    for name in ("post_date_gmt", "pubdate", "post_date"):
        moment = first_text(item, name)
        if moment and not moment.startswith("0000") and "-0001" not in moment:
            return moment
    return None
