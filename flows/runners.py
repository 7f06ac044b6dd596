"""Where tasks run: in this process, in local processes, on Dask or on Ray; and how a worker starts."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from prefect import Task
from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.children import safe_children
from flows.settings import RunConfig
from tasks.errors import UserError

Job = TypeVar("Job")
Result = TypeVar("Result")

PARENT_CHECK_SECONDS = 2.0
WAIT_SECONDS = 1.0
# What a local pool, Dask and Ray raise of a job whose worker died. By name: the latter two need not be installed.
DEAD_WORKER = frozenset({"BrokenProcessPool", "KilledWorker", "WorkerCrashedError"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that raised, or whose worker died: then perhaps not through this job."""

    job: Any
    message: str
    worker_died: bool = False


def prepare_worker(model: str | None, actors: str | None, lexicon: str | None) -> None:
    """Start-up of a worker process: the pipeline is loaded once where the worker will annotate."""
    # Ctrl-C reaches every process of the terminal; what it means is for the run to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    if model is not None:
        from tasks.annotate.pipeline import load_pipeline

        load_pipeline(model, actors, lexicon)


def _end_with_parent() -> None:
    """Let a worker end when the run that started it was killed; nobody would read what it goes on computing."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def make_runner(config: RunConfig, jobs: int, model: str | None = None) -> TaskRunner[Any]:
    """Choose the task runner for a number of jobs.

    One worker, or one job, runs in a thread of this process and spares the start of another (4 to 12 s).

    Raises
    ------
    UserError
        Where Dask or Ray is asked for and its package is not installed.
    """
    workers = min(config.worker_count, jobs)
    if config.runner == "dask":
        try:
            from prefect_dask import DaskTaskRunner
        except ImportError as error:
            raise UserError("runner dask: `pip install prefect-dask` into dateline's environment first") from error
        local = {"cluster_kwargs": {"n_workers": workers, "threads_per_worker": 1}}
        dask: TaskRunner[Any] = DaskTaskRunner(
            **({"address": config.runner_address} if config.runner_address else local)
        )
        return dask
    if config.runner == "ray":
        try:
            from prefect_ray import RayTaskRunner
        except ImportError as error:
            raise UserError("runner ray: `pip install prefect-ray` into dateline's environment first") from error
        ray: TaskRunner[Any] = RayTaskRunner(address=config.runner_address)
        return ray
    if workers <= 1:
        return ThreadPoolTaskRunner(max_workers=1)
    files = (config.actors, config.lexicon) if model else (None, None)
    return ProcessPoolTaskRunner(max_workers=workers, initializer=prepare_worker, initargs=(model, *files))


def run_jobs(
    config: RunConfig,
    task: Task[..., Result],
    jobs: Sequence[Job],
    model: str | None = None,
    on_done: Callable[[Job, Result], None] | None = None,
) -> tuple[list[tuple[Job, Result]], list[Failure]]:
    """Run one task per job and give results and failures, each in the order of the jobs.

    A failed task does not stop the others; what the caller makes of failures is the caller's business.

    Parameters
    ----------
    task
        A Prefect task with one parameter, `job`.
    model
        Model that a worker process loads at start.
    on_done
        Called in the order of the jobs as results arrive, for progress.
    """
    if not jobs:
        return [], []
    results: list[tuple[Job, Result]] = []
    failures: list[Failure] = []
    with safe_children(), make_runner(config, len(jobs), model) as runner:
        futures = [
            (job, runner.submit(_named(task, number, len(jobs)), {"job": job}))
            for number, job in enumerate(jobs, start=1)
        ]
        for job, future in futures:
            failure = _failure_of(job, future)
            if failure is not None:
                failures.append(failure)
                continue
            result = future.result()
            results.append((job, result))
            if on_done is not None:
                on_done(job, result)
    return results, failures


def task_run_name(task: str, number: int, total: int) -> str:
    """What Prefect calls one run of a task: “annotate 3 of 12”."""
    return f"{'read' if task == 'ingest' else task} {number} of {total}"


def _named(task: Task[..., Result], number: int, total: int) -> Task[..., Result]:
    return task.with_options(task_run_name=task_run_name(task.name, number, total))


def _failure_of(job: Any, future: PrefectFuture[Any]) -> Failure | None:
    """Wait until a job ended, and give its failure where it has not completed."""
    try:
        # In short waits: a signal is answered between two of them.
        while not future.state.is_final():
            future.wait(timeout=WAIT_SECONDS)
    except Exception as error:
        if not is_dead_worker(error):
            raise
        return Failure(job, f"{type(error).__name__}: {error}", worker_died=True)
    state = future.state
    if state.is_completed():
        return None
    return Failure(job, state.message or state.name or "failed", worker_died=is_dead_worker(state.data))


def is_dead_worker(error: object) -> bool:
    """Whether an exception says that a worker died, whichever runner it worked for."""
    return any(kind.__name__ in DEAD_WORKER for kind in type(error).__mro__)
