"""What a trained coder says of articles without labels: the soft labels that a smaller one learns from.

    python -m tasks.annotate.training.encoder.teach MODEL OUT --texts FILE [--minutes N]
    python -m tasks.annotate.training.encoder.teach MODEL OUT --examples

After Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network". OUT is a folder: an article is a
file of it, so that the next call goes on where one was stopped.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.windows import Ints, Window, sentence_ends
from tasks.annotate.training.encoder.articles import MarkedArticle, quoted_articles
from tasks.annotate.training.encoder.sentences import all_examples, as_articles
from tasks.annotate.training.encoder.soft_labels import TEACHER, teacher_of
from tasks.errors import UserError

LOG = logging.getLogger("dateline")
# A piece from which a trigger is learned; what is less likely teaches only by its types.
LIKELY = 0.5
TOLD_EVERY = 100


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
    sign(given.out, encoder)
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


def sign(folder: Path, encoder: Encoder) -> None:
    """Say in a folder of labels whose they are.

    Raises
    ------
    UserError
        Where they are another teacher's.
    """
    modes = [(str(type_), str(mode)) for type_, mode in encoder.meta["modes"]]
    if not (folder / TEACHER).exists():
        (folder / TEACHER).write_text(json.dumps({"version": encoder.version, "modes": modes}), "utf-8")
    elif teacher_of(folder).version != encoder.version:
        raise UserError(f"{folder}: holds labels of the coder {teacher_of(folder).version}; name another folder")


def _articles(texts: Path | None) -> list[MarkedArticle]:
    if texts is not None:
        return quoted_articles(texts)
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
        for number, own in enumerate(likely_triggers(window, types, ends)):
            around = sentence_pieces(window, ends, own)
            scores = heads.trigger_scores(encoder.heads, states, own, around)
            found[f"pieces-{place}-{number}"] = own
            found[f"around-{place}-{number}"] = around
            found[f"sides-{place}-{number}"] = scores.sides.argmax(axis=1)
            found[f"status-{place}-{number}"] = np.array(scores.statuses.argmax())
            found[f"mode-{place}-{number}"] = np.array(scores.modes.argmax())
    return found


def likely_triggers(window: Window, types: npt.NDArray[np.float64], ends: Sequence[int]) -> Iterator[Ints]:
    """The stretches of pieces of one sentence of the text that have one likely type; `ends` are the sentences'."""
    best = np.where(types.max(axis=1) >= LIKELY, types.argmax(axis=1), 0)
    best[: window.body] = best[-1] = 0
    sentence = np.searchsorted(ends, window.offsets[:, 0], side="right")
    changes = (np.diff(best) != 0) | (np.diff(sentence) != 0)
    for start, end in pairwise([0, *(np.flatnonzero(changes) + 1).tolist(), len(best)]):
        if best[start]:
            yield np.arange(start, end)


def sentence_pieces(window: Window, ends: Sequence[int], own: Ints) -> Ints:
    """The pieces of the sentence that a trigger stands in."""
    at = window.offsets[own[0], 0]
    end = int(np.searchsorted(ends, at, side="right"))
    first = ends[end - 1] if end else 0
    offsets = window.offsets[:, 0]
    return np.flatnonzero((offsets >= first) & (offsets < ends[end]))


if __name__ == "__main__":
    main()
