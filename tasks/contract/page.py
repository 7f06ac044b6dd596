"""The data dictionary `docs/tables.md`, made from the contract: `python -m tasks.contract.page --write`.

Without `--write` the page goes to standard output.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tasks.contract import vocabulary as v
from tasks.contract.schema import Column, Table
from tasks.contract.tables import AUDIT, CORE, DAILY, SCHEMA_VERSION

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "tables.md"

_HEAD = f"""\
# The tables

<!-- Made by `python -m tasks.contract.page --write` from tasks/contract/tables.py: edit there, not here. -->

Schema version {SCHEMA_VERSION}. Every table is a folder of Parquet files below the output folder:
`<table>/month=YYYY-MM/part-<k>.parquet` by month of publication (`month=undated` where there is no date), or
`<table>/part-<k>.parquet` for tables that are not partitioned. All files of a table have one schema, so
`pl.scan_parquet("output/events/**/*.parquet")`, DuckDB, pandas and PyArrow read every table with no option set.

- **Ids** are 16 hex digits of a hash over the content: a re-run gives the same ones. Entity ids say by their prefix
  how far to trust them: `gn:` GeoNames, `wd:` Wikidata (only from an authority file), `x:` found in the texts.
- **Offsets** are half-open and count Unicode code points of `texts.text`: `text[char_start:char_end]` is the string
  stored beside them.
- **Times** are UTC in microseconds; days are date columns of their own.
- **Null** means not known; a `*_basis` or `*_method` column beside it says how what is known came to be known. No date
  is ever filled in from the clock, from a file's age or from the day of publication.
- **Values**: the last column of each table gives the closed list of what a column may hold, the pattern it follows, or
  the column it refers to.
- **Keys**: a column in a primary key is null only where the table below says that it may be.
"""

_PARTITIONED = "by month of publication"

# What a table's columns do not say by themselves.
_NOTES: dict[str, str] = {
    "articles": """\
Copies. An exact copy, a near copy and a text contained in another point to the earliest of their kind through `dup_of`.
Of contained texts the longest is annotated. A near copy whose numbers, names or dates differ is an `update` and is
annotated as well; other copies are not, and count with their original.""",
    "events": """\
Merging. Reports are one event when they have the same type and compatible modes, the same day (or overlapping days),
actors and recipients that are equal or of which one side is vaguer than or part of the other (Putin, the Kremlin and
Moscow are one side), and compatible places: two cities are two events, and a march over days is one event per day and
city. Happened, ongoing and historical count as one status. An undated report joins the dated one of its article or
story. Unnamed actors match by sector, mode, recipient, city and day. A denial joins the event it denies, which is then
`contested`; an anniversary or a background paragraph joins its original. Reports with no actor or no date are merged
inside one story only.

Roles. In a visit the visitor is the actor and the host the recipient. In the other reciprocal types (CONSULT, AGREE,
COOPERATE) every side is in `actor_ids`. What is planned keeps its type with status `planned`, where PLOVER itself
would code AGREE or CONCEDE.""",
    "event_args": """\
Numbers are never summed: a cell holds what one report says in one place. A running total is of scope `cumulative` and
does not enter `events`.""",
    "dyad_day": """\
Of the reciprocal types, visits apart, each unordered pair of sides is one row, the code that sorts first as `actor`.
Sides of no known country or group are in no row.""",
}


def render_page() -> str:
    """The whole page as Markdown."""
    groups = (("Core tables", CORE), ("Audit tables", AUDIT), ("Daily tables", DAILY))
    parts = [_HEAD, _contents(groups)]
    for title, tables in groups:
        parts.append(f"## {title}\n")
        parts.extend(_section(table) for table in tables)
    parts.append(_vocabulary())
    return "\n".join(parts)


def _contents(groups: tuple[tuple[str, tuple[Table, ...]], ...]) -> str:
    lines = []
    for title, tables in groups:
        lines.append(f"- {title}: " + ", ".join(f"[{table.name}](#{table.name})" for table in tables))
    return "\n".join(lines) + "\n"


def _section(table: Table) -> str:
    lines = [
        f"### {table.name}",
        "",
        table.description,
        "",
        f"- Primary key: {_code(table.primary_key)}",
        f"- Sorted by: {_code(table.order)}",
        f"- Partition: {_PARTITIONED if table.partitioned else 'none'}",
        "",
        "| column | type | null | meaning | values |",
        "|---|---|---|---|---|",
    ]
    lines.extend(_row(column) for column in table.columns)
    if table.name in _NOTES:
        lines += ["", _NOTES[table.name]]
    return "\n".join(lines) + "\n"


def _row(column: Column) -> str:
    meaning = column.description.replace("|", "\\|")
    return f"| {column.name} | {column.dtype} | {'yes' if column.nullable else ''} | {meaning} | {_values(column)} |"


# Lists too long for a cell stand once at the end of the page.
_LONG: dict[tuple[str, ...], str] = {
    v.EVENT_TYPES: "Event types",
    v.MODES: "Event types",
    v.SECTORS: "Sectors",
    v.CONTEXTS: "Contexts",
    tuple(v.REJECT_REASONS): "Reject reasons",
}


def _values(column: Column) -> str:
    if column.references is not None:
        table = column.references.split(".")[0]
        return f"→ [{column.references}](#{table})"
    if column.values is not None:
        title = _LONG.get(column.values)
        return f"[{title.lower()}](#{title.lower().replace(' ', '-')})" if title else ", ".join(column.values)
    if column.pattern is not None:
        return "`" + column.pattern.replace("|", "\\|") + "`"
    return ""


def _vocabulary() -> str:
    lines = ["## Event types", "", "PLOVER 2.0's types with their quad class and modes.", ""]
    lines += ["| type | quad | modes |", "|---|---|---|"]
    lines += [f"| {name} | {quad} | {', '.join(v.MODES_OF_TYPE[name])} |" for name, quad in v.QUAD_OF_TYPE.items()]
    lines += ["", "## Sectors", "", "PLOVER's sectors: " + ", ".join(v.SECTORS) + ".", ""]
    codes = ", ".join(v.INTERNATIONAL_CODES)
    lines += [f"In the place of a country, for actors of no country: {codes}.", ""]
    lines += ["## Contexts", "", "PLOVER's contexts: " + ", ".join(v.CONTEXTS) + ".", ""]
    lines += ["## Reject reasons", "", "| reason | meaning |", "|---|---|"]
    lines += [f"| {reason} | {meaning} |" for reason, meaning in v.REJECT_REASONS.items()]
    return "\n".join(lines) + "\n"


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main(arguments: list[str]) -> None:
    """Write the page to `docs/tables.md` (`--write`) or to standard output."""
    page = render_page()
    if arguments == ["--write"]:
        PAGE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main(sys.argv[1:])
