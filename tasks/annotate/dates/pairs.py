"""Join neighbouring time expressions that are one: a day and its time, a distance and the date it is counted from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from tasks.annotate.dates.lexer import Lexeme
from tasks.annotate.dates.state import State, Timex
from tasks.annotate.dates.values import add, point_of, unit_value
from tasks.annotate.rules import Ladder, when

# Classes of lexemes that may stand between two parts of one expression.
JOINING = frozenset({"comma", "at", "approx", "by", "before", "after", "on", "of", "the", "in", "until", "from", "and"})


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two neighbouring expressions, the classes of what stands between them, and the class of what follows."""

    left: Timex
    right: Timex
    between: list[str]
    follows: str

    @property
    def words(self) -> set[str]:
        """The classes of what stands between."""
        return set(self.between)

    @property
    def counts(self) -> bool:
        """Whether a length of time stands before the date it is counted from."""
        counting = self.between in (["before"], ["after"], ["from"], ["since"])
        return counting and self.left.kind == "duration" and self.right.kind == "date"

    @property
    def day_first(self) -> bool:
        """Whether a day stands before a time of day."""
        left, right = self.left, self.right
        day = left.kind == "date" and (len(left.value) == 10 or left.value[:8] == "XXXX-WXX") and "T" not in left.value
        return day and right.kind in ("clock", "part", "bare", "hour") and right.value[0] == "T"

    @property
    def day_last(self) -> bool:
        """Whether a time of day stands before a day."""
        left, right = self.left, self.right
        timed = left.kind in ("clock", "part") and left.value[0] == "T"
        return timed and right.kind == "date" and len(right.value) == 10


def _begins_range(pair: Pair) -> bool:
    return pair.counts and pair.between == ["from"] and pair.follows in ("to", "until", "hyphen", "comma")


def _is_hour_of_part(pair: Pair) -> bool:
    return pair.left.kind in ("clock", "hour") and pair.right.kind in ("part", "bare") and pair.words <= {"in", "the"}


def _is_part_with_hour(pair: Pair) -> bool:
    left, right = pair.left, pair.right
    return left.kind in ("part", "date") and "T" in left.value and right.kind in ("hour", "clock")


def _is_same_day(pair: Pair) -> bool:
    left, right = pair.left, pair.right
    return left.kind == right.kind == "date" and pair.between in ([], ["comma"]) and left.value == right.value


# How two neighbouring expressions make one; "apart" where they stay two.
PAIRS: Ladder[Pair, str] = Ladder(
    "neighbouring times",
    "Whether two neighbouring time expressions are one, and how it is read",
    (
        when("a length before a range", _begins_range, "apart",
             "The strike lasted two weeks from 3 April 2019 to 17 April 2019."),
        when("a distance counted from a date", lambda pair: pair.counts, "counted",
             "The vote was held three days after 5 April 2019."),
        when("a part of the day behind other words", lambda pair: pair.day_first and pair.right.kind == "bare"
             and bool(pair.between), "apart", "The march began on Monday, night after night."),
        when("'and' between day and time", lambda pair: pair.day_first and "and" in pair.words, "apart",
             "They met on Monday and at 8 p.m. left."),
        when("a time that begins a range", lambda pair: pair.day_first and pair.between[-1:] in (["of"], ["from"]),
             "apart", "The road is closed on Monday from 8 p.m. on."),
        when("a day, then the time", lambda pair: pair.day_first, "day and time", "They met on Monday at 8 p.m."),
        when("a time, then the day", lambda pair: pair.day_last and pair.words <= {"comma", "on", "of", "the"},
             "time and day", "They met at 8 p.m. on Monday again."),
        when("an hour of a part of the day", _is_hour_of_part, "hour and part", "They met at 8 in the evening."),
        when("a part of the day, then the hour", lambda pair: _is_part_with_hour(pair) and "and" not in pair.words,
             "part and hour", "They met this evening at 8, and left."),
        # "Friday, 2019-04-26": the weekday says nothing that the date does not.
        when("a weekday and its date", _is_same_day, "same day", "They met on Monday, 2019-04-15, in Bern."),
    ),
)  # fmt: skip


def _pair(left: Timex, right: Timex, between: list[str], state: State, follows: str) -> Timex | None:
    """One expression of two neighbours, None where they stay apart."""
    pair = Pair(left, right, between, follows)
    if not pair.counts and (len(between) > 3 or not pair.words <= JOINING):
        return None

    def one(value: str, kind: str) -> Timex:
        return Timex(left.start, right.end, left.first, right.last, value, kind)

    decision = PAIRS.decide(pair, left.start)
    match decision.verdict if decision is not None else "apart":
        case "counted":
            return _counted(left, right, between[0], state, one)
        case "day and time":
            return one(left.value + right.value, "part" if right.kind == "bare" else "clock")
        case "time and day":
            return one(right.value + left.value, "clock")
        case "hour and part":
            return _clock_in_part(left, right, one)
        case "part and hour":
            return _clock_in_part(right, left, one)
        case "same day":
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
