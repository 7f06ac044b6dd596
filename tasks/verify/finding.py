"""What a check of the output found wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

# Rows shown with a finding; `n_rows` says how many there are.
MAX_ROWS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise of the contract that does not hold.

    Parameters
    ----------
    check
        Which promise: manifest, layout, schema, parquet, readers, state, key, values, order, reference, month, texts,
        offsets, sentences, copies, dates, types, counts, cells, runs or daily.
    table
        The table, or "" for the folder as a whole.
    message
        One line that says what is wrong.
    rows
        The first few rows or files at fault.
    n_rows
        How many rows or files are at fault.
    """

    check: str
    table: str
    message: str
    rows: tuple[str, ...] = ()
    n_rows: int = 0

    def __str__(self) -> str:
        head = f"{self.check}: {self.table}: {self.message}" if self.table else f"{self.check}: {self.message}"
        return "\n".join([head, *(f"    {row}" for row in self.rows)])


def rows_finding(check: str, table: str, message: str, rows: pl.DataFrame) -> list[Finding]:
    """One finding for the rows at fault; none where there are no rows."""
    if rows.is_empty():
        return []
    plain = [name for name, dtype in rows.schema.items() if not dtype.is_nested()]
    rows = rows.sort(plain, nulls_last=True)
    count = "1 row" if rows.height == 1 else f"{rows.height:,} rows"
    shown = tuple(_show(row) for row in rows.head(MAX_ROWS).iter_rows(named=True))
    return [Finding(check, table, f"{message} ({count})", shown, rows.height)]


def files_finding(check: str, table: str, message: str, files: list[str]) -> list[Finding]:
    """One finding for the files at fault; none where there are none."""
    if not files:
        return []
    return [Finding(check, table, message, tuple(files[:MAX_ROWS]), len(files))]


def _show(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}={str(value)[:80]!r}" for name, value in row.items())
