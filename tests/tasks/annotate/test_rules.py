"""Each rule decides in its own example, and a ladder asks its rules in order. For: tasks.annotate.rules, ladders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.ladders import LADDERS
from tasks.annotate.rules import Decision, Ladder, Trace, traced, when
from tasks.clean.genre import genre_of

EXAMPLES = [(ladder.name, rule.name, rule.example) for ladder in LADDERS for rule in ladder.rules]
# Every example is read as if it had been published on this day, a Thursday.
PUBLISHED = dt.date(2019, 4, 18)
SIZES: Ladder[int, str] = Ladder(
    "sizes",
    "How large a number is",
    (
        when("none", lambda number: number == 0, "nothing", "Nobody came."),
        when("few", lambda number: number < 10, "few", "Nine people came."),
    ),
)


@pytest.mark.parametrize(("ladder", "rule", "example"), EXAMPLES, ids=[f"{item[0]}: {item[1]}" for item in EXAMPLES])
def test_a_rule_decides_in_its_example(ladder: str, rule: str, example: str, annotate: Callable[..., Doc]) -> None:
    title = example.partition("\n\n")[0] if "\n\n" in example else None
    with traced() as found:
        annotate(example, title=title, published_at=PUBLISHED, genre=genre_of(title, None, []))
    deciding = {trace.rule for trace in found if trace.ladder == ladder}
    assert rule in deciding, f"here decide: {sorted(deciding)}"


def test_names_are_told_once() -> None:
    assert len({ladder.name for ladder in LADDERS}) == len(LADDERS)
    for ladder in LADDERS:
        assert len({rule.name for rule in ladder.rules}) == len(ladder.rules), ladder.name


def test_the_first_rule_that_has_something_to_say_decides() -> None:
    assert SIZES.decide(0, at=0) == Decision("none", "nothing")
    assert SIZES.decide(3, at=0) == Decision("few", "few")
    assert SIZES.decide(30, at=0) is None


def test_decisions_are_written_down_inside_the_block_alone() -> None:
    SIZES.decide(0, at=1)
    with traced() as outer:
        SIZES.decide(3, at=5)
        with traced() as inner:
            SIZES.decide(0, at=7)
        SIZES.decide(30, at=9)
    assert outer == [Trace("sizes", "few", "few", 5)]
    assert inner == [Trace("sizes", "none", "nothing", 7)]
