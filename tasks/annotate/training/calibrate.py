"""What held-out examples teach beside the model's weights: what a frame counts, the thresholds, who was right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from spacy.tokens import Doc

from tasks.annotate.events.component import coded, frame_matches
from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.events.typer.evidence import EVIDENCE, NONE_INDEX, Evidence, with_sides
from tasks.annotate.events.typer.judge import NEVER, TyperLimits, Verdict, Weighed, decide, weigh
from tasks.annotate.events.typer.model import LABELS, NONE, Typer
from tasks.annotate.events.typer.routes import same_side
from tasks.annotate.events.view import make_view
from tasks.annotate.layers import EventMention
from tasks.annotate.training.examples import Example, marked_site
from tasks.annotate.training.fit import Doubles, Ints, minimise
from tasks.contract.vocabulary import RECIPROCAL

# (right, false, missed)
Counts = tuple[float, float, float]
# The share of what a limit adds that must be right at the margin. In the lead, where the examples are at home, that
# which raises F; in the body, where fewer pairs are events than among the examples, more.
LEAD_WORTH = 0.4
BODY_WORTH = 0.7
# Pairs of private people and firms fill the pages that tell no event, which the examples hold too few of.
PLAIN_WORTH = 0.7
# … and the share of what is vetoed that must be wrong.
VETO_WORTH = 0.75
GRID = tuple(round(0.3 + 0.05 * step, 2) for step in range(14))
LOWEST_VETO = 0.6


@dataclass(frozen=True, slots=True)
class Judgement:
    """One coded mention of a held-out example sentence: its confidence's factors, whether it is right, its fold."""

    factors: list[float]
    right: bool
    event: EventMention
    fold: int


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


@dataclass(frozen=True, slots=True)
class Trial:
    """A held-out example sentence, weighed by a typer that has not seen its family, and its marked sides."""

    example: Example
    weighed: Weighed
    actor: int | None
    recipient: int | None


def make_trial(example: Example, doc: Doc, lexicon: Lexicon, typer: Typer) -> Trial:
    """Weigh an example sentence."""
    view = make_view(doc, lexicon)
    weighed = weigh(view, typer, frame_matches(view, 0.0))
    tree = weighed.sight.tree
    return Trial(example, weighed, marked_site(view, tree, example.actor), marked_site(view, tree, example.recipient))


def outcome(trial: Trial, verdicts: Sequence[Verdict]) -> Counts:
    """(right, false, missed) of the verdicts on an example sentence.

    Right is a mention of the labelled type with a marked side in its place; false are other mentions of the marked
    sides alone, and half of what the typer says of others, which nobody has labelled.
    """
    view, example = trial.weighed.sight.view, trial.example
    right = false = 0.0
    for sides, verdict in zip(with_sides(view, [verdict.match for verdict in verdicts]), verdicts, strict=True):
        actor = trial.actor is not None and sides.has(view, trial.actor, recipient=False)
        recipient = trial.recipient is not None and sides.has(view, trial.recipient, recipient=True)
        if verdict.match.frame.type == example.type and (actor or recipient):
            right = 1.0
            continue
        marked = [place for place in (trial.actor, trial.recipient) if place is not None]
        everyone = [*sides.actors, *sides.recipients]
        if everyone and all(any(same_side(view, one, place) for place in marked) for one in everyone):
            false += 1.0
        elif verdict.coder.startswith("typer"):
            false += 0.5
    return right, false, float(example.type != NONE and not right)


def choose_limits(trials: Sequence[Trial]) -> tuple[TyperLimits, list[str]]:
    """The limits that held-out sentences speak for, and lines for the report.

    A limit is lowered as long as, at the margin, the stated share of what it adds is right (or of what it vetoes is
    wrong); ties go to the higher limit.
    """
    silent = TyperLimits(NEVER, NEVER, NEVER)
    base = tally(trials, silent)
    lines = [f"  frames alone: {told(base)}"]
    vetoes = {limit: tally(trials, replace(silent, veto=limit)) for limit in GRID if limit >= LOWEST_VETO}
    lines += [f"  veto at {limit:.2f}: {told(counts)}" for limit, counts in vetoes.items()]
    veto = best_limit(vetoes, base, 1 - VETO_WORTH)
    base = vetoes.get(veto, base)
    added = {limit: tally(trials, TyperLimits(limit, limit, veto)) for limit in GRID}
    lines += [f"  add at {limit:.2f}: {told(counts)}" for limit, counts in added.items()]
    limits = TyperLimits(best_limit(added, base, LEAD_WORTH), best_limit(added, base, BODY_WORTH), veto)
    # The same sentences again, for pairs of private people and firms alone: where they are surer than the rest.
    base = tally(trials, replace(limits, plain=NEVER))
    plain = {limit: tally(trials, replace(limits, plain=limit)) for limit in GRID if limit >= limits.lead}
    lines += [f"  add of private pairs at {limit:.2f}: {told(counts)}" for limit, counts in plain.items()]
    limits = replace(limits, plain=best_limit(plain, base, PLAIN_WORTH))
    lines.append(f"  chosen: {limits}")
    return limits, lines


def best_limit(table: Mapping[float, Counts], base: Counts, worth: float) -> float:
    """The limit with the most right ones gained for false ones, where a false one weighs worth / (1 - worth)."""
    gains = {limit: (one - base[0]) * (1 - worth) - (two - base[1]) * worth for limit, (one, two, _) in table.items()}
    best = max(gains, key=lambda limit: (gains[limit], limit))
    return best if gains[best] > 0 else NEVER


def tally(trials: Sequence[Trial], limits: TyperLimits) -> Counts:
    """The outcomes of all trials summed."""
    right = false = missed = 0.0
    for trial in trials:
        one, two, three = outcome(trial, decide(trial.weighed, "typer", limits))
        right, false, missed = right + one, false + two, missed + three
    return right, false, missed


def told(counts: Counts) -> str:
    """Counts with precision, recall and F, for the report."""
    right, false, missed = counts
    precision, recall = right / max(1.0, right + false), right / max(1.0, right + missed)
    measure = 2 * right / max(1.0, 2 * right + false + missed)
    return f"right {right:.0f} false {false:.1f} missed {missed:.0f}  P {precision:.3f} R {recall:.3f} F {measure:.3f}"


def judgements(doc: Doc, example: Example, lexicon: Lexicon, typer: Typer | None, fold: int) -> list[Judgement]:
    """The coded mentions of an example sentence that its label can judge.

    A mention of the labelled type with a marked side in its place is right. One between the marked sides alone, of
    another type or where the label is NONE, is wrong. What concerns others is not judged.
    """
    found: list[Judgement] = []
    for event, numbers in coded(doc, lexicon, typer):
        sides = {role: [(item.start, item.end) for item in event.arguments if item.role == role]
                 for role in ("actor", "recipient")}  # fmt: skip
        if event.event_type in RECIPROCAL:
            sides = {role: [*sides["actor"], *sides["recipient"]] for role in sides}
        fits = meets(sides["actor"], example.actor) or meets(sides["recipient"], example.recipient)
        if example.type == event.event_type and fits:
            found.append(Judgement(numbers, True, event, fold))
            continue
        everyone = [*sides["actor"], *sides["recipient"]]
        inside = all(meets([span], example.actor) or meets([span], example.recipient) for span in everyone)
        if everyone and inside and (fits or example.type == NONE or len(everyone) > 1):
            found.append(Judgement(numbers, False, event, fold))
    return found


def meets(spans: Sequence[tuple[int, int]], marked: tuple[int, int] | None) -> bool:
    """Whether any span overlaps a marked one."""
    return marked is not None and any(start < marked[1] and marked[0] < end for start, end in spans)
