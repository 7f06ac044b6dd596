"""Clocks that jump: decades back or forward before a run, and in the middle of one."""

from __future__ import annotations

import datetime as dt
import sys
import time
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.faults.bench import Bench, Family, Trial, TrialOutcome, copy_of, ended_well, judged, rerun, settings_for
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
    def trial(place: Path) -> TrialOutcome:
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
    """Let dateline's own modules read another wall clock; the monotonic one goes on, as it does when a clock is set."""
    real_time = time.time
    shifted = types.SimpleNamespace(**vars(dt))
    shifted.datetime = shifted_datetime(dt.timedelta(seconds=seconds))
    time.time = lambda: real_time() + seconds
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("flows", "tasks"):
            for place in [place for place, value in vars(module).items() if value is dt]:
                setattr(module, place, shifted)


def shifted_datetime(by: dt.timedelta) -> type:
    """`datetime` with another now; whatever else it makes is a plain datetime, and every datetime is one of it."""
    real = dt.datetime

    class Instance(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real)

    class Shifted(dt.datetime, metaclass=Instance):
        def __new__(cls, *given: Any, **named: Any) -> Any:
            return real(*given, **named)

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return real.now(tz) + by

    return Shifted


FAMILIES = (Family("clock", "Clock set back or forward before or during a run, then right again", 20, 4, jumps),)
