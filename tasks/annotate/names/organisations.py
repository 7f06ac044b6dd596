"""Which organisation names of an article mean one organisation: by standing lists, acronyms and legal tails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.annotate.names.candidate import Candidate
from tasks.annotate.rules import Ladder, Rule
from tasks.reference.files import fold
from tasks.reference.files import words as word_lists
from tasks.reference.lexicons import Organisation, organisation_key, organisations

_LEGAL_TAILS = word_lists("names")["legal_tails"]
_SMALL_WORDS = word_lists("names")["small_words"]
_GAPS = re.compile(r"[\s\-]+")


def standing_organisation(form: str) -> Organisation | None:
    """Give the entry of a standing organisation or seat of power, None where the tables lack it.

    Of a form that several organisations share it holds only what they have in common and has no name.
    """
    return organisations().get(organisation_key(form))


def explained_acronyms(
    texts: Sequence[str], candidates: Iterable[Candidate], forms: Mapping[Candidate, str]
) -> Iterator[tuple[str, str]]:
    """Yield (acronym, full name) of names whose acronym is not their initials: "Shanghai Organisation (SHO)"."""
    for c in candidates:
        if c.label != "ORG" or c.end + 2 >= len(texts) or (texts[c.end], texts[c.end + 2]) != ("(", ")"):
            continue
        acronym = texts[c.end + 1]
        if acronym.isupper() and 2 <= len(acronym) <= 8 and acronym != forms[c]:
            yield acronym, forms[c]


@dataclass(frozen=True, slots=True)
class OrganisationForm:
    """A form of an organisation's name, with what the article has: acronyms that it explains, initials, long forms."""

    form: str
    explained: Mapping[str, str]
    initials: Mapping[str, str]
    long_forms: Sequence[str]


def _explained_name(name: OrganisationForm) -> str | None:
    full = name.explained.get(name.form)
    entry = standing_organisation(full) if full is not None else None
    return entry.name if entry and entry.name else full


def _standing_name(name: OrganisationForm) -> str | None:
    entry = standing_organisation(name.form)
    return entry.name or None if entry else None


def _spelt_out(name: OrganisationForm) -> str | None:
    letters = name.form.replace(".", "")
    return name.initials.get(letters) if letters.isupper() and len(letters) >= 3 else None


def _longer_name(name: OrganisationForm) -> str | None:
    """The longest name that is this one with legal or generic words behind it: Labour and Labour Party."""
    words = fold(name.form).split()
    for long in name.long_forms:
        more = fold(long).split()
        if len(more) > len(words) and more[: len(words)] == words and _LEGAL_TAILS.issuperset(more[len(words) :]):
            return long
    return None


ORGANISATION_NAMES: Ladder[OrganisationForm, str] = Ladder(
    "names of organisations",
    "Which name an organisation goes by in its article",
    (
        # What the article explains goes before what the acronym means elsewhere.
        Rule(
            "what the article explains",
            _explained_name,
            "The Presbyterian Church in Cameroon (PCC) closed two schools. The PCC said they would open on Monday.",
        ),
        Rule(
            "the name of a standing organisation",
            _standing_name,
            "The IMF lent Greece more money.",
        ),
        # Which one it is, is decided once the countries are known.
        Rule(
            "a name that several organisations bear",
            lambda name: name.form if standing_organisation(name.form) else None,
            "The Senate rejected the bill.",
        ),
        Rule(
            "the name whose initials it is",
            _spelt_out,
            "The Union of River Pilots went on strike. The URP wants more pay.",
        ),
        Rule(
            "the name without its legal tail",
            _longer_name,
            "Brightwater Corporation cut 300 jobs. Brightwater said on Monday that it had no choice.",
        ),
    ),
)


def organisation_names(forms: Mapping[str, int], explained: Mapping[str, str]) -> dict[str, str]:
    """Give the canonical name of each organisation form in an article.

    Parameters
    ----------
    forms
        Every organisation form of the article with the offset of its first mention.
    explained
        Acronyms that the article explains itself: "African Union (AU)" gives AU → African Union.
    """
    long_forms = sorted((form for form in forms if len(form.split()) > 1), key=lambda form: (-len(form), form))
    initials = {_initials(form): form for form in reversed(long_forms)}
    canonical: dict[str, str] = {}
    for form, at in forms.items():
        decision = ORGANISATION_NAMES.decide(OrganisationForm(form, explained, initials, long_forms), at)
        canonical[form] = decision.verdict if decision else form
    return canonical


def _initials(form: str) -> str:
    return "".join(word[0] for word in _GAPS.split(form) if word and word.lower() not in _SMALL_WORDS).upper()
