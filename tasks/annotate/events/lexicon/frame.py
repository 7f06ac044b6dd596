"""A frame of the event lexicon: its places, what it demands of a clause, and the file of a verb's frames.

What a clause has of the demands `frames.clues` gathers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MARK = re.compile(r"\[(A|R) ([^\]]*)\]")
# One of some words, in one place of a clause (see `demands_of`); those that most clauses fail come first.
Demand = tuple[str, frozenset[str]]
ORDER_OF_DEMANDS = ("particle", "sign", "polarity", "gerund", "object", "preposition", "said", "actor", "subject")
# By which demand a frame is filed: the one that fewest clauses meet.
FILED_BY = ("particle", "object", "said", "preposition")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which words may stand in a place: one of `include` (empty: any) and none of `exclude`; `strict`: an actor."""

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    strict: bool = False

    @property
    def weight(self) -> int:
        """How much the filter demands; the more, the more exact the frame."""
        return 2 * bool(self.include) + self.strict


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a pattern. `kind`: object, none (no object), particle, prep, owner, infinitive, gerund, clause."""

    kind: str
    role: str | None = None
    words: frozenset[str] = frozenset()
    filter: Filter = Filter()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of the lexicon, parsed. `polarity`: "" as it is, "not" only when denied, "wont" will or would not.

    `weight` says how exact the frame is: of several that fit one trigger the most exact wins. `demands` are what a
    clause must have for a verbal frame to fit it at all.
    """

    id: str
    type: str
    mode: str | None
    cameo: str | None
    pattern: str
    example: str
    nominal: bool
    triggers: tuple[str, ...]
    subject: Part
    parts: tuple[Part, ...]
    polarity: str = ""
    bare: bool = False
    weight: int = field(init=False, compare=False)
    demands: tuple[Demand, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", self._weight())
        object.__setattr__(self, "demands", () if self.nominal else demands_of(self.subject, self.parts, self.polarity))

    def _weight(self) -> int:
        needed = [part for part in self.parts if not part.optional]
        base = {"object": 2, "particle": 3, "prep": 2, "owner": 1, "none": 1, "infinitive": 3, "gerund": 3, "clause": 2}
        total = sum(base[part.kind] + part.filter.weight for part in needed)
        total += sum(part.filter.weight > 1 for part in self.parts if part.optional)
        # A frame for any subject at all is the last resort.
        anyone = not self.nominal and self.subject.role is None and not self.subject.filter.include
        return total + self.subject.filter.weight + 6 * bool(self.polarity) - 3 * anyone

    @property
    def text(self) -> str:
        """The example without its marks."""
        return MARK.sub(r"\2", self.example)

    def marked(self, role: str) -> list[str]:
        """The words that the example marks as actor (A) or recipient (R)."""
        return [words for mark, words in MARK.findall(self.example) if mark == role]


def demands_of(subject: Part, parts: Iterable[Part], polarity: str) -> tuple[Demand, ...]:
    """What a clause must have for a verbal frame to fit it; more may be needed, less never suffices.

    `frames.clues` gathers what a clause has under the same names.
    """
    parts = tuple(parts)
    with_particles = any(part.kind == "particle" for part in parts)
    found = [_demand_of_part(part, with_particles) for part in parts if not part.optional]
    found.append(_demand_of_subject(subject))
    if polarity:
        found.append(("polarity", frozenset({polarity})))
    demands = [demand for demand in found if demand is not None]
    return tuple(sorted(demands, key=lambda demand: ORDER_OF_DEMANDS.index(demand[0])))


def _demand_of_part(part: Part, with_particles: bool) -> Demand | None:
    """What a clause must have for a needed place to be filled."""
    if part.kind == "particle":
        return "particle", part.words
    if part.kind == "prep":
        return "preposition", part.words
    if part.kind == "gerund":
        return "gerund", frozenset({"gerund"})
    if part.kind == "clause" and part.filter.include:
        return "said", part.filter.include
    if part.kind in ("none", "infinitive", "clause"):
        return "sign", frozenset({part.kind})
    # A particle may have a noun under it that counts as an object: then the matcher must look.
    if part.kind != "object" or with_particles:
        return None
    return ("object", part.filter.include) if part.filter.include else ("sign", frozenset({"object"}))


def _demand_of_subject(subject: Part) -> Demand | None:
    """What the clause's subject must be."""
    if subject.filter.include:
        return "actor" if subject.role == "actor" else "subject", subject.filter.include
    return ("sign", frozenset({subject.role})) if subject.role is not None else None


@dataclass(frozen=True, slots=True)
class FrameFile:
    """The frames of one verb, the most exact first, and their places filed by the words of one demand each."""

    frames: Sequence[Frame]
    filed: Mapping[str, Mapping[str, Sequence[int]]]
    others: Sequence[int]


def file_frames(frames: Sequence[Frame]) -> FrameFile:
    """File the frames of a verb."""
    filed: dict[str, dict[str, list[int]]] = {}
    others: list[int] = []
    for number, frame in enumerate(frames):
        demand = _to_file_by(frame.demands)
        if demand is None:
            others.append(number)
            continue
        table = filed.setdefault(demand[0], {})
        for word in demand[1]:
            table.setdefault(word, []).append(number)
    return FrameFile(frames, filed, others)


def _to_file_by(demands: Sequence[Demand]) -> Demand | None:
    found = [demand for demand in demands if demand[0] in FILED_BY]
    return min(found, key=lambda demand: (FILED_BY.index(demand[0]), len(demand[1])), default=None)
