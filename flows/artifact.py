"""What a person sees of a run in Prefect's interface: its name, its summary line, and artifacts beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.sorting import TaskRunSort
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger

from flows.runners import task_run_name
from flows.summary import counts_line
from tasks.jobs.gate import GatePlan
from tasks.jobs.ingest import IngestJob, IngestResult, InputPlan
from tasks.report.page.markup import plural
from tasks.store.layout import Store, scan

ARTIFACT_KEY = "dateline-run"
INPUTS_KEY = "dateline-inputs"
REJECTS_KEY = "dateline-rejects"
EVENTS_KEY = "dateline-events"
SLOWEST_KEY = "dateline-slowest"
# An artifact is for looking at; all rows are in the tables.
MOST_ROWS = 200
SLOWEST_ROWS = 10
FILES_NAMED = 3

Row = dict[str, Any]


def summary_markdown(output: str, summary: dict[str, Any]) -> str:
    """The run's counts and the tables' sizes as a page of Markdown."""
    run = summary["run"]
    counts = "\n".join(f"| {name.removeprefix('n_')} | {value:,} |" for name, value in run.items() if name != "seconds")
    tables = "\n".join(f"| `{name}` | {rows:,} |" for name, rows in summary["tables"].items())
    notes = "".join(f"\n- {line}" for line in note_lines(summary))
    return (
        f"Tables in `{output}`, {run['seconds']:.0f} s\n\n"
        f"| records | |\n|---|---:|\n{counts}\n\n| table | rows |\n|---|---:|\n{tables}\n{notes}\n"
    )


def note_lines(summary: dict[str, Any]) -> list[str]:
    """What is to be told of the records: “12 articles: feed entry: summary only”, and why some are no articles."""
    lines = [plural(count, "article") + f": {note}" for note, count in summary.get("notes", {}).items()]
    lines += [f"drift: {line}" for line in summary.get("drift", ())]
    if given_up := summary.get("not_annotated"):
        n, told = sum(given_up.values()), ", ".join(f"{count:,} {_spoken(name)}" for name, count in given_up.items())
        again = "it is" if n == 1 else "they are"
        lines.append(f"{plural(n, 'article')} could not be annotated: {told}; {again} tried again by the next run")
    if reasons := summary.get("rejects"):
        told = ", ".join(f"{count:,} {_spoken(reason)}" for reason, count in reasons.items())
        lines.append(f"{plural(sum(reasons.values()), 'record')} in the table rejects: {told}")
    return lines


def _spoken(reason: str) -> str:
    return reason.replace("_", " ")


def name_this_run(started: dt.datetime, told: str) -> None:
    """Call the flow run by its day and what came of it: “2024-10-20 · 12 new”. Nothing outside a flow run."""
    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        with get_client(sync_client=True) as client:
            client.update_flow_run(context.flow_run.id, name=f"{started:%Y-%m-%d} · {told}")


def input_rows(staged: Sequence[IngestResult]) -> list[Row]:
    """Files that were read in the run, those with the most rejects and records first."""
    counts: dict[str, list[int]] = {}
    for result in staged:
        for origin, _, records, rejects, *_ in result.files:
            of_file = counts.setdefault(origin, [0, 0])
            of_file[0] += records
            of_file[1] += rejects
    ordered = sorted(counts.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))
    return [{"file": origin, "records": records, "rejects": rejects} for origin, (records, rejects) in ordered]


def reject_rows(summary: dict[str, Any]) -> list[Row]:
    """Rows of the table `rejects` by reason, the most frequent first."""
    return [{"reason": reason, "records": count} for reason, count in summary.get("rejects", {}).items()]


def event_rows(store: Store) -> list[Row]:
    """Events of the tables by type and status, the most frequent first."""
    counts = scan(store, "events", ["event_type", "status"]).group_by("event_type", "status").len("events").collect()
    return counts.sort("events", "event_type", "status", descending=[True, False, False]).to_dicts()


def slowest_rows(worked_on: dict[str, str]) -> list[Row]:
    """The tasks of this flow run that took longest, with the files or articles that each worked on.

    Parameters
    ----------
    worked_on
        What a task worked on, by the name of its run.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return []
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[context.flow_run.id])),
            sort=TaskRunSort.END_TIME_DESC,
        )
    timed = sorted(((run.total_run_time.total_seconds(), run.name) for run in runs), reverse=True)
    return [
        {"task": name, "seconds": round(seconds, 1), "of": worked_on.get(name, "")}
        for seconds, name in timed[:SLOWEST_ROWS]
    ]


@dataclass(frozen=True, slots=True)
class RunTables:
    """What the artifacts of a run show, read while the run still holds the lock.

    `worked_on` has what each task was given, by the name of its run.
    """

    inputs: list[Row]
    rejects: list[Row]
    events: list[Row]
    worked_on: dict[str, str]


def tables(
    store: Store, summary: dict[str, Any], inputs: InputPlan, staged: Sequence[IngestResult], plan: GatePlan
) -> RunTables:
    """Gather what the artifacts of a run show."""
    reading = {
        task_run_name("ingest", number, len(inputs.jobs)): _files(job)
        for number, job in enumerate(inputs.jobs, start=1)
    }
    annotating = {
        task_run_name("annotate", number, len(plan.jobs)): f"{plural(len(job.article_ids), 'article')}, "
        f"{job.n_words:,} words"
        for number, job in enumerate(plan.jobs, start=1)
    }
    return RunTables(input_rows(staged), reject_rows(summary), event_rows(store), reading | annotating)


def publish(output: str, summary: dict[str, Any], found: RunTables) -> None:
    """Log the summary line and put the artifacts beside the flow run; each run adds a version under one key."""
    logger = get_run_logger()
    for line in (counts_line(summary["run"]), *note_lines(summary)):
        logger.info(line)
    create_markdown_artifact(summary_markdown(output, summary), key=ARTIFACT_KEY, description="What the run wrote")
    for key, description, rows in (
        (INPUTS_KEY, "Files read in this run", found.inputs),
        (REJECTS_KEY, "Records that became no article, by reason", found.rejects),
        (EVENTS_KEY, "Events of the tables by type and status", found.events),
        (SLOWEST_KEY, "What took longest in this run", slowest_rows(found.worked_on)),
    ):
        some = f" (the first {MOST_ROWS:,} of {len(rows):,})" if len(rows) > MOST_ROWS else ""
        create_table_artifact(rows[:MOST_ROWS], key=key, description=description + some)


def _files(job: IngestJob) -> str:
    origins = list(dict.fromkeys(part.origin for part in job.slices))
    more = f" and {plural(len(origins) - FILES_NAMED, 'file')} more" if len(origins) > FILES_NAMED else ""
    return ", ".join(origins[:FILES_NAMED]) + more
