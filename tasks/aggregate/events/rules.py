"""The knobs of merging, read once from `tasks/data/merge.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.vocabulary import RECIPROCAL
from tasks.reference.files import toml


@dataclass(frozen=True, slots=True)
class MergeRules:
    """What `tasks/data/merge.toml` says; each name is explained there. `reciprocal` is the contract's list."""

    reciprocal: frozenset[str]
    place_bound: frozenset[str]
    day_by_day: frozenset[str]
    state_sectors: frozenset[str]
    armed_sectors: frozenset[str]
    people_words: frozenset[str]
    empty_heads: frozenset[str]
    targets: frozenset[str]
    by_the_hour: frozenset[str]
    sites: frozenset[str]
    plan_days: int
    confidence_cap: float
    mode_pairs: frozenset[tuple[str, str, str]]
    occurrences: Mapping[str, frozenset[str]]
    seats: Mapping[str, str]

    def modes_fit(self, event_type: str, one: str | None, other: str | None) -> bool:
        """Whether reports of one event may carry these two modes."""
        return one is None or other is None or one == other or (event_type, one, other) in self.mode_pairs

    def occurrences_of(self, event_type: str) -> frozenset[str]:
        """Words for one occurrence of the type, such as an ordinal stands before."""
        return self.occurrences.get(event_type, self.occurrences["any"])


@lru_cache(maxsize=1)
def load_rules() -> MergeRules:
    """Read the knobs."""
    raw = toml("merge.toml")
    pairs = {
        (event_type, one, other)
        for event_type, families in raw["mode_families"].items()
        for family in families
        for one in family
        for other in family
    }
    return MergeRules(
        reciprocal=frozenset(RECIPROCAL),
        place_bound=frozenset(raw["place_bound"]),
        day_by_day=frozenset(raw["day_by_day"]),
        state_sectors=frozenset(raw["state_sectors"]),
        armed_sectors=frozenset(raw["armed_sectors"]),
        people_words=frozenset(raw["people_words"]),
        empty_heads=frozenset(raw["empty_heads"]),
        targets=frozenset(raw["targets"]),
        by_the_hour=frozenset(raw["by_the_hour"]),
        sites=frozenset(raw["sites"]),
        plan_days=raw["plan_days"],
        confidence_cap=raw["confidence_cap"],
        mode_pairs=frozenset(pairs),
        occurrences={
            event_type: frozenset((*raw["occurrences"]["any"], *words))
            for event_type, words in raw["occurrences"].items()
        },
        seats=dict(raw["seats"]),
    )
