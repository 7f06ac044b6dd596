"""What is known while time expressions are read from left to right, and the years that their words leave out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.lexer import Lexeme
from tasks.annotate.dates.values import Point, point_of

PAST, UNKNOWN, FUTURE = -1, 0, 1
# Words that point from the time of the text; the others point from the last date in the narrative.
STEP = {"this": 0, "next": 1, "coming": 1, "last": -1, "past": -1, "following": 1, "previous": -1, "that": 0, "same": 0}
# Classes of a day of the month: "26", "twenty-six", "26th", "twenty-sixth", "second".
DAY_KINDS = frozenset({"day", "dayword", "ordinal", "nth", "second"})
ANAPHORIC = frozenset({"that", "same", "following", "previous"})


@dataclass(frozen=True, slots=True)
class Timex:
    """A resolved time expression. `kind`: date, clock, part, duration, set, reference."""

    start: int
    end: int
    first: int
    last: int
    value: str
    kind: str


@dataclass(slots=True)
class State:
    """What is known while a text is read from left to right.

    Parameters
    ----------
    anchor
        The time of the text: publication, else a dateline with its year; None where neither is known.
    tense
        Character offset to PAST, FUTURE or UNKNOWN: what the verb that governs it says.
    narrative
        Whether the text tells of other times than its own, so that bare months follow the last date.
    """

    anchor: dt.datetime | None
    tense: Callable[[int], int]
    narrative: bool = False
    last: Point | None = None
    last_block: int = -1
    block: int = 0

    @property
    def today(self) -> Point | None:
        """The anchor's day."""
        return point_of(self.anchor.date()) if self.anchor else None

    def remember(self, point: Point) -> None:
        """Let later expressions refer back to a point."""
        self.last, self.last_block = point, self.block


Resolver = Callable[[Found, State], list[Timex]]


def is_narrative(found: list[Found], anchor: dt.datetime | None) -> bool:
    """Whether a text tells a story of another time: most of its dates with a year are not of the anchor's years."""
    years = [
        item.one("year").value
        for item in found
        if item.rule in ("date", "month") and item.has("year") and not item.has("bc")
    ]
    if len(years) < 3:
        return False
    far = [year for year in years if anchor is None or abs(year - anchor.year) > 1]
    return len(far) >= 0.6 * len(years)


def whole(found: Found, value: str, kind: str) -> list[Timex]:
    """One time expression over the whole match."""
    return [Timex(found.start, found.end, found.first, found.last, value, kind)]


# ---------- years that the words leave out
def story_point(state: State) -> Point | None:
    """The date that bare months and days follow in a narrative, or in a paragraph that named a year."""
    if state.last is None or state.last.year is None:
        return None
    if state.narrative or (state.last.explicit and state.last_block == state.block):
        return state.last
    return None


def year_for(state: State, month: int, day: int | None, char: int) -> int | None:
    """The year of a bare month or day: nearest to the narrative's last date, else by tense from the anchor."""
    story = story_point(state)
    if story is not None and story.year is not None:
        if story.month is None:
            return story.year
        gap = month - story.month
        return story.year + (1 if gap < -6 else -1 if gap > 6 else 0)
    return _nearest_year(state.anchor.date(), month, day, state.tense(char)) if state.anchor is not None else None


def _nearest_year(today: dt.date, month: int, day: int | None, tense: int) -> int:
    """The year in which a month or day is nearest to a day, on the side of it that the verb's tense says."""
    options = []
    for year in (today.year - 1, today.year, today.year + 1):
        point = Point(year, month, day if day else 1).date()
        if point is None:
            continue
        distance = (point - today).days if day else (year - today.year) * 365 + (month - today.month) * 30
        # A past verb may govern a day to come ("the vote, moved to 26 April"), so a near day on the wrong side can win.
        wrong = (tense == PAST and distance > 1) or (tense == FUTURE and distance < -1)
        options.append((abs(distance) * ((8 if day else 30) if wrong else 1), year))
    return min(options)[1] if options else today.year


def year_value(lexeme: Lexeme) -> int:
    """The year a numeral means; two digits are of 1940-2039."""
    year = int(lexeme.value)
    if lexeme.kind == "apost":
        return year + (2000 if year < 40 else 1900)
    return year


def relative_year(found: Found, state: State) -> int | None:
    """The year of "of that year", "of last year"."""
    words = {lexeme.kind for lexeme in found.all("rel")}
    which = next((word for word in STEP if word in words), "this")
    base = state.last if which in ANAPHORIC or (state.narrative and which == "this") else state.today
    base = base or state.today
    return base.year + STEP[which] if base and base.year is not None else None


def base_day(state: State) -> dt.date | None:
    """The day that weekdays are counted from: the narrative's last, else the anchor's."""
    if state.narrative and state.last is not None and state.last.date() is not None:
        return state.last.date()
    return state.anchor.date() if state.anchor else None
