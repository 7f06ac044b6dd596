"""TIMEX3 values: writing them from points and spans of time, and reading them back as intervals of days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

SEASONS = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11), "WI": (12, 14)}
_SHIFT_DAYS = {"D": 1, "N": 1, "WD": 1, "W": 7, "WE": 7, "F": 14}
_SHIFT_MONTHS = {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}


@dataclass(frozen=True, slots=True)
class Point:
    """A day, month or year of the calendar as far as it is known; `explicit` where the text itself gave the year."""

    year: int | None
    month: int | None = None
    day: int | None = None
    explicit: bool = False

    def date(self) -> dt.date | None:
        """The day, None where a part is unknown or there is no such day."""
        if self.year is None or self.month is None or self.day is None or not 1 <= self.year <= 9999:
            return None
        if self.day > calendar.monthrange(self.year, self.month)[1]:
            return None
        return dt.date(self.year, self.month, self.day)


def point_of(day: dt.date) -> Point:
    """The point of a calendar day."""
    return Point(day.year, day.month, day.day)


def date_value(year: int | None, month: int | None = None, day: int | None = None) -> str:
    """Write a day, month or year; an unknown year is XXXX ("XXXX-04-26")."""
    value = "XXXX" if year is None else f"{year:04d}"
    if month is not None:
        value += f"-{month:02d}"
        if day is not None:
            value += f"-{day:02d}"
    return value


def week_value(day: dt.date) -> str:
    """The ISO week of a day, "2019-W16"."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def unit_value(point: Point, unit: str) -> str:
    """The unit (D W M Y Q DE CE WE N) that a point lies in; unknown parts are X."""
    year = date_value(point.year)
    if unit == "Y":
        return year
    if unit in ("DE", "CE"):
        return year[: 3 if unit == "DE" else 2]
    if unit == "M":
        return date_value(point.year, point.month) if point.month else year + "-XX"
    if unit == "Q":
        return year + (f"-Q{(point.month + 2) // 3}" if point.month else "-QX")
    return _day_value(point, unit)


def _day_value(point: Point, unit: str) -> str:
    """The week, weekend, day or night of a point."""
    day = point.date()
    if unit in ("W", "WE"):
        week = week_value(day) if day else date_value(point.year) + "-WXX"
        return week + ("-WE" if unit == "WE" else "")
    month = f"{point.month:02d}" if point.month else "XX"
    value = day.isoformat() if day else f"{date_value(point.year)}-{month}-XX"
    return value + ("TNI" if unit == "N" else "")


def add(point: Point, unit: str, n: float) -> Point | None:
    """Shift a point by n units, keeping no more precision than the unit and the point have.

    Returns
    -------
    Point or None
        None where the point does not know what the shift needs ("three days later" than a year).
    """
    if unit in _SHIFT_DAYS:
        day = point.date()
        if day is None:
            return None
        try:
            return point_of(day + dt.timedelta(days=round(n * _SHIFT_DAYS[unit])))
        except OverflowError:
            return None
    if unit not in _SHIFT_MONTHS or point.year is None:
        return None
    months = round(n * _SHIFT_MONTHS[unit])
    if point.month is None:
        return Point(point.year + months // 12) if months % 12 == 0 else None
    year, month = divmod(point.year * 12 + point.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return Point(year, month + 1, min(point.day, last) if point.day else None)


def duration_value(n: float | None, unit: str) -> str:
    """Write a length of time: P3D, PT2H, PXM where the number is not told."""
    if unit == "F":
        n, unit = (None if n is None else n * 2), "W"
    if unit == "Q":
        n, unit = (None if n is None else n * 3), "M"
    unit = "D" if unit == "N" else unit
    number = "X" if n is None else f"{n:g}" if n < 1e6 else str(int(n))
    return f"PT{number}{unit[1:]}" if unit.startswith("T") else f"P{number}{unit}"


def easter(year: int) -> dt.date:
    """Western Easter Sunday (the anonymous Gregorian computus)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped, leap = divmod(century, 4)
    moon = (19 * golden + century - skipped - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * leap + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, which: int) -> dt.date:
    """The which-th ISO weekday of a month, -1 for the last."""
    days = [day for day in calendar.Calendar().itermonthdates(year, month) if day.month == month]
    return [day for day in days if day.isoweekday() == weekday][which - 1 if which > 0 else which]


_WHOLE = re.compile(
    r"(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|W(\d{2})(-WE)?|Q([1-4])|H([12])|(SP|SU|FA|WI)))?(?:T[\d:A-Z]+)?"
)


def resolve_interval(value: str) -> tuple[dt.date, dt.date, str] | None:
    """Read a TIMEX3 value as the days it covers.

    Parameters
    ----------
    value
        A value as in `mentions.value`; two joined by "/" are an interval from the first to the last.

    Returns
    -------
    tuple of first day, last day and precision (day, week, month, quarter, year), or None
        None for partial values (a year unknown), durations, sets and references. A half year or a season has
        precision quarter; seasons are the meteorological ones, winter the December of its year on.
    """
    if "/" in value:
        parts = [resolve_interval(part) for part in value.split("/", 1)]
        if parts[0] is None or parts[1] is None or parts[1][1] < parts[0][0]:
            return None
        return parts[0][0], parts[1][1], max(parts[0][2], parts[1][2], key=PRECISIONS.index)
    match = _WHOLE.fullmatch(value)
    if match is None:
        return None
    year = int(match[1])
    if not 1 <= year <= 9998:
        return None
    return _days_of_month(year, match) if match[2] else _days_of_part(year, match)


def _days_of_month(year: int, match: re.Match[str]) -> tuple[dt.date, dt.date, str] | None:
    """The days of a month or the one day in it."""
    month = int(match[2])
    if not 1 <= month <= 12:
        return None
    if match[3]:
        day = Point(year, month, int(match[3])).date()
        return (day, day, "day") if day else None
    return _months(year, month, month, "month")


def _days_of_part(year: int, match: re.Match[str]) -> tuple[dt.date, dt.date, str] | None:
    """The days of a year, or of a week, quarter, half or season in it."""
    if match[4]:
        try:
            monday = dt.date.fromisocalendar(year, int(match[4]), 1)
        except ValueError:
            return None
        first = monday + dt.timedelta(days=5 if match[5] else 0)
        return first, monday + dt.timedelta(days=6), "week"
    if match[6]:
        return _months(year, int(match[6]) * 3 - 2, int(match[6]) * 3, "quarter")
    if match[7]:
        return _months(year, int(match[7]) * 6 - 5, int(match[7]) * 6, "quarter")
    if match[8]:
        return _months(year, *SEASONS[match[8]], "quarter")
    return _months(year, 1, 12, "year")


PRECISIONS = ("day", "week", "month", "quarter", "year")


def _months(year: int, first: int, last: int, precision: str) -> tuple[dt.date, dt.date, str]:
    last_year, last_month = (year, last) if last <= 12 else (year + 1, last - 12)
    end = dt.date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
    return dt.date(year, first, 1), end, precision
