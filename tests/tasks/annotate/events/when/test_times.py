"""Whose day a date is, and what lies ahead: own sentences, as if published on Thursday 18 April 2019.

For: tasks.annotate.events.when, events.standing.status.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.layers import EventMention

Annotate = Callable[..., Doc]
THURSDAY = dt.date(2019, 4, 18)


def first(doc: Doc, event_type: str) -> EventMention:
    found: list[EventMention] = [event for event in doc._.events if event.event_type == event_type]
    assert found, [(event.event_type, event.trigger) for event in doc._.events]
    return found[0]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("The ministry denied on Tuesday that the army had fired on the village.", "ASSAULT"),
        ("Kenya condemned on Tuesday the bombings in Mogadishu.", "ASSAULT"),
        ("The bishop condemned on Tuesday an attack that killed five soldiers.", "ASSAULT"),
        ("The court on Tuesday jailed a man who killed two nurses.", "ASSAULT"),
        ("Police said on Tuesday that they had arrested two men.", "COERCE"),
    ],
)
def test_the_day_of_the_saying_or_of_an_act_about_it_is_not_the_deeds(
    annotate: Annotate, text: str, inner: str
) -> None:
    event = first(annotate(text, published_at=THURSDAY), inner)
    assert (event.event_date, event.date_basis) == (None, "none")


def test_the_act_about_a_deed_and_a_deed_with_its_own_day_keep_them(annotate: Annotate) -> None:
    doc = annotate("Kenya condemned on Tuesday the bombings in Mogadishu.", published_at=THURSDAY)
    assert first(doc, "ACCUSE").event_date == dt.date(2019, 4, 16)
    doc = annotate("Officials confirmed on Tuesday that rebels attacked a convoy on Monday.", published_at=THURSDAY)
    assert first(doc, "ASSAULT").event_date == dt.date(2019, 4, 15)


@pytest.mark.parametrize(
    ("text", "event_type", "day"),
    [
        ("The union called a strike for Saturday.", "PROTEST", 20),
        ("The miners have called a strike for Monday.", "PROTEST", 22),
        ("The teachers announced a strike for Friday.", "PROTEST", 19),
        ("Talks between Chad and Niger are set for Saturday.", "CONSULT", 20),
        ("A visit to Oman by King Felipe is planned for Monday.", "CONSULT", 22),
        ("Envoy says ministers to meet on Saturday.", "CONSULT", 20),
    ],
)
def test_what_a_day_ahead_is_set_for_is_planned(annotate: Annotate, text: str, event_type: str, day: int) -> None:
    event = first(annotate(text, published_at=THURSDAY), event_type)
    assert (event.status, event.event_date) == ("planned", dt.date(2019, 4, day))


@pytest.mark.parametrize(
    "text",
    [
        "The agreement between Chad and Niger is ready to be signed.",
        "The treaty between Chad and Niger is due to be signed.",
        "The accord between Chad and Niger is to be signed.",
    ],
)
def test_what_is_to_be_signed_is_not_signed_yet(annotate: Annotate, text: str) -> None:
    assert first(annotate(text), "SUPPORT").status == "planned"


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Presidents to meet on Saturday, envoy says", "planned"),
        ("Ministers to visit Cairo, envoy says", "planned"),
        ("Presidents met on Tuesday, envoy says", "happened"),
    ],
)
def test_infinitive_of_a_headline_announces(annotate: Annotate, title: str, status: str) -> None:
    doc = annotate(f"{title}\n\nThe city was quiet.", title=title, published_at=THURSDAY)
    assert first(doc, "CONSULT").status == status


@pytest.mark.parametrize(
    "text",
    [
        "Maduro closed the border until Saturday.",
        "The army has closed the airspace till Monday.",
        "The border crossing is closed until Friday.",
    ],
)
def test_the_day_until_which_something_lasts_is_not_its_day(annotate: Annotate, text: str) -> None:
    event = first(annotate(text, published_at=THURSDAY), "COERCE")
    assert (event.status, event.event_date) == ("happened", None)


def test_the_day_that_names_another_noun_is_not_the_deeds(annotate: Annotate) -> None:
    doc = annotate("A man bombed a Christmas market in Berlin.", published_at=THURSDAY)
    event = first(doc, "ASSAULT")
    assert (event.event_date, event.status) == (None, "happened")
