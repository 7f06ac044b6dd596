"""The manifest `_meta/manifest.json`: name, size and SHA-256 of every published file, tables and partials alike.

It is published with the files it lists, by the same journal. What it lists and is not there, or is not as long, is
noticed by the next run before it reads anything; other bytes are found by `dateline verify` and `dateline repair`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from polars.exceptions import PanicException, PolarsError
from pyarrow import ArrowException

from tasks.contract.metadata import CROISSANT, DATAPACKAGE, FAILED_RUNS, GENERATION, JOURNAL, LOCK, MANIFEST, META
from tasks.contract.partials import PARTIALS
from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.ids import sha256_hex
from tasks.store.layout import Store, partition_files, read_generation
from tasks.store.storage import join, relative_name

_FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What the store itself writes into `_meta`, outside any publication; the manifest cannot hold its own digest.
UNLISTED = frozenset({FAILED_RUNS, GENERATION, JOURNAL, LOCK, MANIFEST})


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """What a published file holds: its size in bytes and the SHA-256 of them."""

    size: int
    sha256: str


Manifest = Mapping[str, PublishedFile]


def published_file(data: bytes) -> PublishedFile:
    """The manifest's entry for a file of these bytes."""
    return PublishedFile(len(data), sha256_hex(data))


def manifest_bytes(files: Manifest, generation: int) -> bytes:
    """The manifest as it is published.

    Parameters
    ----------
    files
        By name relative to the store.
    generation
        The generation that the store is in once they are published.
    """
    listed = {name: [files[name].size, files[name].sha256] for name in sorted(files)}
    content = {"generation": generation, "files": listed}
    digest = sha256_hex(json.dumps(content, sort_keys=True).encode())
    return (json.dumps({"format": _FORMAT, "sha256": digest, **content}, indent=0) + "\n").encode()


def read_manifest(store: Store) -> tuple[dict[str, PublishedFile], int] | None:
    """The published manifest and its generation; None where there is none.

    Raises
    ------
    UserError
        It is damaged.
    """
    url = manifest_url(store)
    try:
        data = store.storage.read(url)
    except FileNotFoundError:
        return None
    try:
        content = json.loads(data)
        files = {name: PublishedFile(size, digest) for name, (size, digest) in content["files"].items()}
        generation = int(content["generation"])
        for name, file in files.items():
            join(store.url, name)
            if not isinstance(file.size, int) or not _SHA256.fullmatch(file.sha256):
                raise ValueError(name)
        if manifest_bytes(files, generation) != data:
            raise ValueError("not as written")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{store.storage.location(url)}: damaged; {_mend(store)}") from error
    return files, generation


def manifest_url(store: Store) -> str:
    """Where the manifest lies."""
    return join(store.url, META, MANIFEST)


def list_published(store: Store) -> dict[str, PublishedFile]:
    """What the manifest would say of the files as they lie there: for a store that has none, by reading them all."""
    return {name: published_file(store.storage.read(join(store.url, name))) for name in published_names(store)}


def published_names(store: Store) -> list[str]:
    """The names of all files that a manifest lists, as far as they are there."""
    tables = [*TABLES.values(), *PARTIALS.values()]
    urls = [url for table in tables for files in partition_files(store, table).values() for url in files]
    meta = join(store.url, META)
    for url in store.storage.list_files(meta):
        name = relative_name(meta, url)
        if "/" not in name and name not in UNLISTED:
            urls.append(url)
    urls += [join(store.url, name) for name in (DATAPACKAGE, CROISSANT)]
    return sorted({relative_name(store.url, url) for url in urls if store.storage.exists(url)})


def require_whole(store: Store) -> None:
    """See that every file of the manifest is there and as long as it says: what a run checks before it reads.

    Raises
    ------
    UserError
        One is not, or the manifest is gone: the message names the file and the mend.
    """
    found = read_manifest(store)
    if found is None:
        if read_generation(store) == 0 and not any(partition_files(store, table) for table in TABLES.values()):
            return
        raise UserError(
            f"{store.storage.location(manifest_url(store))}: missing beside published tables; {_mend(store)}"
        )
    if (generation := read_generation(store)) < found[1]:
        place = store.storage.location(join(store.url, META, GENERATION))
        raise UserError(f"{place}: {generation}, but the manifest was published as {found[1]}; {_mend(store)}")
    for name, file in found[0].items():
        url = join(store.url, name)
        place = store.storage.location(url)
        if not store.storage.exists(url):
            raise UserError(f"{place}: a published file is missing; {_mend(store)}")
        if (size := store.storage.size(url)) != file.size:
            raise UserError(f"{place}: damaged, {size:,} bytes in the place of {file.size:,}; {_mend(store)}")


def damaged_files(store: Store, files: Manifest) -> list[str]:
    """The names of published files that are missing or hold other bytes than the manifest states, sorted."""
    damaged = []
    for name, file in files.items():
        try:
            data = store.storage.read(join(store.url, name))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            damaged.append(name)
            continue
        if published_file(data) != file:
            damaged.append(name)
    return sorted(damaged)


@contextmanager
def damage_named(store: Store) -> Iterator[None]:
    """Where the block fails on a file that cannot be read, say which published file is damaged and what mends it.

    Raises
    ------
    UserError
        Naming the first damaged file. Where none is, the block's own error is raised.
    """
    try:
        yield
    except (PolarsError, PanicException, ArrowException, OSError) as error:
        found = read_manifest(store)
        damaged = damaged_files(store, found[0]) if found is not None else []
        if not damaged:
            raise
        place = store.storage.location(join(store.url, damaged[0]))
        raise UserError(f"{place}: damaged ({len(damaged)} files are); {_mend(store)}") from error


def _mend(store: Store) -> str:
    return f"run `dateline repair --output {store.name}`"
