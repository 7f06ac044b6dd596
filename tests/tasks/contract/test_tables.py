"""The declared tables hold together, and their page is fresh. For: tasks.contract.tables, vocabulary, plover, page."""

from __future__ import annotations

import re

import pytest

from tasks.contract import tables
from tasks.contract import vocabulary as v
from tasks.contract.page import PAGE, render_page
from tasks.contract.partials import PARTIALS
from tasks.contract.plover import plover
from tasks.contract.schema import DTYPES, Table, arrow_schema, conform, empty

ALL = [*tables.TABLES.values(), *PARTIALS.values()]


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_declarations_hold_together(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.order) <= set(table.names)
    assert table.partitioned <= ("pub_date" in table.names or table.name == "texts")
    assert conform(table, empty(table)).width == len(arrow_schema(table)) == len(table.columns)
    for column in table.columns:
        assert column.dtype in DTYPES
        assert len(column.description) > 5
        assert "\n" not in column.description
        assert not column.name.startswith("month")
        if column.pattern:
            re.compile(column.pattern)
        if column.values:
            assert len(set(column.values)) == len(column.values)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_every_reference_names_the_whole_key_of_a_table_or_a_column_of_it(table: Table) -> None:
    for column in table.columns:
        if column.references:
            parent, key = column.references.split(".")
            assert tables.TABLES[parent].primary_key == (key,)
            assert tables.TABLES[parent].column(key).dtype in column.dtype


def test_every_mode_has_a_type_and_every_type_a_quad() -> None:
    assert set(v.MODES_OF_TYPE) == set(v.QUAD_OF_TYPE) == set(v.EVENT_TYPES)
    assert len(v.EVENT_TYPES) == 16
    assert set(v.QUAD_OF_TYPE.values()) == set(v.QUADS)
    assert v.QUAD_OF_TYPE["SANCTION"] == "material_conflict"
    assert v.QUADS == ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
    assert plover().types["ACCUSE"].score == -3.0


def test_closed_lists_hold_together() -> None:
    assert set(v.RECIPROCAL) <= set(v.EVENT_TYPES)
    assert set(v.TOOK_PLACE) <= set(v.STATUSES)
    assert len(v.SECTORS) == 30
    assert set(v.INTERNATIONAL_CODES) - set(v.SECTORS) == {"UNO", "EUR"}


def test_groups_share_out_all_tables() -> None:
    names = [table.name for group in (tables.CORE, tables.AUDIT, tables.DAILY) for table in group]
    assert names == list(tables.TABLES)
    assert tuple(names[: len(tables.CORE)]) == tables.CORE_NAMES


def test_the_page_of_tables_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "run: python -m tasks.contract.page --write"


def test_the_page_has_every_column_and_no_broken_row() -> None:
    page = render_page()
    for table in tables.TABLES.values():
        section = page.split(f"### {table.name}\n")[1].split("\n#")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(table.names)
        assert all(row.count("|") - row.count("\\|") == 6 for row in rows)
