"""Which input file an origin belongs to: a file, a record of it (`#` and a number), or a member of an archive."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl


def container_of(origin: pl.Expr) -> pl.Expr:
    """The file or archive member that a record stands in: its origin without `#<record>` (a name may hold a #)."""
    return origin.str.replace(r"#\d+$", "")


def file_of(origin: str, files: Collection[str]) -> str | None:
    """The one of `files` that an origin is, is a record of or lies in (the innermost); None where there is none."""
    while origin and origin not in files:
        origin = origin[: max(origin.rfind("/"), origin.rfind("#"), 0)]
    return origin or None


def within(origins: pl.Series, files: Collection[str], others: Collection[str] = ()) -> pl.Series:
    """Whether each origin belongs to one of `files`, and not to one of `others` that stands nearer to it."""
    if not files:
        return pl.repeat(False, len(origins), eager=True)
    known = {*files, *others}
    return pl.Series([file_of(origin, known) in files for origin in origins], dtype=pl.Boolean)
