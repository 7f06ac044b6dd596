"""Where tasks run: in this process, in local processes, on Dask or on Ray; and what becomes of a job."""

from __future__ import annotations

import errno
import queue
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.children import safe_children
from flows.server import server_loss
from flows.settings import RunConfig
from flows.stopping import stoppable
from flows.workers import Lane, closing, worker_lane
from tasks.errors import RunFailed, UserError

Job = TypeVar("Job")
Result = TypeVar("Result")

WAIT_SECONDS = 1.0
# So often may the worker of one job die, with nothing in hand that it could have died of, before the run gives up.
DEATHS = 5
# What a local pool, Dask and Ray raise of a job whose worker died. By name: the latter two need not be installed.
DEAD_WORKER = frozenset({"BrokenProcessPool", "KilledWorker", "WorkerCrashedError"})
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that raised."""

    job: Any
    message: str


def make_lanes(config: RunConfig, jobs: int, model: str | None = None) -> list[Lane]:
    """Choose what runs a number of jobs.

    Where articles are annotated, that is a worker process even for one: an article that takes it down must not take
    the run down. Other work with one worker, or one job, runs in a thread of this process and spares the start of
    another (4 to 12 s).

    Raises
    ------
    UserError
        Where Dask or Ray is asked for and its package is not installed.
    """
    workers = min(config.worker_count, jobs)
    if config.runner in ("dask", "ray"):
        runner = _dask(config, workers) if config.runner == "dask" else _ray(config)
        return [Lane(lambda _: runner)]
    if config.runner == "inline" or (workers <= 1 and model is None):
        return [Lane(lambda _: ThreadPoolTaskRunner(max_workers=1), one_by_one=True)]
    pipeline = (model, config.actors, config.lexicon, config.coder) if model else None
    return [worker_lane(pipeline) for _ in range(workers)]


def _dask(config: RunConfig, workers: int) -> TaskRunner[Any]:
    try:
        from prefect_dask import DaskTaskRunner
    except ImportError as error:
        raise UserError("runner dask: `pip install prefect-dask` into dateline's environment first") from error
    local = {"cluster_kwargs": {"n_workers": workers, "threads_per_worker": 1}}
    runner: TaskRunner[Any] = DaskTaskRunner(**({"address": config.runner_address} if config.runner_address else local))
    return runner


def _ray(config: RunConfig) -> TaskRunner[Any]:
    try:
        from prefect_ray import RayTaskRunner
    except ImportError as error:
        raise UserError("runner ray: `pip install prefect-ray` into dateline's environment first") from error
    runner: TaskRunner[Any] = RayTaskRunner(address=config.runner_address)
    return runner


def run_jobs(
    config: RunConfig,
    task: Task[..., Result],
    jobs: Sequence[Job],
    model: str | None = None,
    check: Callable[[], None] | None = None,
    on_done: Callable[[Job, Result], None] | None = None,
    after_death: Callable[[Job], bool] | None = None,
) -> tuple[list[tuple[Job, Result]], list[Failure]]:
    """Run one task per job and give results and failures, each in the order of the jobs.

    A failed task does not stop the others; what the caller makes of failures is the caller's business. A worker that
    died is replaced, and its job done again.

    Parameters
    ----------
    task
        A Prefect task with one parameter, `job`.
    model
        Model that a worker process loads at start.
    check
        Called again and again while workers work; what it raises ends them: nothing is to be done any more.
    on_done
        Called as results arrive, in whatever order, for progress.
    after_death
        Called with the job whose worker died; True where something was learnt from it and the next try goes otherwise.

    Raises
    ------
    UserError, RunFailed
        For what is no fault of a job: a full disk, a file that is gone, workers that die again and again. The other
        workers are ended.
    """
    results: dict[int, Result] = {}
    failures: dict[int, Failure] = {}
    waiting = deque(range(len(jobs)))
    deaths: Counter[int] = Counter()
    ended: queue.SimpleQueue[tuple[Lane, int, PrefectFuture[Any]]] = queue.SimpleQueue()
    if not jobs:
        return [], []
    with safe_children(), stoppable(), closing(make_lanes(config, len(jobs), model)) as lanes:
        while len(results) + len(failures) < len(jobs):
            _fill(lanes, waiting, task, jobs, ended)
            try:
                # In short waits: a signal is answered between two of them.
                lane, number, future = ended.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                _check_server()
                if check is not None:
                    check()
                continue
            lane.n_jobs -= 1
            job = jobs[number]
            error = _error_of(future)
            if error is None:
                results[number] = future.result()
                if on_done is not None:
                    on_done(job, results[number])
            elif is_dead_worker(error):
                _check_server()
                if lane.own_process:
                    lane.close()
                deaths[number] = 0 if after_death is not None and after_death(job) else deaths[number] + 1
                _check_deaths(deaths[number], error)
                waiting.appendleft(number)
            else:
                failures[number] = Failure(job, _message(error))
    return [(jobs[number], results[number]) for number in sorted(results)], [failures[n] for n in sorted(failures)]


def task_run_name(task: str, number: int, total: int) -> str:
    """What Prefect calls one run of a task: “annotate 3 of 12”."""
    return f"{'read' if task == 'ingest' else task} {number} of {total}"


def _named(task: Task[..., Result], number: int, total: int) -> Task[..., Result]:
    return task.with_options(task_run_name=task_run_name(task.name, number, total))


def _check_server() -> None:
    """See that the run's own server lives: workers end with it, and their replacements would wait for it in vain.

    Raises
    ------
    RunFailed
        It has died.
    """
    loss = server_loss()
    if loss is not None:
        raise loss


def _fill(
    lanes: Sequence[Lane],
    waiting: deque[int],
    task: Task[..., Result],
    jobs: Sequence[Job],
    ended: queue.SimpleQueue[tuple[Lane, int, PrefectFuture[Any]]],
) -> None:
    """Give every lane that has room its next job."""
    for lane in lanes:
        while waiting and lane.has_room():
            number = waiting.popleft()
            lane.n_jobs += 1
            future = lane.runner().submit(_named(task, number + 1, len(jobs)), {"job": jobs[number]})
            future.add_done_callback(lambda done, lane=lane, number=number: ended.put((lane, number, done)))


def _error_of(future: PrefectFuture[Any]) -> BaseException | None:
    """What a job that ended raised, or what its runner says of it.

    Raises
    ------
    UserError, RunFailed
        For an error that is not the job's, but that of the place where all of them write.
    """
    try:
        future.wait()
    except Exception as error:
        if not is_dead_worker(error):
            raise
        return error
    state = future.state
    if state.is_completed():
        return None
    raised = _raised(state)
    if isinstance(raised, UserError):
        raise UserError(str(raised)) from raised
    if isinstance(raised, OSError):
        raise RunFailed(_of_the_place(raised)) from raised
    return raised


def _raised(state: State[Any]) -> BaseException:
    error = getattr(state.data, "result", state.data)
    return error if isinstance(error, BaseException) else RuntimeError(state.message or state.name or "failed")


def _of_the_place(error: OSError) -> str:
    if error.errno in _FULL:
        place = error.filename or tempfile.gettempdir()
        return f"{place}: the disk is full; free some space and run again (what is published is intact)"
    return f"{type(error).__name__}: {error}"


def _message(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _check_deaths(deaths: int, error: BaseException) -> None:
    if deaths >= DEATHS:
        raise RunFailed(
            f"worker processes died {deaths} times in a row before they came to any work; each needs the memory of one "
            f"model: give fewer `workers` ({error})"
        ) from error


def is_dead_worker(error: object) -> bool:
    """Whether an exception says that a worker died, whichever runner it worked for."""
    return any(kind.__name__ in DEAD_WORKER for kind in type(error).__mro__)
