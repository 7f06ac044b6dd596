"""Intensity and Goldstein values: numbers that PLOVER and CAMEO publish, from `tasks/data/events/`."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from tasks.contract.plover import plover
from tasks.reference.files import table


@lru_cache(maxsize=1)
def load_intensity() -> pl.DataFrame:
    """PLOVER's score by type and mode: event_type, mode (null: the type's own score), intensity f32."""
    rows: list[tuple[str, str | None, float]] = []
    for name, entry in plover().types.items():
        rows.append((name, None, entry.score))
        rows.extend((name, mode, score) for mode, score in entry.modes.items())
    return pl.DataFrame(
        rows, schema={"event_type": pl.String, "mode": pl.String, "intensity": pl.Float32}, orient="row"
    )


@lru_cache(maxsize=1)
def load_goldstein() -> pl.DataFrame:
    """The Goldstein value of each CAMEO code: cameo, goldstein f32. A code without one of its own is not listed."""
    pairs = [(row["code"], float(row["goldstein"])) for row in table("events/cameo.csv") if row["goldstein"]]
    return pl.DataFrame(pairs, schema={"cameo": pl.String, "goldstein": pl.Float32}, orient="row")


def with_scores(events: pl.DataFrame) -> pl.DataFrame:
    """Add `intensity` f32 and `goldstein` f32? to rows that have event_type, mode and cameo.

    A mode without a score of its own has its type's; a code without a value has that of the code it refines.
    """
    intensity = load_intensity()
    of_mode = intensity.filter(pl.col("mode").is_not_null())
    of_type = intensity.filter(pl.col("mode").is_null()).select("event_type", pl.col("intensity").alias("of_type"))
    scored = events.join(of_mode, on=["event_type", "mode"], how="left", maintain_order="left").join(
        of_type, on="event_type", how="left", maintain_order="left"
    )
    values = dict(load_goldstein().iter_rows())
    cut = [
        pl.col("cameo").str.head(length).replace_strict(values, default=None, return_dtype=pl.Float32)
        for length in (4, 3, 2)
    ]
    return scored.with_columns(
        pl.coalesce("intensity", "of_type").alias("intensity"), pl.coalesce(cut).alias("goldstein")
    ).drop("of_type")
