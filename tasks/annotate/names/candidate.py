"""What the rules about names look at: a name before it is linked, and the words of its article."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.gazetteer import Gazetteer, Place

# The recogniser's labels that name something, and the kind of entity each one is. Dates and figures are not among them.
KIND_OF_LABEL = {
    "PERSON": "person", "ORG": "org", "NORP": "group", "GPE": "place", "LOC": "place", "FAC": "place", "EVENT": "event",
    "LAW": "law", "WORK_OF_ART": "work", "PRODUCT": "product", "LANGUAGE": "other",
}  # fmt: skip
HYPHENS = ("-", "‑", "‐")
# A capital or a city of this size is what its name means.
BIG_CITY = 100_000


class Candidate(NamedTuple):
    """A name as tokens [start, end) with its label, before linking."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The words of an article: `texts` as strings, `headings` and `datelines` as token ranges, `in_heading` as tokens.

    `gazetteer` comes along, since what is a place by name is asked of many words.
    """

    parse: Parse
    texts: list[str]
    headings: tuple[range, ...]
    datelines: tuple[range, ...]
    in_heading: frozenset[int]
    gazetteer: Gazetteer

    def form(self, start: int, end: int) -> str:
        """Give the text of the tokens [start, end)."""
        words = self.parse.words
        last = words[end - 1]
        return self.parse.text[words[start].idx : last.idx + len(last.text)]

    def at(self, name: Candidate) -> int:
        """Give the character offset of a name."""
        return self.parse.starts[name.start]

    def places(self, form: str) -> tuple[Place, ...]:
        """Give the places of a name, without the forms that only count behind a comma (IL)."""
        return tuple(place for place in self.gazetteer.lookup(form) if not place.abbreviation)

    def is_known_place(self, form: str) -> bool:
        """Whether a name is, by itself, a country, an admin1 unit, a capital or a big city."""
        return any(
            p.main and not p.abbreviation
            and (p.place_type in ("country", "admin1") or p.capital or p.population >= BIG_CITY)
            for p in self.gazetteer.lookup(form)[:3]
        )  # fmt: skip


def read_text(parse: Parse, gazetteer: Gazetteer) -> ArticleText:
    """Read the words of a parsed article."""
    headings = _token_ranges(parse, ("title", "subheading"))
    return ArticleText(
        parse,
        [word.text for word in parse.words],
        headings,
        _token_ranges(parse, ("dateline",)),
        frozenset(i for span in headings for i in span),
        gazetteer,
    )


def _token_ranges(parse: Parse, kinds: Sequence[str]) -> tuple[range, ...]:
    """Give the token ranges of an article's sections of some kinds."""
    return tuple(
        range(bisect_left(parse.starts, section.start), bisect_left(parse.starts, section.end))
        for section in parse.sections
        if section.kind in kinds
    )


def is_small_word(word: Word) -> bool:
    """Whether a word is one of spaCy's stop words: "it", "who", "us"."""
    return word.lower_ in STOP_WORDS
