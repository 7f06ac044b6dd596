"""Sections of pages that are made from code or data."""

from __future__ import annotations

import pytest

from tasks.pages import table, with_section

PAGE = "# Page\n\n<!-- made: one -->\nold\n<!-- end: one -->\nafter\n"


def test_a_section_is_replaced_and_the_rest_of_the_page_stays() -> None:
    new = with_section(PAGE, "one", "new\n")
    assert new == "# Page\n\n<!-- made: one -->\n\nnew\n\n<!-- end: one -->\nafter\n"
    assert with_section(new, "one", "new\n") == new


@pytest.mark.parametrize("page", ["# Page\n", "<!-- made: one -->\nnever closed\n", PAGE.replace("one", "two")])
def test_a_page_without_the_section_is_an_error(page: str) -> None:
    with pytest.raises(ValueError, match="no section"):
        with_section(page, "one", "new\n")


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(("a", "n"), [("x|y", "1")], right=(1,)) == "| a | n |\n|---|---:|\n| x\\|y | 1 |\n"
