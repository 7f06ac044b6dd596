"""For: flows.runners. A job that raised and a worker that died are told apart, whichever runner they ran on."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pytest
from prefect import task
from prefect.client.schemas.objects import State
from prefect.states import Completed, Crashed, Failed, Running

from flows import runners
from flows.runners import Failure, is_dead_worker, run_jobs
from flows.settings import RunConfig


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
        return self.end if isinstance(self.end, State) else Running()

    def wait(self, timeout: float) -> None:
        if isinstance(self.end, Exception):
            raise self.end

    def result(self) -> str:
        return "rows"


class Runner:
    """A runner whose jobs end as they say."""

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def submit(self, task: object, parameters: dict[str, Any]) -> Future:
        return Future(parameters["job"])


@task
def annotate(job: object) -> str:
    raise NotImplementedError


def outcomes(monkeypatch: pytest.MonkeyPatch, *ends: State[Any] | Exception) -> tuple[list[Any], list[Failure]]:
    monkeypatch.setattr(runners, "make_runner", lambda *_: Runner())
    results, failures = run_jobs(RunConfig.model_validate({}), annotate, ends)
    return [result for _, result in results], failures


def test_a_job_that_raised_is_no_dead_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    results, failures = outcomes(monkeypatch, Completed(), Failed(message="cannot", data=ValueError("cannot")))
    assert results == ["rows"]
    assert [(failure.message, failure.worker_died) for failure in failures] == [("cannot", False)]


@pytest.mark.parametrize(
    "error",
    [BrokenProcessPool("gone"), KilledWorker("gone"), WorkerCrashedError("gone")],
    ids=lambda e: type(e).__name__,
)
def test_a_dead_worker_is_known_by_its_exception(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    results, failures = outcomes(monkeypatch, error, Completed(), Crashed(message="crashed", data=error))
    assert results == ["rows"]
    assert [failure.worker_died for failure in failures] == [True, True]
    assert failures[0].message == f"{type(error).__name__}: gone"


def test_what_else_is_raised_while_waiting_is_no_failure_of_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_dead_worker(OSError("disk full"))
    with pytest.raises(OSError, match="disk full"):
        outcomes(monkeypatch, OSError("disk full"))
