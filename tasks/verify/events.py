"""Checks of `events`, `event_mentions` and `event_args`: what one tells of the others, tolls, scores, plans."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from tasks.contract import vocabulary as v
from tasks.reference.files import table, toml
from tasks.verify.checks import Check, RowRule, day_of_article, event_days, lone, points, run_checks, share
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding

_TOLLS = ("killed", "wounded", "arrested")
# A place may be known by its name alone: then it has a basis, but no precision.
_NO_PLACE = pl.col("place_id").is_null() & pl.col("country").is_null()


def _check_cells(tables: Tables) -> list[Finding]:
    """A cell repeats event and date of its report."""
    reports = (
        tables["event_mentions"].scan().select("event_mention_id", report_event="event_id", report_date="pub_date")
    )
    cells = tables["event_args"].scan().select("event_mention_id", "role", "char_start", "event_id", "pub_date")
    other = cells.join(reports, on="event_mention_id").filter(
        (pl.col("event_id") != pl.col("report_event")) | pl.col("pub_date").ne_missing(pl.col("report_date"))
    )
    return rows_finding("counts", "event_args", "event_id or pub_date is not the report's", other.collect())


def _check_reports(tables: Tables) -> list[Finding]:
    """An event has reports, as many as it says and of its type; its best report is one of them."""
    mentions = tables["event_mentions"].scan()
    reports = mentions.group_by("event_id").agg(found=pl.len(), types=pl.col("event_type").unique().sort())
    events = tables["events"].scan()
    both = events.select("event_id", "event_type", "n_mentions").join(reports, on="event_id", how="left")
    none = both.filter(pl.col("found").is_null()).select("event_id", "n_mentions")
    number = both.filter(pl.col("found") != pl.col("n_mentions")).select("event_id", "n_mentions", "found")
    types = both.filter(
        (pl.col("types").list.len() != 1) | (pl.col("types").list.first() != pl.col("event_type"))
    ).select("event_id", "event_type", "types")
    owner = mentions.select(best_mention_id="event_mention_id", owner="event_id")
    best = events.select("event_id", "best_mention_id").join(owner, on="best_mention_id")
    best = best.filter(pl.col("owner") != pl.col("event_id"))
    return (
        rows_finding("counts", "events", "an event that no report tells of", none.collect())
        + rows_finding("counts", "events", "n_mentions is not the number of its reports", number.collect())
        + rows_finding("counts", "events", "a report of another type", types.collect())
        + rows_finding("counts", "events", "best_mention_id is a report of another event", best.collect())
    )


def _check_carriers(tables: Tables) -> list[Finding]:
    """Articles, reprints and days of an event follow from the articles that carry it.

    Those are the articles with a report of it and, of the same originals, the articles that were not parsed; each
    original counts once as article, whatever else carries it is a reprint.
    """
    articles = tables["articles"].scan().select("article_id", "annotated", day="pub_date", source="source",
                                                root=pl.coalesce("dup_of", "article_id"))  # fmt: skip
    told = tables["event_mentions"].scan().select("event_id", "article_id").unique()
    told = told.join(articles, on="article_id").select("event_id", "root", "article_id", "day", "source")
    copies = articles.filter(~pl.col("annotated")).select("root", "article_id", "day", "source")
    copies = told.select("event_id", "root").unique().join(copies, on="root")
    counted = (
        pl.concat([told, copies.select("event_id", "root", "article_id", "day", "source")])
        .group_by("event_id")
        .agg(
            articles=pl.col("root").n_unique(),
            carriers=pl.col("article_id").n_unique(),
            first=pl.col("day").min(),
            last=pl.col("day").max(),
            sources=pl.col("source").n_unique(),
        )
    )
    shown = ["event_id", "n_articles", "n_reprints", "n_sources", "pub_date", "last_pub_date"]
    events = tables["events"].scan().select(shown)
    both = events.join(counted, on="event_id")
    dates = pl.col("pub_date").ne_missing(pl.col("first")) | pl.col("last_pub_date").ne_missing(pl.col("last"))
    numbers = pl.any_horizontal(
        pl.col("n_articles") != pl.col("articles"),
        pl.col("n_reprints") != pl.col("carriers") - pl.col("articles"),
        pl.col("n_sources") != pl.col("sources"),
    )
    message = "pub_date or last_pub_date is not the first or last day of the articles that carry it"
    return rows_finding("counts", "events", message, both.filter(dates).collect()) + rows_finding(
        "counts",
        "events",
        "n_articles, n_reprints or n_sources is not what articles and reports have",
        both.filter(numbers).collect(),
    )


def _check_story(tables: Tables) -> list[Finding]:
    reports = tables["event_mentions"].scan().select("article_id", best_mention_id="event_mention_id")
    stories = tables["articles"].scan().select("article_id", story="story_id")
    events = tables["events"].scan().select("event_id", "best_mention_id", "story_id")
    both = events.join(reports, on="best_mention_id").join(stories, on="article_id")
    other = both.filter(pl.col("story_id").ne_missing(pl.col("story"))).select("event_id", "story_id", "story")
    return rows_finding("cells", "events", "story_id is not that of its best report", other.collect())


def _check_quads(tables: Tables) -> list[Finding]:
    """A mode belongs to its type, and so does a quad."""
    modes = pl.DataFrame(
        [(kind, mode) for kind, modes in v.MODES_OF_TYPE.items() for mode in modes],
        schema=["event_type", "mode"],
        orient="row",
    ).lazy()
    findings = []
    for name in ("event_mentions", "events"):
        rows = tables[name].scan().select(*tables[name].table.primary_key, "event_type", "mode")
        lost = rows.drop_nulls("mode").join(modes, on=["event_type", "mode"], how="anti")
        findings += rows_finding("types", name, "mode is none of its event type", lost.collect())
    quad = pl.col("event_type").replace_strict(v.QUAD_OF_TYPE, default=None, return_dtype=pl.String)
    events = tables["events"].scan().select("event_id", "event_type", "quad")
    return findings + rows_finding(
        "types", "events", "quad is not that of its event type", events.filter(pl.col("quad") != quad).collect()
    )


def _check_tolls(tables: Tables) -> list[Finding]:
    """The smallest and largest number that a cell of scope event tells; open above where one says "more than" most."""
    findings = []
    low, high = pl.col("value_low"), pl.col("value_high")
    cells = tables["event_args"].scan().filter(pl.col("value_scope") == "event")
    for role in _TOLLS:
        told = cells.filter(pl.col("role") == role).group_by("event_id")
        numbers = told.agg(low=low.min().floor(), largest=low.max(), high=high.max())
        closed = pl.col("high") >= pl.coalesce("largest", "high")
        numbers = numbers.with_columns(high=pl.when(closed).then(pl.col("high").ceil()))
        columns = [f"{role}_low", f"{role}_high"]
        both = tables["events"].scan().select("event_id", *columns).join(numbers, on="event_id", how="left")
        other = pl.col(columns[0]).ne_missing(pl.col("low")) | pl.col(columns[1]).ne_missing(pl.col("high"))
        message = f"{columns[0]} or {columns[1]} is not the smallest or largest number of its cells"
        shown = both.filter(other).select("event_id", *columns, "low", "high")
        findings += rows_finding("counts", "events", message, shown.collect())
    return findings


def _check_scores(tables: Tables) -> list[Finding]:
    """Intensity and Goldstein value are those that PLOVER and CAMEO publish, looked up here once more."""
    events = tables["events"].scan().select("event_id", "event_type", "mode", "cameo", "intensity", "goldstein")
    coded = pl.concat_str("event_type", "mode", separator="/")
    scores, values = _plover_scores(), _goldstein_values()
    of_code = {code: _value_of(code, values) for code in events.select("cameo").unique().collect()["cameo"]}
    found = events.with_columns(
        right_intensity=pl.coalesce(_looked_up(coded, scores), _looked_up(pl.col("event_type"), scores)),
        right_goldstein=_looked_up(pl.col("cameo"), of_code),
    )
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"right_{name}")) for name in ("intensity", "goldstein"))
    message = "intensity or goldstein is not the published score"
    return rows_finding("types", "events", message, found.filter(other).collect())


def _looked_up(key: pl.Expr, values: Mapping[str, float | None]) -> pl.Expr:
    return key.replace_strict(list(values), list(values.values()), default=None, return_dtype=pl.Float32)


@lru_cache(maxsize=1)
def _plover_scores() -> dict[str, float]:
    """The published scores by type, and by `TYPE/mode` where the mode has one of its own."""
    types = toml("events/plover.toml")["type"]
    scores = {name: float(entry["score"]) for name, entry in types.items()}
    for name, entry in types.items():
        scores |= {f"{name}/{mode}": float(score) for mode, score in entry.get("modes", {}).items()}
    return scores


@lru_cache(maxsize=1)
def _goldstein_values() -> dict[str, float]:
    return {row["code"]: float(row["goldstein"]) for row in table("events/cameo.csv") if row["goldstein"]}


def _value_of(code: str | None, values: Mapping[str, float]) -> float | None:
    """The value of a CAMEO code: its own, or that of the code that it refines (1823, 182, 18)."""
    while code and code not in values:
        code = code[:-1]
    return values[code] if code else None


def _check_fulfilled(tables: Tables) -> list[Finding]:
    """What came of a plan took place, and is of the same type."""
    events = tables["events"].scan().select("event_id", "event_type", "status", "fulfilled_by")
    goals = events.select(fulfilled_by="event_id", goal_type="event_type", goal_status="status")
    both = events.join(goals, on="fulfilled_by")
    wrong = (
        (pl.col("status") != "planned")
        | (pl.col("event_type") != pl.col("goal_type"))
        | ~pl.col("goal_status").is_in(v.TOOK_PLACE)
    )
    message = "fulfilled_by of what was not planned, or names what did not take place"
    return rows_finding("cells", "events", message, both.filter(wrong).collect())


RULES: tuple[RowRule, ...] = (
    *event_days("event_mentions"),
    share("event_mentions", "confidence"),
    RowRule("event_args", "value_low is more than value_high", ("value_low", "value_high"),
            pl.col("value_low") > pl.col("value_high")),
    RowRule("event_args", "one of country and country_method is null without the other", ("country", "country_method"),
            lone("country", "country_method")),
    *event_days("events"),
    *points("events"),
    RowRule("events", "a point where geo_precision is not city or point", ("geo_precision", "lat", "lon"),
            pl.col("lat").is_not_null() & ~pl.col("geo_precision").is_in(["city", "point"])),
    RowRule("events", "geo_basis is none with a place, or another without one", ("geo_basis", "place_id", "country"),
            (pl.col("geo_basis") == "none") != _NO_PLACE),
    RowRule("events", "geo_precision of no place", ("geo_precision", "place_id", "country"),
            _NO_PLACE & (pl.col("geo_precision") != "none")),
    *(RowRule("events", f"{column} names something twice", (),
              pl.col(column).list.n_unique() < pl.col(column).list.len())
      for column in ("actor_ids", "recipient_ids", "actor_countries", "recipient_countries", "contexts")),
    share("events", "confidence"),
)  # fmt: skip
CHECKS: tuple[Check, ...] = (
    day_of_article("event_mentions"),
    Check(("event_mentions", "event_args"), _check_cells),
    Check(("event_mentions", "events"), _check_reports),
    Check(("articles", "event_mentions", "events"), _check_carriers),
    Check(("articles", "event_mentions", "events"), _check_story),
    Check(("event_mentions", "events"), _check_quads),
    Check(("event_args", "events"), _check_tolls),
    Check(("events",), _check_scores),
    Check(("events",), _check_fulfilled),
)


def check_events(tables: Tables) -> list[Finding]:
    """Events are what their reports tell, reports and cells are of one event, scores are the published ones."""
    return run_checks(tables, RULES, CHECKS)
