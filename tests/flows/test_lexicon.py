"""A user's frames through the whole flow, and what `dateline lexicon` prints of the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.settings import load_config
from tasks.errors import UserError
from tasks.report.lexicon import print_misses, print_unused

HEADER = "id\ttype\tmode\tcameo\tpattern\texample"


def test_own_frames_code_and_are_known_to_the_reports(
    tmp_path: Path, run_flow: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(
        "The army shanghaied the governor of the province on Monday, officials in the capital said in a statement. "
        "Soldiers bamboozled the minister.\n"
    )
    frames = tmp_path / "mine.tsv"
    frames.write_text(
        f"{HEADER}\nmine.shanghai\tASSAULT\tabduct\t181\tA shanghai R\t[A The army] shanghaied [R the governor].\n"
    )
    output = tmp_path / "out"
    run_flow(tmp_path / "in", output, lexicon=str(frames))
    coders = pl.read_parquet(f"{output}/event_mentions/**/*.parquet")["coder"].to_list()
    assert [coder.split("@")[0] for coder in coders] == ["frame:mine.shanghai"]

    settings = load_config(output=str(output), lexicon=str(frames))
    capsys.readouterr()
    print_unused(settings.output, settings.lexicon)
    assert "mine.shanghai" not in capsys.readouterr().out
    print_misses(settings.output, settings.model, settings.actors, settings.lexicon, 10)
    assert capsys.readouterr().out.splitlines()[1].startswith("bamboozle\t1\t1\t")


def test_tables_made_with_other_frames_are_not_added_to(
    tmp_path: Path, run_flow: Callable[..., dict[str, Any]]
) -> None:
    note = tmp_path / "a.txt"
    note.write_text("The army arrested the governor of the province on Monday, officials in the capital said.\n")
    run_flow(note, tmp_path / "out")
    frames = tmp_path / "mine.tsv"
    frames.write_text(f"{HEADER}\nmine.x\tASSAULT\t\t181\tA shanghai R\t[A The army] shanghaied [R the governor].\n")
    with pytest.raises(UserError, match="--reprocess"):
        run_flow(note, tmp_path / "out", lexicon=str(frames))
