"""What annotating all published texts again will cost, told before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tasks.store.layout import Store, scan

# Runs that annotated fewer words mostly tell how long a start takes.
ENOUGH_WORDS = 20_000
# Machines and settings change: only the last runs tell how fast this one is.
LAST_RUNS = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Articles to annotate, their words, and the seconds that it takes at the speeds of earlier runs.

    `fastest` and `slowest` are None where no earlier run annotated enough to tell.
    """

    n_articles: int
    n_words: int
    fastest: float | None
    slowest: float | None

    def line(self) -> str:
        """Tell it in one line."""
        told = f"annotating again: {self.n_articles:,} published articles, {self.n_words:,} words"
        if self.fastest is None or self.slowest is None:
            return f"{told}; no earlier run annotated enough to tell how long it takes"
        short, long = _span(self.fastest), _span(self.slowest)
        return f"{told}; about {short if short == long else f'{short} to {long}'} at the speed of earlier runs"


def reprocess_cost(store: Store, languages: Sequence[str]) -> Cost:
    """Tell what `--reprocess` will cost on published tables of this schema; what is new in the inputs comes on top.

    Parameters
    ----------
    languages
        ISO 639-1 codes that the model annotates: articles in others are kept and not parsed.

    Returns
    -------
    Cost
        Copies are not counted, as they are not parsed. Copies found or lost by other rules can shift it a little.
    """
    parsed = pl.col("lang").is_in(list(languages)) & (
        pl.col("annotated") | pl.col("dup_of").is_null() | (pl.col("dup_kind") == "update")
    )
    words = scan(store, "articles", ["lang", "annotated", "dup_of", "dup_kind", "n_words"]).filter(parsed)
    n_articles, n_words = words.select(pl.len(), pl.col("n_words").cast(pl.Int64).sum()).collect().row(0)
    annotated = pl.col("words_per_second") * pl.col("seconds")
    runs = scan(store, "runs", ["number", "words_per_second", "seconds"])
    speeds = (
        runs.filter((pl.col("words_per_second") > 0) & (annotated >= min(ENOUGH_WORDS, n_words / 2)))
        .sort("number")
        .tail(LAST_RUNS)
        .collect()["words_per_second"]
        .to_list()
    )
    if not speeds or not n_words:
        return Cost(n_articles, n_words, None, None)
    return Cost(n_articles, n_words, n_words / max(speeds), n_words / min(speeds))


def _span(seconds: float) -> str:
    """A time in words that promise no more than is known."""
    if seconds < 90:
        return "a minute"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} minutes"
    hours = seconds / 3600
    return f"{hours:.1f} hours" if hours < 10 else f"{hours:.0f} hours"
