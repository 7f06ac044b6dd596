"""For: tasks.jobs.ingest, tasks.jobs.held, flows.dry_run. What of an inbox is read now and what by a later run."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from plain_flow import without_prefect
from small_runs import AUDIT, Run, digests, last_run, problems, state_of, table

from flows.dry_run import dry_run, dry_run_lines
from flows.settings import load_config
from flows.summary import empty_line, found_nothing, waiting_lines
from tasks.clean.article import CleanOptions
from tasks.errors import NothingFound
from tasks.ingest.limits import Limits
from tasks.jobs.ingest import DiscoverJob, InputPlan, discover_inputs

TEXT = "Police in {} arrested {} protesters on Tuesday after a demonstration against new taxes turned violent there."


def article(city: str, number: int, day: str | None = None) -> dict[str, Any]:
    dated = {} if day is None else {"published_at": f"{day}T08:00:00Z"}
    return {"id": f"{city}-{number}", "text": TEXT.format(city, number + 20)} | dated


def put(folder: Path, name: str, *articles: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(one) + "\n" for one in articles))
    return path


def plan_of(tmp_path: Path, folder: Path, **settings: Any) -> InputPlan:
    return discover_inputs(
        DiscoverJob(str(tmp_path / "out"), (str(folder),), CleanOptions(), Limits(), 100, **settings)
    )


def to_read(plan: InputPlan) -> list[str]:
    return [part.origin for job in plan.jobs for part in job.slices]


@pytest.fixture
def run() -> Iterator[Run]:
    with without_prefect() as plain:
        yield plain


# ------------------------------------------------------------------------------------------------ still being written
def test_names_of_unfinished_files_wait_unless_they_are_given(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    unfinished = ["a.jsonl.part", "b.TMP", "c.crdownload", "d.zip.filepart", "e.txt~", "f.partial"]
    for name in (*unfinished, "part.jsonl", "report.tmp.jsonl"):
        put(inbox, name, article("Nairobi", 1))
    plan = plan_of(tmp_path, inbox)
    assert plan.waiting == tuple(sorted(unfinished))
    assert to_read(plan) == ["part.jsonl", "report.tmp.jsonl"]
    assert to_read(plan_of(tmp_path, inbox / "b.TMP")) == ["b.TMP"]


@pytest.mark.slow
def test_a_file_that_is_in_under_such_a_name_stays_known(tmp_path: Path, run: Run) -> None:
    path = put(tmp_path / "in", "a.tmp", article("Nairobi", 1))
    run(path, tmp_path / "out")
    run(tmp_path / "in", tmp_path / "out")
    assert (last_run(tmp_path / "out")["n_unchanged"], last_run(tmp_path / "out")["n_rejects"]) == (1, 0)


def test_a_growing_file_waits_and_is_whole_in_the_next_run(tmp_path: Path, run: Run) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    put(inbox, "old.jsonl", article("Mombasa", 1))
    path, stop = put(inbox, "growing.jsonl"), threading.Event()

    def write() -> None:
        with path.open("a", buffering=1) as file:
            for number in range(400):
                file.write(json.dumps(article("Nairobi", number)) + "\n")
                if stop.wait(0.05):
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        summary = run(inbox, output, settle_seconds=0.3)
    finally:
        stop.set()
        writer.join()
    assert waiting_lines(summary["waiting"]) == ["1 file still being written, left for the next run"]
    assert set(table(output, "articles")["origin"]) == {"old.jsonl#1"}
    written = len(path.read_text().splitlines())
    summary = run(inbox, output)
    assert waiting_lines(summary["waiting"]) == []
    assert (last_run(output)["n_new"], last_run(output)["n_unchanged"]) == (written, 1)
    assert problems(output) == []


def test_only_a_new_young_file_costs_a_second_look(tmp_path: Path, run: Run) -> None:
    inbox = tmp_path / "in"
    path = put(inbox, "a.jsonl", article("Nairobi", 1))
    started = time.monotonic()
    assert to_read(plan_of(tmp_path, inbox, settle_seconds=0.5)) == ["a.jsonl"]
    assert time.monotonic() - started >= 0.3
    run(inbox, tmp_path / "out")
    os.utime(path)
    started = time.monotonic()
    plan = discover_inputs(
        DiscoverJob(str(tmp_path / "out"), (str(inbox),), CleanOptions(), Limits(), 100, settle_seconds=3600)
    )
    assert (plan.known_files, time.monotonic() - started < 60) == (1, True)


# --------------------------------------------------------------------------------------------- what is no regular file
def test_pipes_sockets_and_devices_are_rejects_at_once(tmp_path: Path, run: Run) -> None:
    inbox = tmp_path / "in"
    put(inbox, "a.jsonl", article("Nairobi", 1))
    os.mkfifo(inbox / "pipe.txt")
    (inbox / "zero.txt").symlink_to("/dev/zero")
    (inbox / "linked.txt").symlink_to(inbox / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(inbox, os.O_RDONLY)
        try:
            # The path of a socket is short.
            listening.bind(f"/proc/self/fd/{here}/socket.txt")
        finally:
            os.close(here)
        done = threading.Thread(target=run, args=(inbox, tmp_path / "out"), daemon=True)
        done.start()
        done.join(60)
    assert not done.is_alive()
    refused = table(tmp_path / "out", "rejects")
    assert set(refused["origin"]) >= {"socket.txt", "zero.txt"}
    assert set(refused["reason"]) == {"unreadable"}
    assert last_run(tmp_path / "out")["n_new"] == 1
    assert problems(tmp_path / "out") == []


# --------------------------------------------------------------------------------------------------- --since, --limit
def test_articles_before_since_wait_for_a_run_without_it(tmp_path: Path, run: Run) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    days = ["2024-03-01", "2024-03-09", None, "2024-03-10", "2024-03-11"]
    put(inbox, "a.jsonl", *(article("Nairobi", number, day) for number, day in enumerate(days)))
    put(inbox, "b.jsonl", article("Mombasa", 0, "2024-03-12"))
    summary = run(inbox, output, since="2024-03-10")
    assert set(table(output, "articles")["pub_date"]) == {None, *(dt.date(2024, 3, day) for day in (10, 11, 12))}
    assert (summary["run"]["n_inputs"], summary["waiting"]["records_left"]) == (4, 2)
    assert run(inbox, output, since="2024-03-10")["run"]["n_unchanged"] == 4
    assert run(inbox, output)["run"]["n_new"] == 2
    run(inbox, tmp_path / "same")
    assert digests(output, AUDIT) == digests(tmp_path / "same", AUDIT)
    assert run(inbox, output, since="2024-03-10")["run"]["n_unchanged"] == 6
    assert problems(output) == []


def test_a_limit_takes_the_inputs_piece_by_piece(tmp_path: Path, run: Run) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    twice = article("Nairobi", 3)
    put(inbox, "a.jsonl", *(article("Nairobi", number) for number in range(12)), twice, {"id": "x", "text": ""})
    put(inbox, "b.jsonl", *(article("Mombasa", number) for number in range(3)))
    settings = {"limit": 4, "records_per_shard": 5}
    seen = []
    for _ in range(4):
        summary = run(inbox, output, **settings)
        seen.append((summary["run"]["n_new"], table(output, "articles").height))
        assert summary["run"]["n_inputs"] == sum(
            summary["run"][name] for name in ("n_new", "n_unchanged", "n_superseded", "n_rejects")
        )
    assert seen == [(4, 4), (4, 8), (4, 12), (3, 15)]
    assert problems(output) == []
    first = table(output, "articles")
    assert first.filter(pl.col("origin").str.starts_with("a")).height == 12
    # What is over the limit in one run is not over it for good.
    summary = run(inbox, output, **settings)
    assert (summary["run"]["n_new"], summary["waiting"]["records_left"]) == (0, 0)
    run(inbox, tmp_path / "same")
    assert digests(output, AUDIT) == digests(tmp_path / "same", AUDIT)


def test_a_limit_stands_names_that_end_like_a_record_with_a_number_past_all(tmp_path: Path, run: Run) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "news#20240101123456789012345").write_text(article("Nairobi", 1)["text"], "utf-8")
    assert run(inbox, tmp_path / "out", limit=5)["run"]["n_new"] == 1


@pytest.mark.slow
def test_a_limit_takes_the_same_records_with_many_workers(tmp_path: Path, run: Run) -> None:
    inbox = tmp_path / "in"
    put(inbox, "a.jsonl", *(article("Nairobi", number) for number in range(30)))
    for workers in (1, 4):
        run(inbox, tmp_path / f"out{workers}", limit=7, records_per_shard=3, workers=workers)
    one, four = (tmp_path / f"out{workers}" for workers in (1, 4))
    assert digests(one, {"runs", "changes"}).keys() == digests(four, {"runs", "changes"}).keys()
    assert table(one, "articles").equals(table(four, "articles"))
    assert [table(one, "articles").height, last_run(one)["n_inputs"], last_run(four)["n_inputs"]] == [7, 7, 7]


# --------------------------------------------------------------------------------------------- nothing, and dry runs
def test_inputs_without_an_article_are_told_in_one_line(tmp_path: Path, run: Run) -> None:
    inbox = tmp_path / "photos"
    inbox.mkdir()
    summary = run(inbox, tmp_path / "out")
    assert found_nothing(summary)
    assert empty_line((str(inbox),), summary) == f"no articles found in {inbox}"
    (inbox / "one.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with pytest.raises(NothingFound, match=r"no articles found in .*photos$") as raised:
        run(inbox, tmp_path / "out", fail_on_empty=True)
    line = empty_line((str(inbox),), dict(raised.value.summary))
    assert line.endswith("photos (1 refused; in the table rejects: 1 binary)")
    assert table(tmp_path / "out", "runs")["status"].to_list() == ["completed", "completed"]
    put(inbox, "a.jsonl", article("Nairobi", 1))
    for _ in range(2):
        assert not found_nothing(run(inbox, tmp_path / "out", fail_on_empty=True))


def test_a_dry_run_tells_what_a_run_would_do_and_changes_nothing(tmp_path: Path, run: Run) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    put(inbox, "a.jsonl", article("Nairobi", 1), article("Nairobi", 2))
    path = put(inbox, "b.jsonl", article("Mombasa", 1))

    def dry() -> dict[str, Any]:
        settings = {"annotate": False, "settle_seconds": 0, "replace_by_origin": True}
        return dry_run(load_config(None, inputs=(str(inbox),), output=str(output), **settings))

    before = state_of(tmp_path)
    assert dry()["read"] == {"a.jsonl": 2, "b.jsonl": 1}
    assert state_of(tmp_path) == before
    run(inbox, output, replace_by_origin=True)
    put(inbox, "b.jsonl", article("Mombasa", 5), article("Mombasa", 6))
    put(inbox, "c.part", article("Kisumu", 1))
    os.mkfifo(inbox / "pipe")
    before = state_of(tmp_path)
    found = dry()
    assert state_of(tmp_path) == before
    assert {name: found[name] for name in ("read", "known_files", "known_records", "unreadable", "waiting")} == {
        "read": {"b.jsonl": 2},
        "known_files": 1,
        "known_records": 2,
        "unreadable": ["pipe"],
        "waiting": ["c.part"],
    }
    assert (found["replaced_files"], found["replaced_articles"]) == (["b.jsonl"], 1)
    said = "\n".join(dry_run_lines(found))
    for line in ("would read 1 file with 2 records", "would skip 1 file with 2 records", "could not read pipe"):
        assert line in said
    assert "1 file still being written" in said
    # And what it told is what the run then does.
    summary = run(inbox, output, replace_by_origin=True)
    assert (summary["run"]["n_new"], summary["run"]["n_unchanged"]) == (2, 2)
    assert path.is_file()
