"""The flow: articles in, tables out.

No `from __future__ import annotations` here: Prefect loads a served flow by its path and could not resolve `RunConfig`.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, cast

import httpx
from prefect import flow
from prefect.states import Failed

from flows import artifact, steps
from flows.job_options import run_id
from flows.notify import notify_failure
from flows.outcome import note
from flows.progress import log_end, logging_to
from flows.retries import forgo_retries, retry_is_to_come
from flows.server import server_loss
from flows.settings import RunConfig
from tasks.errors import DoneButFailed, RunFailed, UserError
from tasks.store.layout import clean_staging, open_store
from tasks.store.lock import writer_lock
from tasks.store.manifest import damage_named
from tasks.store.publish import recover

LOG = logging.getLogger("dateline")


def name_while_running() -> str:
    """The name of a flow run until it is known what came in."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d} · running"


@flow(name="news_to_parquet", flow_run_name=name_while_running, validate_parameters=True, persist_result=False)
def news_to_parquet(config: RunConfig) -> dict[str, Any]:
    """Read articles, annotate what is new, merge it with what is published, and publish the tables.

    Parameters
    ----------
    config
        Every setting of the run; see `flows.settings`.

    Returns
    -------
    dict
        `run`: the row of `runs`; `tables`: rows per table after the run; `notes`: counts of records of which something
        is to be told that no column has.

    Raises
    ------
    UserError
        For a mistake in the settings, or tables made with other ones.
    RunFailed
        Where more articles failed than `max_failed_share` allows, or Prefect's server died; nothing is published then.
    """
    with logging_to(config.log_file) as is_first:
        ended = _ended(config, dt.datetime.now(dt.UTC))
        if is_first:
            log_end(ended)
    return ended


def _ended(config: RunConfig, started: dt.datetime) -> dict[str, Any]:
    """The summary of a run, or the state that it ends in."""
    try:
        summary, tables = _publish(config, started)
    except (UserError, RunFailed) as error:
        # Articles that fail because the server is gone are no articles that fail.
        return _failed(config, started, server_loss() or error)
    except httpx.HTTPError as error:
        # What Prefect's client raises of a server that does not answer, or answers that it cannot.
        lost = RunFailed(f"Prefect's server does not do its work any more: {error}")
        return _failed(config, started, server_loss() or lost)
    except Exception as error:
        if not retry_is_to_come():
            notify_failure(config.on_failure, run_id(started), f"{type(error).__name__}: {error}", config.output)
        raise
    note(summary=summary)
    # The tables are published: what cannot be told of them now is no reason to fail.
    _told(lambda: artifact.publish(config.output, summary, tables))
    _told(lambda: artifact.name_this_run(started, f"{summary['run']['n_new']:,} new"))
    try:
        steps.require_articles(config, summary)
        steps.require_no_drift(config, summary)
    except DoneButFailed as error:
        # Tried once more it would find nothing new, and nothing amiss.
        with contextlib.suppress(httpx.HTTPError):
            forgo_retries()
        return _failed(config, started, error)
    return summary


def _publish(config: RunConfig, started: dt.datetime) -> tuple[dict[str, Any], artifact.RunTables]:
    store = open_store(config.output)
    with writer_lock(
        store, owner=f"dateline run of {started:%Y-%m-%d %H:%M:%S} UTC", stale_seconds=config.lock_stale_seconds
    ) as lock:
        recover(store, lock.held)
        context = steps.start(store, config, started, lock)
        try:
            with damage_named(store):
                inputs = steps.discover(context)
                taken = steps.ingest(context, inputs)
                plan = steps.gate(context, inputs, taken)
                annotated = steps.annotate(context, plan)
                summary = steps.merge_and_publish(context, inputs, taken, plan, annotated)
        except (UserError, RunFailed) as error:
            steps.record_failure(context, str(error))
            raise
        with lock.held():
            clean_staging(store, shards=True)
        # While the lock is held: the next run may replace the files that are read here.
        return summary, artifact.tables(store, summary, taken.inputs, taken.results, plan)


def _failed(config: RunConfig, started: dt.datetime, error: Exception) -> dict[str, Any]:
    """End the flow run as Failed with the error's own line; the caller of the flow gets the error raised.

    Raised inside the flow, Prefect would put its own words before the message and a traceback into the log. That is
    done only where it is going to try the run once more: it does not where the state is returned.
    """
    if retry_is_to_come():
        LOG.warning("%s; Prefect tries once more", error)
        raise error
    note(error=error)
    notify_failure(config.on_failure, run_id(started), str(error), config.output)
    with contextlib.suppress(httpx.HTTPError):  # the run's own failure is the one to tell
        artifact.name_this_run(started, "failed")
    return cast("dict[str, Any]", Failed(message=str(error), data=error))


def _told(tell: Callable[[], None]) -> None:
    try:
        tell()
    except httpx.HTTPError as error:
        LOG.warning("Prefect's server was not told of this run: %s", error)
