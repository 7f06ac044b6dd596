"""For: tasks.store.layout, tasks.store.lock, tasks.store.storage.

One writer at a time, a dead one replaced, and a writer that lost its lock stopped.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import UserError
from tasks.store import lock as lock_module
from tasks.store.layout import Store, open_store
from tasks.store.lock import writer_lock
from tasks.store.storage import join

FAR = 3600.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "output"))


def lock_file(store: Store) -> Path:
    return Path(store.name) / "_meta" / "lock.json"


def change(store: Store, **facts: Any) -> None:
    """Let the lock file say something else."""
    lock_file(store).write_text(json.dumps(json.loads(lock_file(store).read_text()) | facts))


def ago(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)).isoformat()


def left_behind(store: Store, **facts: Any) -> None:
    """The lock of a writer on another machine that went without a word."""
    with writer_lock(store, "run-0"):
        content = lock_file(store).read_text()
    lock_file(store).write_text(content)
    change(store, **({"machine": "another", "host": "elsewhere", "pid": 77, "heartbeat_seconds": 0.05} | facts))


def test_a_lock_names_its_owner_and_goes_with_it(store: Store) -> None:
    with writer_lock(store, "run-1") as lock:
        lock.check()
        found = json.loads(lock_file(store).read_text())
        assert (found["owner"], found["pid"]) == ("run-1", os.getpid())
    assert not lock_file(store).exists()
    with writer_lock(store, "run-2") as lock:
        lock.check()


def test_a_second_writer_is_told_who_writes_and_what_to_do(store: Store) -> None:
    with writer_lock(store, "run-1") as lock:
        with pytest.raises(UserError) as caught, writer_lock(store, "run-2"):
            pass
        lock.check()
    message = str(caught.value)
    assert f"being written by run-1 (host {lock.owner.host}, process {os.getpid()}, last heard of 0 s ago)" in message
    assert f"remove {lock_file(store)}" in message
    assert "\n" not in message


def test_an_error_inside_lets_the_lock_go(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), writer_lock(store, "run-1"):
        _ = 1 / 0
    assert not lock_file(store).exists()


def test_the_heart_beats(store: Store) -> None:
    with writer_lock(store, "run-1", heartbeat_seconds=0.02) as lock:
        first = lock_file(store).read_bytes()
        deadline = time.monotonic() + 20
        while lock_file(store).read_bytes() == first and time.monotonic() < deadline:
            time.sleep(0.01)
        assert lock_file(store).read_bytes() != first
        lock.check()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_a_writer_killed_on_this_machine_is_replaced_at_once(store: Store) -> None:
    code = (
        "import sys, time; from tasks.store.lock import writer_lock; from tasks.store.layout import open_store\n"
        "with writer_lock(open_store(sys.argv[1]), 'run-1'):\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, store.url], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(UserError, match=f"run-1.*process {child.pid}"), writer_lock(store, "run-2"):
        pass
    child.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    # Not waited for, so that the dead process is still in the system's list.
    while lock_module._process_start(child.pid) != "ended" and time.monotonic() < deadline:
        time.sleep(0.01)
    with writer_lock(store, "run-2", stale_seconds=FAR) as lock:
        lock.check()
    child.wait()
    child.stdout.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_a_process_number_given_out_again_is_no_sign_of_life(store: Store) -> None:
    with writer_lock(store, "run-1"):
        content = lock_file(store).read_text()
    lock_file(store).write_text(content)
    with pytest.raises(UserError, match="being written by run-1"), writer_lock(store, "run-2"):
        pass
    change(store, process_start="1")
    with writer_lock(store, "run-2", stale_seconds=FAR) as lock:
        lock.check()


def test_a_process_number_of_another_machine_says_nothing(store: Store) -> None:
    left_behind(store, pid=2**22 + 1)
    with pytest.raises(UserError, match="host elsewhere"), writer_lock(store, "run-2", stale_seconds=FAR):
        pass


def test_a_silent_lock_is_taken_over(store: Store) -> None:
    left_behind(store, heartbeat_at=ago(500))
    with pytest.raises(UserError, match=r"last heard of 50\d s ago"), writer_lock(store, "run-2", stale_seconds=FAR):
        pass
    with writer_lock(store, "run-2", stale_seconds=120) as lock:
        lock.check()


@pytest.mark.parametrize("seconds", [500, -500])
def test_a_beating_heart_counts_more_than_a_wrong_clock(seconds: int, store: Store) -> None:
    left_behind(store, heartbeat_at=ago(seconds), heartbeat_seconds=0.2)
    beat = threading.Timer(0.1, lambda: change(store, heartbeat_at=ago(seconds - 1)))
    beat.start()
    with pytest.raises(UserError, match="host elsewhere"), writer_lock(store, "run-2", stale_seconds=120):
        pass
    beat.join()


def test_of_many_who_would_take_over_one_wins(store: Store) -> None:
    left_behind(store, heartbeat_at=ago(500))
    start, end = threading.Barrier(6), threading.Barrier(6)
    won: list[int] = []
    lost: list[str] = []

    def take(number: int) -> None:
        start.wait()
        try:
            with writer_lock(store, f"run-{number}") as lock:
                won.append(number)
                end.wait(timeout=30)
                lock.check()
        except UserError as error:
            lost.append(str(error))
            end.wait(timeout=30)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 5)
    assert not lock_file(store).exists()


def test_the_loser_of_a_race_between_look_and_grip_is_refused(store: Store) -> None:
    left_behind(store, heartbeat_at=ago(500))

    class Slow:
        """Another writer takes over after this one looked and before it grips."""

        def __getattr__(self, name: str) -> Any:
            if name == "replace_if":
                change(store, owner="the quicker one", heartbeat_at=ago(0), token="another")
            return getattr(store.storage, name)

    with pytest.raises(UserError, match="the quicker one"), writer_lock(replace(store, storage=Slow()), "run-2"):
        pass
    assert json.loads(lock_file(store).read_text())["owner"] == "the quicker one"


@pytest.mark.parametrize("how", ["taken over", "removed"])
def test_who_lost_the_lock_may_not_go_on(how: str, store: Store) -> None:
    with writer_lock(store, "run-1", heartbeat_seconds=FAR) as lock:
        if how == "removed":
            lock_file(store).unlink()
        else:
            change(store, owner="run-2", token="another")
        for _ in range(2):
            with pytest.raises(UserError, match="took the writer's lock over"):
                lock.check()
    assert lock_file(store).exists() is (how == "taken over"), "the lock of the other one must stay"


def test_the_heart_stops_once_the_lock_is_lost(store: Store) -> None:
    with writer_lock(store, "run-1", heartbeat_seconds=0.02) as lock:
        # Through the store, as another writer does: between a beat's look and its grip nothing can come.
        while not store.storage.replace_if(
            join(store.url, "_meta", "lock.json"), lock_file(store).read_bytes(), b"another's"
        ):
            pass
        time.sleep(0.1)
        with pytest.raises(UserError):
            lock.check()
        assert lock_file(store).read_bytes() == b"another's"
    assert lock_file(store).read_bytes() == b"another's"


def test_after_a_long_sleep_the_lock_is_renewed_before_anything_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writer_lock(store, "run-1", heartbeat_seconds=FAR, stale_seconds=100) as lock:
        before = lock_file(store).read_bytes()
        lock.check()
        assert lock_file(store).read_bytes() == before
        now = time.monotonic()
        monkeypatch.setattr("tasks.store.lock.time.monotonic", lambda: now + 500)
        lock.check()
        assert lock_file(store).read_bytes() != before
        change(store, owner="run-2", token="another")
        monkeypatch.setattr("tasks.store.lock.time.monotonic", lambda: now + 1000)
        with pytest.raises(UserError, match="took the writer's lock over"):
            lock.check()


def test_a_passing_failure_of_the_disk_does_not_end_the_heartbeat(store: Store) -> None:
    class Failing:
        beats = 0

        def __getattr__(self, name: str) -> Any:
            if name == "replace_if":
                Failing.beats += 1
                if Failing.beats <= 2:
                    raise OSError("the network is away")
            return getattr(store.storage, name)

    with writer_lock(replace(store, storage=Failing()), "run-1", heartbeat_seconds=0.02) as lock:
        deadline = time.monotonic() + 20
        while Failing.beats < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert Failing.beats >= 4
        lock.check()


@pytest.mark.parametrize("content", ["", "{}", "[]", "{", '{"pid": 1}', "\udcff"])
def test_a_lock_file_of_somebody_else_s_is_not_removed(content: str, store: Store) -> None:
    store.storage.write(join(store.url, "_meta", "lock.json"), content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UserError, match=r"lock\.json: not a lock that dateline wrote"), writer_lock(store, "run-1"):
        pass
    assert lock_file(store).exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file")
    with pytest.raises(UserError, match="output: a file lies"), writer_lock(open_store(str(tmp_path / "output")), "r"):
        pass
