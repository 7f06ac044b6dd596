"""For: bench.faults.page. The page of faults, written in one go or family by family."""

from __future__ import annotations

from pathlib import Path

from bench.faults.bench import Family, TrialOutcome
from bench.faults.oracle import Examined
from bench.faults.page import FaultRow, write_page

FAMILIES = [
    Family("kill", "A kill", 2, 1, lambda bench, times: []),
    Family("disk", "A full disk | at the output", 2, 1, lambda bench, times: []),
    Family("flip", "A bit flipped", 2, 1, lambda bench, times: [], of_damage=True),
]


def rows(*lost: int) -> list[FaultRow]:
    return [
        FaultRow(family, (TrialOutcome(Examined(lost=number), told="reading"),), 1.0)
        for family, number in zip(FAMILIES, lost, strict=False)
    ]


def test_families_that_are_tried_later_change_their_own_rows_only(tmp_path: Path) -> None:
    page, whole = tmp_path / "page.md", tmp_path / "whole.md"
    write_page(rows(3, 2, 0), FAMILIES, page)
    assert "| A kill | 1 | 3 |" in page.read_text("utf-8")
    page.write_text(page.read_text("utf-8") + "\n## A soak\n\nTwo runs.\n", "utf-8")
    write_page(rows(0)[:1], FAMILIES, page)
    write_page(rows(0, 0)[1:], FAMILIES, page)
    write_page(rows(0, 0, 0), FAMILIES, whole)
    assert page.read_text("utf-8") == whole.read_text("utf-8") + "\n## A soak\n\nTwo runs.\n"
