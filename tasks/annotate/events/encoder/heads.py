"""What the heads say of states: of each piece its type, of a trigger its status, mode and sides.

All in double precision, and every probability rounded before anything is decided from it: the last bits hang on the
machine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Heads = Mapping[str, Doubles]
DIGITS = 2


@dataclass(frozen=True, slots=True)
class TriggerScores:
    """What is said of one trigger.

    Parameters
    ----------
    statuses, modes
        A probability each; shapes (statuses,) and (modes + 1,), the first of the modes for none.
    sides
        Of each piece asked about the probabilities of none and each side, shape (pieces, sides + 1).
    """

    statuses: Doubles
    modes: Doubles
    sides: Doubles


def width(heads: Heads) -> int:
    """How many numbers a state has."""
    return int(heads["types.weight"].shape[1])


def types(heads: Heads, states: Floats) -> Doubles:
    """The probabilities of no type and each type of every piece, shape (pieces, types + 1)."""
    return shares(_linear(heads, "types", states))


def trigger_scores(
    heads: Heads, states: Floats, trigger: npt.NDArray[np.int64], around: npt.NDArray[np.int64]
) -> TriggerScores:
    """What the heads say of a trigger.

    Parameters
    ----------
    states
        Of a window's pieces, shape (pieces, width).
    trigger
        The places of its pieces.
    around
        The places of the pieces that may name a side.
    """
    mean = states[trigger].astype(np.float64).mean(axis=0)
    hidden = gelu(_linear(heads, "status.0", mean))
    parts = len(heads["bias"])
    asked = _linear(heads, "asks", mean).reshape(parts, -1)
    told = _linear(heads, "answers", states[around]).reshape(len(around), parts, -1)
    scores = (told * asked).sum(axis=-1) / np.sqrt(asked.shape[1]) + heads["bias"]
    return TriggerScores(
        statuses=shares(_linear(heads, "status.2", hidden)),
        modes=shares(_linear(heads, "mode", mean)),
        sides=shares(scores),
    )


def _linear(heads: Heads, name: str, values: Doubles | Floats) -> Doubles:
    mapped: Doubles = values @ heads[f"{name}.weight"].T + heads[f"{name}.bias"]
    return mapped


def shares(scores: Doubles) -> Doubles:
    """Probabilities from scores, over the last axis, rounded."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    rounded: Doubles = np.round(raised / raised.sum(axis=-1, keepdims=True), DIGITS)
    return rounded


def gelu(values: Doubles) -> Doubles:
    """Hendrycks and Gimpel 2016, with the error function."""
    passed: Doubles = values * 0.5 * (1 + np.array([math.erf(value / math.sqrt(2)) for value in values]))
    return passed
