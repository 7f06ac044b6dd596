"""What the words around a name or a role noun tell of an actor: country, sector and title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import RoleSpan
from tasks.annotate.syntax.parse import Parse
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.reference.lexicons import titles

# Adjectives that give a carrier noun ("source", "leader") its sector.
_SECTOR_ADJECTIVES = {
    "military": "MIL", "naval": "MIL", "parliamentary": "LEG", "congressional": "LEG", "legislative": "LEG",
    "presidential": "GOV", "governmental": "GOV", "diplomatic": "GOV", "judicial": "JUD", "prosecutorial": "JUD",
    "religious": "REL", "islamic": "REL", "clerical": "REL", "separatist": "REB", "islamist": "REB", "jihadist": "REB",
    "insurgent": "REB", "medical": "MED", "academic": "EDU", "corporate": "BUS", "humanitarian": "NGO",
    "federal": "GOV",
    "provincial": "GOV", "municipal": "GOV", "ministerial": "GOV", "cabinet": "GOV", "royal": "GOV", "economic": "GOV",
    "terrorist": "REB", "paramilitary": "PRM", "civilian": "CVL", "financial": "BUS", "industrial": "BUS",
}  # fmt: skip
_FORMER = frozenset(("former", "ex", "ousted", "deposed", "erstwhile", "onetime", "one-time", "late"))
_OFFICES = frozenset(("GOV", "LEG", "JUD"))
# Nouns whose complement names the other side, not their own: an ambassador to Turkey, an envoy for North Korea.
_OWN_SIDE = frozenset(("of", "in", "from", "at"))
_FOR_TOO = frozenset(
    ("spokesman", "spokeswoman", "spokesperson", "lawyer", "attorney", "minister", "secretary", "mp", "member")
)
# "UN ambassador" is one sent to the UN.
_SENT_TO = frozenset(("ambassador", "permanent representative"))
_PREPOSITIONS = frozenset(("of", "for", "to", "in", "at", "from", "on"))
_NOUN_LIKE = frozenset(("NOUN", "PROPN", "ADJ", "X", "NUM"))
_MAX_WINDOW = 12
# Words that are part of a title where they stand before its noun.
_TITLE_WORDS = frozenset((
    "deputy", "vice", "senior", "former", "acting", "chief", "special", "foreign", "prime", "interim", "first",
    "second", "assistant", "junior", "permanent", "general", "associate", "executive", "lead", "principal", "joint",
    "co", "ex", "incoming", "outgoing", "designate", "military", "federal", "supreme", "home", "national",
    "regional", "district",
))  # fmt: skip
# "US-backed rebels" are not American.
_LED = frozenset((
    "backed", "born", "supported", "trained", "funded", "made", "occupied", "held", "controlled", "ruled", "allied",
    "linked", "friendly", "style", "registered", "sponsored", "brokered", "mediated", "language", "speaking",
    "armed", "owned", "administered", "imposed", "drafted", "built", "aligned", "affiliated", "inspired", "bound",
    "educated", "leaning", "engineered", "mandated",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What one stretch of text tells of an actor. `start` is the first token of the modifiers that belong to it."""

    country: str | None = None
    sector: str | None = None
    title: str | None = None
    start: int = 0


@dataclass(slots=True)
class Surroundings:
    """Roles and names of a Doc by token, for constant-time look-ups."""

    doc: Doc
    roles: Sequence[RoleSpan]
    role_at: dict[int, RoleSpan] = field(default_factory=dict)
    role_ending: dict[int, RoleSpan] = field(default_factory=dict)
    mention_at: dict[int, Mention] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Doc, roles: Sequence[RoleSpan], mentions: Sequence[Mention]) -> Surroundings:
        """Index the roles and name mentions of a Doc."""
        around = cls(doc, roles)
        for role in roles:
            around.role_ending[role.end] = role
            for i in range(role.start, role.end):
                around.role_at[i] = role
        for mention in mentions:
            if mention.form == "name":
                for i in range(mention.token_start, mention.token_end):
                    around.mention_at[i] = mention
        return around


def modifiers_start(around: Surroundings, role: RoleSpan) -> int:
    """Give the first token of the words that modify a role noun from the left, its article left out."""
    doc = around.doc
    first = doc[role.head].sent.start
    i = role.start
    while i > first and i > role.start - _MAX_WINDOW:
        token = doc[i - 1]
        mention = around.mention_at.get(i - 1)
        if mention is not None:
            if mention.label == "PERSON" and not _is_possessive(doc, i):
                break
            i = max(mention.token_start, first)
            continue
        joined = token.text in ("-", "‑") or token.text in ("'s", "’s", "'", "’")
        glued = i < len(doc) and doc[i].text in ("-", "‑") and not token.whitespace_
        if token.is_space:
            break
        if not (joined or glued or token.pos_ in _NOUN_LIKE or (token.tag_ in ("VBN", "VBG") and token.dep_ == "amod")):
            break
        if token.pos_ == "NUM" or token.like_num:
            break
        i -= 1
    while i < role.start and (
        doc[i].text in ("'s", "’s", "'", "’", "-", "‑") or (doc[i].dep_ == "poss" and doc[i].pos_ == "PRON")
    ):
        i += 1
    return i


def _is_possessive(doc: Doc, i: int) -> bool:
    return i < len(doc) and doc[i].text in ("'s", "’s", "'", "’")


def complement(around: Surroundings, role: RoleSpan) -> tuple[str, int, int] | None:
    """Give (preposition, first token, end) of the noun phrase that complements a role noun, None without one."""
    doc = around.doc
    if role.end >= len(doc) - 1 or doc[role.end].lower_ not in _PREPOSITIONS or doc[role.end].is_sent_start:
        return None
    i = role.end + 1
    while i < len(doc) and (doc[i].pos_ == "DET" or doc[i].tag_ == "PRP$"):
        i += 1
    begin = i
    while i < len(doc) and i < begin + 6 and not doc[i].is_sent_start:
        mention = around.mention_at.get(i)
        if mention is not None:
            if mention.label == "PERSON":
                break
            i = mention.token_end
        elif doc[i].pos_ in _NOUN_LIKE and not doc[i].is_space:
            i += 1
        else:
            break
    return (doc[role.end].lower_, begin, i) if i > begin else None


def read_role(around: Surroundings, role: RoleSpan, depth: int = 0) -> Reading:
    """Read country, sector and title off a role noun with its modifiers and complement."""
    doc, noun = around.doc, role.noun
    carries = noun.rule in ("carrier", "national")
    start = modifiers_start(around, role)
    country, country_end = _modifier_country(around, start, role.start)
    if noun.phrase in _SENT_TO and country in INTERNATIONAL_CODES:
        country = None
    sector = _modifier_sector(around, start, role.start) if carries else noun.sector
    behind = complement(around, role)
    stranger = False
    if behind is not None:
        preposition, begin, end = behind
        own_side = preposition in _OWN_SIDE or (preposition == "for" and noun.phrase in _FOR_TOO)
        inner = _read_complement(around, begin, end, depth) if own_side else Reading()
        country = country or inner.country
        named = around.mention_at.get(begin)
        stranger = own_side and named is not None and named.kind == "org" and inner.sector is None
        if carries and sector is None:
            sector = inner.sector
    # A president of the republic is GOV, a president of a company that nothing is known of is not.
    if sector is None and carries and not stranger and (noun.rule == "carrier" or country):
        sector = noun.sector
    if sector == "GOV" and country in INTERNATIONAL_CODES:
        # Officials of the United Nations govern no country.
        sector = "NGO" if country == "NGO" else "IGO"
    before = {doc[i].lower_ for i in range(max(start - 2, 0), role.start)}
    if sector in _OFFICES and before & _FORMER:
        sector = "ELI"
    title_start = max(country_end, start)
    for i in range(role.start - 1, title_start - 1, -1):
        token = doc[i]
        if token.pos_ == "PROPN" or token.lower_ in _TITLE_WORDS or token.text in ("-", "‑") or token.pos_ == "NOUN":
            continue
        title_start = i + 1
        break
    while title_start < role.start and doc[title_start].text in ("'s", "’s", "-", "‑", "'", "’"):
        title_start += 1
    return Reading(country or noun.country, sector, doc[title_start : role.end].text, start)


def _modifier_country(around: Surroundings, start: int, end: int) -> tuple[str | None, int]:
    """Give the country of the first place or demonym among the modifiers, and the token after it."""
    i = start
    while i < end:
        mention = around.mention_at.get(i)
        if mention is None:
            i += 1
            continue
        if mention.country and not is_led(around.doc, mention.token_end):
            if mention.kind in ("place", "group"):
                return mention.country, mention.token_end
            if mention.kind == "org":
                return mention.country, start
        i = mention.token_end
    return None, start


def is_led(doc: Doc | Parse, i: int) -> bool:
    """Whether what follows makes "US-backed" out of a name."""
    return i + 1 < len(doc) and doc[i].text in ("-", "‑", "–") and doc[i + 1].lower_ in _LED


def _modifier_sector(around: Surroundings, start: int, end: int) -> str | None:
    for i in range(end - 1, start - 1, -1):
        mention, role = around.mention_at.get(i), around.role_at.get(i)
        if mention is not None and mention.kind in ("org", "group") and mention.sector:
            return mention.sector
        if role is not None and role.noun.sector and role.noun.rule is None:
            return role.noun.sector
        if around.doc[i].lower_ in _SECTOR_ADJECTIVES:
            return _SECTOR_ADJECTIVES[around.doc[i].lower_]
    return None


def _read_complement(around: Surroundings, begin: int, end: int, depth: int) -> Reading:
    """Read what stands behind "of": an organisation, a place, or another role noun."""
    country: str | None = None
    sector: str | None = None
    for i in range(begin, end):
        mention, role = around.mention_at.get(i), around.role_at.get(i)
        if (
            mention is not None
            and mention.kind in ("place", "org", "group")
            and not is_led(around.doc, mention.token_end)
        ):
            country = country or mention.country
            sector = sector or (mention.sector if mention.kind != "place" else None)
        elif role is not None and role.end <= end and depth == 0 and role.end > i + (role.end - role.start) - 1:
            inner = read_role(around, role, depth + 1)
            country, sector = country or inner.country, sector or inner.sector
    return Reading(country, sector)


def role_before(around: Surroundings, mention: Mention) -> tuple[RoleSpan, Reading] | None:
    """Give the role noun that introduces a name from the left: "Russian Deputy Foreign Minister Igor Morgulov".

    A complement may stand between ("US Special Representative for North Korea Stephen Biegun"). A noun in lower case
    counts only where the parser joins it to the name ("told police John Smith had left" is none).
    """
    doc = around.doc
    first = doc[mention.token_start].sent.start
    i = mention.token_start
    while i > first and i - 1 not in around.mention_at and _is_honorific(doc[i - 1].lower_):
        i -= 1
    role = around.role_ending.get(i)
    title_end = i
    if role is None:
        role = _role_with_complement(around, i, first)
    if role is None or role.start < first or role.noun.rule == "relation":
        return None
    if doc[role.head].pos_ not in ("NOUN", "PROPN", "ADJ") or not (
        doc[role.head].text[0].isupper() or _is_joined(doc, role, mention)
    ):
        return None
    reading = read_role(around, role)
    offset = doc[role.start : role.end].text
    title = reading.title or offset
    if title_end > role.end:
        title = f"{title}{doc[role.end - 1].whitespace_}{doc[role.end : title_end].text}"
    return role, Reading(reading.country, reading.sector, title.strip(), reading.start)


def _is_honorific(word: str) -> bool:
    entry = titles().get(word)
    return entry is not None and entry.honorific


def _role_with_complement(around: Surroundings, end: int, first: int) -> RoleSpan | None:
    doc = around.doc
    for j in range(end - 1, max(first, end - 8), -1):
        token = doc[j]
        if token.lower_ in ("of", "for", "to", "at") and j < end - 1:
            role = around.role_ending.get(j)
            if role is not None:
                return role if doc[role.head].text[0].isupper() else None
            continue
        if j in around.mention_at:
            if around.mention_at[j].label == "PERSON":
                return None
            continue
        if (
            token.pos_ not in ("NOUN", "PROPN", "ADJ", "DET", "CCONJ")
            or (j == end - 1 and token.pos_ == "DET")
            or token.is_space
            or token.is_punct
        ):
            return None
    return None


def _is_joined(doc: Doc, role: RoleSpan, mention: Mention) -> bool:
    head = doc[role.head].head.i
    root = doc[mention.token_start : mention.token_end].root
    if mention.token_start <= head < mention.token_end or root.head.i == role.head:
        return True
    return doc[role.head].dep_ in ("compound", "nmod", "amod") and head >= mention.token_start


def role_beside(around: Surroundings, mention: Mention) -> RoleSpan | None:
    """Give the role noun in apposition to a name or predicated of it, on either side.

    "Sergei Lavrov, the Russian foreign minister," · "the Russian foreign minister, Sergei Lavrov," · "Macron is the
    president of France".
    """
    doc = around.doc
    root = doc[mention.token_start : mention.token_end].root
    for child in root.children:
        if child.dep_ == "appos" and child.i >= mention.token_end and (role := _role_with_head(around, child.i)):
            return role
    if root.dep_ == "appos" and root.head.i < mention.token_start and (role := _role_with_head(around, root.head.i)):
        return role
    if (role := _role_behind_comma(around, mention)) is not None:
        return role
    if root.dep_ == "nsubj" and root.head.lemma_ == "be" and root.head.tag_ in ("VBZ", "VBP"):
        negated = any(child.dep_ == "neg" for child in root.head.children)
        for child in root.head.children:
            if child.dep_ == "attr" and not negated and (role := _role_with_head(around, child.i)):
                return role
    return None


def _role_behind_comma(around: Surroundings, mention: Mention) -> RoleSpan | None:
    """Give the role in "Russia's ambassador to Turkey, Andrei Karlov, …", which the parser joins to "Turkey"."""
    doc = around.doc
    comma = mention.token_start - 1
    if (
        comma < 1
        or doc[comma].text != ","
        or mention.token_end >= len(doc)
        or doc[mention.token_end].text not in (",", ".")
    ):
        return None
    if mention.token_end + 1 < len(doc) and doc[mention.token_end + 1].lower_ in ("and", "or"):
        return None
    for j in range(comma - 1, max(doc[comma].sent.start, comma - 8), -1):
        role = around.role_ending.get(j + 1) if j == comma - 1 else around.role_ending.get(j)
        if role is not None and (j == comma - 1 or ((behind := complement(around, role)) and behind[2] == comma)):
            singular = doc[role.head].tag_ in ("NN", "NNP") and role.noun.sort == "person"
            singular = singular and role.noun.rule != "relation"
            return role if singular and role.head not in around.mention_at else None
    return None


def _role_with_head(around: Surroundings, i: int) -> RoleSpan | None:
    role = around.role_at.get(i)
    if role is None or role.head != i or i in around.mention_at or role.noun.rule == "relation":
        return None
    return role
