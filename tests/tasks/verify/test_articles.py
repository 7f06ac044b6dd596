"""For: tasks.verify.articles. Every way to break copies and dates of articles is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import NOON, SHORT, Broken, Miscounted, article, assert_found, findings_of, hexid, never_broken

from tasks.verify.articles import RULES, check_articles

# How to break one rule of a row: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("a version before the first", lambda c: c["articles"][0].update(version=0), "articles", "version is less"),
    ("a language surer than sure", lambda c: c["articles"][0].update(lang_score=1.5), "articles", "lang_score"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a copy of a later article", lambda c: c["articles"][1].update(published_at=NOON - dt.timedelta(hours=1)),
     "articles", "a copy of a later article"),
    ("a copy of an undated article",
     lambda c: c["articles"].append(article("new", SHORT, dup_of=hexid("undated"), dup_kind="near",
                                            story_id=hexid("undated story"))),
     "articles", "a copy of a later article"),
    ("a copy in another story", lambda c: c["articles"][1].update(story_id=hexid("undated story")), "articles",
     "a copy of another story"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("a copy of a copy",
     lambda c: c["articles"].append(article("third", SHORT, dup_of=hexid("copy"), dup_kind="near", annotated=False)),
     {("copies", "articles"), ("texts", "articles"), ("counts", "stories"), ("daily", "coverage_day")}),
    ("a copy of no kind", lambda c: c["articles"][1].update(dup_kind=None), {("copies", "articles")}),
    ("a date with no basis", lambda c: c["articles"][0].update(published_basis="none"), {("dates", "articles")}),
    ("a day that is not that of the time", lambda c: c["articles"][1].update(pub_date=dt.date(2024, 5, 4)),
     {("dates", "articles"), ("counts", "events"), ("counts", "stories"),
      ("daily", "coverage_day"), ("daily", "entity_day"), ("daily", "comention_day")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", [*RULE_BREAKS, *BREAKS], ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_articles, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected


def test_every_rule_was_seen_to_fail() -> None:
    assert never_broken(RULES, RULE_BREAKS) == []
