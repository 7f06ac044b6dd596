"""A whole run over a file of articles: words per second, peak memory of all its processes, rejects.

    python -m bench.load INPUT.jsonl [--workers N]

A second run over the same input follows, to show what "does no work" costs. Linux only (memory is read from /proc).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

PAGE = 4096
POLL_SECONDS = 0.25


def tree_bytes(root: int) -> tuple[int, int]:
    """Resident memory of a process and its descendants: all together, and of the largest alone."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                resident[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * PAGE
                parents[int(entry.name)] = int(stat[1])
            except (OSError, IndexError):
                continue
    family = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        if not more:
            break
        family |= more
    sizes = [resident.get(pid, 0) for pid in family]
    return sum(sizes), max(sizes)


def run(source: str, output: str, workers: int) -> tuple[float, int, int]:
    """One run: seconds, peak bytes of all processes, peak bytes of the largest."""
    started = time.monotonic()
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", source, "--output", output]
    process = subprocess.Popen([*command, "--workers", str(workers), "--quiet"])
    total = largest = 0
    while process.poll() is None:
        now_total, now_largest = tree_bytes(process.pid)
        total, largest = max(total, now_total), max(largest, now_largest)
        time.sleep(POLL_SECONDS)
    if process.returncode:
        sys.exit(f"the run ended with {process.returncode}")
    return time.monotonic() - started, total, largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input")
    parser.add_argument("--workers", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder, "output"))
        seconds, total, largest = run(given.input, output, given.workers)
        again, _, _ = run(given.input, output, given.workers)
        runs = pl.read_parquet(f"{output}/runs/*.parquet").sort("started_at")
        first, second = runs.row(0, named=True), runs.row(1, named=True)
        words = pl.read_parquet(f"{output}/articles/**/*.parquet", hive_partitioning=False)
        annotated = int(words.filter("annotated")["n_words"].sum())
        print(f"records in           {first['n_inputs']:,}")
        print(f"new, rejects, copies {first['n_new']:,}, {first['n_rejects']:,}, {first['n_duplicates']:,}")
        print(f"words annotated      {annotated:,}")
        print(f"mentions, events     {first['n_mentions']:,}, {first['n_events']:,}")
        print(f"words per second     {first['words_per_second']:,.0f} inside the flow; {seconds:,.0f} s with start-up")
        print(f"peak memory          {total / 2**30:.2f} GiB all processes, {largest / 2**30:.2f} GiB the largest")
        print(f"second run           {again / seconds:.1%} of the first's time; {second['n_unchanged']:,} unchanged")


if __name__ == "__main__":
    main()
