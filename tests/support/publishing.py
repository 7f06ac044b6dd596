"""What the tests of publishing share: a small contract, two states of it, and ways for a run to end in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.contract.schema import Column, Table
from tasks.store import layout as store_module
from tasks.store import manifest as manifest_module
from tasks.store import publish as publish_module
from tasks.store.layout import Store, open_store
from tasks.store.publish import Publication, PublishResult, recover
from tasks.store.storage import LocalStorage

COLUMNS = (Column("article_id", "str", ""), Column("value", "i32", "", True))
CHANGING = ("write", "move", "delete", "delete_tree", "sweep", "create_exclusive", "replace_if")
JOURNAL = "_meta/publish.json"

State = dict[tuple[str, str | None], list[int]]
OLD: State = {
    ("alpha", "2019-04"): [1, 2, 3],
    ("alpha", "2019-05"): [4],
    ("beta", "undated"): [5],
    ("gamma", None): [6],
    ("delta", "2019-04"): [7],
}
# One month changes, one goes, one comes; a table loses its last row; one has its first; one stays as it is.
NEW: State = {
    ("alpha", "2019-04"): [1, 20, 3],
    ("alpha", "2019-05"): [],
    ("alpha", "2019-06"): [8, 9],
    ("beta", "undated"): [],
    ("gamma", None): [6],
    ("delta", "2019-04"): [],
    ("delta", "2019-06"): [10],
    ("epsilon", "2019-06"): [11],
}


class Killed(BaseException):
    """Stands for the end of the process: nothing but a test catches it."""


def toy(name: str, partitioned: bool, folder: str = "") -> Table:
    return Table(name, "", COLUMNS, ("article_id",), ("article_id",), partitioned, folder)


def use_toys(setter: Callable[[object, str, object], None]) -> None:
    """Let the contract be of four small tables and one internal one."""
    tables = {name: toy(name, name != "gamma") for name in ("alpha", "beta", "gamma", "epsilon")}
    partials = {"delta": toy("delta", True, "_meta/partials")}
    for module, name, value in (
        (store_module, "TABLES", tables),
        (store_module, "PARTIALS", partials),
        (publish_module, "TABLES", tables),
        (manifest_module, "TABLES", tables),
        (manifest_module, "PARTIALS", partials),
    ):
        setter(module, name, value)


def rows(values: list[int]) -> pl.DataFrame:
    ids = [f"{value % 16:x}{value:015d}" for value in values]
    return pl.DataFrame({"article_id": ids, "value": values}, schema={"article_id": pl.String, "value": pl.Int32})


def publish(store: Store, state: State, run_id: str = "run", **options: Any) -> PublishResult:
    publication = Publication(store, run_id, **options)
    for (table, month), values in state.items():
        publication.put(table, month, rows(values))
    publication.put_meta("fingerprint.json", repr(sorted(state)).encode())
    return publication.commit()


def snapshot(store: Store) -> dict[str, bytes]:
    """Every file with its bytes, temporary ones and empty folders too; what compare-and-swap leaves aside."""
    root = Path(store.name)
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if name.endswith((".guard", ".swap")):
            continue
        if path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name + "/"] = b""
    return found


def tables(store: Store) -> dict[str, bytes]:
    """What a reader sees: the files that are neither staged nor the publication's own books."""
    own = (".staging/", JOURNAL, "_meta/generation")
    return {
        name: data
        for name, data in snapshot(store).items()
        if not name.startswith(own) and not name.endswith(("/", ".tmp"))
    }


class FaultyStorage:
    """Ends the process (or fails) before or after the n-th operation that changes something."""

    def __init__(self, stop: int, when: str, fail: Callable[[], None], real: LocalStorage | None = None) -> None:
        self.real, self.stop, self.when, self.fail, self.seen = real or LocalStorage(), stop, when, fail, 0

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self.real, name)
        if name not in CHANGING:
            return operation

        def call(*args: Any) -> Any:
            if args[0].endswith("lock.json"):
                return operation(*args)  # the heart beats when it likes
            self.seen += 1
            if self.seen == self.stop and self.when == "before":
                self.fail()
            result = operation(*args)
            if self.seen == self.stop and self.when == "after":
                self.fail()
            return result

        return call


def die() -> None:
    raise Killed


def faulty(store: Store, stop: int, when: str = "before", fail: Callable[[], None] = die) -> Store:
    return replace(store, storage=FaultyStorage(stop, when, fail))


def copy_of(store: Store, place: Path) -> Store:
    shutil.rmtree(place, ignore_errors=True)
    if Path(store.name).exists():
        shutil.copytree(store.name, place)
    return open_store(str(place))


def operations(store: Store, place: Path, work: Callable[[Store], object]) -> int:
    counting = faulty(copy_of(store, place), 0)
    work(counting)
    assert isinstance(counting.storage, FaultyStorage)
    return counting.storage.seen


class Machine:
    """A computer that loses its power at the n-th system call: what was not synced is gone.

    It keeps what is certain to be on disk: a file's content as of its last fsync, a folder's names as of its last.
    Handles stay open so that no inode number is given out twice.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.stop, self.seen, self.half = root, 0, 0, False
        self.content: dict[int, bytes] = {}
        self.names: dict[int, dict[str, int]] = {}
        self.handles: list[int] = []
        self.real = {
            name: getattr(os, name) for name in ("open", "fsync", "write", "replace", "unlink", "mkdir", "rmdir")
        }
        for name in ("write", "fsync", "replace", "unlink", "mkdir", "rmdir"):
            monkeypatch.setattr(os, name, self.hook(name))

    def hook(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.seen += 1
            if self.seen == self.stop:
                if name == "write" and self.half:
                    self.real["write"](args[0], args[1][: len(args[1]) // 2])
                raise Killed
            if self.seen > self.stop > 0:
                raise AssertionError("the dead go on")
            result = self.real[name](*args, **kwargs)
            if name == "fsync":
                self.keep(args[0])
            return result

        return call

    def keep(self, handle: int) -> None:
        self.handles.append(os.dup(handle))
        facts = os.fstat(handle)
        if stat.S_ISDIR(facts.st_mode):
            entries = {name: os.stat(name, dir_fd=handle) for name in os.listdir(handle)}
            self.names[facts.st_ino] = {name: entry.st_ino for name, entry in entries.items()}
        else:
            self.content[facts.st_ino] = Path(f"/proc/self/fd/{handle}").read_bytes()

    def keep_all(self) -> None:
        for path in [self.root, *self.root.rglob("*")]:
            handle = self.real["open"](path, os.O_RDONLY)
            self.keep(handle)
            os.close(handle)

    def restore(self, place: Path, inode: int | None = None) -> None:
        """Write what is certain to be on disk into a folder."""
        place.mkdir()
        inode = inode or self.root.stat().st_ino
        for name, child in self.names.get(inode, {}).items():
            if child in self.content:
                (place / name).write_bytes(self.content[child])
            elif child in self.names or Path(name).suffix == "":
                self.restore(place / name, child)
            else:
                (place / name).write_bytes(b"")

    def end(self) -> None:
        for handle in self.handles:
            os.close(handle)


def child(url: str, stop: int, when: str, work: str) -> None:
    """Run in a process of its own: publish (or recover) and be killed by the system."""
    use_toys(setattr)
    store = faulty(open_store(url), stop, when, lambda: os.kill(os.getpid(), signal.SIGKILL))
    if work == "publish":
        publish(store, NEW)
    else:
        recover(store)


def killed_child(store: Store, stop: int, when: str, work: str = "publish") -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import publishing; publishing.child"
    return subprocess.Popen([sys.executable, "-c", f"{code}({store.url!r}, {stop}, {when!r}, {work!r})"])


def crash(store: Store) -> None:
    """Leave a journal behind, its puts still staged."""

    class Stop(FaultyStorage):
        def __getattr__(self, name: str) -> Any:
            operation = getattr(self.real, name)

            def call(url: str, *rest: Any) -> Any:
                operation(url, *rest)
                if url.endswith(JOURNAL):
                    raise Killed

            return call if name == "create_exclusive" else operation

    with pytest.raises(Killed):
        publish(replace(store, storage=Stop(0, "", die)), NEW)
