"""Actors: country and sector of every mention that can act, from the words around it; nominal actors as mentions.

The user's authority wins, then the tables of standing organisations and seats of power, then the words: titles before
a name, appositions, "of/in <country>", words inside an organisation's name; last the table of office holders. Within
an article what one mention tells holds for the entity's other mentions (their `title` stays empty: it is not in their
words).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.actors.authority import Authority, apply_authority, load_authority
from tasks.annotate.actors.namesakes import split_namesakes
from tasks.annotate.actors.office_holders import with_office
from tasks.annotate.actors.organisations import Context, as_chosen, context_of, entry_of
from tasks.annotate.actors.origins import countries_of_descriptions, governed_body, organisation_seat, person_origin
from tasks.annotate.actors.roles import Reading, Surroundings, complement, read_role, role_before, role_beside
from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import RoleSpan, find_roles
from tasks.reference.gazetteer import Gazetteer, load_gazetteer
from tasks.reference.lexicons import country_names, demonyms

COMPONENT = "dateline_actors"

ACTING_KINDS = frozenset(("person", "org", "group"))
# Parts of a compound that do not act themselves: the army in "army base".
_MODIFIER_DEPS = frozenset(("compound", "amod", "nmod"))
_BIG_CITY = 500_000
# Countries whose states and regions are in the names of their institutions: the Kentucky State Police.
_FEDERATIONS = frozenset(("USA", "CAN", "AUS", "GBR", "DEU", "IND", "CHN", "RUS", "UKR"))
# Nouns of these sectors repeat what the organisation named before them is: "the Izvestia newspaper", "the Fatah party".
_SAME_AS_NAME = frozenset(("JRN", "PTY", "BUS"))


@Language.factory(COMPONENT, default_config={"actors": None})
def make_actors(nlp: Language, name: str, actors: str | None) -> DatelineActors:
    """Register the component; `actors` is the path of the user's authority file."""
    return DatelineActors(load_authority(actors, nlp) if actors else None)


class DatelineActors:
    """Fill country, sector and title of the mentions and add the nominal actors."""

    def __init__(self, authority: Authority | None = None) -> None:
        self._authority = authority

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc in place."""
        doc._.mentions = find_actors(doc, doc._.mentions, self._authority)
        return doc


def find_actors(doc: Doc, mentions: Sequence[Mention], authority: Authority | None = None) -> tuple[Mention, ...]:
    """Give the mentions with country, sector and title filled, and the nominal actors among them, in text order."""
    gazetteer = load_gazetteer()
    roles = find_roles(doc)
    context = context_of(doc, mentions)
    named = [_by_name(doc, mention, roles, gazetteer, context) for mention in mentions]
    if authority is not None:
        named = apply_authority(doc, named, authority)
    around = Surroundings.of(doc, roles, named)
    titled: list[Mention] = []
    used: dict[RoleSpan, Mention | None] = {}
    offices: dict[int, str] = {}
    for mention in named:
        if mention.form != "name" or mention.kind not in ACTING_KINDS or mention.label == "NORP":
            titled.append(mention)
            continue
        found = role_before(around, mention)
        if found is not None:
            used[found[0]] = None
            offices[mention.token_start] = found[0].noun.phrase
            mention = _with_reading(mention, found[1])
        beside = role_beside(around, mention)
        if beside is not None and beside not in used:
            mention = _with_reading(mention, read_role(around, beside))
            used[beside] = mention
        titled.append(_with_origin(around, mention))
    phrases: dict[int, str] = {}
    nominal = []
    for role in roles:
        described = _nominal(around, role, used)
        if described is not None:
            nominal.append(described)
            phrases[described.token_start] = role.noun.phrase
    told = countries_of_descriptions(nominal, phrases)
    titled = [_as_described(mention, offices, told) for mention in titled]
    titled = split_namesakes(doc, titled)
    titled = [with_office(doc, mention, context) for mention in titled]
    taken = {(m.start, m.end) for m in titled}
    everything = [*titled, *(m for m in nominal if (m.start, m.end) not in taken)]
    return tuple(sorted(_share(everything), key=lambda m: (m.start, m.end)))


def _with_reading(mention: Mention, reading: Reading) -> Mention:
    """Fill what a title tells; what the name itself or the authority tells stays."""
    country = mention.country or reading.country
    method = mention.country_method or ("title" if reading.country else None)
    title = reading.title if mention.kind == "person" else None
    return replace(
        mention,
        country=country,
        country_method=method,
        sector=mention.sector or reading.sector,
        title=mention.title or title,
    )


def _with_origin(around: Surroundings, mention: Mention) -> Mention:
    """Fill what stands right before or behind a name without being a title: a country, a place, a body headed."""
    if mention.kind == "person" and (mention.country is None or mention.sector is None):
        headed = governed_body(around, mention)
        if headed is not None:
            mention = _with_reading(mention, headed)
    if mention.country is not None:
        return mention
    if mention.kind == "person":
        country = _country_before(around.doc, mention) or person_origin(around, mention)
    else:
        country = organisation_seat(around, mention)
    return replace(mention, country=country, country_method="title" if country else None)


def _as_described(mention: Mention, offices: Mapping[int, str], told: Mapping[str, tuple[str, int]]) -> Mention:
    """Give a person whose title tells no country that of the same office told before: "the Russian ambassador"."""
    country, position = told.get(offices.get(mention.token_start, ""), (None, 0))
    if country is None or mention.country is not None or position > mention.token_start:
        return mention
    return replace(mention, country=country, country_method="title")


def _by_name(doc: Doc, mention: Mention, roles: Sequence[RoleSpan], gazetteer: Gazetteer, context: Context) -> Mention:
    """Fill country and sector that an organisation's own name tells."""
    if mention.kind not in ("org", "group") or mention.form != "name":
        return mention
    entry = entry_of(mention.canonical or "", context)
    if mention.label == "NORP" and entry is None:
        noun = next((r.noun for r in roles if (r.start, r.end) == (mention.token_start, mention.token_end)), None)
        return replace(mention, sector=noun.sector) if noun else mention
    if entry is not None:
        mention = as_chosen(mention, entry)
        country, sector = entry.country, entry.sector
    else:
        country = _country_in_name(doc, mention, gazetteer)
        inside = [r for r in roles if mention.token_start <= r.start and r.end <= mention.token_end]
        heads = [r for r in inside if r.end == mention.token_end or doc[r.end].lower_ in ("of", "for")]
        sector = next((r.noun.sector for r in (*heads[:1], *reversed(inside)) if r.noun.sector), None)
    if country is None:
        country = _country_before(doc, mention)
    return replace(mention, country=country, country_method="name" if country else None, sector=sector)


def _country_in_name(doc: Doc, mention: Mention, gazetteer: Gazetteer) -> str | None:
    """Give the country that a demonym or place in an organisation's name points to ("Kentucky State Police")."""
    words = [doc[i].text for i in range(mention.token_start, mention.token_end)]
    for length in (3, 2, 1):
        for i in range(len(words) - length + 1):
            form = " ".join(words[i : i + length])
            if not form[0].isupper() or len(form) < 2:
                continue
            entry = demonyms().get(form)
            if entry is not None:
                return entry.country
            if length == len(words):
                continue
            for place in gazetteer.lookup(form)[:1]:
                state = place.place_type == "admin1" and place.country in _FEDERATIONS
                large = place.place_type == "country" or state or (place.capital or place.population >= _BIG_CITY)
                if (
                    place.main
                    and large
                    and place.place_type != "admin2"
                    and not place.abbreviation
                    and (len(form) > 3 or form in country_names())
                ):
                    return place.country
    return None


def _country_before(doc: Doc, mention: Mention) -> str | None:
    """Give the country right before a name: "Syria's Foreign Ministry", "Russian Izvestia", "South Korea's Moon"."""
    i = mention.token_start - 1
    possessive = i >= 0 and doc[i].text in ("'s", "’s", "'", "’")
    if possessive:
        i -= 1
    for other in doc._.mentions:
        if other.token_end == i + 1 and other.kind == "place" and other.form == "name":
            return other.country if possessive or other.label == "NORP" or mention.kind == "org" else None
        if other.token_start > i:
            break
    return None


def _nominal(around: Surroundings, role: RoleSpan, used: dict[RoleSpan, Mention | None]) -> Mention | None:
    """Make a mention of a role noun that acts by itself; None where it is a title, a modifier or part of a name."""
    doc, head = around.doc, around.doc[role.head]
    owner = used.get(role)
    if (role in used and owner is None) or head.pos_ not in ("NOUN", "PROPN") or role.head in around.mention_at:
        return None
    if head.dep_ in _MODIFIER_DEPS and head.head.i > role.head and head.head.pos_ in ("NOUN", "PROPN"):
        return None
    if (
        role.start > 0
        and doc[role.start - 1].lower_ == "in"
        and role.noun.phrase in ("general", "particular", "private")
    ):
        return None
    reading = read_role(around, role)
    named = around.mention_at.get(role.start - 1)
    if owner is None and named is not None and named.kind in ("org", "group") and named.label != "NORP":
        same = role.noun.sort == "body" and role.noun.sector in _SAME_AS_NAME
        owner = named if same and role.noun.rule is None else None
    if role.noun.rule in ("carrier", "national") and not (reading.sector or reading.country):
        return None
    end = role.end
    behind = complement(around, role)
    if behind is not None and behind[0] in ("of", "in", "from"):
        known = [i for i in range(behind[1], behind[2]) if i in around.mention_at or i in around.role_at]
        end = known[-1] + 1 if known else end
    return Mention(
        start=doc[reading.start].idx,
        end=doc[end - 1].idx + len(doc[end - 1]),
        token_start=reading.start,
        token_end=end,
        label="ROLE",
        form="nominal",
        entity_id=owner.entity_id if owner else None,
        kind=owner.kind if owner else None,
        canonical=owner.canonical if owner else None,
        link_method="role" if owner else "none",
        country=reading.country or (owner.country if owner else None),
        country_method="title" if reading.country or (owner and owner.country) else None,
        sector=reading.sector or (owner.sector if owner else None),
        title=reading.title if role.noun.sort == "person" else None,
    )


def _share(mentions: Sequence[Mention]) -> list[Mention]:
    """Give each entity's mentions the country and sector that its other mentions tell, the most frequent first."""
    countries: dict[str, Counter[str]] = {}
    sectors: dict[str, Counter[str]] = {}
    for mention in mentions:
        if mention.entity_id is None or mention.kind not in ACTING_KINDS:
            continue
        if mention.country:
            countries.setdefault(mention.entity_id, Counter())[mention.country] += 1
        if mention.sector:
            sectors.setdefault(mention.entity_id, Counter())[mention.sector] += 1
    shared: list[Mention] = []
    for mention in mentions:
        key = mention.entity_id
        if key is None or mention.kind not in ACTING_KINDS:
            shared.append(mention)
            continue
        country = mention.country or _most_frequent(countries.get(key))
        shared.append(
            replace(
                mention,
                country=country,
                country_method=mention.country_method or ("title" if country else None),
                sector=mention.sector or _most_frequent(sectors.get(key)),
            )
        )
    return shared


def _most_frequent(counts: Counter[str] | None) -> str | None:
    """Give the most frequent value, the one seen first among equals."""
    return counts.most_common(1)[0][0] if counts else None
