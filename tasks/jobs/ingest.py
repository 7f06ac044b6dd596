"""The ingest step: which input files are new, and one shard of their records read, cleaned and staged."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.clean.article import CleanOptions, clean_article
from tasks.contract.schema import polars_schema
from tasks.gate.duplicates import signature_columns
from tasks.ingest.discover import InputFile, discover
from tasks.ingest.limits import Limits
from tasks.ingest.slices import Slice, plan, read_slice
from tasks.jobs.shards import Shard, pack, read_done, shard, write_done, write_staged
from tasks.jobs.staged import staged_table
from tasks.records import CleanArticle, Reject
from tasks.store.layout import Store, open_store, scan_partial

# Files small enough to be a record each are hashed whole; a block keeps memory flat for large ones.
HASH_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class DiscoverJob:
    """Look at the inputs and cut what is new into shards; `read_again` takes files that are in for new ones."""

    output: str
    inputs: tuple[str, ...]
    options: CleanOptions
    limits: Limits
    records_per_shard: int
    read_again: bool = False


@dataclass(frozen=True, slots=True)
class IngestJob:
    """Read and clean the records of some slices."""

    output: str
    shard: Shard
    slices: tuple[Slice, ...]
    options: CleanOptions
    limits: Limits

    @property
    def n_records(self) -> int:
        """Records that the slices hold."""
        return sum(part.n_records for part in self.slices)


@dataclass(frozen=True, slots=True)
class InputPlan:
    """What discovery found.

    `digests` has the content hash of each file to read (None where the file could not be read), keyed by origin and
    path; `known_records` and `known_rejects` count what files already in hold; `changed` are origins whose file has
    other content than when it was read last.
    """

    jobs: tuple[IngestJob, ...]
    digests: tuple[tuple[str, str, str | None], ...]
    known_records: int
    known_rejects: int
    changed: tuple[str, ...]
    inputs_sha256: str


@dataclass(frozen=True, slots=True)
class IngestResult:
    """Where a shard's rows are, and per file (origin, path) the counts records, rejects and transient rejects.

    `notes` counts the records by what was noted of them (`tasks.clean.article`).
    """

    url: str
    files: tuple[tuple[str, str, int, int, int], ...]
    n_words: int
    notes: tuple[tuple[str, int], ...] = ()


def discover_inputs(job: DiscoverJob) -> InputPlan:
    """Find the files behind the inputs, leave out those that are in, and cut the others into shards.

    Raises
    ------
    UserError
        Where an input does not exist.
    """
    store = open_store(job.output)
    ledger = {
        (row["origin"], row["content_sha256"]): (row["n_records"], row["n_rejects"])
        for row in scan_partial(store, "inputs").collect().iter_rows(named=True)
    }
    origins_known = {origin for origin, _ in ledger}
    known_records = known_rejects = 0
    everything = hashlib.sha256()
    digests: list[tuple[str, str, str | None]] = []
    present: set[tuple[str, str]] = set()
    slices: list[Slice] = []
    for file in with_own_origins(list(discover(list(job.inputs)))):
        digest = file_sha256(file)
        everything.update(f"{file.origin}\x1f{digest}\x1e".encode("utf-8", "surrogatepass"))
        if digest is not None:
            present.add((file.origin, digest))
            if (file.origin, digest) in ledger and not job.read_again:
                records, rejects = ledger[file.origin, digest]
                known_records += records
                known_rejects += rejects
                continue
        digests.append((file.origin, file.path, digest))
        slices.extend(plan(file, job.records_per_shard, job.limits))
    changed = {
        origin
        for origin, _, digest in digests
        if origin in origins_known and digest is not None and not any(k in present for k in ledger if k[0] == origin)
    }
    by_file = {(origin, path): digest for origin, path, digest in digests}
    return InputPlan(
        jobs=tuple(_jobs(store, job, slices, by_file)),
        digests=tuple(digests),
        known_records=known_records,
        known_rejects=known_rejects,
        changed=tuple(sorted(changed)),
        inputs_sha256=everything.hexdigest(),
    )


def with_own_origins(files: list[InputFile]) -> list[InputFile]:
    """Tell files of one name under several inputs apart: the name of the input's folder goes in front, or all of it."""
    for name in (lambda file: Path(file.root).name, lambda file: file.root.strip("/")):
        counts = Counter(file.origin for file in files)
        files = [
            replace(file, origin=f"{name(file)}/{file.origin}") if counts[file.origin] > 1 and name(file) else file
            for file in files
        ]
    return files


def file_sha256(file: InputFile) -> str | None:
    """Digest of a file's bytes; None where it cannot be read, which reading will then report."""
    digest = hashlib.sha256()
    try:
        with Path(file.path).open("rb") as stream:
            while block := stream.read(HASH_BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def _jobs(
    store: Store, job: DiscoverJob, slices: list[Slice], digests: dict[tuple[str, str], str | None]
) -> Iterator[IngestJob]:
    settings = json.dumps([asdict(job.options), asdict(job.limits)], sort_keys=True)
    for group in pack(slices, lambda part: part.n_records, job.records_per_shard):
        content = [[asdict(part) | {"path": ""}, digests[part.origin, part.path]] for part in group]
        unit = shard(store, "ingest", settings, json.dumps(content, sort_keys=True))
        yield IngestJob(job.output, unit, tuple(group), job.options, job.limits)


def ingest_shard(job: IngestJob) -> IngestResult:
    """Read, clean and stage the records of a shard; a shard that is already done is left as it is."""
    store = open_store(job.output)
    done = read_done(store, job.shard)
    if done is None or any(transient for *_, transient in done["files"]):
        done = _ingest(store, job)
        write_done(store, job.shard, done)
    files = tuple(
        (origin, path, records, rejects, transient) for origin, path, records, rejects, transient in done["files"]
    )
    return IngestResult(job.shard.url, files, done["n_words"], tuple(sorted(done["notes"].items())))


def _ingest(store: Store, job: IngestJob) -> dict[str, Any]:
    incoming: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    records: Counter[tuple[str, str]] = Counter()
    rejects: Counter[tuple[str, str]] = Counter()
    transient: Counter[tuple[str, str]] = Counter()
    notes: Counter[str] = Counter()
    for part in job.slices:
        file = (part.origin, part.path)
        records[file] += 0
        for found in read_slice(part, job.limits):
            records[file] += 1
            cleaned = found if isinstance(found, Reject) else clean_article(found, job.options)
            if isinstance(cleaned, Reject):
                rejects[file] += 1
                transient[file] += cleaned.transient
                rejected.append(reject_row(cleaned))
            else:
                incoming.append(incoming_row(cleaned))
                notes.update({kind_of_note(note) for note in cleaned.notes})
    for name, rows in (("incoming", incoming), ("rejects", rejected)):
        table = staged_table(name)
        write_staged(store, job.shard.url, table, pl.DataFrame(rows, schema=polars_schema(table)))
    return {
        "files": [[*file, records[file], rejects[file], transient[file]] for file in records],
        "n_words": sum(row["n_words"] for row in incoming),
        "notes": notes,
    }


def kind_of_note(note: str) -> str:
    """A note without what is the record's own: “published_at refused (meta): before 1900” and not the date itself."""
    return ": ".join(note.split(": ")[:2])


def incoming_row(article: CleanArticle) -> dict[str, Any]:
    """The staged row of a cleaned article; what only the corpus can tell stands at its value for an article alone."""
    return {
        "article_id": article.article_id,
        "version": 1,
        "external_id": article.external_id,
        "origin": article.origin,
        "url": article.url,
        "source": article.source,
        "lang": article.lang,
        "lang_score": article.lang_score,
        "genre": article.genre,
        "title": article.title,
        "authors": list(article.authors),
        "published_at": article.published_at,
        "published_basis": article.published_basis,
        "pub_date": article.pub_date,
        "fetched_at": article.fetched_at,
        "n_words": article.n_words,
        "text_sha256": article.text_sha256,
        "dup_of": None,
        "dup_kind": None,
        "annotated": False,
        "story_id": article.article_id,
        "boilerplate_chars": article.boilerplate_chars,
        "text": article.text,
        **signature_columns(article.article_id, article.text, article.title),
    }


def reject_row(reject: Reject) -> dict[str, Any]:
    """The staged row of a reject; the run that publishes it puts its own id in."""
    return asdict(reject) | {"run_id": ""}


@task(name="discover", cache_policy=NO_CACHE, persist_result=False)
def discover_task(job: DiscoverJob) -> InputPlan:
    """Find what is new in the inputs, as a Prefect task."""
    return discover_inputs(job)


@task(name="ingest", cache_policy=NO_CACHE, persist_result=False, task_run_name="ingest-{job.shard.key}")
def ingest(job: IngestJob) -> IngestResult:
    """Read and clean one shard, as a Prefect task."""
    return ingest_shard(job)
