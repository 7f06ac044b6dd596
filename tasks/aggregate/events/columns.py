"""The columns of `events` that are counts and sums over reports, articles and arguments."""

from __future__ import annotations

import polars as pl

from tasks.aggregate.events.reports import TOLLS
from tasks.aggregate.events.rules import MergeRules
from tasks.contract.schema import polars_schema
from tasks.contract.scores import with_scores
from tasks.contract.tables import EVENTS
from tasks.contract.vocabulary import ASSERTIONS, DATE_PRECISIONS, QUAD_OF_TYPE


def complete_rows(
    cores: pl.DataFrame,
    members: pl.DataFrame,
    event_mentions: pl.DataFrame,
    event_args: pl.DataFrame,
    articles: pl.DataFrame,
    rules: MergeRules,
    contexts: pl.DataFrame,
) -> pl.DataFrame:
    """Give the rows of `events`.

    Parameters
    ----------
    cores
        One row an event: id, type, mode, status, sides and place.
    members
        One row a report: event_mention_id, event_id, own_group, denial, position (the earliest is 0).
    event_mentions, event_args, articles
        Rows of these tables.
    contexts
        The partial `event_contexts`.
    """
    reports = (
        event_mentions.drop("event_id", strict=False)
        .join(members, on="event_mention_id")
        .join(_roots(articles), on="article_id", how="left")
        .sort("event_id", "position")
    )
    events = cores
    for part in (
        _assertion(reports),
        _dates(reports),
        _cameo(reports),
        _best(reports, event_args),
        _counts(reports, articles),
        _confidence(reports, rules),
        _tolls(members, event_args),
        _contexts(members, contexts),
    ):
        events = events.join(part, on="event_id", how="left")
    events = with_scores(events).with_columns(
        pl.col("event_type").replace_strict(QUAD_OF_TYPE, return_dtype=pl.String).alias("quad"),
        pl.col("date_basis").fill_null("none"),
        pl.col("contexts").fill_null(pl.lit([], dtype=pl.List(pl.String))),
    )
    schema = polars_schema(EVENTS)
    return events.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort(
        "event_type", "event_date", "event_id", nulls_last=True
    )


def _roots(articles: pl.DataFrame) -> pl.DataFrame:
    """Per article the original that it is a copy of (itself where it is none), its story and its source."""
    return articles.select(
        "article_id",
        pl.coalesce("dup_of", "article_id").alias("root"),
        "story_id",
        pl.col("source").fill_null("").alias("source"),
    )


def _assertion(reports: pl.DataFrame) -> pl.DataFrame:
    ranks = {name: rank for rank, name in enumerate(ASSERTIONS)}
    strongest = reports.group_by("event_id").agg(
        pl.col("assertion").replace_strict(ranks, return_dtype=pl.Int32).min().alias("rank")
    )
    return strongest.select(
        "event_id",
        pl.col("rank")
        .replace_strict({rank: name for name, rank in ranks.items()}, return_dtype=pl.String)
        .alias("assertion"),
    )


def _dates(reports: pl.DataFrame) -> pl.DataFrame:
    """The most exact date, of several the one most reports tell, then the one told first."""
    keys = ["event_id", "event_date", "event_date_end", "date_precision"]
    ranks = {name: rank for rank, name in enumerate(DATE_PRECISIONS)}
    return (
        reports.filter(pl.col("event_date").is_not_null() & pl.col("own_group"))
        .group_by(keys)
        .agg(
            pl.len().alias("n"),
            pl.col("position").min().alias("position"),
            pl.col("date_basis").sort_by("position").first(),
        )
        .with_columns(
            pl.col("date_precision").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int32).alias("rank"),
            (pl.coalesce("event_date_end", "event_date") - pl.col("event_date")).dt.total_days().alias("span"),
        )
        .sort("event_id", "rank", "span", "n", "position", descending=[False, False, False, True, False])
        .unique("event_id", keep="first", maintain_order=True)
        .select(*keys, "date_basis")
    )


def _cameo(reports: pl.DataFrame) -> pl.DataFrame:
    """The longest code; of several the one most reports have, then the first by number."""
    return (
        reports.filter(pl.col("cameo").is_not_null() & pl.col("own_group"))
        .group_by("event_id", "cameo")
        .agg(pl.len().alias("n"))
        .with_columns(pl.col("cameo").str.len_chars().alias("length"))
        .sort("event_id", "length", "n", "cameo", descending=[False, True, True, False])
        .unique("event_id", keep="first", maintain_order=True)
        .select("event_id", "cameo")
    )


def _best(reports: pl.DataFrame, event_args: pl.DataFrame) -> pl.DataFrame:
    """The report that tells most: no denial, the surest, then the one with most cells filled, then the first."""
    cells = event_args.group_by("event_mention_id").agg(pl.len().alias("cells"))
    return (
        reports.join(cells, on="event_mention_id", how="left")
        .with_columns(pl.col("cells").fill_null(0))
        .sort(
            "event_id",
            "denial",
            "own_group",
            "confidence",
            "cells",
            "position",
            descending=[False, False, True, True, True, False],
        )
        .unique("event_id", keep="first", maintain_order=True)
        .select("event_id", pl.col("event_mention_id").alias("best_mention_id"), "story_id")
    )


def _counts(reports: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Reports, articles, copies, sources and publication days.

    The articles that carry an event are those with a report of it and their copies that were not parsed; of all that
    share one original one counts as article, the others as reprints.
    """
    n_mentions = reports.group_by("event_id").agg(pl.len().alias("n_mentions"))
    told = reports.select("event_id", "root", "article_id").unique()
    copies = articles.filter(pl.col("dup_of").is_not_null() & ~pl.col("annotated")).select(
        pl.col("dup_of").alias("root"), "article_id"
    )
    # The original of a cut copy is not parsed either: it stands under its own id.
    originals = articles.filter(pl.col("dup_of").is_null() & ~pl.col("annotated")).select(
        pl.col("article_id").alias("root"), "article_id"
    )
    unparsed = told.select("event_id", "root").unique().join(pl.concat([copies, originals]), on="root")
    facts = articles.select("article_id", "pub_date", pl.col("source").fill_null("").alias("source"))
    carriers = pl.concat([told, unparsed.select(told.columns)]).unique().join(facts, on="article_id", how="left")
    counted = carriers.group_by("event_id").agg(
        pl.col("root").n_unique().alias("n_articles"),
        pl.col("article_id").n_unique().alias("n_carriers"),
        pl.col("source").n_unique().alias("n_sources"),
        pl.col("pub_date").min().alias("pub_date"),
        pl.col("pub_date").max().alias("last_pub_date"),
    )
    return (
        n_mentions.join(counted, on="event_id")
        .with_columns((pl.col("n_carriers") - pl.col("n_articles")).alias("n_reprints"))
        .drop("n_carriers")
    )


def _confidence(reports: pl.DataFrame, rules: MergeRules) -> pl.DataFrame:
    """One minus the chance that all independent sources are wrong, each as sure as its best report.

    Copies are no source of their own: an article counts under the source of its original, and articles of unknown
    source count as one.
    """
    originals = reports.select("root").unique().rename({"root": "article_id"})
    source = (
        reports.select("article_id", "source")
        .unique()
        .join(originals, on="article_id", how="semi")
        .rename({"article_id": "root", "source": "root_source"})
    )
    surest = (
        reports.filter(pl.col("own_group") & ~pl.col("denial") | (pl.col("position") == 0))
        .join(source, on="root", how="left")
        .with_columns(pl.coalesce("root_source", "source").alias("of"))
        .group_by("event_id", "of")
        .agg(pl.col("confidence").cast(pl.Float64).max().alias("surest"))
        .sort("event_id", "of")
    )
    doubt = surest.group_by("event_id", maintain_order=True).agg((1 - pl.col("surest")).product().alias("doubt"))
    return doubt.select("event_id", (1 - pl.col("doubt")).clip(0.0, rules.confidence_cap).round(6).alias("confidence"))


def _tolls(members: pl.DataFrame, event_args: pl.DataFrame) -> pl.DataFrame:
    """Smallest and largest number reported of this very event; unbounded (null) where a report says more than all."""
    cells = (
        event_args.drop("event_id", strict=False)
        .filter(pl.col("role").is_in(TOLLS) & (pl.col("value_scope") == "event").fill_null(False))
        .join(members.select("event_mention_id", "event_id"), on="event_mention_id")
    )
    tolls = members.select("event_id").unique()
    for role in TOLLS:
        low, high = pl.col("value_low"), pl.col("value_high")
        told = (
            cells.filter(pl.col("role") == role)
            .group_by("event_id")
            .agg(low.min().alias("low"), low.max().alias("largest_low"), high.max().alias("high"))
            .select(
                "event_id",
                # Half a person comes from an average, which is no count: down for the low, up for the high.
                pl.col("low").floor().cast(pl.Int32).alias(f"{role}_low"),
                pl.when(pl.col("high") >= pl.coalesce("largest_low", "high"))
                .then(pl.col("high").ceil())
                .cast(pl.Int32)
                .alias(f"{role}_high"),
            )
        )
        tolls = tolls.join(told, on="event_id", how="left")
    return tolls


def _contexts(members: pl.DataFrame, contexts: pl.DataFrame) -> pl.DataFrame:
    """Every context that a report of the event stands in, by name."""
    return (
        members.select("event_mention_id", "event_id")
        .join(contexts.select("event_mention_id", "contexts"), on="event_mention_id")
        .group_by("event_id")
        .agg(pl.col("contexts").explode().unique().sort())
    )
