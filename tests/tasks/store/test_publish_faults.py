"""For: tasks.store.publish, tasks.store.journal.

A publish is stopped everywhere, in every way: the next run must find the old tables or make the new ones.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from publishing import (
    JOURNAL,
    NEW,
    OLD,
    Killed,
    Machine,
    State,
    copy_of,
    faulty,
    killed_child,
    operations,
    publish,
    snapshot,
    tables,
)

from tasks.errors import UserError
from tasks.store.layout import Store, open_store, read_generation
from tasks.store.publish import recover

pytestmark = pytest.mark.usefixtures("quick")


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
def test_a_lost_lock_stops_the_commit_before_its_next_step(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    undisturbed = copy_of(store, tmp_path / "undisturbed")
    publish(undisturbed, NEW)
    old, new, final = tables(store), tables(undisturbed), snapshot(undisturbed)
    calls = 0

    @contextmanager
    def count() -> Iterator[str]:
        nonlocal calls
        calls += 1
        yield ""

    publish(copy_of(store, tmp_path / "counted"), NEW, hold=count)
    assert calls > 10
    for allowed in range(calls):
        left = allowed
        stopped = copy_of(store, tmp_path / "stopped")

        @contextmanager
        def lose() -> Iterator[str]:
            nonlocal left
            left -= 1
            if left < 0:
                raise UserError("lost")
            yield ""

        with pytest.raises(UserError, match="lost"):
            publish(stopped, NEW, hold=lose)
        if allowed == 0:
            assert tables(stopped) == old
            assert not (Path(stopped.name) / JOURNAL).exists()
        check_stopped(stopped, old, new, final)


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
        # Each of the first calls, up to the journal's and a few behind it, then some of the others.
        stop += 1 if stop < 40 else 7
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
