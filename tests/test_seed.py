"""The seed article is the first acceptance case: what its tables must say, read as an analyst would read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytestmark = pytest.mark.usefixtures("seed_output")


@pytest.fixture(scope="module")
def tables(seed_output: Path) -> dict[str, pl.DataFrame]:
    from tasks.contract.tables import TABLES

    return {name: pl.read_parquet(f"{seed_output}/{name}/**/*.parquet", hive_partitioning=False) for name in TABLES}


def test_the_article_has_its_title_and_no_date_or_author(tables: dict[str, pl.DataFrame], seed_output: Path) -> None:
    row = tables["articles"].row(0, named=True)
    assert tables["articles"].height == 1
    assert row["title"] == "Putin invites Kim Jong-un to Vladivostok"
    assert row["lang"] == "en"
    assert row["authors"] == []
    assert row["published_at"] is None
    assert row["published_basis"] == "none"
    assert row["annotated"]
    assert (seed_output / "articles" / "month=undated").is_dir()


def test_the_text_ends_with_the_article_and_keeps_its_sentences(tables: dict[str, pl.DataFrame], root: Path) -> None:
    text = tables["texts"].row(0, named=True)["text"]
    assert text.startswith("Putin invites Kim Jong-un to Vladivostok\n\nThis is the first summit")
    assert text.endswith("said the US Embassy in Russia.")
    assert text.count("Putin invites Kim Jong-un to Vladivostok") == 1
    for rest in ("Leave a Reply", "WordPress", "Log Out", "Akismet", "Connecting to"):
        assert rest not in text
    given = (root / "seeds" / "000_d4ff3d725e338e5f.txt").read_text("utf-8").split("Leave a Reply")[0]
    squeezed = re.sub(r"\s+", " ", text)
    for line in filter(str.strip, given.splitlines()):
        assert re.sub(r"\s+", " ", line).strip() in squeezed


def test_no_clock_leaks_into_a_table_but_the_audit(seed_output: Path) -> None:
    today = pl.read_parquet(f"{seed_output}/runs/*.parquet")["started_at"].dt.strftime("%Y-%m-%d")[0]
    for file in sorted(seed_output.rglob("*.parquet")):
        if file.relative_to(seed_output).parts[0] in ("runs", "changes"):
            continue
        frame = pl.read_parquet(file, hive_partitioning=False)
        assert today not in frame.write_json(), file


PEOPLE = [
    ("Vladimir Putin", "RUS"),
    ("Kim Jong-un", "PRK"),
    ("Donald Trump", "USA"),
    ("Mike Pompeo", "USA"),
    ("Stephen Biegun", "USA"),
    ("Igor Morgulov", "RUS"),
    ("Kim Chang Son", "PRK"),
]


@pytest.mark.parametrize(("name", "country"), PEOPLE)
def test_each_person_is_one_entity_with_country_and_sector(
    tables: dict[str, pl.DataFrame], name: str, country: str
) -> None:
    found = tables["entities"].filter((pl.col("name") == name) & (pl.col("kind") == "person"))
    assert found.height == 1
    assert found["country"][0] == country
    assert found["sector"][0] == "GOV"


def test_there_are_no_other_people(tables: dict[str, pl.DataFrame]) -> None:
    people = set(tables["entities"].filter(pl.col("kind") == "person")["name"])
    assert people - {name for name, _ in PEOPLE} <= {"Kim Jung-a"}


@pytest.mark.parametrize(("short", "full"), [("Putin", "Vladimir Putin"), ("Trump", "Donald Trump")])
def test_short_forms_are_linked_to_the_full_name(tables: dict[str, pl.DataFrame], short: str, full: str) -> None:
    entity = tables["entities"].filter(pl.col("name") == full)["entity_id"][0]
    found = tables["mentions"].filter((pl.col("text") == short) & (pl.col("form") == "name"))
    assert found.height >= 1
    assert set(found["entity_id"]) == {entity}


def test_roles_come_from_the_words_of_the_text(tables: dict[str, pl.DataFrame]) -> None:
    roles = tables["entity_roles"].join(tables["entities"].select("entity_id", "name"), on="entity_id")
    told = {(row["name"], row["title"]) for row in roles.iter_rows(named=True)}
    assert ("Igor Morgulov", "Deputy Foreign Minister") in told
    assert ("Mike Pompeo", "Secretary of State") in told


@pytest.mark.parametrize(
    ("name", "entity_id"),
    [
        ("Vladivostok", "gn:2013348"),
        ("Moscow", "gn:524901"),
        ("Singapore", "gn:1880252"),
        ("Hanoi", "gn:1581130"),
        ("Pyongyang", "gn:1871859"),
        ("Russia", "gn:2017370"),
        ("North Korea", "gn:1873107"),
        ("China", "gn:1814991"),
        ("United States", "gn:6252001"),
    ],
)
def test_places_carry_their_geonames_id(tables: dict[str, pl.DataFrame], name: str, entity_id: str) -> None:
    found = tables["mentions"].filter((pl.col("text") == name) & (pl.col("form") == "name"))
    assert found.height >= 1
    if name == "Singapore":  # GeoNames has the city and the country under one name
        assert set(found["entity_id"]) <= {"gn:1880252", "gn:1880251"}
    else:
        assert set(found["entity_id"]) == {entity_id}


def test_vladivostok_is_never_a_person(tables: dict[str, pl.DataFrame]) -> None:
    assert set(tables["mentions"].filter(pl.col("text") == "Vladivostok")["label"]) == {"GPE"}


def sides(row: dict[str, Any]) -> set[str]:
    return set(row["actor_countries"]) | set(row["recipient_countries"])


def events(tables: dict[str, pl.DataFrame], **wanted: object) -> list[dict[str, object]]:
    frame = tables["events"]
    for column, value in wanted.items():
        frame = frame.filter(pl.col(column) == value)
    return frame.to_dicts()


def place(tables: dict[str, pl.DataFrame], row: dict[str, object]) -> str | None:
    found = tables["entities"].filter(pl.col("entity_id") == row["place_id"])
    return found["name"][0] if found.height else None


def test_the_planned_meeting_of_kim_and_putin_is_one_event(tables: dict[str, pl.DataFrame]) -> None:
    meetings = [
        row
        for row in events(tables, event_type="CONSULT", status="planned")
        if {"RUS", "PRK"} <= sides(row) and not sides(row) - {"RUS", "PRK"}
    ]
    assert len(meetings) == 1
    assert place(tables, meetings[0]) in ("Vladivostok", "Russia")
    assert meetings[0]["n_mentions"] >= 2  # type: ignore[operator]
    assert meetings[0]["event_date"] is None


def test_the_meetings_in_singapore_and_hanoi_are_two_events(tables: dict[str, pl.DataFrame]) -> None:
    meetings = [row for row in events(tables, event_type="CONSULT") if {"USA", "PRK"} <= sides(row)]
    assert sorted(str(place(tables, row)) for row in meetings) == ["Hanoi", "Singapore"]
    assert {row["status"] for row in meetings} <= {"happened", "historical"}


def test_biegun_met_morgulov_in_moscow(tables: dict[str, pl.DataFrame]) -> None:
    meetings = [row for row in events(tables, event_type="CONSULT", status="happened") if {"USA", "RUS"} <= sides(row)]
    assert [place(tables, row) for row in meetings] == ["Moscow"]


def test_kim_chang_son_visited_vladivostok(tables: dict[str, pl.DataFrame]) -> None:
    visits = [
        row
        for row in events(tables, event_type="CONSULT", mode="visit", status="happened")
        if place(tables, row) == "Vladivostok"
    ]
    assert len(visits) == 1
    assert visits[0]["actor_countries"] == ["PRK"]


def test_putin_will_visit_china_on_days_without_a_year(tables: dict[str, pl.DataFrame]) -> None:
    visits = [row for row in events(tables, event_type="CONSULT", status="planned") if "CHN" in sides(row)]
    assert len(visits) == 1
    assert visits[0]["event_date"] is None
    mention = tables["event_mentions"].filter(pl.col("event_id") == visits[0]["event_id"])
    assert set(mention["timex"]) == {"XXXX-04-26/XXXX-04-27"}


@pytest.mark.parametrize(
    ("event_type", "actor", "recipient"),
    [("REQUEST", "USA", "PRK"), ("REQUEST", "PRK", None), ("REJECT", "PRK", "USA"), ("MOBILIZE", "PRK", None)],
)
def test_demands_refusal_and_weapons_test(
    tables: dict[str, pl.DataFrame], event_type: str, actor: str, recipient: str | None
) -> None:
    found = [
        row
        for row in events(tables, event_type=event_type)
        if actor in row["actor_countries"] and (recipient is None or recipient in row["recipient_countries"])  # type: ignore[operator]
    ]
    assert len(found) >= 1


def test_nothing_is_coded_that_the_article_does_not_tell(tables: dict[str, pl.DataFrame]) -> None:
    kinds = tables["events"].group_by("event_type").len()
    assert set(kinds["event_type"]) <= {"CONSULT", "REQUEST", "REJECT", "MOBILIZE", "SANCTION", "RETREAT"}
    assert tables["events"].height <= 14


def test_the_two_quotations_have_their_speakers(tables: dict[str, pl.DataFrame]) -> None:
    quotes = tables["quotes"].to_dicts()
    careful = [row for row in quotes if "more careful and more mature" in row["text"]]
    embassy = [
        row for row in quotes if "denuclearization of North Korea" in row["text"] and "definitive" in row["text"]
    ]
    assert len(careful) == 1
    assert "Pyongyang government" in (careful[0]["speaker_text"] or "") or careful[0]["speaker_id"] == "gn:1871859"
    assert embassy
    assert {row["kind"] for row in embassy} == {"mixed"}
    assert all("US Embassy" in row["speaker_text"] for row in embassy)


def test_a_subheading_is_no_quote_and_no_part_of_a_sentence(tables: dict[str, pl.DataFrame]) -> None:
    assert not [row for row in tables["quotes"].to_dicts() if row["text"].startswith("total and verifiable")]
    text = tables["texts"].row(0, named=True)
    starts = text["sent_starts"]
    sentences = [text["text"][a:b].strip() for a, b in zip(starts, [*starts[1:], len(text["text"])], strict=True)]
    assert "Contact problem" in sentences
    assert "Towards a “total and verifiable denuclearization” of North Korea?" in sentences


def test_every_promise_of_the_contract_holds(seed_output: Path) -> None:
    from tasks.verify.output import verify

    assert [finding.message for finding in verify(str(seed_output))] == []
