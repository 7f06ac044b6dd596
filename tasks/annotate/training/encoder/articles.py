"""Annotated articles for the encoder: our own, and those of a folder of development data, with offsets.

Our own (`tasks/data/events/articles`, docs/annotating.md) carry offsets, and so do our labels of articles whose texts
are not ours (`tasks/data/events/labels`). The others quote sentence, trigger and sides. They are looked up: a
sentence's first place, the trigger's first place in it that no other report of its type has, and of each side the
place nearest to the trigger.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tasks.errors import UserError
from tasks.reference.files import DATA

FOLDER = DATA / "events" / "articles"
LABELS = DATA / "events" / "labels" / "news.jsonl"
# Labels of articles that train nothing, no person's labels and no teacher's: to see what a coder does there.
UNREAD = DATA / "events" / "labels" / "unread.jsonl"
SIDES = ("actor", "recipient", "place")
# How the ids of texts begin that measure how well places are found: they teach none.
GEO_TEXTS = ("lg-", "tr-")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MarkedReport:
    """One annotated report; spans are characters of the text, or of the title where `in_title`.

    `sure` is 1 where anyone would agree, .4 where a strict coder would leave it out.
    """

    in_title: bool
    sentence: Span
    trigger: Span
    type: str
    mode: str | None
    status: str
    sure: float
    sides: Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article with all its reports.

    `published` is its day as given, `lost` how many reports have words that could not be found in it, `not_learned` the
    sides that it must not teach.
    """

    id: str
    title: str
    text: str
    reports: tuple[MarkedReport, ...]
    published: str | None = None
    lost: int = 0
    not_learned: tuple[str, ...] = ()

    def as_stored(self) -> MarkedArticle:
        """The article as `texts.text` has it: the title before the text, and all spans in the two together."""
        if not self.title:
            return self
        ahead = len(self.title) + 2

        def moved(span: Span, by: int) -> Span:
            return span[0] + by, span[1] + by

        reports = tuple(
            replace(
                report,
                in_title=False,
                sentence=moved(report.sentence, by),
                trigger=moved(report.trigger, by),
                sides={side: moved(span, by) for side, span in report.sides.items()},
            )
            for report in self.reports
            for by in [0 if report.in_title else ahead]
        )
        return replace(self, text=f"{self.title}\n\n{self.text}", reports=reports)


def own_articles() -> list[MarkedArticle]:
    """Our own, file by file."""
    return [
        MarkedArticle(row["id"], row.get("title") or "", row["text"], tuple(map(_with_offsets, row["events"])))
        for path in sorted(FOLDER.glob("*.jsonl"))
        for row in _rows(path)
    ]


def quoted_articles(path: Path) -> list[MarkedArticle]:
    """Those of a file of development data (JSON lines, `.gz` or not), in its order; some may have no labels."""
    return [_quoted(row) for row in _rows(path)]


def labelled_articles(texts: Path, labels: Path = LABELS) -> list[MarkedArticle]:
    """Those of a file of articles (as for `quoted_articles`) that our labels are for, in the order of the labels.

    Raises
    ------
    UserError
        Where a text is another than was labelled, or is not there.
    """
    known = {row["id"]: row for row in _rows(texts)}
    found: list[MarkedArticle] = []
    for row in _rows(labels):
        article = known.get(row["id"], {"text": ""})
        title, text = article.get("title") or "", article["text"]
        if hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[: len(row["sha256"])] != row["sha256"]:
            raise UserError(f"{texts}: {row['id']} is not the article that {labels.name} has labels for")
        found.append(MarkedArticle(row["id"], title, text, tuple(map(_with_offsets, row["events"]))))
    return found


def unread_ids() -> frozenset[str]:
    """The articles of news_unlabelled that train nothing."""
    return frozenset(row["id"] for row in _rows(UNREAD))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _with_offsets(event: Mapping[str, Any]) -> MarkedReport:
    where, start, end = event["at"]
    sides = {side: (span[0], span[1]) for side in SIDES if (span := event.get(f"{side}_at"))}
    trigger = event["trigger_at"]
    return _report(event, where == "title", (start, end), (trigger[0], trigger[1]), sides)


def _report(
    event: Mapping[str, Any], in_title: bool, sentence: Span, trigger: Span, sides: Mapping[str, Span]
) -> MarkedReport:
    return MarkedReport(
        in_title=in_title,
        sentence=sentence,
        trigger=trigger,
        type=event["type"],
        mode=event.get("mode"),
        status=event.get("status") or "happened",
        sure=float(event.get("sure") or 1.0),
        sides=sides,
    )


def _quoted(row: Mapping[str, Any]) -> MarkedArticle:
    title, text = row.get("title") or "", row["text"]
    taken: set[tuple[bool, int, str]] = set()
    reports: list[MarkedReport] = []
    for event in row.get("events", ()):
        quote = event["sentence"]
        in_title = bool(event.get("in_title")) or (quote not in text and quote in title)
        place = _placed(title if in_title else text, event, in_title, taken)
        if place is not None:
            reports.append(place)
    return MarkedArticle(
        row["id"],
        title,
        text,
        tuple(reports),
        published=row.get("date"),
        lost=len(row.get("events", ())) - len(reports),
        not_learned=("place",) if row["id"].startswith(GEO_TEXTS) else (),
    )


def _placed(
    words: str, event: Mapping[str, Any], in_title: bool, taken: set[tuple[bool, int, str]]
) -> MarkedReport | None:
    """A quoted report with its offsets; None where its sentence or its trigger is not to be found."""
    start = words.find(event["sentence"])
    if start < 0:
        return None
    sentence = start, start + len(event["sentence"])
    places = list(_places(words, str(event["trigger"]), sentence))
    free = [span for span in places if (in_title, span[0], event["type"]) not in taken]
    if not places:
        return None
    trigger = (free or places)[0]
    taken.add((in_title, trigger[0], event["type"]))
    sides: dict[str, Span] = {}
    for side in SIDES:
        quote = event.get(side)
        if isinstance(quote, list):
            quote = quote[0] if quote else None
        near = sorted(_places(words, quote, sentence), key=lambda span: abs(span[0] - trigger[0])) if quote else []
        if near:
            sides[side] = near[0]
    return _report(event, in_title, sentence, trigger, sides)


def _places(words: str, quote: str, within: Span) -> Iterator[Span]:
    """Where a quotation stands in a stretch of a text, whole words first."""
    found: list[Span] = []
    at = words.find(quote, *within)
    while at >= 0:
        found.append((at, at + len(quote)))
        at = words.find(quote, at + 1, within[1])
    yield from sorted(found, key=lambda span: (_cuts_word(words, span), span))


def _cuts_word(words: str, span: Span) -> bool:
    start, end = span
    before = start > 0 and words[start - 1].isalnum() and words[start].isalnum()
    after = end < len(words) and words[end].isalnum() and words[end - 1].isalnum()
    return before or after
