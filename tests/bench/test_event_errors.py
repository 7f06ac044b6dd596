"""The page of errors, on articles of our own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from spacy.language import Language

from bench.event_errors import MISS_CAUSES, PAGE, count_documents, count_pairs, miss_cause, page
from tasks.annotate.events.encoder.coders import SMALL_FILE
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.training.encoder.articles import MarkedArticle, MarkedReport
from tasks.annotate.training.encoder.calibrate import annotated, reading_pipeline
from tasks.annotate.training.encoder.measure import SURE

TEXT = (
    "Soldiers arrested two reporters in Bamako on Monday. The weather in the north of the country was mild. "
    "The minister bamboozled the union. Police shot a demonstrator on Tuesday."
)


def report(
    sentence: str, trigger: str, event_type: str, status: str = "happened", sure: float = 1.0, **sides: str
) -> MarkedReport:
    start, at = TEXT.index(sentence), TEXT.index(trigger)
    spans = {side: (TEXT.index(words), TEXT.index(words) + len(words)) for side, words in sides.items()}
    return MarkedReport(
        False, (start, start + len(sentence)), (at, at + len(trigger)), event_type, None, status, sure, spans
    )


@pytest.fixture(scope="module")
def reader() -> Language:
    return reading_pipeline(SMALL_FILE)


def test_right_missed_and_false_are_told_with_their_causes(reader: Language) -> None:
    first, second, third, _ = (f"{sentence}." for sentence in TEXT.removesuffix(".").split(". "))
    reports = (
        report(first, "arrested", "COERCE", "planned", actor="Soldiers", recipient="Monday"),
        report(second, "mild", "AID"),
        report(third, "bamboozled", "REJECT"),
        report(third, "union", "AGREE", sure=SURE - 0.3),
    )
    [item] = annotated(reader, [MarkedArticle("a1", "", TEXT, reports)])
    errors = count_documents([item], load_lexicon())
    assert dict(errors.right) == {"COERCE": 1}
    assert sorted(kind for kind, _ in errors.misses.elements()) == ["AID", "REJECT"]
    assert {cause for _, cause in errors.misses} <= set(MISS_CAUSES)
    assert dict(errors.false) == {("ASSAULT", "both"): 1}
    assert dict(errors.sides) == {("actor", "right"): 1, ("recipient", "other"): 1}
    assert dict(errors.statuses) == {("planned", "happened"): 1}


def test_a_miss_has_the_cause_of_how_far_its_sentence_came() -> None:
    [missed] = [report(TEXT.split(". ")[2] + ".", "bamboozled", "REJECT")]
    at = TEXT.index("bamboozled")

    class Text(SimpleNamespace):
        def __getitem__(self, token: int) -> Any:
            return SimpleNamespace(idx=self.read[token])

    def of(*read: int) -> Any:
        return Text(read=read, _=SimpleNamespace(reading=SimpleNamespace(tokens=np.arange(len(read)))))

    def proposal(type_: str) -> Any:
        return SimpleNamespace(type=type_, head=SimpleNamespace(idx=at))

    event: Any = SimpleNamespace(start=at)
    assert miss_cause(of(at), missed, [event], []) == "other type"
    assert miss_cause(of(at), missed, [], [proposal("AID"), proposal("REJECT")]) == "unsure"
    assert miss_cause(of(at), missed, [], [proposal("AID")]) == "unsure of type"
    assert miss_cause(of(at), missed, [], []) == "unseen"
    assert miss_cause(of(0), missed, [], []) == "gate"


def test_pairs_are_confused_with_what_was_coded() -> None:
    pair = {"source_text": "Soldiers", "target_text": "two reporters", "type": "ASSAULT"}
    errors = count_pairs([{"text": "Soldiers arrested two reporters in Bamako.", "events": [pair]}])
    assert dict(errors.confusions) == {("ASSAULT", "COERCE"): 1}


def test_the_page_in_the_repository_has_the_form_of_today() -> None:
    fresh = page(count_documents([], load_lexicon()), count_pairs([]))
    headings = [line.split(" (")[0] for line in fresh.splitlines() if line.startswith("#")]
    kept = [line.split(" (")[0] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("#")]
    assert kept == headings
