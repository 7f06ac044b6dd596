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
from tasks.annotate.syntax.phrases import Place, place
from tasks.reference.files import toml

# Sentences back in which an antecedent is looked for.
WINDOW = 3


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

    doc: Parse
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
    tables = toml("pronouns.toml")
    for name in ("plural", "bodies", "pleonastic"):
        tables[name] = {key: frozenset(words.split()) for key, words in tables[name].items()}
    return tables


def read_article(parse: Parse, mentions: tuple[Mention, ...]) -> Article:
    """Gather the candidates of a Doc from its mentions, and the nouns that are no entity but may be meant."""
    sentence_of = [0] * len(parse)
    for number, sentence in enumerate(parse.sents):
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
            told = words_gender(parse, mention.token_start, mention.token_end) or name_gender(mention.canonical or "")
            if told is not None:
                genders[entity] = told
            elif (guess := likely_gender(mention.canonical or "")) is not None:
                weak[entity] = guess
    for mention in mentions:
        if mention.form not in ("name", "nominal") or mention.kind not in (None, "person", "org", "group", "place"):
            continue
        head = parse.span(mention.token_start, mention.token_end).root
        known = mention.entity_id if mention.form == "name" else None
        kind = mention.kind or ("person" if head.tag_ == "NN" else "group")
        gender = genders.get(known or "") if known else gender_nouns().get(head.lower_)
        plural = head.tag_ in ("NNS", "NNPS") or (kind == "group" and mention.label == "NORP")
        candidates.append(Candidate(head.i, sentence_of[head.i], place(head), known, kind, gender, plural))
    candidates.extend(_common_nouns(parse, sentence_of, covered))
    return Article(parse, sentence_of, candidates, genders, weak, kinds, counts, {}, {})


def _common_nouns(parse: Parse, sentence_of: list[int], covered: set[int]) -> Iterable[Candidate]:
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
        yield Candidate(
            token.i, sentence_of[token.i], place(token), None, "person" if person else "thing", gender, plural
        )
