"""For: flows.migration, flows.cost, flows.steps.

Tables of an earlier release, as a nightly run and its keeper meet them.
"""

from __future__ import annotations

import logging
from pathlib import Path

import polars as pl
import pytest
from first_release import files_below, unpack
from small_runs import Run, digests, last_run, problems, table
from typer.testing import CliRunner

from flows.cli import app
from flows.cost import Cost, reprocess_cost
from flows.migration import migrate
from flows.settings import load_config
from tasks import __version__
from tasks.errors import UserError
from tasks.store.layout import open_store
from tasks.store.lock import writer_lock


def migrated(output: Path) -> list[str]:
    return migrate(load_config(None, output=str(output)))


def test_a_nightly_run_on_older_tables_names_the_command_and_leaves_no_trace(tmp_path: Path, run_flow: Run) -> None:
    output = unpack(tmp_path)
    was = files_below(output)
    for settings in ({}, {"reprocess": True}):
        with pytest.raises(UserError) as caught:
            run_flow(tmp_path / "inputs", output, **settings)
        assert str(caught.value) == (
            f"{output}: the tables have schema 1, this program writes schema 2; "
            f"run `dateline migrate --output {output}` first"
        )
        assert files_below(output) == was


def test_migrate_and_reprocess_bring_tables_of_0_1_0_to_today(
    tmp_path: Path, run_flow: Run, caplog: pytest.LogCaptureFixture
) -> None:
    output, inputs = unpack(tmp_path), tmp_path / "inputs"
    withdrawn = (output / "_meta/partials/tombstones/part-0.parquet").read_bytes()
    ledger = table(output, "_meta/partials/inputs")
    assert migrated(output)[0].startswith(f"{output}: schema 1 -> 2: `runs` has a number")
    assert migrated(output) == [f"{output}: schema 2 already, nothing to do"]
    was = digests(output)
    with pytest.raises(UserError, match=rf"made otherwise \(dateline 0\.1\.0 -> {__version__}.*give `--reprocess`"):
        run_flow(inputs, output)
    assert digests(output) == was

    articles = table(output, "articles")
    with caplog.at_level(logging.INFO, "dateline"):
        run_flow(inputs, output, reprocess=True)
    lines = [(record.name, record.getMessage()) for record in caplog.records]
    told = [text for name, text in lines if name == "dateline" and text.startswith("annotating again")]
    parsed = table(output, "articles").filter("annotated")
    assert parsed.height > 3
    assert told == [
        f"annotating again: {parsed.height} published articles, {parsed['n_words'].sum()} words; "
        + told[0].partition("words; ")[2]
    ]
    # Before the first step.
    assert next(name for name, text in lines if text == told[0] or name.endswith("task_runs")) == "dateline"

    assert problems(output) == []
    run = last_run(output)
    assert (run["number"], run["code_version"], run["n_new"]) == (4, __version__, 0)
    # What was withdrawn stays out, what was in stays in and is not read again.
    assert (output / "_meta/partials/tombstones/part-0.parquet").read_bytes() == withdrawn
    assert ledger.join(table(output, "_meta/partials/inputs"), on=ledger.columns, how="anti").is_empty()
    assert table(output, "articles")["article_id"].to_list() == articles["article_id"].to_list()
    settled = digests(output, {"runs", "rejects", "changes"})
    run_flow(inputs, output)
    assert digests(output, {"runs", "rejects", "changes"}) == settled
    assert problems(output) == []


def test_the_commands_that_read_tables_name_the_command_too(tmp_path: Path) -> None:
    output = unpack(tmp_path)
    for command in (["report"], ["query", "SELECT 1"], ["show", "x"], ["export", str(tmp_path / "copy")]):
        done = CliRunner().invoke(app, [*command, "--output", str(output)])
        assert isinstance(done.exception, UserError), command
        assert str(done.exception).endswith(f"run `dateline migrate --output {output}` first")
    done = CliRunner().invoke(app, ["migrate", "--output", str(output)])
    assert (done.exit_code, done.stdout.splitlines()[0][: len(str(output)) + 16]) == (0, f"{output}: schema 1 -> 2:")
    assert CliRunner().invoke(app, ["query", "SELECT 1", "--output", str(output)]).exit_code == 0


def test_migrate_waits_for_nobody_and_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no tables here"):
        migrated(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    output = unpack(tmp_path)
    was = files_below(output)
    with writer_lock(open_store(str(output)), owner="a run"), pytest.raises(UserError, match="a run"):
        migrated(output)
    assert files_below(output) == was


def test_the_version_is_one_line() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"dateline {__version__}\n")
    # Tables that a development version made must not pass for those of a release.
    assert __version__ != "0.1.0"


def test_the_cost_takes_the_speed_of_runs_that_did_enough(tmp_path: Path) -> None:
    output = unpack(tmp_path)
    migrated(output)
    articles = table(output, "articles")
    parsed = articles.filter("annotated")
    assert parsed.height < articles.filter(lang="en").height  # copies are not parsed
    n_words = int(parsed["n_words"].sum())
    enough = n_words / 2
    # Words a second and seconds: too old, too little, nothing, and three that count.
    speeds = [(900.0, enough)] + [(80.0, enough)] * 8 + [(1.0, enough / 2), (0.0, 9.0), (20.0, enough), (50.0, enough)]
    one = table(output, "runs").head(1)
    runs = pl.concat(
        one.with_columns(number=pl.lit(number, pl.Int64), words_per_second=pl.lit(speed), seconds=pl.lit(seconds))
        for number, (speed, seconds) in enumerate(speeds, 1)
    )
    runs.write_parquet(output / "runs" / "part-0.parquet")
    cost = reprocess_cost(open_store(str(output)), ("en",))
    assert cost == Cost(parsed.height, n_words, n_words / 80.0, n_words / 20.0)
    one.with_columns(words_per_second=pl.lit(0.5)).write_parquet(output / "runs" / "part-0.parquet")
    assert reprocess_cost(open_store(str(output)), ("en",)) == Cost(parsed.height, n_words, None, None)
    assert reprocess_cost(open_store(str(output)), ("xx",)) == Cost(0, 0, None, None)


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (
            Cost(1_200, 1_000, 250.0, 500.0),
            "1,200 published articles, 1,000 words; about 4 minutes to 8 minutes",
        ),
        (Cost(1, 100, 1.0, 80.0), "1 published articles, 100 words; about a minute at the speed of earlier runs"),
        (Cost(9, 9, 9_000.0, 90_000.0), "9 words; about 2.5 hours to 25 hours at the speed of earlier runs"),
        (Cost(1, 100, None, None), "100 words; no earlier run annotated enough to tell how long it takes"),
    ],
)
def test_a_cost_is_told_in_rough_words(cost: Cost, told: str) -> None:
    assert told in cost.line()
    assert "\n" not in cost.line()
