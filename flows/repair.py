"""What `dateline repair` does before the run that makes all anew: find the damage, and take out what it touched."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from flows.job_options import fingerprint_of
from flows.settings import RunConfig
from flows.withdrawal import with_settings_of
from tasks.contract.metadata import META
from tasks.errors import UserError
from tasks.jobs.repair import (
    Damage,
    Gone,
    TakenOut,
    find_damage,
    lost_lines,
    mend_state,
    read_gone,
    repair_is_unfinished,
    take_out,
)
from tasks.store.fingerprint import FINGERPRINT, Fingerprint, read_fingerprint, require_same
from tasks.store.layout import Store, open_store, partition_files, scan
from tasks.store.lock import writer_lock
from tasks.store.publish import recover
from tasks.store.storage import join


@dataclass(frozen=True, slots=True)
class Repair:
    """What was found, what was taken out, and the settings of the run that fills the tables again.

    `gone` is what may be lost, of repairs that were stopped before too.
    """

    damage: Damage
    taken: TakenOut | None
    gone: Gone
    settings: RunConfig

    @property
    def needs_run(self) -> bool:
        """Whether something has to be made anew."""
        return self.taken is not None or repair_is_unfinished(open_store(self.settings.output))


def begin_repair(settings: RunConfig) -> Repair:
    """Find what is damaged and publish the folder without it, ready for the run that makes it anew.

    Rows of articles that are gone, where they were sound, go to a folder `<output>-lost` beside the tables.

    Parameters
    ----------
    settings
        Those given by the user; what shaped the tables is taken from their fingerprint, where that is sound.

    Raises
    ------
    UserError
        There are no tables; another run is writing; the tables were made by other code or other settings, so that a
        part of them cannot be made anew; the fingerprint is lost and the settings are not those of the last run.
    """
    started = dt.datetime.now(dt.UTC)
    store = open_store(settings.output)
    if not any(partition_files(store, name) for name in ("articles", "texts", "runs")):
        raise UserError(f"--output {settings.output}: no tables here; name the folder of an earlier run")
    with writer_lock(
        store, owner=f"dateline repair of {started:%Y-%m-%d %H:%M:%S} UTC", stale_seconds=settings.lock_stale_seconds
    ) as lock:
        state = mend_state(store, lock.held)
        recover(store, lock.held)
        damage = find_damage(store, state)
        fingerprint, settings = _made_with(store, settings, damage)
        if not damage:
            return Repair(damage, None, read_gone(store), settings)
        run_id = f"repair-{started:%Y%m%dT%H%M%S%f}"
        keep = functools.partial(_keep_aside, store, run_id)
        taken = take_out(store, lock.held, run_id, started, damage, fingerprint, keep)
        return Repair(damage, taken, read_gone(store), settings)


def _made_with(store: Store, settings: RunConfig, damage: Damage) -> tuple[Fingerprint, RunConfig]:
    """The fingerprint of the tables and the settings that go with it."""
    if f"{META}/{FINGERPRINT}" not in damage.files:
        known = read_fingerprint(store)
        assert known is not None, "there are tables"
        settings = with_settings_of(known, settings)
        require_same(store, fingerprint_of(settings), reprocess=settings.reprocess)
        return known, settings
    now = fingerprint_of(settings)
    runs = "runs/part-0.parquet"
    if runs in damage.files:
        raise UserError(
            f"{store.name}: fingerprint and runs are both lost, nobody knows what made the tables; restore _meta from "
            "a copy, or run into a new folder"
        )
    last = scan(store, "runs").filter(pl.col("status") == "completed").sort("number").collect().row(-1, named=True)
    if any(last[name] != getattr(now, name) for name in ("code_version", "model", "config_sha256")):
        raise UserError(
            f"{store.name}: the fingerprint is lost, and this is not what made the tables (dateline "
            f"{last['code_version']}, model {last['model']}, settings {last['config_sha256'][:8]}); repair with the "
            "same version and --config, or run into a new folder"
        )
    return now, settings


def _keep_aside(store: Store, run_id: str, name: str, frame: pl.DataFrame) -> None:
    """Keep rows of gone articles beside the tables."""
    if frame.height:
        aside = open_store(f"{store.name}-lost")
        lines = [json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in frame.iter_rows(named=True)]
        aside.storage.write(join(aside.url, f"{name}-{run_id}.jsonl"), "".join(lines).encode())


def damage_lines(repair: Repair) -> Iterator[str]:
    """What is damaged and what is done about it, line by line, before the run that does it."""
    damage, taken = repair.damage, repair.taken
    for line in damage.state:
        yield f"damaged: {line}"
    for name in damage.files:
        yield f"damaged: {name}"
    for name in damage.strange:
        yield f"not published, taken away: {name}"
    if taken is None:
        if not damage:
            yield "no file is damaged"
        return
    if taken.n_again:
        yield f"annotated again: {taken.n_again:,} articles"
    if taken.articles:
        yield f"read again, where the inputs are still there: {len(taken.articles):,} articles"
    for line in taken.lost:
        yield f"lost: {line}"


def loss_lines(repair: Repair) -> Iterator[str]:
    """Which articles did not come back, where the run after the repair has not told of them."""
    yield from lost_lines(open_store(repair.settings.output), repair.gone)


def kept_lines(repair: Repair) -> Iterator[str]:
    """Where what is left of articles that were gone is kept."""
    if repair.taken is not None and any(frame.height for _, frame in repair.taken.aside):
        yield f"sound rows of articles that were gone are kept in {open_store(repair.settings.output).name}-lost"


__all__ = ["Repair", "begin_repair", "damage_lines", "kept_lines", "loss_lines"]
