"""Pronouns and definite descriptions to the entities of the article (component `dateline_coreference`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
    waiting = iter(named)
    following = next(waiting, None)
    seen: list[Antecedent] = []
    pronouns = lexicon()["pronouns"]
    bodies = lexicon()["bodies"]["org"] | lexicon()["bodies"]["place"]
    linked: dict[int, tuple[str, str]] = {}
    for index in _telling_tokens(parse, nominal):
        token = parse[index]
        while following is not None and following.token <= index:
            seen.append(following)
            following = next(waiting, None)
        gender = pronouns.get(token.lower_)
        entity: str | None = None
        if gender is not None and token.pos_ in ("PRON", "DET"):
            entity = resolve_pronoun(article, token, gender, seen, named)
        elif token.lower_ in ("who", "whom", "whose", "which") and token.tag_ in ("WP", "WP$", "WDT"):
            entity = resolve_relative(article, token, seen)
        elif token.i in nominal:
            entity = _resolve_nominal(article, nominal[token.i], mentions, seen, gazetteer)
        elif token.tag_ == "NNS" and token.pos_ == "NOUN":
            _describe_group(article, token, seen)
        elif token.tag_ == "NN" and token.lower_ in bodies:
            entity = _resolve_body(article, token, mentions, seen, gazetteer)
        if entity is not None:
            linked[token.i] = (entity, "pronoun" if gender is not None or token.tag_.startswith("W") else "nominal")
            article.links[token.i] = entity
            kind = article.kinds[entity]
            seen.append(
                Antecedent(
                    token.i, article.sentence_of[token.i], position(token), entity, kind, gender, gender == "p", True
                )
            )
            article.counts[entity] += 1
            if gender in ("m", "f"):
                article.genders.setdefault(entity, gender)
    return _with_links(parse, mentions, linked), article.groups


def _telling_tokens(parse: Parse, nominal: dict[int, Mention]) -> list[int]:
    """Tokens by whose class alone they may stand for an entity: pronouns, relatives, common nouns, nominal actors."""
    return [token.i for token in parse.words if token.pos_ in _PARTS or token.tag_ in _TAGS or token.i in nominal]


# ---------- definite descriptions
def _resolve_nominal(
    article: Discourse, nominal: Mention, mentions: tuple[Mention, ...], seen: list[Antecedent], gazetteer: Gazetteer
) -> str | None:
    """As in "the Russian president": the person whom the article's own words give that title and country."""
    parse = article.doc
    head = parse.span(nominal.token_start, nominal.token_end).root
    if head.tag_ != "NN" or not _is_definite(parse, head):
        if head.tag_ == "NNS":
            _describe_group(article, head, seen)
        return None
    word = head.lower_
    if word in lexicon()["bodies"]["org"]:
        return _resolve_body(article, head, mentions, seen, gazetteer)
    fitting = [mention for mention in mentions if _bears_title(parse, mention, nominal, word)]
    entities = {mention.entity_id for mention in fitting}
    if nominal.country is not None:
        exact = {mention.entity_id for mention in fitting if mention.country == nominal.country}
        entities = exact or entities
    if len(entities) == 1:
        return entities.pop()
    before = [m for m in fitting if m.token_start < nominal.token_start and m.entity_id in entities]
    near = [m for m in before if article.sentence_of[m.token_start] >= article.sentence_of[nominal.token_start] - 2]
    return near[-1].entity_id if len({m.entity_id for m in near}) == 1 else None


def _bears_title(parse: Parse, mention: Mention, nominal: Mention, word: str) -> bool:
    """Whether a named person has the title and country that a description says."""
    if mention.form != "name" or mention.kind != "person" or not mention.title:
        return False
    title = mention.title.lower().split()
    same_country = nominal.country is None or mention.country is None or nominal.country == mention.country
    return word in title and same_country and _words_agree(parse, nominal, title)


def _resolve_body(
    article: Discourse, token: Word, mentions: tuple[Mention, ...], seen: list[Antecedent], gazetteer: Gazetteer
) -> str | None:
    """As in "the company", "the country": the one body or country it can mean in these three sentences.

    Bare descriptions alone: with more words ("the Russian company") they introduce something as often as not.
    """
    if not _is_definite(article.doc, token) or _is_described(token):
        return None
    sentence = article.sentence_of[token.i]
    near = [c for c in seen if c.sentence >= sentence - 2 and c.entity is not None and not c.pronoun and not c.plural]
    if token.lower_ in lexicon()["bodies"]["place"]:
        wanted = _PLACE_TYPES.get(token.lower_, "")
        found = {c.entity for c in near if c.kind == "place" and _place_type(c.entity or "", gazetteer) == wanted}
    else:
        found = _bodies(near, token, mentions)
    return found.pop() if len(found) == 1 else None


def _is_described(token: Word) -> bool:
    """Whether more than an article stands with a noun."""
    apart = ("case", "appos", "cc", "conj")
    return len([child for child in token.children if not child.is_punct and child.dep_ not in apart]) > 1


def _bodies(near: list[Antecedent], token: Word, mentions: tuple[Mention, ...]) -> set[str | None]:
    """The bodies near a noun: those that have the noun in their name, else all."""
    word = token.lower_
    named = {m.entity_id for m in mentions if m.kind == "org" and word in (m.canonical or "").lower().split()}
    bodies = {candidate.entity for candidate in near if candidate.kind in ("org", "group")}
    return bodies & named or bodies


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


def _is_definite(parse: Parse, head: Word) -> bool:
    return any(child.dep_ == "det" and child.lower_ in ("the", "this", "that") for child in head.children)


def _describe_group(article: Discourse, token: Word, seen: list[Antecedent]) -> None:
    """As in "the two men", "both countries", "the group": what was named together, or the one body it can mean."""
    nouns = lexicon()
    word = token.lower_
    if token.tag_ == "NNS":
        numbered = [child.lower_ for child in token.children if child.dep_ in ("nummod", "det", "predet")]
        if not ("two" in numbered or "both" in numbered) or (
            "two" in numbered and not {"the", "these", "both"} & set(numbered)
        ):
            return
        kinds = [kind for kind, words in nouns["plural"].items() if word in words]
        for kind in kinds:
            pair = _named_together(article, token, seen, kind)
            if pair:
                article.groups[token.i] = pair
                return


def _named_together(article: Discourse, token: Word, seen: list[Antecedent], kind: str) -> tuple[str, ...]:
    """The two different entities of a kind that the nearest sentence with two of them names last."""
    sentence = article.sentence_of[token.i]
    wanted = {"men": "m", "women": "f"}.get(token.lower_)
    for number in range(sentence, sentence - WINDOW - 1, -1):
        found: list[str] = []
        verbs: list[int] = []
        for candidate in reversed(seen):
            if (
                candidate.sentence != number
                or candidate.entity is None
                or candidate.kind != kind
                or candidate.token >= token.i
            ):
                continue
            told = article.genders.get(candidate.entity)
            if wanted and told not in (None, wanted):
                continue
            # Countries and firms stand in every sentence: only those that share a verb were named together.
            if kind != "person" and (
                candidate.where.role in ("possessive", "other") or {*verbs} - {candidate.where.verb}
            ):
                continue
            if candidate.entity not in found:
                found.append(candidate.entity)
                verbs.append(candidate.where.verb)
        if len(found) >= 2:
            return tuple(reversed(found[:2]))
    return ()


# ---------- writing
def _with_links(parse: Parse, mentions: tuple[Mention, ...], linked: dict[int, tuple[str, str]]) -> tuple[Mention, ...]:
    """Copy the facts of each entity on the mentions that resolved to it."""
    by_entity: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.form == "name" and mention.entity_id is not None:
            by_entity.setdefault(mention.entity_id, []).append(mention)
    result = []
    spans = {(mention.token_start, mention.token_end) for mention in mentions}
    nominal = {mention.token_end - 1 for mention in mentions if mention.form == "nominal"}
    for mention in mentions:
        link = linked.get(mention.token_end - 1)
        if mention.form == "nominal" and mention.entity_id is None and link is not None and link[1] == "nominal":
            source = _telling(by_entity[link[0]], mention.token_start)
            mention = replace(
                mention,
                entity_id=source.entity_id,
                kind=source.kind,
                canonical=source.canonical,
                link_method="coref",
                country=mention.country or source.country,
                country_method=mention.country_method if mention.country else source.country_method,
                sector=mention.sector or source.sector,
            )
        result.append(mention)
    for index, (entity, form) in linked.items():
        if (form != "pronoun" and index in nominal) or (index, index + 1) in spans:
            continue
        token = parse[index]
        source = _telling(by_entity[entity], index)
        result.append(
            replace(
                source,
                start=token.idx,
                end=token.idx + len(token),
                token_start=index,
                token_end=index + 1,
                label=source.label if form == "pronoun" else "ROLE",
                form=form,
                value=None,
                link_method="coref",
                link_score=None,
                title=None,
            )
        )
    return tuple(sorted(result, key=lambda mention: (mention.start, mention.end)))


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
