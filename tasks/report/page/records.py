"""What the page is made of: counts, days, places, pairs and stories, as `tasks.report.page.reading` finds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tasks.report.evidence import EventEvidence


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is in the tables. `copies` by kind, `statuses` by event status, days of publication."""

    articles: int
    copies: Mapping[str, int]
    annotated: int
    words: int
    undated: int
    sources: int
    first_day: dt.date | None
    last_day: dt.date | None
    reports: int
    events: int
    statuses: Mapping[str, int]
    contested: int
    stories: int
    entities: Mapping[str, int]
    quotes: int


@dataclass(frozen=True, slots=True)
class Run:
    """A row of `runs`, why its records were refused (its own rejects by reason), and what it changed by table."""

    row: Mapping[str, Any]
    refused: Sequence[tuple[str, int]]
    changes: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class PlaceOnPage:
    """Where events took place: a point, or only a country (`exact` False, no point in the tables).

    `killed` sums up the smallest tolls told.
    """

    name: str
    country: str | None
    lat: float | None
    lon: float | None
    exact: bool
    quads: Mapping[str, int]
    killed: int

    @property
    def events(self) -> int:
        """How many."""
        return sum(self.quads.values())


@dataclass(frozen=True, slots=True)
class Edge:
    """Two entities named in the same articles: ids, and in how many articles and sentences."""

    a: str
    b: str
    n_articles: int
    n_sentences: int


@dataclass(frozen=True, slots=True)
class Story:
    """A row of `stories`, how many events it has, and the evidence of those that are shown."""

    row: Mapping[str, Any]
    n_events: int
    events: Sequence[EventEvidence]


@dataclass(frozen=True, slots=True)
class Tables:
    """All that the page is made of."""

    totals: Totals
    run: Run | None
    n_runs: int
    rejects: Sequence[tuple[str, int]]
    sources: pl.DataFrame
    days: pl.DataFrame
    actors: pl.DataFrame
    n_actors: int
    dyads: pl.DataFrame
    n_dyads: int
    places: Sequence[PlaceOnPage]
    n_unplaced: int
    edges: Sequence[Edge]
    people: Mapping[str, tuple[str, str]]
    stories: Sequence[Story]
    n_stories_with_events: int
    types: Sequence[str]
    has_text: bool
