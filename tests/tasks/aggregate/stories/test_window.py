"""For: tasks.aggregate.stories.features, tasks.aggregate.stories.window.

Grouping by postings gives the groups that comparing article with article gives.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tasks.aggregate.stories import window as story_window
from tasks.aggregate.stories.features import SHARES, weigh_features
from tasks.aggregate.stories.window import StoryRule, group_alike

Counts = dict[str, float]
NAMES = [kind + letter for kind in SHARES for letter in "abcdefgh"]
ARTICLES = st.lists(
    st.tuples(
        st.integers(0, 12), st.dictionaries(st.sampled_from(NAMES), st.floats(1, 3), min_size=0, max_size=6)
    ),
    max_size=30,
)  # fmt: skip
RULES = st.builds(
    StoryRule,
    window_days=st.integers(0, 5),
    likeness=st.floats(0.05, 0.9),
    nearest=st.floats(0, 1),
    common=st.integers(1, 6),
    glimpse=st.floats(0.01, 0.3),
)


def weighed(counted: list[Counts]) -> list[Counts]:
    """The rows as plain dictionaries."""
    features = weigh_features(counted)
    cells = iter(features.weights.tolist())
    return [{name: next(cells) for name in sorted(counts)} for counts in counted]


def compared(days: list[int], rows: list[Counts], rule: StoryRule) -> list[int]:
    """The rule as its words say it: every article against every one of the window."""
    groups: list[int] = []
    for number, day in enumerate(days):
        window = [one for one in range(number) if days[one] >= day - rule.window_days]
        having = {name: sum(name in rows[one] for one in window) for name in rows[number]}
        alike = {}
        for one in window:
            both = rows[number].keys() & rows[one].keys()
            rare = math.fsum(rows[number][name] * rows[one][name] for name in both if having[name] <= rule.common)
            whole = math.fsum(rows[number][name] * rows[one][name] for name in both)
            assume(abs(rare - rule.glimpse) > 1e-9)
            alike[one] = whole if rare >= rule.glimpse else rare
        best, most = number, rule.likeness
        for group in dict.fromkeys(groups[one] for one in window):
            here = [alike[one] for one in window if groups[one] == group]
            likeness = rule.nearest * max(here) + (1 - rule.nearest) * math.fsum(here) / len(here)
            # What is decided by the last digit of a sum is not decided here.
            assume(abs(likeness - most) > 1e-9)
            if likeness > most:
                best, most = group, likeness
        groups.append(best)
    return groups


@pytest.mark.parametrize("block", [1, 7, 5_000])
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(articles=ARTICLES, rule=RULES)
def test_groups_are_those_of_comparing_all_with_all(
    block: int, articles: list[tuple[int, Counts]], rule: StoryRule
) -> None:
    articles = sorted(articles, key=lambda one: one[0])
    days, counted = [day for day, _ in articles], [counts for _, counts in articles]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story_window, "BLOCK_ARTICLES", block)
        assert group_alike(days, weigh_features(counted), rule) == compared(days, weighed(counted), rule)


def test_rows_of_both_kinds_are_of_length_one_and_lacking_kinds_are_made_up_for() -> None:
    rows = weighed([{"wa": 1.0, "wb": 2.0, "ec": 1.0}, {"wa": 1.0}, {"ec": 2.0}, {}])
    assert [round(math.fsum(v * v for v in row.values()), 9) for row in rows] == [1, 1, 1, 0]
    assert rows[0]["ec"] ** 2 == pytest.approx(SHARES["e"])


def test_undated_articles_behind_the_dated_take_no_part() -> None:
    features = weigh_features([{"wa": 1.0}, {"wa": 1.0}, {"wa": 1.0}])
    assert group_alike([1, 1], features, StoryRule(4, 0.1, 0.5, 200, 0.03)) == [0, 0]


def test_of_two_groups_as_like_the_older_is_joined() -> None:
    features = weigh_features([{"wa": 1.0, "wx": 1.0}, {"wb": 1.0, "wy": 1.0}, {"wa": 1.0, "wb": 1.0}])
    assert group_alike([1, 1, 1], features, StoryRule(4, 0.3, 0.5, 200, 0.03)) == [0, 1, 0]


def test_an_article_is_told_apart_once_the_like_one_left_the_window() -> None:
    features = weigh_features([{"wa": 1.0}, {"wa": 1.0}, {"wa": 1.0}])
    assert group_alike([1, 5, 10], features, StoryRule(4, 0.1, 0.5, 200, 0.03)) == [0, 0, 2]
