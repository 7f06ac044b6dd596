"""For: flows.cli, flows.summary, flows.progress. What `dateline run` prints, writes and exits with, by its options."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_runs import ARTICLES, state_of, table, write

from flows.progress import FILE_LOG, Reporter, logging_to
from flows.summary import told_as_json, waiting_lines
from tasks.errors import NothingFound, RunFailed, UserError


def dateline(*arguments: str, cwd: Path, stdin: Any = None, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *arguments],
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200"} | variables,
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_an_empty_folder_is_one_line_of_text_one_of_json_and_exit_code_three(tmp_path: Path, server: str) -> None:
    (tmp_path / "in").mkdir()
    options = ("--no-annotate", "--log-file", "run.log", "--fail-on-empty", "--json")
    done = dateline("run", "in", *options, cwd=tmp_path, PREFECT_API_URL=server)
    assert (done.returncode, done.stderr) == (3, "dateline: no articles found in in\n")
    told = json.loads(done.stdout)
    assert (told["status"], told["exit_code"], told["message"]) == ("empty", 3, "no articles found in in")
    assert (told["run"]["n_inputs"], told["tables"]["articles"]) == (0, 0)
    assert "ERROR no articles found in in" in (tmp_path / "run.log").read_text()
    assert table(tmp_path / "output", "runs")["status"].to_list() == ["completed"]


def test_the_summary_is_one_json_object_and_the_log_file_has_it_too(tmp_path: Path, server: str) -> None:
    write(tmp_path / "in", "a.jsonl", ARTICLES[:2])
    (tmp_path / "in" / "b.part").write_text("half a file")
    options = ("--no-annotate", "--log-file", "run.log", "--limit", "1", "--json", "--quiet")
    done = dateline("run", "in", *options, cwd=tmp_path, PREFECT_API_URL=server)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["status"], told["exit_code"], told["message"], told["output"]) == ("completed", 0, None, "output")
    assert (told["run"]["n_new"], told["tables"]["articles"]) == (1, 1)
    assert told["waiting"] == {"being_written": 1, "changed": 0, "records_left": 1}
    log = (tmp_path / "run.log").read_text()
    for line in ("reading: 2 articles", "Records: 1 in, 1 new", "1 file still being written, left for the next run"):
        assert line in log


def test_a_dry_run_makes_no_file_at_all(tmp_path: Path) -> None:
    here, home = tmp_path / "here", tmp_path / "home"
    home.mkdir()
    write(here, "a.jsonl", ARTICLES)
    before = state_of(tmp_path)
    done = dateline("run", "a.jsonl", "--dry-run", cwd=here, HOME=str(home), DATELINE_SETTLE_SECONDS="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "would read 1 file with 3 records"
    assert state_of(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "missing.txt", "--json"], 2, "missing.txt: no such file"),
        (["run", "a.jsonl", "--since", "soon", "--json"], 2, "since = 'soon'"),
        (["run", "a.jsonl", "--limit", "0", "--json"], 2, "limit = 0"),
        (["run", "a.jsonl", "--log-file", "no/run.log", "--json"], 2, "--log-file no/run.log: No such file"),
        (["run", "in", "--log-file", "in/run.log", "--json"], 2, "--log-file in/run.log: lies in the input in"),
    ],
)
def test_a_mistake_is_told_as_json_too(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    write(tmp_path, "a.jsonl", ARTICLES[:1])
    (tmp_path / "in").mkdir()
    done = dateline(*arguments, cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], told["status"]) == (code, code, "failed")
    assert says in told["message"]
    assert done.stderr == f"dateline: {told['message']}\n"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"TMPDIR": "small"}, "TMPDIR"),
        ({"DATELINE_MAX_PIPED_BYTES": "1000000"}, "more than 1,000,000 bytes are piped in"),
    ],
)
def test_endless_input_fills_no_disk(tmp_path: Path, variables: dict[str, str], says: str) -> None:
    code, small = 2, tmp_path / "small"
    small.mkdir()
    if "TMPDIR" in variables:
        code, variables = 1, {"TMPDIR": str(small)}
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False)
        if mounted.returncode:
            pytest.skip("mounting a small file system is not allowed here")
    try:
        with Path("/dev/zero").open("rb") as endless:
            done = dateline("run", "-", "--output", "out", cwd=tmp_path, stdin=endless, **variables)
        left = list(small.iterdir())
    finally:
        if code == 1:
            subprocess.run(["umount", small], check=True)
    assert (done.returncode, len(done.stderr.splitlines()), left) == (code, 1, [])
    assert says in done.stderr


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UserError("no such file"), {"status": "failed", "exit_code": 2, "message": "no such file"}),
        (RunFailed("no room"), {"status": "failed", "exit_code": 1, "message": "no room"}),
        (NothingFound("nothing", {"run": {}}), {"status": "empty", "exit_code": 3, "message": "nothing", "run": {}}),
    ],
)
def test_every_end_is_one_json_object(
    capsys: pytest.CaptureFixture[str], error: Exception, expected: dict[str, Any]
) -> None:
    with pytest.raises(type(error)), told_as_json(True):
        raise error
    assert json.loads(capsys.readouterr().out) == expected
    with pytest.raises(ZeroDivisionError), told_as_json(True):
        raise ZeroDivisionError
    assert json.loads(capsys.readouterr().out)["exit_code"] == 1
    with told_as_json(False):
        pass
    assert capsys.readouterr().out == ""


def test_the_log_file_has_progress_that_nobody_watches(tmp_path: Path) -> None:
    path, handlers = tmp_path / "run.log", list(FILE_LOG.handlers)
    with logging_to(str(path)):
        Reporter(quiet=True).start("annotating", 12)
    with logging_to(str(path)), pytest.raises(RunFailed), logging_to(None):
        raise RunFailed("the disk is full")
    assert [line.split(" ", 2)[2] for line in path.read_text().splitlines()] == ["INFO annotating: 12 articles"]
    with pytest.raises(RunFailed), logging_to(str(path)):
        raise RunFailed("the disk is full")
    assert path.read_text().endswith("ERROR the disk is full\n")
    assert FILE_LOG.handlers == handlers


def test_what_waits_is_told_in_words() -> None:
    assert waiting_lines({"being_written": 2, "changed": 1, "records_left": 1234}) == [
        "2 files still being written, left for the next run",
        "1 file changed while it was read, left for the next run",
        "1,234 records past --limit or --since, left for a later run",
    ]
    assert waiting_lines({"being_written": 0, "changed": 0, "records_left": 0}) == []
