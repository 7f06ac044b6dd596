"""Drift as a step: the records of a run and those of the days before it, as `tasks.aggregate.drift` compares them."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tasks.aggregate.drift import DriftLimits, find_drift
from tasks.store.layout import Store, scan
from tasks.store.publish import Publication


def run_drift(
    store: Store, publication: Publication, run_id: str, started: dt.datetime, limits: DriftLimits
) -> list[str]:
    """Say where a run that has put its tables and has not committed them differs from the days before it.

    An article stands under its day of publication, a refused record, which seldom has one, under that of its run.
    """
    known_ids = scan(store, "articles", ["article_id"])
    counts = publication.scan("event_mentions", ["article_id"]).group_by("article_id").agg(n=pl.len())
    articles = (
        publication.scan("articles", ["article_id", "source", "pub_date", "dup_of", "annotated"])
        .join(counts, on="article_id", how="left")
        .join(known_ids.with_columns(known=pl.lit(True)), on="article_id", how="left")
        .select(
            "source",
            day="pub_date",
            is_reject=pl.lit(False),
            is_copy=pl.col("dup_of").is_not_null(),
            n_events=pl.when("annotated").then(pl.col("n").fill_null(0)).cast(pl.Int64),
            known=pl.col("known").fill_null(False),
        )
        .collect()
    )
    days = scan(store, "runs", ["run_id", "started_at"]).select("run_id", day=pl.col("started_at").dt.date())
    rejects = (
        publication.scan("rejects", ["source", "pub_date", "run_id"])
        .join(days, on="run_id", how="left")
        .select(
            "source",
            day=pl.coalesce("pub_date", "day", pl.lit(started.date())),
            is_reject=pl.lit(True),
            is_copy=pl.lit(False),
            n_events=pl.lit(None, pl.Int64),
            known=pl.col("run_id") != run_id,
        )
        .collect()
    )
    both = pl.concat([articles, rejects])
    return find_drift(both.filter("known").drop("known"), both.filter(~pl.col("known")).drop("known"), limits)
