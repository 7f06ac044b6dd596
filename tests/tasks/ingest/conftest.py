from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ingest_samples import Reading, every_format

from tasks.ingest.discover import InputFile
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read


@pytest.fixture(scope="session")
def samples() -> dict[str, bytes]:
    return every_format()


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Write bytes to a file and read all its records."""

    def read_it(content: bytes, name: str = "input", limits: Limits | None = None) -> list[Any]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read(InputFile(str(tmp_path), name, str(path), path.stat().st_size), limits or Limits()))

    return read_it
