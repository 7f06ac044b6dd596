"""For: tasks.verify.mentions. Every way to break a mention or a quotation, but for its words, is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import Broken, Miscounted, assert_found, findings_of, hexid, never_broken

from tasks.verify.mentions import RULES, check_mentions

# How to break one rule of a row: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("a link of no method", lambda c: c["mentions"][0].update(link_method="none"), "mentions", "link_method is none"),
    ("a method of no link", lambda c: c["mentions"][3].update(link_method="self"), "mentions", "link_method is none"),
    ("a date that is somebody",
     lambda c: c["mentions"][3].update(entity_id=c["mentions"][0]["entity_id"], link_method="self"), "mentions",
     "a date that stands for an entity"),
    ("a date of another label", lambda c: c["mentions"][3].update(label="GPE"), "mentions", "form is not that"),
    ("a value of a name", lambda c: c["mentions"][0].update(value="2024"), "mentions", "value of what is no date"),
    ("a link surer than sure", lambda c: c["mentions"][0].update(link_score=-0.1), "mentions", "link_score"),
    ("a speaker of no method", lambda c: c["quotes"][0].update(speaker_method="none"), "quotes", "speaker_method"),
    ("a speaker without words",
     lambda c: c["quotes"][0].update(speaker_text=None, speaker_start=None, speaker_end=None, speaker_method="none"),
     "quotes", "speaker_id without"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a quotation of two articles", lambda c: c["quotes"].append(c["quotes"][0] | {"article_id": hexid("copy")}),
     "quotes", "parts of one quotation"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("a quote of another day", lambda c: c["quotes"][0].update(pub_date=dt.date(2024, 5, 4)), {("dates", "quotes")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", [*RULE_BREAKS, *BREAKS], ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_mentions, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected


def test_every_rule_was_seen_to_fail() -> None:
    assert never_broken(RULES, RULE_BREAKS) == []
