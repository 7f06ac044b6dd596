"""For: flows.cli. What a user's mistake says: one clear line that names the mend, no traceback, exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from flows.cli import app

ROOT = Path(__file__).resolve().parents[2]


def dateline(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# Each is run by `main` as the installed command runs it, all in one process: starting anew takes its time.
SCRIPT = """
import contextlib, io, json, sys
from flows.cli import main

told = []
for arguments in json.load(sys.stdin):
    sys.argv = ["dateline", *arguments]
    code = 0
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as stderr:
        try:
            main()
        except SystemExit as end:
            code = end.code
    told.append([code, stderr.getvalue()])
json.dump(told, sys.stdout)
"""
MISTAKES: list[tuple[list[str], str]] = [
    (["run", "missing.txt"], "missing.txt: no such file or folder"),
    (["run", "note.txt", "--model", "no_such_model"], "model 'no_such_model' is not installed"),
    (["run", "note.txt", "--clean", "maybe"], "clean = 'maybe'"),
    (["run", "note.txt", "--output", "note.txt"], "--output note.txt: is a file"),
    (["run", "note.txt", "--actors", "missing.csv"], "--actors missing.csv: no such file"),
    (["run", "note.txt", "--config", "missing.toml"], "--config missing.toml"),
    (["run", "note.txt", "--workers", "-1"], "workers = -1"),
    (["run"], "no input given"),
    (["run", "."], "--output output: lies in the input ."),
    (["run", ".", "--output", "."], "--output .: lies in the input ."),
    (["run", "note.txt", "--output", "a[b]"], "name another folder"),
    (["run", "note.txt", "--boilerplate", "missing.toml"], "--boilerplate missing.toml: no such file"),
    (["run", "note.txt", "--lexicon", "note.txt"], "note.txt: the first line must name the columns"),
    (["run", "note.txt", "--lexicon", "missing.tsv"], "--lexicon missing.tsv: no such file"),
    (["lexicon", "--output", "nowhere", "--unused"], "--output nowhere: no tables here"),
    (["lexicon"], "say one of --unused, --misses and --refused"),
    (["lexicon", "--refused", "--unused"], "say one of --unused, --misses and --refused"),
    (["lexicon", "--refused", "--misses", "note.txt"], "say one of --unused, --misses and --refused"),
    (["lexicon", "--refused"], "no input given; name files, folders or globs of articles"),
    (["lexicon", "--refused", "missing.txt"], "missing.txt: no such file or folder"),
    (["lexicon", "--misses", "note.txt"], "note.txt is read with --refused only"),
    (["lexicon", "--refused", "empty.txt"], "empty.txt: no English article in it"),
    (["lexicon", "--refused", "note.txt", "--lexicon", "missing.tsv"], "missing.tsv: cannot read the lexicon"),
    (["verify", "--output", "nowhere"], "--output nowhere: no such folder"),
    (["withdraw", "--ids", "note.txt"], "is not an article id"),
    (["report", "--output", "nowhere"], "--output nowhere: no tables here"),
    (["actors", "--unknown", "nowhere"], "--unknown nowhere: no tables here"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    """Exit code and standard error of each mistake."""
    folder = tmp_path_factory.mktemp("mistakes")
    (folder / "note.txt").write_text("The minister met union leaders on Friday.\n")
    (folder / "empty.txt").write_text("")
    given = json.dumps([arguments for arguments, _ in MISTAKES])
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    # What goes past Python's own streams is seen too.
    assert done.stderr == ""
    return [(code, stderr) for code, stderr in json.loads(done.stdout)]


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=[" ".join(arguments) for arguments, _ in MISTAKES])
def test_a_mistake_is_one_line_with_the_mend(told: list[tuple[int, str]], number: int) -> None:
    code, stderr = told[number]
    assert code == 2
    assert MISTAKES[number][1] in stderr
    assert len(stderr.strip().splitlines()) == 1
    assert "Traceback" not in stderr


def test_the_command_says_a_mistake_so_too(tmp_path: Path) -> None:
    done = dateline("run", "missing.txt", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert MISTAKES[0][1] in done.stderr


def test_wrong_usage_exits_with_two(tmp_path: Path) -> None:
    assert dateline("run", "x", "--no-such-option", cwd=tmp_path).returncode == 2


def test_help_waits_for_no_reader_model_or_server() -> None:
    heavy = ("prefect", "polars", "pyarrow", "numpy", "pydantic", "spacy", "feedparser", "lxml", "tasks.ingest")
    loaded = f"sorted(name for name in {heavy!r} if name in sys.modules)"
    script = f"import sys; import flows.cli; print({loaded})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_shows_what_stands_in_brackets() -> None:
    helped = CliRunner().invoke(app, ["report", "--help"], env={"COLUMNS": "200"}).output
    for told in ("[default: output]", "[default: the last]", "[default: dateline-report.html]"):
        assert told in helped


def test_no_command_is_described_in_brackets_that_its_help_swallows() -> None:
    commands = get_command(app)
    assert isinstance(commands, TyperGroup)
    for name, command in commands.commands.items():
        helped = " ".join(CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output.split())
        assert " ".join((command.help or "").split()) in helped


def test_a_server_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "note.txt").write_text("The minister met union leaders on Friday.\n")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    done = dateline("run", "note.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert "no Prefect server answers there" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_exits_with_one_where_a_promise_is_broken(tmp_path: Path) -> None:
    (tmp_path / "out" / "articles").mkdir(parents=True)
    (tmp_path / "out" / "articles" / "notes.csv").write_text("a,b\n")
    done = dateline("verify", "--output", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "notes.csv" in done.stderr
    assert "Traceback" not in done.stderr
