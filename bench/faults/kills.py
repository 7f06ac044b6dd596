"""SIGKILL: at random instants in every phase, in the window of publishing, and at operations of the store."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

from bench.faults.bench import Bench, Family, Trial, TrialOutcome, copy_of, draws, judged, rerun, settings_for
from bench.faults.child import Plan, Trigger, changes_store, kill_itself, on, start_run

HIT = ("read", "gate", "annotate", "merge", "publish", "cleaning")
POLL_SECONDS = 0.001


def timings(bench: Bench) -> dict[str, tuple[float, float]]:
    """When an undisturbed run enters each phase, and how long it stays: seconds, the middle of three runs.

    Raises
    ------
    RuntimeError
        A phase was not seen: the harness no longer fits the flow.
    """
    seen: list[dict[str, tuple[float, float]]] = []
    for number in range(3):
        place = bench.folder / "timings" / str(number)
        place.mkdir(parents=True)
        output = copy_of(bench.start(), place)
        child = start_run(settings_for([bench.newer], output), place / "log")
        code = child.wait()
        entered = child.times()
        if code or not {*HIT, "over"} <= entered.keys():
            raise RuntimeError(f"phases of an undisturbed run: {entered}, exit code {code}: {child.said()[-500:]}")
        order = sorted(entered.items(), key=lambda item: item[1])
        seen.append({name: (at, order[i + 1][1] - at) for i, (name, at) in enumerate(order[:-1])})
    return {name: sorted(times[name] for times in seen)[1] for name in seen[0]}


def random_kills(bench: Bench, count: int) -> Sequence[Trial]:
    """Half at an instant of the whole run, half at an instant of a phase, in turn: short phases are hit too."""
    bench.reference()
    times = timings(bench)
    whole = max(at + length for at, length in times.values())
    trials: list[Trial] = []
    for number, draw in enumerate(draws("kill", count)):
        if number % 2:
            trials.append(_kill_in_phase(bench, HIT[number // 2 % len(HIT)], draw, times))
        else:
            trials.append(_kill_at(bench, draw.uniform(0, whole)))
    return trials


def _kill_at(bench: Bench, seconds: float) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        child = start_run(settings_for([bench.newer], output), place / "killed.log")
        time.sleep(seconds)
        child.kill()
        return _after(bench, output, place, child.wait(), child.phase, child.left_running())

    return trial


def _kill_in_phase(bench: Bench, phase: str, draw: random.Random, times: dict[str, tuple[float, float]]) -> Trial:
    delay = draw.uniform(0, times[phase][1])

    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        child = start_run(settings_for([bench.newer], output), place / "killed.log")
        while phase not in child.times() and child.phase != "over" and time.monotonic() - child.started < 60:
            time.sleep(POLL_SECONDS)
        time.sleep(delay)
        child.kill()
        return _after(bench, output, place, child.wait(), child.phase, child.left_running())

    return trial


def publish_kills(bench: Bench, count: int) -> Sequence[Trial]:
    """In the window of publishing: some milliseconds after the journal, or before or after its n-th operation."""
    bench.reference()
    times = timings(bench) if not (bench.folder / "timings").exists() else {"publish": (0.0, 0.3)}
    trials: list[Trial] = []
    for number, draw in enumerate(draws("publish", count)):
        if number % 2:
            trials.append(_kill_after_journal(bench, draw.uniform(0, times["publish"][1])))
        else:
            trials.append(_kill_at_operation(bench, draw.randint(1, 70), draw.random() < 0.5))
    return trials


def _kill_after_journal(bench: Bench, delay: float) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        child = start_run(settings_for([bench.newer], output), place / "killed.log")
        while not (output / "_meta/publish.json").exists() and child.phase != "over":
            time.sleep(POLL_SECONDS)
        time.sleep(delay)
        child.kill()
        return _after(bench, output, place, child.wait(), child.phase, child.left_running())

    return trial


def _kill_at_operation(bench: Bench, nth: int, after: bool) -> Trial:
    """The operations are counted from the journal's own write on."""

    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        plan = Plan()

        def arm() -> None:
            plan.triggers.append(Trigger(changes_store, kill_itself, nth, after))

        plan.triggers.append(Trigger(on("_meta/publish.json", "write", "create_exclusive"), arm))
        child = start_run(settings_for([bench.newer], output), place / "killed.log", plan)
        return _after(bench, output, place, child.wait(), child.phase, child.left_running())

    return trial


def _after(bench: Bench, output: Path, place: Path, code: int, phase: str, left: list[int]) -> TrialOutcome:
    """The next run over the same inputs has to end in the undisturbed result."""
    journal = (output / "_meta/publish.json").exists()
    wrong = ["processes left running after the kill"] if left else []
    if code not in (0, -9):
        wrong.append(f"ended with {code} before the kill")
    wrong += rerun([bench.newer], output, place / "rerun.log")
    told = "after its end" if phase == "over" or code == 0 else phase
    marks = ["journal left, then carried out"] if journal else []
    return judged(output, [bench.reference()], place / "verify.log", wrong, told, marks)


FAMILIES = (
    Family("kill", "SIGKILL of the run's group at a random instant", 200, 50, random_kills),
    Family("publish", "SIGKILL in the window of publishing", 40, 8, publish_kills),
)
