"""How published tables of an earlier schema become those of this one: a step from each schema to the next.

A step says for each table that it changes what becomes of the rows of one partition, so that memory stays flat whatever
the size of the tables. Steps that follow one another are applied to a partition in turn, and it is written once, as all
else is: by one publication. Whoever changes a column adds a step (docs/how-to/add-a-column.md).

A step keeps to what the older rows tell: what only the articles can tell is null or empty after it, until a run with
`--reprocess` makes the rows anew. It never changes what an earlier step does: old tables pass through all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tasks.contract.partials import PARTIALS
from tasks.contract.tables import SCHEMA_VERSION, TABLES
from tasks.errors import UserError
from tasks.store.fingerprint import FINGERPRINT, fingerprint_bytes, read_fingerprint
from tasks.store.journal import Hold, no_lock
from tasks.store.layout import Store, is_newer_schema, other_schema, partition_files
from tasks.store.manifest import read_manifest, require_whole
from tasks.store.publish import Publication
from tasks.store.storage import join

Change = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class SchemaStep:
    """The way from one schema to the next.

    Parameters
    ----------
    what
        What changes, for the people whose tables they are.
    changes
        For each table or partial that changes: from the rows of one partition, as its files hold them, to the rows that
        the next schema has for it.
    """

    source: str
    target: str
    what: str
    changes: Mapping[str, Change]


def number_runs(runs: pl.DataFrame) -> pl.DataFrame:
    """Runs get a number by when they started; no failed run was kept before, so none has a message."""
    return runs.sort("started_at", "run_id").with_columns(
        number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        message=pl.lit(None, pl.String),
        drift=pl.lit([], pl.List(pl.String)),
    )


STEPS = (
    SchemaStep(
        "1",
        "2",
        "`runs` has a number, a message and what drifted; earlier runs are numbered by when they started",
        {"runs": number_runs},
    ),
)  # fmt: skip


def steps_from(
    name: str, version: str, steps: Sequence[SchemaStep] = STEPS, target: str = SCHEMA_VERSION
) -> tuple[SchemaStep, ...]:
    """Give the steps that lead from a schema to this program's, in order; none where it is this program's.

    Parameters
    ----------
    name
        The folder, for the message.

    Raises
    ------
    UserError
        The schema is a newer one, or no step leads from it.
    """
    if version != target and is_newer_schema(version, target):
        raise other_schema(name, version, target)
    by_source = {step.source: step for step in steps}
    found: list[SchemaStep] = []
    while version != target:
        step = by_source.get(version)
        if step is None:
            raise UserError(
                f"{name}: no way from schema {version} to {target} in this version of dateline; "
                "install the one that wrote the tables, or run into a new folder"
            )
        found.append(step)
        version = step.target
    return tuple(found)


def migrate_tables(store: Store, hold: Hold = no_lock, steps: Sequence[SchemaStep] = STEPS) -> tuple[SchemaStep, ...]:
    """Bring published tables to this program's schema, in one publication.

    The caller holds the writer's lock and has called `recover`. All else that the fingerprint tells stays as it was:
    the rows are still those of the program, the model and the lexicons that made them.

    Parameters
    ----------
    hold
        As `Publication` takes it: raises where the lock was lost.

    Returns
    -------
    tuple
        The steps made; empty where the tables are of this schema already, and then nothing is written.

    Raises
    ------
    UserError
        The schema is a newer one or no step leads from it, a file of a table cannot be read, the lock was lost, or the
        folder cannot be written. Nothing a reader sees has changed then.
    """
    known = read_fingerprint(store)
    if known is None:
        raise UserError(f"--output {store.name}: no tables here; name the folder of an earlier run")
    chosen = steps_from(f"--output {store.name}", known.schema_version, steps)
    if not chosen:
        return ()
    _require_tables(store)
    publication = Publication(store, f"migrate-{known.schema_version}-{SCHEMA_VERSION}", hold)
    for table in dict.fromkeys(name for step in chosen for name in step.changes):
        for month, urls in partition_files(store, table).items():
            rows = _read(store, urls)
            for step in chosen:
                rows = step.changes.get(table, _as_it_is)(rows)
            publication.put(table, month, rows)
    publication.put_meta(FINGERPRINT, fingerprint_bytes(replace(known, schema_version=SCHEMA_VERSION)))
    publication.commit()
    return chosen


def _require_tables(store: Store) -> None:
    """See that no table is missing: the new manifest would tell of what is left as if it had been all.

    Raises
    ------
    UserError
        One is, or a file that a manifest lists.
    """
    if read_manifest(store) is not None:
        require_whole(store)
        return
    for table in (*TABLES.values(), *PARTIALS.values()):
        if not table.partitioned and not any(partition_files(store, table).values()):
            place = store.storage.location(join(store.url, table.path))
            raise UserError(f"{place}: missing beside published tables; restore the folder from a copy")


def _as_it_is(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def _read(store: Store, urls: Sequence[str]) -> pl.DataFrame:
    """The rows of one partition with the columns that its files have, whatever the contract says today."""
    frames = []
    for url in urls:
        place = store.storage.location(url)
        try:
            frames.append(pl.read_parquet(place, glob=False, hive_partitioning=False))
        except (pl.exceptions.ComputeError, OSError) as error:
            raise UserError(f"{place}: cannot be read ({error}); restore the folder from a copy") from error
    return pl.concat(frames)
