"""`dateline show`: an event or an entity in the terminal, down to its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from tasks.errors import UserError
from tasks.report.evidence import EventEvidence, ReportEvidence, event_evidence
from tasks.report.page.markup import plural
from tasks.store.layout import Store, open_tables, scan

STYLES = {
    "trigger": "bold reverse",
    "actor": "bold blue",
    "recipient": "bold magenta",
    "place": "green",
    "date": "cyan",
}
COUNT_STYLE = "yellow"
MOST_ROWS = 12


def show(
    output: str, key: str, why: bool, console: Console, *, actors: str | None = None, lexicon: str | None = None
) -> None:
    """Print an event or an entity of the tables at `output`.

    Parameters
    ----------
    why
        Whether to say of each report why it counts, and which rules of language decided what it says.
    actors, lexicon
        The user's own files that the tables were made with, to read the articles of an event again.

    Raises
    ------
    UserError
        Where the tables have no event and no entity of that id.
    """
    store = open_tables(output, shared=True)
    found = event_evidence(store, [key])
    if found:
        files = {"actors": actors, "lexicon": lexicon} if why else None
        show_event(store, found[0], files, console)
        return
    entities = scan(store, "entities").filter(pl.col("entity_id") == key).collect().to_dicts()
    if not entities:
        raise UserError(f"{key}: no event and no entity of {output} has this id; `dateline query` finds ids")
    show_entity(store, entities[0], console)


def show_event(store: Store, found: EventEvidence, files: Mapping[str, str | None] | None, console: Console) -> None:
    """One event: what the row says, then every report with its sentence.

    `files` are the user's own that its articles are read again with to say why it is so; None to leave that out.
    """
    event = found.event
    mode = f" ({event['mode']})" if event["mode"] else ""
    console.print(Text(f"{event['event_type']}{mode}, {event['status']}", style="bold"), highlight=False)
    grid = Grid(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in event_facts(event, found.names):
        grid.add_row(name, value)
    console.print(grid)
    lines = why_lines(store, found, files, console) if files is not None else {}
    for report in found.reports:
        console.print()
        console.print(_heading(report))
        if report.sentence:
            console.print(marked(report))
        for cell in report.elsewhere:
            console.print(Text(f"  {cell.role}: {cell.text} ({cell.method})", style="dim"), soft_wrap=True)
        for line in lines.get(report.event_mention_id, ()):
            console.print(Text(f"  {line}", style="dim"), soft_wrap=True)


def why_lines(
    store: Store, found: EventEvidence, files: Mapping[str, str | None], console: Console
) -> dict[str, list[str]]:
    """Why each report counts, who coded it and which rules of language decided its cells, by its id.

    What keeps its article from being read again is printed, once.
    """
    from tasks.report.why import pipeline_of, rulings

    rules: dict[str, list[str]] = {}
    nlp = pipeline_of(store, files)
    if isinstance(nlp, str):
        console.print(Text(nlp, style="dim"), soft_wrap=True)
    else:
        rules = rulings(store, nlp, found.reports)
        if len(rules) < len(found.reports):
            console.print(Text("rules of language are not shown: the texts are left out", style="dim"), soft_wrap=True)
    return {
        report.event_mention_id: [
            f"counted here because: {report.rule or 'not kept'}",
            f"coded by {report.coder}, confidence {report.confidence:.2f}",
            *rules.get(report.event_mention_id, ()),
        ]
        for report in found.reports
    }


def event_facts(event: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filled cells of an event's row, as a person reads them."""

    def people(ids: list[str], codes: list[str]) -> str:
        told = ", ".join(names.get(one, one) for one in ids)
        return f"{told} [{', '.join(codes)}]" if told else ", ".join(codes)

    where = [
        names.get(event["place_id"] or ""),
        event["admin1"],
        event["country"],
    ]
    when = str(event["event_date"] or "")
    if event["event_date_end"]:
        when += f" to {event['event_date_end']}"
    facts = [
        ("event", event["event_id"]),
        ("actor", people(event["actor_ids"], event["actor_codes"])),
        ("recipient", people(event["recipient_ids"], event["recipient_codes"])),
        ("when", f"{when} ({event['date_precision']}, {event['date_basis']})" if when else ""),
        ("where", ", ".join(dict.fromkeys(part for part in where if part))),
        *(
            (role, value_range(event[f"{role}_low"], event[f"{role}_high"]))
            for role in ("killed", "wounded", "arrested")
        ),
        ("assertion", event["assertion"] + (", contested" if event["contested"] else "")),
        ("contexts", ", ".join(event["contexts"])),
        ("CAMEO", event["cameo"] or ""),
        ("fulfilled by", event["fulfilled_by"] or ""),
        ("reports", _reports(event)),
        ("confidence", f"{event['confidence']:.2f}"),
    ]
    return [(name, value) for name, value in facts if value]


def _reports(event: Mapping[str, Any]) -> str:
    articles = plural(event["n_articles"], "article")
    copies = f" and {plural(event['n_reprints'], 'copy', 'copies')}" if event["n_reprints"] else ""
    return f"{event['n_mentions']:,} in {articles}{copies} of {plural(event['n_sources'], 'source')}"


def value_range(low: int | None, high: int | None) -> str:
    """The smallest and largest number told, in words; empty where there is none."""
    if low is None and high is None:
        return ""
    if low == high:
        return str(low)
    return f"{'up to' if low is None else low} {'or more' if high is None else f'to {high}' if low else high}"


def _heading(report: ReportEvidence) -> Text:
    parts = [str(report.pub_date or "undated"), report.source or "", report.title or ""]
    told = "" if report.assertion == "reported" else f" ({report.assertion}: {report.attributed_text or 'unnamed'})"
    return Text(" · ".join(part for part in parts if part) + told, style="dim")


def marked(report: ReportEvidence) -> Text:
    """The sentence with its marks: colour, and the role in brackets for those who see none."""
    text = Text(overflow="fold")
    at = 0
    for mark in report.marks:
        text.append(report.sentence[at : mark.start])
        text.append(report.sentence[mark.start : mark.end], style=STYLES.get(mark.role, COUNT_STYLE))
        means = f" = {mark.means}" if mark.means and mark.role != "trigger" else ""
        text.append(f" [{mark.role}{means}]", style="dim")
        at = mark.end
    text.append(report.sentence[at:])
    return text


def show_entity(store: Store, entity: Mapping[str, Any], console: Console) -> None:
    """One entity: what it is, its roles over time, and the latest of what it did, met with and said."""
    key = entity["entity_id"]
    console.print(Text(entity["name"], style="bold"), highlight=False)
    grid = Grid(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    seen = " to ".join(str(day) for day in dict.fromkeys((entity["first_seen"], entity["last_seen"])) if day)
    told = f"{entity['n_mentions']:,} in {plural(entity['n_articles'], 'article')}"
    facts = [
        ("entity", key),
        ("kind", entity["place_type"] or entity["kind"]),
        ("also called", ", ".join(name for name in entity["aliases"] if name != entity["name"])),
        ("country", entity["country"] or ""),
        ("sector", entity["sector"] or ""),
        ("mentions", ", ".join(part for part in (told, seen) if part)),
    ]
    for name, value in facts:
        if value:
            grid.add_row(name, value)
    console.print(grid)
    roles = scan(store, "entity_roles").filter(pl.col("entity_id") == key).sort("first_seen", "title").collect()
    _rows(console, "Introduced as", roles.select("title", "country", "sector", "first_seen", "last_seen", "n_articles"))
    events = (
        scan(store, "events")
        .filter(pl.col("actor_ids").list.contains(key) | pl.col("recipient_ids").list.contains(key))
        .sort("event_date", "event_id", descending=[True, False], nulls_last=True)
        .select(
            "event_id",
            "event_date",
            "event_type",
            "status",
            actors=pl.col("actor_codes").list.join(" "),
            recipients=pl.col("recipient_codes").list.join(" "),
        )
        .collect()
    )
    _rows(console, "Events", events)
    quotes = (
        scan(store, "quotes", shared=True)
        .filter(pl.col("speaker_id") == key)
        .sort("pub_date", "article_id", "char_start", descending=[True, False, False], nulls_last=True)
        .select("pub_date", "kind", pl.col("text").fill_null("(left out of this copy)"))
        .collect()
    )
    _rows(console, "Said", quotes)


def _rows(console: Console, title: str, frame: pl.DataFrame) -> None:
    if frame.is_empty():
        return
    more = frame.height - MOST_ROWS
    grid = Grid(title=f"{title}{f' ({MOST_ROWS} of {frame.height})' if more > 0 else ''}", title_justify="left")
    for name in frame.columns:
        # An id broken over two lines cannot be copied.
        grid.add_column(name, overflow="fold", no_wrap=name.endswith("_id"))
    for row in frame.head(MOST_ROWS).iter_rows():
        grid.add_row(*(Text("" if value is None else " ".join(str(value).split())) for value in row))
    console.print()
    console.print(grid)
