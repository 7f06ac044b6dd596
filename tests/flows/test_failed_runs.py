"""For: tasks.jobs.failures. A run that fails leaves its row in `runs`, and nothing else changes."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plain_flow import without_prefect
from small_runs import ARTICLES, AUDIT, Run, digests, last_run, problems, table, write

import flows.steps
from tasks.errors import RunFailed, UserError
from tasks.jobs.shards import Shard, read_done, write_done
from tasks.store.layout import open_store
from tasks.store.lock import writer_lock
from tasks.store.storage import LocalStorage, join

flows_annotate = flows.steps.annotate


@pytest.fixture
def run() -> Iterator[Run]:
    with without_prefect() as plain:
        yield plain


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The annotation of every run fails."""

    def fail(*_: Any) -> Any:
        raise RunFailed("at least 5 of 9 articles cannot be annotated;\nfirst: no memory")

    with monkeypatch.context() as patched:
        patched.setattr(flows.steps, "annotate", fail)
        yield patched


def test_a_failed_run_leaves_its_row_and_changes_nothing_else(
    tmp_path: Path, run: Run, failing: pytest.MonkeyPatch
) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    write(inbox, "a.jsonl", ARTICLES[:1])
    with pytest.MonkeyPatch.context() as whole:
        whole.setattr(flows.steps, "annotate", flows_annotate)
        run(inbox, output)
    before, fingerprint = digests(output, {"runs"}), (output / "_meta/fingerprint.json").read_bytes()
    write(inbox, "b.jsonl", ARTICLES[1:])
    for _ in range(2):
        with pytest.raises(RunFailed, match="at least 5"):
            run(inbox, output)
    assert digests(output, {"runs"}) == before
    assert (output / "_meta/fingerprint.json").read_bytes() == fingerprint
    assert not list(output.glob(".staging/shards/gate-*"))
    row = last_run(output)
    assert (row["number"], row["status"], row["n_inputs"], row["inputs_sha256"], row["drift"]) == (
        3, "failed", 0, None, [],
    )  # fmt: skip
    assert row["message"] == "at least 5 of 9 articles cannot be annotated; first: no memory"
    # The shards that are done stay for the next run.
    assert [problem for problem in problems(output) if "left in .staging" not in problem] == []
    failing.undo()
    run(inbox, output)
    assert table(output, "runs").sort("number").select("number", "status").rows() == [
        (1, "completed"), (2, "failed"), (3, "failed"), (4, "completed"),
    ]  # fmt: skip
    assert problems(output) == []


def test_failures_before_the_first_publication_are_kept_for_it(
    tmp_path: Path, run: Run, failing: pytest.MonkeyPatch
) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    write(inbox, "a.jsonl", ARTICLES)
    for number in (1, 2):
        with pytest.raises(RunFailed):
            run(inbox, output)
        assert len(json.loads((output / "_meta/failed_runs.json").read_text())) == number
        assert not list(output.glob("runs/*"))
    failing.undo()
    run(inbox, output)
    assert table(output, "runs").sort("number").select("number", "status").rows() == [
        (1, "failed"), (2, "failed"), (3, "completed"),
    ]  # fmt: skip
    assert not (output / "_meta/failed_runs.json").exists()
    assert problems(output) == []
    run(inbox, tmp_path / "same")
    assert digests(output, AUDIT) == digests(tmp_path / "same", AUDIT)
    assert table(output, "changes").is_empty()


@pytest.mark.parametrize("damage", [b"{", b"[1]", b'[{"run_id": 3}]', b""])
def test_damaged_rows_that_were_kept_stop_no_run(tmp_path: Path, run: Run, damage: bytes) -> None:
    output = tmp_path / "out"
    write(tmp_path / "in", "a.jsonl", ARTICLES[:1])
    (output / "_meta").mkdir(parents=True)
    (output / "_meta/failed_runs.json").write_bytes(damage)
    run(tmp_path / "in", output)
    assert table(output, "runs")["status"].to_list() == ["completed"]


def test_a_run_that_is_refused_before_it_begins_leaves_no_row(tmp_path: Path, run: Run) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    write(inbox, "a.jsonl", ARTICLES[:1])
    run(inbox, output)
    before = digests(output)
    with writer_lock(open_store(str(output)), "another"), pytest.raises(UserError, match="being written by another"):
        run(inbox, output)
    with pytest.raises(UserError, match="the tables were made otherwise"):
        run(inbox, output, dedup="off")
    assert digests(output) == before
    assert problems(output) == []


def test_where_the_row_cannot_be_written_the_first_error_stands(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    write(inbox, "a.jsonl", ARTICLES[:1])
    run(inbox, output)
    before = digests(output)
    write(inbox, "b.jsonl", ARTICLES[1:])
    write_file = LocalStorage.write

    def full(self: LocalStorage, url: str, data: bytes) -> None:
        if url.endswith(".parquet"):
            raise UserError(f"cannot write {url}: the disk is full") from OSError(errno.ENOSPC, "full")
        write_file(self, url, data)

    with monkeypatch.context() as patched:
        patched.setattr(LocalStorage, "write", full)
        with pytest.raises(UserError, match=r"cannot write .*incoming.*the disk is full"):
            run(inbox, output)
    assert digests(output) == before
    assert problems(output) == []
    run(inbox, output)
    assert last_run(output)["number"] == 2


def test_a_run_that_lost_the_lock_writes_no_row(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    write(inbox, "a.jsonl", ARTICLES[:1])
    run(inbox, output)
    write(inbox, "b.jsonl", ARTICLES[1:])
    before = digests(output)

    def taken_over(context: Any, plan: Any) -> Any:
        (output / "_meta/lock.json").write_bytes(b"another's")
        return flows_annotate(context, plan)

    with monkeypatch.context() as patched:
        patched.setattr(flows.steps, "annotate", taken_over)
        with pytest.raises(UserError, match="took the writer's lock over"):
            run(inbox, output)
    (output / "_meta/lock.json").unlink()
    assert digests(output) == before


@pytest.mark.parametrize("trace", ["a file of it is gone", "an article was given up meanwhile"])
def test_work_that_another_run_has_touched_is_not_published(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, trace: str
) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    write(inbox, "a.jsonl", ARTICLES[:1])

    def touched(context: Any, plan: Any) -> Any:
        annotated = flows_annotate(context, plan)
        (result,) = annotated.results
        found = Shard("", result.url)
        done = read_done(context.store, found)
        assert done is not None
        if trace == "a file of it is gone":
            context.store.storage.delete(join(result.url, "mentions.parquet"))
        else:
            write_done(context.store, found, done | {"refused": [["0" * 16, "timeout", "60 s"]]})
        return annotated

    with monkeypatch.context() as patched:
        patched.setattr(flows.steps, "annotate", touched)
        with pytest.raises(RunFailed, match="another run has written into the work of this one; run again"):
            run(inbox, output, annotate=True)
    run(inbox, output, annotate=True)
    assert table(output, "articles")["annotated"].to_list() == [True]
    assert problems(output) == []
