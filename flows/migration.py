"""`dateline migrate`: published tables are brought to this program's schema, under the writer's lock."""

from __future__ import annotations

from flows.settings import RunConfig
from tasks.contract.tables import SCHEMA_VERSION
from tasks.store.layout import open_tables
from tasks.store.lock import writer_lock
from tasks.store.migrations import migrate_tables
from tasks.store.publish import recover


def migrate(config: RunConfig) -> list[str]:
    """Bring the tables to this program's schema and tell, in lines, what was done and what is left to do.

    A migration that was stopped anywhere is ended, or begun again, by the next one.

    Raises
    ------
    UserError
        There are no tables, another run writes to them, or there is no way from their schema to this one.
    """
    store = open_tables(config.output, any_schema=True)
    with writer_lock(store, owner="dateline migrate", stale_seconds=config.lock_stale_seconds) as lock:
        recover(store, lock.held)
        steps = migrate_tables(store, lock.held)
    if not steps:
        return [f"{config.output}: schema {SCHEMA_VERSION} already, nothing to do"]
    lines = [f"{config.output}: schema {step.source} -> {step.target}: {step.what}" for step in steps]
    return [*lines, "The rows are as the earlier version made them: `run … --reprocess` makes them anew."]
