"""Checks of what the cells of one row, or of rows that belong together, tell of each other."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tasks.aggregate.scores import with_scores
from tasks.finding import Finding, rows_finding
from tasks.verify_files import Tables

_TOLLS = ("killed", "wounded", "arrested")
# Statuses that count as one: an event that took place or is under way.
_TOOK_PLACE = ("happened", "ongoing", "historical")


@dataclass(frozen=True, slots=True)
class Rule:
    """What no row of a table may be."""

    table: str
    message: str
    columns: tuple[str, ...]
    wrong: pl.Expr


def _lone(one: str, other: str) -> pl.Expr:
    return pl.col(one).is_null() != pl.col(other).is_null()


def _points(table: str) -> tuple[Rule, ...]:
    outside = ~(pl.col("lat").is_between(-90, 90) & pl.col("lon").is_between(-180, 180))
    return (
        Rule(table, "one of lat and lon is null without the other", ("lat", "lon"), _lone("lat", "lon")),
        Rule(table, "lat or lon is no place on earth", ("lat", "lon"), outside),
    )


def _share(table: str, column: str) -> Rule:
    return Rule(table, f"{column} is not from 0 to 1", (column,), ~pl.col(column).is_between(0, 1))


def _when(table: str) -> tuple[Rule, ...]:
    first, last, precision = "event_date", "event_date_end", "date_precision"
    undated = pl.col(first).is_null()
    basis = ~undated & (pl.col("date_basis") == "none")
    return (
        Rule(table, f"{last} is before {first}", (first, last), pl.col(last) < pl.col(first)),
        Rule(table, f"{last} without {first}", (first, last), undated & pl.col(last).is_not_null()),
        Rule(table, f"one of {first} and {precision} is null without the other", (first, precision),
             _lone(first, precision)),
        Rule(table, f"{first} with the basis none", (first, "date_basis"), basis),
    )  # fmt: skip


# A place may be known by its name alone: then it has a basis, but no precision.
_NO_PLACE = pl.col("place_id").is_null() & pl.col("country").is_null()
RULES: tuple[Rule, ...] = (
    Rule("articles", "version is less than 1", ("version",), pl.col("version") < 1),
    _share("articles", "lang_score"),
    Rule("mentions", "link_method is none with an entity, or another without one", ("link_method", "entity_id"),
         (pl.col("link_method") == "none") != pl.col("entity_id").is_null()),
    Rule("mentions", "a date that stands for an entity", ("form", "entity_id"),
         (pl.col("form") == "date") & pl.col("entity_id").is_not_null()),
    Rule("mentions", "form is not that of the label", ("form", "label"),
         (pl.col("form") == "date") != pl.col("label").is_in(["DATE", "TIME"])),
    Rule("mentions", "value of what is no date", ("form", "value"),
         (pl.col("form") != "date") & pl.col("value").is_not_null()),
    _share("mentions", "link_score"),
    *_points("entities"),
    Rule("quotes", "speaker_method is none with a speaker, or another without one", ("speaker_method", "speaker_text"),
         (pl.col("speaker_method") == "none") != pl.col("speaker_text").is_null()),
    Rule("quotes", "speaker_id without speaker_text", ("speaker_id", "speaker_text"),
         pl.col("speaker_id").is_not_null() & pl.col("speaker_text").is_null()),
    *_when("event_mentions"),
    _share("event_mentions", "confidence"),
    Rule("event_args", "value_low is more than value_high", ("value_low", "value_high"),
         pl.col("value_low") > pl.col("value_high")),
    Rule("event_args", "one of country and country_method is null without the other", ("country", "country_method"),
         _lone("country", "country_method")),
    *_when("events"),
    *_points("events"),
    Rule("events", "a point where geo_precision is not city or point", ("geo_precision", "lat", "lon"),
         pl.col("lat").is_not_null() & ~pl.col("geo_precision").is_in(["city", "point"])),
    Rule("events", "geo_basis is none with a place, or another without one", ("geo_basis", "place_id", "country"),
         (pl.col("geo_basis") == "none") != _NO_PLACE),
    Rule("events", "geo_precision of no place", ("geo_precision", "place_id", "country"),
         _NO_PLACE & (pl.col("geo_precision") != "none")),
    *(Rule("events", f"{column} names something twice", (), pl.col(column).list.n_unique() < pl.col(column).list.len())
      for column in ("actor_ids", "recipient_ids", "actor_countries", "recipient_countries", "contexts")),
    _share("events", "confidence"),
    Rule("runs", "a run that ended before it started", ("started_at", "ended_at"),
         pl.col("ended_at") < pl.col("started_at")),
)  # fmt: skip


def check_cells(tables: Tables) -> list[Finding]:
    """Check what rows tell of themselves and of the rows they belong to, where those tables are sound."""
    findings = []
    for name in dict.fromkeys(rule.table for rule in RULES):
        if name in tables:
            findings += _check_rules(tables, name)
    for needed, check in (
        (("articles",), _check_originals),
        (("quotes",), _check_parts),
        (("mentions", "entities"), _check_seen),
        (("event_args", "events"), _check_tolls),
        (("events",), _check_scores),
        (("events",), _check_fulfilled),
        (("articles", "event_mentions", "events"), _check_story),
        (("articles", "stories"), _check_leads),
        (("runs", "mentions", "events"), _check_last_run),
    ):
        if all(table in tables for table in needed):
            findings += check(tables)
    return findings


def _check_rules(tables: Tables, name: str) -> list[Finding]:
    rules = [rule for rule in RULES if rule.table == name]
    # One pass counts the rows at fault of all rules; rows are fetched only where there are some.
    wrong = [rule.wrong.fill_null(False) for rule in rules]
    counts = tables[name].scan().select(one.sum().alias(str(i)) for i, one in enumerate(wrong)).collect().row(0)
    findings = []
    for rule, one, count in zip(rules, wrong, counts, strict=True):
        if count:
            shown = list(dict.fromkeys([*tables[name].table.primary_key, *rule.columns]))
            rows = tables[name].scan().filter(one).select(shown).collect()
            findings += rows_finding("cells", name, rule.message, rows)
    return findings


def _check_originals(tables: Tables) -> list[Finding]:
    """An original is the earliest of its copies, undated ones last, and they are of one story."""
    articles = tables["articles"].scan().select("article_id", "dup_of", "published_at", "story_id")
    originals = articles.select(dup_of="article_id", first="published_at", story="story_id")
    both = articles.join(originals, on="dup_of")
    first, own = pl.col("first"), pl.col("published_at")
    later = (
        (first.is_null() & own.is_not_null())
        | (first > own).fill_null(False)
        | (first.eq_missing(own) & (pl.col("dup_of") > pl.col("article_id")))
    )
    return rows_finding("copies", "articles", "a copy of a later article", both.filter(later).collect()) + rows_finding(
        "copies",
        "articles",
        "a copy of another story than its original",
        both.filter(pl.col("story") != pl.col("story_id")).collect(),
    )


def _check_parts(tables: Tables) -> list[Finding]:
    """The parts of a quotation stand in one article."""
    counts = tables["quotes"].scan().group_by("quote_id").agg(articles=pl.col("article_id").n_unique())
    apart = counts.filter(pl.col("articles") > 1)
    return rows_finding("cells", "quotes", "parts of one quotation in two articles", apart.collect())


def _check_seen(tables: Tables) -> list[Finding]:
    days = (
        tables["mentions"]
        .scan()
        .drop_nulls("entity_id")
        .group_by("entity_id")
        .agg(first=pl.col("pub_date").min(), last=pl.col("pub_date").max())
    )
    entities = tables["entities"].scan().select("entity_id", "first_seen", "last_seen")
    both = entities.join(days, on="entity_id", how="left")
    other = pl.col("first_seen").ne_missing(pl.col("first")) | pl.col("last_seen").ne_missing(pl.col("last"))
    message = "first_seen or last_seen is not the first or last day of its mentions"
    return rows_finding("dates", "entities", message, both.filter(other).collect())


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
    events = tables["events"].scan().select("event_id", "event_type", "mode", "cameo", "intensity", "goldstein")
    found = events.collect()
    right = with_scores(found.drop("intensity", "goldstein")).select(
        "event_id", right_intensity="intensity", right_goldstein="goldstein"
    )
    other = found.join(right, on="event_id").filter(
        pl.col("intensity").ne_missing(pl.col("right_intensity"))
        | pl.col("goldstein").ne_missing(pl.col("right_goldstein"))
    )
    return rows_finding("types", "events", "intensity or goldstein is not the published score", other)


def _check_fulfilled(tables: Tables) -> list[Finding]:
    """What came of a plan took place, and is of the same type."""
    events = tables["events"].scan().select("event_id", "event_type", "status", "fulfilled_by")
    goals = events.select(fulfilled_by="event_id", goal_type="event_type", goal_status="status")
    both = events.join(goals, on="fulfilled_by")
    wrong = (
        (pl.col("status") != "planned")
        | (pl.col("event_type") != pl.col("goal_type"))
        | ~pl.col("goal_status").is_in(_TOOK_PLACE)
    )
    message = "fulfilled_by of what was not planned, or names what did not take place"
    return rows_finding("cells", "events", message, both.filter(wrong).collect())


def _check_story(tables: Tables) -> list[Finding]:
    reports = tables["event_mentions"].scan().select("article_id", best_mention_id="event_mention_id")
    stories = tables["articles"].scan().select("article_id", story="story_id")
    events = tables["events"].scan().select("event_id", "best_mention_id", "story_id")
    both = events.join(reports, on="best_mention_id").join(stories, on="article_id")
    other = both.filter(pl.col("story_id").ne_missing(pl.col("story"))).select("event_id", "story_id", "story")
    return rows_finding("cells", "events", "story_id is not that of its best report", other.collect())


def _check_leads(tables: Tables) -> list[Finding]:
    """A story is led by its first article that is no copy, and has its title."""
    articles = tables["articles"].scan().filter(pl.col("dup_of").is_null())
    first = (
        articles.sort("published_at", "article_id", nulls_last=True)
        .group_by("story_id", maintain_order=True)
        .agg(first=pl.col("article_id").first(), right=pl.col("title").first())
    )
    both = tables["stories"].scan().select("story_id", "lead_article_id", "title").join(first, on="story_id")
    other = (pl.col("lead_article_id") != pl.col("first")) | pl.col("title").ne_missing(pl.col("right"))
    message = "lead_article_id is not its first article, or title not that one's"
    return rows_finding("cells", "stories", message, both.filter(other).collect())


def _check_last_run(tables: Tables) -> list[Finding]:
    """The latest run tells how many rows there are."""
    runs = tables["runs"].scan().sort("started_at").tail(1).select("run_id", "n_mentions", "n_events").collect()
    there = {name: int(tables[name].scan().select(pl.len()).collect().item()) for name in ("mentions", "events")}
    other = runs.filter((pl.col("n_mentions") != there["mentions"]) | (pl.col("n_events") != there["events"]))
    message = f"the latest run counts other rows than there are ({there['mentions']:,} and {there['events']:,})"
    return rows_finding("runs", "runs", message, other)
