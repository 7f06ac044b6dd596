"""The typer's training data: labelled sentences of our own and the frames' examples, as rows of features.

`tasks/data/events/examples/*.tsv` has four columns: type (or NONE), mode, family and a sentence in which `[A …]` marks
the actor and `[R …]` the recipient. Every other pair of actors of a sentence is taken for no pair of an event, at less
weight: nobody has said so.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.component import frame_matches
from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.events.typer.evidence import Evidence, evidence_for, with_sides
from tasks.annotate.events.typer.features import PairFeatures, Sight, WordTable, pair_features
from tasks.annotate.events.typer.model import LABELS, NONE
from tasks.annotate.events.typer.routes import (
    Route,
    Tree,
    candidates,
    first_conjunct,
    route_between,
    same_side,
    sites,
    top_word,
    tree_of,
)
from tasks.annotate.events.view import View, make_view
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts
from tasks.contract.vocabulary import MODES_OF_TYPE, RECIPROCAL
from tasks.errors import UserError
from tasks.reference.files import DATA

FOLDER = DATA / "events" / "examples"
COLUMNS = ("type", "mode", "family", "sentence")
MARK = re.compile(r"\[(A|R) ([^\]]*)\]")
OTHER_PAIR_WEIGHT = 0.5
# Families of the frames' own examples: they train, but a frame's success on its example measures nothing.
FRAME_FAMILY = "frame:"


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence: plain text and where the marked sides stand in it (characters, half-open)."""

    type: str
    mode: str | None
    family: str
    text: str
    actor: tuple[int, int] | None
    recipient: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One training row: a pair's features, its label and weight, the family it is held out with."""

    features: PairFeatures
    label: int
    weight: float
    family: str
    marked: bool
    evidence: Evidence


def unmark(sentence: str, where: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """The sentence without its marks, and the span of each mark.

    Raises
    ------
    UserError
        Where brackets do not balance, a side is marked twice, or none is.
    """
    plain: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    length = last = 0
    for match in MARK.finditer(sentence):
        before = sentence[last : match.start()]
        length += len(before)
        side, words = match[1], match[2]
        if side in spans:
            raise UserError(f"{where}: [{side} …] stands twice in {sentence!r}; mark one phrase")
        spans[side] = (length, length + len(words))
        plain += [before, words]
        length += len(words)
        last = match.end()
    plain.append(sentence[last:])
    text = "".join(plain)
    if not spans or "[" in text or "]" in text or any(start == end for start, end in spans.values()):
        raise UserError(f"{where}: marks do not balance in {sentence!r}; write [A actor] and [R recipient]")
    return text, spans


def read_examples(folder: Path = FOLDER) -> list[Example]:
    """The labelled examples, files and lines in their order; an empty list where the folder is missing.

    Raises
    ------
    UserError
        Where a file's form is broken; names the file and the line.
    """
    found: list[Example] = []
    for path in sorted(folder.glob("*.tsv")) if folder.is_dir() else []:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"]
        rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise UserError(f"{path.name}: the first line must name the columns {', '.join(COLUMNS)} with tabs between")
        for number, row in enumerate(rows, start=2):
            where = f"{path.name}: example {number - 1}"
            if None in row or None in row.values():
                raise UserError(f"{where}: {row.get('sentence')!r} must have {len(COLUMNS)} columns separated by tabs")
            if row["type"] not in LABELS:
                raise UserError(f"{where}: {row['type']!r} is no type; one of {', '.join(LABELS)}")
            if row["mode"] and row["mode"] not in MODES_OF_TYPE.get(row["type"], ()):
                raise UserError(f"{where}: {row['mode']!r} is no mode of {row['type']}")
            if not row["family"]:
                raise UserError(f"{where}: a family is missing")
            text, spans = unmark(row["sentence"], where)
            found.append(Example(row["type"], row["mode"] or None, row["family"], text, spans.get("A"), spans.get("R")))
    return found


def frame_examples(lexicon: Lexicon) -> list[Example]:
    """The frames' own examples, each a family by itself."""
    found: list[Example] = []
    for frame in lexicon.frames:
        marks = [mark for mark, _ in MARK.findall(frame.example)]
        if not marks or len(set(marks)) != len(marks):
            continue
        text, spans = unmark(frame.example, f"frame {frame.id}")
        found.append(Example(frame.type, frame.mode, f"{FRAME_FAMILY}{frame.id}", text, spans.get("A"), spans.get("R")))
    return found


def digest(examples: Iterable[Example]) -> str:
    """SHA-256 over the examples, in order."""
    found = hashlib.sha256()
    for item in examples:
        found.update(f"{item.type}\t{item.mode}\t{item.family}\t{item.text}\t{item.actor}\t{item.recipient}\n".encode())
    return found.hexdigest()


def parse(nlp: Language, examples: Sequence[Example]) -> Iterator[tuple[Example, Doc]]:
    """The examples with their Docs, annotated by all components but the event coder itself."""
    with nlp.select_pipes(disable=["dateline_events"]):
        docs = annotate_texts(nlp, ((item.text, ArticleContext("0" * 16)) for item in examples))
        yield from zip(examples, docs, strict=True)


def marked_site(view: View, tree: Tree, span: tuple[int, int] | None) -> int | None:
    """The word that stands for a marked phrase: an actor's head in it, nearest to the phrase's own head."""
    words = view.span_at(*span) if span is not None else None
    if words is None or not len(words):
        return None
    inside = sites(view, tree, words.start, words.end)
    root = words.root
    if root.i in inside or not inside or view.is_actor(root):
        return root.i
    return min(inside, key=lambda word: (abs(word - root.i), word))


def rows_of(lexicon: Lexicon, table: WordTable, example: Example, doc: Doc) -> Iterator[Row]:
    """The marked pair of an example, then the sentence's other pairs as NONE."""
    view = make_view(doc, lexicon)
    tree = tree_of(view.parse)
    sight = Sight(view, tree, table)
    known = list(enumerate(with_sides(view, frame_matches(view, 0.0))))
    actor, recipient = marked_site(view, tree, example.actor), marked_site(view, tree, example.recipient)
    nothing = LABELS.index(NONE)

    def row(route: Route, label: int, weight: float, marked: bool) -> Row:
        return Row(pair_features(sight, route), label, weight, example.family, marked, evidence_for(view, route, known))

    if actor is None or recipient == actor:
        return
    marked = route_between(tree, actor, recipient)
    if marked is not None:
        yield row(marked, LABELS.index(example.type), 1.0, True)
    if recipient is None:
        return
    first, second = first_conjunct(tree, actor), first_conjunct(tree, recipient)
    for sentence in doc.sents:
        for route in candidates(view, tree, sentence.start, sentence.end):
            assert route.recipient is not None
            if same_side(view, route.actor, actor) and same_side(view, route.recipient, recipient):
                continue
            start, goal = first_conjunct(tree, route.actor), first_conjunct(tree, route.recipient)
            if {start, goal} == {first, second}:
                # The marked pair the other way round, or what is joined to its sides.
                if example.type not in RECIPROCAL and start != first:
                    yield row(route, nothing, 1.0, False)
            elif not is_same_deed(tree, route, marked) and not is_both(evidence_for(view, route, known)):
                yield row(route, nothing, OTHER_PAIR_WEIGHT, False)


def is_same_deed(tree: Tree, route: Route, marked: Route | None) -> bool:
    """Whether a pair has the marked pair's highest word and one of its sides: somebody else whom the deed concerns."""
    if marked is None or top_word(tree, route) != top_word(tree, marked):
        return False
    return bool({route.actor, route.recipient} & {marked.actor, marked.recipient})


def is_both(evidence: Evidence) -> bool:
    """Whether a frame takes the pair."""
    return any(kind.startswith("both") for _, _, kind in evidence)
