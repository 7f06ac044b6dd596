"""What held-out examples teach beside the model's weights: what a frame counts, the thresholds, who was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from spacy.tokens import Doc

from tasks.annotate.event_lexicon import Lexicon
from tasks.annotate.event_typing import EVIDENCE, NONE_INDEX, SYMMETRIC, Evidence, combine
from tasks.annotate.events import coded
from tasks.annotate.layers import EventMention
from tasks.annotate.typer_examples import Example
from tasks.annotate.typer_fit import Doubles, Ints, minimise
from tasks.annotate.typer_model import LABELS, NONE, Typer

# An event that the typer adds must be right this often on held-out pairs, a veto twice as often right as wrong.
EMIT_PRECISION = 0.75
VETO_ODDS = 2.0
GRID = tuple(round(0.4 + 0.05 * step, 2) for step in range(12))
SURE = 0.97


@dataclass(frozen=True, slots=True)
class Judgement:
    """One coded mention of a held-out example sentence: its confidence's factors, whether it is right, its type."""

    factors: list[float]
    right: bool
    event: EventMention


def fit_evidence(logits: Doubles, evidence: Sequence[Evidence], labels: Ints, chosen: Ints) -> dict[str, float]:
    """How much each kind of frame's evidence adds to a type's logit, by maximum likelihood on held-out pairs."""
    names = (*EVIDENCE, "nothing")
    inputs = np.zeros((len(chosen), len(names), len(LABELS)))
    for row, place in enumerate(chosen):
        for name, kind in {(name, kind) for _, name, kind in evidence[place]}:
            inputs[row, names.index(kind), LABELS.index(name)] = 1.0
        if not evidence[place]:
            inputs[row, names.index("nothing"), NONE_INDEX] = 1.0
    base, target = logits[chosen], labels[chosen]

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        total = base + np.einsum("k,rkl->rl", weights, inputs)
        total -= total.max(axis=1, keepdims=True)
        total -= np.log(np.exp(total).sum(axis=1, keepdims=True))
        error = np.exp(total)
        error[np.arange(len(target)), target] -= 1.0
        value = -float(total[np.arange(len(target)), target].sum()) + 0.5 * float((weights**2).sum())
        return value, np.asarray(np.einsum("rl,rkl->k", error, inputs) + weights)

    found = minimise(loss, np.zeros(len(names)), 100)
    return {name: round(float(value), 4) for name, value in zip(names, found, strict=True)}


def choose_thresholds(
    logits: Doubles, evidence: Sequence[Evidence], labels: Ints, chosen: Ints, weights: dict[str, float]
) -> tuple[float, float, list[str]]:
    """(emit, veto, lines of the report): the lowest thresholds that held-out pairs allow."""
    chances = combine(logits[chosen].astype(np.float32), [evidence[place] for place in chosen], weights)
    target = labels[chosen]
    held = [next((name for _, name, kind in evidence[place] if kind.startswith("both")), None) for place in chosen]
    free = np.array([name is None for name in held])
    best = chances[:, :NONE_INDEX].argmax(axis=1)
    top = chances[np.arange(len(best)), best]
    lines: list[str] = []
    emit = SURE
    for threshold in reversed(GRID):
        said = free & (top >= threshold)
        right = float(np.mean(target[said] == best[said])) if said.any() else 0.0
        wanted = free & (target != NONE_INDEX)
        recall = float(np.sum(said & (target == best)) / max(1, wanted.sum()))
        lines.append(f"  emit at {threshold:.2f}: {int(said.sum())} pairs, precision {right:.3f}, recall {recall:.3f}")
        if said.sum() >= 20 and right < EMIT_PRECISION:
            break
        emit = threshold
    veto = SURE
    overall = chances.argmax(axis=1)
    sure = chances[np.arange(len(overall)), overall]
    for threshold in reversed(GRID):
        frames = np.array([LABELS.index(name) if name is not None else -1 for name in held])
        said = ~free & (overall != frames) & (sure >= threshold)
        good, bad = int(np.sum(said & (target != frames))), int(np.sum(said & (target == frames)))
        lines.append(f"  veto at {threshold:.2f}: {good} rightly, {bad} wrongly")
        if good < VETO_ODDS * bad:
            break
        veto = threshold
    return emit, veto, lines


def judgements(doc: Doc, example: Example, lexicon: Lexicon, typer: Typer | None) -> list[Judgement]:
    """The coded mentions of an example sentence that its label can judge.

    A mention of the labelled type with a marked side in its place is right. One between the marked sides alone, of
    another type or where the label is NONE, is wrong. What concerns others is not judged.
    """
    found: list[Judgement] = []
    for event, numbers in coded(doc, lexicon, typer):
        sides = {role: [(item.start, item.end) for item in event.arguments if item.role == role]
                 for role in ("actor", "recipient")}  # fmt: skip
        if event.event_type in SYMMETRIC:
            sides = {role: [*sides["actor"], *sides["recipient"]] for role in sides}
        fits = meets(sides["actor"], example.actor) or meets(sides["recipient"], example.recipient)
        if example.type == event.event_type and fits:
            found.append(Judgement(numbers, True, event))
            continue
        everyone = [*sides["actor"], *sides["recipient"]]
        inside = all(meets([span], example.actor) or meets([span], example.recipient) for span in everyone)
        if everyone and inside and (fits or example.type == NONE or len(everyone) > 1):
            found.append(Judgement(numbers, False, event))
    return found


def meets(spans: Sequence[tuple[int, int]], marked: tuple[int, int] | None) -> bool:
    """Whether any span overlaps a marked one."""
    return marked is not None and any(start < marked[1] and marked[0] < end for start, end in spans)
