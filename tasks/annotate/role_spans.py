"""Roles in a Doc: the longest phrases of the role lexicon (“deputy foreign minister”), found once per Doc."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from tasks.annotate.layers import Analysis
from tasks.annotate.syntax.parse import Parse, Word, parse_of
from tasks.reference.lexicons import RoleNoun, role_nouns

# Plurals that the lemmatizer leaves alone (proper nouns) or that name one thing.
_LEMMAS = {
    "policemen": "policeman",
    "gunmen": "gunman",
    "militiamen": "militiaman",
    "forces": "force",
    "media": "media",
}


class PhraseIndex:
    """Phrases by their first word, to find the longest one at a position without scanning the list."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self.by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(set(phrases), key=lambda words: (-len(words), words)):
            self.by_first.setdefault(phrase[0], []).append(phrase)

    def longest(self, words: Sequence[str], start: int) -> tuple[str, ...] | None:
        """Give the longest phrase that begins at `start`, None without one."""
        for phrase in self.by_first.get(words[start], ()):
            if tuple(words[start : start + len(phrase)]) == phrase:
                return phrase
        return None


@lru_cache(maxsize=1)
def _role_index() -> PhraseIndex:
    phrases = []
    for phrase in role_nouns():
        words: list[str] = []
        for word in phrase.split():
            words.extend(_pieces(word))
        phrases.append(tuple(words))
    return PhraseIndex(phrases)


def _pieces(word: str) -> list[str]:
    """Split a word as spaCy's English tokenizer does: at hyphens between letters and before a possessive."""
    if word.endswith("'s"):
        return [*_pieces(word[:-2]), "'s"]
    if word.endswith("s'"):
        return [*_pieces(word[:-1]), "'"]
    parts = word.split("-")
    return [piece for part in parts for piece in (part, "-")][:-1]


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A role noun found in a Doc: tokens [start, end), `head` the token index of its head word."""

    start: int
    end: int
    head: int
    noun: RoleNoun


def role_word(token: Word) -> str:
    """Give the word under which a token is looked up among role nouns: the lemma of nouns, lower case elsewhere."""
    lower = token.lower_
    if "’" in lower:
        lower = lower.replace("’", "'")
    if token.tag_ == "NNP" and lower.endswith("men") and token.is_sent_start:
        # "Militiamen attacked …": a plural at the head of a sentence is often taken for a name, which has no lemma.
        return f"{lower[:-3]}man"
    if token.tag_ in ("NNS", "NNPS"):
        lemma = token.lemma_.lower()
        if lemma != lower:
            return _LEMMAS.get(lower, lemma)
        return _LEMMAS.get(lower) or (lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower)
    return lower


def find_roles(doc: Doc) -> list[RoleSpan]:
    """Give the role nouns of a Doc, longest first at each place, never overlapping.

    They are read once a Doc: names and actors both ask for them.
    """
    analysis: Analysis = doc._.analysis
    known: list[RoleSpan] | None = analysis.roles
    if known is None:
        known = analysis.roles = _read_roles(parse_of(doc))
    return known


def _read_roles(parse: Parse) -> list[RoleSpan]:
    index, nouns = _role_index(), role_nouns()
    words = [role_word(token) for token in parse.words]
    found: list[RoleSpan] = []
    position = 0
    while position < len(words):
        phrase = index.longest(words, position) if words[position] in index.by_first else None
        if phrase is None:
            position += 1
            continue
        end = position + len(phrase)
        noun = nouns[_phrase_of(phrase)]
        head = _head_token(phrase, position)
        if parse[head].pos_ in ("NOUN", "PROPN", "ADJ", "X"):
            found.append(RoleSpan(position, end, head, noun))
            position = end
        else:
            position += 1
    return found


@lru_cache(maxsize=4096)
def _phrase_of(pieces: tuple[str, ...]) -> str:
    return " ".join(pieces).replace(" - ", "-").replace(" 's", "'s").replace(" ' ", "' ")


def _head_token(phrase: tuple[str, ...], start: int) -> int:
    """Give the token index of the head: the word before "of", else the last."""
    for offset, piece in enumerate(phrase):
        if offset and piece in ("of", "in", "for"):
            return start + offset - 1
    return start + len(phrase) - 1
