"""For: tasks.jobs.shards. Half-done work is found again as long as what fills a shard is the same."""

from __future__ import annotations

import ast
import importlib.resources
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.clean.article import CleanOptions
from tasks.ingest.limits import Limits
from tasks.jobs.ingest import DiscoverJob, discover_inputs, ingest_shard
from tasks.jobs.shards import code_sha256, files_sha256, fills_shards

TASKS = Path(str(importlib.resources.files("tasks")))
FILLERS = ("tasks.jobs.annotate", "tasks.jobs.ingest")
# How rows are put into files, not what they say.
NOT_COUNTED = "tasks.store"


def tree(folder: Path, changed: str | None = None) -> Path:
    for name in ("ids.py", "annotate/pipeline.py", "data/countries.csv", "jobs/annotate.py", "jobs/merge.py",
                 "verify/events.py", "report/show.py", "aggregate/roles.py"):  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("new" if name == changed else "old")
    return folder


@pytest.mark.parametrize(
    ("changed", "other"),
    [
        ("ids.py", True),
        ("annotate/pipeline.py", True),
        ("data/countries.csv", True),
        ("jobs/annotate.py", True),
        ("jobs/merge.py", False),
        ("verify/events.py", False),
        ("report/show.py", False),
        ("aggregate/roles.py", False),
    ],
)
def test_only_what_fills_a_shard_makes_it_another(tmp_path: Path, changed: str, other: bool) -> None:
    before, after = files_sha256(tree(tmp_path / "a")), files_sha256(tree(tmp_path / "b", changed))
    assert (before != after) == other


def test_everything_that_the_jobs_import_is_counted() -> None:
    seen: set[str] = set()
    todo = list(FILLERS)
    while todo:
        module = todo.pop()
        if module in seen or module.startswith(NOT_COUNTED):
            continue
        seen.add(module)
        todo.extend(imported(module))
    assert "tasks.annotate.events.component" in seen, "the walk goes deep"
    lost = [name for name in sorted(seen) if not fills_shards(str(path_of(name).relative_to(TASKS)))]
    assert lost == []
    assert len(code_sha256()) == 64


def path_of(module: str) -> Path:
    path = TASKS.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imported(module: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path_of(module).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tasks."):
            assert node.module is not None
            found.add(node.module)
            found |= {
                f"{node.module}.{item.name}" for item in node.names if path_of(f"{node.module}.{item.name}").exists()
            }
    return found


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def count_otherwise(path: Path) -> None:
    done = json.loads(path.read_bytes())
    done["counts"]["n_words"] += 1
    path.write_text(json.dumps(done, sort_keys=True))


@pytest.mark.parametrize(
    ("name", "damage"),
    [(name, damage) for name in ("done.json", "incoming.parquet", "rejects.parquet")
     for damage in (cut, empty, flip, Path.unlink)] + [("done.json", count_otherwise)],
)  # fmt: skip
def test_a_damaged_finished_shard_is_done_anew(name: str, damage: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    article = {"text": "The minister met the president in Berlin on Monday, and they spoke about trade for hours."}
    (tmp_path / "in" / "a.jsonl").write_text(json.dumps(article) + "\n{\n")
    found = discover_inputs(
        DiscoverJob(str(tmp_path / "out"), (str(tmp_path / "in"),), CleanOptions(), Limits(), records_per_shard=10)
    )
    (job,) = found.jobs
    result = ingest_shard(job)
    folder = tmp_path / "out" / ".staging" / "shards" / job.shard.key
    whole = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}
    assert name in whole
    damage(folder / name)
    assert ingest_shard(job) == result
    assert {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")} == whole
