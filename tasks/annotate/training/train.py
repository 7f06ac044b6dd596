"""Build the typer: `python -m tasks.annotate.training.train` (`make model`). Same examples and versions, same bytes.

Examples are held out by family, in `FOLDS` parts. What the model says of families it has not seen fits everything
that is not a weight of the model itself: the temperature, what a frame's word counts beside it, the thresholds, the
confidence. Then the model is fitted on all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.confidence import FACTORS, logistic
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.typer.evidence import NONE_INDEX
from tasks.annotate.events.typer.features import WordTable, word_table
from tasks.annotate.events.typer.judge import NEVER
from tasks.annotate.events.typer.model import (
    FORMAT,
    LABELS,
    MODEL_FILE,
    Typer,
    TyperModel,
    bind,
    model_bytes,
    normalised,
    read_model,
)
from tasks.annotate.pipeline import load_pipeline
from tasks.annotate.training.calibrate import Judgement, choose_limits, fit_evidence, judgements, make_trial
from tasks.annotate.training.examples import (
    FRAME_FAMILY,
    Example,
    Row,
    digest,
    frame_examples,
    parse,
    read_examples,
    rows_of,
)
from tasks.annotate.training.fit import Design, Doubles, Ints, fit, fit_logistic, fit_temperature, make_design, scores

FOLDS = 5
SPARSE_PENALTY = 1.5
DENSE_PENALTY = 0.3
FEWEST = 1
ROUNDS = 80
CONFIDENCE_PENALTY = 1.0
LICENCE = "MIT; trained on sentences written for dateline (tasks/data/events/examples, frames)"
NEUTRAL: dict[str, Any] = {
    "temperature": 1.0,
    "evidence": {"both_exact": 0.0, "both_verb": 0.0, "both_noun": 0.0, "one_on_route": 0.0, "one_elsewhere": 0.0,
                 "nothing": 0.0},
    "limits": {"lead": NEVER, "body": NEVER, "veto": NEVER},
    "confidence": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corpus:
    """Parsed examples and their training rows; `owner` is the place of each row's example, `fold` of each example."""

    lexicon: Lexicon
    table: WordTable
    examples: list[Example]
    docs: list[Doc]
    rows: list[Row]
    owner: Ints
    fold: Ints
    design: Design


def fold_of(family: str) -> int:
    """The part that a family is held out with."""
    return zlib.crc32(family.encode()) % FOLDS


def gather(nlp: Language, lexicon: Lexicon, examples: Sequence[Example]) -> Corpus:
    """Parse the examples and make their training rows."""
    words = word_table(lexicon)
    docs: list[Doc] = []
    rows: list[Row] = []
    owner: list[int] = []
    for place, (example, doc) in enumerate(parse(nlp, examples)):
        docs.append(doc)
        for row in rows_of(lexicon, words, example, doc):
            rows.append(row)
            owner.append(place)
    vectors = normalised(nlp.vocab)
    if vectors is None:
        raise SystemExit("the typer is trained with the vectors of en_core_web_md; this model has none")
    table_rows = nlp.vocab.vectors.key2row
    design = make_design(
        [row.features for row in rows],
        [row.label for row in rows],
        [row.weight for row in rows],
        vectors,
        lambda key: int(table_rows.get(key, -1)),
    )
    folds = np.array([fold_of(example.family) for example in examples], dtype=np.int64)
    return Corpus(lexicon, words, list(examples), docs, rows, np.array(owner, dtype=np.int64), folds, design)


def assemble(weights: Doubles, vectors: Doubles, columns: Ints, meta: Mapping[str, Any]) -> TyperModel:
    """A model from fitted weights, through its file's form: what is measured is what is shipped."""
    full = {"format": FORMAT, "labels": list(LABELS), "version": "0", **NEUTRAL, **meta}
    rough = TyperModel(full, columns.astype(np.int32), weights.astype(np.float32), vectors.astype(np.float32))
    return read_model(model_bytes(rough))


def train(nlp: Language, lexicon: Lexicon, examples: Sequence[Example], rounds: int = ROUNDS) -> tuple[bytes, str]:
    """Train on examples.

    Returns
    -------
    tuple of bytes and str
        The model file, and what was learned of it on held-out families, as text.
    """
    corpus = gather(nlp, lexicon, examples)
    report: list[str] = []
    held = np.zeros((len(corpus.rows), len(LABELS)))
    typers: list[Typer] = []
    for part in range(FOLDS):
        inside = np.flatnonzero(corpus.fold[corpus.owner] != part)
        outside = np.flatnonzero(corpus.fold[corpus.owner] == part)
        weights, vectors, columns = fit(corpus.design.take(inside), SPARSE_PENALTY, DENSE_PENALTY, FEWEST, rounds)
        typers.append(bind(assemble(weights, vectors, columns, {}), nlp.vocab, lexicon))
        if len(outside):
            held[outside] = scores(corpus.design.take(outside), weights, vectors, columns)
    settings = calibrate(corpus, held, report)
    typers = [with_settings(typer, settings) for typer in typers]
    trials = [
        make_trial(example, doc, lexicon, typers[part])
        for example, doc, part in zip(corpus.examples, corpus.docs, corpus.fold, strict=True)
        if not example.family.startswith(FRAME_FAMILY)
    ]
    if trials:
        limits, lines = choose_limits(trials)
        settings["limits"] = asdict(limits)
        report.extend(lines)
    found = held_out_judgements(corpus, [with_settings(typer, settings) for typer in typers])
    settings["confidence"] = fit_confidence(found)
    settings["reliability"] = reliability(found)
    report.append(
        f"confidence fitted on {len(found)} held-out mentions, {np.mean([item.right for item in found]):.3f} right"
    )
    weights, vectors, columns = fit(corpus.design, SPARSE_PENALTY, DENSE_PENALTY, FEWEST, rounds)
    meta = {
        **settings,
        "data_sha256": digest(examples),
        "examples_sha256": digest(item for item in examples if not item.family.startswith(FRAME_FAMILY)),
        "examples": len(examples),
        "rows": len(corpus.rows),
        "lexicon": lexicon.version,
        "licence": LICENCE,
        "spacy_model": model_name(nlp),
    }
    model = assemble(weights, vectors, columns, meta)
    version = hashlib.sha256(model_bytes(model)).hexdigest()[:8]
    data = model_bytes(assemble(weights, vectors, columns, {**meta, "version": version}))
    report.append(f"model {version}: {len(data):,} bytes, {len(examples)} examples, {len(corpus.rows)} rows")
    return data, "\n".join(report)


def model_name(nlp: Language) -> str:
    """Language, name and version of the spaCy model."""
    return f"{nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']}"


def calibrate(corpus: Corpus, held: Doubles, report: list[str]) -> dict[str, Any]:
    """Temperature, weights of evidence and thresholds from held-out logits."""
    labels = corpus.design.labels
    own = np.array([not corpus.examples[place].family.startswith(FRAME_FAMILY) for place in corpus.owner])
    marked = np.array([row.marked for row in corpus.rows])
    chosen = np.flatnonzero(own) if own.any() else np.arange(len(labels))
    settings = dict(NEUTRAL)
    settings["temperature"] = fit_temperature(held[chosen], labels[chosen])
    first = np.flatnonzero(marked & own) if (marked & own).any() else np.flatnonzero(marked)
    guess = held.argmax(axis=1)
    report.append(
        f"held out by family, marked pairs: accuracy {np.mean(guess[first] == labels[first]):.4f} ({len(first)})"
    )
    real = first[labels[first] != NONE_INDEX]
    typed = held[:, :NONE_INDEX].argmax(axis=1)
    report.append(f"  of real events, NONE left out: {np.mean(typed[real] == labels[real]):.4f} ({len(real)})")
    rest = np.flatnonzero(~marked)
    if len(rest):
        report.append(f"  other pairs called NONE: {np.mean(guess[rest] == NONE_INDEX):.4f} ({len(rest)})")
    evidence = [row.evidence for row in corpus.rows]
    scaled = held / settings["temperature"]
    settings["evidence"] = fit_evidence(scaled, evidence, labels, chosen)
    chosen_names = ("temperature", "evidence")
    report.append(f"settings {json.dumps({name: settings[name] for name in chosen_names})}")
    return settings


def with_settings(typer: Typer, settings: Mapping[str, Any]) -> Typer:
    """The typer with other settings."""
    model = replace(typer.model, meta={**typer.model.meta, **settings, "confidence": None})
    return replace(typer, model=model)


def held_out_judgements(corpus: Corpus, typers: Sequence[Typer]) -> list[Judgement]:
    """What the whole coder says of held-out example sentences, and whether it is right."""
    found: list[Judgement] = []
    for part, typer in enumerate(typers):
        for place in np.flatnonzero(corpus.fold == part):
            example = corpus.examples[place]
            if not example.family.startswith(FRAME_FAMILY):
                found.extend(judgements(corpus.docs[place], example, corpus.lexicon, typer, part))
    return found


def fit_confidence(found: Sequence[Judgement]) -> dict[str, float] | None:
    """Weights of the confidence model; None where too little was judged to fit any."""
    if len(found) < 50 or len({item.right for item in found}) < 2:
        return None
    inputs = np.array([item.factors for item in found])
    right = np.array([float(item.right) for item in found])
    weights = fit_logistic(inputs, right, CONFIDENCE_PENALTY)
    return {name: round(float(value), 4) for name, value in zip((*FACTORS, "bias"), weights, strict=True)}


def reliability(found: Sequence[Judgement]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) by tenth, each fold's confidence fitted on the other folds."""
    outcomes: list[tuple[float, bool]] = []
    for part in range(FOLDS):
        weights = fit_confidence([item for item in found if item.fold != part])
        if weights is None:
            return []
        outcomes.extend((logistic(weights, item.factors), item.right) for item in found if item.fold == part)
    groups: dict[int, list[tuple[float, bool]]] = {}
    for chance, right in outcomes:
        groups.setdefault(min(int(chance * 10), 9), []).append((chance, right))
    return [
        (
            round(sum(chance for chance, _ in group) / len(group), 4),
            round(sum(right for _, right in group) / len(group), 4),
            len(group),
        )
        for _, group in sorted(groups.items())
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description="Train the event typer from the examples in the repository.")
    parser.add_argument("--output", type=Path, default=MODEL_FILE, help="where the model file goes")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    lexicon = load_lexicon()
    examples = [*read_examples(), *frame_examples(lexicon)]
    data, report = train(load_pipeline(), lexicon, examples)
    options.output.write_bytes(data)
    sys.stdout.write(f"{report}\nwritten to {options.output} in {time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    main()
