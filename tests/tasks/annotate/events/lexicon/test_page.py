"""The tables of event types in the pages."""

from __future__ import annotations

from tasks.annotate.events.lexicon.page import roots_table, types_table
from tasks.contract.vocabulary import MODES_OF_TYPE


def test_every_type_and_mode_is_told_with_its_scores() -> None:
    rows = {line.split("|")[1].strip(): line for line in types_table().splitlines()[2:]}
    assert rows.keys() == MODES_OF_TYPE.keys()
    for name, modes in MODES_OF_TYPE.items():
        assert all(f"{mode} " in rows[name] for mode in modes)
    assert "| -9 |" in rows["ASSAULT"]


def test_roots_are_those_of_the_frames() -> None:
    rows = dict(line.strip("| ").split(" | ") for line in roots_table().splitlines()[2:])
    assert rows.keys() == MODES_OF_TYPE.keys()
    assert rows["CONSULT"].startswith("04 Consult")
    assert "10 Demand" in rows["REQUEST"]
