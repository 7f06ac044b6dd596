"""Who "the gunman" and "the victim" of an article are: descriptions that one place identifies and others leave bare.

"The assailant, who was identified as Omar Haddad, a Tunisian" tells of every gunman, attacker or suspect of the article
where it identifies them all alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.annotate.events.sides.arguments import modifier_country
from tasks.annotate.events.sides.descriptions import taken_up
from tasks.annotate.events.sides.phrases import apposed_name
from tasks.annotate.events.view import Facts, View
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

PARTS = {"perpetrator": word_list("perpetrators"), "victim": word_list("victims")}
PART_BY_NOUN = {noun: part for part, nouns in reversed(PARTS.items()) for noun in nouns}
IDENTIFYING = words("sides")["identifying"]
OTHERS = words("sides")["others"]


@dataclass(frozen=True, slots=True)
class Identity:
    """The country of the one person an article means by a part, and how it is known."""

    country: str
    method: str


def identities(view: View, facts: dict[str, Facts]) -> dict[str, Identity]:
    """Give the country of the perpetrator and of the victim of an article, where it identifies one.

    Parameters
    ----------
    facts
        Country and sector by entity, of the article.

    Returns
    -------
    dict
        By part ("perpetrator", "victim"); a part is absent where nothing is said of it or more than one country.
    """
    known: dict[str, dict[str, Identity]] = {}
    for token, lemma in zip(view.parse.words, view.parse.lemmas, strict=True):
        part = part_of(token) if lemma in PART_BY_NOUN else None
        if part is not None:
            for found in _given_by_words(view, facts, token):
                known.setdefault(part, {}).setdefault(found.country, found)
    return {part: next(iter(found.values())) for part, found in sorted(known.items()) if len(found) == 1}


def part_of(token: Word) -> str | None:
    """The part that a noun in the singular names: perpetrator or victim."""
    if token.pos_ not in ("NOUN", "PROPN") or token.tag_ not in ("NN", "NNP") or token.dep_ in ("compound", "amod"):
        return None
    if any(child.lower_ in OTHERS for child in token.lefts):
        return None
    return PART_BY_NOUN.get(token.lemma_.lower())


def with_identity(view: View, item: EventArgument, known: dict[str, Identity]) -> Identity | None:
    """The identity that an argument's words stand for, None where they are no such description."""
    if not known or item.entity_id is not None:
        return None
    span = view.span_at(item.start, item.end)
    if span is None:
        return None
    noun = taken_up(view, span.root) if span.root.pos_ == "PRON" else span.root
    part = part_of(noun) if noun is not None else None
    return known.get(part) if part is not None else None


def _given_by_words(view: View, facts: dict[str, Facts], noun: Word) -> Iterator[Identity]:
    """The countries that the words on such a noun give it."""
    own = modifier_country(view, noun)
    if own is not None:
        yield Identity(own, "title")
    for item in _descriptions_of(noun):
        country = _of_description(view, item)
        if country is not None:
            yield Identity(country, "title")
    for mention in _names_of(view, noun):
        found = _of_name(mention, facts)
        if found is not None:
            yield found


def _descriptions_of(noun: Word) -> Iterator[Word]:
    """The nouns that say who it is: "the gunman, a Tunisian", "described as a Tunisian", "was a Tunisian"."""
    yield from children(noun, "appos")
    for named in _named_as(noun):
        yield from (*conjuncts(named), *children(named, "appos"))
    if noun.dep_ == "nsubj" and noun.head.lemma_ == "be":
        yield from children(noun.head, "attr")


def _names_of(view: View, noun: Word) -> Iterator[Mention | None]:
    """The names that it is given: "the gunman, Omar Haddad", "identified as Omar Haddad"."""
    yield apposed_name(view, noun)
    if noun.dep_ == "appos":
        yield view.mentions.get(noun.head.i)
    yield from (view.mentions.get(named.i) for named in _named_as(noun))


def _named_as(noun: Word) -> Iterator[Word]:
    """What it is identified as."""
    for verb in _verbs_on(noun):
        yield from (named for word, named in prepositions(verb) if word == "as" and named.pos_ in ("NOUN", "PROPN"))


def _verbs_on(noun: Word) -> Iterator[Word]:
    """The verbs that say who the noun is: "the gunman, identified as …", "police named the attacker as …"."""
    for child in noun.children:
        if child.dep_ in ("acl", "relcl") and child.lemma_ in IDENTIFYING and child.tag_ in ("VBN", "VBD"):
            yield child
    if noun.dep_ in ("dobj", "nsubjpass") and noun.head.lemma_ in IDENTIFYING:
        yield noun.head


def _of_description(view: View, noun: Word) -> str | None:
    """The country of "a Tunisian" or "a 23-year-old Tunisian man"."""
    mention = view.mentions.get(noun.i)
    if mention is not None and mention.label == "NORP":
        return mention.country
    return modifier_country(view, noun)


def _of_name(mention: Mention | None, facts: dict[str, Facts]) -> Identity | None:
    if mention is None or mention.form != "name" or mention.kind != "person":
        return None
    known = facts.get(mention.entity_id or "", Facts(None, None, None))
    country, method = (
        (mention.country, mention.country_method) if mention.country else (known.country, known.country_method)
    )
    return Identity(country, method or "name") if country is not None else None
