"""Check of the manifest: every published file is there with the bytes it was published with, and no other is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tasks.contract.metadata import CROISSANT, DATAPACKAGE, FAILED_RUNS, GENERATION, JOURNAL, LOCK, MANIFEST, META
from tasks.contract.tables import TABLES
from tasks.verify.finding import Finding, files_finding

# What is written into `_meta` beside publications; helpers of compare-and-swap begin with a dot.
NOT_LISTED = frozenset({FAILED_RUNS, GENERATION, JOURNAL, LOCK, MANIFEST})


def check_manifest(root: Path) -> list[Finding]:
    """The manifest lists every file that is there, and of each its size and SHA-256 as they are."""
    try:
        listed, generation = read_manifest(root / META / MANIFEST)
    except FileNotFoundError:
        nothing = not any((root / name).is_dir() for name in TABLES)
        return [] if nothing else [Finding("manifest", "", f"{META}/{MANIFEST} is missing")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [Finding("manifest", "", f"{META}/{MANIFEST} is damaged")]
    there = published(root)
    changed = [name for name in sorted(listed) if name in there and _facts(root / name) != listed[name]]
    counted = root / META / GENERATION
    now = counted.read_text("utf-8", "replace").strip() if counted.is_file() else "nothing"
    other = f"{META}/{GENERATION} holds {now[:20]!r}, the manifest was published as {generation}"
    return [
        *([Finding("manifest", "", other)] if now != str(generation) else []),
        *files_finding("manifest", "", "a published file is missing", sorted(listed.keys() - there)),
        *_changed_findings(changed),
        *files_finding("manifest", "", "a file that was not published", sorted(there - listed.keys())),
    ]


def _changed_findings(changed: list[str]) -> list[Finding]:
    """What holds other bytes, a finding a table."""
    by_table: dict[str, list[str]] = {}
    for name in changed:
        folder = name.partition("/")[0]
        by_table.setdefault(folder if folder in TABLES else "", []).append(name)
    message = "a published file holds other bytes than were published"
    return [
        finding for table, names in by_table.items() for finding in files_finding("manifest", table, message, names)
    ]


def read_manifest(path: Path) -> tuple[dict[str, tuple[int, str]], int]:
    """The listed files, each with its size and SHA-256, and the generation that they were published as.

    Raises
    ------
    ValueError
        The manifest is not as it was written: it holds a digest of its own content.
    """
    data = path.read_bytes()
    found = json.loads(data)
    content = {"generation": found["generation"], "files": found["files"]}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    if (json.dumps({"format": 1, "sha256": digest, **content}, indent=0) + "\n").encode() != data:
        raise ValueError(path)
    return {name: (int(size), str(sha256)) for name, (size, sha256) in content["files"].items()}, content["generation"]


def published(root: Path) -> set[str]:
    """The names of the files that a manifest has to list: those of tables, of `_meta`, and the two descriptions."""
    found = {name for name in (DATAPACKAGE, CROISSANT) if (root / name).is_file()}
    for folder in (*TABLES, META):
        found |= {path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file()}
    meta = {f"{META}/{name}" for name in NOT_LISTED}
    return {name for name in found - meta if not Path(name).name.startswith(".")}


def _facts(path: Path) -> tuple[int, str]:
    data = path.read_bytes()
    return len(data), hashlib.sha256(data).hexdigest()
