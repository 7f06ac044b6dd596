"""Checks of `stories`: their counts, days and leads follow from their articles."""

from __future__ import annotations

import polars as pl

from tasks.verify.checks import Check, run_checks
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_counts(tables: Tables) -> list[Finding]:
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


CHECKS: tuple[Check, ...] = (
    Check(("articles", "stories"), _check_counts),
    Check(("articles", "stories"), _check_leads),
)


def check_stories(tables: Tables) -> list[Finding]:
    """Counts, days and leads of stories are those of their articles."""
    return run_checks(tables, (), CHECKS)
