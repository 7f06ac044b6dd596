"""What a model file finds by itself on annotated articles: mentions by threshold, status, modes, words of sides.

    python -m tasks.annotate.training.encoder.measure MODEL GOLD [--articles N]

Mentions are matched one to one by sentence and type, as a scorer of whole articles does; reports that are debatable
(`sure` below .7) are neither missed nor false. No parse is needed: this is the model alone, not the coder.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import spacy
from spacy.tokens import Doc

from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.reading import ArticleReading, TriggerWords, around_the_surest, read
from tasks.annotate.events.encoder.windows import sentence_ends
from tasks.annotate.training.encoder.articles import MarkedArticle, MarkedReport, quoted_articles

SURE = 0.7
LIKELY = 0.3
IDLE = frozenset({"the", "a", "an", "of", "and", "s"})
THRESHOLDS = tuple(round(0.2 + 0.05 * step, 2) for step in range(14))


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An annotated article with what the model says of it."""

    article: MarkedArticle
    doc: Doc
    reading: ArticleReading
    triggers: list[TriggerWords]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--articles", type=int)
    given = parser.parse_args()
    found = list(read_articles(load_encoder(given.model), quoted_articles(given.gold)[: given.articles]))
    best, matched = 0.0, list[tuple[ReadArticle, MarkedReport, TriggerWords]]()
    for threshold in THRESHOLDS:
        counts, pairs = mentions(found, threshold)
        told, wanted, right = counts["told"], counts["wanted"], counts["right"]
        precision, recall = right / max(told, 1), right / max(wanted, 1)
        f = 2 * precision * recall / max(precision + recall, 1e-9)
        quiet = counts["in_quiet"] / max(counts["quiet"], 1)
        sys.stdout.write(
            f"{threshold:.2f} P {precision:.3f} R {recall:.3f} F {f:.3f} false a quiet article {quiet:.2f}\n"
        )
        if f > best:
            best, matched = f, pairs
    for name, (right, of) in sorted(cells(matched).items()):
        sys.stdout.write(f"{name} {right / max(of, 1):.3f} of {of}\n")


def read_articles(encoder: Encoder, articles: Iterable[MarkedArticle]) -> Iterable[ReadArticle]:
    """Read articles as they are stored, with the triggers found in each of their sentences."""
    nlp = spacy.blank("en")
    for given in articles:
        article = given.as_stored()
        doc = nlp.make_doc(article.text)
        reading = read(encoder, doc, article.title)
        starts = [token.idx for token in doc]
        ends = np.searchsorted(starts, sentence_ends(article.text)).tolist()
        yield ReadArticle(article, doc, reading, reading.triggers(ends))


def mentions(
    articles: Sequence[ReadArticle], threshold: float
) -> tuple[Counter[str], list[tuple[ReadArticle, MarkedReport, TriggerWords]]]:
    """Counts (told, wanted, right, quiet articles, told in those) and the pairs of report and candidate."""
    counts: Counter[str] = Counter()
    pairs: list[tuple[ReadArticle, MarkedReport, TriggerWords]] = []
    for item in articles:
        free = [candidate for candidate in item.triggers if candidate.chance >= threshold]
        if not item.article.reports:
            counts.update(quiet=1, in_quiet=len(free))
        for report in sorted(item.article.reports, key=lambda report: -report.sure):
            near = [one for one in free if one.type == report.type and _within(item, one, report)]
            near.sort(key=lambda one: not _touches(item, one, report))
            counts["wanted"] += report.sure >= SURE
            if near:
                free.remove(near[0])
                pairs.append((item, report, near[0]))
                counts.update(right=report.sure >= SURE, told=report.sure >= SURE)
        open_ = [report for report in item.article.reports if report.sure < SURE]
        counts["told"] += sum(not any(_within(item, one, report) for report in open_) for one in free)
    return counts, pairs


def _within(item: ReadArticle, candidate: TriggerWords, report: MarkedReport) -> bool:
    return not report.in_title and report.sentence[0] <= item.doc[candidate.first].idx < report.sentence[1]


def _touches(item: ReadArticle, candidate: TriggerWords, report: MarkedReport) -> bool:
    span = item.doc[candidate.first : candidate.end]
    return span.start_char < report.trigger[1] and span.end_char > report.trigger[0]


def cells(pairs: Sequence[tuple[ReadArticle, MarkedReport, TriggerWords]]) -> dict[str, tuple[int, int]]:
    """By cell how many are right of how many that are annotated."""
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for item, report, candidate in pairs:
        starts = [token.idx for token in item.doc]
        first, end = np.searchsorted(starts, report.sentence).tolist()
        told = item.reading.told((candidate.first, candidate.end), (first, end), candidate.type)
        if told is None:
            continue
        status = max(told.statuses, key=lambda name: told.statuses[name])
        of["status"] += 1
        right["status"] += status == report.status or {status, report.status} == {"happened", "ongoing"}
        if report.mode and told.modes:
            of["mode"] += 1
            right["mode"] += max(told.modes, key=lambda name: told.modes[name]) == report.mode
        for side, (start, stop) in report.sides.items():
            of[side] += 1
            wanted = words(item.article.text[start:stop])
            found = surest_words(told.sides[side])
            right[side] += bool(wanted & words(" ".join(item.doc[token].text for token in found)))
    return {name: (right[name], of[name]) for name in of}


def surest_words(chances: Mapping[int, float]) -> list[int]:
    """The likeliest token for a side with its neighbours that are about as likely; none where it is not likely."""
    middle = max(chances, key=lambda token: chances[token], default=None)
    if middle is None or chances[middle] < LIKELY:
        return []
    # Whoever stands between others is not beside them.
    first, last = middle, middle
    while first - 1 in chances:
        first -= 1
    while last + 1 in chances:
        last += 1
    start, end = around_the_surest(np.array([chances[token] for token in range(first, last + 1)]))
    return list(range(first + start, first + end))


def words(text: str) -> set[str]:
    """The words of a side that count when two are compared."""
    return set("".join(char if char.isalnum() else " " for char in text.lower()).split()) - IDLE


if __name__ == "__main__":
    main()
