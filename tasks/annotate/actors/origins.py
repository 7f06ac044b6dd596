"""What stands behind a name and tells where it belongs: "Ann Lee of Oxford, Ohio", "who heads the Red Cross"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from tasks.annotate.actors.roles import Reading, Surroundings, read_role
from tasks.annotate.layers import Mention

# Verbs that make their subject part of what they govern.
_HEADS = frozenset(("head", "lead", "run", "chair", "direct", "command", "govern", "preside"))
_ORIGIN = frozenset(("of", "from"))
_SEAT = frozenset(("in", "of", "at", "for"))
# Firms, media and international bodies work in countries that are not theirs.
_ANYWHERE = frozenset(("BUS", "JRN", "MNC", "NGO", "IGO", "IMG", "SOC", "ISM"))
# Titles that many in one article can bear for many countries: none is told by another's country.
_OF_ANY_COUNTRY = frozenset((
    "president", "prime minister", "premier", "king", "queen", "leader", "minister", "chancellor", "foreign minister",
    "defence minister", "defense minister", "finance minister", "interior minister", "vice president", "secretary",
    "spokesman", "spokeswoman", "spokesperson", "official", "general", "senator", "mp", "judge", "doctor", "professor",
))  # fmt: skip


def person_origin(around: Surroundings, mention: Mention) -> str | None:
    """Give the country of the place behind a person's name: "John Reed, 34, of Springfield", "Li Na from China"."""
    doc = around.doc
    i = mention.token_end
    inside = set(range(mention.token_start, mention.token_end))
    if i + 2 < len(doc) and doc[i].text == "," and doc[i + 1].like_num:
        inside.update((i, i + 1))
        i += 2
        if doc[i].lower_ in ("years", "year") and i + 1 < len(doc) and doc[i + 1].lower_ == "old":
            i += 2
    if i < len(doc) and doc[i].text == ",":
        i += 1
    if i + 1 >= len(doc) or doc[i].lower_ not in _ORIGIN or doc[i].is_sent_start or doc[i].head.i not in inside:
        return None
    return _place_country(around, i + 1)


def organisation_seat(around: Surroundings, mention: Mention) -> str | None:
    """Give the country of the place behind a public body's name: "the King Carlos University in Madrid"."""
    doc, i = around.doc, mention.token_end
    if mention.sector is None or mention.sector in _ANYWHERE or i + 1 >= len(doc):
        return None
    if doc[i].lower_ not in _SEAT or not mention.token_start <= doc[i].head.i < mention.token_end:
        return None
    return _place_country(around, i + 1)


def _place_country(around: Surroundings, i: int) -> str | None:
    if i < len(around.doc) and around.doc[i].lower_ == "the":
        i += 1
    place = around.mention_at.get(i)
    return place.country if place is not None and place.kind == "place" and place.label != "NORP" else None


def governed_body(around: Surroundings, mention: Mention) -> Reading | None:
    """Read the body that a relative clause says a person heads: "Ana Suarez, who heads the interior ministry"."""
    root = around.doc[mention.token_start : mention.token_end].root
    for clause in root.children:
        if clause.dep_ != "relcl" or clause.lemma_ not in _HEADS or clause.tag_ not in ("VBZ", "VBP"):
            continue
        for child in clause.children:
            if child.dep_ in ("dobj", "obj"):
                return _body(around, child)
    return None


def _body(around: Surroundings, token: Token) -> Reading | None:
    named = around.mention_at.get(token.i)
    if named is not None:
        return Reading(named.country, named.sector) if named.kind in ("org", "group") else None
    role = around.role_at.get(token.i)
    if role is None or role.head != token.i or role.noun.sort != "body":
        return None
    reading = read_role(around, role)
    return Reading(reading.country, reading.sector)


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
        if phrase is None or mention.entity_id is not None or mention.country is None or phrase in _OF_ANY_COUNTRY:
            continue
        countries.setdefault(phrase, set()).add(mention.country)
        first.setdefault(phrase, mention.token_start)
    return {phrase: (next(iter(of)), first[phrase]) for phrase, of in countries.items() if len(of) == 1}
