"""Clocks that jump: decades back or forward before a run, and in the middle of one."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.faults.bench import Bench, Family, Outcome, Trial, copy_of, ended_well, judged, rerun, settings_for
from bench.faults.child import Plan, start_run

YEAR = 365.25 * 86_400
SHIFTS = (
    ("30 years back", -30 * YEAR),
    ("a day back", -86_400.0),
    ("a minute back", -60.0),
    ("a day forward", 86_400.0),
    ("30 years forward", 30 * YEAR),
)
STEPS = ("from the start", "ingest", "annotate", "merge_and_publish")


def jumps(bench: Bench, count: int) -> Sequence[Trial]:
    """Each shift from the start of a run, then in the middle of one."""
    bench.reference()
    pairs = [(name, shift, step) for step in STEPS for name, shift in SHIFTS]
    return [_jump(bench, *pairs[number % len(pairs)]) for number in range(count)]


def _jump(bench: Bench, name: str, shift: float, step: str) -> Trial:
    def trial(place: Path) -> Outcome:
        output = copy_of(bench.start(), place)
        plan = Plan()
        if step == STEPS[0]:
            plan.before = lambda: shift_clock(shift)
        else:
            plan.at_step[step] = lambda: shift_clock(shift)
        child = start_run(settings_for([bench.newer], output), place / "disturbed.log", plan)
        wrong = ended_well(child, child.wait(), (0,))
        # Then the clock is right again, which is another jump.
        wrong += rerun([bench.newer], output, place / "rerun.log")
        return judged(output, [bench.reference()], place / "verify.log", wrong, name)

    return trial


def shift_clock(seconds: float) -> None:
    """Let this process read another wall clock; the monotonic one goes on, as it does when a clock is set."""
    real_time, real = time.time, datetime.datetime
    by = datetime.timedelta(seconds=seconds)

    class Instance(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real)

    class Shifted(real, metaclass=Instance):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return real.now(tz) + by

        @classmethod
        def utcnow(cls) -> Any:
            return real.now(datetime.UTC).replace(tzinfo=None) + by

    time.time = lambda: real_time() + seconds
    datetime.datetime = Shifted  # type: ignore[misc]


FAMILIES = (Family("clock", "Clock set back or forward before or during a run, then right again", 20, 4, jumps),)
