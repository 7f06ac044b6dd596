"""Resolve the expressions that name a day, month, season or year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.state import (
    ANAPHORIC,
    DAY_KINDS,
    FUTURE,
    PAST,
    STEP,
    Resolver,
    State,
    Timex,
    base_day,
    relative_year,
    whole,
    year_for,
    year_value,
)
from tasks.annotate.dates.values import Point, date_value, point_of
from tasks.annotate.rules import Ladder, Rule


def _iso(found: Found, state: State) -> list[Timex]:
    value = str(found.one("iso").value)
    parts = value.split("T")[0].split("-")
    state.remember(Point(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else None, True))
    return whole(found, value, "date")


def _told_year(found: Found, state: State, month: int, day: int | None) -> int | None:
    """The year beside a day or month: given, told by its relation to another ("of that year"), else the nearest."""
    given = found.all("year") or found.all("year_after")
    if given:
        return year_value(given[-1])
    if found.has("bcyear"):
        return int(found.one("bcyear").value)
    if found.has("rel"):
        return relative_year(found, state)
    return year_for(state, month, day, found.start)


def _keep(found: Found, state: State, year: int | None, month: int, day: int | None) -> None:
    """Let later expressions refer back; the year counts as explicit while it stays the one that the text gave."""
    explicit = found.has("year") or found.has("year_after") or found.has("rel")
    still = state.last is not None and state.last.explicit and year == state.last.year
    state.remember(Point(year, month, day, explicit or still))


def _date(found: Found, state: State) -> list[Timex]:
    month = int(found.one("month").value)
    days = [lexeme for lexeme in found.all("days") if lexeme.kind in DAY_KINDS]
    year = _told_year(found, state, month, int(days[0].value))
    index = found.lexemes.index
    timexes = []
    for order, lexeme in enumerate(days):
        # The month belongs to the day beside it: "April 26 and 27" is two mentions, the second only "27".
        place = index(lexeme, found.first, found.last)
        first = found.first if order == 0 else place
        last = found.last if order == len(days) - 1 else place + 1
        value = date_value(year, month, int(lexeme.value))
        start = found.lexemes[first].start
        timexes.append(Timex(start, found.lexemes[last - 1].end, first, last, value, "date"))
    _keep(found, state, year, month, int(days[-1].value))
    return timexes


def _month(found: Found, state: State) -> list[Timex]:
    months = [lexeme for lexeme in found.all("months") if lexeme.kind in ("month", "month_short")]
    bc = "BC" if found.has("bc") or found.has("bcyear") else ""
    timexes = []
    for order, lexeme in enumerate(months):
        month = int(lexeme.value)
        year = _told_year(found, state, month, None)
        place = found.lexemes.index(lexeme, found.first, found.last)
        first = found.first if order == 0 else place
        last = found.last if order == len(months) - 1 else place + 1
        start, end = found.lexemes[first].start, found.lexemes[last - 1].end
        timexes.append(Timex(start, end, first, last, bc + date_value(year, month), "date"))
        if not bc:
            _keep(found, state, year, month, None)
    return timexes


def _turned_year(which: str, month: int, state: State) -> int | None:
    """The year of "last March", "next summer": the nearest before or after the point it is counted from."""
    base = (state.last if which in ANAPHORIC or state.narrative else None) or state.today
    if base is None or base.year is None:
        return None
    current, step = base.month or 1, STEP[which]
    turn = (step > 0 and month <= current) or (step < 0 and month >= current)
    return base.year + (step if turn else 0)


def _which_month(found: Found, state: State) -> list[Timex]:
    month = int(found.one("months").value)
    year = _turned_year(found.one("which").kind, month, state)
    state.remember(Point(year, month))
    return whole(found, date_value(year, month), "date")


def _year(found: Found, state: State) -> list[Timex]:
    year = year_value(found.one("year"))
    if found.has("bc"):
        return whole(found, f"BC{year:04d}", "date")
    same = state.last is not None and state.last.year == year
    if state.narrative and not same:
        state.remember(Point(year, explicit=True))
    return whole(found, date_value(year), "date")


def _year_range(found: Found, state: State) -> list[Timex]:
    year, to = int(found.one("year").value), int(found.one("to").value)
    second = year - year % 100 + to
    if to > 99 or not 0 < second - year <= 30:
        return whole(found, date_value(year), "date")
    lexeme = found.one("to")
    first = Timex(found.start, found.one("year").end, found.first, found.last - 2, date_value(year), "date")
    return [first, Timex(lexeme.start, lexeme.end, found.last - 1, found.last, date_value(second), "date")]


def _years(found: Found, state: State) -> list[Timex]:
    first, second = found.one("years").value
    cut = found.start + 4
    return [
        Timex(found.start, cut, found.first, found.last, date_value(first), "date"),
        Timex(cut + 1, found.end, found.first, found.last, date_value(second), "date"),
    ]


def _apost(found: Found, state: State) -> list[Timex]:
    lexeme = found.one("year")
    return [Timex(lexeme.start, lexeme.end, found.last - 1, found.last, date_value(year_value(lexeme)), "date")]


# Months by which a season is set before or after another point.
SEASON_MONTHS = {"SP": 4, "SU": 7, "FA": 10, "WI": 12}


def _season(found: Found, state: State) -> list[Timex]:
    season = str(found.one("season").value)
    bc = "BC" if found.has("bc") else ""
    value = f"{bc}{date_value(_season_year(found, state, season))}-{season}"
    start = found.start
    if found.has("lead") and not any(lexeme.kind in ("early", "edge") for lexeme in found.all("lead")):
        start = (found.all("det") or found.all("season"))[0].start
    return [Timex(start, found.end, found.first, found.last, value, "date")]


def _season_year(found: Found, state: State, season: str) -> int | None:
    if found.has("year"):
        return year_value(found.one("year"))
    if found.has("rel"):
        return relative_year(found, state)
    if found.has("which"):
        return _turned_year(found.one("which").kind, SEASON_MONTHS[season], state)
    if found.has("det") or state.narrative:
        # "The winter" of a report is mostly the one whose end is nearest.
        return year_for(state, 1 if season == "WI" else SEASON_MONTHS[season], None, found.start)
    return None


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday, the day it is counted from, the word before it, and what its verb says of its side of that day."""

    number: int
    base: dt.date
    which: str
    of_week: bool
    tense: int

    def of_week_away(self, weeks: int) -> dt.date:
        """The weekday of the week that is so many weeks away."""
        monday = self.base - dt.timedelta(days=self.base.weekday())
        return monday + dt.timedelta(weeks=weeks, days=self.number - 1)

    def ahead(self, today: int) -> dt.date:
        """The next such day, `today` days away where the base is one itself."""
        return self.base + dt.timedelta(days=(self.number - self.base.isoweekday()) % 7 or today)

    def back(self, today: int) -> dt.date:
        """The last such day, `today` days ago where the base is one itself."""
        return self.base - dt.timedelta(days=(self.base.isoweekday() - self.number) % 7 or today)


def _of_named_week(day: Weekday) -> dt.date | None:
    return day.of_week_away(STEP[day.which]) if day.of_week else None


def _last_or_next(day: Weekday) -> dt.date | None:
    return day.of_week_away(STEP[day.which]) if day.which in ("last", "previous", "next", "following") else None


def _ahead_of_verb(day: Weekday) -> dt.date | None:
    looks_ahead = day.tense == FUTURE or (day.which == "this" and day.tense != PAST)
    return day.ahead(today=0) if looks_ahead else None


# Which day a weekday means, told from the day it is counted from.
WEEKDAYS: Ladder[Weekday, dt.date] = Ladder(
    "which day a weekday is",
    "Which day the name of a weekday means",
    (
        Rule("the week is named", _of_named_week, "They will meet on Monday of next week."),
        Rule("last or next: that of the week before or after", _last_or_next, "They met last Monday in Bern."),
        Rule(
            "past: the one just over",
            lambda day: day.back(today=7) if day.which == "past" else None,
            "They met this past Thursday in Bern.",
        ),
        Rule(
            "coming: the one ahead",
            lambda day: day.ahead(today=7) if day.which == "coming" else None,
            "They will meet this coming Thursday in Bern.",
        ),
        Rule("the verb looks ahead", _ahead_of_verb, "They will meet on Monday in Bern."),
        Rule("the nearest back", lambda day: day.back(today=0), "They met on Monday in Bern."),
    ),
)


def _weekday(found: Found, state: State) -> list[Timex]:
    lexeme = found.one("wd")
    weekday = int(lexeme.value)
    base = base_day(state)
    if base is None or (lexeme.low.endswith("days") and len(lexeme.low) > 6):
        return whole(found, f"XXXX-WXX-{weekday}", "set" if base else "date")
    if found.has("ord") or found.has("ord2"):
        day = _weekday_and_number(weekday, int((found.all("ord") or found.all("ord2"))[-1].value), base)
    else:
        day, found = _weekday_beside(found, state, base)
    if day is None:
        return whole(found, f"XXXX-WXX-{weekday}", "date")
    state.remember(point_of(day))
    return whole(found, day.isoformat(), "date")


def _weekday_beside(found: Found, state: State, base: dt.date) -> tuple[dt.date | None, Found]:
    """The day that a weekday means by the words beside it, and the match without a word that is none of it."""
    lexeme = found.one("wd")
    week = found.all("week") or found.all("which")
    which = week[-1].kind if week else ""
    if which == "following" and found.lexemes[found.first].kind != "the" and not found.has("week"):
        # "Following Monday's vote" is a preposition and a plain Monday.
        found = replace(found, first=found.first + 1)
        which = ""
    case = Weekday(int(lexeme.value), base, which, found.has("week"), state.tense(found.start))
    decision = WEEKDAYS.decide(case, lexeme.start)
    return (decision.verdict if decision is not None else None), found


def _weekday_and_number(weekday: int, number: int, base: dt.date) -> dt.date | None:
    """As in "Monday the 22nd": the nearest such day, better one to come."""
    near = [base + dt.timedelta(days=n) for n in range(-45, 75)]
    fit = [day for day in near if day.day == number and day.isoweekday() == weekday]
    return min(fit, key=lambda d: (abs((d - base).days) + (0 if d >= base else 10), d), default=None)


def _deictic(found: Found, state: State) -> list[Timex]:
    lexeme = found.one("day")
    kinds = {item.kind for item in found.lexemes[found.first : found.last]}
    step = int(lexeme.value) + (1 if "after" in kinds else -1 if "before" in kinds else 0)
    night = "TNI" if lexeme.low in ("tonight", "tonite") else ""
    if state.narrative and not night and lexeme.low == "today":
        return whole(found, "PRESENT_REF", "reference")
    if state.anchor is None:
        return whole(found, "XXXX-XX-XX" + night, "date")
    day = state.anchor.date() + dt.timedelta(days=step)
    state.remember(point_of(day))
    return whole(found, day.isoformat() + night, "date")


POINT_RESOLVERS: dict[str, Resolver] = {
    "iso": _iso,
    "date": _date,
    "month": _month,
    "which_month": _which_month,
    "year": _year,
    "apost": _apost,
    "years": _years,
    "year_range": _year_range,
    "season": _season,
    "weekday": _weekday,
    "deictic": _deictic,
}
