"""Checks of `runs`: the counts of inputs that must reconcile, of rows and of the runs themselves; failed ones."""

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


def _check_numbers(tables: Tables) -> list[Finding]:
    """Runs are counted 1, 2, 3 …: where a number is missing a row was lost, where one is twice there it is foreign."""
    numbers = tables["runs"].scan().select("run_id", "number").sort("number").collect()
    wrong = numbers.with_row_index("place", offset=1).filter(pl.col("place") != pl.col("number"))
    return rows_finding("runs", "runs", "numbers do not count 1, 2, 3 …", wrong.drop("place").head(1))


_COUNTED = ("n_inputs", "n_new", "n_unchanged", "n_superseded", "n_rejects", "n_duplicates")
_FAILED = pl.col("status") == "failed"

RULES: tuple[RowRule, ...] = (
    RowRule("runs", "a run that ended before it started", ("started_at", "ended_at"),
            pl.col("ended_at") < pl.col("started_at")),
    RowRule("runs", "a failed run that counts records", ("status", *_COUNTED),
            _FAILED & (pl.sum_horizontal(_COUNTED) != 0)),
    RowRule("runs", "only a failed run says why it failed", ("status", "message"),
            pl.col("message").is_not_null() != _FAILED),
    RowRule("runs", "only a failed run has read no inputs", ("status", "inputs_sha256"),
            pl.col("inputs_sha256").is_null() != _FAILED),
    RowRule("runs", "a failed run that annotated words", ("status", "words_per_second"),
            _FAILED & (pl.col("words_per_second") != 0)),
)  # fmt: skip
CHECKS: tuple[Check, ...] = (
    Check(("runs",), _check_inputs),
    Check(("runs",), _check_numbers),
    Check(("runs", "mentions", "events"), _check_last_run),
)


def check_runs(tables: Tables) -> list[Finding]:
    """What went in is accounted for, and the latest run counts the rows that are there."""
    return run_checks(tables, RULES, CHECKS)
