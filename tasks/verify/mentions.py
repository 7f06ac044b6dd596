"""Checks of `mentions` and `quotes`: links, forms and speakers."""

from __future__ import annotations

import polars as pl

from tasks.verify.checks import Check, RowRule, day_of_article, run_checks, share
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_parts(tables: Tables) -> list[Finding]:
    """The parts of a quotation stand in one article."""
    counts = tables["quotes"].scan().group_by("quote_id").agg(articles=pl.col("article_id").n_unique())
    apart = counts.filter(pl.col("articles") > 1)
    return rows_finding("cells", "quotes", "parts of one quotation in two articles", apart.collect())


RULES: tuple[RowRule, ...] = (
    RowRule("mentions", "link_method is none with an entity, or another without one", ("link_method", "entity_id"),
            (pl.col("link_method") == "none") != pl.col("entity_id").is_null()),
    RowRule("mentions", "a date that stands for an entity", ("form", "entity_id"),
            (pl.col("form") == "date") & pl.col("entity_id").is_not_null()),
    RowRule("mentions", "form is not that of the label", ("form", "label"),
            (pl.col("form") == "date") != pl.col("label").is_in(["DATE", "TIME"])),
    RowRule("mentions", "value of what is no date", ("form", "value"),
            (pl.col("form") != "date") & pl.col("value").is_not_null()),
    share("mentions", "link_score"),
    RowRule("quotes", "speaker_method is none with a speaker, or another without one",
            ("speaker_method", "speaker_text"),
            (pl.col("speaker_method") == "none") != pl.col("speaker_text").is_null()),
    RowRule("quotes", "speaker_id without speaker_text", ("speaker_id", "speaker_text"),
            pl.col("speaker_id").is_not_null() & pl.col("speaker_text").is_null()),
)  # fmt: skip
CHECKS: tuple[Check, ...] = (
    day_of_article("mentions"),
    day_of_article("quotes"),
    Check(("quotes",), _check_parts),
)


def check_mentions(tables: Tables) -> list[Finding]:
    """Mentions and quotations tell one thing of whom they name, and of when."""
    return run_checks(tables, RULES, CHECKS)
