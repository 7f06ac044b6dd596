"""For: tasks.store.manifest, tasks.store.publish. Before it reads, a run sees whether all that was published is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from publishing import NEW, OLD, publish

from tasks.errors import UserError
from tasks.store.layout import Store, partition_files, scan
from tasks.store.manifest import damage_named, damaged_files, list_published, read_manifest, require_whole

pytestmark = pytest.mark.usefixtures("toys", "quick")


def listed(store: Store) -> dict[str, object]:
    found = read_manifest(store)
    assert found is not None
    return dict(found[0])


def test_the_manifest_lists_what_lies_there_after_every_publication(store: Store) -> None:
    for state in (OLD, NEW, OLD):
        publish(store, state)
        assert listed(store) == list_published(store)
        assert "_meta/fingerprint.json" in listed(store)
        assert any(name.startswith("_meta/partials/delta/") for name in listed(store))
        require_whole(store)


def test_nothing_published_is_whole(store: Store) -> None:
    require_whole(store)


def test_a_store_of_an_earlier_version_gets_a_manifest_with_its_next_publication(store: Store) -> None:
    publish(store, OLD)
    (Path(store.name) / "_meta" / "manifest.json").unlink()
    with pytest.raises(UserError, match=r"manifest\.json: missing beside published tables; run `dateline repair"):
        require_whole(store)
    publish(store, OLD, "again")
    assert listed(store) == list_published(store)


@pytest.mark.parametrize("table", ["alpha", "gamma", "delta"])
def test_a_file_that_is_missing_or_cut_is_named_before_anything_is_read(table: str, store: Store) -> None:
    publish(store, OLD)
    path = Path(store.storage.location(next(iter(partition_files(store, table).values()))[0]))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"part-0\.parquet: damaged, .* bytes in the place of .*; run `dateline repair"):
        require_whole(store)
    path.unlink()
    with pytest.raises(UserError, match=r"part-0\.parquet: a published file is missing; run `dateline repair"):
        require_whole(store)


def test_tables_without_their_memory_are_refused(store: Store) -> None:
    publish(store, OLD)
    shutil.rmtree(Path(store.name) / "_meta")
    with pytest.raises(UserError, match=r"manifest\.json: missing beside published tables"):
        require_whole(store)


def test_a_generation_that_went_back_is_refused(store: Store) -> None:
    publish(store, OLD)
    publish(store, NEW)
    (Path(store.name) / "_meta" / "generation").write_text("2\n")
    with pytest.raises(UserError, match="generation: 2, but the manifest was published as 4"):
        require_whole(store)


def test_a_file_that_cannot_be_read_is_named_in_one_line(store: Store) -> None:
    publish(store, OLD)
    path = Path(store.storage.location(partition_files(store, "gamma")[None][0]))
    data = bytearray(path.read_bytes())
    data[-6] ^= 255
    path.write_bytes(bytes(data))
    require_whole(store)
    assert damaged_files(store, dict(read_manifest(store)[0])) == ["gamma/part-0.parquet"]  # type: ignore[index]
    told = pytest.raises(UserError, match=r"gamma/part-0\.parquet: damaged \(1 files are\); run `dateline repair")
    with told, damage_named(store):
        scan(store, "gamma").collect()


def test_an_error_that_no_damage_explains_is_raised_as_it_is(store: Store) -> None:
    publish(store, OLD)
    with pytest.raises(pl.exceptions.ColumnNotFoundError), damage_named(store):
        scan(store, "gamma").select("nothing").collect()
