"""For: tasks.store.fingerprint, tasks.store.layout, tasks.store.publish, tasks.store.tombstones.

Tables made in two ways never lie mixed, and who is withdrawn stays withdrawn.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.errors import UserError
from tasks.ids import hash_id
from tasks.store.fingerprint import (
    FINGERPRINT,
    Fingerprint,
    fingerprint_bytes,
    lexicons_sha256,
    read_fingerprint,
    require_same,
)
from tasks.store.layout import Store, open_store
from tasks.store.publish import Publication
from tasks.store.tombstones import TOMBSTONES, read_tombstones, with_tombstones

MADE = Fingerprint(
    "1", "0.1.0", "en_core_web_md 3.7.1", "a" * 64, "c" * 64, {"languages": ["en"], "dedup": {"on": True}}
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "output"))


def publish(store: Store, fingerprint: Fingerprint) -> None:
    publication = Publication(store, "run")
    publication.put_meta(FINGERPRINT, fingerprint_bytes(fingerprint))
    publication.commit()


def test_a_fingerprint_comes_back_as_it_was_published(store: Store) -> None:
    assert read_fingerprint(store) is None
    publish(store, MADE)
    assert read_fingerprint(store) == MADE


def test_anything_may_be_the_first_run(store: Store) -> None:
    assert require_same(store, MADE, reprocess=False) is False


def test_the_same_again_is_the_same(store: Store) -> None:
    publish(store, MADE)
    # What a program holds as a tuple is a list in the file.
    again = replace(MADE, config={"dedup": {"on": True}, "languages": ("en",)})
    assert require_same(store, again, reprocess=False) is False
    assert require_same(store, again, reprocess=True) is False


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "other 1.0"}, "(model en_core_web_md 3.7.1 -> other 1.0)"),
        ({"code_version": "0.2.0"}, "(dateline 0.1.0 -> 0.2.0)"),
        ({"lexicons_sha256": "b" * 64}, "(lexicons aaaaaaaa -> bbbbbbbb)"),
        (
            {"config_sha256": "d" * 64, "config": {"languages": ["en", "de"], "dedup": {"on": False}, "new": "x"}},
            '(dedup.on true -> false; languages ["en"] -> ["en", "de"]; new none -> x)',
        ),
        ({"config_sha256": "d" * 64}, "(config cccccccc -> dddddddd)"),
    ],
)
def test_what_differs_is_named_in_one_line(changes: dict[str, object], words: str, store: Store) -> None:
    publish(store, MADE)
    other = replace(MADE, **changes)  # type: ignore[arg-type]
    with pytest.raises(UserError) as caught:
        require_same(store, other, reprocess=False)
    assert words in str(caught.value)
    assert "--reprocess" in str(caught.value)
    assert store.name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert require_same(store, other, reprocess=True) is True


@pytest.mark.parametrize("reprocess", [False, True])
def test_another_schema_is_migrated_not_reprocessed(reprocess: bool, store: Store) -> None:
    publish(store, MADE)
    with pytest.raises(UserError, match=r"schema 1, this program writes schema 99; run `dateline migrate"):
        require_same(store, replace(MADE, schema_version="99", model="other"), reprocess=reprocess)


def test_a_fingerprint_lost_or_damaged_is_not_guessed(store: Store) -> None:
    publish(store, MADE)
    path = Path(store.name) / "_meta" / FINGERPRINT
    for damage in ("", "{}", "null", json.dumps({**json.loads(path.read_text()), "config": 1}), "{"):
        path.write_text(damage)
        with pytest.raises(UserError, match=r"fingerprint\.json: damaged"):
            read_fingerprint(store)
    path.unlink()
    with pytest.raises(UserError, match=r"fingerprint\.json: missing beside published tables"):
        require_same(store, MADE, reprocess=True)


def test_the_digest_of_the_lexicons_sees_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "frames.toml").write_text("a")
    (tmp_path / "places.csv").write_text("b")
    first = lexicons_sha256(tmp_path)
    assert first == lexicons_sha256(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("z")
    (tmp_path / ".places.csv.swp").write_text("z")
    assert lexicons_sha256(tmp_path) == first
    (tmp_path / "places.csv").write_text("c")
    second = lexicons_sha256(tmp_path)
    (tmp_path / "places.csv").rename(tmp_path / "sites.csv")
    third = lexicons_sha256(tmp_path)
    assert len({first, second, third}) == 3
    # What only trains a model shapes no table.
    (tmp_path / "events" / "examples").mkdir()
    (tmp_path / "events" / "examples" / "assault.tsv").write_text("d")
    assert lexicons_sha256(tmp_path) == third
    assert len(lexicons_sha256()) == 64


def test_tombstones_add_up_and_survive(store: Store) -> None:
    a, b = hash_id("a"), hash_id("b")
    assert read_tombstones(store) == set()
    for withdrawn in ([a], [b, a, b], []):
        publication = Publication(store, "run")
        publication.put(TOMBSTONES, None, with_tombstones(read_tombstones(store), withdrawn))
        publication.commit()
    assert read_tombstones(store) == {a, b}
    assert with_tombstones({b}, [a]).get_column("article_id").to_list() == sorted([a, b])


def test_what_is_no_article_id_is_refused() -> None:
    with pytest.raises(UserError, match="'gn:524901' is no article id"):
        with_tombstones(set(), ["gn:524901"])
