"""For: flows.artifact. What a run leaves in Prefect's interface."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_runs import ARTICLES, Run, write

from flows.artifact import note_lines, summary_markdown
from flows.summary import counts_line
from flows.verification import verify_tables
from tasks.errors import RunFailed, UserError


def asked(server: str, path: str, **body: Any) -> list[dict[str, Any]]:
    return list(httpx.post(f"{server}/{path}/filter", json=body, timeout=60).raise_for_status().json())


def newest_run(server: str) -> dict[str, Any]:
    return asked(server, "flow_runs", sort="START_TIME_DESC", limit=1)[0]


def test_notes_are_told_with_the_number_of_articles() -> None:
    notes = {"a feed entry with a summary only": 1200, "published_at refused (meta): before 1900": 1}
    summary = {"run": {"n_inputs": 1201, "seconds": 2.4}, "tables": {"events": 0}, "notes": notes}
    assert note_lines(summary) == [
        "1,200 articles: a feed entry with a summary only",
        "1 article: published_at refused (meta): before 1900",
    ]
    assert "- 1 article: published_at refused" in summary_markdown("out", summary)


def test_why_records_were_refused_is_told() -> None:
    assert note_lines({"rejects": {"language_not_configured": 2, "binary": 1}}) == [
        "3 records in the table rejects: 2 language not configured, 1 binary"
    ]
    assert note_lines({"rejects": {"empty": 1}}) == ["1 record in the table rejects: 1 empty"]
    assert note_lines({"rejects": {}}) == []


def test_articles_that_could_not_be_annotated_are_told_first() -> None:
    assert note_lines({"not_annotated": {"failed": 2, "out_of_memory": 1}, "rejects": {"failed": 2}})[0] == (
        "3 articles could not be annotated: 2 failed, 1 out of memory; they are tried again by the next run"
    )
    assert note_lines({"not_annotated": {"timeout": 1}}) == [
        "1 article could not be annotated: 1 timeout; it is tried again by the next run"
    ]


def test_the_artifact_lists_counts_and_tables() -> None:
    page = summary_markdown("out", {"run": {"n_inputs": 1200, "n_new": 1, "seconds": 2.4}, "tables": {"events": 3000}})
    assert "| inputs | 1,200 |" in page
    assert "| `events` | 3,000 |" in page
    assert "`out`, 2 s" in page
    assert "seconds |" not in page


def test_the_summary_is_one_line() -> None:
    counts = ("n_inputs", "n_new", "n_unchanged", "n_superseded", "n_rejects", "n_duplicates")
    line = counts_line(dict.fromkeys(counts, 1200) | {"seconds": 2.4})
    assert line.startswith("Records: 1,200 in, 1,200 new, ")
    assert line.endswith("; 1,200 copies found; 2 s")


def test_a_run_is_named_by_what_came_in_and_leaves_its_tables(tmp_path: Path, run_flow: Run, server: str) -> None:
    run_flow(write(tmp_path / "in", "a.jsonl", ARTICLES), tmp_path / "out")
    run = newest_run(server)
    assert run["name"] == f"{dt.datetime.now(dt.UTC):%Y-%m-%d} · 2 new"
    tasks = asked(server, "task_runs", flow_runs={"id": {"any_": [run["id"]]}})
    assert {"read 1 of 1", "annotate 1 of 1"} <= {task["name"] for task in tasks}
    artifacts = {
        artifact["key"]: artifact for artifact in asked(server, "artifacts", flow_runs={"id": {"any_": [run["id"]]}})
    }
    assert json.loads(artifacts["dateline-inputs"]["data"]) == [{"file": "a.jsonl", "records": 3, "rejects": 1}]
    assert json.loads(artifacts["dateline-rejects"]["data"]) == [{"reason": "language_not_configured", "records": 1}]
    events = json.loads(artifacts["dateline-events"]["data"])
    assert sum(row["events"] for row in events if row["event_type"] == "COERCE") >= 1
    slowest = {row["task"]: row for row in json.loads(artifacts["dateline-slowest"]["data"])}
    assert slowest["read 1 of 1"]["of"] == "a.jsonl"
    assert re.fullmatch(r"2 articles, \d+ words", slowest["annotate 1 of 1"]["of"])
    assert "| `events` |" in artifacts["dateline-run"]["data"]


def test_a_failed_run_is_failed_with_the_line_of_the_command(tmp_path: Path, run_flow: Run, server: str) -> None:
    with pytest.raises(UserError) as raised:
        run_flow(tmp_path / "missing", tmp_path / "out")
    run = newest_run(server)
    assert run["state_type"] == "FAILED"
    assert run["state"]["message"] == str(raised.value)
    assert run["name"].endswith(" · failed")


def test_a_check_fails_with_the_first_findings(tmp_path: Path, run_flow: Run, server: str) -> None:
    out, told = tmp_path / "out", tmp_path / "told"
    run_flow(write(tmp_path / "in", "a.jsonl", ARTICLES[:2]), out)
    assert verify_tables(str(out)) == 0
    assert newest_run(server)["name"].endswith(" · every check holds")
    for file in (out / "stories").glob("*.parquet"):
        file.unlink()
    with pytest.raises(RunFailed, match="stories") as raised:
        verify_tables(str(out), on_failure=f"cat > {told}")
    run = newest_run(server)
    assert (run["state_type"], run["state"]["message"]) == ("FAILED", str(raised.value))
    assert re.fullmatch(r".* · \d+ findings?", run["name"])
    assert json.loads(told.read_text("utf-8"))["message"] == str(raised.value)
    (artifact,) = asked(server, "artifacts", flow_runs={"id": {"any_": [run["id"]]}})
    assert any("stories" in row["finding"] for row in json.loads(artifact["data"]))
    with pytest.raises(UserError, match="no such folder"):
        verify_tables(str(tmp_path / "nowhere"))
