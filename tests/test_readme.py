"""The README shows real results: each Python block, run on the tables of `make run`, must print the block below it.

`make readme` (DATELINE_UPDATE=1) writes what they print now into the page.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n```text\n(?P<shown>.*?)```", re.DOTALL)


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipeline is loaded in this process once; what workers do has tests of its own."""
    monkeypatch.setenv("DATELINE_RUNNER", "inline")
    monkeypatch.setenv("DATELINE_SETTLE_SECONDS", "0")


def printed(code: str) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "README.md", "exec"), {})
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().strip("\n").splitlines())


def test_the_readme_shows_what_its_code_prints(
    root: Path, example_output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = root / "README.md"
    text = page.read_text("utf-8")
    monkeypatch.chdir(example_output.parent)
    found = list(BLOCK.finditer(text))
    assert len(found) == 3
    if os.environ.get("DATELINE_UPDATE"):
        new = BLOCK.sub(lambda block: f"```python\n{block['code']}```\n```text\n{printed(block['code'])}```", text)
        page.write_text(new, "utf-8")
        return
    for block in found:
        assert printed(block["code"]) == block["shown"]
