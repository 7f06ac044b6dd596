"""Closed word lists of English grammar that the event coder needs, from `tasks/data/words/grammar.toml`."""

from __future__ import annotations

from functools import lru_cache

from tasks.reference.files import words


@lru_cache(maxsize=1)
def word_lists() -> dict[str, frozenset[str]]:
    """Every list of grammar.toml by name; what stands for several words has underscores, as in frames."""
    return {name: frozenset(word.replace(" ", "_") for word in listed) for name, listed in words("grammar").items()}


def word_list(name: str) -> frozenset[str]:
    """One list of grammar.toml."""
    return word_lists()[name]
