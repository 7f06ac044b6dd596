"""For: flows. The example corpus in five orders and batch sizes: the same bytes, whatever came first."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.annotate.events.encoder.coders import SMALL

Run = Callable[..., dict[str, Any]]

# Only these know of runs.
AUDIT = {"runs", "rejects", "changes"}
# How the files of seeds/ come, by their place in the list of all: one batch after another, each a run of its own. The
# fifth order is that of `example_output`: the background of earlier months, then the rest.
ORDERS: dict[str, list[slice]] = {
    "all at once": [slice(None)],
    "the last half first": [slice(5, None), slice(5)],
    "every second first": [slice(0, None, 2), slice(1, None, 2)],
    "in three, from the last": [slice(8, None), slice(4, 8), slice(4)],
}
BY_DEFAULT = ("all at once", "in three, from the last")


def digests(output: Path) -> dict[str, str]:
    return {
        str(file.relative_to(output)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(output.rglob("*.parquet"))
        if file.relative_to(output).parts[0] not in {".staging", *AUDIT}
    }


@pytest.mark.parametrize(
    "order", [pytest.param(order, marks=[pytest.mark.slow] * (order not in BY_DEFAULT)) for order in ORDERS]
)
def test_order_and_batches_change_no_byte(
    tmp_path: Path, root: Path, run_flow: Run, example_output: Path, order: str
) -> None:
    source, output = root / "seeds", tmp_path / "output"
    files = sorted(file for file in source.rglob("*") if file.is_file() and file.name != "README.md")
    number = list(ORDERS).index(order)
    for batch in ORDERS[order]:
        for file in files[batch]:
            copy = tmp_path / "in" / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
        # Shards of another size, too: what is read or annotated together must not matter either.
        run_flow(
            tmp_path / "in",
            output,
            words_per_shard=3_000 * (number + 1),
            records_per_shard=20 * (number + 1),
            coder=SMALL,
        )
    expected, made = digests(example_output), digests(output)
    assert len(expected) > 30
    assert sorted(file for file in expected.keys() | made.keys() if expected.get(file) != made.get(file)) == []
