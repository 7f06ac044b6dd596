"""Where the tables lie, and how they are read and staged. `tasks.verify` alone reads an output by other code.

Layout below the store's URL: `<table>/month=YYYY-MM/part-<k>.parquet` (tables without partitions:
`<table>/part-0.parquet`), `_meta/` for what the pipeline itself has to know, `.staging/<run_id>/` for a publication
under way and `.staging/shards/<key>/` for the shards a stopped run can go on from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tasks import __version__
from tasks.contract.metadata import META
from tasks.contract.partials import PARTIALS
from tasks.contract.schema import Table, arrow_schema, polars_schema, to_arrow
from tasks.contract.tables import SCHEMA_VERSION, TABLES
from tasks.errors import ContractError, UserError
from tasks.store.storage import Storage, join, open_storage, relative_name, to_url

FINGERPRINT = "fingerprint.json"
STAGING = ".staging"
SHARDS = "shards"
DECISIONS = "gate-"
UNDATED = "undated"

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])|undated")
_PART = re.compile(r"(?:month=(?P<month>[^/]+)/)?part-(?:0|[1-9][0-9]*)\.parquet")
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.=-]*")


@dataclass(frozen=True, slots=True)
class Store:
    """An output folder: its URL and the storage that serves it."""

    url: str
    storage: Storage

    @property
    def name(self) -> str:
        """What a person calls the folder, for messages."""
        return self.storage.location(self.url)


def open_store(url: str) -> Store:
    """Give the store at a URL or local path; nothing is created before something is written.

    Raises
    ------
    UserError
        No storage serves the URL's scheme.
    """
    full = to_url(url)
    return Store(full, open_storage(full))


def open_tables(url: str, *, shared: bool = False, option: str = "--output", any_schema: bool = False) -> Store:
    """Give the store at a URL or local path that tables were published to.

    Parameters
    ----------
    shared
        A copy to share (`tasks.report.export`) will do: it has the files of the tables, though not all, and no `_meta`.
    option
        How the user named the folder, for the message.
    any_schema
        The tables may be of another schema than this program's.

    Raises
    ------
    UserError
        There are no tables, or of another schema, or a copy where the whole is needed, or no storage serves the URL's
        scheme.
    """
    store = open_store(url)
    generation = read_generation(store)
    # The first publication is under way, or nothing was published that a reader could miss.
    if generation == 1 or not partition_files(store, "articles"):
        raise UserError(f"{option} {url}: no tables here; name the folder of an earlier run")
    if generation == 0 and not shared:
        raise UserError(f"{option} {url}: a copy of tables; name the folder of the run that made them")
    found = read_schema_version(store)
    if found not in (None, SCHEMA_VERSION) and not any_schema:
        raise other_schema(f"{option} {url}", str(found))
    return store


def read_schema_version(store: Store) -> str | None:
    """The version of the schema that published tables have; None where the fingerprint does not tell."""
    try:
        known = json.loads(store.storage.read(join(store.url, META, FINGERPRINT)))
    except (FileNotFoundError, ValueError):
        return None
    found = known.get("schema_version") if isinstance(known, dict) else None
    return found if isinstance(found, str) else None


def other_schema(name: str, found: str, ours: str = SCHEMA_VERSION) -> UserError:
    """The error that tables of another schema are: older ones can be migrated, newer ones need a newer program.

    Parameters
    ----------
    name
        The folder, as the message begins with it.
    """
    if is_newer_schema(found, ours):
        return UserError(
            f"{name}: the tables have schema {found} and were made by a newer dateline; this is {__version__}, which "
            f"knows schemas up to {ours}: install the newer one"
        )
    place = name.removeprefix("--output ")
    return UserError(
        f"{name}: the tables have schema {found}, this program writes schema {ours}; "
        f"run `dateline migrate --output {place}` first"
    )


def is_newer_schema(found: str, ours: str = SCHEMA_VERSION) -> bool:
    """Whether a version of the schema is not one of those that came before `ours`."""
    return not (found.isdecimal() and int(found) < int(ours))


def find_table(table: str | Table) -> Table:
    """The table, or the internal partial, of that name; a `Table` is given back as it is.

    Raises
    ------
    ContractError
        There is none of that name.
    """
    if isinstance(table, Table):
        return table
    found = TABLES.get(table) or PARTIALS.get(table)
    if found is None:
        raise ContractError(f"{table}: no such table")
    return found


def month_expression(column: str = "pub_date") -> pl.Expr:
    """The partition that days of publication belong to, YYYY-MM or `undated`, as an expression named `month`."""
    return pl.col(column).dt.strftime("%Y-%m").fill_null(UNDATED).alias("month")


def table_url(store: Store, table: str | Table) -> str:
    """The folder of a table."""
    return join(store.url, find_table(table).path)


def partition_name(table: Table, month: str | None, part: int = 0) -> str:
    """The file of one part of a table, relative to the store.

    Parameters
    ----------
    month
        `YYYY-MM` or `undated`; None for a table without partitions.
    part
        0, or where a month is split the first hex digit of its ids: 0 to 15.

    Raises
    ------
    ContractError
        The month does not go with the table, or is none.
    """
    if table.partitioned != (month is not None):
        raise ContractError(f"{table.name}: {'a month is needed' if table.partitioned else 'it has no months'}")
    if month is None:
        return f"{table.path}/part-{part}.parquet"
    if not _MONTH.fullmatch(month):
        raise ContractError(f"{table.name}: {month!r} is no month (YYYY-MM or {UNDATED})")
    return f"{table.path}/month={month}/part-{part}.parquet"


def partition_files(store: Store, table: str | Table) -> dict[str | None, list[str]]:
    """The published files of a table by month, both sorted; the one key of a table without partitions is None."""
    folder = table_url(store, table)
    files: dict[str | None, list[str]] = {}
    for url in store.storage.list_files(folder):
        part = _PART.fullmatch(relative_name(folder, url))
        if part is not None and (part["month"] is not None) == find_table(table).partitioned:
            files.setdefault(part["month"], []).append(url)
    return dict(sorted(files.items(), key=lambda item: item[0] or ""))


def list_partitions(store: Store, table: str | Table) -> list[str]:
    """The months a table has files for, sorted, `undated` last; none for a table without partitions.

    A table without any row keeps an empty `undated` partition, so that every reader finds a file with its schema.
    """
    return [month for month in partition_files(store, table) if month is not None]


def scan(
    store: Store,
    table: str | Table,
    columns: Sequence[str] | None = None,
    months: Sequence[str] | None = None,
    *,
    with_month: bool = False,
    shared: bool = False,
) -> pl.LazyFrame:
    """Read a published table lazily, with exactly its schema even where it has no file yet.

    Parameters
    ----------
    columns
        Only these, in this order; None for all.
    months
        Only these partitions (those not there are empty); None for all.
    with_month
        Add the partition as a last column `month`.
    shared
        The store may be a copy to share (`tasks.report.export`): columns that it leaves out are null.
    """
    found = find_table(table)
    if not found.partitioned and (with_month or months is not None):
        raise ContractError(f"{found.name}: it has no months")
    by_month = partition_files(store, found)
    chosen = [month for month in by_month if months is None or month in months]
    if not with_month:
        return scan_files(store, found, [url for month in chosen for url in by_month[month]], columns, shared=shared)
    pieces = [(month, by_month[month]) for month in chosen] or [(None, [])]
    return pl.concat(
        scan_files(store, found, urls, columns, shared=shared).with_columns(
            pl.lit(month, dtype=pl.String).alias("month")
        )
        for month, urls in pieces
    )


def scan_partial(
    store: Store, name: str, columns: Sequence[str] | None = None, months: Sequence[str] | None = None
) -> pl.LazyFrame:
    """`scan` for one of the internal tables of `tasks.contract.partials`."""
    return scan(store, PARTIALS[name], columns, months)


def read_generation(store: Store) -> int:
    """How often the store was published to, times two; odd while a publish is under way, 0 before the first.

    A reader of several files who finds the same even number before and after reading has seen one state.

    Raises
    ------
    UserError
        The file holds no number.
    """
    url = join(store.url, META, "generation")
    try:
        text = store.storage.read(url)
    except FileNotFoundError:
        return 0
    if not re.fullmatch(rb"[0-9]{1,18}\n", text):
        place = store.storage.location(url)
        raise UserError(f"{place}: damaged, it holds no number; run `dateline repair --output {store.name}`")
    return int(text)


def staging_url(store: Store, run_id: str) -> str:
    """The folder in which a run builds what it will publish."""
    if run_id == SHARDS or not _FOLDER_NAME.fullmatch(run_id):
        raise ValueError(f"{run_id!r} cannot be a run id: letters, digits, and . _ - only")
    return join(store.url, STAGING, run_id)


def shard_url(store: Store, key: str) -> str:
    """The folder of one shard's staged rows: the resume point of a stopped run."""
    if not _FOLDER_NAME.fullmatch(key):
        raise ValueError(f"{key!r} cannot be a shard key: letters, digits, and . _ = - only")
    return join(store.url, STAGING, SHARDS, key)


def decisions_url(store: Store, run_id: str) -> str:
    """The folder of what one run decided and hands from step to step."""
    return shard_url(store, f"{DECISIONS}{run_id}")


def clean_staging(store: Store, *, shards: bool = False) -> None:
    """Remove what runs left in `.staging/`; the shards stay unless `shards` says otherwise.

    What a run decided for itself alone (`decisions_url`) is of no use to the next and goes in any case.

    Only for the holder of the writer's lock: another run's publication would lose its files.
    """
    folder = join(store.url, STAGING)
    if shards:
        store.storage.delete_tree(folder)
        return
    inside = {relative_name(folder, url) for url in store.storage.list_files(folder)}
    for name in sorted({name.split("/")[1] for name in inside if name.startswith(f"{SHARDS}/{DECISIONS}")}):
        store.storage.delete_tree(join(folder, SHARDS, name))
    for name in sorted({name.split("/")[0] for name in inside} - {SHARDS}):
        if name in inside:
            store.storage.delete(join(folder, name))
        else:
            store.storage.delete_tree(join(folder, name))
    store.storage.sweep(folder)


def parquet_bytes(table: Table, frame: pl.DataFrame) -> bytes:
    """A table's rows as one Parquet file: the same rows give the same bytes, whatever the frame's chunks.

    Parameters
    ----------
    frame
        As `conform` gave it: sorted by the table's order, which the file states.
    """
    schema = arrow_schema(table)
    sink = pa.BufferOutputStream()
    order: list[tuple[str, Literal["ascending", "descending"]]] = [(name, "ascending") for name in table.order]
    with pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=3,
        write_statistics=True,
        write_page_index=True,
        sorting_columns=pq.SortingColumn.from_ordering(schema, order, "at_end") if order else None,
    ) as writer:
        for start in range(0, frame.height, table.row_group_rows):
            # One slice, one chunk, one row group: where pages end must not depend on how the frame was put together.
            rows = to_arrow(table, frame.slice(start, table.row_group_rows)).combine_chunks()
            writer.write_table(rows, row_group_size=table.row_group_rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def scan_files(
    store: Store, table: Table, urls: Sequence[str], columns: Sequence[str] | None = None, *, shared: bool = False
) -> pl.LazyFrame:
    """Read files of one table, in their order, with exactly its schema even where there are none.

    `shared` lets files lack columns, as those of a copy to share do; without it such a file is an error.
    """
    schema = polars_schema(table)
    if urls:
        places = [store.storage.location(url) for url in urls]
        frame = pl.scan_parquet(
            places,
            glob=False,
            hive_partitioning=False,
            schema=schema,
            missing_columns="insert" if shared else "raise",
        )
    else:
        frame = pl.LazyFrame(schema=schema)
    return frame if columns is None else frame.select(columns)
