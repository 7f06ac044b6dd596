"""For: tasks.store.lock, tasks.store.journal, tasks.store.publish.

A run that is stopped anywhere, taken over, and wakes up later touches nothing that is not its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from publishing import (
    JOURNAL,
    NEW,
    OLD,
    FaultyStorage,
    State,
    copy_of,
    crash,
    faulty,
    operations,
    publish,
    rows,
    snapshot,
    tables,
    use_toys,
)

from tasks.errors import UserError
from tasks.store import storage as storage_module
from tasks.store.journal import Hold, read_journal, write_generation
from tasks.store.layout import Store, clean_staging, open_store, read_generation
from tasks.store.lock import writer_lock
from tasks.store.publish import Publication, recover
from tasks.store.storage import LocalStorage

STALE = 0.3
OTHER: State = {("alpha", "2019-04"): [1, 2, 300], ("beta", "undated"): [5, 50], ("gamma", None): [60]}


@dataclass
class Steps:
    """Counts the steps that a run makes under the lock, and does something just before one of them."""

    stop: int
    act: Callable[[], None]
    seen: int = 0

    def counted(self, hold: Hold) -> Hold:
        """The same hold, counted."""

        def step() -> AbstractContextManager[str]:
            self.seen += 1
            if self.seen == self.stop:
                self.act()
            return hold()

        return step


def run_as_a_run_does(store: Store, state: State, run_id: str, steps: Steps | None = None) -> None:
    """Lock, recover, publish, clean: what a run does to a store."""
    with writer_lock(store, run_id, heartbeat_seconds=0.05, stale_seconds=STALE) as lock:
        hold = lock.held if steps is None else steps.counted(lock.held)
        recover(store, hold)
        publication = Publication(store, run_id, hold)
        for (table, month), values in state.items():
            publication.put(table, month, rows(values))
        publication.commit()
        with hold():
            clean_staging(store, shards=True)


def fall_asleep() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def sleeper(url: str, stop: int, when: str) -> None:
    """A process of its own: do all that a run does, stopped by the system at one operation, or before one step."""
    use_toys(setattr)
    if when == "between steps":
        run_as_a_run_does(open_store(url), NEW, "sleeper", Steps(stop, fall_asleep))
    else:
        run_as_a_run_does(faulty(open_store(url), stop, when, fall_asleep), NEW, "sleeper")


def start_sleeper(store: Store, stop: int, when: str) -> subprocess.Popen[bytes]:
    places = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "support")]
    code = f"import sys; sys.path[:0] = {places!r}; import test_split_brain as it; it.sleeper"
    return subprocess.Popen(
        [sys.executable, "-c", f"{code}({store.url!r}, {stop}, {when!r})"], stderr=subprocess.DEVNULL
    )


def wait_until_stopped(child: subprocess.Popen[bytes]) -> bool:
    """Whether the child sleeps; False where it ended before."""
    while child.poll() is None:
        if Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return True
        time.sleep(0.01)
    return False


def taken_over(store: Store) -> bool:
    """Let another run publish; False where it is told that the sleeper is in the middle of a step."""
    time.sleep(STALE + 0.1)
    try:
        run_as_a_run_does(store, OTHER, "other")
    except UserError as error:
        if "stopped in the middle of a step" not in str(error):
            raise
        return False
    return True


def content(store: Store) -> dict[str, bytes]:
    """The tables and partials."""
    return {name: data for name, data in tables(store).items() if not name.startswith("_meta/") or "partials" in name}


def states(store: Store, place: Path) -> tuple[dict[str, bytes], ...]:
    """What may lie in the store: before; after the sleeper; and after the other, without and with the sleeper's."""
    publish(store, OLD)
    alone, after = copy_of(store, place / "alone"), copy_of(store, place / "after")
    run_as_a_run_does(alone, OTHER, "other")
    run_as_a_run_does(after, NEW, "sleeper")
    new = content(after)
    run_as_a_run_does(after, OTHER, "other")
    return content(store), new, content(alone), content(after)


def schedule(store: Store, place: Path, stop: int, when: str, allowed: tuple[dict[str, bytes], ...]) -> str:
    """Stop one run at an operation, let another take over, wake the first up; gives how it went."""
    again = copy_of(store, place)
    child = start_sleeper(again, stop, when)
    if not wait_until_stopped(child):
        return "ended before"
    over = taken_over(again)
    child.send_signal(signal.SIGCONT)
    code = child.wait(timeout=30)
    # Whatever the sleeper did after it woke, a reader finds one state, whole.
    assert read_generation(again) % 2 == 0
    assert content(again) in allowed
    time.sleep(STALE + 0.1)
    run_as_a_run_does(again, OTHER, "last")
    assert content(again) in allowed[2:]
    left = [name for name in snapshot(again) if name.startswith((".staging", JOURNAL)) or ".tmp" in name]
    assert not left
    return f"{'taken over' if over else 'kept others out'}, exit {code}"


def count_steps(store: Store, place: Path) -> int:
    counting = Steps(0, fall_asleep)
    run_as_a_run_does(copy_of(store, place), NEW, "sleeper", counting)
    return counting.seen


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for a process that is stopped for good."""
    monkeypatch.setattr(storage_module, "GUARD_SECONDS", 0.5)


@pytest.mark.usefixtures("toys", "short_wait")
def test_a_run_that_wakes_up_after_it_was_taken_over_touches_nothing(store: Store, tmp_path: Path) -> None:
    allowed = states(store, tmp_path)
    steps = count_steps(store, tmp_path / "counted")
    # In the middle of the moves, and before it cleans up at last, while nobody but the other is at work.
    for stop in (steps // 2, steps):
        assert schedule(store, tmp_path / "s", stop, "between steps", allowed) == "taken over, exit 1"
    total = operations(store, tmp_path / "operations", lambda it: run_as_a_run_does(it, NEW, "sleeper"))
    assert schedule(store, tmp_path / "s", total // 2, "before", allowed) == "kept others out, exit 0"


@pytest.mark.slow
@pytest.mark.usefixtures("toys", "short_wait")
def test_a_run_may_be_stopped_and_taken_over_at_every_operation(store: Store, tmp_path: Path) -> None:
    allowed = states(store, tmp_path)
    total = operations(store, tmp_path / "counted", lambda it: run_as_a_run_does(it, NEW, "sleeper"))
    stops = [(stop, when) for stop in range(1, total + 1) for when in ("before", "after")]
    steps = count_steps(store, tmp_path / "steps")
    stops += [(stop, "between steps") for stop in range(1, steps + 1)]
    outcomes = [schedule(store, tmp_path / "s", *stop, allowed) for stop in stops]
    assert {outcome.split(",")[0] for outcome in outcomes} >= {"taken over", "kept others out"}


@pytest.mark.usefixtures("toys", "quick")
def test_nothing_of_a_run_happens_where_the_lock_is_gone(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    with writer_lock(store, "first") as lock:
        publication = Publication(store, "first", lock.held)
        publication.put("gamma", None, rows([9]))
        (Path(store.name) / "_meta" / "lock.json").unlink()
        run_as_a_run_does(store, OTHER, "second")
        before = snapshot(store)
        with pytest.raises(UserError, match="took the writer's lock over"):
            publication.commit()
        assert snapshot(store).keys() - {".staging/"} == before.keys()
        assert all(snapshot(store)[name] == data for name, data in before.items())


@pytest.mark.usefixtures("toys", "quick")
def test_a_run_whose_staging_was_cleaned_away_is_told_that_it_lost_the_lock(store: Store) -> None:
    publish(store, OLD)

    def read_what_was_staged() -> None:
        with writer_lock(store, "first") as lock:
            publication = Publication(store, "first", lock.held)
            publication.put("gamma", None, rows([9]))
            (Path(store.name) / "_meta" / "lock.json").unlink()
            run_as_a_run_does(store, OTHER, "second")
            publication.scan("gamma").collect()

    with pytest.raises(UserError, match="took the writer's lock over"):
        read_what_was_staged()


@pytest.mark.usefixtures("toys", "quick")
def test_a_journal_that_can_never_have_begun_is_dropped(store: Store, tmp_path: Path) -> None:
    publish(store, OLD)
    crash(store)
    late = (Path(store.name) / JOURNAL).read_bytes()
    recover(store)
    publish(store, OTHER)
    publish(store, OLD, "again")
    settled = content(store)
    (Path(store.name) / JOURNAL).write_bytes(late)
    assert recover(store) is False
    assert content(store) == settled
    assert read_journal(store) is None


@pytest.mark.usefixtures("toys", "quick")
def test_a_second_journal_is_never_written_over_the_first(store: Store) -> None:
    publish(store, OLD)
    late = Publication(store, "late")
    late.put("gamma", None, rows([9]))
    crash(store)
    before = snapshot(store)
    with pytest.raises(UserError, match="unfinished"):
        late.commit()
    assert {name: data for name, data in snapshot(store).items() if not name.startswith(".staging/late")} == {
        name: data for name, data in before.items() if not name.startswith(".staging/late")
    }


@pytest.mark.usefixtures("toys", "quick")
def test_the_generation_never_goes_back(store: Store) -> None:
    publish(store, OLD)
    publish(store, NEW)
    assert read_generation(store) == 4
    for number, expected in ((3, 2), (4, 3), (1, 0)):
        with pytest.raises(UserError, match="another run has published meanwhile"):
            write_generation(store, number, expected)
    assert read_generation(store) == 4


@pytest.mark.usefixtures("toys", "quick")
def test_a_staged_file_that_is_gone_is_not_taken_for_one_that_was_moved(store: Store) -> None:
    """A `move` whose source is missing finds a target: only its digest tells whether it is the moved file."""
    publish(store, OLD)

    class Lose(FaultyStorage):
        def __getattr__(self, name: str) -> Any:
            operation = getattr(self.real, name)

            def move(source: str, target: str) -> None:
                if target.endswith("alpha/month=2019-04/part-0.parquet"):
                    self.real.delete(source)
                operation(source, target)

            def exists(url: str) -> bool:
                return ".staging" not in url and self.real.exists(url)

            return {"move": move, "exists": exists}.get(name, operation)

    with pytest.raises(UserError, match="holds other content"):
        publish(replace(store, storage=Lose(0, "", lambda: None, LocalStorage())), NEW)
