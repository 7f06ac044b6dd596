"""What the coder makes of everyday sentences, written before looking at the frames that take them; figures are floors.

The first figures were precision .93, recall .91, sides .89, quiet .85. Families that failed were mended since, so the
set tells of falls and no longer of new ground.
`tests/golden/everyday_events.tsv` has the sentences and the types a reader finds; `everyday_events.json` what was
reached. `DATELINE_UPDATE=1 pytest -k everyday_events` writes what is reached now. It raises
floors; to lower one take the file's line by hand and say why in the commit.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from spacy.language import Language

from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts
from tasks.annotate.training.examples import unmark
from tasks.contract.vocabulary import EVENT_TYPES

GOLDEN = Path(__file__).parents[3] / "golden"
FLOORS = GOLDEN / "everyday_events.json"
# A sentence more or less is no news; two are.
SLACK = 0.007


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the types a reader finds, and the actor and the recipient of the first of them."""

    types: tuple[str, ...]
    text: str
    sides: dict[str, tuple[int, int]]


def sentences() -> list[Sentence]:
    found: list[Sentence] = []
    for line in (GOLDEN / "everyday_events.tsv").read_text("utf-8").splitlines():
        types, _, marked = line.partition("\t")
        if line.startswith("#") or types == "types":
            continue
        text, spans = unmark(marked, "everyday_events.tsv") if "[" in marked else (marked, {})
        sides = {name: spans[mark] for mark, name in (("A", "actor"), ("R", "recipient")) if mark in spans}
        found.append(Sentence(() if types == "NONE" else tuple(types.split(",")), text, sides))
    return found


def measure(nlp: Language, listed: list[Sentence]) -> dict[str, float]:
    """Precision and recall of types a sentence, recall of the marked sides, false events a sentence that tells none."""
    counts: Counter[str] = Counter()
    context = ArticleContext("0" * 16)
    for sentence, doc in zip(listed, annotate_texts(nlp, [(item.text, context) for item in listed]), strict=True):
        given = {event.event_type for event in doc._.events}
        counts["right"] += len(given & set(sentence.types))
        counts["false"] += len(given - set(sentence.types))
        counts["missed"] += len(set(sentence.types) - given)
        if not sentence.types:
            counts["quiet"] += 1
            counts["false where quiet"] += len(given)
        for role, (start, end) in sentence.sides.items():
            own = [event for event in doc._.events if event.event_type == sentence.types[0]]
            spans = [(arg.start, arg.end) for event in own for arg in event.arguments if arg.role in ("actor", role)]
            counts["sides"] += 1
            counts["sides found"] += any(one < end and start < two for one, two in spans)
    return {
        "precision": round(counts["right"] / (counts["right"] + counts["false"]), 4),
        "recall": round(counts["right"] / (counts["right"] + counts["missed"]), 4),
        "sides": round(counts["sides found"] / counts["sides"], 4),
        "quiet": round(1 - counts["false where quiet"] / counts["quiet"], 4),
    }


def test_the_sentences_cover_every_type_and_none() -> None:
    listed = sentences()
    assert len(listed) >= 150
    assert {name for item in listed for name in item.types} == set(EVENT_TYPES)
    assert all(sum(name in item.types for item in listed) >= 7 for name in EVENT_TYPES)
    assert sum(not item.types for item in listed) >= 25
    assert len({item.text for item in listed}) == len(listed)


def test_everyday_sentences_are_coded_no_worse(nlp: Language) -> None:
    reached = measure(nlp, sentences())
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    if os.environ.get("DATELINE_UPDATE"):
        raised = {name: max(value, floors.get(name, 0.0)) for name, value in reached.items()}
        FLOORS.write_text(json.dumps(raised, indent=2) + "\n", "utf-8")
        pytest.skip(f"floors written: {raised}")
    fallen = {name: (value, floors[name]) for name, value in reached.items() if value < floors[name] - SLACK}
    assert fallen == {}
