"""What merging needs to know of one report of an event, read from the rows of `event_mentions` and `event_args`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from tasks.aggregate.events.cues import head_noun, part_of_day, read_ordinal, read_site
from tasks.aggregate.events.places import CITY_RANK, PlaceFacts, most_exact
from tasks.aggregate.events.rules import MergeRules
from tasks.contract.vocabulary import TOOK_PLACE

TOLLS = ("killed", "wounded", "arrested")
_LAST = (1 << 62,)

_MONTH_DAY = re.compile(r"[X\d]{4}-(\d\d)(?:-(\d\d))?")
_WEEKDAY = re.compile(r"[X\d]{4}-W(?:XX|\d\d)-([1-7])")


class Side(NamedTuple):
    """One actor or recipient. `kind` is that of its entity, `sector` what the words or else the corpus tell.

    `head` is the noun of a description. `guessed`: the country is the place's, no word tells it. `target`:
    a place below a country that tells where, not whom. `people`: a word for people of any trade.
    """

    entity_id: str | None
    kind: str | None
    country: str | None
    sector: str | None
    head: str
    guessed: bool = False
    target: bool = False
    people: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing tells who this is: a pronoun unresolved, “two men”, “the market” where only the place tells
        the country.
        """
        return self.entity_id is None and self.sector is None and (self.country is None or self.guessed)

    @property
    def key(self) -> str | None:
        """By what reports in other articles are looked up: the country (so that Moscow finds Putin), else itself."""
        return self.country or self.entity_id

    @property
    def code(self) -> str:
        """ISO3 or group code and sector, `---` for an unknown country: RUSGOV, ---CVL. A place acts as a government."""
        sector = self.sector or ("GOV" if self.kind == "place" else "")
        if self.country is None and sector in ("IGO", "NGO", "IMG", "MNC"):
            return sector
        country = self.country or "---"
        return country if country == sector else country + sector


Places = Mapping[str, PlaceFacts]


@dataclass(slots=True)
class Report:
    """One report. `first`/`last` are days as ordinals; `group` is what may merge: real, plan, maybe, not.

    `partial` is (month, day) to (month, day) of a date without a year, day 0/99 where only the month is known.
    `lent_day` tells that the day comes from the same event elsewhere in the article. `hours` is the part of the day,
    `ordinal` what counts the deed, `site` what it was done at (see `cues`).
    """

    id: str
    order: tuple[Any, ...]
    article: str
    story: str | None
    sentence: int
    start: int
    event_type: str
    mode: str | None
    status: str
    group: str
    denial: bool
    attributed: str | None
    confidence: float
    first: int | None
    last: int | None
    partial: tuple[tuple[int, int], tuple[int, int]] | None
    weekday: int | None
    lent_day: bool
    hours: int | None
    pub_day: int | None
    actors: tuple[Side, ...]
    recipients: tuple[Side, ...]
    places: tuple[PlaceFacts, ...]
    weak_places: tuple[PlaceFacts, ...]
    tolls: dict[str, tuple[float, float]]
    ordinal: int | None
    site: str | None
    evidence: str
    place_methods: dict[str, str]

    @property
    def sided(self) -> bool:
        """Whether the report tells who or whom, if only by sort."""
        return any(not (side.unknown or side.target) for side in (*self.actors, *self.recipients))

    @property
    def dated(self) -> bool:
        """Whether the words tell when, if only the month or a day without its year."""
        return self.first is not None or self.partial is not None

    @property
    def exact(self) -> bool:
        """Whether the day (or at most a week of days) is known."""
        return self.first is not None and self.last is not None and self.last - self.first <= 6

    @property
    def cities(self) -> frozenset[str]:
        """Ids of the cities or finer places that the report names, or that its dateline does."""
        return frozenset(p.entity_id for p in (*self.places, *self.weak_places) if p.rank >= CITY_RANK)

    @property
    def firm_places(self) -> tuple[PlaceFacts, ...]:
        """The places that the report's own words tie to the deed; others merely stand in its sentence."""
        return tuple(p for p in self.places if self.place_methods.get(p.entity_id) != "sentence")

    @property
    def bare(self) -> bool:
        """Whether the report names no side, no day and no place of its own."""
        named = any(not side.unknown for side in (*self.actors, *self.recipients))
        return not named and not (self.dated and not self.lent_day) and not self.places

    @property
    def weight(self) -> int:
        """How much the report tells; reports that tell more come first, so that vaguer ones find them."""
        sides = {side for side in (*self.actors, *self.recipients) if not side.unknown}
        named = sum(2 + (side.kind != "place") if side.entity_id else 1 for side in sides)
        place = max((p.rank + 1 for p in self.places), default=0)
        if self.first is None or self.last is None:
            date = 1 if self.partial else 0
        else:
            date = 6 if self.last - self.first == 0 else 4 if self.exact else 2
        return 2 * named + place + date + (self.mode is not None)


def read_reports(
    mentions: pl.DataFrame,
    args: pl.DataFrame,
    entities: pl.DataFrame,
    places: Places,
    rules: MergeRules,
) -> list[Report]:
    """Read the reports of one event type, those that tell most first.

    Parameters
    ----------
    mentions
        Rows of `event_mentions` with `published_at` and `story_id` of their articles.
    args
        Their rows of `event_args`, as `apply_roles` gives them.
    entities
        Rows of `entities` (kind and country are read).
    """
    known = entities.select("entity_id", "kind", pl.col("country").alias("_home"))
    cells = args.join(known, on="entity_id", how="left").sort("event_mention_id", "char_start", "char_end", "role")
    by_report: dict[str, list[dict[str, Any]]] = {}
    for cell in cells.iter_rows(named=True):
        by_report.setdefault(cell["event_mention_id"], []).append(cell)
    reports = [
        _read(row, by_report.get(row["event_mention_id"], []), places, rules) for row in mentions.iter_rows(named=True)
    ]
    # Denials and maybes join what others tell of, so they come last; what tells no day joins what does. Of that, what
    # tells no side first: it gives its article's event the city by which others find it.
    reports.sort(
        key=lambda r: (r.denial, r.group == "maybe", r.bare, not r.dated, not r.dated and r.sided, -r.weight, r.order)
    )
    return reports


def _read(row: dict[str, Any], cells: list[dict[str, Any]], places: Places, rules: MergeRules) -> Report:
    denial = row["assertion"] == "denied" or (row["status"] == "negated" and row["assertion"] == "attributed")
    visit = row["mode"] == "visit"
    below = _places_below_country(cells, places) if visit or row["event_type"] in rules.targets else frozenset()
    actors, recipients = _sides(row, cells, below, rules)
    # Whoever visits a city is there, whoever shells one too: the recipient that is a place tells where.
    named = _cells_of_places(cells, places, places.keys() if visit else below)
    first, last = _days(row["event_date"], row["event_date_end"])
    pub_date: dt.date | None = row["pub_date"]
    pub_day = pub_date.toordinal() if pub_date else None
    return Report(
        id=row["event_mention_id"],
        order=_order(row),
        article=row["article_id"],
        story=row["story_id"],
        sentence=row["sent_idx"],
        start=row["char_start"],
        event_type=row["event_type"],
        mode=row["mode"],
        status=row["status"],
        group=_group(row["status"], denial, _is_ahead(row["status"], first, pub_day)),
        denial=denial,
        attributed=row["attributed_to"] or row["attributed_text"],
        confidence=row["confidence"],
        first=first,
        last=last,
        partial=_partial(row["timex"]) if first is None else None,
        weekday=_weekday(row["timex"], first, last),
        lent_day=any(cell["role"] == "date" and cell["method"] == "coref" for cell in cells),
        hours=part_of_day(row["timex"]),
        pub_day=pub_day,
        actors=actors,
        recipients=recipients,
        places=_places_of(named, places, dateline=False),
        weak_places=_places_of(named, places, dateline=True),
        tolls=_tolls(cells),
        site=read_site(row["evidence"], row["trigger"], row["char_start"], row["event_type"], cells, rules),
        ordinal=read_ordinal(row["evidence"], row["trigger"], row["char_start"], row["event_type"], cells, rules),
        evidence=row["evidence"],
        place_methods={cell["entity_id"]: cell["method"] for cell in reversed(named)},
    )


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    """What is published first comes first, of one article what stands first."""
    published: dt.datetime | None = row["published_at"]
    when = (int(published.timestamp() * 1_000_000),) if published else _LAST
    return *when, row["article_id"], row["char_start"], row["char_end"], row["event_mention_id"]


def _sides(
    row: dict[str, Any], cells: list[dict[str, Any]], targets: AbstractSet[str], rules: MergeRules
) -> tuple[tuple[Side, ...], tuple[Side, ...]]:
    """Actors and recipients, each once; of a meeting that is no visit all take part alike."""
    actors = tuple(dict.fromkeys(_side(cell, rules) for cell in cells if cell["role"] == "actor"))
    recipients = tuple(dict.fromkeys(_side(cell, rules, targets) for cell in cells if cell["role"] == "recipient"))
    if row["event_type"] in rules.reciprocal and row["mode"] != "visit":
        return tuple(dict.fromkeys((*actors, *recipients))), ()
    return actors, recipients


def _cells_of_places(cells: list[dict[str, Any]], places: Places, where: AbstractSet[str]) -> list[dict[str, Any]]:
    """The cells that say where: places, and those recipients that are told as the place."""
    return [
        cell
        for cell in cells
        if (cell["role"] == "place" and cell["entity_id"] in places)
        or (cell["role"] == "recipient" and cell["entity_id"] in where)
    ]


def _places_of(named: list[dict[str, Any]], places: Places, *, dateline: bool) -> tuple[PlaceFacts, ...]:
    """The most exact places that the words tell, or that only the dateline does."""
    return most_exact([places[cell["entity_id"]] for cell in named if (cell["method"] == "dateline") == dateline])


def _is_ahead(status: str, first: int | None, pub_day: int | None) -> bool:
    """Whether what is told as done is dated after its own telling: it was announced. A day is left to time zones."""
    return status in TOOK_PLACE and first is not None and pub_day is not None and first > pub_day + 1


def _group(status: str, denial: bool, ahead: bool) -> str:
    if ahead and not denial:
        return "plan"
    if status in TOOK_PLACE or denial:
        return "plan" if status in ("planned", "cancelled") else "real"
    return {"planned": "plan", "cancelled": "plan", "negated": "not"}.get(status, "maybe")


def _places_below_country(cells: list[dict[str, Any]], places: Places) -> frozenset[str]:
    return frozenset(
        cell["entity_id"] for cell in cells if cell["entity_id"] in places and places[cell["entity_id"]].rank
    )


def _side(cell: dict[str, Any], rules: MergeRules, targets: AbstractSet[str] = frozenset()) -> Side:
    sector = cell["sector"] or cell.get("corpus_sector")
    unnamed = cell["entity_id"] is None
    head = head_noun(cell["text"] or "", rules) if unnamed else ""
    return Side(
        cell["entity_id"],
        cell["kind"],
        cell["country"] or cell["_home"],
        sector,
        head,
        guessed=unnamed and cell["country_method"] == "place",
        target=cell["entity_id"] in targets,
        people=unnamed and sector in ("CVL", None) and head in rules.people_words,
    )


def _days(first: dt.date | None, last: dt.date | None) -> tuple[int | None, int | None]:
    if first is None:
        return None, None
    start = first.toordinal()
    return start, max(start, last.toordinal()) if last else start


def _partial(timex: str | None) -> tuple[tuple[int, int], tuple[int, int]] | None:
    found = [
        (int(month), int(day) if day else None)
        for month, day in _MONTH_DAY.findall(timex or "")
        if 1 <= int(month) <= 12
    ]
    if not found:
        return None
    (month, day), (last_month, last_day) = found[0], found[-1]
    return (month, day or 0), (last_month, last_day or 99)


def _weekday(timex: str | None, first: int | None, last: int | None) -> int | None:
    if first is not None:
        return dt.date.fromordinal(first).isoweekday() if first == last else None
    found = _WEEKDAY.search(timex or "")
    return int(found[1]) if found else None


def _tolls(cells: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """Low and high of the tolls of this very event; of several cells of one role the whole range."""
    tolls: dict[str, tuple[float, float]] = {}
    for cell in cells:
        if cell["role"] not in TOLLS or cell["value_scope"] != "event":
            continue
        if cell["value_low"] is None and cell["value_high"] is None:
            continue
        low = 0.0 if cell["value_low"] is None else cell["value_low"]
        high = float("inf") if cell["value_high"] is None else cell["value_high"]
        before = tolls.get(cell["role"], (low, high))
        tolls[cell["role"]] = (min(low, before[0]), max(high, before[1]))
    return tolls
