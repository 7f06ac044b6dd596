"""Checks of `entities`: what is counted and first seen, and the parts they have in other tables."""

from __future__ import annotations

import polars as pl

from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_parts(tables: Tables) -> list[Finding]:
    """The parts of a quotation stand in one article."""
    counts = tables["quotes"].scan().group_by("quote_id").agg(articles=pl.col("article_id").n_unique())
    apart = counts.filter(pl.col("articles") > 1)
    return rows_finding("cells", "quotes", "parts of one quotation in two articles", apart.collect())


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


def _check_entities(tables: Tables) -> list[Finding]:
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
