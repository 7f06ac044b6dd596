"""Whose country an article leaves unsaid. For: tasks.annotate.events.sides.home, locals."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from spacy.tokens import Doc

from tasks.annotate.events.sides.home import Home, find_home
from tasks.annotate.layers import EventArgument
from tasks.annotate.places.origin import origin_of
from tasks.annotate.syntax.parse import parse_of

Annotate = Callable[..., Doc]


def sides(doc: Doc) -> dict[str, tuple[str | None, str | None]]:
    """Country and method of every side by its words."""
    return {
        doc.text[item.start : item.end]: (item.country, item.country_method)
        for event in doc._.events
        for item in event.arguments
        if item.role in ("actor", "recipient")
    }


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Police arrested two men in Lyon on Monday.", "Police", "FRA"),
        ("LEEDS, England — Nurses met on Monday. A court fined the union.", "court", "GBR"),
        ("The fire was in Tulsa, Oklahoma. Police arrested Derek Holloway on Monday.", "Derek Holloway", "USA"),
        (
            "NIAMEY — Protests shook Niger. Protesters in Niamey attacked soldiers. Police arrested a man.",
            "Police",
            "NER",
        ),
        ("A bomb hit Idlib in Syria. Rebels in Idlib shelled a school.", "school", "SYR"),
    ],
)
def test_locals_take_the_country_of_the_place(annotate: Annotate, text: str, words: str, country: str) -> None:
    assert sides(annotate(text))[words] == (country, "place")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gunmen attacked a bank in Lyon on Monday.", "Gunmen"),
        ("Police in Lyon arrested foreign tourists on Monday.", "foreign tourists"),
        (
            "The leaders of Mali met in Paris. Niger and Mali and France differ. Soldiers arrested Derek Holloway.",
            "Derek Holloway",
        ),
        ("Police arrested two men.", "Police"),
    ],
)
def test_who_may_be_anybody_stays_open(annotate: Annotate, text: str, words: str) -> None:
    assert sides(annotate(text))[words] == (None, None)


def home_of(doc: Doc) -> Home:
    return find_home(parse_of(doc), doc._.mentions, origin_of(doc))


def test_a_noun_told_with_its_country_keeps_it(annotate: Annotate) -> None:
    doc = annotate("Spanish police raided a flat in Lyon on Monday. Later the police arrested two men.")
    assert sides(doc)["police"] == ("ESP", "title")


def test_a_noun_of_two_countries_is_left_open(annotate: Annotate) -> None:
    doc = annotate(
        "The French government met the Spanish government in Lyon on Monday. The government accused a union of lying."
    )
    assert sides(doc)["government"] == (None, None)


def test_nations_told_together_are_two_sides(annotate: Annotate) -> None:
    doc = annotate("French and Spanish police arrested a smuggler on Monday.")
    found = sides(doc)
    assert found["French"] == ("FRA", "name")
    assert found["Spanish police"] == ("ESP", "name")


def test_a_bureau_far_from_the_news_is_no_home(annotate: Annotate) -> None:
    doc = annotate(
        "LONDON (Reuters) - A blast in the Iranian city of Shiraz injured 37 people. Shiraz is in southern Iran."
    )
    assert home_of(doc).country == "IRN"


def test_words_win_over_the_place(annotate: Annotate) -> None:
    assert sides(annotate("Turkish police arrested two men in Lyon on Monday."))["Turkish police"][0] == "TUR"


@pytest.mark.parametrize("towns", list(permutations(["Lyon", "Lille", "Milan"])), ids="-".join)
def test_home_needs_a_majority_and_no_order(annotate: Annotate, towns: tuple[str, ...]) -> None:
    doc = annotate(" ".join(f"A bomb exploded in {town}." for town in towns))
    assert home_of(doc).country == "FRA"
    assert not home_of(doc).sole


def test_arguments_stay_exact(annotate: Annotate) -> None:
    doc = annotate("LYON, France — Police arrested two men on Monday. A court in Lyon jailed them.")
    for event in doc._.events:
        for item in event.arguments:
            assert isinstance(item, EventArgument)
            assert 0 <= item.start < item.end <= len(doc.text)
            assert (item.country is None) == (item.country_method is None)


def test_fighters_of_a_stateless_people_are_of_where_they_strike(annotate: Annotate) -> None:
    found = sides(annotate("Tuareg rebels attacked a convoy near Timbuktu, Mali, on Monday."))
    assert found["Tuareg rebels"] == ("MLI", "place")
    assert sides(annotate("Rebels attacked a convoy near Timbuktu, Mali, on Monday."))["Rebels"][1] != "name"


def test_who_is_backed_by_a_country_is_not_its_own(annotate: Annotate) -> None:
    found = sides(annotate("Iran-allied militias shelled a village near Homs in Syria on Monday."))
    assert found["Iran-allied militias"][0] != "IRN"
