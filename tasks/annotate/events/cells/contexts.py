"""PLOVER contexts of an event, by the words of its sentence and article, its sides' sectors, its type and mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.annotate.layers import EventArgument
from tasks.annotate.syntax.parse import Parse, Stretch, Word
from tasks.contract.vocabulary import CONTEXTS
from tasks.reference.files import toml

# News tells what it is about at its top: that much of an article speaks for its events' contexts.
LEAD_TOKENS = 120


@dataclass(frozen=True, slots=True)
class ContextRules:
    """The rules of `contexts.toml`: contexts by word, sector, type and mode.

    `openings` are all beginnings of the words and word groups of `by_word` that end before a joint.
    """

    by_word: dict[str, tuple[str, ...]]
    by_sector: dict[str, tuple[str, ...]]
    by_type: dict[str, tuple[str, ...]]
    by_mode: dict[str, tuple[str, ...]]
    article_words: int
    openings: frozenset[str]


@lru_cache(maxsize=1)
def load_rules() -> ContextRules:
    """Read the rules once.

    Raises
    ------
    ValueError
        Where the file names a context that the contract does not know.
    """
    table = toml("events/contexts.toml")
    unknown = set(table["context"]) - set(CONTEXTS)
    if unknown:
        raise ValueError(f"contexts.toml: {', '.join(sorted(unknown))}: no PLOVER context")

    def by(key: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for context in CONTEXTS:
            for word in table["context"].get(context, {}).get(key, "").split():
                found.setdefault(word, []).append(context)
        return {word: tuple(contexts) for word, contexts in found.items()}

    words = by("words")
    openings = frozenset(word[:place] for word in words for place, sign in enumerate(word) if sign == "_")
    return ContextRules(words, by("sectors"), by("types"), by("modes"), table["article_words"], openings)


def keys(parse: Parse, start: int, end: int, rules: ContextRules) -> Iterator[str]:
    """The words and word groups of a stretch that the rules name: lemma, form, and the last word's of a group."""
    words = rules.by_word
    tokens, lemmas = parse.words, parse.lemmas
    for i in range(start, end):
        lower, lemma = tokens[i].lower_, lemmas[i]
        if lemma in words:
            yield lemma
        if lower in words:
            yield lower
        # Few words open a group: only behind those it is worth looking on.
        if lower in rules.openings and i + 1 < end and joins(tokens[i]):
            following = tokens[i + 1]
            for last in (lemmas[i + 1], following.lower_):
                if f"{lower}_{last}" in words:
                    yield f"{lower}_{last}"
            if i + 2 < end and joins(following):
                three = f"{lower}_{following.lower_}_{lemmas[i + 2]}"
                if three in words:
                    yield three


def joins(token: Word) -> bool:
    """Whether a word may stand in a group before its last word."""
    return token.text.isalpha() or "-" in token.text


def told_contexts(sentence: Stretch) -> frozenset[str]:
    """The contexts that the words of a sentence tell."""
    rules = load_rules()
    found = keys(sentence.parse, sentence.start, sentence.end, rules)
    return frozenset(context for key in found for context in rules.by_word[key])


def article_contexts(parse: Parse) -> frozenset[str]:
    """The contexts that an article's title and lead speak of, by several different words each."""
    rules = load_rules()
    words: dict[str, set[str]] = {}
    for key in keys(parse, 0, min(LEAD_TOKENS, len(parse)), rules):
        for context in rules.by_word[key]:
            words.setdefault(context, set()).add(key.rsplit("_", 1)[-1])
    return frozenset(context for context, found in words.items() if len(found) >= rules.article_words)


def event_contexts(
    told: frozenset[str],
    article: frozenset[str],
    event_type: str,
    mode: str | None,
    sides: Iterable[EventArgument],
) -> tuple[str, ...]:
    """Give the contexts of one event report, in the order of the contract.

    Parameters
    ----------
    told
        What `told_contexts` gave for its sentence.
    article
        What `article_contexts` gave for its article.
    event_type, mode
        Of the event.
    sides
        Its arguments; the sectors of actors and recipients are read.
    """
    rules = load_rules()
    found = {*article, *told}
    found.update(rules.by_type.get(event_type, ()))
    found.update(rules.by_mode.get(mode or "", ()))
    for side in sides:
        if side.role in ("actor", "recipient"):
            found.update(rules.by_sector.get(side.sector or "", ()))
    return tuple(context for context in CONTEXTS if context in found)
