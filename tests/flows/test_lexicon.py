"""A user's frames through the whole flow, and what `dateline lexicon` prints of the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
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
    run_flow(tmp_path / "in", output, lexicon=str(frames), coder="frames")
    coders = pl.read_parquet(f"{output}/event_mentions/**/*.parquet")["coder"].to_list()
    assert [coder.split("@")[0] for coder in coders] == ["frame:mine.shanghai"]

    settings = load_config(output=str(output), lexicon=str(frames), coder="frames")
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


REFUSED = [
    "Ten people were killed in a crash near the town of Kano on Monday, officials said in a statement.",
    "The minister agreed to release the rebels on Friday, and the senator's attack on waste drew praise.",
    "Two more people were killed in a crash near the town of Jos on Tuesday, officials said in a statement.",
]


def refused(*inputs: Path) -> list[list[str]]:
    done = CliRunner().invoke(app, ["lexicon", "--refused", *map(str, inputs)], catch_exceptions=False)
    assert done.exit_code == 0
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_refused_matches_are_listed_by_rule(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join(REFUSED))
    header, *rows = refused(tmp_path)
    assert header == ["rule", "n", "type", "trigger", "sentence"]
    accidents = [row for row in rows if row[0] == "deaths in an accident or by disease"]
    assert accidents == [
        ["deaths in an accident or by disease", "2", "ASSAULT", "killed", sentence]
        for sentence in (REFUSED[0], REFUSED[2])
    ]
    assert ["an attack in words", "1", "ASSAULT", "attack", REFUSED[1]] in rows
    assert ["inside another event", "1", "RETREAT", "release", REFUSED[1]] in rows
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_refused_matches_are_read_from_any_format_without_tables(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": REFUSED[0], "title": "Crash"}) + "\n")
    (tmp_path / "b.html").write_text(f"<html><body><article><p>{REFUSED[0]}</p></article></body></html>")
    (tmp_path / "c.bin").write_bytes(b"\x00\x01\x02")
    assert len(refused(tmp_path / "*.jsonl")) == 2
    assert len(refused(tmp_path / "a.jsonl", tmp_path / "b.html", tmp_path / "c.bin")) == 3
    assert not (tmp_path / "output").exists()


def test_an_article_without_a_refused_match_gives_the_header_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The weather in the north of the country was mild for the time of the year.\n")
    assert refused(tmp_path / "a.txt") == [["rule", "n", "type", "trigger", "sentence"]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--refused"], "no input given"),
        (["--refused", "{folder}"], "no English article in it"),
        (["--refused", "{folder}/missing.txt"], "no such file or folder"),
        (["--refused", "--unused", "{folder}"], "say one of"),
        (["--refused", "--misses", "{folder}"], "say one of"),
        (["--unused", "{folder}"], "is read with --refused only"),
    ],
)
def test_refused_says_what_is_wrong_with_its_input(tmp_path: Path, arguments: list[str], says: str) -> None:
    (tmp_path / "german.txt").write_text("Der Minister traf am Freitag in der Hauptstadt die Vertreter der Banken.\n")
    given = [argument.format(folder=tmp_path) for argument in arguments]
    with pytest.raises(UserError, match=says) as caught:
        CliRunner().invoke(app, ["lexicon", *given], catch_exceptions=False)
    assert "\n" not in str(caught.value)
