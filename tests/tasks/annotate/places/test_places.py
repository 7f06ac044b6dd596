"""Which place in the gazetteer a toponym or a demonym is. For: tasks.annotate.places."""

from __future__ import annotations

import pytest
from entity_pipeline import named, one, parse

from tasks.reference.gazetteer import load_gazetteer


def country_of(text: str, name: str) -> str | None:
    return one(parse(text), name).country


def test_places_carry_their_geonames_id_and_country() -> None:
    doc = parse("The leaders met in Singapore and Hanoi. Pyongyang and Moscow welcomed the talks in Vladivostok.")
    ids = {doc.text[m.start : m.end]: m.entity_id for m in doc._.mentions if m.kind == "place"}
    assert ids == {
        "Singapore": "gn:1880251",
        "Hanoi": "gn:1581130",
        "Pyongyang": "gn:1871859",
        "Moscow": "gn:524901",
        "Vladivostok": "gn:2013348",
    }


@pytest.mark.parametrize(
    ("word", "iso3"), [("Turkish", "TUR"), ("North Korean", "PRK"), ("British", "GBR"), ("Dutch", "NLD")]
)
def test_demonyms_link_to_their_country(word: str, iso3: str) -> None:
    doc = parse(f"The {word} government sent an envoy to the talks on Friday.")
    mention = one(doc, word)
    country = load_gazetteer().country(iso3)
    assert country is not None
    assert (mention.label, mention.kind, mention.country) == ("NORP", "place", iso3)
    assert mention.entity_id == country.entity_id


def test_people_without_a_land_stay_a_group() -> None:
    mention = one(parse("Thousands of Kurds fled across the border into Turkey."), "Kurds")
    assert (mention.kind, mention.country) == ("group", None)


def test_parent_named_beside_a_place_decides() -> None:
    french = "French officials in Lyon and Marseille, France, wrote to the French embassy."
    doc = parse(f"A storm hit Paris, Texas, on Monday. In Paris, roofs were torn off. {french}")
    texas = {m.entity_id for m in named(doc, "Paris")}
    assert texas == {"gn:4717560"}


def test_article_decides_between_namesakes() -> None:
    assert (
        country_of("Police in London said two men were arrested. The British government praised them.", "London")
        == "GBR"
    )
    canadian = (
        "Ontario police said on Monday that two Canadian men were arrested in London. Residents of Toronto, Hamilton "
        "and Kitchener, Canada, were warned. London council in Ontario thanked Ottawa and the Canadian government."
    )
    assert country_of(canadian, "London") == "CAN"


def test_georgia_is_a_state_among_states_and_a_country_among_countries() -> None:
    american = "Voters in Georgia, Florida and Alabama went to the polls. Atlanta, the capital of Georgia, was calm."
    caucasian = "Russia and Georgia fought over South Ossetia. Tbilisi said Georgia would not yield to Moscow."
    assert one(parse(american), "Georgia").entity_id == "gn:4197000"
    assert one(parse(caucasian), "Georgia").entity_id == "gn:614540"


def test_unknown_place_is_linked_to_nothing() -> None:
    doc = parse("Troops reached the village of Qarbazistan Kalu on Sunday. Qarbazistan Kalu was empty.")
    assert all(m.link_method != "gazetteer" for m in doc._.mentions if "Qarbazistan" in doc.text[m.start : m.end])


def test_region_without_geonames_id_has_an_id_and_facts() -> None:
    mention = one(parse("The war has spread across the Middle East since spring."), "Middle East")
    place = load_gazetteer().by_id(mention.entity_id or "")
    assert place is not None
    assert (place.place_type, place.geonameid) == ("region", None)
    assert place.lat is not None


def test_a_direction_alone_is_no_place() -> None:
    assert load_gazetteer().lookup("West") == ()
    assert load_gazetteer().lookup("Centre") == ()
    doc = parse("Gunmen in Cameroon's North West region freed 79 students.")
    assert one(doc, "North West").entity_id == "gn:2223602"


def test_a_village_in_a_country_the_article_does_not_name_is_no_answer() -> None:
    doc = parse("Boko Haram attacked Maiduguri and Baga. Nigeria sent troops to Maiduguri, in the north of Nigeria.")
    assert not (one(doc, "Baga").entity_id or "").startswith("gn:")


def test_capitals_in_running_text_are_an_acronym() -> None:
    doc = parse("The two presidents of Egypt and the U.S. spoke by phone, state news agency MENA reported.")
    assert not any((m.entity_id or "").startswith("gn:") for m in named(doc, "MENA"))


def test_countries_in_a_list_do_not_contain_one_another() -> None:
    doc = parse("Talks between China, Russia, the U.S. and Japan failed. Russia, U.S. officials said, had walked out.")
    assert {m.entity_id for m in named(doc, "Russia")} == {"gn:2017370"}


def test_peoples_of_regions_link_to_them() -> None:
    doc = parse("West African leaders met on Monday.")
    assert one(doc, "West African").canonical == "West Africa"


@pytest.mark.parametrize(("city", "iso3"), [("Geneva", "CHE"), ("Naples", "ITA")])
def test_the_city_that_the_world_has_names_for_is_meant_by_an_article_of_several_countries(
    city: str, iso3: str
) -> None:
    text = (
        "The United States will send Ukraine more weapons, the Pentagon announced on Thursday. Russian troops left two "
        f"villages near Kharkiv. In {city}, a United Nations office said that Russian soldiers had shot civilians."
    )
    assert country_of(text, city) == iso3


def test_an_article_on_american_towns_means_the_american_namesake() -> None:
    text = (
        "Aurora and Naperville, Illinois, closed their schools on Monday. In Geneva, Illinois, and across Kane County "
        "a power cut hit 4,000 homes. Police in Geneva asked residents to stay at home."
    )
    assert country_of(text, "Naperville") == "USA"
    assert {m.country for m in named(parse(text), "Geneva")} == {"USA"}
