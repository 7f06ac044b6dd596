"""For: tasks.verify.events. Every way to break an event, its reports or their cells is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import DAY, Broken, Miscounted, assert_found, findings_of, hexid, never_broken

from tasks.verify.events import RULES, check_events

# How to break one rule of a row: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("a report that ends before it starts",
     lambda c: c["event_mentions"][0].update(event_date=DAY, event_date_end=DAY - dt.timedelta(1),
                                             date_precision="day"),
     "event_mentions", "event_date_end is before"),
    ("an end without a start", lambda c: c["event_mentions"][0].update(event_date_end=DAY), "event_mentions",
     "event_date_end without"),
    ("a date of no precision", lambda c: c["event_mentions"][0].update(event_date=DAY), "event_mentions",
     "one of event_date and date_precision"),
    ("a report's date of no basis",
     lambda c: c["event_mentions"][0].update(event_date=DAY, date_precision="day", date_basis="none"),
     "event_mentions", "event_date with the basis none"),
    ("a report surer than sure", lambda c: c["event_mentions"][0].update(confidence=2.0), "event_mentions",
     "confidence"),
    ("a range upside down", lambda c: c["event_args"][1].update(value_high=11.0), "event_args", "value_low is more"),
    ("a country of no method", lambda c: c["event_args"][0].update(country_method=None), "event_args",
     "one of country and country_method"),
    ("an event that ends before it starts", lambda c: c["events"][0].update(event_date_end=dt.date(2024, 5, 1)),
     "events", "event_date_end is before"),
    ("an undated event with an end", lambda c: c["events"][1].update(event_date_end=DAY), "events",
     "event_date_end without"),
    ("a precision of no date", lambda c: c["events"][1].update(date_precision="day"), "events",
     "one of event_date and date_precision"),
    ("an event's date of no basis", lambda c: c["events"][0].update(date_basis="none"), "events",
     "event_date with the basis none"),
    ("half a point of an event", lambda c: c["events"][0].update(lat=None), "events", "one of lat and lon"),
    ("an event off the earth", lambda c: c["events"][0].update(lon=-181.0), "events", "no place on earth"),
    ("a point of a country", lambda c: c["events"][0].update(geo_precision="country"), "events", "a point where"),
    ("a place of no basis", lambda c: c["events"][1].update(geo_basis="none"), "events", "geo_basis is none with"),
    ("a precision of no place", lambda c: c["events"][1].update(country=None, geo_basis="none"), "events",
     "geo_precision of no place"),
    ("actor_ids with one twice", lambda c: c["events"][0]["actor_ids"].append(c["events"][0]["actor_ids"][0]),
     "events", "actor_ids names something twice"),
    ("actor_countries with one twice", lambda c: c["events"][0]["actor_countries"].append("TGO"), "events",
     "actor_countries names something twice"),
    ("contexts with one twice", lambda c: c["events"][0].update(contexts=["diplomatic"] * 2), "events",
     "contexts names something twice"),
    ("recipient_ids with one twice", lambda c: c["events"][0].update(recipient_ids=["gn:2365267"] * 2), "events",
     "recipient_ids names something twice"),
    ("recipient_countries with one twice", lambda c: c["events"][1].update(recipient_countries=["TCD", "TCD"]),
     "events", "recipient_countries names something twice"),
    ("an event surer than sure", lambda c: c["events"][0].update(confidence=1.01), "events", "confidence"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a toll that no cell tells", lambda c: c["events"][0].update(killed_low=11), "events", "killed_low or"),
    ("a bound that no cell tells", lambda c: c["events"][0].update(killed_high=12), "events", "killed_low or killed"),
    ("a toll of the whole war", lambda c: c["event_args"][1].update(value_scope="cumulative"), "events", "killed_low"),
    ("a toll of another role", lambda c: c["event_args"][1].update(role="wounded"), "events", "wounded_low or"),
    ("another intensity", lambda c: c["events"][0].update(intensity=2.6), "events", "intensity or goldstein"),
    ("a Goldstein value of no code", lambda c: c["events"][0].update(goldstein=1.0), "events", "goldstein"),
    ("what happened, fulfilled", lambda c: c["events"][0].update(fulfilled_by=hexid("e2")), "events", "fulfilled_by"),
    ("a plan fulfilled by a plan", lambda c: c["events"][1].update(fulfilled_by=hexid("e2")), "events", "fulfilled_by"),
    ("an event of another story", lambda c: c["events"][0].update(story_id=hexid("undated story")), "events",
     "story_id is not that"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("an event nobody reports", lambda c: c["events"].append(c["events"][0] | {"event_id": hexid("e9")}),
     {("counts", "events"), ("daily", "dyad_day"), ("daily", "place_day")}),
    ("a best report of another event", lambda c: c["events"][0].update(best_mention_id=hexid("m2")),
     {("counts", "events")}),
    ("a cell of another event", lambda c: c["event_args"][0].update(event_id=hexid("e2")), {("counts", "event_args")}),
    ("a mode of another type", lambda c: c["event_mentions"][1].update(mode="riot"), {("types", "event_mentions")}),
    ("a quad of another type", lambda c: c["events"][0].update(quad="verbal_conflict"),
     {("types", "events"), ("daily", "dyad_day")}),
    ("a wrong number of reports", lambda c: c["events"][0].update(n_mentions=2), {("counts", "events")}),
    ("a wrong number of articles", lambda c: c["events"][0].update(n_articles=2),
     {("counts", "events"), ("daily", "dyad_day"), ("daily", "place_day")}),
    ("a wrong number of reprints", lambda c: c["events"][0].update(n_reprints=0), {("counts", "events")}),
    ("a wrong number of sources", lambda c: c["events"][0].update(n_sources=3), {("counts", "events")}),
    ("a last report of another day", lambda c: c["events"][0].update(last_pub_date=None), {("counts", "events")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", [*RULE_BREAKS, *BREAKS], ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_events, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected


def test_every_rule_was_seen_to_fail() -> None:
    assert never_broken(RULES, RULE_BREAKS) == []
