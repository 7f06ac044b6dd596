"""The machinery of the contract: what a table is, its Arrow and Polars schemas, and the check every row passes.

The tables themselves are declared in `tables` and `partials`; nothing here knows any of them by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from tasks.errors import ContractError

Frame = pl.DataFrame

_ARROW: dict[str, pa.DataType] = {
    "str": pa.string(),
    "i16": pa.int16(),
    "i32": pa.int32(),
    "i64": pa.int64(),
    "f32": pa.float32(),
    "f64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "ts": pa.timestamp("us", tz="UTC"),
    # Parquet calls a list's items "element"; under that name a schema comes back from a file as it went in.
    "list<str>": pa.list_(pa.field("element", pa.string(), nullable=False)),
    "list<i32>": pa.list_(pa.field("element", pa.int32(), nullable=False)),
    "list<i64>": pa.list_(pa.field("element", pa.int64(), nullable=False)),
}

_POLARS: dict[str, pl.DataType] = {
    "str": pl.String(),
    "i16": pl.Int16(),
    "i32": pl.Int32(),
    "i64": pl.Int64(),
    "f32": pl.Float32(),
    "f64": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "ts": pl.Datetime("us", "UTC"),
    "list<str>": pl.List(pl.String()),
    "list<i32>": pl.List(pl.Int32()),
    "list<i64>": pl.List(pl.Int64()),
}

DTYPES: tuple[str, ...] = tuple(_ARROW)

# Arrow's plain string and list types count bytes and items with 32 bits: a month of texts goes over in slices.
_SLICE_ROWS = 131_072


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    dtype
        A token of `DTYPES`: str, i16, i32, i64, f32, f64, bool, date (a UTC day), ts (microseconds, UTC), list<…>.
    description
        One line for the analyst: what the value is, and its unit.
    values
        The closed list of allowed values; for a list column, of its items.
    references
        `table.column` that the value (or each item) is found in: a foreign key.
    pattern
        Regular expression that the whole value (or each item) matches; `tasks.verify.output` checks it.
    """

    name: str
    dtype: str
    description: str
    nullable: bool = False
    values: tuple[str, ...] | None = None
    references: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, what identifies a row, and how its files lie.

    Parameters
    ----------
    primary_key
        Columns that identify a row. A column of it may be null only where the column is declared nullable; null is
        then a value like any other. Empty: rows may repeat.
    sort_by
        Columns the rows are sorted by (ascending, nulls last); the primary key breaks ties.
    partitioned
        True: files lie in `month=YYYY-MM` folders by publication month; False: one unpartitioned folder.
    folder
        Where the table's folder lies below the output folder ("" for the tables analysts read).
    row_group_rows
        Rows in one Parquet row group.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...]
    partitioned: bool
    folder: str = ""
    row_group_rows: int = 131_072

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def order(self) -> tuple[str, ...]:
        """The whole sort order: `sort_by`, then what is left of the primary key."""
        return self.sort_by + tuple(name for name in self.primary_key if name not in self.sort_by)

    @property
    def path(self) -> str:
        """The table's folder below the output folder, with forward slashes."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of every file of a table; each field carries its description as metadata."""
    return pa.schema(
        [
            pa.field(
                column.name,
                _ARROW[column.dtype],
                nullable=column.nullable,
                metadata={"description": column.description},
            )
            for column in table.columns
        ]
    )


def polars_schema(table: Table) -> pl.Schema:
    """The Polars schema of a table."""
    return pl.Schema({column.name: _POLARS[column.dtype] for column in table.columns})


def empty(table: Table) -> Frame:
    """A frame of a table with no rows."""
    return pl.DataFrame(schema=polars_schema(table))


def conform(table: Table, frame: Frame) -> Frame:
    """Give a frame exactly the columns, types and order of its table, or refuse it.

    Casts only where no value can change its meaning (between integers, between floats, integers to floats, naive times
    to UTC), adds nullable columns that are missing as nulls, and sorts by `Table.order`.

    Raises
    ------
    ContractError
        Unknown or missing columns, a value that does not fit its type, null or NaN or infinity where none may be, a
        value outside its closed list, or two rows under one primary key. The message names table, column and a row.
    """
    unknown = sorted(set(frame.columns) - set(table.names))
    if unknown:
        raise ContractError(f"{table.name}: unknown column {', '.join(unknown)}")
    columns = []
    for column in table.columns:
        if column.name in frame.columns:
            columns.append(_cast(table, column, frame))
        elif column.nullable:
            columns.append(pl.Series(column.name, [], dtype=_POLARS[column.dtype]).extend_constant(None, frame.height))
        else:
            raise ContractError(f"{table.name}.{column.name}: the column is missing")
    cast = pl.DataFrame(columns)
    for column in table.columns:
        _check(table, column, cast)
    twice = cast.select(table.primary_key).is_duplicated() if table.primary_key else pl.Series([False])
    if twice.any():
        key = ", ".join(table.primary_key)
        raise ContractError(f"{table.name}: two rows under one primary key ({key}): {_row(table, cast, twice)}")
    return cast.sort(table.order, nulls_last=True)


def to_arrow(table: Table, frame: Frame) -> pa.Table:
    """A frame that `conform` gave, as an Arrow table with exactly `arrow_schema(table)`."""
    schema = arrow_schema(table)
    slices = [frame.slice(start, _SLICE_ROWS) for start in range(0, max(frame.height, 1), _SLICE_ROWS)]
    return pa.concat_tables(
        [pa.table(part.to_arrow(compat_level=pl.CompatLevel.oldest())).cast(schema) for part in slices]
    )


def _family(dtype: pl.DataType) -> str:
    """Types between which a cast keeps every value's meaning share a family."""
    if isinstance(dtype, pl.List):
        return f"list of {_family(pl.Series(dtype=dtype.inner).dtype)}"
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "float"
    if isinstance(dtype, (pl.String, pl.Categorical, pl.Enum)):
        return "string"
    return str(dtype.base_type())


def _cast(table: Table, column: Column, frame: Frame) -> pl.Series:
    """One column in its type of the contract."""
    series = frame.get_column(column.name)
    wanted = _POLARS[column.dtype]
    given, target = _family(series.dtype), _family(wanted)
    empty_list = given == "list of Null" and target.startswith("list of ")
    if given not in (target, "Null") and (given, target) != ("integer", "float") and not empty_list:
        raise ContractError(f"{table.name}.{column.name}: {series.dtype} given where {column.dtype} is declared")
    if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
        series = series.dt.replace_time_zone("UTC")
    try:
        return series.cast(wanted, strict=True)
    except pl.exceptions.InvalidOperationError as error:
        reason = str(error).splitlines()[0]
        raise ContractError(f"{table.name}.{column.name}: a value does not fit {column.dtype}: {reason}") from error


def _check(table: Table, column: Column, frame: Frame) -> None:
    """Refuse nulls, numbers that are none, and values outside the closed list."""
    series = frame.get_column(column.name)
    if not column.nullable and series.null_count():
        _refuse(table, column, frame, series.is_null(), "null where a value must be")
    if series.dtype.is_float():
        unreal = ~series.is_finite().fill_null(True)
        if unreal.any():
            _refuse(table, column, frame, unreal, "NaN or infinity (unknown is null)")
    if isinstance(series.dtype, pl.List):
        holes = series.list.eval(pl.element().is_null()).list.any().fill_null(False)
        if holes.any():
            _refuse(table, column, frame, holes, "a null inside a list")
    if column.values is not None:
        allowed = pl.Series(column.values, dtype=pl.String)
        if isinstance(series.dtype, pl.List):
            outside = series.list.eval(~pl.element().is_in(allowed.implode())).list.any().fill_null(False)
        else:
            outside = ~series.is_in(allowed.implode()).fill_null(True)
        if outside.any():
            wrong = frame.filter(outside).get_column(column.name)[0]
            wrong = wrong.to_list() if isinstance(wrong, pl.Series) else wrong
            _refuse(table, column, frame, outside, f"{wrong!r} is not in the closed list")


def _refuse(table: Table, column: Column, frame: Frame, rows: pl.Series, what: str) -> None:
    raise ContractError(f"{table.name}.{column.name}: {what}, in {rows.sum()} rows such as {_row(table, frame, rows)}")


def _row(table: Table, frame: Frame, rows: pl.Series) -> str:
    """The first row that a mask marks, key columns first, long values cut."""
    found: dict[str, Any] = frame.filter(rows).row(0, named=True)
    names = table.primary_key + tuple(name for name in table.names if name not in table.primary_key)
    return "{" + ", ".join(f"{name}: {str(found[name])[:60]}" for name in names[:12]) + "}"
