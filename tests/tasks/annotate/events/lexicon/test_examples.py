"""The typer's labelled examples: their form, their number, their spread over types."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tasks.annotate.events.typer.model import LABELS, NONE
from tasks.annotate.training.examples import COLUMNS, FOLDER, read_examples, unmark
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.errors import UserError

# 5,781 sentences were written; a lexicon that loses some hundreds has lost a file.
FEWEST = 5_500
FEWEST_OF_TYPE = 110


def write(folder: Path, line: str, header: str = "\t".join(COLUMNS)) -> Path:
    (folder / "some.tsv").write_text(f"# a comment\n{header}\n{line}\n", encoding="utf-8")
    return folder


def test_the_repository_holds_enough_examples_of_every_type() -> None:
    # Reading them checks the rest: four columns, known types and modes, balanced marks.
    examples = read_examples()
    assert len(examples) >= FEWEST
    counts = Counter(example.type for example in examples)
    assert set(counts) == set(LABELS)
    assert all(counts[name] >= FEWEST_OF_TYPE for name in EVENT_TYPES), counts
    assert counts[NONE] >= len(examples) // 10


def test_no_sentence_stands_twice_for_one_pair() -> None:
    keys = Counter((example.text, example.actor, example.recipient) for example in read_examples())
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_file_says_source_and_licence() -> None:
    for path in sorted(FOLDER.glob("*.tsv")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("#"), path.name
        assert "dateline" in first, path.name
        assert "MIT" in first, path.name


def test_marks_become_spans_of_the_plain_sentence() -> None:
    text, spans = unmark("On Monday [A the old king] met [R his heirs].", "here")
    assert text == "On Monday the old king met his heirs."
    assert {side: text[start:end] for side, (start, end) in spans.items()} == {"A": "the old king", "R": "his heirs"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("AGREE\t\tone", "must have 4 columns"),
        ("AGREED\t\tone\t[A Iran] met [R Iraq].", "is no type"),
        ("AGREE\tvisit\tone\t[A Iran] met [R Iraq].", "is no mode of AGREE"),
        ("AGREE\t\t\t[A Iran] met [R Iraq].", "a family is missing"),
        ("AGREE\t\tone\t[A Iran met [R Iraq].", "marks do not balance"),
        ("AGREE\t\tone\tIran met Iraq.", "marks do not balance"),
        ("AGREE\t\tone\t[A Iran] and [A Oman] met.", "stands twice"),
    ],
)
def test_a_broken_line_is_refused_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        read_examples(write(tmp_path, line))
    assert "some.tsv" in str(caught.value)


def test_a_wrong_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must name the columns"):
        read_examples(write(tmp_path, "AGREE\t\tone\t[A Iran] met [R Iraq].", header="type\tsentence"))
