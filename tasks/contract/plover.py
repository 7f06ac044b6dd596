"""PLOVER's types, modes, quad classes, sectors and scores, read from `tasks/data/events/plover.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from tasks.reference.files import toml


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type: its quad class, what it takes in, its intensity, and that of each of its modes."""

    quad: str
    definition: str
    score: float
    modes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Plover:
    """What the file says, in its order.

    `sectors` and `international` give each code in words; an international code stands where a country would.
    """

    types: Mapping[str, EventType]
    sectors: Mapping[str, str]
    international: Mapping[str, str]


@lru_cache(maxsize=1)
def plover() -> Plover:
    """Read PLOVER's tables."""
    raw = toml("events/plover.toml")
    types = {
        name: EventType(
            entry["quad"],
            entry["definition"],
            float(entry["score"]),
            MappingProxyType({mode: float(score) for mode, score in entry.get("modes", {}).items()}),
        )
        for name, entry in raw["type"].items()
    }
    return Plover(MappingProxyType(types), MappingProxyType(raw["sector"]), MappingProxyType(raw["international"]))
