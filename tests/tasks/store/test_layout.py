"""For: tasks.store.layout, tasks.store.publish, tasks.store.storage.

Layout, reading and staging: what a caller gets from a store, with files and without.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tasks.contract.partials import PARTIALS
from tasks.contract.schema import Column, Table, arrow_schema, conform, empty, polars_schema
from tasks.contract.tables import TABLES
from tasks.errors import ContractError, UserError
from tasks.ids import hash_id
from tasks.jobs.shards import scan_staged, write_staged
from tasks.store.layout import (
    Store,
    clean_staging,
    find_table,
    list_partitions,
    month_expression,
    open_store,
    parquet_bytes,
    partition_name,
    read_generation,
    scan,
    scan_partial,
    shard_url,
    staging_url,
)
from tasks.store.publish import Publication
from tasks.store.storage import join, relative_name

TEXTS = TABLES["texts"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "an output, 100% #1"))


def texts(*names: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "article_id": [hash_id(name) for name in names],
            "text": [f"The text of {name}." for name in names],
            "sent_starts": [[0] for _ in names],
        }
    )


def publish(store: Store, months: dict[str, pl.DataFrame]) -> None:
    publication = Publication(store, "run-1")
    for month, frame in months.items():
        publication.put("texts", month, frame)
    publication.commit()


def test_where_files_lie(store: Store) -> None:
    def name(table: str, month: str | None, part: int = 0) -> str:
        return partition_name(find_table(table), month, part)

    assert name("texts", "2019-04") == "texts/month=2019-04/part-0.parquet"
    assert name("texts", "undated", 15) == "texts/month=undated/part-15.parquet"
    assert name("entities", None) == "entities/part-0.parquet"
    assert name("signatures", "2019-04") == "_meta/partials/signatures/month=2019-04/part-0.parquet"
    assert relative_name(store.url, staging_url(store, "run-1")) == ".staging/run-1"
    assert relative_name(store.url, shard_url(store, "ab12")) == ".staging/shards/ab12"


@pytest.mark.parametrize(
    ("table", "month"), [("texts", None), ("entities", "2019-04"), ("texts", "2019-13"), ("no", None)]
)
def test_a_place_the_contract_does_not_know_is_refused(table: str, month: str | None) -> None:
    with pytest.raises(ContractError):
        partition_name(find_table(table), month)


@pytest.mark.parametrize("name", ["shards", "../x", "a/b", "", ".", "-x"])
def test_a_run_id_cannot_leave_the_staging_folder(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="run id"):
        staging_url(store, name)


def test_a_store_is_not_created_by_looking_at_it(store: Store) -> None:
    assert read_generation(store) == 0
    assert list_partitions(store, "texts") == []
    assert scan(store, "texts").collect().is_empty()
    clean_staging(store)
    assert not Path(store.name).exists()


@pytest.mark.parametrize("name", [*TABLES, *PARTIALS])
def test_a_table_without_files_has_its_schema(store: Store, name: str) -> None:
    table = TABLES.get(name) or PARTIALS[name]
    assert scan(store, name).collect_schema() == polars_schema(table)
    assert scan(store, name).collect().is_empty()
    first = table.names[0]
    assert scan(store, name, columns=[first]).collect_schema().names() == [first]


@pytest.mark.parametrize("name", [*TABLES, *PARTIALS])
def test_a_file_gives_back_the_table_s_schema(name: str) -> None:
    table = TABLES.get(name) or PARTIALS[name]
    file = pq.ParquetFile(BytesIO(parquet_bytes(table, empty(table))))
    assert file.schema_arrow.equals(arrow_schema(table))


def test_scan_reads_months_columns_and_partitions(store: Store) -> None:
    publish(store, {"2019-05": texts("c"), "2019-04": texts("a", "b"), "undated": texts("d")})
    assert list_partitions(store, "texts") == ["2019-04", "2019-05", "undated"]
    whole = scan(store, "texts")
    assert whole.collect_schema() == polars_schema(TEXTS)
    assert whole.collect().height == 4
    assert scan(store, "texts", months=["2019-04", "2031-01"]).collect().height == 2
    assert scan(store, "texts", months=[]).collect().is_empty()
    chosen = scan(store, "texts", ["text", "article_id"], ["undated"]).collect()
    assert chosen.columns == ["text", "article_id"]
    assert chosen.get_column("text").to_list() == ["The text of d."]


def test_scan_names_the_partition_when_asked(store: Store) -> None:
    empty_scan = scan(store, "texts", ["article_id"], with_month=True)
    assert dict(empty_scan.collect_schema()) == {"article_id": pl.String, "month": pl.String}
    assert empty_scan.collect().is_empty()
    publish(store, {"2019-04": texts("a", "b"), "undated": texts("d")})
    counts = scan(store, "texts", with_month=True).group_by("month").len().sort("month").collect()
    assert counts.rows() == [("2019-04", 2), ("undated", 1)]


def test_scan_partial_reads_internal_tables(store: Store) -> None:
    publication = Publication(store, "run-1")
    publication.put("tombstones", None, pl.DataFrame({"article_id": [hash_id("a")]}))
    publication.commit()
    assert scan_partial(store, "tombstones").collect().rows() == [(hash_id("a"),)]
    assert (Path(store.name) / "_meta" / "partials" / "tombstones" / "part-0.parquet").is_file()


def test_months_of_days() -> None:
    days = [dt.date(2019, 4, 18), None, dt.date(987, 1, 1)]
    frame = pl.DataFrame({"pub_date": days}, schema={"pub_date": pl.Date})
    assert frame.select(month_expression()).get_column("month").to_list() == ["2019-04", "undated", "0987-01"]


def test_staged_rows_come_back_in_the_order_of_the_shards(store: Store) -> None:
    urls = [shard_url(store, key) for key in ("second", "first")]
    write_staged(store, urls[0], "texts", texts("b"))
    write_staged(store, urls[1], "texts", texts("a"))
    staged = scan_staged(store, urls, "texts")
    assert staged.collect_schema() == polars_schema(TEXTS)
    assert staged.collect().get_column("text").to_list() == ["The text of b.", "The text of a."]
    assert scan_staged(store, [], "texts").collect_schema() == polars_schema(TEXTS)


def test_an_unfinished_shard_is_never_taken_for_one_without_rows(store: Store) -> None:
    with pytest.raises(FileNotFoundError, match="not finished"):
        scan_staged(store, [shard_url(store, "x")], "texts")


def test_staged_rows_pass_the_contract(store: Store) -> None:
    with pytest.raises(ContractError, match="text"):
        write_staged(store, shard_url(store, "x"), "texts", texts("a").drop("text"))


def test_a_table_of_the_caller_s_own_can_be_staged(store: Store) -> None:
    table = Table(
        "sentences", "", (Column("article_id", "str", ""), Column("n", "i32", "")), ("article_id",), (), False
    )
    url = shard_url(store, "x")
    target = write_staged(store, url, table, pl.DataFrame({"article_id": ["b", "a"], "n": [1, 2]}))
    assert target == join(url, "sentences.parquet")
    assert scan_staged(store, [url], table).collect().rows() == [("a", 2), ("b", 1)]


def test_clean_staging_keeps_the_shards_unless_told(store: Store) -> None:
    write_staged(store, shard_url(store, "x"), "texts", texts("a"))
    store.storage.write(join(staging_url(store, "run-9"), "texts", "file"), b"")
    store.storage.write(join(store.url, ".staging", "stray"), b"")
    clean_staging(store)
    names = [relative_name(store.url, url) for url in store.storage.list_files(store.url)]
    assert names == [".staging/shards/x/texts.parquet"]
    clean_staging(store, shards=True)
    assert list(Path(store.name).iterdir()) == []


def test_a_damaged_generation_is_refused(store: Store) -> None:
    store.storage.write(join(store.url, "_meta", "generation"), b"four")
    with pytest.raises(UserError, match="generation: damaged"):
        read_generation(store)


def test_the_same_rows_give_the_same_bytes_whatever_the_chunks() -> None:
    names = [f"article {number}" for number in range(20_000)]
    whole = conform(TEXTS, texts(*names))
    pieces = pl.concat([whole.slice(start, 777) for start in range(0, whole.height, 777)], rechunk=False)
    assert pieces.n_chunks() > 1
    data = parquet_bytes(TEXTS, whole)
    assert parquet_bytes(TEXTS, pieces) == data
    assert parquet_bytes(TEXTS, conform(TEXTS, pieces.sample(fraction=1, shuffle=True, seed=1))) == data


def test_what_a_file_says_of_itself() -> None:
    names = [f"article {number}" for number in range(20_000)]
    file = pq.ParquetFile(BytesIO(parquet_bytes(TEXTS, conform(TEXTS, texts(*names)))))
    metadata = file.metadata
    assert [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)] == [8192, 8192, 3616]
    column = metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert column.is_stats_set
    assert column.has_column_index
    assert column.has_offset_index
    assert [sorting.column_index for sorting in metadata.row_group(0).sorting_columns] == [0]
    assert not metadata.row_group(0).sorting_columns[0].nulls_first
    assert set(metadata.metadata) == {b"ARROW:schema"}
    assert file.schema_arrow.metadata is None


def test_columns_that_a_copy_leaves_out_are_null_only_where_a_copy_is_expected(tmp_path: Path) -> None:
    table = TABLES["stories"]
    (tmp_path / "stories").mkdir()
    row = {"story_id": "0" * 16, "lead_article_id": "0" * 16, "n_articles": 1, "n_unique": 1, "n_sources": 1}
    frame = conform(table, pl.DataFrame([row])).drop("title")
    frame.write_parquet(tmp_path / "stories" / "part-0.parquet")
    store = open_store(str(tmp_path))
    found = scan(store, "stories", shared=True).collect()
    assert found.columns == list(table.names)
    assert found["title"].to_list() == [None]
    with pytest.raises(pl.exceptions.PolarsError):
        scan(store, "stories").collect()
