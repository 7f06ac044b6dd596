"""What codes stand for, in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tasks.contract.plover import plover
from tasks.reference.files import table
from tasks.reference.gazetteer import Place, load_gazetteer

UNKNOWN = "---"


@lru_cache(maxsize=1)
def country_points() -> Mapping[str, Place]:
    """The gazetteer's countries by ISO 3166-1 alpha-3 code, with their points; builds its index where there is none."""
    gazetteer = load_gazetteer()
    found = {row["iso3"]: gazetteer.country(row["iso3"]) for row in table("countries.csv")}
    return {code: place for code, place in sorted(found.items()) if place is not None}


def country_name(code: str, points: Mapping[str, Place]) -> str:
    """The name of a country or group code; the code itself where none is known."""
    return points[code].name if code in points else plover().international.get(code, code)


def actor_name(code: str, points: Mapping[str, Place]) -> str:
    """An actor's code in words: NGACVL is civilians (Nigeria), ---CVL civilians, NGA Nigeria."""
    country, sectors = code[:3], [code[at : at + 3] for at in range(3, len(code), 3)]
    told = " and ".join(plover().sectors.get(sector, sector) for sector in sectors)
    if country == UNKNOWN:
        return told or "somebody"
    # Of the body itself both parts say the same: UNOIGO.
    if not told or (country in plover().international and sectors == ["IGO"]):
        return country_name(country, points)
    return f"{told} ({country_name(country, points)})"


@lru_cache(maxsize=1)
def type_definitions() -> Mapping[str, str]:
    """What each event type takes in, one sentence each."""
    return {name: entry.definition for name, entry in plover().types.items()}
