"""Chances from factors: the logistic models of a decision, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

# Log-odds beyond it tell nothing more.
FARTHEST = 4.0


def log_odds(chance: float) -> float:
    """The logit of a probability, held within ±`FARTHEST`."""
    if chance <= 0.0:
        return -FARTHEST
    if chance >= 1.0:
        return FARTHEST
    return min(max(math.log(chance / (1 - chance)), -FARTHEST), FARTHEST)


def logistic(weights: Mapping[str, float], names: Sequence[str], factors: Sequence[float]) -> float:
    """The chance that factors speak for, in hundredths; `weights` are by the factors' names, with a `bias`."""
    total = weights["bias"] + sum(weights[name] * value for name, value in zip(names, factors, strict=True))
    return round(1 / (1 + math.exp(-total)), 2)
