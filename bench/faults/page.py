"""The table of faults, as lines on the terminal and as docs/faults.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults.bench import Family, TrialOutcome
from bench.faults.damage import MENDED, NAMED, SILENT, TOLD
from tasks.pages import DOCS, table

PAGE = DOCS / "faults.md"
SOAK = "## A soak"
LISTED = 12


@dataclass(frozen=True, slots=True)
class FaultRow:
    """What came of all trials of one fault."""

    family: Family
    outcomes: tuple[TrialOutcome, ...]
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
        # Where each trial has a place of its own, the places are not listed.
        if len(told) > LISTED:
            parts.append(f"at {len(told)} different places")
        else:
            parts += [f"{name} {count}" for name, count in told.items()]
        parts += [f"{name}: {count}" for name, count in marks.items()]
        parts += [f"{count} not tried: {reason}" for reason, count in skipped.items()]
        return "; ".join(parts)


def text_of(row: FaultRow) -> str:
    """One line for the terminal."""
    return (
        f"{row.family.key}: {row.tried} tried, {row.lost} lost, {row.doubled} doubled, {row.differing} files other, "
        f"{row.wrong} otherwise wrong ({row.note}) in {row.seconds:.0f} s"
    )


INTRODUCTION = """# Faults

What happens to the tables when a run is killed, stopped, starved or given files that change under it. Every row was
really done: `make faults` does it again and writes this page (`make faults QUICK=1`: fewer trials of each).
The oracle is an undisturbed run over the same inputs: all tables and `_meta/partials` must have its bytes, but for
`runs`, `changes` and `rejects`, which tell of the runs themselves (of `rejects` all but the run is compared); counts
reconcile, `dateline verify` finds nothing, and nothing is left running, staged or locked.

*lost*: articles of the undisturbed result that are missing in the end; *doubled*: rows whose key is there again;
*bytes differing*: files with other bytes; *otherwise wrong*: trials in which a run hung, ended in a traceback, left a
process, or refused to go on. All are sums over all trials. Rows with “(command line)” ran the installed command with
its own Prefect server and two workers; the others run the same flow in a forked process without a server.
"""
DAMAGE = """
## Damaged files

One published file is changed or goes; then `dateline verify`, `dateline repair`, and a run over the inputs, which are
still there. *mended*: in the end the undisturbed bytes; *named as lost*: `repair` says what cannot come back;
*without a word*: neither.
"""


def fault_table(rows: Sequence[FaultRow]) -> str:
    """The rows of faults after which nothing may be missing."""
    head = ("fault", "times tried", "lost", "doubled", "bytes differing", "otherwise wrong", "note")
    numbers = [(row.tried, row.lost, row.doubled, row.differing, row.wrong) for row in rows]
    cells = [
        (row.family.title, *(f"{number:,}" for number in found), row.note)
        for row, found in zip(rows, numbers, strict=True)
    ]
    return table(head, cells, right=range(1, 6))


def damage_table(rows: Sequence[FaultRow]) -> str:
    """The rows of faults that take something away: what matters is that it is said, and mended where it can be."""
    heads = (NAMED, MENDED, TOLD, SILENT)
    cells = []
    for row in rows:
        marks = Counter(mark for outcome in row.outcomes for mark in outcome.marks)
        told = Counter(outcome.told for outcome in row.outcomes if outcome.told)
        cells.append((row.family.title, str(row.tried), *(str(marks[head]) for head in heads), told_of(told)))
    return table(("fault", "times tried", *heads, "which"), cells, right=range(1, 2 + len(heads)))


def told_of(counts: Counter[str]) -> str:
    """Counts in words, the order as met."""
    return "; ".join(name if count == 1 else f"{name} ({count})" for name, count in counts.items())


def write_page(rows: Sequence[FaultRow], families: Sequence[Family], page: Path = PAGE) -> None:
    """Write docs/faults.md; rows of families that were not tried now stay, and so does what the soak wrote there."""
    before = page.read_text("utf-8") if page.exists() else ""
    old = _lines_by_title(before)
    lines = [INTRODUCTION]
    for of_damage, heading, draw in ((False, "", fault_table), (True, DAMAGE, damage_table)):
        fresh = draw([row for row in rows if row.family.of_damage == of_damage])
        found = old | _lines_by_title(fresh)
        head = fresh.splitlines()[:2]
        kept = [found[family.title] for family in families if family.of_damage == of_damage and family.title in found]
        if kept:
            lines += [heading, "\n".join((*head, *kept)) + "\n"]
    soak = before[before.index(SOAK) :] if SOAK in before else ""
    page.write_text(
        re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n" + (f"\n{soak}" if soak else ""), "utf-8"
    )


def _lines_by_title(text: str) -> dict[str, str]:
    """Lines of tables by what stands in their first cell."""
    return {line[1:].partition(" | ")[0].strip(): line for line in text.splitlines() if line.startswith("| ")}


def write_soak(section: str) -> None:
    """Write the soak's section anew, at the page's end."""
    before = PAGE.read_text("utf-8") if PAGE.exists() else "# Faults\n"
    head = before[: before.index(SOAK)] if SOAK in before else before
    PAGE.write_text(f"{head.rstrip()}\n\n{SOAK}\n\n{section.strip()}\n", "utf-8")
