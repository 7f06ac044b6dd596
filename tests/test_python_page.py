"""docs/python.md is true: its blocks print what they show. For: dateline, flows.api, tasks.report.frames.

`DATELINE_UPDATE=1` writes what the blocks print now into the page.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tasks.pages import DOCS

PAGE = DOCS / "python.md"
BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n```text\n(?P<shown>.*?)```", re.DOTALL)


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipeline is loaded in this process once; what workers do has tests of its own."""
    monkeypatch.setenv("DATELINE_RUNNER", "inline")
    monkeypatch.setenv("DATELINE_SETTLE_SECONDS", "0")


def printed(code: str, names: dict[str, Any]) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, PAGE.name, "exec"), names)
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().strip("\n").splitlines())


def test_the_page_shows_what_its_code_prints(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", server)
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text("utf-8")
    names: dict[str, Any] = {}
    now = [printed(block["code"], names) for block in BLOCK.finditer(text)]
    assert len(now) == 4
    if os.environ.get("DATELINE_UPDATE"):
        new = iter(now)
        PAGE.write_text(
            BLOCK.sub(lambda block: f"```python\n{block['code']}```\n```text\n{next(new)}```", text), "utf-8"
        )
        return
    assert now == [block["shown"] for block in BLOCK.finditer(text)]
