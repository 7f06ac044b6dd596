"""Sections of the pages in `docs/` that are made from code or data, each between two comments that name it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def with_section(text: str, name: str, body: str) -> str:
    """The page's text with `body` in the place of what stands in its section `name`.

    Raises
    ------
    ValueError
        Where the page has no such section, or its end is missing.
    """
    begin, end = f"<!-- made: {name} -->\n", f"<!-- end: {name} -->\n"
    before, opened, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"the page has no section {begin.strip()} … {end.strip()}")
    return f"{before}{begin}\n{body}\n{end}{after}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A Markdown table; `right` are the columns set to the right."""
    rule = ["---:" if number in right else "---" for number in range(len(head))]
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[1:]]) + "\n"


def write_sections(made: Mapping[tuple[Path, str], Callable[[], str]], arguments: Sequence[str]) -> None:
    """Write the sections into their pages (`--write`), or print them."""
    for (page, name), body in made.items():
        if list(arguments) == ["--write"]:
            page.write_text(with_section(page.read_text("utf-8"), name, body()), encoding="utf-8")
        else:
            sys.stdout.write(body())
