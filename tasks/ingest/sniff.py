"""Tell a file's format by its first bytes; the name only breaks ties between textual formats."""

from __future__ import annotations

import re

from tasks.ingest.encoding import decode, looks_binary
from tasks.ingest.formats.csv import looks_like_table

HEAD_BYTES = 65_536

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "rtf"),
    (b"WARC/", "warc"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"Rar!", "rar"),
)
# Office documents and e-books are zip archives whose first member has one of these names.
_OFFICE_PARTS = (b"[Content_Types].xml", b"mimetype", b"_rels/")
_HTML_START = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MARKUP_START = re.compile(r"\s*<(?:[a-z!?][^>]*)>?", re.IGNORECASE)
_HTML_INSIDE = re.compile(r"<(?:html|body|head|article|main|div|p)\b[^>]{0,1000}>", re.IGNORECASE)
_XML_ROOTS: tuple[tuple[str, str], ...] = (
    ("rss", "rss"),
    ("feed", "atom"),
    ("rdf:RDF", "rss"),
    ("newsMessage", "newsml"),
    ("newsItem", "newsml"),
    ("packageItem", "newsml"),
    ("conceptItem", "newsml"),
    ("knowledgeItem", "newsml"),
    ("planningItem", "newsml"),
    ("catalogItem", "newsml"),
    ("NewsML", "newsml"),
    ("nitf", "nitf"),
)
_XML_ROOT = re.compile(r"<(?![?!])([A-Za-z_][\w:.-]*)")
_JSON_OBJECT = re.compile(r"\s*\{\s*[\"}]")
_JSON_ARRAY = re.compile(r"\s*\[\s*[{\]]")


def sniff(head: bytes, name: str) -> str:
    """Name the format that the unpacked bytes `head` begin.

    Returns
    -------
    str
        `text`, `html`, `jsonl`, `json`, `csv`, `parquet`, `rss`, `atom`, `wxr`, `newsml`, `nitf`, `warc`, `zip` and
        `tar` are read; `empty` and `binary` are what they say; any other name is a format that no reader takes.
    """
    if not head:
        return "empty"
    if head.startswith(b"PK\x03\x04") and head[30:].startswith(_OFFICE_PARTS):
        return "office"
    for magic, known in _MAGIC:
        if head.startswith(magic):
            return known
    if head[257:262] == b"ustar":
        return "tar"
    if looks_binary(head):
        return "binary"
    text = decode(head)
    if text is None:
        return "text"
    return _sniff_text(text, name.lower())


def _sniff_text(text: str, name: str) -> str:
    if not text.strip():
        return "empty" if len(text) < HEAD_BYTES // 4 else "text"
    if _JSON_ARRAY.match(text):
        return "json"
    if name.endswith((".jsonl", ".ndjson", ".jsonl.gz", ".jsonl.bz2")) and re.search(r"^\s*\{", text, re.MULTILINE):
        return "jsonl"
    if _JSON_OBJECT.match(text):
        return _json_kind(text)
    if _HTML_START.match(text):
        return "html"
    if _MARKUP_START.match(text):
        return _markup_kind(text)
    return "csv" if looks_like_table(text, name) else "text"


def _json_kind(text: str) -> str:
    """One object a line, or one document spread over lines: there no further line begins with a brace at its margin."""
    first, newline, rest = text.lstrip().partition("\n")
    spread = first.rstrip().endswith(("{", "[", ",")) and re.search(r"^\{", rest, re.MULTILINE) is None
    return "json" if newline and spread else "jsonl"


def _markup_kind(text: str) -> str:
    bare = re.sub(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", "", text, flags=re.DOTALL)
    if not bare.strip() and len(text) < HEAD_BYTES // 4:
        return "empty"
    root = _XML_ROOT.search(bare)
    if root:
        for known, kind in _XML_ROOTS:
            if root[1].lower() == known.lower() or root[1].lower().endswith(":" + known.lower()):
                return "wxr" if kind == "rss" and "wordpress.org/export" in text else kind
    if root and re.fullmatch(r"[a-z]+[A-Z]\w*", root[1]):
        # No HTML element is written in camel case; a piece of NewsML is.
        return "xml"
    if text.lstrip().startswith("<?xml") and not re.search(r"<(?:\w+:)?html\b", text, re.IGNORECASE):
        return "xml"
    if _HTML_INSIDE.search(text):
        return "html"
    return "text"
