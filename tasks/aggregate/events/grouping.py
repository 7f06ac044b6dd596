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
from collections.abc import Iterator
from itertools import chain, combinations
from sys import intern

from tasks.aggregate.events.apart import hours_fit, sites_fit, told_apart
from tasks.aggregate.events.event import FIRST, Event, Fit, add_report
from tasks.aggregate.events.places import Place, places_fit
from tasks.aggregate.events.reports import Report
from tasks.aggregate.events.rules import MergeRules
from tasks.aggregate.events.sides import Agreement, known_sides, side_keys, sides_fit, unknown_heads

NEWS_DAYS = 14
Key = tuple[str | int | None, ...]


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
        if len(report.evidence.split()) >= 8:
            yield "words", report.evidence
        return
    pairs = list(_pairs(report, rules))
    if report.exact:
        for day in range(report.first, report.last + 1):
            for one, other in pairs:
                yield "sides", day, one, other
            for city in sorted(report.cities):
                yield "city", day, city
    if report.last - report.first <= 400:
        for city in sorted(report.cities):
            for month in sorted({day // 30 for day in range(report.first, report.last + 1)}):
                for one, other in pairs:
                    yield "month", month, city, one, other


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
        rule = _rule(report, event, fit, rules)
        if rule is None:
            continue
        here = event.articles.get(report.article)
        near = min(abs(other.sentence - report.sentence) for other in here) if here else 0
        same_group = report.group == event.group
        story = report.story in event.stories
        same_mode = report.mode is not None and report.mode in event.modes
        # A headline that tells neither who nor when means what its own article tells, before any other of the city.
        own = bool(here) and (not report.dated or report.lent_day) and not report.sided
        facts = (fit.named, own, fit.city, fit.days, fit.sides, 2 * bool(here) + story, same_mode)
        score = (same_group, _is_news(report, event), *facts, -near, -event.number)
        if best is None or score > best[0]:
            # One string for all that say the same: there may be a million.
            best = (score, event, intern(f"{rule}: {_agreed(fit, report.event_type in rules.reciprocal)}"))
    return (best[1], best[2]) if best else (None, FIRST)


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
    here = event.articles.get(report.article, [])
    if not _days_fit(report, event):
        return None
    days = report.exact and event.exact
    placed = _places_fit(report, event, bool(here))
    if not placed and not (days and _some_fit(report.firm_places, event.firm_places)):
        return None
    if report.hours is not None and event.exact and not hours_fit(event.event_type, {report.hours}, event.hours, rules):
        return None
    if any(told_apart(report, other, rules) for other in here):
        return None
    if not sites_fit(report, event.sites, chain.from_iterable(event.articles.values())):
        return None
    agreed = _sides_agree(report, event, rules)
    if agreed is None:
        return None
    # What one did to the other on one day is not two deeds for a city that merely stands in the sentence.
    if not placed and not (agreed[0].named >= 2 or (agreed[0].named and agreed[1].named)):
        return None
    return Fit(*agreed, bool(report.cities & event.cities), days, bool(unknown_heads(report.recipients) & event.heads))


def _sides_agree(report: Report, event: Event, rules: MergeRules) -> tuple[Agreement, Agreement] | None:
    if report.event_type in rules.reciprocal:
        agreed = sides_fit((*report.actors, *report.recipients), event.actors, rules)
        if agreed is None:
            return None
        if report.mode == "visit" and event.visitors:
            # Between two visits it matters who is the guest.
            if sides_fit(report.actors, event.visitors, rules) is None:
                return None
            if sides_fit(report.recipients, event.hosts, rules) is None:
                return None
        return agreed, Agreement()
    actors = sides_fit(report.actors, event.actors, rules)
    recipients = sides_fit(report.recipients, event.recipients, rules)
    if actors is None and report.denial and not any(side.entity_id or side.country for side in event.actors):
        actors = Agreement()  # whoever denies it is not who the others saw, or so it says
    return None if actors is None or recipients is None else (actors, recipients)


def _days_fit(report: Report, event: Event) -> bool:
    if report.first is not None and report.last is not None and event.first is not None and event.last is not None:
        return report.first <= event.last and event.first <= report.last
    if report.weekday is not None and event.weekday is not None and report.weekday != event.weekday:
        return False
    one, other = _month_days(report), _month_days(event)
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])


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


def _some_fit(some: tuple[Place, ...], others: tuple[Place, ...]) -> bool:
    return not some or not others or any(places_fit(one, other) for one in some for other in others)


def _rule(report: Report, event: Event, fit: Fit, rules: MergeRules) -> str | None:
    """The rule under which a report joins an event that nothing sets it apart from; None where there is none."""
    here = report.article in event.articles
    story = report.story is not None and report.story in event.stories
    if report.group != event.group:
        if not here or {report.group, event.group} - {"real", "plan", "maybe"}:
            return None
        if report.bare:
            return "same article, no side, day or place of its own"
        if report.group == "maybe" and event.group == "plan" and fit.named:
            return "same article, a plan told as possible"
        return None
    shared = bool(fit.sides or fit.city or fit.heads)
    if report.denial:
        unnamed = not known_sides(event.actors) or not known_sides(report.actors)
        return "denial" if (here or story) and (shared or unnamed) else None
    if here:
        return "same article" if shared or report.bare or _sideless(report, event) else None
    if story and shared and (fit.named or _is_news(report, event)):
        return "same story"
    if report.first is None:
        same_words = any(other.evidence == report.evidence and other.first is None for other in event.reports)
        return "the same words" if same_words and len(report.evidence.split()) >= 8 and fit.sides else None
    return _rule_across(report, event, fit, rules)


def _sideless(report: Report, event: Event) -> bool:
    """Whether the report or the event names no side; a city shelled is none, but only for what its sentence tells."""
    if not (event.actors or event.recipients) or not (report.actors or report.recipients):
        return True
    told = report.sided or any(side.unknown for side in report.recipients)
    return not told and any(other.sentence == report.sentence for other in event.articles[report.article])


def _rule_across(report: Report, event: Event, fit: Fit, rules: MergeRules) -> str | None:
    """The rule between reports of different stories: both dated, actors known."""
    if event.first is None or not fit.actors.named + fit.actors.sort:
        return None
    reciprocal = report.event_type in rules.reciprocal
    both = fit.named >= 2 if reciprocal else bool(fit.actors.named and fit.recipients.named)
    if not fit.days:
        return "same sides and city, days overlap" if both and fit.city else None
    if reciprocal:
        return "same day and sides" if both or (fit.named and fit.city) else None
    none_told = not report.recipients and not event.recipients
    recipients = none_told or fit.heads or bool(fit.recipients.named or fit.recipients.sort)
    if fit.actors.named:
        if report.event_type in rules.place_bound and bool(report.cities) != bool(event.cities):
            return None
        return "same day and sides" if recipients or fit.city else None
    same_mode = not event.modes - {report.mode} if report.mode else not event.modes
    return "same day, city, mode and sort of sides" if recipients and fit.city and same_mode else None
