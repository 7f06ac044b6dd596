"""Which of a toponym's candidates is meant: kinds of evidence that each add to a candidate's score.

A candidate's score is its own weight plus what the article says for it. Each kind of evidence has a text beside it in
which it decides: without it the name would be linked to another place or to none, which a test holds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tasks.annotate.places.toponym import Toponym
from tasks.reference.gazetteer import Place

# Score of a candidate below which the name stays unlinked.
_FLOOR = 0.3
# The same for a town in a country that the article does not name: a village of the same name elsewhere is a worse
# answer than none.
_FOREIGN_FLOOR = 0.5


@dataclass(frozen=True, slots=True)
class ArticlePlaces:
    """What an article's other places say for a candidate.

    `countries` and `admins` are votes for countries and for admin1 units, `votes` and `admin_votes` their sums;
    `origin` is the country where the article was published.
    """

    countries: Counter[str]
    admins: Counter[int]
    origin: str | None
    votes: int
    admin_votes: int


def article_places(countries: Counter[str], admins: Counter[int], origin: str | None) -> ArticlePlaces:
    """Sum up the votes."""
    return ArticlePlaces(countries, admins, origin, countries.total(), admins.total())


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """A kind of evidence: what it adds to the score of a candidate, and a text in which it decides."""

    name: str
    score: Callable[[Place, Toponym, ArticlePlaces], float]
    example: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate, its score, and what each kind of evidence added to it."""

    place: Place
    score: float
    evidence: tuple[float, ...]


def _kind_and_size(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    if place.place_type == "country":
        return 1.2
    if place.place_type in ("region", "natural"):
        return 1.0
    size = math.log10(place.population + 1)
    if place.place_type == "admin1":
        return 0.42 + 0.03 * size
    return 0.1 + 0.04 * size if place.place_type == "admin2" else 0.1 * size


def _capital(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    return 0.25 if place.capital and place.place_type == "city" else 0.0


def _alternate_name(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    return 0.0 if place.main else -0.2


def _renown(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    return toponym.renown.get(place.country or "", 0.0)


def _share_of_the_countries(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    votes = article.countries[place.country] if place.country else 0
    return 0.45 * votes / article.votes if votes else 0.0


def _country_of_the_article(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    return 0.15 if place.country and article.countries[place.country] else 0.0


def _country_of_the_paper(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    """A large town at home beats a namesake abroad, a village does not."""
    is_home = article.origin is not None and place.country == article.origin and place.place_type == "city"
    return 0.42 if is_home else 0.0


def _province_of_the_article(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    if not article.admin_votes or not place.admin1_id:
        return 0.0
    return 0.2 * article.admins[place.admin1_id] / article.admin_votes


def _parent_beside_it(place: Place, toponym: Toponym, article: ArticlePlaces) -> float:
    return 2.0 if any(_contains(parent, place) for parent in toponym.parents) else 0.0


def _contains(parent: Place, place: Place) -> bool:
    if parent.key == place.key:
        return False
    if parent.place_type == "country":
        return parent.country == place.country
    if parent.place_type == "admin1":
        return parent.geonameid == place.admin1_id
    return parent.place_type == "admin2" and parent.admin1_id == place.admin1_id


EVIDENCE: tuple[PlaceEvidence, ...] = (
    PlaceEvidence(
        "kind and size",
        _kind_and_size,
        "Police in Chicago arrested two men.",
    ),
    PlaceEvidence(
        "a capital",
        _capital,
        "French officials flew to Vaduz. French police came with them.",
    ),
    PlaceEvidence(
        "an alternate name",
        _alternate_name,
        "Police in Smyrna arrested two men.",
    ),
    PlaceEvidence(
        "renown",
        _renown,
        "American, Russian, Chinese, Polish, Greek, Danish and Cuban officials met in Geneva.",
    ),
    PlaceEvidence(
        "the share of its country among those that the article names",
        _share_of_the_countries,
        "American and British officials met in Birmingham. American police and American reporters watched them.",
    ),
    PlaceEvidence(
        "a country that the article names",
        _country_of_the_article,
        "American, Russian, Chinese, Polish, Greek, Danish and Cuban officials met in Birmingham.",
    ),
    PlaceEvidence(
        "the country of the paper",
        _country_of_the_paper,
        "London police arrested two men. Call 519-555-0134.",
    ),
    PlaceEvidence(
        "a province that the article names",
        _province_of_the_article,
        "Roads were closed in Chicago, Peoria, Joliet and Springfield.",
    ),
    PlaceEvidence(
        "a parent named beside it",
        _parent_beside_it,
        "Police in Moscow, Idaho, arrested two men.",
    ),
)
_RENOWN_AT = next(at for at, evidence in enumerate(EVIDENCE) if evidence.score is _renown)


def best(toponym: Toponym, article: ArticlePlaces) -> Choice | None:
    """Give the best candidate, the first of several as good; None where even the best is weak."""
    choice: Choice | None = None
    for place in toponym.candidates:
        added = tuple(evidence.score(place, toponym, article) for evidence in EVIDENCE)
        score = sum(added)
        if choice is None or score > choice.score + 1e-9:
            choice = Choice(place, score, added)
    return choice if choice is not None and _is_sure(choice, article) else None


def _is_sure(choice: Choice, article: ArticlePlaces) -> bool:
    """Whether the article says enough for the best candidate to be meant at all."""
    place = choice.place
    is_foreign = article.votes > 1 and place.place_type in ("city", "admin2")
    is_foreign = is_foreign and not article.countries[place.country or ""]
    # Renown chooses among namesakes; that the word is a place at all, the article must say.
    return choice.score - choice.evidence[_RENOWN_AT] >= (_FOREIGN_FLOOR if is_foreign else _FLOOR)
