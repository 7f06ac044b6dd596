"""Who acts and who is acted on: candidates, how they hang on a trigger, and which of them is chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.side_choice import (
    SIDE_FACTORS,
    ChosenSide,
    SideCandidate,
    chance_of,
    chosen,
    may_be_side,
    named_for,
    relations,
)
from tasks.annotate.events.view import View, make_view
from tasks.annotate.syntax.parse import Word

Annotate = Callable[..., Doc]


def viewed(annotate: Annotate, text: str) -> View:
    return make_view(annotate(text), load_lexicon())


def word(view: View, text: str) -> Word:
    return next(item for item in view.parse if item.text == text)


@pytest.mark.parametrize(
    ("text", "trigger", "wanted"),
    [
        ("Police arrested two men in Lyon.", "arrested", {"Police": "subject", "men": "object", "Lyon": "in"}),
        ("Two men were arrested by police in Lyon.", "arrested", {"men": "object", "police": "subject"}),
        ("Iran's attack on Israel killed nine people.", "attack", {"Iran": "owner", "Israel": "against"}),
        ("Kenya condemned Iran's attack.", "condemned", {"Kenya": "subject", "Iran": "of object"}),
        ("Kenya said that rebels attacked Gao.", "attacked", {"rebels": "subject", "Kenya": "above"}),
        ("France gave the rebels vaccines.", "gave", {"rebels": "receiver", "vaccines": "object"}),
        ("The minister held talks with Togo.", "talks", {"Togo": "with", "minister": "above"}),
    ],
)
def test_how_words_hang_on_a_trigger(annotate: Annotate, text: str, trigger: str, wanted: dict[str, str]) -> None:
    view = viewed(annotate, text)
    found = relations(view, word(view, trigger))
    assert {view.parse[i].text: relation for i, relation in found.items() if view.parse[i].text in wanted} == wanted


def test_a_candidate_is_the_head_of_a_phrase_a_name_before_a_noun_or_an_owner(annotate: Annotate) -> None:
    view = viewed(annotate, "On Monday Malcolm Turnbull blamed his rivals for a Russian raid on the old city.")
    trigger = word(view, "blamed").i
    found = [item.text for item in view.parse if may_be_side(view, item, (trigger, trigger + 1))]
    assert found == ["Turnbull", "his", "rivals", "Russian", "raid", "city"]


def test_a_phrase_is_as_likely_as_the_surest_word_of_its_head_and_name(annotate: Annotate) -> None:
    view = viewed(annotate, "Malcolm Turnbull blamed two army officers of the north.")
    chances = {0: 0.7, 1: 0.2, 4: 0.6, 5: 0.1, 8: 0.9}
    assert chance_of(view, word(view, "Turnbull"), chances) == 0.7
    assert chance_of(view, word(view, "officers"), chances) == 0.6


def test_the_likelier_side_has_whom_both_want_and_the_other_its_next(annotate: Annotate) -> None:
    view = viewed(annotate, "Police arrested rebels near Lyon.")

    def candidate(text: str, actor: float, recipient: float) -> SideCandidate:
        nothing = (0.0,) * (len(SIDE_FACTORS) - 1)
        return SideCandidate(word(view, text), {"actor": (actor, *nothing), "recipient": (recipient, *nothing)})

    every = [candidate("Police", -1.0, -3.0), candidate("rebels", 2.0, 3.0), candidate("Lyon", -3.0, 1.0)]
    weights = dict.fromkeys((*SIDE_FACTORS, "bias"), 0.0) | {"read": 1.0}
    found = chosen(every, {"actor": weights, "recipient": weights}, {"actor": 0.25, "recipient": 0.5})
    assert found == {
        "actor": ChosenSide(word(view, "Police"), 0.27),
        "recipient": ChosenSide(word(view, "rebels"), 0.95),
    }
    assert "actor" not in chosen(every, {"actor": weights, "recipient": weights}, {"actor": 0.3, "recipient": 0.5})


@pytest.mark.parametrize(
    ("text", "pronoun", "wanted"),
    [
        ("Barack Obama landed in Kenya on Friday for his first visit.", "his", "Obama"),
        ("Barack Obama landed in Kenya. The crowd cheered him.", "him", "him"),
        ("Barack Obama landed in Kenya on Friday.", "Kenya", "Kenya"),
        ('John Finney said: "He started to shoot at the sky."', "He", "He"),
    ],
)
def test_a_pronoun_has_the_name_of_its_sentence(annotate: Annotate, text: str, pronoun: str, wanted: str) -> None:
    view = viewed(annotate, text)
    assert named_for(view, word(view, pronoun)).text == wanted
