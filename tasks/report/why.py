"""Which rules of language decided what a report says: its article is read again and the decisions written down.

Shown are decisions on the words that the report marks (its trigger and its cells), a line a ladder; what a rule
denied shapes no cell and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from spacy.language import Language

from tasks.annotate.events.decision import NOTES
from tasks.annotate.events.encoder.coders import FRAMES
from tasks.annotate.ladders import LADDERS
from tasks.annotate.pipeline import load_pipeline
from tasks.annotate.rules import Trace
from tasks.errors import UserError
from tasks.report.evidence import ReportEvidence
from tasks.report.lexicon import published_texts, traced_docs
from tasks.store.fingerprint import read_fingerprint
from tasks.store.layout import Store

# Settings that are files: the tables keep their digests, not their paths.
FILES = ("actors", "lexicon")
# More decisions of one ladder on one report are cut off.
MOST_DECISIONS = 3
NOT_KEPT = "rules of language are not shown: these tables do not say what they were made with"


def pipeline_of(store: Store, given: Mapping[str, str | None]) -> Language | str:
    """The pipeline that published tables were made with, or why it cannot be had, for people.

    Parameters
    ----------
    given
        The paths of the user's own `actors` and `lexicon`, as given to the run.
    """
    try:
        known = read_fingerprint(store)
    except UserError:
        known = None
    if known is None or "model" not in known.config:
        return NOT_KEPT
    for name in FILES:
        if known.config.get(name) and not given[name]:
            return f"rules of language are not shown: give --{name} the file that the tables were made with"
    try:
        coder = str(known.config.get("coder", FRAMES))
        return load_pipeline(str(known.config["model"]), given["actors"], given["lexicon"], coder)
    except UserError as error:
        return f"rules of language are not shown: {error}"


def rulings(store: Store, nlp: Language, reports: Iterable[ReportEvidence]) -> dict[str, list[str]]:
    """The decisions behind each report as lines, by its id; reports whose text is left out are not there."""
    by_article: dict[str, list[ReportEvidence]] = {}
    for report in reports:
        by_article.setdefault(report.article_id, []).append(report)
    found: dict[str, list[str]] = {}
    for doc, traces in traced_docs(nlp, published_texts(store, list(by_article))):
        for report in by_article[doc._.article.article_id]:
            found[report.event_mention_id] = ruling_lines(report, traces)
    return found


def ruling_lines(report: ReportEvidence, traces: Sequence[Trace]) -> list[str]:
    """One line a ladder, in their order: `status: hypothetical, by “a duty” (attack)`."""
    lines: list[str] = []
    for ladder in LADDERS:
        made = [trace for trace in traces if trace.ladder == ladder.name and trace.verdict not in (None, False, "")]
        parts = list(dict.fromkeys(_parts(report, made)))
        if len(parts) > MOST_DECISIONS:
            parts[MOST_DECISIONS:] = [f"and {len(parts) - MOST_DECISIONS} more"]
        if parts:
            lines.append(f"{ladder.name}: {'; '.join(parts)}")
    scores = [trace for trace in traces if trace.ladder == NOTES]
    lines.extend(f"{NOTES}: {told}" for told in dict.fromkeys(_parts(report, scores)))
    return lines


def _parts(report: ReportEvidence, traces: Iterable[Trace]) -> Iterator[str]:
    """What was decided on the words that a report marks, each with its rule and the word."""
    for trace in traces:
        at = trace.at - report.start
        if any(mark.start <= at < mark.end for mark in report.marks):
            word = report.sentence[at:].split(maxsplit=1)[0].strip(",.;:!?()\"“”'’")
            yield f"{verdict_text(trace.verdict)}by “{trace.rule}” ({word})"


def verdict_text(verdict: object) -> str:
    """A verdict in words with a comma behind it; empty where it is more than a word says."""
    if verdict is True:
        return "yes, "
    return f"{verdict}, " if isinstance(verdict, str | int | float | dt.date) else ""
