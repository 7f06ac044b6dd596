"""For: tasks.ingest.seen, tasks.jobs.held. A file that goes, grows or is replaced while it is read loses no article."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from plain_flow import without_prefect
from small_runs import AUDIT, Run, digests, last_run, problems, table

import flows.steps

# Two records a slice, and a shard: a.jsonl is read in three.
SETTINGS: dict[str, Any] = {"records_per_shard": 2}
TEXT = "Police in {} arrested {} protesters on Tuesday after a demonstration against new taxes turned violent there."


def lines(name: str, numbers: range) -> str:
    articles = ({"id": f"{name}-{number}", "text": TEXT.format(name, number + 20)} for number in numbers)
    return "".join(json.dumps(article) + "\n" for article in articles)


OLD = {"a.jsonl": lines("Nairobi", range(6)), "b.jsonl": lines("Mombasa", range(3))}
NEW = lines("Kisumu", range(5))


@pytest.fixture
def run() -> Iterator[Run]:
    with without_prefect() as plain:
        yield plain


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in OLD.items():
        (folder / name).write_text(content)
    return folder


def gone(path: Path) -> None:
    path.rename(path.parent.parent / "aside")


def folder_there(path: Path) -> None:
    gone(path)
    path.mkdir()


def pipe_there(path: Path) -> None:
    gone(path)
    os.mkfifo(path)


def grown(path: Path) -> None:
    with path.open("a") as file:
        file.write(NEW)


def cut(path: Path) -> None:
    os.truncate(path, len(lines("Nairobi", range(2))) + 40)


def replaced(path: Path) -> None:
    gone(path)
    path.write_text(NEW)


def replaced_in_place(path: Path) -> None:
    status = path.stat()
    path.write_text(OLD["a.jsonl"].replace("Nairobi", "Eldoret"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def back(path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    (path.parent.parent / "aside").rename(path)


def stays(path: Path) -> None:
    """What happened to the file is not undone."""


CASES = [
    pytest.param(gone, back, marks=pytest.mark.slow, id="gone"),
    pytest.param(folder_there, back, marks=pytest.mark.slow, id="folder there"),
    pytest.param(pipe_there, back, marks=pytest.mark.slow, id="pipe there"),
    pytest.param(grown, stays, marks=pytest.mark.slow, id="grown"),
    pytest.param(cut, stays, marks=pytest.mark.slow, id="cut"),
    pytest.param(replaced, stays, marks=pytest.mark.slow, id="replaced"),
    pytest.param(replaced, back, id="replaced and back"),
    pytest.param(replaced_in_place, stays, marks=pytest.mark.slow, id="replaced in place, time put back"),
]


@pytest.mark.parametrize(("change", "undo"), CASES)
def test_a_file_that_changes_between_looking_and_reading_is_read_whole_by_the_next_run(
    tmp_path: Path,
    inbox: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    undo: Callable[[Path], None],
) -> None:
    output, path = tmp_path / "out", inbox / "a.jsonl"
    read = flows.steps.ingest

    def disturbed(context: Any, inputs: Any) -> Any:
        change(path)
        return read(context, inputs)

    with monkeypatch.context() as patched:
        patched.setattr(flows.steps, "ingest", disturbed)
        run(inbox, output, **SETTINGS)
    row = last_run(output)
    assert row["n_inputs"] == row["n_new"] + row["n_rejects"]
    assert (row["n_new"], set(table(output, "articles")["origin"].str.slice(0, 7))) == (3, {"b.jsonl"})
    refused = table(output, "rejects")
    assert refused["transient"].all()
    assert set(refused["reason"]) <= {"unreadable", "changed_while_read"}

    undo(path)
    run(inbox, output, **SETTINGS)
    assert last_run(output)["n_unchanged"] == 3
    # What an undisturbed schedule has: b.jsonl is there first, a.jsonl comes as the second run found it.
    aside = tmp_path / "undisturbed"
    aside.mkdir()
    shutil.copy2(inbox / "b.jsonl", aside)
    run(aside, tmp_path / "same", **SETTINGS)
    shutil.copy2(path, aside)
    run(aside, tmp_path / "same", **SETTINGS)
    assert digests(output, AUDIT) == digests(tmp_path / "same", AUDIT)
    assert table(output, "rejects").drop("run_id").equals(table(tmp_path / "same", "rejects").drop("run_id"))

    before = digests(output, {"runs"})
    run(inbox, output, **SETTINGS)
    assert digests(output, {"runs"}) == before
    assert problems(output) == []


def test_a_file_that_grows_under_its_last_slice_gives_nothing_of_the_first(
    tmp_path: Path, inbox: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, path = tmp_path / "out", inbox / "a.jsonl"
    clean = flows.steps.ingest.__globals__["ingest_task"].fn.__globals__["clean_article"]
    globals_ = flows.steps.ingest.__globals__["ingest_task"].fn.__globals__

    def growing(article: Any, options: Any) -> Any:
        if article.origin == "a.jsonl#6":
            grown(path)
        return clean(article, options)

    with monkeypatch.context() as patched:
        patched.setitem(globals_, "clean_article", growing)
        run(inbox, output, **SETTINGS)
    assert set(table(output, "articles")["origin"].str.slice(0, 7)) == {"b.jsonl"}
    assert table(output, "rejects").select("origin", "reason", "transient").rows() == [
        ("a.jsonl", "changed_while_read", True)
    ]
    assert (last_run(output)["n_inputs"], last_run(output)["n_rejects"]) == (4, 1)
    run(inbox, output, **SETTINGS)
    assert (last_run(output)["n_inputs"], last_run(output)["n_new"]) == (14, 11)
    assert problems(output) == []


def test_a_file_that_cannot_be_read_for_a_moment_is_read_later_and_replaces_nothing_until_then(
    tmp_path: Path, inbox: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, path = tmp_path / "out", inbox / "a.jsonl"
    settings = SETTINGS | {"replace_by_origin": True}
    run(inbox, output, **settings)
    path.write_text(NEW)
    read = flows.steps.ingest

    def disturbed(context: Any, inputs: Any) -> Any:
        gone(path)
        return read(context, inputs)

    with monkeypatch.context() as patched:
        patched.setattr(flows.steps, "ingest", disturbed)
        run(inbox, output, **settings)
    assert table(output, "articles").height == 9
    back(path)
    run(inbox, output, **settings)
    assert table(output, "articles").filter(pl.col("origin").str.starts_with("a")).height == 5
    assert problems(output) == []
