"""The day of an event reported without one, from the sentence of the same article that has it.

A lead says that "two people were killed in an attack", the next sentence that "the attack happened on Sunday". A
report without a day takes it where the article leaves no doubt: it opens the article, points back ("the attack"), or
names the same person or toll, and all reports of the kind that it may be one with agree on the day. The row has what
that sentence says of its day (basis, precision, TIMEX value); the argument has the method `coref` and stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.annotate.events.elsewhere.traits import Traits, traits_of
from tasks.annotate.events.view import View
from tasks.annotate.layers import EventArgument, EventMention
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.parse import Parse

DONE = ("happened", "ongoing")
# Deeds that hardly befall one person twice in one article; who accuses or praises may well do so again.
DEEDS = frozenset({"ASSAULT", "COERCE", "SANCTION", "RETREAT"})
# Of these a headline tells the main one, whatever verb the body has for it.
MAIN = frozenset({"ASSAULT", "PROTEST"})
# Which reports an event may take its day from.
ALIKE, EARLIER, NEXT, NONE = "those alike", "those before it", "the next one", "none"


@dataclass(frozen=True, slots=True)
class ReportPair:
    """A report without a day, and one of its type that may be of the same event."""

    item: Traits
    donor: Traits


@dataclass(frozen=True, slots=True)
class Donors:
    """A report without a day and the reports that may give it one.

    `fitting` have a day and nothing speaks against their being one with it, `alike` of them are so for sure, `earlier`
    are the dated reports of its type before it if it points back, `following` those of `fitting` behind it.
    """

    item: Traits
    fitting: tuple[Traits, ...]
    alike: tuple[Traits, ...]
    earlier: tuple[Traits, ...]
    following: tuple[Traits, ...]


def with_days(view: View, events: Sequence[EventMention]) -> list[EventMention]:
    """Give events without a day that of the same event reported elsewhere in the Doc.

    Parameters
    ----------
    events
        In the order of the text.

    Returns
    -------
    list of EventMention
        The same events in the same order; those dated here have a date argument with the method `coref`.
    """
    if not any(event.event_date is None for event in events) or not any(event.event_date for event in events):
        return list(events)
    people = {mention.entity_id for mention in view.doc._.mentions if mention.kind == "person" and mention.entity_id}
    opening = opening_end(view.parse)
    found = list(events)
    # The second round lets what took its day in the first give it to those that name the same people or toll.
    reports = [traits_of(view, event, people, opening) for event in events]
    for last in (False, True):
        found = [dated_by(place, reports, alike_only=last) for place in range(len(reports))]
        reports = [replace(report, event=event) for report, event in zip(reports, found, strict=True)]
    return found


def opening_end(parse: Parse) -> int:
    """The offset where the headline and the first sentence behind it end."""
    title = max((part.end for part in parse.sections if part.kind == "title"), default=0)
    body = max((part.end for part in parse.sections if part.kind == "dateline"), default=title)
    text = parse.text
    ends = (sentence.end_char for sentence in parse.sents if text[body : sentence.end_char].strip())
    return next(ends, len(text))


def lacks_day(report: Traits) -> bool:
    """Whether a report of what was done has no day, and is not said to be of another event."""
    event = report.event
    return event.event_date is None and event.timex is None and event.status in DONE and not report.other


def is_donor(event: EventMention) -> bool:
    """Whether an event has a day of its own to give."""
    return event.status in DONE and event.event_date is not None and event.date_precision == "day"


def are_other_places(pair: ReportPair) -> bool:
    """Whether both name a place below a country, and not the same."""
    return bool(pair.item.cities and pair.donor.cities and not pair.item.cities & pair.donor.cities)


def have_other_modes(pair: ReportPair) -> bool:
    """Whether both have a mode, and not the same; of a bombing one report may only have the shooting."""
    one, two = pair.item.event, pair.donor.event
    return one.event_type != "ASSAULT" and None not in (one.mode, two.mode) and one.mode != two.mode


def have_other_sides(pair: ReportPair) -> bool:
    """Whether both name somebody on one side, and not the same."""
    for role in ("actor", "recipient"):
        mine, theirs = pair.item.names.get(role), pair.donor.names.get(role)
        if mine and theirs and not mine & theirs:
            return True
    return False


def befell_one(pair: ReportPair) -> bool:
    """Whether both befell one person, by a deed that hardly befalls him twice or by the same word."""
    once = pair.item.event.event_type in DEEDS or same_word(pair.item, pair.donor)
    return once and bool(pair.item.people & pair.donor.people)


def is_one_meeting(pair: ReportPair) -> bool:
    """Whether both are meetings of the same sides."""
    mine, theirs = (frozenset[str]().union(*one.names.values()) for one in (pair.item, pair.donor))
    return len(mine) > 1 and mine == theirs and pair.item.event.mode == pair.donor.event.mode


def is_local_protest(pair: ReportPair) -> bool:
    """Whether a protest is in one of the places of one before it: "In Kraków 2,000 marched"."""
    protest = pair.item.event.event_type == "PROTEST" and pair.item.event.start > pair.donor.event.start
    return protest and bool(pair.item.cities & pair.donor.cities)


SAME_EVENT: Ladder[ReportPair, bool] = Ladder(
    "same event",
    "Whether two reports of one type are of one event for sure",
    (
        when(
            "one person whom it befell",
            befell_one,
            True,
            "Police arrested Juan Lopez. The mayor is ill. Lopez was arrested on Tuesday at a hotel.",
        ),
        when(
            "a meeting of the same sides",
            lambda pair: pair.item.event.event_type == "CONSULT" and is_one_meeting(pair),
            True,
            "King Felipe met President Sisi. The mood was good. President Sisi met King Felipe on Monday.",
        ),
        when(
            "another meeting",
            lambda pair: pair.item.event.event_type == "CONSULT",
            False,
            "King Felipe met President Sisi. The pope visited Oman on Monday.",
        ),
        when(
            "a protest in one of the places",
            is_local_protest,
            True,
            "Nurses protested in Lublin and Warsaw on Tuesday. In Warsaw some 500 nurses protested at a gate.",
        ),
        when(
            "two tolls alike",
            lambda pair: len(pair.item.tolls & pair.donor.tolls) > 1,
            True,
            "Rebels killed two nurses and wounded two boys. On Monday rebels killed two people and wounded two.",
        ),
        when(
            "a toll above two alike",
            lambda pair: any(value > 2 for _, value in pair.item.tolls & pair.donor.tolls),
            True,
            "An attack killed 17 people in Kano. Rebels killed 17 people on Monday.",
        ),
    ),
)
OTHER_EVENT: Ladder[ReportPair, bool] = Ladder(
    "another event",
    "What speaks against two reports of one type being of one event",
    (
        when(
            "said to be another one",
            lambda pair: pair.donor.other and not is_same_event(pair.item, pair.donor),
            True,
            "Gunmen attacked a mosque. In another attack on Sunday, gunmen fired at a bus.",
        ),
        when(
            "of another mode",
            have_other_modes,
            True,
            "Police arrested the mayor of Lima. On Monday, police banned a march.",
        ),
        when(
            "in another place",
            are_other_places,
            True,
            "Gunmen attacked a mosque in Lyon. Rebels attacked a bus in Goma on Monday.",
        ),
        when(
            "of other sides",
            have_other_sides,
            True,
            "Iran attacked a ship. Israel attacked a ship on Monday.",
        ),
    ),
)


def is_same_event(item: Traits, donor: Traits) -> bool:
    """Whether two reports of one type are of one event for sure: the same person, sides, places or toll."""
    decision = SAME_EVENT.decide(ReportPair(item, donor), at=item.event.start)
    return decision is not None and decision.verdict


def may_be_one(item: Traits, donor: Traits) -> bool:
    """Whether nothing in two reports of one type speaks against their being one event."""
    return OTHER_EVENT.decide(ReportPair(item, donor), at=item.event.start) is None


def befell_another(item: Traits, donor: Traits) -> bool:
    """Whether a noun of a deed names another victim than a report that names one too."""
    return bool(item.victims and donor.victims and not item.victims & donor.victims)


def same_word(item: Traits, donor: Traits) -> bool:
    """Whether two reports have one verb or noun for the event."""
    return item.event.trigger == donor.event.trigger


def reported_before(place: int, reports: Sequence[Traits]) -> tuple[Traits, ...]:
    """The dated reports of its type before one that points back; of "that attack" the last only."""
    item = reports[place]
    if not item.points_back:
        return ()
    same = [donor for donor in reports[:place] if donor.event.event_type == item.event.event_type]
    return tuple(donor for donor in (same[-1:] if item.nearest else same) if donor.event.event_date is not None)


def is_next_of_kind(donors: Donors) -> bool:
    """Whether the next report that fits is of the event that a headline or "the attack" has: the main one."""
    item, following = donors.item, donors.following
    if not following or not (item.points_back or item.opens):
        return False
    return item.event.event_type in MAIN or same_word(item, following[0])


DAY_FROM: Ladder[Donors, str] = Ladder(
    "day from",
    "Which other reports of the article a report without a day takes it from",
    (
        when(
            "reports that are alike",
            lambda donors: bool(donors.alike),
            ALIKE,
            "Police arrested Juan Lopez. The mayor is ill. Lopez was arrested on Tuesday at a hotel.",
        ),
        when(
            "points back to what it cannot be",
            lambda donors: any(donor not in donors.fitting for donor in donors.earlier),
            NONE,
            "Gunmen attacked a mosque on Sunday. In August a bomb killed six people. The attacks were condemned.",
        ),
        when(
            "points back",
            lambda donors: bool(donors.earlier),
            EARLIER,
            "Gunmen attacked a mosque in Lyon on Sunday. Mayor Blanc visited the wounded. The attack was condemned.",
        ),
        when(
            "the next one",
            is_next_of_kind,
            NEXT,
            "Gunmen attacked a mosque in Lyon. The mosque was attacked on Sunday by two men.",
        ),
    ),
)


def fitting_donors(place: int, reports: Sequence[Traits]) -> list[tuple[int, Traits]]:
    """The reports with a day that are of one type with a report and may be of its event, with their places."""
    item = reports[place]
    return [
        (where, donor)
        for where, donor in enumerate(reports)
        if is_donor(donor.event) and donor.event.event_type == item.event.event_type and may_be_one(item, donor)
    ]


def donors_of(place: int, reports: Sequence[Traits], *, alike_only: bool) -> Donors:
    """The reports that may give one its day; with `alike_only` none but those that are of its event for sure."""
    item = reports[place]
    fitting = fitting_donors(place, reports)
    alike = tuple(donor for _, donor in fitting if is_same_event(item, donor))
    if alike or alike_only:
        return Donors(item, (), alike, (), ())
    if item.points_back and item.by_noun:
        # "The bombardment of Aleppo" is known by its own words, not as the attack reported before.
        fitting = [(where, donor) for where, donor in fitting if not befell_another(item, donor)]
    following = tuple(donor for where, donor in fitting if where > place)
    return Donors(item, tuple(donor for _, donor in fitting), alike, reported_before(place, reports), following)


def dated_by(place: int, reports: Sequence[Traits], *, alike_only: bool) -> EventMention:
    """The event with the day on which the reports agree that it may be one with."""
    item = reports[place]
    if not lacks_day(item):
        return item.event
    donors = donors_of(place, reports, alike_only=alike_only)
    decision = DAY_FROM.decide(donors, at=item.event.start)
    if decision is None:
        return item.event
    pools = {ALIKE: donors.alike, EARLIER: donors.earlier, NEXT: donors.following[:1], NONE: ()}
    pool = pools[decision.verdict]
    days = {(donor.event.event_date, donor.event.event_date_end) for donor in pool}
    return on_day_of(item.event, pool[0].event) if len(days) == 1 else item.event


def on_day_of(event: EventMention, model: EventMention) -> EventMention:
    """The event with another report's day and date argument; as it is where that has no date argument."""
    date = next((argument for argument in model.arguments if argument.role == "date"), None)
    if date is None:
        return event
    return replace(
        event,
        event_date=model.event_date,
        event_date_end=model.event_date_end,
        date_precision=model.date_precision,
        date_basis=model.date_basis,
        timex=model.timex,
        arguments=(*event.arguments, EventArgument("date", date.start, date.end, method="coref")),
    )
