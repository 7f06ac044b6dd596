"""What a person sees of a run afterwards: an artifact beside the flow run in Prefect's interface."""

from __future__ import annotations

from typing import Any

from prefect.artifacts import create_markdown_artifact

from tasks.report.page.markup import plural

ARTIFACT_KEY = "dateline-run"


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


def publish_artifact(output: str, summary: dict[str, Any]) -> None:
    """Put the summary beside the flow run; each run adds a version under one key."""
    create_markdown_artifact(summary_markdown(output, summary), key=ARTIFACT_KEY, description="What the run wrote")
