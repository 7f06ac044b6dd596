"""For: flows.retries, flows.news. What Prefect tries once more, and who is told when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from small_runs import ARTICLES, problems, table, write

import flows.steps
from flows.news import news_to_parquet
from flows.settings import load_config
from tasks.errors import RunFailed

ATTEMPTS = 3


class Trial:
    """A flow run that Prefect tries three times, and what its hook was told."""

    def __init__(self, folder: Path, state: Path, server: str) -> None:
        self.folder, self.state, self.server = folder, state, server
        self.told = folder / "told"

    def run(self, inputs: Path, **settings: Any) -> State[Any]:
        given = {"runner": "inline", "annotate": False, "settle_seconds": 0, "state": str(self.state)} | settings
        config = load_config(
            None,
            inputs=(str(inputs),),
            output=str(self.folder / "out"),
            on_failure=f'echo "$DATELINE_MESSAGE" >> {self.told}',
            log_file=str(self.folder / "log"),
            **given,
        )
        flow = news_to_parquet.with_options(retries=ATTEMPTS - 1, retry_delay_seconds=0)
        with temporary_settings({PREFECT_API_URL: self.server, PREFECT_HOME: self.state / "prefect"}):
            return flow(config, return_state=True)

    def messages(self) -> list[str]:
        return self.told.read_text("utf-8").splitlines() if self.told.exists() else []


@pytest.fixture
def trial(tmp_path: Path, state: Path, server: str) -> Trial:
    return Trial(tmp_path, state, server)


def fail_first(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let the gate of a run fail so many times first; gives the attempts, as they come."""
    gate, attempts = flows.steps.gate, list[int]()

    def fail(*given: Any) -> Any:
        attempts.append(len(attempts) + 1)
        if len(attempts) <= times:
            raise RunFailed(f"no room, attempt {len(attempts)}")
        return gate(*given)

    monkeypatch.setattr(flows.steps, "gate", fail)
    return attempts


def test_a_run_that_fails_is_tried_again_and_nobody_is_told_where_that_helps(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = write(tmp_path / "in", "a.jsonl", ARTICLES[:2])
    attempts = fail_first(monkeypatch, 2)
    state = trial.run(inputs)
    assert state.is_completed()
    assert attempts == [1, 2, 3]
    assert trial.messages() == []
    assert table(tmp_path / "out", "articles").height == 2
    assert problems(tmp_path / "out") == []
    said = (tmp_path / "log").read_text("utf-8")
    assert "no room, attempt 2" in said
    assert "2 in, 2 new" in said


def test_the_last_failure_is_told_once_with_its_own_line(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = write(tmp_path / "in", "a.jsonl", ARTICLES[:1])
    attempts = fail_first(monkeypatch, 9)
    state = trial.run(inputs)
    assert (state.name, state.message) == ("Failed", "no room, attempt 3")
    assert attempts == [1, 2, 3]
    assert trial.messages() == ["no room, attempt 3"]
    assert "no room, attempt 3" in (tmp_path / "log").read_text("utf-8")


def test_a_run_that_was_done_and_told_to_fail_is_not_tried_again(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = write(tmp_path / "in", "a.jsonl", [{"id": "empty", "text": ""}])
    attempts = fail_first(monkeypatch, 0)
    state = trial.run(inputs, fail_on_empty=True)
    assert state.name == "Failed"
    assert attempts == [1]
    assert trial.messages() == [f"no articles found in {inputs}"]
