"""For: tasks.report.evidence, tasks.report.export. From an event back to the words that report it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.contract.vocabulary import ARGUMENT_ROLES
from tasks.report.evidence import ROLE_ORDER, EventEvidence, Mark, disjoint, event_evidence
from tasks.report.export import export_tables
from tasks.store.layout import open_store


@pytest.fixture(scope="module")
def found(seed_output: Path) -> list[EventEvidence]:
    ids = pl.read_parquet(f"{seed_output}/events/**/*.parquet")["event_id"].to_list()
    return event_evidence(open_store(str(seed_output)), ids)


def test_every_event_has_its_reports_and_every_mark_its_words(seed_output: Path, found: list[EventEvidence]) -> None:
    mentions = pl.read_parquet(f"{seed_output}/event_mentions/**/*.parquet")
    args = pl.read_parquet(f"{seed_output}/event_args/**/*.parquet")
    words = {(row["event_mention_id"], row["role"], row["text"]) for row in args.iter_rows(named=True)}
    assert sum(len(event.reports) for event in found) == mentions.height
    for event in found:
        assert event.event["n_mentions"] == len(event.reports)
        for report in event.reports:
            assert report.rule
            assert [mark.role for mark in report.marks].count("trigger") == 1
            for mark in report.marks:
                said = report.sentence[mark.start : mark.end]
                assert said
                assert mark.role == "trigger" or (report.event_mention_id, mark.role, said) in words
            for cell in report.elsewhere:
                assert (report.event_mention_id, cell.role, cell.text) in words


def test_first_report_opens_the_event_and_names_are_known(found: list[EventEvidence]) -> None:
    assert all("first report" in {report.rule for report in event.reports} for event in found)
    summit = max(found, key=lambda event: len(event.reports))
    assert {"Kim Jong-un", "Vladimir Putin"} <= {summit.names[one] for one in summit.event["actor_ids"]}


def test_a_copy_without_words_gives_cells_without_sentences(
    seed_output: Path, tmp_path: Path, found: list[EventEvidence]
) -> None:
    export_tables(str(seed_output), str(tmp_path / "copy"), with_text=False)
    copy = event_evidence(open_store(str(tmp_path / "copy")), [event.event["event_id"] for event in found])
    assert [event.event for event in copy] == [event.event for event in found]
    for event, whole in zip(copy, found, strict=True):
        for report, told in zip(event.reports, whole.reports, strict=True):
            assert (report.sentence, report.marks, report.title) == ("", (), None)
            assert len(report.elsewhere) >= len(told.elsewhere)
            assert report.coder == told.coder


def test_unknown_ids_are_left_out(seed_output: Path) -> None:
    assert event_evidence(open_store(str(seed_output)), ["0" * 16]) == []


def test_every_role_of_the_contract_can_be_marked() -> None:
    assert set(ROLE_ORDER) == {"trigger", *ARGUMENT_ROLES}


marks = st.builds(
    lambda start, length, role: Mark(start, start + length, role, None),
    st.integers(0, 60),
    st.integers(1, 20),
    st.sampled_from(ROLE_ORDER),
)


@given(st.lists(marks, max_size=12))
def test_marks_never_overlap_and_none_is_lost_without_cause(given_marks: list[Mark]) -> None:
    kept = disjoint(given_marks)
    assert all(one.end <= other.start for one, other in pairwise(kept))
    assert set(kept) <= set(given_marks)
    for mark in set(given_marks) - set(kept):
        assert any(mark.start < other.end and other.start < mark.end for other in kept)
