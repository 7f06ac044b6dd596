"""Rows of `runs`: one for each run, repair and failed run, numbered in the order in which they were published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tasks.contract.schema import polars_schema
from tasks.contract.tables import TABLES
from tasks.store.fingerprint import Fingerprint

COUNTS = tuple(name for name in TABLES["runs"].names if name.startswith("n_"))


def run_row(
    run_id: str,
    started: dt.datetime,
    fingerprint: Fingerprint,
    counts: Mapping[str, int],
    *,
    failure: str | None = None,
    inputs_sha256: str | None = None,
    drift: Sequence[Any] = (),
    words: int = 0,
) -> pl.DataFrame:
    """One row of `runs` that ends now; `numbered` gives it its number.

    Parameters
    ----------
    fingerprint
        What the tables are made with.
    counts
        Values of the `n_` columns; those that are left out are 0.
    failure
        Why the run failed, its lines joined to one; None: it completed.
    words
        Words that the run annotated.
    """
    # A clock that was set back meanwhile lets no run end before it began.
    ended = max(started, dt.datetime.now(dt.UTC))
    seconds = (ended - started).total_seconds()
    row = {
        "run_id": run_id,
        "number": 0,
        "started_at": started,
        "ended_at": ended,
        "status": "completed" if failure is None else "failed",
        "message": None if failure is None else " ".join(failure.split()),
        "code_version": fingerprint.code_version,
        "schema_version": fingerprint.schema_version,
        "model": fingerprint.model,
        "config_sha256": fingerprint.config_sha256,
        "inputs_sha256": inputs_sha256,
        **dict.fromkeys(COUNTS, 0),
        **counts,
        "drift": list(drift),
        "seconds": round(seconds, 3),
        "words_per_second": round(words / seconds, 1) if seconds else 0.0,
    }
    return pl.DataFrame([row], schema=polars_schema(TABLES["runs"]))


def numbered(earlier: pl.DataFrame, *later: pl.DataFrame) -> pl.DataFrame:
    """Rows of `runs` with later ones behind them, which get the numbers that follow; a run is not put in twice."""
    new = pl.concat(later).filter(~pl.col("run_id").is_in(earlier["run_id"].implode()))
    first = earlier.height + 1
    number = pl.int_range(first, first + new.height, dtype=pl.Int64, eager=True).alias("number")
    return pl.concat([earlier, new.with_columns(number).select(earlier.columns)])
