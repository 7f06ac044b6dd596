"""Heads of state and other office holders whom news names without their country: "Prime Minister Justin Trudeau".

The table (`tasks/data/office_holders.csv`) gives names with country, sector and years. Words of the article are always
above it: it fills only what they leave open. On the day of the article somebody who has left office is ELI, and of
several offices the one held counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.annotate.actors.organisations import Context
from tasks.annotate.layers import Mention
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.parse import Parse
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.reference.files import fold, split_forms, table

_HOLDER = re.compile(r"(?P<mark>[!?]?)(?P<names>.+?) (?P<first>\d{4})-(?P<last>\d{4})?")
# Family names stand first there.
_FAMILY_FIRST = frozenset(("CHN", "TWN", "HKG", "PRK", "KOR", "VNM", "KHM"))
# Sectors of offices, which their former holders have no more.
_OFFICES = frozenset(("GOV", "LEG", "JUD", "IGO"))
_PUBLIC = frozenset(("GOV", "LEG", "JUD", "IGO", "ELI", "OPP", "PTY", "MIL"))


@dataclass(frozen=True, slots=True)
class OfficeHolder:
    """One term of one person; `last` is None where it goes on.

    `mark` is "!" for who is known by the surname alone, "?" for whose name many bear, else empty.
    """

    name: str
    country: str
    sector: str
    office: str
    first: int
    last: int | None
    mark: str

    def held_in(self, year: int) -> bool:
        """Whether the office is held in a year; its first and last year count."""
        return self.first <= year and (self.last is None or year <= self.last)


@lru_cache(maxsize=1)
def office_holders() -> tuple[dict[str, tuple[OfficeHolder, ...]], dict[str, tuple[OfficeHolder, ...]]]:
    """Give the terms by full name and by surname, both folded.

    Raises
    ------
    ValueError
        Where a cell of the table is not in its form: a bug of the table.
    """
    full: dict[str, list[OfficeHolder]] = {}
    surnames: dict[str, list[OfficeHolder]] = {}
    for row in table("office_holders.csv"):
        for cell in split_forms(row["holders"]):
            holder, names = _read_holder(row, cell)
            for name in dict.fromkeys(fold(name) for name in names):
                full.setdefault(name, []).append(holder)
            words = fold(holder.name).split()
            if len(words) > 1:
                surname = words[0 if row["country"] in _FAMILY_FIRST else -1]
                surnames.setdefault(surname, []).append(holder)
    return {k: tuple(v) for k, v in full.items()}, {k: tuple(v) for k, v in surnames.items()}


def _read_holder(row: Mapping[str, str], cell: str) -> tuple[OfficeHolder, list[str]]:
    """Read one term and the names of who holds it."""
    found = _HOLDER.fullmatch(cell)
    if found is None:
        raise ValueError(f"office_holders.csv: {cell!r} is not 'name first-last'")
    names = found["names"].split("=")
    last = int(found["last"]) if found["last"] else None
    first, mark = int(found["first"]), found["mark"]
    return OfficeHolder(names[0], row["country"], row["sector"], row["office"], first, last, mark), names


@dataclass(frozen=True, slots=True)
class Holder:
    """A person whose name is in the table, with the terms that the name can mean."""

    parse: Parse
    mention: Mention
    terms: Sequence[OfficeHolder]


def _is_described(case: Holder) -> bool:
    """Whether a noun that is no office of the tables says who a person is: "singer Theresa May"."""
    if case.mention.sector is not None or case.mention.token_start == 0:
        return False
    before = case.parse[case.mention.token_start - 1]
    return before.pos_ == "NOUN" and before.tag_ == "NN" and before.ent_type_ not in ("DATE", "TIME")


def _is_of_other_trade(case: Holder) -> bool:
    sector = case.mention.sector
    return sector is not None and sector not in {*_PUBLIC, *(term.sector for term in case.terms)}


MAY_BE: Ladder[Holder, bool] = Ladder(
    "office holder",
    "Whether a person may be the office holder of that name",
    (
        when("described as something else", _is_described, False, "In London, cellist Theresa May won a prize."),
        when("of another country", lambda case: not case.terms, False, "Canadian Emmanuel Macron left Hanoi."),
        when("of another trade", _is_of_other_trade, False, "Footballer Tony Blair left Hanoi."),
        when("nothing against it", lambda _: True, True, "Emmanuel Macron left Hanoi."),
    ),
)


@dataclass(frozen=True, slots=True)
class FullName:
    """A full name of the table, as an article uses it."""

    mention: Mention
    terms: Sequence[OfficeHolder]
    context: Context


KNOWN: Ladder[FullName, bool] = Ladder(
    "full name of an office holder",
    "Whether a full name is enough to mean an office holder",
    (
        when(
            "a name that few bear",
            lambda case: any(term.mark != "?" for term in case.terms),
            True,
            "Emmanuel Macron left Hanoi.",
        ),
        when(
            "somebody in public life",
            lambda case: case.mention.sector in _PUBLIC,
            True,
            "Prime Minister John Howard left Hanoi.",
        ),
        when(
            "a country that the article names",
            lambda case: any(case.context.countries[term.country] for term in case.terms),
            True,
            "John Howard left Australia.",
        ),
    ),
)


def with_office(parse: Parse, mention: Mention, context: Context) -> Mention:
    """Fill the country and sector of a person in the table, where the article's words say none.

    Parameters
    ----------
    parse
        The parse.
    mention
        Any mention; one that is no person's name, or has both, comes back as it is.
    context
        The article's day and the countries it names.
    """
    if mention.form != "name" or mention.kind != "person" or (mention.country and mention.sector):
        return mention
    named = _terms_of(mention, context)
    if not named:
        return mention
    terms = [term for term in named if mention.country in (None, term.country)]
    found = MAY_BE.decide(Holder(parse, mention, terms), at=mention.start)
    if found is None or not found.verdict:
        return mention
    return _filled(mention, terms, context.day.year if context.day is not None else None)


def _filled(mention: Mention, terms: Sequence[OfficeHolder], year: int | None) -> Mention:
    """Give a person the country and sector of the term that counts in a year, as it is where none does."""
    term = _on(terms, year)
    if term is None:
        return mention
    return replace(
        mention,
        country=mention.country or term.country,
        country_method=mention.country_method or "name",
        sector=mention.sector or _sector_on(term, year),
    )


def _sector_on(term: OfficeHolder, year: int | None) -> str | None:
    """The sector of whoever holds, held or will hold an office: none before it, of the elite after it."""
    if year is not None and year < term.first:
        return None
    former = year is not None and term.last is not None and year > term.last
    return "ELI" if former and term.sector in _OFFICES else term.sector


def _terms_of(mention: Mention, context: Context) -> list[OfficeHolder]:
    """The terms of whom a name means, none where it may be somebody else."""
    full, surnames = office_holders()
    key = fold(mention.canonical or "")
    found = full.get(key, ())
    if found:
        return list(found) if KNOWN.decide(FullName(mention, found, context), at=mention.start) else []
    words = key.split()
    if len(words) == 2 and words[0] in ("al", "el"):
        words = words[1:]
    return _terms_of_surname(surnames.get(words[0], ()), mention, context) if len(words) == 1 else []


def _terms_of_surname(found: Sequence[OfficeHolder], mention: Mention, context: Context) -> list[OfficeHolder]:
    """The terms of the one person whom a surname with its title means, none where it may mean several."""
    title = fold(mention.title or "")
    terms = [term for term in found if term.mark == "!" or _is_office(title, term.office)]
    if context.day is not None and title:
        terms = [term for term in terms if term.held_in(context.day.year)] or terms
    return terms if len({fold(term.name) for term in terms}) == 1 else []


def _is_office(title: str, office: str) -> bool:
    """Whether a title before a name is the office: "Prime Minister Abe", "German Chancellor Kohl"."""
    return bool(title) and f" {title}".endswith(f" {fold(office)}")


def _on(terms: Sequence[OfficeHolder], year: int | None) -> OfficeHolder | None:
    """The term that counts in a year: the last one begun, of those over a national one; None where it is open."""
    if year is None:
        return terms[0] if len({term.country for term in terms}) == 1 else None
    begun = [term for term in terms if term.first <= year]
    held = [term for term in begun if term.held_in(year)]
    if held:
        return max(held, key=lambda term: term.first)
    return max(_national(begun or terms) or begun or terms, key=lambda term: term.last or 0)


def _national(terms: Sequence[OfficeHolder]) -> list[OfficeHolder]:
    return [term for term in terms if term.country not in INTERNATIONAL_CODES]
