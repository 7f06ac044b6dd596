"""What cleaning takes away from texts that are nothing but article: all of it is wrong, or the text was not so clean.

`python -m bench.removed [FILE.jsonl[.gz] …] [--sample N]` repairs the `text` of each record, takes the boilerplate out
and prints, for each file: the share of characters and of sentences that went, how much of that stood inside the prose
(between the first and the last paragraph of prose that stayed), and per rule family the count with a sample to read.
Without files it reads the development sets, where `DATELINE_DEV_DATA` says where they lie.

Read the sample: a sentence of an article in it is a mistake of a rule, a wire note or a page rest in it is not.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tasks.clean.boilerplate import is_prose, remove_boilerplate
from tasks.clean.repair import repair_text

_DEVELOPMENT_SETS = ("docs_dev.jsonl", "geo_trnews.jsonl", "quotes_polnear_dev.jsonl", "load_reuters_4000.jsonl.gz")
_SENTENCE = re.compile(r"[^.!?…]*[.!?…]+[\"'”’»)\]]*(?=\s|$)")
_FEWEST_WORDS = 5


@dataclass(slots=True)
class Removed:
    """Counts over one set; `stretches` maps a family to what it took, with whether it stood inside the prose."""

    texts: int = 0
    chars: int = 0
    chars_removed: int = 0
    sentences: int = 0
    sentences_removed: int = 0
    touched: int = 0
    stretches: dict[str, list[tuple[bool, str]]] = field(default_factory=lambda: defaultdict(list))


def texts_of(path: Path) -> Iterator[str]:
    """The `text` of each record of a JSON Lines file."""
    with path.open("rb") as file:
        lines = gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file
        for line in lines:
            text = json.loads(line).get("text") if line.strip() else None
            if isinstance(text, str) and text.strip():
                yield text


def n_sentences(text: str) -> int:
    """Sentences of some words; what has fewer is a heading or a mark."""
    return sum(found.count(" ") + 1 >= _FEWEST_WORDS for found in (each.strip() for each in _SENTENCE.findall(text)))


def count(texts: Iterator[str]) -> Removed:
    """Clean each text and count what goes."""
    total = Removed()
    for text in texts:
        lines = [line for line in repair_text(text).split("\n\n") if line]
        cleaned = remove_boilerplate(lines)
        total.texts += 1
        total.chars += sum(map(len, lines))
        total.sentences += sum(map(n_sentences, lines))
        total.touched += bool(cleaned.removed)
        prose = [place for place, line in enumerate(lines) if is_prose(line) and line in cleaned.paragraphs]
        for family, stretch in cleaned.removed:
            place = next(place for place, line in enumerate(lines) if stretch in line)
            inside = bool(prose) and prose[0] < place < prose[-1]
            total.chars_removed += len(stretch)
            total.sentences_removed += n_sentences(stretch)
            total.stretches[family].append((inside, stretch))
    return total


def report(name: str, total: Removed, sample: int) -> str:
    """The counts and a sample of what went, as text."""
    every = [found for stretches in total.stretches.values() for found in stretches]
    inside = sum(len(stretch) for within, stretch in every if within)
    share, share_inside = total.chars_removed / max(1, total.chars), inside / max(1, total.chars_removed)
    lines = [
        f"{name}: {total.texts} texts, {total.touched} touched; removed {share:.5%} of characters, "
        f"{total.sentences_removed} of {total.sentences} sentences; "
        f"{share_inside:.1%} of what went stood inside the prose"
    ]
    for family, stretches in sorted(total.stretches.items(), key=lambda item: (-len(item[1]), item[0])):
        lines.append(f"  {family}: {len(stretches)}, {sum(within for within, _ in stretches)} inside")
        longest = sorted(set(stretches), key=lambda found: (not found[0], -len(found[1]), found[1]))
        lines.extend(f"    {'inside' if within else 'edge'}: {stretch[:160]!r}" for within, stretch in longest[:sample])
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Print the report of each file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, default=8, help="stretches shown of each family (default: 8)")
    options = parser.parse_args(arguments)
    files = options.files
    if not files and (folder := os.environ.get("DATELINE_DEV_DATA")):
        files = [path for name in _DEVELOPMENT_SETS if (path := Path(folder) / "data" / name).exists()]
    if not files:
        parser.error("no files given, and DATELINE_DEV_DATA does not say where the development sets lie")
    for path in files:
        sys.stdout.write(report(path.name, count(texts_of(path)), options.sample))


if __name__ == "__main__":
    main(sys.argv[1:])
