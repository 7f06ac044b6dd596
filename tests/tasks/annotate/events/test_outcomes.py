"""Tolls, times and sides of events told in several clauses; sentences of our own.

For: tasks.annotate.events.cells, sides, when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.layers import EventMention

Annotate = Callable[..., Doc]


def only(doc: Doc, event_type: str) -> EventMention:
    found = [event for event in doc._.events if event.event_type == event_type]
    assert len(found) == 1, [(event.event_type, event.trigger) for event in doc._.events]
    event: EventMention = found[0]
    return event


def side(doc: Doc, event: EventMention, role: str) -> list[str]:
    return [doc.text[item.start : item.end] for item in event.arguments if item.role == role]


def tolls(event: EventMention, role: str) -> list[tuple[float | None, str | None]]:
    return [(item.value_low, item.value_scope) for item in event.arguments if item.role == role]


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("A suspect fatally shot the mayor.", 1),
        ("A man stabbed 11 students to death at a school.", 11),
        ("Militants claimed responsibility for bombings that killed 44 people.", 44),
        ("The assassination of the ambassador shocked the city.", 1),
        ("Rebels carried out a raid that killed nine soldiers.", 9),
    ],
)
def test_deaths_told_beside_the_trigger_are_counted(annotate: Annotate, text: str, killed: int) -> None:
    assert tolls(only(annotate(text), "ASSAULT"), "killed") == [(killed, "event")]


def test_wounded_shot_gives_no_death(annotate: Annotate) -> None:
    assert tolls(only(annotate("A suspect shot the mayor in the leg."), "ASSAULT"), "killed") == []


def test_each_state_counts_its_own_people(annotate: Annotate) -> None:
    doc = annotate("The attack left one officer dead and three people wounded.")
    event = doc._.events[0]
    assert tolls(event, "killed") == [(1, "event")]
    assert tolls(event, "wounded") == [(3, "event")]


@pytest.mark.parametrize("deed", ["opened fire on a crowd", "attacked the slum"])
def test_those_killed_and_those_hurt_are_of_one_event(annotate: Annotate, deed: str) -> None:
    doc = annotate(f"At least two people were killed and 15 others injured when officers {deed}.")
    event = only(doc, "ASSAULT")
    assert tolls(event, "killed") == [(2, "event")]
    assert tolls(event, "wounded") == [(15, "event")]
    assert side(doc, event, "actor") == ["officers"]


def test_casualties_and_the_deed_that_made_them_are_one_event(annotate: Annotate) -> None:
    doc = annotate("Two soldiers were killed when rebels ambushed a convoy near Goma.")
    event = only(doc, "ASSAULT")
    assert side(doc, event, "actor") == ["rebels"]
    assert "Two soldiers" in side(doc, event, "recipient")
    assert side(doc, event, "place") == ["Goma"]


def test_running_total_stands_apart_from_the_events_toll(annotate: Annotate) -> None:
    doc = annotate(
        "Seven people were killed when a suicide bomber detonated his explosives outside a mosque in Kabul on Friday, "
        "bringing the death toll this month to 40.",
        published_at=dt.date(2021, 5, 15),
    )
    event = only(doc, "ASSAULT")
    assert tolls(event, "killed") == [(7, "event"), (40, "cumulative")]
    assert side(doc, event, "place") == ["Kabul"]
    assert event.event_date == dt.date(2021, 5, 14)


def test_day_of_the_saying_is_not_the_day_of_the_deed(annotate: Annotate) -> None:
    doc = annotate(
        "Two people were killed in a knife attack in China, Xinhua said Monday.", published_at=dt.date(2021, 5, 17)
    )
    event = only(doc, "ASSAULT")
    assert (event.event_date, event.date_basis) == (None, "none")
    said = annotate("On Monday the minister accused Iran of lying.", published_at=dt.date(2021, 5, 17))
    assert only(said, "ACCUSE").event_date == dt.date(2021, 5, 17)


@pytest.mark.parametrize(
    ("text", "event_type", "status"),
    [
        ("France is about to restore full diplomatic ties with Iran.", "COOPERATE", "planned"),
        ("Iran is unlikely to release the sailors.", "RETREAT", "hypothetical"),
    ],
)
def test_predicate_adjective_hands_its_subject_on(annotate: Annotate, text: str, event_type: str, status: str) -> None:
    doc = annotate(text)
    event = only(doc, event_type)
    assert text.split()[0] in side(doc, event, "actor")
    assert event.status == status


def test_attempted_attack_happened_a_hoped_for_meeting_did_not(annotate: Annotate) -> None:
    assert only(annotate("A boy tried to blow up a market in Paris."), "ASSAULT").status == "happened"
    assert only(annotate("The envoy tried to meet the rebels."), "CONSULT").status == "hypothetical"


def test_container_is_called_by_what_it_holds(annotate: Annotate) -> None:
    doc = annotate("The probe led to dozens of U.S. indictments.")
    event = next(event for event in doc._.events if "indict" in event.trigger)
    assert (event.trigger, side(doc, event, "actor")) == ("indictment", ["U.S."])
    assert len([event for event in doc._.events if event.event_type == "ACCUSE"]) == 2  # the probe and the indictments


def test_time_is_no_side(annotate: Annotate) -> None:
    doc = annotate("Gunmen carried out a series of attacks on Sunday.", published_at=dt.date(2021, 5, 17))
    event = only(doc, "ASSAULT")
    assert side(doc, event, "recipient") == []


def test_protests_slogan_is_no_second_event_unless_it_names_whom_it_asks(annotate: Annotate) -> None:
    slogan = annotate("Hundreds of teachers marched through Lima to demand higher pay.")
    assert [event.event_type for event in slogan._.events] == ["PROTEST"]
    named = annotate("Hundreds of teachers marched through Lima to urge the president to resign.")
    assert {event.event_type for event in named._.events} == {"PROTEST", "REQUEST"}


def test_office_holders_act_in_sports_articles_too(annotate: Annotate) -> None:
    game = "The striker scored a goal in the match and the coach praised the team after the league game. " * 4
    doc = annotate(game + "The prosecutor met the police chief to discuss the case. The team met Chelsea.")
    assert [event.event_type for event in doc._.events] == ["CONSULT"]


def test_sentence_goes_on_behind_a_blank_line(annotate: Annotate) -> None:
    doc = annotate(
        "The army said on Monday that its troops in the northern province had arrested the\n\nleader of the rebels."
    )
    event = only(doc, "COERCE")
    assert side(doc, event, "recipient") == ["leader of the rebels"]


def test_rocket_fire_kills_and_a_house_fire_is_no_deed(annotate: Annotate) -> None:
    assert tolls(only(annotate("Rocket fire killed three people in Ashkelon."), "ASSAULT"), "killed") == [(3, "event")]
    assert annotate("A fire killed three people in Lyon.")._.events == ()


def test_plural_at_the_head_of_a_sentence_is_somebody(annotate: Annotate) -> None:
    doc = annotate("Arsonists burned down a school in Lyon.")
    assert side(doc, only(doc, "ASSAULT"), "actor") == ["Arsonists"]


def test_who_is_shot_afterwards_is_not_counted_with_the_stabbed(annotate: Annotate) -> None:
    doc = annotate("A Palestinian stabbed to death three Israelis before being shot and wounded.")
    stabbing = next(event for event in doc._.events if event.trigger == "stab")
    assert tolls(stabbing, "killed") == [(3, "event")]
    assert tolls(stabbing, "wounded") == []


def test_those_who_died_and_those_wounded_are_of_one_event(annotate: Annotate) -> None:
    doc = annotate("Ten people died and dozens were wounded when a bomb exploded outside a bank in Quetta.")
    event = only(doc, "ASSAULT")
    assert tolls(event, "killed") == [(10, "event")]
    assert side(doc, event, "recipient") == ["Ten people", "dozens"]
