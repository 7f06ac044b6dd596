"""From an event back to the words: its reports, each with its sentence and what stands where in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tasks.store.layout import Store, scan, scan_partial

# What may overlap is shown once: the first of these.
ROLE_ORDER = (
    "trigger", "actor", "recipient", "place", "date", "killed", "wounded", "arrested", "kidnapped", "displaced",
    "crowd", "amount", "instrument",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a sentence: offsets into the sentence (half-open, code points), its role, and what it means."""

    start: int
    end: int
    role: str
    means: str | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A filled cell whose words stand outside the sentence: a name meant by a pronoun, the dateline's place."""

    role: str
    text: str
    method: str


@dataclass(frozen=True, slots=True)
class ReportEvidence:
    """One report of an event: whose article, the sentence, the marks in it, and why it is counted to the event.

    `start` is where the sentence begins in the article's text; marks count from there.
    """

    event_mention_id: str
    article_id: str
    title: str | None
    source: str | None
    url: str | None
    pub_date: dt.date | None
    status: str
    assertion: str
    attributed_text: str | None
    coder: str
    confidence: float
    rule: str | None
    sentence: str
    marks: tuple[Mark, ...]
    elsewhere: tuple[Elsewhere, ...]
    start: int = 0


@dataclass(frozen=True, slots=True)
class EventEvidence:
    """An event: its row of `events`, names for the entity ids in it, and its reports, the earliest first."""

    event: Mapping[str, Any]
    names: Mapping[str, str]
    reports: tuple[ReportEvidence, ...]


def event_evidence(store: Store, event_ids: Sequence[str]) -> list[EventEvidence]:
    """Give the evidence of events, in the order of the ids; ids that are no event's are left out.

    Parameters
    ----------
    store
        Published tables. Without texts (an export to share) the sentences are empty.
    """
    wanted = pl.LazyFrame({"event_id": list(event_ids)}, schema={"event_id": pl.String})
    events = {row["event_id"]: row for row in _rows(scan(store, "events").join(wanted, on="event_id", how="semi"))}
    mentions = scan(store, "event_mentions", shared=True).join(wanted, on="event_id", how="semi").collect()
    ids = mentions.lazy().select("event_mention_id")
    articles = mentions.lazy().select("article_id").unique()
    columns = ["article_id", "title", "source", "url", "published_at"]
    rules = {
        row["event_mention_id"]: row["rule"]
        for row in _rows(scan_partial(store, "event_joins").join(ids, on="event_mention_id", how="semi"))
    }
    args: dict[str, list[dict[str, Any]]] = {}
    cells = scan(store, "event_args").join(ids, on="event_mention_id", how="semi")
    for row in _rows(cells.sort("event_mention_id", "char_start", "char_end", "role")):
        args.setdefault(row["event_mention_id"], []).append(row)
    about = {
        row["article_id"]: row
        for row in _rows(scan(store, "articles", columns, shared=True).join(articles, on="article_id", how="semi"))
    }
    texts = {row["article_id"]: row for row in _rows(scan(store, "texts").join(articles, on="article_id", how="semi"))}
    names = _names(store, events, args)
    reports: dict[str, list[tuple[tuple[Any, ...], ReportEvidence]]] = {}
    for row in mentions.iter_rows(named=True):
        article, text = about[row["article_id"]], texts.get(row["article_id"])
        report = _report(row, article, text, args.get(row["event_mention_id"], []), names, rules)
        published = article["published_at"]
        order = (published is None, published or dt.datetime.min, row["article_id"], row["char_start"])
        reports.setdefault(row["event_id"], []).append((order, report))
    return [
        EventEvidence(
            events[event_id],
            names,
            tuple(report for _, report in sorted(reports.get(event_id, []), key=lambda pair: pair[0])),
        )
        for event_id in event_ids
        if event_id in events
    ]


def _rows(frame: pl.LazyFrame) -> list[dict[str, Any]]:
    return frame.collect().to_dicts()


def _names(
    store: Store, events: Mapping[str, Mapping[str, Any]], args: Mapping[str, list[dict[str, Any]]]
) -> dict[str, str]:
    ids = {cell["entity_id"] for cells in args.values() for cell in cells if cell["entity_id"]}
    for event in events.values():
        ids.update((*event["actor_ids"], *event["recipient_ids"], *filter(None, [event["place_id"]])))
    wanted = pl.LazyFrame({"entity_id": sorted(ids)}, schema={"entity_id": pl.String})
    found = scan(store, "entities", ["entity_id", "name"]).join(wanted, on="entity_id", how="semi")
    return {row["entity_id"]: row["name"] for row in _rows(found)}


def _report(
    row: Mapping[str, Any],
    article: Mapping[str, Any],
    text: Mapping[str, Any] | None,
    cells: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    rules: Mapping[str, str],
) -> ReportEvidence:
    sentence = row["evidence"] or ""
    start = _sentence_start(row, text)
    inside = [cell for cell in cells if start <= cell["char_start"] and cell["char_end"] <= start + len(sentence)]
    marks = [Mark(row["char_start"] - start, row["char_end"] - start, "trigger", row["event_type"])]
    marks += [
        Mark(cell["char_start"] - start, cell["char_end"] - start, cell["role"], _meaning(cell, names))
        for cell in inside
    ]
    elsewhere = tuple(Elsewhere(cell["role"], cell["text"], cell["method"]) for cell in cells if cell not in inside)
    return ReportEvidence(
        event_mention_id=row["event_mention_id"],
        article_id=row["article_id"],
        title=article["title"],
        source=article["source"],
        url=article["url"],
        pub_date=row["pub_date"],
        status=row["status"],
        assertion=row["assertion"],
        attributed_text=row["attributed_text"],
        coder=row["coder"],
        confidence=row["confidence"],
        rule=rules.get(row["event_mention_id"]),
        sentence=sentence,
        marks=disjoint(marks) if sentence else (),
        elsewhere=elsewhere,
        start=start,
    )


def _sentence_start(row: Mapping[str, Any], text: Mapping[str, Any] | None) -> int:
    """Where the evidence starts in the text: its sentence, less the white space around it."""
    if text is None or not text["sent_starts"] or row["evidence"] is None:
        return 0
    return int(text["text"].index(row["evidence"], text["sent_starts"][row["sent_idx"]]))


def _meaning(cell: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    """What a cell stands for beside its words: the entity's name, the code of the actor, the number read."""
    if cell["role"] in ("actor", "recipient"):
        name = names.get(cell["entity_id"] or "")
        code = "".join((cell["country"] or "---", cell["sector"] or "")) if cell["country"] or cell["sector"] else None
        parts = [part for part in (name if name != cell["text"] else None, code) if part]
        return " · ".join(parts) or None
    if cell["role"] == "place":
        name = names.get(cell["entity_id"] or "")
        return name if name != cell["text"] else None
    low, high = cell["value_low"], cell["value_high"]
    if low is None and high is None:
        return None
    scope = "" if cell["value_scope"] in (None, "event") else f", {cell['value_scope']}"
    if low == high:
        return f"{low:g}{scope}"
    return f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}{scope}"


def disjoint(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks in the order of the sentence; of two that overlap the one whose role comes first stays."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (ROLE_ORDER.index(mark.role), mark.start, -mark.end)):
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return tuple(sorted(kept, key=lambda mark: mark.start))
