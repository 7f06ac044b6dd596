"""For: tasks.clean.genre, tasks.clean.language, tasks.clean.titles, tasks.clean.urls."""

from __future__ import annotations

import pytest

from tasks.clean.genre import genre_of
from tasks.clean.language import identify
from tasks.clean.titles import clean_authors, drop_repeated_title, parse_byline, take_byline, take_headline
from tasks.clean.urls import canonical_url, registrable_domain, source_of

PROSE = "The harbour master of Marnau said on Monday that the boat would not sail."


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://News.Example.ORG:443/a/b?utm_source=x&id=7&fbclid=z#top", "https://news.example.org/a/b?id=7"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:8080/a?b=1&a=2", "http://example.org:8080/a?b=1&a=2"),
        ("https://user:pw@example.org/ä b", "https://example.org/%C3%A4%20b"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("ftp://example.org/a", None),
        ("tag:example.org,2019:1", None),
        ("not a url", None),
        ("http://[broken/", None),
        ("http://example.org:port/", None),
    ],
)
def test_urls_have_one_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    if canonical:
        assert canonical_url(canonical) == canonical


def test_the_source_is_given_or_the_registrable_domain() -> None:
    assert registrable_domain("https://news.bbc.co.uk/x") == "bbc.co.uk"
    assert registrable_domain("http://127.0.0.1/x") == "127.0.0.1"
    assert source_of(None, "https://www.example.org/x") == "example.org"
    assert source_of("www.example.org", None) == "example.org"
    assert source_of("The Marnau Courier", "https://example.org/") == "The Marnau Courier"
    assert source_of(None, None) is None


@pytest.mark.parametrize(
    "headline", ["Ferry to Marnau stops", "Is this the end of the ferry?", "“We will stay”: islanders refuse to go"]
)
def test_a_first_line_without_full_stop_is_the_headline(headline: str) -> None:
    assert take_headline([headline, PROSE]) == (headline, [PROSE])


@pytest.mark.parametrize(
    "first",
    [
        "The ferry stops.",
        "By Ann Lee",
        "MARNAU, April 3 (Reuters) -",
        "and so it goes",
        "Ferry",
        "12 345",
        "Note:",
        PROSE,
    ],
)
def test_other_first_lines_are_not(first: str) -> None:
    assert take_headline([first, PROSE]) == (None, [first, PROSE])


def test_the_mark_of_a_markdown_heading_is_no_part_of_the_headline() -> None:
    assert take_headline(["# Ferry to Marnau stops", PROSE]) == ("Ferry to Marnau stops", [PROSE])


def test_a_headline_needs_prose_below_it() -> None:
    assert take_headline(["Ferry to Marnau stops"]) == (None, ["Ferry to Marnau stops"])
    assert take_headline(["Ferry to Marnau", "stops", "now"])[0] is None


def test_a_title_is_not_repeated_in_the_body() -> None:
    assert drop_repeated_title(["Ferry “stops”", PROSE], 'Ferry "stops" | Marnau Courier') == [PROSE]
    assert drop_repeated_title(["Ferry stops now", PROSE], "Ferry stops") == ["Ferry stops now", PROSE]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("By ANN LEE and BO EK, Associated Press", ("ANN LEE", "BO EK")),
        ("By Ann Lee in Marnau", ("Ann Lee",)),
        ("Von Anna Müller und Bo van der Ek", ("Anna Müller", "Bo van der Ek")),
        ("Par Zoé Lefèvre", ("Zoé Lefèvre",)),
        ("By the end of the year", ()),
        ("By Monday the town of Marnau had lost its ferry and its patience.", ()),
    ],
)
def test_bylines(line: str, authors: tuple[str, ...]) -> None:
    assert parse_byline(line) == authors


def test_a_byline_is_taken_off_the_body() -> None:
    assert take_byline(["By Ann Lee", PROSE]) == (("Ann Lee",), [PROSE])
    assert take_byline([PROSE, "By Ann Lee"]) == ((), [PROSE, "By Ann Lee"])


def test_authors_are_a_list_of_names() -> None:
    assert clean_authors(("By Ann Lee, Bo Ek; Cy Orr", "ann@example.org", "Ann Lee")) == ("Ann Lee", "Bo Ek", "Cy Orr")
    assert clean_authors(("Lee, Ann",)) == ("Lee, Ann",) or clean_authors(("Lee, Ann",)) == ("Ann Lee",)
    assert clean_authors(("Ann Lee, Economics Editor",)) == ("Ann Lee",)
    assert clean_authors(("", "  ")) == ()


@pytest.mark.parametrize(
    ("title", "url", "genre"),
    [
        ("Ferry stops", None, "news"),
        ("CORRECTED-Ferry stops", None, "correction"),
        ("FACTBOX-Ferries of the north", None, "factbox"),
        ("Opinion: let the ferry go", None, "opinion"),
        ("Ferry stops – live updates", None, "liveblog"),
        ("Ferry stops", "https://e.org/opinion/2019/ferry", "opinion"),
        ("Ferry stops", "https://e.org/news/opinion-ferry", "news"),
        ("Live and let sail", None, "news"),
        ("Correcting the record on ferries", None, "news"),
        ("Ferry stops", "https://e.org/video/ferry", "other"),
    ],
)
def test_genre_by_title_and_url(title: str, url: str, genre: str) -> None:
    assert genre_of(title, url, [PROSE]) == genre


def test_a_text_of_time_stamps_is_a_live_blog() -> None:
    entries = [f"{hour}:30 GMT The boat is still in the harbour." for hour in range(9, 14)]
    assert genre_of("Ferry stops", None, entries) == "liveblog"


TEXTS = {
    "en": PROSE,
    "de": "Der Hafenmeister von Marnau sagte am Montag, dass das Boot nicht auslaufen werde.",
    "fr": "Le capitaine du port a déclaré lundi que le bateau ne partirait pas cette semaine.",
    "es": "El capitán del puerto dijo el lunes que el barco no saldría esta semana.",
    "ru": "Начальник порта сообщил в понедельник, что судно не выйдет в море.",
    "zh": "港务局长星期一表示，这艘船本周不会出海。岛上居民要求提供直升机。",
}


@pytest.mark.parametrize("code", TEXTS)
def test_languages_are_told(code: str) -> None:
    found = identify(TEXTS[code])
    assert found.code == code
    assert 0.5 < found.score <= 1


def test_a_mixed_text_is_in_the_language_of_its_larger_part() -> None:
    assert identify("\n".join([TEXTS["de"]] * 2 + [TEXTS["en"]] * 8)).code == "en"
    assert identify("\n".join([TEXTS["en"]] * 2 + [TEXTS["de"]] * 8)).code == "de"


def test_what_the_input_states_decides_only_for_short_texts() -> None:
    assert identify("Taxi Hotel Bar", "de-AT").code == "de"
    assert identify(TEXTS["fr"] * 3, "en").code == "fr"
    assert identify("1234 5678", None).code == ""
    assert identify("1234 5678", "en_US").code == "en"


TABLES = [
    "MARNAU METALS (PER TONNE) - MAY 03\n\nPREV OPG 1045 1345 CLSG\n\nMAY 123.5 122.9 122.9 122.2\n\n1,668\n\n"
    "JUN 124.8 124.5 124.0 123.5\n\nJUL 126.1 125.8 125.0 124.4\n\nAUG 127.0 126.7 126.2 125.9\n\nVOL 412 LOTS",
    "SMI 11'203.4 +0.4 % NESTLE 98.12 NOVARTIS 91.30 ROCHE 245.6 UBS 24.51 ABB 38.20",
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_figures_is_in_a_language_that_is_let_in(table: str) -> None:
    assert identify(table).score < 0.5
    assert identify(table, expected=("en",)).code == "en"
    assert identify(table, expected=("de", "fr")).code in ("de", "fr")
    assert identify(table, "es", ("en",)).code == "es"


@pytest.mark.parametrize("code", sorted(set(TEXTS) - {"en"}))
def test_running_text_with_figures_keeps_its_language_whatever_is_let_in(code: str) -> None:
    with_figures = " ".join(f"{word} {12.5 + place}" for place, word in enumerate(TEXTS[code].split()))
    for text in (TEXTS[code], with_figures):
        assert identify(text, expected=("en",)) == identify(text)
        assert identify(text, expected=("en",)).code == code
