"""Replace the rows of some articles in tables that lie by month, and touch no month that has none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from tasks.store.layout import Store, find_table, list_partitions, month_expression, scan, scan_files
from tasks.store.publish import Publication


def months_of(frame: pl.DataFrame) -> set[str]:
    """The months that the articles of a frame lie in."""
    return set(frame.select(month_expression()).to_series().to_list())


def replace_articles(
    store: Store,
    publication: Publication,
    table_name: str,
    gone: pl.DataFrame,
    staged_files: Sequence[str],
    months: Iterable[str],
) -> None:
    """Take the rows of some articles out of a table and put staged ones in, month by month.

    Parameters
    ----------
    gone
        Column `article_id`: the articles whose published rows go; staged rows of them replace those.
    staged_files
        Parquet files of the table as shards wrote them.
    months
        The months that hold rows of `gone` or of the staged files.
    """
    table = find_table(table_name)
    staged = scan_files(store, table, staged_files)
    for month in sorted(months):
        kept = scan(store, table, months=[month]).join(gone.lazy(), on="article_id", how="anti")
        new = staged.filter(month_expression() == month)
        publication.put(table_name, month, pl.concat([kept, new]).collect())


def put_by_month(store: Store, publication: Publication, table_name: str, frame: pl.DataFrame) -> None:
    """Let a frame be the whole of a table: each month is put, and those that have no more rows are dropped."""
    months = frame.with_columns(month_expression()) if frame.height else frame.with_columns(month=pl.lit("undated"))
    parts = {str(key[0]): part.drop("month") for key, part in months.partition_by("month", as_dict=True).items()}
    for month in sorted(set(parts) | set(list_partitions(store, table_name))):
        publication.put(table_name, month, parts.get(month, frame.clear()))
