"""What each coder finds and costs: alone and joined with the frames, with its gate and without.

    python -m bench.coders GOLD LOAD MODEL [MODEL …]

GOLD is a file of annotated articles, LOAD one of articles to take the time on (JSON lines with `text`). MODEL is a
coder by name (`small`, `large`) or a model file. Alone: the encoder's own triggers at the threshold that is best on
GOLD, sentences by their marks. Joined: the pipeline, as it decides. Time is CPU time on one thread, as a share of what
the bare parse of the same texts takes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import spacy

from bench.parse import texts
from tasks.annotate.events.encoder.coders import model_path
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.reading import read
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.pipeline import load_model
from tasks.annotate.training.encoder.articles import UNREAD, MarkedArticle, labelled_articles, quoted_articles
from tasks.annotate.training.encoder.calibrate import annotated, reading_pipeline, score
from tasks.annotate.training.encoder.measure import THRESHOLDS, mentions, read_articles

ROUNDS = 3
MEBIBYTE = 2**20
COLUMNS = ("coder", "layers", "gate", "F alone", "F with frames", "P", "time, bare parse = 1", "MiB")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("load")
    parser.add_argument("model", nargs="+")
    parser.add_argument("--articles", type=int, help="of GOLD, the first so many")
    parser.add_argument(
        "--unread", action="store_true", help="GOLD is news_unlabelled: its articles that train nothing"
    )
    given = parser.parse_args()
    articles = labelled_articles(given.gold, UNREAD) if given.unread else quoted_articles(given.gold)
    articles = articles[: given.articles]
    bodies = texts(given.load)
    parse = load_model("en_core_web_md")
    tell(COLUMNS)
    tell(["---"] * len(COLUMNS))
    for name in given.model:
        path = model_path(name)
        assert path is not None, "the frames are no model"
        whole = load_encoder(path)
        joined = score(annotated(reading_pipeline(path), articles), load_lexicon())
        layers, size = str(len(whole.meta["layers"])), f"{path.stat().st_size / MEBIBYTE:.1f}"
        for encoder in (whole, replace(whole, gate=None)) if whole.gate is not None else (whole,):
            ratio = statistics.median(cost(encoder, bodies, lambda: list(parse.pipe(bodies))) for _ in range(ROUNDS))
            with_frames = [f"{joined.f:.3f}", f"{joined.precision:.3f}"] if encoder is whole else ["", ""]
            gate = "no" if encoder.gate is None else "yes"
            tell([name, layers, gate, f"{alone(encoder, articles):.3f}", *with_frames, f"{ratio:.2f}", size])


def tell(cells: Sequence[str]) -> None:
    """Print a line of the table."""
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def alone(encoder: Encoder, articles: Sequence[MarkedArticle]) -> float:
    """The best F of the encoder's own triggers."""
    found = list(read_articles(encoder, articles))
    counted = [mentions(found, threshold)[0] for threshold in THRESHOLDS]
    return max(2 * counts["right"] / max(counts["told"] + counts["wanted"], 1) for counts in counted)


def cost(encoder: Encoder, bodies: Sequence[str], parse: Callable[[], object]) -> float:
    """The time of reading, as a share of the parse's; the two one after the other, so that noise meets both."""
    blank = spacy.blank("en")
    docs = [blank.make_doc(body) for body in bodies]
    started = time.process_time()
    parse()
    parsed = time.process_time()
    for doc in docs:
        read(encoder, doc, None)
    return (time.process_time() - parsed) / (parsed - started)


if __name__ == "__main__":
    main()
