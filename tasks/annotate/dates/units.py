"""Resolve the expressions built on a unit of the calendar ("next week", "the end of the year") and named days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.state import (
    ANAPHORIC,
    PAST,
    STEP,
    Resolver,
    State,
    Timex,
    base_day,
    story_point,
    whole,
    year_for,
    year_value,
)
from tasks.annotate.dates.values import (
    Point,
    add,
    date_value,
    duration_value,
    easter,
    nth_weekday,
    point_of,
    unit_value,
    week_value,
)
from tasks.annotate.rules import Ladder, when


@dataclass(frozen=True, slots=True)
class WhichUnit:
    """A unit with the words that say which one ("next", "after"), the class of the first word, and what is known."""

    words: list[str]
    unit: str
    first: str
    narrative: bool


def _is_the_next(case: WhichUnit) -> bool:
    return case.words == ["next"] and (case.first == "the" or case.narrative) and case.unit in ("D", "M", "Y")


# What a unit is counted from: True for the last date of the text, False for the time of the text.
COUNTED_FROM: Ladder[WhichUnit, bool] = Ladder(
    "what a unit is counted from",
    'Whether a unit such as "week" is counted from the last date rather than from the time of the text',
    (
        when(
            "this day after another",
            lambda case: case.words == ["this"] and case.unit == "D",
            True,
            "They met on 5 March 2018. To this day nobody was charged.",
        ),
        when(
            "a word that points back",
            lambda case: not ANAPHORIC.isdisjoint(case.words),
            True,
            "They met on 5 March 2018. That year the war began.",
        ),
        when(
            "the unit after or before",
            lambda case: "after" in case.words or "before" in case.words,
            True,
            "They met on 5 March 2018 and again the week after.",
        ),
        when("the next one of a story", _is_the_next, True, "They met on 5 March 2018. The next day the war began."),
        when("as seen from today", lambda case: True, False, "They met last week in Bern."),
    ),
)


def _which_unit(found: Found, state: State) -> list[Timex]:
    words = [lexeme.kind for lexeme in found.all("which")]
    unit = str(found.one("unit").value) if found.one("unit").kind == "unit" else "N"
    first = found.lexemes[found.first].kind
    if unit.startswith("T") or (words == ["past"] and first in ("the", "past")):
        return whole(found, duration_value(1, unit), "duration")
    case = WhichUnit(words, unit, first, state.narrative)
    decision = COUNTED_FROM.decide(case, found.start)
    anaphoric = decision is not None and decision.verdict
    base = (state.last if anaphoric else None) or state.today
    step = sum(STEP.get(word, 1 if word == "after" else -1) for word in words)
    moved = add(base, unit, step) if base is not None and step else base
    if moved is None:
        year = base.year if base is not None and unit not in ("M", "Y") else None
        return whole(found, unit_value(Point(year), unit), "date")
    if unit == "D" or (anaphoric and unit in ("M", "Y")):
        _remember_unit(state, moved, unit)
    return whole(found, unit_value(moved, unit), "date")


def _remember_unit(state: State, point: Point, unit: str) -> None:
    """Let later expressions refer back to a day, month or year, no more exactly than its unit."""
    month, day = point.month if unit != "Y" else None, point.day if unit == "D" else None
    state.remember(Point(point.year, month, day, point.explicit))


def _edge_unit(found: Found, state: State) -> list[Timex]:
    unit = str(found.one("unit").value)
    if unit.startswith("T") or unit in ("DE", "CE"):
        return []
    base = (state.last if state.narrative else None) or state.today
    return whole(found, unit_value(base or Point(None), unit), "date")


def _weekend(found: Found, state: State) -> list[Timex]:
    if found.one("unit").value != "WE":
        return []
    base = base_day(state)
    if base is None:
        return whole(found, "XXXX-WXX-WE", "date")
    # "The weekend" of a past verb is the one just over.
    back = state.tense(found.start) == PAST and base.isoweekday() <= 5
    return whole(found, week_value(base - dt.timedelta(weeks=1 if back else 0)) + "-WE", "date")


def _fiscal_year(found: Found, state: State) -> list[Timex]:
    if found.one("unit").value != "Y":
        return []
    prefix = {"fiscal": "FY", "school": "SY", "calendar": ""}[found.one("sort").kind]
    if found.has("year"):
        return whole(found, prefix + date_value(year_value(found.one("year"))), "date")
    if not found.has("which"):
        return []
    year = state.today.year if state.today else None
    step = STEP[found.one("which").kind]
    return whole(found, prefix + date_value(None if year is None else year + step), "date")


def _units_span(found: Found, state: State) -> list[Timex]:
    number = float(found.one("num").value) if found.has("num") else None
    unit = str(found.one("unit").value)
    if found.lexemes[found.first].kind == "this":
        return whole(found, "PRESENT_REF", "reference") if number is None else []
    return whole(found, duration_value(number, unit), "duration")


def _ordinal_unit(found: Found, state: State) -> list[Timex]:
    unit = found.one("unit")
    letter = "H" if unit.kind == "half" else str(unit.value)
    number = 0 if found.one("ord").kind == "last" else int(found.one("ord").value)
    frame = _outer_span(found, state)
    if frame is None:
        return []
    year, month = frame
    value = _part_of_year(year, letter, number) if month is None else _part_of_month(year, month, letter, number)
    return whole(found, value, "date") if value is not None else []


def _outer_span(found: Found, state: State) -> tuple[int | None, int | None] | None:
    """Year and month that an ordinal counts in: "the second week of April"; None where they make no frame."""
    if found.has("year"):
        month = int(found.one("month").value) if found.has("month") else None
        return year_value(found.one("year")), month
    if found.has("month2"):
        month = int(found.one("month2").value)
        return year_for(state, month, None, found.start), month
    return _named_span(found, state)


def _named_span(found: Found, state: State) -> tuple[int | None, int | None] | None:
    """The year or month of "the first week of next month", "the third quarter of the year"."""
    outer = str(found.one("outer" if found.has("outer") else "outer2").value)
    which = found.one("which").kind if found.has("which") else "this"
    base = (state.last if which in ANAPHORIC or (state.narrative and which == "this") else None) or state.today
    moved = add(base, outer, STEP[which]) if base else None
    if outer == "Y":
        return (moved.year if moved else None), None
    if outer == "M" and moved is not None and moved.month is not None:
        return moved.year, moved.month
    return None


def _part_of_year(year: int | None, letter: str, number: int) -> str | None:
    """The n-th half, quarter, month or week of a year; 0 is the last."""
    counts = {"H": 2, "Q": 4, "M": 12, "W": 52}
    if letter not in counts or number > counts[letter]:
        return None
    number = number or counts[letter]
    part = f"{number:02d}" if letter == "M" else f"{letter}{number:0{2 if letter == 'W' else 1}d}"
    return f"{date_value(year)}-{part}"


def _part_of_month(year: int | None, month: int, letter: str, number: int) -> str | None:
    """The n-th week or day of a month; 0 is the last."""
    if letter == "W":
        return f"{date_value(year, month)}-W{number or 5:02d}"
    if letter != "D":
        return None
    final = add(Point(year, month, 1), "M", 1) if year is not None else None
    end = final.date() if final else None
    if number == 0:
        number = (end - dt.timedelta(days=1)).day if end else 0
    return date_value(year, month, number) if number else None


def _week_number(found: Found, state: State) -> list[Timex]:
    number = int(found.one("num").value)
    if found.one("unit").value != "W" or not 1 <= number <= 53:
        return []
    year = state.today.year if state.today else None
    if found.has("year"):
        year = year_value(found.one("year"))
    elif found.has("which"):
        year = None if year is None else year + STEP[found.one("which").kind]
    return whole(found, f"{date_value(year)}-W{number:02d}", "date")


def _holiday(found: Found, state: State) -> list[Timex]:
    rule, given = found.one("day").value
    if rule == "once":
        state.remember(Point(int(given[:4]), int(given[5:7]), int(given[8:]), True))
        return whole(found, given, "date")

    def of(year: int) -> dt.date:
        if rule == "fixed":
            return dt.date(year, int(given[:2]), int(given[3:]))
        if rule == "easter":
            return easter(year) + dt.timedelta(days=given)
        return nth_weekday(year, *given)

    if found.has("year"):
        day = of(year_value(found.one("year")))
    elif state.anchor is None and story_point(state) is None:
        return whole(found, f"XXXX-{given}" if rule == "fixed" else "XXXX-XX-XX", "date")
    elif found.has("which") and state.anchor is not None:
        day = _stepped(of, state.anchor.date(), STEP[found.one("which").kind])
    else:
        guess = of((state.today.year if state.today else None) or 2000)
        day = of(year_for(state, guess.month, guess.day, found.start) or guess.year)
    state.remember(point_of(day))
    return whole(found, day.isoformat(), "date")


def _stepped(of: Callable[[int], dt.date], today: dt.date, step: int) -> dt.date:
    """The feast of this year, or the next or last one seen from a day."""
    if step == 0:
        return of(today.year)
    days = [of(today.year + n) for n in (-1, 0, 1)]
    return min(day for day in days if day > today) if step > 0 else max(day for day in days if day < today)


def _the_ordinal(found: Found, state: State) -> list[Timex]:
    story = state.last if state.narrative or (state.last and state.last_block == state.block) else None
    base = story or (state.today if found.one("lead").kind == "on" else None)
    if base is None or base.month is None:
        return []
    lexeme = found.one("ord")
    if not lexeme.low[:1].isdigit() or not 1 <= int(lexeme.value) <= 31:
        return []
    value = date_value(base.year, base.month, int(lexeme.value))
    state.remember(Point(base.year, base.month, int(lexeme.value), base.explicit))
    return [Timex(found.lexemes[found.first + 1].start, found.end, found.first + 1, found.last, value, "date")]


def _decade(found: Found, state: State) -> list[Timex]:
    digits = str(found.one("decade").value)
    if len(digits) == 4:
        return whole(found, digits[:3], "date")
    century = "20" if digits in ("00", "10") else "19"
    return whole(found, century + digits[0], "date")


def _century(found: Found, state: State) -> list[Timex]:
    if found.one("unit").value != "CE":
        return []
    number = int(found.one("ord").value) - 1
    return whole(found, f"BC{number:02d}" if found.has("bc") else f"{number:02d}", "date")


UNIT_RESOLVERS: dict[str, Resolver] = {
    "which_unit": _which_unit,
    "edge_unit": _edge_unit,
    "weekend": _weekend,
    "fiscal_year": _fiscal_year,
    "units_span": _units_span,
    "ordinal_unit": _ordinal_unit,
    "week_number": _week_number,
    "holiday": _holiday,
    "the_ordinal": _the_ordinal,
    "decade": _decade,
    "century": _century,
}
