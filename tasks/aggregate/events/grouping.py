"""Which reports tell of one event: reports that tell most open the events, vaguer ones find theirs.

Each report is compared with the events that share a key with it (its article, its story, its day and sides, its
day and city), never with all. It joins the one it agrees with best, under a rule that is told with it. The order of
the reports is fixed by what they tell and when they were published, so the same reports give the same events however
they arrive.

Nothing may speak against it: the same type, modes that go together; happened, ongoing and historical are one status,
planned and cancelled another; days that overlap (without a year: month and day; in the same week: the weekday);
actors and recipients each equal, part of the other, or vaguer words for it (Putin, the Kremlin, Moscow); places of
which one holds the other, never two cities; parts of the day, where the type goes by the hour; and the article itself
does not tell the two apart (“a second blast”, another toll in the same voice). Then, the nearest tie first:

- one article: they share a side or a city, or one of them names no side. So a vague word for several meetings (“two
  summits”) joins one of them and makes no further event. A report with no side, day or place of its own joins the
  nearest event, a plan too; what may happen joins the plan of it.
- one story: they share a side or a city. Without actor or without day, reports of different stories stay apart.
- different stories, same day: both actors and recipients agree by name (of a meeting two sides); or unnamed actors by
  sort, and recipient, mode, city and day are the same. Where a spot matters (violence, protest) both tell a city or
  neither does.
- different stories, overlapping weeks, months or years: both sides agree by name and the city is the same.
- the same words, undated: a paragraph of background that is printed again.
- a denial joins the event it denies, in its article or story; where the others name nobody as actor, whoever denies it.

What joins only once all events of a story are known is told in `joins`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product
from sys import intern
from typing import TypeVar

from tasks.aggregate.events.apart import hours_fit, sites_fit, told_apart
from tasks.aggregate.events.event import FIRST, Event, Fit, add_report
from tasks.aggregate.events.places import PlaceFacts, places_fit
from tasks.aggregate.events.reports import Report
from tasks.aggregate.events.rules import MergeRules
from tasks.aggregate.events.sides import Agreement, known_sides, side_keys, sides_fit, unknown_heads

NEWS_DAYS = 14
# What is told of more days than this is compared by no day or month.
LONGEST_STRETCH = 400
# A sentence of so many words is not told twice by chance.
WORDS_OF_BACKGROUND = 8
Key = tuple[str | int | None, ...]
# A day, or a day of the year as (month, day).
Moment = TypeVar("Moment", int, tuple[int, int])


def group_reports(reports: list[Report], rules: MergeRules) -> list[Event]:
    """Sort the reports of one event type into events.

    Parameters
    ----------
    reports
        In the order `read_reports` gives them.
    """
    events: list[Event] = []
    index: dict[Key, set[int]] = {}
    for report in reports:
        numbers = sorted({number for key in _keys(report, rules) for number in index.get(key, ())})
        event, rule = _best(report, [events[number] for number in numbers], rules)
        if event is None:
            event = Event(len(events), report.event_type, report.group)
            events.append(event)
        add_report(event, report, rule, rules)
        for key in _keys(report, rules):
            index.setdefault(key, set()).add(event.number)
    return events


def _keys(report: Report, rules: MergeRules) -> Iterator[Key]:
    yield "article", report.article
    if report.story is not None:
        yield "story", report.story
    if report.first is None or report.last is None:
        if len(report.evidence.split()) >= WORDS_OF_BACKGROUND:
            yield "words", report.evidence
        return
    pairs = list(_pairs(report, rules))
    if report.exact:
        yield from _keys_of_days(report, pairs)
    if report.last - report.first <= LONGEST_STRETCH:
        months = sorted({day // 30 for day in range(report.first, report.last + 1)})
        for city, month in product(sorted(report.cities), months):
            for one, other in pairs:
                yield "month", month, city, one, other


def _keys_of_days(report: Report, pairs: list[tuple[str | None, str | None]]) -> Iterator[Key]:
    assert report.first is not None
    assert report.last is not None
    for day in range(report.first, report.last + 1):
        for one, other in pairs:
            yield "sides", day, one, other
        for city in sorted(report.cities):
            yield "city", day, city


def _pairs(report: Report, rules: MergeRules) -> Iterator[tuple[str | None, str | None]]:
    """Who and whom, by country where it is known."""
    actors = sorted({key for side in report.actors for key in side_keys(side, rules)})
    recipients = sorted({key for side in report.recipients for key in side_keys(side, rules)})
    if report.event_type in rules.reciprocal:
        both = sorted({*actors, *recipients})
        yield from combinations(both, 2)
        yield from ((one, one) for one in both)
        return
    whom: list[str | None] = [*recipients] or [None]
    for one in actors:
        for other in whom:
            yield one, other


def _best(report: Report, events: list[Event], rules: MergeRules) -> tuple[Event | None, str]:
    best: tuple[tuple[int, ...], Event, str] | None = None
    for event in events:
        fit = _fit(report, event, rules)
        if fit is None:
            continue
        rule = _rule(_Pair(report, event, fit, rules))
        if rule is None:
            continue
        score = _score(report, event, fit)
        if best is None or score > best[0]:
            # One string for all that say the same: there may be a million.
            best = (score, event, intern(f"{rule}: {_agreed(fit, report.event_type in rules.reciprocal)}"))
    return (best[1], best[2]) if best else (None, FIRST)


def _score(report: Report, event: Event, fit: Fit) -> tuple[int, ...]:
    """How well a report fits an event, to be compared: what agrees, then how near the two stand."""
    here = event.articles.get(report.article)
    near = min(abs(other.sentence - report.sentence) for other in here) if here else 0
    story = report.story in event.stories
    same_mode = report.mode is not None and report.mode in event.modes
    # A headline that tells neither who nor when means what its own article tells, before any other of the city.
    own = bool(here) and (not report.dated or report.lent_day) and not report.sided
    facts = (fit.named, own, fit.city, fit.days, fit.sides, 2 * bool(here) + story, same_mode)
    return (report.group == event.group, _is_news(report, event), *facts, -near, -event.number)


def _agreed(fit: Fit, reciprocal: bool) -> str:
    """What agrees between a report and its event, in words."""
    words = []
    if reciprocal:
        if fit.sides:
            words.append(f"{fit.sides} side{'s' if fit.sides > 1 else ''}")
    else:
        for name, told in (("actor", fit.actors), ("recipient", fit.recipients)):
            if told.named or told.sort:
                words.append(name if told.named else f"sort of {name}")
    if fit.heads:
        words.append("word for the recipient")
    words.extend(name for name, agrees in (("city", fit.city), ("day", fit.days)) if agrees)
    return f"same {', '.join(words)}" if words else "nothing sets them apart"


def _is_news(report: Report, event: Event) -> bool:
    """Whether an undated report can tell of this event as news: what is told without a day is of these days.

    False for the background of months ago that an article tells beside its news; a dated report says so itself.
    """
    if report.first is not None or report.pub_day is None or event.first is None or event.last is None:
        return True
    return event.first - NEWS_DAYS <= report.pub_day <= event.last + NEWS_DAYS


def _fit(report: Report, event: Event, rules: MergeRules) -> Fit | None:
    """What speaks for the report telling of the event; None where something speaks against it."""
    if not all(rules.modes_fit(report.event_type, report.mode, mode) for mode in event.modes):
        return None
    if not _days_fit(report, event):
        return None
    days = report.exact and event.exact
    placed = _places_fit(report, event, report.article in event.articles)
    if not placed and not (days and _some_fit(report.firm_places, event.firm_places)):
        return None
    if _told_apart(report, event, rules):
        return None
    agreed = _sides_agree(report, event, rules)
    if agreed is None:
        return None
    # What one did to the other on one day is not two deeds for a city that merely stands in the sentence.
    if not placed and not _named_on_both_sides(*agreed):
        return None
    return Fit(*agreed, bool(report.cities & event.cities), days, bool(unknown_heads(report.recipients) & event.heads))


def _named_on_both_sides(actors: Agreement, recipients: Agreement) -> bool:
    return actors.named >= 2 or bool(actors.named and recipients.named)


def _told_apart(report: Report, event: Event, rules: MergeRules) -> bool:
    """Whether the hour, the article's own words or the site set a report apart from an event."""
    if report.hours is not None and event.exact and not hours_fit(event.event_type, {report.hours}, event.hours, rules):
        return True
    if any(told_apart(report, other, rules) for other in event.articles.get(report.article, [])):
        return True
    return not sites_fit(report, event.sites, chain.from_iterable(event.articles.values()))


def _sides_agree(report: Report, event: Event, rules: MergeRules) -> tuple[Agreement, Agreement] | None:
    if report.event_type in rules.reciprocal:
        return _meeting_agrees(report, event, rules)
    actors = sides_fit(report.actors, event.actors, rules)
    recipients = sides_fit(report.recipients, event.recipients, rules)
    if actors is None and report.denial and not any(side.entity_id or side.country for side in event.actors):
        actors = Agreement()  # whoever denies it is not who the others saw, or so it says
    return None if actors is None or recipients is None else (actors, recipients)


def _meeting_agrees(report: Report, event: Event, rules: MergeRules) -> tuple[Agreement, Agreement] | None:
    """Of a meeting all who take part are one set; between two visits it matters who is the guest."""
    agreed = sides_fit((*report.actors, *report.recipients), event.actors, rules)
    if agreed is None:
        return None
    if report.mode == "visit" and event.visitors:
        guests = sides_fit(report.actors, event.visitors, rules)
        hosts = sides_fit(report.recipients, event.hosts, rules)
        if guests is None or hosts is None:
            return None
    return agreed, Agreement()


def _days_fit(report: Report, event: Event) -> bool:
    mine, theirs = _span(report), _span(event)
    if mine is not None and theirs is not None:
        return _overlap(mine, theirs)
    if report.weekday is not None and event.weekday is not None and report.weekday != event.weekday:
        return False
    one, other = _month_days(report), _month_days(event)
    return one is None or other is None or _overlap(one, other)


def _span(told: Report | Event) -> tuple[int, int] | None:
    return None if told.first is None or told.last is None else (told.first, told.last)


def _overlap(one: tuple[Moment, Moment], other: tuple[Moment, Moment]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _month_days(told: Report | Event) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """First and last (month, day), of a date with or without a year; None where longer than a month or unknown."""
    if told.first is None or told.last is None:
        return told.partial
    if told.last - told.first > 31:
        return None
    first, last = _calendar(told.first), _calendar(told.last)
    return (first, last) if first <= last else None


def _calendar(day: int) -> tuple[int, int]:
    date = dt.date.fromordinal(day)
    return date.month, date.day


def _places_fit(report: Report, event: Event, same_article: bool) -> bool:
    if not _some_fit(report.places, event.places):
        return False
    # A dateline is where the reporter sat: within an article it never speaks against a place that is told.
    return same_article or (
        _some_fit(report.weak_places, event.places or event.weak_places)
        and (bool(event.places) or _some_fit(report.places, event.weak_places))
    )


def _some_fit(some: tuple[PlaceFacts, ...], others: tuple[PlaceFacts, ...]) -> bool:
    return not some or not others or any(places_fit(one, other) for one in some for other in others)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A report and an event that nothing sets it apart from."""

    report: Report
    event: Event
    fit: Fit
    rules: MergeRules

    @property
    def in_article(self) -> bool:
        """Whether the report's own article tells of the event."""
        return self.report.article in self.event.articles

    @property
    def in_story(self) -> bool:
        return self.report.story is not None and self.report.story in self.event.stories

    @property
    def shares(self) -> bool:
        """Whether they share a side, a city or the word for those whom it befell."""
        return bool(self.fit.sides or self.fit.city or self.fit.heads)

    @property
    def reciprocal(self) -> bool:
        return self.report.event_type in self.rules.reciprocal

    @property
    def both_named(self) -> bool:
        """Whether both sides agree by name."""
        fit = self.fit
        return fit.named >= 2 if self.reciprocal else bool(fit.actors.named and fit.recipients.named)

    @property
    def actors_of_a_day(self) -> bool:
        """Whether both are dated, to one day, and told of the same actors."""
        return self.fit.days and self.dated_actors

    @property
    def dated_actors(self) -> bool:
        dated = self.report.first is not None and self.event.first is not None
        return dated and bool(self.fit.actors.named + self.fit.actors.sort)

    @property
    def recipients_agree(self) -> bool:
        none_told = not self.report.recipients and not self.event.recipients
        return none_told or self.fit.heads or bool(self.fit.recipients.named or self.fit.recipients.sort)


@dataclass(frozen=True, slots=True)
class JoinRule:
    """A rule under which a report joins an event; its words stand in `event_joins`."""

    words: str
    holds: Callable[[_Pair], bool]


def _is_plan_as_possible(pair: _Pair) -> bool:
    return pair.report.group == "maybe" and pair.event.group == "plan" and bool(pair.fit.named)


def _is_denied(pair: _Pair) -> bool:
    unnamed = not known_sides(pair.event.actors) or not known_sides(pair.report.actors)
    return (pair.in_article or pair.in_story) and (pair.shares or unnamed)


def _is_told_beside(pair: _Pair) -> bool:
    return pair.shares or pair.report.bare or _sideless(pair.report, pair.event)


def _is_of_story(pair: _Pair) -> bool:
    return pair.in_story and pair.shares and (bool(pair.fit.named) or _is_news(pair.report, pair.event))


def _is_printed_again(pair: _Pair) -> bool:
    if pair.report.first is not None or len(pair.report.evidence.split()) < WORDS_OF_BACKGROUND or not pair.fit.sides:
        return False
    return any(other.evidence == pair.report.evidence and other.first is None for other in pair.event.reports)


def _overlaps(pair: _Pair) -> bool:
    return pair.dated_actors and not pair.fit.days and pair.both_named and pair.fit.city


def _is_meeting_of_day(pair: _Pair) -> bool:
    named = pair.both_named or (bool(pair.fit.named) and pair.fit.city)
    return pair.actors_of_a_day and pair.reciprocal and named


def _is_deed_of_named(pair: _Pair) -> bool:
    if not pair.actors_of_a_day or pair.reciprocal or not pair.fit.actors.named:
        return False
    # Where a spot matters both tell a city or neither does.
    spot_matters = pair.report.event_type in pair.rules.place_bound
    if spot_matters and bool(pair.report.cities) != bool(pair.event.cities):
        return False
    return pair.recipients_agree or pair.fit.city


def _is_deed_of_unnamed(pair: _Pair) -> bool:
    if not pair.actors_of_a_day or pair.reciprocal or pair.fit.actors.named:
        return False
    modes, mode = pair.event.modes, pair.report.mode
    same_mode = not modes - {mode} if mode else not modes
    return pair.recipients_agree and pair.fit.city and same_mode


# Of several rules the first that holds is told. Another status: only in one article, and only plans and maybes.
OF_ANOTHER_STATUS = (
    JoinRule("same article, no side, day or place of its own", lambda pair: pair.report.bare),
    JoinRule("same article, a plan told as possible", _is_plan_as_possible),
)
OF_DENIALS = (JoinRule("denial", _is_denied),)
WITHIN_AN_ARTICLE = (JoinRule("same article", _is_told_beside),)
BEYOND_AN_ARTICLE = (
    JoinRule("same story", _is_of_story),
    JoinRule("the same words", _is_printed_again),
    JoinRule("same sides and city, days overlap", _overlaps),
    JoinRule("same day and sides", _is_meeting_of_day),
    JoinRule("same day and sides", _is_deed_of_named),
    JoinRule("same day, city, mode and sort of sides", _is_deed_of_unnamed),
)


def _rules_for(pair: _Pair) -> tuple[JoinRule, ...]:
    """The rules that can join a report to an event, by where and how it is told."""
    report, event = pair.report, pair.event
    if report.group != event.group:
        may_meet = pair.in_article and not {report.group, event.group} - {"real", "plan", "maybe"}
        return OF_ANOTHER_STATUS if may_meet else ()
    if report.denial:
        return OF_DENIALS
    return WITHIN_AN_ARTICLE if pair.in_article else BEYOND_AN_ARTICLE


def _rule(pair: _Pair) -> str | None:
    """The rule under which a report joins an event that nothing sets it apart from; None where there is none."""
    return next((rule.words for rule in _rules_for(pair) if rule.holds(pair)), None)


def _sideless(report: Report, event: Event) -> bool:
    """Whether the report or the event names no side; a city shelled is none, but only for what its sentence tells."""
    if not (event.actors or event.recipients) or not (report.actors or report.recipients):
        return True
    told = report.sided or any(side.unknown for side in report.recipients)
    return not told and any(other.sentence == report.sentence for other in event.articles[report.article])
