"""Actors: country and sector of every mention that can act, from the words around it; nominal actors as mentions.

The user's authority wins, then the tables of standing organisations and seats of power, then the words: titles before
a name, appositions, "of/in <country>", words inside an organisation's name; last the table of office holders. Within
an article what one mention tells holds for the entity's other mentions (their `title` stays empty: it is not in their
words).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.actors.authority import Authority, apply_authority, load_authority
from tasks.annotate.actors.namesakes import split_namesakes
from tasks.annotate.actors.nominal import countries_of_descriptions, nominal_mention
from tasks.annotate.actors.office_holders import with_office
from tasks.annotate.actors.organisations import Context, as_chosen, context_of, entry_of
from tasks.annotate.actors.origins import governed_body, organisation_seat, person_origin
from tasks.annotate.actors.roles import POSSESSIVES, Reading, Surroundings, read_role
from tasks.annotate.actors.titles import role_before, role_beside
from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import RoleSpan, find_roles
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.parse import Parse, parse_of
from tasks.reference.gazetteer import Gazetteer, Place, load_gazetteer
from tasks.reference.lexicons import Organisation, country_names, demonyms

COMPONENT = "dateline_actors"

ACTING_KINDS = frozenset(("person", "org", "group"))
# No name of a place or a people has so many words.
LONGEST_NAME = 60
_BIG_CITY = 500_000
# Countries whose states and regions are in the names of their institutions: the Kentucky State Police.
_FEDERATIONS = frozenset(("USA", "CAN", "AUS", "GBR", "DEU", "IND", "CHN", "RUS", "UKR"))


@Language.factory(COMPONENT, default_config={"actors": None}, assigns=["doc._.mentions"], requires=["doc._.mentions"])
def dateline_actors(nlp: Language, name: str, actors: str | None) -> Callable[[Doc], Doc]:
    """Build the component that fills country, sector and title of the mentions and adds the nominal actors.

    `actors` is the path of the user's authority file.
    """
    authority = load_authority(actors, nlp) if actors else None

    def annotate(doc: Doc) -> Doc:
        # Asked for once a Doc, not here above: an open gazetteer must not be carried over a fork.
        doc._.mentions = find_actors(doc, doc._.mentions, load_gazetteer(), authority)
        return doc

    return annotate


def find_actors(
    doc: Doc, mentions: Sequence[Mention], gazetteer: Gazetteer, authority: Authority | None = None
) -> tuple[Mention, ...]:
    """Give the mentions with country, sector and title filled, and the nominal actors among them, in text order."""
    parse, roles = parse_of(doc), find_roles(doc)
    context = context_of(doc._.article, mentions)
    found = ActorsOfArticle(parse, roles, mentions, gazetteer, context)
    named = [_by_name(found, mention) for mention in mentions]
    if authority is not None:
        named = apply_authority(doc, named, authority)
    around = Surroundings.of(parse, roles, named)
    titled, used, offices = _with_titles(around, named, mentions)
    nominal, phrases = _nominal_actors(around, used)
    described = countries_of_descriptions(nominal, phrases)
    titled = [_as_described(mention, offices, described) for mention in titled]
    titled = split_namesakes(parse, titled)
    titled = [with_office(parse, mention, context) for mention in titled]
    taken = {(m.start, m.end) for m in titled}
    everything = [*titled, *(m for m in nominal if (m.start, m.end) not in taken)]
    return tuple(sorted(_share(everything), key=lambda m: (m.start, m.end)))


@dataclass(frozen=True, slots=True)
class ActorsOfArticle:
    """What an organisation's own name is read with: the parse, its role nouns and mentions, the gazetteer."""

    parse: Parse
    roles: Sequence[RoleSpan]
    mentions: Sequence[Mention]
    gazetteer: Gazetteer
    context: Context


def _with_titles(
    around: Surroundings, named: Sequence[Mention], mentions: Sequence[Mention]
) -> tuple[list[Mention], dict[RoleSpan, Mention | None], dict[int, str]]:
    """Fill what titles and appositions say of names.

    Returns
    -------
    list of Mention
        All mentions, in their order.
    dict
        The role nouns that belong to names: None for a title before one, else the name beside it.
    dict
        The noun of the title before a name, by the name's first token.
    """
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
        titled.append(_with_origin(around, mention, mentions))
    return titled, used, offices


def _nominal_actors(
    around: Surroundings, used: Mapping[RoleSpan, Mention | None]
) -> tuple[list[Mention], dict[int, str]]:
    """Give the role nouns that act by themselves as mentions, and the noun of each by its first token."""
    phrases: dict[int, str] = {}
    nominal: list[Mention] = []
    for role in around.roles:
        described = nominal_mention(around, role, used)
        if described is not None:
            nominal.append(described)
            phrases[described.token_start] = role.noun.phrase
    return nominal, phrases


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


def _with_origin(around: Surroundings, mention: Mention, mentions: Sequence[Mention]) -> Mention:
    """Fill what stands right before or behind a name without being a title: a country, a place, a body headed."""
    if mention.kind == "person" and (mention.country is None or mention.sector is None):
        headed = governed_body(around, mention)
        if headed is not None:
            mention = _with_reading(mention, headed)
    if mention.country is not None:
        return mention
    if mention.kind == "person":
        country = _country_before(around.parse, mention, mentions) or person_origin(around, mention)
    else:
        country = organisation_seat(around, mention)
    return replace(mention, country=country, country_method="title" if country else None)


def _as_described(mention: Mention, offices: Mapping[int, str], told: Mapping[str, tuple[str, int]]) -> Mention:
    """Give a person whose title tells no country that of the same office told before: "the Russian ambassador"."""
    country, position = told.get(offices.get(mention.token_start, ""), (None, 0))
    if country is None or mention.country is not None or position > mention.token_start:
        return mention
    return replace(mention, country=country, country_method="title")


def _by_name(article: ActorsOfArticle, mention: Mention) -> Mention:
    """Fill country and sector that an organisation's own name says."""
    if mention.kind not in ("org", "group") or mention.form != "name":
        return mention
    entry = entry_of(mention.canonical or "", article.context, at=mention.start)
    if mention.label == "NORP" and entry is None:
        span = (mention.token_start, mention.token_end)
        noun = next((role.noun for role in article.roles if (role.start, role.end) == span), None)
        return replace(mention, sector=noun.sector) if noun else mention
    if entry is not None:
        mention = as_chosen(mention, entry)
    country, sector = _of_entry(article, mention, entry)
    if country is None:
        country = _country_before(article.parse, mention, article.mentions)
    return replace(mention, country=country, country_method="name" if country else None, sector=sector)


def _of_entry(article: ActorsOfArticle, mention: Mention, entry: Organisation | None) -> tuple[str | None, str | None]:
    """Give the country and sector of a standing organisation, else those that the words of its name say."""
    if entry is not None:
        return entry.country, entry.sector
    return _country_in_name(article, mention), _sector_in_name(article, mention)


def _sector_in_name(article: ActorsOfArticle, mention: Mention) -> str | None:
    """Give the sector of the role nouns in a name, that of its head first ("Ministry of Labour")."""
    inside = [role for role in article.roles if mention.token_start <= role.start and role.end <= mention.token_end]
    heads = [
        role for role in inside if role.end == mention.token_end or article.parse[role.end].lower_ in ("of", "for")
    ]
    return next((role.noun.sector for role in (*heads[:1], *reversed(inside)) if role.noun.sector), None)


def _country_in_name(article: ActorsOfArticle, mention: Mention) -> str | None:
    """Give the country that a demonym or place in an organisation's name points to ("Kentucky State Police")."""
    words = [article.parse[i].text for i in range(mention.token_start, mention.token_end)]
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
            for place in article.gazetteer.lookup(form)[:1]:
                if gives_country(Named(form, place), mention.start):
                    return place.country
    return None


@dataclass(frozen=True, slots=True)
class Named:
    """A form in an organisation's name and the first place of that name."""

    form: str
    place: Place


def _is_large(case: Named) -> bool:
    place = case.place
    if place.place_type == "country" or (place.place_type == "admin1" and place.country in _FEDERATIONS):
        return True
    return place.capital or place.population >= _BIG_CITY


GIVES_COUNTRY: Ladder[Named, bool] = Ladder(
    "place in an organisation's name",
    "Whether a place in an organisation's name gives its country",
    (
        when(
            "not the place's own name",
            lambda case: not case.place.main,
            False,
            "The Peking High Court ruled on Monday.",
        ),
        when("an abbreviation", lambda case: case.place.abbreviation, False, "The TX Rail Board met on Monday."),
        when(
            "a district",
            lambda case: case.place.place_type == "admin2",
            False,
            "The Cook County Rail Board met on Monday.",
        ),
        when("a small place", lambda case: not _is_large(case), False, "The Oxford Rail Board met on Monday."),
        when(
            "a short word",
            lambda case: len(case.form) <= 3 and case.form not in country_names(),
            False,
            "The Ufa Rail Board met on Monday.",
        ),
        when("a large place", lambda _: True, True, "The Chicago Rail Board met on Monday."),
    ),
)


def gives_country(case: Named, at: int) -> bool:
    """Whether a place in an organisation's name gives its country."""
    found = GIVES_COUNTRY.decide(case, at=at)
    return found is not None and found.verdict


def _country_before(parse: Parse, mention: Mention, mentions: Sequence[Mention]) -> str | None:
    """Give the country right before a name: "Syria's Foreign Ministry", "Russian Izvestia", "South Korea's Moon"."""
    i = mention.token_start - 1
    possessive = i >= 0 and parse[i].text in POSSESSIVES
    if possessive:
        i -= 1
    # In the order of the text: none but the next few before can end here.
    near = bisect_left(mentions, i - LONGEST_NAME, key=lambda other: other.token_start)
    for index in range(near, len(mentions)):
        other = mentions[index]
        if other.token_end == i + 1 and other.kind == "place" and other.form == "name":
            return other.country if possessive or other.label == "NORP" or mention.kind == "org" else None
        if other.token_start > i:
            break
    return None


def _share(mentions: Sequence[Mention]) -> list[Mention]:
    """Give each entity's mentions the country and sector that its other mentions tell, the most frequent first."""
    countries, sectors = (_by_entity(mentions, column) for column in ("country", "sector"))
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


def _by_entity(mentions: Sequence[Mention], column: str) -> dict[str, Counter[str]]:
    """Count what the mentions of each acting entity say in a column, in the order of the text."""
    found: dict[str, Counter[str]] = {}
    for mention in mentions:
        value = getattr(mention, column)
        if mention.entity_id is not None and mention.kind in ACTING_KINDS and value:
            found.setdefault(mention.entity_id, Counter())[value] += 1
    return found


def _most_frequent(counts: Counter[str] | None) -> str | None:
    """Give the most frequent value, the one seen first among equals."""
    return counts.most_common(1)[0][0] if counts else None
