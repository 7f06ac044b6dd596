"""What the tests of the store share: an empty store, a small contract, and disks that are not waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from publishing import use_toys

from tasks.store.layout import Store, open_store


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: a killed process loses nothing it wrote, and lost power is what `Machine` is for."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    use_toys(monkeypatch.setattr)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "output"))
