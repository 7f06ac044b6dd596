"""What one article may cost: CPU time and memory beyond which the process that annotates it ends.

Neither limit waits for Python: code in C that never returns, and holds the interpreter's lock, is ended as well.
"""

from __future__ import annotations

import faulthandler
import re
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# ru_maxrss counts in KiB, on macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
STATUS = Path("/proc/self/status")
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
POLL_SECONDS = 0.1
# What may be asked of the system beyond `article_bytes` before it says no: not all of it is ever touched.
ROOM = 1.5
EXIT_CODE = 1


class Watch:
    """Holds the limits over the work in hand of this process; made by `watching`."""

    def __init__(self, seconds: float, size: int) -> None:
        self._seconds = seconds
        self._size = size
        self._allowed: int | None = None

    @contextmanager
    def over(self) -> Iterator[None]:
        """Let the limits hold while the block lasts, from now on."""
        self._allowed = peak_bytes() + self._size
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._allowed = None

    def too_much(self) -> bool:
        """Whether the work in hand has taken more memory than it may."""
        allowed = self._allowed
        return allowed is not None and peak_bytes() > allowed


@contextmanager
def watching(seconds: float, size: int, stack: Path, out_of_memory: Callable[[], None]) -> Iterator[Watch]:
    """Make a process end itself where what it has in hand costs too much.

    Parameters
    ----------
    seconds
        CPU time of the process that the work in hand may take. Then the timer's signal ends the process, from C: the
        stack of Python's calls is written into the file `stack`, which is empty otherwise.
    size
        Bytes by which the work in hand may raise the peak of the process's resident memory.
    out_of_memory
        Called, in a thread of its own, where it took more; it is to end the process. Code in C that does not let that
        thread run gets no more memory soon after, and raises MemoryError or dies.
    """
    watch = Watch(seconds, size)
    stop = threading.Event()

    def poll() -> None:
        while not stop.wait(POLL_SECONDS):
            if watch.too_much():
                out_of_memory()

    with stack.open("wb") as file, _address_space(int(size * ROOM)):
        _dump_on_timer(file)
        thread = threading.Thread(target=poll, name="memory-watch", daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            stop.set()
            thread.join()
            faulthandler.unregister(signal.SIGPROF)


def peak_bytes() -> int:
    """The most resident memory that this process ever had, in bytes."""
    # What rusage tells begins, in Linux, with the peak of the process that started this one.
    if STATUS.exists():
        found = PEAK.search(STATUS.read_text())
        if found is not None:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT


def _dump_on_timer(file: IO[bytes]) -> None:
    # `chain`: after the stack was written the signal does what it does by default, and that is to end the process.
    faulthandler.register(signal.SIGPROF, file=file, all_threads=False, chain=True)


@contextmanager
def _address_space(more: int) -> Iterator[None]:
    """Let the system (Linux) refuse this process more than so many bytes beyond what it has."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    soft, hard = before
    wanted = int(statm.read_text().split()[5]) * resource.getpagesize() + more
    bounds = [bound for bound in (wanted, soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


__all__ = ["EXIT_CODE", "Watch", "peak_bytes", "watching"]
