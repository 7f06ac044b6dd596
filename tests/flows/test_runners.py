"""For: flows.runners, flows.workers. Jobs that raise, workers that die and places that are full are told apart."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from deadly_jobs import DeadlyJob, tries, work
from prefect import task
from prefect.client.schemas.objects import State
from prefect.context import refresh_global_settings_context
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Crashed, Failed

from flows import runners
from flows.runners import DEATHS, Failure, is_dead_worker, run_jobs
from flows.settings import RunConfig
from flows.workers import Lane
from tasks.errors import RunFailed, UserError


class KilledWorker(Exception):
    """As Dask names it."""


class WorkerCrashedError(RuntimeError):
    """As Ray names it."""


@dataclass
class Future:
    """What a runner's future shows of a job that ended as `end` says: with a state, or with an exception."""

    end: State[Any] | Exception

    @property
    def state(self) -> State[Any]:
        assert isinstance(self.end, State)
        return self.end

    def add_done_callback(self, then: Callable[[Future], None]) -> None:
        then(self)

    def wait(self) -> None:
        if isinstance(self.end, Exception):
            raise self.end

    def result(self) -> str:
        return "rows"


@dataclass
class Runner:
    """A runner whose jobs are lists of how they end, one end a try."""

    taken: list[Any] = field(default_factory=list)

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def submit(self, task: object, parameters: dict[str, Any]) -> Future:
        self.taken.append(parameters["job"])
        return Future(parameters["job"].pop(0))


@task
def annotate(job: object) -> str:
    raise NotImplementedError


Ends = list[State[Any] | Exception]


def outcomes(monkeypatch: pytest.MonkeyPatch, *jobs: Ends, **how: Any) -> tuple[list[Any], list[Failure]]:
    monkeypatch.setattr(runners, "make_lanes", lambda *_: [Lane(lambda _: Runner())])  # type: ignore[arg-type,return-value]
    results, failures = run_jobs(RunConfig.model_validate({}), annotate, list(jobs), **how)
    return [result for _, result in results], failures


def test_a_job_that_raised_is_a_failure_with_what_it_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    results, failures = outcomes(monkeypatch, [Completed()], [Failed(message="failed", data=ValueError("cannot"))])
    assert results == ["rows"]
    assert [failure.message for failure in failures] == ["ValueError: cannot"]


@pytest.mark.parametrize(
    "error",
    [BrokenProcessPool("gone"), KilledWorker("gone"), WorkerCrashedError("gone")],
    ids=lambda e: type(e).__name__,
)
def test_a_job_whose_worker_died_is_done_again_whichever_runner_it_was(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ends: tuple[Ends, ...] = ([error, Completed()], [Completed()], [Crashed(message="x", data=error), Completed()])
    assert outcomes(monkeypatch, *ends) == (["rows"] * 3, [])


def test_workers_that_always_die_end_the_run_unless_something_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = BrokenProcessPool("gone")
    with pytest.raises(RunFailed, match=rf"died {DEATHS} times in a row.*give fewer `workers`"):
        outcomes(monkeypatch, [dead] * DEATHS)
    ends: Ends = [*[dead] * (2 * DEATHS), Completed()]
    assert outcomes(monkeypatch, ends, after_death=lambda job: True) == (["rows"], [])


def test_what_is_no_fault_of_the_job_ends_the_run_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    full = "out: the disk is full; free some space"
    with pytest.raises(UserError, match=full):
        outcomes(monkeypatch, [Failed(data=UserError(full))])
    with pytest.raises(RunFailed, match="/tmp/x: the disk is full; free some space and run again"):
        outcomes(monkeypatch, [Failed(data=OSError(28, "No space left on device", "/tmp/x"))])
    with pytest.raises(RunFailed, match=r"FileNotFoundError: .*/tmp/todo"):
        outcomes(monkeypatch, [Failed(data=FileNotFoundError(2, "No such file", "/tmp/todo"))])


def test_a_run_that_lost_its_lock_waits_for_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise UserError("another run took the writer's lock over")

    monkeypatch.setattr(runners, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(Future, "add_done_callback", lambda self, done: None)  # never done
    with pytest.raises(UserError, match="took the writer's lock over"):
        outcomes(monkeypatch, [Completed()], check=lost)


def test_what_else_is_raised_while_waiting_is_no_failure_of_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_dead_worker(OSError("disk full"))
    with pytest.raises(OSError, match="disk full"):
        outcomes(monkeypatch, [OSError("disk full")])


def in_pool(server: str, jobs: list[DeadlyJob], workers: int) -> list[str]:
    # Prefect's own threads see the server's address in the settings of the process only.
    refresh_global_settings_context()
    with temporary_settings({PREFECT_API_URL: server}):
        results, failures = run_jobs(RunConfig.model_validate({"workers": workers}), work, jobs)
    assert failures == []
    return [result for _, result in results]


def test_every_worker_of_a_real_pool_may_be_killed(tmp_path: Path, server: str) -> None:
    """All at once, from outside, while each has a job."""
    jobs = [DeadlyJob(str(tmp_path), name, waits=1) for name in "ab"]
    killed: list[int] = []

    def kill_all() -> None:
        while not all(tries(job) for job in jobs):
            time.sleep(0.05)
        for job in jobs:
            killed.append(tries(job)[0])
            os.kill(killed[-1], signal.SIGKILL)

    threading.Thread(target=kill_all, daemon=True).start()
    assert in_pool(server, jobs, workers=2) == ["a", "b"]
    assert [tries(job)[0] for job in jobs] == killed
    assert [len(tries(job)) for job in jobs] == [2, 2]
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_a_worker_that_dies_takes_no_other_worker_with_it(tmp_path: Path, server: str) -> None:
    dying, quiet = DeadlyJob(str(tmp_path), "dying", deaths=3), DeadlyJob(str(tmp_path), "quiet")
    more = [DeadlyJob(str(tmp_path), str(number)) for number in range(4)]
    assert in_pool(server, [dying, quiet, *more], workers=2) == ["dying", "quiet", "0", "1", "2", "3"]
    assert len(tries(dying)) == 4
    assert {len(tries(job)) for job in (quiet, *more)} == {1}


@pytest.mark.slow
def test_a_full_disk_ends_the_other_workers(tmp_path: Path, server: str) -> None:
    waiting, full = DeadlyJob(str(tmp_path), "waiting", waits=9), DeadlyJob(str(tmp_path), "full", error="full")
    started = time.monotonic()
    with pytest.raises(RunFailed, match="/some/folder: the disk is full"):
        in_pool(server, [waiting, full], workers=2)
    assert time.monotonic() - started < 45
    assert not multiprocessing.active_children()
