"""Sides that only the surroundings of a trigger name; sentences of our own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

Annotate = Callable[..., Doc]


def sides(doc: Doc, event_type: str, role: str) -> list[str]:
    event = next(event for event in doc._.events if event.event_type == event_type)
    return [doc.text[item.start : item.end] for item in event.arguments if item.role == role]


@pytest.mark.parametrize(
    ("text", "event_type", "actors"),
    [
        ("The assailant was later killed in a shootout with police.", "ASSAULT", ["police"]),
        ("Three soldiers were wounded in clashes with rebels near Goma.", "ASSAULT", ["rebels"]),
        ("Marches followed Russia's role in the bombardment of Aleppo.", "ASSAULT", ["Russia"]),
        ("The smuggler is prohibited from leaving the town, the judge ordered.", "COERCE", ["judge"]),
        ("Prosecutors said that the mayor was charged with fraud.", "ACCUSE", ["Prosecutors"]),
        ("Neighbours said that the mayor was charged with fraud.", "ACCUSE", []),
        ("Xi spoke to reporters after talks with Lee in Seoul.", "CONSULT", ["Xi", "Lee"]),
        ("Xi spoke to reporters after talks between France and Iran.", "CONSULT", ["France", "Iran"]),
    ],
)
def test_actors_from_the_surroundings(annotate: Annotate, text: str, event_type: str, actors: list[str]) -> None:
    assert sides(annotate(text), event_type, "actor") == actors


def test_opponents_are_no_victims(annotate: Annotate) -> None:
    doc = annotate("Three soldiers were wounded in clashes with rebels near Goma.")
    assert sides(doc, "ASSAULT", "recipient") == ["Three soldiers"]


def test_possessive_pronoun_hands_its_country_on(annotate: Annotate) -> None:
    doc = annotate("Mali said on Monday that its army had shelled a village.")
    event = next(event for event in doc._.events if event.event_type == "ASSAULT")
    assert [(item.country, item.sector) for item in event.arguments if item.role == "actor"] == [("MLI", "MIL")]
