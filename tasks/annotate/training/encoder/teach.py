"""What a trained coder says of articles without labels: the soft labels that a smaller one learns from.

    python -m tasks.annotate.training.encoder.teach MODEL OUT --texts FILE [--minutes N]
    python -m tasks.annotate.training.encoder.teach MODEL OUT --examples

After Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network". OUT is a folder: an article is a
file of it, so that the next call goes on where one was stopped.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.windows import Ints, Window, sentence_ends
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
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--texts", type=Path, help="articles as JSON lines, like news_unlabelled")
    source.add_argument("--examples", action="store_true", help="the repository's labelled sentences")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--part", type=int, default=0, help="of --parts, for processes side by side")
    parser.add_argument("--parts", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = load_encoder(given.model)
    given.out.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * given.minutes
    for number, article in enumerate(_articles(given.texts)[given.part :: given.parts], 1):
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


def _articles(texts: Path | None) -> list[MarkedArticle]:
    if texts is not None:
        return quoted_articles(texts)
    # Reads the lexicon, which the labels of articles do not need.
    from tasks.annotate.training.encoder.sentences import all_examples, as_articles

    return as_articles(all_examples())


def labels_of(encoder: Encoder, article: MarkedArticle) -> dict[str, npt.NDArray[np.generic]]:
    """Of each window of an article its pieces' types, and of the likely triggers in it all that the heads say.

    Returns
    -------
    dict
        Of the window W `types-W`, shape (pieces, types + 1), and `starts-W`, where in the text each piece begins; of
        the trigger T in it `pieces-W-T`, `around-W-T`, `sides-W-T`, and `status-W-T`, `mode-W-T` as numbers.
    """
    found: dict[str, npt.NDArray[np.generic]] = {}
    ends = sentence_ends(article.text)
    for place, window in enumerate(encoder.windows(article.text, article.title)):
        states = encoder.states(window.pieces)
        types = heads.types(encoder.heads, states)
        found[f"types-{place}"] = types.astype(np.float16)
        found[f"starts-{place}"] = window.offsets[:, 0]
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


@dataclass(frozen=True, slots=True)
class Said:
    """What a teacher said of an article, by places in its text instead of pieces of a window.

    Parameters
    ----------
    starts
        Where each piece begins, in characters, ascending.
    soft
        Its probability of no type and each type, shape (pieces, types + 1).
    triggers
        The likely ones.
    """

    starts: Ints
    soft: Halves
    triggers: tuple[SaidTrigger, ...]


@dataclass(frozen=True, slots=True)
class SaidTrigger:
    """A likely trigger: its pieces and those of its sentence by where they begin, and what the heads say of it."""

    starts: Ints
    around: Ints
    sides: Ints
    status: int
    mode: int


def said_by_place(labels: Path) -> Said:
    """Read what `labels_of` gave of an article."""
    with np.load(labels, allow_pickle=False) as given:
        arrays = {name: given[name] for name in given.files}
    soft: list[Halves] = []
    starts: list[Ints] = []
    triggers: list[SaidTrigger] = []
    place = 0
    while f"types-{place}" in arrays:
        where = arrays[f"starts-{place}"]
        body = where >= 0
        starts.append(where[body])
        soft.append(arrays[f"types-{place}"][body])
        number = 0
        while f"pieces-{place}-{number}" in arrays:
            name = f"{place}-{number}"
            triggers.append(
                SaidTrigger(
                    starts=where[arrays[f"pieces-{name}"]],
                    around=where[arrays[f"around-{name}"]],
                    sides=arrays[f"sides-{name}"],
                    status=int(arrays[f"status-{name}"]),
                    mode=int(arrays[f"mode-{name}"]),
                )
            )
            number += 1
        place += 1
    return Said(np.concatenate(starts), np.concatenate(soft), tuple(triggers))


def taught_windows(windows: Sequence[Window], article: int, said: Said) -> list[MarkedWindow]:
    """The windows of an article as a coder that learns will read it, with what a teacher said of their pieces.

    Raises
    ------
    ValueError
        Where the teacher cuts the text in other pieces.
    """
    return [_taught(window, article, said) for window in windows]


def _taught(window: Window, article: int, said: Said) -> MarkedWindow:
    starts = window.offsets[:, 0]
    body = starts >= 0
    rows = np.searchsorted(said.starts, starts[body])
    if len(rows) and (rows[-1] >= len(said.starts) or (said.starts[rows] != starts[body]).any()):
        raise ValueError("the teacher cuts the text in other pieces")
    soft = np.zeros((len(starts), said.soft.shape[1]), dtype=np.float16)
    soft[:, 0] = 1
    soft[body] = said.soft[rows]
    triggers: list[MarkedTrigger] = []
    for one in said.triggers:
        own = np.flatnonzero(np.isin(starts, one.starts) & body)
        if len(own):
            here = np.isin(one.around, starts[body])
            around = np.flatnonzero(np.isin(starts, one.around[here]) & body)
            triggers.append(MarkedTrigger(own, one.status, one.mode, 1.0, around, one.sides[here]))
    return MarkedWindow(article, window, soft.argmax(axis=1), tuple(triggers), soft)


if __name__ == "__main__":
    main()
