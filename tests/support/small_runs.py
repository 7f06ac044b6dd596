"""Three small articles, and what the tests of the flow read of its tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from tasks.verify.output import verify

Run = Callable[..., dict[str, Any]]
AUDIT = {"runs", "rejects", "changes"}

ARTICLES = [
    {
        "id": "one",
        "source": "example.org",
        "title": "French minister visits Berlin",
        "published_at": "2024-03-04T08:00:00Z",
        "text": "French Foreign Minister Anne Dubois visited Berlin on Monday and met German Chancellor Karl Weber. "
        "The two discussed the war in Ukraine, a spokesman said.",
    },
    {
        "id": "two",
        "source": "example.org",
        "title": "Police arrest protesters in Nairobi",
        "published_at": "2024-04-09T10:00:00Z",
        "text": "Police in Nairobi arrested 45 protesters on Tuesday after a demonstration against new taxes turned "
        "violent. The Kenyan government condemned the violence and urged calm across the capital.",
    },
    {
        "id": "three",
        "source": "example.net",
        "title": "Bombe in Köln entschärft",
        "published_at": "2024-04-10T10:00:00Z",
        "text": "In Köln ist am Mittwoch eine Bombe aus dem Zweiten Weltkrieg entschärft worden. Tausende Menschen "
        "mussten ihre Wohnungen verlassen, wie die Stadt am Abend mitteilte.",
    },
]


def write(folder: Path, name: str, articles: list[dict[str, str]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    return path


def digests(output: Path, without: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    return {
        str(file.relative_to(output)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(output.rglob("*.parquet"))
        if file.relative_to(output).parts[0] not in {".staging", *without}
    }


def table(output: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(f"{output}/{name}/**/*.parquet", hive_partitioning=False)


def last_run(output: Path) -> dict[str, Any]:
    return table(output, "runs").sort("number").row(-1, named=True)


def problems(output: Path) -> list[str]:
    return [str(finding) for finding in verify(str(output))]


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder below a folder: when it changed last, and what it holds."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }
