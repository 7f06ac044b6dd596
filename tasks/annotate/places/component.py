"""Places: toponyms and demonyms linked to the gazetteer, decided by the whole article.

Each name has candidates in the gazetteer. A candidate's score is its own weight (country, capital, population, whether
the name is its own or an alternate one, and in how many languages its city has a name) plus what the article says for
it: countries named or meant by demonyms, the countries and admin1 units of its other places, a parent named beside it
("Paris, Texas"), the dateline, and the paper's own country. Names that can only be one place vote first. A name whose
best candidate stays weak is linked to nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import Mention
from tasks.annotate.places.origin import origin_of
from tasks.annotate.syntax.parse import parse_of
from tasks.reference.files import fold
from tasks.reference.gazetteer import Gazetteer, Place, load_gazetteer
from tasks.reference.lexicons import demonyms

COMPONENT = "dateline_places"

PLACE_LABELS = frozenset(("GPE", "LOC", "FAC"))
_MAX_CANDIDATES = 40
# What a paper's own country adds to a town there: a large one beats a namesake abroad, a village does not.
_ORIGIN = 0.42
# Score of a candidate below which the name stays unlinked.
_FLOOR = 0.3
# The same for a town in a country that the article does not name: a village of the same name elsewhere is a worse
# answer than none.
_FOREIGN_FLOOR = 0.5
# What ten times as many names in GeoNames are worth to a city.
_RENOWN = 0.2
_DIRECTIONS = frozenset((
    "northern", "southern", "eastern", "western", "central", "north", "south", "east", "west", "northeast",
    "northwest", "southeast", "southwest", "upper", "lower", "greater", "downtown", "mainland", "inner", "outer",
))  # fmt: skip
_GENERIC_TAILS = (
    "city",
    "province",
    "state",
    "county",
    "region",
    "district",
    "governorate",
    "oblast",
    "prefecture",
    "town",
)
_ADMIN_TAILS = frozenset(("province", "state", "governorate", "oblast", "region", "prefecture", "department"))


# What a regional demonym means where one name is several places: "Tibetan", "New Yorker".
_DEMONYM_ORDER = {"admin1": 0, "region": 0, "natural": 0, "country": 1, "city": 2, "admin2": 3}


@dataclass(frozen=True, slots=True)
class _Toponym:
    """A place mention with its candidates; `parents` are names behind a comma ("Paris, Texas")."""

    mention: Mention
    key: str
    candidates: tuple[Place, ...]
    parents: tuple[Place, ...]


@Language.factory(COMPONENT)
def make_places(nlp: Language, name: str) -> DatelinePlaces:
    """Register the component; it has no settings."""
    return DatelinePlaces()


class DatelinePlaces:
    """Link the place names and demonyms among `doc._.mentions`."""

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc in place."""
        doc._.mentions = link_places(doc, doc._.mentions, load_gazetteer())
        return doc


def link_places(doc: Doc, mentions: tuple[Mention, ...], gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Give the mentions with places and demonyms linked, all others as they are."""
    text = parse_of(doc).text
    starts = [section.start for section in doc._.sections]
    kinds = {
        mention: doc._.sections[at].kind if (at := bisect_right(starts, mention.start) - 1) >= 0 else "paragraph"
        for mention in mentions
        if mention.label in PLACE_LABELS and mention.form == "name"
    }
    toponyms = [
        _toponym(
            doc, text, mention, mentions[i + 1] if i + 1 < len(mentions) else None, gazetteer,
            kinds[mention] != "paragraph",
        )
        for i, mention in enumerate(mentions)
        if mention in kinds
    ]  # fmt: skip
    countries = _country_votes(mentions, gazetteer)
    origin = origin_of(doc) if toponyms else None
    first: dict[str, tuple[Place, float] | None] = {}
    for t in toponyms:
        _keep_better(first, t, _best(t, countries, Counter(), origin))
    by_country, by_admin = Counter(countries), Counter[int]()
    own: Counter[tuple[str, str]] = Counter()
    for t in toponyms:
        choice = first[t.key]
        if choice is None or not (t.parents or _is_clear(t, choice[0])):
            continue
        place = choice[0]
        weight = 3 if kinds[t.mention] == "dateline" else 1
        if place.country:
            by_country[place.country] += weight
            own[(t.key, place.country)] += weight
        if place.admin1_id:
            by_admin[place.admin1_id] += weight
    choices: dict[str, tuple[Place, float] | None] = {}
    for t in toponyms:
        # A name's own votes do not speak for it.
        others = by_country - Counter({iso: own[(t.key, iso)] for iso in by_country if own[(t.key, iso)]})
        _keep_better(choices, t, _best(t, others, by_admin, origin))
    for t in toponyms:
        if not t.candidates:
            # "the North West" is the North West region that the article names elsewhere.
            named = (choices.get(f"{t.key} {tail}") for tail in _GENERIC_TAILS)
            choices[t.key] = next((choice for choice in named if choice is not None), None)
    linked = {t.mention: choices[t.key] for t in toponyms}
    return tuple(_apply(mention, linked.get(mention), gazetteer) for mention in mentions)


def _keep_better(
    choices: dict[str, tuple[Place, float] | None], toponym: _Toponym, choice: tuple[Place, float] | None
) -> None:
    """Set the choice for a name; a parent named beside one mention decides for the name's other mentions as well."""
    known = choices.get(toponym.key)
    if known is None or (choice is not None and choice[1] > known[1]):
        choices[toponym.key] = choice


def _toponym(
    doc: Doc, text: str, mention: Mention, following: Mention | None, gazetteer: Gazetteer, shouted: bool
) -> _Toponym:
    form = text[mention.start : mention.end]
    after = doc[mention.token_end].lower_ if mention.token_end < len(doc) else ""
    behind_comma = mention.token_start > 0 and doc[mention.token_start - 1].text == ","
    candidates = tuple(p for p in _candidates(form, after, gazetteer) if behind_comma or not p.abbreviation)
    if form.isupper() and len(form) <= 5 and not shouted:
        # Capitals in running text are an acronym (MENA is no town in Arkansas).
        candidates = tuple(p for p in candidates if p.place_type not in ("city", "admin2") or p.capital)
    parents: tuple[Place, ...] = ()
    if following is not None and following.token_start == mention.token_end + 1 and doc[mention.token_end].text == ",":
        parents = tuple(p for p in gazetteer.lookup(text[following.start : following.end]) if p.place_type != "city")
        if any(p.place_type == "country" and p.main for p in candidates):
            # "Russia, the U.S. and China" is a list, "Georgia, USA" is not.
            candidates = tuple(p for p in candidates if p.place_type != "city" or p.capital)
    key = f"{fold(form)} {after}" if after in _GENERIC_TAILS else fold(form)
    return _Toponym(mention, key, candidates, parents)


def _candidates(form: str, after: str, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Give the candidates of a name; directions and generic tails fall off where the whole name is unknown."""
    if after in _GENERIC_TAILS and (whole := gazetteer.lookup(f"{form} {after}")):
        found = whole
    else:
        found = gazetteer.lookup(form)
    if not found:
        words = form.split()
        if len(words) > 1 and words[0].lower().rstrip("-") in _DIRECTIONS:
            found = gazetteer.lookup(" ".join(words[1:]))
        elif len(words) > 1 and words[-1].lower() in _GENERIC_TAILS:
            found = gazetteer.lookup(" ".join(words[:-1]))
            after = words[-1].lower()
    if after in _ADMIN_TAILS and any(place.place_type == "admin1" for place in found):
        found = tuple(place for place in found if place.place_type in ("admin1", "country"))
    elif after in ("county", "district") and any(place.place_type == "admin2" for place in found):
        found = tuple(place for place in found if place.place_type == "admin2")
    elif after in ("city", "town") and any(place.place_type == "city" for place in found):
        found = tuple(place for place in found if place.place_type == "city")
    return found[:_MAX_CANDIDATES]


def _country_votes(mentions: Sequence[Mention], gazetteer: Gazetteer) -> Counter[str]:
    """Count the countries that the article means beyond doubt: by demonym, or by a name that is a country's."""
    votes: Counter[str] = Counter()
    for mention in mentions:
        if mention.form != "name" or mention.canonical is None:
            continue
        if mention.label == "NORP":
            entry = demonyms().get(mention.canonical)
            if entry and entry.country:
                votes[entry.country] += 1
        elif mention.label == "GPE":
            found = [place for place in gazetteer.lookup(mention.canonical) if place.main]
            nations = [place.country for place in found if place.place_type == "country" and place.country]
            if nations and not any(place.place_type == "admin1" for place in found):
                votes[nations[0]] += 1
    return votes


def _weight(place: Place) -> float:
    """Score a candidate by itself."""
    size = math.log10(place.population + 1)
    if place.place_type == "country":
        score = 1.2
    elif place.place_type in ("region", "natural"):
        score = 1.0
    elif place.place_type == "admin1":
        score = 0.42 + 0.03 * size
    elif place.place_type == "admin2":
        score = 0.1 + 0.04 * size
    else:
        score = 0.1 * size + (0.25 if place.capital else 0.0)
    return score - (0.0 if place.main else 0.2)


def _renown(candidates: Iterable[Place]) -> dict[str, float]:
    """Score the countries of a name's cities: a city that many languages have a name for is meant more often.

    All of a country's candidates get it, so that it never decides between a city and its own province.
    """
    scores: dict[str, float] = {}
    for place in candidates:
        if place.place_type == "city" and place.main and place.country:
            score = _RENOWN * max(0.0, math.log10(place.known_names + 1) - 1.0)
            scores[place.country] = max(scores.get(place.country, 0.0), score)
    return scores


def _best(
    toponym: _Toponym, countries: Counter[str], admins: Counter[int], origin: str | None
) -> tuple[Place, float] | None:
    """Give the best candidate and its score, None where even the best is weak."""
    total = sum(count for count in countries.values() if count > 0)
    admin_total = sum(admins.values())
    best: tuple[Place, float] | None = None
    # A local paper's readers think of the town at home before the one that the world knows.
    at_home = origin is not None and any(place.country == origin for place in toponym.candidates)
    renown = {} if at_home else _renown(toponym.candidates)
    for place in toponym.candidates:
        score = _weight(place) + renown.get(place.country or "", 0.0)
        if total and place.country:
            score += 0.45 * max(countries[place.country], 0) / total
            score += 0.15 if countries[place.country] > 0 else 0.0
        if origin is not None and place.country == origin and place.place_type == "city":
            score += _ORIGIN
        if admin_total and place.admin1_id:
            score += 0.2 * admins[place.admin1_id] / admin_total
        if any(_contains(parent, place) for parent in toponym.parents):
            score += 2.0
        if best is None or score > best[1] + 1e-9:
            best = (place, score)
    if best is None:
        return None
    place, score = best
    foreign = total > 1 and place.place_type in ("city", "admin2") and not countries[place.country or ""]
    # Renown chooses among namesakes; that the word is a place at all, the article must say.
    sure = score - renown.get(place.country or "", 0.0)
    return best if sure >= (_FOREIGN_FLOOR if foreign else _FLOOR) else None


def _contains(parent: Place, place: Place) -> bool:
    if parent.key == place.key:
        return False
    if parent.place_type == "country":
        return parent.country == place.country
    if parent.place_type == "admin1":
        return parent.geonameid == place.admin1_id
    return parent.place_type == "admin2" and parent.admin1_id == place.admin1_id


def _is_clear(toponym: _Toponym, choice: Place) -> bool:
    """Whether a name can hardly mean anything else: all its candidates that matter lie in one country."""
    if choice.place_type == "country":
        return False  # counted among the country votes
    rivals = {p.country for p in toponym.candidates if p.main and p.population >= 0.2 * choice.population}
    return rivals <= {choice.country}


def _apply(mention: Mention, choice: tuple[Place, float] | None, gazetteer: Gazetteer) -> Mention:
    if mention.label == "NORP" and mention.form == "name":
        return _apply_demonym(mention, gazetteer)
    if choice is None:
        return mention
    place, score = choice
    return replace(
        mention,
        entity_id=place.entity_id,
        kind="place",
        canonical=place.name,
        link_method="gazetteer",
        link_score=round(min(score / 1.5, 1.0), 3),
        country=place.country,
        country_method="name" if place.country else None,
    )


def _apply_demonym(mention: Mention, gazetteer: Gazetteer) -> Mention:
    """Link "Turkish" to Turkey and "Catalan" to Catalonia; a people without a land stays a group."""
    name = mention.canonical or ""
    entry = demonyms().get(name)
    if entry is None:
        return mention
    place: Place | None = None
    if entry.is_country and entry.country:
        place = gazetteer.country(entry.country)
    elif entry.place:
        found = [p for p in gazetteer.lookup(entry.place) if entry.country is None or p.country == entry.country]
        place = min(found, key=lambda p: (not p.main, _DEMONYM_ORDER[p.place_type], -p.population, p.key), default=None)
    if place is None:
        return replace(mention, country=entry.country, country_method="name" if entry.country else None)
    return replace(
        mention,
        entity_id=place.entity_id,
        kind="place",
        canonical=place.name,
        link_method="gazetteer",
        link_score=1.0,
        country=entry.country or place.country,
        country_method="name" if entry.country or place.country else None,
    )
