"""An event while it is made: the reports it has taken in, and what they agree on so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.aggregate.events.places import PlaceFacts, most_exact
from tasks.aggregate.events.reports import Report, Side
from tasks.aggregate.events.rules import MergeRules
from tasks.aggregate.events.sides import Agreement, absorb, unknown_heads

FIRST = "first report"


@dataclass(slots=True)
class Event:
    """Reports found to tell of one event, and what they tell together. `rules` says of each report why it is here."""

    number: int
    event_type: str
    group: str
    reports: list[Report] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    actors: tuple[Side, ...] = ()
    recipients: tuple[Side, ...] = ()
    visitors: tuple[Side, ...] = ()
    hosts: tuple[Side, ...] = ()
    modes: set[str] = field(default_factory=set)
    hours: set[int] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    first: int | None = None
    last: int | None = None
    partial: tuple[tuple[int, int], tuple[int, int]] | None = None
    weekday: int | None = None
    places: tuple[PlaceFacts, ...] = ()
    weak_places: tuple[PlaceFacts, ...] = ()
    firm_places: tuple[PlaceFacts, ...] = ()
    articles: dict[str, list[Report]] = field(default_factory=dict)
    stories: set[str] = field(default_factory=set)

    @property
    def exact(self) -> bool:
        """Whether the event is dated to a week or less."""
        return self.first is not None and self.last is not None and self.last - self.first <= 6

    @property
    def cities(self) -> frozenset[str]:
        """Ids of the cities or finer places it is told to have happened in."""
        return frozenset(p.entity_id for p in (*self.places, *self.weak_places) if p.rank >= 4)

    @property
    def provinces(self) -> frozenset[str]:
        """Ids of the provinces, districts, cities or spots it is told to have happened in."""
        return frozenset(p.entity_id for p in (*self.places, *self.weak_places) if p.rank >= 2)


@dataclass(frozen=True, slots=True)
class Fit:
    """What speaks for a report telling of an event, once nothing speaks against it."""

    actors: Agreement
    recipients: Agreement
    city: bool
    days: bool
    heads: bool

    @property
    def named(self) -> int:
        """Sides that agree by name."""
        return self.actors.named + self.recipients.named

    @property
    def sides(self) -> int:
        """Sides that agree by name or sort."""
        return self.named + self.actors.sort + self.recipients.sort


def modes_fit(one: Event, other: Event, rules: MergeRules) -> bool:
    """Whether the modes that two events are told with go together."""
    return all(rules.modes_fit(one.event_type, mode, more) for mode in one.modes for more in other.modes)


def add_report(event: Event, report: Report, rule: str, rules: MergeRules) -> None:
    """Count a report to an event, which then tells what the report tells; a denial alone adds nothing."""
    event.reports.append(report)
    event.rules.append(rule)
    event.articles.setdefault(report.article, []).append(report)
    if report.story is not None:
        event.stories.add(report.story)
    if report.denial and any(not other.denial for other in event.reports):
        return  # what is denied is told by those who say that it happened
    event.modes |= {report.mode} if report.mode is not None else set()
    event.heads |= unknown_heads(report.recipients)
    event.sites |= {report.site} if report.site else set()
    event.hours |= {report.hours} if report.hours is not None else set()
    _add_sides(event, report, rules)
    _add_days(event, report)
    event.places = most_exact([*event.places, *report.places])
    event.weak_places = most_exact([*event.weak_places, *report.weak_places])
    event.firm_places = most_exact([*event.firm_places, *report.firm_places])


def _add_sides(event: Event, report: Report, rules: MergeRules) -> None:
    if report.event_type not in rules.reciprocal:
        event.actors = absorb(event.actors, report.actors, rules)
        event.recipients = absorb(event.recipients, report.recipients, rules)
        return
    if report.mode == "visit":
        event.visitors = absorb(event.visitors, report.actors, rules)
        event.hosts = absorb(event.hosts, report.recipients, rules)
    event.actors = absorb(event.actors, (*report.actors, *report.recipients), rules)


def _add_days(event: Event, report: Report) -> None:
    """The days that all reports agree on."""
    if report.first is not None and report.last is not None:
        event.first = report.first if event.first is None else max(event.first, report.first)
        event.last = report.last if event.last is None else min(event.last, report.last)
    event.partial = _narrower(event.partial, report.partial)
    event.weekday = event.weekday or report.weekday


def take_in(one: Event, other: Event, rule: str, rules: MergeRules) -> None:
    """Make one event of two; `rule` says why, of the report that had opened the other one."""
    days = one.first, one.last
    for report, why in zip(other.reports, other.rules, strict=True):
        add_report(one, report, rule if why == FIRST else why, rules)
    if one.first is not None and one.last is not None and one.first > one.last:
        one.first, one.last = days


def _narrower(
    one: tuple[tuple[int, int], tuple[int, int]] | None, other: tuple[tuple[int, int], tuple[int, int]] | None
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])
