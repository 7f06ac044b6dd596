"""Checks of `runs`: the counts of inputs that must reconcile, and of rows."""

from __future__ import annotations

import polars as pl

from tasks.verify.checks import Check, RowRule, run_checks
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding


def _check_inputs(tables: Tables) -> list[Finding]:
    parts = ["n_new", "n_unchanged", "n_superseded", "n_rejects"]
    rows = tables["runs"].scan().filter(pl.col("n_inputs") != pl.sum_horizontal(parts))
    message = f"n_inputs is not {' + '.join(parts)}"
    return rows_finding("runs", "runs", message, rows.select("run_id", "n_inputs", *parts).collect())


def _check_last_run(tables: Tables) -> list[Finding]:
    """The latest run tells how many rows there are."""
    runs = tables["runs"].scan().sort("number").tail(1).select("run_id", "n_mentions", "n_events").collect()
    there = {name: int(tables[name].scan().select(pl.len()).collect().item()) for name in ("mentions", "events")}
    other = runs.filter((pl.col("n_mentions") != there["mentions"]) | (pl.col("n_events") != there["events"]))
    message = f"the latest run counts other rows than there are ({there['mentions']:,} and {there['events']:,})"
    return rows_finding("runs", "runs", message, other)


RULES: tuple[RowRule, ...] = (
    RowRule("runs", "a run that ended before it started", ("started_at", "ended_at"),
            pl.col("ended_at") < pl.col("started_at")),
)  # fmt: skip
CHECKS: tuple[Check, ...] = (
    Check(("runs",), _check_inputs),
    Check(("runs", "mentions", "events"), _check_last_run),
)


def check_runs(tables: Tables) -> list[Finding]:
    """What went in is accounted for, and the latest run counts the rows that are there."""
    return run_checks(tables, RULES, CHECKS)
