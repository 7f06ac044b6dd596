"""Which gender a person's name, title or description tells: m, f or nothing."""

from __future__ import annotations

from functools import lru_cache

from tasks.annotate.syntax.parse import Parse
from tasks.reference.files import toml


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Given name in lower case to m or f."""
    tables = toml("given_names.toml")
    male, female = (set(tables[key].split()) for key in ("male", "female"))
    both = male & female
    return dict.fromkeys(sorted(male - both), "m") | dict.fromkeys(sorted(female - both), "f")


@lru_cache(maxsize=1)
def gender_nouns() -> dict[str, str]:
    """Titles and nouns that tell a gender ("Mrs", "spokesman"), in lower case."""
    tables = toml("pronouns.toml")
    return {word: gender for gender, words in tables["gender"].items() for word in words.split()}


def name_gender(name: str) -> str | None:
    """Give m or f for a full name by its given name; None where the name is unknown or borne by both.

    The first word that is a known given name decides, the last word only where it stands alone: it is mostly the
    family name ("James", "Kelly").
    """
    words = [word.strip(".,'’").lower() for word in name.split()]
    if len(words) < 2:
        return None
    known = given_names()
    for word in words[:-1]:
        for part in (word, word.split("-")[0]):
            if part in known:
                return known[part]
    return None


def likely_gender(name: str) -> str | None:
    """A weak guess from the look of a given name that no list has: most names in -a are women's."""
    words = name.split()
    first = words[0].lower().strip(".,") if words else ""
    if len(words) < 2 or len(first) < 4 or not first.isalpha():
        return None
    if first.endswith(("ette", "elle", "ina", "ia", "ita", "lyn")):
        return "f"
    if first.endswith("a") and not first.endswith(("sha", "ra", "ka")):
        return "f"
    return "m" if first.endswith(("o", "us", "k", "d", "rt", "os", "er", "ov")) else None


def words_gender(parse: Parse, start: int, end: int) -> str | None:
    """The gender that the words around a name tell: "Mrs Smith", "his wife Anna", "Smith, the actress,".

    Parameters
    ----------
    start, end
        Token span of the name, half-open.
    """
    nouns = gender_nouns()
    for index in range(start, end):
        gender = nouns.get(parse[index].lower_.rstrip("."))
        if gender and index == start and end - start > 1:
            return gender
    for index in range(start - 1, max(-1, start - 3), -1):
        token = parse[index]
        if token.is_punct or token.is_space:
            break
        gender = nouns.get(token.lower_.rstrip("."))
        if gender and start <= token.head.i < end:
            return gender
        if gender and any(start <= child.i < end for child in token.children):
            return gender
    root = parse.span(start, end).root
    around = [child for child in root.children if child.dep_ == "appos"]
    if root.dep_ in ("appos", "attr") or (root.dep_ == "nsubj" and root.head.lemma_ == "be"):
        around.extend([root.head] if root.dep_ == "appos" else [c for c in root.head.children if c.dep_ == "attr"])
    for token in around:
        gender = nouns.get(token.lower_)
        if gender:
            return gender
    return None
