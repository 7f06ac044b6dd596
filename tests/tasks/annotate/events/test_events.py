"""What the event coder makes of the constructions of news English; sentences of our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.layers import EventMention

Annotate = Callable[..., Doc]
THURSDAY = dt.date(2019, 4, 18)


def types(doc: Doc) -> list[str]:
    return [event.event_type for event in doc._.events]


def only(doc: Doc, event_type: str | None = None) -> EventMention:
    found = [event for event in doc._.events if event_type in (None, event.event_type)]
    assert len(found) == 1, [(event.event_type, event.trigger) for event in doc._.events]
    event: EventMention = found[0]
    return event


def side(doc: Doc, event: EventMention, role: str) -> list[str]:
    return [doc.text[item.start : item.end] for item in event.arguments if item.role == role]


@pytest.mark.parametrize(
    ("text", "event_type", "actor", "recipient"),
    [
        ("Soldiers arrested two reporters.", "COERCE", ["Soldiers"], ["two reporters"]),
        ("Two reporters were arrested by soldiers.", "COERCE", ["soldiers"], ["Two reporters"]),
        ("The reporters arrested by soldiers were angry.", "COERCE", ["soldiers"], ["reporters"]),
        ("Soldiers who arrested the reporters wore masks.", "COERCE", ["Soldiers"], ["reporters"]),
        ("Iran's attack on the refinery was brief.", "ASSAULT", ["Iran"], ["refinery"]),
        ("Kenya gave the refugees food.", "AID", ["Kenya"], ["refugees"]),
        ("Kenya gave food to the refugees.", "AID", ["Kenya"], ["refugees"]),
        ("Demonstrators were fired on by troops.", "ASSAULT", ["troops"], ["Demonstrators"]),
        ("The union called for the minister to go.", "REQUEST", ["union"], ["minister"]),
    ],
)
def test_deep_sides_whatever_the_voice(
    annotate: Annotate, text: str, event_type: str, actor: list[str], recipient: list[str]
) -> None:
    doc = annotate(text)
    event = only(doc, event_type)
    assert side(doc, event, "actor") == actor
    assert side(doc, event, "recipient") == recipient


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The general refused to meet the rebels.", ["REJECT"]),
        ("Turkey agreed to withdraw its troops from Syria.", ["AGREE"]),
        ("The bishop called for talks with the rebels.", ["REQUEST"]),
        ("Iran threatened to attack Israel.", ["THREATEN"]),
        ("France urged Mali to release the prisoners.", ["REQUEST"]),
        ("Serbia no longer wants the Dutch envoy as mediator.", ["REJECT"]),
        ("The strikers want the lifting of the curfew.", ["REQUEST"]),
        ("Norway is trying to persuade the rebels to disarm.", ["REQUEST"]),
        ("The minister promised to pay the farmers.", ["AGREE"]),
    ],
)
def test_what_is_agreed_asked_or_refused_is_no_second_event(annotate: Annotate, text: str, wanted: list[str]) -> None:
    assert types(annotate(text)) == wanted


def test_accusation_keeps_the_deed_as_alleged(annotate: Annotate) -> None:
    doc = annotate("Ukraine accused Russia of killing four civilians.")
    deed = only(doc, "ASSAULT")
    assert types(doc) == ["ACCUSE", "ASSAULT"]
    assert deed.assertion == "alleged"
    assert side(doc, deed, "actor") == ["Russia"]
    assert only(doc, "ACCUSE").assertion == "reported"


def test_condemned_attack_hits_the_attacker_and_stays_an_event(annotate: Annotate) -> None:
    doc = annotate("Jordan condemned Iran's attack on Iraq.")
    assert types(doc) == ["ACCUSE", "ASSAULT"]
    assert side(doc, only(doc, "ACCUSE"), "recipient") == ["Iran"]


def test_denied_deed_is_denied(annotate: Annotate) -> None:
    assert only(annotate("The army denied attacking the village."), "ASSAULT").assertion == "denied"


def test_joined_actors_and_verbs_share(annotate: Annotate) -> None:
    doc = annotate("France and Italy met and signed a treaty.")
    assert types(doc) == ["CONSULT", "SUPPORT"]
    assert all(side(doc, event, "actor") == ["France", "Italy"] for event in doc._.events)


def test_sides_of_a_meeting_are_all_actors_but_a_host_is_recipient(annotate: Annotate) -> None:
    talks = annotate("Talks between India and Pakistan ended on Friday.")
    assert side(talks, only(talks), "actor") == ["India", "Pakistan"]
    visit = annotate("The Turkish president visited Greece.")
    event = only(visit)
    assert (event.event_type, event.mode) == ("CONSULT", "visit")
    assert side(visit, event, "actor") == ["Turkish president"]
    assert side(visit, event, "recipient") == ["Greece"]
    assert side(visit, event, "place") == ["Greece"]


def test_meeting_named_by_its_two_people(annotate: Annotate) -> None:
    doc = annotate(
        "President Emmanuel Macron and Chancellor Angela Merkel spoke. The Macron-Merkel summit is next week."
    )
    summit = doc._.events[-1]
    assert len([item for item in summit.arguments if item.role == "actor"]) == 2


def test_city_before_a_meeting_is_its_place(annotate: Annotate) -> None:
    doc = annotate("The Geneva talks between Iran and Iraq failed.")
    event = only(doc, "CONSULT")
    assert side(doc, event, "actor") == ["Iran", "Iraq"]
    assert side(doc, event, "place") == ["Geneva"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The king visited Oman.", "happened"),
        ("The king will visit Oman.", "planned"),
        ("The king plans to visit Oman.", "planned"),
        ("The king is going to visit Oman.", "planned"),
        ("The king may visit Oman.", "hypothetical"),
        ("If the king visits Oman, protests will follow.", "hypothetical"),
        ("The king did not visit Oman.", "negated"),
        ("The king failed to visit Oman.", "negated"),
        ("The king is visiting Oman.", "ongoing"),
        ("The king's visit to Oman was cancelled.", "cancelled"),
        ("The palace said the king would visit Oman.", "planned"),
    ],
)
def test_status(annotate: Annotate, text: str, status: str) -> None:
    found = [event.status for event in annotate(text)._.events if event.event_type == "CONSULT"]
    assert found == [status]


def test_nominal_without_tense_takes_the_status_told_elsewhere(annotate: Annotate) -> None:
    doc = annotate(
        "Emmanuel Macron will meet Angela Merkel in May. This is the first meeting between Macron and Merkel."
    )
    assert [event.status for event in doc._.events] == ["planned", "planned"]


def test_source_of_a_report(annotate: Annotate) -> None:
    doc = annotate("Rebels shelled the port, the Kremlin said.")
    event = only(doc, "ASSAULT")
    assert event.assertion == "attributed"
    assert event.attributed_text == "Kremlin"
    doc = annotate("According to the Interfax agency, rebels shelled the port.")
    assert only(doc, "ASSAULT").assertion == "attributed"


def test_dates_explicit_relative_partial_and_none(annotate: Annotate) -> None:
    known = only(annotate("Rebels shelled the port on 3 May 2018."))
    assert (known.event_date, known.date_basis) == (dt.date(2018, 5, 3), "explicit")
    spoken = only(annotate("Rebels shelled the port on Wednesday.", published_at=THURSDAY))
    assert (spoken.event_date, spoken.date_basis) == (dt.date(2019, 4, 17), "relative")
    partial = only(annotate("The king will visit China on April 26 and 27."))
    assert (partial.event_date, partial.timex) == (None, "XXXX-04-26/XXXX-04-27")
    silent = only(annotate("Rebels shelled the port.", published_at=THURSDAY))
    assert (silent.event_date, silent.date_basis, silent.timex) == (None, "none", None)


def test_long_past_event_is_historical(annotate: Annotate) -> None:
    assert only(annotate("Rebels shelled the port in May 1995.", published_at=THURSDAY)).status == "historical"


def test_place_hangs_on_the_event(annotate: Annotate) -> None:
    doc = annotate("Gunmen attacked a bus in Karachi on Monday.")
    assert side(doc, only(doc), "place") == ["Karachi"]


@pytest.mark.parametrize(
    ("text", "role", "low", "high"),
    [
        ("Gunmen attacked the camp, killing 19 soldiers.", "killed", 19, 19),
        ("A bomb killed at least 12 people.", "killed", 12, None),
        ("Rebels wounded up to 40 soldiers.", "wounded", None, 40),
        ("Rebels killed between 10 and 15 soldiers.", "killed", 10, 15),
        ("Police arrested dozens of protesters.", "arrested", None, None),
        ("Gunmen kidnapped two engineers.", "kidnapped", 2, 2),
        ("A sniper killed a 26-year-old nurse.", "killed", 1, 1),
        ("The attack left three villagers dead.", "killed", 3, 3),
    ],
)
def test_numbers(annotate: Annotate, text: str, role: str, low: float | None, high: float | None) -> None:
    doc = annotate(text)
    found = [item for event in doc._.events for item in event.arguments if item.role == role]
    assert [(item.value_low, item.value_high) for item in found] == [(low, high)]
    assert found[0].value_scope == "event"


def test_total_is_not_this_events_toll(annotate: Annotate) -> None:
    doc = annotate("Rebels have killed 340 people since January.")
    assert next(item for item in only(doc).arguments if item.role == "killed").value_scope == "cumulative"


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen shot and killed two guards.",
        "Two people were killed and nine injured in a knife attack.",
        "Rebels attacked the base, killing five soldiers and wounding twelve.",
        "Militants carried out a series of attacks in the north.",
    ],
)
def test_one_deed_told_in_several_words_is_one_event(annotate: Annotate, text: str) -> None:
    assert types(annotate(text)) == ["ASSAULT"]


@pytest.mark.parametrize(
    "text",
    [
        "The minister said that the economy grew.",
        "Three people were killed when their car hit a tree in the crash.",
        "The storm killed four people.",
        "The company's profit beat forecasts.",
        "Give peace a chance.",
        "No one was injured.",
        "He suffered a heart attack.",
        "Shares were attacked by sellers as bonds rallied.",
        "The actor's family visited the museum.",
    ],
)
def test_no_event(annotate: Annotate, text: str) -> None:
    assert types(annotate(text)) == []


def test_sports_report_has_no_battles(annotate: Annotate) -> None:
    text = (
        "The striker scored twice as the team beat the champion in the league match. The coach praised the goalkeeper. "
        "The two sides clashed again in the second half of the game before the referee ended the season's final."
    )
    assert types(annotate(text)) == []


def test_opinion_piece_keeps_deeds_but_not_what_the_author_urges(annotate: Annotate) -> None:
    text = "Europe must condemn Iran. Rebels shelled the port. The union urged the minister to resign."
    assert types(annotate(text, genre="opinion")) == ["ASSAULT"]


def test_headline_without_auxiliary_is_passive(annotate: Annotate) -> None:
    title = "Mayor arrested in Rome"
    doc = annotate(f"{title}\n\nThe city was quiet.", title=title)
    event = only(doc, "COERCE")
    assert side(doc, event, "recipient") == ["Mayor"]
    assert side(doc, event, "actor") == []


def test_ordinals_take_type_and_sides_of_the_counted_events(annotate: Annotate) -> None:
    doc = annotate(
        "Angela Merkel held two meetings with Shinzo Abe. The first took place in Kyoto in May 2015 and the second, "
        "in Dresden in June 2016, was short."
    )
    first, second = doc._.events[1:]
    assert (first.event_type, second.event_type) == ("CONSULT", "CONSULT")
    assert side(doc, first, "place") == ["Kyoto"]
    assert side(doc, second, "place") == ["Dresden"]
    assert len([item for item in second.arguments if item.role == "actor"]) == 2
    assert (first.timex, second.timex) == ("2015-05", "2016-06")


def test_group_word_gives_each_of_its_people(annotate: Annotate) -> None:
    doc = annotate("Angela Merkel called Shinzo Abe on Monday. The two leaders discussed the treaty.")
    event = doc._.events[-1]
    entities = {item.entity_id for item in event.arguments if item.role == "actor"}
    assert len(entities) == 2
    assert None not in entities


def test_nation_acting_is_its_government_and_local_police_take_the_place(annotate: Annotate) -> None:
    doc = annotate("Germany criticised Poland.")
    actor = next(item for item in only(doc).arguments if item.role == "actor")
    assert (actor.country, actor.sector) == ("DEU", "GOV")
    doc = annotate("Police arrested three students in Warsaw.")
    actor = next(item for item in only(doc).arguments if item.role == "actor")
    assert (actor.country, actor.country_method, actor.sector) == ("POL", "place", "COP")


def test_every_offset_slices_to_words_without_articles(annotate: Annotate) -> None:
    doc = annotate(
        "The Turkish army, backed by Russia, shelled a village near Aleppo on Monday, killing at least 12 people, "
        "officials said. The UN called on the rebels to stop the fighting."
    )
    assert doc._.events
    for event in doc._.events:
        assert doc.text[event.start : event.end].strip() == doc.text[event.start : event.end] != ""
        for item in event.arguments:
            words = doc.text[item.start : item.end]
            assert words == words.strip() != ""
            assert not words.lower().startswith(("the ", "a ", "an "))


def test_coder_names_its_rule_and_version(annotate: Annotate) -> None:
    event = only(annotate("Police arrested two men."))
    rule, _, version = event.coder.partition("@")
    assert rule == "frame:coerce.arrest"
    assert len(version) == 8
    assert 0 < event.confidence <= 1
