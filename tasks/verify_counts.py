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
        (("articles", "event_mentions", "events"), _check_carriers),
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
    """An event has reports, as many as it says and of its type; its best report is one of them."""
    mentions = tables["event_mentions"].scan()
    reports = mentions.group_by("event_id").agg(found=pl.len(), types=pl.col("event_type").unique().sort())
    events = tables["events"].scan()
    both = events.select("event_id", "event_type", "n_mentions").join(reports, on="event_id", how="left")
    none = both.filter(pl.col("found").is_null()).select("event_id", "n_mentions")
    number = both.filter(pl.col("found") != pl.col("n_mentions")).select("event_id", "n_mentions", "found")
    types = both.filter(
        (pl.col("types").list.len() != 1) | (pl.col("types").list.first() != pl.col("event_type"))
    ).select("event_id", "event_type", "types")
    owner = mentions.select(best_mention_id="event_mention_id", owner="event_id")
    best = events.select("event_id", "best_mention_id").join(owner, on="best_mention_id")
    best = best.filter(pl.col("owner") != pl.col("event_id"))
    return (
        rows_finding("counts", "events", "an event that no report tells of", none.collect())
        + rows_finding("counts", "events", "n_mentions is not the number of its reports", number.collect())
        + rows_finding("counts", "events", "a report of another type", types.collect())
        + rows_finding("counts", "events", "best_mention_id is a report of another event", best.collect())
    )


def _check_carriers(tables: Tables) -> list[Finding]:
    """Articles, reprints and days of an event follow from the articles that carry it.

    Those are the articles with a report of it and, of the same originals, the articles that were not parsed; each
    original counts once as article, whatever else carries it is a reprint.
    """
    articles = tables["articles"].scan().select("article_id", "annotated", day="pub_date", source="source",
                                                root=pl.coalesce("dup_of", "article_id"))  # fmt: skip
    told = tables["event_mentions"].scan().select("event_id", "article_id").unique()
    told = told.join(articles, on="article_id").select("event_id", "root", "article_id", "day", "source")
    copies = articles.filter(~pl.col("annotated")).select("root", "article_id", "day", "source")
    copies = told.select("event_id", "root").unique().join(copies, on="root")
    counted = (
        pl.concat([told, copies.select("event_id", "root", "article_id", "day", "source")])
        .group_by("event_id")
        .agg(
            articles=pl.col("root").n_unique(),
            carriers=pl.col("article_id").n_unique(),
            first=pl.col("day").min(),
            last=pl.col("day").max(),
            sources=pl.col("source").n_unique(),
        )
    )
    shown = ["event_id", "n_articles", "n_reprints", "n_sources", "pub_date", "last_pub_date"]
    events = tables["events"].scan().select(shown)
    both = events.join(counted, on="event_id")
    dates = pl.col("pub_date").ne_missing(pl.col("first")) | pl.col("last_pub_date").ne_missing(pl.col("last"))
    numbers = pl.any_horizontal(
        pl.col("n_articles") != pl.col("articles"),
        pl.col("n_reprints") != pl.col("carriers") - pl.col("articles"),
        pl.col("n_sources") != pl.col("sources"),
    )
    message = "pub_date or last_pub_date is not the first or last day of the articles that carry it"
    return rows_finding("counts", "events", message, both.filter(dates).collect()) + rows_finding(
        "counts",
        "events",
        "n_articles, n_reprints or n_sources is not what articles and reports have",
        both.filter(numbers).collect(),
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
        findings += rows_finding("types", name, "mode is none of its event type", lost.collect())
    quad = pl.col("event_type").replace_strict(v.QUAD_OF_TYPE, default=None, return_dtype=pl.String)
    events = tables["events"].scan().select("event_id", "event_type", "quad")
    return findings + rows_finding(
        "types", "events", "quad is not that of its event type", events.filter(pl.col("quad") != quad).collect()
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
    counted = ["pub_date", "last_pub_date", "n_articles", "n_unique", "n_sources"]
    found = articles.group_by("story_id").agg(
        pub_date_=pl.col("pub_date").min(),
        last_pub_date_=pl.col("pub_date").max(),
        n_articles_=pl.len(),
        n_unique_=pl.col("dup_of").is_null().sum(),
        n_sources_=pl.col("source").n_unique(),
    )
    stories = tables["stories"].scan().select("story_id", "lead_article_id", *counted)
    both = stories.join(found, on="story_id", how="left")
    other = both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_")) for name in counted))
    members = articles.select(lead_article_id="article_id", own="story_id")
    lead = stories.join(members, on="lead_article_id").filter(pl.col("own") != pl.col("story_id"))
    message = "its counts or days are not those of its articles"
    return rows_finding("counts", "stories", message, other.collect()) + rows_finding(
        "counts",
        "stories",
        "the lead article is of another story",
        lead.select("story_id", "lead_article_id").collect(),
    )
