"""Every table, column, module and class that docs/glossary.md names exists. For: docs/glossary.md."""

from __future__ import annotations

import importlib
import importlib.util
import re

import pytest

from tasks.contract.partials import PARTIALS
from tasks.contract.tables import TABLES
from tasks.pages import DOCS

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (DOCS / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| term |")
]
PLACES = [(row[0], name) for row in ROWS for name in re.findall(r"`([^`]+)`", row[2])]


def exists(name: str) -> bool:
    """Whether a table, `table.column`, a module or `module.Class` is called so."""
    if name in TABLES or name in PARTIALS:
        return True
    table, _, column = name.partition(".")
    if table in TABLES:
        return column in TABLES[table].names
    parent, _, last = name.rpartition(".")
    if importlib.util.find_spec(parent) is None:
        return False
    return (
        importlib.util.find_spec(name) is not None if last.islower() else hasattr(importlib.import_module(parent), last)
    )


def test_terms_stand_in_order_each_with_a_meaning_and_a_place() -> None:
    terms = [row[0] for row in ROWS]
    assert terms == sorted(terms, key=str.lower)
    assert len(terms) >= 25
    assert all(len(row) == 3 and row[1].endswith(".") and "`" in row[2] for row in ROWS)


@pytest.mark.parametrize(("term", "name"), PLACES, ids=[f"{term}: {name}" for term, name in PLACES])
def test_what_the_glossary_names_exists(term: str, name: str) -> None:
    assert exists(name)


def test_what_is_not_there_is_seen() -> None:
    for name in ("events.colour", "tasks.nowhere.Word", "tasks.annotate.rules.Snake", "tasks.annotate.nowhere"):
        assert not exists(name), name
