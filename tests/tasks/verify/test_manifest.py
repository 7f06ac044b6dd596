"""For: tasks.verify.manifest. Whatever happens to a published file, table or partial, its name is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from verify_case import write_manifest

from tasks.verify.manifest import check_manifest
from tasks.verify.output import verify

KINDS = (
    "events/month=2024-05/part-0.parquet",
    "runs/part-0.parquet",
    "datapackage.json",
    "_meta/fingerprint.json",
    "_meta/partials/tombstones/part-0.parquet",
)


@pytest.fixture
def published(output: Path) -> Path:
    """A sound folder with a file of each kind."""
    for name in KINDS[2:]:
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_bytes(b"something of its own: " + name.encode())
    write_manifest(output)
    assert check_manifest(output) == []
    return output


@pytest.mark.parametrize("name", KINDS)
def test_one_bit_of_any_published_file_is_told(published: Path, name: str) -> None:
    path = published / name
    whole = path.read_bytes()
    places = random.Random(name).sample(range(len(whole) * 8), 12)
    for place in places:
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(data))
        (finding,) = check_manifest(published)
        assert (finding.check, finding.rows) == ("manifest", (name,)), place
    assert any(found.check == "manifest" for found in verify(str(published)))


@pytest.mark.parametrize("name", KINDS)
def test_a_published_file_that_is_gone_or_cut_is_told(published: Path, name: str) -> None:
    path = published / name
    path.write_bytes(path.read_bytes()[:-1])
    (finding,) = check_manifest(published)
    assert (finding.message, finding.rows) == ("a published file holds other bytes than were published", (name,))
    path.unlink()
    (finding,) = check_manifest(published)
    assert (finding.message, finding.rows) == ("a published file is missing", (name,))


def test_a_file_that_was_never_published_is_told(published: Path) -> None:
    (published / "_meta" / "partials" / "tombstones" / "part-1.parquet").write_bytes(b"x")
    (finding,) = check_manifest(published)
    assert finding.rows == ("_meta/partials/tombstones/part-1.parquet",)


def flip(data: bytes) -> bytes:
    return data[:40] + bytes([data[40] ^ 4]) + data[41:]


@pytest.mark.parametrize("damage", [flip, lambda data: data[:-3], lambda data: b"", lambda data: data + b" "])
def test_a_damaged_manifest_is_told(published: Path, damage: Callable[[bytes], bytes]) -> None:
    path = published / "_meta" / "manifest.json"
    path.write_bytes(damage(path.read_bytes()))
    assert [finding.message for finding in check_manifest(published)] == ["_meta/manifest.json is damaged"]
    path.unlink()
    assert [finding.message for finding in check_manifest(published)] == ["_meta/manifest.json is missing"]


def test_a_generation_that_went_back_is_told(published: Path) -> None:
    (published / "_meta" / "generation").write_text("0\n")
    (finding,) = check_manifest(published)
    assert "'0', the manifest was published as 2" in finding.message
