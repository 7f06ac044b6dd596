"""What the corpus says of an entity's role, and lending it to arguments whose own words do not say."""

from __future__ import annotations

import polars as pl

ROLE_KEY = ("entity_id", "title", "country", "sector")
# An introduction speaks for four years after it (a term of office) and for one before it (an article that came first).
DAYS_AFTER, DAYS_BEFORE = 1461, 366
# Stands for "introduced, but as one thing by half of the articles and as another by the rest": nothing is lent.
_SPLIT = ""


def build_roles(role_evidence: pl.DataFrame) -> pl.DataFrame:
    """Count in how many articles an entity is introduced under each title.

    Parameters
    ----------
    role_evidence
        The partial of that name, all months.

    Returns
    -------
    pl.DataFrame
        Rows of `entity_roles`, sorted by its key. Evidence that tells no title is no introduction and gives no row.
    """
    titled = role_evidence.filter(pl.col("title").is_not_null() & (pl.col("title").str.strip_chars() != ""))
    # Ways of reading are counted; the commonest is told, the first by name where two are as common.
    methods = (
        titled.group_by(*ROLE_KEY, "method")
        .agg(pl.col("article_id").n_unique().alias("n"))
        .sort(*ROLE_KEY, "n", "method", descending=[False] * 4 + [True, False], nulls_last=True)
        .unique(ROLE_KEY, keep="first", maintain_order=True)
        .drop("n")
    )
    counts = titled.group_by(ROLE_KEY).agg(
        pl.col("article_id").n_unique().cast(pl.Int64).alias("n_articles"),
        pl.col("pub_date").min().alias("first_seen"),
        pl.col("pub_date").max().alias("last_seen"),
    )
    return counts.join(methods, on=ROLE_KEY, nulls_equal=True, how="left").sort(*ROLE_KEY, nulls_last=True)


def apply_roles(event_args: pl.DataFrame, role_evidence: pl.DataFrame) -> pl.DataFrame:
    """Give arguments without a country of their own the one that the corpus knows their entity by at that time.

    The nearest introduction at or before the argument's `pub_date` decides, if it is no more than `DAYS_AFTER` older:
    somebody is what the texts introduced last, until introduced otherwise. Else the nearest after it within
    `DAYS_BEFORE` days, else an undated one. Of several on one day the one in most articles counts; where two are as
    common nothing is lent at all. An undated argument asks the undated introductions first, then all dated ones. What
    the words say is never changed.

    `sector` stays what the words say: the contract has no column that would tell a lent sector from a told one, so
    lending it could not be taken back when later articles know better. Merging needs it all the same and finds it
    in the column `corpus_sector`, which is not part of the table.

    Parameters
    ----------
    event_args
        Rows of `event_args`, staged or already published: what an earlier merge lent is taken back first.
    role_evidence
        The partial of that name, all months.

    Returns
    -------
    pl.DataFrame
        The same rows in the same order with `country` and `country_method` (`corpus`) filled in, and
        `corpus_sector` str? added.
    """
    lent = (pl.col("country_method") == "corpus").fill_null(False)
    own = event_args.with_columns(
        pl.when(lent).then(None).otherwise("country").alias("country"),
        pl.when(lent).then(None).otherwise("country_method").alias("country_method"),
    ).with_row_index("_row")
    asking = own.filter(pl.col("entity_id").is_not_null()).select("_row", "entity_id", "pub_date")
    country = _nearest(asking, role_evidence, "country")
    sector = _nearest(asking, role_evidence, "sector")
    filled = own.join(country, on="_row", how="left").join(sector, on="_row", how="left")
    wants = pl.col("country").is_null() & pl.col("_country").is_not_null()
    return (
        filled.sort("_row")
        .with_columns(
            pl.when(wants).then("_country").otherwise("country").alias("country"),
            pl.when(wants).then(pl.lit("corpus")).otherwise("country_method").alias("country_method"),
            pl.coalesce("sector", "_sector").alias("corpus_sector"),
        )
        .drop("_row", "_country", "_sector")
    )


def _nearest(asking: pl.DataFrame, evidence: pl.DataFrame, value: str) -> pl.DataFrame:
    """For each `_row` the value that the nearest introduction of its entity gives: columns _row, _<value>."""
    known = evidence.filter(pl.col(value).is_not_null()).select("entity_id", "pub_date", "article_id", value)
    daily = _heaviest(known, ["entity_id", "pub_date"], value)
    dated = daily.filter(pl.col("pub_date").is_not_null()).sort("pub_date", "entity_id")
    undated = daily.filter(pl.col("pub_date").is_null()).drop("pub_date").rename({value: "undated"})
    overall = _heaviest(known, ["entity_id"], value).rename({value: "overall"})
    asked = asking.sort("pub_date", "_row", nulls_last=True)
    when = asked.filter(pl.col("pub_date").is_not_null())
    earlier = _asof(when, dated, value, "backward")
    later = _asof(when, dated, value, "forward")
    found = (
        asked.join(earlier, on="_row", how="left")
        .join(later, on="_row", how="left")
        .join(undated, on="entity_id", how="left")
        .join(overall, on="entity_id", how="left")
        # A dated argument far from every dated introduction is not told by those.
        .with_columns(pl.when(pl.col("pub_date").is_null()).then("overall").alias("overall"))
    )
    nearest = pl.coalesce("backward", "forward", "undated", "overall")
    return found.select("_row", pl.when(nearest != _SPLIT).then(nearest).alias(f"_{value}"))


def _asof(when: pl.DataFrame, dated: pl.DataFrame, value: str, strategy: str) -> pl.DataFrame:
    backward = strategy == "backward"
    joined = when.join_asof(
        dated.rename({value: strategy}),
        on="pub_date",
        by="entity_id",
        strategy="backward" if backward else "forward",
        tolerance=f"{DAYS_AFTER if backward else DAYS_BEFORE}d",
        check_sortedness=False,
    )
    return joined.select("_row", strategy)


def _heaviest(known: pl.DataFrame, key: list[str], value: str) -> pl.DataFrame:
    """Per key the value that most articles give, `_SPLIT` where two are as common."""
    counted = known.group_by(*key, value).agg(pl.col("article_id").n_unique().alias("n"))
    return (
        counted.group_by(key)
        .agg(
            pl.col(value).sort_by("n", value, descending=[True, False]).first(),
            (pl.col("n") == pl.col("n").max()).sum().alias("leaders"),
        )
        .with_columns(pl.when(pl.col("leaders") > 1).then(pl.lit(_SPLIT)).otherwise(value).alias(value))
        .drop("leaders")
    )
