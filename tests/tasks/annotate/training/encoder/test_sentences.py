"""Labelled sentences teach the encoder: which word, which sides, what nobody has said. For: …encoder.sentences."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from tiny_encoder import tokenizer

from tasks.annotate.events.encoder.model import whole_tokenizer
from tasks.annotate.events.encoder.windows import SpecialPieces, Window, windows_of
from tasks.annotate.training.encoder.labels import MASKED, NO_TYPE
from tasks.annotate.training.encoder.sentences import all_examples, example_window, is_held_out
from tasks.annotate.training.encoder.soft_labels import SoftLabels
from tasks.annotate.training.examples import Example
from tasks.contract.vocabulary import EVENT_TYPES

TEXT = "Rebels attacked the village."
EXAMPLE = Example("ASSAULT", None, "attack", TEXT, (0, 6), (16, 27))
ASSAULT = EVENT_TYPES.index("ASSAULT") + 1


def window() -> Window:
    [found] = windows_of(whole_tokenizer(tokenizer()), SpecialPieces(2, 3, 0), TEXT, None)
    return found


def told(chances: Mapping[int, tuple[int, float]]) -> SoftLabels:
    """What a teacher says of the pieces rebels, attacked, the, village and the full stop."""
    soft = np.zeros((5, len(EVENT_TYPES) + 1), dtype=np.float16)
    soft[:, 0] = 1
    for piece, (type_, chance) in chances.items():
        soft[piece, type_] = chance
        soft[piece, 0] = 1 - chance
    starts = window().offsets[:, 0]
    return SoftLabels("example", starts[starts >= 0], soft, ())


def test_the_likeliest_word_outside_the_sides_is_the_trigger() -> None:
    marked = example_window(window(), EXAMPLE, told({0: (ASSAULT, 0.9), 1: (ASSAULT, 0.3), 2: (ASSAULT, 0.1)}), {})
    assert marked is not None
    # The side that the teacher takes for a report is masked, not denied.
    assert marked.labels.tolist() == [MASKED, MASKED, MASKED, ASSAULT, NO_TYPE, NO_TYPE, NO_TYPE, MASKED]
    [trigger] = marked.triggers
    assert trigger.pieces.tolist() == [3]
    assert trigger.status == MASKED
    assert trigger.around.tolist() == [2, 3, 4, 5, 6]
    assert trigger.sides.tolist() == [1, 0, 2, 2, 0]


def test_a_sentence_whose_word_the_teacher_does_not_know_is_left_out() -> None:
    assert example_window(window(), EXAMPLE, told({1: (ASSAULT, 0.01)}), {}) is None


def test_a_sentence_without_an_event_of_its_pair_may_report_another() -> None:
    none = Example("NONE", None, "attack", TEXT, (0, 6), None)
    marked = example_window(window(), none, told({1: (ASSAULT, 0.9), 3: (ASSAULT, 0.6)}), {})
    assert marked is not None
    assert marked.labels[2:7].tolist() == [NO_TYPE, MASKED, NO_TYPE, NO_TYPE, NO_TYPE]
    assert marked.triggers == ()


def test_other_pieces_are_refused() -> None:
    short = told({})
    with pytest.raises(ValueError, match="example: the teacher cuts the text in other pieces"):
        example_window(window(), EXAMPLE, SoftLabels("example", short.starts[1:], short.types[1:], ()), {})


def test_a_family_is_held_out_as_a_whole_and_some_are() -> None:
    by_family: dict[str, set[bool]] = {}
    for example in all_examples():
        by_family.setdefault(example.family, set()).add(is_held_out(example))
    assert all(len(kinds) == 1 for kinds in by_family.values())
    share = sum(kinds == {True} for kinds in by_family.values()) / sum(
        not family.startswith("frame:") for family in by_family
    )
    assert 0.1 < share < 0.3
