"""The table of faults, as lines on the terminal and as docs/faults.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.faults.bench import Family, Outcome
from tasks.pages import DOCS

PAGE = DOCS / "faults.md"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of all trials of one fault."""

    family: Family
    outcomes: tuple[Outcome, ...]
    seconds: float

    @property
    def tried(self) -> int:
        """Trials made; those that this machine does not allow are not counted."""
        return sum(outcome.skipped is None for outcome in self.outcomes)

    @property
    def lost(self) -> int:
        """Articles missing in the end, over all trials."""
        return sum(outcome.examined.lost for outcome in self.outcomes)

    @property
    def doubled(self) -> int:
        """Rows that are there again, over all trials."""
        return sum(outcome.examined.doubled for outcome in self.outcomes)

    @property
    def differing(self) -> int:
        """Files with other bytes, over all trials."""
        return sum(len(outcome.examined.differing) for outcome in self.outcomes)

    @property
    def wrong(self) -> int:
        """Trials in which anything else was wrong."""
        return sum(bool(outcome.examined.faults) for outcome in self.outcomes)

    @property
    def clean(self) -> bool:
        """Whether nothing was wrong in any trial."""
        return all(outcome.examined.clean for outcome in self.outcomes)

    @property
    def note(self) -> str:
        """Where the fault hit, how often, and what else was seen."""
        told = Counter(outcome.told for outcome in self.outcomes if outcome.told)
        marks = Counter(mark for outcome in self.outcomes for mark in outcome.marks)
        skipped = Counter(outcome.skipped for outcome in self.outcomes if outcome.skipped)
        parts = [self.family.note] if self.family.note else []
        parts += [f"{name} {count}" for name, count in told.items()]
        parts += [f"{name}: {count}" for name, count in marks.items()]
        parts += [f"{count} not tried: {reason}" for reason, count in skipped.items()]
        return "; ".join(parts)


def text_of(row: Row) -> str:
    """One line for the terminal."""
    return (
        f"{row.family.key}: {row.tried} tried, {row.lost} lost, {row.doubled} doubled, {row.differing} files other, "
        f"{row.wrong} otherwise wrong ({row.note}) in {row.seconds:.0f} s"
    )


def write_page(rows: Sequence[Row]) -> None:
    """Write docs/faults.md."""
    PAGE.write_text("\n".join(text_of(row) for row in rows) + "\n", "utf-8")
