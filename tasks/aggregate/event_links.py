"""Between events once reports are grouped: one night told under two dates, and plans with what came of them."""

from __future__ import annotations

from tasks.aggregate.event_groups import Event, take_in
from tasks.aggregate.event_sides import side_keys, sides_fit
from tasks.aggregate.merge_rules import MergeRules
from tasks.aggregate.reports import places_fit

ZONE_RULE = "same story, sides and place, dates a day apart"


def join_across_midnight(events: list[Event], rules: MergeRules) -> list[Event]:
    """Join events of one story whose dates are one day apart, as reporters in different time zones tell them.

    Only where sides agree by name, the place does not speak against it, and no article tells of both days. Types that
    go on for days stay apart.
    """
    by_story: dict[str, list[Event]] = {}
    for event in events:
        if event.first is None or event.first != event.last or event.event_type in rules.day_by_day:
            continue
        if event.group == "real":
            for story in sorted(event.stories):
                by_story.setdefault(story, []).append(event)
    gone: set[int] = set()
    for story in sorted(by_story):
        told = sorted(by_story[story], key=lambda event: (event.first or 0, event.number))
        for one in told:
            for other in told:
                if other.number in gone or one.number in gone or not _a_night_apart(one, other, rules):
                    continue
                take_in(one, other, ZONE_RULE, rules)
                gone.add(other.number)
    return [event for event in events if event.number not in gone]


def _a_night_apart(one: Event, other: Event, rules: MergeRules) -> bool:
    if one.first is None or other.first is None or other.first - one.first != 1:
        return False
    if one.articles.keys() & other.articles.keys():
        return False
    if not all(rules.modes_fit(one.event_type, mode, more) for mode in one.modes for more in other.modes):
        return False
    actors = sides_fit(one.actors, other.actors, rules)
    recipients = sides_fit(one.recipients, other.recipients, rules)
    if actors is None or recipients is None or not same_spot(one, other):
        return False
    if actors.named + recipients.named >= 2:
        return True
    # Where the actor is named a province is spot enough; unnamed gunmen may strike in two towns of one.
    spots = one.provinces & other.provinces if actors.named else one.cities & other.cities
    return bool((actors.named or actors.sort) and spots and (recipients.named or recipients.sort))


def same_spot(one: Event, other: Event) -> bool:
    """Whether no place told sets two events apart."""
    mine, theirs = one.places or one.weak_places, other.places or other.weak_places
    return not mine or not theirs or any(places_fit(here, there) for here in mine for there in theirs)


def fulfilments(events: list[Event], rules: MergeRules) -> dict[int, int]:
    """Find for each plan the event that came of it: number of the plan to number of the event.

    The same type, sides named (or the recipient described alike and the same mode) and a place that fits; the day
    planned (where the plan tells none, a day within `plan_days` of its announcement) and not told before the plan was.
    Of several the earliest.
    """
    came: dict[tuple[int, str], list[Event]] = {}
    for event in events:
        if event.group == "real" and event.first is not None and not all(r.denial for r in event.reports):
            for key in _side_keys(event, rules):
                came.setdefault((event.first // 30, key), []).append(event)
    found: dict[int, int] = {}
    for plan in events:
        if plan.group != "plan" or _cancelled(plan):
            continue
        window = _window(plan, rules)
        if window is None:
            continue
        candidates = {
            event.number: event
            for month in range(window[0] // 30, window[1] // 30 + 1)
            for key in _side_keys(plan, rules)
            for event in came.get((month, key), ())
        }
        fitting = [event for event in candidates.values() if _came_of(plan, event, window, rules)]
        if fitting:
            best = min(fitting, key=lambda event: (event.first or 0, event.number))
            found[plan.number] = best.number
    return found


def _side_keys(event: Event, rules: MergeRules) -> list[str]:
    return sorted({key for side in event.actors for key in side_keys(side, rules)})


def _cancelled(plan: Event) -> bool:
    return latest_plan_status(plan) == "cancelled"


def latest_plan_status(plan: Event) -> str:
    """Planned or cancelled: what the latest article says; within one article a cancellation is the news."""
    told = [report for report in plan.reports if report.status in ("planned", "cancelled")]
    if not told:
        return "planned"
    latest = max(report.order[:2] for report in told)
    return "cancelled" if any(r.status == "cancelled" and r.order[:2] == latest for r in told) else "planned"


def _window(plan: Event, rules: MergeRules) -> tuple[int, int] | None:
    if plan.first is not None and plan.last is not None:
        return plan.first, plan.last
    days = [report.pub_day for report in plan.reports if report.pub_day is not None]
    return (min(days), min(days) + rules.plan_days) if days else None


def _came_of(plan: Event, event: Event, window: tuple[int, int], rules: MergeRules) -> bool:
    if event.first is None or event.last is None or event.last < window[0] or event.first > window[1]:
        return False
    if min(report.order for report in event.reports) < min(report.order for report in plan.reports):
        return False
    if not all(rules.modes_fit(plan.event_type, mode, more) for mode in plan.modes for more in event.modes):
        return False
    if not same_spot(plan, event) and plan.firm_places and event.firm_places:
        return False
    actors = sides_fit(plan.actors, event.actors, rules)
    recipients = sides_fit(plan.recipients, event.recipients, rules)
    if actors is None or recipients is None:
        return False
    if plan.event_type in rules.reciprocal or plan.recipients:
        # “Will release 14 fishermen”: described alike, done by the one who promised it, in the way promised.
        described = bool(recipients.sort and plan.modes & event.modes)
        return actors.named + recipients.named >= 2 or bool(actors.named and (described or plan.cities & event.cities))
    return bool(actors.named)
