"""The lexicons of names and roles in memory: demonyms, metonyms, organisations, titles, role nouns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from tasks.annotate.parse import Parse, Token, parse_of
from tasks.annotate.reference import fold, read_table, split_forms

# Key of `doc.user_data` under which a Doc's role nouns are kept: names and actors both ask for them.
ROLES = "dateline_roles"


@dataclass(frozen=True, slots=True)
class Demonym:
    """What a demonym points to: the country itself (`is_country`), a place inside or beyond one, or a mere group."""

    country: str | None
    place: str | None
    is_country: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """A standing organisation or a seat of power: canonical name, kind, country or international code, sector.

    `valid_from` and `valid_to` are the first and last day on which this holds; None is open.
    """

    name: str
    kind: str
    country: str | None
    sector: str | None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the entry holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RoleNoun:
    """A noun (or phrase) for somebody who acts.

    Parameters
    ----------
    sort
        person, group (people taken together) or body (an institution).
    gender
        m, f or None.
    country
        Where only one country has them (pope, taoiseach), its code.
    rule
        None; "carrier": a modifier or complement decides first, `sector` is the fallback; "national": the same, and
        the fallback only counts with a country; "relation": says who somebody is to others, never a title (brother).
    """

    phrase: str
    sector: str | None
    sort: str
    gender: str | None
    rule: str | None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A form of address or rank before a name; `honorific` is true where it is no role (Mr)."""

    honorific: bool
    gender: str | None


@lru_cache(maxsize=1)
def demonyms() -> dict[str, Demonym]:
    """Give every demonym by its form as written, adjectives and nouns alike."""
    found: dict[str, Demonym] = {}
    for row in read_table("countries.csv"):
        for form in (*split_forms(row["adjectives"]), *split_forms(row["nouns"])):
            found.setdefault(form, Demonym(row["iso3"], None, True))
    for row in read_table("demonyms.csv"):
        for form in split_forms(row["forms"]):
            found.setdefault(form, Demonym(row["country"] or None, row["place"] or None, False))
    return found


@lru_cache(maxsize=1)
def country_names() -> frozenset[str]:
    """Give the forms of country names that are safe to find without NER, as written."""
    return frozenset(form for row in read_table("countries.csv") for form in split_forms(row["names"]))


@lru_cache(maxsize=1)
def organisation_entries() -> dict[str, tuple[Organisation, ...]]:
    """Give all standing organisations and seats of power that a form can mean: acronyms as written, others folded."""
    found: dict[str, list[Organisation]] = {}
    for row in read_table("organisations.csv"):
        entry = Organisation(
            row["name"],
            row["kind"],
            row["country"] or None,
            row["sector"] or None,
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        for key in {organisation_key(form): None for form in (row["name"], *split_forms(row["aliases"]))}:
            found.setdefault(key, []).append(entry)
    for row in read_table("metonyms.csv"):
        forms = split_forms(row["forms"])
        entry = Organisation(forms[0], "org", row["country"] or None, row["sector"] or None)
        for form in forms:
            if organisation_key(form) not in found:
                found[organisation_key(form)] = [entry]
    return {key: tuple(entries) for key, entries in found.items()}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def organisations() -> dict[str, Organisation]:
    """Give the standing organisation of each form; of a form that several share, only what they have in common."""
    return {
        key: entries[0] if len(entries) == 1 else shared(entries) for key, entries in organisation_entries().items()
    }


def shared(entries: Sequence[Organisation]) -> Organisation:
    """Give what several organisations have in common; the name is empty where they have several."""
    names = {entry.name for entry in entries}
    countries = {entry.country for entry in entries}
    sectors = {entry.sector for entry in entries}
    return Organisation(
        entries[0].name if len(names) == 1 else "",
        entries[0].kind,
        entries[0].country if len(countries) == 1 else None,
        entries[0].sector if len(sectors) == 1 else None,
    )


def organisation_key(form: str) -> str:
    """Give the key of an organisation's name: a short form counts as written (IS is not "is"), others without case."""
    bare = form[4:] if form[:4].lower() == "the " else form
    return bare if len(bare) <= 5 else fold(bare)


@lru_cache(maxsize=1)
def titles() -> dict[str, Title]:
    """Give forms of address and ranks, without case."""
    return {
        row["form"].casefold(): Title(row["honorific"] == "1", row["gender"] or None)
        for row in read_table("titles.csv")
    }


@lru_cache(maxsize=1)
def role_nouns() -> dict[str, RoleNoun]:
    """Give role nouns by phrase (lemmas, lower case)."""
    found: dict[str, RoleNoun] = {}
    for row in read_table("sectors.csv"):
        found[row["phrase"]] = RoleNoun(
            row["phrase"],
            row["sector"] or None,
            row["sort"],
            row["gender"] or None,
            row["rule"] or None,
            row["country"] or None,
        )
    return found


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


def role_word(token: Token) -> str:
    """Give the word under which a token is looked up among role nouns: the lemma of nouns, lower case elsewhere."""
    lower = token.lower_
    if "’" in lower:
        lower = lower.replace("’", "'")
    if token.tag_ in ("NNS", "NNPS"):
        lemma = token.lemma_.lower()
        if lemma != lower:
            return _LEMMAS.get(lower, lemma)
        return _LEMMAS.get(lower) or (lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower)
    return lower


# Plurals that the lemmatizer leaves alone (proper nouns) or that name one thing.
_LEMMAS = {
    "policemen": "policeman",
    "gunmen": "gunman",
    "militiamen": "militiaman",
    "forces": "force",
    "media": "media",
}


def find_roles(doc: Doc) -> list[RoleSpan]:
    """Give the role nouns of a Doc, longest first at each place, never overlapping; read once a Doc."""
    known: list[RoleSpan] | None = doc.user_data.get(ROLES)
    if known is None:
        known = doc.user_data[ROLES] = _read_roles(parse_of(doc))
    return known


def _read_roles(doc: Parse) -> list[RoleSpan]:
    index, nouns = _role_index(), role_nouns()
    words = [role_word(token) for token in doc.tokens]
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
        if doc[head].pos_ in ("NOUN", "PROPN", "ADJ", "X"):
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
