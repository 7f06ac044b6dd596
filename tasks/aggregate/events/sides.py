"""Whether two reports can mean the same actors: Putin, the Kremlin and Moscow are one side, Putin and Lavrov two.

A vaguer word speaks against nobody that it may mean: “gunmen” may be rebels, “nine people” nurses, a city shelled those
who live there. A country that no word tells (it was taken from the place) sets two descriptions of one sort not apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.aggregate.events.reports import Side
from tasks.aggregate.events.rules import MergeRules

# How much it tells that two sides agree: nothing against it, the same sort of actor, the very same actor.
NOTHING, SORT, NAMED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many sides of two reports agree by name (or by country and government), and by sort only."""

    named: int = 0
    sort: int = 0


def side_fit(one: Side, other: Side, rules: MergeRules) -> int:
    """How well two sides agree: 0 they cannot be the same, else NOTHING, SORT or NAMED."""
    if one.entity_id is not None and one.entity_id == other.entity_id:
        return NAMED
    if one.unknown or other.unknown:
        return NOTHING
    both_known = bool(one.country and other.country)
    if both_known and one.country != other.country:
        return _other_country(one, other, rules)
    same_country = one.country is not None and one.country == other.country
    if one.entity_id and other.entity_id:
        return _two_named(one, other, same_country, rules)
    if one.entity_id or other.entity_id:
        named, described = (one, other) if one.entity_id else (other, one)
        return _named_and_described(named, described, same_country, rules)
    return _two_described(one, other, same_country, rules)


def _other_country(one: Side, other: Side, rules: MergeRules) -> int:
    """Two countries are two sides, but for the seat of a union of states and for a country that no word tells."""
    if rules.seats.get(one.entity_id or "") == other.country or rules.seats.get(other.entity_id or "") == one.country:
        return NAMED
    if one.entity_id or other.entity_id or not (one.guessed or other.guessed):
        return 0
    if one.sector != other.sector:
        return 0
    return SORT if one.head and one.head == other.head else NOTHING


def _two_described(one: Side, other: Side, same_country: bool, rules: MergeRules) -> int:
    if one.sector and other.sector and one.sector != other.sector:
        return _two_sectors(one, other, same_country, rules)
    if one.sector and one.sector == other.sector:
        # “Russian forces” are as good as a name, “Russian police” are not.
        return NAMED if same_country and one.sector in ("GOV", "MIL") else SORT
    return NOTHING


def _two_sectors(one: Side, other: Side, same_country: bool, rules: MergeRules) -> int:
    """Of two sectors one may be the vaguer word: gunmen for rebels, people for nurses."""
    for vague, exact in ((one, other), (other, one)):
        if vague.sector == "UAF" and exact.sector in rules.armed_sectors:
            return NOTHING
        if vague.people and exact.sector not in (*rules.state_sectors, *rules.armed_sectors, "UAF"):
            return SORT if same_country else NOTHING
    return 0


def _two_named(one: Side, other: Side, same_country: bool, rules: MergeRules) -> int:
    if not same_country:
        return 0
    if one.kind == "place" and other.kind == "place":
        return NAMED
    if "place" in (one.kind, other.kind):
        place, actor = (one, other) if one.kind == "place" else (other, one)
        if actor.sector is None:
            return SORT
        return NAMED if actor.sector in rules.state_sectors else NOTHING if place.target else 0
    # A person and the body it speaks for: Putin and the Kremlin. Two persons are two, two bodies are two.
    mixed = (one.kind == "person") != (other.kind == "person")
    return NAMED if mixed and one.sector == other.sector and one.sector in rules.state_sectors else 0


def _named_and_described(named: Side, described: Side, same_country: bool, rules: MergeRules) -> int:
    of_state = described.sector in rules.state_sectors
    if named.target or named.kind == "place":
        return _place_and_described(named, described, same_country, of_state)
    if not named.sector or not described.sector:
        return SORT if same_country else NOTHING
    if named.sector == described.sector:
        return NAMED if same_country and of_state else SORT
    return NOTHING if described.sector == "UAF" and named.sector in rules.armed_sectors else 0


def _place_and_described(named: Side, described: Side, same_country: bool, of_state: bool) -> int:
    if named.target:
        # “Shelled Mosul”: whoever is there may be meant.
        return SORT if same_country and of_state else NOTHING
    if described.sector and not of_state:
        return 0
    return NAMED if same_country and described.sector else SORT


def sides_fit(some: tuple[Side, ...], others: tuple[Side, ...], rules: MergeRules) -> Agreement | None:
    """Compare the actors (or recipients) of two reports.

    They fit where one set is part of the other, every side taken for the same or for a vaguer word for it; a set that
    is empty fits all. None where they do not fit.
    """
    if not some or not others:
        return Agreement()
    grid = [[side_fit(one, other, rules) for other in others] for one in some]
    rows = [max(row) for row in grid]
    columns = [max(row[index] for row in grid) for index in range(len(others))]
    if min(rows) == 0 and min(columns) == 0:
        return None
    named = min(rows.count(NAMED), columns.count(NAMED))
    told = min(sum(fit >= SORT for fit in rows), sum(fit >= SORT for fit in columns))
    return Agreement(named, told - named)


def exactness(side: Side) -> int:
    """How exactly a side is told: a person before a body, before a country, before a description."""
    if side.entity_id is None:
        return 0 if side.unknown else 1 + (side.country is not None and side.sector is not None)
    return {"person": 5, "place": 3}.get(side.kind or "", 4)


def absorb(known: tuple[Side, ...], more: tuple[Side, ...], rules: MergeRules) -> tuple[Side, ...]:
    """The sides of an event after one more report: each side once, in its most exact telling."""
    sides = list(known)
    for side in more:
        _absorb_one(sides, side, rules)
    told = [side for side in sides if not side.unknown]
    armed = any(side.sector in rules.armed_sectors for side in told)
    whose = [side for side in told if not (armed and side.sector == "UAF" and side.entity_id is None)]
    return tuple(whose or sides[:1])


def _absorb_one(sides: list[Side], side: Side, rules: MergeRules) -> None:
    fits = [index for index, other in enumerate(sides) if side_fit(side, other, rules) >= SORT]
    if not fits:
        sides.append(side)
    elif all(exactness(sides[index]) < exactness(side) for index in fits):
        sides[fits[0]] = side
        for index in reversed(fits[1:]):
            del sides[index]


def known_sides(sides: tuple[Side, ...]) -> tuple[Side, ...]:
    """The sides that tell who: not those of which nothing is told, nor a city shelled, which tells where."""
    return tuple(side for side in sides if not side.unknown and not side.target)


def unknown_heads(sides: tuple[Side, ...]) -> set[str]:
    """The nouns of those of which nothing else is told: nobody knows whose, but a camp is a camp."""
    return {side.head for side in sides if side.unknown and side.head}


def side_keys(side: Side, rules: MergeRules) -> tuple[str, ...]:
    """By what reports in other articles look a side up: its country or itself, and the union seated there."""
    seat = rules.seats.get(side.entity_id or "")
    return tuple(key for key in (side.key, seat) if key)
