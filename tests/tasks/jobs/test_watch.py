"""For: tasks.jobs.watch. A process that costs too much ends, also from code in C that lets nothing else run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, re, sys, time
from pathlib import Path
from tasks.jobs.watch import watching
def end():
    os.write(1, b"memory")
    os._exit(7)
with watching({seconds}, {size}, Path(sys.argv[1]), end) as watch:
    with watch.over():
        {work}
    {after}
print("done")
"""
MB = 1_000_000


def run(tmp_path: Path, work: str, seconds: float = 1.0, size: int = 200 * MB, after: str = "pass") -> tuple[int, str]:
    script = SCRIPT.format(work=work, seconds=seconds, size=size, after=after)
    command = [sys.executable, "-c", script, str(tmp_path / "stack.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, (done.stdout or done.stderr or "nothing").split()[-1]


@pytest.mark.parametrize(
    "work", ["while True: pass", "re.match('(a+)+$', 'a' * 60 + 'b')"], ids=["in Python", "in C, with the lock held"]
)
def test_what_takes_too_long_is_ended_and_told_where(tmp_path: Path, work: str) -> None:
    started = time.monotonic()
    code, _ = run(tmp_path, work)
    assert code == -signal.SIGPROF
    assert 'File "<string>", line 10 in <module>' in (tmp_path / "stack.txt").read_text()
    assert time.monotonic() - started < 30


def test_waiting_costs_nothing_and_what_comes_after_is_not_counted(tmp_path: Path) -> None:
    """A busy machine, on which a process waits long for its turn, refuses no article."""
    spin = "end = time.process_time() + 0.5\n    while time.process_time() < end: pass"
    assert run(tmp_path, "time.sleep(1.0)", seconds=0.3, after=spin)[0] == 0
    assert (tmp_path / "stack.txt").read_text() == ""


def test_what_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    assert run(tmp_path, f"kept = []\n        while True: kept.append(b'x' * {MB}); time.sleep(0.001)") == (7, "memory")
    assert run(tmp_path, f"kept = b'x' * {150 * MB}") == (0, "done")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux refuses memory")
def test_one_call_of_c_that_asks_for_far_too_much_is_refused(tmp_path: Path) -> None:
    code, said = run(tmp_path, f"b'x' * {40_000 * MB}")
    assert (code, said) == (1, "MemoryError")
