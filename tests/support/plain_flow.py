"""The flow with the steps and jobs of the product and without Prefect around them: a tenth of the time a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from prefect.client.schemas.objects import State

import flows.artifact
import flows.news
import flows.steps
from flows.runners import Failure
from flows.settings import load_config


@contextmanager
def without_prefect() -> Iterator[Callable[..., dict[str, Any]]]:
    """Give `run(inputs, output, **settings)`, which runs the flow's own function."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("discover_task", "gate_task", "merge"):
            patched.setattr(flows.steps, name, getattr(flows.steps, name).fn)
        patched.setattr(flows.steps, "run_jobs", _run_here)
        for name in ("publish", "name_this_run"):
            patched.setattr(flows.artifact, name, lambda *_: None)

        def run(inputs: object, output: object, **settings: Any) -> dict[str, Any]:
            listed = inputs if isinstance(inputs, list | tuple) else [inputs]
            values = {"workers": 1, "annotate": False, "settle_seconds": 0} | settings
            config = load_config(None, inputs=tuple(map(str, listed)), output=str(output), **values)
            ended: Any = flows.news.news_to_parquet.fn(config)
            if isinstance(ended, State):
                assert isinstance(ended.data, BaseException)
                raise ended.data
            summary: dict[str, Any] = ended
            return summary

        yield run


def _run_here(
    config: Any,
    task: Any,
    jobs: Sequence[Any],
    model: str | None = None,
    check: Callable[[], None] | None = None,
    on_done: Callable[..., None] | None = None,
    after_death: Callable[..., bool] | None = None,
) -> tuple[list[tuple[Any, Any]], list[Failure]]:
    results = []
    for job in jobs:
        if check is not None:
            check()
        result = task.fn(job)
        results.append((job, result))
        if on_done is not None:
            on_done(job, result)
    return results, []
