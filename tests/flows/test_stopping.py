"""For: flows.stopping, flows.workers, flows.cli. A run that is stopped says so and leaves no process behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# Its worker holds the interpreter's lock and hears nothing; see `killing_model`.
ARTICLE = {"id": "x", "title": "Mayor resigns", "text": "The mayor of Hangville resigned on Monday, a spokesman said."}


def in_hand(output: Path) -> bool:
    return bool(list(output.glob(".staging/shards/*/in_hand.json")))


def children(pid: int) -> set[int]:
    found = set()
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        found |= {int(child) for child in thread.read_text().split()}
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are counted in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_stopped_run_says_so_and_leaves_no_process(tmp_path: Path, server: str, number: signal.Signals) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(ARTICLE) + "\n", "utf-8")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", "a.jsonl", "--output", "out"]
    run = subprocess.Popen(
        [*command, "--model", "killing_model", "--workers", "1"],
        cwd=tmp_path,
        env=os.environ | {"PREFECT_API_URL": server, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 300
        while not in_hand(tmp_path / "out") and time.monotonic() < until and run.poll() is None:
            time.sleep(0.1)
        assert in_hand(tmp_path / "out"), run.communicate()
        started = children(run.pid)
        assert started
        run.send_signal(number)
        _, said = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 1
    told = [line for line in said.splitlines() if line.strip() and not line[:2].isdigit()]
    assert told == ["dateline: stopped; the next run goes on from the finished shards"]
    until = time.monotonic() + 10
    while any(alive(pid) for pid in started) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in started if alive(pid)]
    assert not (tmp_path / "out" / "articles").exists()


def test_a_worker_that_begins_when_its_run_has_ended_says_nothing(root: Path) -> None:
    script = """
import multiprocessing, flows.workers
ours, theirs = multiprocessing.Pipe()
ours.close()
flows.workers.prepare_worker(theirs, None)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
