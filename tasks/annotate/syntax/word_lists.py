"""Closed word lists of English grammar that the event coder needs, from `tasks/data/events/grammar.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from tasks.reference.files import DATA


@lru_cache(maxsize=1)
def word_lists() -> dict[str, frozenset[str]]:
    """Every list of grammar.toml by name."""
    text = (DATA / "events" / "grammar.toml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text)["words"].items()}


def word_list(name: str) -> frozenset[str]:
    """One list of grammar.toml."""
    return word_lists()[name]
