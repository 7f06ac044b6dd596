"""The gunman and the victim of an article, identified in one place of it.

For: tasks.annotate.events.sides.identities.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

Annotate = Callable[..., Doc]


def country_of(doc: Doc, words: str) -> set[str | None]:
    return {
        item.country
        for event in doc._.events
        for item in event.arguments
        if item.role in ("actor", "recipient") and doc.text[item.start : item.end] == words
    }


@pytest.mark.parametrize(
    "told",
    [
        "The attacker, a 23-year-old Syrian, fled.",
        "The assailant, who was identified as Omar Haddad, a Syrian soldier, fled.",
        "The attacker was a Syrian student.",
        "The Syrian attacker fled.",
    ],
)
def test_one_identity_holds_for_all_descriptions(annotate: Annotate, told: str) -> None:
    assert country_of(annotate(f"{told} Later the gunman shot a guard."), "gunman") == {"SYR"}


def test_the_victim_is_another_part(annotate: Annotate) -> None:
    doc = annotate("The victim, a Canadian tourist, screamed. The gunman shot a guard. A thief robbed the victim.")
    assert country_of(doc, "gunman") == {None}
    assert country_of(doc, "victim") == {"CAN"}


@pytest.mark.parametrize(
    "text",
    [
        "The attacker, a Syrian, fled. The killer, a Belgian, hid. Later the gunman shot a guard.",
        "The attacker, a Syrian, fled. Later another gunman shot a guard.",
    ],
)
def test_two_persons_have_no_common_identity(annotate: Annotate, text: str) -> None:
    doc = annotate(text)
    assert country_of(doc, "gunman") | country_of(doc, "another gunman") == {None}
