"""Turn the words in a frame's places into argument records: exact span, entity, country, sector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.annotate.actors.roles import is_led
from tasks.annotate.coreference.component import antecedents
from tasks.annotate.events.sides.descriptions import taken_up
from tasks.annotate.events.sides.phrases import apposed_name, described, is_place, phrase_bounds
from tasks.annotate.events.view import MODIFIERS, NO_FACTS, Facts, View
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.clauses import children, prepositions
from tasks.annotate.syntax.parse import Word

VERBAL_TYPES = frozenset(
    {"REQUEST", "ACCUSE", "REJECT", "THREATEN", "SANCTION", "AGREE", "CONSULT", "SUPPORT", "CONCEDE"}
)


# How many owners of owners are asked for a country: "his aide's driver" has two.
MAX_OWNERS = 6


@dataclass(frozen=True, slots=True)
class Nationality:
    """The country of a side and the method by which it is known."""

    country: str
    method: str


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of an event: the head of its phrase, the word that carries the meaning, the name that it has.

    `owned` says of how many others it is the owner's owner: "her brother's aide, who lost his driver".
    """

    view: View
    facts: dict[str, Facts]
    head: Word
    core: Word
    name: Mention | None
    role: str
    event_type: str
    owned: int = 0

    @property
    def known_sector(self) -> str | None:
        """The sector that the article gives its name elsewhere."""
        known = self.facts.get(self.name.entity_id or "") if self.name is not None else None
        return known.sector if known is not None else None

    @property
    def is_nation(self) -> bool:
        """Whether it is a place or a people of a known country."""
        return self.name is not None and is_place(self.name) and self.name.country is not None

    @property
    def is_people(self) -> bool:
        return self.name is not None and self.name.label == "NORP"


def _own_nationality(side: _Side) -> Nationality | None:
    if side.name is None or side.name.country is None:
        return None
    return Nationality(side.name.country, side.name.country_method or "name")


def _nationality_beside(view: View, noun: Word) -> Nationality | None:
    country = modifier_country(view, noun)
    return Nationality(country, "title") if country is not None else None


NATIONALITY: Ladder[_Side, Nationality] = Ladder(
    "nationality",
    "Of which country a side is by what the article says of it",
    (
        Rule("of its own name", _own_nationality, "Kenya accused the rebels of murder on Monday."),
        Rule(
            "of a word beside it",
            lambda side: _nationality_beside(side.view, side.core),
            "Gunmen attacked a Hungarian convoy on Monday.",
        ),
        Rule(
            "of a word beside its share or number",
            lambda side: _nationality_beside(side.view, side.head) if side.core != side.head else None,
            "Hungarian dozens of smugglers attacked a convoy on Monday.",
        ),
        Rule(
            "of its owner",
            lambda side: owners_nationality(side.view, side.facts, side.core, side.owned),
            "The Hungarian pupils said their convoy had been attacked on Monday.",
        ),
    ),
)


def _sector_of_noun(side: _Side) -> str | None:
    """A place has no sector but that of the government that it stands for."""
    return None if side.name is not None and is_place(side.name) else noun_sector(side.view, side.core)


SECTOR_OF_SIDE: Ladder[_Side, str] = Ladder(
    "sector",
    "Of which sector of society a side is",
    (
        Rule(
            "of its own name",
            lambda side: side.name.sector if side.name is not None else None,
            "The United Nations accused the rebels of murder on Monday.",
        ),
        Rule(
            "of its name elsewhere in the article",
            lambda side: side.known_sector,
            "Titan signed a deal. Titan Holdings accused the union. Titan accused the farm.",
        ),
        when(
            "single people of a nation",
            lambda side: (
                side.is_nation and side.name is not None and side.name.label == "NORP" and is_counted(side.core)
            ),
            "CVL",
            "Gunmen killed three Israelis on Monday.",
        ),
        when(
            "a nation that acts",
            lambda side: side.is_nation and side.role == "actor",
            "GOV",
            "Kenya accused the rebels of murder on Monday.",
        ),
        when(
            "a nation that is spoken to",
            lambda side: side.is_nation and side.event_type in VERBAL_TYPES,
            "GOV",
            "The rebels accused Kenya of murder on Monday.",
        ),
        Rule("of its noun", _sector_of_noun, "Gunmen attacked a convoy on Monday."),
    ),
)


def actor_argument(
    view: View, facts: dict[str, Facts], head: Word, role: str, event_type: str, method: str = "dep", owned: int = 0
) -> EventArgument:
    """The argument record of an actor or recipient.

    Parameters
    ----------
    owned
        How many owners were climbed to come to it: 0 for a side itself.
    """
    start, end = phrase_bounds(view, head)
    noun = taken_up(view, head) if head.pos_ == "PRON" and owned <= MAX_OWNERS else None
    if noun is not None:
        # A pronoun keeps its own words and has the rest from the description that it takes up.
        meant = actor_argument(view, facts, noun, role, event_type, owned=owned + 1)
        return replace(meant, start=start, end=end, method="coref")
    core = described(view, head)
    name, method = _name_of(view, facts, head, core, method)
    apposed = apposed_name(view, core) if _own_name(view, head, core) is None else None
    end = max(end, apposed.end) if apposed is not None else end
    side = _Side(view, facts, head, core, name, role, event_type, owned)
    nationality = NATIONALITY.decide(side, at=head.idx)
    sector = SECTOR_OF_SIDE.decide(side, at=head.idx)
    return EventArgument(
        role,
        start,
        end,
        name.entity_id if name is not None else None,
        nationality.verdict.country if nationality is not None else None,
        nationality.verdict.method if nationality is not None else None,
        sector.verdict if sector is not None else None,
        method=method,
    )


def _own_name(view: View, head: Word, core: Word) -> Mention | None:
    """The mention of an entity that a side's own words are."""
    name = view.mentions.get(core.i) or view.mentions.get(head.i)
    return name if name is not None and name.entity_id is not None else None


def _name_of(view: View, facts: dict[str, Facts], head: Word, core: Word, method: str) -> tuple[Mention | None, str]:
    """The mention that says who a side is, and the method: its own words, a name beside them, what they stand for."""
    name = _own_name(view, head, core) or apposed_name(view, core)
    name = name or view.mentions.get(core.i) or view.mentions.get(head.i)
    if (name is None or name.entity_id is None) and core == head:
        # A definite description that coreference resolved keeps its own words and takes the entity.
        stands_for = antecedents(view.doc, head.i)
        if len(stands_for) == 1 and _may_be(view, core, stands_for[0]):
            name, method = stands_for[0], "coref"
    if name is not None and _is_mislinked(name, facts):
        name = replace(name, entity_id=None, country=None, country_method=None)
    return name, "coref" if name is not None and name.form == "pronoun" else method


def modifier_country(view: View, head: Word) -> str | None:
    """The country that a noun's own words give: "Turkish police", "police in Colombia", "Israel's army"."""
    for token in _words_beside(view, head):
        mention = view.mentions.get(token.i)
        # "Iran-allied rebels" are not Iran's.
        if mention is not None and mention.country is not None and not is_led(view.parse, mention.token_end):
            return mention.country
    return None


def _words_beside(view: View, head: Word) -> Iterator[Word]:
    """The words that may say of which country a noun is: its modifiers and owners, what is in them, its of-phrase."""
    before = [child for child in head.lefts if child.dep_ in (*MODIFIERS, "poss")]
    yield from before
    yield from (token for child in before for token in child.subtree if token.i != child.i)
    name = view.mentions.get(head.i)
    # "Ann Lee in Lyon" may be anybody there; "police in Lyon" are Lyon's.
    own = ("of", "from") if name is not None and name.form == "name" else ("of", "in", "from", "for")
    yield from (noun for word, noun in prepositions(head) if word in own)


def owners_nationality(view: View, facts: dict[str, Facts], noun: Word, owned: int = 0) -> Nationality | None:
    """The country of those whose somebody is by a pronoun: "its army" after Mali was named; None if of several.

    An owner is described as a side is, and may have an owner: past `MAX_OWNERS` of them none is asked for.
    """
    found: set[Nationality | None] = set()
    if owned > MAX_OWNERS:
        return None
    for child in children(noun, "poss"):
        if child.tag_ == "PRP$":
            found.update(_nationalities_of_owner(view, facts, child, owned, alone=not found))
    return next(iter(found)) if len(found) == 1 else None


def _nationalities_of_owner(
    view: View, facts: dict[str, Facts], pronoun: Word, owned: int, *, alone: bool
) -> Iterator[Nationality | None]:
    """What is known of the names that a possessive pronoun means, or with `alone` of the description it takes up."""
    named = antecedents(view.doc, pronoun.i)
    for owner in named:
        known = facts.get(owner.entity_id or "", NO_FACTS)
        country = owner.country or known.country
        method = owner.country_method if owner.country else known.country_method
        yield Nationality(country, method or "name") if country else None
    noun = taken_up(view, pronoun) if alone and not named else None
    if noun is not None:
        owner_side = actor_argument(view, facts, noun, "actor", "", owned=owned + 1)
        country = owner_side.country
        yield Nationality(country, owner_side.country_method or "name") if country else None


def _is_mislinked(mention: Mention, facts: dict[str, Facts]) -> bool:
    """Whether a description was taken for a name of another sector."""
    known = facts.get(mention.entity_id or "")
    if mention.form != "nominal" or mention.link_method != "coref" or known is None:
        return False
    return mention.sector is not None and known.sector is not None and mention.sector != known.sector


def _may_be(view: View, noun: Word, name: Mention) -> bool:
    """Whether a description can mean a name by their sectors: the army is no news agency."""
    described_as = noun_sector(view, noun) or (view.mentions[noun.i].sector if noun.i in view.mentions else None)
    return described_as is None or name.sector is None or described_as == name.sector


def is_counted(noun: Word) -> bool:
    """Whether single people are named by their nation: "a Palestinian", "three Israelis", not "the Israelis"."""
    counted = any(child.lower_ in ("a", "an", "another") or child.dep_ == "nummod" for child in noun.lefts)
    return counted and noun.dep_ not in MODIFIERS and noun.pos_ in ("NOUN", "PROPN")


def noun_sector(view: View, head: Word) -> str | None:
    """The sector of a common noun, the longest name of it first; None for names, for UNK and unknown words."""
    if head.pos_ == "PRON" or head.lower_ == "houses":
        # "Burned houses": only one house is a chamber.
        return None
    for key in sorted(view.keys(head), key=lambda key: (-key.count("_"), key)):
        sector = view.lexicon.sectors.get(key)
        if sector is not None and sector != "UNK":
            return sector
    return None
