"""The gate between cleaning and annotation: which records are new, which text of an article holds, what to parse.

Pure functions on frames; reading and writing is done by the task in `tasks.jobs.gate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tasks.gate.origins import container_of

# What decides between two records of one article id, newest first; what is left undecided goes by origin.
NEWEST = ("published_at", "fetched_at", "text_sha256")
# A published article keeps its annotation only while all that the parse depends on is the same.
PARSED_FROM = ("text_sha256", "published_at", "title", "source", "genre", "lang")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which record stands for each article id, and what became of every incoming record.

    `articles` has one row per article id that remains (columns of the published frame, plus `incoming`: True where
    the row comes from this batch); `superseded` the texts that an id had and has no more (article_id, text_sha256).
    `n_new` counts records that became an article that was not there, `n_superseded` those that replaced, or gave way
    to, another text under their id; with `n_unchanged` they add up to the number of incoming records.
    """

    articles: pl.DataFrame
    superseded: pl.DataFrame
    n_new: int
    n_unchanged: int
    n_superseded: int


def split_repeated(incoming: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set apart the records that say again what another record of the same file says: same id, same words.

    Of such records the newest stays, of equally new ones the first; the others are rejects (`duplicate_id`). Only the
    records of one file are compared, and a file is always read whole, so neither other files nor batches change what
    is refused. Shards cannot do this: a file may be cut into several of them. The same words under the same id in
    another file are that article once more (`n_unchanged`); other words are another version of it.

    Parameters
    ----------
    incoming
        Cleaned records with at least article_id, origin and the columns of `NEWEST`.

    Returns
    -------
    tuple[pl.DataFrame, pl.DataFrame]
        The records that stay, and those refused with a column `stands`, the origin of the one that stays.
    """
    same = [container_of(pl.col("origin")), "article_id", "text_sha256"]
    ranked = incoming.sort(
        *NEWEST,
        # Records are numbered: #9 comes before #10.
        pl.col("origin").str.len_bytes(),
        "origin",
        descending=[True, True, True, False, False],
        nulls_last=True,
        maintain_order=True,
    ).with_columns(stands=pl.col("origin").first().over(same), place=pl.int_range(pl.len()).over(same))
    kept = ranked.filter(pl.col("place") == 0).drop("stands", "place")
    return kept, ranked.filter(pl.col("place") > 0).drop("place")


def resolve_versions(published: pl.DataFrame, superseded: pl.DataFrame, incoming: pl.DataFrame) -> Resolution:
    """Choose the text that stands for each article id: the newest by published_at, fetched_at, text hash.

    The choice is the greatest element of a total order over records, so neither batches nor arrival change it.

    Parameters
    ----------
    published
        One row per published article, with at least `article_id`, `origin` and the columns of `NEWEST`.
    superseded
        Texts that published articles had before (article_id, text_sha256).
    incoming
        Records of this batch with the same columns as `published`; ids may repeat.
    """
    columns = published.columns
    both = pl.concat(
        [
            published.with_columns(incoming=pl.lit(False)),
            incoming.select(columns).with_columns(incoming=pl.lit(True)),
        ]
    )
    ranked = both.sort(
        ["article_id", *NEWEST, "origin", "incoming"],
        descending=[False, True, True, True, False, False],
        nulls_last=True,
        maintain_order=True,
    )
    winners = ranked.unique("article_id", keep="first", maintain_order=True)
    texts = pl.concat(
        [both.select("article_id", "text_sha256"), superseded.select("article_id", "text_sha256")]
    ).unique()
    lost = texts.join(winners.select("article_id", "text_sha256"), on=["article_id", "text_sha256"], how="anti")
    versions = texts.group_by("article_id").agg(version=pl.len().cast(pl.Int16))
    articles = winners.drop("version").join(versions, on="article_id", how="left").select(*columns, "incoming")

    fate = (
        incoming.select("article_id", "text_sha256")
        .join(
            published.select("article_id", "text_sha256", was_published=pl.lit(True)),
            on=["article_id", "text_sha256"],
            how="left",
        )
        .join(
            winners.select("article_id", winner="text_sha256"),
            on="article_id",
            how="left",
        )
        .with_columns(had_text=pl.col("article_id").is_in(published["article_id"].implode()))
        .with_columns(known=pl.col("was_published").fill_null(False), wins=pl.col("text_sha256") == pl.col("winner"))
    )
    n_unchanged = fate.filter("known").height
    fresh = fate.filter(~pl.col("known"))
    winning = fresh.filter("wins").with_columns(
        repeat=pl.col("article_id").is_duplicated() & ~pl.col("article_id").is_first_distinct()
    )
    repeats = winning.filter("repeat").height
    n_new = winning.filter(~pl.col("repeat") & ~pl.col("had_text")).height
    return Resolution(
        articles=articles.sort("article_id"),
        superseded=lost.sort("article_id", "text_sha256"),
        n_new=n_new,
        n_unchanged=n_unchanged + repeats,
        n_superseded=fresh.height - repeats - n_new,
    )


@dataclass(frozen=True, slots=True)
class Worklist:
    """What the annotate step has to do: ids `to_annotate`; ids whose published rows go away are in `stale`."""

    to_annotate: pl.Series
    stale: pl.Series


def plan_annotation(
    articles: pl.DataFrame,
    published: pl.DataFrame,
    duplicates: pl.DataFrame,
    languages: tuple[str, ...],
    annotate: bool,
    reprocess: bool,
) -> Worklist:
    """Compare what should be annotated with what is.

    Copies are not parsed; an `update` and the longest of contained texts are. Only articles in a language of the
    model are. What is published with the same words and context is not parsed again, unless `reprocess`.

    Parameters
    ----------
    articles
        The articles that remain (`Resolution.articles`).
    published
        The articles as published before this run.
    duplicates
        article_id, dup_of, dup_kind, annotate (bool), from `tasks.gate.duplicates`.
    """
    wanted = articles.join(duplicates, on="article_id", how="left", suffix="_found").filter(
        pl.col("annotate").fill_null(True) & pl.col("lang").is_in(list(languages)) & pl.lit(annotate)
    )
    key = ["article_id", *PARSED_FROM]
    done = published.filter("annotated").select(key)
    if reprocess:
        done = done.clear()
    todo = wanted.select(key).join(done, on=key, how="anti", nulls_equal=True)["article_id"].sort()
    kept = wanted.select(key).join(done, on=key, how="semi", nulls_equal=True)["article_id"]
    stale = published.filter("annotated" if not reprocess else pl.lit(True))["article_id"]
    stale = stale.filter(~stale.is_in(kept.implode())).sort()
    return Worklist(to_annotate=todo, stale=stale)
