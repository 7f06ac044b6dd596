"""Forms that several organisations share, and organisations that became something else.

For: tasks.annotate.actors.organisations.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from entity_pipeline import one, parse

from tasks.reference.files import table
from tasks.reference.lexicons import organisation_entries


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("Fighting raged in Khartoum, in Sudan. The RSF shelled Omdurman.", "RSF", ("Rapid Support Forces", "SDN")),
        ("Reporters Without Borders (RSF) spoke in Khartoum. RSF urged Sudan to act.", "RSF", (None, "NGO")),
        ("In Ottawa, Canada, the Conservatives lost.", "Conservatives", ("Conservative Party of Canada", "CAN")),
        ("In London, the Conservatives lost.", "Conservatives", ("Conservative Party", "GBR")),
        ("The Conservatives lost the vote.", "Conservatives", ("Conservative Party", "GBR")),
        (
            "Fighting raged in Lima, in Peru. Peru's Congress met.",
            "Congress",
            ("Congress of the Republic of Peru", "PER"),
        ),
        ("The Greens lost the vote.", "Greens", ("Greens", None)),
        ("Finland and Sweden and Denmark voted. The Social Democrats won.", "Social Democrats", (None, None)),
    ],
)
def test_the_article_tells_which_organisation_is_meant(
    text: str, form: str, expected: tuple[str | None, str | None]
) -> None:
    mention = one(parse(f"{text} It was Monday."), form)
    name, country = expected
    assert mention.country == country
    assert name in (None, mention.canonical)


def test_short_form_and_full_name_are_one_entity() -> None:
    doc = parse("The Conservative Party of Canada met in Ottawa. The Conservatives lost.")
    assert one(doc, "Conservatives").entity_id == one(doc, "Conservative Party of Canada").entity_id


@pytest.mark.parametrize(
    ("year", "sector"), [(2019, "REB"), (2023, "GOV"), (None, None)], ids=["insurgents", "in power", "undated"]
)
def test_sectors_change_with_the_date(year: int | None, sector: str | None) -> None:
    published = dt.datetime(year, 6, 1, tzinfo=dt.UTC) if year else None
    mention = one(parse("The Taliban took a town on Monday.", published_at=published), "Taliban")
    assert (mention.country, mention.sector) == ("AFG", sector)


def test_periods_of_one_organisation_never_overlap() -> None:
    for entries in organisation_entries().values():
        for name in {entry.name for entry in entries}:
            spans = sorted(
                (entry.valid_from or dt.date.min, entry.valid_to or dt.date.max)
                for entry in entries
                if entry.name == name
            )
            assert all(first[1] < second[0] for first, second in pairwise(spans)), name


def test_the_table_is_broad_and_has_no_row_twice() -> None:
    rows = [(row["name"], row["valid_from"]) for row in table("organisations.csv")]
    assert len(rows) == len(set(rows))
    assert len(rows) >= 900
    for row in table("organisations.csv"):
        assert row["name"], row
        assert row["kind"] in ("org", "group"), row
        assert row["name"] not in row["aliases"].split("|"), row
