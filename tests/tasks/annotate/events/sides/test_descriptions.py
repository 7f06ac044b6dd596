"""Pronouns that take up a description without a name. For: tasks.annotate.events.sides.descriptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

Annotate = Callable[..., Doc]


def of_side(doc: Doc, words: str) -> list[tuple[str | None, str | None]]:
    """Country and sector of every side with these words."""
    return [
        (item.country, item.sector)
        for event in doc._.events
        for item in event.arguments
        if item.role in ("actor", "recipient") and doc.text[item.start : item.end] == words
    ]


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("Turkish police said they had arrested two smugglers.", "they", ("TUR", "COP")),
        ("The Malian army said it killed ten rebels.", "it", ("MLI", "MIL")),
        ("Soldiers from Chad said they shelled a village.", "they", ("TCD", "MIL")),
        ("The Israeli military said its troops had raided the camp.", "its troops", ("ISR", "MIL")),
    ],
)
def test_a_pronoun_has_what_its_description_tells(
    annotate: Annotate, text: str, words: str, told: tuple[str, str]
) -> None:
    assert of_side(annotate(text), words) == [told]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Either may be meant, or somebody of another clause.
        ("The Kurds said that Turkish troops had shelled their fighters.", "their fighters"),
        ("A Brazilian judge freed a smuggler, allowing him to sue the police.", "him"),
    ],
)
def test_who_may_be_somebody_else_stays_open(annotate: Annotate, text: str, words: str) -> None:
    assert all(country is None for country, _ in of_side(annotate(text), words))


def test_a_thing_as_object_is_no_court(annotate: Annotate) -> None:
    doc = annotate("A Gibraltar court ordered the tanker's release despite a bid to keep it in detention.")
    assert of_side(doc, "it") in ([], [(None, None)])
