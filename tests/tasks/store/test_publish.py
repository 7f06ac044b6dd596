"""For: tasks.store.publish, tasks.store.journal.

What publishing promises: all or nothing, no byte more than needed, nothing guessed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from publishing import (
    JOURNAL,
    NEW,
    OLD,
    FaultyStorage,
    State,
    copy_of,
    crash,
    die,
    publish,
    rows,
    snapshot,
    tables,
)

from tasks.contract.schema import polars_schema
from tasks.contract.tables import TABLES
from tasks.errors import ContractError, UserError
from tasks.store.layout import Store, clean_staging, list_partitions, open_store, read_generation, scan, shard_url
from tasks.store.publish import Publication, recover
from tasks.store.storage import join, relative_name

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.usefixtures("toys")
def test_publishing_the_same_again_changes_no_byte_and_no_time(store: Store) -> None:
    publish(store, OLD)
    before = {path: path.stat().st_mtime_ns for path in Path(store.name).rglob("*")}
    result = publish(store, OLD, run_id="another-run")
    assert (result.puts, result.deletes) == ((), ())
    assert len(result.unchanged) == 8  # four tables, the fingerprint, a partial and two descriptions
    assert {path: path.stat().st_mtime_ns for path in Path(store.name).rglob("*")} == before
    assert read_generation(store) == 2


@pytest.mark.usefixtures("toys")
def test_the_tables_do_not_depend_on_how_rows_came_over_runs(tmp_path: Path) -> None:
    at_once, one_by_one = open_store(str(tmp_path / "a")), open_store(str(tmp_path / "b"))
    publish(at_once, OLD)
    for number, (place, values) in enumerate(OLD.items()):
        publication = Publication(one_by_one, f"run-{number}")
        publication.put(*place, rows(values[::-1]))
        publication.commit()
    publish(one_by_one, OLD)
    # The manifest alone tells how often was published.
    once, often = tables(at_once), tables(one_by_one)
    assert once.pop("_meta/manifest.json") != often.pop("_meta/manifest.json")
    assert once == often


@pytest.mark.usefixtures("toys")
def test_nothing_is_seen_before_commit_and_nothing_is_left_of_what_was_given_up(store: Store) -> None:
    publish(store, OLD)
    before = snapshot(store)
    publication = Publication(store, "run-2")
    publication.put("alpha", "2019-04", rows([99]))
    publication.drop("beta", "undated")
    assert tables(store) == {name: data for name, data in before.items() if name != "_meta/generation"}
    assert publication.scan("alpha").collect().get_column("value").to_list() == [99, 4]
    assert publication.scan("beta").collect().is_empty()
    clean_staging(store)
    recover(store)
    assert snapshot(store) == before


@pytest.mark.usefixtures("toys")
def test_a_month_that_outgrows_one_file_is_split_and_joined_again(store: Store) -> None:
    month = ("alpha", "2019-04")
    values = list(range(40))
    publish(store, {month: values}, max_rows=30)
    folder = Path(store.name) / "alpha" / "month=2019-04"
    assert {path.name for path in folder.iterdir()} == {f"part-{number}.parquet" for number in range(16)}
    for path in folder.iterdir():
        digits = {article_id[0] for article_id in pl.read_parquet(path).get_column("article_id")}
        assert digits == {f"{int(path.stem.removeprefix('part-')):x}"}
    found = scan(store, "alpha").collect()
    assert sorted(found.get_column("value")) == values
    assert list_partitions(store, "alpha") == ["2019-04"]
    result = publish(store, {month: values[:30]}, max_rows=30)
    assert len(result.deletes) == 15
    assert [path.name for path in folder.iterdir()] == ["part-0.parquet"]
    result = publish(store, {month: [0, 16, 32, 1]}, max_rows=3)
    assert sorted(path.name for path in folder.iterdir()) == ["part-0.parquet", "part-1.parquet"]


@pytest.mark.usefixtures("toys")
def test_a_table_without_rows_keeps_one_empty_file_until_it_has_some(store: Store) -> None:
    publish(store, {("alpha", "2019-04"): [1]})
    assert list_partitions(store, "beta") == ["undated"]
    assert scan(store, "gamma").collect().is_empty()
    assert (Path(store.name) / "gamma" / "part-0.parquet").is_file()
    publish(store, {("beta", "2019-04"): [1]})
    assert list_partitions(store, "beta") == ["2019-04"]
    publication = Publication(store, "run")
    publication.drop("beta", "2019-04")
    publication.drop("beta", "undated")
    publication.commit()
    assert list_partitions(store, "beta") == ["undated"]
    publish(store, {("beta", "undated"): [1], ("beta", "2019-05"): [2]})
    assert list_partitions(store, "beta") == ["2019-05", "undated"]


def test_every_table_is_readable_after_the_first_publish_of_nothing(store: Store) -> None:
    duckdb = pytest.importorskip("duckdb")
    pandas = pytest.importorskip("pandas")
    Publication(store, "run-1").commit()
    for name, table in TABLES.items():
        pattern = f"{store.name}/{name}/**/*.parquet"
        found = pl.scan_parquet(pattern, hive_partitioning=False).collect_schema()
        assert found == polars_schema(table)
        assert duckdb.sql(f"SELECT count(*) FROM '{pattern}'").fetchall() == [(0,)]
        assert list(pandas.read_parquet(f"{store.name}/{name}").columns)[: len(table.names)] == list(table.names)
        assert pq.read_table(f"{store.name}/{name}").num_rows == 0


@pytest.mark.usefixtures("toys")
def test_what_breaks_the_contract_is_refused_before_anything_changes(store: Store) -> None:
    publication = Publication(store, "run")
    publication.put("alpha", "2019-04", rows([1]))
    with pytest.raises(ContractError, match="twice"):
        publication.put("alpha", "2019-04", rows([2]))
    with pytest.raises(ContractError, match="a month is needed"):
        publication.put("alpha", None, rows([1]))
    with pytest.raises(ContractError, match="two rows under one primary key"):
        publication.put("alpha", "2019-05", rows([1, 1]))
    with pytest.raises(ContractError, match="no such table"):
        publication.put("zeta", "2019-05", rows([1]))
    with pytest.raises(ContractError, match="written by the store itself"):
        publication.put_meta("generation", b"8\n")
    with pytest.raises(ContractError, match="written by the store itself"):
        publication.put_meta("partials/delta/x", b"")
    named = pl.DataFrame({"article_id": ["x:1", "x:2"], "value": [1, 2]})
    small = Publication(store, "x", max_rows=1)
    with pytest.raises(ContractError, match="hex digit"):
        small.put("alpha", "2019-06", named)
    assert tables(store) == {}


@pytest.mark.usefixtures("toys")
def test_meta_files_come_with_the_same_commit(store: Store) -> None:
    publication = Publication(store, "run")
    publication.put_meta("fingerprint.json", b"{}")
    assert publication.commit().puts[0] == "_meta/fingerprint.json"
    assert store.storage.read(join(store.url, "_meta", "fingerprint.json")) == b"{}"


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda data: data[: len(data) // 2],
    lambda data: b"",
    lambda data: b"null",
    lambda data: b"[]",
    lambda data: b"\xff\xfe",
    lambda data: data.replace(b'"format": 2', b'"format": 3'),
    lambda data: data.replace(b'"alpha/', b'"../alpha/'),
    lambda data: data.replace(b'"generation": 4', b'"generation": 5'),
    lambda data: data.replace(b'"deletes"', b'"delete"'),
    lambda data: data.replace(b'"alpha/month=2019-05/part-0.parquet"', b"7"),
]


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_journal_is_refused_and_nothing_is_touched(damage: Callable[[bytes], bytes], store: Store) -> None:
    publish(store, OLD)
    crash(store)
    journal = Path(store.name) / JOURNAL
    assert damage(journal.read_bytes()) != journal.read_bytes()
    journal.write_bytes(damage(journal.read_bytes()))
    before = snapshot(store)
    with pytest.raises(UserError, match=r"publish\.json: the journal is damaged") as caught:
        recover(store)
    assert "\n" not in str(caught.value)
    assert snapshot(store) == before
    with pytest.raises(UserError, match="unfinished"):
        Publication(store, "run-2")


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_journal_whose_files_are_gone_is_not_half_followed(harm: str, store: Store) -> None:
    publish(store, OLD)
    crash(store)
    staged = Path(store.name) / ".staging" / "run" / "alpha" / "month=2019-06" / "part-0.parquet"
    staged.unlink() if harm == "lost" else staged.write_bytes(staged.read_bytes()[:-1] + b"x")
    before = snapshot(store)
    with pytest.raises(UserError, match=r"alpha/month=2019-06/part-0.parquet, which is missing or damaged"):
        recover(store)
    assert snapshot(store) == before


@pytest.mark.usefixtures("toys")
def test_a_journal_is_followed_where_the_folder_was_moved_to(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, NEW)
    crash(store)
    moved = open_store(str(Path(store.name).rename(tmp_path / "moved, with a #")))
    assert recover(moved)
    assert snapshot(moved) == snapshot(undisturbed)


@pytest.mark.usefixtures("toys")
def test_an_odd_generation_without_a_journal_becomes_even(store: Store) -> None:
    publish(store, OLD)
    store.storage.write(join(store.url, "_meta", "generation"), b"3\n")
    with pytest.raises(UserError, match="unfinished"):
        Publication(store, "run-2")
    assert recover(store) is True
    assert read_generation(store) == 4


@pytest.mark.usefixtures("toys")
def test_recovery_keeps_the_resume_points_and_nothing_else_staged(store: Store) -> None:
    shard = join(shard_url(store, "ab"), "done.json")
    store.storage.write(shard, b"{}")
    publication = Publication(store, "abandoned")
    publication.put("alpha", "2019-04", rows([1]))
    assert recover(store) is False
    assert [relative_name(store.url, url) for url in store.storage.list_files(store.url)] == [
        ".staging/shards/ab/done.json"
    ]


@pytest.mark.usefixtures("toys")
def test_a_publish_in_between_is_noticed(store: Store) -> None:
    publish(store, OLD)
    slow = Publication(store, "slow")
    slow.put("alpha", "2019-04", rows([7]))
    publish(store, NEW, run_id="quick")
    before = tables(store)
    with pytest.raises(UserError, match="another run has published meanwhile"):
        slow.commit()
    assert tables(store) == before


@pytest.mark.usefixtures("toys")
def test_a_disk_that_gives_back_other_bytes_is_noticed(store: Store) -> None:
    class Rotten(FaultyStorage):
        def __getattr__(self, name: str) -> Any:
            if name == "read":
                return lambda url: b"PAR1 something else PAR1" if ".parquet" in url else self.real.read(url)
            return getattr(self.real, name)

    publication = Publication(replace(store, storage=Rotten(0, "", die)), "run")
    with pytest.raises(UserError, match="read back other than written"):
        publication.put("alpha", "2019-04", rows([1]))


@pytest.mark.usefixtures("toys")
def test_a_reader_who_looks_at_the_generation_never_sees_a_mixture(store: Store) -> None:
    def state(number: int) -> State:
        return {
            ("alpha", "2019-04"): [number],
            ("alpha", "undated"): [number] * (number % 2),
            ("gamma", None): [number],
        }

    publish(store, state(0))
    failures: list[object] = []
    seen: set[int] = set()
    end = threading.Event()

    def read() -> None:
        while not end.is_set():
            before = read_generation(store)
            if before % 2:
                continue
            try:
                frames = [scan(store, name).collect() for name in ("alpha", "gamma")]
            except (pl.exceptions.PolarsError, OSError):
                frames = []  # a file went while it was being read: then the generation has changed
            if read_generation(store) != before:
                continue
            values = {value for frame in frames for value in frame.get_column("value")}
            heights = [frame.height for frame in frames]
            if len(values) != 1 or heights != [1 + max(values) % 2, 1]:
                failures.append((before, values, heights))
            seen.update(values)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 25):
        publish(store, state(number))
    end.set()
    reader.join()
    assert failures == []
    assert len(seen) > 1
