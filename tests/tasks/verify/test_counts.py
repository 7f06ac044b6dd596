"""Every way to break what two columns or tables tell of one thing is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import SHORT, Break, article, findings_of, hexid

# What is wrong in the rows: (name, how to break the case, the findings it must give).
BREAKS: list[tuple[str, Break, set[tuple[str, str]]]] = [
    ("an event nobody reports", lambda c: c["events"].append(c["events"][0] | {"event_id": hexid("e9")}),
     {("counts", "events"), ("daily", "dyad_day"), ("daily", "place_day")}),
    ("a best report of another event", lambda c: c["events"][0].update(best_mention_id=hexid("m2")),
     {("counts", "events")}),
    ("a cell of another event", lambda c: c["event_args"][0].update(event_id=hexid("e2")), {("counts", "event_args")}),
    ("a copy of a copy",
     lambda c: c["articles"].append(article("third", SHORT, dup_of=hexid("copy"), dup_kind="near", annotated=False)),
     {("copies", "articles"), ("texts", "articles"), ("counts", "stories"), ("daily", "coverage_day")}),
    ("a copy of no kind", lambda c: c["articles"][1].update(dup_kind=None), {("copies", "articles")}),
    ("a mode of another type", lambda c: c["event_mentions"][1].update(mode="riot"), {("types", "event_mentions")}),
    ("a quad of another type", lambda c: c["events"][0].update(quad="verbal_conflict"),
     {("types", "events"), ("daily", "dyad_day")}),
    ("inputs that do not add up", lambda c: c["runs"][0].update(n_new=2), {("runs", "runs")}),
    ("a quote of another day", lambda c: c["quotes"][0].update(pub_date=dt.date(2024, 5, 4)), {("dates", "quotes")}),
    ("a date with no basis", lambda c: c["articles"][0].update(published_basis="none"), {("dates", "articles")}),
    ("a day that is not that of the time", lambda c: c["articles"][1].update(pub_date=dt.date(2024, 5, 4)),
     {("dates", "articles"), ("counts", "events"), ("counts", "stories"),
      ("daily", "coverage_day"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a wrong number of reports", lambda c: c["events"][0].update(n_mentions=2), {("counts", "events")}),
    ("a wrong number of articles", lambda c: c["events"][0].update(n_articles=2),
     {("counts", "events"), ("daily", "dyad_day"), ("daily", "place_day")}),
    ("a wrong number of reprints", lambda c: c["events"][0].update(n_reprints=0), {("counts", "events")}),
    ("a wrong number of sources", lambda c: c["events"][0].update(n_sources=3), {("counts", "events")}),
    ("a last report of another day", lambda c: c["events"][0].update(last_pub_date=None), {("counts", "events")}),
    ("a wrong number of mentions", lambda c: c["entities"][0].update(n_mentions=9), {("counts", "entities")}),
    ("a wrong number of articles in a story", lambda c: c["stories"][0].update(n_unique=2), {("counts", "stories")}),
    ("a story that ends too early", lambda c: c["stories"][0].update(last_pub_date=None), {("counts", "stories")}),
    ("a lead of another story", lambda c: c["stories"][1].update(lead_article_id=hexid("lead")),
     {("counts", "stories")}),
]  # fmt: skip


@pytest.mark.parametrize(("break_it", "expected"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_a_broken_count_or_date_is_found(output: Path, break_it: Break, expected: set[tuple[str, str]]) -> None:
    assert findings_of(output, break_it, expected) == expected
