"""A folder of tables in which nothing is wrong, for the tests of `dateline verify`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from verify_case import valid_case, write


@pytest.fixture(scope="session")
def valid_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("valid")
    write(root, valid_case())
    return root


@pytest.fixture
def output(tmp_path: Path, valid_output: Path) -> Path:
    """A folder in which nothing is wrong, to be broken."""
    return Path(shutil.copytree(valid_output, tmp_path, dirs_exist_ok=True))
