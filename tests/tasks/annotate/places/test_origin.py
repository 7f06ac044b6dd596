"""Where an article was published, and what that says of namesakes and locals. For: tasks.annotate.places.origin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.places.origin import country_of_numbers, country_of_source

Annotate = Callable[..., Doc]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Call police at 519-555-0134.", "CAN"),
        ("Call (416) 555-0134 or 1-800-555-0134.", "CAN"),
        ("Call 205-555-0134.", "USA"),
        ("Call +44 20 7946 0958.", "GBR"),
        ("Call 1-876-555-0134.", "JAM"),
        ("Call 1-800-555-0134.", None),
        ("Call 519-555-0134 or +44 20 7946 0958.", None),
        ("It cost 519-555 in 2016-12-18, or 1,234,567,890.", None),
        ("", None),
    ],
)
def test_numbers_tell_their_country(text: str, country: str | None) -> None:
    assert country_of_numbers(text) == country


@pytest.mark.parametrize(
    ("source", "country"),
    [
        ("cbc.ca", "CAN"),
        ("bbc.co.uk", "GBR"),
        ("abc.net.au", "AUS"),
        ("eltiempo.com.co", "COL"),
        ("t.co", None),
        ("example.com", None),
        ("The Daily Planet", None),
        (None, None),
    ],
)
def test_domains_tell_their_country(source: str | None, country: str | None) -> None:
    assert country_of_source(source) == country


def sides(doc: Doc) -> dict[str, str | None]:
    return {
        doc.text[item.start : item.end]: item.country
        for event in doc._.events
        for item in event.arguments
        if item.role in ("actor", "recipient")
    }


def test_a_papers_own_town_is_meant(annotate: Annotate) -> None:
    text = "London police arrested two men on Monday."
    assert sides(annotate(text))["London police"] == "GBR"
    assert sides(annotate(text, source="lfpress.ca"))["London police"] == "CAN"
    assert sides(annotate(f"{text} Call 519-555-0134."))["London police"] == "CAN"


def test_a_village_at_home_is_no_match_for_a_capital(annotate: Annotate) -> None:
    assert sides(annotate("Paris police arrested two men.", source="cbc.ca"))["Paris police"] == "FRA"


def test_the_country_the_article_names_is_stronger(annotate: Annotate) -> None:
    text = "London police arrested two men on Monday. British officials praised them."
    assert sides(annotate(text, source="cbc.ca"))["London police"] == "GBR"


def test_without_any_place_the_paper_writes_of_home(annotate: Annotate) -> None:
    text = "Police arrested two men on Monday."
    assert sides(annotate(text, source="cbc.ca")) == {"Police": "CAN", "two men": "CAN"}
    assert sides(annotate(text)) == {"Police": None, "two men": None}
