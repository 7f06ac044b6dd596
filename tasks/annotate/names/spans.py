"""The spans of names: what spaCy's recogniser found, trimmed to the name itself and cut or mended at hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tasks.annotate.syntax.parse import Parse
from tasks.reference.lexicons import country_names, demonyms, role_nouns, titles

KIND_OF_LABEL = {
    "PERSON": "person", "ORG": "org", "NORP": "group", "GPE": "place", "LOC": "place", "FAC": "place", "EVENT": "event",
    "LAW": "law", "WORK_OF_ART": "work", "PRODUCT": "product", "LANGUAGE": "other",
}  # fmt: skip
_LEADING = frozenset((
    "the", "a", "an", "this", "that", "these", "those", "its", "his", "her", "their", "our", "my", "both", "all",
    "some", "many", "two", "three", "near", "outside", "inside", "every", "each",
))  # fmt: skip
# Words that a span sometimes runs on to: "Heydour near", "Ancaster and".
_TRAILING = frozenset(("near", "and", "or", "in", "at", "from", "with", "the", "of", "for", "&", "to", "by"))
_EDGE = re.compile(r"^[\W_]+$")
_LOWER_PARTICLES = frozenset((
    "al", "el", "bin", "ibn", "abu", "ben", "van", "von", "der", "den", "de", "da", "di", "del", "della", "la",
    "le", "dos", "du", "bint", "ul",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name as tokens [start, end) with its label, before linking."""

    start: int
    end: int
    label: str


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


def _trim(parse: Parse, start: int, end: int, label: str) -> Candidate | None:
    """Take articles, possessives, punctuation and titles off a span; None where no name is left."""
    while start < end and (parse[start].lower_ in _LEADING or _EDGE.match(parse[start].text)):
        start += 1
    while end > start and (
        parse[end - 1].text in ("'s", "’s", "'", "’")
        or parse[end - 1].text in _TRAILING
        or _EDGE.match(parse[end - 1].text)
        or parse[end - 1].is_space
    ):
        end -= 1
    if label == "PERSON":
        start, end = _trim_person(parse, start, end)
    text = parse.span(start, end).text if start < end else ""
    if not any(char.isupper() or char.isdigit() for char in text):
        return None
    if len(text) < 2 or not any(char.isalpha() for char in text) or (text.islower() and label != "PRODUCT"):
        return None
    return Candidate(start, end, label)


def _trim_person(parse: Parse, start: int, end: int) -> tuple[int, int]:
    """Leave titles, demonyms and what follows a possessive out of a person's name; take in a hyphenated rest."""
    for i in range(start + 1, end):
        if parse[i].text in ("'s", "’s", "(", ",", ";", '"', "“"):
            end = i
            break
    while end - start > 1 and (
        parse[start].lower_ in titles()
        or parse[start].text in demonyms()
        or parse[start].text in country_names()
        or (parse[start].lower_ in role_nouns() and parse[start].lower_ not in ("justice", "dean", "chase", "grant"))
        or (parse[start].text.islower() and parse[start].lower_ not in _LOWER_PARTICLES)
        or parse[start].text in ("-", ".")
    ):
        start += 1
    while end - start > 1 and parse[end - 1].text.islower() and parse[end - 2].text not in ("-", "‑", "‐"):
        end -= 1
    # "Theresa" + "May": a family name that is also a month.
    if end - start == 1 and _is_month_as_name(parse, end):
        end += 1
    # "Kim Jong" + "-un": the recogniser sometimes stops at the hyphen of a given name.
    while (
        end + 1 < len(parse)
        and _glued_hyphen(parse, end)
        and parse[end + 1].text.islower()
        and len(parse[end + 1]) <= 6
    ):
        end += 2
    return start, end


def _is_month_as_name(parse: Parse, i: int) -> bool:
    """Whether the token behind a first name is a family name that is also a month, no date beginning there."""
    if i >= len(parse) or parse[i].text not in ("May", "March", "June", "April") or parse[i].pos_ != "PROPN":
        return False
    number_follows = i + 1 < len(parse) and parse[i + 1].like_num
    return bool(parse[i - 1].whitespace_) and not number_follows and not parse[i].is_sent_start


def _glued_hyphen(parse: Parse, i: int) -> bool:
    return parse[i].text in ("-", "‑", "‐") and not parse[i].whitespace_ and not parse[i - 1].whitespace_


def _is_known(word: str, people: set[str]) -> bool:
    return word in people or word in country_names() or word in demonyms()


def split_joined(parse: Parse, candidates: list[Candidate]) -> list[Candidate]:
    """Split "Putin-Kim" where both parts are names of the article or of countries, and find both where NER has one."""
    people = {word for c in candidates if c.label == "PERSON" for word in parse.span(c.start, c.end).text.split()}
    starts = {parse[c.start].text for c in candidates if c.label == "PERSON" and c.end - c.start > 1}
    single = people | starts
    taken = {i for c in candidates for i in range(c.start, c.end)}
    found: list[Candidate] = []
    for candidate in candidates:
        hyphens = [i for i in range(candidate.start + 1, candidate.end - 1) if _glued_hyphen(parse, i)]
        cut = next((i for i in hyphens if all(_is_known(parse[k].text, single) for k in (i - 1, i + 1))), None)
        if cut is not None and candidate.end - candidate.start == 3:
            found.append(Candidate(candidate.start, cut, candidate.label))
            found.append(Candidate(cut + 1, candidate.end, candidate.label))
            continue
        found.append(candidate)
        after = candidate.end
        if (
            candidate.label == "PERSON"
            and after + 1 < len(parse)
            and after not in taken
            and _glued_hyphen(parse, after)
            and parse[after + 1].text in people
            and after + 1 not in taken
        ):
            found.append(Candidate(after + 1, after + 2, "PERSON"))
    return found
