"""Pronouns and definite descriptions to the entities of the article (component `dateline_coreference`).

A ranking of antecedents by hand-set weights over number, gender, animacy, syntax, salience and distance; in the
tradition of Lappin and Leass (1994). Conservative: where two antecedents are about as good, none is taken.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from tasks.annotate.coref_syntax import Place, conjuncts, is_inside, place, pleonastic, top
from tasks.annotate.gender import gender_nouns, likely_gender, name_gender, words_gender
from tasks.annotate.layers import Mention, mention_at, register_extensions

register_extensions()

GROUPS = "dateline_groups"
_ANIMATE = frozenset({"person"})
_BODIES = frozenset({"org", "group", "place"})
_WEIGHTS = {
    "subject": 2.9, "object": 2.3, "oblique": 0.9, "possessive": 2.4, "other": 1.5, "sentence": -2.4, "here": 0.8,
    "token": -0.04, "above": 0.5, "parallel": 1.4, "own_subject": 1.8, "pronoun": 0.6, "same_word": 0.3, "count": 0.4,
    "gender": 0.6, "odd_gender": -1.5, "possessor": 2.5, "ahead": 5.0, "noun_gender": 0.0, "order": -0.1,
}  # fmt: skip
_MARGIN = 0.2
_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A noun phrase that a pronoun may take up. `entity` is None for one that is no known entity; it only blocks."""

    token: int
    sentence: int
    where: Place
    entity: str | None
    kind: str
    gender: str | None
    plural: bool
    pronoun: bool = False


@dataclass(slots=True)
class Article:
    """What coreference knows of a Doc while it reads it from left to right."""

    doc: Doc
    sentence_of: list[int]
    candidates: list[Candidate]
    genders: dict[str, str]
    weak: dict[str, str]
    kinds: dict[str, str]
    counts: Counter[str]
    links: dict[int, str]
    groups: dict[int, tuple[str, ...]]


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """The tables of `tasks/data/pronouns.toml`; lists of nouns as frozensets."""
    tables = tomllib.loads((resources.files("tasks") / "data" / "pronouns.toml").read_text("utf-8"))
    for name in ("plural", "bodies", "pleonastic"):
        tables[name] = {key: frozenset(words.split()) for key, words in tables[name].items()}
    return tables


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
    groups: dict[int, tuple[str, ...]] = doc.user_data.get(GROUPS, {})
    entities = groups.get(token, ())
    if not entities:
        covering = mention_at(mentions, token)
        if covering is None or covering.entity_id is None:
            return ()
        if covering.form == "name":
            return (covering,)
        entities = (covering.entity_id,)
    return tuple(found for entity in entities if (found := _name_of(mentions, entity, token)) is not None)


def _name_of(mentions: tuple[Mention, ...], entity: str, token: int) -> Mention | None:
    named = [mention for mention in mentions if mention.entity_id == entity and mention.form == "name"]
    before = [mention for mention in named if mention.token_start <= token]
    return before[-1] if before else (named[0] if named else None)


def resolve_mentions(doc: Doc) -> tuple[tuple[Mention, ...], dict[int, tuple[str, ...]]]:
    """Resolve the pronouns and definite descriptions of a parsed Doc.

    Returns
    -------
    mentions
        `doc._.mentions` with pronoun mentions added and nominal ones linked where they resolve.
    groups
        Token index to the entity ids of a plural description or pronoun.
    """
    mentions: tuple[Mention, ...] = doc._.mentions
    article = _read(doc, mentions)
    nominal = {m.token_end - 1: m for m in mentions if m.form == "nominal" and m.entity_id is None}
    named = sorted(article.candidates, key=lambda candidate: candidate.token)
    waiting = iter(named)
    following = next(waiting, None)
    seen: list[Candidate] = []
    pronouns = lexicon()["pronouns"]
    linked: dict[int, tuple[str, str]] = {}
    for token in doc:
        while following is not None and following.token <= token.i:
            seen.append(following)
            following = next(waiting, None)
        gender = pronouns.get(token.lower_)
        entity: str | None = None
        if gender is not None and token.pos_ in ("PRON", "DET"):
            entity = _resolve_pronoun(article, token, gender, seen, named)
        elif token.lower_ in ("who", "whom", "whose", "which") and token.tag_ in ("WP", "WP$", "WDT"):
            entity = _relative(article, token, seen)
        elif token.i in nominal:
            entity = _resolve_nominal(article, doc, nominal[token.i], mentions, seen)
        elif token.tag_ in ("NNS", "NN") and token.pos_ == "NOUN":
            _describe_group(article, token, seen)
        if entity is not None:
            linked[token.i] = (entity, "pronoun" if token.i not in nominal else "nominal")
            article.links[token.i] = entity
            kind = article.kinds[entity]
            seen.append(Candidate(token.i, article.sentence_of[token.i], place(token), entity, kind, gender, gender == "p", True))
            article.counts[entity] += 1
            if gender in ("m", "f"):
                article.genders.setdefault(entity, gender)
    return _with_links(doc, mentions, linked), article.groups


# ---------- reading the document
def _read(doc: Doc, mentions: tuple[Mention, ...]) -> Article:
    sentence_of = [0] * len(doc)
    for number, sentence in enumerate(doc.sents):
        for index in range(sentence.start, sentence.end):
            sentence_of[index] = number
    genders: dict[str, str] = {}
    weak: dict[str, str] = {}
    kinds: dict[str, str] = {}
    counts: Counter[str] = Counter()
    candidates: list[Candidate] = []
    covered: set[int] = set()
    for mention in mentions:
        if mention.form == "date":
            continue
        covered.update(range(mention.token_start, mention.token_end))
        if mention.form != "name" or mention.entity_id is None or mention.kind is None:
            continue
        entity, kind = mention.entity_id, mention.kind
        kinds.setdefault(entity, kind)
        counts[entity] += 1
        if kind == "person" and entity not in genders:
            told = words_gender(doc, mention.token_start, mention.token_end) or name_gender(mention.canonical or "")
            if told is not None:
                genders[entity] = told
            elif (guess := likely_gender(mention.canonical or "")) is not None:
                weak[entity] = guess
    for mention in mentions:
        if mention.form not in ("name", "nominal") or mention.kind not in (None, "person", "org", "group", "place"):
            continue
        head = doc[mention.token_start : mention.token_end].root
        known = mention.entity_id if mention.form == "name" else None
        kind = mention.kind or ("person" if head.tag_ == "NN" else "group")
        gender = genders.get(known or "") if known else gender_nouns().get(head.lower_)
        plural = head.tag_ in ("NNS", "NNPS") or (kind == "group" and mention.label == "NORP")
        candidates.append(Candidate(head.i, sentence_of[head.i], place(head), known, kind, gender, plural))
    candidates.extend(_common_nouns(doc, sentence_of, covered))
    return Article(doc, sentence_of, candidates, genders, weak, kinds, counts, {}, {})


def _common_nouns(doc: Doc, sentence_of: list[int], covered: set[int]) -> Iterable[Candidate]:
    """Subjects and objects that are no entity: "the report" keeps an "it" from the company named before."""
    nouns = gender_nouns()
    for token in doc:
        if token.pos_ != "NOUN" or token.i in covered or token.ent_type_ in ("DATE", "TIME", "PERCENT", "MONEY", "CARDINAL"):
            continue
        # A predicate ("is the mother of") or a rank ("as chairman") is not somebody else.
        if token.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj", "conj") or token.head.lower_ == "as":
            continue
        gender = nouns.get(token.lower_)
        person = gender is not None or token.lower_.endswith(("man", "woman", "person", "or", "er", "ist", "ian")) and token.dep_ == "nsubj"
        plural = token.tag_ == "NNS"
        yield Candidate(token.i, sentence_of[token.i], place(token), None, "person" if person else "thing", gender, plural)


# ---------- pronouns
def _resolve_pronoun(
    article: Article, token: Token, gender: str, seen: list[Candidate], every: list[Candidate]
) -> str | None:
    if gender == "n" and pleonastic(token, lexicon()["pleonastic"]["verbs"]):
        return None
    if gender == "p":
        together = _coordination(article, token, seen)
        if together:
            article.groups[token.i] = together
            return None
    where = place(token)
    sentence = article.sentence_of[token.i]
    best: dict[str, float] = {}
    order = 0
    for candidate in reversed(seen):
        if candidate.sentence < sentence - _WINDOW:
            break
        if candidate.token == token.i or not _fits(article, candidate, gender) or not _may_bind(article.doc, token, where, candidate):
            continue
        value = _score(article, token, gender, where, candidate, sentence, order)
        order += 1
        key = candidate.entity if candidate.entity is not None else f"#{candidate.token}"
        if value > best.get(key, float("-inf")):
            best[key] = value
    ahead = _cataphor(article, token, gender, where, every, sentence)
    if ahead is not None:
        best[ahead] = max(best.get(ahead, 0.0), _WEIGHTS["ahead"])
    return _winner(article, best, gender)


def _winner(article: Article, best: dict[str, float], gender: str) -> str | None:
    if not best:
        return None
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    first, value = ranked[0]
    if first not in article.kinds:
        return None
    margin = _MARGIN if gender in ("m", "f") else 3 * _MARGIN
    if len(ranked) > 1 and value - ranked[1][1] < margin:
        return None
    return first if gender in ("m", "f") or value >= 3.0 else None


def _fits(article: Article, candidate: Candidate, gender: str) -> bool:
    """Agreement in number, gender and animacy."""
    if gender in ("m", "f"):
        if candidate.plural or candidate.kind != "person":
            return False
        told = article.genders.get(candidate.entity or "", candidate.gender)
        return told is None or told == gender
    if gender == "n":
        return not candidate.plural and candidate.kind in ("org", "place", "thing", "group")
    return candidate.plural or candidate.kind in ("org", "group")


def _may_bind(doc: Doc, token: Token, where: Place, candidate: Candidate) -> bool:
    """Syntax: "Kim met him" is not Kim, "his brother Bob" is not Bob's, "Kim and he" is not Kim."""
    other = doc[candidate.token]
    if candidate.pronoun and other.i == token.i:
        return False
    reflexive = token.lower_.endswith(("self", "selves"))
    if token.dep_ == "poss":
        return not is_inside(other, token.head) or (candidate.where.verb != where.verb and other.i < token.head.i - 8)
    same_clause = candidate.where.verb == where.verb and candidate.where.role != "possessive"
    if reflexive:
        return same_clause
    if same_clause and candidate.where.role in ("subject", "object", "oblique") and where.role != "other":
        # A fronted phrase ("In Kim's view he ...") stands outside; arguments of one verb differ.
        return False
    return not is_inside(other, top(token))


def _score(
    article: Article, token: Token, gender: str, where: Place, candidate: Candidate, sentence: int, order: int
) -> float:
    weights = _WEIGHTS
    distance = sentence - candidate.sentence
    other = article.doc[candidate.token]
    value = weights[candidate.where.role] + weights["sentence"] * distance + weights["order"] * order
    subject = candidate.where.role == "subject"
    if distance == 0:
        value += weights["here"] + weights["token"] * abs(token.i - candidate.token)
        verb = article.doc[candidate.where.verb]
        if subject and candidate.where.verb != where.verb and is_inside(token, verb):
            value += weights["above"]
        if candidate.where.role == "possessive" and is_inside(token, top(other).head):
            value += weights["possessor"]
        if token.dep_ == "poss" and candidate.where.verb == where.verb and subject:
            value += weights["own_subject"]
    if candidate.where.role == where.role and where.role in ("subject", "object"):
        value += weights["parallel"]
    if candidate.pronoun:
        value += weights["pronoun"]
        if other.lower_ == token.lower_:
            value += weights["same_word"]
    if candidate.entity is not None:
        value += weights["count"] * min(4, article.counts[candidate.entity])
        told = article.genders.get(candidate.entity)
        if gender in ("m", "f"):
            if told == gender:
                value += weights["gender"]
            elif told is None and article.weak.get(candidate.entity) not in (None, gender):
                value += weights["odd_gender"]
    elif gender in ("m", "f") and candidate.gender == gender:
        value += weights["noun_gender"]
    if gender in ("n", "p"):
        value += {"org": 1.0, "group": 0.8, "place": 0.4}.get(candidate.kind, 0.0)
    return value


def _cataphor(
    article: Article, token: Token, gender: str, where: Place, every: list[Candidate], sentence: int
) -> str | None:
    """ "When he arrived, Putin said", "in his view, Kim": the subject that follows, where the pronoun hangs below its verb."""
    if gender not in ("m", "f"):
        return None
    for candidate in every:
        if candidate.token <= token.i or candidate.sentence < sentence or candidate.entity is None:
            continue
        if candidate.sentence > sentence:
            break
        if candidate.where.role != "subject" or not _fits(article, candidate, gender):
            continue
        verb = article.doc[candidate.where.verb]
        branch = token
        while branch.head.i != verb.i and branch.head.i != branch.i:
            branch = branch.head
        fronted = branch.head.i == verb.i and branch.i < candidate.token and branch.dep_ in ("prep", "advcl", "npadvmod", "pcomp")
        if fronted:
            return candidate.entity
    return None


def _coordination(article: Article, token: Token, seen: list[Candidate]) -> tuple[str, ...]:
    """The people or bodies that stand joined in the nearest subject: "Kim and Trump ... they"."""
    sentence = article.sentence_of[token.i]
    by_token = {candidate.token: candidate for candidate in seen}
    for candidate in reversed(seen):
        if candidate.sentence < sentence - 1:
            break
        if candidate.plural and candidate.where.role == "subject" and candidate.token < token.i:
            return article.groups.get(candidate.token, ())
        head = article.doc[candidate.token]
        if candidate.where.role != "subject" or head.dep_ == "conj":
            continue
        parts = [by_token[part.i] for part in conjuncts(head) if part.i in by_token]
        entities = tuple(dict.fromkeys(part.entity for part in parts if part.entity is not None))
        if len(entities) > 1 and len({part.kind for part in parts}) == 1 and parts[0].where.verb != place(token).verb:
            return entities
    return ()


def _relative(article: Article, token: Token, seen: list[Candidate]) -> str | None:
    """ "Kim, who ...": the noun that the relative clause hangs on."""
    verb = token
    for _ in range(4):
        if verb.dep_ == "relcl":
            break
        verb = verb.head
    if verb.dep_ != "relcl":
        return None
    noun = verb.head
    for candidate in reversed(seen):
        if candidate.token == noun.i and candidate.entity is not None:
            return candidate.entity if token.lower_ == "which" or candidate.kind == "person" else None
    return None


# ---------- definite descriptions
def _resolve_nominal(
    article: Article, doc: Doc, nominal: Mention, mentions: tuple[Mention, ...], seen: list[Candidate]
) -> str | None:
    """ "the Russian president": the person whom the article's own words give that title and country."""
    head = doc[nominal.token_start : nominal.token_end].root
    if head.tag_ != "NN" or not _is_definite(doc, head):
        if head.tag_ == "NNS":
            _describe_group(article, head, seen)
        return None
    word = head.lower_
    fitting: list[Mention] = []
    for mention in mentions:
        if mention.form != "name" or mention.kind != "person" or not mention.title:
            continue
        title = mention.title.lower().split()
        same_country = nominal.country is None or mention.country is None or nominal.country == mention.country
        if word in title and same_country and _words_agree(doc, nominal, title):
            fitting.append(mention)
    entities = {mention.entity_id for mention in fitting}
    if nominal.country is not None:
        exact = {mention.entity_id for mention in fitting if mention.country == nominal.country}
        entities = exact or entities
    if len(entities) == 1:
        return entities.pop()
    before = [mention for mention in fitting if mention.token_start < nominal.token_start and mention.entity_id in entities]
    near = [m for m in before if article.sentence_of[m.token_start] >= article.sentence_of[nominal.token_start] - 2]
    return near[-1].entity_id if len({m.entity_id for m in near}) == 1 else None


def _words_agree(doc: Doc, nominal: Mention, title: list[str]) -> bool:
    """Whether what stands before the head noun is in the title too: "the defence minister" is no foreign minister."""
    before = doc[nominal.token_start : nominal.token_end - 1]
    words = [token.lower_ for token in before if token.pos_ in ("NOUN", "ADJ") and token.ent_type_ not in ("NORP", "GPE", "LOC")]
    return all(word in title for word in words if word not in ("former", "new", "current"))


def _is_definite(doc: Doc, head: Token) -> bool:
    return any(child.dep_ == "det" and child.lower_ in ("the", "this", "that") for child in head.children)


def _describe_group(article: Article, token: Token, seen: list[Candidate]) -> None:
    """ "the two men", "both countries", "the group": what was named together, or the one body it can mean."""
    nouns = lexicon()
    word = token.lower_
    if token.tag_ == "NNS":
        numbered = [child.lower_ for child in token.children if child.dep_ in ("nummod", "det", "predet")]
        if not ("two" in numbered or "both" in numbered) or ("two" in numbered and not {"the", "these", "both"} & set(numbered)):
            return
        kinds = [kind for kind, words in nouns["plural"].items() if word in words]
        for kind in kinds:
            pair = _named_together(article, token, seen, kind)
            if pair:
                article.groups[token.i] = pair
                return


def _named_together(article: Article, token: Token, seen: list[Candidate], kind: str) -> tuple[str, ...]:
    """The two different entities of a kind that the nearest sentence with two of them names last."""
    sentence = article.sentence_of[token.i]
    wanted = {"men": "m", "women": "f"}.get(token.lower_)
    for number in range(sentence, sentence - _WINDOW - 1, -1):
        found: list[str] = []
        verbs: list[int] = []
        for candidate in reversed(seen):
            if candidate.sentence != number or candidate.entity is None or candidate.kind != kind or candidate.token >= token.i:
                continue
            told = article.genders.get(candidate.entity)
            if wanted and told not in (None, wanted):
                continue
            # Countries and firms stand in every sentence: only those that share a verb were named together.
            if kind != "person" and (candidate.where.role in ("possessive", "other") or {*verbs} - {candidate.where.verb}):
                continue
            if candidate.entity not in found:
                found.append(candidate.entity)
                verbs.append(candidate.where.verb)
        if len(found) >= 2:
            return tuple(reversed(found[:2]))
    return ()


# ---------- writing
def _with_links(doc: Doc, mentions: tuple[Mention, ...], linked: dict[int, tuple[str, str]]) -> tuple[Mention, ...]:
    """Copy the facts of each entity on the mentions that resolved to it."""
    by_entity: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.form == "name" and mention.entity_id is not None:
            by_entity.setdefault(mention.entity_id, []).append(mention)
    result = []
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
        if form != "pronoun":
            continue
        token = doc[index]
        source = _telling(by_entity[entity], index)
        result.append(
            replace(
                source,
                start=token.idx,
                end=token.idx + len(token),
                token_start=index,
                token_end=index + 1,
                form="pronoun",
                value=None,
                link_method="coref",
                link_score=None,
                title=None,
            )
        )
    return tuple(sorted(result, key=lambda mention: (mention.start, mention.end)))


def _telling(named: list[Mention], token: int) -> Mention:
    """The last name of an entity before a token that tells its country or sector, else the last before, else the first."""
    before = [mention for mention in named if mention.token_start <= token]
    told = [mention for mention in (before or named) if mention.country or mention.sector]
    return told[-1] if told else (before[-1] if before else named[0])


@Language.factory("dateline_coreference", assigns=["doc._.mentions"], requires=["doc._.mentions"])
def dateline_coreference(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that links pronouns and definite descriptions."""

    def annotate(doc: Doc) -> Doc:
        doc._.mentions, doc.user_data[GROUPS] = resolve_mentions(doc)
        return doc

    return annotate
