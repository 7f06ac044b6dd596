"""Nominal actors: role nouns that act by themselves, "the Russian ambassador", "rebels in Syria"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.annotate.actors.roles import CARRIERS, Reading, Surroundings, complement, read_role
from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import RoleSpan
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.parse import Word
from tasks.reference.files import words

# Parts of a compound that do not act themselves: the army in "army base".
MODIFIER_DEPS = frozenset(("compound", "amod", "nmod"))
# Nouns of these sectors repeat what the organisation named before them is: "the Izvestia newspaper", "the Fatah party".
SAME_AS_NAME = frozenset(("JRN", "PTY", "BUS"))
# Titles that many in one article can bear for many countries: none is told by another's country.
OF_ANY_COUNTRY = words("actors")["of_any_country"]


@dataclass(frozen=True, slots=True)
class Noun:
    """A role noun and its head word; `is_title` where it introduces a name."""

    around: Surroundings
    role: RoleSpan
    head: Word
    is_title: bool


def _is_modifier(case: Noun) -> bool:
    head = case.head
    return head.dep_ in MODIFIER_DEPS and head.head.i > head.i and head.head.pos_ in ("NOUN", "PROPN")


def _is_adverbial(case: Noun) -> bool:
    start = case.role.start
    before = case.around.parse[start - 1].lower_ if start > 0 else ""
    return before == "in" and case.role.noun.phrase in ("general", "particular", "private")


def _is_empty(case: Noun) -> bool:
    if case.role.noun.rule not in CARRIERS:
        return False
    reading = read_role(case.around, case.role)
    return not (reading.sector or reading.country)


NOMINAL: Ladder[Noun, bool] = Ladder(
    "nominal actors",
    "Whether a role noun is an actor by itself",
    (
        when("a title", lambda case: case.is_title, False, "President Emmanuel Macron left Hanoi."),
        when("no person but a manner", _is_adverbial, False, "In general, soldiers stay."),
        when("no noun", lambda case: case.head.pos_ not in ("NOUN", "PROPN"), False, "Islamist fighters left Aleppo."),
        when(
            "part of a name",
            lambda case: case.role.head in case.around.mention_at,
            False,
            "The Kentucky State Police arrested two men.",
        ),
        when("part of a compound", _is_modifier, False, "The men left an army base."),
        when("of no known sector or country", _is_empty, False, "The chairman resigned."),
        when("somebody who acts", lambda _: True, True, "Soldiers left Aleppo."),
    ),
)


def nominal_mention(around: Surroundings, role: RoleSpan, used: Mapping[RoleSpan, Mention | None]) -> Mention | None:
    """Make a mention of a role noun that acts by itself; None where it is a title, a modifier or part of a name.

    `used` are the role nouns that belong to names: as a title (None) or beside the name that it gives.
    """
    owner, head = used.get(role), around.parse[role.head]
    found = NOMINAL.decide(Noun(around, role, head, is_title=role in used and owner is None), at=head.idx)
    if found is None or not found.verdict:
        return None
    return _mention(around, role, read_role(around, role), owner or _named_before(around, role))


def _named_before(around: Surroundings, role: RoleSpan) -> Mention | None:
    """Give the organisation right before a noun that says over again what it is: "the Izvestia newspaper"."""
    named = around.mention_at.get(role.start - 1)
    if named is None or named.kind not in ("org", "group") or named.label == "NORP":
        return None
    same = role.noun.sort == "body" and role.noun.sector in SAME_AS_NAME and role.noun.rule is None
    return named if same else None


def _mention(around: Surroundings, role: RoleSpan, reading: Reading, owner: Mention | None) -> Mention:
    parse, end = around.parse, _end(around, role)
    title = reading.title if role.noun.sort == "person" else None
    found = Mention(
        start=parse[reading.start].idx,
        end=parse[end - 1].idx + len(parse[end - 1]),
        token_start=reading.start,
        token_end=end,
        label="ROLE",
        form="nominal",
        country=reading.country,
        country_method="title" if reading.country else None,
        sector=reading.sector,
        title=title,
    )
    return found if owner is None else _of_owner(found, owner)


def _of_owner(mention: Mention, owner: Mention) -> Mention:
    """Give a description the identity of whom it describes, and what it leaves open of him."""
    country = mention.country or owner.country
    return replace(
        mention,
        entity_id=owner.entity_id,
        kind=owner.kind,
        canonical=owner.canonical,
        link_method="role",
        country=country,
        country_method="title" if country else None,
        sector=mention.sector or owner.sector,
    )


def _end(around: Surroundings, role: RoleSpan) -> int:
    """Give the end of a description: of its complement as far as names or role nouns reach."""
    behind = complement(around, role)
    if behind is None or behind[0] not in ("of", "in", "from"):
        return role.end
    known = [i for i in range(behind[1], behind[2]) if i in around.mention_at or i in around.role_at]
    return known[-1] + 1 if known else role.end


def countries_of_descriptions(nominal: Sequence[Mention], phrases: Mapping[int, str]) -> dict[str, tuple[str, int]]:
    """Give the country and place of description by its noun, where all with a country have the same.

    Parameters
    ----------
    nominal
        Descriptions without a name: "the Russian ambassador to Turkey".
    phrases
        The role noun of each by its first token.
    """
    countries: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for mention in nominal:
        phrase = phrases.get(mention.token_start)
        if phrase is None or mention.entity_id is not None or mention.country is None or phrase in OF_ANY_COUNTRY:
            continue
        countries.setdefault(phrase, set()).add(mention.country)
        first.setdefault(phrase, mention.token_start)
    return {phrase: (next(iter(of)), first[phrase]) for phrase, of in countries.items() if len(of) == 1}
