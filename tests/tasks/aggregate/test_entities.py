"""For: tasks.aggregate.entities. One row an entity, whatever the articles call it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from tasks.aggregate.entities import build_entities
from tasks.contract.partials import PARTIALS
from tasks.contract.schema import conform, polars_schema
from tasks.contract.tables import TABLES
from tasks.ids import hash_id

EVIDENCE = PARTIALS["entity_evidence"]
ROLES = PARTIALS["role_evidence"]
NO_ROLES = pl.DataFrame(schema=polars_schema(ROLES))


def form(article: str, entity: str, text: str, n: int = 1, **facts: Any) -> dict[str, Any]:
    row = dict.fromkeys(EVIDENCE.names) | {
        "article_id": hash_id(article), "pub_date": dt.date(2024, 1, 1 + int(article)), "entity_id": entity,
        "kind": "person", "name": text, "form_text": text, "n": n,
    }  # fmt: skip
    return row | facts


def build(
    rows: list[dict[str, Any]], roles: pl.DataFrame = NO_ROLES, referenced: pl.DataFrame | None = None
) -> pl.DataFrame:
    evidence = conform(EVIDENCE, pl.DataFrame(rows, schema=polars_schema(EVIDENCE)))
    built = build_entities(evidence, roles, [] if referenced is None else [referenced])
    assert built.equals(build_entities(evidence.reverse(), roles.reverse(), [] if referenced is None else [referenced]))
    return conform(TABLES["entities"], built)


def test_name_aliases_and_counts() -> None:
    name = "Angela Merkel"
    rows = [
        form("1", "x:m", name, 2), form("1", "x:m", "Merkel", 3, name=name), form("2", "x:m", name),
        form("3", "x:m", "Dr Angela Merkel"), form("3", "x:m", "", 4, name="Dr Angela Merkel"),
    ]  # fmt: skip
    entity = build(rows).row(0, named=True)
    assert entity["name"] == name
    assert entity["aliases"] == ["Dr Angela Merkel", "Merkel"]
    assert (entity["n_mentions"], entity["n_articles"]) == (11, 3)
    assert (entity["first_seen"], entity["last_seen"]) == (dt.date(2024, 1, 2), dt.date(2024, 1, 4))


def test_country_and_sector_by_the_weight_of_introductions() -> None:
    roles = pl.DataFrame(
        [
            (hash_id(article), dt.date(2024, 1, 1), "x:m", None, country, sector, "title")
            for article, country, sector in [("1", "DEU", "GOV"), ("2", "DEU", "PTY"), ("3", "FRA", "GOV")]
        ],
        schema={name: polars_schema(ROLES)[name] for name in ROLES.names},
        orient="row",
    )
    entity = build([form("1", "x:m", "Merkel")], roles).row(0, named=True)
    assert (entity["country"], entity["sector"]) == ("DEU", "GOV")


def test_a_place_keeps_its_own_facts_and_is_a_place() -> None:
    facts: dict[str, Any] = {
        "country": "RUS",
        "admin1": "Moscow",
        "place_type": "city",
        "lat": 55.75,
        "lon": 37.62,
        "name": "Moscow",
    }
    rows = [
        form("1", "gn:524901", "Moscow", kind="place", **facts),
        form("2", "gn:524901", "MOSCOW", kind="org", **facts),
    ]
    entity = build(rows).row(0, named=True)
    assert (entity["kind"], entity["country"], entity["place_type"], entity["lat"]) == ("place", "RUS", "city", 55.75)
    assert entity["sector"] is None
    assert entity["aliases"] == ["MOSCOW"]


def test_what_tables_point_at_has_a_row() -> None:
    referenced = pl.DataFrame(
        {
            "entity_id": ["x:m", "x:new", "x:new", "gn:1", None],
            "text": ["Merkel", "a source", "the source", None, "he"],
            "pub_date": [dt.date(2024, 2, 1)] * 5,
        }
    )
    built = build([form("1", "x:m", "Merkel")], referenced=referenced)
    assert built.select("entity_id", "kind", "name", "n_mentions").rows() == [
        ("gn:1", "place", "gn:1", 0),
        ("x:m", "person", "Merkel", 1),
        ("x:new", "other", "a source", 0),
    ]


def test_no_evidence_gives_no_entities() -> None:
    assert build([]).is_empty()
