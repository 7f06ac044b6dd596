"""Checks of the files as files: layout, schemas, an unfinished publish, and the four readers."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.contract.metadata import CROISSANT, DATAPACKAGE, GENERATION, JOURNAL, META
from tasks.contract.schema import Table, arrow_schema, polars_schema
from tasks.contract.tables import TABLES
from tasks.verify.finding import Finding, files_finding

STAGING = ".staging"
# Files that may lie beside the tables: notes for people and for version control, and the metadata of the data set.
BESIDE = ("README.md", ".gitignore", DATAPACKAGE, CROISSANT)

_FILE = re.compile(r"part-(0|[1-9][0-9]*)\.parquet")
_MONTH = re.compile(r"month=([0-9]{4}-(0[1-9]|1[0-2])|undated)")
# What reading a damaged file raises; Polars takes some damage for a bug of its own.
DAMAGE: tuple[type[BaseException], ...] = (
    OSError, ValueError, pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException,
)  # fmt: skip
# Findings that leave the rows of a table to be looked at.
_READABLE = ("parquet", "manifest")


@dataclass(frozen=True, slots=True)
class Sound:
    """A table whose files are all where and what they should be.

    `files` maps each file to its month (`None` where the table is not partitioned).
    """

    table: Table
    folder: Path
    files: Mapping[Path, str | None]

    def scan(self, month: str | None = None) -> pl.LazyFrame:
        """All rows, or those of one month, as written."""
        paths = [path for path, at in self.files.items() if month is None or at == month]
        if not paths:
            return pl.LazyFrame(schema=polars_schema(self.table))
        return pl.concat([pl.scan_parquet(path, hive_partitioning=False) for path in paths])

    def months(self) -> list[str]:
        """The months that have a file, sorted."""
        return sorted({month for month in self.files.values() if month is not None})


Tables = Mapping[str, Sound]


def check_state(root: Path) -> list[Finding]:
    """No publish is under way or was left half done, and nothing is left in the staging folder."""
    findings = []
    if (root / META / JOURNAL).exists():
        message = f"{META}/{JOURNAL} is there: a publish stopped half way; the next `dateline run` finishes it"
        findings.append(Finding("state", "", message))
    generation = root / META / GENERATION
    if generation.exists():
        written = generation.read_text(encoding="utf-8", errors="replace")
        text = written.strip()
        if not text.isascii() or not text.isdigit():
            findings.append(Finding("state", "", f"{META}/{GENERATION} holds {text[:40]!r}, not a number"))
        elif written != f"{int(text)}\n":
            # Cut short it may still be a number, and another one.
            findings.append(
                Finding("state", "", f"{META}/{GENERATION} holds {written[:40]!r}, not a number and a line's end")
            )
        elif int(text) % 2:
            findings.append(Finding("state", "", f"{META}/{GENERATION} is odd ({text}): a publish is under way"))
    elif any((root / name).is_dir() for name in TABLES):
        findings.append(Finding("state", "", f"{META}/{GENERATION} is missing"))
    left = [path.relative_to(root).as_posix() for path in _walk(root / STAGING)]
    return findings + files_finding("state", "", f"{len(left)} files are left in {STAGING}", left)


def check_files(root: Path) -> list[Finding]:
    """No file lies outside the layout, and every file of a table has exactly the table's schema."""
    findings = []
    strange = []
    for entry in sorted(root.iterdir()):
        if entry.name in (META, STAGING):
            continue
        if entry.name not in TABLES:
            if entry.name not in BESIDE or not entry.is_file():
                strange += [path.relative_to(root).as_posix() for path in _walk(entry)]
            continue
        if not entry.is_dir():
            strange.append(entry.name)
            continue
        table = TABLES[entry.name]
        files = _walk(entry)
        lost = [path.relative_to(root).as_posix() for path in files if not _fits(table, entry, path)]
        findings += files_finding("layout", table.name, "a file outside the table's layout", lost)
        findings += _check_schemas(table, root, [path for path in files if _fits(table, entry, path)])
    return files_finding("layout", "", "a file outside the layout", strange) + findings


def sound_tables(root: Path, findings: list[Finding]) -> dict[str, Sound]:
    """The tables whose files can be read as they are; one that has no files counts as a table with no rows."""
    broken = {finding.table for finding in findings if finding.check not in _READABLE}
    return {
        name: Sound(table, root / name, {path: _month(table, path) for path in _walk(root / name)})
        for name, table in TABLES.items()
        if name not in broken
    }


def check_readers(tables: Tables) -> list[Finding]:
    """Polars, PyArrow and, where installed, DuckDB and pandas read every table whole, with no option set."""
    findings = []
    for reader, (module, read, damage) in _READERS.items():
        if importlib.util.find_spec(module) is None:
            continue
        errors: tuple[type[BaseException], ...] = (*DAMAGE, *damage())
        for name, sound in tables.items():
            if not sound.files:
                continue
            expected = sum(pq.read_metadata(path).num_rows for path in sound.files)
            try:
                n_rows, names = read(sound)
            except errors as error:
                findings.append(Finding("readers", name, f"{reader} cannot read it: {_line(error)}"))
                continue
            missing = [column for column in sound.table.names if column not in names]
            if n_rows != expected or missing:
                message = f"{reader} reads {n_rows:,} of {expected:,} rows; columns missing: {missing}"
                findings.append(Finding("readers", name, message))
    return findings


def _read_polars(sound: Sound) -> tuple[int, list[str]]:
    scan = pl.scan_parquet(f"{sound.folder}/**/*.parquet")
    # The hash makes it read every column; counting alone looks at the footers only.
    n_rows = scan.select(pl.struct(pl.all()).hash().count()).collect(engine="streaming").item()
    return int(n_rows), scan.collect_schema().names()


def _read_pyarrow(sound: Sound) -> tuple[int, list[str]]:
    names = pq.ParquetDataset(sound.folder).schema.names
    return sum(pq.read_table(path).num_rows for path in sound.files), names


def _read_duckdb(sound: Sound) -> tuple[int, list[str]]:
    duckdb: Any = importlib.import_module("duckdb")
    pattern = f"{sound.folder}/**/*.parquet".replace("'", "''")
    with duckdb.connect() as connection:
        # Hashes make it read every column; counting alone looks at the footers only.
        found = connection.execute(f"SELECT count(hash(COLUMNS(*))) AS '\\0' FROM '{pattern}'")
        names = [column[0] for column in found.description]
        return int(min(found.fetchall()[0])), names


def _read_pandas(sound: Sound) -> tuple[int, list[str]]:
    pandas: Any = importlib.import_module("pandas")
    n_rows, names = 0, set()
    for path in sound.files:
        # One file at a time: pandas takes many times a file's size in memory.
        frame = pandas.read_parquet(path)
        n_rows += len(frame)
        names.update(frame.columns)
    return n_rows, sorted(names)


def _duckdb_damage() -> tuple[type[Exception], ...]:
    return (importlib.import_module("duckdb").Error,)


# Reader to its module, what reads a table with it (rows, column names), and how else it says that it cannot.
_READERS: dict[str, tuple[str, Callable[[Sound], tuple[int, list[str]]], Callable[[], tuple[type[Exception], ...]]]] = {
    "Polars": ("polars", _read_polars, tuple),
    "PyArrow": ("pyarrow", _read_pyarrow, tuple),
    "DuckDB": ("duckdb", _read_duckdb, _duckdb_damage),
    "pandas": ("pandas", _read_pandas, tuple),
}


def _check_schemas(table: Table, root: Path, files: list[Path]) -> list[Finding]:
    findings = []
    wanted = arrow_schema(table)
    for path in files:
        name = path.relative_to(root).as_posix()
        try:
            found = pq.read_schema(path)
        except DAMAGE as error:
            findings.append(Finding("schema", table.name, f"cannot be read: {_line(error)}", (name,), 1))
            continue
        if not found.equals(wanted, check_metadata=False):
            message = f"another schema than the contract's: {_difference(found, wanted)}"
            findings.append(Finding("schema", table.name, message, (name,), 1))
        elif found.metadata:
            keys = sorted(key.decode("utf-8", "replace") for key in found.metadata)
            findings.append(Finding("schema", table.name, f"metadata beside the schema: {keys}", (name,), 1))
        else:
            flaws = _written_otherwise(table, pq.read_metadata(path))
            findings += [Finding("parquet", table.name, flaw, (name,), 1) for flaw in flaws]
    return findings


def _written_otherwise(table: Table, file: pq.FileMetaData) -> list[str]:
    """What of the way a file is written differs from the contract: readers skip rows by it."""
    order = [table.names.index(name) for name in table.order]
    flaws = dict.fromkeys(
        flaw
        for group in map(file.row_group, range(file.num_row_groups))
        for flaw, is_one in (
            (f"row groups of more than {table.row_group_rows:,} rows", group.num_rows > table.row_group_rows),
            ("the order of the rows is not stated", [one.column_index for one in group.sorting_columns] != order),
            *(
                flaw
                for column in map(group.column, range(group.num_columns))
                for flaw in (
                    ("compressed otherwise than with zstd", column.compression != "ZSTD"),
                    ("statistics or page index are missing",
                     not (column.is_stats_set and column.has_column_index and column.has_offset_index)),
                )
            ),
        )
        if is_one
    )  # fmt: skip
    return list(flaws)


def _difference(found: pa.Schema, wanted: pa.Schema) -> str:
    for name in wanted.names:
        if name not in found.names:
            return f"column {name} is missing"
        if not found.field(name).equals(wanted.field(name)):
            return f"column {name} is {_type(found.field(name))}, not {_type(wanted.field(name))}"
    extra = [name for name in found.names if name not in wanted.names]
    return f"columns {', '.join(extra)} are not in it" if extra else "the columns stand in another order"


def _type(field: pa.Field[Any]) -> str:
    return f"{field.type}{'' if field.nullable else ' not null'}"


def _fits(table: Table, folder: Path, path: Path) -> bool:
    parts = path.relative_to(folder).parts
    if not _FILE.fullmatch(parts[-1]) or path.is_symlink():
        return False
    if table.partitioned:
        return len(parts) == 2 and _MONTH.fullmatch(parts[0]) is not None
    return len(parts) == 1


def _month(table: Table, path: Path) -> str | None:
    return path.parent.name.removeprefix("month=") if table.partitioned else None


def _walk(top: Path) -> list[Path]:
    """Every file at or below a path, sorted; links are not followed."""
    if top.is_file() or top.is_symlink():
        return [top]
    found = [Path(folder, name) for folder, _, names in os.walk(top) for name in names]
    return sorted(found)


def _line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
