"""Which gender a person's name, title or description tells: m, f or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tasks.annotate.rules import Ladder, Rule
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


@dataclass(frozen=True, slots=True)
class NameIn:
    """A name in its sentence: tokens [start, end)."""

    parse: Parse
    start: int
    end: int


def _of_title(name: NameIn) -> str | None:
    title = name.parse[name.start].lower_.rstrip(".")
    return gender_nouns().get(title) if name.end - name.start > 1 else None


def _of_words_before(name: NameIn) -> str | None:
    for index in range(name.start - 1, max(-1, name.start - 3), -1):
        token = name.parse[index]
        if token.is_punct or token.is_space:
            break
        gender = gender_nouns().get(token.lower_.rstrip("."))
        joined = name.start <= token.head.i < name.end or any(name.start <= c.i < name.end for c in token.children)
        if gender and joined:
            return gender
    return None


def _of_description(name: NameIn) -> str | None:
    root = name.parse.span(name.start, name.end).root
    around = [child for child in root.children if child.dep_ == "appos"]
    if root.dep_ == "appos":
        around.append(root.head)
    elif root.dep_ == "attr" or (root.dep_ == "nsubj" and root.head.lemma_ == "be"):
        around.extend(child for child in root.head.children if child.dep_ == "attr")
    return next((gender for token in around if (gender := gender_nouns().get(token.lower_))), None)


# The gender of a person whose name has words beside it that have one.
NAME_GENDERS: Ladder[NameIn, str] = Ladder(
    "gender by the words around a name",
    "Which gender the words around a person's name say: m or f",
    (
        Rule("its title", _of_title, "Detective Earl Johnson left Bern."),
        Rule("a noun before it", _of_words_before, "He left with his wife Anna Weber on Monday."),
        Rule("what is said of it", _of_description, "Robin Weber, the actress, left on Monday."),
    ),
)


def words_gender(parse: Parse, start: int, end: int) -> str | None:
    """The gender that the words around a name tell: "Mrs Smith", "his wife Anna", "Smith, the actress,".

    Parameters
    ----------
    start, end
        Token span of the name, half-open.
    """
    decision = NAME_GENDERS.decide(NameIn(parse, start, end), parse.starts[start])
    return decision.verdict if decision is not None else None
