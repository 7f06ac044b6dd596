"""What `dateline run` does around the flow: a server of its own, signals, progress, the printed summary.

Prefect reads its settings when it is imported: what loads it is imported after they are set.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from flows.checks import check_before_start
from flows.outcome import call_flow, told_of_failure
from flows.progress import log_summary, logging_to, reporting
from flows.server import end_workers, prefect_environment, temporary_server
from flows.settings import RunConfig
from flows.stopping import Stopped, stop_on_signals
from flows.summary import counts_line, empty_line, found_nothing, waiting_lines
from tasks.errors import RunFailed, UserError

CONSOLE = Console(stderr=True)


def run_and_print(settings: RunConfig, quiet: bool, silent: bool = False, repair: bool = False) -> dict[str, Any]:
    """Run the flow, print its summary unless `silent`, and give it; a repair may have no inputs."""
    _log_to_stderr(quiet)
    os.environ.update(prefect_environment(settings.state))
    with logging_to(settings.log_file), stop_on_signals(_say_stopped), told_of_failure(settings):
        if settings.inputs or not repair:
            check_before_start(settings)
        summary = _run_flow(settings, quiet)
        log_summary(summary)
    if not quiet:
        _print_summary(settings, summary, silent)
    return {"status": "completed", **summary}


def _run_flow(settings: RunConfig, quiet: bool) -> dict[str, Any]:
    """The flow under a server of its own."""
    with temporary_server(settings.state, on_loss=end_workers), reporting(CONSOLE, quiet):
        from flows.news import news_to_parquet

        try:
            return call_flow(news_to_parquet, settings)
        except UserError as error:
            # Nothing wrong with the command itself: tables made otherwise, another writer, a full disk.
            raise RunFailed(str(error)) from error


def dry_run_and_print(settings: RunConfig, quiet: bool) -> dict[str, Any]:
    """Tell what a run would do, without a server."""
    os.environ.update(prefect_environment(settings.state))
    from flows.dry_run import dry_run, dry_run_lines

    check_before_start(settings)
    found = dry_run(settings)
    if not quiet:
        for line in dry_run_lines(found):
            Console().print(line, highlight=False, markup=False, soft_wrap=True)
    return {"status": "dry_run", **found}


def _say_stopped() -> None:
    CONSOLE.print(f"\ndateline: {Stopped()}", style="red", highlight=False, markup=False, soft_wrap=True)


def _log_to_stderr(quiet: bool) -> None:
    """Only our own lines: Prefect keeps its own with the run."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logger = logging.getLogger("dateline")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.WARNING if quiet else logging.INFO)


def _print_summary(settings: RunConfig, summary: dict[str, Any], silent: bool) -> None:
    from flows.artifact import note_lines

    output, waiting = settings.output, waiting_lines(summary["waiting"])
    if settings.inputs and not settings.withdraw and found_nothing(summary):
        for line in (empty_line(settings.inputs, summary), *waiting):
            CONSOLE.print(line, style="yellow", highlight=False, markup=False, soft_wrap=True)
        return
    if silent:
        return
    console = Console()
    grid = Grid(title=f"Tables in {output}", title_justify="left")
    grid.add_column("table")
    grid.add_column("rows", justify="right")
    for name, rows in summary["tables"].items():
        grid.add_row(name, f"{rows:,}")
    console.print(grid)
    for line in (counts_line(summary["run"]), *(f"  {line}" for line in (*waiting, *note_lines(summary)))):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if not summary["tables"]["events"]:
        return
    lines = (f'pl.read_parquet("{output}/events/**/*.parquet")', f"duckdb.sql(\"FROM '{output}/events/**/*.parquet'\")")
    console.print("Load a table in Python, with Polars or DuckDB:", highlight=False)
    for line in lines:
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
