"""The daily tables, counted once more from the core tables and `rejects`, and compared with what is written.

A daily table that has no files is not checked. Sums of floats may differ in their last digits only.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tasks.contract.vocabulary import RECIPROCAL
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def check_daily(tables: Tables) -> list[Finding]:
    """Each daily table equals its GROUP BY."""
    findings = []
    for name, (needed, count) in _COUNTS.items():
        if name not in tables or not tables[name].files or any(source not in tables for source in needed):
            continue
        findings += _compare(tables, name, count(tables))
    return findings


def coverage_day(tables: Tables) -> pl.LazyFrame:
    """Articles and rejects by day and source."""
    key = ["pub_date", "source"]
    articles = (
        tables["articles"]
        .scan()
        .select(*key, n_articles=1, n_unique=pl.col("dup_of").is_null().cast(pl.Int32), n_rejects=0, n_words="n_words")
    )
    rejects = tables["rejects"].scan().select(*key, n_articles=0, n_unique=0, n_rejects=1, n_words=0)
    counted = ["n_articles", "n_unique", "n_rejects", "n_words"]
    both = pl.concat([articles, rejects], how="vertical_relaxed").drop_nulls("pub_date")
    return both.group_by(key).agg(pl.col(counted).cast(pl.Int64).sum())


def entity_day(tables: Tables) -> pl.LazyFrame:
    """Entities by day; a copy tells of what its original tells, on its own day."""
    carriers = _carriers(tables)
    told = tables["mentions"].scan().drop_nulls("entity_id").group_by("article_id", "entity_id").agg(n=pl.len())
    rows = carriers.join(told, left_on="reads", right_on="article_id").drop_nulls("pub_date")
    return rows.group_by("pub_date", "entity_id").agg(
        n_mentions=pl.col("n").filter(pl.col("annotated")).sum(),
        n_articles=pl.col("article_id").n_unique(),
        n_unique=pl.col("article_id").filter(pl.col("unique")).n_unique(),
        n_sources=pl.col("source").n_unique(),
    )


def comention_day(tables: Tables) -> pl.LazyFrame:
    """Pairs of entities of one article by day; a copy tells of what its original tells, on its own day."""
    told = tables["mentions"].scan().drop_nulls("entity_id").select("article_id", "entity_id", "sent_idx").unique()
    pairs = _pairs(told.select("article_id", "entity_id").unique(), ["article_id"])
    sentences = _pairs(told, ["article_id", "sent_idx"]).group_by("article_id", "entity_a", "entity_b").agg(n=pl.len())
    pairs = pairs.join(sentences, on=["article_id", "entity_a", "entity_b"], how="left")
    rows = _carriers(tables).join(pairs, left_on="reads", right_on="article_id").drop_nulls("pub_date")
    return rows.group_by("pub_date", "entity_a", "entity_b").agg(
        n_articles=pl.col("article_id").n_unique(),
        n_unique=pl.col("article_id").filter(pl.col("unique")).n_unique(),
        n_sentences=pl.col("n").filter(pl.col("annotated")).sum(),
    )


def dyad_day(tables: Tables) -> pl.LazyFrame:
    """Events by day and pair of codes: actors with recipients, or with each other where every side is an actor."""
    shown = ["event_id", "event_date", "event_type", "mode", "quad", "status", "n_articles", "intensity"]
    events = tables["events"].scan().select(*shown, actor="actor_countries", recipient="recipient_countries")
    alike = pl.col("event_type").is_in(RECIPROCAL) & pl.col("mode").ne_missing(pl.lit("visit"))
    directed = _exploded(events.filter(~alike))
    mutual = _exploded(events.filter(alike).with_columns(recipient=pl.col("actor")))
    rows = pl.concat([directed, mutual.filter(pl.col("actor") < pl.col("recipient"))])
    return rows.group_by("event_date", "actor", "recipient", "quad", "status").agg(
        n_events=pl.len(),
        n_articles=pl.col("n_articles").cast(pl.Int64).sum(),
        intensity_sum=pl.col("intensity").cast(pl.Float64).sum(),
    )


def place_day(tables: Tables) -> pl.LazyFrame:
    """Events by place, day and type."""
    events = tables["events"].scan().drop_nulls("country")
    return events.group_by("event_date", "country", "admin1", "event_type", "status").agg(
        pl.len().alias("n_events"), pl.col("n_articles", "killed_low", "killed_high").cast(pl.Int64).sum()
    )


_Count = Callable[[Tables], pl.LazyFrame]
_COUNTS: dict[str, tuple[tuple[str, ...], _Count]] = {
    "coverage_day": (("articles", "rejects"), coverage_day),
    "entity_day": (("articles", "mentions"), entity_day),
    "comention_day": (("articles", "mentions"), comention_day),
    "dyad_day": (("events",), dyad_day),
    "place_day": (("events",), place_day),
}


def _carriers(tables: Tables) -> pl.LazyFrame:
    """Each article with the annotated one that tells what it tells: itself, or the longest copy (an update last)."""
    articles = tables["articles"].scan().select(
        "article_id", "pub_date", "source", "annotated", "n_words", unique=pl.col("dup_of").is_null(),
        family=pl.coalesce("dup_of", "article_id"), update=(pl.col("dup_kind") == "update").fill_null(False),
    )  # fmt: skip
    parsed = articles.filter("annotated").sort("update", -pl.col("n_words"), "article_id")
    heads = parsed.group_by("family").agg(head=pl.col("article_id").first())
    reads = pl.when("annotated").then("article_id").otherwise("head")
    return articles.join(heads, on="family", how="left").with_columns(reads=reads)


def _pairs(rows: pl.LazyFrame, within: list[str]) -> pl.LazyFrame:
    """Every two entities that share the columns `within`, the one whose id sorts first as entity_a."""
    left, right = rows.rename({"entity_id": "entity_a"}), rows.rename({"entity_id": "entity_b"})
    return left.join(right, on=within).filter(pl.col("entity_a") < pl.col("entity_b"))


def _exploded(events: pl.LazyFrame) -> pl.LazyFrame:
    """A row for each pair of codes, each pair once an event."""
    for name in ("actor", "recipient"):
        events = events.with_columns(pl.col(name).list.unique()).filter(pl.col(name).list.len() > 0).explode(name)
    return events


def _compare(tables: Tables, name: str, counted: pl.LazyFrame) -> list[Finding]:
    table = tables[name].table
    key = list(table.primary_key)
    values = [column for column in table.names if column not in key]
    written = tables[name].scan().select(table.names)
    both = written.join(counted, on=key, how="full", nulls_equal=True, coalesce=True, suffix="_counted")
    differs = pl.lit(False)
    for value in values:
        there, found = pl.col(value), pl.col(f"{value}_counted")
        if table.column(value).dtype == "f64":
            near = (there - found).abs() <= 1e-9 * (1 + found.abs())
            differs |= ~near.fill_null(False)
        else:
            differs |= there.ne_missing(found.cast(pl.Int64))
    rows = both.filter(differs).sort(key, nulls_last=True).collect()
    message = "a row is not what the core tables add up to (_counted), is missing, or is one too many"
    return rows_finding("daily", name, message, rows)
