"""For: tasks.verify.rows. Every way to break a key, a reference, a closed list or a month is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_case import ROW_BREAKS, Break, findings_of


@pytest.mark.parametrize(
    ("break_it", "expected"), [case[1:] for case in ROW_BREAKS], ids=[case[0] for case in ROW_BREAKS]
)
def test_a_broken_key_or_value_is_found(output: Path, break_it: Break, expected: set[tuple[str, str]]) -> None:
    assert findings_of(output, break_it, expected) == expected
