"""What kind of name a name is: by an acronym that explains it, by its own words, by the words around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.annotate.names.candidate import ArticleText, Candidate
from tasks.annotate.rules import Ladder, when
from tasks.reference.files import words

_ACRONYM_SMALL_WORDS = words("names")["acronym_small_words"]
_COUNTS = words("names")["counts"]
_LOCATIVES = words("names")["locatives"]
_MILITARY_UNITS = words("names")["military_units"]
_ORGANISATION_TAILS = words("names")["organisation_tails"]
_PLACE_NOUNS = words("names")["place_nouns"]
_PLACE_TAILS = words("names")["place_tails"]
_SHIPS = words("names")["ships"]
_EXPLAINED_LABELS = frozenset(("ORG", "LAW", "EVENT", "LOC", "FAC", "WORK_OF_ART"))
# What the recogniser takes an organisation for, an operation, a ship.
_NO_ORGANISATION = frozenset(("PERSON", "GPE", "WORK_OF_ART", "PRODUCT", "EVENT", "LAW", "NORP"))
_NO_OPERATION = frozenset(("ORG", "PERSON", "GPE", "WORK_OF_ART", "PRODUCT"))
_NO_SHIP = frozenset(("ORG", "PERSON", "GPE"))
_LONGEST_NAME = 14


# ---------- acronyms that the article explains
def explained(texts: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield names that an acronym in brackets explains, as (first token, end token, token of the acronym).

    "Central Obrera Boliviana (COB)": the words before the bracket, read backwards, have the acronym's letters as
    their initials; small words count only where a letter needs them.
    """
    for i in range(1, len(texts) - 2):
        if texts[i] != "(" or texts[i + 2] not in (")", ",", ";"):
            continue
        letters = texts[i + 1].replace(".", "")
        if not (2 <= len(letters) <= 8 and letters.isalpha() and letters.isupper()):
            continue
        start = _reach(texts, i, letters)
        if start is not None:
            yield start, i, i + 1


def _reach(texts: list[str], end: int, letters: str) -> int | None:
    """The first of the words before `end` whose initials spell an acronym, None where they do not."""
    position, left = end - 1, len(letters)
    while left and position >= max(0, end - _LONGEST_NAME):
        word = texts[position]
        initial = word[0].upper()
        if word.casefold() in _ACRONYM_SMALL_WORDS:
            if word[0].isupper() and initial == letters[left - 1] and left > 1:
                left -= 1
        elif word[0].isupper() and initial == letters[left - 1]:
            left -= 1
            if left == 0:
                return position
        else:
            return None
        position -= 1
    return None


def with_explained(candidates: list[Candidate], article: ArticleText) -> tuple[list[Candidate], dict[str, str]]:
    """Give the candidates with explained names whole and their acronyms beside them, and the names by acronym."""
    brackets: dict[str, str] = {}
    for start, end, acronym in explained(article.texts):
        whole = next((c for c in candidates if c.start <= start and end <= c.end), None)
        if whole is not None and whole.end > end:
            continue
        name = Candidate(start, end, "ORG")
        if whole is not None and whole.label in _EXPLAINED_LABELS:
            name = Candidate(whole.start, end, whole.label)
        candidates = [*_outside(candidates, name, acronym), name, Candidate(acronym, acronym + 1, name.label)]
        brackets[article.texts[acronym]] = article.form(name.start, end)
    return sorted(candidates, key=lambda c: (c.start, c.end)), brackets


def _outside(candidates: Iterable[Candidate], name: Candidate, acronym: int) -> Iterator[Candidate]:
    """Yield the candidates that share no token with an explained name and its acronym."""
    for c in candidates:
        if (c.end <= name.start or c.start >= name.end) and not c.start <= acronym < c.end:
            yield c


# ---------- a name's own words
@dataclass(frozen=True, slots=True)
class OwnWords:
    """A name of two words or more: the recogniser's label, its first word and its last."""

    label: str
    first: str
    last: str


OWN_WORDS: Ladder[OwnWords, str] = Ladder(
    "kinds of names by their own words",
    "What a name of several words names, whatever the recogniser took it for",
    (
        when(
            "an operation",
            lambda name: name.first == "Operation" and name.label in _NO_OPERATION,
            "EVENT",
            "The army began Operation Iron Tide on Monday.",
        ),
        when(
            "a ship",
            lambda name: name.first in _SHIPS and name.label in _NO_SHIP,
            "PRODUCT",
            "The destroyer HMS Hartley left port.",
        ),
        when(
            "the last word of an organisation",
            lambda name: name.last in _ORGANISATION_TAILS and name.label in _NO_ORGANISATION,
            "ORG",
            "Hereford Rovers won at home.",
        ),
    ),
)


def by_words(candidates: Iterable[Candidate], article: ArticleText) -> list[Candidate]:
    """Mend label and span by a name's own words: "Maine Central Railroad", "Operation Desert Storm", "USS Nimitz"."""
    texts = article.texts
    found: list[Candidate] = []
    for c in candidates:
        if c.end - c.start > 1:
            decision = OWN_WORDS.decide(OwnWords(c.label, texts[c.start], texts[c.end - 1]), article.at(c))
            c = c._replace(label=decision.verdict) if decision else c
        free = not found or found[-1].end < c.start
        found.append(c._replace(start=c.start - 1) if free and _is_numbered_unit(c, texts) else c)
    return found


def _is_numbered_unit(c: Candidate, texts: list[str]) -> bool:
    """Whether the word before a name is the number of a military unit: the "65th" of "65th Air Division"."""
    return c.label == "ORG" and c.start > 0 and texts[c.start] in _MILITARY_UNITS and _counts(texts[c.start - 1])


def _counts(word: str) -> bool:
    """Whether a word numbers a unit: 65th, 3, First, XVIII."""
    return word[0].isdigit() or word in _COUNTS or (len(word) > 1 and not word.strip("IVX"))


# ---------- the words around a name
@dataclass(frozen=True, slots=True)
class NameSurroundings:
    """A name that the recogniser takes for no place, with the word before it and the names around it."""

    name: Candidate
    before: Candidate | None
    after: Candidate | None
    third: Candidate | None
    article: ArticleText

    @property
    def lead(self) -> str:
        """The word before the name in lower case."""
        return self.article.texts[self.name.start - 1].lower() if self.name.start else ""

    @property
    def last(self) -> str:
        """The name's last word."""
        return self.article.texts[self.name.end - 1]

    @property
    def is_long(self) -> bool:
        """Whether the name has two words or more."""
        return self.name.end - self.name.start > 1

    @property
    def form(self) -> str:
        """The name as it stands in the text."""
        return self.article.form(self.name.start, self.name.end)


def _has_tail_of_a_unit(case: NameSurroundings) -> bool:
    return case.name.label in ("ORG", "PERSON") and case.is_long and case.last in _PLACE_TAILS


def _is_administrative_unit(case: NameSurroundings) -> bool:
    if not _has_tail_of_a_unit(case):
        return False
    article, name = case.article, case.name
    known = article.places(article.form(name.start, name.end - 1)) + article.places(case.form)
    units = [place for place in known if place.place_type in ("admin1", "admin2")]
    # "Michigan State" is a university.
    return any(place.country != "USA" or case.last != "State" for place in units)


def _cannot_be_a_place(case: NameSurroundings) -> bool:
    """An event, a law, a people, or several words of an organisation or a product."""
    label = case.name.label
    return label not in ("PERSON", "FAC") and (case.is_long or label not in ("ORG", "PRODUCT"))


def _is_behind_a_place_noun(case: NameSurroundings) -> bool:
    if case.lead != "of" or case.name.start < 2 or case.name.label not in ("PERSON", "ORG"):
        return False
    return case.article.texts[case.name.start - 2].lower() in _PLACE_NOUNS


def _is_town_before_its_country(case: NameSurroundings) -> bool:
    after = case.after
    if case.name.label != "PERSON" or not (case.lead in _LOCATIVES or case.lead in ("to", "of")):
        return False
    if after is None or after.label != "GPE" or after.start != case.name.end + 1:
        return False
    parents = case.article.places(case.article.form(after.start, after.end))
    return case.article.texts[case.name.end] == "," and any(p.place_type in ("country", "admin1") for p in parents)


def _is_unknown(case: NameSurroundings) -> bool:
    return not any(place.main for place in case.article.places(case.form))


def _joins_a_place_before(case: NameSurroundings) -> bool:
    before = case.before
    return before is not None and before.label == "GPE" and _joined(case.article.texts, before.end, case.name.start)


def _joins_a_place_behind(case: NameSurroundings) -> bool:
    after = case.after
    return after is not None and after.label == "GPE" and _joined(case.article.texts, case.name.end, after.start)


def _joins_two_places_behind(case: NameSurroundings) -> bool:
    after, third = case.after, case.third
    if after is None or third is None or third.label != "GPE" or not _joins_a_place_behind(case):
        return False
    return _joined(case.article.texts, after.end, third.start)


def _joined(texts: list[str], end: int, start: int) -> bool:
    """Whether two names are members of one list: only a comma, "and" or "or" stands between them."""
    return 1 <= start - end <= 2 and all(word in (",", "and", "or") for word in texts[end:start])


CONSTRUCTION: Ladder[NameSurroundings, bool] = Ladder(
    "places by construction",
    "Whether a name that the recogniser took for something else is a place by the words around it",
    (
        when(
            "an administrative unit",
            _is_administrative_unit,
            True,
            "The army has lost most of Rakhine State since November.",
        ),
        when(
            "the last word of an administrative unit alone",
            _has_tail_of_a_unit,
            False,
            "Michigan State won the final.",
        ),
        when(
            "a kind of name that is no place",
            _cannot_be_a_place,
            False,
            "The World Health Organization sent doctors.",
        ),
        when(
            "behind a noun for a place",
            _is_behind_a_place_noun,
            True,
            "He spoke in the town of Majdal Shams on Tuesday.",
        ),
        when(
            "a town before its country or province",
            _is_town_before_its_country,
            True,
            "Bandits shot nine people in Dikwa Ngala, Borno State, on Monday.",
        ),
        when(
            "unknown to the gazetteer",
            _is_unknown,
            False,
            "Paula Moreira left on Friday.",
        ),
        when(
            "between two places in a list",
            lambda case: _joins_a_place_before(case) and _joins_a_place_behind(case),
            True,
            "Trains from London, Lincoln and Birmingham were late.",
        ),
        when(
            "the last of a list of places",
            lambda case: case.lead == "and" and _joins_a_place_before(case),
            True,
            "Rebels attacked Maiduguri and Dikwa.",
        ),
        when(
            "the first of a list of places",
            _joins_two_places_behind,
            True,
            "Snow fell on Lincoln, Dallas and Houston.",
        ),
        when(
            "the first of two places behind a preposition",
            lambda case: case.lead in ("in", "near", "across") and _joins_a_place_behind(case),
            True,
            "Snow fell in Duma and Houston.",
        ),
    ),
)


def by_construction(candidates: list[Candidate], article: ArticleText, surnames: set[str]) -> list[Candidate]:
    """Make places of names that their construction shows to be some, whatever the recogniser took them for.

    "the town of Majdal Shams", "Rakhine State", "in Gamboru Ngala, Borno State", "Dikwa, Monguno and Baga": the last
    only where the gazetteer knows the name. `surnames` are the folded family names of the article's people.
    """
    around = (None, *candidates, None, None)
    found: list[Candidate] = []
    for i, c in enumerate(candidates):
        if c.label not in ("GPE", "LOC") and article.form(c.start, c.end).casefold() not in surnames:
            case = NameSurroundings(c, around[i], around[i + 2], around[i + 3], article)
            decision = CONSTRUCTION.decide(case, article.at(c))
            c = c._replace(label="GPE") if decision is not None and decision.verdict else c
        found.append(c)
    return found
