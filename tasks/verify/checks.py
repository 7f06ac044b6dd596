"""What is asked of a table: of its rows by themselves, and together with rows of other tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


@dataclass(frozen=True, slots=True)
class RowRule:
    """What no row of a table may be."""

    table: str
    message: str
    columns: tuple[str, ...]
    wrong: pl.Expr


@dataclass(frozen=True, slots=True)
class Check:
    """A question that is asked where the files of all tables it reads are sound."""

    reads: tuple[str, ...]
    find: Callable[[Tables], list[Finding]]


def run_checks(tables: Tables, rules: tuple[RowRule, ...], checks: tuple[Check, ...]) -> list[Finding]:
    """Ask what a table's file asks, rows by themselves first."""
    findings = []
    for name in dict.fromkeys(rule.table for rule in rules):
        if name in tables:
            findings += _check_rules(tables, name, [rule for rule in rules if rule.table == name])
    for check in checks:
        if all(name in tables for name in check.reads):
            findings += check.find(tables)
    return findings


def _check_rules(tables: Tables, name: str, rules: list[RowRule]) -> list[Finding]:
    # One pass counts the rows at fault of all rules; rows are fetched only where there are some.
    wrong = [rule.wrong.fill_null(False) for rule in rules]
    counts = tables[name].scan().select(one.sum().alias(str(i)) for i, one in enumerate(wrong)).collect().row(0)
    findings = []
    for rule, one, count in zip(rules, wrong, counts, strict=True):
        if count:
            shown = list(dict.fromkeys([*tables[name].table.primary_key, *rule.columns]))
            rows = tables[name].scan().filter(one).select(shown).collect()
            findings += rows_finding("cells", name, rule.message, rows)
    return findings


def lone(one: str, other: str) -> pl.Expr:
    """One of two columns is null without the other."""
    return pl.col(one).is_null() != pl.col(other).is_null()


def share(table: str, column: str) -> RowRule:
    """A share lies between nothing and all."""
    return RowRule(table, f"{column} is not from 0 to 1", (column,), ~pl.col(column).is_between(0, 1))


def points(table: str) -> tuple[RowRule, ...]:
    """A point is whole, and on earth."""
    outside = ~(pl.col("lat").is_between(-90, 90) & pl.col("lon").is_between(-180, 180))
    return (
        RowRule(table, "one of lat and lon is null without the other", ("lat", "lon"), lone("lat", "lon")),
        RowRule(table, "lat or lon is no place on earth", ("lat", "lon"), outside),
    )


def event_days(table: str) -> tuple[RowRule, ...]:
    """The days of an event, its precision and its basis go together."""
    first, last, precision = "event_date", "event_date_end", "date_precision"
    undated = pl.col(first).is_null()
    basis = ~undated & (pl.col("date_basis") == "none")
    return (
        RowRule(table, f"{last} is before {first}", (first, last), pl.col(last) < pl.col(first)),
        RowRule(table, f"{last} without {first}", (first, last), undated & pl.col(last).is_not_null()),
        RowRule(table, f"one of {first} and {precision} is null without the other", (first, precision),
             lone(first, precision)),
        RowRule(table, f"{first} with the basis none", (first, "date_basis"), basis),
    )  # fmt: skip


def day_of_article(name: str) -> Check:
    """The publication day of a table's rows is that of their article."""

    def find(tables: Tables) -> list[Finding]:
        dates = tables["articles"].scan().select("article_id", article_date=pl.col("pub_date"))
        rows = tables[name].scan().select(*dict.fromkeys([*tables[name].table.primary_key, "article_id", "pub_date"]))
        other = rows.join(dates, on="article_id").filter(pl.col("pub_date").ne_missing(pl.col("article_date")))
        return rows_finding("dates", name, "pub_date is not the article's", other.collect())

    return Check(("articles", name), find)
