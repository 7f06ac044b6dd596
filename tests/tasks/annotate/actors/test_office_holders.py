"""Office holders by name: country, and sector on the day of the article. For: tasks.annotate.actors.office_holders."""

from __future__ import annotations

import datetime as dt

import pytest
from entity_pipeline import one, parse

from tasks.annotate.actors.office_holders import office_holders
from tasks.contract.vocabulary import INTERNATIONAL_CODES, SECTORS
from tasks.reference.gazetteer import load_gazetteer
from tasks.reference.lexicons import country_names


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Prime Minister Justin Trudeau met workers.", "Justin Trudeau", "CAN"),
        ("President Bashar Assad spoke on Monday.", "Bashar Assad", "SYR"),
        ("President Xi Jinping spoke on Monday.", "Xi Jinping", "CHN"),
        ("President Buhari spoke on Monday.", "Buhari", "NGA"),
    ],
)
def test_a_title_without_a_country_has_the_holders(text: str, name: str, country: str) -> None:
    mention = one(parse(text), name)
    assert (mention.country, mention.country_method) == (country, "name")


@pytest.mark.parametrize(("year", "sector"), [(2010, "GOV"), (2023, "ELI")])
def test_the_day_tells_who_is_out_of_office(year: int, sector: str) -> None:
    doc = parse("Angela Merkel wrote a book.", published_at=dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    assert one(doc, "Angela Merkel").sector == sector


@pytest.mark.parametrize(("year", "country"), [(2020, "NLD"), (2025, "IGO")])
def test_of_several_offices_the_one_held_counts(year: int, country: str) -> None:
    doc = parse("Mark Rutte criticised the plan.", published_at=dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    assert one(doc, "Mark Rutte").country == country


def test_words_of_the_article_are_above_the_table() -> None:
    mention = one(parse("The Australian singer Theresa May toured Japan."), "Theresa May")
    assert (mention.country, mention.sector) != ("GBR", "GOV")
    assert one(parse("Swiss Foreign Minister Vladimir Putin toured Japan."), "Vladimir Putin").country == "CHE"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Peter O'Neill opened a bakery.", None),
        ("Prime Minister Peter O'Neill opened a bakery.", "PNG"),
        ("Peter O'Neill flew home to Papua New Guinea.", "PNG"),
    ],
)
def test_a_name_that_many_bear_needs_a_title_or_the_country(text: str, country: str | None) -> None:
    assert one(parse(text), "Peter O'Neill").country == country


def test_a_surname_alone_means_only_who_is_known_by_it() -> None:
    assert one(parse("Netanyahu met workers on Monday, aides said."), "Netanyahu").country == "ISR"
    assert one(parse("President Aylwin met Davies on Monday, aides said."), "Davies").country is None


def test_every_row_is_in_the_vocabulary() -> None:
    full, surnames = office_holders()
    assert len(full) > 1000
    assert len(surnames) > 800
    gazetteer = load_gazetteer()
    for terms in full.values():
        for term in terms:
            assert term.country in INTERNATIONAL_CODES or gazetteer.country(term.country) is not None, term
            assert term.sector in SECTORS, term
            assert term.last is None or term.first <= term.last <= 2025, term
            assert term.name not in country_names(), term
