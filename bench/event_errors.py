"""What the event coder gets wrong on the development sets, by type and by cause; `--write` writes docs/event-errors.md.

    python -m bench.event_errors [--write]

Reads `docs_dev` and `pairs_plv_train` where they are present (folder in DATELINE_DEV_DATA, else ../shared/dev beside
the repository). The page holds counts only: no word of the sets goes into the repository.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span

from tasks.annotate.events.frames.match import best_verb_match, match_noun, noun_triggers
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.view import View, make_view
from tasks.annotate.layers import ArticleContext, EventMention
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.syntax.parse import Word
from tasks.contract.vocabulary import EVENT_TYPES, TOOK_PLACE

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "event-errors.md"
SURE = 0.7
NO_EVENT = "nothing"

MISS_CAUSES = {
    "other type": "an event was coded there, under another type",
    "no word": "the gold trigger is no verb or noun that stands in one sentence (a state, an adjective, a quotation)",
    "no frame": "no frame knows the trigger",
    "no fit": "a frame knows the trigger, none fits what stands around it",
    "dropped": "a frame fitted; it was taken for part of another event or for no event",
    "sentence": "the sentence was cut elsewhere, so the report stands under other words",
}
FALSE_CAUSES = {
    "other type": "the sentence reports an event, of another type",
    "same sentence": "the sentence reports an event of this type; this is one more",
    "nominal": "a noun taken for a report, in a sentence without an event",
    "no actor": "a verb without an actor, in a sentence without an event",
    "not happened": "a plan, a possibility or a denial in a sentence without an event",
    "actor": "a verb with its sides, in a sentence without an event",
}


@dataclass(slots=True)
class Errors:
    """What was counted on one set."""

    right: Counter[str] = field(default_factory=Counter)
    misses: Counter[tuple[str, str]] = field(default_factory=Counter)
    false: Counter[tuple[str, str]] = field(default_factory=Counter)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)


def data_folder() -> Path:
    """Where the development sets lie."""
    return Path(os.environ.get("DATELINE_DEV_DATA") or ROOT.parent / "shared" / "dev") / "data"


def rows(name: str) -> list[dict[str, Any]]:
    """The records of one set."""
    with (data_folder() / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def squash(text: str) -> str:
    """Words only, as the scorer compares sentences."""
    return re.sub(r"\W+", " ", text).strip().lower()


def alike(evidence: str, sentence: str) -> bool:
    """The scorer's rule for one sentence: equal, or one inside the other and not much longer."""
    short, long = sorted((evidence, sentence), key=len)
    return evidence == sentence or (len(short) > 12 and short in long and len(long) <= 3 * len(short) + 40)


def annotated(records: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Doc]]:
    """Each record with its annotated text."""
    items = []
    for record in records:
        day = record.get("date")
        published = dt.datetime.fromisoformat(str(day)[:10]).replace(tzinfo=dt.UTC) if day else None
        title = record.get("title")
        text = f"{title}\n\n{record['text']}" if title else record["text"]
        items.append((text, ArticleContext("0" * 16, title=title, published_at=published)))
    yield from zip(records, annotate_texts(load_pipeline(), items), strict=True)


def count_documents(records: list[dict[str, Any]], lexicon: Lexicon) -> Errors:
    """Compare whole articles: one-to-one on sentence and type, as the scorer does."""
    errors = Errors()
    for record, doc in annotated(records):
        sentences = {sent.start: squash(sent.text) for sent in doc.sents}
        found = [(event, sentences[sentence_start(doc, event)]) for event in doc._.events]
        used: set[int] = set()
        missed: list[dict[str, Any]] = []
        for gold in sorted(record["events"], key=lambda gold: -gold.get("sure", 1)):
            near = [i for i, (_, text) in enumerate(found) if i not in used and alike(text, squash(gold["sentence"]))]
            same = [i for i in near if found[i][0].event_type == gold["type"]]
            if same:
                used.add(same[0])
                errors.right[gold["type"]] += 1
            elif gold.get("sure", 1) >= SURE:
                missed.append(gold)
        view = make_view(doc, lexicon)
        spare = [found[i] for i in range(len(found)) if i not in used]
        for gold in missed:
            cause = miss_cause(view, gold, spare, list(sentences.values()))
            errors.misses[gold["type"], cause] += 1
            other = next((event for event, text in spare if alike(text, squash(gold["sentence"]))), None)
            errors.confusions[gold["type"], other.event_type if other else NO_EVENT] += 1
        optional = [squash(gold["sentence"]) for gold in record["events"] if gold.get("sure", 1) < SURE]
        for event, text in spare:
            if not any(alike(text, words) for words in optional):
                errors.false[event.event_type, false_cause(event, text, record["events"])] += 1
    return errors


def sentence_start(doc: Doc, event: EventMention) -> int:
    """First token of the event's sentence."""
    span = doc.char_span(event.start, event.end, alignment_mode="expand")
    assert isinstance(span, Span)
    return int(span.sent.start)


def miss_cause(view: View, gold: dict[str, Any], spare: list[tuple[EventMention, str]], sentences: list[str]) -> str:
    """Why a gold event is not in the tables."""
    wanted = squash(gold["sentence"])
    if any(alike(text, wanted) for _, text in spare):
        return "other type"
    if not any(alike(text, wanted) for text in sentences):
        return "sentence"
    tokens = trigger_tokens(view, gold)
    if not tokens:
        return "no word"
    for token in tokens:
        if token.pos_ in ("VERB", "AUX") and best_verb_match(view, token) is not None:
            return "dropped"
        if token.pos_ == "NOUN" and any(match_noun(view, frame, token) for frame in noun_triggers(view, token)):
            return "dropped"
    known = any(
        view.lexicon.verbs.get(token.lemma_.lower()) if token.pos_ == "VERB" else noun_triggers(view, token)
        for token in tokens
    )
    return "no fit" if known else "no frame"


def trigger_tokens(view: View, gold: dict[str, Any]) -> list[Word]:
    """The verbs and nouns of the gold trigger where they stand in the gold sentence."""
    start = view.text.find(gold["sentence"])
    at = view.text.find(gold["trigger"], max(start, 0))
    span = view.span_at(at, at + len(gold["trigger"])) if at >= 0 else None
    return [token for token in span or () if token.pos_ in ("VERB", "NOUN", "AUX")]


def false_cause(event: EventMention, text: str, gold: list[dict[str, Any]]) -> str:
    """What kind of false event it is."""
    here = {item["type"] for item in gold if alike(text, squash(item["sentence"]))}
    if here:
        return "same sentence" if event.event_type in here else "other type"
    if event.status not in TOOK_PLACE:
        return "not happened"
    if ".noun-" in event.coder:
        return "nominal"
    return "actor" if any(item.role == "actor" for item in event.arguments) else "no actor"


def count_pairs(records: list[dict[str, Any]]) -> Errors:
    """Compare sentences with one given pair: the type of the event that names most of the pair."""
    errors = Errors()
    for record, doc in annotated(records):
        gold = record["events"][0]
        wanted = gold["type"].split("|")
        best = max(doc._.events, key=lambda event: pair_score(doc, event, gold), default=None)
        got = best.event_type if best is not None else NO_EVENT
        if got in wanted:
            errors.right[wanted[0]] += 1
        else:
            errors.confusions["/".join(wanted), got] += 1
    return errors


def pair_score(doc: Doc, event: EventMention, gold: dict[str, Any]) -> tuple[float, float]:
    """How much of the given pair an event names."""
    sides: dict[str, set[str]] = {"actor": set(), "recipient": set()}
    for item in event.arguments:
        if item.role in sides:
            sides[item.role] |= set(squash(doc.text[item.start : item.end]).split())
    source, target = set(squash(gold["source_text"]).split()), set(squash(gold["target_text"]).split())
    return 2.0 * (bool(sides["actor"] & source) + bool(sides["recipient"] & target)), event.confidence


def page(documents: Errors, pairs: Errors) -> str:
    """The page of errors."""
    right, missed, false = documents.right.total(), documents.misses.total(), documents.false.total()
    lines = [
        "# What the event coder gets wrong",
        "",
        "Made by `python -m bench.event_errors --write` from the development sets; counts only. Read with",
        "[tasks/data/events/README.md](../tasks/data/events/README.md), which tells how to mend a miss with a frame.",
        "",
        f"## Whole articles ({right} reports right, {missed} missed, {false} false)",
        "",
        "### Misses by cause",
        "",
        "| cause | n | mostly |",
        "|---|---:|---|",
    ]
    lines += cause_rows(documents.misses, MISS_CAUSES)
    lines += ["", "### False events by cause", "", "| cause | n | mostly |", "|---|---:|---|"]
    lines += cause_rows(documents.false, FALSE_CAUSES)
    lines += ["", "### By type", "", "| type | right | missed | false |", "|---|---:|---:|---:|"]
    for name in EVENT_TYPES:
        counts = (
            documents.right[name],
            sum(n for (kind, _), n in documents.misses.items() if kind == name),
            sum(n for (kind, _), n in documents.false.items() if kind == name),
        )
        if any(counts):
            lines.append(f"| {name} | {counts[0]} | {counts[1]} | {counts[2]} |")
    wrong = pairs.confusions.total()
    lines += [
        "",
        f"## Sentences with a given pair ({pairs.right.total()} right, {wrong} wrong)",
        "",
        "Confusions of three and more; `nothing` is no event in the sentence at all.",
        "",
        "| gold | coded | n |",
        "|---|---|---:|",
    ]
    ranked = sorted(pairs.confusions.items(), key=lambda item: (-item[1], item[0]))
    lines += [f"| {gold} | {got} | {n} |" for (gold, got), n in ranked if n >= 3]
    return "\n".join(lines) + "\n"


def cause_rows(counts: Counter[tuple[str, str]], causes: dict[str, str]) -> Iterator[str]:
    """Rows of a table of causes, the most frequent first, with the types that most of them have."""
    by_cause: Counter[str] = Counter()
    for (_, cause), n in counts.items():
        by_cause[cause] += n
    for cause in sorted(causes, key=lambda cause: (-by_cause[cause], cause)):
        types = Counter({kind: n for (kind, found), n in counts.items() if found == cause})
        mostly = ", ".join(f"{kind} {n}" for kind, n in sorted(types.items(), key=lambda item: (-item[1], item[0]))[:3])
        yield f"| {causes[cause]} | {by_cause[cause]} | {mostly} |"


def main() -> None:
    """Count and print, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/event-errors.md")
    write = parser.parse_args().write
    if not data_folder().is_dir():
        sys.exit(f"no development data at {data_folder()}; name the folder above it in DATELINE_DEV_DATA")
    text = page(count_documents(rows("docs_dev"), load_lexicon()), count_pairs(rows("pairs_plv_train")))
    if write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
