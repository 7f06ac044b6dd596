"""What a trained coder says of articles without labels: the soft labels that a smaller one learns from.

    python -m tasks.annotate.training.encoder.teach MODEL OUT --texts FILE [--minutes N]

After Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network". OUT is a folder: an article is a
file of it, so that the next call goes on where one was stopped.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.windows import Ints, Window, sentence_ends, windows_of
from tasks.annotate.training.encoder.articles import MarkedArticle, quoted_articles
from tasks.annotate.training.encoder.labels import MarkedTrigger, MarkedWindow

LOG = logging.getLogger("dateline")
# A piece from which a trigger is learned; what is less likely teaches only by its types.
LIKELY = 0.5
TOLD_EVERY = 100
Halves = npt.NDArray[np.float16]


def main() -> None:
    """Label what is not labelled yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--texts", type=Path, required=True, help="articles as JSON lines, like news_unlabelled")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--part", type=int, default=0, help="of --parts, for processes side by side")
    parser.add_argument("--parts", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = load_encoder(given.model)
    given.out.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * given.minutes
    for number, article in enumerate(quoted_articles(given.texts)[given.part :: given.parts], 1):
        path = given.out / f"{article.id}.npz"
        if not path.exists():
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                np.savez(file, allow_pickle=False, **labels_of(encoder, article))
            part.replace(path)
        if number % TOLD_EVERY == 0:
            LOG.info("%d articles", number)
        if time.monotonic() > until:
            return


def labels_of(encoder: Encoder, article: MarkedArticle) -> dict[str, npt.NDArray[np.generic]]:
    """Of each window of an article its pieces' types, and of the likely triggers in it all that the heads say.

    Returns
    -------
    dict
        `types-W`, shape (pieces, types + 1); of the trigger T in window W `pieces-W-T`, `around-W-T`, `sides-W-T`, and
        `status-W-T`, `mode-W-T` as numbers.
    """
    found: dict[str, npt.NDArray[np.generic]] = {}
    ends = sentence_ends(article.text)
    for place, window in enumerate(windows_of(encoder.tokenizer, encoder.special, article.text, article.title)):
        states = encoder.states(window.pieces)
        types = heads.types(encoder.heads, states)
        found[f"types-{place}"] = types.astype(np.float16)
        for number, own in enumerate(likely_triggers(window, types)):
            around = sentence_pieces(window, ends, own)
            scores = heads.trigger_scores(encoder.heads, states, own, around)
            found[f"pieces-{place}-{number}"] = own
            found[f"around-{place}-{number}"] = around
            found[f"sides-{place}-{number}"] = scores.sides.argmax(axis=1)
            found[f"status-{place}-{number}"] = np.array(scores.statuses.argmax())
            found[f"mode-{place}-{number}"] = np.array(scores.modes.argmax())
    return found


def likely_triggers(window: Window, types: npt.NDArray[np.float64]) -> Iterator[Ints]:
    """The stretches of pieces of the text that have one likely type."""
    best = np.where(types.max(axis=1) >= LIKELY, types.argmax(axis=1), 0)
    best[: window.body] = best[-1] = 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], best, [0]])))
    for start, end in pairwise(edges):
        if best[start]:
            yield np.arange(start, end)


def sentence_pieces(window: Window, ends: Sequence[int], own: Ints) -> Ints:
    """The pieces of the sentence that a trigger stands in."""
    at = window.offsets[own[0], 0]
    end = int(np.searchsorted(ends, at, side="right"))
    first = ends[end - 1] if end else 0
    offsets = window.offsets[:, 0]
    return np.flatnonzero((offsets >= first) & (offsets < ends[end]))


def taught_windows(encoder_windows: Sequence[Window], article: int, labels: Path) -> list[MarkedWindow]:
    """The windows of an article with what a teacher said of them; both must be cut alike."""
    with np.load(labels, allow_pickle=False) as given:
        arrays = {name: given[name] for name in given.files}
    found: list[MarkedWindow] = []
    for place, window in enumerate(encoder_windows):
        soft: Halves = arrays[f"types-{place}"]
        if len(soft) != len(window.pieces):
            raise ValueError(f"{labels}: the teacher cuts the text in other pieces")
        triggers: list[MarkedTrigger] = []
        while f"pieces-{place}-{len(triggers)}" in arrays:
            name = f"{place}-{len(triggers)}"
            triggers.append(
                MarkedTrigger(
                    pieces=arrays[f"pieces-{name}"],
                    status=int(arrays[f"status-{name}"]),
                    mode=int(arrays[f"mode-{name}"]),
                    weight=1.0,
                    around=arrays[f"around-{name}"],
                    sides=arrays[f"sides-{name}"],
                )
            )
        said = np.where(window.offsets[:, 0] >= 0, soft.argmax(axis=1), 0)
        found.append(MarkedWindow(article, window, said, tuple(triggers), soft))
    return found


if __name__ == "__main__":
    main()
