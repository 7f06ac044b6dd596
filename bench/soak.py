"""Many small runs onto one folder: does a run cost more the more runs there were, by more than the tables grew?

    python -m bench.soak [--runs 200] [--articles 5] [--write]

Each run is a process of its own over new articles of the grammar (`bench.generated_news`), dated day by day. Its CPU
seconds and peak memory are what the system counted for it. After every 20th run `verify` looks at the folder.
`--write` writes docs/soak.svg and the section of docs/faults.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults.bench import settings_for, settle
from bench.faults.child import Plan, preload, start, start_run
from bench.faults.corpus import jsonl
from bench.faults.oracle import findings, last_line, left_over
from bench.faults.page import write_soak
from bench.generated_news import articles
from tasks.pages import DOCS

FIRST_DAY = dt.date(2024, 1, 1)
FIRST_NUMBER = 10_000
VERIFY_EVERY = 20
MEGABYTE = 1024.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: CPU seconds, peak resident megabytes, bytes of the output afterwards."""

    cpu: float
    peak: float
    size: int


def run_once(number: int, count: int, folder: Path, output: Path) -> Measured:
    """One run over `count` new articles.

    Raises
    ------
    RuntimeError
        The run failed.
    """
    inputs = folder / "inbox"
    inputs.mkdir(exist_ok=True)
    file = inputs / f"{number:04d}.jsonl"
    file.write_bytes(jsonl(articles(FIRST_NUMBER + number * count, count, FIRST_DAY + dt.timedelta(days=number))))
    settle(file)
    child = start_run(settings_for([inputs], output, words_per_shard=40_000), folder / "run.log")
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"run {number} failed: {last_line(child.said())}")
    size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
    return Measured(used.ru_utime + used.ru_stime, used.ru_maxrss / MEGABYTE, size)


def checked(output: Path, log: Path) -> list[str]:
    """What `verify` finds, and what a run left."""
    answer = log.with_suffix(".json")
    start(lambda: _write(answer, findings(output)), log, Plan()).wait()
    found: list[str] = json.loads(answer.read_text("utf-8"))
    return [*found, *left_over(output)]


def _write(place: Path, found: list[str]) -> None:
    place.write_text(json.dumps(found), "utf-8")


def soak(runs: int, count: int, folder: Path) -> list[Measured]:
    """All runs, one after another; the whole corpus is there again in the end.

    Raises
    ------
    RuntimeError
        A run failed, `verify` found something, or an article is missing.
    """
    output = folder / "output"
    found = []
    for number in range(runs):
        found.append(run_once(number, count, folder, output))
        if number % VERIFY_EVERY == VERIFY_EVERY - 1 or number == runs - 1:
            wrong = checked(output, folder / "verify.log")
            if wrong:
                raise RuntimeError(f"after run {number}: {wrong[:3]}")
            print(f"{number + 1} runs: {found[-1].cpu:.1f} s CPU, {found[-1].peak:.0f} MB", flush=True)
    total = _articles(output, folder)
    if total != runs * count:
        raise RuntimeError(f"{total} articles in the end, not {runs * count}")
    return found


def _articles(output: Path, folder: Path) -> int:
    answer = folder / "articles.json"

    def count() -> None:
        import polars as pl

        frame = pl.read_parquet(f"{output}/articles/**/*.parquet", hive_partitioning=False)
        answer.write_text(json.dumps(frame["article_id"].n_unique()), "utf-8")

    start(count, folder / "articles.log", Plan()).wait()
    return int(json.loads(answer.read_text("utf-8")))


def fitted(values: Sequence[float]) -> tuple[float, float]:
    """Slope and start of the line through the values, by least squares, the first run aside: it makes the folder."""
    places = list(range(2, len(values) + 1))
    slope, start_at = statistics.linear_regression(places, list(values[1:]))
    return slope, start_at


def picture(measured: Sequence[Measured]) -> str:
    """CPU seconds above, peak memory below, a dot a run, with the fitted lines, as SVG."""
    panels: list[tuple[str, Callable[[Measured], float], str]] = [
        ("CPU seconds", lambda item: item.cpu, "#1b6ca8"),
        ("peak memory, MB", lambda item: item.peak, "#c1440e"),
    ]
    width, height, left, gap = 520, 170, 70, 50
    total = len(panels) * (height + gap) + 30
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + left + 30} {total}" '
        'font-family="sans-serif" font-size="12">'
    ]
    for number, (name, value, colour) in enumerate(panels):
        top = 20 + number * (height + gap)
        values = [value(item) for item in measured]
        highest = max(values) * 1.1

        def at(place: float, amount: float, top: int = top, highest: float = highest) -> tuple[float, float]:
            return left + width * place / len(measured), top + height * (1 - amount / highest)

        lines.append(f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#888"/>')
        for share in (0, 0.5, 1):
            _, y = at(0, highest * share)
            lines.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{highest * share:.3g}</text>')
        for place, amount in enumerate(values, 1):
            x, y = at(place, amount)
            lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}" fill-opacity="0.6"/>')
        slope, begin = fitted(values)
        (x1, y1), (x2, y2) = at(1, begin + slope), at(len(values), begin + slope * len(values))
        lines.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>')
        lines.append(f'<text x="{left + 8}" y="{top + 16}">{name}</text>')
        for place in (0, len(values) // 2, len(values)):
            x, _ = at(place, 0)
            lines.append(f'<text x="{x:.0f}" y="{top + height + 16}" text-anchor="middle">{place}</text>')
    lines.append(f'<text x="{left + width / 2:.0f}" y="{total - 6}" text-anchor="middle">runs</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def section(measured: Sequence[Measured], count: int) -> str:
    """The figures in words."""
    cpu, cpu_start = fitted([item.cpu for item in measured])
    peak, peak_start = fitted([item.peak for item in measured])
    runs = len(measured)
    ends = [(start + slope, start + slope * runs) for slope, start in ((cpu, cpu_start), (peak, peak_start))]
    lines = (
        f"{runs:,} runs, each over {count} new articles, onto one folder (`make soak`): {runs * count:,} articles in "
        f"the end, none lost, `verify` without a finding after every {VERIFY_EVERY}th run.",
        "![Time and memory](soak.svg)",
        f"CPU seconds of a run: {ends[0][0]:.2f} at the start of the fitted line, {ends[0][1]:.2f} at its end "
        f"({1000 * cpu:+.1f} ms a run). Peak memory: {ends[1][0]:.0f} MB and {ends[1][1]:.0f} MB "
        f"({1024 * peak:+.0f} kB a run; the model, loaded beforehand, is in it). The tables grew to "
        f"{measured[-1].size / 1e6:.1f} MB.",
    )
    return "\n\n".join(lines)


def main() -> int:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--articles", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if given.runs < 3:
        parser.error("--runs: a line needs three")
    folder = Path(tempfile.mkdtemp(prefix="dateline-soak-"))
    preload()
    try:
        measured = soak(given.runs, given.articles, folder)
    except RuntimeError as error:
        print(error)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = section(measured, given.articles)
    print(text)
    if given.write:
        (DOCS / "soak.svg").write_text(picture(measured), "utf-8")
        write_soak(text)
    return 0


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    os._exit(exit_code)  # without the words of libraries that only the forks have used
