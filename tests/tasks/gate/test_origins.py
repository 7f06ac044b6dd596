"""For: tasks.gate.origins. Which file an origin belongs to."""

from __future__ import annotations

import polars as pl

from tasks.gate.origins import container_of, file_of, within


def test_records_and_members_belong_to_their_file() -> None:
    files = {"a.jsonl", "dump.zip", "in/c#4.txt"}
    assert file_of("a.jsonl", files) == "a.jsonl"
    assert file_of("a.jsonl#12", files) == "a.jsonl"
    assert file_of("dump.zip/in/b.jsonl#3", files) == "dump.zip"
    assert file_of("in/c#4.txt", files) == "in/c#4.txt"
    assert file_of("a.jsonl.gz#1", files) is None
    assert file_of("in/c", files) is None
    assert file_of("", files) is None


def test_a_file_in_a_folder_of_an_archives_name_is_its_own() -> None:
    origins = pl.Series(["x/y#1", "x/z#1", "x#2", "w"])
    assert within(origins, ["x"], ["x/y"]).to_list() == [False, True, True, False]
    assert within(origins, []).to_list() == [False] * 4


def test_a_container_is_the_file_or_member_without_the_record() -> None:
    frame = pl.DataFrame({"origin": ["a#1", "z.zip/m#2", "b#3/c", "b#x#4", "h#1.txt"]})
    assert frame.select(container_of(pl.col("origin"))).to_series().to_list() == [
        "a",
        "z.zip/m",
        "b#3/c",
        "b#x",
        "h#1.txt",
    ]
