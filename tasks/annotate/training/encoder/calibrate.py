"""Fit how frames and encoder are joined, on annotated articles that trained neither, and write it into a model file.

    python -m tasks.annotate.training.encoder.calibrate MODEL GOLD --output FILE

MODEL is a coder by name (`large`) or a model file; FILE is that file, or what the repository holds of that coder.

First the weights and the limit of `tasks.annotate.events.decision`, those for a text of a sentence or two on our own
labelled sentences that trained no encoder; then the weights of `side_choice`, and the limits of the cells one after
another, each to the value with which most cells are right.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.component import COMPONENT as EVENTS
from tasks.annotate.events.component import event_mentions, frame_matches
from tasks.annotate.events.decision import (
    FACTORS,
    CoderLimits,
    EventProposal,
    kept,
    match_of,
    proposals,
    told_of,
    trigger_of,
)
from tasks.annotate.events.encoder.coders import model_path
from tasks.annotate.events.encoder.model import load_encoder, with_meta
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.resolve.not_events import SPORT_SHARE, topic_share
from tasks.annotate.events.side_choice import SIDE_FACTORS, candidates
from tasks.annotate.events.side_choice import SIDES as ACTOR_AND_RECIPIENT
from tasks.annotate.events.sides.phrases import phrase_bounds
from tasks.annotate.events.typer.model import NONE
from tasks.annotate.events.view import make_view
from tasks.annotate.layers import ArticleContext, EventMention
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.training.encoder.articles import SIDES, MarkedArticle, MarkedReport, quoted_articles
from tasks.annotate.training.encoder.measure import SURE, words
from tasks.annotate.training.encoder.sentences import is_held_out
from tasks.annotate.training.examples import Example, read_examples
from tasks.annotate.training.fit import fit_logistic

PENALTY = 1.0
CELLS = ("status", "mode", *(f"{no}{side}" for side in SIDES for no in ("", "no ")))
TRIED = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9)
LIMITS = tuple(round(0.4 + 0.02 * step, 2) for step in range(9))
SENTENCE_LIMIT = 0.5
SURE_OF_ANOTHER = 0.8
LEAST_PRECISION = 0.8
MOST_IN_QUIET = 0.35
PLAIN = {name: float(name == "read") for name in (*FACTORS, "bias")}
START: dict[str, Any] = {
    "weights": PLAIN,
    "limits": asdict(CoderLimits(event=0.5, actor=0.3, recipient=0.3, status=0.6, mode=0.5)),
    "sentences": {"weights": PLAIN, "event": SENTENCE_LIMIT},
    "sides": {side: {name: float(name == "read") for name in (*SIDE_FACTORS, "bias")} for side in ACTOR_AND_RECIPIENT},
}


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An annotated article as the pipeline has annotated it."""

    article: MarkedArticle
    doc: Doc


@dataclass(frozen=True, slots=True)
class Score:
    """Mentions and cells: told, wanted and right mentions, false ones in articles without any, right cells of all."""

    told: int
    wanted: int
    right: int
    quiet: float
    cells: dict[str, tuple[int, int]]

    @property
    def precision(self) -> float:
        """Of the mentions told, those that are right."""
        return self.right / max(self.told, 1)

    @property
    def recall(self) -> float:
        """Of the mentions wanted, those that are told."""
        return self.right / max(self.wanted, 1)

    @property
    def f(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(self.told + self.wanted, 1)

    def share(self, *names: str) -> float:
        """How many of some cells are right."""
        return sum(self.cells[name][0] for name in names) / max(sum(self.cells[name][1] for name in names), 1)

    def line(self) -> str:
        """All in one line."""
        told = " ".join(f"{name} {right / max(of, 1):.3f}" for name, (right, of) in sorted(self.cells.items()))
        return f"P {self.precision:.3f} R {self.recall:.3f} F {self.f:.3f} quiet {self.quiet:.2f} {told}"


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--articles", type=int)
    parser.add_argument("--precision", type=float, default=LEAST_PRECISION, help="the least that the limit must give")
    given = parser.parse_args()
    path = model_path(given.model)
    if path is None:
        parser.error("the frames have nothing to calibrate")
    encoder = load_encoder(path)
    meta: dict[str, Any] = {name: value for name, value in encoder.meta.items() if name != "version"}
    encoder.meta["decision"] = json.loads(json.dumps(START))  # type: ignore[index] # the pipeline's own, in place
    lexicon = load_lexicon()
    nlp = reading_pipeline(path)
    items = annotated(nlp, quoted_articles(given.gold)[: given.articles])
    decision = encoder.meta["decision"]
    decision["weights"] = fitted(FACTORS, *examples(items, lexicon))
    decision["sentences"]["weights"] = fitted(FACTORS, *sentence_examples(nlp, lexicon))
    choose_limit(items, lexicon, decision, given.precision)
    for side, (rows, labels) in side_examples(items, lexicon).items():
        decision["sides"][side] = fitted(SIDE_FACTORS, rows, labels)
    for name in ("status", "mode", *ACTOR_AND_RECIPIENT):
        choose_cell_limit(items, lexicon, decision, name, [cell for cell in (name, f"no {name}") if cell in CELLS])
    final = score(items, lexicon)
    sys.stdout.write(f"{json.dumps(decision)}\n{final.line()}\n")
    given.output.write_bytes(with_meta(given.output.read_bytes(), {**meta, "decision": decision}))


def fitted(names: Sequence[str], rows: list[list[float]], labels: list[float]) -> dict[str, float]:
    """The weights of the factors that have some names, by name, with a `bias`."""
    weights = fit_logistic(np.array(rows), np.array(labels), PENALTY)
    found = {name: round(float(value), 3) for name, value in zip((*names, "bias"), weights, strict=True)}
    sys.stdout.write(f"{len(rows)} examples, {sum(labels):.0f} right: {found}\n")
    return found


def reading_pipeline(model: Path) -> Language:
    """The pipeline with a model, without events: they are made under many limits from one reading."""
    nlp = load_pipeline(coder=str(model))
    if EVENTS in nlp.pipe_names:
        nlp.remove_pipe(EVENTS)
    return nlp


def annotated(nlp: Language, articles: Sequence[MarkedArticle]) -> list[AnnotatedArticle]:
    """Run what `reading_pipeline` gave over articles."""
    articles = [article.as_stored() for article in articles]
    texts = ((article.text, context_of(article)) for article in articles)
    return [AnnotatedArticle(article, doc) for article, doc in zip(articles, annotate_texts(nlp, texts), strict=True)]


def context_of(article: MarkedArticle) -> ArticleContext:
    """What the pipeline is told of an annotated article."""
    day = dt.datetime.fromisoformat(article.published) if article.published else None
    if day is not None and day.tzinfo is None:
        day = day.replace(tzinfo=dt.UTC)
    return ArticleContext(article.id, article.title, day)


def examples(items: Sequence[AnnotatedArticle], lexicon: Lexicon) -> tuple[list[list[float]], list[float]]:
    """The factors of all proposals, and 1 for those that are a report; what is debatable is left out."""
    rows: list[list[float]] = []
    labels: list[float] = []
    for item in items:
        view = make_view(item.doc, lexicon)
        sport = topic_share(view.parse, lexicon, "sport")
        every = proposals(view, item.doc._.reading, frame_matches(view, sport), sport=sport > SPORT_SHARE)
        free = sorted(every, key=lambda one: -one.factors[0])
        at = {id(one): one.head.idx for one in free}
        for report in sorted(item.article.reports, key=lambda report: -report.sure):
            near = [one for one in free if one.type == report.type and within(at[id(one)], report)]
            near.sort(key=lambda one: not touches(at[id(one)], report))
            if near:
                free.remove(near[0])
                if report.sure >= SURE:
                    rows.append(list(near[0].factors))
                    labels.append(1.0)
        open_ = [report for report in item.article.reports if report.sure < SURE]
        for one in free:
            if not any(within(at[id(one)], report) for report in open_):
                rows.append(list(one.factors))
                labels.append(0.0)
    return rows, labels


def sentence_examples(nlp: Language, lexicon: Lexicon) -> tuple[list[list[float]], list[float]]:
    """The same of the labelled sentences that trained no encoder.

    Of a sentence with an event the likeliest proposal of its type is right; others of that type are wrong, and those
    of another type about the same words. Of one whose pair has no event all are wrong, but for those of which the
    encoder is sure: they may be another pair's.
    """
    held_out = [example for example in read_examples() if is_held_out(example)]
    rows: list[list[float]] = []
    labels: list[float] = []
    docs = annotate_texts(nlp, ((example.text, ArticleContext("0" * 16)) for example in held_out))
    for example, doc in zip(held_out, docs, strict=True):
        view = make_view(doc, lexicon)
        every = proposals(view, doc._.reading, frame_matches(view, 0.0), sport=False)
        every.sort(key=lambda one: -one.factors[0])
        right = next((one for one in every if one.type == example.type), None)
        for one in every:
            if one is right or is_wrong(one, example, right):
                rows.append(list(one.factors))
                labels.append(float(one is right))
    return rows, labels


def is_wrong(proposal: EventProposal, example: Example, right: EventProposal | None) -> bool:
    """Whether a labelled sentence says that a proposal is none of its events."""
    if example.type == NONE:
        return proposal.read is None or proposal.read.chance < SURE_OF_ANOTHER
    if proposal.type == example.type:
        return True
    return right is not None and not proposal.words.isdisjoint(right.words)


def side_examples(
    items: Sequence[AnnotatedArticle], lexicon: Lexicon
) -> dict[str, tuple[list[list[float]], list[float]]]:
    """By side the factors of all candidates of the events that are a report, and 1 for those that name that side."""
    found: dict[str, tuple[list[list[float]], list[float]]] = {side: ([], []) for side in ACTOR_AND_RECIPIENT}
    for item in items:
        view = make_view(item.doc, lexicon)
        reading = item.doc._.reading
        sport = topic_share(view.parse, lexicon, "sport")
        every = kept(view, reading, frame_matches(view, sport), sport=sport > SPORT_SHARE)
        free = [proposal for proposal, _ in every]
        for report in sorted(item.article.reports, key=lambda report: -report.sure):
            near = [one for one in free if one.type == report.type and within(one.head.idx, report)]
            near.sort(key=lambda one: not touches(one.head.idx, report))
            told = told_of(reading, near[0]) if near else None
            if told is None:
                continue
            free.remove(near[0])
            for candidate in candidates(view, match_of(view, near[0]), trigger_of(near[0]), told):
                first, last = phrase_bounds(view, candidate.word)
                named = words(view.text[first:last])
                for side, (rows, labels) in found.items():
                    start, end = report.sides.get(side, (0, 0))
                    rows.append(list(candidate.factors[side]))
                    labels.append(float(bool(named & words(item.article.text[start:end]))))
    return found


def within(at: int, report: MarkedReport) -> bool:
    """Whether a place in the text is in a report's sentence."""
    return not report.in_title and report.sentence[0] <= at < report.sentence[1]


def touches(at: int, report: MarkedReport) -> bool:
    """Whether a word that begins at a place is part of a report's trigger, or right before it."""
    return report.trigger[0] - 2 <= at < report.trigger[1]


def score(items: Sequence[AnnotatedArticle], lexicon: Lexicon) -> Score:
    """What the coder makes of the articles, with the limits as they are."""
    counts: Counter[str] = Counter()
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for item in items:
        free = list(event_mentions(item.doc, lexicon))
        if not item.article.reports:
            counts.update(quiet=1, in_quiet=len(free))
        for report in sorted(item.article.reports, key=lambda report: -report.sure):
            near = [one for one in free if one.event_type == report.type and within(one.start, report)]
            near.sort(key=lambda one: not touches(one.start, report))
            counts["wanted"] += report.sure >= SURE
            if near:
                free.remove(near[0])
                counts.update(right=report.sure >= SURE, told=report.sure >= SURE)
                for name, is_right in cells(item.article.text, report, near[0]):
                    of[name] += 1
                    right[name] += is_right
        open_ = [report for report in item.article.reports if report.sure < SURE]
        counts["told"] += sum(not any(within(one.start, report) for report in open_) for one in free)
    return Score(
        counts["told"], counts["wanted"], counts["right"], counts["in_quiet"] / max(counts["quiet"], 1),
        {name: (right[name], of[name]) for name in CELLS},
    )  # fmt: skip


def cells(text: str, report: MarkedReport, event: EventMention) -> list[tuple[str, bool]]:
    """Which cells of a report the coder has right.

    Of a side, whether a word is shared; where the report has none, whether none is given.
    """
    same = event.status == report.status or {event.status, report.status} == {"happened", "ongoing"}
    denied = report.status == "negated" and (event.assertion == "denied" or event.status == "cancelled")
    found = [("status", same or denied), ("mode", event.mode == report.mode)]
    for side in SIDES:
        either = event.event_type in ("CONSULT", "AGREE") and side != "place"
        roles = {"actor", "recipient"} if either else {side}
        told = {word for one in event.arguments if one.role in roles for word in words(text[one.start : one.end])}
        if side in report.sides:
            start, end = report.sides[side]
            found.append((side, bool(told & words(text[start:end]))))
        elif not either:
            found.append((f"no {side}", not told))
    return found


def choose_limit(
    items: Sequence[AnnotatedArticle], lexicon: Lexicon, decision: dict[str, Any], precision: float
) -> None:
    """The limit of events with the best F among those precise enough and quiet enough; else the most precise."""
    tried: list[tuple[bool, float, float]] = []
    for limit in LIMITS:
        decision["limits"]["event"] = limit
        found = score(items, lexicon)
        sys.stdout.write(f"event {limit}: {found.line()}\n")
        good = found.precision >= precision and found.quiet <= MOST_IN_QUIET
        tried.append((good, found.f if good else found.precision, limit))
    decision["limits"]["event"] = max(tried)[2]


def choose_cell_limit(
    items: Sequence[AnnotatedArticle], lexicon: Lexicon, decision: dict[str, Any], name: str, names: Sequence[str]
) -> None:
    """The limit of a cell with which most are right."""
    tried: list[tuple[float, float]] = []
    for limit in TRIED:
        decision["limits"][name] = limit
        found = score(items, lexicon)
        sys.stdout.write(f"{name} {limit}: {found.line()}\n")
        tried.append((round(found.share(*names), 4), limit))
    decision["limits"][name] = max(tried)[1]


if __name__ == "__main__":
    main()
