"""Resolve lengths of time, distances from an anchor, sets, times of day and references to now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.lexer import Clock, Lexeme
from tasks.annotate.dates.state import PAST, UNKNOWN, Resolver, State, Timex, whole
from tasks.annotate.dates.values import Point, add, date_value, duration_value, unit_value, week_value
from tasks.annotate.rules import Ladder, when
from tasks.reference.files import words

NUMERALS = frozenset({"number", "day", "dayword", "year"})
# Plain words that stand between a numeral and its unit and make another measure of the two.
NO_UNIT_WORDS = words("dates")["no_length"]


def _quantity(lexemes: list[Lexeme]) -> float | None:
    """How many units; None for "a few", "several"."""
    kinds = {lexeme.kind for lexeme in lexemes}
    numerals = [float(lexeme.value) for lexeme in lexemes if lexeme.kind in NUMERALS]
    half = 0.5 if "half" in kinds else 0.0
    if numerals:
        return numerals[0] + half
    if half:
        return half
    if "couple" in kinds:
        return 2.0
    return None if "few" in kinds else 1.0


def _unit(lexeme: Lexeme) -> str:
    return {"second": "TS", "night": "N"}.get(lexeme.kind) or str(lexeme.value)


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantity and the unit word behind it."""

    quantity: list[Lexeme]
    unit: Lexeme

    @property
    def articled(self) -> bool:
        """Whether "a" or "another" is all the quantity there is."""
        return all(lexeme.kind in ("a", "another") for lexeme in self.quantity)


def _is_uncounted_second(case: Counted) -> bool:
    one = any(lexeme.kind in NUMERALS and lexeme.value == 1 for lexeme in case.quantity)
    return case.unit.kind == "second" and not one


def _is_some_quarter(case: Counted) -> bool:
    return _unit(case.unit) == "Q" and (case.unit.kind == "unit" or _quantity(case.quantity) in (None, 1.0, 3.0))


def _is_short_without_digits(case: Counted) -> bool:
    return case.unit.low in ("min", "sec") and not any(lexeme.low[:1].isdigit() for lexeme in case.quantity)


# Units that count time in one place and not in another.
NO_UNITS: Ladder[Counted, bool] = Ladder(
    "words that count no time",
    "Whether a unit word behind a quantity is no unit of time",
    (
        when("a second one", _is_uncounted_second, True, "The firm opened half a second factory in Ohio."),
        when(
            "an article before a night",
            lambda case: case.articled and case.unit.kind in ("night", "units"),
            True,
            "They spent a night in the hills.",
        ),
        when("a quarter of something", _is_some_quarter, True, "Three quarters of the voters stayed at home."),
        when("min and sec without digits", _is_short_without_digits, True, "They met a few min later."),
    ),
)


def _is_unit(quantity: list[Lexeme], unit: Lexeme) -> bool:
    """Whether a unit word counts time here: "a second" and "a quarter" mostly do not, nor does "a night"."""
    return NO_UNITS.decide(Counted(quantity, unit), unit.start) is None


def moved_value(state: State, base: Point, unit: str, n: float) -> str | None:
    """The value of a point n units away, as exact as the unit: "two weeks ago" is a week, "in two days" a day."""
    if unit.startswith("T"):
        if state.anchor is None or base != state.today:
            return None
        seconds = n * {"TS": 1, "TM": 60, "TH": 3600}[unit]
        moment = state.anchor + dt.timedelta(seconds=seconds)
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    moved = add(base, unit, n)
    if moved is None:
        return None
    day = moved.date()
    if unit in ("W", "F"):
        return week_value(day) if day else None
    return unit_value(moved, "D" if unit == "N" else unit)


@dataclass(frozen=True, slots=True)
class Distance:
    """A number of units and the word that gives them a direction; `n` is None for "a few"."""

    n: float | None
    unit: str
    way: str
    tense: int

    @property
    def deictic(self) -> bool:
        """Whether it is counted from the time of the text rather than from the last date."""
        return self.way in ("ago", "in", "from", "hence")


# What "three days ago", "in two weeks", "years later" mean: a length of time, some time before or after, or a point.
DISTANCES: Ladder[Distance, str] = Ladder(
    "distances in time",
    "Whether a number of units with a direction is a length, a vague reference or a point of time",
    (
        when("'in' some units", lambda case: case.way == "in" and case.n is None, "length",
             "Results will come in a few weeks."),
        when("'in' under a past verb: how long it took", lambda case: case.way == "in" and case.tense == PAST, "length",
             "The army took the town in two weeks."),
        when("how many is left open", lambda case: case.n is None, "reference", "Years later they met again."),
        when("hours after an event whose hour is not known",
             lambda case: case.unit.startswith("T") and not case.deictic, "reference",
             "Police arrived half an hour later."),
        when("counted from a day", lambda case: True, "point", "They met three days ago."),
    ),
)  # fmt: skip


def _shift(found: Found, state: State) -> list[Timex]:
    unit = _unit(found.one("unit"))
    way = found.one("way").kind
    quantity = found.all("quant")
    if quantity and not _is_unit(quantity, found.one("unit")):
        return []
    n = _quantity(quantity) if quantity else None
    distance = Distance(n, unit, way, state.tense(found.start) if way == "in" else UNKNOWN)
    decision = DISTANCES.decide(distance, found.start)
    if decision is not None and decision.verdict == "length":
        start = found.lexemes[found.first + 1].start
        return [Timex(start, found.end, found.first + 1, found.last, duration_value(n, unit), "duration")]
    if n is None or (decision is not None and decision.verdict == "reference"):
        return whole(found, "FUTURE_REF" if way == "later" else "PAST_REF", "reference")
    return _moved(found, state, distance, -n if way in ("ago", "earlier", "before") else n)


def _moved(found: Found, state: State, distance: Distance, n: float) -> list[Timex]:
    """The point n units from the day that the distance is counted from."""
    unit = distance.unit
    base = (None if distance.deictic else state.last) or state.today
    if base is None:
        return whole(found, unit_value(Point(None), unit if unit in ("M", "Y") else "D"), "date")
    value = moved_value(state, base, unit, n)
    if value is None:
        return whole(found, f"{date_value(base.year)}-XX-XX", "date")
    moved = add(base, unit, n)
    if moved is not None and not distance.deictic:
        month = moved.month if unit != "Y" else None
        state.remember(Point(moved.year, month, moved.day if unit in ("D", "N") else None, True))
    return whole(found, value, "clock" if unit.startswith("T") else "date")


@dataclass(frozen=True, slots=True)
class Length:
    """A quantity, the plain words behind it and the unit that they end with."""

    quantity: list[Lexeme]
    words: list[Lexeme]
    unit: Lexeme

    @property
    def numeral(self) -> bool:
        """Whether the quantity has a number."""
        return any(lexeme.kind in NUMERALS for lexeme in self.quantity)


# A run of quantity, word and unit that is no length of time.
NO_LENGTHS: Ladder[Length, bool] = Ladder(
    "quantities that are no length of time",
    "Whether a quantity and a unit, with a word between them perhaps, are no length of time",
    (
        when(
            "a word between, without a number",
            lambda case: bool(case.words) and not case.numeral,
            True,
            "They rested for a few quiet days.",
        ),
        when(
            "a word between, before one unit",
            lambda case: bool(case.words) and case.unit.kind != "units",
            True,
            "The 10 mile day was hard.",
        ),
        when(
            "a word that makes another unit",
            lambda case: bool(case.words) and case.words[0].low in NO_UNIT_WORDS,
            True,
            "The star is 40 light years away.",
        ),
        when(
            "a year's number",
            lambda case: case.quantity[0].kind == "year" and (len(case.quantity) > 1 or case.unit.kind == "unit"),
            True,
            "The 2018 year was a hard one.",
        ),
    ),
)


def _duration(found: Found, state: State) -> list[Timex]:
    if found.has("lead"):
        return _units_alone(found)
    if not found.has("quant"):
        unit = _unit((found.all("unit") or found.all("unit2"))[0])
        return whole(found, duration_value(1, unit), "duration") if unit in ("D", "W", "M", "Y") else []
    lexemes = found.lexemes[found.first : found.last]
    quantity, unit_lexeme = found.all("quant"), found.one("unit")
    length = Length(quantity, [lexeme for lexeme in lexemes if lexeme.kind == "word"], unit_lexeme)
    if NO_LENGTHS.decide(length, found.start) is not None or not _is_unit(quantity, unit_lexeme):
        return []
    n = _quantity(quantity)
    if found.has("half") and n is not None:
        n += 0.5
    return whole(found, _with_smaller(duration_value(n, _unit(unit_lexeme)), lexemes, unit_lexeme.end), "duration")


def _units_alone(found: Found) -> list[Timex]:
    """As in "for weeks", "within days": so many that nobody counts them."""
    unit = _unit(found.one("unit"))
    if found.one("unit").kind != "units" or unit in ("Q", "WD"):
        return []
    start = found.one("unit").start
    return [Timex(start, found.end, found.last - 1, found.last, duration_value(None, unit), "duration")]


def _with_smaller(value: str, lexemes: list[Lexeme], behind: int) -> str:
    """A length with the smaller units that follow it: "two hours and 30 minutes"."""
    more = [lexeme for lexeme in lexemes if lexeme.start > behind and lexeme.kind in {*NUMERALS, "unit", "units"}]
    for number, part in zip(more[::2], more[1::2], strict=False):
        added = duration_value(float(number.value), _unit(part))
        value += added[2:] if "T" in value and "T" in added else added[1:]
    return value


def _every(found: Found, state: State) -> list[Timex]:
    if found.has("of"):
        lexeme = found.one("of")
        if lexeme.kind in ("weekday", "weekday_short"):
            return whole(found, f"XXXX-WXX-{lexeme.value}", "set")
        if lexeme.kind == "month":
            return whole(found, f"XXXX-{int(lexeme.value):02d}", "set")
        return whole(found, f"T{lexeme.value}", "set")
    lexeme = found.one("unit")
    if lexeme.kind == "night":
        return whole(found, "TNI", "set")
    unit = str(lexeme.value)
    if found.lexemes[found.first].low == "any" and unit != "WE":
        return []
    n = float(found.one("num").value) if found.has("num") else 2.0 if found.has("other") else 1.0
    return whole(found, duration_value(n, unit), "set")


def _often(found: Found, state: State) -> list[Timex]:
    lexeme = found.one("often")
    return whole(found, str(lexeme.value), "set")


def _once(found: Found, state: State) -> list[Timex]:
    return whole(found, duration_value(1, _unit(found.one("unit"))), "set")


def _hour(found: Found, state: State) -> list[Timex]:
    lexeme = found.one("hour")
    hour = int(lexeme.value)
    return [Timex(lexeme.start, found.end, found.last - 1, found.last, f"T{hour:02d}", "hour")] if hour <= 12 else []


def _part(found: Found, state: State) -> list[Timex]:
    if found.has("bare"):
        return whole(found, f"T{found.one('bare').value}", "bare")
    lexeme = found.one("part")
    part = str(lexeme.value)
    if found.has("lead"):
        lead = found.one("lead").kind
        if part in ("MO", "AF", "EV", "DT") and lead not in ("by", "at", "until", "before"):
            return []
        return [Timex(lexeme.start, found.end, found.last - 1, found.last, f"T{part}", "part")]
    return _part_of_day(found, state, part)


def _part_of_day(found: Found, state: State, part: str) -> list[Timex]:
    """As in "that morning", "last night": the day that the word before the part means, and the part."""
    kinds = {item.kind for item in found.lexemes[found.first : found.last]}
    base: Point | None
    if kinds & {"this", "last"}:
        base, step = state.today, 0 if "this" in kinds else -1
    elif kinds & {"that", "same"}:
        base, step = state.last, 0
    elif kinds & {"next", "following", "previous"}:
        base, step = state.last or state.today, -1 if "previous" in kinds else 1
    else:
        return whole(found, f"T{part}", "part")
    moved = add(base, "D", step) if base else None
    if moved is None:
        return whole(found, f"XXXX-XX-XXT{part}", "part")
    if step:
        state.remember(moved)
    return whole(found, f"{unit_value(moved, 'D')}T{part}", "part")


def clock_value(clock: Clock) -> str:
    """Write a time of day as exact as it was told: T08, T08:30."""
    return "T" + ":".join(f"{part:02d}" for part in clock if part is not None)


def _clock(found: Found, state: State) -> list[Timex]:
    if found.has("noon"):
        value = str(found.one("noon").value)
        return whole(found, f"T{value}", "clock") if value in ("12", "00") else []
    hour, minute, second = found.one("clock").value
    if found.has("part") and str(found.one("part").value) in ("AF", "EV") and hour < 12:
        hour += 12
    return whole(found, clock_value((hour, minute, second)), "clock")


def _now(found: Found, state: State) -> list[Timex]:
    if found.has("days") and found.one("days").value != "D":
        return []
    value = str(found.one("ref").value) if found.has("ref") else "PRESENT_REF"
    return whole(found, value, "reference")


def _recent(found: Found, state: State) -> list[Timex]:
    return whole(found, "PAST_REF", "reference")


def _future(found: Found, state: State) -> list[Timex]:
    return whole(found, "FUTURE_REF", "reference")


SPAN_RESOLVERS: dict[str, Resolver] = {
    "shift": _shift,
    "duration": _duration,
    "every": _every,
    "often": _often,
    "once": _once,
    "part": _part,
    "hour": _hour,
    "clock": _clock,
    "now": _now,
    "recent": _recent,
    "future": _future,
}
