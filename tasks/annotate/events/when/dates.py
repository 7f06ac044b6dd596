"""When it happened: what a date mention says of an event's day, in the columns event_date … timex."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from tasks.annotate.dates.values import resolve_interval
from tasks.annotate.layers import Mention

RELATIVE = re.compile(
    r"\b(today|tonight|tomorrow|yesterday|now|ago|last|next|this|previous|coming|past|earlier|later|(mon|tues|wednes|"
    r"thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"\d{4}")
# "Two bombings in a day" says how long they took; only what lies ahead comes "in a day".
EXTENT = re.compile(r"^(with)?in (a|an|one|two|three|four|five|six|\d+) (hour|day|week|month|year)s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event: the columns event_date … timex, and the mention it came from."""

    first: dt.date | None = None
    last: dt.date | None = None
    precision: str | None = None
    basis: str = "none"
    timex: str | None = None
    mention: Mention | None = None


NEVER = When()


def usable(mention: Mention) -> bool:
    """Whether a time mention can date an event: points and spans of days, not durations, clock times or "now"."""
    value = mention.value
    return value is not None and bool(re.match(r"^[\dX]{4}|^[\dX]{3}$", value)) and mention.label in ("DATE", "TIME")


def joined_date(mention: Mention, dates: dict[int, Mention], text: str) -> Mention | None:
    """The date that closes a span in two parts: "April 26 and 27", "from Monday to Friday"."""
    for gap in (1, 2):
        other = dates.get(mention.token_end + gap - 1)
        if other is not None and other.start > mention.start:
            between = text[mention.end : other.start].strip(" \n-–").lower()
            if between in ("and", "to", "through", "until", "") and same_kind(mention.value, other.value):
                return other
    return None


def same_kind(first: str | None, second: str | None) -> bool:
    """Whether two values are both days (or both of one shape), so that they may bound one span."""
    if first is None or second is None or "/" in first or "/" in second or first >= second:
        return False
    shape = re.compile(r"\d")
    return shape.sub("0", first) == shape.sub("0", second)


def when_of(mention: Mention | None, text: str, dates: dict[int, Mention] | None = None) -> When:
    """Read a mention's TIMEX value into days; two joined dates ("26 and 27 April") are one span."""
    if mention is None or mention.value is None:
        return NEVER
    following = joined_date(mention, dates, text) if dates is not None else None
    value = mention.value if following is None else f"{mention.value}/{following.value}"
    interval = resolve_interval(value)
    words = text[mention.start : mention.end]
    basis = "relative" if RELATIVE.search(words) and not re.search(r"\b\d{4}\b", words) else "explicit"
    if interval is None:
        return When(None, None, None, basis, value, mention)
    first, last, precision = interval
    return When(first, last if last != first else None, precision, basis, value, mention)


def date_index(mentions: tuple[Mention, ...]) -> dict[int, Mention]:
    """Usable time mentions by each of their tokens."""
    found: dict[int, Mention] = {}
    for mention in mentions:
        if mention.label in ("DATE", "TIME") and usable(mention):
            for token in range(mention.token_start, mention.token_end):
                found[token] = mention
    return found


def as_past(status: str, when: When, published: dt.datetime | None, text: str) -> When:
    """The date of what is reported as done: no extent of time (`EXTENT`), no month ahead (`latest_of_its_name`)."""
    if status not in ("happened", "ongoing"):
        return when
    if EXTENT.match(words_of(when, text)):
        return NEVER
    return latest_of_its_name(when, published, text)


def words_of(when: When, text: str) -> str:
    """The words of a date, empty where it has none."""
    return text[when.mention.start : when.mention.end] if when.mention is not None else ""


def latest_of_its_name(when: When, published: dt.datetime | None, text: str) -> When:
    """A month without a year that lies ahead of the publication, for what is done: that of the year before."""
    if when.first is None or published is None or when.first <= published.date() or not is_bare_month(when, text):
        return when
    interval = resolve_interval(f"{when.first.year - 1:04d}-{when.first.month:02d}")
    assert interval is not None
    return replace(when, first=interval[0], last=interval[1], timex=interval[0].isoformat()[:7])


def is_bare_month(when: When, text: str) -> bool:
    """Whether a date is a month by its name alone: "in December", not "in December 2019", "next month"."""
    named = when.mention is not None and when.timex is not None and when.basis != "relative"
    return named and when.precision == "month" and not YEAR.search(words_of(when, text))
