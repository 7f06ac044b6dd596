"""The repository's labelled sentences (`tasks/data/events/examples`, the frames' own examples) for the encoder.

They name a type and two sides, not the word that reports the event: a teacher finds it, as the likeliest word for that
type outside the sides. What else the sentence may report nobody has said: words that may are masked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from tasks.annotate.events.encoder.reading import around_the_surest
from tasks.annotate.events.encoder.windows import Ints, SpecialPieces, Window, windows_of
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.typer.model import NONE
from tasks.annotate.training.encoder.articles import SIDES, MarkedArticle
from tasks.annotate.training.encoder.labels import MASKED, NO_TYPE, MarkedTrigger, MarkedWindow, Mode
from tasks.annotate.training.encoder.soft_labels import SoftLabels, read_soft_labels
from tasks.annotate.training.examples import FRAME_FAMILY, Example, frame_examples, read_examples
from tasks.contract.vocabulary import EVENT_TYPES

# A word that a teacher thinks less likely for the example's type is not the one.
LEAST = 0.02
# A word that a teacher thinks so likely to report nothing reports nothing.
NOTHING = 0.5
# A word of a sentence without an event of its pair, for which a teacher is so sure of one, may report another's.
SURE = 0.8
# One family in so many.
HELD_OUT = 5


def is_held_out(example: Example) -> bool:
    """Whether an example trains no encoder, so that the decision can be fitted on it: families stay together."""
    if example.family.startswith(FRAME_FAMILY):
        return False
    return int(hashlib.sha256(example.family.encode()).hexdigest(), 16) % HELD_OUT == 0


def all_examples() -> list[Example]:
    """Labelled sentences and the frames' examples, in their order."""
    return [*read_examples(), *frame_examples(load_lexicon())]


def as_articles(examples: Sequence[Example]) -> list[MarkedArticle]:
    """Each as an article of one sentence, for a teacher to read; its id is a digest of its text."""
    return [
        MarkedArticle(f"example-{hashlib.sha256(item.text.encode()).hexdigest()[:16]}", "", item.text, ())
        for item in examples
    ]


def example_windows(
    tokenizer: Tokenizer, special: SpecialPieces, labels: Path, modes: Mapping[Mode, int]
) -> Iterator[MarkedWindow]:
    """The windows of the examples that are not held out; `labels` is the folder of what a teacher said of them."""
    examples = all_examples()
    for item, article in zip(examples, as_articles(examples), strict=True):
        path = labels / f"{article.id}.npz"
        if path.exists() and not is_held_out(item):
            told = read_soft_labels(path)
            windows = windows_of(tokenizer, special, item.text, None)
            marked = example_window(windows[0], item, told, modes) if len(windows) == 1 else None
            if marked is not None:
                yield marked


def example_window(
    window: Window, example: Example, told: SoftLabels, modes: Mapping[Mode, int]
) -> MarkedWindow | None:
    """One example as a window; None where the teacher knows no word for its type.

    Raises
    ------
    ValueError
        Where the teacher cuts the text in other pieces.
    """
    starts = window.offsets[:, 0]
    body = np.flatnonzero(starts >= 0)
    if not np.array_equal(starts[body], told.starts):
        raise ValueError(f"{told.source}: the teacher cuts the text in other pieces")
    chance_of = told.types.astype(np.float64)
    labels = np.full(len(starts), MASKED, dtype=np.int64)
    if example.type == NONE:
        labels[body[chance_of[:, 1:].max(axis=1) < SURE]] = NO_TYPE
        return MarkedWindow(window, labels, ())
    sides = _sides(window.offsets[body], example)
    kind = EVENT_TYPES.index(example.type) + 1
    chances = np.where(sides == 0, chance_of[:, kind], 0.0)
    middle = int(chances.argmax())
    if chances[middle] < LEAST:
        return None
    own = np.arange(*around_the_surest(chances, LEAST))
    labels[body[chance_of[:, 0] >= NOTHING]] = NO_TYPE
    labels[body[own]] = kind
    trigger = MarkedTrigger(
        pieces=body[own],
        status=MASKED,
        mode=modes.get((example.type, example.mode or ""), 0),
        weight=1.0,
        around=body,
        sides=sides,
    )
    return MarkedWindow(window, labels, (trigger,))


def _sides(offsets: Ints, example: Example) -> Ints:
    """Of each piece the side that it stands in, as the place in `SIDES` plus 1, or 0."""
    found = np.zeros(len(offsets), dtype=np.int64)
    for name, span in (("actor", example.actor), ("recipient", example.recipient)):
        if span is not None:
            found[(offsets[:, 0] < span[1]) & (offsets[:, 1] > span[0])] = SIDES.index(name) + 1
    return found
