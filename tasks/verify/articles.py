"""Checks of `articles`: copies and their originals, publication."""

from __future__ import annotations

import polars as pl

from tasks.verify.checks import Check, RowRule, run_checks, share
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_copies(tables: Tables) -> list[Finding]:
    """A copy names its kind, and an original that is itself no copy."""
    articles = tables["articles"].scan().select("article_id", "dup_of", "dup_kind")
    unlike = articles.filter(pl.col("dup_of").is_null() != pl.col("dup_kind").is_null())
    copies = articles.filter(pl.col("dup_of").is_not_null()).select("article_id", further=pl.col("dup_of"))
    chained = articles.join(copies, left_on="dup_of", right_on="article_id")
    return rows_finding(
        "copies", "articles", "one of dup_of and dup_kind is null without the other", unlike.collect()
    ) + rows_finding("copies", "articles", "dup_of names an article that is itself a copy", chained.collect())


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


def _check_publication(tables: Tables) -> list[Finding]:
    day = pl.col("published_at").dt.date()
    shown = ["article_id", "published_at", "published_basis", "pub_date"]
    articles = tables["articles"].scan().select(shown)
    other = articles.filter(pl.col("pub_date").ne_missing(day)).collect()
    basis = articles.filter(pl.col("published_at").is_null() != (pl.col("published_basis") == "none")).collect()
    return rows_finding("dates", "articles", "pub_date is not the day of published_at", other) + rows_finding(
        "dates", "articles", "published_basis is none where there is a date, or not none where there is none", basis
    )


RULES: tuple[RowRule, ...] = (
    RowRule("articles", "version is less than 1", ("version",), pl.col("version") < 1),
    share("articles", "lang_score"),
)  # fmt: skip
CHECKS: tuple[Check, ...] = (
    Check(("articles",), _check_copies),
    Check(("articles",), _check_originals),
    Check(("articles",), _check_publication),
)


def check_articles(tables: Tables) -> list[Finding]:
    """Copies name an original that came first, and days are those of the times."""
    return run_checks(tables, RULES, CHECKS)
