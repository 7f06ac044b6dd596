"""PLOVER contexts of an event, by the words of its sentence and article, its sides' sectors, its type and mode."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.annotate.layers import EventArgument
from tasks.annotate.parse import Parse, Span, Token
from tasks.annotate.reference import DATA
from tasks.vocabulary import CONTEXTS

# News tells what it is about at its top: that much of an article speaks for its events' contexts.
LEAD_TOKENS = 120


@dataclass(frozen=True, slots=True)
class ContextRules:
    """The rules of `contexts.toml`: contexts by word, sector, type and mode."""

    by_word: dict[str, tuple[str, ...]]
    by_sector: dict[str, tuple[str, ...]]
    by_type: dict[str, tuple[str, ...]]
    by_mode: dict[str, tuple[str, ...]]
    article_words: int


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

    return ContextRules(by("words"), by("sectors"), by("types"), by("modes"), table["article_words"])


def keys(tokens: Iterable[Token]) -> Iterator[str]:
    """What the words may be called in the rules: lemma, form, and either joined with the word or words before."""
    before: tuple[str, str] = ("", "")
    for token in tokens:
        lower, lemma = token.lower_, token.lemma_.lower()
        yield lemma
        yield lower
        if before[1]:
            yield f"{before[1]}_{lemma}"
            yield f"{before[1]}_{lower}"
            if before[0]:
                yield f"{before[0]}_{before[1]}_{lemma}"
        before = (before[1], lower) if token.is_alpha or "-" in lower else ("", "")


def article_contexts(doc: Parse) -> frozenset[str]:
    """The contexts that an article's title and lead speak of, by several different words each."""
    rules = load_rules()
    words: dict[str, set[str]] = {}
    for key in keys(doc.tokens[:LEAD_TOKENS]):
        for context in rules.by_word.get(key, ()):
            words.setdefault(context, set()).add(key.rsplit("_", 1)[-1])
    return frozenset(context for context, found in words.items() if len(found) >= rules.article_words)


def event_contexts(
    sentence: Span,
    article: frozenset[str],
    event_type: str,
    mode: str | None,
    sides: Iterable[EventArgument],
) -> tuple[str, ...]:
    """Give the contexts of one event report, in the order of the contract.

    Parameters
    ----------
    sentence
        The event's sentence.
    article
        What `article_contexts` gave for its article.
    event_type, mode
        Of the event.
    sides
        Its arguments; the sectors of actors and recipients are read.
    """
    rules = load_rules()
    found = set(article)
    for key in keys(sentence):
        found.update(rules.by_word.get(key, ()))
    found.update(rules.by_type.get(event_type, ()))
    found.update(rules.by_mode.get(mode or "", ()))
    for side in sides:
        if side.role in ("actor", "recipient"):
            found.update(rules.by_sector.get(side.sector or "", ()))
    return tuple(context for context in CONTEXTS if context in found)
