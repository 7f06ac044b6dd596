"""What became of a run, for whoever called the flow: also where Prefect fails around it, or it never began."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx

from flows.notify import notify_failure
from flows.settings import RunConfig
from tasks.errors import RunFailed, UserError

LOG = logging.getLogger("dateline")


@dataclass(slots=True)
class Outcome:
    """What the flow did: its summary once the tables are published, its error once it has told of it."""

    summary: dict[str, Any] | None = None
    error: Exception | None = None


_current: ContextVar[Outcome | None] = ContextVar("_current", default=None)


def note(*, summary: dict[str, Any] | None = None, error: Exception | None = None) -> None:
    """Let the caller of the flow know what became of it; called by the flow."""
    outcome = _current.get()
    if outcome is not None:
        outcome.summary = summary or outcome.summary
        outcome.error = error or outcome.error


@contextlib.contextmanager
def told_of_failure(config: RunConfig) -> Iterator[None]:
    """Tell whom the setting `on_failure` names of what fails outside the flow, such as its server or its inputs.

    Of what fails inside the flow tells itself.
    """
    outcome = Outcome()
    before = _current.set(outcome)
    try:
        yield
    except (UserError, RunFailed) as error:
        if outcome.error is None:
            notify_failure(config.on_failure, "", str(error), config.output)
        raise
    finally:
        _current.reset(before)


def call_flow(flow: Callable[[RunConfig], dict[str, Any]], config: RunConfig) -> dict[str, Any]:
    """Call the flow inside `told_of_failure`, and give or raise what became of it.

    Prefect tells its server of the end of a run after the flow has ended. Where that fails, tables that are published
    stay published, and a failure of the run's own is the one to tell.

    Raises
    ------
    RunFailed
        As the flow raises it; and where Prefect's server does not do its work any more.
    """
    try:
        return flow(config)
    except httpx.HTTPError as lost:
        outcome = _current.get() or Outcome()
        if outcome.error is not None:
            raise outcome.error from lost
        if outcome.summary is None:
            raise RunFailed(f"Prefect's server does not do its work any more: {lost}") from lost
        LOG.warning("Prefect's server was not told of the end of this run: %s", lost)
        return outcome.summary
