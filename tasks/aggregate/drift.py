"""Where a run's articles differ from those of the days before: a source fell silent, or a share jumped.

A share (of refused records, of copies) or a mean (events an article) of the run is held against that of the window
before it, source by source. It counts as a jump where it is large in itself and larger than chance and the window's
own days allow: its distance is measured in standard errors, to which the spread between days is added, so that a
source whose days differ much has to differ more. Method: a one-sample z test whose variance is that of a mean of the
run's records plus that of the window's daily means; counts are compared by their roots, whose variance does not grow
with them (Anscombe 1948).
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

# Fewer days with articles say nothing of what is usual; a source that publishes now and then has no habit.
FEWEST_DAYS = 7
FEWEST_DAYS_OF_HABIT = 12
# A source is silent once it has been for longer than this many of its longest usual pauses, and for some days.
PAUSES = 3
FEWEST_SILENT_DAYS = 3
NO_SOURCE = "records without a source"


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """From where on a difference is told.

    Parameters
    ----------
    days
        Length of the window that a run is held against.
    fewest
        Records (or articles) of a source that a run must have for its shares to be looked at.
    rise
        How far a share must rise, from 0 to 1.
    ratio
        How many times more, or fewer, events an article must have.
    sigmas
        How many standard errors away it must lie besides.
    """

    days: int = 30
    fewest: int = 20
    rise: float = 0.25
    ratio: float = 2.0
    sigmas: float = 4.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of one source: in the run, and in the window day by day."""

    n: int
    value: float
    window: float
    spread: float
    deviation: float

    @property
    def sigmas(self) -> float:
        """How many standard errors the run's figure lies above (below: minus) the window's."""
        error = math.sqrt(self.deviation**2 / max(self.n, 1) + self.spread**2)
        return (self.value - self.window) / error if error else math.inf * (self.value - self.window or 0.0)


def find_drift(known: pl.DataFrame, new: pl.DataFrame, limits: DriftLimits) -> list[str]:
    """Say where a run differs from the window before it, a sentence each, sorted.

    Parameters
    ----------
    known, new
        A row a record, of the days before and of the run: `source` (str, null where unknown), `day` (date, null where
        unknown), `is_reject` (bool), `is_copy` (bool), `n_events` (int, null where it was not annotated).
    """
    if new.is_empty():
        return []
    days = pl.concat([known, new]).filter(~pl.col("is_reject"))["day"].drop_nulls()
    if days.is_empty():
        return []
    today = days.max()
    assert isinstance(today, dt.date)
    since = today - dt.timedelta(days=limits.days)
    window = known.filter(pl.col("day").is_between(since, today))
    said = [*_silent(window, new, today), *_jumps(None, window, new, limits)]
    for (source,), of_source in new.group_by("source"):
        here = pl.col("source").eq_missing(pl.lit(source, pl.String))
        said += _jumps(str(source) if source is not None else NO_SOURCE, window.filter(here), of_source, limits)
    return sorted(set(said))


def _silent(window: pl.DataFrame, new: pl.DataFrame, today: dt.date) -> Iterator[str]:
    """Sources with a habit whose last article is longer ago than the habit allows, while others go on."""
    articles = pl.concat([window, new]).filter(~pl.col("is_reject") & pl.col("source").is_not_null())
    days = articles.select("source", "day").drop_nulls().unique().sort("source", "day")
    pauses = days.with_columns(pause=pl.col("day").diff().over("source").dt.total_days())
    habits = pauses.group_by("source").agg(
        days=pl.len(), last=pl.col("day").max(), pause=pl.col("pause").max().fill_null(0)
    )
    for source, n_days, last, pause in habits.sort("source").iter_rows():
        if n_days >= FEWEST_DAYS_OF_HABIT and (today - last).days > max(PAUSES * pause, FEWEST_SILENT_DAYS):
            usual = "every day" if pause <= 1 else f"at least every {pause} days"
            yield f"{source}: no article since {last}; before, {usual}"


def _jumps(source: str | None, window: pl.DataFrame, new: pl.DataFrame, limits: DriftLimits) -> Iterator[str]:
    """What jumped in the records of one source, or of all of them (`source` None)."""
    name, before = source or "all sources", f"in the {limits.days} days before"
    refused = _measure(window, new, pl.col("is_reject").cast(pl.Float64), limits.fewest)
    if refused is not None and refused.value - refused.window >= limits.rise and refused.sigmas >= limits.sigmas:
        yield f"{name}: {refused.value:.0%} of {refused.n:,} records refused; {refused.window:.0%} {before}"
    if source is None:
        return
    articles = ~pl.col("is_reject")
    copies = _measure(window.filter(articles), new.filter(articles), pl.col("is_copy").cast(pl.Float64), limits.fewest)
    if copies is not None and copies.value - copies.window >= limits.rise and copies.sigmas >= limits.sigmas:
        yield f"{name}: {copies.value:.0%} of {copies.n:,} articles are copies; {copies.window:.0%} {before}"
    read = pl.col("n_events").is_not_null()
    events = _measure(window.filter(read), new.filter(read), pl.col("n_events").cast(pl.Float64), limits.fewest)
    roots = _measure(window.filter(read), new.filter(read), (pl.col("n_events") + 0.375).sqrt(), limits.fewest)
    if events is None or roots is None or _is_within(events, limits.ratio):
        return
    if abs(roots.sigmas) >= limits.sigmas:
        yield f"{name}: {events.value:.1f} events an article in {events.n:,} articles; {events.window:.1f} {before}"


def _is_within(events: Comparison, ratio: float) -> bool:
    return events.window / ratio < events.value < events.window * ratio


def _measure(window: pl.DataFrame, new: pl.DataFrame, value: pl.Expr, fewest: int) -> Comparison | None:
    """A figure in the run and in the window; None where there are too few records or days to tell."""
    if new.height < fewest or window.height < fewest or window["day"].n_unique() < FEWEST_DAYS:
        return None
    days = window.group_by("day").agg(mean=value.mean())["mean"].to_list()
    figures = window.select(value.alias("value"))["value"].to_list()
    now = new.select(value.alias("value"))["value"].to_list()
    mean = sum(figures) / len(figures)
    # A window without any refused record (or copy, or event) is one where they are rare, not one where they cannot be.
    floor = math.sqrt(1 / (window.height + 2))
    return Comparison(
        n=new.height,
        value=sum(now) / len(now),
        window=mean,
        spread=statistics.stdev(days),
        deviation=max(statistics.stdev(figures), floor),
    )
