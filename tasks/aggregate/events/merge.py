"""Merge the reports of events across articles: the rows of `events`, and which event each report tells of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from tasks.aggregate.events.columns import complete_rows
from tasks.aggregate.events.event import Event
from tasks.aggregate.events.grouping import group_reports
from tasks.aggregate.events.joins import join_across_midnight, join_halves
from tasks.aggregate.events.places import CITY_RANK, PlaceFacts, place_facts
from tasks.aggregate.events.plans import fulfilments, latest_plan_status
from tasks.aggregate.events.reports import Side, read_reports
from tasks.aggregate.events.rules import MergeRules, load_rules
from tasks.aggregate.roles import apply_roles
from tasks.contract.schema import empty, polars_schema
from tasks.contract.tables import EVENTS
from tasks.ids import hash_id

_PRECISION_OF_RANK = {0: "country", 2: "admin1", 3: "admin2", 4: "city", 5: "point"}
_CORE_COLUMNS = (
    "event_id", "event_type", "mode", "status", "contested", "actor_ids", "recipient_ids", "actor_codes",
    "recipient_codes", "actor_countries", "recipient_countries", "place_id", "country", "admin1", "lat", "lon",
    "geo_precision", "geo_basis", "fulfilled_by",
)  # fmt: skip
_CORE_SCHEMA = {name: polars_schema(EVENTS)[name] for name in _CORE_COLUMNS}
_JOIN_SCHEMA: dict[str, pl.DataType] = {
    "event_mention_id": pl.String(),
    "event_id": pl.String(),
    "rule": pl.String(),
    "own_group": pl.Boolean(),
    "denial": pl.Boolean(),
    "position": pl.Int64(),
}
_JOIN_COLUMNS = ("event_mention_id", "event_id", "rule")


@dataclass(frozen=True, slots=True)
class TypeReports:
    """The reports of one event type, whole: reports of two types never tell of one event.

    Parameters
    ----------
    event_mentions, event_args
        The reports and their cells, staged or published: what an earlier merge gave them (`event_id`, a country that
        the corpus lent) is not read.
    contexts
        Their rows of the partial `event_contexts`.
    """

    event_mentions: pl.DataFrame
    event_args: pl.DataFrame
    contexts: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging gives; the rows of the other tables follow from it, a part of them at a time.

    Parameters
    ----------
    events
        Rows of `events`.
    joins
        One row a report: event_mention_id, event_id, and `rule`, the words that say why it is counted to that event.
    role_evidence
        The partial by which cells were lent a country.
    """

    events: pl.DataFrame
    joins: pl.DataFrame
    role_evidence: pl.DataFrame

    def event_mentions(self, reports: pl.DataFrame) -> pl.DataFrame:
        """Rows of `event_mentions`: the reports given, each with its event."""
        return self._with_event(reports)

    def event_args(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Rows of `event_args`: the cells given, each with its event and, where its words tell none, a lent country."""
        return self._with_event(apply_roles(cells, self.role_evidence).drop("corpus_sector"))

    def event_joins(self, reports: pl.DataFrame) -> pl.DataFrame:
        """Rows of `event_joins`, why each of the reports given is counted to its event."""
        return reports.select("article_id", "pub_date", "event_mention_id").join(self.joins, on="event_mention_id")

    def _with_event(self, rows: pl.DataFrame) -> pl.DataFrame:
        ids = self.joins.select("event_mention_id", "event_id")
        return rows.drop("event_id", strict=False).join(ids, on="event_mention_id", how="left")


def merge(
    types: Iterable[TypeReports], articles: pl.DataFrame, entities: pl.DataFrame, role_evidence: pl.DataFrame
) -> Merged:
    """Sort all reports into events and tell of each event what its reports tell together.

    Nothing depends on the order of rows or on an earlier merge.

    Parameters
    ----------
    types
        The reports of the whole corpus, a type each; one is read after another, so that memory holds one alone.
    articles
        Rows of `articles`: article_id, published_at, pub_date, source, dup_of, annotated and story_id are read.
    entities
        Rows of `entities`: kind, country and the facts of places are read.
    role_evidence
        The partial of that name: what the corpus knows of an entity is lent to cells whose words do not tell it.
    """
    known = Known(articles, entities.select("entity_id", "kind", "country"), place_facts(entities), load_rules())
    parts = [_merge_type(one, apply_roles(one.event_args, role_evidence), known) for one in types]
    return Merged(
        events=pl.concat([events for events, _ in parts] or [empty(EVENTS)]),
        joins=pl.concat([joins for _, joins in parts] or [_by_column([], _JOIN_SCHEMA).select(_JOIN_COLUMNS)]),
        role_evidence=role_evidence,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the whole corpus while one type is merged."""

    articles: pl.DataFrame
    entities: pl.DataFrame
    places: Mapping[str, PlaceFacts]
    rules: MergeRules


def _merge_type(one: TypeReports, cells: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of `events` of one type, and per report its event and the rule."""
    rules = known.rules
    told_in = known.articles.select("article_id", "published_at", "story_id")
    mentions = one.event_mentions.drop("event_id", strict=False).join(told_in, on="article_id", how="left")
    reports = read_reports(mentions, cells, known.entities, known.places, rules)
    events = join_halves(group_reports(reports, rules), rules)
    core, members = _block_rows(join_across_midnight(events, rules), rules)
    cells = cells.drop("corpus_sector")
    rows = complete_rows(core, members, one.event_mentions, cells, known.articles, rules, one.contexts)
    return rows, members.select(_JOIN_COLUMNS)


def _block_rows(events: list[Event], rules: MergeRules) -> tuple[pl.DataFrame, pl.DataFrame]:
    ids = {event.number: _event_id(event) for event in events}
    came = fulfilments(events, rules)
    cores: list[tuple[Any, ...]] = []
    joins: list[tuple[Any, ...]] = []
    for event in events:
        fulfilled_by = ids[came[event.number]] if event.number in came else None
        cores.append((ids[event.number], *_core(event, rules), fulfilled_by))
        told = sorted(zip(event.reports, event.rules, strict=True), key=lambda pair: pair[0].order)
        joins.extend(
            (report.id, ids[event.number], rule, report.group == event.group, report.denial, position)
            for position, (report, rule) in enumerate(told)
        )
    return _by_column(cores, _CORE_SCHEMA), _by_column(joins, _JOIN_SCHEMA)


def _by_column(rows: list[tuple[Any, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A frame of rows; lists go through Arrow, for Polars makes a Series of each, which is slow for a million."""
    lists = pa.large_list(pa.large_string())
    if not rows:
        return pl.DataFrame(schema=schema)
    columns = [
        pl.Series(name, pa.array(values, lists) if isinstance(dtype, pl.List) else values, dtype=dtype)
        for (name, dtype), values in zip(schema.items(), map(list, zip(*rows, strict=True)), strict=True)
    ]
    return pl.DataFrame(columns)


def _event_id(event: Event) -> str:
    return hash_id("event", min(event.reports, key=lambda report: report.order).id)


def _core(event: Event, rules: MergeRules) -> tuple[Any, ...]:
    """The columns from event_type to geo_basis."""
    mode = _mode(event, rules)
    actors, recipients = _sides(event, mode, rules)
    place, basis = _place(event)
    rank = place.rank if place else None
    exact = place is not None and place.rank >= CITY_RANK
    return (
        event.event_type,
        mode,
        _status(event),
        any(report.denial for report in event.reports),
        _ids(actors),
        _ids(recipients),
        _codes(actors),
        _codes(recipients),
        _countries(actors),
        _countries(recipients),
        place.entity_id if place else None,
        place.country if place else None,
        place.admin1 if place else None,
        place.lat if place and exact else None,
        place.lon if place and exact else None,
        _precision(place, rank),
        basis,
    )


def _mode(event: Event, rules: MergeRules) -> str | None:
    """The mode most reports tell. No mode is no news, but among meetings, where it tells them from visits."""
    meeting = event.event_type in rules.reciprocal
    counts = Counter(report.mode for report in event.reports if report.group == event.group)
    told = [(-count, mode is not None, mode or "") for mode, count in counts.items() if meeting or mode is not None]
    return (min(told)[2] or None) if told else None


def _sides(event: Event, mode: str | None, rules: MergeRules) -> tuple[tuple[Side, ...], tuple[Side, ...]]:
    if event.event_type not in rules.reciprocal:
        return event.actors, event.recipients
    if mode != "visit":
        return event.actors, ()
    visitors = {side.entity_id for side in event.visitors if side.entity_id}
    guests = tuple(side for side in event.actors if side in event.visitors or side.entity_id in visitors)
    return guests, tuple(side for side in event.actors if side not in guests)


def _status(event: Event) -> str:
    """Happened before ongoing before historical; of a plan what was said last."""
    if event.group == "plan":
        return latest_plan_status(event)
    told = {report.status for report in event.reports if report.group == event.group and not report.denial}
    told = told or {report.status for report in event.reports if report.group == event.group}
    for status in ("happened", "ongoing", "historical", "negated", "hypothetical"):
        if status in told:
            return status
    return min(told)


def _place(event: Event) -> tuple[PlaceFacts | None, str]:
    """The most exact place most reports tell, and where it stands; datelines count where nothing else tells."""
    places = event.places or event.weak_places
    if not places:
        return None, "none"
    told: Counter[str] = Counter()
    for report in event.reports:
        told.update(place.entity_id for place in (*report.places, *report.weak_places))
    place = min(places, key=lambda p: (-p.rank, -told[p.entity_id], p.entity_id))
    methods = {report.place_methods.get(place.entity_id) for report in event.reports} - {None}
    for basis in ("sentence", "dateline"):
        if methods <= {basis, "dateline"}:
            return place, "sentence" if "sentence" in methods else "dateline"
    return place, "argument"


def _precision(place: PlaceFacts | None, rank: int | None) -> str:
    if place is None or rank is None:
        return "none"
    if rank in _PRECISION_OF_RANK:
        return _PRECISION_OF_RANK[rank]
    return "country" if place.country else "none"


def _ids(sides: tuple[Side, ...]) -> list[str]:
    return sorted({side.entity_id for side in sides if side.entity_id})


def _codes(sides: tuple[Side, ...]) -> list[str]:
    """Each code once; a country alone or an unknown one goes where a fuller code of the same kind stands."""
    codes = {side.code for side in sides}
    full = {code for code in codes if len(code) > 3 and not code.startswith("---")}
    kept = {
        code
        for code in codes
        if not (len(code) == 3 and any(other.startswith(code) for other in full))
        and not (code == "---" and len(codes) > 1)
    }
    return sorted(kept)


def _countries(sides: tuple[Side, ...]) -> list[str]:
    """Country and group codes, each once; what has neither is in no list."""
    codes = {side.country or side.code for side in sides}
    return sorted(code for code in codes if len(code) == 3 and code != "---")
