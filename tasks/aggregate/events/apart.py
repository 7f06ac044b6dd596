"""What sets two reports of one type apart though sides, days and places agree: an ordinal, a toll, the hour."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.aggregate.events.cues import EVENING, MORNING, NIGHT
from tasks.aggregate.events.reports import Report
from tasks.aggregate.events.rules import MergeRules


def told_apart(one: Report, other: Report, rules: MergeRules) -> bool:
    """Whether an article itself tells two reports apart: “a second blast”, or 12 dead here and 3 there."""
    if (one.ordinal is not None or other.ordinal is not None) and _counted_apart(one, other, rules):
        return True
    if one.attributed != other.attributed:
        return False  # two sources may well count differently
    return any(
        one.tolls[role][1] < other.tolls[role][0] or other.tolls[role][1] < one.tolls[role][0]
        for role in one.tolls.keys() & other.tolls.keys()
    )


def _counted_apart(one: Report, other: Report, rules: MergeRules) -> bool:
    if one.ordinal and other.ordinal and one.ordinal != other.ordinal:
        return True
    later, earlier = (one, other) if one.start > other.start else (other, one)
    if later.ordinal == 0 and earlier.ordinal != 0:
        return True
    # “A second blast” is one more; “their second summit” may be the one told of before.
    return one.event_type in rules.place_bound and (later.ordinal or 0) > 1 and earlier.ordinal is None


def sites_fit(report: Report, sites: set[str], others: Iterable[Report]) -> bool:
    """Whether a report can tell of a deed that `others` told at `sites`: a market and a checkpoint are two, unless as
    many people died.
    """
    if report.site is None or not sites or report.site in sites:
        return True
    mine = report.tolls.get("killed")
    theirs = [other.tolls["killed"] for other in others if "killed" in other.tolls]
    return mine is not None and any(mine[0] <= high and low <= mine[1] for low, high in theirs)


def hours_fit(event_type: str, some: set[int], others: set[int], rules: MergeRules) -> bool:
    """Whether two tellings of a day can be one deed: one by morning and one by night are two."""
    if event_type not in rules.by_the_hour or MORNING in some & others:
        return True
    late = {EVENING, NIGHT}
    return not ((MORNING in some and others & late) or (MORNING in others and some & late))
