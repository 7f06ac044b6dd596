"""Sides that belong to the country an article plays in though no word says so.

Such a country is a reading of the article, not of the actor's own words: it carries the method `place`, it is given to
arguments only, and it never counts as evidence of who an entity is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.annotate.events.sides.home import Home, domestic
from tasks.annotate.events.view import View
from tasks.annotate.layers import EventArgument
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.parse import Stretch
from tasks.reference.files import words

SIDES = ("actor", "recipient")
_WORDS = words("sides")
PERSONAL = _WORDS["masculine"] | _WORDS["feminine"] | _WORDS["several"]


@dataclass(frozen=True, slots=True)
class Local:
    """The country that a side has as a local and the method by which it is known; None where it may be anybody."""

    country: str | None
    method: str = "place"


OPEN = Local(None)


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is known of the event whose sides are looked at: its type and mode, where it happened, where its article
    plays.
    """

    home: Home
    place: str | None
    event_type: str
    mode: str | None


@dataclass(frozen=True, slots=True)
class _Side:
    """A side without a country: its record, its words, and the event it is a side of."""

    view: View
    item: EventArgument
    span: Stretch
    deed: _Deed

    @property
    def sector(self) -> str | None:
        return self.item.sector

    @property
    def kind(self) -> str | None:
        """The kind of its entity; None where it is a bare noun."""
        return self.deed.home.kinds.get(self.item.entity_id) if self.item.entity_id is not None else None

    @property
    def at_home(self) -> Local:
        """The article's country where it names next to no other."""
        return Local(self.deed.home.country if self.deed.home.sole else None)

    @property
    def of_firm_home(self) -> Local:
        return Local(self.deed.home.country if self.deed.home.firm else None)

    @property
    def owners(self) -> frozenset[str]:
        """The countries whose this noun is said to be elsewhere in the article."""
        return self.deed.home.owners.get(self.span.root.lemma_.lower(), frozenset())

    @property
    def is_moving(self) -> bool:
        """Whether it may have come from afar for the deed."""
        moving = self.deed.event_type in domestic()["moving_types"]
        return moving and (self.item.role == "actor" or self.deed.mode == "visit")

    @property
    def spot(self) -> str | None:
        """The country of the event's own place or of the scene its sentence belongs to."""
        deed, sentence = self.deed, self.span.root.sent.start
        scene = deed.home.scenes.get(sentence)
        named = deed.home.named.get(sentence, frozenset())
        if scene not in named and deed.event_type not in domestic()["scenic_types"]:
            scene = None
        return None if self.is_moving else deed.place or scene

    @property
    def where(self) -> Local:
        """The country of those who were there."""
        return Local(self.spot or self.deed.home.country)

    @property
    def is_violent(self) -> bool:
        return self.deed.event_type in domestic()["violent_types"]

    @property
    def is_local_type(self) -> bool:
        return self.deed.event_type in domestic()["local_types"]


def _has_name_of_body(side: _Side) -> bool:
    return side.kind in ("person", "org") and side.sector in domestic()["named_sectors"]


def _is_plain_person(side: _Side) -> bool:
    """A name alone may be anybody's: it is a local's only where the article knows no other country."""
    home = side.deed.home
    full = side.kind == "person" and side.item.entity_id in home.full
    return full and side.is_local_type and side.sector in (None, *domestic()["unnamed_sectors"])


def _noun_owned_elsewhere(side: _Side) -> Local | None:
    """A bare noun is whose the article says it is elsewhere."""
    return Local(next(iter(side.owners)), "title") if side.owners and side.sector is not None else None


def _is_own_official(side: _Side) -> bool:
    own, root = domestic()["own_officials"], side.span.root
    return side.sector == "GOV" and (root.lower_ in own or root.lemma_.lower() in own)


def _official_of_scene(side: _Side) -> Local | None:
    return Local(side.spot) if side.spot is not None and _is_own_official(side) else None


def _is_stateless_fighter(side: _Side) -> bool:
    """Whether the words call fighters by a people without a state: Kurdish or Tuareg rebels fight where they live."""
    if side.sector not in domestic()["armed_sectors"] or not side.is_violent:
        return False
    found = [side.view.mentions.get(token.i) for token in side.span]
    return any(m is not None and m.label == "NORP" and m.form == "name" and m.country is None for m in found)


def _is_site(side: _Side) -> bool:
    struck = side.item.role == "recipient" and side.is_violent
    return struck and side.span.root.lemma_.lower() in domestic()["sites"]


def _is_personal_pronoun(side: _Side) -> bool:
    root = side.span.root
    return root.pos_ == "PRON" and root.lower_ in PERSONAL and side.is_local_type


LOCAL: Ladder[_Side, Local] = Ladder(
    "local",
    "Of which country a side is whose words name none",
    (
        when(
            "a word for people from elsewhere or from several countries",
            lambda side: any(token.lower_ in domestic()["strangers"] for token in side.span),
            OPEN,
            "Police in Lyon arrested foreign tourists on Monday.",
        ),
        Rule(
            "an office holder or a body by name",
            lambda side: (
                (side.of_firm_home if side.kind == "person" else Local(side.deed.home.country))
                if _has_name_of_body(side)
                else None
            ),
            "A bomb exploded in Lyon on Monday. Senator Derek Holloway accused the rebels of murder.",
        ),
        Rule(
            "a person with a full name",
            lambda side: side.at_home if _is_plain_person(side) else None,
            "A fire broke out in Tulsa, Oklahoma. Police in Tulsa arrested Derek Holloway on Monday.",
        ),
        when(
            "any other name",
            lambda side: side.item.entity_id is not None,
            OPEN,
            "Police in Lyon met Derek Holloway on Monday.",
        ),
        when(
            "a noun that the article gives to several countries",
            lambda side: len(side.owners) > 1,
            OPEN,
            "The French government met the Spanish government in Lyon. The government accused a union of lying.",
        ),
        Rule(
            "a noun that the article gives to one country",
            _noun_owned_elsewhere,
            "Spanish police raided a flat in Lyon on Monday. Later the police arrested two men.",
        ),
        Rule(
            "people who are mostly locals",
            lambda side: side.where if side.sector in domestic()["unnamed_sectors"] else None,
            "Police arrested two men in Lyon on Monday.",
        ),
        Rule(
            "an official of the scene",
            _official_of_scene,
            "The mayor accused the rebels of murder in Lyon on Monday.",
        ),
        Rule(
            "an official of an article's country",
            lambda side: side.of_firm_home if _is_own_official(side) else None,
            "A bomb exploded in Lyon on Monday. The mayor met the rebels.",
        ),
        Rule(
            "fighters of a people without a state",
            lambda side: Local(side.deed.place) if _is_stateless_fighter(side) else None,
            "Tuareg rebels attacked a convoy near Timbuktu, Mali, on Monday.",
        ),
        Rule(
            "a building or settlement that is hit",
            lambda side: side.where if _is_site(side) else None,
            "Rebels in Idlib, Syria, blew up a bridge on Monday.",
        ),
        Rule(
            "forces and firms where no other country is named",
            lambda side: side.at_home if side.sector in domestic()["only_at_home_sectors"] else None,
            "A bomb exploded in Lyon. Another exploded in Lille. Soldiers arrested two men on Monday.",
        ),
        Rule(
            "he or they where no other country is named",
            lambda side: side.at_home if _is_personal_pronoun(side) else None,
            "A bomb exploded in Lyon. Another exploded in Lille. They attacked a convoy on Monday.",
        ),
    ),
)


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
        The same arguments in the same order; a country given here has `country_method` place, or title where the
        article gives the noun its country elsewhere.
    """
    place = next((item.country for item in arguments if item.role == "place" and item.country is not None), None)
    deed = _Deed(home, place, event_type, mode)
    return [_as_local(view, item, deed) if item.role in SIDES and item.country is None else item for item in arguments]


def _as_local(view: View, item: EventArgument, deed: _Deed) -> EventArgument:
    """One side with the country that it has as a local, the side as it is where it may be anybody."""
    span = view.span_at(item.start, item.end)
    decision = LOCAL.decide(_Side(view, item, span, deed), at=item.start) if span is not None else None
    if decision is None or decision.verdict.country is None:
        return item
    return replace(item, country=decision.verdict.country, country_method=decision.verdict.method)
