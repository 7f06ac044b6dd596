"""For: tasks.clean.dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.dates import date_of_line, date_of_url, parse_instant, refusal
from tasks.reference.dateline import parse_dateline


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2019-04-18", "2019-04-18T00:00"),
        ("2019-04-18T09:30:15", "2019-04-18T09:30:15"),
        ("2019-04-18T09:30:15.123456Z", "2019-04-18T09:30:15"),
        ("2019-04-18T09:30:15+02:00", "2019-04-18T07:30:15"),
        ("2019-04-18 09:30 -0500", "2019-04-18T14:30"),
        ("20190418T093015Z", "2019-04-18T09:30:15"),
        ("20190418", "2019-04-18T00:00"),
        ("2019/4/18", "2019-04-18T00:00"),
        ("Thu, 18 Apr 2019 09:30:15 GMT", "2019-04-18T09:30:15"),
        ("Thu, 18 Apr 2019 09:30:15 -0700", "2019-04-18T16:30:15"),
        ("April 18, 2019", "2019-04-18T00:00"),
        ("Thursday, April 18th, 2019", "2019-04-18T00:00"),
        ("Apr. 18, 2019 5:30 p.m. EDT", "2019-04-18T21:30"),
        ("18 April 2019", "2019-04-18T00:00"),
        ("18 April 2019 02:00 SGT", "2019-04-17T18:00"),
        ("18 April 2019 02:00 NZST", "2019-04-17T14:00"),
        ("18. April 2019, 14:05 Uhr", "2019-04-18T14:05"),
        ("18.04.2019 14:05", "2019-04-18T14:05"),
        ("Donnerstag, 3. März 2022", "2022-03-03T00:00"),
        ("3 février 2020 à 14h05", "2020-02-03T14:05"),
        ("1er août 2021", "2021-08-01T00:00"),
        ("7 de septiembre de 2018", "2018-09-07T00:00"),
        ("18/04/2019", "2019-04-18T00:00"),
        ("04/18/2019", "2019-04-18T00:00"),
        ("05/05/2019", "2019-05-05T00:00"),
        ("1555545600", "2019-04-18T00:00"),
        ("201904180930", "2019-04-18T09:30"),
        ("20190418093015", "2019-04-18T09:30:15"),
        ("1555545600000", "2019-04-18T00:00"),
    ],
)
def test_dates_are_read_as_utc(value: str, instant: str) -> None:
    assert parse_instant(value) == dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "today",
        "2 hours ago",
        "04/05/2019",
        "2019-13-01",
        "2019-02-30",
        "April 2019",
        "2019",
        "99999999999999",
    ],
)
def test_what_names_no_single_day_is_not_read(value: str) -> None:
    assert parse_instant(value) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}.{0,12}", fullmatch=True))
def test_no_string_raises(value: str) -> None:
    found = parse_instant(value)
    assert found is None or found.utcoffset() == dt.timedelta(0)


@given(st.datetimes(min_value=dt.datetime(1900, 1, 1), max_value=dt.datetime(2100, 1, 1)))
def test_iso_instants_come_back(instant: dt.datetime) -> None:
    whole = instant.replace(microsecond=0)
    assert parse_instant(whole.isoformat()) == whole.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://e.org/2019/04/18/title", "2019-04-18"),
        ("https://e.org/world/2019/apr/18/title", "2019-04-18"),
        ("https://e.org/world/title-2019-04-18", "2019-04-18"),
        ("https://e.org/20190418/title", "2019-04-18"),
        ("https://e.org/2019/04/title", None),
        ("https://e.org/2019/44/18/title", None),
        ("https://e.org/title?d=/2019/04/18/", None),
        ("https://e.org/article-12345678", None),
    ],
)
def test_days_in_url_paths(url: str, day: str | None) -> None:
    found = date_of_url(url)
    assert (found.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Posted on April 18, 2019 by admin", "2019-04-18"),
        ("Published: 18 April 2019", "2019-04-18"),
        ("Veröffentlicht am 18. April 2019 von Redaktion", "2019-04-18"),
        ("Publié le 18 avril 2019", "2019-04-18"),
        ("Published in the spring of 2019, the book sold well.", None),
    ],
)
def test_days_in_lines_that_say_when_it_was_published(line: str, day: str | None) -> None:
    found = date_of_line(line)
    assert (found.date().isoformat() if found else None) == day


def test_a_date_is_refused_before_1900_and_after_it_was_fetched_but_never_by_the_clock() -> None:
    far = dt.datetime(2090, 1, 1, tzinfo=dt.UTC)
    fetched = dt.datetime(2019, 4, 18, tzinfo=dt.UTC)
    assert refusal(far, None) is None
    assert refusal(far, fetched) == "after it was fetched"
    assert refusal(fetched + dt.timedelta(hours=20), fetched) is None
    assert refusal(dt.datetime(1899, 12, 31, tzinfo=dt.UTC), None) == "before 1900"
    assert refusal(dt.datetime(2100, 1, 1, tzinfo=dt.UTC), None) == "after 2100"


@pytest.mark.parametrize(
    ("paragraph", "place", "month", "day", "agency", "first"),
    [
        ("MOSCOW, April 18 (Reuters) — Two men met.", "MOSCOW", 4, 18, "Reuters", "Two"),
        ("LONDON, Jan 5 (Reuters) - The firm said.", "LONDON", 1, 5, "Reuters", "The"),
        ("WASHINGTON (AP) -- The court ruled.", "WASHINGTON", None, None, "AP", "The"),
        ("SAN JOSE, Costa Rica, 3 May (EFE) – The bank said.", "SAN JOSE, Costa Rica", 5, 3, "EFE", "The"),
        ("Berlin (dpa) - Die Bahn streikt.", None, None, None, None, None),
        ("BEIJING — Talks ended.", "BEIJING", None, None, None, "Talks"),
        ("The minister (left) - who resigned - said no.", None, None, None, None, None),
        ("Well-known people met in Rome.", None, None, None, None, None),
        ("NATO said it would help.", None, None, None, None, None),
    ],
)
def test_datelines_are_read(
    paragraph: str, place: str, month: int, day: str | None, agency: str | None, first: str
) -> None:
    found = parse_dateline(paragraph)
    if place is None:
        assert found is None
        return
    assert (found.place, found.month, found.day, found.agency) == (place, month, day, agency)
    assert paragraph[found.end :].startswith(first)
    assert found.date is None


def test_a_dateline_has_a_date_only_with_its_year() -> None:
    assert parse_dateline("GENEVA, 4 May 2018 — Talks ended.").date == dt.date(2018, 5, 4)
    assert parse_dateline("GENEVA, 31 February 2018 — Talks ended.").date is None
