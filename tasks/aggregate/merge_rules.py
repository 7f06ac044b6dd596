"""The knobs of merging, read once from `tasks/data/merge.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MergeRules:
    """What `tasks/data/merge.toml` says; each name is explained there."""

    reciprocal: frozenset[str]
    place_bound: frozenset[str]
    day_by_day: frozenset[str]
    state_sectors: frozenset[str]
    plan_days: int
    confidence_cap: float
    mode_pairs: frozenset[tuple[str, str, str]]

    def modes_fit(self, event_type: str, one: str | None, other: str | None) -> bool:
        """Whether reports of one event may carry these two modes."""
        return one is None or other is None or one == other or (event_type, one, other) in self.mode_pairs


@lru_cache(maxsize=1)
def load_rules() -> MergeRules:
    """Read the knobs."""
    raw = tomllib.loads(files("tasks").joinpath("data", "merge.toml").read_text("utf-8"))
    pairs = {
        (event_type, one, other)
        for event_type, families in raw["mode_families"].items()
        for family in families
        for one in family
        for other in family
    }
    return MergeRules(
        reciprocal=frozenset(raw["reciprocal"]),
        place_bound=frozenset(raw["place_bound"]),
        day_by_day=frozenset(raw["day_by_day"]),
        state_sectors=frozenset(raw["state_sectors"]),
        plan_days=raw["plan_days"],
        confidence_cap=raw["confidence_cap"],
        mode_pairs=frozenset(pairs),
    )
