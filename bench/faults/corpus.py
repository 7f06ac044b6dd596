"""The two batches of articles that every trial works with: one published before the fault, one that comes with it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import html
import io
import json
from pathlib import Path

from bench.generated_news import article, articles

Articles = list[dict[str, str]]
GERMAN = {
    "id": "german",
    "source": "example.net",
    "title": "Bombe in Köln entschärft",
    "published_at": "2024-04-10T10:00:00Z",
    "text": "In Köln ist am Mittwoch eine Bombe aus dem Zweiten Weltkrieg entschärft worden. Tausende Menschen "
    "mussten ihre Wohnungen verlassen, wie die Stadt am Abend mitteilte.",
}
# Numbers of the grammar: the first batch, the second, and a third for a run that comes in between.
EARLIER, NEWER, OTHERS = 0, 100, 200


def write_earlier(folder: Path) -> Path:
    """Eight articles and a record in another language, as they were published before the fault."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "earlier.jsonl").write_bytes(jsonl([*articles(EARLIER, 5), GERMAN]))
    (folder / "earlier.csv").write_bytes(csv_bytes(articles(EARLIER + 5, 3)))
    return folder


def write_newer(folder: Path, first: int = NEWER) -> Path:
    """Twelve articles in five formats, a copy of an earlier one, and a broken record."""
    folder.mkdir(parents=True, exist_ok=True)
    # A month that no earlier batch has: its files are new, the others replace some.
    new_month = dt.date(2024, 6 + first // 100, 15)
    copy = article(EARLIER + 1) | {"id": f"copy{first}", "source": "copies.example"}
    (folder / f"wire{first}.jsonl").write_bytes(jsonl([*articles(first, 3), copy]) + b'{"text": "cut off\n')
    (folder / f"packed{first}.jsonl.gz").write_bytes(gzip.compress(jsonl(articles(first + 3, 3)), mtime=0))
    (folder / f"table{first}.csv").write_bytes(csv_bytes(articles(first + 6, 3, new_month)))
    (folder / f"page{first}.html").write_bytes(page(article(first + 9)))
    for number in (first + 10, first + 11):
        told = article(number)
        (folder / f"note{number}.txt").write_text(f"{told['title']}\n\n{told['text']}\n", "utf-8")
    return folder


def jsonl(records: Articles) -> bytes:
    """Records, one a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def csv_bytes(records: Articles) -> bytes:
    """Records as rows under a head line."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return sink.getvalue().encode()


def page(record: dict[str, str]) -> bytes:
    """A record as a web page with a navigation around it."""
    title = html.escape(record["title"])
    body = "".join(f"<p>{html.escape(part)}</p>\n" for part in record["text"].split("\n\n"))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>\n'
        f'<meta property="article:published_time" content="{record["published_at"]}"></head>\n'
        '<body><nav><a href="/">Home</a> <a href="/world">World</a></nav>\n'
        f"<article><h1>{title}</h1>\n{body}</article>\n<footer>All rights reserved</footer></body></html>\n"
    ).encode()
