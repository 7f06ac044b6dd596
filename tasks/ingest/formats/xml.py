"""XML without its dangers: no entity is expanded, nothing is fetched, and damage is told, not skipped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Any

from lxml import etree

from tasks.ingest.encoding import decode
from tasks.ingest.formats.html import declared_encoding
from tasks.ingest.formats.markup import local_name

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>", re.IGNORECASE)
_INTERNAL_SUBSET = re.compile(r"<!DOCTYPE\b[^>\[]{0,2000}\[", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# CDATA is left as it is; outside of it an ampersand must begin a reference that XML itself knows.
_AMPERSAND = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});)?", re.DOTALL)
_MARKS = frozenset(map(ord, "&<>\"'"))
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document.

    Parameters
    ----------
    root
        The lxml element at its root; None where there is nothing to read.
    text
        The decoded document, for a parser that reads it in another way.
    reason, detail
        A reject reason and more, where the document is refused (`root` None) or damaged (`root` holds what is left).
    """

    root: Any
    text: str = ""
    reason: str = ""
    detail: str = ""


def parse_xml(raw: bytes) -> Document:
    """Parse a document, with recovery where it is damaged; encodings are found as for text.

    Reasons of refusal are `empty`, `bad_encoding`, `unsafe_xml`, `too_deep` and `bad_xml`; of damage `truncated` and
    `bad_xml`.
    """
    text = decode(raw, declared_encoding(raw))
    if text is None:
        return Document(None, reason="bad_encoding", detail="neither the declared encoding nor any other fits")
    start = _INTERNAL_SUBSET.search(text)
    if start and _ENTITY.search(text, start.end()):
        return Document(None, reason="unsafe_xml", detail="a document type that declares entities")
    text = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
    text = _AMPERSAND.sub(_reference, _NOT_XML.sub("", text)).strip()
    if not re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL).strip():
        return Document(None, text, "empty", "no element")
    return _parse(text)


def _reference(found: re.Match[str]) -> str:
    if found[1] is not None:
        return found[1]
    name = found[2]
    if name is None:
        return "&amp;"
    if name in _OF_XML:
        return found[0]
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        if number in _MARKS:
            return found[0]
        return chr(number) if _is_character(number) else ""
    return chr(name2codepoint[name]) if name in name2codepoint else f"&amp;{name};"


def _is_character(number: int) -> bool:
    return number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0xFFFF < number < 0x110000


def _parse(text: str) -> Document:
    raw = text.encode("utf-8", "replace")
    root, log = _attempt(raw, recover=False)
    if root is not None:
        return Document(root, text)
    first = next((entry for entry in log if entry.level_name == "FATAL"), log[0] if len(log) else None)
    message = first.message.strip()[:200] if first is not None else "not well-formed"
    where = f"{message} at line {first.line}" if first is not None else message
    if any("depth" in entry.message.lower() for entry in log):
        return Document(None, text, "too_deep", "elements nested more than 256 deep")
    root, _ = _attempt(raw, recover=True)
    whole = _closed(text) or message.startswith("Extra content")
    return Document(root, text, "bad_xml" if whole else "truncated", where)


def _closed(text: str) -> bool:
    """Whether the last tag closes the element that the document begins with."""
    first = re.search(r"<([A-Za-z_][\w:.-]*)", text)
    return first is not None and re.search(rf"</{re.escape(first[1])}\s*>\s*(?:<!--.*)?\Z", text, re.DOTALL) is not None


def _attempt(raw: bytes, recover: bool) -> tuple[Any, Any]:
    parser = etree.XMLParser(
        encoding="utf-8", recover=recover, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_pis=True, remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser=parser)
    except etree.XMLSyntaxError:
        root = None
    return root, parser.error_log


def children(element: Any, *names: str) -> list[Any]:
    """The children with one of the local names, whatever their namespace."""
    return [child for child in element if local_name(child) in names]


def descendants(element: Any, *names: str) -> list[Any]:
    """All elements below with one of the local names, in the document's order."""
    return [below for below in element.iterdescendants() if local_name(below) in names]


def first_text(element: Any, *path: str) -> str | None:
    """The words of the first element at the end of a path of local names, None where there are none."""
    found = [element]
    for name in path:
        found = [child for parent in found for child in children(parent, name)]
    return next((text for text in (words(one) for one in found) if text), None)


def words(element: Any) -> str:
    """All text below an element in one line."""
    return " ".join("".join(element.itertext()).split())
