"""PLOVER contexts of an event, by the words of its sentence and article, its sides' sectors, its type and mode."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.annotate.layers import EventArgument
from tasks.annotate.parse import Parse, Token
from tasks.annotate.reference import DATA
from tasks.vocabulary import CONTEXTS

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
    table = tomllib.loads((DATA / "events" / "contexts.toml").read_text(encoding="utf-8"))
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


def keys(tokens: Iterable[Token], rules: ContextRules) -> Iterator[str]:
    """The words and word groups that the rules name: lemma, form, and either joined with the word or words before."""
    words = rules.by_word
    before: tuple[str, str] = ("", "")
    for token in tokens:
        lower, lemma = token.lower_, token.lemma_.lower()
        if lemma in words:
            yield lemma
        if lower in words:
            yield lower
        if before[1] in rules.openings:
            for pair in (f"{before[1]}_{lemma}", f"{before[1]}_{lower}"):
                if pair in words:
                    yield pair
        if before[0] in rules.openings and before[1]:
            three = f"{before[0]}_{before[1]}_{lemma}"
            if three in words:
                yield three
        before = (before[1], lower) if token.text.isalpha() or "-" in lower else ("", "")


def told_contexts(sentence: Iterable[Token]) -> frozenset[str]:
    """The contexts that the words of a sentence tell."""
    rules = load_rules()
    return frozenset(context for key in keys(sentence, rules) for context in rules.by_word[key])


def article_contexts(doc: Parse) -> frozenset[str]:
    """The contexts that an article's title and lead speak of, by several different words each."""
    rules = load_rules()
    words: dict[str, set[str]] = {}
    for key in keys(doc.tokens[:LEAD_TOKENS], rules):
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
