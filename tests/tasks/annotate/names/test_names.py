"""Which spans are names, of what kind, and which are one. For: tasks.annotate.names."""

from __future__ import annotations

import pytest
from entity_pipeline import named, one, parse

from tasks.annotate.names.organisations import organisation_names
from tasks.annotate.names.people import People, edit_distance
from tasks.ids import hash_id


def test_short_name_is_the_full_name_of_the_article() -> None:
    doc = parse("Brazilian President Paula Moreira met Indian Prime Minister Anil Kapoor. Moreira left on Friday.")
    full, short = one(doc, "Paula Moreira"), one(doc, "Moreira")
    assert short.entity_id == full.entity_id == "x:" + hash_id("person", "paula moreira")
    assert (short.canonical, short.link_method, full.link_method) == ("Paula Moreira", "alias", "self")


def test_title_and_possessive_are_no_part_of_a_name() -> None:
    doc = parse("The aide said that US President Donald Trump's plan had failed. Mr. Trump denied it.")
    assert one(doc, "Donald Trump").label == "PERSON"
    assert one(doc, "Trump").canonical == "Donald Trump"


def test_hyphenated_given_name_stays_whole_and_joined_names_come_apart() -> None:
    doc = parse(
        "South Korean President Moon Jae-in met Xi Jinping in Seoul. The Moon-Xi talks lasted a day, Moon Jae-in said."
    )
    assert {m.canonical for m in named(doc, "Moon Jae-in")} == {"Moon Jae-in"}
    assert one(doc, "Moon").canonical == "Moon Jae-in"
    assert one(doc, "Xi").canonical == "Xi Jinping"


def test_one_name_has_one_sense_in_an_article() -> None:
    doc = parse(
        "Vladivostok waits. The summit will be held in Vladivostok. Delegates flew to Vladivostok, a port in Russia."
    )
    assert {m.label for m in named(doc, "Vladivostok")} == {"GPE"}


def test_standing_organisation_has_one_name_everywhere() -> None:
    doc = parse("The IMF said on Monday that the International Monetary Fund would lend Greece more money.")
    assert one(doc, "IMF").canonical == "International Monetary Fund"
    assert one(doc, "IMF").entity_id == one(doc, "International Monetary Fund").entity_id


def test_words_of_a_title_are_no_names() -> None:
    doc = parse("US Secretary of State Mike Pompeo arrived in Cairo on Tuesday.")
    assert not named(doc, "State")
    assert one(doc, "Mike Pompeo").label == "PERSON"


def test_no_two_mentions_share_a_span_and_offsets_slice() -> None:
    doc = parse("MOSCOW (AP) — Russia's Putin, the Kremlin and U.S. officials met.\n\nThe EU's Mogherini\nleft Moscow.")
    spans = [(m.start, m.end) for m in doc._.mentions]
    assert spans == sorted(set(spans))
    for mention in doc._.mentions:
        assert doc[mention.token_start].idx == mention.start
        assert doc[mention.token_end - 1].idx + len(doc[mention.token_end - 1]) == mention.end
        assert doc.text[mention.start : mention.end].strip() == doc.text[mention.start : mention.end]


def test_conflicting_first_names_never_merge() -> None:
    people = People([("Anna Berg", 0), ("Peter Berg", 10), ("Berg", 12)])
    assert len(people.clusters) == 2
    assert people.resolve("Berg", 12) is people.clusters[1]


def test_by_far_the_most_frequent_person_takes_the_short_name() -> None:
    people = People([("Kim Jong-un", 0), ("Kim Jong-un", 5), ("Kim Jong-un", 9), ("Kim Chang Son", 20), ("Kim", 30)])
    assert people.resolve("Kim", 30) is people.clusters[0]


def test_middle_initial_and_short_first_name_are_the_same_person() -> None:
    people = People([("John Q. Miller", 0), ("John Miller", 5), ("Bill Marsh", 7), ("William Marsh", 8)])
    assert [cluster.canonical for cluster in people.clusters] == ["John Q. Miller", "Bill Marsh"]


def test_arabic_article_of_a_family_name_may_be_left_out() -> None:
    people = People([("Yusuf al-Najjar", 0), ("Najjar", 4)])
    assert people.resolve("Najjar", 4) is people.clusters[0]


def test_misspelt_name_joins_only_a_frequent_likeness() -> None:
    often = [("Lee Sang-ho", i) for i in (0, 10, 20)]
    assert People([*often, ("Lee Sung-ho", 30)]).misspelt("Lee Sung-ho") is not None
    assert People([("Lee Sang-ho", 0), ("Lee Sung-ho", 30)]).misspelt("Lee Sung-ho") is None
    assert People([*often, ("Lee Seok-jun", 30)]).misspelt("Lee Seok-jun") is None


def test_edit_distance() -> None:
    assert [edit_distance(*pair) for pair in (("", "ab"), ("abc", "abc"), ("kitten", "sitting"))] == [2, 0, 3]


def test_acronym_in_brackets_is_the_organisation() -> None:
    forms = {"Union of River Pilots": 0, "URPX": 23, "River Pilots": 40}
    assert organisation_names(forms, {"URPX": "Union of River Pilots"})["URPX"] == "Union of River Pilots"


def test_empty_and_wordless_texts_have_no_mentions() -> None:
    for text in ("", " \n\n ", "…", "1234 5678"):
        assert parse(text)._.mentions == ()


def test_an_explained_acronym_takes_in_the_whole_name() -> None:
    doc = parse("The Presbyterian Church in Cameroon (PCC) closed two schools. The PCC said they would open on Monday.")
    assert one(doc, "Presbyterian Church in Cameroon").label == "ORG"
    assert {m.canonical for m in named(doc, "PCC")} == {"Presbyterian Church in Cameroon"}


def test_a_bracket_that_spells_nothing_explains_nothing() -> None:
    doc = parse("The senator met Paula Moreira (DEM) in Brasilia.")
    assert one(doc, "Paula Moreira").label == "PERSON"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("He spoke in the town of Majdal Shams on Tuesday.", "Majdal Shams"),
        ("The army has lost most of Rakhine State since November.", "Rakhine State"),
        ("Rebels attacked Dikwa, Monguno and Maiduguri in Nigeria.", "Dikwa"),
        ("Six bodies were recovered from Khan Younis, the army said.", "Khan Younis"),
    ],
)
def test_construction_and_gazetteer_make_a_place(text: str, place: str) -> None:
    assert one(parse(text), place).label == "GPE"


def test_a_country_beside_a_man_of_that_first_name_is_the_country() -> None:
    doc = parse("Jordan and Egypt, which border Israel, urged restraint. Jordan Peterson, a psychologist, tweeted.")
    assert one(doc, "Jordan").label == "GPE"
    assert one(doc, "Jordan Peterson").label == "PERSON"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("LA PAZ (AP) — Bolivian officials met on Monday.", ["LA PAZ"]),
        ("RAMALLAH, West Bank, June 19 - Israeli troops left early on Monday.", ["RAMALLAH", "West Bank"]),
        ("KYIV, May 4 (AFP) - The drones were shot down overnight.", ["KYIV"]),
    ],
)
def test_a_dateline_names_places(text: str, places: list[str]) -> None:
    doc = parse(text)
    found = [doc.text[m.start : m.end] for m in doc._.mentions if m.label == "GPE" and m.form == "name"]
    assert found[: len(places)] == places


def test_a_headline_in_capitals_has_the_names_of_its_article() -> None:
    title = "PUTIN AND XI MEET IN SAMARKAND AS WAR DRAGS ON"
    doc = parse(f"{title}\n\nVladimir Putin and Xi Jinping met in the city of Samarkand. Putin left.", title=title)
    assert one(doc, "PUTIN").canonical == "Vladimir Putin"
    assert one(doc, "SAMARKAND").label == "GPE"
    assert not named(doc, "ON")


def test_a_headline_verb_is_no_part_of_a_name() -> None:
    title = "Acme Robotics Announces Version 3.2 of Its Platform"
    doc = parse(f"{title}\n\nAcme Robotics makes machines. Acme Robotics employs 220 people in Berlin.", title=title)
    assert not named(doc, "Acme Robotics Announces")
    assert len(named(doc, "Acme Robotics")) == 3


def test_words_of_a_name_tell_its_kind() -> None:
    doc = parse("Soldiers of the 65th Air Division boarded the USS Nimitz before Operation Desert Storm began.")
    assert one(doc, "65th Air Division").label == "ORG"
    assert not [m for m in doc._.mentions if m.label in ("ORG", "PERSON") and "Nimitz" in doc.text[m.start : m.end]]


def test_short_acronyms_are_found_but_their_words_are_not() -> None:
    doc = parse("WHO IS TO BLAME\n\nFighters of IS left the city, the UN said. Who is it?", title="WHO IS TO BLAME")
    assert not named(doc, "WHO")
    assert [m.start > 15 for m in named(doc, "IS")] in ([], [True])
    assert one(doc, "UN").canonical == "United Nations"
