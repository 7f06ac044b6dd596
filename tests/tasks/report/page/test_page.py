"""For: tasks.report.

The page of `dateline report`: what it tells, that nothing of an article becomes markup, that it is bounded.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import html

from tasks.contract import vocabulary
from tasks.contract.schema import conform
from tasks.contract.tables import TABLES
from tasks.contract.vocabulary import QUADS
from tasks.errors import UserError
from tasks.report.evidence import Mark, ReportEvidence
from tasks.report.export import export_tables
from tasks.report.page.figures import COPY_KINDS
from tasks.report.page.layout import push_apart, spring_layout
from tasks.report.page.markup import escape, shorten, tag, web_address
from tasks.report.page.names import actor_name, country_points, type_definitions
from tasks.report.page.page import make_page
from tasks.report.page.place_map import make_view
from tasks.report.page.reading import MOST_EVENTS, MOST_STORIES, read_tables
from tasks.report.page.stories import LONGEST_SENTENCE, clip, event_day
from tasks.report.page.svg import QUAD_NAMES
from tasks.report.page.timeline import make_timeline
from tasks.report.page.write import write_report
from tasks.store.layout import open_store, parquet_bytes

HOSTILE = """"><script>alert('x')</script><img src=x onerror=alert(1)> & 'so' on"""
# Markup signs in the place of letters: every offset stays what it was.
SIGNS = str.maketrans({"e": "<", "a": '"', "i": "&", "s": "'", "t": ">"})
LIMIT = 3_000_000


def page_of(output: Path | str, run_id: str | None = None) -> str:
    return make_page(read_tables(open_store(str(output)), run_id))


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def elements(page: str) -> Iterator[Any]:
    return (one for one in html.fromstring(page).iter() if isinstance(one.tag, str))


def change(output: Path, table: str, work: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Rewrite every file of a table; files without rows stay."""
    for file in (output / table).rglob("*.parquet"):
        frame = pl.read_parquet(file, hive_partitioning=False)
        if frame.height:
            file.write_bytes(parquet_bytes(TABLES[table], conform(TABLES[table], work(frame))))


@pytest.fixture
def copied(seed_output: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed_output, tmp_path / "output"))


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def seed_page(seed_output: Path) -> str:
    return page_of(seed_output)


def with_column(frame: pl.DataFrame, name: str, values: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(values.alias(name))


def test_the_page_tells_what_was_found(seed_page: str, seed_output: Path) -> None:
    events = pl.read_parquet(f"{seed_output}/events/**/*.parquet")
    text = text_of(seed_page)
    root = html.fromstring(seed_page)
    assert root.get("lang") == "en"
    assert root.xpath("//h1")[0].text_content().startswith(f"{events.height} events in 1 article")
    assert f"from {int(events['n_mentions'].sum())} reports" in text
    assert "1 record in" in text
    assert "Kim Jong-un" in text
    assert "North Korea → Russia" in text
    headings = [one.text_content() for one in root.xpath("//h2")]
    assert headings[0] == "What came in and what became of it"
    assert len(headings) == len(set(headings)) == 7


def test_an_event_opens_to_its_sentence_with_roles_in_words(seed_page: str, seed_output: Path) -> None:
    mentions = pl.read_parquet(f"{seed_output}/event_mentions/**/*.parquet")
    root = html.fromstring(seed_page)
    for event_id in mentions["event_id"].unique():
        found = root.xpath(f"//details[@id='event-{event_id}']")
        if not found:
            continue
        marks = found[0].xpath(".//blockquote//mark")
        assert marks
        assert all(mark.xpath("./span[@class='role']")[0].text_content() for mark in marks)
    quoted = {re.sub(r"\s+", " ", one) for one in (_without_roles(b) for b in root.xpath("//blockquote"))}
    sentences = {" ".join(one.split()) for one in mentions["evidence"]}
    assert quoted
    assert quoted <= sentences


def _without_roles(quote: Any) -> str:
    for role in quote.xpath(".//span[@class='role']"):
        before = role.getparent()
        before.text = (before.text or "").removesuffix(" ")
        before.remove(role)
    return str(quote.text_content()).strip()


def test_nothing_is_loaded_and_no_script_runs(seed_page: str) -> None:
    for one in elements(seed_page):
        assert one.tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "input")
        assert not [name for name in one.attrib if name.startswith("on") or name in ("src", "srcset", "style")]
        address = one.get("href")
        assert address is None or address.startswith("#") or (one.tag == "a" and address.startswith("http"))
    style = html.fromstring(seed_page).xpath("//style")[0].text
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in seed_page


def test_ids_are_unique_and_every_reference_has_its_target(seed_page: str) -> None:
    root = html.fromstring(seed_page)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    told = [name for names in root.xpath("//@aria-labelledby") for name in names.split()]
    told += [address[1:] for address in root.xpath("//a/@href") if address.startswith("#")]
    told += re.findall(r"url\(#([^)]+)\)", seed_page)
    assert told
    assert set(told) <= set(ids)


def test_drawings_have_titles_and_tables_headers(seed_page: str) -> None:
    root = html.fromstring(seed_page)
    for drawing in root.xpath("//svg[@role='img']"):
        assert drawing.xpath("./title/text()")
        assert drawing.xpath("./desc/text()")
    assert all(one.get("aria-hidden") for one in root.xpath("//svg[not(@role)]"))
    tables = root.xpath("//table")
    assert tables
    for table in tables:
        assert table.xpath("./caption")
        assert table.xpath("./thead//th[@scope='col']")
        assert table.xpath("./tbody//th[@scope='row']")


def test_what_articles_say_never_becomes_markup(copied: Path, seed_page: str) -> None:
    hostile = pl.lit(HOSTILE)
    change(
        copied, "articles", lambda f: f.with_columns(title=hostile, source=hostile, url=pl.lit("javascript:alert(1)"))
    )
    change(copied, "stories", lambda f: f.with_columns(title=hostile))
    change(copied, "entities", lambda f: f.with_columns(name=hostile + pl.col("name")))
    change(copied, "rejects", lambda f: f.with_columns(detail=hostile))
    change(copied, "event_mentions", lambda f: f.with_columns(attributed_text=hostile))
    for table, column in (("texts", "text"), ("event_mentions", "evidence"), ("event_args", "text")):
        turned = pl.col(column).map_elements(lambda words: words.translate(SIGNS), pl.String)
        change(copied, table, partial(with_column, name=column, values=turned))
    page = page_of(copied)
    assert {one.tag for one in elements(page)} == {one.tag for one in elements(seed_page)}
    assert {name for one in elements(page) for name in one.attrib} <= {
        name for one in elements(seed_page) for name in one.attrib
    }
    assert "javascript:" not in page
    root = html.fromstring(page)
    assert root.xpath("//h3")[0].text_content() == HOSTILE
    evidence = {" ".join(one.split()) for one in pl.read_parquet(f"{copied}/event_mentions/**/*.parquet")["evidence"]}
    assert any("<" in one and "&" in one for one in evidence)
    assert {" ".join(_without_roles(quote).split()) for quote in root.xpath("//blockquote")} <= evidence


def test_only_web_addresses_become_links(copied: Path) -> None:
    change(copied, "articles", lambda f: f.with_columns(url=pl.lit('https://news.example/a?b=1&c="2"')))
    links = html.fromstring(page_of(copied)).xpath("//a[@rel]")
    assert links
    assert {link.get("href") for link in links} == {'https://news.example/a?b=1&c="2"'}
    assert web_address("HTTP://news.example/") is not None
    for wrong in (None, "", "javascript:alert(1)", " https://a.example", "data:text/html,x", "//a.example", "http://"):
        assert web_address(wrong) is None


def test_the_same_tables_give_the_same_bytes(seed_output: Path, copied: Path, tmp_path: Path) -> None:
    first, size = write_report(str(seed_output), None, str(tmp_path / "a.html"))
    second, _ = write_report(str(copied), None, str(tmp_path / "b.html"))
    assert first.read_bytes() == second.read_bytes()
    assert len(first.read_bytes()) == size


def test_tables_without_words_still_give_a_page(seed_output: Path, tmp_path: Path) -> None:
    export_tables(str(seed_output), str(tmp_path / "copy"), with_text=False)
    path, _ = write_report(str(tmp_path / "copy"), None, str(tmp_path / "page.html"))
    page = path.read_text("utf-8")
    text = text_of(page)
    assert "The words were left out of these tables" in text
    assert "<blockquote" not in page
    assert "Beside the sentence" in text
    sentence = max(pl.read_parquet(f"{seed_output}/event_mentions/**/*.parquet")["evidence"], key=len)
    assert " ".join(sentence.split())[:60] not in text


def test_nothing_but_refused_records_is_told(
    run_flow: Callable[..., dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    (inputs / "leer.txt").write_text("")
    (inputs / "fremd.txt").write_text(
        "Die Minister trafen sich am Freitag in Berlin und sprachen lange miteinander. " * 3
    )
    run_flow(inputs, tmp_path / "output")
    page = page_of(tmp_path / "output")
    text = text_of(page)
    assert "No articles: 2 records refused" in text
    assert "language not configured" in text
    assert "No event has a date that can be drawn." in text
    assert "No story has an event." in text
    assert len(html.fromstring(page).xpath("//h2")) == 7


def test_articles_without_events_give_a_page(
    run_flow: Callable[..., dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    (inputs / "calm.txt").write_text("The garden is green in spring. Its roses are red, and the old wall is warm.\n")
    run_flow(inputs, tmp_path / "output")
    assert "No events in 1 article" in text_of(page_of(tmp_path / "output"))


def test_a_second_run_over_the_same_files_tells_that_nothing_was_new(
    run_flow: Callable[..., dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    (inputs / "one.txt").write_text("Protesters marched through Warsaw on 3 May 2019, police said on Saturday.\n")
    (inputs / "empty.txt").write_text("")
    run_flow(inputs, tmp_path / "output")
    run_flow(inputs, tmp_path / "output")
    runs = pl.read_parquet(f"{tmp_path}/output/runs/*.parquet").sort("number")["run_id"].to_list()
    last, first = (text_of(page_of(tmp_path / "output", one)) for one in (None, runs[0]))
    assert f"Run {runs[1]}, one of 2" in last
    assert "1 unchanged, already in" in last
    assert "1 refused in a run before" in last
    assert f"Run {runs[0]}, one of 2" in first
    assert "1 new or changed" in first


def multiplied(output: Path, times: int) -> None:
    """The tables of one article, `times` times over: the first digits of each id tell the copy."""
    ids = (
        "article_id",
        "event_id",
        "event_mention_id",
        "story_id",
        "best_mention_id",
        "lead_article_id",
        "fulfilled_by",
    )
    for table in ("articles", "texts", "event_mentions", "event_args", "events", "stories"):
        present = [name for name in ids if name in TABLES[table].names]

        def copies(frame: pl.DataFrame, present: list[str] = present) -> pl.DataFrame:
            return pl.concat(
                frame.with_columns(pl.format(f"{k:04x}{{}}", pl.col(name).str.slice(4)).alias(name) for name in present)
                for k in range(times)
            )

        change(output, table, copies)


def test_the_page_stays_small_and_says_what_it_leaves_out(copied: Path) -> None:
    multiplied(copied, 300)
    page = page_of(copied)
    assert len(page.encode()) < LIMIT
    root = html.fromstring(page)
    stories = root.xpath("//details[@class='story']")
    assert len(stories) == MOST_STORIES
    assert all(len(story.xpath("./details[@class='event']")) <= MOST_EVENTS for story in stories)
    assert f"{MOST_STORIES} stories of 300" in text_of(page)
    assert "dateline show EVENT_ID" in text_of(page)


def test_mistakes_are_one_line(seed_output: Path, tmp_path: Path) -> None:
    settings = str(seed_output)
    with pytest.raises(UserError, match="--run nothing: no such run"):
        write_report(settings, "nothing", None)
    with pytest.raises(UserError, match=r"--out .*name a file"):
        write_report(settings, None, str(tmp_path / "missing" / "page.html"))
    with pytest.raises(UserError, match="no tables here"):
        write_report(str(tmp_path), None, None)


def test_a_page_is_not_made_of_half_a_publication(copied: Path, tmp_path: Path) -> None:
    (copied / "_meta" / "generation").write_text("3\n")
    with pytest.raises(UserError, match="a run is publishing"):
        write_report(str(copied), None, str(tmp_path / "page.html"))
    assert not (tmp_path / "page.html").exists()


def test_a_long_sentence_is_cut_around_its_trigger_with_its_marks() -> None:
    sentence = "word " * 600 + "troops attacked Kyiv" + " word" * 600
    start = sentence.index("attacked")
    marks = (
        Mark(0, 4, "date", None),
        Mark(start, start + 8, "trigger", "ASSAULT"),
        Mark(start + 9, start + 13, "place", None),
    )
    report = ReportEvidence(
        "a", "b", None, None, None, None, "happened", "reported", None, "c", 0.5, None, sentence, marks, ()
    )
    cut = clip(report)
    assert len(cut.sentence) == LONGEST_SENTENCE + 2
    assert [cut.sentence[mark.start : mark.end] for mark in cut.marks] == ["attacked", "Kyiv"]


def test_markup_is_escaped_wherever_it_stands() -> None:
    assert tag("a", "<b>", href='"&') == '<a href="&quot;&amp;">&lt;b&gt;</a>'
    assert escape("a\x00b\u202e") == "a\ufffdb\ufffd"
    assert tag("p", tag("b", "x"), None, [1, " ", 2.5], hidden=True, title=None) == "<p hidden><b>x</b>1 2.5</p>"
    assert shorten("a  b\nc", 4) == "a b…"


def test_codes_of_actors_are_told_in_words() -> None:
    points = country_points()
    assert actor_name("NGACVL", points) == "civilians (Nigeria)"
    assert actor_name("---GOV", points) == "government"
    assert actor_name("---", points) == "somebody"
    assert actor_name("UNOIGO", points) == "United Nations"
    assert actor_name("FRA", points) == "France"


def test_days_are_told_as_exactly_as_known() -> None:
    first = dt.date(2019, 4, 1)
    told = [event_day(first, precision) for precision in ("day", "week", "month", "quarter", "year")]
    assert told == ["1 Apr 2019", "week of 1 Apr 2019", "Apr 2019", "quarter 2 of 2019", "2019"]
    assert event_day(None, None) == "no date told"


def test_every_event_is_in_the_timeline_or_told_to_be_left_out() -> None:
    rows = [
        (dt.date(2019, 4, 2), "day", "verbal_conflict", True, 3),
        (dt.date(2019, 4, 9), "day", "verbal_conflict", False, 1),
        (dt.date(2019, 4, 1), "month", "verbal_conflict", True, 5),
        (dt.date(1945, 5, 8), "day", "material_conflict", True, 7),
        (dt.date(9999, 12, 31), "day", "material_conflict", True, 1),
        (None, None, "material_conflict", True, 11),
    ]
    days = pl.DataFrame(
        rows,
        schema={
            "event_date": pl.Date,
            "date_precision": pl.String,
            "quad": pl.String,
            "done": pl.Boolean,
            "n": pl.UInt32,
        },
        orient="row",
    )
    line = make_timeline(days, dt.date(2019, 4, 1), dt.date(2019, 4, 10))
    assert line.unit == "day"
    assert len(line.starts) == 8
    assert (line.drawn, line.vague, line.earlier, line.later, line.undated) == (4, 5, 7, 1, 11)
    undated = make_timeline(days, None, None)
    assert (undated.drawn, undated.vague, undated.earlier, undated.later, undated.undated) == (4, 5, 7, 1, 11)
    last = make_timeline(days.filter(pl.col("event_date") > dt.date(2020, 1, 1)), None, None)
    assert last.starts == [dt.date(9999, 12, 31)]


def test_a_map_holds_all_its_points_and_the_poles_stay_out_of_it() -> None:
    for points in (
        [(52.0, 21.0)],
        [(-89.0, -179.0), (89.0, 179.0)],
        [(60.0, 10.0), (60.1, 10.1)],
        [(0.0, 0.0), (80.0, 0.0)],
    ):
        view = make_view(points, 960)
        assert -180 <= view.west < view.east <= 180
        assert -90 <= view.south < view.north <= 90
        assert all(view.holds(*point) for point in points)
        assert 100 < view.height < 700


def test_boxes_of_a_network_do_not_cover_each_other_and_stay_inside() -> None:
    edges = [(i, (i * 7 + 1) % 24, 0.5) for i in range(24)]
    points = spring_layout(24, edges, 960, 600)
    sizes = [(140.0, 40.0)] * 24
    spots = push_apart(points, sizes, 960, 600)
    for i, (x, y) in enumerate(spots):
        assert 70 <= x <= 890
        assert 20 <= y <= 580
        for other_x, other_y in spots[i + 1 :]:
            assert abs(x - other_x) >= 139.9 or abs(y - other_y) >= 39.9
    assert spring_layout(24, edges, 960, 600) == points


def test_the_page_has_words_for_every_code_of_the_contract() -> None:
    assert tuple(QUAD_NAMES) == QUADS
    assert set(COPY_KINDS) == set(vocabulary.DUP_KINDS)
    assert set(type_definitions()) == set(vocabulary.EVENT_TYPES)
