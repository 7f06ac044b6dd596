"""Grouping articles one by one, each with those of the days before that it is most like.

Likeness is the dot product of two rows of `Features`. It is computed for an article and a whole window at once, from
postings: for each feature the articles that have it. Postings are built for some thousand articles at a time, so memory
beside the features themselves is bounded by the window.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.aggregate.stories.features import Features, Floats, Integers, Positions

# So many articles are taken at once, besides those of the window before them.
BLOCK_ARTICLES = 5_000


@dataclass(frozen=True, slots=True)
class StoryRule:
    """When an article joins a group.

    Attributes
    ----------
    window_days
        Only articles of so many days before count, and of its own day.
    likeness
        What its likeness to the group has to exceed.
    nearest
        How much the nearest article counts in that; the mean of all counts the rest.
    common
        A feature that more articles of the window than this have leads to no group, though it counts in the likeness.
    glimpse
        Where rarer features give less than this, the common ones are not looked at.
    """

    window_days: int
    likeness: float
    nearest: float
    common: int
    glimpse: float


def group_alike(days: Sequence[int], features: Features, rule: StoryRule) -> list[int]:
    """Put each article into the group of earlier ones that it is most like, or into one of its own.

    Parameters
    ----------
    days
        Day numbers of the articles, rising. Rows of `features` beyond them take no part.

    Returns
    -------
    list of int
        Of each article the number of its group's first one.
    """
    groups: list[int] = []
    living: dict[int, deque[int]] = {}  # articles of the window by group
    oldest = 0
    for start in range(0, len(days), BLOCK_ARTICLES):
        end = min(start + BLOCK_ARTICLES, len(days))
        window = _Window(features, oldest, start, end)
        for number in range(start, end):
            while days[oldest] < days[number] - rule.window_days:
                members = living[groups[oldest]]
                members.popleft()
                if not members:
                    del living[groups[oldest]]
                window.forget(oldest)
                oldest += 1
            group = _most_alike(window.likeness(number, oldest, rule), oldest, groups, living, rule)
            groups.append(number if group is None else group)
            living.setdefault(groups[-1], deque()).append(number)
            window.add(number)
    return groups


def _most_alike(
    alike: Floats, oldest: int, groups: Sequence[int], living: dict[int, deque[int]], rule: StoryRule
) -> int | None:
    # A group is never liker than its nearest article.
    near = {groups[oldest + place] for place in np.flatnonzero(alike > rule.likeness).tolist()}
    best, most = None, rule.likeness
    # Of two as like the one with the older articles is taken.
    for group in sorted(near, key=lambda one: living[one][0]):
        members = alike[np.fromiter(living[group], np.int64) - oldest]
        mean = math.fsum(members.tolist()) / len(members)
        likeness = rule.nearest * float(members.max()) + (1 - rule.nearest) * mean
        if likeness > most:
            best, most = group, likeness
    return best


class _Window:
    """Postings of the articles `first` up to `end`, of which those before `start` have been added already."""

    def __init__(self, features: Features, first: int, start: int, end: int) -> None:
        self._features = features
        self._next = start
        low, high = features.starts[first], features.starts[end]
        columns = features.columns[low:high]
        order = np.argsort(columns, kind="stable")
        owners = np.repeat(np.arange(first, end, dtype=np.int32), np.diff(features.starts[first : end + 1]))
        self._owners: Integers = owners[order]
        self._weights: Floats = features.weights[low:high][order]
        # Postings of a feature are in the order of articles, so those of the window are one range: from, up to.
        counts = np.bincount(columns, minlength=features.n_columns)
        self._from: Positions = np.cumsum(counts) - counts
        added = features.columns[low : features.starts[start]]
        self._up_to: Positions = self._from + np.bincount(added, minlength=features.n_columns)
        self._common = np.zeros(features.n_columns)

    def _row(self, number: int) -> slice:
        return slice(self._features.starts[number], self._features.starts[number + 1])

    def forget(self, number: int) -> None:
        """Let go of the oldest article."""
        self._from[self._features.columns[self._row(number)]] += 1

    def add(self, number: int) -> None:
        """Take in the newest article."""
        self._up_to[self._features.columns[self._row(number)]] += 1
        self._next = number + 1

    def likeness(self, number: int, oldest: int, rule: StoryRule) -> Floats:
        """How like an article is to each of the window, from `oldest` on; 0 where they share no rare feature."""
        row = self._row(number)
        columns, weights = self._features.columns[row], self._features.weights[row]
        start = self._from[columns]
        held = self._up_to[columns] - start
        rare = held <= rule.common
        places = _ranges(start[rare], held[rare])
        products = np.repeat(weights[rare], held[rare]) * self._weights[places]
        # Of no places at all, NumPy counts in integers.
        alike = np.bincount(self._owners[places] - oldest, products, self._next - oldest).astype(np.float64, copy=False)
        near = np.flatnonzero(alike >= rule.glimpse)
        if rare.all() or not len(near):
            return alike
        self._common[columns[~rare]] = weights[~rare]
        begin = self._features.starts[oldest + near]
        lengths = self._features.starts[oldest + near + 1] - begin
        cells = _ranges(begin, lengths)
        products = self._common[self._features.columns[cells]] * self._features.weights[cells]
        np.add.at(alike, np.repeat(near, lengths), products)
        self._common[columns[~rare]] = 0.0
        return alike


def _ranges(starts: Positions, lengths: Positions) -> Positions:
    """The numbers of several ranges, one after the other."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
