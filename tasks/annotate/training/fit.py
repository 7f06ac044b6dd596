"""Fitting log-linear models in NumPy: sparse rows, full-batch L-BFGS, and the small calibration models.

Everything is deterministic: fixed order of rows, no random start, one thread's worth of arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.typer.features import BUCKETS, VECTOR_GROUPS, PairFeatures
from tasks.annotate.events.typer.model import LABELS, VECTOR_WIDTH, Floats

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MEMORY = 8


@dataclass(frozen=True, slots=True)
class Design:
    """Training rows as arrays: sparse features in compressed rows, dense vectors, labels, weights."""

    starts: Ints
    columns: Ints
    values: Doubles
    dense: Floats
    labels: Ints
    weights: Doubles

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Ints) -> Design:
        """The design of some rows, in the order given."""
        ends = np.append(self.starts, len(self.columns))
        lengths = ends[rows + 1] - ends[rows]
        pick = np.concatenate([np.arange(ends[row], ends[row + 1]) for row in rows])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        return Design(
            starts, self.columns[pick], self.values[pick], self.dense[rows], self.labels[rows], self.weights[rows]
        )


def make_design(
    pairs: Sequence[PairFeatures],
    labels: Sequence[int],
    weights: Sequence[float],
    table: Floats,
    rows_of: Callable[[int], int],
) -> Design:
    """Arrays of training pairs; `table` holds the vectors at length one, `rows_of` gives a word's row or -1."""
    lengths = np.array([len(pair.ids) for pair in pairs], dtype=np.int64)
    dense = np.zeros((len(pairs), VECTOR_GROUPS * VECTOR_WIDTH), dtype=np.float32)
    for index, pair in enumerate(pairs):
        for group, keys in enumerate(pair.vectors):
            found = [row for row in map(rows_of, keys) if row >= 0]
            if found:
                # Words without a vector count as zero vectors, as when the model is applied.
                dense[index, group * VECTOR_WIDTH : (group + 1) * VECTOR_WIDTH] = table[found].sum(axis=0) / len(keys)
    return Design(
        np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
        np.concatenate([np.asarray(pair.ids, dtype=np.int64) for pair in pairs]),
        np.concatenate([np.asarray(pair.values, dtype=np.float64) for pair in pairs]),
        dense,
        np.asarray(labels, dtype=np.int64),
        np.asarray(weights, dtype=np.float64),
    )


def scores(design: Design, weights: Doubles, vectors: Doubles, columns: Ints) -> Doubles:
    """Logits, shape (rows, labels); `columns` maps buckets to rows of `weights`."""
    local = columns[design.columns]
    found = design.dense @ vectors
    for label in range(weights.shape[1]):
        found[:, label] += np.add.reduceat(weights[local, label] * design.values, design.starts)
    return np.asarray(found, dtype=np.float64)


def used_columns(design: Design, fewest: int) -> tuple[Ints, int]:
    """A row for each bucket that at least `fewest` training rows have (0 for the others), and the number of rows."""
    counts = np.bincount(design.columns, minlength=BUCKETS)
    kept = np.flatnonzero(counts >= fewest)
    columns = np.zeros(BUCKETS, dtype=np.int64)
    columns[kept] = np.arange(1, len(kept) + 1)
    return columns, len(kept) + 1


def fit(
    design: Design, sparse_penalty: float, dense_penalty: float, fewest: int, rounds: int
) -> tuple[Doubles, Doubles, Ints]:
    """Fit the log-linear model: (weights, vectors, columns).

    Minimises the weighted cross-entropy plus `penalty / 2 * |w|²` with L-BFGS (Nocedal and Wright, algorithm 7.5).
    """
    columns, width = used_columns(design, fewest)
    labels = len(LABELS)
    local = columns[design.columns]
    counts = np.diff(np.append(design.starts, len(design.columns)))
    row_of = np.repeat(np.arange(len(design)), counts)
    dense = design.dense.astype(np.float64)
    target = np.zeros((len(design), labels))
    target[np.arange(len(design)), design.labels] = 1.0
    split = width * labels

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat[:split].reshape(width, labels)
        vectors = flat[split:].reshape(-1, labels)
        logits = dense @ vectors
        for label in range(labels):
            logits[:, label] += np.add.reduceat(weights[local, label] * design.values, design.starts)
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        value = -float(design.weights @ (logits * target).sum(axis=1))
        error = (np.exp(logits) - target) * design.weights[:, None]
        gradient = np.empty_like(flat)
        inner = gradient[:split].reshape(width, labels)
        for label in range(labels):
            inner[:, label] = np.bincount(local, weights=error[row_of, label] * design.values, minlength=width)
        inner += sparse_penalty * weights
        inner[0] = 0.0
        gradient[split:] = (dense.T @ error + dense_penalty * vectors).ravel()
        value += 0.5 * (sparse_penalty * float((weights**2).sum()) + dense_penalty * float((vectors**2).sum()))
        return value, gradient

    flat = minimise(loss, np.zeros(split + dense.shape[1] * labels), rounds)
    return flat[:split].reshape(width, labels), flat[split:].reshape(-1, labels), columns


def minimise(loss: Callable[[Doubles], tuple[float, Doubles]], start: Doubles, rounds: int) -> Doubles:
    """L-BFGS with a backtracking line search; stops after `rounds` steps or when steps no longer help."""
    here = start
    value, gradient = loss(here)
    steps: list[tuple[Doubles, Doubles, float]] = []
    for _ in range(rounds):
        direction = -two_loops(gradient, steps)
        slope = float(direction @ gradient)
        if slope > -1e-10:
            break
        size = 1.0 if steps else min(1.0, 1.0 / float(np.abs(gradient).sum()))
        for _ in range(20):
            there = here + size * direction
            new_value, new_gradient = loss(there)
            if new_value <= value + 1e-4 * size * slope:
                break
            size *= 0.5
        else:
            break
        moved, turned = there - here, new_gradient - gradient
        bend = float(moved @ turned)
        if bend > 1e-12:
            steps.append((moved, turned, 1.0 / bend))
            steps = steps[-MEMORY:]
        done = value - new_value < 1e-7 * max(1.0, abs(value))
        here, value, gradient = there, new_value, new_gradient
        if done:
            break
    return here


def two_loops(gradient: Doubles, steps: list[tuple[Doubles, Doubles, float]]) -> Doubles:
    """The inverse Hessian's product with the gradient, from the last steps."""
    found = gradient.copy()
    factors: list[float] = []
    for moved, turned, inverse in reversed(steps):
        factor = inverse * float(moved @ found)
        found -= factor * turned
        factors.append(factor)
    if steps:
        moved, turned, inverse = steps[-1]
        found *= 1.0 / (inverse * float(turned @ turned))
    for (moved, turned, inverse), factor in zip(steps, reversed(factors), strict=True):
        found += (factor - inverse * float(turned @ found)) * moved
    return found


def fit_logistic(inputs: Doubles, right: Doubles, penalty: float, rounds: int = 200) -> Doubles:
    """Weights of a binary logistic model, the last one its bias (not penalised). `inputs` has shape (rows, width)."""
    padded = np.hstack([inputs, np.ones((len(inputs), 1))])

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        logits = padded @ weights
        value = float(np.logaddexp(0.0, logits).sum() - right @ logits)
        gradient = padded.T @ (1 / (1 + np.exp(-logits)) - right)
        gradient[:-1] += penalty * weights[:-1]
        return value + 0.5 * penalty * float((weights[:-1] ** 2).sum()), np.asarray(gradient)

    return minimise(loss, np.zeros(padded.shape[1]), rounds)


def fit_temperature(logits: Doubles, labels: Ints) -> float:
    """The temperature at which held-out logits lose least (a search over a fixed grid)."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(4.0), 60))
    losses = []
    for temperature in grid:
        scaled = logits / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        losses.append(-float(scaled[np.arange(len(labels)), labels].mean()))
    return round(float(grid[int(np.argmin(losses))]), 4)
