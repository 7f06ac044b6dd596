"""Between events once reports are grouped: one night told under two dates, and plans with what came of them."""

from __future__ import annotations

from tasks.aggregate.events.event import Event, modes_fit
from tasks.aggregate.events.joins import same_spot
from tasks.aggregate.events.rules import MergeRules
from tasks.aggregate.events.sides import side_keys, sides_fit


def fulfilments(events: list[Event], rules: MergeRules) -> dict[int, int]:
    """Find for each plan the event that came of it: number of the plan to number of the event.

    The same type, sides named (or the recipient described alike and the same mode) and a place that fits; the day
    planned (where the plan tells none, a day within `plan_days` of its announcement) and not told before the plan was.
    Of several the earliest.
    """
    came = _by_month_and_side(events, rules)
    found: dict[int, int] = {}
    for plan in events:
        window = _window(plan, rules)
        if plan.group != "plan" or window is None or _cancelled(plan):
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


def _by_month_and_side(events: list[Event], rules: MergeRules) -> dict[tuple[int, str], list[Event]]:
    """What took place on a known day, by about a month and by each side."""
    came: dict[tuple[int, str], list[Event]] = {}
    for event in events:
        if event.group == "real" and event.first is not None and not all(r.denial for r in event.reports):
            for key in _side_keys(event, rules):
                came.setdefault((event.first // 30, key), []).append(event)
    return came


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
    """Whether an event is what came of a plan: in its days, not told before it, like it in mode, place and sides."""
    if event.first is None or event.last is None or event.last < window[0] or event.first > window[1]:
        return False
    if min(report.order for report in event.reports) < min(report.order for report in plan.reports):
        return False
    if not modes_fit(plan, event, rules):
        return False
    elsewhere = not same_spot(plan, event) and plan.firm_places and event.firm_places
    return not elsewhere and _sides_keep_plan(plan, event, rules)


def _sides_keep_plan(plan: Event, event: Event, rules: MergeRules) -> bool:
    """Whether those who planned it did it, by name, and to whom they had said."""
    actors = sides_fit(plan.actors, event.actors, rules)
    recipients = sides_fit(plan.recipients, event.recipients, rules)
    if actors is None or recipients is None:
        return False
    if plan.event_type not in rules.reciprocal and not plan.recipients:
        return bool(actors.named)
    # “Will release 14 fishermen”: described alike, done by the one who promised it, in the way promised.
    described = bool(recipients.sort and plan.modes & event.modes)
    return actors.named + recipients.named >= 2 or bool(actors.named and (described or plan.cities & event.cities))
