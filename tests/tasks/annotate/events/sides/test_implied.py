"""Sides that only the surroundings of a trigger name; sentences of our own.

For: tasks.annotate.events.sides.implied, implied_actors, implied_recipients.
"""

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
        ("Ohlin spoke to reporters after talks between France and Iran.", "CONSULT", ["France", "Iran"]),
        ("Two nurses were freed from Boko Haram on Monday.", "RETREAT", ["Boko Haram"]),
        ("Nine miners were released from the rebels last week.", "RETREAT", ["rebels"]),
        ("Two suspects were released from hospital on Monday.", "RETREAT", []),
        ("Two suspects were released from a Leeds jail on Monday.", "RETREAT", []),
        ("The hostages were freed from the rebels by the army on Monday.", "RETREAT", ["army"]),
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


@pytest.mark.parametrize(
    ("text", "event_type", "role", "found"),
    [
        ("Several people were arrested and remained in police custody.", "COERCE", "actor", ["police"]),
        ("Two men were detained in Oslo, police said.", "COERCE", "actor", ["police"]),
        ("Two men were detained in Oslo, neighbours said.", "COERCE", "actor", []),
        ("He was brought to the authorities, where he was charged with murder.", "ACCUSE", "actor", ["authorities"]),
        ("Anyone with information is asked to contact Leeds police.", "REQUEST", "actor", ["Leeds police"]),
        ("Students have set up nine petitions calling for Ohlin to resign.", "REQUEST", "actor", ["Students"]),
        ("Leeds police took charge of the investigation.", "ACCUSE", "actor", ["Leeds police"]),
        ("The minister accused rebels of the killing of nine monks.", "ASSAULT", "actor", ["rebels"]),
        ("Turkey accused the regime of shelling eastern Aleppo.", "ASSAULT", "actor", ["regime"]),
        ("Germany suffered a spate of attacks last summer.", "ASSAULT", "recipient", ["Germany"]),
        ("A doctor witnessed an attack last summer.", "ASSAULT", "recipient", []),
        ("Turks angry over Russia's support for Assad protested on Monday.", "PROTEST", "recipient", ["Russia"]),
        ("The rebels said they had disarmed, but Mali rejected the claim.", "REJECT", "recipient", ["rebels"]),
        ("The rebels spoke, but Mali rejected the claim of the army.", "REJECT", "recipient", ["army"]),
        ("Police arrested two teenagers, accused of plotting a raid.", "ACCUSE", "recipient", ["two teenagers"]),
        ("Mali is poor and the two leaders pledged support for the army.", "SUPPORT", "actor", ["two leaders"]),
        ("A man was stabbed to death early Sunday at a company party.", "ASSAULT", "actor", []),
        ("France and Iran signed an accord in Geneva.", "SUPPORT", "recipient", []),
        ("Nobody has been charged with that attack.", "ASSAULT", "actor", []),
        ("Prosecutors accused the mayor of fraud.", "ACCUSE", "recipient", ["mayor"]),
        ("Prosecutors accused the president of Mali.", "ACCUSE", "recipient", ["president of Mali"]),
        ("Prosecutors accused members of the party.", "ACCUSE", "recipient", ["members of the party"]),
        ("Nurses marched in Oslo to demand higher pay and more staff.", "PROTEST", "recipient", []),
    ],
)
def test_sides_by_construction(annotate: Annotate, text: str, event_type: str, role: str, found: list[str]) -> None:
    assert sides(annotate(text), event_type, role) == found
