"""Pronouns and descriptions: which entity they get, when they stay unresolved. For: tasks.annotate.coreference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.coreference.component import antecedents
from tasks.annotate.coreference.gender import likely_gender, name_gender
from tasks.annotate.layers import Mention

Annotate = Callable[..., Doc]


def pronouns(doc: Doc) -> list[tuple[str, str | None]]:
    return [(doc.text[m.start : m.end], m.canonical) for m in doc._.mentions if m.form == "pronoun"]


def word(doc: Doc, text: str, nth: int = 0) -> int:
    return [token.i for token in doc if token.lower_ == text][nth]


def names(mentions: tuple[Mention, ...]) -> list[str | None]:
    return [mention.canonical for mention in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Robert Hall met Susan Price in Rome. He praised her work.", [("He", "Robert Hall"), ("her", "Susan Price")]),
        ("Robert Hall resigned on Monday. He gave no reason.", [("He", "Robert Hall")]),
        ("Susan Price said she would resign.", [("she", "Susan Price")]),
        ("When he arrived in Oslo, Robert Hall was arrested.", [("he", "Robert Hall")]),
        ("Robert Hall, who lives in Oslo, was arrested.", [("who", "Robert Hall")]),
        ("Microsoft said it would close its office.", [("it", "Microsoft"), ("its", "Microsoft")]),
    ],
)
def test_pronouns_find_their_entity(annotate: Annotate, text: str, expected: list[tuple[str, str]]) -> None:
    assert pronouns(annotate(text)) == expected


def test_an_object_is_not_the_subject_of_its_own_verb(annotate: Annotate) -> None:
    doc = annotate("Robert Hall criticised him on Monday.")
    assert pronouns(doc) == []


def test_gender_sets_two_people_apart(annotate: Annotate) -> None:
    doc = annotate("Mr Okafor told Mrs Okello that she had won. She thanked him.")
    by_word = dict(pronouns(doc))
    assert by_word["She"] == "Okello"
    assert by_word["him"] == "Okafor"


@pytest.mark.parametrize(
    "text",
    [
        "Microsoft said the weather was bad. It rained for days.",
        "It is clear that Microsoft will pay.",
        "Microsoft was fined. It seems that the court was angry.",
    ],
)
def test_an_it_that_stands_for_nothing_is_left_alone(annotate: Annotate, text: str) -> None:
    assert pronouns(annotate(text)) == []


def test_a_nameless_person_in_between_keeps_the_pronoun(annotate: Annotate) -> None:
    doc = annotate("Robert Hall was at home. A policeman shot at the door, and then he fled.")
    assert ("he", "Robert Hall") not in pronouns(doc)


def test_a_pronoun_carries_its_antecedents_facts(annotate: Annotate) -> None:
    doc = annotate("French President Paul Lefort arrived in Rome. He met the pope.")
    pronoun = next(m for m in doc._.mentions if m.form == "pronoun")
    name = next(m for m in doc._.mentions if m.canonical == "Paul Lefort" and m.form == "name")
    assert (pronoun.entity_id, pronoun.kind, pronoun.label) == (name.entity_id, "person", "PERSON")
    assert (pronoun.country, pronoun.sector, pronoun.link_method) == (name.country, name.sector, "coref")
    assert name.country == "FRA"
    assert doc.text[pronoun.start : pronoun.end] == "He"


def test_the_two_men_are_the_two_named_together(annotate: Annotate) -> None:
    doc = annotate(
        "Robert Hall met the Danish foreign minister Lars Holm in Oslo on Monday.\n\n"
        "The two men discussed fishing rights. Susan Price was not there."
    )
    assert names(antecedents(doc, word(doc, "men"))) == ["Robert Hall", "Lars Holm"]


def test_two_women_are_not_two_men(annotate: Annotate) -> None:
    doc = annotate("Robert Hall introduced Susan Price to Mary Jones. The two women shook hands.")
    assert names(antecedents(doc, word(doc, "women"))) == ["Susan Price", "Mary Jones"]


def test_they_takes_up_people_joined_by_and(annotate: Annotate) -> None:
    doc = annotate("Robert Hall and Lars Holm met in Oslo. They signed a treaty.")
    assert names(antecedents(doc, word(doc, "they"))) == ["Robert Hall", "Lars Holm"]


def test_a_title_and_a_country_find_the_person(annotate: Annotate) -> None:
    doc = annotate(
        "French President Paul Lefort met German Chancellor Anna Weber in Rome. "
        "Later the French president travelled to Lyon."
    )
    assert names(antecedents(doc, word(doc, "president", 1))) == ["Paul Lefort"]
    nominal = next(m for m in doc._.mentions if m.form == "nominal" and m.canonical == "Paul Lefort")
    assert nominal.link_method == "coref"


def test_another_ministers_office_is_not_his(annotate: Annotate) -> None:
    doc = annotate("French Foreign Minister Paul Lefort arrived in Rome. The defence minister stayed in Paris.")
    assert names(antecedents(doc, word(doc, "minister", 1))) == []


def test_the_company_is_the_one_company_near(annotate: Annotate) -> None:
    doc = annotate("Microsoft opened an office in Oslo. The company hired 300 people.")
    assert names(antecedents(doc, word(doc, "company"))) == ["Microsoft"]
    doc = annotate("Microsoft sued Google in Oslo. The company hired 300 people.")
    assert antecedents(doc, word(doc, "company")) == ()


def test_antecedents_of_a_name_and_of_any_other_word(annotate: Annotate) -> None:
    doc = annotate("Robert Hall resigned on Monday.")
    assert names(antecedents(doc, 0)) == ["Robert Hall"]
    assert antecedents(doc, word(doc, "resigned")) == ()


def test_spans_stay_unique_and_in_order(annotate: Annotate) -> None:
    doc = annotate("Robert Hall said he and his wife, who lives in Oslo, had sold their company. It was his own.")
    spans = [(m.start, m.end) for m in doc._.mentions]
    assert spans == sorted(set(spans))


def test_given_names_tell_gender_and_family_names_do_not() -> None:
    assert name_gender("Anna Kelly") == "f"
    assert name_gender("Robert Rose") == "m"
    assert name_gender("Kelly") is None
    assert name_gender("Xq Anna") is None
    assert likely_gender("Zubayda Karim") == "f"
    assert likely_gender("Zubayda") is None
