"""How exactly a report or an event is placed, and whether two places fit one another."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

# From the least to the most exact. A region or a mountain range lies across the divisions: see `places_fit`.
PLACE_RANKS = {"country": 0, "region": 1, "natural": 1, "admin1": 2, "admin2": 3, "city": 4, "facility": 5}
CITY_RANK = PLACE_RANKS["city"]


class PlaceFacts(NamedTuple):
    """What the gazetteer tells of a place, `rank` by `PLACE_RANKS`."""

    entity_id: str
    rank: int
    country: str | None
    admin1: str | None
    lat: float | None
    lon: float | None


def place_facts(entities: pl.DataFrame) -> dict[str, PlaceFacts]:
    """The places among the rows of `entities`, by id."""
    columns = ("entity_id", "place_type", "country", "admin1", "lat", "lon")
    places = entities.filter(pl.col("place_type").is_not_null()).select(columns)
    return {row[0]: PlaceFacts(row[0], PLACE_RANKS[row[1]], *row[2:]) for row in places.iter_rows()}


def most_exact(places: list[PlaceFacts]) -> tuple[PlaceFacts, ...]:
    """The places left when those are taken away that merely hold another one (Moscow, Russia: Moscow)."""
    distinct = list(dict.fromkeys(places))
    kept = [p for p in distinct if not any(q.rank > p.rank and places_fit(p, q) for q in distinct)]
    return tuple(kept)


def places_fit(one: PlaceFacts, other: PlaceFacts) -> bool:
    """Whether two places can be one spot: the same, or the vaguer one holds the other. Two cities never are."""
    if one.entity_id == other.entity_id:
        return True
    if one.country and other.country and one.country != other.country:
        return False
    across = (PLACE_RANKS["region"], PLACE_RANKS["natural"])
    if one.rank in across or other.rank in across:
        return True
    if one.rank == other.rank:
        return False
    if 0 in (one.rank, other.rank):
        return one.country is not None and one.country == other.country
    return one.admin1 is None or other.admin1 is None or one.admin1 == other.admin1
