"""Input files that vanish, grow, are cut or replaced between being found and being read, and come back."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.faults.bench import (
    Bench,
    Family,
    Trial,
    TrialOutcome,
    copy_of,
    ended_well,
    judged,
    rerun,
    settings_for,
    settle,
)
from bench.faults.child import Plan, start_run
from bench.faults.corpus import jsonl, write_newer
from bench.generated_news import articles

REPLACEMENT = 300
Change = Callable[[Path], None]


def vanish(file: Path) -> None:
    """As when a share drops out."""
    file.unlink()


def become_folder(file: Path) -> None:
    """As a mount point without its mount."""
    file.unlink()
    file.mkdir()


def become_pipe(file: Path) -> None:
    """Reading it would wait for ever."""
    file.unlink()
    os.mkfifo(file)


def grow(file: Path) -> None:
    """Another record is appended; packed files get another member."""
    with file.open("ab") as sink:
        sink.write(_more(file))


def _more(file: Path) -> bytes:
    more = jsonl(articles(REPLACEMENT + 50, 1))
    return gzip.compress(more, mtime=0) if file.suffix == ".gz" else more


def cut(file: Path) -> None:
    """Half of it is there."""
    os.truncate(file, file.stat().st_size // 2)


def replace(file: Path) -> None:
    """Other articles are under its name."""
    file.write_bytes(jsonl(articles(REPLACEMENT, 2)))


CHANGES: tuple[tuple[str, Change], ...] = (
    ("gone", vanish),
    ("a folder", become_folder),
    ("a pipe", become_pipe),
    ("grown", grow),
    ("cut", cut),
    ("replaced", replace),
)
FILES = ("wire100.jsonl", "packed100.jsonl.gz", "table100.csv", "note110.txt")


def changed_inputs(bench: Bench, count: int) -> Sequence[Trial]:
    """Each change on each kind of file; whatever a run made of it, the file is then there as it was."""
    pairs = [(name, change, file) for file in FILES for name, change in CHANGES if _fits(name, file)]
    trials = []
    for number in range(count):
        name, change, file = pairs[number % len(pairs)]
        _undisturbed(bench, name, change, file)
        trials.append(_trial(bench, name, change, file))
    return trials


def _fits(name: str, file: str) -> bool:
    return name not in ("grown", "replaced") or file in ("wire100.jsonl", "packed100.jsonl.gz")


def _undisturbed(bench: Bench, name: str, change: Change, file: str) -> list[Path]:
    """What undisturbed runs give: over the file as it was alone, and over the changed file first."""
    found = [bench.reference()]
    if name in ("grown", "cut", "replaced"):
        changed = bench.folder / "inputs" / f"{name}-{file}" / "newer"
        if not changed.exists():
            write_newer(changed)
            change(changed / file)
            settle(changed)
        found.append(bench.state(f"{name}-{file}", [[bench.earlier], [changed], [bench.newer]]))
    return found


def _trial(bench: Bench, name: str, change: Change, file: str) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        output, inputs = copy_of(bench.start(), place), place / "newer"
        write_newer(inputs)
        settle(inputs)
        plan = Plan(at_step={"ingest": lambda: change(inputs / file)})
        child = start_run(settings_for([inputs], output), place / "disturbed.log", plan)
        wrong = ended_well(child, child.wait())
        for path in (inputs / file,):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        write_newer(inputs)
        settle(inputs)
        wrong += rerun([inputs], output, place / "rerun.log")
        return judged(output, _undisturbed(bench, name, change, file), place / "verify.log", wrong, name)

    return trial


FAMILIES = (
    Family(
        "inputs",
        "Input file gone, no file, grown, cut or replaced between being found and being read, then back",
        20,
        6,
        changed_inputs,
    ),
)
