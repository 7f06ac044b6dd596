"""For: flows. The server must not outlive a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STARTER = """
import subprocess, sys, time
guard = subprocess.Popen(
    [sys.executable, "-m", "flows.guard", sys.executable, "-c",
     "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)",
     sys.argv[1]],
    stdin=subprocess.PIPE,
)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition: object, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_a_killed_starter_takes_its_command_along(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(note)])
    assert wait_for(lambda: note.exists() and note.read_text())
    pid = int(note.read_text())
    assert alive(pid)
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    assert wait_for(lambda: not alive(pid))


def test_the_guard_ends_with_its_command_and_its_exit_code() -> None:
    command = [sys.executable, "-m", "flows.guard", sys.executable, "-c", "import sys; sys.exit(7)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as guard:
        assert guard.wait(30) == 7
