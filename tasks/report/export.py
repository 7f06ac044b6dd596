"""A copy of the tables to share: all of it, or without the words that belong to the publishers."""

from __future__ import annotations

from dataclasses import replace

from tasks.contract.metadata import describe
from tasks.contract.schema import Table
from tasks.contract.tables import SCHEMA_VERSION, TABLES
from tasks.errors import UserError
from tasks.store.layout import open_store, open_tables, parquet_bytes, partition_files, scan_files
from tasks.store.storage import join, relative_name

# The publishers' words, by table; None leaves the whole table out. Single names and numbers stay: they are the data.
WORDS: dict[str, tuple[str, ...] | None] = {
    "texts": None,
    "articles": ("title",),
    "stories": ("title",),
    "quotes": ("text",),
    "event_mentions": ("evidence",),
}


def shared_tables(*, with_text: bool) -> dict[str, Table]:
    """The declarations of the tables of a copy."""
    if with_text:
        return dict(TABLES)
    tables: dict[str, Table] = {}
    for name, table in TABLES.items():
        words = WORDS.get(name, ())
        if words is not None:
            tables[name] = replace(table, columns=tuple(c for c in table.columns if c.name not in words))
    return tables


def export_tables(output: str, target: str, *, with_text: bool) -> dict[str, int]:
    """Copy published tables into a new folder, with a description of what is in it.

    Parameters
    ----------
    output
        Folder or URL of the published tables.
    target
        Where the copy goes: a folder that is not there or is empty.
    with_text
        False takes out the columns and the table of `WORDS`.

    Returns
    -------
    dict
        Rows by table.

    Raises
    ------
    UserError
        Where there are no tables, or something lies in the target.
    """
    store, copy = open_tables(output), open_store(target)
    if copy.storage.list_files(copy.url):
        raise UserError(f"{target}: something lies here; name a folder that is new or empty")
    rows: dict[str, int] = {}
    files: dict[str, list[str]] = {}
    tables = shared_tables(with_text=with_text)
    for name, table in tables.items():
        rows[name], files[name] = 0, []
        for urls in partition_files(store, name).values():
            for url in urls:
                frame = scan_files(store, TABLES[name], [url], list(table.names)).collect()
                place = relative_name(store.url, url)
                copy.storage.write(join(copy.url, place), parquet_bytes(table, frame))
                rows[name] += frame.height
                files[name].append(place)
    for name, data in describe(tables, files, SCHEMA_VERSION).items():
        copy.storage.write(join(copy.url, name), data)
    return rows
