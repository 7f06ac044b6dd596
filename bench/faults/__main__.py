"""Do to a run whatever can happen to it, and count what is lost: writes docs/faults.md.

    python -m bench.faults [--only NAME…] [--times N] [--quick] [--lanes N] [--write]

Exit code 1 where anything was lost, doubled, different or otherwise wrong. Linux only; some faults need root (a full
or read-only file system) and are left out with a note where there is none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.faults import at_once, clocks, command, damage, disk, inputs, kills, split_brain
from bench.faults.bench import Bench, Family, Trial, TrialOutcome
from bench.faults.child import preload
from bench.faults.oracle import Examined
from bench.faults.page import FaultRow, text_of, write_page

FAMILIES: tuple[Family, ...] = (
    *kills.FAMILIES,
    *command.FAMILIES,
    *split_brain.FAMILIES,
    *at_once.FAMILIES,
    *disk.FAMILIES,
    *inputs.FAMILIES,
    *clocks.FAMILIES,
    *damage.FAMILIES,
)


def run_family(
    bench: Bench, family: Family, times: int, lanes: int, pick: Sequence[int] | None = None, *, keep: bool = False
) -> FaultRow:
    """Make the trials of a family, shared out over some processes, and gather what came of them."""
    started = time.monotonic()
    bench.prepare()
    trials = [(number, trial) for number, trial in enumerate(family.make(bench, times)) if number in (pick or [number])]
    lines = bench.folder / f"{family.key}.jsonl"
    lines.write_text("")
    children = []
    for lane in range(min(lanes, len(trials))):
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            code = 1
            try:
                _lane(bench, family, trials[lane::lanes], lines, keep)
                code = 0
            except BaseException:  # noqa: BLE001 - the parent's code must not go on in a child
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    found = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    outcomes = [_outcome(item) for item in sorted(found, key=lambda item: int(item["number"]))]
    missing = len(trials) - len(outcomes)
    outcomes += [TrialOutcome(Examined(faults=("the trial itself was lost",)))] * missing
    return FaultRow(family, tuple(outcomes), time.monotonic() - started)


def _lane(bench: Bench, family: Family, trials: Sequence[tuple[int, Trial]], lines: Path, keep: bool) -> None:
    for number, trial in trials:
        place = bench.folder / "trials" / f"{family.key}-{number}"
        place.mkdir(parents=True)
        try:
            outcome = trial(place)
        except Exception:  # noqa: BLE001 - a trial that cannot be made is a line of the table, not its end
            outcome = TrialOutcome(Examined(faults=(f"the trial failed: {traceback.format_exc(limit=-3)}",)))
        with lines.open("a", encoding="utf-8") as sink:
            sink.write(json.dumps({"number": number} | asdict(outcome)) + "\n")
        if not outcome.examined.clean:
            print(line_of(family, number, outcome), flush=True)
        if outcome.examined.clean or not keep:
            shutil.rmtree(place, ignore_errors=True)


def line_of(family: Family, number: int, outcome: TrialOutcome) -> str:
    """What was wrong in one trial, for the terminal; `--only FAMILY --pick NUMBER` makes it again."""
    found = outcome.examined
    names = ", ".join(found.differing[:3]) + (" …" if len(found.differing) > 3 else "")
    files = f"{len(found.differing)} files other ({names})" if found.differing else "no file other"
    faults = "".join(f"\n    {fault}" for fault in found.faults)
    return f"  {family.key} {number} [{outcome.told}]: {found.lost} lost, {found.doubled} doubled, {files}{faults}"


def _outcome(item: dict[str, object]) -> TrialOutcome:
    values = dict(item)
    del values["number"]
    examined = values.pop("examined")
    assert isinstance(examined, dict)
    examined = {name: tuple(value) if isinstance(value, list) else value for name, value in examined.items()}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return TrialOutcome(Examined(**examined), **values)  # type: ignore[arg-type]


def wanted(times: Sequence[str], family: Family) -> int | None:
    """How many trials of a family `--times` asks for: the last that names it, or names none."""
    for given in reversed(times):
        name, _, number = given.rpartition("=")
        if name in ("", family.key):
            return int(number)
    return None


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [family.key for family in FAMILIES]
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--times", nargs="+", default=[], metavar="[NAME=]N", help="trials of each fault, or of one")
    parser.add_argument("--pick", type=int, nargs="+", help="only these of the trials, by number: to see one again")
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    parser.add_argument("--lanes", type=int, default=min(2, os.cpu_count() or 1), help="trials at the same time")
    parser.add_argument(
        "--write", action="store_true", help="write docs/faults.md; of what is not tried now the page keeps its rows"
    )
    parser.add_argument("--keep", type=Path, help="folder to work in; what is left of trials that failed stays there")
    given = parser.parse_args()
    chosen = [family for family in FAMILIES if not given.only or family.key in given.only]
    # In memory where there is room: what is tried here are kills and not losses of power, and fsync takes its time.
    quick_place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(given.keep or tempfile.mkdtemp(prefix="dateline-faults-", dir=quick_place)).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    preload()
    bench = Bench(folder)
    rows = []
    try:
        for family in chosen:
            times = wanted(given.times, family) or (family.quick if given.quick else family.full)
            row = run_family(bench, family, times, given.lanes, given.pick, keep=given.keep is not None)
            print(text_of(row), flush=True)
            rows.append(row)
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    if given.write:
        write_page(rows, FAMILIES)
    return 0 if all(row.clean for row in rows) else 1


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    # Libraries that every fork needed and this process never used would complain of what they leave.
    os._exit(exit_code)
