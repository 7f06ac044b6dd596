"""The worker processes of a local run, each in a pool of its own: what ends one ends no other's work."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner

# Model, authority file, event frames and coder of the pipeline that a worker loads at its start.
Pipeline = tuple[str, str | None, str | None, str]


def prepare_worker(starter: Connection, pipeline: Pipeline | None) -> None:
    """Start-up of a worker process: the pipeline is loaded once where the worker will annotate."""
    # Ctrl-C reaches every process of the terminal; what it means is for the run to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        starter.send(os.getpid())
    except OSError:
        os._exit(1)  # the run has ended while this process began
    threading.Thread(target=_end_with_starter, args=(starter,), name="starter-watch", daemon=True).start()
    if pipeline is not None:
        from tasks.annotate.pipeline import load_pipeline

        load_pipeline(*pipeline)


def _end_with_starter(starter: Connection) -> None:
    """End when the run that started this process has ended, however; nobody would read what it goes on computing."""
    with contextlib.suppress(EOFError, OSError):
        starter.recv()
    os._exit(1)


@dataclass
class Lane:
    """A task runner and the number of jobs it has; one at a time where `one_by_one`.

    Parameters
    ----------
    make
        Makes the runner, given the worker's end of a pipe where it will have one worker process.
    own_process
        Whether the runner is one worker process of this machine, which is replaced when it dies.
    """

    make: Callable[[Connection | None], TaskRunner[Any]]
    own_process: bool = False
    one_by_one: bool = False
    n_jobs: int = 0
    _runner: TaskRunner[Any] | None = None
    _ends: tuple[Connection, Connection] | None = None
    _close: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def has_room(self) -> bool:
        """Whether the lane takes another job."""
        return not (self.one_by_one and self.n_jobs)

    def runner(self) -> TaskRunner[Any]:
        """The runner, started where it is not."""
        if self._runner is None:
            if self.own_process:
                self._ends = multiprocessing.get_context("spawn").Pipe()
            self._runner = self._close.enter_context(self.make(self._ends[1] if self._ends else None))
        return self._runner

    def close(self) -> None:
        """Stop the runner once it has done what it has; a worker that died is replaced by the next job."""
        self._runner = None
        try:
            self._close.close()
        finally:
            for end in self._ends or ():
                end.close()
            self._ends = None

    def kill(self) -> None:
        """End the worker process, whatever it does; a thread of this process, or a cluster, is left alone."""
        if self._ends is None:
            return
        ours, _ = self._ends
        with contextlib.suppress(EOFError, OSError):
            while ours.poll():
                pid = ours.recv()
                for child in multiprocessing.active_children():
                    if child.pid == pid:
                        child.kill()
        # One that has not told its number yet reads that its starter is gone.
        ours.close()


@contextlib.contextmanager
def closing(lanes: list[Lane]) -> Iterator[list[Lane]]:
    """Close lanes at the end; after an error, a stop or Ctrl-C without waiting for what their workers do."""
    try:
        yield lanes
    except BaseException:
        for lane in lanes:
            lane.kill()
        raise
    finally:
        with contextlib.ExitStack() as stack:
            for lane in lanes:
                stack.callback(lane.close)


def worker_lane(pipeline: Pipeline | None) -> Lane:
    """A lane that is one worker process of this machine."""

    def make(end: Connection | None) -> TaskRunner[Any]:
        return ProcessPoolTaskRunner(max_workers=1, initializer=prepare_worker, initargs=(end, pipeline))

    return Lane(make, own_process=True, one_by_one=True)
