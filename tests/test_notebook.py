"""The analysts' notebook is executed from a clean state on the example corpus; each question must have its answer.

`make notebook` (DATELINE_UPDATE=1) writes the answers of that run, pictures among them, into the notebook. Kept answers
are for readers of the repository and are not compared.
"""

from __future__ import annotations

import base64
import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "analysis.ipynb"
PNG = b"\x89PNG\r\n\x1a\n"


def emptied(notebook: Any) -> Any:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def deflated(png: bytes) -> bytes:
    """The same picture with its pixels packed as small as deflate can: a quarter of what the renderer writes."""
    chunks, at = [], len(PNG)
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        chunks.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + size]))
        at += size + 12
    pixels = zlib.compress(zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT")), 9)
    header, *others = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    return PNG + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (header, (b"IDAT", pixels), *others)
    )


@pytest.fixture(scope="module")
def executed(example_output: Path) -> Any:
    notebook = emptied(nbformat.read(NOTEBOOK, as_version=4))
    environment = os.environ | {"DATELINE_OUTPUT": str(example_output)}
    client = NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute(env=environment)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    if os.environ.get("DATELINE_UPDATE"):
        for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
            if "image/png" in output.get("data", {}):
                small = deflated(base64.b64decode(output.data["image/png"]))
                output.data["image/png"] = base64.b64encode(small).decode()
        nbformat.write(notebook, NOTEBOOK)
    return notebook


def answers(notebook: Any) -> dict[str, list[Any]]:
    """The outputs below each heading."""
    found: dict[str, list[Any]] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = next((line[3:] for line in cell.source.splitlines() if line.startswith("## ")), heading)
            found.setdefault(heading, [])
        else:
            found.setdefault(heading, []).extend(cell.outputs)
    return found


def test_the_notebook_asks_the_twelve_questions(executed: Any) -> None:
    numbers = [int(found[1]) for name in answers(executed) if (found := re.match(r"(\d+) ", name))]
    assert numbers == list(range(1, 13))


def test_every_question_has_a_table_or_a_picture(executed: Any) -> None:
    for heading, outputs in answers(executed).items():
        kinds = {kind for output in outputs for kind in output.get("data", {})}
        assert not heading or kinds & {"text/html", "image/png"}, f"{heading}: no answer"
        assert not [output for output in outputs if output.output_type in ("stream", "error")], heading


def test_every_question_is_asked_again_in_sql(executed: Any) -> None:
    asked = [cell for cell in executed.cells if cell.cell_type == "code" and re.search(r"^twin\(", cell.source, re.M)]
    assert len(asked) >= 12
    assert all(cell.execution_count for cell in asked)


def test_pictures_are_pictures(executed: Any) -> None:
    pictures = [
        base64.b64decode(output.data["image/png"])
        for outputs in answers(executed).values()
        for output in outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 10
    for picture in pictures:
        assert picture.startswith(PNG)
        width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
        assert width >= 600
        assert height >= 300
        assert len(picture) > 8_000


def test_an_answer_that_differs_in_sql_stops_the_notebook(example_output: Path) -> None:
    notebook = emptied(nbformat.read(NOTEBOOK, as_version=4))
    notebook.cells = [*notebook.cells[:3], nbformat.v4.new_code_cell("twin(names.head(1), 'SELECT 1 AS entity_id')")]
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    with pytest.raises(Exception, match="DataFrames are different"):
        client.execute(env=os.environ | {"DATELINE_OUTPUT": str(example_output)})
