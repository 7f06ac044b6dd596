"""What `dateline show` and `dateline query` print of real tables."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from tasks.annotate.rules import Ladder, Trace, when
from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.report.evidence import Mark, ReportEvidence
from tasks.report.export import export_tables
from tasks.report.lexicon import print_misses, print_unused
from tasks.report.query import column_widths, query
from tasks.report.show import show
from tasks.report.why import pipeline_of, ruling_lines
from tasks.store.layout import open_tables


@pytest.fixture
def tables(seed_output: Path) -> str:
    return str(seed_output)


@pytest.fixture
def console() -> Console:
    return Console(file=StringIO(), width=400)


def printed(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_an_event_opens_to_its_sentences_with_roles_in_words(tables: str, console: Console, seed_output: Path) -> None:
    events = pl.read_parquet(f"{seed_output}/events/**/*.parquet")
    summit = events.sort("n_mentions").row(-1, named=True)
    show(tables, summit["event_id"], why=True, console=console)
    text = printed(console)
    assert "CONSULT (multilateral), planned" in text
    assert "Kim Jong-un, Vladimir Putin [PRKGOV, RUSGOV]" in text
    assert "summit [trigger]" in text
    assert text.count("counted here because:") == summit["n_mentions"]
    assert "both:consult" in text


def test_without_why_no_rule_is_told(tables: str, console: Console, seed_output: Path) -> None:
    event = pl.read_parquet(f"{seed_output}/events/**/*.parquet").row(0, named=True)
    show(tables, event["event_id"], why=False, console=console)
    assert "counted here" not in printed(console)


def report_of(text: str, trigger: str, cell: str) -> ReportEvidence:
    marks = tuple(
        Mark(text.index(words), text.index(words) + len(words), role, None)
        for words, role in ((trigger, "trigger"), (cell, "place"))
    )
    return ReportEvidence(
        event_mention_id="m", article_id="0" * 16, title=None, source=None, url=None, pub_date=None, status="happened",
        assertion="reported", attributed_text=None, coder="", confidence=0.5, rule=None, sentence=text, marks=marks,
        elsewhere=(), start=100,
    )  # fmt: skip


def test_why_shows_what_was_decided_on_the_words_that_a_report_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Rebels attacked a camp in Kano on Monday."
    status: Ladder[int, str] = Ladder("status", "Did it happen", (when("a past", bool, "happened", "Gone."),))
    places: Ladder[int, bool] = Ladder("place name", "Is it a place", (when("behind in", bool, True, "In Kano."),))
    monkeypatch.setattr("tasks.report.why.LADDERS", (places, status))
    trigger, place, day = (100 + text.index(word) for word in ("attacked", "Kano", "Monday"))
    traces = [
        Trace("status", "a past", "happened", trigger),
        Trace("status", "a past", "happened", trigger),
        Trace("status", "a past", "happened", day),
        Trace("place name", "behind in", True, place),
        Trace("place name", "a name", False, trigger),
        Trace("a ladder that is gone", "a name", True, trigger),
        *(Trace("many", f"rule {number}", "x", trigger) for number in range(5)),
    ]
    report = report_of(text, "attacked", "Kano")
    assert ruling_lines(report, traces) == [
        "place name: yes, by “behind in” (Kano)",
        "status: happened, by “a past” (attacked)",
    ]
    many: Ladder[int, str] = Ladder("many", "", ())
    monkeypatch.setattr("tasks.report.why.LADDERS", (many,))
    parts = [f"x, by “rule {number}” (attacked)" for number in range(3)]
    assert ruling_lines(report, traces) == [f"many: {'; '.join(parts)}; and 2 more"]


def test_why_reads_the_articles_again_and_names_the_rules(
    tmp_path: Path, run_flow: Callable[..., dict[str, Any]], console: Console
) -> None:
    note = tmp_path / "a.txt"
    note.write_text(
        "Officials in the capital met union leaders about the roads of the region and the new bridge last week. "
        "Gunmen kidnapped and tortured a priest in the town of Kano on Monday.\n"
    )
    run_flow(note, tmp_path / "out")
    events = pl.read_parquet(f"{tmp_path}/out/events/**/*.parquet")
    key = events.filter(event_type="ASSAULT")["event_id"][0]
    show(str(tmp_path / "out"), key, why=True, console=console)
    assert "one deed: yes, by “two verbs side by side” (kidnapped)" in printed(console)
    lines = [line.strip() for line in printed(console).splitlines()]
    assert "counted here because: first report" in lines
    assert not any("not shown" in line for line in lines)
    nlp = pipeline_of(open_tables(str(tmp_path / "out")), {"actors": None, "lexicon": None})
    assert not isinstance(nlp, str)


def test_why_says_where_the_rules_cannot_be_shown(
    tmp_path: Path, seed_output: Path, console: Console, run_flow: Callable[..., dict[str, Any]]
) -> None:
    copy = tmp_path / "copy"
    export_tables(str(seed_output), str(copy), with_text=False)
    event = pl.read_parquet(f"{copy}/events/**/*.parquet").sort("n_mentions").row(-1, named=True)
    show(str(copy), event["event_id"], why=True, console=console)
    assert printed(console).count("rules of language are not shown: these tables do not say") == 1
    assert printed(console).count("counted here because:") == event["n_mentions"]
    actors = tmp_path / "actors.csv"
    actors.write_text("id,name,country,sector\nharbour,Harbour Union,FRA,LAB\n")
    note = tmp_path / "a.txt"
    note.write_text("Police arrested the governor of the province on Monday, officials in the capital said.\n")
    run_flow(note, tmp_path / "out", actors=str(actors))
    event = pl.read_parquet(f"{tmp_path}/out/events/**/*.parquet").row(0, named=True)
    show(str(tmp_path / "out"), event["event_id"], why=True, console=console)
    assert "give --actors the file that the tables were made with" in printed(console)
    again = Console(file=StringIO(), width=400)
    show(str(tmp_path / "out"), event["event_id"], why=True, console=again, actors=str(actors))
    assert "not shown" not in printed(again)


def test_an_entity_tells_its_roles_and_events(tables: str, console: Console, seed_output: Path) -> None:
    entities = pl.read_parquet(f"{seed_output}/entities")
    putin = entities.filter(pl.col("name") == "Vladimir Putin")["entity_id"][0]
    show(tables, putin, why=False, console=console)
    text = printed(console)
    assert "President" in text
    assert "CONSULT" in text
    assert "RUS" in text


def test_an_unknown_id_is_a_user_error(tables: str, console: Console) -> None:
    with pytest.raises(UserError, match="no event and no entity"):
        show(tables, "nothing", why=False, console=console)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_view(tables: str, console: Console, table: str) -> None:
    query(tables, f"SELECT count(*) AS rows FROM {table}", as_csv=False, console=console)
    assert "rows" in printed(console)


def test_csv_is_plain(tables: str, console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    query(tables, "SELECT event_type, count(*) AS n FROM events WHERE event_type = 'CONSULT' GROUP BY 1", True, console)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "event_type,n"
    assert lines[1].startswith("CONSULT,")


@pytest.mark.parametrize("sql", ["", "  ", "-- nothing"])
def test_no_sql_is_a_user_error(tables: str, console: Console, sql: str) -> None:
    with pytest.raises(UserError, match="no statement given"):
        query(tables, sql, False, console)


def test_short_values_stay_whole_and_lists_are_plain(tables: str) -> None:
    console = Console(file=StringIO(), width=70)
    sql = "SELECT event_id, event_type, DATE '2024-05-03' AS day, ['RUSGOV', 'PRKGOV'] AS codes, 'x' AS a FROM events"
    query(tables, sql, False, console)
    text = printed(console)
    assert "2024-05-03" in text
    assert "CONSULT" in text
    assert "RUSGOV, PRKGOV" in text


def test_ids_days_and_narrow_columns_are_not_broken() -> None:
    names, longest = ["event_id", "event_type", "event_date", "evidence"], [16, 8, 10, 300]
    assert column_widths(names, [16, 8, 10, 30], 200) == [16, 10, 10, 30]
    assert column_widths(names, longest, 80) == [16, 10, 10, 80 - 1 - 3 * 4 - 16 - 10 - 10]
    for room in range(55, 200):
        assert sum(column_widths(names, longest, room)) + 3 * 4 + 1 <= room


def test_broken_sql_is_one_line(tables: str, console: Console) -> None:
    with pytest.raises(UserError, match=r"^query: ") as caught:
        query(tables, "SELECT nothing FROM events", False, console)
    assert "\n" not in str(caught.value)


def test_a_copy_without_words_opens_too(seed_output: Path, tmp_path: Path, console: Console) -> None:
    copy = tmp_path / "copy"
    export_tables(str(seed_output), str(copy), with_text=False)
    shared = str(copy)
    event = pl.read_parquet(f"{copy}/events/**/*.parquet").sort("n_mentions").row(-1, named=True)
    show(shared, event["event_id"], why=False, console=console)
    assert "CONSULT (multilateral), planned" in printed(console)
    speaker = pl.read_parquet(f"{copy}/quotes/**/*.parquet")["speaker_id"].drop_nulls()[0]
    show(shared, speaker, why=False, console=console)
    assert "(left out of this copy)" in printed(console)
    query(shared, "SELECT count(*) AS events FROM events", False, console)
    with pytest.raises(UserError, match="texts does not exist"):
        query(shared, "FROM texts", False, console)
    print_unused(shared, None)
    whole_needed = "a copy of tables; name the folder of the run that made them"
    with pytest.raises(UserError, match=whole_needed):
        print_misses(shared, "en_core_web_md", None, None, 5)
    with pytest.raises(UserError, match=whole_needed):
        export_tables(str(copy), str(tmp_path / "again"), with_text=False)


def test_one_article_is_not_called_articles(tables: str, console: Console, seed_output: Path) -> None:
    event = pl.read_parquet(f"{seed_output}/events/**/*.parquet").sort("n_mentions").row(-1, named=True)
    show(tables, event["event_id"], why=False, console=console)
    show(tables, event["actor_ids"][0], why=False, console=console)
    lines = [" ".join(line.split()) for line in printed(console).splitlines()]
    assert f"reports {event['n_mentions']} in 1 article of 1 source" in lines
    assert "1 articles" not in printed(console)


def test_a_folder_without_tables_is_named(tmp_path: Path, console: Console) -> None:
    with pytest.raises(UserError, match="no tables here"):
        query(str(tmp_path), "SELECT 1", False, console)
