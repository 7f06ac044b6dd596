"""`dateline query`: SQL over the published tables, each a view of its name, through DuckDB."""

from __future__ import annotations

import csv
import sys
from typing import Any

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.store.layout import open_tables, partition_files
from tasks.store.storage import join

# Characters that every column of a printed table has at least.
LEAST = 4
# Values up to so long are worth more than the whole name of a column.
SHORT = 20


def query(output: str, sql: str, as_csv: bool, console: Console) -> None:
    """Run one SQL statement over the tables at `output` and print its rows, as a table or as CSV.

    Raises
    ------
    UserError
        Where DuckDB is not installed, the folder holds no tables, or DuckDB refuses the statement.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UserError("dateline query needs DuckDB: `pip install duckdb`") from error
    connection = connect(output)
    try:
        # Of nothing but white space or a comment, DuckDB makes no statement.
        if not connection.extract_statements(sql):
            raise UserError('query: no statement given; ask for instance: dateline query "FROM runs"')
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
    cells = [[_cell(value) for value in row] for row in rows]
    longest = [max((len(row[position]) for row in cells), default=0) for position in range(len(names))]
    grid = Grid()
    for name, width in zip(names, column_widths(names, longest, console.width), strict=True):
        grid.add_column(Text(name), overflow="fold", width=width)
    for row in cells:
        grid.add_row(*row)
    console.print(grid)


def column_widths(names: list[str], longest: list[int], room: int) -> list[int]:
    """How wide the columns of a table are drawn in a terminal of `room` characters.

    What is broken over two lines cannot be copied. So where not all fits, ids stay whole, then as many columns as can
    be, the narrowest first; the others share what is left, `LEAST` characters at least.
    """
    with_names = [max(LEAST, len(name), width) for name, width in zip(names, longest, strict=True)]
    if sum(with_names) <= room - 1 - 3 * len(names):
        return with_names
    ids = [name.endswith("_id") for name in names]
    short = [min(width, SHORT) for width in longest]
    roomy = _shared([max(width, len(name)) for name, width in zip(names, longest, strict=True)], ids, room)
    if all(width >= value for width, value in zip(roomy, short, strict=True)):
        return roomy
    return _shared([max(LEAST, width) for width in longest], ids, room)


def _shared(wanted: list[int], first: list[bool], room: int) -> list[int]:
    widths = [LEAST] * len(wanted)
    left = room - 1 - (3 + LEAST) * len(wanted)
    order = sorted(range(len(wanted)), key=lambda one: (not first[one], wanted[one]))
    for place, position in enumerate(order):
        more = wanted[position] - LEAST
        given = max(0, more if more <= left else left // (len(order) - place))
        widths[position] += given
        left -= given
    return widths


def _cell(value: Any) -> Text:
    if isinstance(value, list):
        return Text(", ".join(map(str, value)))
    return Text("" if value is None else str(value))


def connect(output: str) -> Any:
    """A DuckDB connection in memory with one view per table, the month of a partitioned one as a column beside.

    Raises
    ------
    UserError
        Where the folder holds no tables.
    """
    import duckdb

    store = open_tables(output, shared=True)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        if not partition_files(store, table):
            continue  # a copy to share may leave a table out
        files = join(store.url, table.path).removeprefix("file://") + "/**/*.parquet"
        quoted = files.replace("'", "''")
        connection.execute(f"CREATE VIEW {table.name} AS FROM read_parquet('{quoted}', hive_partitioning = false)")
    return connection
