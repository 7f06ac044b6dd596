"""What the frames say of a pair of actors: evidence for its type beside the learned typer's own opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tasks.annotate.events.frames.match import Match, turned_recipients
from tasks.annotate.events.typer.model import LABELS, NONE, Floats, probabilities
from tasks.annotate.events.typer.routes import Route, same_side
from tasks.annotate.events.view import View
from tasks.contract.vocabulary import RECIPROCAL

NONE_INDEX = LABELS.index(NONE)
EXACT_WEIGHT = 4
EVIDENCE = ("both_exact", "both_verb", "both_noun", "one_on_route", "one_elsewhere")
# What the frames say of a pair: (place among the matches, type, kind of evidence).
Evidence = Sequence[tuple[int, str, str]]


class Sides(NamedTuple):
    """A match with its sides as they will be recorded, by token index."""

    match: Match
    actors: tuple[int, ...]
    recipients: tuple[int, ...]

    def has(self, view: View, word: int, recipient: bool) -> bool:
        """Whether a word is one of its actors or recipients; in symmetric types either."""
        pool = self.recipients if recipient else self.actors
        if self.match.frame.type in RECIPROCAL:
            pool = (*self.actors, *self.recipients)
        return any(same_side(view, word, item) for item in pool)


def with_sides(view: View, matches: Sequence[Match]) -> list[Sides]:
    """The matches with their sides as they will be recorded."""
    return [
        Sides(
            match,
            tuple(token.i for token in match.actors),
            tuple(token.i for token in turned_recipients(view, match)),
        )
        for match in matches
    ]


def evidence_for(view: View, route: Route, matches: Sequence[tuple[int, Sides]]) -> Evidence:
    """What the frames say of a pair, only the strongest kind; `matches` are those of its sentence, with places."""
    best: dict[str, list[tuple[int, str, str]]] = {}
    for place, sides in matches:
        kind = kind_of_evidence(view, route, sides)
        if kind is not None:
            best.setdefault(kind, []).append((place, sides.match.frame.type, kind))
    both = [item for kind in EVIDENCE[:3] for item in best.get(kind, ())]
    return both or best.get("one_on_route") or best.get("one_elsewhere") or ()


def kind_of_evidence(view: View, route: Route, sides: Sides) -> str | None:
    """The kind of evidence that a match is for a pair, one of `EVIDENCE`; None where it has neither of the two."""
    actor = sides.has(view, route.actor, recipient=False)
    recipient = route.recipient is not None and sides.has(view, route.recipient, recipient=True)
    if not actor and not recipient:
        return None
    if actor and (recipient or route.recipient is None):
        frame = sides.match.frame
        return "both_noun" if frame.nominal else "both_exact" if frame.weight >= EXACT_WEIGHT else "both_verb"
    return "one_elsewhere" if taken(sides.match).isdisjoint(route.words) else "one_on_route"


def combine(logits: Floats, evidence: Sequence[Evidence], weights: Mapping[str, float]) -> Floats:
    """Distributions of typer and frames together, shape as `logits`."""
    total = logits.copy()
    for row, items in enumerate(evidence):
        # In a fixed order: sums of floats depend on it.
        for name, kind in sorted({(name, kind) for _, name, kind in items}):
            total[row, LABELS.index(name)] += weights[kind]
        if not items:
            total[row, NONE_INDEX] += weights["nothing"]
    return probabilities(total)


def taken(match: Match) -> set[int]:
    """The words that are already part of a frame's event."""
    return {match.trigger.i, *(theme.i for theme in match.themes)}
