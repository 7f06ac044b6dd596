"""For: tasks.aggregate.drift. What changed in a source is told; ordinary weeks raise no alarm."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pytest

from tasks.aggregate.drift import DriftLimits, find_drift

SCHEMA = {
    "source": pl.String,
    "day": pl.Date,
    "is_reject": pl.Boolean,
    "is_copy": pl.Boolean,
    "n_events": pl.Int64,
}
MONDAY = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class Source:
    """How an invented source behaves: articles a day (weekdays, at weekends) and what becomes of them."""

    name: str
    weekday: float
    weekend: float
    refused: float = 0.02
    copies: float = 0.1
    events: float = 1.5


SOURCES = (
    Source("wire.example", 40, 25, copies=0.35, events=1.8),
    Source("daily.example", 25, 12, copies=0.2),
    Source("weekdays.example", 22, 0),
    Source("weekly.example", 1.5, 0.5, events=3.0),
    Source("blog.example", 0.6, 0.2, refused=0.1, events=0.5),
    Source("scraped.example", 30, 30, refused=0.25, copies=0.05, events=1.0),
    Source("opinion.example", 24, 6, events=0.2),
)


def poisson(mean: float, draw: random.Random) -> int:
    threshold, product, number = math.exp(-mean), draw.random(), 0
    while product > threshold:
        number += 1
        product *= draw.random()
    return number


def day_of(source: Source, day: dt.date, draw: random.Random) -> Iterator[tuple[object, ...]]:
    """One day of one source. News comes in waves: a day has its own rate, share of copies and events."""
    wave = math.exp(draw.gauss(0, 0.25))
    copies = min(0.9, source.copies * math.exp(draw.gauss(0, 0.3)))
    for _ in range(poisson((source.weekend if day.weekday() > 4 else source.weekday) * wave, draw)):
        if draw.random() < source.refused:
            yield (source.name, day, True, False, None)
        elif draw.random() < copies:
            yield (source.name, day, False, True, None)
        else:
            yield (source.name, day, False, False, poisson(source.events * math.exp(draw.gauss(0, 0.5)), draw))


def frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def weeks(sources: tuple[Source, ...], days: int, seed: int) -> list[list[tuple[object, ...]]]:
    draw = random.Random(seed)
    return [
        [row for source in sources for row in day_of(source, MONDAY + dt.timedelta(days=number), draw)]
        for number in range(days)
    ]


def alarms(days: list[list[tuple[object, ...]]], first: int = 30) -> list[tuple[int, str]]:
    """What a run a day says, from the 30th day on."""
    return [
        (number, line)
        for number in range(first, len(days))
        for line in find_drift(
            frame([row for day in days[number - 31 : number] for row in day]), frame(days[number]), DriftLimits()
        )
    ]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_half_a_year_of_ordinary_weeks_raises_no_alarm(seed: int) -> None:
    assert alarms(weeks(SOURCES, 182, seed)) == []


def changed(name: str, **otherwise: Any) -> list[list[tuple[object, ...]]]:
    """Forty ordinary days, then one on which a source is another."""
    days = weeks(SOURCES, 40, 7)
    draw = random.Random("changed")
    (source,) = (source for source in SOURCES if source.name == name)
    day = MONDAY + dt.timedelta(days=43)  # a weekday
    rest = [row for other in SOURCES if other.name != name for row in day_of(other, day, draw)]
    return [*days, [*rest, *day_of(replace(source, weekday=60, **otherwise), day, draw)]]


@pytest.mark.parametrize(
    ("name", "otherwise", "words"),
    [
        ("daily.example", {"refused": 0.6}, "records refused; 1% in the 30 days before"),
        ("scraped.example", {"refused": 0.95}, "records refused; 2"),
        ("daily.example", {"copies": 0.85}, "articles are copies; 19% in"),
        ("wire.example", {"events": 0.2}, "events an article in"),
        ("opinion.example", {"events": 2.5}, "events an article in"),
    ],
)
def test_what_jumps_in_a_source_is_told_with_both_figures(name: str, otherwise: dict[str, float], words: str) -> None:
    days = changed(name, **otherwise)
    said = [line for _, line in alarms(days, 40) if line.startswith(name)]
    assert len(said) == 1, said
    assert words in said[0]


def test_a_source_that_falls_silent_is_told_while_the_others_go_on() -> None:
    days = weeks(SOURCES, 50, 3)
    silent = [[row for row in day if row[0] != "daily.example" or number < 40] for number, day in enumerate(days)]
    said = alarms(silent, 40)
    assert {line for _, line in said} == {"daily.example: no article since 2024-02-09; before, every day"}
    assert min(number for number, _ in said) == 40 + 3


def test_a_weekend_is_no_silence_and_a_week_is() -> None:
    only = (SOURCES[0], SOURCES[2])
    days = weeks(only, 60, 5)
    assert alarms(days) == []
    silent = [[row for row in day if row[0] != "weekdays.example" or number < 40] for number, day in enumerate(days)]
    (line,) = {line for _, line in alarms(silent, 40)}
    assert line == "weekdays.example: no article since 2024-02-09; before, at least every 3 days"


def test_all_records_refused_are_told_where_they_have_no_source() -> None:
    days = weeks(SOURCES[:2], 40, 1)
    broken = [(None, MONDAY + dt.timedelta(days=40), True, False, None)] * 60
    said = [line for _, line in alarms([*days, broken + days[-1]], 40)]
    assert any(line.startswith("all sources: ") and "records refused" in line for line in said)


def test_too_little_says_nothing() -> None:
    assert find_drift(frame([]), frame([]), DriftLimits()) == []
    days = weeks(SOURCES, 3, 1)
    assert find_drift(frame(days[0] + days[1]), frame(days[2]), DriftLimits()) == []
    refused: list[tuple[object, ...]] = [("new.example", MONDAY, True, False, None)] * 30
    assert find_drift(frame([]), frame(refused), DriftLimits()) == []
