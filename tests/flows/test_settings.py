"""For: flows.settings. Defaults < config file < environment < command line, and what a user's mistake says."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import load_config
from tasks.errors import UserError


def test_later_sources_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "dateline.toml"
    file.write_text('output = "from-file"\nworkers = 3\nlanguages = "de,en"\n')
    monkeypatch.setenv("DATELINE_WORKERS", "4")
    monkeypatch.setenv("DATELINE_MODEL", "from-environment")
    config = load_config(str(file), model="from-command-line", output=None)
    assert config.output == "from-file"
    assert config.workers == 4
    assert config.model == "from-command-line"
    assert config.languages == ("de", "en")
    assert config.clean == "auto"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("workers = -1", r"dateline\.toml: workers = -1: "),
        ("wrokers = 1", r"dateline\.toml: unknown setting 'wrokers'"),
        ("workers = ", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_that_names_it(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "dateline.toml"
    file.write_text(content)
    with pytest.raises(UserError, match=message) as caught:
        load_config(str(file))
    assert "\n" not in str(caught.value)


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_CLEAN", "maybe")
    with pytest.raises(UserError, match="variable DATELINE_CLEAN: clean = 'maybe'"):
        load_config()


def test_where_and_how_fast_do_not_shape_the_tables_but_their_content_does(tmp_path: Path) -> None:
    base = load_config(output="a", workers=1).config_sha256()
    assert load_config(output="b", workers=2, words_per_shard=5).config_sha256() == base
    assert load_config(clean="none").config_sha256() != base
    actors = tmp_path / "actors.csv"
    actors.write_text("id,name\n")
    one = load_config(actors=str(actors)).config_sha256()
    actors.write_text("id,name\nx:1,Somebody\n")
    assert load_config(actors=str(actors)).config_sha256() != one


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(UserError, match="ISO 639-1"):
        load_config(languages="english")
