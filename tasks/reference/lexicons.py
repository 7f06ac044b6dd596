"""The lexicons of names and roles in memory: demonyms, metonyms, organisations, titles, role nouns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.reference.files import fold, split_forms, table


@dataclass(frozen=True, slots=True)
class Demonym:
    """What a demonym points to: the country itself (`is_country`), a place inside or beyond one, or a mere group."""

    country: str | None
    place: str | None
    is_country: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """A standing organisation or a seat of power: canonical name, kind, country or international code, sector.

    `valid_from` and `valid_to` are the first and last day on which this holds; None is open.
    """

    name: str
    kind: str
    country: str | None
    sector: str | None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the entry holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RoleNoun:
    """A noun (or phrase) for somebody who acts.

    Parameters
    ----------
    sort
        person, group (people taken together) or body (an institution).
    gender
        m, f or None.
    country
        Where only one country has them (pope, taoiseach), its code.
    rule
        None; "carrier": a modifier or complement decides first, `sector` is the fallback; "national": the same, and
        the fallback only counts with a country; "relation": says who somebody is to others, never a title (brother).
    """

    phrase: str
    sector: str | None
    sort: str
    gender: str | None
    rule: str | None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A form of address or rank before a name; `honorific` is true where it is no role (Mr)."""

    honorific: bool
    gender: str | None


@lru_cache(maxsize=1)
def demonyms() -> dict[str, Demonym]:
    """Give every demonym by its form as written, adjectives and nouns alike."""
    found: dict[str, Demonym] = {}
    for row in table("countries.csv"):
        for form in (*split_forms(row["adjectives"]), *split_forms(row["nouns"])):
            found.setdefault(form, Demonym(row["iso3"], None, True))
    for row in table("demonyms.csv"):
        for form in split_forms(row["forms"]):
            found.setdefault(form, Demonym(row["country"] or None, row["place"] or None, False))
    return found


@lru_cache(maxsize=1)
def country_names() -> frozenset[str]:
    """Give the forms of country names that are safe to find without NER, as written."""
    return frozenset(form for row in table("countries.csv") for form in split_forms(row["names"]))


@lru_cache(maxsize=1)
def organisation_entries() -> dict[str, tuple[Organisation, ...]]:
    """Give all standing organisations and seats of power that a form can mean: acronyms as written, others folded."""
    found: dict[str, list[Organisation]] = {}
    for row in table("organisations.csv"):
        entry = Organisation(
            row["name"],
            row["kind"],
            row["country"] or None,
            row["sector"] or None,
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        for key in {organisation_key(form): None for form in (row["name"], *split_forms(row["aliases"]))}:
            found.setdefault(key, []).append(entry)
    for row in table("metonyms.csv"):
        forms = split_forms(row["forms"])
        entry = Organisation(forms[0], "org", row["country"] or None, row["sector"] or None)
        for form in forms:
            if organisation_key(form) not in found:
                found[organisation_key(form)] = [entry]
    return {key: tuple(entries) for key, entries in found.items()}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def organisations() -> dict[str, Organisation]:
    """Give the standing organisation of each form; of a form that several share, only what they have in common."""
    return {
        key: entries[0] if len(entries) == 1 else shared(entries) for key, entries in organisation_entries().items()
    }


def shared(entries: Sequence[Organisation]) -> Organisation:
    """Give what several organisations have in common; the name is empty where they have several."""
    names = {entry.name for entry in entries}
    countries = {entry.country for entry in entries}
    sectors = {entry.sector for entry in entries}
    return Organisation(
        entries[0].name if len(names) == 1 else "",
        entries[0].kind,
        entries[0].country if len(countries) == 1 else None,
        entries[0].sector if len(sectors) == 1 else None,
    )


def organisation_key(form: str) -> str:
    """Give the key of an organisation's name: a short form counts as written (IS is not "is"), others without case."""
    bare = form[4:] if form[:4].lower() == "the " else form
    return bare if len(bare) <= 5 else fold(bare)


@lru_cache(maxsize=1)
def titles() -> dict[str, Title]:
    """Give forms of address and ranks, without case."""
    return {
        row["form"].casefold(): Title(row["honorific"] == "1", row["gender"] or None) for row in table("titles.csv")
    }


@lru_cache(maxsize=1)
def role_nouns() -> dict[str, RoleNoun]:
    """Give role nouns by phrase (lemmas, lower case)."""
    found: dict[str, RoleNoun] = {}
    for row in table("sectors.csv"):
        if not row["sort"]:
            # No role of anybody, but able to act: "a patrol boat sank …".
            continue
        found[row["phrase"]] = RoleNoun(
            row["phrase"],
            row["sector"] or None,
            row["sort"],
            row["gender"] or None,
            row["rule"] or None,
            row["country"] or None,
        )
    return found


@lru_cache(maxsize=1)
def acting_nouns() -> dict[str, tuple[str, ...]]:
    """Give what a frame may call the nouns that can act: the sector they count as, then what they are besides."""
    found: dict[str, tuple[str, ...]] = {}
    for row in table("sectors.csv"):
        own, besides = split_forms(row["sector"]), split_forms(row["filter"])
        # A carrier's own sector is the last resort.
        codes = (*besides, *own) if row["rule"] in ("carrier", "national") else (*own, *besides)
        if codes:
            found[row["phrase"]] = codes
    return found
