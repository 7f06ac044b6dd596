"""For: tasks.verify.runs. Every way to break the counts of a run is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import NOON, Broken, Miscounted, assert_found, findings_of, never_broken

from tasks.verify.runs import RULES, check_runs

FAILED = {
    "status": "failed",
    "message": "the disk is full",
    "inputs_sha256": None,
    "words_per_second": 0.0,
} | dict.fromkeys(("n_inputs", "n_new", "n_unchanged", "n_superseded", "n_rejects", "n_duplicates"), 0)

# How to break one rule of a row: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("a run that ends before it starts", lambda c: c["runs"][0].update(ended_at=NOON - dt.timedelta(seconds=1)), "runs",
     "a run that ended"),
    ("a failed run that counts records", lambda c: c["runs"][0].update(FAILED | {"n_inputs": 1, "n_new": 1}), "runs",
     "a failed run that counts records"),
    ("a failed run that does not say why", lambda c: c["runs"][0].update(FAILED | {"message": None}), "runs",
     "only a failed run says why"),
    ("a run that did not fail and says why", lambda c: c["runs"][0].update(message="the disk is full"), "runs",
     "only a failed run says why"),
    ("a failed run that read inputs", lambda c: c["runs"][0].update(FAILED | {"inputs_sha256": "1" * 64}), "runs",
     "only a failed run has read no inputs"),
    ("a failed run that annotated", lambda c: c["runs"][0].update(FAILED | {"words_per_second": 50.0}), "runs",
     "a failed run that annotated words"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a run that counts other rows", lambda c: c["runs"][0].update(n_events=3), "runs", "the latest run counts"),
    ("a run that is missing", lambda c: c["runs"][0].update(number=2), "runs", "numbers do not count"),
    ("a run that is there twice", lambda c: c["runs"].append(c["runs"][0] | {"run_id": "r2"}), "runs",
     "numbers do not count"),
]  # fmt: skip

# What is wrong in counts and copied values: (name, how to break the case, the findings it must give).
COUNT_BREAKS: list[Miscounted] = [
    ("inputs that do not add up", lambda c: c["runs"][0].update(n_new=2), {("runs", "runs")}),
]  # fmt: skip


@pytest.mark.parametrize("broken", [*RULE_BREAKS, *BREAKS], ids=lambda broken: broken[0])
def test_cells_that_contradict_each_other_are_found(output: Path, broken: Broken) -> None:
    assert_found(output, check_runs, broken)


@pytest.mark.parametrize("broken", COUNT_BREAKS, ids=lambda broken: broken[0])
def test_a_broken_count_or_date_is_found(output: Path, broken: Miscounted) -> None:
    _, break_it, expected = broken
    assert findings_of(output, break_it, expected) == expected


def test_a_failed_run_is_no_fault(output: Path) -> None:
    assert (
        findings_of(output, lambda c: c["runs"].append(c["runs"][0] | FAILED | {"run_id": "r2", "number": 2}), set())
        == set()
    )


def test_every_rule_was_seen_to_fail() -> None:
    assert never_broken(RULES, RULE_BREAKS) == []
