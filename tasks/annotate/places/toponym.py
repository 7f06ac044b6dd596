"""A toponym and its candidates: what the gazetteer has under a name, narrowed by the words right around it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.annotate.layers import Mention
from tasks.annotate.syntax.parse import Parse
from tasks.reference.files import fold, toml, words
from tasks.reference.gazetteer import Gazetteer, Place

PLACE_LABELS = frozenset(("GPE", "LOC", "FAC"))
_DIRECTIONS = words("places")["directions"]
_TYPES_BY_TAIL: Mapping[str, Sequence[str]] = toml("place_tails.toml")["types"]
GENERIC_TAILS = tuple(_TYPES_BY_TAIL)
_MAX_CANDIDATES = 40
# Letters up to which a name in capitals is an acronym.
_ACRONYM = 5
# What ten times as many names in GeoNames are worth to a city.
_RENOWN = 0.2


@dataclass(frozen=True, slots=True)
class Toponym:
    """A mention of a place with its candidates.

    `key` is the folded name, with the generic word behind it if there is one. `parents` are places named behind a
    comma ("Paris, Texas"), `section` is the kind of section it stands in, `renown` what its cities' fame is worth to
    their countries.
    """

    mention: Mention
    key: str
    section: str
    candidates: tuple[Place, ...]
    parents: tuple[Place, ...]
    renown: Mapping[str, float]


def is_toponym(mention: Mention) -> bool:
    """Whether a mention names a place."""
    return mention.label in PLACE_LABELS and mention.form == "name"


def read_toponyms(parse: Parse, mentions: Sequence[Mention], gazetteer: Gazetteer, origin: str | None) -> list[Toponym]:
    """Give the toponyms among the mentions of an article; `origin` is the country where it was published."""
    starts = [section.start for section in parse.sections]
    found: list[Toponym] = []
    for mention, following in zip(mentions, (*mentions[1:], None), strict=False):
        if is_toponym(mention):
            at = bisect_right(starts, mention.start) - 1
            section = parse.sections[at].kind if at >= 0 else "paragraph"
            found.append(_read(parse, mention, following, section, gazetteer, origin))
    return found


def _read(
    parse: Parse, mention: Mention, following: Mention | None, section: str, gazetteer: Gazetteer, origin: str | None
) -> Toponym:
    form = parse.text[mention.start : mention.end]
    behind = parse[mention.token_end].lower_ if mention.token_end < len(parse) else ""
    behind_comma = mention.token_start > 0 and parse[mention.token_start - 1].text == ","
    candidates = _without_short_forms(_candidates(form, behind, gazetteer), form, section, behind_comma)
    parents: tuple[Place, ...] = ()
    if behind == "," and following is not None and following.token_start == mention.token_end + 1:
        parents = _parents(parse.text[following.start : following.end], gazetteer)
        if any(place.place_type == "country" and place.main for place in candidates):
            # "Russia, the U.S. and China" is a list, "Georgia, USA" is not.
            candidates = _without_towns(candidates, ("city",))
    key = f"{fold(form)} {behind}" if behind in GENERIC_TAILS else fold(form)
    return Toponym(mention, key, section, candidates, parents, _renown(candidates, origin))


def _without_short_forms(
    candidates: tuple[Place, ...], form: str, section: str, behind_comma: bool
) -> tuple[Place, ...]:
    """Leave out what letters alone do not mean where they stand."""
    if not behind_comma:
        # "IL" is Illinois in "Springfield, IL" alone.
        candidates = tuple(place for place in candidates if not place.abbreviation)
    if form.isupper() and len(form) <= _ACRONYM and section == "paragraph":
        # Capitals in running text are an acronym (MENA is no town in Arkansas).
        candidates = _without_towns(candidates, ("city", "admin2"))
    return candidates


def _without_towns(candidates: Iterable[Place], types: Sequence[str]) -> tuple[Place, ...]:
    """Give the candidates that are capitals or of no such type."""
    return tuple(place for place in candidates if place.capital or place.place_type not in types)


def _parents(form: str, gazetteer: Gazetteer) -> tuple[Place, ...]:
    return tuple(place for place in gazetteer.lookup(form) if place.place_type != "city")


def _candidates(form: str, behind: str, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Give the places of a name that the generic word in it or behind it leaves."""
    found, tail = _looked_up(form, behind, gazetteer)
    types = _TYPES_BY_TAIL.get(tail, ())
    if types and any(place.place_type == types[0] for place in found):
        found = tuple(place for place in found if place.place_type in types)
    return found[:_MAX_CANDIDATES]


def _looked_up(form: str, behind: str, gazetteer: Gazetteer) -> tuple[tuple[Place, ...], str]:
    """Give the places of a name and its generic word; directions and tails fall off where the whole is unknown."""
    whole = gazetteer.lookup(f"{form} {behind}") if behind in GENERIC_TAILS else ()
    found = whole or gazetteer.lookup(form)
    parts = form.split()
    if found or len(parts) < 2:
        return found, behind
    if parts[0].lower().rstrip("-") in _DIRECTIONS:
        return gazetteer.lookup(" ".join(parts[1:])), behind
    tail = parts[-1].lower()
    return (gazetteer.lookup(" ".join(parts[:-1])), tail) if tail in GENERIC_TAILS else ((), behind)


def _renown(candidates: Sequence[Place], origin: str | None) -> dict[str, float]:
    """Score the countries of a name's cities: a city that many languages have a name for is meant more often.

    All of a country's candidates get it, so that it never decides between a city and its own province. Nobody gets it
    where one candidate lies in the country of the paper: a local paper's readers think of the town at home before the
    one that the world knows.
    """
    scores: dict[str, float] = {}
    if origin is not None and any(place.country == origin for place in candidates):
        return scores
    for place in candidates:
        if place.place_type == "city" and place.main and place.country:
            score = _RENOWN * max(0.0, math.log10(place.known_names + 1) - 1.0)
            scores[place.country] = max(scores.get(place.country, 0.0), score)
    return scores
