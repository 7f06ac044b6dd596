"""`dateline query`: SQL over the published tables, each a view of its name, through DuckDB."""

from __future__ import annotations

import csv
import sys
from typing import Any

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from flows.settings import RunConfig
from tasks.errors import UserError
from tasks.storage import join
from tasks.store import open_tables, partition_files
from tasks.tables import TABLES


def query(settings: RunConfig, sql: str, as_csv: bool, console: Console) -> None:
    """Run one SQL statement and print its rows, as a table or as CSV.

    Raises
    ------
    UserError
        Where DuckDB is not installed, the folder holds no tables, or DuckDB refuses the statement.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UserError("dateline query needs DuckDB: `pip install duckdb`") from error
    connection = connect(settings)
    try:
        found = connection.execute(sql)
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    except duckdb.Error as error:
        raise UserError(f"query: {' '.join(str(error).split())}") from error
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
        return
    grid = Grid()
    for name in names:
        grid.add_column(Text(name), overflow="fold", no_wrap=name.endswith("_id"))
    for row in rows:
        grid.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(grid)


def connect(settings: RunConfig) -> Any:
    """A DuckDB connection in memory with one view per table, the month of a partitioned one as a column beside.

    Raises
    ------
    UserError
        Where the folder holds no tables.
    """
    import duckdb

    store = open_tables(settings.output, shared=True)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        if not partition_files(store, table):
            continue  # a copy to share may leave a table out
        files = join(store.url, table.path).removeprefix("file://") + "/**/*.parquet"
        quoted = files.replace("'", "''")
        connection.execute(f"CREATE VIEW {table.name} AS FROM read_parquet('{quoted}', hive_partitioning = false)")
    return connection
