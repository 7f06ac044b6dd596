"""What a run leaves in Prefect's interface."""

from __future__ import annotations

from flows.report import summary_markdown


def test_the_artifact_lists_counts_and_tables() -> None:
    page = summary_markdown("out", {"run": {"n_inputs": 1200, "n_new": 1, "seconds": 2.4}, "tables": {"events": 3000}})
    assert "| inputs | 1,200 |" in page
    assert "| `events` | 3,000 |" in page
    assert "`out`, 2 s" in page
    assert "seconds |" not in page
