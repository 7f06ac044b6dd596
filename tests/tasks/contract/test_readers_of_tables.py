"""Polars, DuckDB, pandas and PyArrow read every table, with no option set, to the same cells.

For: tasks.contract.schema.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from tasks.contract.tables import TABLES

Rows = list[dict[str, Any]]


def read_polars(folder: Path) -> Rows:
    return pl.scan_parquet(f"{folder}/**/*.parquet").collect().to_dicts()


def read_duckdb(folder: Path) -> Rows:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(f"FROM '{folder}/**/*.parquet'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def read_pandas(folder: Path) -> Rows:
    return [{str(name): value for name, value in row.items()} for row in pd.read_parquet(folder).to_dict("records")]


def read_pyarrow(folder: Path) -> Rows:
    rows: Rows = pq.read_table(folder).to_pylist()
    return rows


def read_dataset(folder: Path) -> Rows:
    rows: Rows = ds.dataset(folder).to_table().to_pylist()
    return rows


def plain(value: Any) -> Any:
    """A cell as Python has it: pandas has floats where a column of whole numbers has nulls, and values for missing."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if hasattr(value, "to_pydatetime") and value is not pd.NaT:
        return value.to_pydatetime()
    if value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def cells(name: str, rows: Rows) -> list[tuple[Any, ...]]:
    """The table's own columns, rows in one order; the month that a reader may add is left out."""
    names = TABLES[name].names
    return sorted((tuple(plain(row[column]) for column in names) for row in rows), key=repr)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("read", [read_duckdb, read_pandas, read_pyarrow, read_dataset])
def test_every_table_reads_alike_with_no_option_set(
    example_output: Path, name: str, read: Callable[[Path], Rows]
) -> None:
    expected = cells(name, read_polars(example_output / name))
    assert expected
    assert cells(name, read(example_output / name)) == expected
