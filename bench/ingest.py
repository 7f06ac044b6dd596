"""Reading beside the bare library, in one run: pages and records per second as ratios, memory over a longer file.

    python -m bench.ingest [PAGES.jsonl]     # JSON lines with `html`; without, one made-up page over and over

Reading includes what the library alone does not do: sniffing, counting, limits, the record made of each. Cleaning is
measured apart. Rounds alternate; medians of CPU seconds are compared.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType

from tasks.clean.article import CleanOptions, clean_article
from tasks.ingest.discover import InputFile
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read
from tasks.records import Article

ROUNDS = 5
PAGES = 200
RECORDS = 20_000
PARAGRAPH = "The minister met union leaders in the capital on Friday and agreed to hold further talks next week. "


def pages(path: str | None) -> list[str]:
    """HTML pages from a JSON lines file, or one page in `PAGES` variants."""
    if path is not None:
        with Path(path).open(encoding="utf-8") as lines:
            return [json.loads(line)["html"] for line, _ in zip(lines, range(PAGES), strict=False)]
    body = "".join(f"<p>{PARAGRAPH * 3}</p>" for _ in range(8))
    return [
        f"<html><head><title>Talks {n}</title></head><body><nav>Home</nav><article><h1>Talks {n}</h1>{body}"
        "</article><footer>Contact</footer></body></html>"
        for n in range(PAGES)
    ]


def write_jsonl(path: Path, n: int) -> None:
    with path.open("w", encoding="utf-8") as target:
        for number in range(n):
            record = {"id": str(number), "title": f"Talks {number}", "text": PARAGRAPH * 5 + str(number)}
            target.write(json.dumps(record) + "\n")


def write_warc(path: Path, bodies: list[str], n: int) -> None:
    with path.open("wb") as target:
        for number in range(n):
            page = bodies[number % len(bodies)].encode()
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            fields = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n"
                f"WARC-Date: 2024-03-04T08:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(head) + len(page)}\r\n\r\n"
            )
            target.write(fields.encode() + head + page + b"\r\n\r\n")


def count(path: Path) -> int:
    file = InputFile(str(path.parent), path.name, str(path), path.stat().st_size)
    return sum(1 for _ in read(file, Limits()))


def bare_jsonl(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if json.loads(line))


def bare_warc(path: Path) -> int:
    with io.BytesIO(path.read_bytes()) as stream:
        return sum(
            bool(record.reader.read()) for record in ArchiveIterator(stream, record_types=WarcRecordType.response)
        )


def clean_pages(bodies: list[str]) -> int:
    options = CleanOptions(languages=("all",), page_seconds=None)
    return sum(bool(clean_article(Article(f"{n}", page.encode(), html=page), options)) for n, page in enumerate(bodies))


def bare_pages(bodies: list[str]) -> int:
    return sum(
        bool(trafilatura.bare_extraction(page, favor_precision=True, with_metadata=True)) or 1 for page in bodies
    )


def compare(name: str, unit: str, ours: Callable[[], int], bare: Callable[[], int]) -> None:
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    n = 0
    for _ in range(ROUNDS):
        for key, measure in (("ours", ours), ("bare", bare)):
            started = time.process_time()
            n = measure()
            times[key].append(time.process_time() - started)
    mine, theirs = statistics.median(times["ours"]), statistics.median(times["bare"])
    print(f"{name:34s} {mine / theirs:5.2f} x the bare library's CPU time   {n / mine:8,.0f} {unit}/s here and now")


def peak_mib(path: Path) -> float:
    """Peak memory of a process of its own that reads a file."""
    code = (
        "import resource, sys; from pathlib import Path; from bench.ingest import count; count(Path(sys.argv[1]));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    return float(subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True).stdout)


def main() -> None:
    bodies = pages(sys.argv[1] if len(sys.argv) > 1 else None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large, warc, long_warc = (folder / part for part in ("a.jsonl", "b.jsonl", "a.warc", "b.warc"))
        write_jsonl(small, RECORDS)
        write_jsonl(large, 10 * RECORDS)
        write_warc(warc, bodies, 500)
        write_warc(long_warc, bodies, 5000)
        compare("HTML pages, cleaned (trafilatura)", "pages", lambda: clean_pages(bodies), lambda: bare_pages(bodies))
        compare("JSON lines, read (json)", "records", lambda: count(small), lambda: bare_jsonl(small))
        compare("WARC, read (fastwarc)", "records", lambda: count(warc), lambda: bare_warc(warc))
        print(f"peak memory, 10 times the records: JSON lines {peak_mib(large) / peak_mib(small):.2f} x, ", end="")
        print(f"WARC {peak_mib(long_warc) / peak_mib(warc):.2f} x")


if __name__ == "__main__":
    main()
