"""Which standing organisation a form means where several share it: RSF, Labour, the Senate.

The article decides: a full name beside the short one, else the countries it names. A form that neither settles is left
alone, with what all its organisations have in common.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.annotate.layers import ArticleContext, Mention
from tasks.annotate.rules import Ladder, Rule
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.ids import hash_id
from tasks.reference.files import fold
from tasks.reference.lexicons import Organisation, organisation_entries, organisation_key, shared

# The countries whose own bodies English newsrooms name without saying whose they are.
_UNMARKED = ("USA", "GBR")
# How far a candidate's country may be behind the article's foremost one.
_FAIR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Context:
    """What an article says about its organisations: its day, the countries it names, the names it uses."""

    day: dt.date | None
    countries: Counter[str]
    names: frozenset[str]


def context_of(article: ArticleContext | None, mentions: Sequence[Mention]) -> Context:
    """Gather the context from linked places and names."""
    published = article.published_at if article else None
    countries = Counter(m.country for m in mentions if m.kind == "place" and m.form == "name" and m.country)
    names = frozenset(fold(m.canonical) for m in mentions if m.kind in ("org", "group") and m.canonical)
    return Context(published.date() if published else None, countries, names)


@dataclass(frozen=True, slots=True)
class Shared:
    """A form that several organisations go by, and the article it stands in."""

    form: str
    entries: tuple[Organisation, ...]
    context: Context

    @property
    def foremost(self) -> int:
        """How often the article names the country that it names most."""
        return max(self.context.countries.values(), default=0)


def _one_name(entries: Sequence[Organisation]) -> Organisation | None:
    return shared(entries) if len({entry.name for entry in entries}) == 1 else None


def _named_in_full(case: Shared) -> Organisation | None:
    # Only a full name settles it, not the shared form itself.
    names, form = case.context.names, fold(case.form)
    return _one_name([entry for entry in case.entries if (name := fold(entry.name)) in names and name != form])


def _unmarked(case: Shared) -> Organisation | None:
    first = case.entries[0]
    return first if not case.foremost and first.country in _UNMARKED else None


def _of_country(case: Shared) -> Organisation | None:
    countries = case.context.countries
    own = [entry.country for entry in case.entries if entry.country and entry.country not in INTERNATIONAL_CODES]
    most = max((countries[country] for country in own), default=0)
    if not most or most < _FAIR_SHARE * case.foremost:
        return None
    return _one_name([entry for entry in case.entries if entry.country and countries[entry.country] == most])


MEANT: Ladder[Shared, Organisation] = Ladder(
    "organisation of a shared form",
    "Which of the organisations that share a form is meant",
    (
        Rule(
            "named in full elsewhere",
            _named_in_full,
            "Reporters Without Borders spoke out on Monday. RSF named two cases.",
        ),
        Rule("American or British, with no country named", _unmarked, "The Senate voted on Monday."),
        Rule("of the country that the article names", _of_country, "In Australia and in Sydney, Labor lost."),
        Rule("what all have in common", lambda case: shared(case.entries), "In France and in Paris, Labour lost."),
    ),
)


def entry_of(form: str, context: Context, at: int) -> Organisation | None:
    """Give the standing organisation that a form means in an article.

    Parameters
    ----------
    form
        The name as it stands, or its canonical form.
    context
        What the article says.
    at
        Character offset of the form in the text.

    Returns
    -------
    Organisation or None
        None where the tables lack the form. Where nothing says which of several is meant, or of several times, what
        they have in common; its name is then empty or the one they share.
    """
    entries = organisation_entries().get(organisation_key(form), ())
    if len(entries) > 1 and context.day is not None:
        day = context.day
        entries = tuple(entry for entry in entries if entry.holds_on(day)) or entries
    if len(entries) <= 1:
        return entries[0] if entries else None
    if (one := _one_name(entries)) is not None:
        return one
    found = MEANT.decide(Shared(form, entries, context), at=at)
    return None if found is None else found.verdict


def as_chosen(mention: Mention, entry: Organisation) -> Mention:
    """Give a mention the identity of the organisation chosen for it, as it is where none was."""
    if not entry.name or mention.canonical == entry.name:
        return mention
    return replace(
        mention,
        entity_id="x:" + hash_id(entry.kind, fold(entry.name)),
        kind=entry.kind,
        canonical=entry.name,
        link_method="alias",
    )
