"""The ingest step: which input files are new, and one shard of their records read, cleaned and staged."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.clean.article import CleanOptions, clean_article
from tasks.contract.schema import polars_schema
from tasks.gate.duplicates import signature_columns
from tasks.ingest.discover import MAX_PIPED_BYTES, InputFile, discover, is_piped, is_unfinished
from tasks.ingest.limits import Limits
from tasks.ingest.seen import Seen, has_moved, see
from tasks.ingest.slices import CHANGED, Slice, plan, read_slice
from tasks.ingest.streams import StreamError
from tasks.jobs.shards import Shard, pack, read_done, shard, write_done, write_frame, write_staged
from tasks.jobs.staged import staged_table
from tasks.records import CleanArticle, Reject
from tasks.store.layout import Store, open_store, scan_partial

# Staged beside the rows: what was noted of which record, so that the notes of a record go with it.
NOTES = "notes"
NOTES_SCHEMA = {"origin": pl.String, "note": pl.String}


@dataclass(frozen=True, slots=True)
class DiscoverJob:
    """Look at the inputs and cut what is new into shards; `read_again` takes files that are in for new ones.

    A file written to less than `settle_seconds` ago is looked at a second time after that.
    """

    output: str
    inputs: tuple[str, ...]
    options: CleanOptions
    limits: Limits
    records_per_shard: int
    read_again: bool = False
    settle_seconds: float = 0.0
    max_piped_bytes: int = MAX_PIPED_BYTES


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
    path; `known_records` and `known_rejects` count what the `known_files` hold that are in; `changed` are origins whose
    file has other content than when it was read last; `waiting` are origins of files that are still being written.
    """

    jobs: tuple[IngestJob, ...]
    digests: tuple[tuple[str, str, str | None], ...]
    known_records: int
    known_rejects: int
    changed: tuple[str, ...]
    inputs_sha256: str
    waiting: tuple[str, ...] = ()
    known_files: int = 0


@dataclass(frozen=True, slots=True)
class IngestResult:
    """Where a shard's rows are, and per file (origin, path) the counts records, rejects and transient rejects.

    `notes` counts the records by what was noted of them (`tasks.clean.article`); `changed` are origins of files that
    were not read as discovery saw them.
    """

    url: str
    files: tuple[tuple[str, str, int, int, int], ...]
    n_words: int
    notes: tuple[tuple[str, int], ...] = ()
    changed: tuple[str, ...] = ()


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
    known_files = known_records = known_rejects = 0
    everything = hashlib.sha256()
    digests: list[tuple[str, str, str | None]] = []
    present: set[tuple[str, str]] = set()
    slices: list[Slice] = []
    files = with_own_origins(list(discover(list(job.inputs), job.max_piped_bytes)))
    looks, waiting = _look(files, job, ledger)
    for file, seen in looks:
        digest = None if seen is None else seen.sha256
        everything.update(f"{file.origin}\x1f{digest}\x1e".encode("utf-8", "surrogatepass"))
        if digest is not None:
            present.add((file.origin, digest))
            if (file.origin, digest) in ledger and not job.read_again:
                records, rejects = ledger[file.origin, digest]
                known_files += 1
                known_records += records
                known_rejects += rejects
                continue
        digests.append((file.origin, file.path, digest))
        slices.extend(plan(file, job.records_per_shard, job.limits, seen))
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
        waiting=waiting,
        known_files=known_files,
    )


# Files to read or known, each with what was seen of it (None where it cannot be read), and origins of those that wait.
_Looks = tuple[list[tuple[InputFile, Seen | None]], tuple[str, ...]]


def _look(files: Sequence[InputFile], job: DiscoverJob, ledger: Collection[tuple[str, str]]) -> _Looks:
    """See what each file holds, and which are still being written: those wait for the next run.

    A name such as `news.jsonl.part` says so, but not of a file that is in under this name. Otherwise a file is being
    written where it moves while it is looked at, and one written to a moment ago gets a second look for that.
    """
    origins_known = {origin for origin, _ in ledger}
    looks: list[tuple[InputFile, Seen | None]] = []
    waiting: set[str] = set()
    young: list[tuple[InputFile, Seen]] = []
    until = 0.0
    for file in files:
        if is_unfinished(file, job.inputs) and file.origin not in origins_known:
            waiting.add(file.origin)
            continue
        try:
            seen = see(file.path)
        except StreamError:
            # Reading it will report what is wrong.
            looks.append((file, None))
            continue
        if seen is None:
            waiting.add(file.origin)
            continue
        looks.append((file, seen))
        is_new = (file.origin, seen.sha256) not in ledger
        if is_new and not is_piped(file) and abs(time.time() - seen.mtime_ns / 1e9) < job.settle_seconds:
            young.append((file, seen))
            until = max(until, seen.mtime_ns / 1e9 + job.settle_seconds)
    if young:
        # By the monotonic clock of sleep, and never longer than what was asked for.
        time.sleep(min(max(until - time.time(), 0.0), job.settle_seconds))
        waiting |= {file.origin for file, seen in young if has_moved(file.path, seen)}
    return [(file, seen) for file, seen in looks if file.origin not in waiting], tuple(sorted(waiting))


def with_own_origins(files: list[InputFile]) -> list[InputFile]:
    """Tell files of one name under several inputs apart: the name of the input's folder goes in front, or all of it."""
    for name in (lambda file: Path(file.root).name, lambda file: file.root.strip("/")):
        counts = Counter(file.origin for file in files)
        files = [
            replace(file, origin=f"{name(file)}/{file.origin}") if counts[file.origin] > 1 and name(file) else file
            for file in files
        ]
    return files


def _jobs(
    store: Store, job: DiscoverJob, slices: list[Slice], digests: dict[tuple[str, str], str | None]
) -> Iterator[IngestJob]:
    settings = json.dumps([asdict(job.options), asdict(job.limits)], sort_keys=True)
    for group in pack(slices, lambda part: part.n_records, job.records_per_shard):
        content = [[asdict(part) | {"path": "", "seen": None}, digests[part.origin, part.path]] for part in group]
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
    notes = tuple(sorted(done["notes"].items()))
    return IngestResult(job.shard.url, files, done["n_words"], notes, tuple(done["changed"]))


@dataclass
class _Read:
    """What was read and cleaned of one slice: rows of articles and of rejects, and notes as (origin, note)."""

    incoming: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def _read(part: Slice, job: IngestJob) -> _Read:
    """Read and clean a slice; of one whose file changed meanwhile nothing counts but the reject that says so."""
    read = _Read()
    for found in read_slice(part, job.limits):
        cleaned = found if isinstance(found, Reject) else clean_article(found, job.options)
        if isinstance(cleaned, Reject):
            if cleaned.reason == CHANGED:
                return _Read(rejects=[cleaned])
            read.rejects.append(cleaned)
        else:
            read.incoming.append(incoming_row(cleaned))
            read.notes.extend((cleaned.origin, note) for note in {kind_of_note(note) for note in cleaned.notes})
    return read


def _ingest(store: Store, job: IngestJob) -> dict[str, Any]:
    whole = _Read()
    counts: dict[tuple[str, str], Counter[str]] = {}
    for part in job.slices:
        read = _read(part, job)
        file = counts.setdefault((part.origin, part.path), Counter())
        file["records"] += len(read.incoming) + len(read.rejects)
        file["rejects"] += len(read.rejects)
        file["transient"] += sum(reject.transient for reject in read.rejects)
        file["changed"] += sum(reject.reason == CHANGED for reject in read.rejects)
        whole.incoming += read.incoming
        whole.rejects += read.rejects
        whole.notes += read.notes
    rows = {"incoming": whole.incoming, "rejects": [reject_row(reject) for reject in whole.rejects]}
    for name, found in rows.items():
        table = staged_table(name)
        write_staged(store, job.shard.url, table, pl.DataFrame(found, schema=polars_schema(table)))
    write_frame(store, job.shard.url, NOTES, pl.DataFrame(sorted(whole.notes), schema=NOTES_SCHEMA, orient="row"))
    return {
        "files": [[*file, count["records"], count["rejects"], count["transient"]] for file, count in counts.items()],
        "n_words": sum(row["n_words"] for row in whole.incoming),
        "notes": Counter(note for _, note in whole.notes),
        "changed": sorted({origin for (origin, _), count in counts.items() if count["changed"]}),
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
