"""Units of work, keyed by content, configuration, model and code: what is done is not done again, whoever did it."""

from __future__ import annotations

import hashlib
import importlib.resources
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import polars as pl

from tasks.contract.schema import Table, conform
from tasks.ids import sha256_hex
from tasks.store.layout import Store, find_table, parquet_bytes, scan_files, shard_url
from tasks.store.storage import join, relative_name

Item = TypeVar("Item")
DONE = "done.json"
# What the jobs run that fill shards (ingest, annotate), by name below `tasks/`; the modules of the ground besides.
FILLS_SHARDS = (
    "annotate",
    "clean",
    "contract",
    "data",
    "gate",
    "ingest",
    "jobs/annotate",
    "jobs/in_hand",
    "jobs/ingest",
    "jobs/shards",
    "jobs/staged",
    "jobs/watch",
    "reference",
)


@dataclass(frozen=True, slots=True)
class Shard:
    """Where a unit of work writes: its key, and the folder that the key names."""

    key: str
    url: str


def shard(store: Store, kind: str, *parts: str) -> Shard:
    """The shard of a kind of work over the content that `parts` tell, under this code.

    A shard left behind by a killed run is found again by the same key and spared; one written by other code, model
    or settings is never found.
    """
    key = hashlib.sha256("\x1f".join((kind, code_sha256(), *parts)).encode()).hexdigest()[:24]
    return Shard(key, shard_url(store, key))


def read_done(store: Store, done: Shard) -> dict[str, Any] | None:
    """What the finished shard said of itself; None while it is not finished, or where a file of it is damaged."""
    try:
        found = json.loads(store.storage.read(join(done.url, DONE)))
        counts: dict[str, Any] = found["counts"]
        if done_bytes(counts, found["files"]) != json.dumps(found, sort_keys=True).encode():
            return None
        whole = all(sha256_hex(store.storage.read(join(done.url, name))) == sha for name, sha in found["files"].items())
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return counts if whole else None


def write_done(store: Store, done: Shard, counts: dict[str, Any]) -> None:
    """Mark a shard as finished; written last, so that a half-written shard is never taken for a whole one.

    It holds the digests of the shard's files: a shard that is found again and does not fit is done anew.
    """
    files = {
        relative_name(done.url, url): sha256_hex(store.storage.read(url)) for url in store.storage.list_files(done.url)
    }
    files.pop(DONE, None)
    store.storage.write(join(done.url, DONE), done_bytes(counts, files))


def done_bytes(counts: dict[str, Any], files: dict[str, str]) -> bytes:
    """The mark of a finished shard: its counts, the SHA-256 of each of its files, and that of the two."""
    digest = sha256_hex(json.dumps([counts, files], sort_keys=True).encode())
    return json.dumps({"counts": counts, "files": files, "sha256": digest}, sort_keys=True).encode()


def pack(items: Iterable[Item], weight: Callable[[Item], int], limit: int) -> Iterator[list[Item]]:
    """Cut a sequence into runs whose weights add up to about `limit`; an item heavier than that stands alone."""
    batch: list[Item] = []
    total = 0
    for item in items:
        size = weight(item)
        if batch and total + size > limit:
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += size
    if batch:
        yield batch


def write_frame(store: Store, url: str, name: str, frame: pl.DataFrame) -> None:
    """Stage a frame of a step's own as `<url>/<name>.parquet`: a decision handed on, not rows of a table."""
    sink = io.BytesIO()
    frame.write_parquet(sink)
    store.storage.write(join(url, f"{name}.parquet"), sink.getvalue())


def read_frame(store: Store, url: str, name: str) -> pl.DataFrame:
    """Read what `write_frame` or `write_staged` staged."""
    place = store.storage.location(join(url, f"{name}.parquet"))
    return pl.read_parquet(place, glob=False, hive_partitioning=False)


@lru_cache(maxsize=1)
def code_sha256() -> str:
    """Digest of the code and data that fill a shard: half-done work of other code is not taken over.

    A change to what only merges, reports or checks leaves the shards of a stopped run as good as they were.
    """
    return files_sha256(importlib.resources.files("tasks"))


def files_sha256(folder: Traversable) -> str:
    """Digest of those files below a folder that fill a shard (`FILLS_SHARDS`), by name and content."""
    digest = hashlib.sha256()
    for name, data in _files(folder, ""):
        digest.update(name.encode())
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()


def fills_shards(name: str) -> bool:
    """Whether a file or folder, by its name below `tasks/`, decides what stands in a shard."""
    return "/" not in name or any(name.startswith((f"{part}/", f"{part}.")) for part in FILLS_SHARDS)


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if not entry.name.startswith(("__", ".")):
                yield from _files(entry, f"{prefix}{entry.name}/")
        elif not entry.name.endswith((".pyc", ".pyo")) and fills_shards(f"{prefix}{entry.name}"):
            yield f"{prefix}{entry.name}", entry.read_bytes()


def write_staged(store: Store, url: str, table: str | Table, frame: pl.DataFrame) -> str:
    """Write a shard's rows of one table as `<url>/<table>.parquet`, durably and in one step; gives the file's URL.

    Raises
    ------
    ContractError
        The rows break the table's contract.
    """
    found = find_table(table)
    target = join(url, f"{found.name}.parquet")
    store.storage.write(target, parquet_bytes(found, conform(found, frame)))
    return target


def scan_staged(store: Store, urls: Sequence[str], table: str | Table) -> pl.LazyFrame:
    """Read the staged rows of one table from several shards, in the shards' order, with exactly its schema.

    Raises
    ------
    FileNotFoundError
        A shard has no file for the table: it was not finished.
    """
    found = find_table(table)
    files = [join(url, f"{found.name}.parquet") for url in urls]
    for file in files:
        if not store.storage.exists(file):
            raise FileNotFoundError(f"{store.storage.location(file)}: the shard was not finished")
    return scan_files(store, found, files, None)
