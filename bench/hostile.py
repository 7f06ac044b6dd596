"""Inputs made to cost: each read, cleaned and annotated in a process of its own, with CPU time and peak memory.

    python -m bench.hostile [--write] [--only FAMILY] [--folder DIR] [--quick]

`--write` makes docs/hostile.md anew, `--folder` also keeps the inputs. The cases are in `hostile_cases`. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language

from bench.hostile_cases import Case, cases
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.rows import doc_rows
from tasks.clean.article import CleanOptions, clean_article
from tasks.ingest.discover import InputFile
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read
from tasks.records import Article, CleanArticle, Reject

PAGE = Path("docs/hostile.md")
MOST_SECONDS = 30.0
MOST_BYTES = 1_500_000_000
# A child past these is ended: it has failed long before.
END_SECONDS, END_BYTES = 120, 6_000_000_000
QUICK_CHARS = 3_000
MEMORY_PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What became of one input. `seconds` of CPU; `peak` in bytes beyond the model; `error` where it crashed."""

    case: str
    family: str
    size: int
    seconds: float
    peak: int
    records: int
    articles: int
    rejects: dict[str, int]
    error: str = ""

    @property
    def is_within(self) -> bool:
        """Whether it cost no more than it may, crashed nowhere, and each of its records is accounted for."""
        counted = self.records == self.articles + sum(self.rejects.values())
        return not self.error and counted and self.seconds <= MOST_SECONDS and self.peak <= MOST_BYTES


def run_case(nlp: Language, case: Case) -> CaseOutcome:
    """Read, clean and annotate one input in a child process.

    Parameters
    ----------
    nlp
        The pipeline, loaded before: the child has it without paying for it.
    """
    before = int(Path("/proc/self/statm").read_text().split()[1]) * MEMORY_PAGE
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with os.fdopen(writing, "w") as answer:
            try:
                _limit()
                answer.write(json.dumps(_work(nlp, case)))
            finally:
                # The child ends here whatever happened: the parent is told what.
                error = sys.exc_info()[1]
                if error is not None:
                    answer.write(json.dumps({"error": f"{type(error).__name__}: {error}"[:200]}))
                answer.flush()
                os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    _, status, used = os.wait4(child, 0)
    found: dict[str, Any] = json.loads(told) if told else {"error": f"ended with status {status}"}
    return CaseOutcome(
        case=case.name,
        family=case.family,
        size=len(case.content),
        seconds=round(used.ru_utime + used.ru_stime, 2),
        peak=max(0, used.ru_maxrss * 1024 - before),
        records=found.get("records", 0),
        articles=found.get("articles", 0),
        rejects=found.get("rejects", {}),
        error=found.get("error", ""),
    )


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (END_SECONDS, END_SECONDS))
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * MEMORY_PAGE
    resource.setrlimit(resource.RLIMIT_AS, (in_use + END_BYTES, in_use + END_BYTES))


def _work(nlp: Language, case: Case) -> dict[str, object]:
    """Counts of one input: records, articles annotated, rejects by reason."""
    rejects: Counter[str] = Counter()
    records = articles = 0

    def clean() -> Iterator[tuple[str, ArticleContext]]:
        nonlocal records
        for record in _records(case):
            records += 1
            # Here a page is extracted without a time limit, so that its whole cost is seen.
            found = clean_article(record, CleanOptions(page_seconds=None)) if isinstance(record, Article) else record
            if isinstance(found, CleanArticle):
                yield found.text, _context(found)
            else:
                rejects[found.reason] += 1

    for doc in annotate_texts(nlp, clean()):
        doc_rows(doc)
        articles += 1
    return {"records": records, "articles": articles, "rejects": dict(rejects)}


def _records(case: Case) -> Iterator[Article | Reject]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, case.file)
        path.write_bytes(case.content)
        yield from read(InputFile(folder, case.file, str(path), len(case.content)), Limits())


def _context(article: CleanArticle) -> ArticleContext:
    return ArticleContext(article.article_id, article.title, article.published_at, article.source, article.genre)


def measure(chosen: Iterable[Case]) -> Iterator[CaseOutcome]:
    """Run cases one after the other."""
    nlp = load_pipeline()
    for _ in annotate_texts(nlp, [("Police arrested Anna Weber in Lyon on Monday.", ArticleContext("0" * 16))]):
        pass  # word lists and tables are read on first use
    for case in chosen:
        yield run_case(nlp, case)


def page(outcomes: list[CaseOutcome]) -> str:
    """The page of figures: by family, the ten that cost most, and whatever is not within the bounds."""
    families = list(dict.fromkeys(outcome.family for outcome in outcomes))
    lines = [
        "# What one input can cost",
        "",
        f"{len(outcomes)} inputs made to cost, each read, cleaned and annotated in a process of its own"
        " (`make hostile`; the inputs are made by `bench/hostile_cases.py`). CPU time is of the whole file, memory the"
        " peak beyond the loaded model. Allowed are"
        f" {MOST_SECONDS:g} s and {MOST_BYTES / 1e9:g} GB, no crash, and every record an article or a reject."
        " Figures are of one machine; the limits that keep them there are in [limits.md](limits.md).",
        "",
        f"Not within: **{sum(not outcome.is_within for outcome in outcomes)}**",
        "",
        "| family | inputs | articles | rejects by reason | worst CPU, s | worst peak, MB |",
        "|---|---|---|---|---|---|",
    ]
    for family in families:
        of = [outcome for outcome in outcomes if outcome.family == family]
        reasons = sum((Counter(outcome.rejects) for outcome in of), Counter())
        told = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items())) or "none"
        lines.append(
            f"| {family} | {len(of)} | {sum(o.articles for o in of):,} | {told} |"
            f" {max(o.seconds for o in of):.1f} | {max(o.peak for o in of) / 1e6:.0f} |"
        )
    lines += ["", "## The ten that cost most", "", *_table(sorted(outcomes, key=lambda o: -o.seconds)[:10])]
    failed = [outcome for outcome in outcomes if not outcome.is_within]
    if failed:
        lines += ["", "## Not within", "", *_table(failed)]
    return "\n".join([*lines, ""])


def _table(outcomes: list[CaseOutcome]) -> list[str]:
    lines = [
        "| input | size, kB | CPU, s | peak, MB | articles | what became of the rest |",
        "|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        rest = one.error or ", ".join(f"{reason} {count:,}" for reason, count in sorted(one.rejects.items()))
        lines.append(
            f"| {one.family}: {one.case} | {one.size / 1e3:,.0f} | {one.seconds:.1f} | {one.peak / 1e6:.0f} |"
            f" {one.articles:,} | {rest} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="make docs/hostile.md anew")
    parser.add_argument("--only", help="one family")
    parser.add_argument("--folder", type=Path, help="where to keep the inputs")
    parser.add_argument("--quick", action="store_true", help="small inputs only")
    given = parser.parse_args()
    chosen = [case for case in cases() if given.only in (None, case.family)]
    if given.quick:
        chosen = [case for case in chosen if len(case.content) <= QUICK_CHARS]
    for number, case in enumerate(chosen if given.folder else []):
        given.folder.mkdir(parents=True, exist_ok=True)
        (given.folder / f"{number:03d}-{case.file}").write_bytes(case.content)
    outcomes = []
    started = time.monotonic()
    for outcome in measure(chosen):
        outcomes.append(outcome)
        told = f"{outcome.seconds:6.1f} s {outcome.peak / 1e6:6.0f} MB  {outcome.family}: {outcome.case}"
        passed = time.monotonic() - started
        sys.stderr.write(f"{len(outcomes):3d} {passed:6.0f} s  {told} {outcome.error or outcome.rejects}\n")
    if given.write:
        PAGE.write_text(page(outcomes), "utf-8")
    sys.exit(any(not outcome.is_within for outcome in outcomes))


if __name__ == "__main__":
    main()
