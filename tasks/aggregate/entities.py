"""One row an entity: what all articles together say of its name, kind, country and place."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_PLACE_FACTS = ("country", "admin1", "place_type", "lat", "lon")


def build_entities(
    entity_evidence: pl.DataFrame | pl.LazyFrame,
    role_evidence: pl.DataFrame,
    referenced: Sequence[pl.DataFrame | pl.LazyFrame] = (),
) -> pl.DataFrame:
    """Give the rows of `entities`.

    The name is the fullest form that most articles use, the kind the one most mentions have; country and sector
    are those that most articles introduce the entity with (a place has its own country). Ties go to the longer name,
    then to the first by value.

    Parameters
    ----------
    entity_evidence, role_evidence
        The partials of these names, all months.
    referenced
        Frames with `entity_id`, `text` str? and `pub_date` date? from wherever tables point at entities (arguments,
        speakers). An entity found only there gets a row named by its commonest text, with no mentions counted.

    Returns
    -------
    pl.DataFrame
        Rows of `entities` sorted by entity_id.
    """
    evidence = entity_evidence.lazy()
    counts = evidence.group_by("entity_id").agg(
        pl.col("n").sum().cast(pl.Int64).alias("n_mentions"),
        pl.col("article_id").n_unique().cast(pl.Int64).alias("n_articles"),
        pl.col("pub_date").min().alias("first_seen"),
        pl.col("pub_date").max().alias("last_seen"),
        (pl.col("form_text").filter(pl.col("form_text") != "").unique().sort()).alias("aliases"),
    )
    entities = (
        counts.collect(engine="streaming")
        .join(_common(evidence, "name"), on="entity_id", how="left")
        .join(_common(evidence, "kind"), on="entity_id", how="left")
        .join(_place_facts(evidence), on="entity_id", how="left")
        .join(_introduced(role_evidence, "country"), on="entity_id", how="left")
        .join(_introduced(role_evidence, "sector"), on="entity_id", how="left")
        .with_columns(pl.col("aliases").list.set_difference(pl.concat_list("name")).list.sort())
    )
    place = pl.col("place_type").is_not_null()
    entities = entities.with_columns(
        # A linked place is a place, whatever an article took it for.
        pl.when(place).then(pl.lit("place")).otherwise("kind").alias("kind"),
        pl.when(place).then("country").otherwise(pl.coalesce("introduced_country", "country")).alias("country"),
        pl.when(place).then(None).otherwise("introduced_sector").alias("sector"),
    ).drop("introduced_country", "introduced_sector")
    if referenced:
        known = entities.lazy().select("entity_id")
        missing = [
            frame.lazy()
            .select("entity_id", "text", "pub_date")
            .filter(pl.col("entity_id").is_not_null())
            .join(known, on="entity_id", how="anti")
            .collect(engine="streaming")
            for frame in referenced
        ]
        entities = pl.concat([entities, _only_referenced(pl.concat(missing))], how="diagonal")
    return entities.select(
        "entity_id",
        "kind",
        "name",
        "aliases",
        "country",
        "sector",
        "admin1",
        "place_type",
        "lat",
        "lon",
        "n_mentions",
        "n_articles",
        "first_seen",
        "last_seen",
    ).sort("entity_id")


def _common(evidence: pl.LazyFrame, column: str) -> pl.DataFrame:
    """Per entity the value that most articles give, then most mentions; the longer, then the first of equals."""
    return (
        evidence.group_by("entity_id", column)
        .agg(pl.col("article_id").n_unique().alias("articles"), pl.col("n").sum().alias("times"))
        .collect(engine="streaming")
        .with_columns(pl.col(column).str.len_chars().alias("length"))
        .sort("entity_id", "articles", "times", "length", column, descending=[False, True, True, True, False])
        .unique("entity_id", keep="first", maintain_order=True)
        .select("entity_id", column)
    )


def _place_facts(evidence: pl.LazyFrame) -> pl.DataFrame:
    """The gazetteer says the same of a place everywhere; should two versions of it disagree, the common one counts."""
    return (
        evidence.filter(pl.col("place_type").is_not_null() | pl.col("country").is_not_null())
        .group_by("entity_id", *_PLACE_FACTS)
        .agg(pl.col("article_id").n_unique().alias("articles"))
        .collect(engine="streaming")
        .sort("entity_id", "articles", *_PLACE_FACTS, descending=[False, True] + [False] * 5, nulls_last=True)
        .unique("entity_id", keep="first", maintain_order=True)
        .drop("articles")
    )


def _introduced(evidence: pl.DataFrame, column: str) -> pl.DataFrame:
    return (
        evidence.filter(pl.col(column).is_not_null())
        .group_by("entity_id", column)
        .agg(pl.col("article_id").n_unique().alias("articles"), pl.len().alias("times"))
        .sort("entity_id", "articles", "times", column, descending=[False, True, True, False])
        .unique("entity_id", keep="first", maintain_order=True)
        .select("entity_id", pl.col(column).alias(f"introduced_{column}"))
    )


def _only_referenced(missing: pl.DataFrame) -> pl.DataFrame:
    """Rows of entities that no mention links to, named by their commonest words."""
    days = missing.group_by("entity_id").agg(
        pl.col("pub_date").min().alias("first_seen"), pl.col("pub_date").max().alias("last_seen")
    )
    names = (
        missing.group_by("entity_id", "text")
        .agg(pl.len().alias("times"))
        .sort("entity_id", "times", "text", descending=[False, True, False], nulls_last=True)
        .unique("entity_id", keep="first", maintain_order=True)
    )
    return days.join(names, on="entity_id", how="left").select(
        "entity_id",
        pl.when(pl.col("entity_id").str.starts_with("gn:"))
        .then(pl.lit("place"))
        .otherwise(pl.lit("other"))
        .alias("kind"),
        pl.coalesce("text", "entity_id").alias("name"),
        pl.lit([], dtype=pl.List(pl.String)).alias("aliases"),
        pl.lit(0, dtype=pl.Int64).alias("n_mentions"),
        pl.lit(0, dtype=pl.Int64).alias("n_articles"),
        "first_seen",
        "last_seen",
    )
