"""What the words around a role noun say of an actor: country, sector and title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import RoleSpan
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.parse import Parse, Word
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.reference.files import table, words
from tasks.reference.lexicons import RoleNoun

_WORDS = words("actors")
FORMER = _WORDS["former"]
PREPOSITIONS = _WORDS["complement_prepositions"]
OWN_SIDE = _WORDS["own_side"]
FOR_OWN_SIDE = _WORDS["for_own_side"]
TITLE_WORDS = _WORDS["title_words"]
LED = _WORDS["led"]
# Adjectives that give a carrier noun ("source", "leader") its sector.
SECTOR_ADJECTIVES = {row["adjective"]: row["sector"] for row in table("sector_adjectives.csv")}
# "UN ambassador" is one sent to the UN.
SENT_TO = frozenset(("ambassador", "permanent representative"))
# Rules of role nouns that take their sector from the words around them.
CARRIERS = ("carrier", "national")
# Sectors of offices, which their former holders have no more.
OFFICES = frozenset(("GOV", "LEG", "JUD"))
NOUN_LIKE = frozenset(("NOUN", "PROPN", "ADJ", "X", "NUM"))
HYPHENS = ("-", "‑")
POSSESSIVES = ("'s", "’s", "'", "’")
JOINTS = (*POSSESSIVES, *HYPHENS)
# How many words before a role noun may belong to it, and how many behind the preposition of its complement.
MAX_BEFORE = 12
MAX_COMPLEMENT = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What one stretch of text says of an actor. `start` is the first token of the modifiers that belong to it."""

    country: str | None = None
    sector: str | None = None
    title: str | None = None
    start: int = 0


@dataclass(slots=True)
class Surroundings:
    """A parse with its role nouns and names by token, for constant-time look-ups."""

    parse: Parse
    roles: Sequence[RoleSpan]
    role_at: dict[int, RoleSpan] = field(default_factory=dict)
    role_ending: dict[int, RoleSpan] = field(default_factory=dict)
    mention_at: dict[int, Mention] = field(default_factory=dict)

    @classmethod
    def of(cls, parse: Parse, roles: Sequence[RoleSpan], mentions: Sequence[Mention]) -> Surroundings:
        """Index the roles and name mentions of a parse."""
        around = cls(parse, roles)
        for role in roles:
            around.role_ending[role.end] = role
            for i in range(role.start, role.end):
                around.role_at[i] = role
        for mention in mentions:
            if mention.form == "name":
                for i in range(mention.token_start, mention.token_end):
                    around.mention_at[i] = mention
        return around


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word left of a role noun and of what already belongs to it; `name` is the mention it stands in."""

    word: Word
    following: Word
    name: Mention | None


def _is_somebody_else(case: Neighbour) -> bool:
    return case.name is not None and case.name.label == "PERSON" and case.following.text not in POSSESSIVES


def _is_number(case: Neighbour) -> bool:
    return case.word.pos_ == "NUM" or case.word.like_num


def _is_glued(case: Neighbour) -> bool:
    return case.following.text in HYPHENS and not case.word.whitespace_


def _is_participle(case: Neighbour) -> bool:
    return case.word.tag_ in ("VBN", "VBG") and case.word.dep_ == "amod"


BEFORE_A_ROLE: Ladder[Neighbour, bool] = Ladder(
    "words before a role noun",
    "Whether a word left of a role noun belongs to it",
    (
        when("another person's name", _is_somebody_else, False, "In London Boris Johnson supporters marched."),
        when("a name", lambda case: case.name is not None, True, "Syrian soldiers left Aleppo."),
        when("white space", lambda case: case.word.is_space, False, "The old  soldiers left Aleppo."),
        when("a number", _is_number, False, "Three soldiers left Aleppo."),
        when("a possessive or hyphen", lambda case: case.word.text in JOINTS, True, "Syria's soldiers left Aleppo."),
        when("glued by a hyphen", _is_glued, True, "Anti-government rebels left Aleppo."),
        when("a noun or adjective", lambda case: case.word.pos_ in NOUN_LIKE, True, "Local police arrested two men."),
        when("a participle", _is_participle, True, "Retired soldiers and captured rebels met in Aleppo."),
    ),
)


def modifiers_start(around: Surroundings, role: RoleSpan) -> int:
    """Give the first token of the words that modify a role noun from the left, its article left out."""
    parse = around.parse
    first = parse[role.head].sent.start
    i = role.start
    while i > first and i > role.start - MAX_BEFORE:
        name = around.mention_at.get(i - 1)
        word = parse[i - 1]
        belongs = BEFORE_A_ROLE.decide(Neighbour(word, parse[i], name), at=word.idx)
        if belongs is None or not belongs.verdict:
            break
        i = i - 1 if name is None else max(name.token_start, first)
    while i < role.start and (parse[i].text in JOINTS or (parse[i].dep_ == "poss" and parse[i].pos_ == "PRON")):
        i += 1
    return i


def complement(around: Surroundings, role: RoleSpan) -> tuple[str, int, int] | None:
    """Give (preposition, first token, end) of the noun phrase that complements a role noun, None without one."""
    parse = around.parse
    if role.end >= len(parse) - 1:
        return None
    preposition = parse[role.end]
    if preposition.lower_ not in PREPOSITIONS or preposition.is_sent_start:
        return None
    begin = role.end + 1
    while begin < len(parse) and (parse[begin].pos_ == "DET" or parse[begin].tag_ == "PRP$"):
        begin += 1
    end = _phrase_end(around, begin)
    return (preposition.lower_, begin, end) if end > begin else None


def _phrase_end(around: Surroundings, begin: int) -> int:
    """Give the end of the nouns and names from a token on; a person ends them."""
    parse, i = around.parse, begin
    while i < len(parse) and i < begin + MAX_COMPLEMENT and not parse[i].is_sent_start:
        mention = around.mention_at.get(i)
        if mention is not None:
            if mention.label == "PERSON":
                break
            i = mention.token_end
        elif parse[i].pos_ in NOUN_LIKE and not parse[i].is_space:
            i += 1
        else:
            break
    return i


@dataclass(frozen=True, slots=True)
class Bearer:
    """A role noun with what was found around it.

    `modifier` is the sector of its modifiers, `inner` what its complement says, `stranger` whether that is an
    organisation of which nothing is known; `former` whether it says that an office is over.
    """

    noun: RoleNoun
    country: str | None
    modifier: str | None
    inner: Reading
    stranger: bool
    former: bool


def _last_resort(case: Bearer) -> str | None:
    # A president of the republic is GOV, a president of a company that nothing is known of is not.
    return case.noun.sector if not case.stranger and (case.noun.rule == "carrier" or case.country) else None


SECTOR: Ladder[Bearer, str] = Ladder(
    "sector of a role noun",
    "From where a role noun has its sector",
    (
        Rule(
            "from the noun",
            lambda case: case.noun.sector if case.noun.rule not in CARRIERS else None,
            "Soldiers left Aleppo.",
        ),
        Rule("from a modifier", lambda case: case.modifier, "A military source left Aleppo."),
        Rule(
            "from the complement",
            lambda case: case.inner.sector if case.noun.rule in CARRIERS else None,
            "A leader of the rebels left Aleppo.",
        ),
        Rule("from the noun, with nothing against it", _last_resort, "The North Korean leader left Hanoi."),
    ),
)


@dataclass(frozen=True, slots=True)
class Office:
    """A sector that a role noun has, and what may take the office from its holder."""

    sector: str
    country: str | None
    former: bool


def _of_no_country(case: Office) -> str | None:
    if case.sector != "GOV" or case.country not in INTERNATIONAL_CODES:
        return None
    return "NGO" if case.country == "NGO" else "IGO"


OFFICE: Ladder[Office, str] = Ladder(
    "sector of an office",
    "What an office makes of its holder's sector where it governs no country or is over",
    (
        # Officials of the United Nations govern no country.
        Rule("an official of no country", _of_no_country, "An African Union envoy left Aleppo."),
        when(
            "a former holder",
            lambda case: case.sector in OFFICES and case.former,
            "ELI",
            "A former French minister was arrested.",
        ),
    ),
)


def read_role(around: Surroundings, role: RoleSpan, depth: int = 0) -> Reading:
    """Read country, sector and title off a role noun with its modifiers and complement."""
    parse, noun = around.parse, role.noun
    start = modifiers_start(around, role)
    country, country_end = _modifier_country(around, start, role.start)
    if noun.phrase in SENT_TO and country in INTERNATIONAL_CODES:
        country = None
    inner, stranger = _read_behind(around, role, depth)
    country = country or inner.country
    modifier = _modifier_sector(around, start, role.start) if noun.rule in CARRIERS else None
    former = any(parse[i].lower_ in FORMER for i in range(max(start - 2, 0), role.start))
    sector = _sector_of(Bearer(noun, country, modifier, inner, stranger, former), parse[role.start].idx)
    title = parse.span(_title_start(parse, max(country_end, start), role.start), role.end).text
    return Reading(country or noun.country, sector, title, start)


def _sector_of(bearer: Bearer, at: int) -> str | None:
    found = SECTOR.decide(bearer, at=at)
    if found is None:
        return None
    changed = OFFICE.decide(Office(found.verdict, bearer.country, bearer.former), at=at)
    return found.verdict if changed is None else changed.verdict


def _title_start(parse: Parse, first: int, end: int) -> int:
    """Give the first word of a title from `first` to the role noun at `end`: what stands before it is description."""
    start = first
    for i in range(end - 1, first - 1, -1):
        word = parse[i]
        if word.pos_ not in ("PROPN", "NOUN") and word.lower_ not in TITLE_WORDS and word.text not in HYPHENS:
            start = i + 1
            break
    while start < end and parse[start].text in JOINTS:
        start += 1
    return start


def _modifier_country(around: Surroundings, start: int, end: int) -> tuple[str | None, int]:
    """Give the country of the first place or demonym among the modifiers, and the token after it."""
    i = start
    while i < end:
        mention = around.mention_at.get(i)
        if mention is None:
            i += 1
            continue
        if mention.country and not is_led(around.parse, mention.token_end):
            if mention.kind in ("place", "group"):
                return mention.country, mention.token_end
            if mention.kind == "org":
                return mention.country, start
        i = mention.token_end
    return None, start


def is_led(parse: Parse, i: int) -> bool:
    """Whether what follows makes "US-backed" out of a name."""
    return i + 1 < len(parse) and parse[i].text in ("-", "‑", "–") and parse[i + 1].lower_ in LED


def _modifier_sector(around: Surroundings, start: int, end: int) -> str | None:
    """Give the sector that the modifiers of a carrier give it, the one nearest to it first."""
    for i in range(end - 1, start - 1, -1):
        mention, role = around.mention_at.get(i), around.role_at.get(i)
        if mention is not None and mention.kind in ("org", "group") and mention.sector:
            return mention.sector
        if role is not None and role.noun.sector and role.noun.rule is None:
            return role.noun.sector
        adjective = SECTOR_ADJECTIVES.get(around.parse[i].lower_)
        if adjective is not None:
            return adjective
    return None


def _read_behind(around: Surroundings, role: RoleSpan, depth: int) -> tuple[Reading, bool]:
    """Read the complement of a role noun, and whether it is an organisation of which nothing is known.

    A complement that names the other side says nothing: an ambassador to Turkey, an envoy for North Korea.
    """
    behind = complement(around, role)
    if behind is None:
        return Reading(), False
    preposition, begin, end = behind
    if preposition not in OWN_SIDE and not (preposition == "for" and role.noun.phrase in FOR_OWN_SIDE):
        return Reading(), False
    inner = _read_complement(around, begin, end, depth)
    named = around.mention_at.get(begin)
    return inner, named is not None and named.kind == "org" and inner.sector is None


def _read_complement(around: Surroundings, begin: int, end: int, depth: int) -> Reading:
    """Read what stands behind "of": an organisation, a place, or another role noun."""
    country: str | None = None
    sector: str | None = None
    for i in range(begin, end):
        mention, role = around.mention_at.get(i), around.role_at.get(i)
        found = Reading()
        if _is_owner(around, mention):
            assert mention is not None
            found = Reading(mention.country, mention.sector if mention.kind != "place" else None)
        elif role is not None and role.start == i and role.end <= end and depth == 0:
            found = read_role(around, role, depth + 1)
        country, sector = country or found.country, sector or found.sector
    return Reading(country, sector)


def _is_owner(around: Surroundings, mention: Mention | None) -> bool:
    """Whether a name in a complement is whom the role noun belongs to."""
    if mention is None or mention.kind not in ("place", "org", "group"):
        return False
    return not is_led(around.parse, mention.token_end)
