"""The country an article plays in, and the actors that belong to it though no word says so.

Newsrooms name a country where the reader would not guess it: an article on Lyon says "police", not "French police". So
what an article leaves unsaid is told by where its event happened, by its dateline, and by the places it names. Such a
country is a reading of the article, not of the actor's own words: it carries the method `place`, it is given to
arguments only, and it never counts as evidence of who an entity is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.annotate.actors.roles import is_led
from tasks.annotate.events.view import View, is_city
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.places.component import PLACE_LABELS
from tasks.annotate.syntax.parse import Parse, Stretch
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.reference.files import toml

SIDES = ("actor", "recipient")
PERSONAL = frozenset({"he", "she", "him", "her", "they", "them", "his", "their", "himself", "herself", "themselves"})
# A place below a country says where the article plays; a country may only be spoken of, a demonym is somebody's.
WEIGHT_WITHIN, WEIGHT_WHERE, WEIGHT_COUNTRY, WEIGHT_DEMONYM, WEIGHT_ORGANISATION = 2.0, 2.0, 1.0, 0.5, 0.5
WEIGHT_DATELINE, WEIGHT_TITLE = 4.0, 1.0
# Shares of the whole weight from which a country is home, by its dateline, firmly, and alone.
MAJORITY, DATELINE_SHARE, FIRM_SHARE, SOLE_SHARE = 0.5, 0.3, 0.67, 0.85
SOLE_WEIGHT = 3.0
# How many sentences a scene lasts after the one that says where it is.
SCENE_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Home:
    """Where an article plays: the country of its dateline or of most places, None where none has a majority.

    `firm` is true where it has two thirds of the weight, or half and the dateline: officials named without a country
    are its own. `sole` is true where next to no other country is named, so that even people without any title are
    taken for locals.

    `kinds` holds the kind of every entity of the article, `full` the people it gives a full name (who needs none is
    known far off), `owners` the countries whose a noun is told to be somewhere in it ("the Spanish government":
    government → ESP). By the start of sentences: `named` is the countries each names, `scenes` the country of the
    place where it is, or one of the sentences right before it was.
    """

    country: str | None
    firm: bool
    sole: bool
    kinds: dict[str, str]
    full: frozenset[str]
    owners: dict[str, frozenset[str]]
    named: dict[int, frozenset[str]]
    scenes: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Rules:
    unnamed_sectors: frozenset[str]
    named_sectors: frozenset[str]
    only_at_home_sectors: frozenset[str]
    moving_types: frozenset[str]
    local_types: frozenset[str]
    scenic_types: frozenset[str]
    own_officials: frozenset[str]
    strangers: frozenset[str]
    violent_types: frozenset[str]
    armed_sectors: frozenset[str]
    sites: frozenset[str]
    locative: frozenset[str]
    abodes: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    table = toml("domestic.toml")
    return _Rules(
        **{name: frozenset(value.split() if isinstance(value, str) else value) for name, value in table.items()}
    )


def find_home(
    parse: Parse, mentions: tuple[Mention, ...], origin: str | None, outer: frozenset[int] = frozenset()
) -> Home:
    """Give the country that a Doc with these mentions plays in; `origin` is that of its paper, where it is known.

    Every name of a place counts for its country, places below a country and places told as where something is more
    than countries spoken of; demonyms and organisations count less. The dateline's country is home where the text
    names it too and it has a fair share of the weight (a bureau's dateline says nothing of a far event), else the
    country with more than half of it; where no place is named, that of the paper. `outer` are the triggers of acts
    about other events: where somebody accuses is no scene of what he tells.
    """
    counts: dict[str, float] = {}
    kinds: dict[str, str] = {}
    full: set[str] = set()
    owners: dict[str, set[str]] = {}
    spots: dict[int, set[str]] = {}
    named: dict[int, set[str]] = {}
    datelines = [section for section in parse.sections if section.kind == "dateline"]
    titles = [section for section in parse.sections if section.kind == "title"]
    bureau: str | None = None
    for mention in mentions:
        if mention.entity_id is not None and mention.kind is not None:
            kinds.setdefault(mention.entity_id, mention.kind)
            if mention.form == "name" and mention.token_end - mention.token_start > 1:
                full.add(mention.entity_id)
        if mention.country is None:
            continue
        # A description that coreference gave a name has its country from there.
        if mention.form == "nominal" and mention.link_method != "coref":
            head = parse.span(mention.token_start, mention.token_end).root
            owners.setdefault(head.lemma_.lower(), set()).add(mention.country)
        weight = _weight(parse, mention) if mention.form == "name" else 0.0
        if not weight:
            continue
        if any(section.start <= mention.start < section.end for section in datelines):
            if mention.label in PLACE_LABELS:
                bureau = bureau or mention.country
            continue
        if any(section.start <= mention.start < section.end for section in titles):
            weight += WEIGHT_TITLE
        counts[mention.country] = counts.get(mention.country, 0.0) + weight
        named.setdefault(parse[mention.token_start].sent.start, set()).add(mention.country)
        if weight >= WEIGHT_WHERE and mention.label in PLACE_LABELS and not _is_told_at(parse, mention, outer):
            spots.setdefault(parse[mention.token_start].sent.start, set()).add(mention.country)
    if bureau is not None and (bureau in counts or not counts):
        counts[bureau] = counts.get(bureau, 0.0) + WEIGHT_DATELINE
    total = sum(counts.values())
    home: str | None = None
    if total:
        best = max(sorted(counts), key=lambda country: counts[country])
        home = best if counts[best] > MAJORITY * total else None
        if bureau is not None and counts.get(bureau, 0.0) >= DATELINE_SHARE * total:
            home = bureau
    share = counts[home] / total if home is not None and total else 0.0
    if not total:
        # A paper that names no place at all writes of its own country.
        home = bureau = origin
        share = 1.0 if home is not None else 0.0
    firm = share >= (MAJORITY if bureau == home else FIRM_SHARE)
    sole = home is not None and share >= SOLE_SHARE and counts.get(home, 0.0) >= SOLE_WEIGHT
    nouns = {noun: frozenset(of) for noun, of in owners.items()}
    by_sentence = {start: frozenset(countries) for start, countries in named.items()}
    return Home(home, firm, sole, kinds, frozenset(full), nouns, by_sentence, _scenes(parse, spots))


def _scenes(parse: Parse, spots: dict[int, set[str]]) -> dict[int, str]:
    """Give each sentence the country of its own places, else of the nearest sentence before it that names one."""
    scenes: dict[int, str] = {}
    last: set[str] = set()
    age = 0
    for sentence in parse.sents:
        here = spots.get(sentence.start)
        if here is not None:
            last, age = here, 0
        else:
            age += 1
        if age <= SCENE_SENTENCES and len(last) == 1:
            scenes[sentence.start] = next(iter(last))
    return scenes


def _weight(parse: Parse, mention: Mention) -> float:
    if len(mention.country or "") != 3 or is_led(parse, mention.token_end):
        return 0.0
    if mention.label == "NORP":
        return WEIGHT_DEMONYM if mention.kind == "place" else 0.0
    if mention.label in PLACE_LABELS and mention.kind == "place":
        if _is_where(parse, mention):
            return WEIGHT_WHERE
        return WEIGHT_WITHIN if is_city(mention) and not _acts(parse, mention) else WEIGHT_COUNTRY
    # Agencies report from everywhere and firms trade there.
    if mention.kind == "org" and mention.country not in INTERNATIONAL_CODES and mention.sector not in ("JRN", "BUS"):
        return WEIGHT_ORGANISATION
    return 0.0


def _is_where(parse: Parse, mention: Mention) -> bool:
    """Whether the words before a place say that something is there; where somebody is based or born does not count."""
    i = mention.token_start
    rules = _rules()
    return i > 0 and parse[i - 1].lower_ in rules.locative and (i < 2 or parse[i - 2].lower_ not in rules.abodes)


def _is_told_at(parse: Parse, mention: Mention, outer: frozenset[int]) -> bool:
    """Whether a place hangs on an act about other events: "In Geneva the envoy accused them of …"."""
    root = parse.span(mention.token_start, mention.token_end).root
    return root.dep_ == "pobj" and root.head.dep_ == "prep" and root.head.head.i in outer


def _acts(parse: Parse, mention: Mention) -> bool:
    """Whether a city stands for a government: "Paris rejected it", "Moscow's demand"; not "on Paris' squares"."""
    root = parse.span(mention.token_start, mention.token_end).root
    if root.dep_ == "poss":
        return not (root.head.dep_ == "pobj" and root.head.head.lower_ in (*_rules().locative, "on"))
    return root.dep_ in ("nsubj", "nsubjpass", "agent", "dobj")


def with_home(
    view: View, arguments: list[EventArgument], home: Home, event_type: str, mode: str | None = None
) -> list[EventArgument]:
    """Give sides without a country that of the event's place or of the article, where they can only be locals.

    Parameters
    ----------
    view
        The Doc as the coder sees it.
    arguments
        All arguments of one event.
    home
        Where the article plays.
    event_type, mode
        Of the event: the doer of a visit or of a troop movement need not be from where it happens.

    Returns
    -------
    list of EventArgument
        The same arguments in the same order; a country given here has `country_method` place.
    """
    place = next((item.country for item in arguments if item.role == "place" and item.country is not None), None)
    filled = []
    for item in arguments:
        if item.role in SIDES and item.country is None:
            item = _local(view, item, home, place, event_type, mode)
        filled.append(item)
    return filled


def _local(
    view: View, item: EventArgument, home: Home, place: str | None, event_type: str, mode: str | None
) -> EventArgument:
    """Give one side the country that it has as a local, the side as it is where it may be anybody."""
    rules = _rules()
    span = view.span_at(item.start, item.end)
    if span is None or _is_stranger(span):
        return item
    at_home = home.country if home.sole else None
    if item.entity_id is not None:
        kind = home.kinds.get(item.entity_id)
        if kind in ("person", "org") and item.sector in rules.named_sectors:
            return _placed(item, home.country if home.firm or kind == "org" else None)
        # A name alone may be anybody's: it is a local's only where the article knows no other country.
        plain = kind == "person" and item.entity_id in home.full and item.sector in (None, *rules.unnamed_sectors)
        plain = plain and event_type in rules.local_types
        return _placed(item, at_home if plain else None)
    # A bare noun is whose the article says it is elsewhere; told of several countries it may be either's.
    owners = home.owners.get(span.root.lemma_.lower(), frozenset())
    if len(owners) > 1:
        return item
    if owners and item.sector is not None:
        return replace(item, country=next(iter(owners)), country_method="title")
    moving = event_type in rules.moving_types and (item.role == "actor" or mode == "visit")
    sentence = span.root.sent.start
    named = home.named.get(sentence, frozenset())
    scene = home.scenes.get(sentence)
    if scene not in named and event_type not in rules.scenic_types:
        scene = None
    where = home.country if moving else place or scene or home.country
    if item.sector in rules.unnamed_sectors:
        return _placed(item, where)
    if item.sector == "GOV" and _is_own_official(span):
        told = where != home.country or (not moving and (place or scene))
        return _placed(item, where if home.firm or told else None)
    if item.sector in rules.armed_sectors and event_type in rules.violent_types and _is_stateless(view, span):
        return _placed(item, place)
    if item.role == "recipient" and event_type in rules.violent_types and span.root.lemma_.lower() in rules.sites:
        return _placed(item, where)
    pronoun = span.root.pos_ == "PRON" and span.root.lower_ in PERSONAL and event_type in rules.local_types
    if item.sector in rules.only_at_home_sectors or pronoun:
        return _placed(item, at_home)
    return item


def _placed(item: EventArgument, country: str | None) -> EventArgument:
    return replace(item, country=country, country_method="place") if country else item


def _is_stranger(span: Stretch) -> bool:
    return any(token.lower_ in _rules().strangers for token in span)


def _is_stateless(view: View, span: Stretch) -> bool:
    """Whether the words call fighters by a people without a state: Kurdish or Tuareg rebels fight where they live."""
    found = [view.mentions.get(token.i) for token in span]
    return any(m is not None and m.label == "NORP" and m.form == "name" and m.country is None for m in found)


def _is_own_official(span: Stretch) -> bool:
    words = _rules().own_officials
    return span.root.lower_ in words or span.root.lemma_.lower() in words
