"""The pages in docs/ are true of the code: their sentences are coded as they say, their commands print what they show.

`DATELINE_UPDATE=1` writes what the commands print now into the page.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc
from typer.testing import CliRunner

import bench.quality_page
import flows.settings_page
import tasks.annotate.events.lexicon.page as lexicon_page
import tasks.annotate.rules_page
from flows.cli import app
from tasks.annotate.events.encoder.coders import SMALL
from tasks.annotate.layers import EventArgument, EventMention
from tasks.pages import DOCS, with_section
from tasks.report.query import connect

PUBLISHED = dt.date(2024, 5, 15)
EVENTS = DOCS / "events.md"
BLOCK = re.compile(r"```console\n\$ dateline (?P<command>[^\n]*)\n(?P<shown>.*?)```", re.DOTALL)
# What moves with every change of a lexicon or of the learned weights, and says nothing of the page.
MOVING = re.compile(r"@[0-9a-f]{8}\b|[cC]onfidence +[\d.]+ *")


def example_tables() -> Iterator[tuple[list[str], list[list[str]]]]:
    """Head and rows of each table of the page whose first column is a sentence."""
    for found in re.findall(r"(?:^\|.*\n)+", EVENTS.read_text("utf-8"), re.MULTILINE):
        rows = [[cell.strip() for cell in line[1:].rsplit("|", 1)[0].split("|")] for line in found.splitlines()]
        if rows[0][0] in ("sentence", "no event"):
            yield rows[0], rows[2:]


EXAMPLES = [(head, row) for head, rows in example_tables() for row in rows]


def told(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def coded(doc: Doc) -> Iterator[dict[str, Any]]:
    """What the page may say of a sentence: the columns of each report, alone and with those of each of its cells."""
    for event in doc._.events:
        report = {field.name: getattr(event, field.name) for field in fields(EventMention)}
        yield report
        for cell in event.arguments:
            own = {field.name: getattr(cell, field.name) for field in fields(EventArgument)}
            yield report | own | {"text": doc.text[cell.start : cell.end]}


@pytest.mark.parametrize(("head", "row"), EXAMPLES, ids=[f"{row[0]} {row[1]}" for _, row in EXAMPLES])
def test_a_sentence_is_coded_as_the_page_says(annotate: Callable[..., Doc], head: list[str], row: list[str]) -> None:
    found = list(coded(annotate(row[0], published_at=PUBLISHED)))
    if head[0] == "no event":
        assert not found
        return
    wanted = dict(zip(head[1:], row[1:], strict=True))
    seen = [{name: told(item[name]) for name in wanted} for item in found if wanted.keys() <= item.keys()]
    assert wanted in seen


def test_every_status_assertion_and_number_scope_of_the_coder_has_an_example() -> None:
    said = {cell for _, row in EXAMPLES for cell in row[1:]}
    assert {"happened", "ongoing", "planned", "hypothetical", "negated", "cancelled", "historical"} <= said
    assert {"reported", "attributed", "alleged", "denied", "cumulative"} <= said


def test_the_commands_of_the_page_print_what_it_shows(
    tmp_path: Path, run_flow: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = EVENTS.read_text("utf-8")
    (articles,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    (frames,) = re.findall(r"```tsv\n(.*?)```", text, re.DOTALL)
    Path(tmp_path, "blast.jsonl").write_text(articles, "utf-8")
    Path(tmp_path, "mine.tsv").write_text(frames, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    run_flow("blast.jsonl", "output", coder=SMALL)

    printed = []
    for block in BLOCK.finditer(text):
        if "mine." in block["command"]:
            run_flow("blast.jsonl", "output", lexicon="mine.tsv", reprocess=True, coder=SMALL)
        result = CliRunner().invoke(app, shlex.split(block["command"]), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        printed.append("".join(f"{line.rstrip()}\n" for line in result.output.strip("\n").splitlines()))
    if os.environ.get("DATELINE_UPDATE"):
        new = iter(printed)
        EVENTS.write_text(
            BLOCK.sub(lambda block: f"```console\n$ dateline {block['command']}\n{next(new)}```", text), "utf-8"
        )
        return
    assert len(printed) >= 4
    for block, now in zip(BLOCK.finditer(text), printed, strict=True):
        assert MOVING.sub("", block["shown"]) == MOVING.sub("", now)


def queries(page: str) -> list[str]:
    return re.findall(r"```sql\n(.*?)```", Path(DOCS, page).read_text("utf-8"), re.DOTALL)


QUESTIONS = queries("questions.md")


def test_there_are_twelve_questions() -> None:
    assert len(QUESTIONS) == 12


@pytest.mark.parametrize(
    ("sql", "finds"),
    # The seed article has no date and tells of meetings: three questions have something to find in it.
    [(sql, number in (3, 6, 10)) for number, sql in enumerate(QUESTIONS, 1)]
    + [(sql, True) for sql in queries("crosswalk.md")],
    ids=[f"question {number}" for number in range(1, len(QUESTIONS) + 1)] + ["crosswalk"],
)
def test_a_query_of_the_pages_runs(seed_output: Path, sql: str, finds: bool) -> None:
    found = connect(str(seed_output)).execute(sql)
    assert found.fetchall() or not finds


def test_no_section_made_from_code_is_stale() -> None:
    for sections in (
        lexicon_page.SECTIONS,
        flows.settings_page.SECTIONS,
        bench.quality_page.SECTIONS,
        tasks.annotate.rules_page.SECTIONS,
    ):
        for (page, name), body in sections.items():
            text = page.read_text("utf-8")
            assert text == with_section(text, name, body()), "run: make pages"


def test_every_page_is_in_the_index() -> None:
    index = Path(DOCS, "README.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if f"({page.name})" not in index] == ["README.md"]
    assert not [page.name for page in DOCS.glob("how-to/*.md") if f"(how-to/{page.name})" not in index]


def test_every_decision_is_in_the_index_of_decisions() -> None:
    folder = DOCS / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    for page in sorted(folder.glob("0*.md")):
        title = page.read_text("utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({page.name})" in index


@pytest.mark.parametrize("page", [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")], ids=lambda page: page.name)
def test_a_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]
