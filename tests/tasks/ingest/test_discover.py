"""For: tasks.ingest.discover, tasks.ingest.limits, tasks.ingest.slices."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tasks.errors import UserError
from tasks.ingest.discover import discover
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read
from tasks.records import Reject


def origins(inputs: Sequence[str | Path]) -> list[str]:
    return [file.origin for file in discover([str(given) for given in inputs])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden.txt", ".git/config"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")
    return tmp_path / "in"


def test_a_folder_gives_its_files_sorted_without_hidden_ones(folder: Path) -> None:
    assert origins([folder]) == ["a.txt", "b.txt", "deep/er/c.txt"]


def test_a_single_file_has_its_name_as_origin_even_when_hidden(folder: Path) -> None:
    assert origins([folder / "a.txt"]) == ["a.txt"]
    assert origins([folder / ".hidden.txt"]) == [".hidden.txt"]


def test_the_readme_of_a_folder_is_no_article_unless_it_is_named(folder: Path) -> None:
    for name in ("README", "README.md", "deep/readme.txt", "README-2.txt"):
        (folder / name).write_text("These are articles of May.")
    assert [origin for origin in origins([folder]) if "readme" in origin.lower()] == ["README-2.txt"]
    assert origins([folder / "README.md"]) == ["README.md"]


def test_a_glob_has_origins_below_its_fixed_part(folder: Path) -> None:
    assert origins([folder / "*.txt"]) == ["a.txt", "b.txt"]
    assert origins([folder / "**" / "*.txt"]) == ["a.txt", "b.txt", "deep/er/c.txt"]


def test_a_file_reached_twice_is_given_once(folder: Path) -> None:
    assert origins([folder / "b.txt", folder]) == ["b.txt", "a.txt", "deep/er/c.txt"]


def test_links_in_a_circle_end_and_are_told(folder: Path) -> None:
    (folder / "deep" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to(folder / "self")
    assert origins([folder]) == ["a.txt", "b.txt", "deep/er/c.txt", "deep/loop", "self"]
    records = [record for file in discover([str(folder)]) for record in read(file, Limits())]
    assert [(record.stage, record.reason) for record in records[3:]] == [("discover", "symlink_loop")] * 2


def test_two_links_to_one_folder_are_no_loop(folder: Path) -> None:
    (folder / "twin").symlink_to(folder / "deep", target_is_directory=True)
    assert origins([folder]) == ["a.txt", "b.txt", "deep/er/c.txt"]


def test_what_is_piped_in_is_kept_for_the_workers(folder: Path) -> None:
    code = (
        "from tasks.ingest import *\n"
        "for _ in range(2):\n"
        "    [file] = discover(['-'])\n"
        "    print([(r.origin, r.text) for r in read(file, Limits())])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"Some words.", capture_output=True, check=True)
    assert done.stdout.decode() == "[('stdin', 'Some words.')]\n" * 2


def test_missing_inputs_are_named_before_anything_is_read(folder: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        discover([str(folder), str(folder / "nowhere.txt")])
    with pytest.raises(UserError, match="no file matches"):
        discover([str(folder / "*.nothing")])


def test_what_is_no_regular_file_or_leads_nowhere_becomes_a_reject(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    found = [record for file in discover([str(tmp_path)]) for record in read(file, Limits())]
    assert [(reject.origin, reject.reason) for reject in found] == [("broken", "unreadable"), ("pipe", "unreadable")]
    assert all(isinstance(reject, Reject) for reject in found)


def test_a_file_name_that_is_not_utf8_gives_a_valid_origin(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_bytes(b"Some words of text.")
    assert origins([tmp_path]) == ["caf\ufffd.txt"]
