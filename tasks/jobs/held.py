"""Records that were read and wait for a later run: of files that changed meanwhile, too old, or past the limit.

What waits is taken out of the staged shards before anything is decided, as if it had not been read; its file is not
put down as in, so that a later run reads it again. Which records wait depends on the inputs and the settings alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tasks.contract.schema import polars_schema
from tasks.gate.origins import file_of, within
from tasks.ingest.slices import CHANGED
from tasks.jobs.ingest import NOTES, IngestJob, IngestResult, InputPlan, reject_row
from tasks.jobs.shards import read_frame, write_frame, write_staged
from tasks.jobs.staged import INCOMING, REJECTS
from tasks.records import Reject
from tasks.store.layout import Store, open_store, scan, scan_partial, shard_url

# What makes a record new: other words than those that its article has or had.
IDENTITY = ["article_id", "text_sha256"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run takes of its inputs.

    `results` are the shards without what waits, and `inputs` the files without those that have records waiting;
    `n_left` counts these records, and `changed` are origins of files that changed while they were read.
    """

    results: tuple[IngestResult, ...]
    inputs: InputPlan
    n_left: int
    changed: tuple[str, ...]


def take(
    output: str,
    inputs: InputPlan,
    results: Sequence[IngestResult],
    run_id: str,
    since: dt.date | None = None,
    limit: int | None = None,
) -> Taken:
    """Take out of staged shards what is to wait for a later run.

    Parameters
    ----------
    results
        Of the first jobs of `inputs`, in their order: records of the others have not been read and wait.
    run_id
        The run that takes: what it leaves out no other run leaves out of the same shards.
    since
        Articles published before this day wait; those without a day do not.
    limit
        How many new records are taken at most, in the order of the inputs.
    """
    store = open_store(output)
    unread: Sequence[IngestJob] = inputs.jobs[len(results) :]
    changed = {origin for result in results for origin in result.changed}
    taken = _without_changed(store, results, changed, run_id) if changed else list(results)
    left: Counter[str] = Counter()
    if since is not None:
        taken = [_keep(store, result, pl.col("pub_date") >= since, left, run_id) for result in taken]
    if limit is not None:
        taken, beyond = _first(store, taken, limit, left, run_id)
        for origin, records in beyond:
            left[origin] += records
    for job in unread:
        for part in job.slices:
            left[part.origin] += part.n_records
    open_files = set(left) | {origin for result in taken for origin, *_, lost in result.files if lost}
    return Taken(
        results=tuple(taken),
        inputs=replace(
            inputs,
            digests=tuple(file for file in inputs.digests if file[0] not in left),
            # Half of a file replaces nothing.
            changed=tuple(origin for origin in inputs.changed if origin not in open_files),
        ),
        n_left=left.total(),
        changed=tuple(sorted(changed)),
    )


def new_records(
    output: str, results: Sequence[IngestResult], since: dt.date | None = None
) -> frozenset[tuple[str, str]]:
    """The new records of staged shards, as `take` counts them against its limit: (article_id, text_sha256)."""
    store = open_store(output)
    known = _known(store)
    found: set[tuple[str, str]] = set()
    for result in results:
        new = _incoming(store, result).join(known, on=IDENTITY, how="anti")
        new = new.filter(~within(new["origin"], result.changed))
        if since is not None:
            new = new.filter((pl.col("pub_date") >= since).fill_null(True))
        found.update(new.select(IDENTITY).iter_rows())
    return frozenset(found)


def _without_changed(
    store: Store, results: Sequence[IngestResult], changed: set[str], run_id: str
) -> list[IngestResult]:
    """Let a file that changed while it was read have given nothing but one reject, whatever its slices gave."""
    told: set[str] = set()
    cleared = []
    for result in results:
        here = {origin for origin, *_ in result.files} & changed
        if not here:
            cleared.append(result)
            continue
        first = sorted(here - told)
        told |= here
        rejects = pl.DataFrame(
            [reject_row(Reject(origin, "read", CHANGED, transient=True)) for origin in first],
            schema=polars_schema(REJECTS),
        )
        others = {origin for origin, *_ in result.files} - changed

        def stays(_: str, frame: pl.DataFrame, here: set[str] = here, others: set[str] = others) -> pl.DataFrame:
            return frame.filter(~within(frame["origin"], here, others))

        files, pending = [], set(first)
        for origin, path, *counts in result.files:
            numbers = (counts[0], counts[1], counts[2])
            if origin in changed:
                numbers = (1, 1, 1) if origin in pending else (0, 0, 0)
                pending.discard(origin)
            files.append((origin, path, *numbers))
        cleared.append(_restage(store, result, f"unchanged-{run_id}", stays, rejects, tuple(files)))
    return cleared


def _keep(store: Store, result: IngestResult, wanted: pl.Expr, left: Counter[str], run_id: str) -> IngestResult:
    """Keep the articles of a shard for which an expression is true or unknown; `left` counts the others by file."""
    waits = _incoming(store, result).filter(~wanted.fill_null(True))
    if waits.is_empty():
        return result
    names = [origin for origin, *_ in result.files]
    gone = Counter(file_of(origin, names) or origin for origin in waits["origin"])
    left.update(gone)
    files = []
    for origin, path, records, rejects, transient in result.files:
        # Two files under one name are one here: both are read again.
        fewer = min(gone[origin], records - rejects)
        gone[origin] -= fewer
        files.append((origin, path, records - fewer, rejects, transient))
    keys = waits.select("origin", *IDENTITY)

    def stays(name: str, frame: pl.DataFrame) -> pl.DataFrame:
        if name == INCOMING.name:
            return frame.join(keys, on=["origin", *IDENTITY], how="anti", maintain_order="left")
        return frame.filter(~pl.col("origin").is_in(keys["origin"].implode())) if name == NOTES else frame

    return _restage(store, result, f"taken-{run_id}", stays, None, tuple(files))


def _first(
    store: Store, results: Sequence[IngestResult], limit: int, left: Counter[str], run_id: str
) -> tuple[list[IngestResult], list[tuple[str, int]]]:
    """The shards up to the one with the last new record that is taken; what stands behind, by file with its records."""
    known = _known(store)
    taken: list[IngestResult] = []
    missing = limit
    for position, result in enumerate(results):
        if missing == 0:
            behind = [(origin, records) for later in results[position:] for origin, _, records, *_ in later.files]
            return taken, behind
        new = _incoming(store, result).join(known, on=IDENTITY, how="anti")
        # A file's own name may end like the number of a record, and in more digits than a number has.
        number = pl.col("origin").str.extract(r"#([0-9]+)$").cast(pl.Int64, strict=False).fill_null(0)
        order = {origin: place for place, (origin, *_) in enumerate(result.files)}
        place = [order.get(file_of(origin, order) or "", 0) for origin in new["origin"]]
        ordered = (
            new.with_columns(place=pl.Series(place, dtype=pl.Int64), number=number)
            .sort("place", "number", "origin", *IDENTITY)
            .select(IDENTITY)
            .unique(maintain_order=True)
        )
        known = pl.concat([known, ordered.head(missing)])
        beyond = ordered.slice(missing)
        missing -= min(missing, ordered.height)
        if beyond.height:
            waits = pl.struct(IDENTITY).is_in(beyond.to_struct("identity").implode())
            result = _keep(store, result, ~waits, left, run_id)
        taken.append(result)
    return taken, []


def _known(store: Store) -> pl.DataFrame:
    """The texts that articles have or had."""
    published = scan(store, "articles", IDENTITY).collect()
    return pl.concat([published, scan_partial(store, "superseded").select(IDENTITY).collect()])


def _incoming(store: Store, result: IngestResult) -> pl.DataFrame:
    """Who the articles of a shard are; withdrawn ones are none, and refused by the gate."""
    columns = ["origin", *IDENTITY, "pub_date"]
    withdrawn = scan_partial(store, "tombstones").collect()
    return read_frame(store, result.url, INCOMING.name).select(columns).join(withdrawn, on="article_id", how="anti")


def _restage(
    store: Store,
    result: IngestResult,
    kind: str,
    stays: Callable[[str, pl.DataFrame], pl.DataFrame],
    more_rejects: pl.DataFrame | None,
    files: tuple[tuple[str, str, int, int, int], ...],
) -> IngestResult:
    """A copy of a shard with the rows that stay; not marked as finished, so that nobody takes it for the whole."""
    url = shard_url(store, f"{result.url.rpartition('/')[2]}-{kind}")
    incoming, rejects, notes = (
        stays(name, read_frame(store, result.url, name)) for name in (INCOMING.name, REJECTS.name, NOTES)
    )
    write_staged(store, url, INCOMING, incoming)
    write_staged(store, url, REJECTS, rejects if more_rejects is None else pl.concat([rejects, more_rejects]))
    write_frame(store, url, NOTES, notes)
    return replace(
        result,
        url=url,
        files=files,
        n_words=int(incoming["n_words"].sum()),
        notes=tuple(sorted(Counter(notes["note"]).items())),
    )
