"""What is said at the end of a run: in lines for people, or as one JSON object for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tasks.errors import DoneButFailed, DriftFound, NothingFound, RunFailed, UserError

FAILED, MISUSED, EMPTY, DRIFT = 1, 2, 3, 4


def exit_code(error: UserError | RunFailed) -> int:
    """The exit code that tells of an error: 1 failed, 2 misused, 3 no article found, 4 drift."""
    if isinstance(error, NothingFound):
        return EMPTY
    if isinstance(error, DriftFound):
        return DRIFT
    return FAILED if isinstance(error, RunFailed) else MISUSED


@contextmanager
def told_as_json(wanted: bool) -> Iterator[dict[str, Any]]:
    """Where it is wanted, print one JSON object at the end, whatever the end: the dict that is given, filled in.

    Its `status` is completed, dry_run, empty, drift or failed; `message` is null or the one line that says why.
    """
    told: dict[str, Any] = {
        "status": "failed",
        "exit_code": FAILED,
        "message": "ended by an error of the program's own; standard error has it",
    }
    try:
        yield told
    except (UserError, RunFailed) as error:
        told |= {"exit_code": exit_code(error), "message": str(error)}
        if isinstance(error, DoneButFailed):
            told |= {"status": "empty" if isinstance(error, NothingFound) else "drift", **error.summary}
        raise
    finally:
        if wanted:
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()


def counts_line(run: Mapping[str, Any]) -> str:
    """The counts of a run: what became of its records."""
    return (
        "Records: {n_inputs:,} in, {n_new:,} new, {n_unchanged:,} unchanged, {n_superseded:,} superseded, "
        "{n_rejects:,} rejected; {n_duplicates:,} copies found; {seconds:.0f} s".format(**run)
    )


def waiting_lines(waiting: Mapping[str, int]) -> list[str]:
    """What a run left for the next one: “2 files still being written, left for the next run”."""
    said = {
        "being_written": ("file still being written", "files still being written", "left for the next run"),
        "changed": ("file changed while it was read", "files changed while they were read", "left for the next run"),
        "records_left": ("record past --limit or --since", "records past --limit or --since", "left for a later run"),
    }
    return [
        f"{waiting[name]:,} {one if waiting[name] == 1 else many}, {what}"
        for name, (one, many, what) in said.items()
        if waiting.get(name)
    ]


def empty_line(inputs: tuple[str, ...], summary: Mapping[str, Any]) -> str:
    """“no articles found in photos (3 records refused: 3 binary)”."""
    line = f"no articles found in {', '.join(inputs)}"
    refused = summary["run"]["n_rejects"]
    if not refused:
        return line
    reasons = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in summary["rejects"].items())
    return f"{line} ({refused:,} refused; in the table rejects: {reasons})"


def found_nothing(summary: dict[str, Any]) -> bool:
    """Whether no record of the inputs was an article: none new, none known, none that waits."""
    run = summary["run"]
    return bool(run["n_inputs"] == run["n_rejects"] and summary["waiting"]["records_left"] == 0)
