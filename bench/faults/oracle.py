"""Is an output what it would be had nothing gone wrong? Bytes against undisturbed runs, rows, `verify`, leftovers."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.faults.child import Plan, start

# Tables that tell of the runs themselves: ids and times of runs stand in them.
OF_RUNS = ("runs", "changes", "rejects")
# Of `_meta`, what has to be the same whatever runs there were: the manifest and the generation count them.
KEPT_META = ("fingerprint.json", "partials")
LISTED = 6


@dataclass(frozen=True, slots=True)
class Examined:
    """How an output differs from what it should be; all zeros and no faults where it does not.

    `lost`: articles of the undisturbed result that are missing; `doubled`: rows whose key occurs again; `differing`:
    names of files with other bytes, missing or too many; `faults`: whatever else is wrong, in words.
    """

    lost: int = 0
    doubled: int = 0
    differing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.lost or self.doubled or self.differing or self.faults)


def digests(output: Path) -> dict[str, str]:
    """Digest of each file that must not depend on what happened on the way, by its name below the output."""
    found = {}
    for path in sorted(output.rglob("*")):
        parts = path.relative_to(output).parts
        if not path.is_file() or parts[0] in (".staging", *OF_RUNS):
            continue
        if parts[0] == "_meta" and parts[1] not in KEPT_META:
            continue
        found["/".join(parts)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def differing(output: Path, reference: Path) -> tuple[str, ...]:
    """Names of files that are not the same in both."""
    one, other = digests(output), digests(reference)
    return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


def examine(output: Path, references: list[Path], log: Path) -> Examined:
    """Hold an output against results of undisturbed runs: the nearest of them counts, where there are several.

    Several there are where what an undisturbed run would have met depends on the instant of the fault.
    """
    nearest = min(references, key=lambda reference: len(differing(output, reference)))
    answer = log.with_suffix(".answer.json")
    answer.unlink(missing_ok=True)

    def work() -> None:
        answer.write_text(json.dumps(asdict(_read(output, nearest))), "utf-8")

    child = start(work, log, Plan())
    code = child.wait()
    if not answer.exists():
        return Examined(faults=(f"the output cannot be examined ({code}): {last_line(child.said())}",))
    found = Examined(**json.loads(answer.read_text("utf-8")))
    return replace(
        found,
        differing=tuple(found.differing),
        faults=(*found.faults, *left_over(output)),
    )


def state_now(output: Path, references: list[Path], log: Path) -> list[str]:
    """What a reader would find wrong between two runs: the bytes of none of the references, or findings of `verify`.

    What is still staged or locked is no fault then: the next run cleans it up.
    """
    found = examine(output, references, log)
    told = [f"{len(found.differing)} files other"] if found.differing else []
    told += [f"{found.lost} articles missing"] if found.lost else []
    return told + [line for line in found.faults if not line.startswith("left: ")]


def last_line(text: str) -> str:
    """The last line of what was said; nothing where nothing was."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "nothing was said"


def left_over(output: Path) -> list[str]:
    """What no finished run leaves: staged files, a journal, a lock, temporary files, an odd generation."""
    found = [f"left: {name}" for name in ("_meta/publish.json", "_meta/lock.json") if (output / name).exists()]
    staged = [path for path in (output / ".staging").rglob("*") if path.is_file()]
    if staged:
        found.append(f"left: {len(staged)} staged files")
    found += [f"left: {path.relative_to(output)}" for path in output.rglob(".*.tmp")]
    generation = output / "_meta/generation"
    if not generation.exists() or int(generation.read_text()) % 2:
        found.append("the generation is odd or missing")
    return found


def findings(output: Path) -> list[str]:
    """What `dateline verify` finds; to be called in a child."""
    from tasks.verify.output import verify

    return [str(finding) for finding in verify(str(output))]


def _read(output: Path, reference: Path) -> Examined:
    import polars as pl

    from tasks.contract.tables import TABLES

    def table(root: Path, name: str) -> pl.DataFrame:
        return pl.read_parquet(f"{root}/{name}/**/*.parquet", hive_partitioning=False)

    faults = findings(output)
    faults = [*faults[:LISTED], f"{len(faults) - LISTED} findings more"] if len(faults) > LISTED else faults
    wanted = set(table(reference, "articles")["article_id"])
    there = set(table(output, "articles")["article_id"])
    doubled = 0
    for name, declared in TABLES.items():
        if declared.primary_key and list(output.glob(f"{name}/**/*.parquet")):
            doubled += int(table(output, name).select(declared.primary_key).is_duplicated().sum()) // 2
    if there - wanted:
        faults.append(f"{len(there - wanted)} articles too many")
    what = ["origin", "stage", "reason", "detail"]
    rejects = [sorted(map(str, table(root, "rejects").select(what).rows())) for root in (output, reference)]
    if rejects[0] != rejects[1]:
        faults.append(f"other rejects: {len(rejects[0])} for {len(rejects[1])}")
    return Examined(len(wanted - there), doubled, differing(output, reference), tuple(faults))


if __name__ == "__main__":
    sys.exit("\n".join(differing(Path(sys.argv[1]), Path(sys.argv[2]))) or "the same bytes")
