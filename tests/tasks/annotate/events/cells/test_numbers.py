"""tasks.annotate.events.cells.numbers: digits that are no number give none, whatever columns they would end up in."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.events.cells.numbers import LARGEST_FIGURE, MOST_PEOPLE
from tasks.annotate.rows import Rows, doc_rows

Annotate = Callable[..., Doc]
FIGURES = {
    "400 zeros": "1" + "0" * 400,
    "thousands of commas": "1" + ",000" * 400,
    "eleven nines": "99999999999",
    "past int32": "2147483648",
    "past int64": "9" * 19,
    "words": "nine trillion trillion trillion trillion",
    "a fraction": "1" + "0" * 310 + ".5",
}


def rows_of(annotate: Annotate, text: str) -> Rows:
    rows = doc_rows(annotate(text))
    numbers = [row[bound] for row in rows["event_args"] for bound in ("value_low", "value_high")]
    assert all(math.isfinite(number) for number in numbers if number is not None)
    return rows


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
@pytest.mark.parametrize(
    "frame",
    [
        "Gunmen killed {} people in Goma on Monday.",
        "Gunmen killed at least {} people and wounded 3 soldiers in Goma on Monday.",
        "{} people were killed by gunmen in Goma on Monday.",
        "Between 3 and {} people marched in Goma on Monday.",
    ],
)
def test_a_toll_past_all_people_is_unknown(annotate: Annotate, figure: str, frame: str) -> None:
    rows = rows_of(annotate, frame.format(figure))
    assert rows["event_mentions"]
    for row in rows["event_args"]:
        assert (row["value_low"] or 0) <= MOST_PEOPLE
        assert (row["value_high"] or 0) <= MOST_PEOPLE


def test_the_toll_beside_it_is_kept(annotate: Annotate) -> None:
    rows = rows_of(annotate, "Gunmen killed 99999999999 people and wounded 3 soldiers in Goma on Monday.")
    assert {row["role"]: row["value_low"] for row in rows["event_args"] if row["value_scope"]} == {
        "killed": None,
        "wounded": 3.0,
    }


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_sum_past_all_money_is_unknown(annotate: Annotate, figure: str) -> None:
    rows = rows_of(annotate, f"Japan gave Kenya ${figure} in aid on Monday.")
    assert all((row["value_low"] or 0) <= LARGEST_FIGURE for row in rows["event_args"])


def test_large_sums_and_crowds_are_read(annotate: Annotate) -> None:
    rows = rows_of(annotate, "Japan gave Kenya $2 trillion in aid. Two million people marched in Nairobi on Monday.")
    assert {row["value_low"] for row in rows["event_args"]} >= {2e12, 2e6}
