"""NITF: one story a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tasks.ingest.formats.markup import local_name, text_of_element
from tasks.ingest.formats.xml import children, descendants, first_text, parse_xml, words
from tasks.records import Article, Reject

_BY = re.compile(r"^by\s+", re.IGNORECASE)
# How agencies call what was taken back, and what must wait.
_WITHDRAWN = frozenset(("canceled", "cancelled", "withdrawn", "killed", "deleted"))
_DATELINE_OF_AGENCY = re.compile(r"\([A-Z][\w/ ]{1,30}\)\s*[-–—_]")
_ENDS_AS_DATELINE = re.compile(r"[-–—]\s*$")


def read_nitf(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give the story of an NITF document, or the reject that says why there is none."""
    document = parse_xml(raw)
    root = document.root
    if root is not None and local_name(root) != "nitf":
        root = next(iter(descendants(root, "nitf")), None)
    if root is None or document.reason == "truncated":
        yield Reject(origin, "read", document.reason or "bad_xml", document.detail or "no <nitf> in it")
        return
    yield story(root, raw, origin)


def story(root: Any, raw: bytes, origin: str) -> Article | Reject:
    """The story of an `nitf` element."""
    docdata = next(iter(descendants(root, "docdata")), None)
    body_head = next(iter(descendants(root, "body.head")), None)
    external_id = _attribute(descendants(root, "doc-id"), "id-string")
    source = _source(root, body_head)

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=external_id, source=source)

    status = (docdata.get("management-status") or "usable").lower() if docdata is not None else "usable"
    if status in _WITHDRAWN:
        return refuse("withdrawn", f"management-status {status}")
    if status != "usable":
        return refuse("not_published", f"management-status {status}")
    content = next(iter(descendants(root, "body.content")), None)
    text = text_of_element(content) if content is not None else ""
    if not text:
        return refuse("empty", "no words in body.content")
    dateline = first_text(body_head, "dateline") if body_head is not None else None
    published_at = _published(root, docdata)
    return Article(
        origin=origin,
        raw=raw,
        text=with_dateline(text, dateline),
        title=headline(root) or first_text(root, "head", "title"),
        external_id=external_id,
        source=source,
        authors=_authors(body_head),
        published_at=published_at,
        published_basis="meta" if published_at else "none",
        lang=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def with_dateline(text: str, dateline: str | None) -> str:
    """The text with its dateline in front, where that is written as one (“PARIS, May 3 (AFP) -”) and not there yet."""
    if not dateline or not _ENDS_AS_DATELINE.search(dateline):
        return text
    place = re.split(r"[,(\s]", dateline, maxsplit=1)[0]
    begins_with_one = place.lower() in text[:25].lower() or _DATELINE_OF_AGENCY.search(text[:120])
    return text if begins_with_one else f"{dateline} {text}"


def headline(root: Any) -> str | None:
    """The main headline of a story."""
    for found in descendants(root, "hl1"):
        if words(found):
            return words(found)
    return None


def _authors(body_head: Any) -> tuple[str, ...]:
    if body_head is None:
        return ()
    named: list[str] = []
    for byline in children(body_head, "byline"):
        persons = [words(person) for person in descendants(byline, "person")]
        named.extend(persons or [_BY.sub("", words(byline))])
    return tuple(name for name in named if name)


def _source(root: Any, body_head: Any) -> str | None:
    if body_head is not None and (distributor := first_text(body_head, "distributor")):
        return distributor
    senders = _attribute(descendants(root, "from-src"), "src-name")
    return senders or _attribute(descendants(root, "doc.copyright"), "holder")


def _published(root: Any, docdata: Any) -> str | None:
    """When the story was published: the publication's own date, else its issue, release or story date."""
    moments = [found.get("date.publication") for found in descendants(root, "pubdata")]
    if docdata is not None:
        moments += [
            found.get("norm") for name in ("date.issue", "date.release") for found in descendants(docdata, name)
        ]
    moments += [found.get("norm") for found in descendants(root, "story.date")]
    # Templates leave “YYYYMMDD” where nobody filled a date in.
    return next((moment for moment in moments if moment and re.match(r"\d{8}|\d{4}-\d{2}-\d{2}", moment)), None)


def _attribute(elements: list[Any], name: str) -> str | None:
    return next((value.strip() for value in (found.get(name) for found in elements) if value and value.strip()), None)
