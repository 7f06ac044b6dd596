"""The daily tables: GROUP BYs of the core tables and `rejects`, rebuildable from them alone."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tasks.aggregate.events.rules import load_rules

Scan = Callable[[str], pl.LazyFrame]


def build_daily(scan: Scan) -> dict[str, pl.DataFrame]:
    """Give the five daily tables by name.

    Parameters
    ----------
    scan
        Gives a table by its name, lazily.
    """
    carriers = article_carriers(scan("articles"))
    return {
        "coverage_day": coverage_day(scan("articles"), scan("rejects")).collect(engine="streaming"),
        "entity_day": entity_day(scan("mentions"), carriers).collect(engine="streaming"),
        "comention_day": comention_day(scan("mentions"), carriers).collect(engine="streaming"),
        "dyad_day": dyad_day(scan("events")).collect(),
        "place_day": place_day(scan("events")).collect(engine="streaming"),
    }


def article_carriers(articles: pl.LazyFrame) -> pl.LazyFrame:
    """Dated articles with the article whose annotation holds for them, their own or their original's.

    A copy that was not parsed inherits from the parsed article among its copies (the longest, an update last).

    Returns
    -------
    pl.LazyFrame
        carrier_id, article_id (the one parsed), pub_date, source ("" where unknown), is_copy.
    """
    facts = articles.select(
        "article_id",
        "pub_date",
        pl.col("source").fill_null(""),
        pl.coalesce("dup_of", "article_id").alias("root"),
        pl.col("dup_of").is_not_null().alias("is_copy"),
        (pl.col("dup_kind") == "update").fill_null(False).alias("is_update"),
        "annotated",
        "n_words",
    )
    parsed = (
        facts.filter("annotated")
        .sort("root", "is_update", "n_words", "article_id", descending=[False, False, True, False])
        .unique("root", keep="first", maintain_order=True)
        .select("root", pl.col("article_id").alias("parsed"))
    )
    return (
        facts.filter(pl.col("pub_date").is_not_null())
        .join(parsed, on="root", how="inner")
        .select(
            pl.col("article_id").alias("carrier_id"),
            pl.when("annotated").then("article_id").otherwise("parsed").alias("article_id"),
            "pub_date",
            "source",
            "is_copy",
        )
    )


def coverage_day(articles: pl.LazyFrame, rejects: pl.LazyFrame) -> pl.LazyFrame:
    """Articles, rejects and words by day and source."""
    dated = pl.col("pub_date").is_not_null()
    keys = ["pub_date", "source"]
    let_in = (
        articles.filter(dated)
        .group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias("n_articles"),
            pl.col("dup_of").is_null().sum().cast(pl.Int64).alias("n_unique"),
            pl.col("n_words").cast(pl.Int64).sum().alias("n_words"),
        )
    )
    refused = rejects.filter(dated).group_by(keys).agg(pl.len().cast(pl.Int64).alias("n_rejects"))
    return (
        let_in.join(refused, on=keys, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("n_articles", "n_unique", "n_rejects", "n_words").fill_null(0))
        .select(*keys, "n_articles", "n_unique", "n_rejects", "n_words")
        .sort(keys, nulls_last=True)
    )


def entity_day(mentions: pl.LazyFrame, carriers: pl.LazyFrame) -> pl.LazyFrame:
    """Mentions of each entity by day; copies count as articles on their own day."""
    linked = mentions.filter(pl.col("entity_id").is_not_null())
    keys = ["pub_date", "entity_id"]
    rows = linked.filter(pl.col("pub_date").is_not_null()).group_by(keys).agg(pl.len().cast(pl.Int64).alias("n"))
    told = linked.select("article_id", "entity_id").unique().join(carriers, on="article_id")
    return (
        told.group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias("n_articles"),
            (~pl.col("is_copy")).sum().cast(pl.Int64).alias("n_unique"),
            pl.col("source").n_unique().cast(pl.Int64).alias("n_sources"),
        )
        .join(rows, on=keys, how="left")
        .select(*keys, pl.col("n").fill_null(0).alias("n_mentions"), "n_articles", "n_unique", "n_sources")
        .sort(keys)
    )


def comention_day(mentions: pl.LazyFrame, carriers: pl.LazyFrame) -> pl.LazyFrame:
    """Pairs of entities mentioned in one article, by day; the sentences are those of the parsed articles."""
    linked = mentions.filter(pl.col("entity_id").is_not_null())
    keys = ["pub_date", "entity_a", "entity_b"]
    in_article = _pairs(linked.select("article_id", "entity_id").unique(), ["article_id"])
    articles = (
        in_article.join(carriers, on="article_id")
        .group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias("n_articles"),
            (~pl.col("is_copy")).sum().cast(pl.Int64).alias("n_unique"),
        )
    )
    in_sentence = (
        _pairs(
            linked.filter(pl.col("pub_date").is_not_null())
            .select("article_id", "sent_idx", "pub_date", "entity_id")
            .unique(),
            ["article_id", "sent_idx", "pub_date"],
        )
        .group_by(keys)
        .agg(pl.len().cast(pl.Int64).alias("n_sentences"))
    )
    return articles.join(in_sentence, on=keys, how="left").with_columns(pl.col("n_sentences").fill_null(0)).sort(keys)


def _pairs(told: pl.LazyFrame, within: list[str]) -> pl.LazyFrame:
    one = told.rename({"entity_id": "entity_a"})
    other = told.rename({"entity_id": "entity_b"})
    return one.join(other, on=within).filter(pl.col("entity_a") < pl.col("entity_b"))


def dyad_day(events: pl.LazyFrame) -> pl.LazyFrame:
    """Events between two countries or groups by day; sides of an unknown country are in no row.

    A coalition gives a row for each of its members; where all sides do the same (a meeting), each unordered pair.
    """
    mutual = pl.col("event_type").is_in(list(load_rules().reciprocal)) & (pl.col("mode") != "visit").fill_null(True)
    columns = ["event_id", "event_date", "quad", "status", "n_articles", "intensity"]
    directed = (
        events.filter(~mutual)
        .select(*columns, pl.col("actor_countries").alias("actor"), pl.col("recipient_countries").alias("recipient"))
        .explode("actor", empty_as_null=False)
        .explode("recipient", empty_as_null=False)
    )
    together = (
        events.filter(mutual)
        .select(*columns, pl.col("actor_countries").alias("actor"), pl.col("actor_countries").alias("recipient"))
        .explode("actor", empty_as_null=False)
        .explode("recipient", empty_as_null=False)
        .filter(pl.col("actor") < pl.col("recipient"))
    )
    keys = ["event_date", "actor", "recipient", "quad", "status"]
    return (
        pl.concat([directed, together])
        .sort(*keys, "event_id", nulls_last=True)
        .group_by(keys, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("n_events"),
            pl.col("n_articles").cast(pl.Int64).sum(),
            pl.col("intensity").cast(pl.Float64).sum().alias("intensity_sum"),
        )
    )


def place_day(events: pl.LazyFrame) -> pl.LazyFrame:
    """Events by day, country, division and type."""
    keys = ["event_date", "country", "admin1", "event_type", "status"]
    return (
        events.filter(pl.col("country").is_not_null())
        .group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias("n_events"),
            pl.col("n_articles").cast(pl.Int64).sum(),
            pl.col("killed_low").cast(pl.Int64).sum(),
            pl.col("killed_high").cast(pl.Int64).sum(),
        )
        .sort(keys, nulls_last=True)
    )
