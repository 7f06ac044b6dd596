"""Time expressions: what is found, what value it gets from which anchor, what is no date. For: tasks.annotate.dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks.annotate.dates.component import resolve
from tasks.annotate.dates.grammar import find
from tasks.annotate.dates.lexer import lex
from tasks.annotate.dates.state import State
from tasks.annotate.dates.values import easter, nth_weekday, resolve_interval

Annotate = Callable[..., Doc]
FRIDAY = dt.date(2019, 4, 19)


def dates(doc: Doc) -> list[tuple[str, str]]:
    return [(doc.text[m.start : m.end], m.value or "") for m in doc._.mentions if m.form == "date"]


def values(doc: Doc) -> list[str]:
    return [value for _, value in dates(doc)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The envoy will travel to Lima on April 26 and 27.", [("April 26", "XXXX-04-26"), ("27", "XXXX-04-27")]),
        ("The court ruled on Thursday.", [("Thursday", "XXXX-WXX-4")]),
        ("The talks took place last June.", [("last June", "XXXX-06")]),
        ("They will meet this month.", [("this month", "XXXX-XX")]),
        ("The vote is due next week.", [("next week", "XXXX-WXX")]),
        ("The bridge opened in 2011.", [("2011", "2011")]),
        ("The bridge opened on 3 May 2011.", [("3 May 2011", "2011-05-03")]),
        ("He left yesterday.", [("yesterday", "XXXX-XX-XX")]),
    ],
)
def test_without_an_anchor_the_unknown_parts_stay_x(
    annotate: Annotate, text: str, expected: list[tuple[str, str]]
) -> None:
    assert dates(annotate(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The minister resigned on Thursday.", ["2019-04-18"]),
        ("The minister will resign on Monday.", ["2019-04-22"]),
        ("The minister resigned on Friday.", ["2019-04-19"]),
        ("They will meet this month.", ["2019-04"]),
        ("They met last June.", ["2018-06"]),
        ("They met in December.", ["2018-12"]),
        ("They met in May.", ["2018-05"]),
        ("The vote was set for May 2.", ["2019-05-02"]),
        ("They will meet in December.", ["2019-12"]),
        ("She arrived last week.", ["2019-W15"]),
        ("She arrived last year.", ["2018"]),
        ("The two sides met on April 26 and 27, 2018.", ["2018-04-26", "2018-04-27"]),
        ("The law was passed two years ago.", ["2017"]),
        ("The shelling began three days ago.", ["2019-04-16"]),
        ("The summit will take place in two weeks.", ["2019-W18"]),
        ("Rebels attacked the town late on Thursday night.", ["2019-04-18TNI"]),
        ("The curfew starts at 8 p.m. on Sunday.", ["2019-04-21T20"]),
        ("Parliament was dissolved the day before yesterday.", ["2019-04-17"]),
    ],
)
def test_the_publication_date_anchors_and_tense_turns_the_way(
    annotate: Annotate, text: str, expected: list[str]
) -> None:
    assert values(annotate(text, published_at=FRIDAY)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The siege lasted three days.", ["P3D"]),
        ("He was jailed for two and a half years.", ["P2.5Y"]),
        ("The strike went on for months.", ["PXM"]),
        ("They waited several weeks.", ["PXW"]),
        ("The talks lasted for 36 hours.", ["PT36H"]),
        ("Buses run every day.", ["P1D"]),
        ("The council meets every two weeks.", ["P2W"]),
        ("The road is now open.", ["PRESENT_REF"]),
        ("The museum holds works of the 1990s.", ["199"]),
        ("Profit fell in the first quarter of 2018.", ["2018-Q1"]),
        ("The palace dates from the 19th century.", ["18"]),
    ],
)
def test_durations_sets_and_references(annotate: Annotate, text: str, expected: list[str]) -> None:
    assert values(annotate(text, published_at=FRIDAY)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The plan may fail and they may march on the capital.",
        "Theresa May spoke to reporters.",
        "The second attempt failed.",
        "The club won 3-2 after extra time.",
        "They released version 3.11 of the program.",
        "About 2000 people marched through the streets.",
        "The shop sold 2019 tickets for $2000.",
        "Prices rose 5.2 percent.",
        "The fall of the government surprised few.",
        "The Sunday Times reported the story.",
    ],
)
def test_no_dates_where_there_are_none(annotate: Annotate, text: str) -> None:
    assert values(annotate(text, published_at=FRIDAY)) == []


def test_the_narrative_carries_the_year_on(annotate: Annotate) -> None:
    text = (
        "The rising began on 4 March 1848. In June 1848 the army took the city. On 3 October the last fort fell. "
        "Its leaders fled in January 1849. The following day the king returned."
    )
    assert values(annotate(text, published_at=FRIDAY))[:4] == ["1848-03-04", "1848-06", "1848-10-03", "1849-01"]


def test_the_next_day_follows_the_last_date(annotate: Annotate) -> None:
    text = "Troops entered the valley on 30 April 2018. The next day they left. Two days later they came back."
    assert values(annotate(text, published_at=FRIDAY)) == ["2018-04-30", "2018-05-01", "2018-05-03"]


def test_a_dateline_with_a_year_is_an_anchor(annotate: Annotate) -> None:
    text = "GENEVA, May 4, 2018 (Newswire) - The envoy resigned on Thursday, officials said.\n\nHe gave no reason."
    assert "2018-05-03" in values(annotate(text))


def test_times_get_the_label_time(annotate: Annotate) -> None:
    doc = annotate("The blast hit the market at 8:30 p.m. on Thursday.", published_at=FRIDAY)
    assert [(m.label, m.value) for m in doc._.mentions if m.form == "date"] == [("TIME", "2019-04-18T20:30")]


def test_the_clock_is_never_asked(annotate: Annotate) -> None:
    assert not any(
        str(dt.date.today().year) in value for value in values(annotate("They met today, yesterday and in May."))
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-04-18", (dt.date(2019, 4, 18), dt.date(2019, 4, 18), "day")),
        ("2019-04-18TNI", (dt.date(2019, 4, 18), dt.date(2019, 4, 18), "day")),
        ("2019-04-18T20:30", (dt.date(2019, 4, 18), dt.date(2019, 4, 18), "day")),
        ("2019-W16", (dt.date(2019, 4, 15), dt.date(2019, 4, 21), "week")),
        ("2019-W16-WE", (dt.date(2019, 4, 20), dt.date(2019, 4, 21), "week")),
        ("2019-02", (dt.date(2019, 2, 1), dt.date(2019, 2, 28), "month")),
        ("2019-Q2", (dt.date(2019, 4, 1), dt.date(2019, 6, 30), "quarter")),
        ("2019-H2", (dt.date(2019, 7, 1), dt.date(2019, 12, 31), "quarter")),
        ("2019-WI", (dt.date(2019, 12, 1), dt.date(2020, 2, 29), "quarter")),
        ("2019", (dt.date(2019, 1, 1), dt.date(2019, 12, 31), "year")),
        ("2019-04-26/2019-04-27", (dt.date(2019, 4, 26), dt.date(2019, 4, 27), "day")),
    ],
)
def test_intervals(value: str, expected: tuple[dt.date, dt.date, str]) -> None:
    assert resolve_interval(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "XXXX-04-26",
        "XXXX-WXX-4",
        "2019-XX-XX",
        "P3D",
        "PT2H",
        "PRESENT_REF",
        "199",
        "19",
        "T08",
        "2019-02-30",
        "2019-13",
        "",
    ],
)
def test_partial_values_and_durations_are_no_interval(value: str) -> None:
    assert resolve_interval(value) is None


def test_easter_and_weekdays_of_months() -> None:
    assert [easter(year) for year in (1999, 2018, 2019, 2024)] == [
        dt.date(1999, 4, 4),
        dt.date(2018, 4, 1),
        dt.date(2019, 4, 21),
        dt.date(2024, 3, 31),
    ]
    assert nth_weekday(2023, 11, 4, 4) == dt.date(2023, 11, 23)
    assert nth_weekday(2019, 5, 1, -1) == dt.date(2019, 5, 27)


TIME_WORDS = """
May march 31 30 2019 last next the of to and in April 26th second year weeks ago Monday summer 99 12:30 night every
first half two after before Easter today , - / ’ 1990s later Q1 3.5 29 February 9999 0 century W
"""
WORDS = st.sampled_from(TIME_WORDS.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=12))
def test_any_run_of_time_words_resolves_or_is_left_alone(words: list[str]) -> None:
    text = " ".join(words)
    lexemes = lex(text)
    for anchor in (None, dt.datetime(2019, 4, 19, tzinfo=dt.UTC)):
        for timex in resolve(find(lexemes), lexemes, State(anchor, lambda _: 0)):
            assert 0 <= timex.start < timex.end <= len(text)
            resolve_interval(timex.value)


def test_what_is_put_off_lies_ahead(annotate: Annotate) -> None:
    text = "The court suspended the appointment until October 24. It was made on October 24."
    assert values(annotate(text, published_at=FRIDAY)) == ["2019-10-24", "2018-10-24"]


def test_the_full_stop_behind_a_time_is_the_sentences(annotate: Annotate) -> None:
    doc = annotate("They came on motorcycles around 8pm.", published_at=FRIDAY)
    assert [doc.text[m.start : m.end] for m in doc._.mentions if m.form == "date"] == ["8pm"]


def test_a_serial_number_is_no_quantity(annotate: Annotate) -> None:
    assert values(annotate("9" * 5000 + " days", published_at=FRIDAY)) == []
