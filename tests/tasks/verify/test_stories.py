"""For: tasks.verify.stories. Every way to break a story is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_case import Broken, Miscounted, assert_found, findings_of, hexid

from tasks.verify.stories import check_stories

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a story led by a copy", lambda c: c["stories"][0].update(lead_article_id=hexid("copy")), "stories",
     "lead_article_id"),
    ("a story of another title", lambda c: c["stories"][0].update(title="Talks"), "stories", "title not that"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("a wrong number of articles in a story", lambda c: c["stories"][0].update(n_unique=2), {("counts", "stories")}),
    ("a story that ends too early", lambda c: c["stories"][0].update(last_pub_date=None), {("counts", "stories")}),
    ("a lead of another story", lambda c: c["stories"][1].update(lead_article_id=hexid("lead")),
     {("counts", "stories"), ("cells", "stories")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_stories, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected
