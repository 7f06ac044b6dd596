"""JSON lines, and JSON documents that hold one record or a list of them.

Fields: `id, url, title, text | html, published_at, authors, source, lang, fetched_at`; others are ignored.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tasks.ingest.encoding import decode
from tasks.records import Article, Reject

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_lines(
    numbered: Iterable[tuple[int, bytes | None]], origin: str, max_record_bytes: int
) -> Iterator[Article | Reject]:
    """Give an article or a reject for each line; blank lines are skipped.

    Parameters
    ----------
    numbered
        Line numbers (from 1) with the lines; None stands for a line past the size limit.
    """
    for number, line in numbered:
        where = f"{origin}#{number}"
        if line is None:
            yield Reject(where, "read", "too_large", f"a line of more than {max_record_bytes} bytes")
            continue
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if line:
            yield read_record(line, where)


def read_document(raw: bytes, origin: str) -> Iterator[Article | Reject]:
    """Give the records of a JSON file that is one object or one list of objects; a list's records count from 1."""
    value, reason, detail = _parse(raw)
    if reason:
        yield Reject(origin, "read", reason, detail)
    elif isinstance(value, list):
        if not value:
            yield Reject(origin, "read", "empty", "an empty list")
        for number, item in enumerate(value, 1):
            body = json.dumps(item, sort_keys=True, allow_nan=True).encode()
            yield _from_value(item, body, f"{origin}#{number}")
    else:
        yield _from_value(value, raw, origin)


def read_record(line: bytes, origin: str) -> Article | Reject:
    """Make an article of one JSON object, or the reject that says what is wrong with it."""
    value, reason, detail = _parse(line)
    if reason:
        return Reject(origin, "read", reason, detail)
    return _from_value(value, line, origin)


def _parse(raw: bytes) -> tuple[Any, str, str | None]:
    """The parsed value with an empty reason, or None with reject reason and detail."""
    text = decode(raw)
    if text is None:
        return None, "bad_encoding", "neither UTF-8 nor any other encoding fits"
    try:
        return json.loads(text), "", None
    except json.JSONDecodeError as error:
        return None, "bad_json", f"{error.msg} at character {error.pos}"
    except RecursionError:
        return None, "too_deep", "nested too deeply"
    except ValueError:
        # Python refuses to convert integers of more than 4,300 digits.
        return None, "bad_json", "a number with too many digits"


def _from_value(value: Any, raw: bytes, origin: str) -> Article | Reject:
    if not isinstance(value, dict):
        return Reject(origin, "read", "bad_json", f"a JSON {_kind(value)} where an object is expected")
    external_id, url, source = _scalar(value.get("id")), _string(value.get("url")), _string(value.get("source"))

    def refuse(reason: str, detail: str) -> Reject:
        return Reject(origin, "read", reason, detail, external_id=external_id, url=url, source=source)

    for field in ("text", "html"):
        if not (isinstance(value.get(field), str) or _missing(value.get(field))):
            return refuse("bad_value", f"{field} is a JSON {_kind(value[field])} where a string is expected")
    text, html = (
        _clean(value.get(field) or "") if isinstance(value.get(field), str) else "" for field in ("text", "html")
    )
    if not text.strip() and not html.strip():
        given = any(isinstance(value.get(field), str) for field in ("text", "html"))
        return refuse("empty", "text is empty") if given else refuse("missing_field", "neither text nor html")
    published_at = _scalar(value.get("published_at"))
    has_text = bool(text.strip())
    return Article(
        origin=origin,
        raw=raw,
        text=text if has_text else None,
        html=None if has_text else html,
        title=_scalar(value.get("title")),
        url=url,
        external_id=external_id,
        source=source,
        authors=_names(value.get("authors")),
        published_at=published_at,
        published_basis="meta" if published_at else "none",
        lang=_string(value.get("lang")),
        fetched_at=_scalar(value.get("fetched_at")),
    )


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return {bool: "boolean", int: "number", float: "number", str: "string", list: "list"}.get(type(value), "object")


def _clean(text: str) -> str:
    """Replace lone surrogates, which JSON can write and UTF-8 cannot, one for one."""
    return _SURROGATE.sub("\ufffd", text)


def _string(value: Any) -> str | None:
    return (_clean(value).strip() or None) if isinstance(value, str) else None


def _scalar(value: Any) -> str | None:
    """A string or a number as text; anything else counts as not given."""
    if isinstance(value, bool) or _missing(value):
        return None
    if isinstance(value, float):
        if math.isinf(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value) if isinstance(value, int) else _string(value)


def _names(value: Any) -> tuple[str, ...]:
    """Authors from a string, a list of strings, or a list of objects with a `name`."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    names = (_string(item.get("name") if isinstance(item, dict) else item) for item in value)
    return tuple(name for name in names if name)
