"""Columns become Arrow and Polars types, and rows that do not fit are refused. For: tasks.contract.schema."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tasks.contract.schema import DTYPES, Column, Table, arrow_schema, conform, empty, polars_schema, to_arrow
from tasks.errors import ContractError

TABLE = Table(
    "sightings",
    "One row a sighting.",
    (
        Column("key", "str", "The key"),
        Column("kinds", "list<str>", "Kinds of bird", values=("swift", "stork")),
        Column("day", "date", "The day", nullable=True),
        Column("at", "ts", "The moment, UTC", nullable=True),
        Column("n", "i16", "How many", nullable=True),
        Column("weight", "f32", "Grams", nullable=True),
        Column("stage", "str", "Age", nullable=True, values=("young", "old")),
    ),
    primary_key=("key",),
    sort_by=("day",),
    partitioned=False,
)
EVERY_DTYPE = Table(
    "all",
    "Every type once.",
    tuple(Column(f"c{i}", dtype, dtype, nullable=True) for i, dtype in enumerate(DTYPES)),
    primary_key=("c0",),
    sort_by=(),
    partitioned=False,
)


def frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"key": ["a"], "kinds": [["swift"]]} | columns)


def refusal(given: pl.DataFrame) -> str:
    with pytest.raises(ContractError) as error:
        conform(TABLE, given)
    return str(error.value)


def test_missing_nullable_columns_come_as_nulls_in_the_declared_order() -> None:
    given = pl.DataFrame({"kinds": [["swift"], []], "key": ["b", "a"]})
    found = conform(TABLE, given)
    assert found.schema == polars_schema(TABLE)
    assert found.get_column("day").null_count() == 2
    assert found.get_column("key").to_list() == ["a", "b"]


def test_rows_are_sorted_by_the_declared_order_with_nulls_last() -> None:
    days = [None, dt.date(2024, 5, 2), dt.date(2024, 5, 1), None]
    found = conform(TABLE, pl.DataFrame({"key": ["b", "c", "d", "a"], "kinds": [[]] * 4, "day": days}))
    assert found.get_column("key").to_list() == ["d", "c", "a", "b"]


def test_an_empty_frame_conforms() -> None:
    assert conform(TABLE, empty(TABLE)).equals(empty(TABLE))


def test_naive_times_are_utc_and_other_zones_are_converted() -> None:
    naive = conform(TABLE, frame(at=[dt.datetime(2024, 5, 1, 12)]))
    offset = dt.timezone(dt.timedelta(hours=2))
    zoned = conform(TABLE, frame(at=[dt.datetime(2024, 5, 1, 14, tzinfo=offset)]))
    assert naive.get_column("at").to_list() == [dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)]
    assert naive.equals(zoned)


def test_integers_widen_to_floats_but_floats_are_no_integers() -> None:
    assert conform(TABLE, frame(weight=[40])).get_column("weight").to_list() == [40.0]
    assert refusal(frame(n=[1.5])) == "sightings.n: Float64 given where i16 is declared"


def test_a_string_is_never_read_as_a_date_or_number() -> None:
    assert "sightings.day: String given" in refusal(frame(day=["2024-05-01"]))
    assert "sightings.n: String given" in refusal(frame(n=["1"]))


def test_a_number_too_large_for_its_type_is_refused() -> None:
    assert "sightings.n: a value does not fit i16" in refusal(frame(n=[40_000]))


def test_unknown_and_missing_columns_are_refused() -> None:
    assert refusal(frame(wing=[1])) == "sightings: unknown column wing"
    assert refusal(pl.DataFrame({"key": ["a"]})) == "sightings.kinds: the column is missing"


def test_null_where_a_value_must_be_is_refused_with_an_example_row() -> None:
    message = refusal(pl.DataFrame({"key": ["a", "b"], "kinds": [["swift"], None]}))
    assert message.startswith("sightings.kinds: null where a value must be, in 1 rows such as {key: b")


def test_nulls_inside_lists_are_refused() -> None:
    assert "a null inside a list" in refusal(frame(kinds=[["swift", None]]))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_refused(number: float) -> None:
    assert "sightings.weight: NaN or infinity" in refusal(frame(weight=[number]))


def test_values_outside_a_closed_list_are_refused_in_scalars_and_lists() -> None:
    assert "sightings.stage: 'egg' is not in the closed list" in refusal(frame(stage=["egg"]))
    assert "sightings.kinds: ['swift', 'owl'] is not in the closed list" in refusal(frame(kinds=[["swift", "owl"]]))


def test_two_rows_under_one_key_are_refused() -> None:
    assert "two rows under one primary key (key): {key: a" in refusal(
        pl.DataFrame({"key": ["a", "a"], "kinds": [[]] * 2})
    )


def test_a_table_without_a_key_may_repeat_rows() -> None:
    table = Table("loose", "", TABLE.columns, primary_key=(), sort_by=("key",), partitioned=False)
    assert conform(table, pl.DataFrame({"key": ["a", "a"], "kinds": [[], []]})).height == 2


def test_a_null_in_a_nullable_key_column_is_a_value_like_any_other() -> None:
    columns = (Column("a", "str", ""), Column("b", "str", "", nullable=True))
    table = Table("pairs", "", columns, primary_key=("a", "b"), sort_by=(), partitioned=False)
    assert conform(table, pl.DataFrame({"a": ["x", "x"], "b": [None, "y"]})).height == 2
    with pytest.raises(ContractError, match="two rows under one primary key"):
        conform(table, pl.DataFrame({"a": ["x", "x"], "b": [None, None]}, schema={"a": pl.String, "b": pl.String}))


def test_arrow_tables_have_exactly_the_declared_schema_and_keep_it_through_parquet(tmp_path: Path) -> None:
    for table in (TABLE, EVERY_DTYPE):
        arrow = to_arrow(table, empty(table))
        assert arrow.schema.equals(arrow_schema(table), check_metadata=True)
        pq.write_table(arrow, tmp_path / "t.parquet")
        assert pq.read_schema(tmp_path / "t.parquet").equals(arrow_schema(table), check_metadata=True)
        assert pl.read_parquet(tmp_path / "t.parquet").schema == polars_schema(table)


def test_arrow_tables_keep_the_values() -> None:
    given = conform(TABLE, frame(at=[dt.datetime(2024, 5, 1, 12)], weight=[39.5], stage=["old"]))
    assert pl.DataFrame(to_arrow(TABLE, given)).equals(given)


def test_descriptions_travel_with_the_fields() -> None:
    assert arrow_schema(TABLE).field("weight").metadata == {b"description": b"Grams"}


def test_a_table_tells_its_order_and_path() -> None:
    assert TABLE.order == ("day", "key")
    assert TABLE.path == "sightings"
    assert TABLE.column("n").dtype == "i16"
    with pytest.raises(KeyError, match="sightings has no column wing"):
        TABLE.column("wing")
