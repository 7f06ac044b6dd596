"""Checks of each table's rows against its declaration: keys, references, closed lists, numbers, order and months."""

from __future__ import annotations

import polars as pl

from tasks.contract.schema import Column
from tasks.verify.files import Sound, Tables
from tasks.verify.finding import Finding, rows_finding

# Nulls need no check of their own: a column that may not be null is written as one that cannot be.


def check_rows(tables: Tables) -> list[Finding]:
    """Unique primary keys, values in their closed lists and patterns, finite numbers, rows in the declared order."""
    findings = []
    for sound in tables.values():
        findings += _check_key(sound)
        findings += _check_values(sound)
        findings += _check_order(sound)
    return findings


def check_references(tables: Tables) -> list[Finding]:
    """Every foreign key resolves (those into a table whose files are damaged are left out)."""
    findings = []
    for name, sound in tables.items():
        for column in sound.table.columns:
            parent, _, parent_key = (column.references or "").partition(".")
            if parent not in tables:
                continue
            keys = tables[parent].scan().select(pl.col(parent_key).alias(column.name))
            lost = _exploded(sound, column).drop_nulls(column.name).join(keys, on=column.name, how="anti")
            findings += rows_finding("reference", name, f"{column.name} names no row of {parent}", lost.collect())
    return findings


def check_months(tables: Tables) -> list[Finding]:
    """Every row lies in the partition of its publication month; texts in that of their article."""
    findings = []
    for name, sound in tables.items():
        if not sound.table.partitioned:
            continue
        for month in sound.months():
            rows = sound.scan(month)
            if "pub_date" not in sound.table.names:
                if "articles" not in tables:
                    continue
                dates = tables["articles"].scan().select("article_id", "pub_date")
                rows = rows.join(dates, on="article_id", how="inner")
            own = pl.col("pub_date").dt.strftime("%Y-%m").fill_null("undated")
            shown = [*sound.table.primary_key, "pub_date"]
            strays = rows.filter(own != month).select(shown).collect()
            findings += rows_finding("month", name, f"rows of another month in month={month}", strays)
    return findings


def _check_key(sound: Sound) -> list[Finding]:
    key = list(sound.table.primary_key)
    keys = sound.scan().select(key).collect()
    twice = keys.filter(keys.is_duplicated()).unique(maintain_order=True)
    return rows_finding("key", sound.table.name, f"more than one row under one key ({', '.join(key)})", twice)


def _check_values(sound: Sound) -> list[Finding]:
    """Every value in its closed list and of its form, every number finite."""
    checks = [(column, what, wrong) for column in sound.table.columns for what, wrong in _wrong(column)]
    if not checks:
        return []
    # One pass over the table counts all flaws; rows are fetched only where there are some.
    counts = sound.scan().select(wrong.sum().alias(str(i)) for i, (_, _, wrong) in enumerate(checks)).collect().row(0)
    findings = []
    for (column, what, wrong), count in zip(checks, counts, strict=True):
        if count:
            shown = list(dict.fromkeys([*sound.table.primary_key, column.name]))
            rows = sound.scan().filter(wrong).select(shown).collect()
            findings += rows_finding("values", sound.table.name, f"{column.name} holds {what}", rows)
    return findings


def _wrong(column: Column) -> list[tuple[str, pl.Expr]]:
    """What may be wrong with a column's values, each with the expression that marks the rows where it is."""
    is_list = column.dtype.startswith("list<")
    value = pl.element() if is_list else pl.col(column.name)
    checks = []
    if column.values is not None:
        allowed = pl.Series(column.values, dtype=pl.String).implode()
        checks.append(("a value outside its closed list", ~value.is_in(allowed)))
    if column.pattern is not None:
        checks.append(("a value of another form", ~value.str.contains(f"^(?:{column.pattern})$")))
    if column.dtype in ("f32", "f64"):
        checks.append(("NaN or infinity", ~value.is_finite()))
    if is_list:
        checks = [(what, pl.col(column.name).list.eval(wrong).list.any()) for what, wrong in checks]
    return [(what, wrong.fill_null(False)) for what, wrong in checks]


def _check_order(sound: Sound) -> list[Finding]:
    order = list(sound.table.order)
    findings = []
    for path in sound.files:
        keys = pl.read_parquet(path, columns=order, hive_partitioning=False).select(order)
        if not keys.equals(keys.sort(order, nulls_last=True)):
            name = path.relative_to(sound.folder).as_posix()
            message = f"rows are not sorted by {', '.join(order)}"
            findings.append(Finding("order", sound.table.name, message, (name,), 1))
    return findings


def _exploded(sound: Sound, column: Column) -> pl.LazyFrame:
    """The key and one column of a table, a row for each item where the column is a list."""
    shown = list(dict.fromkeys([*sound.table.primary_key, column.name]))
    rows = sound.scan().select(shown)
    if column.dtype.startswith("list<"):
        rows = rows.filter(pl.col(column.name).list.len() > 0).explode(column.name)
    return rows
