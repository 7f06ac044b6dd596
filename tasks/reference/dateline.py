"""The dateline at the head of a report: “MOSCOW, April 18 (Reuters) —” as place, day and agency."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from tasks.reference.calendar import MONTH_PATTERN, MONTHS

_CAPITAL = "A-ZÀ-ÖØ-Þ"
_PLACE_WORD = rf"[{_CAPITAL}][\w.’'-]+"
_UPPER_WORD = rf"[{_CAPITAL}][{_CAPITAL}.’'-]+"
_WEEKDAY_NAME = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
# The state or country behind a comma: "RAMALLAH, West Bank", "PORTLAND, Ore.".
_REGION = rf"(?:, (?!{_WEEKDAY_NAME}\b)[{_CAPITAL}][\w.’'-]*(?: [{_CAPITAL}][\w.’'-]*){{0,3}})?"
_UPPER_PLACE = rf"{_UPPER_WORD}(?:[ /][{_CAPITAL}][{_CAPITAL}.’'-]*){{0,5}}{_REGION}"
# "On May 4 - a Monday - the court sat" names no place.
_MIXED_PLACE = rf"(?!(?:After|Before|By|From|In|On|Since|Until)\b){_PLACE_WORD}(?:[ /]{_PLACE_WORD}){{0,4}}{_REGION}"
_DAY = (
    rf"(?:{_WEEKDAY_NAME},? )?"
    rf"(?:(?P<month>{MONTH_PATTERN})\.? (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\.? (?P<month2>{MONTH_PATTERN})\.?)"
    r"(?:,? (?P<year>(?:19|20)\d{2}))?"
)
_AGENCY = r"(?:[-–—] ?)?\((?P<agency>[A-Z][\w .,&/’'-]{1,40})\)"
_DASH = r"(?:\s*(?:—|–|--)\s*|\s*-\s+)"
# With a day or an agency the place may be written anyhow; without, only capitals before a dash make a dateline.
_PATTERNS = (
    re.compile(rf"(?P<place>{_MIXED_PLACE}),? \(?(?i:{_DAY})\)?,?(?: ?{_AGENCY})?{_DASH}"),
    re.compile(rf"(?P<place>{_MIXED_PLACE}),? ?{_AGENCY}{_DASH}"),
    re.compile(rf"(?P<place>{_UPPER_PLACE}),? (?i:{_DAY}),? {_AGENCY}:?\s+"),
    re.compile(rf"(?P<place>{_UPPER_PLACE})(?:{_DASH}(?=[A-Z\"“‘'])| ?[-–—]{{1,2}}\s+)"),
)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and when a report was filed, as its first words say.

    `end` is the number of characters from the start of the paragraph to the first word after the dash. `year` is None
    where the dateline has none, as is usual; then there is no `date`.
    """

    place: str
    end: int
    month: int | None = None
    day: int | None = None
    year: int | None = None
    agency: str | None = None

    @property
    def date(self) -> dt.date | None:
        """The day where day, month and year are known and make one."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None


def parse_dateline(paragraph: str) -> Dateline | None:
    """Read the dateline that a paragraph begins with, or give None."""
    head = paragraph[:_LONGEST]
    for pattern in _PATTERNS:
        found = pattern.match(head)
        if found and found.end() < len(paragraph):
            groups = found.groupdict()
            name = groups.get("month") or groups.get("month2")
            day = groups.get("day") or groups.get("day2")
            year = groups.get("year")
            return Dateline(
                place=groups["place"].rstrip("-"),
                end=found.end(),
                month=MONTHS[name.lower()] if name else None,
                day=int(day) if day else None,
                year=int(year) if year else None,
                agency=groups.get("agency"),
            )
    return None
