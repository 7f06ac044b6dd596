"""For: tasks.jobs.drift, flows.steps. Drift is told in the summary and in `runs`; a run may be told to fail for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from plain_flow import without_prefect
from small_runs import ARTICLES, Run, last_run, problems, table, write

from flows.artifact import note_lines
from flows.summary import DRIFT, exit_code
from tasks.errors import DriftFound

TOWNS = ("Oslo", "Bergen", "Lagos", "Kano", "Lima", "Quito", "Delhi", "Perth", "Turin", "Lyon")


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with without_prefect() as flow:
        yield flow


def days(count: int) -> list[dict[str, str]]:
    return [
        {
            "id": f"{town} {day}",
            "source": "daily.example",
            "published_at": f"2024-03-{day:02}T08:00:00Z",
            "text": f"The mayor of {town} opened bridge number {day} on the river and thanked {day + 7} workers of the "
            f"town. The council of {town} will vote on the next one in {day} weeks, a spokesman said.",
        }
        for day in range(1, count + 1)
        for town in TOWNS[:3]
    ]


def test_a_jump_of_rejects_is_told_and_kept_and_may_fail_the_run(run: Run, tmp_path: Path) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "ordinary.jsonl", days(10))
    assert run(inputs, output, dedup="off")["drift"] == []
    german = [ARTICLES[2] | {"id": f"{number}", "source": "daily.example"} for number in range(12)]
    write(inputs, "broken.jsonl", german)
    with pytest.raises(
        DriftFound, match=r"^drift: all sources: 100% of 12 records refused; 0% in the 30 days"
    ) as caught:
        run(inputs, output, dedup="off", drift_fewest=10, fail_on_drift=True)
    assert exit_code(caught.value) == DRIFT
    assert last_run(output)["drift"] == list(caught.value.summary["drift"])
    assert len(last_run(output)["drift"]) == 2
    assert any(line.startswith("drift: daily.example: 100% of 12") for line in note_lines(dict(caught.value.summary)))
    assert table(output, "rejects").height == 12, "the tables are published all the same"
    assert problems(output) == []
