"""How a run of the command line stops: Ctrl-C and SIGTERM do the same, in order and within seconds."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from tasks.errors import RunFailed

# A run that has not stopped in order after so long stops without.
STOP_SECONDS = 10.0
STOPPED = 1


class Stopped(RunFailed):
    """A run that was stopped by a signal."""

    def __init__(self) -> None:
        super().__init__("stopped; the next run goes on from the finished shards")


_say: Callable[[], None] | None = None


@contextlib.contextmanager
def stop_on_signals(say: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM end what is done in the context, in order; any moment is safe to stop at.

    Parameters
    ----------
    say
        Tells the user that the run was stopped, once; called here only where stopping in order takes too long, or the
        user asks a second time.

    Raises
    ------
    Stopped
        Where one of them came.
    """
    global _say
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    _say = say
    try:
        for number in before:
            signal.signal(number, _stop)
        yield
    except KeyboardInterrupt as stopped:
        raise Stopped from stopped
    finally:
        _say = None
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Inside a flow, whose engine answers SIGTERM in its own way, let the run of `stop_on_signals` answer it."""
    if _say is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(signum: int, frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop_now)
    late = threading.Timer(STOP_SECONDS, _end)
    late.daemon = True
    late.start()
    raise KeyboardInterrupt


def _stop_now(signum: int, frame: FrameType | None) -> None:
    _end()


def _end() -> None:
    if _say is not None:
        _say()
    os._exit(STOPPED)


__all__ = ["Stopped", "stop_on_signals", "stoppable"]
