"""Checks of what two tables, or two columns, tell of the same thing: runs, copies, dates, events, entities, stories."""

from __future__ import annotations

import polars as pl

from tasks import vocabulary as v
from tasks.finding import Finding, rows_finding
from tasks.verify_files import Tables


def check_counts(tables: Tables) -> list[Finding]:
    """Check every count and copied value that can be told twice, where both its tables are sound."""
    findings = []
    for needed, check in (
        (("runs",), _check_runs),
        (("articles",), _check_copies),
        (("articles",), _check_publication),
        (("articles", "mentions", "quotes", "event_mentions"), _check_dates),
        (("event_mentions", "event_args"), _check_cells),
        (("event_mentions", "events"), _check_events),
        (("event_mentions", "events"), _check_types),
        (("mentions", "entities"), _check_entities),
        (("articles", "stories"), _check_stories),
    ):
        if all(name in tables for name in needed):
            findings += check(tables)
    return findings


def _check_runs(tables: Tables) -> list[Finding]:
    parts = ["n_new", "n_unchanged", "n_superseded", "n_rejects"]
    rows = tables["runs"].scan().filter(pl.col("n_inputs") != pl.sum_horizontal(parts))
    message = f"n_inputs is not {' + '.join(parts)}"
    return rows_finding("runs", "runs", message, rows.select("run_id", "n_inputs", *parts).collect())


def _check_copies(tables: Tables) -> list[Finding]:
    """A copy names its kind, and an original that is itself no copy."""
    articles = tables["articles"].scan().select("article_id", "dup_of", "dup_kind")
    unlike = articles.filter(pl.col("dup_of").is_null() != pl.col("dup_kind").is_null())
    copies = articles.filter(pl.col("dup_of").is_not_null()).select("article_id", further=pl.col("dup_of"))
    chained = articles.join(copies, left_on="dup_of", right_on="article_id")
    return rows_finding(
        "copies", "articles", "one of dup_of and dup_kind is null without the other", unlike.collect()
    ) + rows_finding("copies", "articles", "dup_of names an article that is itself a copy", chained.collect())


def _check_publication(tables: Tables) -> list[Finding]:
    day = pl.col("published_at").dt.date()
    shown = ["article_id", "published_at", "published_basis", "pub_date"]
    articles = tables["articles"].scan().select(shown)
    other = articles.filter(pl.col("pub_date").ne_missing(day)).collect()
    basis = articles.filter(pl.col("published_at").is_null() != (pl.col("published_basis") == "none")).collect()
    return rows_finding("dates", "articles", "pub_date is not the day of published_at", other) + rows_finding(
        "dates", "articles", "published_basis is none where there is a date, or not none where there is none", basis
    )


def _check_dates(tables: Tables) -> list[Finding]:
    findings = []
    dates = tables["articles"].scan().select("article_id", article_date=pl.col("pub_date"))
    for name in ("mentions", "quotes", "event_mentions"):
        rows = tables[name].scan().select(*dict.fromkeys([*tables[name].table.primary_key, "article_id", "pub_date"]))
        other = rows.join(dates, on="article_id").filter(pl.col("pub_date").ne_missing(pl.col("article_date")))
        findings += rows_finding("dates", name, "pub_date is not the article's", other.collect())
    return findings


def _check_cells(tables: Tables) -> list[Finding]:
    """A cell repeats event and date of its report."""
    reports = (
        tables["event_mentions"].scan().select("event_mention_id", report_event="event_id", report_date="pub_date")
    )
    cells = tables["event_args"].scan().select("event_mention_id", "role", "char_start", "event_id", "pub_date")
    other = cells.join(reports, on="event_mention_id").filter(
        (pl.col("event_id") != pl.col("report_event")) | pl.col("pub_date").ne_missing(pl.col("report_date"))
    )
    return rows_finding("counts", "event_args", "event_id or pub_date is not the report's", other.collect())


def _check_events(tables: Tables) -> list[Finding]:
    """An event has reports, as many as it says, of its type and dates; its best report is one of them."""
    mentions = tables["event_mentions"].scan()
    reports = mentions.group_by("event_id").agg(
        found=pl.len(),
        first=pl.col("pub_date").min(),
        last=pl.col("pub_date").max(),
        types=pl.col("event_type").unique().sort(),
    )
    events = tables["events"].scan()
    shown = ["event_id", "event_type", "n_mentions", "pub_date", "last_pub_date", "best_mention_id"]
    both = events.select(shown).join(reports, on="event_id", how="left")
    none = both.filter(pl.col("found").is_null()).select("event_id", "n_mentions")
    number = both.filter(pl.col("found") != pl.col("n_mentions")).select("event_id", "n_mentions", "found")
    dates = both.filter(
        pl.col("found").is_not_null()
        & (pl.col("pub_date").ne_missing(pl.col("first")) | pl.col("last_pub_date").ne_missing(pl.col("last")))
    ).select("event_id", "pub_date", "first", "last_pub_date", "last")
    types = both.filter(
        (pl.col("types").list.len() != 1) | (pl.col("types").list.first() != pl.col("event_type"))
    ).select("event_id", "event_type", "types")
    owner = mentions.select(best_mention_id="event_mention_id", owner="event_id")
    best = events.select("event_id", "best_mention_id").join(owner, on="best_mention_id")
    best = best.filter(pl.col("owner") != pl.col("event_id"))
    return (
        rows_finding("counts", "events", "an event that no report tells of", none.collect())
        + rows_finding("counts", "events", "n_mentions is not the number of its reports", number.collect())
        + rows_finding(
            "counts", "events", "pub_date and last_pub_date are not its reports' first and last", dates.collect()
        )
        + rows_finding("counts", "events", "a report of another type", types.collect())
        + rows_finding("counts", "events", "best_mention_id is a report of another event", best.collect())
    )


def _check_types(tables: Tables) -> list[Finding]:
    """A mode belongs to its type, and so does a quad."""
    modes = pl.DataFrame(
        [(kind, mode) for kind, modes in v.MODES_OF_TYPE.items() for mode in modes],
        schema=["event_type", "mode"],
        orient="row",
    ).lazy()
    findings = []
    for name in ("event_mentions", "events"):
        rows = tables[name].scan().select(*tables[name].table.primary_key, "event_type", "mode")
        lost = rows.drop_nulls("mode").join(modes, on=["event_type", "mode"], how="anti")
        findings += rows_finding("values", name, "mode is none of its event type", lost.collect())
    quad = pl.col("event_type").replace_strict(v.QUAD_OF_TYPE, default=None, return_dtype=pl.String)
    events = tables["events"].scan().select("event_id", "event_type", "quad")
    return findings + rows_finding(
        "values", "events", "quad is not that of its event type", events.filter(pl.col("quad") != quad).collect()
    )


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


def _check_stories(tables: Tables) -> list[Finding]:
    articles = tables["articles"].scan()
    found = articles.group_by("story_id").agg(articles=pl.len(), unique=pl.col("dup_of").is_null().sum())
    stories = tables["stories"].scan().select("story_id", "lead_article_id", "n_articles", "n_unique")
    both = stories.join(found, on="story_id", how="left").with_columns(pl.col("articles", "unique").fill_null(0))
    other = both.filter((pl.col("n_articles") != pl.col("articles")) | (pl.col("n_unique") != pl.col("unique")))
    members = articles.select(lead_article_id="article_id", own="story_id")
    lead = stories.join(members, on="lead_article_id").filter(pl.col("own") != pl.col("story_id"))
    return rows_finding(
        "counts", "stories", "n_articles or n_unique is not what articles has", other.collect()
    ) + rows_finding("counts", "stories", "the lead article is of another story", lead.collect())
