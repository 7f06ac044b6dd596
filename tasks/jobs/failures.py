"""The row that a failed run leaves in `runs`, so that a schedule that fails every night shows in the tables.

Where nothing was published yet there is no table to put it in: it waits in `_meta/failed_runs.json` for the first
publication.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl

from tasks.contract.metadata import FAILED_RUNS, META
from tasks.contract.schema import empty, polars_schema
from tasks.contract.tables import TABLES
from tasks.jobs.run_rows import numbered, run_row
from tasks.store.fingerprint import Fingerprint, read_fingerprint
from tasks.store.journal import Hold
from tasks.store.layout import Store, decisions_url, scan
from tasks.store.publish import Publication
from tasks.store.storage import join

# Of the rows kept aside: a schedule that never once succeeds must not grow a file for ever.
MOST_KEPT = 1_000


def record_failed_run(
    store: Store,
    run_id: str,
    started: dt.datetime,
    fingerprint: Fingerprint,
    message: str,
    hold: Hold,
) -> None:
    """Publish the row of a run that failed, and nothing else; the caller holds the writer's lock.

    Parameters
    ----------
    message
        Why it failed; its lines are joined to one.
    hold
        `WriterLock.held`: whoever lacks the lock touches nothing.

    Raises
    ------
    UserError
        The lock was lost, the folder cannot be written, or a publication is unfinished that the next run ends.
    """
    with hold():
        # What the failed run decided is of no use to the next, which decides anew.
        store.storage.delete_tree(decisions_url(store, run_id))
    counts = {"n_mentions": _rows(store, "mentions"), "n_events": _rows(store, "events")}
    frame = run_row(run_id, started, fingerprint, counts, failure=message)
    if read_fingerprint(store) is None:
        kept = pl.concat([kept_failures(store), frame]).tail(MOST_KEPT)
        with hold():
            store.storage.write(_url(store), _json(kept))
        return
    publication = Publication(store, f"{run_id}-failed", hold)
    publication.put("runs", None, numbered(scan(store, "runs").collect(), frame))
    publication.commit()


def kept_failures(store: Store) -> pl.DataFrame:
    """Rows of `runs` of runs that failed before anything was published, without their numbers."""
    try:
        data = store.storage.read(_url(store))
    except FileNotFoundError:
        return empty(TABLES["runs"])
    schema = polars_schema(TABLES["runs"])
    try:
        rows = [row | {name: dt.datetime.fromisoformat(row[name]) for name in _TIMES} for row in json.loads(data)]
        return pl.DataFrame(rows, schema=schema, orient="row")
    except (ValueError, TypeError, KeyError, pl.exceptions.PolarsError):
        # Written by another version, or damaged: history that no table depends on.
        return empty(TABLES["runs"])


def drop_kept_failures(store: Store, hold: Hold) -> None:
    """Forget the rows that were kept aside, once a publication has them."""
    if store.storage.exists(_url(store)):
        with hold():
            store.storage.delete(_url(store))


_TIMES = ("started_at", "ended_at")


def _json(rows: pl.DataFrame) -> bytes:
    def plain(row: dict[str, Any]) -> dict[str, Any]:
        return row | {name: row[name].isoformat() for name in _TIMES}

    return (json.dumps([plain(row) for row in rows.iter_rows(named=True)], indent=1) + "\n").encode()


def _rows(store: Store, name: str) -> int:
    return int(scan(store, name).select(pl.len()).collect().item())


def _url(store: Store) -> str:
    return join(store.url, META, FAILED_RUNS)
