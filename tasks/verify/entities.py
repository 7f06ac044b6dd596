"""Checks of `entities`: points, and what is counted and first seen in their mentions."""

from __future__ import annotations

import polars as pl

from tasks.verify.checks import Check, RowRule, points, run_checks
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_counts(tables: Tables) -> list[Finding]:
    found = (
        tables["mentions"]
        .scan()
        .drop_nulls("entity_id")
        .group_by("entity_id")
        .agg(mentions=pl.len(), articles=pl.col("article_id").n_unique())
    )
    entities = tables["entities"].scan().select("entity_id", "n_mentions", "n_articles")
    both = entities.join(found, on="entity_id", how="left").with_columns(pl.col("mentions", "articles").fill_null(0))
    other = both.filter((pl.col("n_mentions") != pl.col("mentions")) | (pl.col("n_articles") != pl.col("articles")))
    return rows_finding("counts", "entities", "n_mentions or n_articles is not what mentions has", other.collect())


def _check_seen(tables: Tables) -> list[Finding]:
    days = (
        tables["mentions"]
        .scan()
        .drop_nulls("entity_id")
        .group_by("entity_id")
        .agg(first=pl.col("pub_date").min(), last=pl.col("pub_date").max())
    )
    entities = tables["entities"].scan().select("entity_id", "first_seen", "last_seen")
    both = entities.join(days, on="entity_id", how="left")
    other = pl.col("first_seen").ne_missing(pl.col("first")) | pl.col("last_seen").ne_missing(pl.col("last"))
    message = "first_seen or last_seen is not the first or last day of its mentions"
    return rows_finding("dates", "entities", message, both.filter(other).collect())


RULES: tuple[RowRule, ...] = (
    *points("entities"),
)  # fmt: skip
CHECKS: tuple[Check, ...] = (
    Check(("mentions", "entities"), _check_counts),
    Check(("mentions", "entities"), _check_seen),
)


def check_entities(tables: Tables) -> list[Finding]:
    """Counts and days of entities are those of their mentions."""
    return run_checks(tables, RULES, CHECKS)
