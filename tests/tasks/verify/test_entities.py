"""For: tasks.verify.entities. Every way to break an entity is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import DAY, Broken, Miscounted, assert_found, findings_of, never_broken

from tasks.verify.entities import RULES, check_entities

# How to break one rule of a row: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("half a point", lambda c: c["entities"][1].update(lon=None), "entities", "one of lat and lon"),
    ("a point off the earth", lambda c: c["entities"][1].update(lat=91.0), "entities", "no place on earth"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("an entity seen too late", lambda c: c["entities"][0].update(first_seen=DAY + dt.timedelta(1)), "entities",
     "first_seen or last_seen"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("a wrong number of mentions", lambda c: c["entities"][0].update(n_mentions=9), {("counts", "entities")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", [*RULE_BREAKS, *BREAKS], ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_entities, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected


def test_every_rule_was_seen_to_fail() -> None:
    assert never_broken(RULES, RULE_BREAKS) == []
