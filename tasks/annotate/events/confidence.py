"""How sure an event mention is: a small logistic model over what found it, fitted on held-back examples of our own.

Without a trained model the confidence is the prior of the frame's kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tasks.annotate.events import decision
from tasks.annotate.events.standing.status import Standing
from tasks.annotate.events.typer.evidence import EXACT_WEIGHT
from tasks.annotate.events.typer.judge import Verdict
from tasks.annotate.layers import EventArgument

# Honest guesses for use without a model: how often a frame of the kind is right in ordinary news.
PRIOR_VERB_EXACT = 0.7
PRIOR_VERB = 0.6
PRIOR_NOUN = 0.5
LESS_WITHOUT_ACTOR = 0.1
LESS_UNLESS_HAPPENED = 0.05
FACTORS = ("verb", "noun", "typer", "asked", "chance", "none", "actor", "recipient", "unsettled")
MOST = 0.99


def factors(verdict: Verdict, standing: Standing, arguments: Sequence[EventArgument]) -> list[float]:
    """What the confidence depends on, in the order of `FACTORS`; an exact frame of both sides is the base."""
    frame = verdict.match.frame
    roles = {item.role for item in arguments}
    typed = verdict.coder.startswith("typer")
    chance, nothing = verdict.chance, verdict.chance_of_none
    return [
        float(not typed and not frame.nominal and frame.weight < EXACT_WEIGHT),
        float(not typed and frame.nominal),
        float(typed),
        float(chance is not None),
        log_odds(chance),
        log_odds(nothing),
        float("actor" in roles),
        float("recipient" in roles),
        float(standing.status not in ("happened", "ongoing")),
    ]


def log_odds(chance: float | None) -> float:
    """The logit of a probability, held within ±4; 0 where there is none."""
    if chance is None:
        return 0.0
    bounded = min(max(chance, 0.018), 0.982)
    return math.log(bounded / (1 - bounded))


def confidence(
    verdict: Verdict | decision.Decided,
    standing: Standing,
    arguments: Sequence[EventArgument],
    weights: Mapping[str, float] | None,
) -> float:
    """The calibrated chance that the mention is right, in hundredths."""
    if isinstance(verdict, decision.Decided):
        return min(verdict.chance, MOST)
    if weights is None:
        return prior(verdict, standing, arguments)
    return round(min(logistic(weights, factors(verdict, standing, arguments)), MOST), 2)


def logistic(weights: Mapping[str, float], values: Sequence[float]) -> float:
    """The model's probability for values in the order of `FACTORS`."""
    total = weights["bias"] + sum(weights[name] * value for name, value in zip(FACTORS, values, strict=True))
    return 1 / (1 + math.exp(-total))


def prior(verdict: Verdict, standing: Standing, arguments: Sequence[EventArgument]) -> float:
    """The prior of the frame's kind, less where nobody acts or nothing has happened yet."""
    frame = verdict.match.frame
    value = PRIOR_VERB_EXACT if frame.weight >= EXACT_WEIGHT else PRIOR_VERB
    if frame.nominal:
        value = PRIOR_NOUN
    if not any(item.role == "actor" for item in arguments):
        value -= LESS_WITHOUT_ACTOR
    if standing.status not in ("happened", "ongoing"):
        value -= LESS_UNLESS_HAPPENED
    return round(value, 2)
