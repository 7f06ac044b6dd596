"""What the default coder gets wrong on articles that trained nothing, by cause; `--write` writes docs/event-errors.md.

    python -m bench.event_errors [--write]

Reads `docs_dev2` and `pairs_plv_train` where they are present (folder in DATELINE_DEV_DATA, else ../shared/dev beside
the repository). The page holds counts only: no word of the sets goes into the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from tasks.annotate.events.component import event_mentions, frame_matches
from tasks.annotate.events.decision import EventProposal, proposals
from tasks.annotate.events.encoder.coders import SMALL, model_path
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.resolve.not_events import SPORT_SHARE, topic_share
from tasks.annotate.events.view import make_view
from tasks.annotate.layers import ArticleContext, EventMention
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.training.encoder.articles import MarkedReport, quoted_articles
from tasks.annotate.training.encoder.calibrate import AnnotatedArticle, annotated, reading_pipeline, touches, within
from tasks.annotate.training.encoder.measure import SURE, words
from tasks.contract.vocabulary import EVENT_TYPES, TOOK_PLACE

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "event-errors.md"
NO_EVENT = "nothing"
MUTUAL = ("CONSULT", "AGREE")

MISS_CAUSES = {
    "other type": "the sentence has an event of another type that is no report",
    "unsure": "encoder or frames proposed it, not likely enough or beside a likelier one",
    "unsure of type": "they proposed only other types, none likely enough",
    "gate": "the gate left the sentence out: the encoder never read it",
    "unseen": "nothing was proposed",
}
FALSE_CAUSES = {
    "same sentence": "the sentence reports an event of this type; this is one more",
    "other type": "the sentence reports an event, of another type",
    "not happened": "a plan, a possibility or a denial, in a sentence without an event",
    "both": "frame and encoder together, in a sentence without an event",
    "encoder": "the encoder alone, in a sentence without an event",
    "frame": "a frame alone, in a sentence without an event",
}
SIDE_CAUSES = {
    "right": "the words of the report",
    "none": "no one is named",
    "swapped": "who stands on the other side is named",
    "pronoun": "a pronoun is named that is another's, or whose name stands in the sentence",
    "other": "somebody else is named",
    "too many": "somebody is named where the report has nobody in its sentence",
}
PRONOUNS = frozenset({"he", "she", "it", "they", "his", "her", "its", "their", "him", "them", "we", "our", "us", "i",
                      "my", "you", "your", "who", "which", "that"})  # fmt: skip


@dataclass(slots=True)
class Errors:
    """What was counted on one set: pairs of an event type, a side or a status and what became of it."""

    right: Counter[str] = field(default_factory=Counter)
    misses: Counter[tuple[str, str]] = field(default_factory=Counter)
    false: Counter[tuple[str, str]] = field(default_factory=Counter)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    sides: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)


def data_folder() -> Path:
    """Where the development sets lie."""
    return Path(os.environ.get("DATELINE_DEV_DATA") or ROOT.parent / "shared" / "dev") / "data"


def count_documents(items: Sequence[AnnotatedArticle], lexicon: Lexicon) -> Errors:
    """Compare whole articles that were read: reports one to one, by sentence and type."""
    errors = Errors()
    for item in items:
        _count_article(item, lexicon, errors)
    return errors


def _count_article(item: AnnotatedArticle, lexicon: Lexicon, errors: Errors) -> None:
    view = make_view(item.doc, lexicon)
    sport = topic_share(view.parse, lexicon, "sport")
    matches = frame_matches(view, sport)
    proposed = proposals(view, item.doc._.reading, matches, sport=sport > SPORT_SHARE)
    free = list(event_mentions(item.doc, lexicon))
    missed: list[MarkedReport] = []
    for report in sorted(item.article.reports, key=lambda report: -report.sure):
        near = [one for one in free if one.event_type == report.type and within(one.start, report)]
        near.sort(key=lambda one: not touches(one.start, report))
        if near:
            free.remove(near[0])
            errors.right[report.type] += 1
            errors.sides.update(side_causes(item.article.text, report, near[0]))
            errors.statuses[report.status, near[0].status] += 1
        elif report.sure >= SURE:
            missed.append(report)
    open_ = [report for report in item.article.reports if report.sure < SURE]
    false = [one for one in free if not any(within(one.start, report) for report in open_)]
    for report in missed:
        errors.misses[report.type, miss_cause(item.doc, report, false, proposed)] += 1
        other = next((event for event in false if within(event.start, report)), None)
        errors.confusions[report.type, other.event_type if other else NO_EVENT] += 1
    for event in false:
        errors.false[event.event_type, false_cause(event, item.article.reports)] += 1


def miss_cause(doc: Doc, report: MarkedReport, false: Sequence[EventMention], proposed: Sequence[EventProposal]) -> str:
    """Why a report is not in the tables."""
    if any(within(event.start, report) for event in false):
        return "other type"
    here = [one for one in proposed if within(one.head.idx, report)]
    if any(one.type == report.type for one in here):
        return "unsure"
    if here:
        return "unsure of type"
    reading = doc._.reading
    starts = {doc[token].idx for token in reading.tokens.tolist()}
    return "unseen" if any(within(start, report) for start in starts) else "gate"


def false_cause(event: EventMention, reports: Sequence[MarkedReport]) -> str:
    """What kind of false event it is."""
    here = {report.type for report in reports if within(event.start, report)}
    if here:
        return "same sentence" if event.event_type in here else "other type"
    if event.status not in TOOK_PLACE:
        return "not happened"
    return re.split(r"[:@]", event.coder)[0]


def side_causes(text: str, report: MarkedReport, event: EventMention) -> Iterator[tuple[str, str]]:
    """What became of each side of a report that was found."""
    named = {side: [text[one.start : one.end] for one in event.arguments if one.role == side]
             for side in ("actor", "recipient")}  # fmt: skip
    both = [*named["actor"], *named["recipient"]]
    for side, other in (("actor", "recipient"), ("recipient", "actor")):
        told = both if report.type in MUTUAL else named[side]
        if side in report.sides:
            wanted = words(text[slice(*report.sides[side])])
            yield side, _side_cause(told, named[other], wanted)
        elif report.type not in MUTUAL and told:
            yield side, "too many"


def _side_cause(told: Sequence[str], opposite: Sequence[str], wanted: set[str]) -> str:
    if any(words(one) & wanted for one in told):
        return "right"
    if not told:
        return "none"
    if any(words(one) & wanted for one in opposite):
        return "swapped"
    return "pronoun" if all(one.lower() in PRONOUNS for one in told) else "other"


def count_pairs(records: Sequence[Mapping[str, Any]]) -> Errors:
    """Compare sentences with one given pair: the type of the event that names most of the pair."""
    errors = Errors()
    nlp = load_pipeline(coder=SMALL)
    docs = annotate_texts(nlp, ((record["text"], ArticleContext("0" * 16)) for record in records))
    for record, doc in zip(records, docs, strict=True):
        gold = record["events"][0]
        wanted = gold["type"].split("|")
        best = max(doc._.events, key=lambda event: pair_score(doc, event, gold), default=None)
        got = best.event_type if best is not None else NO_EVENT
        if got in wanted:
            errors.right[wanted[0]] += 1
        else:
            errors.confusions["/".join(wanted), got] += 1
    return errors


def pair_score(doc: Doc, event: EventMention, gold: Mapping[str, Any]) -> tuple[float, float]:
    """How much of the given pair an event names."""
    sides: dict[str, set[str]] = {"actor": set(), "recipient": set()}
    for item in event.arguments:
        if item.role in sides:
            sides[item.role] |= words(doc.text[item.start : item.end])
    named = bool(sides["actor"] & words(gold["source_text"])) + bool(sides["recipient"] & words(gold["target_text"]))
    return 2.0 * named, event.confidence


def page(documents: Errors, pairs: Errors) -> str:
    """The page of errors."""
    right, missed, false = documents.right.total(), documents.misses.total(), documents.false.total()
    wrong = pairs.confusions.total()
    lines = [
        "# What the event coder gets wrong",
        "",
        "Made by `python -m bench.event_errors --write` with the default coder, from articles that trained nothing;",
        "counts only. [tasks/data/events/README.md](../tasks/data/events/README.md) tells how a frame mends a miss,",
        "[model-card.md](model-card.md) what the encoder learned from.",
        "",
        f"## Whole articles ({right} reports right, {missed} missed, {false} false)",
        "",
        "### Misses by cause",
        "",
        *cause_table(documents.misses, MISS_CAUSES),
        "",
        "### False events by cause",
        "",
        *cause_table(documents.false, FALSE_CAUSES),
        "",
        "### By type",
        "",
        "| type | right | missed | false | the other type most often coded instead |",
        "|---|---:|---:|---:|---|",
        *type_rows(documents),
        "",
        "### Sides of the reports that were found",
        "",
        "| what is named | actor | recipient |",
        "|---|---:|---:|",
        *(f"| {told} | {documents.sides['actor', cause]} | {documents.sides['recipient', cause]} |"
          for cause, told in SIDE_CAUSES.items()),
        "",
        "### Status: confusions of three and more",
        "",
        *confusion_table(documents.statuses),
        "",
        f"## Sentences with a given pair ({pairs.right.total()} right, {wrong} wrong)",
        "",
        "Confusions of three and more; `nothing` is no event in the sentence at all.",
        "",
        *confusion_table(pairs.confusions),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def cause_table(counts: Counter[tuple[str, str]], causes: Mapping[str, str]) -> Iterator[str]:
    """A table of causes, the most frequent first, with the types that most of them have."""
    yield "| cause | n | mostly |"
    yield "|---|---:|---|"
    by_cause: Counter[str] = Counter()
    for (_, cause), n in counts.items():
        by_cause[cause] += n
    for cause in sorted(causes, key=lambda cause: (-by_cause[cause], cause)):
        types = Counter({kind: n for (kind, found), n in counts.items() if found == cause})
        mostly = ", ".join(f"{kind} {n}" for kind, n in sorted(types.items(), key=lambda item: (-item[1], item[0]))[:3])
        yield f"| {causes[cause]} | {by_cause[cause]} | {mostly} |"


def type_rows(documents: Errors) -> Iterator[str]:
    """By type what is right, missed and false."""
    for name in EVENT_TYPES:
        right = documents.right[name]
        missed = sum(n for (kind, _), n in documents.misses.items() if kind == name)
        false = sum(n for (kind, _), n in documents.false.items() if kind == name)
        instead = {got: n for (kind, got), n in documents.confusions.items() if kind == name and got != NO_EVENT}
        most = min(instead, key=lambda got: (-instead[got], got), default=None)
        if right or missed or false:
            yield f"| {name} | {right} | {missed} | {false} | {f'{most} {instead[most]}' if most else ''} |"


def confusion_table(confusions: Counter[tuple[str, str]]) -> Iterator[str]:
    """A table of what is confused at least three times, the most frequent first."""
    yield "| gold | coded | n |"
    yield "|---|---|---:|"
    for (gold, got), n in sorted(confusions.items(), key=lambda item: (-item[1], item[0])):
        if n >= 3 and gold != got:
            yield f"| {gold} | {got} | {n} |"


def main() -> None:
    """Count and print, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/event-errors.md")
    write = parser.parse_args().write
    if not data_folder().is_dir():
        sys.exit(f"no development data at {data_folder()}; name the folder above it in DATELINE_DEV_DATA")
    path = model_path(SMALL)
    assert path is not None
    items = annotated(reading_pipeline(path), quoted_articles(data_folder() / "docs_dev2.jsonl"))
    with (data_folder() / "pairs_plv_train.jsonl").open(encoding="utf-8") as lines:
        pairs = count_pairs([json.loads(line) for line in lines if line.strip()])
    text = page(count_documents(items, load_lexicon()), pairs)
    if write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
