"""For: tasks.report.export. A copy to share holds no words of the publishers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.report.export import WORDS, export_tables, shared_tables
from tasks.verify.output import verify


def strings(folder: Path) -> set[str]:
    """Every string of every cell."""
    found: set[str] = set()
    for file in folder.rglob("*.parquet"):
        frame = pl.read_parquet(file, hive_partitioning=False)
        for name, dtype in frame.schema.items():
            if dtype == pl.String:
                found.update(value for value in frame[name] if value is not None)
    return found


def test_no_sentence_of_the_article_is_left(seed_output: Path, tmp_path: Path) -> None:
    rows = export_tables(str(seed_output), str(tmp_path / "copy"), with_text=False)
    texts = pl.read_parquet(f"{seed_output}/texts/**/*.parquet").row(0, named=True)
    starts = [*texts["sent_starts"], len(texts["text"])]
    sentences = [texts["text"][a:b].strip() for a, b in pairwise(starts)]
    left = "\n".join(strings(tmp_path / "copy"))
    long = [sentence for sentence in sentences if len(sentence.split()) > 8]
    assert long
    assert [sentence for sentence in long if sentence in left] == []
    title = pl.read_parquet(f"{seed_output}/articles/**/*.parquet")["title"][0]
    assert title not in left
    assert "texts" not in rows
    assert rows["events"] == pl.read_parquet(f"{seed_output}/events/**/*.parquet").height


def test_a_whole_copy_is_the_tables(seed_output: Path, tmp_path: Path) -> None:
    export_tables(str(seed_output), str(tmp_path / "copy"), with_text=True)
    for file in (tmp_path / "copy").rglob("*.parquet"):
        assert file.read_bytes() == (seed_output / file.relative_to(tmp_path / "copy")).read_bytes()
    findings = [finding for finding in verify(str(tmp_path / "copy")) if finding.check not in ("state", "manifest")]
    assert findings == []


def test_the_schemas_of_a_copy_lack_the_words_alone(seed_output: Path, tmp_path: Path) -> None:
    export_tables(str(seed_output), str(tmp_path / "copy"), with_text=False)
    for name, table in shared_tables(with_text=False).items():
        file = next((tmp_path / "copy" / name).rglob("*.parquet"))
        given = pq.read_schema(file).names
        assert given == list(table.names)
        assert set(TABLES[name].names) - set(given) == set(WORDS.get(name) or ())


def test_nothing_is_written_over(seed_output: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(UserError, match="new or empty"):
        export_tables(str(seed_output), str(tmp_path), with_text=False)


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no tables here"):
        export_tables(str(tmp_path / "none"), str(tmp_path / "copy"), with_text=False)
