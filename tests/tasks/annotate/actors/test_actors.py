"""Country, sector and title of actors from the words around them.

For: tasks.annotate.actors.component, roles, titles, nominal, origins, authority.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from entity_pipeline import named, one, parse, pipeline
from spacy.tokens import Doc

from tasks.annotate.actors.authority import load_authority
from tasks.annotate.actors.component import find_actors
from tasks.annotate.layers import Mention
from tasks.errors import UserError
from tasks.reference.gazetteer import load_gazetteer


def facts(doc: Doc, text: str) -> tuple[str | None, str | None, str | None]:
    mention = one(doc, text)
    return mention.country, mention.sector, mention.title


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        (
            "Peruvian Deputy Foreign Minister Luis Ortega arrived.",
            "Luis Ortega",
            ("PER", "GOV", "Deputy Foreign Minister"),
        ),
        ("Turkish policeman Emre Aydin was shot.", "Emre Aydin", ("TUR", "COP", "policeman")),
        ("US Secretary of State Mike Pompeo left.", "Mike Pompeo", ("USA", "GOV", "Secretary of State")),
        (
            "US Special Envoy for North Korea Stephen Carter met reporters.",
            "Stephen Carter",
            ("USA", "GOV", "Special Envoy for North Korea"),
        ),
        ("Carla Ruiz, the Chilean foreign minister, resigned.", "Carla Ruiz", ("CHL", "GOV", "foreign minister")),
        ("Russia's ambassador to Turkey, Oleg Sorin, called.", "Oleg Sorin", ("RUS", "GOV", "ambassador")),
        ("Karl Weber, a spokesman for the German army, declined.", "Karl Weber", ("DEU", "MIL", "spokesman")),
        ("Former French President Paul Martin spoke.", "Paul Martin", ("FRA", "ELI", "President")),
        ("Rebel commander Hassan Nour was killed.", "Hassan Nour", (None, "REB", "Rebel commander")),
        ("Nairobi Mayor Grace Wanjiru resigned.", "Grace Wanjiru", ("KEN", "GOV", "Mayor")),
        ("British UN Ambassador Ann Cole spoke.", "Ann Cole", ("GBR", "GOV", "UN Ambassador")),
        ("Omar Haddad, president of the Tunisian Bar Association, spoke.", "Omar Haddad", ("TUN", "SOC", "president")),
        ("UN spokesman Erik Lund said so.", "Erik Lund", ("UNO", "IGO", "UN spokesman")),
    ],
)
def test_words_around_a_name_tell_country_sector_and_title(
    sentence: str, name: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    assert facts(parse(f"{sentence} It was Monday."), name) == expected


def test_kinship_is_no_title() -> None:
    doc = parse("The president's brother Raul Ortega left on Monday.")
    assert facts(doc, "Raul Ortega") == (None, None, None)


def test_what_one_mention_tells_holds_for_the_others() -> None:
    doc = parse("Peruvian Foreign Minister Luis Ortega arrived on Monday. Later Ortega left for Lima.")
    later = one(doc, "Ortega")
    assert (later.country, later.sector, later.title, later.country_method) == ("PER", "GOV", None, "title")


def test_noun_before_a_name_in_another_clause_is_no_title() -> None:
    assert facts(parse("She told police John Smith had left the house."), "John Smith") == (None, None, None)


@pytest.mark.parametrize(
    ("sentence", "span", "country", "sector"),
    [
        ("The Turkish troops crossed the border.", "Turkish troops", "TUR", "MIL"),
        ("Police in Hamburg arrested ten people.", "Police in Hamburg", "DEU", "COP"),
        ("The Pyongyang government refused.", "Pyongyang government", "PRK", "GOV"),
        ("A diplomatic source denied it.", "diplomatic source", None, "GOV"),
        ("US-backed Syrian rebels took the town.", "US-backed Syrian rebels", "SYR", "REB"),
        ("The defence minister of Ukraine resigned.", "defence minister of Ukraine", "UKR", "GOV"),
        ("Protesters burned cars.", "Protesters", None, "CVL"),
    ],
)
def test_nominal_actors_are_mentions(sentence: str, span: str, country: str | None, sector: str) -> None:
    mention = one(parse(f"{sentence} It was late."), span)
    assert (mention.label, mention.form, mention.country, mention.sector) == ("ROLE", "nominal", country, sector)
    assert mention.entity_id is None


def test_apposition_is_a_mention_of_the_person() -> None:
    doc = parse("Carla Ruiz, the Chilean foreign minister, resigned on Monday.")
    role = one(doc, "Chilean foreign minister")
    assert (role.entity_id, role.link_method) == (one(doc, "Carla Ruiz").entity_id, "role")


def test_noun_that_modifies_another_noun_does_not_act() -> None:
    doc = parse("The soldiers left the army base near the police checkpoint.")
    assert [*named(doc, "army"), *named(doc, "police")] == []


@pytest.mark.parametrize(
    ("sentence", "name", "country", "sector"),
    [
        ("The Kremlin said it would wait.", "Kremlin", "RUS", "GOV"),
        ("Amnesty International accused the army.", "Amnesty International", "NGO", "NGO"),
        ("NATO sent more ships.", "NATO", "IGO", "MIL"),
        ("The European Union agreed.", "European Union", "EUR", "IGO"),
        ("The Brazilian Foreign Ministry protested.", "Brazilian Foreign Ministry", "BRA", "GOV"),
    ],
)
def test_organisations_tell_by_their_name(sentence: str, name: str, country: str, sector: str) -> None:
    mention = one(parse(f"{sentence} Nobody answered."), name)
    assert (mention.country, mention.sector, mention.country_method) == (country, sector, "name")


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_authority_wins_and_its_codes_are_taken_as_given(tmp_path: Path) -> None:
    path = write(
        tmp_path / "actors.csv",
        "id,name,aliases,kind,country,sector,valid_from,valid_to\n"
        "my:1,Kremlin,,org,XAA,SPY,,\nmy:2,Blue Scarves,the Scarves,group,XBB,OPP,,\n",
    )
    doc = parse("The Kremlin warned the Blue Scarves on Monday. The blue scarves on sale were cheap.")
    doc._.mentions = find_actors(doc, doc._.mentions, load_gazetteer(), load_authority(path, pipeline()))
    kremlin, scarves = one(doc, "Kremlin"), one(doc, "Blue Scarves")
    assert (kremlin.entity_id, kremlin.country, kremlin.sector) == ("my:1", "XAA", "SPY")
    assert (scarves.entity_id, scarves.canonical, scarves.link_method) == ("my:2", "Blue Scarves", "authority")


def test_authority_holds_for_the_short_forms_of_a_name(tmp_path: Path) -> None:
    path = write(tmp_path / "actors.csv", "id,name,kind\nwd:Q1,Luis Ortega,person\n")
    doc = parse("Peruvian Foreign Minister Luis Ortega arrived on Monday. Later Ortega left for Lima.")
    doc._.mentions = find_actors(doc, doc._.mentions, load_gazetteer(), load_authority(path, pipeline()))
    assert {m.entity_id for m in (*named(doc, "Luis Ortega"), *named(doc, "Ortega"))} == {"wd:Q1"}


def test_authority_row_counts_only_while_it_is_valid(tmp_path: Path) -> None:
    path = str(tmp_path / "actors.parquet")
    pl.DataFrame(
        {
            "id": ["a", "b"],
            "name": ["Ana Lima", "Ana Lima"],
            "country": ["BRA", "PRT"],
            "valid_from": [dt.date(2000, 1, 1), dt.date(2010, 1, 1)],
            "valid_to": [dt.date(2009, 12, 31), None],
        }
    ).write_parquet(path)
    authority = load_authority(path, pipeline())
    countries = {}
    for year in (2005, 2015):
        doc = parse("Ana Lima arrived on Monday.", published_at=dt.datetime(year, 6, 1, tzinfo=dt.UTC))
        countries[year] = one_country(find_actors(doc, doc._.mentions, load_gazetteer(), authority))
    assert countries == {2005: "BRA", 2015: "PRT"}


def one_country(mentions: tuple[Mention, ...]) -> str | None:
    return next(m.country for m in mentions if m.canonical == "Ana Lima")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,name,contry\n1,A,B\n", "unknown column 'contry'"),
        ("name\nA\n", "column 'id' is missing"),
        ("id,name\n,A\n", "line 2 has no id"),
        ("id,name,valid_to\n1,A,soon\n", "'soon' is no date"),
    ],
)
def test_mistakes_in_an_authority_file_are_one_clear_line(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_authority(write(tmp_path / "actors.csv", content), pipeline())


def test_missing_authority_file_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        load_authority(str(tmp_path / "none.csv"), pipeline())


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Ann Lee, 34, of Springfield, Ohio, was shot.", "Ann Lee", ("USA", None, None)),
        ("Omar Khan, from Lahore, was shot.", "Omar Khan", ("PAK", None, None)),
        ("Luis Gomez, a native of Mexico, was arrested.", "Luis Gomez", ("MEX", "CVL", "native")),
        ("Ana Suarez, who heads the University of Vienna, resigned.", "Ana Suarez", ("AUT", "EDU", None)),
        ("The Carlos University in Madrid closed.", "Carlos University", ("ESP", "EDU", None)),
        ("UN official Erik Lund said so.", "Erik Lund", ("UNO", "IGO", "UN official")),
    ],
)
def test_words_behind_a_name_tell_where_it_belongs(
    sentence: str, name: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    assert facts(parse(f"{sentence} It was Monday."), name) == expected


def test_who_works_abroad_is_not_from_there() -> None:
    doc = parse("Police said Greenpeace in Germany protested. Ann Lee went home from Lahore on Monday.")
    assert one(doc, "Greenpeace").country == "NGO"
    assert one(doc, "Ann Lee").country is None


def test_an_office_told_before_gives_its_holder_the_country() -> None:
    doc = parse("The Russian ambassador to Turkey was shot on Monday. Ambassador Oleg Sorin died in Ankara.")
    assert facts(doc, "Oleg Sorin") == ("RUS", "GOV", "Ambassador")


def test_of_a_president_no_other_president_tells() -> None:
    doc = parse("The Russian president left on Monday. President Oleg Sorin stayed.")
    assert one(doc, "Oleg Sorin").country is None
