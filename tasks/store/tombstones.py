"""Tombstones: the ids of withdrawn articles, which no run brings back."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from tasks.contract.partials import PARTIALS
from tasks.contract.schema import polars_schema
from tasks.errors import UserError
from tasks.store.layout import Store, scan_partial

TOMBSTONES = "tombstones"
_ARTICLE_ID = re.compile(r"[0-9a-f]{16}")


def read_tombstones(store: Store) -> set[str]:
    """The ids of withdrawn articles, which no run lets in again."""
    return set(scan_partial(store, TOMBSTONES).collect().get_column("article_id"))


def with_tombstones(known: Iterable[str], withdrawn: Iterable[str]) -> pl.DataFrame:
    """Give the rows of the tombstones' table, old and new, for `Publication.put(TOMBSTONES, None, …)`.

    Raises
    ------
    UserError
        Something withdrawn is no article id.
    """
    ids = set(known)
    for given in withdrawn:
        if not _ARTICLE_ID.fullmatch(given):
            raise UserError(f"{given!r} is no article id (16 lowercase hex digits); mend the file of ids")
        ids.add(given)
    return pl.DataFrame({"article_id": sorted(ids)}, schema=polars_schema(PARTIALS[TOMBSTONES]))
