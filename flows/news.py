"""The flow: articles in, tables out.

No `from __future__ import annotations` here: Prefect loads a served flow by its path and could not resolve `RunConfig`.
"""

import datetime as dt
from typing import Any

from prefect import flow

from flows import steps
from flows.artifact import publish_artifact
from flows.settings import RunConfig
from tasks.store.layout import clean_staging, open_store
from tasks.store.lock import writer_lock
from tasks.store.manifest import damage_named
from tasks.store.publish import recover


@flow(name="news_to_parquet", validate_parameters=True, persist_result=False)
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
        Where more articles failed than `max_failed_share` allows; nothing is published then.
    """
    started = dt.datetime.now(dt.UTC)
    store = open_store(config.output)
    with writer_lock(
        store, owner=f"dateline run of {started:%Y-%m-%d %H:%M:%S} UTC", stale_seconds=config.lock_stale_seconds
    ) as lock:
        recover(store, lock.held)
        context = steps.start(store, config, started, lock)
        with damage_named(store):
            inputs = steps.discover(context)
            staged = steps.ingest(context, inputs)
            plan = steps.gate(context, inputs, staged)
            annotated = steps.annotate(context, plan)
            summary = steps.merge_and_publish(context, inputs, staged, plan, annotated)
        with lock.held():
            clean_staging(store, shards=True)
    publish_artifact(store.name, summary)
    return summary
