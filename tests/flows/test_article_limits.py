"""For: flows.steps, flows.runners, tasks.jobs.annotate. Articles that would take a run down are given up alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_runs import ARTICLES, Run, last_run, problems, table, write

from flows.artifact import note_lines

LIMITS = {"model": "killing_model", "article_seconds": 4.0, "article_bytes": 300_000_000}


def articles(*towns: str) -> list[dict[str, str]]:
    """The ordinary articles, and one about each town."""
    return [*ARTICLES[:2]] + [
        {
            "id": town,
            "title": f"Mayor of {town} resigns",
            "published_at": "2024-05-01T08:00:00Z",
            "text": f"The mayor of {town} resigned on Monday after weeks of protests, a spokesman said. "
            f"Voters of {town} will elect a successor in June.",
        }
        for town in towns
    ]


def given_up(output: Path) -> dict[str, tuple[str, str]]:
    rejects = table(output, "rejects")
    assert set(rejects["stage"]) <= {"annotate"}
    assert rejects["transient"].all()
    left = set(table(output, "articles").filter(annotated=False)["external_id"])
    assert sorted(rejects["external_id"]) == sorted(left)
    return {town: (reason, detail) for town, reason, detail in rejects.select("external_id", "reason", "detail").rows()}


@pytest.mark.slow
def test_an_article_that_hangs_in_c_is_given_up_alone(tmp_path: Path, run_flow: Run) -> None:
    write(tmp_path / "in", "a.jsonl", articles("Hangville"))
    summary = run_flow(tmp_path / "in", tmp_path / "out", workers=1, **LIMITS)
    [(article, (reason, detail))] = given_up(tmp_path / "out").items()
    assert (article, reason) == ("Hangville", "timeout")
    assert detail == "more than 4 s of CPU time (setting article_seconds), in hang of __init__.py"
    told = "1 article could not be annotated: 1 timeout; it is tried again by the next run"
    assert told in note_lines(summary)
    assert last_run(tmp_path / "out")["n_rejects"] == 1
    assert problems(tmp_path / "out") == []


@pytest.mark.slow
def test_each_article_is_given_up_for_its_own_reason_and_the_others_are_annotated(
    tmp_path: Path, run_flow: Run
) -> None:
    towns = ["Hangville", "Eatville", "Gulpville", "Dieville", "Tripville"]
    write(tmp_path / "in", "a.jsonl", articles(*towns))
    allowed = {"max_failed_articles": 5}
    summary = run_flow(tmp_path / "in", tmp_path / "out", workers=2, words_per_shard=120, **LIMITS, **allowed)
    found = given_up(tmp_path / "out")
    assert {town: reason for town, (reason, _) in found.items()} == {
        "Hangville": "timeout",
        "Eatville": "out_of_memory",
        "Gulpville": "out_of_memory",
        "Dieville": "worker_lost",
        "Tripville": "failed",
    }
    assert "300,000,000 bytes of memory (setting article_bytes)" in found["Eatville"][1]
    assert found["Tripville"][1] == "RuntimeError: tripped"
    assert any(line.startswith("5 articles could not be annotated: 2 out of memory") for line in note_lines(summary))
    assert problems(tmp_path / "out") == []
