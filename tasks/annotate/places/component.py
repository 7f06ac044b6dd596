"""Places: toponyms and demonyms linked to the gazetteer, decided by the whole article.

Each name has candidates in the gazetteer (`toponym`), and the article speaks for one of them (`evidence`): by the
countries it names or means by demonyms, the countries and admin1 units of its other places, a parent named beside the
name ("Paris, Texas"), the dateline, and the paper's own country. Names that can only be one place vote first. A name
whose best candidate stays weak is linked to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import Mention
from tasks.annotate.places.evidence import Choice, article_places, best
from tasks.annotate.places.origin import origin_of
from tasks.annotate.places.toponym import GENERIC_TAILS, PLACE_LABELS, Toponym, is_toponym, read_toponyms
from tasks.annotate.syntax.parse import Parse, parse_of
from tasks.reference.gazetteer import Gazetteer, Place, load_gazetteer
from tasks.reference.lexicons import Demonym, demonyms

__all__ = ["COMPONENT", "PLACE_LABELS", "dateline_places", "link_places"]

COMPONENT = "dateline_places"
# What one mention in a dateline and one in the text say for their country.
_IN_DATELINE, _IN_TEXT = 3, 1
# A place of this share of the choice's inhabitants could be meant as well.
_RIVAL = 0.2
# Score from which a link is beyond doubt.
_SURE = 1.5
# What a regional demonym means where one name is several places: "Tibetan", "New Yorker".
_DEMONYM_ORDER = {"admin1": 0, "region": 0, "natural": 0, "country": 1, "city": 2, "admin2": 3}


@Language.factory(COMPONENT, assigns=["doc._.mentions"], requires=["doc._.mentions", "doc._.sections"])
def dateline_places(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that links place names and demonyms to the gazetteer."""

    def annotate(doc: Doc) -> Doc:
        mentions: tuple[Mention, ...] = doc._.mentions
        origin = origin_of(doc) if any(map(is_toponym, mentions)) else None
        # Asked for anew with each Doc, since a worker that was forked must open the gazetteer itself.
        doc._.mentions = link_places(parse_of(doc), mentions, load_gazetteer(), origin)
        return doc

    return annotate


def link_places(
    parse: Parse, mentions: tuple[Mention, ...], gazetteer: Gazetteer, origin: str | None
) -> tuple[Mention, ...]:
    """Give the mentions with places and demonyms linked, all others as they are.

    Parameters
    ----------
    origin
        The country where the article was published, None where nothing says it.
    """
    toponyms = read_toponyms(parse, mentions, gazetteer, origin)
    choices = _choose(toponyms, _country_votes(mentions, gazetteer), origin)
    return tuple(
        _with_demonym(mention, gazetteer)
        if mention.label == "NORP" and mention.form == "name"
        else _with_place(mention, choices.get(mention.start) if is_toponym(mention) else None)
        for mention in mentions
    )


# ---------- which place each name is
def _choose(toponyms: Sequence[Toponym], countries: Counter[str], origin: str | None) -> dict[int, Choice | None]:
    """Choose a place for each toponym, by its offset: once by countries alone, then by the names that are clear."""
    article = article_places(countries, Counter(), origin)
    first = _by_name((t, best(t, article)) for t in toponyms)
    by_country, by_admin = Counter(countries), Counter[int]()
    own: dict[str, Counter[str]] = {}
    for t in toponyms:
        choice = first[t.key]
        if choice is None or not (t.parents or _is_clear(t, choice.place)):
            continue
        weight = _IN_DATELINE if t.section == "dateline" else _IN_TEXT
        if choice.place.country:
            by_country[choice.place.country] += weight
            own.setdefault(t.key, Counter())[choice.place.country] += weight
        if choice.place.admin1_id:
            by_admin[choice.place.admin1_id] += weight
    # A name's own votes do not speak for it.
    second = _by_name(
        (t, best(t, article_places(by_country - own.get(t.key, Counter()), by_admin, origin))) for t in toponyms
    )
    return {t.mention.start: second[t.key] if t.candidates else _by_whole_name(t, second) for t in toponyms}


def _by_name(choices: Iterable[tuple[Toponym, Choice | None]]) -> dict[str, Choice | None]:
    """Give the best choice of each name: a parent named beside one mention decides for its other mentions as well."""
    found: dict[str, Choice | None] = {}
    for toponym, choice in choices:
        known = found.get(toponym.key)
        if known is None or (choice is not None and choice.score > known.score):
            found[toponym.key] = choice
    return found


def _by_whole_name(toponym: Toponym, choices: Mapping[str, Choice | None]) -> Choice | None:
    """Give the choice of a longer name: "the North West" is the North West region that the article names elsewhere."""
    named = (choices.get(f"{toponym.key} {tail}") for tail in GENERIC_TAILS)
    return next((choice for choice in named if choice is not None), None)


def _is_clear(toponym: Toponym, choice: Place) -> bool:
    """Whether a name can hardly mean anything else: all its candidates that matter lie in one country."""
    if choice.place_type == "country":
        return False  # counted among the country votes
    rivals = {p.country for p in toponym.candidates if p.main and p.population >= _RIVAL * choice.population}
    return rivals <= {choice.country}


# ---------- countries beyond doubt
def _country_votes(mentions: Iterable[Mention], gazetteer: Gazetteer) -> Counter[str]:
    """Count the countries that the article means beyond doubt: by demonym, or by a name that is a country's."""
    named = (_country_meant(mention, gazetteer) for mention in mentions if mention.form == "name")
    return Counter(country for country in named if country is not None)


def _country_meant(mention: Mention, gazetteer: Gazetteer) -> str | None:
    name = mention.canonical
    if name is None:
        return None
    if mention.label == "NORP":
        entry = demonyms().get(name)
        return entry.country or None if entry else None
    return _nation(name, gazetteer) if mention.label == "GPE" else None


def _nation(name: str, gazetteer: Gazetteer) -> str | None:
    """Give the country of a name that is no province's as well, as Georgia is."""
    found = [place for place in gazetteer.lookup(name) if place.main]
    if any(place.place_type == "admin1" for place in found):
        return None
    return next((place.country for place in found if place.place_type == "country" and place.country), None)


# ---------- writing
def _with_place(mention: Mention, choice: Choice | None) -> Mention:
    if choice is None:
        return mention
    score = round(min(choice.score / _SURE, 1.0), 3)
    return _linked(mention, choice.place, score, choice.place.country)


def _with_demonym(mention: Mention, gazetteer: Gazetteer) -> Mention:
    """Link "Turkish" to Turkey and "Catalan" to Catalonia; a people without a land stays a group."""
    entry = demonyms().get(mention.canonical or "")
    if entry is None:
        return mention
    place = _place_of(entry, gazetteer)
    if place is None:
        return replace(mention, country=entry.country, country_method="name" if entry.country else None)
    return _linked(mention, place, 1.0, entry.country or place.country)


def _place_of(entry: Demonym, gazetteer: Gazetteer) -> Place | None:
    if entry.is_country and entry.country:
        return gazetteer.country(entry.country)
    if not entry.place:
        return None
    found = [p for p in gazetteer.lookup(entry.place) if entry.country is None or p.country == entry.country]
    return min(found, key=lambda p: (not p.main, _DEMONYM_ORDER[p.place_type], -p.population, p.key), default=None)


def _linked(mention: Mention, place: Place, score: float, country: str | None) -> Mention:
    return replace(
        mention,
        entity_id=place.entity_id,
        kind="place",
        canonical=place.name,
        link_method="gazetteer",
        link_score=score,
        country=country,
        country_method="name" if country else None,
    )
