"""For: flows.artifact. What a run leaves in Prefect's interface."""

from __future__ import annotations

from flows.artifact import note_lines, summary_markdown


def test_notes_are_told_with_the_number_of_articles() -> None:
    notes = {"a feed entry with a summary only": 1200, "published_at refused (meta): before 1900": 1}
    summary = {"run": {"n_inputs": 1201, "seconds": 2.4}, "tables": {"events": 0}, "notes": notes}
    assert note_lines(summary) == [
        "1,200 articles: a feed entry with a summary only",
        "1 article: published_at refused (meta): before 1900",
    ]
    assert "- 1 article: published_at refused" in summary_markdown("out", summary)


def test_why_records_were_refused_is_told() -> None:
    assert note_lines({"rejects": {"language_not_configured": 2, "binary": 1}}) == [
        "3 records in the table rejects: 2 language not configured, 1 binary"
    ]
    assert note_lines({"rejects": {"empty": 1}}) == ["1 record in the table rejects: 1 empty"]
    assert note_lines({"rejects": {}}) == []


def test_articles_that_could_not_be_annotated_are_told_first() -> None:
    assert note_lines({"not_annotated": {"failed": 2, "out_of_memory": 1}, "rejects": {"failed": 2}})[0] == (
        "3 articles could not be annotated: 2 failed, 1 out of memory; they are tried again by the next run"
    )
    assert note_lines({"not_annotated": {"timeout": 1}}) == [
        "1 article could not be annotated: 1 timeout; it is tried again by the next run"
    ]


def test_the_artifact_lists_counts_and_tables() -> None:
    page = summary_markdown("out", {"run": {"n_inputs": 1200, "n_new": 1, "seconds": 2.4}, "tables": {"events": 3000}})
    assert "| inputs | 1,200 |" in page
    assert "| `events` | 3,000 |" in page
    assert "`out`, 2 s" in page
    assert "seconds |" not in page
