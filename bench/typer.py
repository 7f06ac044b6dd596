"""What the typer pays: frames alone, typer alone and both on the development sets, with the sets' own scorer.

    python -m bench.typer [SET…]     # the folder in DATELINE_DEV_DATA, else ../shared/dev beside the repository

The sets only measure; nothing is trained on them and no threshold chosen by them.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from spacy.tokens import Doc

from tasks.annotate.events.component import event_mentions
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.typer.model import bind, load_model_file
from tasks.annotate.layers import ArticleContext, EventMention
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.rows import doc_rows
from tasks.contract.schema import polars_schema
from tasks.jobs.staged import staged_table

ROOT = Path(__file__).resolve().parent.parent
SETS = {"pairs_plv_train": "pairs", "docs_dev": "docs", "events_petrarch_unit": "events"}
AUTHORITIES = {"events_petrarch_unit": "data/petrarch_actors.csv"}
TABLES = ("mentions", "quotes", "event_mentions", "event_args", "entity_evidence")
Coder = Callable[[Doc], tuple[EventMention, ...]]


def data_folder() -> Path:
    """Where the development sets lie."""
    return Path(os.environ.get("DATELINE_DEV_DATA") or ROOT.parent / "shared" / "dev")


def prepared(folder: Path, name: str, out: Path) -> list[dict[str, Any]]:
    """Unpack a set's gold file and let the scorer make the inputs."""
    source = next(iter(sorted((folder / "data").glob(f"{name}.jsonl*"))))
    data = source.read_bytes()
    (out / "gold.jsonl").write_bytes(gzip.decompress(data) if source.suffix == ".gz" else data)
    command = [sys.executable, str(folder / "score.py"), "prepare", str(out / "gold.jsonl"), str(out / "input.jsonl")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in (out / "input.jsonl").read_text(encoding="utf-8").splitlines()]


def context_of(item: dict[str, Any]) -> ArticleContext:
    """The article context of an input record."""
    given = item.get("published_at")
    when = dt.datetime.fromisoformat(given[:19]).replace(tzinfo=dt.UTC) if given else None
    key = hashlib.sha256(item["id"].encode()).hexdigest()[:16]
    return ArticleContext(key, title=item.get("title"), published_at=when)


def text_of(item: dict[str, Any]) -> str:
    """The text as `texts.text` would have it."""
    return f"{item['title']}\n\n{item['text']}" if item.get("title") else str(item["text"])


def write_tables(docs: list[Doc], items: list[dict[str, Any]], out: Path) -> None:
    """The staged rows of the Docs as the tables that the scorer reads."""
    gathered: dict[str, list[dict[str, Any]]] = {}
    for doc in docs:
        for table, rows in doc_rows(doc).items():
            gathered.setdefault(table, []).extend(rows)
    frames = {name: pl.DataFrame(gathered.get(name, []), schema=polars_schema(staged_table(name))) for name in TABLES}
    frames["articles"] = pl.DataFrame(
        [
            {"article_id": context_of(item).article_id, "external_id": item["id"], "title": item.get("title")}
            for item in items
        ]
    )
    frames["texts"] = pl.DataFrame(
        [{"article_id": context_of(item).article_id, "text": text_of(item)} for item in items]
    )
    for name, frame in frames.items():
        (out / name).mkdir(exist_ok=True)
        frame.write_parquet(out / name / "part-0.parquet")


def measure(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """The scorer's figures of each coder on a set, with the CPU seconds of coding as a share of the parse's."""
    nlp = load_pipeline(actors=str(folder / AUTHORITIES[name]) if name in AUTHORITIES else None)
    lexicon, model = load_lexicon(), load_model_file()
    if model is None:
        sys.exit("no typer.npz: build it with `make model`")
    typer = bind(model, nlp.vocab, lexicon)
    coders: dict[str, Coder] = {
        "frames": lambda doc: event_mentions(doc, lexicon),
        "typer": lambda doc: event_mentions(doc, lexicon, typer, frames=False),
        "both": lambda doc: event_mentions(doc, lexicon, typer),
    }
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        items = prepared(folder, name, out)
        started = time.process_time()
        docs = list(annotate_texts(nlp, ((text_of(item), context_of(item)) for item in items)))
        parsing = time.process_time() - started
        for label, coder in coders.items():
            started = time.process_time()
            for doc in docs:
                doc._.events = coder(doc)
            share = (time.process_time() - started) / parsing
            write_tables(docs, items, out)
            score = [sys.executable, str(folder / "score.py"), "score", SETS[name], str(out / "gold.jsonl"), str(out)]
            done = subprocess.run([*score, "--json"], check=True, capture_output=True, text=True)
            found[label] = {**json.loads(done.stdout), "coding_share_of_pipeline": round(share, 4)}
    return found


def main() -> None:
    """Print the ablation as tables."""
    folder = data_folder()
    if not (folder / "score.py").exists():
        sys.exit(f"no development data at {folder}; set DATELINE_DEV_DATA to their folder")
    for name in sys.argv[1:] or SETS:
        figures = measure(folder, name)
        print(f"\n{name}\n{'':36s}" + "".join(f"{label:>10s}" for label in figures))
        for key in next(iter(figures.values())):
            values = [row.get(key) for row in figures.values()]
            if all(isinstance(value, (int, float)) for value in values):
                print(f"{key:36s}" + "".join(f"{value:10.4f}" for value in values))


if __name__ == "__main__":
    main()
