"""For: tasks.aggregate.roles. What the corpus knows of roles, and lending it to arguments."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.aggregate.roles import DAYS_AFTER, DAYS_BEFORE, apply_roles, build_roles
from tasks.contract.partials import PARTIALS
from tasks.contract.schema import conform, polars_schema
from tasks.contract.tables import TABLES
from tasks.ids import hash_id

ROLE_COLUMNS = ("article_id", "pub_date", "entity_id", "title", "country", "sector", "method")


def evidence(*rows: tuple[str, str | None, str, str | None, str | None, str | None]) -> pl.DataFrame:
    table = PARTIALS["role_evidence"]
    full = [(hash_id(a), day(d), f"x:{hash_id(e)}", *rest, "title") for a, d, e, *rest in rows]
    return pl.DataFrame(full, schema={name: polars_schema(table)[name] for name in ROLE_COLUMNS}, orient="row")


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def arguments(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    """(pub_date, entity, country, sector) each."""
    table = TABLES["event_args"]
    full = [
        dict.fromkeys(table.names) | {
            "event_mention_id": hash_id(str(number)), "event_id": hash_id(str(number)), "pub_date": day(published),
            "role": "actor", "char_start": 0, "char_end": 1, "text": "x",
            "entity_id": f"x:{hash_id(entity)}" if entity else None, "country": country,
            "country_method": "name" if country else None, "sector": sector, "method": "dep",
        }
        for number, (published, entity, country, sector) in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(full, schema=polars_schema(table))


def test_titles_are_counted_by_article() -> None:
    roles = build_roles(
        evidence(
            ("a", "2024-01-01", "kerry", "Secretary of State", "USA", "GOV"),
            ("a", "2024-01-01", "kerry", "Secretary of State", "USA", "GOV"),
            ("b", "2024-01-03", "kerry", "Secretary of State", "USA", "GOV"),
            ("b", "2024-01-03", "kerry", "Secretary of State", None, "GOV"),
            ("b", "2024-01-03", "kerry", None, "USA", None),
        )
    )
    conform(TABLES["entity_roles"], roles)
    assert roles.select("title", "country", "n_articles").rows() == [
        ("Secretary of State", "USA", 2),
        ("Secretary of State", None, 1),
    ]
    assert roles["first_seen"][0] == dt.date(2024, 1, 1)
    assert roles["last_seen"][0] == dt.date(2024, 1, 3)


def test_no_evidence_gives_no_roles() -> None:
    conform(TABLES["entity_roles"], build_roles(evidence()))


def lend(args: pl.DataFrame, known: pl.DataFrame) -> list[tuple[str | None, str | None, str | None]]:
    return apply_roles(args, known).select("country", "country_method", "corpus_sector").rows()


def test_the_nearest_earlier_introduction_decides_then_the_nearest_later() -> None:
    known = evidence(
        ("a", "2010-01-01", "x", None, "GBR", "BUS"),
        ("b", "2015-01-01", "x", None, "USA", "GOV"),
        ("c", "2020-01-01", "x", None, "FRA", "LEG"),
    )
    args = arguments(("2016-06-01", "x", None, None), ("2015-01-01", "x", None, None), ("2009-06-01", "x", None, None))
    assert lend(args, known) == [
        ("USA", "corpus", "GOV"),
        ("USA", "corpus", "GOV"),
        ("GBR", "corpus", "BUS"),
    ]


@pytest.mark.parametrize(
    ("published", "lent"),
    [
        ("2009-12-30", None),  # more than a year before anybody introduced them
        ("2010-01-15", "GBR"),
        ("2014-12-31", "GBR"),
        ("2016-01-02", None),  # four years after the last word of it
    ],
)
def test_an_introduction_speaks_for_its_time_only(published: str, lent: str | None) -> None:
    known = evidence(("a", "2011-01-01", "x", None, "GBR", None), ("b", "2011-06-01", "x", None, "GBR", None))
    assert lend(arguments((published, "x", None, None)), known)[0][0] == lent


def test_a_person_is_what_the_texts_introduced_last() -> None:
    known = evidence(
        ("a", "2020-01-01", "x", "Foreign Minister", "SWE", "GOV"),
        ("b", "2022-01-01", "x", "UN envoy", "UNO", "IGO"),
    )
    args = arguments(*((f"202{year}-06-01", "x", None, None) for year in (0, 1, 2, 3)))
    assert [(country, sector) for country, _, sector in lend(args, known)] == [
        ("SWE", "GOV"), ("SWE", "GOV"), ("UNO", "IGO"), ("UNO", "IGO"),
    ]  # fmt: skip


days = st.dates(dt.date(2018, 1, 1), dt.date(2026, 1, 1))


@settings(deadline=None)  # the machine may be busy
@given(
    introduced=st.lists(st.tuples(days, st.sampled_from(["USA", "FRA", "DEU"])), max_size=6),
    published=days,
)
def test_what_is_lent_was_introduced_near_enough_and_nothing_nearer_before_says_otherwise(
    introduced: list[tuple[dt.date, str]], published: dt.date
) -> None:
    known = evidence(*((f"a{n}", d.isoformat(), "x", None, c, None) for n, (d, c) in enumerate(introduced)))
    lent = lend(arguments((published.isoformat(), "x", None, None)), known)[0][0]
    before = [d for d, _ in introduced if 0 <= (published - d).days <= DAYS_AFTER]
    after = [d for d, _ in introduced if 0 < (d - published).days <= DAYS_BEFORE]
    nearest = max(before) if before else min(after, default=None)
    votes = Counter(c for d, c in introduced if d == nearest)
    best = [c for c in votes if votes[c] == max(votes.values())]
    assert lent == (best[0] if len(best) == 1 else None)


def test_of_one_day_the_country_of_most_articles_is_lent_and_none_of_a_draw() -> None:
    known = evidence(
        ("a", "2024-01-01", "x", None, "FRA", None),
        ("b", "2024-01-01", "x", None, "USA", None),
        ("c", "2024-01-01", "x", None, "USA", None),
        ("d", "2024-01-02", "tie", None, "USA", None),
        ("e", "2024-01-02", "tie", None, "DEU", None),
    )
    args = arguments(("2024-01-01", "x", None, None), ("2024-02-01", "tie", None, None))
    assert [row[0] for row in lend(args, known)] == ["USA", None]


def test_what_the_words_say_stands() -> None:
    known = evidence(("a", "2024-01-01", "x", None, "USA", "GOV"))
    args = arguments(
        ("2024-01-01", "x", "CAN", None), ("2024-01-01", "x", None, "MIL"), ("2024-01-01", None, None, None)
    )
    assert lend(args, known) == [("CAN", "name", "GOV"), ("USA", "corpus", "MIL"), (None, None, None)]
    assert apply_roles(args, known)["sector"].to_list() == [None, "MIL", None]


def test_undated_arguments_ask_undated_articles_first() -> None:
    known = evidence(
        ("a", "2024-01-01", "x", None, "USA", None),
        ("b", "2024-01-01", "x", None, "USA", None),
        ("c", None, "x", None, "CAN", None),
        ("d", "2024-01-01", "y", None, "USA", None),
    )
    args = arguments((None, "x", None, None), (None, "y", None, None), ("2024-01-01", "x", None, None))
    assert [row[0] for row in lend(args, known)] == ["CAN", "USA", "USA"]


@pytest.mark.parametrize("later", ["2023-12-01", "2024-01-02"])
def test_lending_again_forgets_what_was_lent_before(later: str) -> None:
    args = arguments(("2024-01-05", "x", None, "GOV"), ("2024-01-05", "x", None, None))
    first = evidence(("a", "2024-01-01", "x", None, "FRA", "MIL"))
    both = pl.concat([first, evidence(("b", later, "x", None, "USA", "BUS"))])
    once = apply_roles(args, both)
    twice = apply_roles(apply_roles(args, first).drop("corpus_sector"), both)
    assert twice.equals(once)
    assert apply_roles(once.drop("corpus_sector"), both).equals(once)


def test_row_order_of_the_evidence_changes_nothing() -> None:
    known = evidence(
        *((f"a{n}", f"2024-01-{1 + n % 5:02}", "x", None, ("USA", "FRA", "DEU")[n % 3], None) for n in range(20))
    )
    args = arguments(*((f"2024-01-{n:02}", "x", None, None) for n in range(1, 12)))
    assert apply_roles(args, known).equals(apply_roles(args, known.reverse()))
    back = apply_roles(args.reverse(), known).reverse()
    assert back.equals(apply_roles(args, known))
