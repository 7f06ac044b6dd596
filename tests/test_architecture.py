"""Which package may import which: every import of the project is held against this table.

`pytest tests/test_architecture.py` prints the house: rooms (packages), floors (the longest chain of imports), arrows.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = ("tasks.errors", "tasks.ids", "tasks.records", "tasks.pages", "tasks.bounds")
STAGES = ("tasks.ingest", "tasks.clean", "tasks.gate", "tasks.annotate", "tasks.aggregate")
ABOVE_STAGES = ("tasks.jobs", "tasks.report", "tasks.verify", "flows", "dateline", "bench")
ENGINES = ("prefect",)
LIBRARIES = ("spacy", *ENGINES)
# package -> what neither it nor anything in it may import
FORBIDDEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(GROUND, ("tasks.reference", "tasks.contract", "tasks.store", *STAGES, *ABOVE_STAGES, *LIBRARIES)),
    "tasks.reference": ("tasks.contract", "tasks.store", *STAGES, *ABOVE_STAGES, *LIBRARIES),
    "tasks.contract": ("tasks.store", *STAGES, *ABOVE_STAGES, *ENGINES),
    "tasks.store": (*STAGES, *ABOVE_STAGES, *ENGINES),
    **{
        stage: (*(other for other in STAGES if other != stage), "tasks.store", *ABOVE_STAGES, *ENGINES)
        for stage in STAGES
    },
    "tasks.jobs": ("tasks.report", "tasks.verify", "flows", "dateline", "bench"),
    "tasks.report": ("tasks.jobs", "tasks.verify", "flows", "dateline", "bench", *ENGINES),
    "tasks.verify": ("tasks.store", *STAGES, "tasks.jobs", "tasks.report", "flows", "dateline", "bench", *ENGINES),
    "flows": ("dateline", "bench"),
}
# Inside tasks.annotate: what stands further right may import what stands to its left, never the other way round.
ANNOTATE = (
    ("layers", "rules"),
    ("syntax", "role_spans", "sections", "pieces"),
    ("names", "places", "dates", "actors", "coreference", "quotes"),
    ("events",),
    ("pipeline", "rows", "ladders", "rules_page"),
    ("training",),
)
# The events read what these components found by more than the Doc.
EVENTS_MAY_READ = ("places", "dates", "coreference", "actors.roles")
EVENTS = (
    ("lexicon",),
    ("view", "odds"),
    ("frames",),
    ("typer", "encoder"),
    ("side_choice",),
    ("decision",),
    ("sides",),
    ("cells",),
    ("when",),
    ("standing",),
    ("resolve",),
    ("scene", "confidence"),
    ("record",),
    ("article", "elsewhere"),
    ("component",),
)
# Of the contract verify imports classes and constants, and these: what a declaration is as types, and the data.
VERIFY_READS = (
    "tasks.contract.schema.arrow_schema",
    "tasks.contract.schema.polars_schema",
    "tasks.contract.vocabulary",
    "tasks.reference.files.table",
    "tasks.reference.files.toml",
)
# Names of classes that mean two things still: to be emptied.
PREFECT_UNITS = ("task", "flow")


@dataclass(frozen=True)
class Import:
    """One import: the module that does it, what it names, and the line."""

    by: str
    of: str
    line: int

    def __str__(self) -> str:
        return f"{self.by}:{self.line} imports {self.of}"


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the project by its dotted name."""
    for top in ("dateline", "flows", "tasks", "bench"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@cache
def imports() -> tuple[Import, ...]:
    """Every import of every module, those inside functions too; `from package import module` names the module."""
    known = {name for name, _ in modules()}
    found: list[Import] = []
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found.extend(Import(name, item.name, node.lineno) for item in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for item in node.names:
                    whole = f"{node.module}.{item.name}"
                    found.append(Import(name, whole if whole in known else node.module, node.lineno))
    return tuple(dict.fromkeys(found))


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def place(module: str, package: str, order: tuple[tuple[str, ...], ...]) -> int | None:
    """Where a module stands in an order of a package's parts; None for what is outside."""
    if not is_in(module, package):
        return None
    part = module.removeprefix(package).lstrip(".").partition(".")[0]
    return next((place for place, parts in enumerate(order) if part in parts), None)


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_imports_nothing_that_stands_above_or_beside_it(package: str) -> None:
    wrong = [
        str(item)
        for item in imports()
        if is_in(item.by, package) and any(is_in(item.of, other) for other in FORBIDDEN[package])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_of_annotate_and_of_events_has_its_place_in_the_order() -> None:
    for package, order in (("tasks.annotate", ANNOTATE), ("tasks.annotate.events", EVENTS)):
        lost = [name for name, _ in modules() if is_in(name, package) and name != package]
        assert not [name for name in lost if place(name, package, order) is None]


def test_components_meet_on_the_doc_and_import_no_other_component() -> None:
    wrong: list[str] = []
    for item in imports():
        here, there = (place(name, "tasks.annotate", ANNOTATE) for name in (item.by, item.of))
        if here is None or there is None:
            continue
        ours, theirs = (name.removeprefix("tasks.annotate.").partition(".")[0] for name in (item.by, item.of))
        components = ANNOTATE[2]
        beside = here == there == ANNOTATE.index(components) and ours != theirs
        reads = ours == "events" and theirs in components
        allowed = any(is_in(item.of, f"tasks.annotate.{name}") for name in EVENTS_MAY_READ)
        if there > here or beside or (reads and not allowed):
            wrong.append(str(item))
    assert not wrong, "\n".join(wrong)


def test_the_parts_of_the_event_coder_import_only_what_stands_to_their_left() -> None:
    wrong: list[str] = []
    for item in imports():
        here, there = (place(name, "tasks.annotate.events", EVENTS) for name in (item.by, item.of))
        if here is not None and there is not None and there > here:
            wrong.append(str(item))
    assert not wrong, "\n".join(wrong)


def test_tasks_and_flows_of_prefect_are_declared_in_jobs_and_flows_alone() -> None:
    wrong: list[str] = []
    for name, path in modules():
        if is_in(name, "tasks.jobs") or is_in(name, "flows"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                named = {
                    part.id for item in node.decorator_list for part in ast.walk(item) if isinstance(part, ast.Name)
                }
                wrong.extend(f"{name}.{node.name}" for unit in PREFECT_UNITS if unit in named)
    assert not wrong


def test_verify_reads_of_the_contract_and_the_data_nothing_but_declarations() -> None:
    """Whatever the writer calls may be wrong in both: verify joins and computes by code of its own."""
    wrong: list[str] = []
    for name, path in modules():
        if not is_in(name, "tasks.verify"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("tasks"):
                continue
            own = is_in(node.module or "", "tasks.verify") or node.module == "tasks.errors"
            for item in node.names:
                whole = f"{node.module}.{item.name}"
                declaration = item.name[0].isupper() or whole in VERIFY_READS
                if not own and not (declaration and node.module != "tasks.contract.scores"):
                    wrong.append(f"{name}:{node.lineno} imports {whole}")
    assert not wrong, "\n".join(wrong)


def test_no_two_public_classes_share_a_name() -> None:
    defined: dict[str, list[str]] = {}
    for name, path in modules():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined.setdefault(node.name, []).append(name)
    twice = {name: places for name, places in defined.items() if len(places) > 1}
    assert not twice


def test_every_package_says_in_its_first_line_what_lives_there() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for _, path in modules()
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent
    bare = [
        str(folder.relative_to(ROOT))
        for top in ("flows", "tasks", "bench")
        for folder in {path.parent for path in (ROOT / top).rglob("*.py")}
        if not (folder / "__init__.py").is_file()
    ]
    assert not bare


def room(module: str) -> str | None:
    """The room a module lies in: a package of the first or second level, or a module of the ground."""
    parts = module.split(".")
    if parts[0] not in ("dateline", "flows", "tasks", "bench") or module == "tasks":
        return None
    return ".".join(parts[:2]) if parts[0] == "tasks" else parts[0]


def arrows(level: str) -> set[tuple[str, str]]:
    """Which rooms import which: `rooms` as in the table above, or every package by itself."""
    folders = {name for name, path in modules() if path.name == "__init__.py"}

    def of(module: str) -> str | None:
        if level == "rooms":
            return room(module)
        parents = [module, *(module.rsplit(".", count)[0] for count in range(1, module.count(".") + 1))]
        return next((parent for parent in parents if parent in folders), None)

    pairs = {(of(item.by), of(item.of)) for item in imports()}
    return {(by, to) for by, to in pairs if by is not None and to is not None and by != to}


def floors(pairs: set[tuple[str, str]]) -> int:
    """How many rooms stand above one another in the longest chain of imports.

    Raises
    ------
    ValueError
        Rooms import one another in a circle.
    """
    below: dict[str, set[str]] = {}
    for by, to in pairs:
        below.setdefault(by, set()).add(to)
    heights: dict[str, int] = {}

    def height(name: str, above: tuple[str, ...]) -> int:
        if name in above:
            raise ValueError(f"a circle of imports: {' → '.join([*above, name])}")
        if name not in heights:
            heights[name] = 1 + max((height(to, (*above, name)) for to in below.get(name, ())), default=0)
        return heights[name]

    return max((height(name, ()) for name in sorted(below)), default=0)


def test_a_circle_of_rooms_is_seen() -> None:
    with pytest.raises(ValueError, match="circle"):
        floors({("a", "b"), ("b", "c"), ("c", "a")})


def test_the_rooms_stand_on_floors_without_a_circle(capsys: pytest.CaptureFixture[str]) -> None:
    rooms = {name for module, _ in modules() if (name := room(module)) is not None}
    pairs = arrows("rooms")
    packages = {name for name, path in modules() if path.name == "__init__.py"}
    with capsys.disabled():
        sys.stdout.write(f"\nthe house: {len(rooms)} rooms on {floors(pairs)} floors, {len(pairs)} arrows; ")
        sys.stdout.write(f"{len(packages)} packages in all, {len(arrows('packages'))} arrows between them\n")
    assert len(rooms) <= 19
    assert floors(pairs) <= 7
