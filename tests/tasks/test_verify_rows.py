"""Every way to break a key, a reference, a closed list or a month is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_case import Break, findings_of, hexid

# What is wrong in the rows: (name, how to break the case, the findings it must give).
BREAKS: list[tuple[str, Break, set[tuple[str, str]]]] = [
    ("a key twice", lambda c: c["entities"].append(dict(c["entities"][0])), {("key", "entities")}),
    ("a key twice in two months",
     lambda c: c["texts"].append(c["texts"][0] | {"_month": "2024-06"}), {("key", "texts"), ("month", "texts")}),
    ("a null key twice", lambda c: c["coverage_day"].append(dict(c["coverage_day"][2])), {("key", "coverage_day")}),
    ("a report of no event", lambda c: c["event_mentions"][0].update(event_id=hexid("none")),
     {("reference", "event_mentions"), ("counts", "event_args"), ("counts", "events")}),
    ("a best report that is not there", lambda c: c["events"][0].update(best_mention_id=hexid("none")),
     {("reference", "events")}),
    ("an unknown actor in a list", lambda c: c["events"][0]["actor_ids"].append("x:none"), {("reference", "events")}),
    ("an unknown recipient in a list", lambda c: c["events"][0]["recipient_ids"].append("x:none"),
     {("reference", "events")}),
    ("an unknown place", lambda c: c["events"][0].update(place_id="gn:1"), {("reference", "events")}),
    ("an unknown fulfilment", lambda c: c["events"][1].update(fulfilled_by=hexid("none")), {("reference", "events")}),
    ("an unknown speaker", lambda c: c["quotes"][0].update(speaker_id="x:none"), {("reference", "quotes")}),
    ("an unknown source of a claim", lambda c: c["event_mentions"][1].update(attributed_to="x:none"),
     {("reference", "event_mentions")}),
    ("an unknown entity in a mention", lambda c: c["mentions"][0].update(entity_id="x:none"),
     {("reference", "mentions"), ("counts", "entities"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a cell of no report", lambda c: c["event_args"][0].update(event_mention_id=hexid("none")),
     {("reference", "event_args")}),
    ("a role of nobody", lambda c: c["entity_roles"][0].update(entity_id="x:none"), {("reference", "entity_roles")}),
    ("a reject of no run", lambda c: c["rejects"][0].update(run_id="r9"), {("reference", "rejects")}),
    ("a story of no article", lambda c: c["articles"][0].update(story_id=hexid("none")),
     {("reference", "articles"), ("counts", "stories")}),
    ("a copy of nothing", lambda c: c["articles"][1].update(dup_of=hexid("none")),
     {("reference", "articles"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a text with no article", lambda c: c["texts"].append(
        {"article_id": hexid("none"), "text": "x", "sent_starts": None, "_month": "2024-05"}),
     {("reference", "texts")}),
    ("a label outside its list", lambda c: c["mentions"][0].update(label="PER"), {("values", "mentions")}),
    ("a type outside its list", lambda c: c["event_mentions"][0].update(event_type="MEET"),
     {("values", "event_mentions"), ("counts", "events")}),
    ("a context outside its list", lambda c: c["events"][0].update(contexts=["diplomatic", "weather"]),
     {("values", "events")}),
    ("a reason outside its list", lambda c: c["rejects"][0].update(reason="boring"), {("values", "rejects")}),
    ("a country in two letters", lambda c: c["event_args"][0].update(country="TG"), {("values", "event_args")}),
    ("an actor code of another form", lambda c: c["events"][0].update(actor_codes=["TGO-GOV"]), {("values", "events")}),
    ("an id of another form", lambda c: c["quotes"][0].update(quote_id="Q1"), {("values", "quotes")}),
    ("a number that is none", lambda c: c["event_args"][1].update(value_low=float("nan")), {("values", "event_args")}),
    ("an infinite number", lambda c: c["events"][0].update(confidence=float("inf")), {("values", "events")}),
    ("a mention in another month", lambda c: c["mentions"][0].update(_month="undated"), {("month", "mentions")}),
    ("a text in another month", lambda c: c["texts"][1].update(_month="2024-04"), {("month", "texts")}),
]  # fmt: skip


@pytest.mark.parametrize(("break_it", "expected"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_a_broken_key_or_value_is_found(output: Path, break_it: Break, expected: set[tuple[str, str]]) -> None:
    assert findings_of(output, break_it, expected) == expected
