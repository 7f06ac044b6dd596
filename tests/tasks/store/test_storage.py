"""For: tasks.store.storage. URLs in and out, and every change of a local folder whole and durable."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import UserError
from tasks.store.storage import LocalStorage, join, open_storage, relative_name, to_url

NAMES = [
    "plain",
    "with space",
    "a#b",
    "50%",
    "100%25",
    "q?x=1",
    "Übersicht",
    "日本",
    "a+b&c",
    "[x]*",
    "e\u0301",
    "~user",
]


@pytest.fixture
def storage() -> LocalStorage:
    return LocalStorage()


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return to_url(tmp_path / "output")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_the_way_through_a_url(name: str, tmp_path: Path, storage: LocalStorage) -> None:
    url = to_url(tmp_path / name)
    assert url.startswith("file:///")
    assert to_url(url) == url
    storage.write(join(url, name), b"content")
    assert (tmp_path / name / name).read_bytes() == b"content"
    assert storage.list_files(url) == [join(url, name)]
    assert relative_name(url, join(url, name)) == name
    assert storage.location(join(url, name)) == str(tmp_path / name / name)


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_join_and_relative_name_are_inverse(name: str) -> None:
    if name in (".", ".."):
        return
    url = join("file:///data", "sub", name)
    assert relative_name("file:///data", url) == f"sub/{name}"
    assert LocalStorage().location(url) == f"/data/sub/{name}"


def test_a_name_that_is_no_utf_8_survives(tmp_path: Path, storage: LocalStorage) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9")
    url = to_url(path)
    storage.write(join(url, "x"), b"1")
    assert (path / "x").read_bytes() == b"1"
    assert storage.list_files(url) == [join(url, "x")]


def test_paths_become_absolute_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = to_url(tmp_path / "out")
    assert to_url("out") == to_url("./out/") == to_url("x/../out") == to_url(Path("out")) == there
    assert to_url("file://localhost" + str(tmp_path) + "/out/") == there
    assert to_url("/") == "file:///"
    assert join("file:///", "a") == "file:///a"
    assert relative_name("file:///", "file:///a") == "a"


def test_other_schemes_are_urls_and_have_no_storage_yet() -> None:
    assert to_url("S3://bucket/some/where/") == "s3://bucket/some/where"
    with pytest.raises(UserError, match=r"s3://bucket.*no storage for s3://; give a local folder"):
        open_storage(to_url("s3://bucket/some/where"))


@pytest.mark.parametrize("wrong", ["", "file://server/share", "file:relative\0"])
def test_a_place_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(UserError):
        to_url(wrong)


@pytest.mark.parametrize("part", ["", "..", "a/../../b", "/etc", "a//b", "."])
def test_join_never_leaves_the_folder(part: str) -> None:
    with pytest.raises(ValueError, match="not a name below"):
        join("file:///data", part)


def test_write_replaces_and_leaves_nothing_else(folder: str, storage: LocalStorage) -> None:
    url = join(folder, "a", "b", "file")
    storage.write(url, b"old")
    storage.write(url, b"new content")
    assert (storage.read(url), storage.size(url), storage.exists(url)) == (b"new content", 11, True)
    assert [path.name for path in Path(storage.location(join(folder, "a", "b"))).iterdir()] == ["file"]


def test_what_is_not_there(folder: str, storage: LocalStorage) -> None:
    url = join(folder, "nothing")
    assert not storage.exists(url)
    assert storage.list_files(folder) == []
    storage.delete(url)
    storage.delete_tree(folder)
    storage.sweep(folder)
    assert not Path(storage.location(folder)).exists()
    with pytest.raises(FileNotFoundError):
        storage.read(url)
    with pytest.raises(FileNotFoundError):
        storage.move(url, join(folder, "elsewhere"))


def test_move_replaces_and_may_be_repeated(folder: str, storage: LocalStorage) -> None:
    old, new = join(folder, "x", "old"), join(folder, "y", "new")
    storage.write(new, b"before")
    storage.write(old, b"after")
    storage.move(old, new)
    storage.move(old, new)
    assert storage.read(new) == b"after"
    assert not storage.exists(old)


def test_move_across_file_systems_copies(folder: str, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = join(folder, "x", "old"), join(folder, "y", "new")
    storage.write(old, b"content")
    real = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    storage.move(old, new)
    assert storage.read(new) == b"content"
    assert storage.list_files(folder) == [new]


def test_list_files_is_sorted_deep_and_follows_links(folder: str, storage: LocalStorage, tmp_path: Path) -> None:
    for name in ("b/z", "b/a", "a", "c/d/e"):
        storage.write(join(folder, name), b"")
    other = tmp_path / "other disk"
    other.mkdir()
    (other / "linked").write_bytes(b"")
    (tmp_path / "output" / "link").symlink_to(other)
    names = [relative_name(folder, url) for url in storage.list_files(folder)]
    assert names == ["a", "b/a", "b/z", "c/d/e", "link/linked"]


def test_delete_tree_of_a_link_leaves_what_it_points_to(folder: str, storage: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"")
    storage.write(join(folder, "x"), b"")
    (tmp_path / "output" / "link").symlink_to(tmp_path / "kept")
    storage.delete_tree(join(folder, "link"))
    assert (tmp_path / "kept" / "file").exists()
    assert storage.list_files(folder) == [join(folder, "x")]


def test_sweep_removes_rests_of_writes_and_empty_folders(folder: str, storage: LocalStorage) -> None:
    storage.write(join(folder, "a", "kept"), b"")
    root = Path(storage.location(folder))
    (root / "a" / ".kept.123-456.tmp").write_bytes(b"half")
    (root / "a" / ".hidden of the user").write_bytes(b"")
    (root / "empty" / "deeper").mkdir(parents=True)
    assert [relative_name(folder, url) for url in storage.list_files(folder)] == ["a/.hidden of the user", "a/kept"]
    storage.sweep(folder)
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*")) == ["a", "a/.hidden of the user", "a/kept"]


def test_a_failed_write_keeps_the_old_file_and_leaves_no_rest(
    folder: str, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = join(folder, "file")
    storage.write(url, b"old")
    real = os.fsync

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError) as caught:
        storage.write(url, b"new")
    monkeypatch.setattr(os, "fsync", real)
    assert "the disk is full; free some space" in str(caught.value)
    assert str(Path(storage.location(folder))) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert storage.read(url) == b"old"
    assert [path.name for path in Path(storage.location(folder)).iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "no permission"),
        (errno.EROFS, "read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
    ],
)
def test_what_a_user_can_mend_is_said_in_one_line(
    number: int, words: str, folder: str, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UserError, match=words) as caught:
        storage.write(join(folder, "deep", "file"), b"")
    assert str(Path(storage.location(folder)).parent) in str(caught.value)


def test_an_error_that_nobody_can_mend_stays_what_it_is(
    folder: str, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output"):
        storage.write(join(folder, "file"), b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path, storage: LocalStorage) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    with pytest.raises(UserError, match=r"cannot write .*locked: no permission"):
        storage.write(join(to_url(locked), "sub", "file"), b"")


def test_a_file_where_a_folder_must_be_is_named(tmp_path: Path, storage: LocalStorage) -> None:
    (tmp_path / "output").write_text("a file")
    url = to_url(tmp_path / "output")
    with pytest.raises(UserError, match="output: a file lies where a folder must be"):
        storage.write(join(url, "_meta", "generation"), b"")
    with pytest.raises(UserError, match="a file lies where a folder must be"):
        storage.list_files(url)


def test_create_exclusive_lets_one_of_many_in(folder: str, storage: LocalStorage) -> None:
    url, won = join(folder, "lock"), []
    start = threading.Barrier(8)

    def take(number: int) -> None:
        start.wait()
        if storage.create_exclusive(url, str(number).encode()):
            won.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert storage.read(url) == str(won[0]).encode()


def test_replace_if_counts_without_losing_one_over_processes(folder: str, storage: LocalStorage) -> None:
    url = join(folder, "number")
    storage.write(url, b"0")
    count = (
        "import sys; from tasks.store.storage import LocalStorage\n"
        "storage, url, done = LocalStorage(), sys.argv[1], 0\n"
        "while done < 40:\n"
        "    old = storage.read(url)\n"
        "    done += storage.replace_if(url, old, str(int(old) + 1).encode())\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", count, url]) for _ in range(3)]
    assert [child.wait(timeout=60) for child in children] == [0, 0, 0]
    assert storage.read(url) == b"120"


def test_replace_if_removes_and_refuses(folder: str, storage: LocalStorage) -> None:
    url = join(folder, "file")
    assert not storage.replace_if(url, b"", b"new")
    storage.write(url, b"a")
    assert not storage.replace_if(url, b"b", None)
    assert storage.replace_if(url, b"a", None)
    assert not storage.exists(url)
    assert storage.list_files(folder) == []


def test_the_order_of_syncs(folder: str, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is synced before its rename, a folder after it, and a new folder in the one above before it is used."""
    trace: list[str] = []
    names: dict[int, str] = {}
    root = Path(storage.location(folder)).parent

    def seen(name: str, real: Any, describe: Callable[..., str | None]) -> None:
        def call(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            if name == "open":
                names[result] = str(Path(args[0]).relative_to(root))
            elif (what := describe(*args)) is not None:
                trace.append(f"{name} {what}")
            return result

        monkeypatch.setattr(os, name, call)

    seen("open", os.open, lambda *_: None)
    seen("fsync", os.fsync, lambda handle: names[handle])
    seen("replace", os.replace, lambda _, new: str(Path(new).relative_to(root)))
    seen("mkdir", os.mkdir, lambda path, *_: str(Path(path).relative_to(root)))
    seen("unlink", os.unlink, lambda path: str(Path(path).relative_to(root)))
    storage.write(join(folder, "a", "x"), b"1")
    trace = [step if ".tmp" not in step else "fsync temporary" for step in trace]
    assert trace == [
        "mkdir output", "fsync .", "mkdir output/a", "fsync output",
        "fsync temporary", "replace output/a/x", "fsync output/a",
    ]  # fmt: skip
    trace.clear()
    storage.move(join(folder, "a", "x"), join(folder, "b", "y"))
    assert trace == ["mkdir output/b", "fsync output", "replace output/b/y", "fsync output/b", "fsync output/a"]
    trace.clear()
    storage.delete(join(folder, "b", "y"))
    storage.delete(join(folder, "b", "y"))
    assert trace == ["unlink output/b/y", "fsync output/b", "fsync output/b"]
