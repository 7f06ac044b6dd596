"""The country an article plays in: by its dateline, by the places it names, by its paper.

Newsrooms name a country where the reader would not guess it: an article on Lyon says "police", not "French police". So
what an article leaves unsaid is known by where its event happened, by its dateline, and by the places it names. Who is
given such a country stands in `locals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.annotate.actors.roles import is_led
from tasks.annotate.events.view import is_city
from tasks.annotate.layers import Mention, Section
from tasks.annotate.places.component import PLACE_LABELS
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.parse import Parse
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.reference.files import toml

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
    known far off), `owners` the countries whose a noun is said to be somewhere in it ("the Spanish government":
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


@lru_cache(maxsize=1)
def domestic() -> dict[str, frozenset[str]]:
    """The lists of domestic.toml by name."""
    table = toml("domestic.toml")
    return {name: frozenset(value.split() if isinstance(value, str) else value) for name, value in table.items()}


@dataclass(frozen=True, slots=True)
class _Named:
    """A name with a country, as the article has it."""

    parse: Parse
    mention: Mention

    @property
    def is_of_place(self) -> bool:
        return self.mention.label in PLACE_LABELS and self.mention.kind == "place"

    @property
    def is_where(self) -> bool:
        """Whether the words before it say that something is there, not that somebody is based or was born there."""
        i, parse, rules = self.mention.token_start, self.parse, domestic()
        if i == 0 or parse[i - 1].lower_ not in rules["locative"]:
            return False
        return i < 2 or parse[i - 2].lower_ not in rules["abodes"]

    @property
    def acts(self) -> bool:
        """Whether a city stands for a government: "Paris rejected it", "Moscow's demand"; not "on Paris' squares"."""
        root = self.parse.span(self.mention.token_start, self.mention.token_end).root
        if root.dep_ == "poss":
            return not (root.head.dep_ == "pobj" and root.head.head.lower_ in (*domestic()["locative"], "on"))
        return root.dep_ in ("nsubj", "nsubjpass", "agent", "dobj")


def _demonym(name: _Named) -> float | None:
    if name.mention.label != "NORP":
        return None
    return WEIGHT_DEMONYM if name.mention.kind == "place" else 0.0


def _is_organisation_of_country(name: _Named) -> bool:
    """Agencies report from everywhere and firms trade there: they are left out."""
    mention = name.mention
    return mention.kind == "org" and mention.country not in INTERNATIONAL_CODES and mention.sector not in ("JRN", "BUS")


WEIGHT: Ladder[_Named, float] = Ladder(
    "weight of a name",
    "How much a name says about the country that its article plays in",
    (
        when(
            "backed by a country",
            lambda name: is_led(name.parse, name.mention.token_end),
            0.0,
            "Iran-backed rebels shelled a village near Homs on Monday.",
        ),
        Rule("a people", _demonym, "Spanish police arrested two men on Monday."),
        when(
            "where something is",
            lambda name: name.is_of_place and name.is_where,
            WEIGHT_WHERE,
            "Police arrested two men in Lyon on Monday.",
        ),
        when(
            "a place inside a country",
            lambda name: name.is_of_place and is_city(name.mention) and not name.acts,
            WEIGHT_WITHIN,
            "Rebels marched towards Kano on Monday.",
        ),
        when(
            "a country or its capital, spoken of",
            lambda name: name.is_of_place,
            WEIGHT_COUNTRY,
            "Kenya accused the rebels of murder on Monday.",
        ),
        when(
            "an organisation of a country",
            _is_organisation_of_country,
            WEIGHT_ORGANISATION,
            "The Bundestag rejected the bill on Monday.",
        ),
    ),
)


@dataclass(slots=True)
class _Evidence:
    """What the mentions of an article say about where it plays, as it is gathered."""

    counts: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    owners: dict[str, set[str]] = field(default_factory=dict)
    spots: dict[int, set[str]] = field(default_factory=dict)
    named: dict[int, set[str]] = field(default_factory=dict)
    bureau: str | None = None

    def add_entity(self, mention: Mention) -> None:
        """Note of what kind an entity is, and whether it has a full name."""
        if mention.entity_id is None or mention.kind is None:
            return
        self.kinds.setdefault(mention.entity_id, mention.kind)
        if mention.form == "name" and mention.token_end - mention.token_start > 1:
            self.full.add(mention.entity_id)

    def add_owner(self, parse: Parse, mention: Mention) -> None:
        """Note of which country a noun is said to be."""
        # A description that coreference gave a name has its country from there.
        if mention.country is not None and mention.form == "nominal" and mention.link_method != "coref":
            head = parse.span(mention.token_start, mention.token_end).root
            self.owners.setdefault(head.lemma_.lower(), set()).add(mention.country)

    def add_dateline(self) -> None:
        """Give weight to the dateline's country where the text names it too, or names none."""
        if self.bureau is not None and (self.bureau in self.counts or not self.counts):
            self.counts[self.bureau] = self.counts.get(self.bureau, 0.0) + WEIGHT_DATELINE


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The weights of the countries an article names, its dateline's country and its paper's."""

    counts: dict[str, float]
    bureau: str | None
    origin: str | None

    @property
    def total(self) -> float:
        return sum(self.counts.values())

    def share(self, country: str | None) -> float:
        """The part of the whole weight that a country has."""
        return self.counts.get(country or "", 0.0) / self.total if self.total else 0.0


def _of_dateline(weighed: _Weighed) -> str | None:
    """A bureau's dateline says nothing of a far event: its country needs a fair share of the text's own names."""
    fair = weighed.bureau is not None and weighed.counts.get(weighed.bureau, 0.0) >= DATELINE_SHARE * weighed.total
    return weighed.bureau if weighed.total and fair else None


def _of_majority(weighed: _Weighed) -> str | None:
    if not weighed.total:
        return None
    best = max(sorted(weighed.counts), key=lambda country: weighed.counts[country])
    return best if weighed.counts[best] > MAJORITY * weighed.total else None


HOME: Ladder[_Weighed, str] = Ladder(
    "home",
    "The country an article plays in",
    (
        Rule(
            "of its dateline, which the text names too",
            _of_dateline,
            "LEEDS, England (Reuters) - Nurses marched through Leeds on Monday.",
        ),
        Rule(
            "of most places it names",
            _of_majority,
            "A bomb exploded in Lyon on Monday. Another exploded in Lille.",
        ),
        Rule(
            "of its paper, where it names no place",
            lambda weighed: weighed.origin if not weighed.total else None,
            "Police arrested two men on Monday. Call them on +44 113 496 0000.",
        ),
    ),
)


def find_home(
    parse: Parse, mentions: tuple[Mention, ...], origin: str | None, outer: frozenset[int] = frozenset()
) -> Home:
    """Give the country that a Doc with these mentions plays in; `origin` is that of its paper, where it is known.

    Every name of a place counts for its country, places below a country and places named as where something is more
    than countries spoken of; demonyms and organisations count less. The dateline's country is home where the text
    names it too and it has a fair share of the weight (a bureau's dateline says nothing of a far event), else the
    country with more than half of it; where no place is named, that of the paper. `outer` are the triggers of acts
    about other events: where somebody accuses is no scene of the deed.
    """
    found = _gathered(parse, mentions, outer)
    weighed = _Weighed(found.counts, found.bureau, origin)
    decision = HOME.decide(weighed, at=0)
    home = decision.verdict if decision is not None else None
    if weighed.total:
        share = weighed.share(home)
        firm = share >= (MAJORITY if found.bureau == home else FIRM_SHARE)
        sole = home is not None and share >= SOLE_SHARE and found.counts[home] >= SOLE_WEIGHT
    else:
        # A paper that names no place at all writes of its own country.
        firm, sole = home is not None, False
    return Home(
        home,
        firm,
        sole,
        found.kinds,
        frozenset(found.full),
        {noun: frozenset(of) for noun, of in found.owners.items()},
        {start: frozenset(countries) for start, countries in found.named.items()},
        _scenes(parse, found.spots),
    )


def _gathered(parse: Parse, mentions: tuple[Mention, ...], outer: frozenset[int]) -> _Evidence:
    """What all mentions say about where their article plays."""
    found = _Evidence()
    datelines = [section for section in parse.sections if section.kind == "dateline"]
    titles = [section for section in parse.sections if section.kind == "title"]
    for mention in mentions:
        found.add_entity(mention)
        found.add_owner(parse, mention)
        weight = _weight(parse, mention)
        if mention.country is None or not weight:
            continue
        if _is_inside(mention, datelines):
            if mention.label in PLACE_LABELS:
                found.bureau = found.bureau or mention.country
            continue
        if _is_inside(mention, titles):
            weight += WEIGHT_TITLE
        found.counts[mention.country] = found.counts.get(mention.country, 0.0) + weight
        sentence = parse[mention.token_start].sent.start
        found.named.setdefault(sentence, set()).add(mention.country)
        if weight >= WEIGHT_WHERE and mention.label in PLACE_LABELS and not _is_seat_of_act(parse, mention, outer):
            found.spots.setdefault(sentence, set()).add(mention.country)
    found.add_dateline()
    return found


def _weight(parse: Parse, mention: Mention) -> float:
    if mention.country is None or mention.form != "name":
        return 0.0
    decision = WEIGHT.decide(_Named(parse, mention), at=mention.start)
    return decision.verdict if decision is not None else 0.0


def _is_inside(mention: Mention, sections: Sequence[Section]) -> bool:
    return any(section.start <= mention.start < section.end for section in sections)


def _is_seat_of_act(parse: Parse, mention: Mention, outer: frozenset[int]) -> bool:
    """Whether a place hangs on an act about other events: "In Geneva the envoy accused them of …"."""
    root = parse.span(mention.token_start, mention.token_end).root
    return root.dep_ == "pobj" and root.head.dep_ == "prep" and root.head.head.i in outer


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
