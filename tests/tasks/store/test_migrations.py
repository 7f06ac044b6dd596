"""For: tasks.store.migrations. An output of 0.1.0 comes to today's contract whole or not at all, and loses nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest
from first_release import unpack
from publishing import Killed, copy_of, faulty, operations, snapshot

from tasks.contract.tables import SCHEMA_VERSION
from tasks.errors import UserError
from tasks.store.fingerprint import FINGERPRINT, fingerprint_bytes, read_fingerprint
from tasks.store.layout import Store, open_store, open_tables, read_generation
from tasks.store.migrations import STEPS, SchemaStep, migrate_tables, steps_from
from tasks.store.publish import Publication, recover
from tasks.verify.output import verify

pytestmark = pytest.mark.usefixtures("quick")

NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def old(tmp_path: Path) -> Store:
    return open_store(str(unpack(tmp_path / "old")))


def migrate(store: Store) -> tuple[SchemaStep, ...]:
    recover(store)
    return migrate_tables(store)


def of_schema(store: Store, version: str) -> None:
    known = read_fingerprint(store)
    assert known is not None
    (Path(store.name) / "_meta" / FINGERPRINT).write_bytes(fingerprint_bytes(replace(known, schema_version=version)))


@pytest.mark.parametrize("name", ["changes", "_meta/partials/tombstones", "_meta/partials/inputs", "entities"])
def test_what_is_missing_is_told_and_not_taken_for_empty(old: Store, name: str) -> None:
    (Path(old.name) / name / "part-0.parquet").unlink()
    before = files(old)
    with pytest.raises(UserError, match=f"{name}: missing beside published tables"):
        migrate(old)
    assert files(old) == before


def files(store: Store) -> dict[str, bytes]:
    return {name: data for name, data in snapshot(store).items() if not name.endswith("/")}


# Every step with rows before it and after it: a step that is added has its case here.
CASES: dict[tuple[str, str], tuple[str, list[dict[str, object]], list[dict[str, object]]]] = {
    ("1", "2"): (
        "runs",
        [
            {"run_id": "b", "started_at": NOON},
            {"run_id": "c", "started_at": NOON - dt.timedelta(days=1)},
            {"run_id": "a", "started_at": NOON},
        ],
        [
            {"run_id": "c", "started_at": NOON - dt.timedelta(days=1), "number": 1, "message": None, "drift": []},
            {"run_id": "a", "started_at": NOON, "number": 2, "message": None, "drift": []},
            {"run_id": "b", "started_at": NOON, "number": 3, "message": None, "drift": []},
        ],
    ),
}


def test_there_is_a_way_from_every_earlier_schema_and_every_step_has_its_case() -> None:
    for version in range(1, int(SCHEMA_VERSION) + 1):
        chain = steps_from("output", str(version))
        assert [step.source for step in chain] == [str(number) for number in range(version, int(SCHEMA_VERSION))]
    assert [(step.source, step.target) for step in STEPS] == list(CASES)


@pytest.mark.parametrize("key", CASES)
def test_a_step_makes_of_older_rows_what_the_next_schema_has(key: tuple[str, str]) -> None:
    table, before, after = CASES[key]
    step = next(step for step in STEPS if (step.source, step.target) == key)
    assert step.changes[table](pl.DataFrame(before)).to_dicts() == after


def test_an_output_of_0_1_0_holds_to_todays_contract_after_it(old: Store) -> None:
    was = snapshot(old)
    assert verify(old.name) != []
    assert [step.target for step in migrate(old)] == ["2"]
    assert [str(finding) for finding in verify(old.name)] == []
    now = snapshot(old)
    changed = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    # Articles, events, what is withdrawn and which files are in stay byte for byte.
    assert {name for name in changed if name.endswith(".parquet")} == {"runs/part-0.parquet"}
    before, after = (json.loads(files["_meta/" + FINGERPRINT]) for files in (was, now))
    assert after == {**before, "schema_version": SCHEMA_VERSION}
    assert before["code_version"] == "0.1.0"
    runs = pl.read_parquet(Path(old.name) / "runs" / "part-0.parquet")
    assert runs["number"].to_list() == [1, 2, 3]
    assert runs["started_at"].is_sorted()
    assert read_generation(old) == int(was["_meta/generation"]) + 2


def test_a_second_migration_writes_nothing(old: Store) -> None:
    migrate(old)
    settled = snapshot(old)
    assert migrate(old) == ()
    assert snapshot(old) == settled


@pytest.mark.slow
def test_a_migration_stopped_at_any_operation_is_ended_by_the_next(old: Store, tmp_path: Path) -> None:
    undisturbed = copy_of(old, tmp_path / "undisturbed")
    migrate(undisturbed)
    final = snapshot(undisturbed)
    total = operations(old, tmp_path / "counted", migrate)
    assert total > 5
    seen = set()
    for stop in range(1, total + 1):
        stopped = copy_of(old, tmp_path / "stopped")
        with pytest.raises(Killed):
            migrate(faulty(stopped, stop))
        migrate(stopped)
        assert snapshot(stopped) == final
        seen.add(len(migrate(copy_of(stopped, tmp_path / "again"))))
    assert seen == {0}


def test_a_partition_passes_through_all_the_steps_and_is_written_once(old: Store) -> None:
    def renamed(rows: pl.DataFrame) -> pl.DataFrame:
        assert "number" not in rows.columns
        return rows.with_columns(started=pl.col("started_at"))

    def numbered(rows: pl.DataFrame) -> pl.DataFrame:
        return STEPS[0].changes["runs"](rows.drop("started"))

    articles: list[int] = []

    def counted(rows: pl.DataFrame) -> pl.DataFrame:
        articles.append(rows.height)
        return rows

    of_schema(old, "0")
    steps = (
        SchemaStep("0", "1", "", {"runs": renamed}),
        SchemaStep("1", "2", "", {"articles": counted, "runs": numbered}),
    )
    assert migrate_tables(old, steps=steps) == steps
    assert [str(finding) for finding in verify(old.name)] == []
    months = len(list((Path(old.name) / "articles").iterdir()))
    assert len(articles) == months > 1
    assert sum(articles) == pl.read_parquet(f"{old.name}/articles/**/*.parquet").height


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("3", "the tables have schema 3 and were made by a newer dateline"),
        ("x", "the tables have schema x and were made by a newer dateline"),
        ("0", "no way from schema 0 to 2 in this version of dateline; install the one that wrote the tables"),
    ],
)
def test_a_schema_that_no_step_knows_is_refused_in_one_line(version: str, says: str, old: Store) -> None:
    of_schema(old, version)
    was = snapshot(old)
    with pytest.raises(UserError) as caught:
        migrate(old)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert snapshot(old) == was


@pytest.mark.parametrize(
    ("version", "mend"), [("1", "run `dateline migrate --output "), ("3", "install the newer one")]
)
def test_who_reads_tables_of_another_schema_is_told_in_one_line(version: str, mend: str, old: Store) -> None:
    of_schema(old, version)
    with pytest.raises(UserError, match=f"--output .*: the tables have schema {version}.*{mend}"):
        open_tables(old.name)
    assert open_tables(old.name, any_schema=True) == old


def test_a_damaged_table_or_a_lost_lock_changes_nothing(old: Store) -> None:
    def lost() -> NoReturn:
        raise UserError("another run took the writer's lock over")

    was = snapshot(old)
    with pytest.raises(UserError, match="took the writer's lock over"):
        migrate_tables(old, lost)
    recover(old)
    assert snapshot(old) == was
    runs = Path(old.name) / "runs" / "part-0.parquet"
    runs.write_bytes(runs.read_bytes()[:-9])
    was = snapshot(old)
    with pytest.raises(UserError, match=r"runs/part-0\.parquet: cannot be read"):
        migrate(old)
    recover(old)
    assert snapshot(old) == was


def test_an_unfinished_publication_is_ended_first(old: Store, tmp_path: Path) -> None:
    def publish(store: Store) -> None:
        publication = Publication(store, "run")
        publication.put_meta("note", b"whole")
        publication.commit()

    total = operations(old, tmp_path / "counted", publish)
    stopped = copy_of(old, tmp_path / "stopped")
    stop = next(stop for stop in range(1, total) if _has_journal(copy_of(old, tmp_path / "stopped"), publish, stop))
    assert stop
    migrate(stopped)
    assert (Path(stopped.name) / "_meta" / "note").read_bytes() == b"whole"
    assert [str(finding) for finding in verify(stopped.name)] == []


def _has_journal(store: Store, publish: Callable[[Store], None], stop: int) -> bool:
    with pytest.raises(Killed):
        publish(faulty(store, stop))
    return (Path(store.name) / "_meta" / "publish.json").exists()
