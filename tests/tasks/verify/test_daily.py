"""For: tasks.verify.daily. Every way to break a daily table is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_case import Break, findings_of

# What is wrong in the rows: (name, how to break the case, the findings it must give).
BREAKS: list[tuple[str, Break, set[tuple[str, str]]]] = [
    ("a wrong day of coverage", lambda c: c["coverage_day"][1].update(n_words=1), {("daily", "coverage_day")}),
    ("a day of coverage too few", lambda c: c["coverage_day"].pop(), {("daily", "coverage_day")}),
    ("a dyad too many", lambda c: c["dyad_day"].append(c["dyad_day"][0] | {"actor": "FRA"}), {("daily", "dyad_day")}),
    ("a wrong sum of intensity", lambda c: c["dyad_day"][1].update(intensity_sum=2.6), {("daily", "dyad_day")}),
    ("a wrong toll of a place", lambda c: c["place_day"][1].update(killed_low=3), {("daily", "place_day")}),
    ("a wrong count of an entity", lambda c: c["entity_day"][0].update(n_sources=3), {("daily", "entity_day")}),
    ("a pair too few", lambda c: c["comention_day"].pop(), {("daily", "comention_day")}),
]  # fmt: skip


@pytest.mark.parametrize(("break_it", "expected"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_a_broken_daily_table_is_found(output: Path, break_it: Break, expected: set[tuple[str, str]]) -> None:
    assert findings_of(output, break_it, expected) == expected
