"""Sides, counts and near misses of single constructions: sentences of our own.

For: tasks.annotate.events.sides, cells, frames.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

Annotate = Callable[..., Doc]


def sides(doc: Doc, event_type: str, role: str) -> list[list[str]]:
    return [
        [doc.text[item.start : item.end] for item in event.arguments if item.role == role]
        for event in doc._.events
        if event.event_type == event_type
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Kenya met Sudan in Cairo and both sides agreed to pull back troops.",
        "Kenya and Sudan met in Cairo on Monday and the two agreed to release the pilots.",
        "Kenya met Sudan in Cairo on Monday. The two sides agreed to share intelligence.",
        "Kenya and Sudan met in Cairo, and both agreed to hold more talks.",
    ],
)
def test_what_the_two_agreed_is_agreed_by_those_who_met(annotate: Annotate, text: str) -> None:
    assert sides(annotate(text), "AGREE", "actor") == [["Kenya", "Sudan"]]


def test_two_who_have_a_name_of_their_own_are_not_those_who_met(annotate: Annotate) -> None:
    doc = annotate("Kenya met Sudan in Cairo. The two Chadian rebel groups agreed to disarm.")
    assert "Kenya" not in sides(doc, "AGREE", "actor")[0]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("Police used pepper spray against protesting nurses in Wroclaw on Wednesday.", "nurses"),
        ("Soldiers fired on protesting students in Lagos on Monday.", "students"),
        ("Officers used tear gas against striking miners on Monday.", "miners"),
    ],
)
def test_those_who_protest_are_hit_and_do_not_hit(annotate: Annotate, text: str, recipient: str) -> None:
    doc = annotate(text)
    assert any(recipient in words for words in sides(doc, "ASSAULT", "recipient")[0])
    doers = {word for words in sides(doc, "PROTEST", "actor") for word in words}
    assert not doers & {"Police", "Soldiers", "Officers"}


@pytest.mark.parametrize(
    "text",
    [
        "Nurses blocked a bridge in Gdansk.",
        "Some 2,000 doctors blocked the border crossing for an hour.",
        "Monks blocked the airport gate in Yangon.",
        "Farmers blocked the main road with tractors.",
    ],
)
def test_people_who_block_a_way_protest(annotate: Annotate, text: str) -> None:
    assert [(event.event_type, event.mode) for event in annotate(text)._.events] == [("PROTEST", "obstruct")]


def test_troops_who_block_a_way_coerce(annotate: Annotate) -> None:
    assert [event.event_type for event in annotate("Troops blocked the main road.")._.events] == ["COERCE"]


@pytest.mark.parametrize(
    ("text", "country", "sector"),
    [
        ("A Peruvian patrol boat fired on a trawler, wounding two fishermen.", "PER", "MIL"),
        ("An Iranian navy vessel opened fire on a tanker.", "IRN", "MIL"),
        ("A Turkish gunship shelled the village.", "TUR", "MIL"),
        ("A Kenyan police van rammed a car, injuring two students.", "KEN", "COP"),
    ],
)
def test_vessels_and_vehicles_act_for_their_owner(annotate: Annotate, text: str, country: str, sector: str) -> None:
    event = annotate(text)._.events[0]
    actor = next(item for item in event.arguments if item.role == "actor")
    assert (event.event_type, actor.country, actor.sector) == ("ASSAULT", country, sector)


@pytest.mark.parametrize(
    ("text", "toll"),
    [
        ("The death toll in the Mogadishu bombing rises to 17.", 17),
        ("The toll from the attack on the school climbed to 31 on Monday.", 31),
        ("The death toll from the bombing in Mogadishu reached 40.", 40),
    ],
)
def test_a_toll_that_has_risen_counts_the_dead_so_far(annotate: Annotate, text: str, toll: int) -> None:
    counts = [item for event in annotate(text)._.events for item in event.arguments if item.value_low is not None]
    assert [(item.role, item.value_low, item.value_scope) for item in counts] == [("killed", toll, "cumulative")]


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested a man, said two people who saw it.",
        "Police arrested the director at his home, two people who saw it told the Gazette.",
        "Two people who saw the man arrested by police spoke to reporters.",
    ],
)
def test_who_saw_an_arrest_is_not_counted(annotate: Annotate, text: str) -> None:
    counts = [item for event in annotate(text)._.events for item in event.arguments if item.role == "arrested"]
    assert [item.value_low for item in counts] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "The director shot a film in Lagos about the war.",
        "Director Teresa Falcao shot it in a single night.",
        "The envoy came under fire in Quito.",
        "Arsenal's attack was too strong for Chelsea as the Gunners killed off the game.",
        "Shell battles rivals for control of the gas field.",
        "A price battle between OPEC and non-OPEC producers has begun.",
        "The man killed himself in his cell.",
        "Salmonella can cause death in children.",
        "Light Signatures will provide the software to Kenyan banks.",
        "The champion walked away from the table after the table tennis final.",
        "Let us begin, he said.",
        "The ministry insists that police acted within the law.",
        "A doctor treated a patient at the hospital.",
        "Doctors treated the driver for a broken arm.",
        "The farmer sold his house to a neighbour.",
    ],
)
def test_no_such_sentence_tells_an_event(annotate: Annotate, text: str) -> None:
    assert [(event.trigger, event.coder) for event in annotate(text)._.events] == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("The court would not have suspended the law without a complaint.", False),
        ("The army would not have withdrawn from the town.", False),
        ("The rebels would not have released the pilots.", False),
        ("Havana would not lift the ban.", True),
        ("The rebels will not release the pilots.", True),
    ],
)
def test_only_what_is_still_open_is_refused(annotate: Annotate, text: str, refused: bool) -> None:
    assert ("REJECT" in [event.event_type for event in annotate(text)._.events]) is refused


def test_a_deed_done_to_nobody_is_negated(annotate: Annotate) -> None:
    assert [event.status for event in annotate("The army attacked nobody on Monday.")._.events] == ["negated"]


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("A magistrate jailed three men for fraud.", "SANCTION"),
        ("The former mayor was jailed for five years.", "SANCTION"),
        ("The junta jailed three monks.", "COERCE"),
        ("Japan lifted sanctions on Burma.", "RETREAT"),
        ("The army lifted the curfew in the valley.", "CONCEDE"),
        ("The rebels walked out of talks with the ministry.", "SANCTION"),
        ("The rebels cancelled a meeting with the ministry.", "REJECT"),
        ("Kenya halted imports of Ugandan milk.", "COERCE"),
        ("Kenya suspended aid to Uganda.", "SANCTION"),
        ("Youths hurled bottles in the suburbs.", "PROTEST"),
        ("Youths hurled bottles at officers.", "ASSAULT"),
    ],
)
def test_near_meanings_part_by_who_does_what_to_whom(annotate: Annotate, text: str, event_type: str) -> None:
    assert [event.event_type for event in annotate(text)._.events] == [event_type]


def test_the_sides_of_ties_stand_one_noun_deeper(annotate: Annotate) -> None:
    doc = annotate("The restoration of ties between Kenya and Sudan was announced on Monday.")
    assert sides(doc, "COOPERATE", "actor") == [["Kenya", "Sudan"]]


def test_a_noun_s_infinitive_must_suit_its_frame(annotate: Annotate) -> None:
    assert sides(annotate("The minister's refusal to meet the strikers angered Ghana."), "REJECT", "actor")
    doc = annotate("The minister's refusal to comment was no surprise.")
    assert [event.coder for event in doc._.events if event.event_type == "REJECT"] == []


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("The Danish minister said the European Union would impose new sanctions on Belarus.", ["European Union"]),
        ("The minister said his country would boycott the summit.", ["minister"]),
        ("The rebels said the group would retaliate for the raid.", ["rebels"]),
        ("Sudan said it would retaliate for the raid.", ["Sudan"]),
        ("The opposition leader said the party would boycott the election.", ["opposition leader"]),
    ],
)
def test_who_threatens_is_the_subject_of_what_is_said(annotate: Annotate, text: str, actor: list[str]) -> None:
    doc = annotate(text)
    assert sides(doc, "THREATEN", "actor") == [actor]
    assert sides(doc, "THREATEN", "recipient") in ([[]], [["Belarus"]])


def test_whom_an_army_says_will_be_crushed_is_threatened(annotate: Annotate) -> None:
    doc = annotate("The army said the rebels would be crushed.")
    assert (sides(doc, "THREATEN", "actor"), sides(doc, "THREATEN", "recipient")) == ([["army"]], [["rebels"]])


def test_what_outsiders_foretell_is_no_threat(annotate: Annotate) -> None:
    doc = annotate("Analysts said the United States would sanction the bank.")
    assert sides(doc, "THREATEN", "actor") == []
    assert sides(doc, "COERCE", "actor") == [["United States"]]


def test_a_battle_with_an_army_in_it_is_no_trade(annotate: Annotate) -> None:
    doc = annotate("A battle between the army and suppliers of weapons has begun near Goma.")
    assert [event.event_type for event in doc._.events] == ["ASSAULT"]


@pytest.mark.parametrize("deed", ["condemned the shootings and called", "called"])
def test_whom_one_calls_on_to_resign_is_asked(annotate: Annotate, deed: str) -> None:
    doc = annotate(f"Odinga {deed} on President William Ruto to resign.")
    assert sides(doc, "REQUEST", "recipient") == [["President William Ruto"]]


@pytest.mark.parametrize(
    "text", ["A man was arrested on suspicion of assisting an offender.", "He was charged with helping a fugitive."]
)
def test_a_crimes_name_is_no_aid(annotate: Annotate, text: str) -> None:
    assert "AID" not in [event.event_type for event in annotate(text)._.events]


def test_what_a_strike_closes_nobody_closes_by_force(annotate: Annotate) -> None:
    doc = annotate("Teachers voted to extend a strike that has shut more than 1,200 schools.")
    assert [event.event_type for event in doc._.events] == ["PROTEST"]
    assert sides(annotate("Soldiers have shut 12 schools."), "COERCE", "actor") == [["Soldiers"]]


def test_protests_that_something_sparked_are_told(annotate: Annotate) -> None:
    assert len(sides(annotate("Putin ordered a call-up, sparking protests in several towns."), "PROTEST", "actor")) == 1
    assert sides(annotate("Protests are a right in several countries."), "PROTEST", "actor") == []


@pytest.mark.parametrize(
    ("carrier", "sector"), [("the national carrier Belavia", "BUS"), ("the aircraft carrier Belavia", "MIL")]
)
def test_an_airline_is_no_warship(annotate: Annotate, carrier: str, sector: str) -> None:
    doc = annotate(f"Lithuania has closed its waters to {carrier}.")
    found = [item.sector for event in doc._.events for item in event.arguments if item.role == "recipient"]
    assert found == [sector]


@pytest.mark.parametrize(
    ("text", "recipient", "sector"),
    [
        ("Police arrested a 19-year-old from Leeds.", "19-year-old", "CVL"),
        ("A 19-year-old was charged with murder in Leeds.", "19-year-old", "CVL"),
        ("The attackers burned houses near Kano.", "houses", None),
        ("Soldiers shot a Palestinian near Hebron.", "Palestinian", "CVL"),
        ("Gunmen killed three Israelis near Hebron.", "three Israelis", "CVL"),
    ],
)
def test_people_told_by_age_or_nation(annotate: Annotate, text: str, recipient: str, sector: str | None) -> None:
    doc = annotate(text)
    found = [item for event in doc._.events for item in event.arguments if item.role == "recipient"]
    assert [(doc.text[item.start : item.end], item.sector) for item in found] == [(recipient, sector)]


def test_a_claim_that_nobody_makes_leaves_the_attack(annotate: Annotate) -> None:
    doc = annotate("No group has claimed responsibility for the attack on the mosque.")
    assert [(event.trigger, event.status) for event in doc._.events] == [("attack", "happened")]
    assert sides(doc, "ASSAULT", "actor") == [[]]


def test_whom_those_shot_dead_in_clashes_fought_is_no_victim(annotate: Annotate) -> None:
    doc = annotate("Three Palestinians were shot dead during clashes with Israeli troops on Friday.")
    assert sides(doc, "ASSAULT", "actor") == [["Israeli troops"]]
    assert sides(doc, "ASSAULT", "recipient") == [["Three Palestinians"]]
