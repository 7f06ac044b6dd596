"""Learn which sentences need no reading: a linear model over word pieces, for the small coder's file.

    python -m tasks.annotate.training.encoder.gate OUT --base FOLDER --data FOLDER [--taught FOLDER] [--recall SHARE]

Logistic regression on the sentences of annotated articles, and of those that a teacher has labelled; its limit lets
pass the sentences of a given share of the reports in `docs_choose`, which train nothing.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import GATE, whole_tokenizer
from tasks.annotate.events.encoder.windows import Ints, sentence_ends
from tasks.annotate.training.encoder.articles import (
    MarkedArticle,
    labelled_articles,
    own_articles,
    quoted_articles,
    unread_ids,
)
from tasks.annotate.training.encoder.labels import DEBATABLE
from tasks.annotate.training.encoder.soft_labels import read_soft_labels
from tasks.annotate.training.encoder.teach import LIKELY

LOG = logging.getLogger("dateline")
EPOCHS, BATCH, RATE, PENALTY, SEED = 4, 512, 0.02, 1e-5, 1
# A weight is kept as a whole number of hundredths.
PARTS = 100


@dataclass(frozen=True, slots=True)
class Sentence:
    """The pieces of a sentence, once each, how many it has in all, and how many reports it holds."""

    pieces: Ints
    length: int
    reports: int


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder of the pretrained encoder")
    parser.add_argument("--data", type=Path, required=True, help="with docs_train, docs_choose, news_unlabelled")
    parser.add_argument("--taught", type=Path, help="what `teach` said of news_unlabelled")
    parser.add_argument("--recall", type=float, default=0.99)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    tokenizer = whole_tokenizer((given.base / "tokenizer.json").read_text("utf-8"))
    texts = given.data / "news_unlabelled.jsonl.gz"
    articles = [*quoted_articles(given.data / "docs_train.jsonl.gz"), *own_articles(), *labelled_articles(texts)]
    sentences = [one for article in articles for one in labelled_sentences(tokenizer, article)]
    if given.taught is not None:
        unread = unread_ids()
        unlabelled = [article for article in quoted_articles(texts) if article.id not in unread]
        sentences += taught_sentences(tokenizer, unlabelled, given.taught)
    weights = fitted(sentences, tokenizer.get_vocab_size())
    chosen = [
        one
        for article in quoted_articles(given.data / "docs_choose.jsonl.gz")
        for one in labelled_sentences(tokenizer, article)
    ]
    gate = SentenceGate(weights, least_for(chosen, weights, given.recall))
    np.savez(given.out, allow_pickle=False, **{GATE: gate.weights.astype(np.int16), "least": np.array(gate.least)})
    for name, some in (("learned from", sentences), ("chosen with", chosen)):
        LOG.info("%s: %s", name, measured(some, gate))


def labelled_sentences(tokenizer: Tokenizer, article: MarkedArticle) -> Iterator[Sentence]:
    """Those of an annotated article; a debatable report is none here."""
    triggers = [one.trigger[0] for one in article.reports if not one.in_title and one.sure >= DEBATABLE]
    yield from _sentences(tokenizer, article.text, triggers)


def taught_sentences(tokenizer: Tokenizer, articles: Iterable[MarkedArticle], taught: Path) -> Iterator[Sentence]:
    """Those of articles that a teacher has labelled; a likely trigger counts as a report."""
    for article in articles:
        path = taught / f"{article.id}.npz"
        if path.exists():
            told = read_soft_labels(path)
            likely = told.types[:, 1:].max(axis=1) >= LIKELY
            yield from _sentences(tokenizer, article.text, told.starts[likely].tolist())


def _sentences(tokenizer: Tokenizer, text: str, triggers: Sequence[int]) -> Iterator[Sentence]:
    encoded = tokenizer.encode(text, add_special_tokens=False)
    ids = np.array(encoded.ids, dtype=np.int64)
    starts = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)[:, 0]
    ends = sentence_ends(text)
    numbers = np.searchsorted(ends, starts, side="right")
    reports = np.bincount(np.searchsorted(ends, triggers, side="right"), minlength=len(ends))
    for number in np.unique(numbers).tolist():
        own = ids[numbers == number]
        yield Sentence(np.unique(own), len(own), int(reports[number]))


def fitted(sentences: Sequence[Sentence], size: int) -> Ints:
    """The weights of all pieces, in hundredths."""
    torch.manual_seed(SEED)
    chance = np.random.default_rng(SEED)
    weights = nn.EmbeddingBag(size, 1, mode="sum")
    nn.init.zeros_(weights.weight)
    bias = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([*weights.parameters(), bias], lr=RATE)
    holds = torch.tensor([float(one.reports > 0) for one in sentences])
    pieces = [torch.from_numpy(one.pieces) for one in sentences]
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS)
        order = chance.permutation(len(sentences))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH].tolist()
            scores = _sums(weights, [pieces[number] for number in some]) + bias
            loss = functional.binary_cross_entropy_with_logits(scores, holds[some])
            loss = loss + PENALTY * (weights.weight**2).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    found: Ints = np.rint(weights.weight.detach().numpy()[:, 0] * PARTS).astype(np.int64)
    return found


def _sums(weights: nn.EmbeddingBag, pieces: Sequence[Tensor]) -> Tensor:
    starts = torch.tensor([0, *(len(one) for one in pieces[:-1])]).cumsum(0)
    found: Tensor = weights(torch.cat(list(pieces)), starts)[:, 0]
    return found


def least_for(sentences: Sequence[Sentence], weights: Ints, recall: float) -> int:
    """The greatest limit with which a share of the reports stand in sentences that pass."""
    holding = sorted((int(weights[one.pieces].sum()), one.reports) for one in sentences if one.reports)
    total = sum(reports for _, reports in holding)
    left = total - recall * total
    for score, reports in holding:
        left -= reports
        if left < 0:
            return score
    raise ValueError("no sentence holds a report")


def measured(sentences: Sequence[Sentence], gate: SentenceGate) -> str:
    """Which share of reports and of pieces passes."""
    passed = [int(gate.weights[one.pieces].sum()) >= gate.least for one in sentences]
    reports = sum(one.reports for one in sentences)
    kept = sum(one.reports for one, passes in zip(sentences, passed, strict=True) if passes)
    pieces = sum(one.length for one, passes in zip(sentences, passed, strict=True) if passes)
    share = pieces / sum(one.length for one in sentences)
    return f"{kept / reports:.4f} of the reports pass with {share:.3f} of the pieces"


if __name__ == "__main__":
    main()
