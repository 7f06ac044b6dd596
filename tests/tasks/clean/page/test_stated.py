"""For: tasks.clean.article, tasks.clean.page.extract.

The time of day that a page states for its publication reaches the article.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tasks.clean.article import CleanOptions, clean_article
from tasks.clean.page.extract import extract_page
from tasks.records import Article, CleanArticle

PARAGRAPHS = (
    "<p>The mayor of Rome met striking bus drivers on Sunday and promised them a pay rise of five percent by the end "
    "of the year, his office said.</p><p>The drivers had walked out on Thursday, leaving commuters stranded across the "
    "Italian capital. Their union said that it would answer the offer on Tuesday.</p>"
)
PLACES = {
    "open graph": ('<meta property="article:published_time" content="{}">', ""),
    "microdata": ('<meta itemprop="datePublished" content="{}">', ""),
    "Dublin Core": ('<meta name="DC.date.issued" content="{}">', ""),
    "a name of its own": ('<meta name="parsely-pub-date" content="{}">', ""),
    "plain": ('<meta name="date" content="{}">', ""),
    "JSON-LD": ('<script type="application/ld+json">{{"@graph": [{{"datePublished": "{}"}}]}}</script>', ""),
    "a time element": ("", '<time itemprop="datePublished" datetime="{}">5 May</time>'),
    "under the headline": ("", '<p class="byline">By Ann Lee, <time datetime="{}">5 May 2024</time></p>'),
}


def page(place: str, moment: str) -> str:
    head, byline = (part.format(moment) for part in PLACES[place])
    return (
        f"<html><head><title>Mayor meets strikers</title>{head}</head><body><nav><a href='/'>Home</a></nav><article>"
        f"<h1>Mayor meets strikers</h1>{byline}{PARAGRAPHS}</article></body></html>"
    )


def published(html: str) -> dt.datetime | None:
    found = clean_article(Article("page.html", html.encode(), html=html), CleanOptions())
    assert isinstance(found, CleanArticle)
    return found.published_at


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("moment", "hour"), [("2024-05-05T17:40:00+02:00", 15), ("2024-05-05T17:40:00Z", 17), ("2024-05-05 17:40:00", 17)]
)
def test_the_time_of_day_is_kept(place: str, moment: str, hour: int) -> None:
    assert published(page(place, moment)) == dt.datetime(2024, 5, 5, hour, 40, tzinfo=dt.UTC)


def test_a_day_alone_stays_a_day() -> None:
    assert published(page("open graph", "2024-05-05")) == dt.datetime(2024, 5, 5, tzinfo=dt.UTC)


def test_the_time_of_a_change_is_not_that_of_publication() -> None:
    html = page("open graph", "2024-05-05").replace(
        "</h1>", '</h1><time class="updated" datetime="2024-05-05T21:00:00Z">updated</time>'
    )
    assert published(html) == dt.datetime(2024, 5, 5, tzinfo=dt.UTC)


def test_a_time_of_another_day_is_not_taken() -> None:
    html = page("open graph", "2024-05-05").replace("</h1>", '</h1><time datetime="2024-05-07T21:00:00Z">7 May</time>')
    found = extract_page(html)
    assert found is not None
    assert found.published_at == "2024-05-05"
