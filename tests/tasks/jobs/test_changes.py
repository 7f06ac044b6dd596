"""For: tasks.jobs.changes. What a run altered, with the successor of what is gone."""

from __future__ import annotations

import datetime as dt

import polars as pl
from corpus_builder import Corpus, MergedTables, entities_frame, merge_tables

from tasks.contract.schema import conform
from tasks.contract.tables import TABLES
from tasks.jobs.changes import diff_tables, event_successors

AT = dt.datetime(2024, 4, 1, tzinfo=dt.UTC)
EVENTS = TABLES["events"]


def merged(*keys: str) -> MergedTables:
    corpus = Corpus()
    days = {"late": "2024-03-04T08:00:00", "early": "2024-03-03T08:00:00", "other": "2024-03-04T09:00:00"}
    for key in keys:
        recipient = "Iran" if key == "other" else "Syria"
        corpus.article(key, days[key], source=key).report(
            key, key, "ACCUSE", actor="Putin", recipient=recipient, date="2024-03-03"
        )
    return merge_tables(*corpus.frames(), entities_frame())


def diff(old: MergedTables, new: MergedTables) -> pl.DataFrame:
    successors = event_successors(old.event_mentions, new.event_mentions)
    return conform(TABLES["changes"], diff_tables(EVENTS, old.events, new.events, "run", AT, successors))


def test_nothing_changed_gives_no_rows() -> None:
    assert diff(merged("late", "other"), merged("late", "other")).is_empty()


def test_what_came_and_what_went() -> None:
    changes = diff(merged("late"), merged("other"))
    assert sorted(changes["op"].to_list()) == ["delete", "insert"]
    assert changes["successor_key"].null_count() == 2


def test_an_event_merged_away_names_its_successor() -> None:
    old, new = merged("late", "other"), merged("late", "early", "other")
    changes = diff(old, new)
    deleted = changes.filter(pl.col("op") == "delete").row(0, named=True)
    inserted = changes.filter(pl.col("op") == "insert").row(0, named=True)
    assert deleted["successor_key"] == inserted["key"]
    assert deleted["reason"] == "merged into another row"
    assert changes.height == 2


def test_a_changed_value_is_an_update_and_a_mere_count_is_none() -> None:
    old = merged("late")
    contested = old.events.with_columns(pl.lit(True).alias("contested"))
    counted = old.events.with_columns((pl.col("n_mentions") + 1).alias("n_mentions"))
    assert diff_tables(EVENTS, old.events, contested, "run", AT)["op"].to_list() == ["update"]
    assert diff_tables(EVENTS, old.events, counted, "run", AT).is_empty()
