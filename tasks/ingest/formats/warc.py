"""WARC and WET: pages and extracted texts become articles, every other record is told as what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Literal

from fastwarc.warc import HeaderMap, WarcRecord

from tasks.ingest.encoding import decode
from tasks.ingest.formats.html import declared_encoding
from tasks.ingest.formats.warc_frames import WarcFrame, frames
from tasks.ingest.limits import Limits
from tasks.records import Article, Reject

_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p)\b", re.IGNORECASE)
_HEADER_LINE = re.compile(r"^([^\s:]+)\s*:[ \t]*(.*?)\s*$", re.MULTILINE)
_HTTP_TYPE = "Content-Type: application/http; msgtype=response"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)


def read_warc(
    base: IO[bytes],
    packing: str,
    origin: str,
    limits: Limits,
    first_record: int = 1,
    byte_start: int = 0,
    byte_stop: int | None = None,
) -> Iterator[Article | Reject]:
    """Give an article or a reject for each record, and a reject for each place where the file breaks.

    Parameters
    ----------
    base
        The open file as it lies on the disk; `packing` is how it is compressed: none, gzip or zstd.
    first_record
        The number of the record at `byte_start`.
    byte_stop
        Reading stops before the record that begins there.
    """
    found = frames(base, packing, byte_start, limits.max_record_bytes, limits.max_unpacked_bytes)
    for number, frame in enumerate(found, first_record):
        if byte_stop is not None and frame.at is not None and frame.at >= byte_stop:
            return
        yield _record(frame, f"{origin}#{number}")


def _record(frame: WarcFrame, origin: str) -> Article | Reject:
    fields = _fields(frame.head)
    url = fields.get("warc-target-uri", "").strip("<>") or None
    record_id = fields.get("warc-record-id", "").strip("<>") or None
    kind = fields.get("warc-type", "").lower() or "without a type"

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=record_id, url=url)

    if frame.reason:
        return refuse(frame.reason, frame.detail)
    content_type = fields.get("content-type", "").lower()
    text = html = None
    if kind == "conversion" and content_type.startswith("text/plain"):
        text = decode(frame.body, "utf-8")
    elif kind == "resource" and _media_type(content_type) in _HTML_TYPES:
        html = decode(frame.body, _charset(content_type) or declared_encoding(frame.body))
    elif kind == "response":
        payload, charset, refusal = _page(frame)
        if refusal:
            return refuse("not_an_article", refusal)
        html = decode(payload, charset or declared_encoding(payload))
    else:
        media = f" of {_media_type(content_type)}" if kind in ("resource", "conversion") and content_type else ""
        return refuse("not_an_article", f"a record of type {kind}{media}")
    body = html if html is not None else text
    if body is None:
        return refuse("bad_encoding", "neither the declared encoding nor any other fits")
    if not body.strip():
        return refuse("empty", "a record without content")
    return Article(
        origin=origin,
        raw=frame.body,
        text=text,
        html=html,
        url=url,
        external_id=record_id,
        fetched_at=fields.get("warc-date") or None,
    )


def _page(frame: WarcFrame) -> tuple[bytes, str | None, str]:
    """The payload of a response with the charset of its HTTP header, or why it is no page."""
    parsed = _http(frame.body, decoding="all")
    if parsed is None:
        # Crawlers store decoded payloads under headers that still speak of their encoding.
        parsed = _http(frame.body, decoding="none")
    if parsed is None:
        return b"", None, "a response that is not HTTP"
    headers, payload = parsed
    status = headers.status_code if headers is not None else None
    if status is not None and status != 200:
        return b"", None, f"HTTP {status}"
    content_type = (headers.get("content-type") or "").lower() if headers is not None else ""
    media = _media_type(content_type)
    if media not in _HTML_TYPES and not (not media and _LOOKS_LIKE_HTML.search(payload[:4096])):
        return b"", None, f"a response of {media or 'no content type'}"
    return payload, _charset(content_type), ""


def _http(body: bytes, decoding: Literal["all", "none"]) -> tuple[HeaderMap | None, bytes] | None:
    """The HTTP header and the payload of a response, None where it cannot be decoded."""
    head = f"WARC/1.0\r\nWARC-Type: response\r\n{_HTTP_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        # With a header of our own: the record's may hold what the library does not take.
        record = WarcRecord.from_bytes(head.encode() + body)
        record.parse_http(auto_decode=decoding, quirks_mode=True)
        return record.http_headers, record.reader.read()
    except (OSError, ValueError):
        return None


def _fields(head: bytes) -> dict[str, str]:
    """The named fields of a record header, names in lower case, the first of each."""
    fields: dict[str, str] = {}
    for name, value in _HEADER_LINE.findall(head.decode("utf-8", "replace")):
        fields.setdefault(name.lower(), value)
    return fields


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip()


def _charset(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found[1] if found else None
