"""What stands behind a name and says where it belongs: "Ann Lee of Oxford, Ohio", "who heads the Red Cross"."""

from __future__ import annotations

from tasks.annotate.actors.roles import Reading, Surroundings, read_role
from tasks.annotate.layers import Mention
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.files import words

# Verbs that make their subject part of what they govern.
GOVERNING = words("actors")["governing"]
SEAT = words("actors")["seat"]
# Firms, media and international bodies work in countries that are not theirs.
_ANYWHERE = frozenset(("BUS", "JRN", "MNC", "NGO", "IGO", "IMG", "SOC", "ISM"))


def person_origin(around: Surroundings, mention: Mention) -> str | None:
    """Give the country of the place behind a person's name: "John Reed, 34, of Springfield", "Li Na from China"."""
    parse, end = around.parse, mention.token_end
    i = _behind_age(parse, end)
    inside = set(range(mention.token_start, end if i == end else end + 2))
    if i < len(parse) and parse[i].text == ",":
        i += 1
    if i + 1 >= len(parse) or parse[i].lower_ not in ("of", "from"):
        return None
    if parse[i].is_sent_start or parse[i].head.i not in inside:
        return None
    return _place_country(around, i + 1)


def _behind_age(parse: Parse, i: int) -> int:
    """Give the token behind an age: ", 34 years old"; the same token where there is none."""
    if i + 2 >= len(parse) or parse[i].text != "," or not parse[i + 1].like_num:
        return i
    i += 2
    if parse[i].lower_ in ("years", "year") and i + 1 < len(parse) and parse[i + 1].lower_ == "old":
        i += 2
    return i


def organisation_seat(around: Surroundings, mention: Mention) -> str | None:
    """Give the country of the place behind a public body's name: "the King Carlos University in Madrid"."""
    parse, i = around.parse, mention.token_end
    if mention.sector is None or mention.sector in _ANYWHERE or i + 1 >= len(parse):
        return None
    if parse[i].lower_ not in SEAT or not mention.token_start <= parse[i].head.i < mention.token_end:
        return None
    return _place_country(around, i + 1)


def _place_country(around: Surroundings, i: int) -> str | None:
    if i < len(around.parse) and around.parse[i].lower_ == "the":
        i += 1
    place = around.mention_at.get(i)
    return place.country if place is not None and place.kind == "place" and place.label != "NORP" else None


def governed_body(around: Surroundings, mention: Mention) -> Reading | None:
    """Read the body that a relative clause says a person heads: "Ana Suarez, who heads the interior ministry"."""
    root = around.parse.span(mention.token_start, mention.token_end).root
    for clause in root.children:
        if clause.dep_ != "relcl" or clause.lemma_ not in GOVERNING or clause.tag_ not in ("VBZ", "VBP"):
            continue
        for child in clause.children:
            if child.dep_ in ("dobj", "obj"):
                return _body(around, child)
    return None


def _body(around: Surroundings, word: Word) -> Reading | None:
    named = around.mention_at.get(word.i)
    if named is not None:
        return Reading(named.country, named.sector) if named.kind in ("org", "group") else None
    role = around.role_at.get(word.i)
    if role is None or role.head != word.i or role.noun.sort != "body":
        return None
    reading = read_role(around, role)
    return Reading(reading.country, reading.sector)
