"""What coreference knows of an article: its noun phrases as candidates, their gender, kind and syntax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tasks.annotate.coreference.gender import gender_nouns, likely_gender, name_gender, words_gender
from tasks.annotate.layers import Mention
from tasks.annotate.syntax.parse import Parse
from tasks.annotate.syntax.phrases import Position, position
from tasks.reference.files import toml

# Sentences back in which an antecedent is looked for.
WINDOW = 3


@dataclass(frozen=True, slots=True)
class Antecedent:
    """A noun phrase that a pronoun may take up. `entity` is None for one that is no known entity; it only blocks."""

    token: int
    sentence: int
    where: Position
    entity: str | None
    kind: str
    gender: str | None
    plural: bool
    pronoun: bool = False


@dataclass(slots=True)
class Discourse:
    """What coreference knows of a Doc while it reads it from left to right."""

    doc: Parse
    sentence_of: list[int]
    candidates: list[Antecedent]
    genders: dict[str, str]
    weak: dict[str, str]
    kinds: dict[str, str]
    counts: Counter[str]
    links: dict[int, str]
    groups: dict[int, tuple[str, ...]]


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """The tables of `tasks/data/pronouns.toml`; lists of nouns as frozensets."""
    tables = dict(toml("pronouns.toml"))
    for name in ("plural", "bodies", "pleonastic"):
        tables[name] = {key: frozenset(words.split()) for key, words in tables[name].items()}
    return tables


def read_article(parse: Parse, mentions: tuple[Mention, ...]) -> Discourse:
    """Gather the candidates of a Doc from its mentions, and the nouns that are no entity but may be meant."""
    sentence_of = [0] * len(parse)
    for number, sentence in enumerate(parse.sents):
        for index in range(sentence.start, sentence.end):
            sentence_of[index] = number
    article = Discourse(parse, sentence_of, [], {}, {}, {}, Counter(), {}, {})
    covered: set[int] = set()
    for mention in mentions:
        if mention.form != "date":
            covered.update(range(mention.token_start, mention.token_end))
            _count_entity(article, mention)
    for mention in mentions:
        if mention.form in ("name", "nominal") and mention.kind in (None, "person", "org", "group", "place"):
            article.candidates.append(_candidate(article, mention))
    article.candidates.extend(_common_nouns(parse, sentence_of, covered))
    return article


def _count_entity(article: Discourse, mention: Mention) -> None:
    """Note kind and gender of a named entity, and that it was named once more."""
    entity, kind = mention.entity_id, mention.kind
    if mention.form != "name" or entity is None or kind is None:
        return
    article.kinds.setdefault(entity, kind)
    article.counts[entity] += 1
    if kind == "person" and entity not in article.genders:
        name = mention.canonical or ""
        gender = words_gender(article.doc, mention.token_start, mention.token_end) or name_gender(name)
        if gender is not None:
            article.genders[entity] = gender
        elif (guess := likely_gender(name)) is not None:
            article.weak[entity] = guess


def _candidate(article: Discourse, mention: Mention) -> Antecedent:
    """A named or described actor as an antecedent."""
    head = article.doc.span(mention.token_start, mention.token_end).root
    known = mention.entity_id if mention.form == "name" else None
    kind = mention.kind or ("person" if head.tag_ == "NN" else "group")
    gender = article.genders.get(known) if known else gender_nouns().get(head.lower_)
    plural = head.tag_ in ("NNS", "NNPS") or (kind == "group" and mention.label == "NORP")
    return Antecedent(head.i, article.sentence_of[head.i], position(head), known, kind, gender, plural)


def _common_nouns(parse: Parse, sentence_of: list[int], covered: set[int]) -> Iterable[Antecedent]:
    """Subjects and objects that are no entity: "the report" keeps an "it" from the company named before."""
    nouns = gender_nouns()
    for token in parse.words:
        if token.pos_ != "NOUN" or token.i in covered:
            continue
        if token.ent_type_ in ("DATE", "TIME", "PERCENT", "MONEY", "CARDINAL"):
            continue
        # A predicate ("is the mother of") or a rank ("as chairman") is not somebody else.
        if token.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj", "conj") or token.head.lower_ == "as":
            continue
        gender = nouns.get(token.lower_)
        person = gender is not None or (
            token.lower_.endswith(("man", "woman", "person", "or", "er", "ist", "ian")) and token.dep_ == "nsubj"
        )
        plural = token.tag_ == "NNS"
        yield Antecedent(
            token.i, sentence_of[token.i], position(token), None, "person" if person else "thing", gender, plural
        )
