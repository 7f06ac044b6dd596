"""The page of rules lists every ladder in its order, whatever its texts hold. For: tasks.annotate.rules_page."""

from __future__ import annotations

from tasks.annotate.rules import Ladder, when
from tasks.annotate.rules_page import rules_list

SIZES: Ladder[int, str] = Ladder(
    "sizes",
    "How large a number is",
    (
        when("none", lambda number: number == 0, "nothing", "Empty hall\n\nNobody came."),
        when("few", lambda number: number < 10, "few", "Nine | nine people came."),
    ),
)
PAGE = """\
1 ladders, 2 rules.

## sizes

How large a number is.

|  | rule | a text in which it decides |
|---:|---|---|
| 1 | none | Empty hall / Nobody came. |
| 2 | few | Nine \\| nine people came. |
"""


def test_rules_stand_in_their_order_with_their_examples() -> None:
    assert rules_list((SIZES,)) == PAGE


def test_a_page_without_ladders_says_so() -> None:
    assert rules_list(()) == "0 ladders, 0 rules.\n"
