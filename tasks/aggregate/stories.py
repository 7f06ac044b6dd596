"""Stories: articles about one happening.

Copies belong to their original's story. Where entity evidence is given, other articles join the story they are most
like, as if they came one by one in the order (published_at, article_id). Alike is what `story_features` says of two
articles, over words of title and lead and over entities; likeness to a story lies between that to its nearest article
and the mean of that to all. Only articles of the last days count, so the window moves on with the story. An undated
article has no window and stays alone (with its copies).
"""

from __future__ import annotations

from collections import Counter

import polars as pl

from tasks.aggregate.story_features import Features, count_features, weigh_features
from tasks.ids import hash_id

WINDOW_DAYS = 4
# Set on the two weeks sorted by hand, tests/golden/example.json and stories.json: below, one theme flows together.
LIKENESS = 0.14
# How much the nearest article counts in the likeness to a story; the mean of all counts the rest.
NEAREST = 0.5
# A feature that more articles of the window than this have leads to no story, though it counts in the likeness.
COMMON = 200
# Where rarer features give less than this, the common ones are not looked at: they alone make no story.
GLIMPSE = LIKENESS / 4


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


def _features(originals: pl.DataFrame, evidence: pl.DataFrame, leads: pl.DataFrame | None) -> dict[str, Features]:
    entities: dict[str, list[tuple[str, str, int]]] = {}
    for root, *entity in evidence.iter_rows():
        entities.setdefault(root, []).append((entity[0], entity[1], entity[2]))
    known = originals.select("article_id", "title", "source")
    if leads is None:
        read = known.with_columns(text=pl.lit(""))
    else:
        read = known.join(leads.select("article_id", "text"), on="article_id", how="left")
    return weigh_features(
        {
            article_id: count_features(title or "", text or "", source, entities.pop(article_id, ()))
            for article_id, title, source, text in read.iter_rows()
        }
    )


def _alike(originals: pl.DataFrame, features: dict[str, Features]) -> dict[str, str]:
    window = _Window()
    found: dict[str, str] = {}
    for article_id, pub_date in originals.select("article_id", "pub_date").iter_rows():
        if pub_date is None:
            continue
        day = pub_date.toordinal()
        window.forget(day - WINDOW_DAYS)
        best, likeness = hash_id("story", article_id), LIKENESS
        # Stories come in the order of their first living article, so of two as like the older one is taken.
        for story, alike in window.likeness(features[article_id]).items():
            if alike > likeness:
                best, likeness = story, alike
        window.add(day, best, features[article_id])
        found[article_id] = best
    return found


class _Window:
    """The articles of the last days, by feature, with the stories they were given to."""

    def __init__(self) -> None:
        self._articles: dict[int, tuple[int, str, Features]] = {}  # number: day, story, features
        self._first = 0  # number of the oldest
        self._having: dict[str, dict[int, float]] = {}
        self._sizes: Counter[str] = Counter()

    def forget(self, before: int) -> None:
        """Let go of the articles older than the day `before`."""
        while self._articles and self._articles[self._first][0] < before:
            _, story, features = self._articles.pop(self._first)
            for name in features.names:
                holders = self._having[name]
                del holders[self._first]
                if not holders:
                    del self._having[name]
            self._sizes[story] -= 1
            if not self._sizes[story]:
                del self._sizes[story]
            self._first += 1

    def add(self, day: int, story: str, features: Features) -> None:
        """Take in the newest article."""
        number = self._first + len(self._articles)
        for name, weight in zip(features.names, features.weights, strict=True):
            self._having.setdefault(name, {})[number] = weight
        self._articles[number] = (day, story, features)
        self._sizes[story] += 1

    def likeness(self, features: Features) -> dict[str, float]:
        """How like an article is to each story that shares a feature with it."""
        dots: dict[int, float] = {}
        common: list[tuple[dict[int, float], float]] = []
        for name, weight in zip(features.names, features.weights, strict=True):
            holders = self._having.get(name)
            if not holders:
                continue
            if len(holders) > COMMON:
                common.append((holders, weight))
                continue
            for number, other in holders.items():
                dots[number] = dots.get(number, 0.0) + weight * other
        near = [number for number, dot in dots.items() if dot >= GLIMPSE]
        for holders, weight in common:
            for number in near:
                dots[number] += weight * holders.get(number, 0.0)
        nearest: dict[str, float] = {}
        total: dict[str, float] = {}
        for number in sorted(dots):
            story = self._articles[number][1]
            nearest[story] = max(nearest.get(story, 0.0), dots[number])
            total[story] = total.get(story, 0.0) + dots[number]
        return {s: NEAREST * nearest[s] + (1 - NEAREST) * total[s] / self._sizes[s] for s in nearest}
