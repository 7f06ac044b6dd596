"""A run from Python, with the checks, the private server and the flow of the command line: `dateline.run`."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.checks import check_before_start
from flows.outcome import call_flow, told_of_failure
from flows.progress import log_summary, logging_to, reporting
from flows.server import temporary_server
from flows.settings import RunConfig, load_config

# The server's address and the progress line belong to the process: runs of several threads wait for one another.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did: the counts of its row in `runs`, and how large the tables are now.

    Parameters
    ----------
    output
        Folder or URL of the tables, to be given to `open_tables`.
    tables
        Rows by table, after the run.
    rejects
        Rows of the table `rejects` by reason, the most frequent first.
    notes
        Of how many articles something is to be said that no column has, such as that a feed gave only a summary.
    not_annotated
        Articles that this run could not annotate, by reason; the next run tries them again.
    drift
        Where the run differs from the days before it, in sentences.
    n_inputs, n_new, n_unchanged, n_superseded, n_rejects
        Records read, and what became of them: the first is the sum of the others.
    n_duplicates
        Articles found to be copies.
    seconds
        How long the run took.
    waiting
        What is left for the next run: files still `being_written`, files `changed` while they were read, and
        `records_left` because of `limit` or `since`.
    """

    output: str
    tables: Mapping[str, int]
    rejects: Mapping[str, int]
    notes: Mapping[str, int]
    not_annotated: Mapping[str, int]
    drift: tuple[str, ...]
    n_inputs: int
    n_new: int
    n_unchanged: int
    n_superseded: int
    n_rejects: int
    n_duplicates: int
    seconds: float
    waiting: Mapping[str, int]


def run(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    output: str | os.PathLike[str] | None = None,
    *,
    config: str | os.PathLike[str] | None = None,
    quiet: bool = False,
    **settings: Any,
) -> RunSummary:
    """Read articles, annotate what is new and publish the tables, as the command `dateline run` does.

    Parameters
    ----------
    inputs
        Files, folders or globs of articles; one, or several.
    output
        Folder or URL of the tables; `output` where nothing else is set.
    config
        TOML file of settings. What is given here wins over it, and over variables `DATELINE_…`.
    quiet
        True shows no progress, which is a line on a terminal and records of the logger `dateline` elsewhere.
    **settings
        Settings by name: `workers=2`, `languages="en,de"`. `docs/operating.md` has them all.

    Raises
    ------
    UserError
        For a mistake that the message names with its mend: a missing input, an unknown setting, tables that were made
        with other settings.
    RunFailed
        Where more articles cannot be annotated than the settings allow. Nothing is published then. As `NothingFound`
        also where no article was found and `fail_on_empty` is set; its `summary` tells what was published.
    """
    several = [inputs] if isinstance(inputs, str | os.PathLike) else inputs
    given = settings | {
        "inputs": None if several is None else tuple(os.fspath(path) for path in several),
        "output": output,
    }
    values = {name: os.fspath(value) if isinstance(value, os.PathLike) else value for name, value in given.items()}
    chosen = load_config(None if config is None else os.fspath(config), **values)
    with logging_to(chosen.log_file), told_of_failure(chosen):
        check_before_start(chosen)
        with _one_at_a_time:
            summary = _run(chosen, quiet)
        log_summary(summary)
    counts = summary["run"]
    return RunSummary(
        output=chosen.output,
        tables=summary["tables"],
        rejects=summary["rejects"],
        notes=summary["notes"],
        not_annotated=summary["not_annotated"],
        drift=tuple(summary["drift"]),
        n_inputs=counts["n_inputs"],
        n_new=counts["n_new"],
        n_unchanged=counts["n_unchanged"],
        n_superseded=counts["n_superseded"],
        n_rejects=counts["n_rejects"],
        n_duplicates=counts["n_duplicates"],
        seconds=counts["seconds"],
        waiting=summary["waiting"],
    )


def _run(config: RunConfig, quiet: bool) -> dict[str, Any]:
    """The flow under a server of its own, which may not be the first of this process."""
    try:
        server = temporary_server(config.state)
        with server as address, reporting(Console(stderr=True), quiet):
            from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

            from flows.news import news_to_parquet

            _read_environment_again()
            # The caller may be inside a flow or settings of their own.
            with temporary_settings({PREFECT_API_URL: address, PREFECT_HOME: Path(os.environ["PREFECT_HOME"])}):
                return call_flow(news_to_parquet, config)
    finally:
        _read_environment_again()


def _read_environment_again() -> None:
    """Prefect reads its settings once a process, and its threads would send to the server of an earlier run."""
    if "prefect.context" in sys.modules:
        sys.modules["prefect.context"].refresh_global_settings_context()
