"""With what, where and in which context: sentences of our own. For: tasks.annotate.events.cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.events.cells.contexts import keys, load_rules
from tasks.annotate.layers import EventMention
from tasks.annotate.syntax.parse import parse_of
from tasks.contract.vocabulary import CONTEXTS, EVENT_TYPES, MODES, SECTORS

Annotate = Callable[..., Doc]


def first(doc: Doc, event_type: str) -> EventMention:
    event: EventMention = next(event for event in doc._.events if event.event_type == event_type)
    return event


def side(doc: Doc, event: EventMention, role: str) -> list[str]:
    return [doc.text[item.start : item.end] for item in event.arguments if item.role == role]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A man attacked two officers with a knife in Paris.", ["knife"]),
        ("A car bomb killed five people in Mogadishu.", ["car bomb"]),
        ("Two people were injured in a machete attack.", ["machete"]),
        ("Rebels shelled the town with mortars and rockets.", ["mortars", "rockets"]),
        ("Security forces killed two demonstrators using live ammunition.", ["live ammunition"]),
        ("Gunmen attacked two officers with great anger.", []),
        ("Ministers attacked the plan with a paper of their own.", []),
    ],
)
def test_instrument(annotate: Annotate, text: str, wanted: list[str]) -> None:
    doc = annotate(text)
    found = [words for event in doc._.events for words in side(doc, event, "instrument")]
    assert found == wanted


def test_place_of_the_victims_is_the_place_of_the_deed(annotate: Annotate) -> None:
    doc = annotate("A car bomb killed five people in Mogadishu.")
    assert side(doc, first(doc, "ASSAULT"), "place") == ["Mogadishu"]


def test_dateline_places_what_the_first_sentence_does_not(annotate: Annotate) -> None:
    doc = annotate("LAGOS, March 3 (Reuters) - Police arrested ten people on Sunday. Gunmen killed a judge on Monday.")
    arrest = first(doc, "COERCE")
    assert [(item.method, item.country) for item in arrest.arguments if item.role == "place"] == [("dateline", "NGA")]
    assert side(doc, first(doc, "ASSAULT"), "place") == []  # further down the reporter may tell of anywhere


def test_dateline_gives_way_to_a_place_that_is_told(annotate: Annotate) -> None:
    doc = annotate("LAGOS, March 3 (Reuters) - Police arrested ten people in Accra on Sunday.")
    assert side(doc, first(doc, "COERCE"), "place") == ["Accra"]


def test_planned_deed_takes_no_place_from_the_dateline(annotate: Annotate) -> None:
    doc = annotate("LAGOS, March 3 (Reuters) - Unions will march on Sunday.", published_at=dt.date(2021, 3, 3))
    assert side(doc, first(doc, "PROTEST"), "place") == []


def test_contexts_come_from_the_sentence_the_sides_and_the_type(annotate: Annotate) -> None:
    doc = annotate("The army shelled a refugee camp near the border.")
    found = first(doc, "ASSAULT").contexts
    assert {"military", "asylum", "territory"} <= set(found)
    assert list(found) == [context for context in CONTEXTS if context in found]
    assert "election" not in found


def test_one_word_of_the_article_puts_no_other_sentence_into_a_context(annotate: Annotate) -> None:
    doc = annotate("The minister spoke of the election. Police arrested a man in a bar.")
    assert "election" not in first(doc, "COERCE").contexts
    several = annotate(
        "Voters went to the polls after the referendum campaign. Candidates cast their ballots in the election. "
        "Police arrested a man in a bar."
    )
    assert "election" in first(several, "COERCE").contexts


@pytest.mark.parametrize(
    ("text", "group", "there"),
    [
        ("Mali declared a state of emergency.", "state_of_emergency", True),
        ("Mali lifted its states of emergency.", "state_of_emergency", False),
        ("It left the state (of emergency).", "state_of_emergency", False),
        ("Two war crimes tribunals sat.", "war_crimes_tribunal", True),
        ("It is a state of", "state_of_emergency", False),
    ],
)
def test_a_group_of_words_is_found_by_the_lemma_of_its_last(
    annotate: Annotate, text: str, group: str, there: bool
) -> None:
    doc = parse_of(annotate(text))
    assert (group in keys(doc, 0, len(doc), load_rules())) == there


def test_a_group_of_words_ends_where_its_stretch_does(annotate: Annotate) -> None:
    doc = parse_of(annotate("Mali declared a state of emergency."))
    last = next(token.i for token in doc if token.lower_ == "emergency")
    assert "state_of_emergency" not in keys(doc, 0, last, load_rules())
    assert "state_of_emergency" in keys(doc, 0, last + 1, load_rules())


def test_context_rules_name_only_what_the_contract_knows() -> None:
    rules = load_rules()
    assert set(rules.by_sector) <= set(SECTORS)
    assert set(rules.by_type) <= set(EVENT_TYPES)
    assert set(rules.by_mode) <= set(MODES)
    assert {context for contexts in rules.by_word.values() for context in contexts} == set(CONTEXTS)


@pytest.mark.parametrize(
    "text",
    [
        "In Geneva, the United Nations accused Russian soldiers of executing civilians.",
        "In Geneva, the United Nations condemned Russian soldiers for executing civilians.",
        "In Geneva, Russia denied that its soldiers had executed civilians.",
        "In Geneva, the United Nations condemned the killing of a reporter.",
    ],
)
def test_where_somebody_accuses_is_not_where_it_was_done(annotate: Annotate, text: str) -> None:
    doc = annotate(text)
    assert side(doc, first(doc, "ASSAULT"), "place") == []


def test_victims_are_not_of_the_country_where_somebody_accuses(annotate: Annotate) -> None:
    doc = annotate(
        "Ukrainian troops entered Kharkiv. They left Izium. "
        "In Geneva, the United Nations accused Russian soldiers of executing civilians."
    )
    deed = next(event for event in doc._.events if event.trigger == "execute")
    assert "CHE" not in [item.country for item in deed.arguments]


def test_where_police_arrest_for_a_deed_may_be_where_it_was_done(annotate: Annotate) -> None:
    doc = annotate("In Paris, police arrested a man suspected of stabbing a tourist.")
    assert side(doc, first(doc, "ASSAULT"), "place") == ["Paris"]
