"""Checks of `articles`: copies and their originals, publication, leads, stories."""

from __future__ import annotations

import polars as pl

from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_originals(tables: Tables) -> list[Finding]:
    """An original is the earliest of its copies, undated ones last, and they are of one story."""
    articles = tables["articles"].scan().select("article_id", "dup_of", "published_at", "story_id")
    originals = articles.select(dup_of="article_id", first="published_at", story="story_id")
    both = articles.join(originals, on="dup_of")
    first, own = pl.col("first"), pl.col("published_at")
    later = (
        (first.is_null() & own.is_not_null())
        | (first > own).fill_null(False)
        | (first.eq_missing(own) & (pl.col("dup_of") > pl.col("article_id")))
    )
    return rows_finding("copies", "articles", "a copy of a later article", both.filter(later).collect()) + rows_finding(
        "copies",
        "articles",
        "a copy of another story than its original",
        both.filter(pl.col("story") != pl.col("story_id")).collect(),
    )


def _check_leads(tables: Tables) -> list[Finding]:
    """A story is led by its first article that is no copy, and has its title."""
    articles = tables["articles"].scan().filter(pl.col("dup_of").is_null())
    first = (
        articles.sort("published_at", "article_id", nulls_last=True)
        .group_by("story_id", maintain_order=True)
        .agg(first=pl.col("article_id").first(), right=pl.col("title").first())
    )
    both = tables["stories"].scan().select("story_id", "lead_article_id", "title").join(first, on="story_id")
    other = (pl.col("lead_article_id") != pl.col("first")) | pl.col("title").ne_missing(pl.col("right"))
    message = "lead_article_id is not its first article, or title not that one's"
    return rows_finding("cells", "stories", message, both.filter(other).collect())


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
