"""bench.hostile: inputs made to cost are bounded in time and memory, and each of their records is accounted for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from spacy.language import Language

from bench.hostile import CaseOutcome, page, run_case
from bench.hostile_cases import Case, cases

CASES = cases()
# Small and quick ones of every family, and those that a reader must see through before it does any work.
SAMPLE = (
    "clitics, 1,500", "commas, 20,000", "emoji, 20,000", "owners, 1,500", "large numbers, 1,500", "open quotes, 1,500",
    "empty lines, 20,000", "nested objects", "huge integer", "quotes", "nested divs", "attributes",
    "namespaces", "entity bomb", "zip: nested", "zip: bomb before an article", "gz: packed again", "length past int64",
    "footer length", "NaN",
)  # fmt: skip
FINE = CaseOutcome("x", "marks", 10, 1.0, 1000, 3, 2, {"no_text": 1})


def test_there_are_four_hundred_of_them_over_all_formats() -> None:
    assert len(CASES) >= 400
    assert len({(case.family, case.name) for case in CASES}) == len(CASES)
    assert {case.file.rpartition(".")[2] for case in CASES} >= {
        "txt", "jsonl", "csv", "html", "xml", "zip", "tar", "gz", "bz2", "xz", "warc", "parquet",
    }  # fmt: skip


def test_they_are_the_same_every_time() -> None:
    assert cases() == CASES


@pytest.mark.parametrize("name", SAMPLE)
def test_a_hostile_input_is_within_its_bounds(nlp: Language, name: str) -> None:
    for case in (case for case in CASES if case.name == name):
        outcome = run_case(nlp, case)
        assert outcome.is_within, outcome
        assert outcome.records


@pytest.mark.slow
@pytest.mark.parametrize("family", list(dict.fromkeys(case.family for case in CASES)))
def test_every_hostile_input_is_within_its_bounds(nlp: Language, family: str) -> None:
    outcomes = [run_case(nlp, case) for case in CASES if case.family == family]
    assert not [outcome for outcome in outcomes if not outcome.is_within]


def test_a_crash_a_loss_and_a_cost_are_not_within() -> None:
    assert FINE.is_within
    assert not replace(FINE, error="MemoryError").is_within
    assert not replace(FINE, records=4).is_within
    assert not replace(FINE, seconds=31.0).is_within
    assert not replace(FINE, peak=2 * 10**9).is_within


def test_a_child_that_dies_or_raises_is_told(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("bench.hostile.doc_rows", broken)
    outcome = run_case(nlp, Case("marks", "x", "a.txt", b"Police arrested two men in Lyon on Monday."))
    assert outcome.error == "RecursionError: too deep"


def test_the_page_names_what_is_not_within() -> None:
    told = page([FINE, replace(FINE, case="bad", rejects={}, records=2, seconds=99.0)])
    assert "Not within: **1**" in told
    assert "| marks: bad | 0 | 99.0 |" in told
    assert "| marks | 2 | 4 | no_text 1 | 99.0 | 0 |" in told
    assert dict(Counter(told.split()))["##"] == 2
