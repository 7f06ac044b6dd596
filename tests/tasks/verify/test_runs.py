"""For: tasks.verify.runs. Every way to break the counts of a run is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import NOON, Broken, Miscounted, assert_found, findings_of, never_broken

from tasks.verify.runs import RULES, check_runs

# How to break one rule of a row: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("a run that ends before it starts", lambda c: c["runs"][0].update(ended_at=NOON - dt.timedelta(seconds=1)), "runs",
     "a run that ended"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a run that counts other rows", lambda c: c["runs"][0].update(n_events=3), "runs", "the latest run counts"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("inputs that do not add up", lambda c: c["runs"][0].update(n_new=2), {("runs", "runs")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", [*RULE_BREAKS, *BREAKS], ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_runs, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected


def test_every_rule_was_seen_to_fail() -> None:
    assert never_broken(RULES, RULE_BREAKS) == []
