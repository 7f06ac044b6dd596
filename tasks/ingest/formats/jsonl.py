"""JSON lines, and JSON documents that hold one record or a list of them.

Fields are found by their names as the columns of a table are: `text` or `body` or `content`, `title` or `headline`, …
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tasks.ingest.encoding import decode
from tasks.ingest.formats.columns import map_fields, record_from_row
from tasks.ingest.limits import Limits
from tasks.records import Article, Reject


def read_lines(numbered: Iterable[tuple[int, bytes | None]], origin: str, limits: Limits) -> Iterator[Article | Reject]:
    """Give an article or a reject for each line; blank lines are skipped.

    Parameters
    ----------
    numbered
        Line numbers (from 1) with the lines; None stands for a line past the size limit.
    """
    for number, line in numbered:
        where = f"{origin}#{number}"
        if line is None:
            yield Reject(where, "read", "too_large", f"a line of more than {limits.max_record_bytes} bytes")
            continue
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if line:
            yield _read_record(line, where, limits)


def read_document(raw: bytes, origin: str, limits: Limits) -> Iterator[Article | Reject]:
    """Give the records of a JSON file that is one object or one list of objects; a list's records count from 1."""
    value, reason, detail = _parse(raw)
    if reason:
        yield Reject(origin, "read", reason, detail)
    elif isinstance(value, list):
        if not value:
            yield Reject(origin, "read", "empty", "an empty list")
        for number, item in enumerate(value, 1):
            body = json.dumps(item, sort_keys=True, allow_nan=True).encode()
            yield _from_value(item, body, f"{origin}#{number}", limits)
    else:
        yield _from_value(value, raw, origin, limits)


def _read_record(line: bytes, origin: str, limits: Limits) -> Article | Reject:
    value, reason, detail = _parse(line)
    if reason:
        return Reject(origin, "read", reason, detail)
    return _from_value(value, line, origin, limits)


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


def _from_value(value: Any, raw: bytes, origin: str, limits: Limits) -> Article | Reject:
    if not isinstance(value, dict):
        return Reject(origin, "read", "bad_json", f"a JSON {_kind(value)} where an object is expected")
    fields = map_fields(tuple(value), limits.columns)
    # A text in a field that is not known is told by the names of all.
    names = () if "text" in fields or "html" in fields else tuple(value)
    return record_from_row({field: value[name] for field, name in fields.items()}, raw, origin, names)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return {bool: "boolean", int: "number", float: "number", str: "string", list: "list"}.get(type(value), "object")
