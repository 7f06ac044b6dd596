"""Stories: articles about one happening.

Copies belong to their original's story. Where entity evidence is given, other articles join the story they are most
like, within a window of days, as if they came one by one in the order (published_at, article_id): alike is the cosine
between the article and the mean of the story's articles, over title words and entities weighted by their rarity in the
whole corpus. An undated article has no window and stays alone (with its copies).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from tasks.ids import hash_id

WINDOW_DAYS = 3
# Set by reading what joined on dated wire news: below .33 different happenings of one theme flow together.
LIKENESS = 0.33
# A feature that more articles than this (or this share) have points at no story.
COMMON_SHARE = 0.02
COMMON_LEAST = 20
# Rarity in a small corpus is counted as if it had this many more articles without the feature.
PRIOR_ARTICLES = 200
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_STOP = frozenset(
    re.findall(
        r"\w+",
        """the and for with from that this will would could has have had are was were been not but its his her their
        over after before into out off says say said new more than who what how why when you your our can may about
        amid as against under near all one two""",
    )
)


@dataclass(slots=True)
class _Story:
    story_id: str
    size: int = 0
    last_day: int = 0
    mean: dict[str, float] = field(default_factory=dict)


def assign_stories(articles: pl.DataFrame, entity_evidence: pl.DataFrame | None = None) -> pl.DataFrame:
    """Set `story_id` of every article.

    Parameters
    ----------
    articles
        Rows of `articles`; what stands in `story_id` is not read.
    entity_evidence
        The partial of that name, all months. Without it each article that is no copy is a story of its own.

    Returns
    -------
    pl.DataFrame
        The same rows in the same order with `story_id` set: the hash of the story's first article.
    """
    originals = (
        articles.filter(pl.col("dup_of").is_null())
        .select("article_id", "title", "published_at", "pub_date")
        .sort("published_at", "article_id", nulls_last=True)
    )
    own = {article_id: hash_id("story", article_id) for article_id in originals.get_column("article_id").to_list()}
    if entity_evidence is not None:
        own |= _alike(originals, _features(originals, _original_evidence(articles, entity_evidence)))
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
        .agg(pl.col("n").sum())
        .group_by("root", "entity_id")
        .agg(pl.col("n").max())
        .sort("root", "entity_id")
    )


def _features(originals: pl.DataFrame, evidence: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Per article its features with their weights, of length one together."""
    raw: dict[str, dict[str, float]] = {}
    for article_id, title in originals.select("article_id", "title").iter_rows():
        words = (word.lower() for word in _WORD.findall(title or ""))
        raw[article_id] = dict.fromkeys(sorted({word for word in words if word not in _STOP}), 1.0)
    for root, entity_id, n in evidence.iter_rows():
        if root in raw:
            raw[root][entity_id] = 1 + math.log(n)
    spread = Counter(feature for features in raw.values() for feature in features)
    total = len(raw) + PRIOR_ARTICLES
    weighted = {}
    for article_id, features in raw.items():
        vector = {name: weight * math.log(total / spread[name]) for name, weight in sorted(features.items())}
        length = math.sqrt(math.fsum(value * value for value in vector.values()))
        weighted[article_id] = {name: value / length for name, value in vector.items()} if length else {}
    common = max(COMMON_LEAST, COMMON_SHARE * total)
    # Features too common to point at a story still count in the likeness; the rare ones lead to candidates.
    for vector in weighted.values():
        for name in vector:
            if spread[name] > common:
                vector[name] = -vector[name]
    return weighted


def _alike(originals: pl.DataFrame, features: dict[str, dict[str, float]]) -> dict[str, str]:
    stories: list[_Story] = []
    by_feature: dict[str, list[int]] = {}
    found: dict[str, str] = {}
    for article_id, pub_date in originals.select("article_id", "pub_date").iter_rows():
        if pub_date is None:
            continue
        vector = features[article_id]
        day = pub_date.toordinal()
        best, likeness = -1, LIKENESS
        for number in sorted(_candidates(vector, by_feature, stories, day)):
            alike = _cosine(vector, stories[number])
            if alike > likeness:
                best, likeness = number, alike
        if best < 0:
            best = len(stories)
            stories.append(_Story(hash_id("story", article_id)))
        _take_in(stories[best], vector, day)
        for name, value in vector.items():
            if value > 0:
                listed = by_feature.setdefault(name, [])
                if best not in listed:
                    listed.append(best)
        found[article_id] = stories[best].story_id
    return found


def _candidates(
    vector: dict[str, float], by_feature: dict[str, list[int]], stories: list[_Story], day: int
) -> set[int]:
    numbers: set[int] = set()
    for name, value in vector.items():
        if value <= 0 or name not in by_feature:
            continue
        # Articles come by day, so a story out of the window never comes back into it.
        alive = [number for number in by_feature[name] if day - stories[number].last_day <= WINDOW_DAYS]
        by_feature[name] = alive
        numbers.update(alive)
    return numbers


def _cosine(vector: dict[str, float], story: _Story) -> float:
    dot = math.fsum(abs(value) * story.mean.get(name, 0.0) for name, value in vector.items())
    length = math.sqrt(math.fsum(value * value for value in story.mean.values()))
    return dot / length if length else 0.0


def _take_in(story: _Story, vector: dict[str, float], day: int) -> None:
    story.size += 1
    story.last_day = day
    for name, value in vector.items():
        story.mean[name] = story.mean.get(name, 0.0) + abs(value)
