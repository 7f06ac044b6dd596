"""Both readings of a code, on sentences' gold of our own."""

from __future__ import annotations

import pytest

from bench.code_schemes import WEIS, Count, cameo_types, compared, weis_types
from tasks.contract.vocabulary import EVENT_TYPES

DENOUNCES = {"code": "122", "type": "REJECT"}
VISITS = {"code": "032", "type": "AGREE"}


def test_every_category_of_weis_names_types_of_plover() -> None:
    assert list(WEIS) == [f"{number:02d}" for number in range(1, 23)]
    assert set().union(*WEIS.values()) <= set(EVENT_TYPES)


def test_one_code_means_another_act_in_each_scheme() -> None:
    assert cameo_types([DENOUNCES, VISITS]) == {frozenset({"REJECT"}), frozenset({"AGREE"})}
    assert weis_types([DENOUNCES, VISITS]) == {frozenset({"ACCUSE"}), frozenset({"CONSULT"})}


def test_a_comment_asks_for_no_event() -> None:
    assert weis_types([{"code": "023", "type": "SUPPORT"}]) == set()


@pytest.mark.parametrize(
    ("coded", "count"),
    [({"ACCUSE"}, Count(1, 0, 0)), ({"ACCUSE", "ASSAULT"}, Count(1, 0, 1)), (set(), Count(0, 1, 0))],
)
def test_a_type_is_right_missed_or_false(coded: set[str], count: Count) -> None:
    assert compared({frozenset({"ACCUSE"})}, coded) == count


def test_the_measure_is_that_of_counts_added_up() -> None:
    assert (Count(1, 0, 1) + Count(0, 1, 0)).f == pytest.approx(0.5)
    assert Count(0, 3, 1).f == 0.0
