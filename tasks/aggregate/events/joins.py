"""Events told by halves: once all reports of a type are grouped, what in one story can only be one event becomes one.

A report that tells no side cannot find its event while it is sorted in; nor can one that tells only who did it. Both
stay events of their own at first, and here each looks for the one event it can mean. It stays apart where nothing sets
it apart from two of them, for then nobody knows which it means. Nothing may speak against it: see `grouping`.

- one story, one day: they share a side or a city, or one of them names no side, or one tells who and the other whom.
- one article, no day or place: it tells only who did it (a claim) or only whom it befell, and the other, at most `NEAR`
  sentences away, only the other half.
- one story: it tells no side, day or place, and the story tells of one event of its type in those days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

from tasks.aggregate.events.apart import hours_fit, sites_fit, told_apart
from tasks.aggregate.events.event import Event, modes_fit, take_in
from tasks.aggregate.events.grouping import NEWS_DAYS
from tasks.aggregate.events.places import places_fit
from tasks.aggregate.events.reports import Report
from tasks.aggregate.events.rules import MergeRules
from tasks.aggregate.events.sides import known_sides, sides_fit

NEAR = 3
# A story of more events of one type than this is a war: what tells no day there means any of them.
MANY = 100
DAY_RULE = "same story and day, one tells what the other leaves out"
HALF_RULE = "same article, tells the side that the other leaves out"
ONLY_RULE = "same story, which tells of no other"

ZONE_RULE = "same story, sides and place, dates a day apart"


def join_halves(events: list[Event], rules: MergeRules) -> list[Event]:
    """Join what tells an event by half to the event it can mean, where that is one alone.

    Parameters
    ----------
    events
        Of one type, as `group_reports` gives them.
    """
    gone: set[int] = set()
    for _, of_story in _by_story(events):
        told = _OfStory(of_story, gone)
        for half in told.events if len(of_story) > 1 else ():
            found = _only_one(half, told, rules) if half.number not in gone else None
            if found is not None:
                other, rule = found
                # The one that tells more is the event, the other the half that found it.
                whole, part = (half, other) if _how_much(half) > _how_much(other) else (other, half)
                take_in(whole, part, rule, rules)
                gone.add(part.number)
    return [event for event in events if event.number not in gone]


def _by_story(events: Iterable[Event]) -> list[tuple[str, list[Event]]]:
    """What took place, by story, in the order of the stories' ids."""
    stories: dict[str, list[Event]] = {}
    for event in events:
        if event.group == "real":
            for story in event.stories:
                stories.setdefault(story, []).append(event)
    return sorted(stories.items(), key=lambda item: item[0])


class _OfStory:
    """The events of one story, and which of them a half is compared with."""

    def __init__(self, events: list[Event], gone: set[int]) -> None:
        self.events = sorted(events, key=lambda event: (min(r.order for r in event.reports), event.number))
        self.gone = gone
        self.of_day: dict[int | None, list[Event]] = {}
        self.of_article: dict[str, list[Event]] = {}
        for event in self.events:
            self.of_day.setdefault(event.first, []).append(event)
            for article in event.articles:
                self.of_article.setdefault(article, []).append(event)

    def beside(self, half: Event) -> list[Event]:
        """The other events that a half may mean; of a story of very many only those of its day and its articles."""
        if len(self.events) <= MANY:
            found = self.events
        else:
            near = [*self.of_day.get(half.first, ())] if half.first is not None else []
            near.extend(one for article in sorted(half.articles) for one in self.of_article.get(article, ()))
            found = list({one.number: one for one in near}.values())
        return [one for one in found if one is not half and one.number not in self.gone]


def _only_one(half: Event, told: _OfStory, rules: MergeRules) -> tuple[Event, str] | None:
    """The event that a half can mean, and the rule; None where there is none, or several that are not one."""
    rule = _rule_of(half)
    if rule is None:
        return None
    fitting = [one for one in told.beside(half) if _can_be(half, one, rule, rules)]
    # What the half's own article tells of is nearer than what others do.
    fitting = [one for one in fitting if one.articles.keys() & half.articles.keys()] or fitting
    if not fitting or any(_apart(one, other, rules) for one, other in combinations(fitting, 2)):
        return None
    best = max(fitting, key=lambda one: (_how_much(one), -one.number))
    # Nor may the other one be half of a third that cannot be this one.
    rivals = (one for one in told.beside(best) if _can_be(best, one, rule, rules))
    return None if any(_apart(half, one, rules) for one in rivals) else (best, rule)


def _how_much(event: Event) -> tuple[int, int, bool]:
    """How much an event tells: sides, places, a day."""
    sides = known_sides(event.actors) + known_sides(event.recipients)
    return len(sides), len(event.places), event.first is not None


def _rule_of(half: Event) -> str | None:
    """By which rule the event may join another."""
    if half.first is not None:
        return DAY_RULE if half.first == half.last else None
    if half.partial or any(report.denial for report in half.reports):
        return None
    actors, recipients = known_sides(half.actors), known_sides(half.recipients)
    if half.places or (actors and recipients):
        return DAY_RULE
    if not actors and not recipients:
        return ONLY_RULE
    return HALF_RULE if len(half.articles) == 1 else DAY_RULE


def _can_be(half: Event, one: Event, rule: str, rules: MergeRules) -> bool:
    """Whether a half can mean an event: nothing speaks against it and the rule speaks for it."""
    if _apart(half, one, rules):
        return False
    no_role_shared = not (_both(half.actors, one.actors) or _both(half.recipients, one.recipients))
    if rule == ONLY_RULE:
        return _of_these_days(half, one)
    if rule == HALF_RULE and no_role_shared:
        return _near(half, one)
    if half.first is None or one.first is None:
        dated = one if half.first is None else half
        of_these_days = dated.exact and _of_these_days(half, one) and _of_these_days(one, half)
        return of_these_days and (_is_sideless(half) or _is_sideless(one))
    if (one.first, one.last) != (half.first, half.last):
        return False
    return no_role_shared or _shares(half, one, rules)


def _is_sideless(event: Event) -> bool:
    return not (known_sides(event.actors) or known_sides(event.recipients))


def _shares(half: Event, one: Event, rules: MergeRules) -> bool:
    """Whether two events that nothing sets apart share a side or a city."""
    actors = sides_fit(half.actors, one.actors, rules)
    recipients = sides_fit(half.recipients, one.recipients, rules)
    assert actors is not None
    assert recipients is not None
    sides = actors.named + actors.sort + recipients.named + recipients.sort
    return bool(sides or half.cities & one.cities)


def _apart(one: Event, other: Event, rules: MergeRules) -> bool:
    """Whether anything sets two events apart."""
    if _on_other_days(one, other) or not modes_fit(one, other, rules) or not same_spot(one, other):
        return True
    if not hours_fit(one.event_type, one.hours, other.hours, rules) or _at_other_sites(one, other):
        return True
    if sides_fit(one.actors, other.actors, rules) is None or sides_fit(one.recipients, other.recipients, rules) is None:
        return True
    return any(told_apart(mine, theirs, rules) for mine, theirs in _of_one_article(one, other))


def _on_other_days(one: Event, other: Event) -> bool:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return one.first > other.last or other.first > one.last


def _at_other_sites(one: Event, other: Event) -> bool:
    if one.sites <= other.sites:
        return False
    return not all(
        sites_fit(mine, other.sites, chain.from_iterable(other.articles.values()))
        for mine in chain.from_iterable(one.articles.values())
    )


def _of_one_article(one: Event, other: Event) -> Iterator[tuple[Report, Report]]:
    """Pairs of their reports that one article tells."""
    for article in one.articles.keys() & other.articles.keys():
        yield from product(one.articles[article], other.articles[article])


def _both(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return bool(some) and bool(others)


def _of_these_days(half: Event, one: Event) -> bool:
    days = [report.pub_day for report in half.reports if report.pub_day is not None]
    if not days or one.first is None or one.last is None:
        return True
    return one.first - NEWS_DAYS <= min(days) <= one.last + NEWS_DAYS


def _near(half: Event, one: Event) -> bool:
    return any(abs(mine.sentence - other.sentence) <= NEAR for mine, other in _of_one_article(half, one))


def join_across_midnight(events: list[Event], rules: MergeRules) -> list[Event]:
    """Join events of one story whose dates are one day apart, as reporters in different time zones tell them.

    Only where sides agree by name, the place does not speak against it, and no article tells of both days. Types that
    go on for days stay apart.
    """
    of_a_day = [
        event
        for event in events
        if event.first is not None and event.first == event.last and event.event_type not in rules.day_by_day
    ]
    gone: set[int] = set()
    for _, of_story in _by_story(of_a_day):
        told = sorted(of_story, key=lambda event: (event.first or 0, event.number))
        for one, other in product(told, told):
            if other.number in gone or one.number in gone or not _a_night_apart(one, other, rules):
                continue
            take_in(one, other, ZONE_RULE, rules)
            gone.add(other.number)
    return [event for event in events if event.number not in gone]


def _a_night_apart(one: Event, other: Event, rules: MergeRules) -> bool:
    if one.first is None or other.first is None or other.first - one.first != 1:
        return False
    if one.articles.keys() & other.articles.keys() or not modes_fit(one, other, rules):
        return False
    if not same_spot(one, other):
        return False
    actors = sides_fit(one.actors, other.actors, rules)
    recipients = sides_fit(one.recipients, other.recipients, rules)
    if actors is None or recipients is None:
        return False
    if actors.named + recipients.named >= 2:
        return True
    sorts_agree = bool((actors.named or actors.sort) and (recipients.named or recipients.sort))
    # Where the actor is named a province is spot enough; unnamed gunmen may strike in two towns of one.
    spots = one.provinces & other.provinces if actors.named else one.cities & other.cities
    return sorts_agree and bool(spots)


def same_spot(one: Event, other: Event) -> bool:
    """Whether no place told sets two events apart."""
    mine, theirs = one.places or one.weak_places, other.places or other.weak_places
    return not mine or not theirs or any(places_fit(here, there) for here in mine for there in theirs)
