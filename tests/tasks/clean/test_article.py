"""For: tasks.clean.article."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.bounds import MAX_ARTICLE_TOKENS
from tasks.clean.article import CleanOptions, article_id, clean_article
from tasks.contract.vocabulary import GENRES, REJECT_REASONS, REJECT_STAGES
from tasks.ids import sha256_hex
from tasks.ingest.discover import discover
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read
from tasks.records import Article, CleanArticle, Reject

AUTO = CleanOptions()
NONE = CleanOptions(mode="none", languages=("all",))
BODY = """The ferry to the island of Marnau will stop on Friday, the harbour master said.

Islanders have asked the county for a helicopter, which the county has refused twice."""
FORM = """

Leave a Reply

Your email address will not be published. Required fields are marked *

This site uses Akismet to reduce spam. Learn how your comment data is processed."""


def article(text: str = BODY, **fields: Any) -> Article:
    return Article(origin="in.jsonl#1", raw=repr((text, fields)).encode(), text=text, **fields)


@pytest.fixture(scope="module")
def seed(root: Path) -> tuple[Any, Any]:
    [file] = discover([str(root / "seeds" / "000_d4ff3d725e338e5f.txt")])
    [record] = read(file, Limits())
    assert isinstance(record, Article)
    return record, clean_article(record, AUTO)


def test_the_seed_article_is_whole_and_clean(seed: tuple[Any, Any]) -> None:
    record, cleaned = seed
    assert (cleaned.title, cleaned.lang) == ("Putin invites Kim Jong-un to Vladivostok", "en")
    assert (cleaned.published_at, cleaned.published_basis, cleaned.pub_date) == (None, "none", None)
    assert cleaned.authors == ()
    assert cleaned.fetched_at is None
    assert cleaned.url is None
    assert cleaned.source is None
    paragraphs = cleaned.text.split("\n\n")
    given_paragraphs = [line for line in record.text.split("\n") if line]
    assert paragraphs == given_paragraphs[: given_paragraphs.index("Leave a Reply")]
    assert paragraphs[-1].endswith("said the US Embassy in Russia.")
    assert "Contact problem" in paragraphs
    assert cleaned.boilerplate_chars > 400


def test_cleaning_makes_title_blank_line_body() -> None:
    cleaned = clean_article(article("Ferry stops for good\n\n" + BODY + FORM), AUTO)
    assert cleaned.title == "Ferry stops for good"
    assert cleaned.text == "Ferry stops for good\n\n" + BODY
    assert cleaned.text_sha256 == sha256_hex(cleaned.text.encode())
    assert cleaned.n_words == 33


def test_a_given_title_stands_once() -> None:
    cleaned = clean_article(article("Ferry stops for good\n\n" + BODY, title="Ferry stops for good"), AUTO)
    assert cleaned.text.count("Ferry stops for good") == 1


def test_an_alert_that_is_only_its_headline_is_kept() -> None:
    headline = "Ferry to the island of Marnau stops for good"
    cleaned = clean_article(article(headline, title=headline), AUTO)
    assert (cleaned.title, cleaned.text) == (headline, headline)


def test_none_keeps_the_text_letter_for_letter() -> None:
    text = "  Ferry stops \r\n\n" + BODY + FORM + " caf\u00e9 caf\u0065\u0301 â€œx \n"
    assert clean_article(article(text), NONE).text == text
    assert clean_article(article(text), NONE).title is None
    assert clean_article(article(text, title="T  x"), NONE).text == "T  x\n\n" + text


def test_metadata_of_a_full_record() -> None:
    cleaned = clean_article(
        article(
            url="http://www.example.org/2018/04/03/ferry?utm_source=x",
            authors=("By Ann Lee and Bo Ek",),
            published_at="2018-04-03T10:00:00+02:00",
            published_basis="meta",
            fetched_at="2018-04-04T00:00:00Z",
        ),
        AUTO,
    )
    assert cleaned.url == "http://www.example.org/2018/04/03/ferry"
    assert (cleaned.source, cleaned.authors) == ("example.org", ("Ann Lee", "Bo Ek"))
    assert cleaned.published_at == dt.datetime(2018, 4, 3, 8, tzinfo=dt.UTC)
    assert (cleaned.published_basis, cleaned.genre, cleaned.notes) == ("meta", "news", ())


@pytest.mark.parametrize(
    ("fields", "text", "basis", "day"),
    [
        ({"url": "http://e.org/2018/04/03/x"}, BODY, "url", "2018-04-03"),
        ({}, "Ferry stops for good\n\nPosted on April 3, 2018 by admin\n\n" + BODY, "text", "2018-04-03"),
        ({}, "MARNAU, April 3, 2018 (Reuters) - " + BODY, "dateline", "2018-04-03"),
        ({}, "MARNAU, April 3 (Reuters) - " + BODY, "none", None),
        ({"published_at": "some day"}, BODY, "none", None),
        ({"published_at": "2018-04-09", "fetched_at": "2018-04-03"}, BODY, "none", None),
        ({"published_at": "1812-04-09", "url": "http://e.org/2018/04/03/x"}, BODY, "url", "2018-04-03"),
    ],
)
def test_where_the_date_is_read(fields: dict[str, Any], text: str, basis: str, day: str | None) -> None:
    cleaned = clean_article(article(text, **fields), AUTO)
    assert cleaned.published_basis == basis
    assert (cleaned.pub_date.isoformat() if cleaned.pub_date else None) == day
    assert bool(cleaned.notes) == ("published_at" in fields)


def test_ids_go_by_url_then_source_and_id_then_raw_content() -> None:
    by_url = article(url="HTTP://e.org/a?utm_source=1", external_id="7", source="E")
    assert article_id(by_url) == article_id(article("Other words.", url="http://e.org/a#x"))
    assert article_id(article(external_id="7", source="E")) == article_id(article("Other", external_id="7", source="E"))
    assert article_id(article(external_id="7")) != article_id(article("Other", external_id="7"))
    assert article_id(article()) == article_id(article())
    assert (
        clean_article(article(), AUTO).article_id == clean_article(article(), NONE).article_id == article_id(article())
    )


def test_languages_not_configured_are_refused_with_their_code() -> None:
    german = article("Der Hafenmeister sagte am Montag, dass die Fähre nach Marnau am Freitag eingestellt werde.")
    reject = clean_article(german, AUTO)
    assert (reject.stage, reject.reason, reject.detail) == ("language", "language_not_configured", "de")
    assert clean_article(german, CleanOptions(languages=("en", "de"))).lang == "de"
    assert clean_article(german, CleanOptions(languages=("all",))).lang == "de"


@pytest.mark.parametrize("text", ["!!! ...", "Share this:\nTwitter\nFacebook", "\u200b\u200b", "***"])
def test_nothing_left_is_a_reject(text: str) -> None:
    reject = clean_article(article(text, external_id="7"), AUTO)
    assert (reject.stage, reject.reason, reject.external_id) == ("clean", "no_text", "7")


def test_a_text_past_the_limit_is_a_reject() -> None:
    assert clean_article(article(), CleanOptions(max_text_chars=100)).reason == "too_large"


def test_an_article_of_more_words_than_are_parsed_is_a_reject() -> None:
    line = "The ferry left the harbour on Monday and came back.\n\n"
    reject = clean_article(article(line * 5000), AUTO)
    assert (reject.stage, reject.reason) == ("clean", "too_large")
    assert reject.detail == f"more than {MAX_ARTICLE_TOKENS} words and marks"
    assert clean_article(article(line * 300), AUTO).n_words == 3000


PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Ferry stops for good - Marnau Courier</title>
<meta property="og:title" content="Ferry stops for good"><meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2018-04-03T10:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferry stops for good</h1>{"".join(f"<p>{line}</p>" for line in BODY.split(chr(10)) if line) * 3}</article>
<footer>Copyright Marnau Courier</footer></body></html>"""


def test_a_page_gives_text_and_metadata() -> None:
    page = Article(origin="a.html", raw=PAGE.encode(), html=PAGE, url="https://e.org/ferry")
    cleaned = clean_article(page, AUTO)
    assert cleaned.title == "Ferry stops for good"
    assert cleaned.text.startswith("Ferry stops for good\n\nThe ferry to the island")
    assert "Copyright" not in cleaned.text
    assert "Home" not in cleaned.text
    assert (cleaned.authors, cleaned.published_basis) == (("Ann Lee",), "meta")
    assert cleaned.pub_date == dt.date(2018, 4, 3)


@pytest.mark.parametrize("html", ["<html></html>", "<html><body><div></div></body></html>", "no markup", "<" * 5000])
def test_a_page_without_an_article_is_a_reject(html: str) -> None:
    reject = clean_article(Article(origin="a.html", raw=b"", html=html), AUTO)
    assert isinstance(reject, Reject)
    assert (reject.stage, reject.reason) == ("extract", "no_text")


ANY_TEXT = st.text(max_size=300) | st.lists(
    st.sampled_from([*BODY.split("\n"), *FORM.split("\n"), "Ferry stops", "By Ann Lee", "â€œx", "&amp;", "<p>x</p>"]),
    max_size=12,
).map("\n".join)


@settings(max_examples=200, deadline=None)
@given(text=ANY_TEXT, title=st.none() | st.text(max_size=30), date=st.none() | st.text(max_size=20))
def test_any_record_gives_an_article_or_a_reject(text: str, title: str, date: str) -> None:
    record = article(
        text, title=title, published_at=date, fetched_at=date, url=title, source=date, authors=(text[:50],)
    )
    for options in (AUTO, NONE):
        cleaned = clean_article(record, options)
        if isinstance(cleaned, Reject):
            assert cleaned.stage in REJECT_STAGES
            assert cleaned.reason in REJECT_REASONS
            continue
        assert isinstance(cleaned, CleanArticle)
        assert cleaned.genre in GENRES
        assert len(cleaned.lang) == 2
        assert 0 <= cleaned.lang_score <= 1
        assert cleaned.text_sha256 == sha256_hex(cleaned.text.encode())
        assert clean_article(record, options) == cleaned
    if isinstance(cleaned, CleanArticle):
        assert cleaned.text == (f"{title}\n\n{text}" if title else text)


@settings(max_examples=200, deadline=None)
@given(text=ANY_TEXT)
def test_cleaning_its_own_output_changes_nothing(text: str) -> None:
    everything = CleanOptions(languages=("all",))
    once = clean_article(article(text), everything)
    if isinstance(once, CleanArticle):
        title = once.title or "A title of its own"
        again = clean_article(article(once.text.removeprefix(f"{title}\n\n"), title=title), everything)
        assert isinstance(again, CleanArticle)
        assert again.text == (once.text if once.title else f"{title}\n\n{once.text}")


@pytest.mark.parametrize(
    "line", ["the ferry to the island of marnau will stop on friday and then the", "[...]", "By Ann Lee", "Share this:"]
)
def test_a_long_text_of_one_kind_of_line_takes_no_time_of_its_square(line: str) -> None:
    text = f"{BODY}\n" + f"{line}\n" * (300_000 // len(line))
    started = time.monotonic()
    clean_article(Article(origin="a.txt", raw=b"", text=text), AUTO)
    assert time.monotonic() - started < 20
