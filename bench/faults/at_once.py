"""Two runs at the same time: on one output, and on outputs of their own in one working folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from bench.faults.bench import (
    Bench,
    Family,
    Trial,
    TrialOutcome,
    copy_of,
    draws,
    ended_well,
    judged,
    rerun,
    settings_for,
)
from bench.faults.child import start_run
from bench.faults.command import start_command
from bench.faults.split_brain import references


def one_output(bench: Bench, count: int) -> Sequence[Trial]:
    """Both over other inputs, started together or shortly after one another."""
    references(bench)
    return [_one_output(bench, draw.choice((0.0, draw.uniform(0, 4)))) for draw in draws("at-once", count)]


def _one_output(bench: Bench, apart: float) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        one = start_run(settings_for([bench.newer], output), place / "one.log")
        time.sleep(apart)
        other = start_run(settings_for([bench.others], output), place / "other.log")
        codes = [one.wait(), other.wait()]
        wrong = [*ended_well(one, codes[0]), *ended_well(other, codes[1])]
        if 0 not in codes:
            wrong.append(f"none of the two published: {one.said()[-100:]} {other.said()[-100:]}")
        for child, code in zip((one, other), codes, strict=True):
            if code and "another run" not in child.said() and "being written by" not in child.said():
                wrong.append(f"refused for something else: {child.said()[-200:]}")
        marks = ["the second was refused" if all(codes[1:]) else "both published one after the other"]
        wrong += rerun([bench.earlier, bench.newer, bench.others], output, place / "rerun.log")
        return judged(output, references(bench), place / "verify.log", wrong, marks=marks)

    return trial


def one_folder(bench: Bench, count: int) -> Sequence[Trial]:
    """Each its own output, both with their state in the same fresh folder."""
    bench.reference()
    return [_one_folder(bench) for _ in range(count)]


def _one_folder(bench: Bench) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        outputs = []
        for name in ("one", "other"):
            (place / name).mkdir()
            outputs.append(copy_of(bench.start(), place / name))
        commands = [start_command([bench.newer], output, output.parent, cwd=place) for output in outputs]
        codes = [command.wait() for command in commands]
        wrong = [
            f"one ended with {code}: {command.said()[-200:]}"
            for command, code in zip(commands, codes, strict=True)
            if code != 0
        ]
        wrong += [f"left running: {line[:80]}" for command in commands for line in command.left_running()]
        first = judged(outputs[0], [bench.reference()], place / "one.verify.log", wrong)
        second = judged(outputs[1], [bench.reference()], place / "other.verify.log", ())
        return first if not first.examined.clean else second

    return trial


FAMILIES = (
    Family("at-once", "Two runs at once on one output", 10, 3, one_output),
    Family("one-folder", "Two runs at once, outputs of their own, one working folder (command line)", 5, 1, one_folder),
)
