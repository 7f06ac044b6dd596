"""For: tasks.aggregate.events.

Which reports are one event: hard cases, each with its articles, and what must hold of every merge.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from corpus_builder import Corpus, MergedTables, entities_frame, entity_id, merge_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from merging_cases import (
    CASES as FIRST_CASES,
)
from merging_cases import (
    Case,
    cancelled_visit,
    denial,
    planned_and_happened,
    planned_five_times,
    rising_toll,
    same_plan_and_past,
)
from merging_cases_within_stories import CASES_WITHIN_STORIES, halves_of_a_bombing

from tasks.contract.schema import conform
from tasks.contract.tables import TABLES
from tasks.ids import hash_id

ENTITIES = entities_frame()
CASES = [*FIRST_CASES, *CASES_WITHIN_STORIES]


def merge(corpus: Corpus) -> MergedTables:
    merged = merge_tables(*corpus.frames(), ENTITIES)
    conform(TABLES["events"], merged.events)
    conform(TABLES["event_mentions"], merged.event_mentions)
    conform(TABLES["event_args"], merged.event_args)
    return merged


def groups(corpus: Corpus, merged: MergedTables) -> set[frozenset[str]]:
    """The reports' names by event."""
    event_of = dict(merged.event_mentions.select("event_mention_id", "event_id").iter_rows())
    told: dict[str, set[str]] = {}
    for name, mention_id in corpus.names.items():
        told.setdefault(event_of[mention_id], set()).add(name)
    return {frozenset(names) for names in told.values()}


def event_of(corpus: Corpus, merged: MergedTables, name: str) -> dict[str, object]:
    mention = merged.event_mentions.filter(pl.col("event_mention_id") == corpus.names[name])
    return merged.events.filter(pl.col("event_id") == mention["event_id"][0]).row(0, named=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reports_are_one_event_or_several(case: Case) -> None:
    corpus = case.corpus()
    expected = set()
    for names in case.events:
        apart = (
            list(filter(None, names.split("|")))
            if "|" in names
            else names.split()
            if names not in corpus.names
            else [names]
        )
        expected.add(frozenset(apart))
    assert groups(corpus, merge(corpus)) == expected


def test_sides_stand_in_the_order_of_the_contract() -> None:
    corpus = planned_five_times()
    event = event_of(corpus, merge(corpus), "headline")
    assert event["event_type"] == "CONSULT"
    assert event["status"] == "planned"
    assert event["mode"] is None
    assert event["actor_ids"] == sorted([entity_id("Kim"), entity_id("Putin")])
    assert event["recipient_ids"] == []
    assert event["actor_codes"] == ["PRKGOV", "RUSGOV"]
    assert event["actor_countries"] == ["PRK", "RUS"]
    assert event["place_id"] == entity_id("Vladivostok")
    assert (event["country"], event["geo_precision"], event["geo_basis"]) == ("RUS", "city", "argument")
    assert event["lat"] is not None
    assert event["quad"] == "verbal_cooperation"
    assert event["n_mentions"] == 5
    assert event["n_articles"] == 1
    assert event["event_date"] is None
    assert event["date_basis"] == "none"


def test_a_visit_has_a_guest_and_a_host() -> None:
    corpus = (
        Corpus()
        .article("a")
        .report("a", "visit", "CONSULT", mode="visit", actor="Trump", recipient="France", place="Paris", cameo="042")
    )
    event = event_of(corpus, merge(corpus), "visit")
    assert event["actor_ids"] == [entity_id("Trump")]
    assert event["recipient_ids"] == [entity_id("France")]
    assert (event["actor_codes"], event["recipient_codes"]) == (["USAGOV"], ["FRAGOV"])
    assert event["intensity"] == pytest.approx(4.0)
    assert event["goldstein"] is not None


def test_a_visit_happens_where_its_host_is() -> None:
    corpus = Corpus().article("a").report("a", "visit", "CONSULT", mode="visit", actor="Trump", recipient="Vladivostok")
    event = event_of(corpus, merge(corpus), "visit")
    assert (event["place_id"], event["geo_basis"]) == (entity_id("Vladivostok"), "argument")


def test_a_country_place_gives_no_point() -> None:
    corpus = Corpus().article("a").report("a", "r", "ASSAULT", actor="Russia", place=["Russia", "Primorye"])
    event = event_of(corpus, merge(corpus), "r")
    assert (event["geo_precision"], event["admin1"]) == ("admin1", "Primorye")
    assert (event["lat"], event["lon"]) == (None, None)


@pytest.mark.parametrize(
    ("method", "basis"), [("dep", "argument"), ("coref", "argument"), ("sentence", "sentence"), ("dateline",) * 2]
)
def test_the_place_says_what_it_stands_on(method: str, basis: str) -> None:
    corpus = Corpus().article("a").report("a", "r", "ASSAULT", actor="Russia", place="Mosul", place_method=method)
    assert event_of(corpus, merge(corpus), "r")["geo_basis"] == basis


def test_unknown_and_group_actors_have_codes() -> None:
    corpus = Corpus().article("a").report("a", "r", "ASSAULT", actor=["gunmen", "the two men"], recipient="Amnesty")
    event = event_of(corpus, merge(corpus), "r")
    assert event["actor_codes"] == ["---UAF"]
    assert event["recipient_codes"] == ["NGO"]
    assert event["actor_countries"] == []


def test_tolls_are_the_smallest_and_largest_reported() -> None:
    corpus = rising_toll()
    event = event_of(corpus, merge(corpus), "a")
    assert (event["killed_low"], event["killed_high"]) == (5, 15)
    assert event["wounded_low"] is None


def test_a_cumulative_toll_is_not_the_events() -> None:
    corpus = Corpus().article("a", "2024-03-05T08:00:00")
    corpus.report("a", "r", "ASSAULT", actor="Russia", place="Mosul", killed=(340, 340), scope="cumulative")
    assert event_of(corpus, merge(corpus), "r")["killed_high"] is None


def test_a_toll_of_at_least_is_unbounded_unless_a_larger_one_is_told() -> None:
    strike: dict[str, Any] = {"actor": "Russia", "recipient": "civilians", "place": "Mosul", "date": "2024-03-05"}
    corpus = Corpus().article("a", "2024-03-05T08:00:00")
    corpus.report("a", "r", "ASSAULT", killed=(12, None), **strike)
    assert event_of(corpus, merge(corpus), "r")["killed_high"] is None
    corpus.article("b", "2024-03-05T18:00:00").report("b", "s", "ASSAULT", killed=(14, 14), **strike)
    event = event_of(corpus, merge(corpus), "r")
    assert (event["killed_low"], event["killed_high"]) == (12, 14)


def test_a_denial_contests_and_does_not_weaken_the_assertion() -> None:
    corpus = denial()
    event = event_of(corpus, merge(corpus), "attack")
    assert event["contested"] is True
    assert event["status"] == "happened"
    assert event["assertion"] == "reported"
    assert event["best_mention_id"] == corpus.names["attack"]


def test_nobody_denies_an_uncontested_event() -> None:
    corpus = rising_toll()
    assert event_of(corpus, merge(corpus), "a")["contested"] is False


def test_a_cancelled_plan_says_so() -> None:
    corpus = cancelled_visit()
    assert event_of(corpus, merge(corpus), "plan")["status"] == "cancelled"


def test_what_was_planned_points_at_what_came_of_it() -> None:
    corpus = planned_and_happened()
    merged = merge(corpus)
    happened = event_of(corpus, merged, "happened")
    assert event_of(corpus, merged, "plan")["fulfilled_by"] == happened["event_id"]
    assert happened["fulfilled_by"] is None


@pytest.mark.parametrize(("recipient", "came"), [("civilians", True), ("protesters", False)])
def test_a_promised_release_of_men_described_comes_true(recipient: str, came: bool) -> None:
    release: dict[str, Any] = {"event_type": "RETREAT", "mode": "release", "actor": "Iran"}
    corpus = (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .article("b", "2024-03-08T08:00:00")
        .report("a", "plan", status="planned", recipient="civilians", **release)
        .report("b", "freed", date="2024-03-07", recipient=recipient, **release)
    )
    merged = merge(corpus)
    expected = event_of(corpus, merged, "freed")["event_id"] if came else None
    assert event_of(corpus, merged, "plan")["fulfilled_by"] == expected


@pytest.mark.parametrize(("method", "came"), [("sentence", True), ("dep", False)])
def test_a_city_that_only_stands_in_the_sentence_keeps_no_plan_from_coming_true(method: str, came: bool) -> None:
    release: dict[str, Any] = {"event_type": "RETREAT", "mode": "release", "actor": "Iran", "recipient": "civilians"}
    corpus = (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .article("b", "2024-03-08T08:00:00")
        .report("a", "plan", status="planned", place="Mosul", place_method=method, **release)
        .report("b", "freed", date="2024-03-07", place="Hanoi", **release)
    )
    merged = merge(corpus)
    expected = event_of(corpus, merged, "freed")["event_id"] if came else None
    assert event_of(corpus, merged, "plan")["fulfilled_by"] == expected


def test_a_denial_tells_neither_who_did_it_nor_where() -> None:
    corpus = Corpus().article("a", "2024-03-05T08:00:00")
    kill: dict[str, Any] = {"recipient": "residents of the town", "date": "2024-03-04"}
    corpus.report("a", "deed", "ASSAULT", actor="gunmen", place="Mosul", **kill)
    corpus.report("a", "denied", "ASSAULT", actor="Ansar", place="Nineveh", assertion="denied", **kill)
    event = event_of(corpus, merge(corpus), "denied")
    assert (event["n_mentions"], event["contested"]) == (2, True)
    assert event["actor_codes"] == ["---UAF"]
    assert event["place_id"] == entity_id("Mosul")


def test_who_is_told_takes_the_place_of_gunmen() -> None:
    corpus = Corpus().article("a", "2024-03-05T08:00:00", story="s").article("b", "2024-03-05T09:00:00", story="s")
    kill: dict[str, Any] = {"recipient": "residents of the town", "place": "Mosul", "date": "2024-03-04"}
    corpus.report("a", "gunmen", "ASSAULT", actor="gunmen", **kill).report(
        "b", "rebels", "ASSAULT", actor="Ansar", **kill
    )
    assert event_of(corpus, merge(corpus), "gunmen")["actor_codes"] == ["IRQREB"]


def test_a_corrected_toll_is_a_range() -> None:
    case = next(case for case in CASES if case.name.startswith("a toll corrected in another article"))
    corpus = case.corpus()
    event = event_of(corpus, merge(corpus), "nine")
    assert (event["arrested_low"], event["arrested_high"]) == (9, 14)


def test_an_older_meeting_fulfils_no_plan() -> None:
    corpus = same_plan_and_past()
    assert event_of(corpus, merge(corpus), "plan")["fulfilled_by"] is None


def test_copies_count_as_reprints_and_give_no_confidence() -> None:
    corpus = Corpus().article("a", "2024-03-05T08:00:00", source="wire.example")
    strike: dict[str, Any] = {
        "actor": "Russia",
        "recipient": "Syria",
        "place": "Mosul",
        "date": "2024-03-05",
        "confidence": 0.6,
    }
    corpus.report("a", "r", "ASSAULT", **strike)
    corpus.article("copy", "2024-03-06T08:00:00", source="paper.example", copy_of="a", annotated=False)
    event = event_of(corpus, merge(corpus), "r")
    assert (event["n_articles"], event["n_reprints"], event["n_sources"]) == (1, 1, 2)
    assert str(event["last_pub_date"]) == "2024-03-06"
    assert event["confidence"] == pytest.approx(0.6)


def test_independent_sources_give_confidence_and_one_source_does_not_twice() -> None:
    strike: dict[str, Any] = {
        "actor": "Russia",
        "recipient": "Syria",
        "place": "Mosul",
        "date": "2024-03-05",
        "confidence": 0.6,
    }
    corpus = Corpus()
    for key, source in (("a", "one.example"), ("b", "one.example"), ("c", "two.example")):
        corpus.article(key, "2024-03-05T08:00:00", source=source).report(key, key, "ASSAULT", **strike)
    event = event_of(corpus, merge(corpus), "a")
    assert event["n_articles"] == 3
    assert event["confidence"] == pytest.approx(0.84)


def test_every_report_tells_why_it_is_counted_there() -> None:
    corpus = denial()
    joins = merge(corpus).joins
    rules = dict(joins.select("event_mention_id", "rule").iter_rows())
    assert rules == {corpus.names["attack"]: "first report", corpus.names["denied"]: "denial: same actor"}


def test_a_join_tells_what_agrees() -> None:
    corpus = halves_of_a_bombing()
    joins = merge(corpus).joins
    assert set(joins["rule"]) == {"first report", "same story and day, one tells what the other leaves out"}
    corpus = rising_toll()
    rules = set(merge(corpus).joins["rule"])
    assert rules == {"first report", "same day and sides: same actor, sort of recipient, city, day"}


def test_nothing_merges_into_no_rows() -> None:
    mentions, args, articles = Corpus().article("a").frames()
    merged = merge_tables(mentions, args, articles, ENTITIES)
    assert merged.events.is_empty()
    conform(TABLES["events"], merged.events)


def everything() -> Corpus:
    """All cases in one corpus, their articles told apart by the case."""
    whole = Corpus()
    for number, case in enumerate(CASES):
        part = case.corpus()
        for row in part.articles.values():
            whole.articles[f"{number}/{row['article_id']}"] = row | {
                "article_id": hash_id(str(number), row["article_id"]),
                "story_id": hash_id(str(number), row["story_id"]),
            }
        for row in part.mentions:
            mention_id = hash_id(str(number), row["event_mention_id"])
            whole.mentions.append(row | {
                "event_mention_id": mention_id, "event_id": mention_id,
                "article_id": hash_id(str(number), row["article_id"]),
            })  # fmt: skip
        for row in part.args:
            mention_id = hash_id(str(number), row["event_mention_id"])
            whole.args.append(row | {"event_mention_id": mention_id, "event_id": mention_id})
    return whole


WHOLE = everything().frames()
MERGED_WHOLE = merge_tables(*WHOLE, ENTITIES)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    shuffled = [frame.sample(fraction=1.0, shuffle=True, seed=seed) for frame in WHOLE]
    merged = merge_tables(shuffled[0], shuffled[1], shuffled[2], ENTITIES.sample(fraction=1.0, shuffle=True, seed=seed))
    assert merged.events.equals(MERGED_WHOLE.events)
    assert merged.joins.equals(MERGED_WHOLE.joins)
    table = TABLES["event_args"]
    assert conform(table, merged.event_args).equals(conform(table, MERGED_WHOLE.event_args))


@settings(max_examples=10, deadline=None)
@given(share=st.floats(0.05, 0.95), seed=st.integers(0, 2**31))
def test_batches_change_nothing(share: float, seed: int) -> None:
    """Some articles first, merged and kept, then the rest: the same tables as all at once."""
    mentions, args, articles = WHOLE
    early = articles.sample(fraction=share, seed=seed).select("article_id")
    some = mentions.join(early, on="article_id", how="semi")
    cells = args.join(some, on="event_mention_id", how="semi")
    kept = merge_tables(some, cells, articles.join(early, on="article_id", how="semi"), ENTITIES)
    rest = mentions.join(early, on="article_id", how="anti")
    merged = merge_tables(
        pl.concat([kept.event_mentions, rest]),
        pl.concat([kept.event_args, args.join(rest, on="event_mention_id", how="semi")]),
        articles,
        ENTITIES,
    )
    assert merged.events.equals(MERGED_WHOLE.events)
    assert merged.joins.equals(MERGED_WHOLE.joins)


def maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([(), *values])


REPORTS = st.fixed_dictionaries({
    "article": st.integers(0, 5),
    "actor": maybe("gunmen", "rebels", "Ansar", "Russia", "the two men"),
    "recipient": maybe("five people", "three officers", "Mosul", "a camp", "residents of the town"),
    "place": maybe("Mosul", "Baghdad", "Nineveh", "Iraq"),
    "date": st.sampled_from([None, "2024-03-04", "2024-03-05"]),
    "mode": st.sampled_from([None, "explosives", "firearms"]),
    "status": st.sampled_from(["happened", "happened", "ongoing", "planned", "negated"]),
    "assertion": st.sampled_from(["reported", "reported", "alleged", "denied"]),
    "killed": st.sampled_from([None, (3.0, 3.0), (5.0, None)]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(told=st.lists(REPORTS, min_size=1, max_size=14), seed=st.integers(0, 2**31))
def test_whatever_is_told_each_report_is_counted_once_and_in_any_order_alike(
    told: list[dict[str, Any]], seed: int
) -> None:
    corpus = Corpus()
    for article in sorted({report["article"] for report in told}):
        corpus.article(f"a{article}", f"2024-03-05T{8 + article:02}:00:00", story="st"[article % 2])
    for number, report in enumerate(told):
        facts: dict[str, Any] = {key: value for key, value in report.items() if key != "article"}
        corpus.report(f"a{report['article']}", f"r{number}", "ASSAULT", **facts)
    merged = merge(corpus)
    assert sorted(merged.joins["event_mention_id"]) == sorted(corpus.names.values())
    assert set(merged.joins["event_id"]) == set(merged.events["event_id"])
    shuffled = [frame.sample(fraction=1.0, shuffle=True, seed=seed) for frame in corpus.frames()]
    again = merge_tables(shuffled[0], shuffled[1], shuffled[2], ENTITIES)
    assert again.events.equals(merged.events)
    assert again.joins.equals(merged.joins)


def test_merging_again_changes_nothing() -> None:
    again = merge_tables(MERGED_WHOLE.event_mentions, MERGED_WHOLE.event_args, WHOLE[2], ENTITIES)
    assert again.events.equals(MERGED_WHOLE.events)
    assert again.event_mentions.equals(MERGED_WHOLE.event_mentions)
    assert again.event_args.equals(MERGED_WHOLE.event_args)


def test_event_ids_come_from_the_earliest_report() -> None:
    corpus = rising_toll()
    event = event_of(corpus, merge(corpus), "c")
    assert event["event_id"] == hash_id("event", corpus.names["a"])
