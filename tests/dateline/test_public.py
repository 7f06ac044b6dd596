"""What `import dateline` promises: a cheap import, a run that works from any script, tables by their names.

For: dateline, flows.api, flows.children, tasks.report.frames.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from polars.exceptions import ColumnNotFoundError
from small_runs import ARTICLES, AUDIT, Run, digests, write

import dateline
import tasks
from tasks.contract.schema import polars_schema
from tasks.contract.tables import TABLES
from tasks.report.export import export_tables

# Without a guard: workers must not start it again. It says how often it was started, and runs twice in one process.
SCRIPT = """
import dateline
import tasks
print("started")
summary = dateline.run(["a.jsonl", "b.jsonl"], "out", workers=2, records_per_shard=1, words_per_shard=5)
print(summary.n_new, summary.tables["articles"])
print(dateline.run("a.jsonl", "out").n_unchanged, __file__, __spec__)
"""


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipeline is loaded in this process once; what workers do has tests of its own."""
    monkeypatch.setenv("DATELINE_RUNNER", "inline")
    monkeypatch.setenv("DATELINE_SETTLE_SECONDS", "0")


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, dateline; print(sorted({'polars', 'prefect', 'pyarrow', 'spacy', 'rich'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_type_checkers_see_its_types(root: Path) -> None:
    packages = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {(root / name / "py.typed").is_file() for name in packages["packages"]} == {True}
    assert "dateline" in packages["packages"]


def test_its_names_are_all_there_and_no_others() -> None:
    assert {name for name in dateline.__all__ if getattr(dateline, name) is not None} == set(dateline.__all__)
    assert set(dateline.__all__) <= set(dir(dateline))
    assert dateline.__version__ == tasks.__version__
    with pytest.raises(AttributeError, match="no attribute 'runs'"):
        getattr(dateline, "runs")  # noqa: B009


@pytest.mark.slow
def test_a_script_without_a_guard_runs_once_with_many_workers(tmp_path: Path, run_flow: Run, server: str) -> None:
    here = tmp_path / "here"
    write(here, "a.jsonl", ARTICLES[:1])
    write(here, "b.jsonl", ARTICLES[1:2])
    (here / "script.py").write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=here,
        env=os.environ
        | {
            "DATELINE_RUNNER": "local",
            "PREFECT_API_URL": server,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout.splitlines() == ["started", "2 2", f"1 {here / 'script.py'} None"], done.stderr
    run_flow([here / "a.jsonl", here / "b.jsonl"], tmp_path / "one")
    assert digests(here / "out", AUDIT) == digests(tmp_path / "one", AUDIT)


def test_a_run_leaves_the_environment_as_it_was(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", server)
    before = dict(os.environ)
    summary = dateline.run(write(tmp_path, "a.jsonl", ARTICLES[:1]), tmp_path / "out", annotate=False, quiet=True)
    assert dict(os.environ) == before
    assert (summary.n_inputs, summary.n_new, summary.rejects) == (1, 1, {})
    with pytest.raises(dateline.UserError, match="--reprocess"):
        dateline.run(tmp_path / "a.jsonl", tmp_path / "out", annotate=False, clean="none")


def test_a_mistake_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(dateline.UserError, match="unknown setting 'worker'"):
        dateline.run(tmp_path, tmp_path / "out", worker=2)
    with pytest.raises(dateline.UserError, match="no tables here"):
        dateline.open_tables(tmp_path)


def test_what_is_not_given_comes_from_the_file_of_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dateline.toml").write_text('inputs = ["inbox"]\noutput = "tables"\n', "utf-8")
    Path("tables").write_text("", "utf-8")
    with pytest.raises(dateline.UserError, match="inbox: no such file"):
        dateline.run(config=Path("dateline.toml"))
    Path("inbox").mkdir()
    with pytest.raises(dateline.UserError, match="--output tables: is a file"):
        dateline.run(Path("inbox"), config="dateline.toml")


def test_every_table_opens_by_its_name_with_its_columns(seed_output: Path) -> None:
    tables = dateline.open_tables(seed_output)
    assert list(tables) == list(TABLES)
    for name, table in TABLES.items():
        assert tables[name].collect_schema() == polars_schema(table), name
    assert tables["event_mentions"].collect().height > 0
    with pytest.raises(KeyError, match="nothing: no such table; the tables are articles"):
        tables["nothing"]


def test_a_table_without_files_is_empty_and_a_copy_opens_with_nulls(seed_output: Path, tmp_path: Path) -> None:
    export_tables(str(seed_output), str(tmp_path / "copy"), with_text=False)
    tables = dateline.open_tables(tmp_path / "copy")
    assert tables["texts"].collect().equals(dateline.open_tables(seed_output)["texts"].collect().clear())
    evidence = tables["event_mentions"].select("evidence").collect()["evidence"]
    assert len(evidence) == evidence.null_count() > 0
    with pytest.raises(ColumnNotFoundError):
        tables["events"].select("no_such_column").collect()
