"""Resolve lengths of time, distances from an anchor, sets, times of day and references to now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.lexer import Clock, Lexeme
from tasks.annotate.dates.state import PAST, Resolver, State, Timex, whole
from tasks.annotate.dates.values import Point, add, date_value, duration_value, point_of, unit_value, week_value

_NUMERALS = frozenset({"number", "day", "dayword", "year"})
# Plain words that stand between a numeral and its unit without changing the length of time.
_NO_UNIT_WORDS = frozenset(
    {"million", "billion", "trillion", "dozen", "light", "man", "work", "school", "fiscal", "hundred"}
)


def _quantity(lexemes: list[Lexeme]) -> float | None:
    """How many units; None for "a few", "several"."""
    kinds = {lexeme.kind for lexeme in lexemes}
    numerals = [float(lexeme.value) for lexeme in lexemes if lexeme.kind in _NUMERALS]
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


def _is_unit(quantity: list[Lexeme], unit: Lexeme) -> bool:
    """Whether a unit word counts time here: "a second" and "a quarter" mostly do not, nor does "a night"."""
    articled = all(lexeme.kind in ("a", "another") for lexeme in quantity)
    if unit.kind == "second" and not any(lexeme.kind in _NUMERALS and lexeme.value == 1 for lexeme in quantity):
        return False
    if articled and unit.kind in ("second", "night", "units"):
        return False
    if _unit(unit) == "Q" and (unit.kind == "unit" or _quantity(quantity) in (None, 1.0, 3.0)):
        return False
    return not (unit.low in ("min", "sec") and not any(lexeme.low[:1].isdigit() for lexeme in quantity))


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


def _shift(found: Found, state: State) -> list[Timex]:
    unit = _unit(found.one("unit"))
    way = found.one("way").kind
    quantity = found.all("quant")
    if quantity and not _is_unit(quantity, found.one("unit")):
        return []
    n = _quantity(quantity) if quantity else None
    if way == "in" and (n is None or state.tense(found.start) == PAST or not quantity):
        # "in two weeks" of a past verb is how long it took, not when.
        start = found.lexemes[found.first + 1].start
        return [Timex(start, found.end, found.first + 1, found.last, duration_value(n, unit), "duration")]
    if n is None:
        return whole(found, "FUTURE_REF" if way == "later" else "PAST_REF", "reference")
    back = way in ("ago", "earlier", "before")
    deictic = way in ("ago", "in", "from", "hence")
    base = (None if deictic else state.last) or state.today
    if unit.startswith("T") and not deictic:
        # "Half an hour later" counts from an event, whose hour is not told.
        return whole(found, "FUTURE_REF" if way == "later" else "PAST_REF", "reference")
    if base is None:
        return whole(found, unit_value(Point(None), "M" if unit == "M" else "Y" if unit == "Y" else "D"), "date")
    value = moved_value(state, base, unit, -n if back else n)
    if value is None:
        return whole(found, f"{date_value(base.year)}-XX-XX", "date")
    moved = add(base, unit, -n if back else n)
    if moved is not None and not deictic:
        state.remember(
            Point(moved.year, moved.month if unit != "Y" else None, moved.day if unit in ("D", "N") else None, True)
        )
    return whole(found, value, "clock" if unit.startswith("T") else "date")


def _duration(found: Found, state: State) -> list[Timex]:
    lexemes = found.lexemes[found.first : found.last]
    if found.has("lead"):
        start = found.one("unit").start
        unit = _unit(found.one("unit"))
        if found.one("unit").kind == "units" and unit not in ("Q", "WD"):
            return [Timex(start, found.end, found.last - 1, found.last, duration_value(None, unit), "duration")]
        return []
    if not found.has("quant"):
        lexeme = (found.all("unit") or found.all("unit2"))[0]
        return (
            whole(found, duration_value(1, _unit(lexeme)), "duration") if _unit(lexeme) in ("D", "W", "M", "Y") else []
        )
    quantity = found.all("quant")
    unit_lexeme = found.one("unit")
    unit = _unit(unit_lexeme)
    words = [lexeme for lexeme in lexemes if lexeme.kind == "word"]
    numeral = any(lexeme.kind in _NUMERALS for lexeme in quantity)
    if words and (not numeral or unit_lexeme.kind != "units" or words[0].low in _NO_UNIT_WORDS):
        return []
    if not _is_unit(quantity, unit_lexeme):
        return []
    if quantity[0].kind == "year" and (len(quantity) > 1 or unit_lexeme.kind == "unit"):
        return []
    n = _quantity(quantity)
    if found.has("half") and n is not None:
        n += 0.5
    value = duration_value(n, unit)
    more = [
        lexeme for lexeme in lexemes if lexeme.start > unit_lexeme.end and lexeme.kind in {*_NUMERALS, "unit", "units"}
    ]
    for number, part in zip(more[::2], more[1::2], strict=False):
        added = duration_value(float(number.value), _unit(part))
        value += added[2:] if "T" in value and "T" in added else added[1:]
    return whole(found, value, "duration")


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
    words = {item.kind for item in found.lexemes[found.first : found.last]}
    base: Point | None = None
    step = 0
    if "this" in words:
        base = state.today
    elif "last" in words:
        base, step = state.today, -1
    elif words & {"that", "same"}:
        base = state.last
    elif words & {"next", "following", "previous"}:
        base, step = state.last or state.today, -1 if "previous" in words else 1
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

_JOIN_TIME = frozenset(
    {"comma", "at", "approx", "by", "before", "after", "on", "of", "the", "in", "until", "from", "and"}
)


def combine(timexes: list[Timex], state: State, lexemes: list[Lexeme]) -> list[Timex]:
    """Join what belongs together: a day and its time, a distance and the date it is counted from.

    A bare "night" or "at eight" is a time only beside a day; alone it is dropped.
    """
    joined: list[Timex] = []
    for timex in timexes:
        if joined:
            left = joined[-1]
            between = [lexeme.kind for lexeme in lexemes[left.last : timex.first]]
            follows = lexemes[timex.last].kind if timex.last < len(lexemes) else ""
            one = _pair(left, timex, between, state, follows)
            if one is not None:
                joined[-1] = one
                continue
        joined.append(timex)
    return [timex for timex in joined if timex.kind not in ("bare", "hour")]


def _pair(left: Timex, right: Timex, between: list[str], state: State, follows: str) -> Timex | None:
    """One expression of two neighbours, None where they stay apart."""

    def one(value: str, kind: str) -> Timex:
        return Timex(left.start, right.end, left.first, right.last, value, kind)

    words = set(between)
    if left.kind == "duration" and right.kind == "date" and between in (["before"], ["after"], ["from"], ["since"]):
        ranged = between == ["from"] and follows in ("to", "until", "hyphen", "comma")
        return None if ranged else _counted(left, right, between[0], state, one)
    if len(between) > 3 or not words <= _JOIN_TIME:
        return None
    day_left = left.kind == "date" and (len(left.value) == 10 or left.value[:8] == "XXXX-WXX")
    day_right = right.kind == "date" and len(right.value) == 10
    if day_left and "T" not in left.value and right.kind in ("clock", "part", "bare", "hour") and right.value[0] == "T":
        if (right.kind == "bare" and between) or "and" in words or (between and between[-1] in ("of", "from")):
            return None
        return one(left.value + right.value, "part" if right.kind == "bare" else "clock")
    if left.kind in ("clock", "part") and day_right and left.value[0] == "T" and words <= {"comma", "on", "of", "the"}:
        return one(right.value + left.value, "clock")
    if left.kind in ("clock", "hour") and right.kind in ("part", "bare") and words <= {"in", "the"}:
        return _clock_in_part(left, right, one)
    if left.kind in ("part", "date") and "T" in left.value and right.kind in ("hour", "clock") and "and" not in words:
        return _clock_in_part(right, left, one)
    # "Friday, 2019-04-26": the weekday says nothing that the date does not.
    if left.kind == right.kind == "date" and between in ([], ["comma"]) and left.value == right.value:
        return one(right.value, "date")
    return None


def _clock_in_part(clock: Timex, part: Timex, one: Callable[[str, str], Timex]) -> Timex | None:
    """The hour that "8" is in the evening: the day of the part, if it has one, and the clock's time."""
    own_day, _, time = clock.value.partition("T")
    day, _, name = part.value.partition("T")
    hour = time[:2]
    if not hour.isdigit() or name not in ("MO", "AF", "EV", "NI") or (day and own_day):
        return None
    number = int(hour)
    if name in ("AF", "EV", "NI") and 1 <= number < 12 and not (name == "NI" and number < 5):
        number += 12
    return one(f"{day or own_day}T{number:02d}{time[2:]}", "clock")


def _counted(left: Timex, right: Timex, way: str, state: State, one: Callable[[str, str], Timex]) -> Timex | None:
    digits = left.value.removeprefix("P")
    unit = digits.lstrip("0123456789.")
    number = digits[: len(digits) - len(unit)]
    try:
        day = dt.date.fromisoformat(right.value[:10])
    except ValueError:
        return None
    if not number or unit not in ("D", "W", "M", "Y") or len(right.value) != 10:
        return None
    moved = add(point_of(day), unit, float(number) * (-1 if way == "before" else 1))
    if moved is None:
        return None
    state.remember(moved)
    return one(unit_value(moved, "D"), "date")
