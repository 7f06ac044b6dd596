"""Stories: articles about one happening.

Copies belong to their original's story. Where entity evidence is given, other articles join the story they are most
like, as if they came one by one in the order (published_at, article_id). Alike is what `story_features` says of two
articles, over words of title and lead and over entities; likeness to a story lies between that to its nearest article
and the mean of that to all. Only articles of the last days count, so the window moves on with the story. An undated
article has no window and stays alone (with its copies).
"""

from __future__ import annotations

import polars as pl

from tasks.aggregate.stories.features import Features, count_features, weigh_features
from tasks.aggregate.stories.window import StoryRule, group_alike
from tasks.ids import hash_id

# Set on the two weeks sorted by hand, tests/golden/example.json and stories.json: below, one theme flows together.
LIKENESS = 0.14
# Common features alone make no story.
RULE = StoryRule(window_days=4, likeness=LIKENESS, nearest=0.5, common=200, glimpse=LIKENESS / 4)


def assign_stories(
    articles: pl.DataFrame, entity_evidence: pl.DataFrame | None = None, leads: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Set `story_id` of every article.

    Parameters
    ----------
    articles
        Rows of `articles`; what stands in `story_id` is not read.
    entity_evidence
        The partial of that name, all months. Without it each article that is no copy is a story of its own.
    leads
        article_id and text: the start of each text, `LEAD_CHARACTERS` of it. Without it only titles give words.

    Returns
    -------
    pl.DataFrame
        The same rows in the same order with `story_id` set: the hash of the story's first article.
    """
    originals = (
        articles.filter(pl.col("dup_of").is_null())
        .select("article_id", "title", "source", "published_at", "pub_date")
        .sort("published_at", "article_id", nulls_last=True)
    )
    own = {article_id: hash_id("story", article_id) for article_id in originals.get_column("article_id").to_list()}
    if entity_evidence is not None:
        own |= _alike(originals, _features(originals, _original_evidence(articles, entity_evidence), leads))
    ids = pl.DataFrame(
        {"root": list(own), "story_id": list(own.values())}, schema={"root": pl.String, "story_id": pl.String}
    )
    columns = articles.columns if "story_id" in articles.columns else [*articles.columns, "story_id"]
    return (
        articles.drop("story_id", strict=False)
        .with_columns(pl.coalesce("dup_of", "article_id").alias("root"))
        .join(ids, on="root", how="left", maintain_order="left")
        .select(columns)
    )


def build_stories(articles: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of `stories` for articles whose `story_id` is set; the lead is the first that is no copy."""
    first = (
        articles.with_columns(pl.col("dup_of").is_not_null().alias("copy"))
        .sort("story_id", "copy", "published_at", "article_id", nulls_last=True)
        .unique("story_id", keep="first", maintain_order=True)
        .select("story_id", "title", pl.col("article_id").alias("lead_article_id"))
    )
    counts = articles.group_by("story_id").agg(
        pl.col("pub_date").min(),
        pl.col("pub_date").max().alias("last_pub_date"),
        pl.len().cast(pl.Int32).alias("n_articles"),
        pl.col("dup_of").is_null().sum().cast(pl.Int32).alias("n_unique"),
        pl.col("source").fill_null("").n_unique().cast(pl.Int32).alias("n_sources"),
    )
    return first.join(counts, on="story_id").sort("story_id")


def _original_evidence(articles: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """The evidence under the ids of originals: of a cut copy the longer one was parsed, not the original."""
    roots = articles.select("article_id", pl.coalesce("dup_of", "article_id").alias("root"))
    return (
        evidence.join(roots, on="article_id")
        .group_by("root", "article_id", "entity_id")
        .agg(pl.col("name").min(), pl.col("n").sum())
        .group_by("root", "entity_id")
        .agg(pl.col("name").min(), pl.col("n").max())
        .sort("root", "entity_id")
    )


def _features(originals: pl.DataFrame, evidence: pl.DataFrame, leads: pl.DataFrame | None) -> Features:
    entities: dict[str, list[tuple[str, str, int]]] = {}
    for root, *entity in evidence.iter_rows():
        entities.setdefault(root, []).append((entity[0], entity[1], entity[2]))
    known = originals.select("article_id", "title", "source")
    if leads is None:
        read = known.with_columns(text=pl.lit(""))
    else:
        text = leads.select("article_id", "text")
        read = known.join(text, on="article_id", how="left", maintain_order="left")
    return weigh_features(
        count_features(title or "", text or "", source, entities.pop(article_id, ()))
        for article_id, title, source, text in read.iter_rows()
    )


def _alike(originals: pl.DataFrame, features: Features) -> dict[str, str]:
    ids = originals.get_column("article_id").to_list()
    dated = originals.get_column("pub_date").drop_nulls()
    days = [day.toordinal() for day in dated.to_list()]
    return {ids[number]: hash_id("story", ids[first]) for number, first in enumerate(group_alike(days, features, RULE))}
