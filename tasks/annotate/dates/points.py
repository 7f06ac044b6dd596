"""Resolve the expressions that name a day, month, season or year."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

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
    story_point,
    whole,
    year_for,
    year_value,
)
from tasks.annotate.dates.values import Point, date_value, point_of


def _iso(found: Found, state: State) -> list[Timex]:
    value = str(found.one("iso").value)
    parts = value.split("T")[0].split("-")
    state.remember(Point(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else None, True))
    return whole(found, value, "date")


def _date(found: Found, state: State) -> list[Timex]:
    month = int(found.one("month").value)
    days = [lexeme for lexeme in found.all("days") if lexeme.kind in DAY_KINDS]
    given = found.all("year") or found.all("year_after")
    explicit = bool(given) or found.has("rel")
    year: int | None
    if given:
        year = year_value(given[-1])
    elif found.has("rel"):
        year = relative_year(found, state)
    else:
        year = year_for(state, month, int(days[0].value), found.start)
    index = found.lexemes.index
    month_first = found.one("month").start < days[0].start
    timexes = []
    for order, lexeme in enumerate(days):
        # The month belongs to the day beside it: "April 26 and 27" is two mentions, the second only "27".
        beside = order == (0 if month_first else len(days) - 1)
        tail = order == len(days) - 1
        first = found.first if beside and month_first else index(lexeme, found.first, found.last)
        last = found.last if tail else index(lexeme, found.first, found.last) + 1
        if order == 0 and not month_first:
            first = found.first
        value = date_value(year, month, int(lexeme.value))
        start = found.lexemes[first].start
        timexes.append(Timex(start, found.lexemes[last - 1].end, first, last, value, "date"))
    still = state.last is not None and state.last.explicit and year == state.last.year
    state.remember(Point(year, month, int(days[-1].value), explicit or still))
    return timexes


def _month(found: Found, state: State) -> list[Timex]:
    months = [lexeme for lexeme in found.all("months") if lexeme.kind in ("month", "month_short")]
    bc = "BC" if found.has("bc") or found.has("bcyear") else ""
    explicit = found.has("year") or found.has("rel")
    timexes = []
    for order, lexeme in enumerate(months):
        month = int(lexeme.value)
        if found.has("year"):
            year: int | None = year_value(found.one("year"))
        elif found.has("bcyear"):
            year = int(found.one("bcyear").value)
        elif found.has("rel"):
            year = relative_year(found, state)
        else:
            year = year_for(state, month, None, found.start)
        position = found.lexemes.index(lexeme, found.first, found.last)
        first = found.first if order == 0 else position
        last = found.last if order == len(months) - 1 else position + 1
        timexes.append(
            Timex(
                found.lexemes[first].start,
                found.lexemes[last - 1].end,
                first,
                last,
                bc + date_value(year, month),
                "date",
            )
        )
        if not bc:
            still = state.last is not None and state.last.explicit and year == state.last.year
            state.remember(Point(year, month, None, explicit or still))
    return timexes


def _which_month(found: Found, state: State) -> list[Timex]:
    which, month = found.one("which").kind, int(found.one("months").value)
    base = (state.last if which in ANAPHORIC or state.narrative else None) or state.today
    year = base.year if base else None
    if base is not None and year is not None:
        current = base.month or 1
        step = STEP[which]
        if step > 0 and month <= current:
            year += 1
        elif step < 0 and month >= current:
            year -= 1
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


def _season(found: Found, state: State) -> list[Timex]:
    season = str(found.one("season").value)
    bc = "BC" if found.has("bc") else ""
    year: int | None = None
    if found.has("year"):
        year = year_value(found.one("year"))
    elif found.has("rel"):
        year = relative_year(found, state)
    elif found.has("which"):
        which = found.one("which").kind
        base = (state.last if which in ANAPHORIC or state.narrative else None) or state.today
        if base is not None and base.year is not None:
            month = {"SP": 4, "SU": 7, "FA": 10, "WI": 12}[season]
            current = base.month or 1
            step = STEP[which]
            turn = (step > 0 and month <= current) or (step < 0 and month >= current)
            year = base.year + (step if turn else 0)
    elif found.has("det") or state.narrative:
        month = {"SP": 4, "SU": 7, "FA": 10, "WI": 1}[season]
        year = year_for(state, month, None, found.start)
    elif story_point(state) is None and state.anchor is None:
        year = None
    start = found.start
    if found.has("lead") and not any(lexeme.kind in ("early", "edge") for lexeme in found.all("lead")):
        start = (found.all("det") or found.all("season"))[0].start
    return [Timex(start, found.end, found.first, found.last, f"{bc}{date_value(year)}-{season}", "date")]


def _weekday(found: Found, state: State) -> list[Timex]:
    lexeme = found.one("wd")
    weekday = int(lexeme.value)
    base = base_day(state)
    if base is None or (lexeme.low.endswith("days") and len(lexeme.low) > 6):
        return whole(found, f"XXXX-WXX-{weekday}", "set" if base else "date")
    monday = base - dt.timedelta(days=base.weekday())
    week = found.all("week") or found.all("which")
    which = week[-1].kind if week else ""
    if which == "following" and found.lexemes[found.first].kind != "the" and not found.has("week"):
        # "Following Monday's vote" is a preposition and a plain Monday.
        found = replace(found, first=found.first + 1)
        which = ""
    if found.has("week"):
        day = monday + dt.timedelta(weeks=STEP[which], days=weekday - 1)
    elif found.has("ord") or found.has("ord2"):
        number = int((found.all("ord") or found.all("ord2"))[-1].value)
        near = [base + dt.timedelta(days=n) for n in range(-45, 75)]
        fit = [day for day in near if day.day == number and day.isoweekday() == weekday]
        if not fit:
            return whole(found, f"XXXX-WXX-{weekday}", "date")
        day = min(fit, key=lambda d: (abs((d - base).days) + (0 if d >= base else 10), d))
    elif which in ("last", "previous", "next", "following"):
        day = monday + dt.timedelta(weeks=STEP[which], days=weekday - 1)
    else:
        ahead = (weekday - base.isoweekday()) % 7
        tense = state.tense(found.start)
        if which == "past":
            day = base - dt.timedelta(days=(base.isoweekday() - weekday) % 7 or 7)
        elif which == "coming":
            day = base + dt.timedelta(days=ahead or 7)
        elif tense == FUTURE or (which == "this" and tense != PAST):
            day = base + dt.timedelta(days=ahead)
        else:
            day = base - dt.timedelta(days=(base.isoweekday() - weekday) % 7)
    state.remember(point_of(day))
    return whole(found, day.isoformat(), "date")


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
