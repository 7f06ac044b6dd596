"""A run is stopped (SIGSTOP) in a step of publishing, another takes over and publishes, the first wakes (SIGCONT)."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults.bench import (
    SETTINGS,
    Bench,
    Family,
    Trial,
    TrialOutcome,
    copy_of,
    ended_well,
    judged,
    rerun,
    settings_for,
)
from bench.faults.child import JOURNAL, Matches, Plan, Trigger, on, start_run, stop_itself
from bench.faults.oracle import state_now

GENERATION = "_meta/generation"
STALE_SECONDS = float(SETTINGS["lock_stale_seconds"])


def cleaning(name: str, urls: Sequence[str]) -> bool:
    """Matches what removes something in the folder of staged files."""
    return name in ("delete", "delete_tree", "sweep") and "/.staging" in urls[0]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the first run is stopped: before the n-th operation of a kind, or after it."""

    name: str
    matches: Matches
    nth: int = 1
    after: bool = False
    # Counted from the journal's removal on: what comes before is `recover`, which removes staged files too.
    once_published: bool = False


STEPS = (
    Stop("before the journal's write", on(JOURNAL, "write", "create_exclusive")),
    Stop("before the journal's rename", on(JOURNAL, "rename")),
    Stop("after the journal's write", on(JOURNAL, "write", "create_exclusive"), after=True),
    Stop("before the generation is odd", on(GENERATION)),
    Stop("before the rename of the odd generation", on(GENERATION, "rename")),
    Stop("after the generation is odd", on(GENERATION), after=True),
    Stop("before move 1", on("", "move")),
    Stop("before move 8", on("", "move"), 8),
    Stop("before move 30", on("", "move"), 30),
    Stop("before the generation is even", on(GENERATION), 2),
    Stop("before the rename of the even generation", on(GENERATION, "rename"), 2),
    Stop("before the journal's removal", on(JOURNAL, "delete", "replace_if")),
    Stop("after the journal's removal", on(JOURNAL, "delete", "replace_if"), after=True),
    Stop("before the staging folder goes", cleaning, 1, once_published=True),
    Stop("before what is staged is swept", cleaning, 2, once_published=True),
    Stop("before the shards go", cleaning, 3, once_published=True),
    # Between two steps, where the other one can take over.
    Stop("between steps: before the journal", on("", "hold"), 1),
    Stop("between steps: before the generation is odd", on("", "hold"), 2),
    Stop("between steps: before move 1", on("", "hold"), 3),
    Stop("between steps: before move 8", on("", "hold"), 10),
    Stop("between steps: before move 30", on("", "hold"), 32),
    Stop("between steps: before the staging folder goes", on("", "hold"), 1, once_published=True),
    Stop("between steps: before the shards go", on("", "hold"), 2, once_published=True),
)
# What the other is told while the first is stopped inside a step: it stays out, and nothing is lost by that.
KEPT_OUT = "was stopped in the middle of a step"
# What the other run does meanwhile: it publishes to its end; or it is stopped in the middle, and goes on after the
# first one has woken and ended; or two of them come.
MEANWHILE = (
    "another publishes",
    "another is stopped before its move 8",
    "another is stopped before its move 30",
    "another is still staging",
    "two others publish",
)


def schedules(bench: Bench, count: int) -> Sequence[Trial]:
    """Every step with each of what may happen meanwhile, in turn; `count` of them, spread evenly."""
    references(bench)
    bench.state("other alone", [[bench.earlier], [bench.others]])
    pairs = [(step, meanwhile) for meanwhile in MEANWHILE for step in STEPS]
    every = [pairs[number * len(pairs) // count % len(pairs)] for number in range(count)]
    return [_schedule(bench, step, meanwhile) for step, meanwhile in every]


def references(bench: Bench) -> list[Path]:
    """Both orders in which the two inputs may have come in, and both at once."""
    first, second = [bench.newer], [bench.others]
    orders = {
        "first, other": [[bench.earlier], first, second],
        "other, first": [[bench.earlier], second, first],
    }
    return [bench.state(name, batches) for name, batches in orders.items()]


def _schedule(bench: Bench, step: Stop, meanwhile: str) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        told = f"{step.name}, {meanwhile}"
        first = start_run(settings_for([bench.newer], output), place / "first.log", _stopping(step))
        if not first.stopped_or_ended():
            code = first.wait()
            wrong = [f"the step was not met, the run ended with {code}: {first.said()[-200:]}"]
            return judged(output, [bench.reference()], place / "verify.log", wrong, told)
        time.sleep(STALE_SECONDS + 0.3)
        if meanwhile == MEANWHILE[4]:
            wrong = rerun([bench.others], output, place / "between.log")
            wrong = [f"taking over: {line}" for line in wrong if KEPT_OUT not in line]
            inputs = [bench.earlier, bench.others]
        else:
            wrong, inputs = [], [bench.others]
        plan = Plan()
        if meanwhile in MEANWHILE[1:3]:
            moves = _moves_to_recover(output) + int(meanwhile.rpartition(" ")[2])
            plan.triggers.append(Trigger(on("", "move"), stop_itself, moves))
        elif meanwhile == MEANWHILE[3]:
            plan.at_step["merge_and_publish"] = stop_itself
        other = start_run(settings_for(inputs, output), place / "other.log", plan)
        halfway = other.stopped_or_ended()
        first.resume()
        wrong += [f"first: {line}" for line in ended_well(first, first.wait())]
        if halfway:
            other.resume()
        code = other.wait()
        wrong += [f"other: {line}" for line in ended_well(other, code)]
        kept_out = bool(code) and KEPT_OUT in other.said()
        if code and not halfway and not kept_out:
            wrong.append(f"other: could not take over ({code}): {other.said()[-200:]}")
        elif not code:
            allowed = [bench.state("other alone", [[bench.earlier], [bench.others]]), *references(bench)]
            wrong += [f"published as done: {line}" for line in state_now(output, allowed, place / "between.log")]
        wrong += rerun([bench.earlier, bench.newer, bench.others], output, place / "rerun.log")
        over = "stopped halfway" if halfway else "took over, and was over before the first woke"
        marks = ["kept out while the first was inside a step" if kept_out else over]
        return judged(output, references(bench), place / "verify.log", wrong, told, marks)

    return trial


def _stopping(step: Stop) -> Plan:
    plan = Plan()
    trigger = Trigger(step.matches, stop_itself, step.nth, step.after)
    if not step.once_published:
        # `recover` of this run has nothing to do: what it writes is no step of publishing.
        trigger.matches = _in_publication(plan, step.matches)
        plan.triggers.append(trigger)
    else:
        plan.triggers.append(
            Trigger(on(JOURNAL, "delete", "replace_if"), lambda: plan.triggers.append(trigger), 1, True)
        )
    return plan


def _in_publication(plan: Plan, matches: Matches) -> Matches:
    """Only once the run merges."""
    merging: list[bool] = []
    plan.at_step["merge_and_publish"] = lambda: merging.append(True)

    def found(name: str, urls: Sequence[str]) -> bool:
        return bool(merging) and matches(name, urls)

    return found


def _moves_to_recover(output: Path) -> int:
    """How many moves of the first run's journal the other one carries out before its own."""
    journal = output / JOURNAL
    if not journal.exists():
        return 0
    return len(json.loads(journal.read_text("utf-8"))["puts"])


FAMILIES = (
    Family(
        "split-brain",
        "SIGSTOP of a run in a step of publishing, SIGCONT after another took over",
        len(STEPS) * len(MEANWHILE),
        8,
        schedules,
    ),
)
