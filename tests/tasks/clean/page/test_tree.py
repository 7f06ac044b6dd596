"""For: tasks.clean.page.extract.

What goes from a page before extraction and what comes back, by rules that know no page.
"""

from __future__ import annotations

import pytest

from tasks.clean.page.extract import extract_page

LEDE = "Marnau loses its ferry for a month, and the islanders wonder how to get their bread."
BODY = [
    "The harbour master of Marnau said on Monday that the ferry would stop because of the ice in the sound.",
    "A replacement bus will leave from the market square every two hours, the council decided in the evening.",
    "The owner of the bakery on the island said that she had flour for a week and no idea what came after that.",
    "Nobody was hurt when the ship hit the quay last week, but the engine has to be taken apart in the yard.",
]


def page(*blocks: str, head: str = "", header: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in BODY)
    return (
        f"<html><head><title>Ferry stops</title>{head}</head><body><main><article><header><h1>Ferry stops for a "
        f"month</h1>{header}</header>{paragraphs}{''.join(blocks)}</article></main></body></html>"
    )


def text_of(html: str) -> str:
    found = extract_page(html)
    assert found is not None
    assert all(text in found.text for text in BODY)
    return found.text


LINKS = "".join(f"<li><a href='/{n}'>Bridge number {n}</a> and what is said</li>" for n in range(4))
UNWANTED = {
    "caption": "<figure><img src='a.jpg'><figcaption>The bridge of old, seen from the lighthouse</figcaption></figure>",
    "named block": "<div class='c-article__relatedPosts'><p>Why the bridge was never built, and who was it.</p></div>",
    "link line": "<p><a href='/bridge'>Why the bridge was never built</a></p>",
    "linked line inside a paragraph": "<p>The council meets again.<br><a href='/x'>More on the bridge here</a></p>",
    "list of links": f"<ul>{LINKS}</ul>",
    "heading of a list that goes": "<h3>Bridge stories</h3><ul class='most-read'><li>Bridge: one</li><li>two</li></ul>",
    "aside": "<aside><p>Subscribe to hear about the bridge before all the others do, each morning at six.</p></aside>",
    "date by its name": "<p class='pub-date'>Bridge desk, 3 March</p>",
    "time with hardly anything beside it": "<p>Bridge at <time datetime='2024-03-03'>3 March 2024</time></p>",
    "path of links": "<ul><li><a href='/'>Home</a></li><li><a href='/b'>Bridges</a></li><li>Bridge</li></ul>",
    "picture in a table": "<table><tr><td><img src='a.jpg'></td></tr><tr><td>The bridge of old</td></tr></table>",
    "author box": "<div class='author-bio'><p>Jane Doe writes about the bridge and things that never come.</p></div>",
}


@pytest.mark.parametrize("name", list(UNWANTED))
def test_what_is_no_article_goes(name: str) -> None:
    assert "ridge" not in text_of(page(UNWANTED[name]))


def test_a_link_in_a_sentence_and_a_quoted_list_stay() -> None:
    text = text_of(
        page("<p>The <a href='/r'>report</a> says so.</p><ul><li>Flour for a week</li><li>No milk</li></ul>")
    )
    assert "The report says so." in text
    assert "No milk" in text


@pytest.mark.parametrize(
    ("head", "header"),
    [
        ("", f"<p>{LEDE}</p>"),
        ("", f"<div class='article-intro'>{LEDE}</div>"),
        (f"<meta name='description' content='{LEDE}'>", f"<h2 class='x'>{LEDE}</h2>"),
    ],
)
def test_the_standfirst_comes_back_once_and_first(head: str, header: str) -> None:
    text = text_of(page(head=head, header=header))
    assert text.count(LEDE) == 1
    assert text.index(LEDE) < text.index(BODY[0])


def test_a_post_is_not_dropped_for_what_its_categories_are_called() -> None:
    html = page().replace("<article>", "<article class='post type-post hentry category-sponsored tag-related'>")
    text_of(html)


def test_a_block_with_most_of_the_text_stays_whatever_its_name() -> None:
    text_of(page().replace("<main>", "<main><div class='share comments'>").replace("</main>", "</div></main>"))


def test_a_page_laid_out_with_tables_is_read_as_blocks() -> None:
    rows = "".join(f"<p>{text}</p>" for text in BODY)
    html = (
        "<html><head><title>Ferry stops</title></head><body><table><tr><td><table><tr><td><a href='/'>Home</a></td>"
        f"</tr></table></td><td><h1>Ferry stops</h1>{rows}</td></tr></table></body></html>"
    )
    assert "|" not in text_of(html)


def test_the_body_that_a_page_states_as_data_stands_in_where_it_shows_none() -> None:
    html = (
        "<html><head><title>Ferry stops</title><script type='application/ld+json'>"
        '{"@graph": [{"@type": "NewsArticle", "articleBody": "' + " ".join(BODY) + '"}]}'
        "</script></head><body><div id='app'><p>Please turn on scripts to read what we have written for you.</p></div>"
        "</body></html>"
    )
    text_of(html)


LINKED = '<script type="application/ld+json">{"@graph": [{"datePublished": "2019-04-03T21:30:00-05:00"}]}</script>'


@pytest.mark.parametrize(
    ("head", "moment"),
    [
        ('<meta property="article:published_time" content="2019-04-03T10:05:00Z">', "2019-04-03T10:05:00Z"),
        (LINKED, "2019-04-03T21:30:00-05:00"),
        ('<meta property="article:published_time" content="2019-04-03">', "2019-04-03"),
        ('<meta property="article:published_time" content="2019-04-03 at noon">' + LINKED, "2019-04-03T21:30:00-05:00"),
    ],
)
def test_the_time_of_day_is_kept_where_the_page_states_it(head: str, moment: str) -> None:
    found = extract_page(page(head=head))
    assert found is not None
    assert found.published_at == moment


def test_a_list_whose_links_begin_sentences_stays() -> None:
    items = "".join(
        f"<li><a href='/{n}'>Yard number {n}</a> has offered to take the engine apart for the town.</li>"
        for n in range(4)
    )
    assert text_of(page(f"<ul>{items}</ul>")).count("to take the engine apart") == 4


def test_paragraphs_that_all_bear_a_name_stay() -> None:
    text_of(page().replace("<p>", "<p class='paywall-notice'>"))


def test_main_points_above_the_body_come_back_first() -> None:
    points = ["Ferry stops for a whole month", "Bus every two hours from the market"]
    listed = "".join(f"<li>{point}</li>" for point in points)
    text = text_of(page().replace("</header>", f"</header><div class='widget-bullets'><ul>{listed}</ul></div>"))
    assert [line.removeprefix("- ") for line in text.split("\n")][:2] == points


def test_loose_ends_of_a_page_go_and_a_last_list_stays() -> None:
    contact = "<p>Ida Krog</p><p>Head of Communications</p>"
    assert text_of(page(contact)).endswith(BODY[-1])
    assert text_of(page("<ul><li>Flour for a week</li><li>No milk</li></ul>", contact)).endswith("- No milk")


def test_a_first_line_that_is_a_date_goes() -> None:
    text = text_of(page().replace("</header>", "</header><p>Monday, March 4, 2024 at 9:15 am</p>"))
    assert text.startswith(BODY[0])


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Ferry stops for a month - Marnau Post", "Ferry stops for a month"),
        ("Marnau Post | Ferry stops for a month", "Ferry stops for a month"),
        ("Island cut off", "Island cut off"),
    ],
)
def test_the_title_is_the_headline_where_the_metadata_only_add_the_site(stated: str, expected: str) -> None:
    html = page(head=f"<meta property='og:title' content='{stated}'>").replace("<title>Ferry stops", f"<title>{stated}")
    found = extract_page(html)
    assert found is not None
    assert found.title == expected
