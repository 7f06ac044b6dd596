"""For: flows.repair, tasks.jobs.repair. What is damaged is named and made anew; what cannot be is named as lost."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_runs import ARTICLES, AUDIT, Run, digests, problems, table, write
from typer.testing import CliRunner

from flows.cli import app
from flows.repair import Repair, begin_repair, damage_lines, loss_lines
from flows.settings import RunConfig, load_config
from tasks.annotate.events.encoder.coders import FRAMES
from tasks.contract.partials import PARTIALS
from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.store.layout import open_store, scan
from tasks.store.publish import Publication

UNDATED = {"text": "Rebels attacked a village near Goma on Sunday and killed twelve people, the army said. "
           "The attackers fled into the forest, a resident told reporters."}  # fmt: skip
WITHDRAWN = {"id": "four", "source": "example.org", "published_at": "2024-03-09T10:00:00Z",
             "text": "The king opened parliament in Oslo on Tuesday and spoke about taxes and schools."}  # fmt: skip
OWN = ("runs", "rejects", "changes", "superseded")
# Read again, a file says again that a record of it is withdrawn, and the table counts its rejects.
READ_AGAIN = {"coverage_day"}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write(folder, "a.jsonl", [*ARTICLES[:2], WITHDRAWN])
    write(folder, "b.jsonl", [ARTICLES[2], UNDATED])
    (folder / "c.jsonl").write_text("{\n")
    return folder


@pytest.fixture(scope="module")
def undisturbed(inbox: Path, run_flow: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of two runs, with a reject, an article without a day and a withdrawn one."""
    output = tmp_path_factory.mktemp("undisturbed") / "output"
    run_flow(inbox / "a.jsonl", output)
    ids = table(output, "articles").filter(table(output, "articles")["external_id"] == "four")["article_id"]
    run_flow([], output, withdraw=tuple(ids))
    run_flow(inbox, output)
    assert problems(output) == []
    return output


@pytest.fixture
def output(undisturbed: Path, tmp_path: Path) -> Path:
    shutil.copytree(undisturbed, tmp_path / "output")
    return tmp_path / "output"


@pytest.fixture
def repair(inbox: Path, run_flow: Run) -> Callable[..., Repair]:
    def run(output: Path, inputs: Path | None = None) -> Repair:
        given = () if inputs is None else (str(inputs),)
        found = begin_repair(load_config(None, inputs=given, output=str(output), workers=1, coder=FRAMES))
        if found.needs_run:
            run_flow(list(given), output)
        return found

    return run


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 16
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def files_of(output: Path, name: str) -> list[Path]:
    declared = TABLES.get(name) or PARTIALS[name]
    return sorted((output / declared.path).rglob("*.parquet"))


def check_repaired(
    output: Path,
    undisturbed: Path,
    found: Repair,
    names: set[str],
    without: set[str] = frozenset(),  # type: ignore[assignment]
) -> None:
    """All is as it was, but for the tables of the runs' own; the damaged files were named."""
    assert set(found.damage.files) == names
    assert {f"damaged: {name}" for name in names} <= set(damage_lines(found))
    assert problems(output) == []
    expected, there = digests(undisturbed, AUDIT | without), digests(output, AUDIT | without)
    assert {name for name in expected.keys() | there.keys() if expected.get(name) != there.get(name)} == set()


@pytest.mark.parametrize("name", ["mentions", "texts"])
def test_a_damaged_table_is_made_anew(
    name: str, output: Path, undisturbed: Path, inbox: Path, repair: Callable[..., Repair]
) -> None:
    files = files_of(output, name)
    damages: tuple[Callable[[Path], None], ...] = (flip, Path.unlink, cut)
    for file, damage in zip(files, damages, strict=False):
        damage(file)
    names = {file.relative_to(output).as_posix() for file in files[:3]}
    check_repaired(output, undisturbed, repair(output, inbox), names, READ_AGAIN if name == "texts" else set())


@pytest.mark.slow
@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
@pytest.mark.parametrize("name", sorted({*TABLES, *PARTIALS} - {*OWN, "tombstones", "inputs"}))
def test_any_one_damaged_file_is_made_anew(
    name: str, damage: Callable[[Path], None], output: Path, undisturbed: Path, inbox: Path,
    repair: Callable[..., Repair],
) -> None:  # fmt: skip
    file = files_of(output, name)[0]
    damage(file)
    read_again = READ_AGAIN if name in ("articles", "texts") else set()
    check_repaired(output, undisturbed, repair(output, inbox), {file.relative_to(output).as_posix()}, read_again)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tombstones", "inputs"])
def test_the_memory_of_withdrawals_and_inputs_is_made_anew(
    name: str, output: Path, undisturbed: Path, inbox: Path, repair: Callable[..., Repair]
) -> None:
    (file,) = files_of(output, name)
    file.unlink()
    names = {file.relative_to(output).as_posix()}
    check_repaired(output, undisturbed, repair(output, inbox), names, READ_AGAIN if name == "inputs" else set())
    assert table(output, "articles").height == table(undisturbed, "articles").height


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_what_only_the_runs_knew_is_named_as_lost(
    name: str, output: Path, undisturbed: Path, inbox: Path, repair: Callable[..., Repair]
) -> None:
    (file,) = files_of(output, name)
    flip(file)
    found = repair(output, inbox)
    check_repaired(output, undisturbed, found, {file.relative_to(output).as_posix()})
    assert any(line.startswith(f"lost: {name}: ") for line in damage_lines(found))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["generation", "manifest.json", "fingerprint.json", "publish.json"])
@pytest.mark.parametrize("damage", [cut, Path.unlink])
def test_the_state_of_the_folder_is_made_anew(
    name: str, damage: Callable[[Path], None], output: Path, undisturbed: Path, inbox: Path,
    repair: Callable[..., Repair],
) -> None:  # fmt: skip
    path = output / "_meta" / name
    if name == "publish.json":
        path.write_text("{")
    else:
        damage(path)
    found = repair(output, inbox)
    assert any(name in line for line in damage_lines(found))
    assert problems(output) == []
    assert digests(output, AUDIT) == digests(undisturbed, AUDIT)


@pytest.mark.slow
def test_a_month_that_is_gone_everywhere_comes_back_from_the_inputs(
    output: Path, undisturbed: Path, inbox: Path, repair: Callable[..., Repair]
) -> None:
    gone = [path for path in output.rglob("month=2024-03") if path.is_dir()]
    names = {file.relative_to(output).as_posix() for folder in gone for file in folder.iterdir()}
    for folder in gone:
        shutil.rmtree(folder)
    check_repaired(output, undisturbed, repair(output, inbox), names, READ_AGAIN)


def test_everything_of_the_memory_comes_back_from_the_inputs(
    output: Path, undisturbed: Path, inbox: Path, repair: Callable[..., Repair]
) -> None:
    shutil.rmtree(output / "_meta")
    found = repair(output, inbox)
    assert problems(output) == []
    assert digests(output, AUDIT | READ_AGAIN) == digests(undisturbed, AUDIT | READ_AGAIN)
    assert "damaged: _meta/manifest.json is missing" in damage_lines(found)


def test_articles_whose_text_and_inputs_are_gone_are_named_and_the_rest_stays(
    output: Path, tmp_path: Path, repair: Callable[..., Repair]
) -> None:
    before = table(output, "articles")
    (file,) = (output / "texts" / "month=2024-03").iterdir()
    file.unlink()
    found = repair(output)
    assert problems(output) == []
    lost = [line for line in loss_lines(found) if line.startswith("lost: article")]
    assert lost == [f"lost: article {before['article_id'][before['external_id'].to_list().index('one')]} "
                    "French minister visits Berlin"]  # fmt: skip
    assert table(output, "articles").height == before.height - 1
    (kept,) = (tmp_path / "output-lost").glob("articles-*.jsonl")
    assert "French minister visits Berlin" in kept.read_text()


def test_sound_rows_are_kept_before_they_leave_the_folder(
    output: Path, repair: Callable[..., Repair], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in files_of(output, "texts"):
        path.unlink()
    with monkeypatch.context() as patched:
        patched.setattr("tasks.jobs.repair.Publication.commit", stopped)
        with pytest.raises(KeyboardInterrupt):
            repair(output)
    assert files_of(output, "articles"), "nothing has left the folder yet"
    assert list((tmp_path / "output-lost").glob("articles-*.jsonl"))
    repair(output)
    assert problems(output) == []


def stopped(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_stray_copy_takes_no_row_with_it(output: Path, undisturbed: Path, repair: Callable[..., Repair]) -> None:
    for name in ("articles/month=2024-03", "runs", "changes", "tombstones"):
        file = next((output / name).glob("*.parquet"), None) or files_of(output, name)[0]
        shutil.copy(file, file.with_name("part-1.parquet"))
    (output / "articles" / "month=x").mkdir()
    shutil.copy(files_of(output, "articles")[0], output / "articles" / "month=x" / "part-0.parquet")
    found = repair(output)
    assert not any(line.startswith("lost") for line in (*damage_lines(found), *loss_lines(found)))
    assert problems(output) == []
    assert digests(output, {"runs"}) == digests(undisturbed, {"runs"})
    assert table(output, "runs").height > table(undisturbed, "runs").height


def test_a_file_that_held_other_articles_before_is_read_again(tmp_path: Path, run_flow: Run) -> None:
    inbox, output = tmp_path / "in", tmp_path / "out"
    early = [ARTICLES[0], ARTICLES[0] | {"id": "again", "text": f"{ARTICLES[0]['text']} Nothing was signed."}]
    late = [ARTICLES[1], ARTICLES[1] | {"id": "later", "text": f"{ARTICLES[1]['text']} Twelve were let go."}]
    for articles in (early, late):
        write(inbox, "today.jsonl", articles)
        run_flow(inbox, output)
    (file,) = (output / "texts" / "month=2024-04").iterdir()
    file.unlink()
    found = begin_repair(load_config(None, inputs=(str(inbox),), output=str(output), workers=1, coder=FRAMES))
    summary = run_flow(inbox, output)
    assert found.needs_run
    assert summary["lost"] == []
    assert sorted(table(output, "articles")["external_id"]) == ["again", "later", "one", "two"]


def test_what_a_stopped_repair_took_out_is_named_by_whoever_ends_it(
    output: Path, tmp_path: Path, run_flow: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("texts/month=2024-03", "texts/month=2024-04"):
        shutil.rmtree(output / name)
    settings = load_config(None, output=str(output), workers=1, coder=FRAMES)
    begin_repair(settings)
    again = begin_repair(settings)
    lost = [line for line in loss_lines(again) if line.startswith("lost: article")]
    assert len(lost) >= 2
    monkeypatch.setattr(logging.getLogger("dateline"), "propagate", True)
    # The inputs of one of them come back.
    summary = run_flow(write(tmp_path / "back", "a.jsonl", ARTICLES[:1]), output)
    assert summary["lost"]
    assert set(summary["lost"]) < set(lost)
    assert set(summary["lost"]) <= set(caplog.messages)
    assert begin_repair(settings).gone.articles == ()


def killed_after_the_journal(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the journal of a publication that changes the tables, and what it staged."""
    store = open_store(str(output))
    with monkeypatch.context() as patched:
        patched.setattr("tasks.store.publish.carry_out", stopped)
        publication = Publication(store, "run-killed")
        publication.put("changes", None, scan(store, "changes").collect().head(0))
        with pytest.raises(KeyboardInterrupt):
            publication.commit()


def test_a_journal_whose_files_are_gone_is_no_dead_end(
    output: Path, undisturbed: Path, inbox: Path, repair: Callable[..., Repair], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_journal(output, monkeypatch)
    shutil.rmtree(output / ".staging")
    found = repair(output, inbox)
    assert "damaged: _meta/publish.json names files that are missing or damaged" in list(damage_lines(found))
    assert problems(output) == []
    assert digests(output, {"runs"}) == digests(undisturbed, {"runs"})


def test_a_run_killed_behind_its_journal_has_damaged_nothing(
    output: Path, repair: Callable[..., Repair], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_journal(output, monkeypatch)
    assert list(damage_lines(repair(output))) == ["no file is damaged"]
    assert table(output, "changes").height == 0  # carried out
    assert problems(output) == []


def test_a_journal_without_a_generation_waits_for_a_repair(
    output: Path, inbox: Path, run_flow: Run, repair: Callable[..., Repair], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_journal(output, monkeypatch)
    (output / "_meta" / "generation").unlink()
    before = digests(output)
    with pytest.raises(UserError, match="run `dateline repair"):
        run_flow(inbox, output)
    assert digests(output) == before
    assert (output / "_meta" / "publish.json").exists()
    repair(output, inbox)
    assert problems(output) == []


def test_settings_that_make_runs_fail_are_none_of_a_repairs(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files_of(output, "quotes")[0].unlink()
    settings: list[RunConfig] = []

    def run(config: RunConfig, *_: object, **__: object) -> None:
        settings.append(config)

    monkeypatch.setattr("flows.run_command.run_and_print", run)
    monkeypatch.setenv("DATELINE_FAIL_ON_EMPTY", "true")
    monkeypatch.setenv("DATELINE_FAIL_ON_DRIFT", "true")
    done = CliRunner().invoke(app, ["repair", "--output", str(output)])
    assert done.exit_code == 0, done.output
    assert [(config.fail_on_empty, config.fail_on_drift) for config in settings] == [(False, False)]


def test_a_sound_folder_is_left_as_it_is(output: Path, repair: Callable[..., Repair]) -> None:
    before = digests(output)
    found = repair(output)
    assert list(damage_lines(found)) == ["no file is damaged"]
    assert not found.needs_run
    assert digests(output) == before


@pytest.mark.slow
def test_a_repair_that_was_stopped_is_finished_by_any_run(
    output: Path, undisturbed: Path, inbox: Path, run_flow: Run
) -> None:
    files_of(output, "mentions")[0].unlink()
    begin_repair(load_config(None, output=str(output), workers=1, coder=FRAMES))
    assert problems(output) != []
    run_flow(inbox, output)
    assert problems(output) == []
    assert digests(output, AUDIT) == digests(undisturbed, AUDIT)


def test_a_run_names_the_damage_and_the_mend_before_it_reads(output: Path, inbox: Path, run_flow: Run) -> None:
    file = files_of(output, "quotes")[0]
    file.unlink()
    with pytest.raises(UserError, match=rf"{file}: a published file is missing; run `dateline repair --output"):
        run_flow(inbox, output)


def test_a_folder_without_tables_is_not_repaired(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no tables here"):
        begin_repair(load_config(None, output=str(tmp_path / "nothing")))


def test_other_settings_than_those_of_the_tables_do_not_repair_a_part_of_them(output: Path, **_: Any) -> None:
    (output / "_meta" / "fingerprint.json").unlink()
    with pytest.raises(UserError, match="the fingerprint is lost, and this is not what made the tables"):
        begin_repair(load_config(None, output=str(output), dedup="off"))
