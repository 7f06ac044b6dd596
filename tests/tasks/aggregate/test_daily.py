"""For: tasks.aggregate.daily. The daily tables count what the core tables hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
from corpus_builder import Corpus, entities_frame, merge_tables

from tasks.aggregate.daily import build_daily
from tasks.contract.schema import conform, empty, polars_schema
from tasks.contract.tables import TABLES
from tasks.ids import hash_id

MONDAY, TUESDAY = dt.date(2024, 3, 4), dt.date(2024, 3, 5)


def mention(article: str, published: dt.date | None, entity: str | None, sentence: int, start: int) -> dict[str, Any]:
    return dict.fromkeys(TABLES["mentions"].names) | {
        "article_id": hash_id("article", article), "char_start": start, "char_end": start + 1, "pub_date": published,
        "sent_idx": sentence, "text": "x", "label": "PERSON", "form": "name", "entity_id": entity,
        "link_method": "self",
    }  # fmt: skip


def corpus() -> dict[str, pl.DataFrame]:
    strike: dict[str, Any] = {"date": "2024-03-03", "killed": (3, 5)}
    told = (
        Corpus()
        .article("a", "2024-03-04T08:00:00", source="one.example")
        .article("copy", "2024-03-05T08:00:00", source="two.example", copy_of="a", annotated=False)
        .article("b", "2024-03-05T08:00:00", source="one.example")
        .article("undated", None, source="one.example")
        .report(
            "a", "r1", "ASSAULT", actor=["United States", "United Kingdom"], recipient="Iran", place="Mosul", **strike
        )
        .report("b", "r2", "ASSAULT", actor="Russia", recipient="Amnesty", place="Mosul", **strike)
        .report("b", "r3", "CONSULT", actor=["Putin", "Trump", "Kim"], place="Paris")
    )
    mentions, args, articles = told.frames()
    merged = merge_tables(mentions, args, articles, entities_frame())
    rows = [
        mention("a", MONDAY, "x:p", 0, 0), mention("a", MONDAY, "x:q", 0, 5), mention("a", MONDAY, "x:q", 1, 9),
        mention("b", TUESDAY, "x:p", 0, 0), mention("b", TUESDAY, "x:q", 1, 5), mention("b", TUESDAY, None, 1, 8),
        mention("undated", None, "x:p", 0, 0),
    ]  # fmt: skip
    rejects = [
        {"origin": "r", "source": None, "pub_date": TUESDAY, "stage": "read", "reason": "empty", "transient": False,
         "run_id": "1"},
        {"origin": "s", "source": None, "pub_date": None, "stage": "read", "reason": "empty", "transient": False,
         "run_id": "1"},
    ]  # fmt: skip
    return {
        "articles": articles,
        "mentions": pl.DataFrame(rows, schema=polars_schema(TABLES["mentions"])),
        "events": merged.events,
        "rejects": conform(TABLES["rejects"], pl.DataFrame(rejects, schema_overrides={"source": pl.String})),
    }


def daily() -> dict[str, pl.DataFrame]:
    frames = corpus()
    built = build_daily(lambda name: frames[name].lazy())
    return {name: conform(TABLES[name], frame) for name, frame in built.items()}


DAILY = daily()


def test_coverage_counts_articles_copies_words_and_rejects() -> None:
    assert DAILY["coverage_day"].rows() == [
        (MONDAY, "one.example", 1, 1, 0, 100),
        (TUESDAY, "one.example", 1, 1, 0, 100),
        (TUESDAY, "two.example", 1, 0, 0, 100),
        (TUESDAY, None, 0, 0, 1, 0),
    ]


def test_a_copy_counts_as_an_article_on_its_own_day() -> None:
    assert DAILY["entity_day"].rows() == [
        (MONDAY, "x:p", 1, 1, 1, 1),
        (MONDAY, "x:q", 2, 1, 1, 1),
        (TUESDAY, "x:p", 1, 2, 1, 2),
        (TUESDAY, "x:q", 1, 2, 1, 2),
    ]


def test_pairs_share_articles_and_sentences() -> None:
    assert DAILY["comention_day"].rows() == [(MONDAY, "x:p", "x:q", 1, 1, 1), (TUESDAY, "x:p", "x:q", 2, 1, 0)]


def test_dyads_have_a_row_for_each_member_and_each_unordered_pair() -> None:
    rows = DAILY["dyad_day"].select("event_date", "actor", "recipient", "n_events", "intensity_sum").rows()
    day = dt.date(2024, 3, 3)
    assert rows == [
        (day, "GBR", "IRN", 1, -9.0),
        (day, "RUS", "NGO", 1, -9.0),
        (day, "USA", "IRN", 1, -9.0),
        (None, "PRK", "RUS", 1, 2.5),
        (None, "PRK", "USA", 1, 2.5),
        (None, "RUS", "USA", 1, 2.5),
    ]


def test_places_sum_events_and_the_killed() -> None:
    rows = DAILY["place_day"].select("event_date", "country", "admin1", "n_events", "killed_low", "killed_high").rows()
    assert rows == [
        (dt.date(2024, 3, 3), "IRQ", "Nineveh", 2, 6, 10),
        (None, "FRA", "Ile-de-France", 1, 0, 0),
    ]


def test_an_empty_corpus_gives_empty_tables() -> None:
    built = build_daily(lambda name: empty(TABLES[name]).lazy())
    for name, frame in built.items():
        assert conform(TABLES[name], frame).is_empty()
