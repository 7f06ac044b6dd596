"""What a run altered: rows of `changes` by comparing a table before and after.

Recorded are rows of articles, events, stories and entities that were updated or deleted, and events that are new: what
an analyst may have loaded before and would now find otherwise. The first run into a folder alters nothing.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from tasks.contract.schema import Table, empty, polars_schema
from tasks.contract.tables import TABLES
from tasks.store.layout import Store, partition_files, scan, scan_files
from tasks.store.publish import Publication
from tasks.store.storage import relative_name

# Of the others new rows say nothing of old ones: they are what the run was for.
FOLLOWED = ("articles", "entities", "events", "stories")
INSERTS_TOLD = frozenset({"events"})

# Counts and sums that move with every new article: their change alone is no news of the row.
_NOISE = frozenset({"n_mentions", "n_articles", "n_unique", "n_sources", "last_seen", "last_pub_date"})


def run_changes(store: Store, publication: Publication, run_id: str, at: dt.datetime, reason: str) -> pl.DataFrame:
    """Give the rows of `changes` of a run that has put its tables and has not committed them.

    Only partitions that the run touches are compared. An event that is gone names the event which now has most of
    its reports.

    Parameters
    ----------
    at
        When the run started, UTC.
    reason
        Why rows changed, in words.
    """
    if scan(store, "runs").head(1).collect().is_empty():
        return empty(TABLES["changes"])
    found = []
    for name in FOLLOWED:
        table = TABLES[name]
        folders = publication.touched(name)
        if not folders:
            continue
        old = _published(store, name, folders)
        new = publication.scan(name, folders=folders).collect()
        successors = None
        if name == "events":
            reports = publication.touched("event_mentions")
            columns = ["event_mention_id", "event_id"]
            successors = event_successors(
                _published(store, "event_mentions", reports).select(columns),
                publication.scan("event_mentions", columns, reports).collect(),
            )
        changes = diff_tables(table, old, new, run_id, at, successors, reason)
        found.append(changes if name in INSERTS_TOLD else changes.filter(pl.col("op") != "insert"))
    return pl.concat(found) if found else empty(TABLES["changes"])


def _published(store: Store, name: str, folders: set[str]) -> pl.DataFrame:
    """The published rows of the given partitions."""
    files = [
        url
        for urls in partition_files(store, name).values()
        for url in urls
        if relative_name(store.url, url).rpartition("/")[0] in folders
    ]
    return scan_files(store, TABLES[name], files).collect()


def diff_tables(
    table: Table,
    old: pl.DataFrame,
    new: pl.DataFrame,
    run_id: str,
    at: dt.datetime,
    successors: pl.DataFrame | None = None,
    reason: str = "the run's inputs",
) -> pl.DataFrame:
    """Give the rows of `changes` for one table.

    Parameters
    ----------
    table
        The table's declaration.
    old, new
        Its rows before and after the run.
    at
        When the run started, UTC.
    successors
        Columns `key` and `successor_key`: which row takes the place of one that is gone (`event_successors`).

    Returns
    -------
    pl.DataFrame
        A row per key that came, went or changed in more than its counts, sorted by key.
    """
    before, after = _digests(table, old), _digests(table, new)
    both = before.join(after, on="key", how="full", coalesce=True, suffix="_new")
    changed = both.filter(pl.col("digest").ne_missing(pl.col("digest_new"))).select(
        "key",
        pl.when(pl.col("digest").is_null())
        .then(pl.lit("insert"))
        .when(pl.col("digest_new").is_null())
        .then(pl.lit("delete"))
        .otherwise(pl.lit("update"))
        .alias("op"),
    )
    told = successors if successors is not None else pl.DataFrame(schema={"key": pl.String, "successor_key": pl.String})
    return (
        changed.join(told, on="key", how="left")
        .with_columns(
            pl.when(pl.col("op") == "delete").then("successor_key").alias("successor_key"),
            pl.when((pl.col("op") == "delete") & pl.col("successor_key").is_not_null())
            .then(pl.lit("merged into another row"))
            .otherwise(pl.lit(reason))
            .alias("reason"),
            pl.lit(run_id).alias("run_id"),
            pl.lit(table.name).alias("table_name"),
            pl.lit(at).alias("at"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in polars_schema(TABLES["changes"]).items())
        .sort("key")
    )


def event_successors(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Which event took the place of each event that is gone.

    Parameters
    ----------
    old, new
        Rows of `event_mentions` before and after: the event that most of its reports are counted to now succeeds it.

    Returns
    -------
    pl.DataFrame
        Columns `key` (the event id that is gone) and `successor_key`.
    """
    now = new.select("event_mention_id", pl.col("event_id").alias("successor_key"))
    return (
        old.select("event_mention_id", pl.col("event_id").alias("key"))
        .join(new.select(pl.col("event_id").alias("key")).unique(), on="key", how="anti")
        .join(now, on="event_mention_id")
        .group_by("key", "successor_key")
        .agg(pl.len().alias("n"))
        .sort("key", "n", "successor_key", descending=[False, True, False])
        .unique("key", keep="first", maintain_order=True)
        .select("key", "successor_key")
    )


def _digests(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Per row its key and its other values as one string: no hash of the library's, which may differ by version."""
    kept = [column.name for column in table.columns if column.name not in _NOISE]
    plain = frame.select(kept).with_columns(
        pl.col(name).list.join("\x1e").alias(name)
        for name in kept
        if isinstance(polars_schema(table)[name], pl.List) and table.column(name).dtype == "list<str>"
    )
    values = [pl.col(name).cast(pl.String).fill_null("\x00") for name in kept if plain.schema[name] != pl.List]
    key = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in table.primary_key], separator="|")
    return plain.select(key.alias("key"), pl.concat_str(values, separator="\x1f").alias("digest"))
