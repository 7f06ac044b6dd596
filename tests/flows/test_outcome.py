"""For: flows.outcome. What the caller of the flow gives and tells where something fails around the flow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.outcome import call_flow, note, told_of_failure
from flows.settings import RunConfig, load_config
from tasks.errors import RunFailed

DATELINE = (sys.executable, "-c", "from flows.cli import main; main()")
ROOT = Path(__file__).resolve().parent.parent.parent
LOST = httpx.ConnectError("All connection attempts failed")


def config(folder: Path) -> RunConfig:
    return load_config(None, inputs=("in",), output="out", on_failure=f'echo "$DATELINE_MESSAGE" >> {folder}/told')


def told(folder: Path) -> list[str]:
    file = folder / "told"
    return file.read_text("utf-8").splitlines() if file.exists() else []


def test_published_tables_are_no_failure_where_prefect_cannot_be_told(tmp_path: Path) -> None:
    def flow(_: RunConfig) -> dict[str, Any]:
        note(summary={"tables": 3})
        raise LOST

    with told_of_failure(config(tmp_path)):
        assert call_flow(flow, config(tmp_path)) == {"tables": 3}
    assert told(tmp_path) == []


def test_the_runs_own_failure_is_the_one_to_tell(tmp_path: Path) -> None:
    def flow(_: RunConfig) -> dict[str, Any]:
        note(error=RunFailed("no room"))
        raise LOST

    with pytest.raises(RunFailed, match="no room"), told_of_failure(config(tmp_path)):
        call_flow(flow, config(tmp_path))
    assert told(tmp_path) == []  # the flow tells it


def test_a_server_that_goes_away_before_anything_is_published_is_one_line(tmp_path: Path) -> None:
    def flow(_: RunConfig) -> dict[str, Any]:
        raise LOST

    line = "Prefect's server does not do its work any more: All connection attempts failed"
    with pytest.raises(RunFailed, match="does not do its work any more"), told_of_failure(config(tmp_path)):
        call_flow(flow, config(tmp_path))
    assert told(tmp_path) == [line]


@pytest.mark.parametrize(
    ("environment", "inputs", "code", "says"),
    [
        ({}, "gone", 2, "gone: no such file"),
        ({"PREFECT_API_URL": "http://127.0.0.1:9/api"}, "note.txt", 1, "no Prefect server answers there"),
    ],
)
def test_what_fails_before_the_flow_is_told(
    tmp_path: Path, environment: dict[str, str], inputs: str, code: int, says: str
) -> None:
    (tmp_path / "note.txt").write_text("The minister met union leaders on Friday.\n")
    hook = {"DATELINE_ON_FAILURE": 'echo "$DATELINE_MESSAGE" >> told'}
    path = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*DATELINE, "run", inputs, "--output", "out", "--log-file", "log"],
        cwd=tmp_path, env=os.environ | environment | hook | path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    (line,) = told(tmp_path)
    assert says in line
    assert says in (tmp_path / "log").read_text("utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_stopped_before_its_server_is_up_says_so_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [*DATELINE, "run", "-", "--output", "out", "--json", "--log-file", "log"],
        cwd=tmp_path, env=os.environ | {"TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write("The minister met")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not list((tmp_path / "tmp").glob("dateline-*/stdin")) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert json.loads(out)["message"] == "stopped; the next run goes on from the finished shards"
    assert "stopped; the next run goes on" in (tmp_path / "log").read_text("utf-8")
    assert list((tmp_path / "tmp").iterdir()) == []
