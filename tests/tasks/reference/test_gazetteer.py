"""Places by name and id, and the tables of names behind them. For: tasks.reference.gazetteer, files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tasks.contract.vocabulary import INTERNATIONAL_CODES, PLACE_TYPES, SECTORS
from tasks.errors import UserError
from tasks.reference import gazetteer, gazetteer_build
from tasks.reference.files import fold, table
from tasks.reference.gazetteer import Gazetteer, Place, load_gazetteer
from tasks.reference.lexicons import demonyms, organisations, role_nouns


def best(name: str) -> Place:
    return load_gazetteer().lookup(name)[0]


def test_cities_have_their_geonames_ids_and_points() -> None:
    place = best("Vladivostok")
    assert (place.entity_id, place.country, place.place_type) == ("gn:2013348", "RUS", "city")
    assert (place.lat, place.lon) == pytest.approx((43.1056, 131.8735), abs=1e-3)
    assert place.admin1 == "Primorsky Krai"


@pytest.mark.parametrize(
    ("name", "geonameid", "iso3"),
    [("Russia", 2017370, "RUS"), ("North Korea", 1873107, "PRK"), ("U.S.", 6252001, "USA"), ("China", 1814991, "CHN")],
)
def test_countries_are_found_by_the_names_news_gives_them(name: str, geonameid: int, iso3: str) -> None:
    country = next(place for place in load_gazetteer().lookup(name) if place.place_type == "country")
    assert (country.geonameid, country.country) == (geonameid, iso3)


def test_computed_points_lie_inside_the_country() -> None:
    germany, fiji = load_gazetteer().country("DEU"), load_gazetteer().country("FJI")
    assert germany is not None
    assert (germany.lat, germany.lon) == pytest.approx((51, 10), abs=1.5)
    assert fiji is not None  # astride the antimeridian
    assert abs(fiji.lon or 0) > 175


def test_by_id_gives_what_lookup_gave() -> None:
    for name in ("Hanoi", "Scotland", "Middle East", "Orange County"):
        place = best(name)
        assert load_gazetteer().by_id(place.entity_id) is not None
        assert load_gazetteer().by_id(place.entity_id).name == place.name
    assert load_gazetteer().by_id("gn:1") is None


def test_unknown_and_empty_names_have_no_places() -> None:
    assert load_gazetteer().lookup("Xyzzyville") == ()
    assert load_gazetteer().lookup(" .' ") == ()


def test_fold_forgets_case_accents_and_marks() -> None:
    assert fold("The St. John's") == fold("saint johns") == "st johns"
    assert fold("Côte d’Ivoire") == "cote divoire"
    assert fold("Łódź") == "lodz"


def test_index_is_kept_in_the_cache_folder_and_damaged_ones_are_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path))
    built: list[Path] = []

    def build(path: Path) -> None:
        built.append(path)
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE name (key TEXT)")
            connection.execute("INSERT INTO name VALUES ('x')")

    monkeypatch.setattr(gazetteer_build, "build", build)
    path = gazetteer.index_path()
    assert path.parent == tmp_path
    gazetteer._open.__wrapped__(1)
    gazetteer._open.__wrapped__(1)
    assert built == [path]
    path.write_bytes(b"no database")

    def rebuild(index: Path) -> None:
        index.unlink()
        build(index)

    monkeypatch.setattr(gazetteer_build, "build", rebuild)
    assert isinstance(gazetteer._open.__wrapped__(1), Gazetteer)
    assert built == [path, path]


def test_build_leaves_a_whole_file_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = gazetteer_build.Rows()
    rows.places.append(("gn:7", 7, "Testholm", "city", "SWE", None, None, 1.0, 2.0, 10, 0, 3))
    rows.add_name("Testholm", "gn:7", main=True)
    rows.add_name("TESTHOLM", "gn:7", main=False)
    monkeypatch.setattr(gazetteer_build, "gather", lambda: rows)
    gazetteer_build.build(tmp_path / "index.sqlite")
    gazetteer_build.build(tmp_path / "index.sqlite")
    (place,) = Gazetteer(tmp_path / "index.sqlite").lookup("testholm")
    assert (place.entity_id, place.main) == ("gn:7", True)

    def full(path: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("tasks.reference.gazetteer_build.sqlite3.connect", full)
    with pytest.raises(OSError, match="disk full"):
        gazetteer_build.build(tmp_path / "other.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["index.sqlite"]


def test_cache_folder_that_cannot_be_written_is_a_user_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("DATELINE_CACHE", str(blocked / "below"))
    with pytest.raises(UserError, match="DATELINE_CACHE"):
        gazetteer._open.__wrapped__(1)


def test_reference_tables_hold_only_codes_of_the_contract() -> None:
    countries = {row["iso3"] for row in table("countries.csv")}
    assert all(load_gazetteer().country(iso3) for iso3 in countries)
    codes = countries | set(INTERNATIONAL_CODES)
    assert {entry.sector for entry in role_nouns().values()} <= {None, *SECTORS}
    assert {entry.sector for entry in organisations().values()} <= {None, *SECTORS}
    assert {entry.country for entry in organisations().values()} <= {None, *codes}
    assert {entry.country for entry in demonyms().values()} <= {None, *countries}
    assert {row["place_type"] for row in table("regions.csv")} <= set(PLACE_TYPES)
    found = load_gazetteer()
    for row in table("demonyms.csv"):
        places = found.lookup(row["place"]) if row["place"] else ()
        assert not row["place"] or any(p.country == (row["country"] or p.country) for p in places), row["place"]
    for row in table("place_aliases.csv"):
        assert found.lookup(row["forms"].split("|")[0]), row["forms"]
