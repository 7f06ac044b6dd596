"""One sense a name in an article: by votes of its mentions, the article's people, standing lists and the gazetteer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.annotate.names.candidate import ArticleText, Candidate
from tasks.annotate.names.organisations import standing_organisation
from tasks.annotate.names.people import name_words
from tasks.annotate.rules import Ladder, Rule, when
from tasks.reference.files import fold, words
from tasks.reference.gazetteer import Place
from tasks.reference.lexicons import demonyms

_LOCATIVES = words("names")["locatives"]
# Votes of one mention. Capitals in a headline say little; a dateline names nothing but places.
_IN_HEADING, _IN_DATELINE, _IN_TEXT = 1, 8, 2
# Labels that a place's name is mistaken for.
_MISTAKEN = frozenset(("PERSON", "ORG", "PRODUCT", "WORK_OF_ART"))
# Inhabitants from which a city is what its name most likely means.
_BIG_CITY = 300_000
# Inhabitants from which an alternate name of two words or more is taken for the place ("Khan Younis").
_TOWN = 50_000


@dataclass(frozen=True, slots=True)
class NameOfArticle:
    """A name with what its article says of it.

    `votes` are its mentions by label, `is_of_people` whether it is a family name or first name of the article's
    people, `located` how many mentions stand behind a preposition of place, `countries` the names of countries as
    written.
    """

    form: str
    key: str
    votes: Counter[str]
    is_of_people: bool
    located: int
    countries: frozenset[str]
    article: ArticleText


def _is_demonym(name: NameOfArticle) -> bool:
    """Some demonyms are countries as well (Myanmar), some languages (Russian)."""
    return name.form in demonyms() and name.form not in name.countries and "LANGUAGE" not in name.votes


def _is_of_people(name: NameOfArticle) -> bool:
    if not name.is_of_people:
        return False
    votes = name.votes
    return votes["PERSON"] + votes["ORG"] >= votes["GPE"] or not name.article.is_known_place(name.form)


def _is_standing_organisation(name: NameOfArticle) -> bool:
    return not name.is_of_people and standing_organisation(name.form) is not None


def _is_place_after_all(name: NameOfArticle) -> bool:
    """The gazetteer and the prepositions before its mentions outvote the recogniser."""
    if _MISTAKEN.isdisjoint(name.votes):
        return False
    place = _meant(name)
    if place is None:
        return False
    votes = name.votes + Counter(GPE=_votes_of_gazetteer(name, place))
    return _winner(votes) == "GPE"


def _meant(name: NameOfArticle) -> Place | None:
    """Give the first of the gazetteer's places that goes by the name in English news."""
    long = len(name.key.split()) > 1
    for place in name.article.gazetteer.lookup(name.form)[:3]:
        if not place.abbreviation and (place.main or (long and place.population >= _TOWN)):
            return place
    return None


def _votes_of_gazetteer(name: NameOfArticle, place: Place) -> int:
    """Give the votes that a place of this name and its prepositions are worth."""
    votes = 1 + 3 * name.located if name.located else 0
    if place.place_type == "country":
        return votes + 6
    if place.place_type == "admin1" or place.capital or place.population >= _BIG_CITY:
        return votes + (3 if place.capital or len(name.key.split()) == 1 else 2)
    return votes


def _winner(votes: Counter[str]) -> str:
    return min(votes, key=lambda label: (-votes[label], label))


SENSES: Ladder[NameOfArticle, str] = Ladder(
    "senses of a name",
    "What a name means wherever its article has it",
    (
        when(
            "a demonym",
            _is_demonym,
            "NORP",
            "The Turkish government sent an envoy.",
        ),
        when(
            "a name of the article's people",
            _is_of_people,
            "PERSON",
            "Anna Weber resigned on Monday. Weber had been mayor for nine years.",
        ),
        when(
            "a standing organisation",
            _is_standing_organisation,
            "ORG",
            "The IMF lent Greece more money.",
        ),
        when(
            "a place by the gazetteer and the prepositions before it",
            _is_place_after_all,
            "GPE",
            "Six bodies were recovered from Khan Younis, the army said.",
        ),
        Rule(
            "what most of its mentions are",
            lambda name: _winner(name.votes),
            "Paula Moreira left on Friday.",
        ),
    ),
)


def one_sense(
    candidates: Sequence[Candidate], article: ArticleText, datelines: frozenset[int], countries: frozenset[str]
) -> list[Candidate]:
    """Give every name one label in the article.

    Parameters
    ----------
    datelines
        The tokens of the places that datelines name.
    countries
        Names of countries as written: some are demonyms as well (Myanmar), and some given names (Jordan).
    """
    forms = [article.form(c.start, c.end) for c in candidates]
    keys = [fold(form) for form in forms]
    votes: dict[str, Counter[str]] = {}
    for c, key in zip(candidates, keys, strict=True):
        weight = _IN_HEADING if c.start in article.in_heading else _IN_DATELINE if c.start in datelines else _IN_TEXT
        votes.setdefault(key, Counter())[c.label] += weight
    people = _names_of_people(candidates, article, countries)
    located = Counter(
        key
        for c, key in zip(candidates, keys, strict=True)
        if c.start and article.texts[c.start - 1].lower() in _LOCATIVES
    )
    chosen: dict[str, str] = {}
    for c, form, key in zip(candidates, forms, keys, strict=True):
        if key not in chosen:
            name = NameOfArticle(form, key, votes[key], key in people, located[key], countries, article)
            decision = SENSES.decide(name, article.at(c))
            chosen[key] = decision.verdict if decision else c.label
    return [c._replace(label=chosen[key]) for c, key in zip(candidates, keys, strict=True)]


def _names_of_people(candidates: Iterable[Candidate], article: ArticleText, countries: frozenset[str]) -> set[str]:
    """Give the folded last and first names of the people whom the article names in full."""
    people: set[str] = set()
    for c in candidates:
        if c.label != "PERSON" or c.end - c.start < 2:
            continue
        parts = name_words(article.form(c.start, c.end))
        people.add(parts[-1])
        # "Jordan" beside Jordan Peterson is still the country.
        if article.texts[c.start] not in countries:
            people.add(parts[0])
    return people
