"""What all families of faults share: start states, undisturbed results, trials, and what came of them."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.faults.child import FAILED, HUNG, Child, start_run
from bench.faults.corpus import OTHERS, write_earlier, write_newer
from bench.faults.oracle import Examined, examine, last_line

# Shards of two or three articles, so that a run has several and a rerun finds some done.
SETTINGS: dict[str, Any] = {
    "workers": 1,
    "runner": "inline",
    "settle_seconds": 0,
    "records_per_shard": 5,
    "words_per_shard": 250,
    "lock_stale_seconds": 2.0,
}
LONG_AGO = 1_700_000_000


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What came of one trial: how the final output differs, and what a reader of the table may want to know.

    `told` says where the fault hit, such as the phase of the run; outcomes are counted by it. `marks` are counted too:
    what else was seen, by name.
    """

    examined: Examined
    told: str = ""
    marks: tuple[str, ...] = ()
    skipped: str | None = None


Trial = Callable[[Path], TrialOutcome]


@dataclass(frozen=True, slots=True)
class Family:
    """A row of the table: a fault, how often it is tried, and what makes the trials.

    `make` gives so many trials as it is asked for, the same ones each time.
    """

    key: str
    title: str
    full: int
    quick: int
    make: Callable[[Bench, int], Sequence[Trial]]
    note: str = ""
    # Counted by mark instead of lost and doubled: what `verify` and `repair` are for.
    of_damage: bool = False


@dataclass(slots=True)
class Bench:
    """The folder of one session: inputs, start states and undisturbed results, each made once."""

    folder: Path
    made: dict[str, Path] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def earlier(self) -> Path:
        """Inputs published before any fault."""
        return self._input("earlier", write_earlier)

    @property
    def newer(self) -> Path:
        """Inputs of the run that is disturbed."""
        return self._input("newer", write_newer)

    @property
    def others(self) -> Path:
        """Inputs of another run that comes in between."""
        return self._input("others", lambda folder: write_newer(folder, OTHERS))

    def prepare(self) -> None:
        """Make what every family needs, before trials run side by side."""
        self.start()
        for inputs in (self.newer, self.others):
            assert inputs.is_dir()

    def start(self) -> Path:
        """The output before the fault."""
        return self.state("start", [[self.earlier]])

    def reference(self) -> Path:
        """The output that an undisturbed run over the newer inputs gives."""
        return self.state("undisturbed", [[self.earlier], [self.newer]])

    def state(self, name: str, batches: Sequence[Sequence[Path]], **settings: object) -> Path:
        """The output of undisturbed runs, one over each batch of inputs.

        Raises
        ------
        RuntimeError
            One of them failed: without any fault there is nothing to compare with.
        """
        if name not in self.made:
            output = self.folder / "states" / name
            output.parent.mkdir(parents=True, exist_ok=True)
            before = [key for key, value in self.made.items() if key == "start"] if len(batches) > 1 else []
            if before and list(batches[0]) == [self.earlier] and not settings:
                shutil.copytree(self.made["start"], output)
                batches = batches[1:]
            for batch in batches:
                child = start_run(settings_for(batch, output, **settings), output.with_suffix(".log"))
                code = child.wait()
                if code:
                    raise RuntimeError(f"an undisturbed run failed ({code}): {last_line(child.said())}")
            self.made[name] = output
            found = examine(output, [output], output.with_suffix(".verify.log"))
            if not found.clean:
                raise RuntimeError(f"an undisturbed run gives flawed tables: {found.faults}")
        return self.made[name]

    def _input(self, name: str, write: Callable[[Path], Path]) -> Path:
        folder = self.folder / "inputs" / name
        if not folder.exists():
            write(folder)
            settle(folder)
        return folder


def settle(*places: Path) -> None:
    """Let files look as if nobody had written to them for long: a run may wait for those that look unfinished."""
    for place in places:
        for path in [place, *place.rglob("*")]:
            if path.is_file():
                os.utime(path, (LONG_AGO, LONG_AGO))


def settings_for(inputs: Sequence[Path], output: Path, **settings: object) -> dict[str, Any]:
    """The settings of a run in a child."""
    place = output.parent / "state"
    return SETTINGS | {"inputs": tuple(map(str, inputs)), "output": str(output), "state": str(place)} | settings


def copy_of(state: Path, place: Path) -> Path:
    """A copy of an output to do harm to."""
    output = place / "output"
    shutil.copytree(state, output)
    return output


def rerun(inputs: Sequence[Path], output: Path, log: Path, **settings: object) -> list[str]:
    """Run once more, undisturbed; what was wrong with it, nothing if it was all right."""
    child = start_run(settings_for(inputs, output, **settings), log)
    code = child.wait()
    wrong = [f"{len(child.left_running())} processes left running"] if child.left_running() else []
    if code == HUNG:
        return ["the next run did not end", *wrong]
    return [f"the next run failed ({code}): {last_line(child.said())}", *wrong] if code else wrong


def judged(
    output: Path, references: Sequence[Path], log: Path, wrong: Sequence[str], told: str = "", marks: Sequence[str] = ()
) -> TrialOutcome:
    """The outcome of a trial: the output as it is now, and what went wrong before."""
    found = examine(output, list(references), log)
    faults = (*wrong, *found.faults)
    return TrialOutcome(Examined(found.lost, found.doubled, found.differing, faults), told, tuple(marks))


def ended_well(child: Child, code: int, expected: Sequence[int] = (0, FAILED)) -> list[str]:
    """What is wrong with the end of a disturbed run: it hung, or ended with a traceback, or left processes."""
    wrong = []
    if code == HUNG:
        wrong.append("the disturbed run did not end")
    elif code not in expected:
        wrong.append(f"the disturbed run ended with {code}: {last_line(child.said())}")
    elif "Traceback (most recent call last)" in child.said():
        wrong.append(f"traceback: {last_line(child.said())}")
    if code != HUNG and child.left_running():
        wrong.append("processes left running")
    return wrong


def draws(key: str, count: int) -> list[random.Random]:
    """One source of chance a trial: the same trials each time."""
    return [random.Random(f"{key} {number}") for number in range(count)]
