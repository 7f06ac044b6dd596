"""Words that stand for several sides. For: tasks.annotate.events.sides.several."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

Annotate = Callable[..., Doc]


@pytest.mark.parametrize(
    ("text", "event_type", "countries"),
    [
        ("The presidents of Kenya and Sudan said they would withdraw their troops.", "RETREAT", {"KEN", "SDN"}),
        ("The presidents of Kenya and Sudan met and both agreed to withdraw troops.", "AGREE", {"KEN", "SDN"}),
        (
            "The leaders of Mali and Niger said on Monday the raid would not hurt efforts "
            "to repair ties between their countries.",
            "SUPPORT",
            {"MLI", "NER"},
        ),
    ],
)
def test_each_nation_is_a_side(annotate: Annotate, text: str, event_type: str, countries: set[str]) -> None:
    doc = annotate(text)
    found = {
        item.country
        for event in doc._.events
        if event.event_type == event_type
        for item in event.arguments
        if item.role == "actor"
    }
    assert found == countries


def test_what_is_not_one_of_every_nation_is_not_shared_out(annotate: Annotate) -> None:
    doc = annotate("The leaders of Mali and Niger condemned their critics.")
    found = [doc.text[i.start : i.end] for e in doc._.events for i in e.arguments if i.role == "recipient"]
    assert found == ["their critics"]
