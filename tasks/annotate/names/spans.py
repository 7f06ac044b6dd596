"""The spans of names: what spaCy's recogniser found, trimmed to the name itself and cut or mended at hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tasks.annotate.names.candidate import HYPHENS, KIND_OF_LABEL, Candidate
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.files import words
from tasks.reference.lexicons import country_names, demonyms, role_nouns, titles

_DETERMINERS = words("names")["determiners"]
_MONTHS = words("names")["months"]
_PARTICLES = words("names")["particles"]
_ROLE_NOUNS_IN_NAMES = words("names")["role_nouns_in_names"]
_TRAILING = words("names")["trailing"]
_EDGE = re.compile(r"^[\W_]+$")
_POSSESSIVES = ("'s", "’s", "'", "’")
# What ends a person's name wherever the recogniser went on.
_BREAKS = ("'s", "’s", "(", ",", ";", '"', "“")


def from_entities(parse: Parse) -> Iterator[Candidate]:
    """Yield the recogniser's names with their spans trimmed."""
    for entity in parse.ents:
        label = parse[entity.start].ent_type_
        if label not in KIND_OF_LABEL:
            continue
        for first, last in _between_breaks(parse, entity.start, entity.end):
            for start, end in _coordinated(parse, first, last, label):
                trimmed = _trim(parse, start, end, label)
                if trimmed:
                    yield trimmed


def _between_breaks(parse: Parse, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a span where the layout does: at line breaks and sentence starts set by sections."""
    begin = start
    for i in range(start, end):
        if parse[i].is_space or (i > begin and parse[i].is_sent_start):
            if i > begin:
                yield begin, i
            begin = i + 1 if parse[i].is_space else i
    if begin < end:
        yield begin, end


def _coordinated(parse: Parse, start: int, end: int, label: str) -> Iterator[tuple[int, int]]:
    """Cut people and places at "and" or "&": "Anna Weber & Lee Tate", "Adams County and Brown County"."""
    cuts = [
        i
        for i in range(start + 1, end - 1)
        if parse[i].text in ("and", "&") and parse[i - 1].text[0].isupper() and parse[i + 1].text[0].isupper()
    ]
    # "Antigua and Barbuda" is one place: each part must be two words or more.
    if label not in ("PERSON", "GPE") or not cuts or parse.span(start, end).text in country_names():
        yield start, end
        return
    edges = [start - 1, *cuts, end]
    spans = [(left + 1, right) for left, right in pairwise(edges)]
    yield from spans if all(right - left > 1 for left, right in spans) else [(start, end)]


# ---------- the edges of a span
def _trim(parse: Parse, start: int, end: int, label: str) -> Candidate | None:
    """Take articles, possessives, punctuation and titles off a span; None where no name is left."""
    while start < end and (parse[start].lower_ in _DETERMINERS or _EDGE.match(parse[start].text)):
        start += 1
    while end > start and _runs_on(parse[end - 1]):
        end -= 1
    if label == "PERSON":
        start, end = _trim_person(parse, start, end)
    if start >= end or not _is_name(parse.span(start, end).text, label):
        return None
    return Candidate(start, end, label)


def _runs_on(word: Word) -> bool:
    """Whether the last word of a span is none of the name's: a possessive, "near" or "and", a mark, white space."""
    text = word.text
    return text in _POSSESSIVES or text in _TRAILING or bool(_EDGE.match(text)) or word.is_space


def _is_name(text: str, label: str) -> bool:
    """Whether a trimmed span can be a name: two characters, a letter and a capital or, of a product, a digit."""
    if len(text) < 2 or (text.islower() and label != "PRODUCT"):
        return False
    return any(map(str.isalpha, text)) and any(char.isupper() or char.isdigit() for char in text)


def _is_role_noun(word: Word) -> bool:
    return word.lower_ in role_nouns() and word.lower_ not in _ROLE_NOUNS_IN_NAMES


BEFORE_A_PERSON: Ladder[Word, bool] = Ladder(
    "words before a person's name",
    "Whether the first word that the recogniser takes into a person's name is none of it",
    (
        when(
            "a title",
            lambda word: word.lower_ in titles(),
            True,
            "Ms Hartley said the school would close.",
        ),
        when(
            "a country or a people",
            lambda word: word.text in demonyms() or word.text in country_names(),
            True,
            "The prize went to Mexican-Peruvian Karen Bobadilla.",
        ),
        when(
            "a role noun",
            _is_role_noun,
            True,
            "He was attacked by his elder brother Ngo Van Thanh.",
        ),
        when(
            "a word in lower case",
            lambda word: word.text.islower() and word.lower_ not in _PARTICLES,
            True,
            "The siege by pro-Nelson forces began.",
        ),
        when(
            "a mark",
            lambda word: word.text in ("-", "."),
            True,
            "The siege by pro-Nelson forces began.",
        ),
    ),
)


def _trim_person(parse: Parse, start: int, end: int) -> tuple[int, int]:
    """Leave titles, demonyms and what follows a possessive out of a person's name; take in a hyphenated rest."""
    end = next((i for i in range(start + 1, end) if parse[i].text in _BREAKS), end)
    while end - start > 1 and BEFORE_A_PERSON.decide(parse[start], parse[start].idx):
        start += 1
    while end - start > 1 and parse[end - 1].text.islower() and parse[end - 2].text not in HYPHENS:
        end -= 1
    # "Theresa" + "May": a family name that is also a month.
    if end - start == 1 and _is_month_as_name(parse, end):
        end += 1
    # "Kim Jong" + "-un": the recogniser sometimes stops at the hyphen of a given name.
    while _has_rest(parse, end):
        end += 2
    return start, end


def _has_rest(parse: Parse, end: int) -> bool:
    """Whether a hyphen and a short word in lower case are glued to a name that ends here."""
    if end + 1 >= len(parse) or not _glued_hyphen(parse, end):
        return False
    return parse[end + 1].text.islower() and len(parse[end + 1]) <= 6


def _is_month_as_name(parse: Parse, i: int) -> bool:
    """Whether the token behind a first name is a family name that is also a month, no date beginning there."""
    if i >= len(parse) or parse[i].text not in _MONTHS or parse[i].pos_ != "PROPN":
        return False
    number_follows = i + 1 < len(parse) and parse[i + 1].like_num
    return bool(parse[i - 1].whitespace_) and not number_follows and not parse[i].is_sent_start


def _glued_hyphen(parse: Parse, i: int) -> bool:
    return parse[i].text in HYPHENS and not parse[i].whitespace_ and not parse[i - 1].whitespace_


# ---------- joined names
def split_joined(parse: Parse, candidates: list[Candidate]) -> list[Candidate]:
    """Split "Putin-Kim" where both parts are names of the article or of countries, and find both where NER has one."""
    people = {word for c in candidates if c.label == "PERSON" for word in parse.span(c.start, c.end).text.split()}
    known = people | {parse[c.start].text for c in candidates if c.label == "PERSON" and c.end - c.start > 1}
    taken = {i for c in candidates for i in range(c.start, c.end)}
    found: list[Candidate] = []
    for candidate in candidates:
        parts = _parts(parse, candidate, known)
        found.extend(parts)
        if len(parts) == 1 and taken.isdisjoint((candidate.end, candidate.end + 1)):
            found.extend(_joined_to(parse, candidate, people))
    return found


def _parts(parse: Parse, name: Candidate, known: set[str]) -> tuple[Candidate, ...]:
    """Give the two names that a hyphen joins, or the name itself where it is one."""
    middle = name.start + 1
    if name.end - name.start != 3 or not _glued_hyphen(parse, middle):
        return (name,)
    if not all(_is_known(parse[i].text, known) for i in (name.start, middle + 1)):
        return (name,)
    return Candidate(name.start, middle, name.label), Candidate(middle + 1, name.end, name.label)


def _is_known(word: str, people: set[str]) -> bool:
    return word in people or word in country_names() or word in demonyms()


def _joined_to(parse: Parse, name: Candidate, people: set[str]) -> Iterator[Candidate]:
    """Yield the person whom a hyphen joins to a person's name ("Moon-Xi"), if there is one."""
    second = name.end + 1
    if name.label != "PERSON" or second >= len(parse) or not _glued_hyphen(parse, name.end):
        return
    if parse[second].text in people:
        yield Candidate(second, second + 1, "PERSON")
