"""Pronouns and definite descriptions to the entities of the article (component `dateline_coreference`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.coreference.article import WINDOW, Antecedent, Discourse, lexicon, read_article
from tasks.annotate.coreference.pronouns import resolve_pronoun, resolve_relative
from tasks.annotate.layers import Mention, mention_at
from tasks.annotate.syntax.parse import Parse, Word, parse_of
from tasks.annotate.syntax.phrases import position
from tasks.reference.gazetteer import Gazetteer, load_gazetteer

COMPONENT = "dateline_coreference"

_PARTS = frozenset({"PRON", "DET"})
_TAGS = frozenset({"NN", "NNS", "WP", "WP$", "WDT"})
_RELATIVES = frozenset({"who", "whom", "whose", "which"})
_RELATIVE_TAGS = frozenset({"WP", "WP$", "WDT"})
_PLACE_TYPES = {
    "country": "country",
    "nation": "country",
    "republic": "country",
    "kingdom": "country",
    "city": "city",
    "town": "city",
    "province": "admin1",
    "region": "admin1",
}


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article as it is read from left to right: `seen` are the antecedents up to the word in question, in order.

    `nominal` are the descriptions without an entity by their last token, `named` all antecedents of the article,
    `bodies` the organisations of the article by each word of their names.
    """

    article: Discourse
    mentions: tuple[Mention, ...]
    nominal: dict[int, Mention]
    named: list[Antecedent]
    seen: list[Antecedent]
    bodies: dict[str, set[str | None]]
    gazetteer: Gazetteer


def antecedents(doc: Doc, token: int) -> tuple[Mention, ...]:
    """Give the entities that the word at a token index stands for.

    Parameters
    ----------
    doc
        A Doc that went through `dateline_coreference`.
    token
        Index of a pronoun, of a word of a definite description, or of a name.

    Returns
    -------
    tuple of Mention
        One mention an entity (the nearest name before the token, else the first after it); two or more for "they" and
        "the two men", none where nothing was resolved.
    """
    mentions: tuple[Mention, ...] = doc._.mentions
    groups: dict[int, tuple[str, ...]] = doc._.analysis.groups
    entities = groups.get(token, ())
    if not entities:
        covering = mention_at(mentions, token)
        if covering is None or covering.entity_id is None:
            return ()
        if covering.form == "name":
            return (covering,)
        entities = (covering.entity_id,)
    return tuple(found for entity in entities if (found := _name_of(mentions, entity, token)) is not None)


def stands_for_several(doc: Doc, token: int) -> bool:
    """Whether the word at a token index may stand for two entities or more."""
    groups: dict[int, tuple[str, ...]] = doc._.analysis.groups
    return len(groups.get(token, ())) > 1


def _name_of(mentions: tuple[Mention, ...], entity: str, token: int) -> Mention | None:
    named = [mention for mention in mentions if mention.entity_id == entity and mention.form == "name"]
    before = [mention for mention in named if mention.token_start <= token]
    return before[-1] if before else (named[0] if named else None)


def resolve_mentions(doc: Doc, gazetteer: Gazetteer) -> tuple[tuple[Mention, ...], dict[int, tuple[str, ...]]]:
    """Resolve the pronouns and definite descriptions of a parsed Doc.

    Returns
    -------
    mentions
        `doc._.mentions` with pronoun mentions added and nominal ones linked where they resolve.
    groups
        Token index to the entity ids of a plural description or pronoun.
    """
    mentions: tuple[Mention, ...] = doc._.mentions
    parse = parse_of(doc)
    article = read_article(parse, mentions)
    nominal = {m.token_end - 1: m for m in mentions if m.form == "nominal" and m.entity_id is None}
    named = sorted(article.candidates, key=lambda candidate: candidate.token)
    reading = _Reading(article, mentions, nominal, named, [], _bodies_by_word(mentions), gazetteer)
    waiting = iter(named)
    following = next(waiting, None)
    linked: dict[int, tuple[str, str]] = {}
    for index in _telling_tokens(parse, nominal):
        token = parse[index]
        while following is not None and following.token <= index:
            reading.seen.append(following)
            following = next(waiting, None)
        gender = lexicon()["pronouns"].get(token.lower_)
        entity = _entity_of(reading, token, gender)
        if entity is not None:
            linked[token.i] = (entity, "pronoun" if gender is not None or token.tag_.startswith("W") else "nominal")
            _note_link(reading, token, entity, gender)
    return _with_links(parse, mentions, linked), article.groups


def _entity_of(reading: _Reading, token: Word, gender: str | None) -> str | None:
    """The entity that a word stands for; plural descriptions are noted as groups and have none of their own."""
    article, seen = reading.article, reading.seen
    if gender is not None and token.pos_ in _PARTS:
        return resolve_pronoun(article, token, gender, seen, reading.named)
    if token.lower_ in _RELATIVES and token.tag_ in _RELATIVE_TAGS:
        return resolve_relative(article, token, seen)
    if token.i in reading.nominal:
        return _resolve_nominal(reading, reading.nominal[token.i])
    if token.tag_ == "NNS" and token.pos_ == "NOUN":
        _describe_group(article, token, seen)
    elif token.tag_ == "NN" and _is_body(token.lower_):
        return _resolve_body(reading, token)
    return None


def _is_body(word: str) -> bool:
    """Whether a noun is a word for an organisation or a place: "company", "country"."""
    bodies = lexicon()["bodies"]
    return word in bodies["org"] or word in bodies["place"]


def _note_link(reading: _Reading, token: Word, entity: str, gender: str | None) -> None:
    """Remember a resolved word: it may itself be taken up by the next pronoun, and its gender is the entity's."""
    article = reading.article
    article.links[token.i] = entity
    article.counts[entity] += 1
    if gender in ("m", "f"):
        article.genders.setdefault(entity, gender)
    sentence, kind = article.sentence_of[token.i], article.kinds[entity]
    reading.seen.append(Antecedent(token.i, sentence, position(token), entity, kind, gender, gender == "p", True))


def _telling_tokens(parse: Parse, nominal: dict[int, Mention]) -> list[int]:
    """Tokens by whose class alone they may stand for an entity: pronouns, relatives, common nouns, nominal actors."""
    return [token.i for token in parse.words if token.pos_ in _PARTS or token.tag_ in _TAGS or token.i in nominal]


# ---------- definite descriptions
def _resolve_nominal(reading: _Reading, nominal: Mention) -> str | None:
    """As in "the Russian president": the person whom the article's own words give that title and country."""
    article = reading.article
    head = article.doc.span(nominal.token_start, nominal.token_end).root
    if head.tag_ == "NNS":
        _describe_group(article, head, reading.seen)
    if head.tag_ != "NN" or not _is_definite(head):
        return None
    if head.lower_ in lexicon()["bodies"]["org"]:
        return _resolve_body(reading, head)
    fitting = [mention for mention in reading.mentions if _bears_title(article.doc, mention, nominal, head.lower_)]
    # Who is known to be of that country goes before whose country is not known.
    exact = [mention for mention in fitting if nominal.country is not None and mention.country == nominal.country]
    entities = {mention.entity_id for mention in exact or fitting}
    return entities.pop() if len(entities) == 1 else _last_named(article, fitting, entities, nominal)


def _last_named(article: Discourse, fitting: list[Mention], entities: set[str | None], nominal: Mention) -> str | None:
    """Of several entities with a title the one that the last two sentences name alone."""
    earliest = article.sentence_of[nominal.token_start] - 2
    near = {
        mention.entity_id
        for mention in fitting
        if mention.entity_id in entities
        and mention.token_start < nominal.token_start
        and article.sentence_of[mention.token_start] >= earliest
    }
    return near.pop() if len(near) == 1 else None


def _bears_title(parse: Parse, mention: Mention, nominal: Mention, word: str) -> bool:
    """Whether a named person has the title and country that a description says."""
    if mention.form != "name" or mention.kind != "person" or not mention.title:
        return False
    title = mention.title.lower().split()
    same_country = nominal.country is None or mention.country is None or nominal.country == mention.country
    return word in title and same_country and _words_agree(parse, nominal, title)


def _resolve_body(reading: _Reading, token: Word) -> str | None:
    """As in "the company", "the country": the one body or country it can mean in these three sentences.

    Bare descriptions alone: with more words ("the Russian company") they introduce something as often as not.
    """
    if not _is_definite(token) or _is_described(token):
        return None
    earliest = reading.article.sentence_of[token.i] - 2
    latest_first = takewhile(lambda candidate: candidate.sentence >= earliest, reversed(reading.seen))
    near = [candidate for candidate in latest_first if _is_one_entity(candidate)]
    if token.lower_ in lexicon()["bodies"]["place"]:
        found = _places(near, token, reading.gazetteer)
    else:
        found = _bodies(near, reading.bodies.get(token.lower_, set()))
    return found.pop() if len(found) == 1 else None


def _is_one_entity(candidate: Antecedent) -> bool:
    """Whether an antecedent names one known entity."""
    return candidate.entity is not None and not candidate.pronoun and not candidate.plural


def _is_described(token: Word) -> bool:
    """Whether more than an article stands with a noun."""
    apart = ("case", "appos", "cc", "conj")
    return len([child for child in token.children if not child.is_punct and child.dep_ not in apart]) > 1


def _bodies_by_word(mentions: tuple[Mention, ...]) -> dict[str, set[str | None]]:
    """The organisations that an article names, by each word of their names."""
    found: dict[str, set[str | None]] = {}
    for mention in mentions:
        for word in (mention.canonical or "").lower().split() if mention.kind == "org" else ():
            found.setdefault(word, set()).add(mention.entity_id)
    return found


def _bodies(near: list[Antecedent], named: set[str | None]) -> set[str | None]:
    """The bodies near a noun: those that have the noun in their name, else all."""
    bodies = {candidate.entity for candidate in near if candidate.kind in ("org", "group")}
    return bodies & named or bodies


def _places(near: list[Antecedent], token: Word, gazetteer: Gazetteer) -> set[str | None]:
    """The places near a noun that are of the type which it says."""
    wanted = _PLACE_TYPES.get(token.lower_, "")
    places = {candidate.entity for candidate in near if candidate.kind == "place"}
    return {place for place in places if _place_type(place or "", gazetteer) == wanted}


def _place_type(entity: str, gazetteer: Gazetteer) -> str:
    place = gazetteer.by_id(entity) if entity.startswith("gn:") else None
    return place.place_type if place is not None else ""


def _words_agree(parse: Parse, nominal: Mention, title: list[str]) -> bool:
    """Whether what stands before the head noun is in the title too: "the defence minister" is no foreign minister."""
    before = parse.span(nominal.token_start, nominal.token_end - 1)
    words = [
        token.lower_
        for token in before
        if token.pos_ in ("NOUN", "ADJ") and token.ent_type_ not in ("NORP", "GPE", "LOC")
    ]
    return all(word in title for word in words if word not in ("former", "new", "current"))


def _is_definite(head: Word) -> bool:
    """Whether a noun has an article or a demonstrative."""
    return any(child.dep_ == "det" and child.lower_ in ("the", "this", "that") for child in head.children)


def _describe_group(article: Discourse, token: Word, seen: list[Antecedent]) -> None:
    """As in "the two men", "both countries", "the group": what was named together, or the one body it can mean."""
    if token.tag_ != "NNS" or not _says_two(token):
        return
    for kind, words in lexicon()["plural"].items():
        pair = _named_together(article, token, seen, kind) if token.lower_ in words else ()
        if pair:
            article.groups[token.i] = pair
            return


def _says_two(token: Word) -> bool:
    """Whether a plural noun is of two that are known: "the two men", "both countries", not "two men"."""
    numbered = {child.lower_ for child in token.children if child.dep_ in ("nummod", "det", "predet")}
    return "both" in numbered or ("two" in numbered and not numbered.isdisjoint(("the", "these")))


def _named_together(article: Discourse, token: Word, seen: list[Antecedent], kind: str) -> tuple[str, ...]:
    """The two different entities of a kind that the nearest sentence with two of them names last."""
    wanted = {"men": "m", "women": "f"}.get(token.lower_)
    fitting = [
        candidate
        for candidate in reversed(seen)
        if candidate.kind == kind and candidate.token < token.i and _may_be(article, candidate, wanted)
    ]
    sentence = article.sentence_of[token.i]
    for number in range(sentence, sentence - WINDOW - 1, -1):
        found = _sharing([candidate for candidate in fitting if candidate.sentence == number])
        if len(found) >= 2:
            return tuple(reversed(found[:2]))
    return ()


def _may_be(article: Discourse, candidate: Antecedent, gender: str | None) -> bool:
    """Whether an antecedent is a known entity that may be of a gender; None asks for none."""
    if candidate.entity is None:
        return False
    return gender is None or article.genders.get(candidate.entity) in (None, gender)


def _sharing(candidates: list[Antecedent]) -> list[str]:
    """The entities of a sentence that were named together; people always were.

    Countries and firms stand in every sentence: only those that share a verb were named together.
    """
    found: list[str] = []
    verbs: set[int] = set()
    for candidate in candidates:
        where = candidate.where
        if candidate.kind != "person" and (where.role in ("possessive", "other") or verbs - {where.verb}):
            continue
        if candidate.entity is not None and candidate.entity not in found:
            found.append(candidate.entity)
            verbs.add(where.verb)
    return found


# ---------- writing
def _with_links(parse: Parse, mentions: tuple[Mention, ...], linked: dict[int, tuple[str, str]]) -> tuple[Mention, ...]:
    """Copy the facts of each entity on the mentions that resolved to it."""
    by_entity = _names_by_entity(mentions)
    result = list(mentions)
    spans = {(mention.token_start, mention.token_end) for mention in mentions}
    nominal = {mention.token_end - 1 for mention in mentions if mention.form == "nominal"}
    for place, mention in enumerate(mentions):
        entity, form = linked.get(mention.token_end - 1, ("", ""))
        if form == "nominal" and mention.form == "nominal" and mention.entity_id is None:
            result[place] = _linked(mention, _telling(by_entity[entity], mention.token_start))
    for index, (entity, form) in linked.items():
        if (form == "pronoun" or index not in nominal) and (index, index + 1) not in spans:
            result.append(_new_mention(parse[index], form, _telling(by_entity[entity], index)))
    return tuple(sorted(result, key=lambda mention: (mention.start, mention.end)))


def _names_by_entity(mentions: tuple[Mention, ...]) -> dict[str, list[Mention]]:
    """The names of each entity, in the order of the text."""
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.form == "name" and mention.entity_id is not None:
            found.setdefault(mention.entity_id, []).append(mention)
    return found


def _linked(mention: Mention, source: Mention) -> Mention:
    """A description with the facts of the entity that it stands for; its own go first."""
    return replace(
        mention,
        entity_id=source.entity_id,
        kind=source.kind,
        canonical=source.canonical,
        link_method="coref",
        country=mention.country or source.country,
        country_method=mention.country_method if mention.country else source.country_method,
        sector=mention.sector or source.sector,
    )


def _new_mention(token: Word, form: str, source: Mention) -> Mention:
    """The mention of a pronoun or bare noun, with the facts of the entity that it stands for."""
    return replace(
        source,
        start=token.idx,
        end=token.idx + len(token),
        token_start=token.i,
        token_end=token.i + 1,
        label=source.label if form == "pronoun" else "ROLE",
        form=form,
        value=None,
        link_method="coref",
        link_score=None,
        title=None,
    )


def _telling(named: list[Mention], token: int) -> Mention:
    """The last name of an entity before a token that tells country or sector, else the last before, else the first."""
    before = [mention for mention in named if mention.token_start <= token]
    told = [mention for mention in (before or named) if mention.country or mention.sector]
    return told[-1] if told else (before[-1] if before else named[0])


@Language.factory(COMPONENT, assigns=["doc._.mentions"], requires=["doc._.mentions"])
def dateline_coreference(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that links pronouns and definite descriptions."""
    gazetteer = load_gazetteer()

    def annotate(doc: Doc) -> Doc:
        doc._.mentions, doc._.analysis.groups = resolve_mentions(doc, gazetteer)
        return doc

    return annotate
