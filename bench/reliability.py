"""Of the mentions at a confidence of 0.8, are 8 in 10 right? Writes docs/reliability.md and docs/reliability.svg.

    python -m bench.reliability     # the folder in DATELINE_DEV_DATA, else ../shared/dev beside the repository

Held-out examples: families that neither the typer nor the confidence model had seen; `make model` leaves their counts
in the model file. The development sets are measured where they are present.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from bench.typer import AUTHORITIES, ROOT, context_of, data_folder, prepared, text_of
from tasks.annotate.events.typer.model import load_model_file
from tasks.annotate.layers import EventMention
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.contract.vocabulary import RECIPROCAL

Outcome = tuple[float, bool]
INTRODUCTION = """# How far the confidence can be trusted

`event_mentions.confidence` is the chance that a mention is right: of the rows at 0.8, 8 in 10. It comes from a small
logistic model over what found the event (kind of frame, or the typer), what the typer makes of the pair, which sides
are there, and the status. It is fitted on held-back examples of our own. The plot shows how often mentions were right
at each confidence (typer {version}; bins of fewer than {fewest} mentions are not drawn).

![Reliability](reliability.svg)

Held-out examples are sentences of families that neither the typer nor the confidence model saw; many were written to
mislead. The development sets only measure. `docs_dev` are whole articles, each mention judged by sentence and type; in
`pairs_plv_train` a mention counts if it has both sides of the given pair.

This page is written by `make reliability`."""
EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
COLOURS = ("#1b6ca8", "#c1440e", "#3f7d20")
SURE = 0.7
FEWEST = 10


def binned(outcomes: Iterable[Outcome]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of each bin that holds any."""
    groups: dict[int, list[Outcome]] = {}
    for chance, right in outcomes:
        place = max(i for i, edge in enumerate(EDGES[:-1]) if chance >= edge)
        groups.setdefault(place, []).append((chance, right))
    return [
        (
            sum(chance for chance, _ in group) / len(group),
            sum(right for _, right in group) / len(group),
            len(group),
        )
        for _, group in sorted(groups.items())
    ]


def squash(text: str) -> str:
    """The letters and digits of a text, for comparing sentences."""
    return re.sub(r"\W+", "", text).lower()


def alike(one: str, other: str) -> bool:
    """Whether two squashed sentences are the same up to how they were split."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) > 12 and short in long and len(long) <= 3 * len(short) + 40)


def document_outcomes(doc: Doc, gold: dict[str, Any]) -> list[Outcome]:
    """Each mention against the article's annotation: right where sentence and type have an event left."""
    starts = {sentence.start_char: squash(sentence.text) for sentence in doc.sents}
    wanted = [(squash(item["sentence"]), item["type"], item.get("sure", 1) >= SURE) for item in gold["events"]]
    left = list(wanted)
    found: list[Outcome] = []
    for event in doc._.events:
        evidence = starts[max(start for start in starts if start <= event.start)]
        same = [item for item in left if item[1] == event.event_type and alike(item[0], evidence)]
        if same:
            left.remove(same[0])
            found.append((event.confidence, True))
        elif not any(not sure and alike(sentence, evidence) for sentence, _, sure in wanted):
            found.append((event.confidence, False))
    return found


def pair_outcomes(doc: Doc, gold: dict[str, Any]) -> list[Outcome]:
    """The mentions that have both sides of the given pair, against its type."""
    pair = gold["events"][0]
    source, target = words(pair["source_text"]), words(pair["target_text"])
    found: list[Outcome] = []
    for event in doc._.events:
        actors, recipients = sides(doc, event, "actor"), sides(doc, event, "recipient")
        if event.event_type in RECIPROCAL:
            actors = recipients = actors | recipients
        if actors & source and recipients & target:
            found.append((event.confidence, event.event_type in pair["type"].split("|")))
    return found


def words(text: str) -> set[str]:
    """The words of a phrase, articles left out."""
    return set(re.findall(r"\w+", text.lower())) - {"the", "a", "an", "of", "and", "s"}


def sides(doc: Doc, event: EventMention, role: str) -> set[str]:
    """The words of an event's arguments of one role."""
    return {word for item in event.arguments if item.role == role for word in words(doc.text[item.start : item.end])}


SETS: dict[str, Callable[[Doc, dict[str, Any]], list[Outcome]]] = {
    "docs_dev": document_outcomes,
    "pairs_plv_train": pair_outcomes,
}


def set_outcomes(folder: Path, name: str) -> list[Outcome]:
    """The outcomes of every mention of a development set."""
    nlp = load_pipeline(actors=str(folder / AUTHORITIES[name]) if name in AUTHORITIES else None)
    with tempfile.TemporaryDirectory() as place:
        items = prepared(folder, name, Path(place))
        gold = [json.loads(line) for line in (Path(place) / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    docs = annotate_texts(nlp, ((text_of(item), context_of(item)) for item in items))
    by_text = {text_of(item): doc for item, doc in zip(items, docs, strict=True)}
    found: list[Outcome] = []
    for record in gold:
        found.extend(SETS[name](by_text[text_of(record)], record))
    return found


def picture(series: dict[str, Sequence[tuple[float, float, int]]]) -> str:
    """The reliability plot as SVG: confidence across, share right upwards, points sized by count."""
    left, top, size = 60, 20, 340
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 {size + 80}" font-family="sans-serif"'
        ' font-size="12">',
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#888"/>',
        f'<line x1="{left}" y1="{top + size}" x2="{left + size}" y2="{top}" stroke="#aaa" stroke-dasharray="4 4"/>',
    ]
    for step in range(0, 11, 2):
        x, y = left + size * step / 10, top + size - size * step / 10
        lines.append(f'<text x="{x:.0f}" y="{top + size + 18}" text-anchor="middle">{step / 10:.1f}</text>')
        lines.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{step / 10:.1f}</text>')
    middle = left + size / 2
    lines.append(f'<text x="{middle:.0f}" y="{top + size + 42}" text-anchor="middle">confidence</text>')
    lines.append(
        f'<text transform="translate(18 {top + size / 2:.0f}) rotate(-90)" text-anchor="middle">share right</text>'
    )
    for place, (name, points) in enumerate(series.items()):
        colour = COLOURS[place % len(COLOURS)]
        shown = [point for point in points if point[2] >= FEWEST]
        path = " ".join(f"{left + size * x:.1f},{top + size - size * y:.1f}" for x, y, _ in shown)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for x, y, count in shown:
            radius = 2 + min(count, 900) ** 0.5 / 5
            lines.append(
                f'<circle cx="{left + size * x:.1f}" cy="{top + size - size * y:.1f}" r="{radius:.1f}" '
                f'fill="{colour}" fill-opacity="0.6"/>'
            )
        height = top + 14 + 20 * place
        lines.append(f'<circle cx="{left + size + 24}" cy="{height - 4}" r="5" fill="{colour}"/>')
        lines.append(f'<text x="{left + size + 36}" y="{height}">{name}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def page(series: dict[str, Sequence[tuple[float, float, int]]], version: str) -> str:
    """The page: what the confidence means, a table each."""
    lines = [INTRODUCTION.format(version=version, fewest=FEWEST)]
    for name, points in series.items():
        total = sum(count for _, _, count in points)
        right = sum(share * count for _, share, count in points) / total
        gap = sum(abs(share - chance) * count for chance, share, count in points) / total
        lines += [
            "",
            f"## {name}",
            "",
            f"{total:,} mentions, {right:.3f} right; mean gap to the diagonal {gap:.3f}.",
            "",
        ]
        lines += ["| mean confidence | right | mentions |", "|---|---|---|"]
        lines += [f"| {chance:.2f} | {share:.2f} | {count:,} |" for chance, share, count in points]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page and the picture."""
    model = load_model_file()
    if model is None:
        sys.exit("no typer.npz: build it with `make model`")
    series: dict[str, Sequence[tuple[float, float, int]]] = {
        "held-out examples": [(float(a), float(b), int(c)) for a, b, c in model.meta["reliability"]]
    }
    folder = data_folder()
    for name in SETS:
        if (folder / "score.py").exists() and list((folder / "data").glob(f"{name}.jsonl*")):
            series[name] = binned(set_outcomes(folder, name))
    (ROOT / "docs" / "reliability.svg").write_text(picture(series), encoding="utf-8")
    (ROOT / "docs" / "reliability.md").write_text(page(series, model.version), encoding="utf-8")
    for name, points in series.items():
        print(name, " ".join(f"{chance:.2f}:{share:.2f}({count})" for chance, share, count in points))


if __name__ == "__main__":
    main()
