"""For: tasks.verify.files. Every way to break the files of a folder is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from verify_case import found, put

from tasks.contract.tables import TABLES
from tasks.verify.files import _READERS, Sound, check_files, check_readers, check_state, sound_tables
from tasks.verify.finding import Finding
from tasks.verify.output import verify


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notes.txt", [("layout", "")]),
        ("weather/part-0.parquet", [("layout", "")]),
        ("events/notes.txt", [("layout", "events")]),
        ("events/part-0.parquet", [("layout", "events")]),
        ("events/month=2024-13/part-0.parquet", [("layout", "events")]),
        ("events/month=2024-05/part-00.parquet", [("layout", "events")]),
        ("events/month=2024-05/deep/part-0.parquet", [("layout", "events")]),
        ("events/month=2024-05/.part-0.parquet.tmp", [("layout", "events")]),
        ("stories/month=2024-05/part-0.parquet", [("layout", "stories")]),
        ("_meta/anything/at-all", []),
    ],
)
def test_a_file_outside_the_layout_is_found(output: Path, name: str, expected: list[tuple[str, str]]) -> None:
    (output / name).parent.mkdir(parents=True, exist_ok=True)
    (output / name).write_bytes(b"x")
    findings = check_files(output)
    assert [(finding.check, finding.table) for finding in findings] == expected
    assert all(name in finding.rows for finding in findings)


def test_a_second_part_of_a_month_belongs_to_the_table(output: Path) -> None:
    month = output / "mentions" / "month=2024-05"
    table = pq.read_table(month / "part-0.parquet", partitioning=None)
    put(month / "part-0.parquet", "mentions", table.slice(0, 2))
    put(month / "part-1.parquet", "mentions", table.slice(2))
    assert found(output) == []


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path, partitioning=None)), path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop_columns(["country"]), "column country is missing"),
        (lambda t: t.append_column("month", pa.array(["undated"] * t.num_rows)), "columns month are not in it"),
        (lambda t: t.select(t.column_names[::-1]), "the columns stand in another order"),
        (lambda t: t.set_column(0, "entity_id", t["entity_id"].cast(pa.large_string())), "is large_string"),
        (lambda t: t.set_column(0, "entity_id", t["entity_id"].dictionary_encode()), "is dictionary"),
        (lambda t: t.set_column(0, "entity_id", t["entity_id"]), "column entity_id is string, not string not null"),
        (lambda t: t.replace_schema_metadata({"run": "r1"}), "metadata beside the schema: ['run']"),
    ],
    ids=["missing", "extra", "order", "large string", "dictionary", "nullable", "metadata"],
)
def test_another_schema_is_found(output: Path, change: Callable[[pa.Table], pa.Table], message: str) -> None:
    rewrite(output / "entities" / "part-0.parquet", change)
    (finding,) = check_files(output)
    assert (finding.check, finding.table) == ("schema", "entities")
    assert message in finding.message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"compression": "snappy"}, "compressed otherwise than with zstd"),
        ({"write_page_index": False}, "statistics or page index are missing"),
        ({"write_statistics": False}, "statistics or page index are missing"),
        ({"sorting_columns": None}, "the order of the rows is not stated"),
        ({"row_group_size": None}, "row groups of more than 2 rows"),
    ],
    ids=["compression", "page index", "statistics", "order", "row groups"],
)
def test_a_file_written_otherwise_is_found(
    output: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], message: str
) -> None:
    path = output / "entities" / "part-0.parquet"
    rows = pq.read_table(path, partitioning=None)
    monkeypatch.setitem(TABLES, "entities", replace(TABLES["entities"], row_group_rows=2))
    order = pq.SortingColumn.from_ordering(rows.schema, [("entity_id", "ascending")], "at_end")
    right = {"compression": "zstd", "write_page_index": True, "sorting_columns": order, "row_group_size": 2}
    pq.write_table(rows, path, **right)
    assert check_files(output) == []
    pq.write_table(rows, path, **(right | options))
    (finding,) = check_files(output)
    assert (finding.check, finding.table, finding.message) == ("parquet", "entities", message)
    assert {table for _, table in found(output)} == {"entities"}


def test_one_odd_file_among_many_is_found(output: Path) -> None:
    rewrite(output / "mentions" / "month=undated" / "part-0.parquet", lambda t: t.drop_columns(["value"]))
    (finding,) = check_files(output)
    assert finding.rows == ("mentions/month=undated/part-0.parquet",)


def test_a_damaged_file_is_found_and_the_rest_still_checked(output: Path) -> None:
    path = output / "entities" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    runs = output / "runs" / "part-0.parquet"
    rows = pq.read_table(runs, partitioning=None)
    at = rows.schema.get_field_index("n_inputs")
    put(runs, "runs", rows.set_column(at, rows.schema.field(at), pa.array([7], pa.int64())))
    assert found(output) == [("schema", "entities"), ("runs", "runs")]


def test_a_damaged_page_is_found_by_the_readers(output: Path) -> None:
    path = output / "quotes" / "month=2024-05" / "part-0.parquet"
    data = bytearray(path.read_bytes())
    data[4:60] = b"\xff" * 56
    path.write_bytes(bytes(data))
    findings = [finding for finding in verify(str(output)) if finding.check == "readers"]
    readers = {finding.message.split()[0] for finding in findings}
    assert {"Polars", "PyArrow", "pandas"} <= readers
    assert {finding.table for finding in findings} == {"quotes"}


def test_damaged_statistics_are_named_and_stop_no_check(output: Path) -> None:
    """Polars reads them where it filters, and fails on a text that is none, though it reads every row."""
    path = output / "entity_roles" / "part-0.parquet"
    data = path.read_bytes()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    last = pl.read_parquet(path, hive_partitioning=False)["entity_id"].max()
    assert isinstance(last, str)
    at = data.index(last.encode(), footer)
    path.write_bytes(data[:at] + bytes([data[at] ^ 0x80]) + data[at + 1 :])
    with pytest.raises(pl.exceptions.ComputeError):
        pl.scan_parquet(path).filter(pl.col("entity_id") == "x").collect()
    findings = [(finding.check, finding.table) for finding in verify(str(output))]
    assert findings == [("manifest", "entity_roles")]


def test_polars_failing_on_a_footer_is_a_finding(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(_: Sound) -> tuple[int, list[str]]:
        raise pl.exceptions.PanicException("assertion failed: range.end as u64 <= self.size")

    monkeypatch.setitem(_READERS, "Polars", ("polars", panic, tuple))
    findings = check_readers(sound_tables(output, []))
    assert {finding.message for finding in findings} == {
        "Polars cannot read it: assertion failed: range.end as u64 <= self.size"
    }


def states(root: Path) -> list[tuple[str, str]]:
    return [(finding.check, finding.table) for finding in check_state(root)]


def test_what_is_left_in_staging_is_found(output: Path) -> None:
    (output / ".staging" / "r2").mkdir(parents=True)
    assert check_state(output) == []
    (output / ".staging" / "r2" / "rows.parquet").write_bytes(b"x")
    assert check_state(output) == [
        Finding("state", "", "1 files are left in .staging", (".staging/r2/rows.parquet",), 1)
    ]


def test_an_unfinished_publish_is_found(output: Path) -> None:
    (output / "_meta" / "publish.json").write_text("{}")
    (output / "_meta" / "generation").write_text("3\n")
    messages = [finding.message for finding in check_state(output)]
    assert "the next `dateline run` finishes it" in messages[0]
    assert messages[1] == "_meta/generation is odd (3): a publish is under way"


@pytest.mark.parametrize(
    ("text", "expected"), [("4\n", []), ("4", [("state", "")]), ("three", [("state", "")]), ("", [("state", "")])]
)
def test_the_generation_is_an_even_number(output: Path, text: str, expected: list[tuple[str, str]]) -> None:
    (output / "_meta" / "generation").write_text(text)
    assert states(output) == expected


def test_a_missing_generation_is_found(output: Path) -> None:
    (output / "_meta" / "generation").unlink()
    assert states(output) == [("state", "")]
