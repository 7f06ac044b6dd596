"""Publication dates: strings as inputs write them, paths of URLs and lines of text, to UTC instants.

Never the clock: a date is in the future only against the input's own `fetched_at`.
"""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from tasks.reference.calendar import MONTH_PATTERN, MONTHS

_EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
# Whether a date lies ahead cannot be told without the clock; that it is none of ours can.
_LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
# Clocks and time zones differ; a page fetched in the evening may carry the next day's date.
_FUTURE_TOLERANCE = dt.timedelta(days=1)

_ZONES: dict[str, float] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "ct": -6, "mt": -7, "pt": -8,
    "akst": -9, "akdt": -8, "hst": -10, "nst": -3.5, "brt": -3, "art": -3, "wat": 1, "cat": 2, "sast": 2, "eat": 3,
    "trt": 3, "gst": 4, "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "pht": 8, "awst": 8,
    "acst": 9.5, "acdt": 10.5, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_TIME = (
    r"(?:\D{0,6}?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?:\(?(?P<zone>[A-Za-z]{1,4})\)?|(?P<offset>[+-]\d{2}:?\d{2}))?)?"
)
_ISO = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:[T\s]+(?P<hour>\d{2}):?(?P<minute>\d{2})?(?::?(?P<second>\d{2})(?:[.,]\d+)?)?\s*"
    r"(?:(?P<zone>[A-Za-z]{1,4})|(?P<offset>[+-]\d{2}(?::?\d{2})?))?)?",
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})" + _TIME)
_NUMERIC = re.compile(r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second_number>\d{1,2})[/.-](?P<year>\d{4})" + _TIME)
_DAY_MONTH = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s*(?:of\s+|de\s+)?-?(?P<name>{MONTH_PATTERN})\.?,?-?"
    rf"\s*(?:de\s+)?(?P<year>\d{{4}}),?" + _TIME,
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<name>{MONTH_PATTERN})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}),?"
    + _TIME,
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?"
)
_EPOCH = re.compile(r"-?\d{9,13}(?:\.\d+)?")
_URL_DATES = (
    re.compile(r"/(?P<year>(?:19|20)\d{2})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=[/._-]|$)"),
    re.compile(r"/(?P<year>(?:19|20)\d{2})/(?P<name>[a-z]{3})/(?P<day>\d{1,2})(?=[/._-]|$)"),
    re.compile(r"[/_-](?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?=[/._-]|$)"),
    re.compile(r"/(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?=[/._-]|$)"),
)
_PUBLISHED_LINE = re.compile(
    r"(?:originally |first )?(?:posted|published|date|veröffentlicht|publié|publicado)(?: (?:on|at|am|le|el))?"
    r"\s*[:|]?\s*(?P<rest>.{6,80})",
    re.IGNORECASE,
)


def parse_instant(value: str) -> dt.datetime | None:
    """Read a date with or without a time as an instant in UTC; no zone means UTC, a day is its first instant.

    ISO 8601, RFC 2822, digits in a row (20190418093000), seconds or milliseconds since 1970, and written-out days in
    English, German, French and Spanish are read. A numeric day such as 04/05/2019 that could be two
    days is not, and gives None as all else does.
    """
    value = " ".join(value.split())
    if not 6 <= len(value) <= 100:
        return None
    if found := _COMPACT.fullmatch(value):
        return _from_match(found.groupdict())
    if _EPOCH.fullmatch(value):
        return _from_epoch(float(value))
    for pattern in (_ISO, _YEAR_FIRST, _DAY_MONTH, _MONTH_DAY):
        if found := pattern.fullmatch(value):
            return _from_match(found.groupdict())
    if found := _NUMERIC.fullmatch(value):
        return _from_numeric(found.groupdict())
    return _from_mail(value)


def _from_epoch(number: float) -> dt.datetime | None:
    seconds = number / 1000 if abs(number) >= 1e11 else number
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)


def _from_mail(value: str) -> dt.datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _from_numeric(groups: dict[str, str | None]) -> dt.datetime | None:
    first, second = int(groups["first"] or 0), int(groups.pop("second_number") or 0)
    # Dots are written where the day comes first; with slashes and dashes both orders are in use.
    if groups["mark"] == "." or first > 12 or first == second:
        day, month = first, second
    elif second > 12:
        day, month = second, first
    else:
        return None
    return _from_match(groups | {"day": str(day), "month": str(month)})


def _from_match(groups: dict[str, str | None]) -> dt.datetime | None:
    name = groups.get("name")
    month = MONTHS.get(name.lower(), 0) if name else int(groups.get("month") or 0)
    hour, minute, second = (int(groups.get(unit) or 0) for unit in ("hour", "minute", "second"))
    half = (groups.get("half") or "")[:1].lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        local = dt.datetime(int(groups["year"] or 0), month, int(groups["day"] or 0), hour, minute, min(second, 59))
        return (local - _offset(groups)).replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def _offset(groups: dict[str, str | None]) -> dt.timedelta:
    zone, offset = groups.get("zone"), groups.get("offset")
    if offset:
        digits = offset[1:].replace(":", "").ljust(4, "0")
        size = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return -size if offset[0] == "-" else size
    return dt.timedelta(hours=_ZONES.get((zone or "utc").lower(), 0))


def date_of_url(url: str) -> dt.datetime | None:
    """The day in a URL's path (`/2019/04/18/`, `/2019/apr/18/`, `-2019-04-18`), None where there is none."""
    path = url.split("?", 1)[0].split("#", 1)[0]
    for pattern in _URL_DATES:
        if found := pattern.search(path.lower()):
            parsed = _from_match(found.groupdict())
            if parsed:
                return parsed
    return None


def date_of_line(line: str) -> dt.datetime | None:
    """The day of a line such as “Posted on April 18, 2019 by Jane Doe”, None where it tells none."""
    found = _PUBLISHED_LINE.fullmatch(line.strip())
    if not found:
        return None
    rest = re.split(r"\s+(?:by|von|par|por|in|\|)\s+|\s*\|\s*", found["rest"])[0].strip(" .,|")
    return parse_instant(rest)


def refusal(instant: dt.datetime, fetched_at: dt.datetime | None) -> str | None:
    """Why a publication date is not believed: `before 1900`, `after 2100`, `after it was fetched`; else None."""
    if instant < _EARLIEST:
        return "before 1900"
    if instant >= _LATEST:
        return "after 2100"
    if fetched_at is not None and instant > fetched_at + _FUTURE_TOLERANCE:
        return "after it was fetched"
    return None
