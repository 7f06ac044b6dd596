"""Which standing organisation a form means where several share it: RSF, Labour, the Senate.

The article decides: a full name beside the short one, else the countries it names. A form that neither settles is left
alone, with what all its organisations have in common.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from tasks.annotate.layers import Mention
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
    """What an article tells about its organisations: its day, the countries it names, the names it uses."""

    day: dt.date | None
    countries: Counter[str]
    names: frozenset[str]


def context_of(doc: Doc, mentions: Sequence[Mention]) -> Context:
    """Gather the context from linked places and names."""
    published = doc._.article.published_at if doc._.article else None
    countries = Counter(m.country for m in mentions if m.kind == "place" and m.form == "name" and m.country)
    names = frozenset(fold(m.canonical) for m in mentions if m.kind in ("org", "group") and m.canonical)
    return Context(published.date() if published else None, countries, names)


def entry_of(form: str, context: Context) -> Organisation | None:
    """Give the standing organisation that a form means in an article.

    Returns
    -------
    Organisation or None
        None where the tables lack the form. Where nothing tells which of several is meant, or of several times, what
        they have in common; its name is then empty or the one they share.
    """
    entries = organisation_entries().get(organisation_key(form), ())
    if len(entries) > 1 and context.day is not None:
        day = context.day
        entries = tuple(entry for entry in entries if entry.holds_on(day)) or entries
    if len(entries) <= 1:
        return entries[0] if entries else None
    if len({entry.name for entry in entries}) == 1:
        return shared(entries)
    # Only a full name settles it, not the shared form itself.
    full = [entry for entry in entries if fold(entry.name) in context.names and fold(entry.name) != fold(form)]
    if len({entry.name for entry in full}) == 1:
        return shared(full)
    foremost = max(context.countries.values(), default=0)
    if not foremost:
        return entries[0] if entries[0].country in _UNMARKED else shared(entries)
    counts = [context.countries[entry.country] for entry in entries if entry.country and _is_country(entry.country)]
    most = max(counts, default=0)
    best = [entry for entry in entries if entry.country and context.countries[entry.country] == most]
    if most and most >= _FAIR_SHARE * foremost and len({entry.name for entry in best}) == 1:
        return shared(best)
    return shared(entries)


def _is_country(code: str) -> bool:
    return code not in INTERNATIONAL_CODES


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
