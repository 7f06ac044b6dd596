"""Checks of what the cells of one row, or of rows that belong together, tell of each other."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tasks.verify.articles import (
    _check_copies,
    _check_dates,
    _check_leads,
    _check_originals,
    _check_publication,
    _check_stories,
)
from tasks.verify.entities import _check_entities, _check_parts, _check_seen
from tasks.verify.events import (
    _check_carriers,
    _check_cells,
    _check_events,
    _check_fulfilled,
    _check_scores,
    _check_story,
    _check_tolls,
    _check_types,
)
from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding
from tasks.verify.runs import _check_last_run, _check_runs


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


def check_counts(tables: Tables) -> list[Finding]:
    """Check every count and copied value that can be told twice, where both its tables are sound."""
    findings = []
    for needed, check in (
        (("runs",), _check_runs),
        (("articles",), _check_copies),
        (("articles",), _check_publication),
        (("articles", "mentions", "quotes", "event_mentions"), _check_dates),
        (("event_mentions", "event_args"), _check_cells),
        (("event_mentions", "events"), _check_events),
        (("articles", "event_mentions", "events"), _check_carriers),
        (("event_mentions", "events"), _check_types),
        (("mentions", "entities"), _check_entities),
        (("articles", "stories"), _check_stories),
    ):
        if all(name in tables for name in needed):
            findings += check(tables)
    return findings
