"""For: tasks.verify.output. What `dateline verify` says of a sound folder, of none, and how it words a finding."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from verify_case import ROW_BREAKS, found, hexid, put, rewrite_case, valid_case

from tasks.errors import UserError
from tasks.verify.output import verify
from tasks.verify.texts import SPACE


def test_a_sound_folder_has_no_findings_by_path_and_by_url(output: Path) -> None:
    assert verify(str(output)) == []
    assert verify(output.as_uri()) == []


def test_an_empty_folder_has_no_findings(tmp_path: Path) -> None:
    assert verify(str(tmp_path)) == []


def test_a_folder_that_is_not_there_or_not_local_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        verify(str(tmp_path / "nothing"))
    with pytest.raises(UserError, match="local folders only"):
        verify("s3://bucket/output")


def test_a_finding_names_the_rows_and_counts_them(output: Path) -> None:
    case = valid_case()
    for mention in case["mentions"]:
        mention["label"] = "WHO"
    rewrite_case(output, case)
    (finding,) = (finding for finding in verify(str(output)) if finding.check == "values")
    assert finding.message == "label holds a value outside its closed list (7 rows)"
    assert finding.n_rows == 7
    assert len(finding.rows) == 5
    assert finding.rows[-1].startswith(f"article_id={hexid('lead')!r}, char_start=")
    assert str(finding).splitlines()[0] == f"values: mentions: {finding.message}"


def test_rows_out_of_order_are_found(output: Path) -> None:
    path = output / "entities" / "part-0.parquet"
    table = pq.read_table(path)
    put(path, "entities", table.take(list(range(table.num_rows))[::-1]))
    assert found(output) == [("order", "entities")]


def test_white_space_is_what_python_strips() -> None:
    assert [char for char in map(chr, range(0x11_0000)) if char.isspace()] == sorted(SPACE)


def test_the_order_of_findings_does_not_change(output: Path) -> None:
    case = valid_case()
    for _, break_it, _ in ROW_BREAKS[3:30:3]:
        break_it(case)
    rewrite_case(output, case)
    assert verify(str(output)) == verify(str(output))
