"""What a run would do, told without doing it: no lock, no folder, no file is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from flows import steps
from flows.job_options import discover_job
from flows.settings import RunConfig
from flows.summary import waiting_lines
from tasks.gate.origins import within
from tasks.jobs.ingest import discover_inputs
from tasks.store.layout import open_store, scan, scan_partial

SHOWN_FILES = 20


def dry_run(config: RunConfig) -> dict[str, Any]:
    """Look at the inputs and the tables as a run would.

    Returns
    -------
    dict
        `read` (records by file to be read), `unreadable` (files that cannot be), `known_files` and `known_records` (in
        already, skipped), `replaced_files` and `replaced_articles` (with `replace_by_origin`), `withdrawn` (published
        articles that are to go), `waiting` (files still being written), and the settings `since` and `limit`.

    Raises
    ------
    UserError
        What would stop the run before it begins.
    """
    store = open_store(config.output)
    _, read_again = steps.fingerprint(store, config)
    plan = discover_inputs(discover_job(config, store.url, read_again=read_again))
    records: Counter[str] = Counter()
    for job in plan.jobs:
        for part in job.slices:
            records[part.origin] += part.n_records
    unreadable = sorted({origin for origin, _, digest in plan.digests if digest is None})
    replaced = plan.changed if config.replace_by_origin else ()
    published = scan(store, "articles", ["article_id", "origin"]).collect()
    files = scan_partial(store, "inputs").select("origin").collect()["origin"]
    return {
        "read": {origin: count for origin, count in records.items() if origin not in unreadable},
        "unreadable": unreadable,
        "known_files": plan.known_files,
        "known_records": plan.known_records,
        "replaced_files": list(replaced),
        "replaced_articles": int(within(published["origin"], replaced, files).sum()),
        "withdrawn": published.filter(pl.col("article_id").is_in(list(config.withdraw))).height,
        "waiting": list(plan.waiting),
        "since": None if config.since is None else config.since.isoformat(),
        "limit": config.limit,
    }


def dry_run_lines(found: Mapping[str, Any]) -> list[str]:
    """The same for people."""
    read: Mapping[str, int] = found["read"]
    lines = [f"would read {_files(len(read))} with {sum(read.values()):,} records"]
    lines += [f"  {origin}: {count:,}" for origin, count in list(read.items())[:SHOWN_FILES]]
    if len(read) > SHOWN_FILES:
        lines.append(f"  and {_files(len(read) - SHOWN_FILES)} more")
    if found["since"] is not None:
        lines.append(f"would leave articles published before {found['since']}")
    if found["limit"] is not None:
        lines.append(f"would take {found['limit']:,} new records at most")
    lines.append(f"would skip {_files(found['known_files'])} with {found['known_records']:,} records, which are in")
    lines += [f"could not read {origin}" for origin in found["unreadable"]]
    if found["replaced_files"]:
        files = ", ".join(found["replaced_files"])
        lines.append(f"would replace the {found['replaced_articles']:,} articles that {files} gave before")
    if found["withdrawn"]:
        lines.append(f"would withdraw {found['withdrawn']:,} articles")
    return [*lines, *waiting_lines({"being_written": len(found["waiting"])}), "nothing was changed"]


def _files(count: int) -> str:
    return f"{count:,} file" + ("" if count == 1 else "s")
