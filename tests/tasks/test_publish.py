"""A publish is stopped everywhere, in every way: the next run must find the old tables or make the new ones."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from tasks import publish as publish_module
from tasks import store as store_module
from tasks.errors import ContractError, UserError
from tasks.publish import Publication, PublishResult, recover
from tasks.schema import Column, Table, polars_schema
from tasks.storage import LocalStorage, join, relative_name
from tasks.store import Store, list_partitions, open_store, read_generation, scan, shard_url
from tasks.tables import TABLES

COLUMNS = (Column("article_id", "str", ""), Column("value", "i32", "", True))
CHANGING = ("write", "move", "delete", "delete_tree", "sweep")
JOURNAL = "_meta/publish.json"

State = dict[tuple[str, str | None], list[int]]
OLD: State = {
    ("alpha", "2019-04"): [1, 2, 3],
    ("alpha", "2019-05"): [4],
    ("beta", "undated"): [5],
    ("gamma", None): [6],
    ("delta", "2019-04"): [7],
}
# One month changes, one goes, one comes; a table loses its last row; one has its first; one stays as it is.
NEW: State = {
    ("alpha", "2019-04"): [1, 20, 3],
    ("alpha", "2019-05"): [],
    ("alpha", "2019-06"): [8, 9],
    ("beta", "undated"): [],
    ("gamma", None): [6],
    ("delta", "2019-04"): [],
    ("delta", "2019-06"): [10],
    ("epsilon", "2019-06"): [11],
}


class Killed(BaseException):
    """Stands for the end of the process: nothing but a test catches it."""


def toy(name: str, partitioned: bool, folder: str = "") -> Table:
    return Table(name, "", COLUMNS, ("article_id",), ("article_id",), partitioned, folder)


def use_toys(setter: Callable[[object, str, object], None]) -> None:
    """Let the contract be of four small tables and one internal one."""
    tables = {name: toy(name, name != "gamma") for name in ("alpha", "beta", "gamma", "epsilon")}
    partials = {"delta": toy("delta", True, "_meta/partials")}
    for module, name, value in (
        (store_module, "TABLES", tables),
        (store_module, "PARTIALS", partials),
        (publish_module, "TABLES", tables),
    ):
        setter(module, name, value)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: a killed process loses nothing it wrote, and lost power is what `Machine` is for."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    use_toys(monkeypatch.setattr)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "output"))


def rows(values: list[int]) -> pl.DataFrame:
    ids = [f"{value % 16:x}{value:015d}" for value in values]
    return pl.DataFrame({"article_id": ids, "value": values}, schema={"article_id": pl.String, "value": pl.Int32})


def publish(store: Store, state: State, run_id: str = "run", **options: Any) -> PublishResult:
    publication = Publication(store, run_id, **options)
    for (table, month), values in state.items():
        publication.put(table, month, rows(values))
    publication.put_meta("fingerprint.json", repr(sorted(state)).encode())
    return publication.commit()


def snapshot(store: Store) -> dict[str, bytes]:
    """Every file with its bytes, temporary ones and empty folders too; the guard of locks aside."""
    root = Path(store.name)
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name + "/"] = b""
    return found


def tables(store: Store) -> dict[str, bytes]:
    """What a reader sees: the files that are neither staged nor the publication's own books."""
    own = (".staging/", JOURNAL, "_meta/generation")
    return {
        name: data
        for name, data in snapshot(store).items()
        if not name.startswith(own) and not name.endswith(("/", ".tmp"))
    }


class FaultyStorage:
    """Ends the process (or fails) before or after the n-th operation that changes something."""

    def __init__(self, stop: int, when: str, fail: Callable[[], None], real: LocalStorage | None = None) -> None:
        self.real, self.stop, self.when, self.fail, self.seen = real or LocalStorage(), stop, when, fail, 0

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self.real, name)
        if name not in CHANGING:
            return operation

        def call(*args: Any) -> Any:
            self.seen += 1
            if self.seen == self.stop and self.when == "before":
                self.fail()
            result = operation(*args)
            if self.seen == self.stop and self.when == "after":
                self.fail()
            return result

        return call


def die() -> None:
    raise Killed


def faulty(store: Store, stop: int, when: str = "before", fail: Callable[[], None] = die) -> Store:
    return replace(store, storage=FaultyStorage(stop, when, fail))


def copy_of(store: Store, place: Path) -> Store:
    shutil.rmtree(place, ignore_errors=True)
    if Path(store.name).exists():
        shutil.copytree(store.name, place)
    return open_store(str(place))


def operations(store: Store, place: Path, work: Callable[[Store], object]) -> int:
    counting = faulty(copy_of(store, place), 0)
    work(counting)
    assert isinstance(counting.storage, FaultyStorage)
    return counting.storage.seen


def check_stopped(stopped: Store, old: dict[str, bytes], new: dict[str, bytes], final: dict[str, bytes]) -> None:
    """What must hold of a store whose run was stopped: now, after recovery, and after the same publish again."""
    if read_generation(stopped) % 2 == 0:
        assert tables(stopped) in (old, new)
    certain = (Path(stopped.name) / JOURNAL).exists()
    unfinished = certain or read_generation(stopped) % 2 == 1
    was = tables(stopped)
    assert recover(stopped) is unfinished
    assert tables(stopped) == (new if certain else was)
    assert tables(stopped) in (old, new)
    assert read_generation(stopped) % 2 == 0
    assert not any(name.startswith((".staging", JOURNAL)) or ".tmp" in name for name in snapshot(stopped))
    assert not any(name.endswith("/") for name in snapshot(stopped)), "an empty folder was left"
    settled = snapshot(stopped)
    assert recover(stopped) is False
    assert snapshot(stopped) == settled
    publish(stopped, NEW)
    assert snapshot(stopped) == final


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("first", [True, False], ids=["first publish ever", "publish over another"])
def test_a_publish_stopped_at_any_operation_is_repaired(first: bool, store: Store, tmp_path: Path) -> None:
    if not first:
        publish(store, OLD)
    old = tables(store)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    result = publish(undisturbed, NEW)
    if not first:
        assert result.deletes == (
            "_meta/partials/delta/month=2019-04/part-0.parquet",
            "alpha/month=2019-05/part-0.parquet",
            "epsilon/month=undated/part-0.parquet",
        )
        assert "gamma/part-0.parquet" in result.unchanged
    new, final = tables(undisturbed), snapshot(undisturbed)
    total = operations(store, tmp_path / "counted", lambda it: publish(it, NEW))
    assert total > 20
    outcomes = set()
    for stop, when in product(range(1, total + 1), ("before", "after")):
        stopped = copy_of(store, tmp_path / "stopped")
        with pytest.raises(Killed):
            publish(faulty(stopped, stop, when), NEW)
        outcomes.add((read_generation(stopped) % 2, (Path(stopped.name) / JOURNAL).exists()))
        check_stopped(stopped, old, new, final)
    # Old, certain but not begun, under way, all done but the journal: all were seen; odd without a journal never.
    assert outcomes == {(0, False), (0, True), (1, True)}


@pytest.mark.usefixtures("toys")
def test_a_recovery_stopped_at_any_operation_is_repaired(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    old = tables(store)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, NEW)
    new, final = tables(undisturbed), snapshot(undisturbed)
    total = operations(store, tmp_path / "counted", lambda it: publish(it, NEW))
    seen = 0
    for stop in range(total, 1, -5):
        stopped = copy_of(store, tmp_path / "stopped")
        with pytest.raises(Killed):
            publish(faulty(stopped, stop), NEW)
        if not (Path(stopped.name) / JOURNAL).exists():
            continue
        seen += 1
        steps = operations(stopped, tmp_path / "counted", recover)
        for step in range(1, steps + 1):
            again = copy_of(stopped, tmp_path / "again")
            with pytest.raises(Killed):
                recover(faulty(again, step))
            if step % 3 == 0:  # and the recovery of the recovery
                with pytest.raises(Killed):
                    recover(faulty(again, 1, "after"))
            check_stopped(again, old, new, final)
    assert seen >= 3


class Machine:
    """A computer that loses its power at the n-th system call: what was not synced is gone.

    It keeps what is certain to be on disk: a file's content as of its last fsync, a folder's names as of its last.
    Handles stay open so that no inode number is given out twice.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.stop, self.seen, self.half = root, 0, 0, False
        self.content: dict[int, bytes] = {}
        self.names: dict[int, dict[str, int]] = {}
        self.handles: list[int] = []
        self.real = {
            name: getattr(os, name) for name in ("open", "fsync", "write", "replace", "unlink", "mkdir", "rmdir")
        }
        for name in ("write", "fsync", "replace", "unlink", "mkdir", "rmdir"):
            monkeypatch.setattr(os, name, self.hook(name))

    def hook(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.seen += 1
            if self.seen == self.stop:
                if name == "write" and self.half:
                    self.real["write"](args[0], args[1][: len(args[1]) // 2])
                raise Killed
            if self.seen > self.stop > 0:
                raise AssertionError("the dead go on")
            result = self.real[name](*args, **kwargs)
            if name == "fsync":
                self.keep(args[0])
            return result

        return call

    def keep(self, handle: int) -> None:
        self.handles.append(os.dup(handle))
        facts = os.fstat(handle)
        if stat.S_ISDIR(facts.st_mode):
            entries = {name: os.stat(name, dir_fd=handle) for name in os.listdir(handle)}
            self.names[facts.st_ino] = {name: entry.st_ino for name, entry in entries.items()}
        else:
            self.content[facts.st_ino] = Path(f"/proc/self/fd/{handle}").read_bytes()

    def keep_all(self) -> None:
        for path in [self.root, *self.root.rglob("*")]:
            handle = self.real["open"](path, os.O_RDONLY)
            self.keep(handle)
            os.close(handle)

    def restore(self, place: Path, inode: int | None = None) -> None:
        """Write what is certain to be on disk into a folder."""
        place.mkdir()
        inode = inode or self.root.stat().st_ino
        for name, child in self.names.get(inode, {}).items():
            if child in self.content:
                (place / name).write_bytes(self.content[child])
            elif child in self.names or Path(name).suffix == "":
                self.restore(place / name, child)
            else:
                (place / name).write_bytes(b"")

    def end(self) -> None:
        for handle in self.handles:
            os.close(handle)


SMALL: State = {("alpha", "2019-04"): [1, 20, 3], ("alpha", "2019-05"): [], ("gamma", None): [66]}


@pytest.mark.usefixtures("toys")
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads files through /proc")
@pytest.mark.parametrize("ending", ["power lost", "killed", "killed in the middle of a write"])
def test_a_publish_stopped_at_any_system_call_is_repaired(
    ending: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, OLD)
    old = tables(store)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, SMALL)
    new, final = tables(undisturbed), snapshot(undisturbed)
    stop = certain = 0
    while True:
        stop += 1
        stopped = copy_of(store, tmp_path / "stopped")
        with monkeypatch.context() as patch:
            machine = Machine(Path(stopped.name), patch)
            machine.keep_all()
            machine.stop, machine.half = stop, ending.endswith("write")
            try:
                publish(stopped, SMALL)
                break
            except Killed:
                pass
        if ending == "power lost":
            shutil.rmtree(tmp_path / "restored", ignore_errors=True)
            machine.restore(tmp_path / "restored")
            stopped = open_store(str(tmp_path / "restored"))
        machine.end()
        journal = (Path(stopped.name) / JOURNAL).exists()
        certain += journal
        recover(stopped)
        assert not any(".tmp" in name for name in snapshot(stopped))
        seen = tables(stopped)
        assert seen == new if journal else seen in (old, new)
        publish(stopped, SMALL)
        assert snapshot(stopped) == final
    machine.end()
    assert stop > 50
    assert certain > 10


def child(url: str, stop: int, when: str, work: str) -> None:
    """Run in a process of its own: publish (or recover) and be killed by the system."""
    use_toys(setattr)
    store = faulty(open_store(url), stop, when, lambda: os.kill(os.getpid(), signal.SIGKILL))
    if work == "publish":
        publish(store, NEW)
    else:
        recover(store)


def killed_child(store: Store, stop: int, when: str, work: str = "publish") -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_publish as t; t.child"
    return subprocess.Popen([sys.executable, "-c", f"{code}({store.url!r}, {stop}, {when!r}, {work!r})"])


@pytest.mark.usefixtures("toys")
def test_a_process_killed_in_the_middle_loses_nothing(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    old = tables(store)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, NEW)
    new, final = tables(undisturbed), snapshot(undisturbed)
    total = operations(store, tmp_path / "counted", lambda it: publish(it, NEW))
    stops = [(stop, when) for stop in (2, total // 2, total - 6) for when in ("before", "after")]
    copies = [copy_of(store, tmp_path / f"killed-{number}") for number in range(len(stops))]
    children = [killed_child(copy, *stop) for copy, stop in zip(copies, stops, strict=True)]
    assert [process.wait(timeout=120) for process in children] == [-signal.SIGKILL] * len(stops)
    journals = [copy for copy in copies if (Path(copy.name) / JOURNAL).exists()]
    assert 0 < len(journals) < len(copies)
    assert killed_child(journals[0], 3, "after", "recover").wait(timeout=120) == -signal.SIGKILL
    for copy in copies:
        check_stopped(copy, old, new, final)


@pytest.mark.usefixtures("toys")
def test_publishing_the_same_again_changes_no_byte_and_no_time(store: Store) -> None:
    publish(store, OLD)
    before = {path: path.stat().st_mtime_ns for path in Path(store.name).rglob("*")}
    result = publish(store, OLD, run_id="another-run")
    assert (result.puts, result.deletes) == ((), ())
    assert len(result.unchanged) == 6
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
    assert tables(at_once) == tables(one_by_one)


@pytest.mark.usefixtures("toys")
def test_nothing_is_seen_before_commit_and_nothing_is_left_after_abandon(store: Store) -> None:
    publish(store, OLD)
    before = snapshot(store)
    publication = Publication(store, "run-2")
    publication.put("alpha", "2019-04", rows([99]))
    publication.drop("beta", "undated")
    assert tables(store) == {name: data for name, data in before.items() if name != "_meta/generation"}
    assert publication.scan("alpha").collect().get_column("value").to_list() == [99, 4]
    assert publication.scan("beta").collect().is_empty()
    publication.abandon()
    recover(store)
    assert snapshot(store) == before
    with pytest.raises(ContractError, match="is over"):
        publication.put("alpha", "2019-04", rows([99]))


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


def crash(store: Store) -> None:
    """Leave a journal behind, its puts still staged."""

    class Stop(FaultyStorage):
        def __getattr__(self, name: str) -> Any:
            operation = getattr(self.real, name)

            def call(url: str, *rest: Any) -> Any:
                operation(url, *rest)
                if url.endswith(JOURNAL):
                    raise Killed

            return call if name == "write" else operation

    with pytest.raises(Killed):
        publish(replace(store, storage=Stop(0, "", die)), NEW)


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda data: data[: len(data) // 2],
    lambda data: b"",
    lambda data: b"null",
    lambda data: b"[]",
    lambda data: b"\xff\xfe",
    lambda data: data.replace(b'"format": 1', b'"format": 2'),
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
def test_a_lost_lock_stops_the_commit_before_its_next_step(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, NEW)
    old, new, final = tables(store), tables(undisturbed), snapshot(undisturbed)
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    publish(copy_of(store, tmp_path / "counted"), NEW, check=count)
    assert calls > 10
    for allowed in range(calls):
        left = allowed
        stopped = copy_of(store, tmp_path / "stopped")

        def check() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise UserError("lost")

        with pytest.raises(UserError, match="lost"):
            publish(stopped, NEW, check=check)
        if allowed == 0:
            assert tables(stopped) == old
            assert not (Path(stopped.name) / JOURNAL).exists()
        check_stopped(stopped, old, new, final)


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
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_locked_disk_leaves_the_old_tables_whole(
    number: int, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, OLD)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, NEW)
    old, new, final = tables(store), tables(undisturbed), snapshot(undisturbed)
    real, stop = os.fsync, 0
    said: list[str] = []
    while True:
        stop += 7
        stopped, left = copy_of(store, tmp_path / "stopped"), stop

        def fsync(handle: int) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                raise OSError(number, os.strerror(number))
            real(handle)

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            publish(stopped, NEW)
            break
        except UserError as error:
            said.append(str(error))
        finally:
            monkeypatch.setattr(os, "fsync", real)
        check_stopped(stopped, old, new, final)
    assert len(said) > 5
    assert all(str(tmp_path / "stopped") in line and "\n" not in line for line in said)


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
