"""What `dateline show` and `dateline query` print of real tables."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.report.export import export_tables
from tasks.report.lexicon import print_misses, print_unused
from tasks.report.query import column_widths, query
from tasks.report.show import show


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
    assert "CONSULT, planned" in text
    assert "Kim Jong-un, Vladimir Putin [PRKGOV, RUSGOV]" in text
    assert "summit [trigger]" in text
    assert text.count("counted here because:") == summit["n_mentions"]
    assert "frame:consult" in text


def test_without_why_no_rule_is_told(tables: str, console: Console, seed_output: Path) -> None:
    event = pl.read_parquet(f"{seed_output}/events/**/*.parquet").row(0, named=True)
    show(tables, event["event_id"], why=False, console=console)
    assert "counted here" not in printed(console)


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
    assert "CONSULT, planned" in printed(console)
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
