"""Published tables as lazy Polars frames by their names, for people who work in Python: `dateline.open_tables`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import polars as pl

from tasks.contract.tables import TABLES
from tasks.store import layout
from tasks.store.layout import Store


class Frames(Mapping[str, pl.LazyFrame]):
    """The tables of one output folder by name; a frame lists its files when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: str) -> pl.LazyFrame:
        if name not in TABLES:
            raise KeyError(f"{name}: no such table; the tables are {', '.join(TABLES)}")
        return layout.scan(self._store, name, shared=True)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def __repr__(self) -> str:
        return f"<tables of {self._store.name}: {', '.join(TABLES)}>"


def open_tables(output: str | os.PathLike[str] = "output") -> Mapping[str, pl.LazyFrame]:
    """Give the tables that a run published, or a copy made by `dateline export`.

    Each table has exactly the columns of the contract (`docs/tables.md`): a table without files yet is empty, and
    columns that a copy leaves out are null. Nothing is read before a frame is collected.

    Parameters
    ----------
    output
        Folder or URL of the tables, as given to `run`.

    Returns
    -------
    Mapping
        A lazy frame by the name of each table: `open_tables("output")["events"].collect()`.

    Raises
    ------
    UserError
        Where no tables are at `output`.
    """
    return Frames(layout.open_tables(os.fspath(output), shared=True))
