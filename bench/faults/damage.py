"""Published files that change or go: does `verify` name them, does `repair` mend them or say what is lost?"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.faults.bench import Bench, Family, Trial, TrialOutcome, copy_of, draws, rerun
from bench.faults.child import Plan, start, start_command
from bench.faults.oracle import OF_RUNS, Examined, examine, findings, last_line

NAMED, MENDED, TOLD, SILENT = "named by verify", "mended by repair", "named as lost", "lost without a word"
Harm = Callable[[Path], None]
# A harm to more than one table is told in more words: “mentions cut”, “a month of all tables deleted”.
DETAILED = 2


def published(output: Path) -> list[Path]:
    """Every file of the tables and partials, relative to the output."""
    files = [*output.glob("*/**/*.parquet"), *output.glob("_meta/partials/**/*.parquet")]
    return sorted({path.relative_to(output) for path in files})


def kind_of(file: Path) -> str:
    """The table that a file belongs to; partials with their folder's name in front."""
    return f"partials/{file.parts[2]}" if file.parts[0] == "_meta" else file.parts[0]


def flips(bench: Bench, count: int) -> Sequence[Trial]:
    """One bit of one file: each table and partial in turn, another of its files and another place each time."""
    output = bench.reference()
    by_kind: dict[str, list[Path]] = {}
    for file in published(output):
        by_kind.setdefault(kind_of(file), []).append(file)
    kinds = sorted(by_kind)
    # Not the first ones of the alphabet each time a few are tried.
    random.Random("kinds").shuffle(kinds)
    trials = []
    for number, draw in enumerate(draws("flip", count)):
        file = draw.choice(by_kind[kinds[number % len(kinds)]])
        bit = draw.randrange(8 * (output / file).stat().st_size)
        trials.append(_damage(bench, _flip(file, bit), kind_of(file)))
    return trials


def _flip(file: Path, bit: int) -> Harm:
    def harm(output: Path) -> None:
        data = bytearray((output / file).read_bytes())
        data[bit // 8] ^= 1 << bit % 8
        (output / file).write_bytes(data)

    return harm


def deletions(bench: Bench, count: int) -> Sequence[Trial]:
    """A file of each kind deleted or cut, a month, a table's folder, all partials, all of `_meta`."""
    output = bench.reference()
    first: dict[str, Path] = {}
    for file in published(output):
        first.setdefault(kind_of(file), file)
    others = [path.relative_to(output) for path in sorted((output / "_meta").glob("*")) if path.is_file()]
    others = [path for path in others if not path.name.startswith((".", "lock"))]
    described = [Path(name) for name in ("datapackage.json", "croissant.json")]
    harms: list[tuple[str, Harm]] = []
    for name, file in first.items():
        harms += [(f"{name} deleted", _delete(file)), (f"{name} cut", _cut(file))]
    for file in (*others, *described):
        harms += [(f"{file.name} deleted", _delete(file)), (f"{file.name} cut", _cut(file))]
    month = next(file.parts[1] for file in published(output) if file.parts[0] == "articles")
    harms += [
        ("a month of all tables deleted", _delete(*(file for file in published(output) if month in file.parts))),
        ("folder articles deleted", _delete(Path("articles"))),
        ("folder texts deleted", _delete(Path("texts"))),
        ("folder mentions deleted", _delete(Path("mentions"))),
        ("folder events deleted", _delete(Path("events"))),
        ("_meta/partials deleted", _delete(Path("_meta/partials"))),
        ("_meta deleted", _delete(Path("_meta"))),
    ]
    random.Random("harms").shuffle(harms)
    return [_damage(bench, harm, name) for name, harm in _first(harms, count)]


def _first(harms: Sequence[tuple[str, Harm]], count: int) -> Iterable[tuple[str, Harm]]:
    return (harms[number % len(harms)] for number in range(min(count, len(harms)) if count > 1 else count))


def _delete(*names: Path) -> Harm:
    def harm(output: Path) -> None:
        for name in names:
            if (output / name).is_dir():
                shutil.rmtree(output / name)
            else:
                (output / name).unlink()

    return harm


def _cut(file: Path) -> Harm:
    def harm(output: Path) -> None:
        data = (output / file).read_bytes()
        (output / file).write_bytes(data[: len(data) // 2])

    return harm


def _damage(bench: Bench, harm: Harm, told: str) -> Trial:
    """Harm, `verify`, `repair`, a run over the inputs (they are still there), and the comparison."""

    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.reference(), place)
        harm(output)
        marks, wrong = [], []
        if _verify(output, place):
            marks.append(NAMED)
        else:
            wrong.append(f"{told}: verify names nothing")
        child = start_command(["repair", "--output", str(output)], place / "repair.log")
        code = child.wait()
        said = child.said()
        if code not in (0, 1) or "Traceback" in said:
            wrong.append(f"{told}: repair ended with {code}: {last_line(said)}")
        wrong += [f"{told}: {line}" for line in rerun([bench.earlier, bench.newer], output, place / "rerun.log")]
        found = examine(output, [bench.reference()], place / "verify.log")
        table = told.split()[0].rpartition("/")[2]
        if found.clean and _kept(output, bench.reference(), table, place):
            return TrialOutcome(Examined(faults=tuple(wrong)), marks=(*marks, MENDED))
        # What only the runs tell of themselves, and what no input holds any more, cannot come back: it has to be said.
        if "lost" in said and (table in said or len(told.split()) > DETAILED):
            return TrialOutcome(Examined(faults=tuple(wrong)), marks=(*marks, TOLD))
        return TrialOutcome(replace(found, faults=(*wrong, *found.faults)), told, (*marks, SILENT))

    return trial


def _verify(output: Path, place: Path) -> list[str]:
    """What `verify` finds; a crash of it is no finding."""
    answer = place / "found.json"
    child = start(lambda: _write(answer, findings(output)), place / "found.log", Plan())
    child.wait()
    found: list[str] = json.loads(answer.read_text("utf-8")) if answer.exists() else []
    return found


def _kept(output: Path, reference: Path, name: str, place: Path) -> bool:
    """Whether a table of the runs themselves still has every row that it had; of the others the bytes tell."""
    if name not in OF_RUNS:
        return True
    answer = place / "kept.json"
    start(lambda: _write(answer, _missing(output, reference, name)), place / "kept.log", Plan()).wait()
    return answer.exists() and json.loads(answer.read_text("utf-8")) == []


def _missing(output: Path, reference: Path, name: str) -> list[str]:
    import polars as pl

    def rows(root: Path) -> set[str]:
        frame = pl.read_parquet(f"{root}/{name}/**/*.parquet", hive_partitioning=False)
        # A record that is refused anew is a row of the new run.
        return set(map(str, frame.drop(["run_id"] if name == "rejects" else []).rows()))

    return sorted(rows(reference) - rows(output))


def _write(place: Path, found: list[str]) -> None:
    place.write_text(json.dumps(found), "utf-8")


FAMILIES = (
    Family("flip", "One bit flipped in a published file", 60, 6, flips, of_damage=True),
    Family("delete", "A published file or folder deleted or cut", 80, 6, deletions, of_damage=True),
)
