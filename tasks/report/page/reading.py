"""What the page tells, read from the tables: counts, days, places, pairs and stories, each cut to what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from tasks.contract.vocabulary import DUP_KINDS, QUADS, TOOK_PLACE
from tasks.report.evidence import EventEvidence, event_evidence
from tasks.report.page.records import Edge, PlaceOnPage, Run, Story, Tables, Totals
from tasks.store.layout import Store, scan

MOST_REASONS = 8
MOST_SOURCES = 10
MOST_ACTORS = 15
MOST_DYADS = 15
MOST_PLACES = 150
MOST_EDGES = 400
MOST_STORIES = 20
MOST_EVENTS = 12


def read_tables(store: Store, run_id: str | None) -> Tables:
    """Read what the page shows.

    Parameters
    ----------
    run_id
        The run whose intake is told; None is the last one that did not fail.

    Raises
    ------
    KeyError
        No run of that id.
    """
    totals = _totals(store)
    runs = scan(store, "runs").sort("number").collect()
    run = None
    if run_id is not None and run_id not in runs["run_id"]:
        raise KeyError(run_id)
    if not runs.is_empty():
        last = runs.sort(pl.col("status") == "completed", maintain_order=True)["run_id"][-1]
        run = _run(store, runs.row(by_predicate=pl.col("run_id") == (run_id or last), named=True))
    actors, n_actors = _actors(store)
    dyads, n_dyads = _dyads(store)
    places, n_unplaced = _places(store)
    edges, people = _edges(store)
    stories, n_told = _stories(store)
    types = scan(store, "events", ["event_type"]).unique().collect()["event_type"].sort().to_list()
    titles = scan(store, "event_mentions", ["evidence"], shared=True).select(pl.col("evidence").is_not_null().any())
    return Tables(
        totals=totals,
        run=run,
        n_runs=runs.height,
        rejects=_reasons(scan(store, "rejects").collect()),
        sources=_sources(store),
        days=_days(store),
        actors=actors,
        n_actors=n_actors,
        dyads=dyads,
        n_dyads=n_dyads,
        places=places,
        n_unplaced=n_unplaced,
        edges=edges,
        people=people,
        stories=stories,
        n_stories_with_events=n_told,
        types=types,
        has_text=totals.reports == 0 or bool(titles.collect().item()),
    )


def _counts(frame: pl.LazyFrame, column: str) -> dict[str, int]:
    found = frame.group_by(column).len().sort("len", column, descending=[True, False]).collect()
    return dict(zip(found[column], found["len"], strict=True))


def _rows(store: Store, table: str) -> int:
    return int(scan(store, table, shared=True).select(pl.len()).collect().item())


def _totals(store: Store) -> Totals:
    articles = scan(store, "articles", shared=True)
    row = articles.select(
        articles=pl.len(),
        annotated=pl.col("annotated").sum(),
        words=pl.col("n_words").cast(pl.Int64).sum(),
        undated=pl.col("pub_date").is_null().sum(),
        sources=pl.col("source").drop_nulls().n_unique(),
        first_day=pl.col("pub_date").min(),
        last_day=pl.col("pub_date").max(),
    ).collect()
    copies = _counts(articles.filter(pl.col("dup_of").is_not_null()), "dup_kind")
    events = scan(store, "events")
    return Totals(
        **row.row(0, named=True),
        copies={kind: copies.get(kind, 0) for kind in DUP_KINDS},
        reports=_rows(store, "event_mentions"),
        events=_rows(store, "events"),
        statuses=_counts(events, "status"),
        contested=int(events.select(pl.col("contested").sum()).collect().item()),
        stories=_rows(store, "stories"),
        entities=_counts(scan(store, "entities"), "kind"),
        quotes=_rows(store, "quotes"),
    )


def _reasons(rejects: pl.DataFrame) -> list[tuple[str, int]]:
    return list(_counts(rejects.lazy(), "reason").items())


def _run(store: Store, row: Mapping[str, Any]) -> Run:
    mine = pl.col("run_id") == row["run_id"]
    changes = scan(store, "changes").filter(mine).group_by("table_name", "op").len().sort("table_name", "op").collect()
    return Run(row, _reasons(scan(store, "rejects").filter(mine).collect()), changes.rows())


def _sources(store: Store) -> pl.DataFrame:
    """source, n_articles, n_unique, n_rejects, most articles first; a last row `None` sums up those of no source."""
    articles = (
        scan(store, "articles", ["source", "dup_of"])
        .group_by("source")
        .agg(n_articles=pl.len(), n_unique=pl.col("dup_of").is_null().sum())
    )
    rejects = scan(store, "rejects", ["source"]).group_by("source").agg(n_rejects=pl.len())
    return (
        articles.join(rejects, on="source", how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("n_articles", "n_unique", "n_rejects").fill_null(0))
        .sort("n_articles", "n_rejects", "source", descending=[True, True, False], nulls_last=True)
        .collect()
    )


def _days(store: Store) -> pl.DataFrame:
    """event_date, date_precision, quad, done (else planned) and n, of events that happen or are planned."""
    return (
        scan(store, "events", ["event_date", "date_precision", "quad", "status"])
        .filter(pl.col("status").is_in([*TOOK_PLACE, "planned"]))
        .with_columns(done=pl.col("status") != "planned")
        .group_by("event_date", "date_precision", "quad", "done")
        .agg(n=pl.len())
        .sort("event_date", "date_precision", "quad", "done", nulls_last=True)
        .collect()
    )


def _actors(store: Store) -> tuple[pl.DataFrame, int]:
    """The entities that are a side of most events: acts (as actor), meets (as recipient); and how many there are."""
    events = scan(store, "events", ["event_id", "actor_ids", "recipient_ids"])
    sides = [
        events.select("event_id", entity_id=pl.col(f"{side}_ids"))
        .explode("entity_id", empty_as_null=False)
        .group_by("entity_id")
        .agg(pl.len().alias(name))
        for side, name in (("actor", "acts"), ("recipient", "meets"))
    ]
    both = (
        sides[0]
        .join(sides[1], on="entity_id", how="full", coalesce=True)
        .with_columns(pl.col("acts", "meets").fill_null(0))
    )
    about = scan(store, "entities", ["entity_id", "name", "kind", "place_type", "country", "sector", "n_articles"])
    found = (
        both.join(about, on="entity_id")
        .sort(pl.col("acts") + pl.col("meets"), "acts", "n_articles", "entity_id", descending=[True, True, True, False])
        .collect()
    )
    return found.head(MOST_ACTORS), found.height


def _dyads(store: Store) -> tuple[pl.DataFrame, int]:
    """actor, recipient (codes), one column per quad with events done, planned, total; and how many pairs there are."""
    done = pl.col("status").is_in(TOOK_PLACE)
    n = pl.col("n_events")
    found = (
        scan(store, "dyad_day")
        .group_by("actor", "recipient")
        .agg(
            *(n.filter(done & (pl.col("quad") == quad)).sum().alias(quad) for quad in QUADS),
            planned=n.filter(pl.col("status") == "planned").sum(),
        )
        .with_columns(total=pl.sum_horizontal(QUADS))
        .filter(pl.col("total") + pl.col("planned") > 0)
        .sort("total", "planned", "actor", "recipient", descending=[True, True, False, False])
        .collect()
    )
    return found.head(MOST_DYADS), found.height


def _places(store: Store) -> tuple[list[PlaceOnPage], int]:
    """The places of events that took place, most events first; and of how many no place is known."""
    columns = ["place_id", "country", "lat", "lon", "quad", "killed_low", "status"]
    events = scan(store, "events", columns).filter(pl.col("status").is_in(TOOK_PLACE))
    exact = pl.col("lat").is_not_null()
    events = events.with_columns(place_id=pl.when(exact).then("place_id"))
    names = scan(store, "entities", ["entity_id", "name"]).rename({"entity_id": "place_id"})
    keys = ["place_id", "country", "lat", "lon"]
    found = (
        events.group_by(keys)
        .agg(
            *((pl.col("quad") == quad).sum().alias(quad) for quad in QUADS),
            killed=pl.col("killed_low").cast(pl.Int64).sum(),
            n=pl.len(),
        )
        .join(names, on="place_id", how="left")
        .sort("n", *keys, descending=[True, False, False, False, False], nulls_last=True)
        .collect()
    )
    nowhere = found.filter(pl.col("lat").is_null() & pl.col("country").is_null())
    places = [
        PlaceOnPage(
            name=row["name"] or "",
            country=row["country"],
            lat=row["lat"],
            lon=row["lon"],
            exact=row["lat"] is not None,
            quads={quad: row[quad] for quad in QUADS if row[quad]},
            killed=row["killed"],
        )
        for row in found.to_dicts()
        if row["lat"] is not None or row["country"] is not None
    ]
    return places, int(nowhere["n"].sum())


def _edges(store: Store) -> tuple[list[Edge], dict[str, tuple[str, str]]]:
    """The pairs named together most, and name and kind of each entity; two places are no pair."""
    about = scan(store, "entities", ["entity_id", "kind", "name"])
    kinds = about.select("entity_id", "kind")
    found = (
        scan(store, "comention_day")
        .group_by("entity_a", "entity_b")
        .agg(pl.col("n_unique", "n_sentences").sum())
        .join(kinds.rename({"entity_id": "entity_a", "kind": "kind_a"}), on="entity_a")
        .join(kinds.rename({"entity_id": "entity_b", "kind": "kind_b"}), on="entity_b")
        .filter(~((pl.col("kind_a") == "place") & (pl.col("kind_b") == "place")) & (pl.col("n_unique") > 0))
        .sort("n_unique", "n_sentences", "entity_a", "entity_b", descending=[True, True, False, False])
        .head(MOST_EDGES)
        .collect()
    )
    edges = [Edge(*row) for row in found.select("entity_a", "entity_b", "n_unique", "n_sentences").rows()]
    ids = pl.LazyFrame(
        {"entity_id": sorted({one for edge in edges for one in (edge.a, edge.b)})}, {"entity_id": pl.String}
    )
    people = about.join(ids, on="entity_id", how="semi").select("entity_id", "name", "kind").collect()
    return edges, {key: (name, kind) for key, name, kind in people.rows()}


def _stories(store: Store) -> tuple[list[Story], int]:
    """The stories with most articles, each with its most reported events; and how many stories have events."""
    events = scan(store, "events", ["event_id", "story_id", "event_date", "n_articles", "n_mentions", "confidence"])
    events = events.filter(pl.col("story_id").is_not_null())
    counted = events.group_by("story_id").agg(n_events=pl.len())
    told = (
        scan(store, "stories", shared=True)
        .join(counted, on="story_id")
        .sort("n_articles", "n_events", "pub_date", "story_id", descending=[True, True, False, False], nulls_last=True)
        .collect()
    )
    shown = told.head(MOST_STORIES)
    best = (
        events.join(shown.lazy().select("story_id"), on="story_id", how="semi")
        .sort("n_articles", "n_mentions", "confidence", "event_id", descending=[True, True, True, False])
        .group_by("story_id", maintain_order=True)
        .head(MOST_EVENTS)
        .sort("event_date", "event_id", nulls_last=True)
        .collect()
    )
    evidence = {found.event["event_id"]: found for found in event_evidence(store, best["event_id"].to_list())}
    by_story: dict[str, list[EventEvidence]] = {}
    for row in best.to_dicts():
        by_story.setdefault(row["story_id"], []).append(evidence[row["event_id"]])
    stories = [Story(row, row["n_events"], by_story[row["story_id"]]) for row in shown.to_dicts()]
    return stories, told.height
