"""The gate as a step: reads what is published and what came in, decides, and lays out the annotate jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.contract.partials import PARTIALS
from tasks.contract.tables import TABLES
from tasks.gate.duplicates import RESULT_SCHEMA, find_duplicates
from tasks.gate.origins import within
from tasks.gate.versions import Resolution, plan_annotation, resolve_versions, split_repeated
from tasks.jobs.annotate import AnnotateJob
from tasks.jobs.shards import pack, read_frame, scan_staged, shard, write_frame, write_staged
from tasks.jobs.staged import INCOMING, TODO
from tasks.store.layout import Store, decisions_url, month_expression, open_store, scan, scan_partial

ARTICLE_COLUMNS = list(TABLES["articles"].names)
NO_DUPLICATES = pl.DataFrame(schema=RESULT_SCHEMA)
SIGNATURE_COLUMNS = ("minhash", "sketch", "facts")


@dataclass(frozen=True, slots=True)
class GateJob:
    """What the gate needs to know of the run.

    `changed` are origins whose articles the new content of their file replaces; `withdraw` article ids to take out;
    `model_key` names everything besides the text that an annotation depends on.
    """

    output: str
    run_id: str
    ingest_urls: tuple[str, ...]
    changed: tuple[str, ...]
    withdraw: tuple[str, ...]
    dedup: bool
    annotate: bool
    reprocess: bool
    model: str
    model_key: str
    model_languages: tuple[str, ...]
    actors: str | None
    lexicon: str | None
    coder: str
    words_per_shard: int


@dataclass(frozen=True, slots=True)
class GatePlan:
    """What the gate decided: counts, annotate jobs, and the folder that holds the frames for the merge.

    In `url`: `articles` (the rows of the table to be), `incoming_ids`, `stale`, `superseded`, `signatures`,
    `withdrawn` (records refused because of a tombstone), `repeated` (records refused because another record of their
    file has the same id and words). `retried` are articles whose annotation failed before; each
    has a job of its own.
    """

    url: str
    jobs: tuple[AnnotateJob, ...]
    retried: tuple[str, ...]
    n_new: int
    n_unchanged: int
    n_superseded: int
    n_withdrawn: int
    n_repeated: int
    n_duplicates: int

    @property
    def n_articles(self) -> int:
        """Articles to annotate."""
        return sum(len(job.article_ids) for job in self.jobs)


def plan_run(job: GateJob) -> GatePlan:
    """Decide which records become or replace articles, which are copies, and what has to be annotated."""
    store = open_store(job.output)
    tombstones = set(scan_partial(store, "tombstones").collect()["article_id"]) | set(job.withdraw)
    before = scan(store, "articles").collect()
    everything = scan_staged(store, job.ingest_urls, INCOMING)
    incoming = everything.select(*ARTICLE_COLUMNS).collect()
    withdrawn = incoming.filter(pl.col("article_id").is_in(list(tombstones)))
    incoming = incoming.filter(~pl.col("article_id").is_in(list(tombstones)))
    incoming, repeated = split_repeated(incoming)
    files = scan_partial(store, "inputs").select("origin").collect()["origin"]
    published = before.filter(
        ~pl.col("article_id").is_in(list(tombstones))
        & (~within(before["origin"], job.changed, files) | pl.col("article_id").is_in(incoming["article_id"].implode()))
    )
    superseded = scan_partial(store, "superseded").collect().join(published, on="article_id", how="semi")
    resolution = resolve_versions(published, superseded, incoming)

    signatures = _signatures(store, everything, resolution)
    duplicates = find_duplicates(signatures) if job.dedup else NO_DUPLICATES
    worklist = plan_annotation(
        resolution.articles, published, duplicates, job.model_languages, job.annotate, job.reprocess
    )
    articles = (
        resolution.articles.drop("dup_of", "dup_kind")
        .join(duplicates.select("article_id", "dup_of", "dup_kind"), on="article_id", how="left")
        .with_columns(
            annotated=pl.col("article_id").is_in(published.filter("annotated")["article_id"].implode())
            & ~pl.col("article_id").is_in(worklist.stale.implode())
        )
    )
    gone = before.filter(~pl.col("article_id").is_in(articles["article_id"].implode()))["article_id"]
    url = decisions_url(store, job.run_id)
    frames = {
        "articles": articles.select(*ARTICLE_COLUMNS),
        "incoming_ids": articles.filter("incoming").select("article_id", "text_sha256", "origin"),
        "stale": pl.DataFrame({"article_id": pl.concat([worklist.stale, gone]).unique().sort()}),
        "todo_ids": pl.DataFrame({"article_id": worklist.to_annotate}),
        "superseded": resolution.superseded,
        "signatures": signatures,
        "withdrawn": withdrawn.select("origin", "external_id", "url", "source", "pub_date"),
        "repeated": repeated.select("origin", "external_id", "url", "source", "pub_date", "stands"),
    }
    for name, frame in frames.items():
        write_frame(store, url, name, frame)
    failed_before = scan(store, "rejects").filter(pl.col("stage") == "annotate").select("origin")
    retried = (
        articles.filter(pl.col("article_id").is_in(worklist.to_annotate.implode()))
        .join(failed_before.collect(), on="origin", how="semi")["article_id"]
        .sort()
    )
    return GatePlan(
        url=url,
        jobs=tuple(_annotate_jobs(store, job, articles, worklist.to_annotate, retried)),
        retried=tuple(retried),
        n_new=resolution.n_new,
        n_unchanged=resolution.n_unchanged,
        n_superseded=resolution.n_superseded,
        n_withdrawn=withdrawn.height,
        n_repeated=repeated.height,
        n_duplicates=articles.filter(pl.col("incoming") & pl.col("dup_of").is_not_null()).height,
    )


def _signatures(store: Store, everything: pl.LazyFrame, resolution: Resolution) -> pl.DataFrame:
    """Signatures of all articles that remain: those kept from earlier runs, and those of this batch's winners."""
    articles = resolution.articles
    columns = list(PARTIALS["signatures"].names)
    kept = (
        scan_partial(store, "signatures")
        .select("article_id", *SIGNATURE_COLUMNS)
        .collect()
        .join(articles.filter(~pl.col("incoming")), on="article_id", how="inner")
        .select(columns)
    )
    fresh = (
        everything.select("article_id", "text_sha256", "origin", *SIGNATURE_COLUMNS)
        .collect()
        .unique(["article_id", "text_sha256", "origin"], keep="any")
        .join(articles.filter("incoming"), on=["article_id", "text_sha256", "origin"], how="inner")
        .select(columns)
    )
    return pl.concat([kept, fresh]).sort("article_id")


def _annotate_jobs(
    store: Store, job: GateJob, articles: pl.DataFrame, to_annotate: pl.Series, retried: pl.Series
) -> Iterator[AnnotateJob]:
    """Pack the work list by where its texts lie, so that each text file is read once and memory stays flat."""
    wanted = articles.filter(pl.col("article_id").is_in(to_annotate.implode()))
    columns = list(TODO.names)
    fresh = wanted.filter("incoming")
    for url in job.ingest_urls:
        texts = read_frame(store, url, "incoming").select("article_id", "text_sha256", "origin", "text")
        found = fresh.join(
            texts.unique(["article_id", "text_sha256", "origin"], keep="any"),
            on=["article_id", "text_sha256", "origin"],
        )
        fresh = fresh.join(found, on="article_id", how="anti")
        yield from _pack(store, job, found.select(*columns, "text_sha256"))
    again = wanted.filter(~pl.col("incoming"))
    if again.height:
        for month in sorted(again.select(month_expression()).to_series().unique()):
            texts = scan(store, "texts", months=[month]).select("article_id", "text").collect()
            found = again.join(texts, on="article_id").select(*columns, "text_sha256")
            alone = pl.col("article_id").is_in(retried.implode())
            yield from _pack(store, job, found.filter(~alone))
            for one in found.filter(alone).iter_slices(1):
                yield from _pack(store, job, one)


def _pack(store: Store, job: GateJob, todo: pl.DataFrame) -> Iterator[AnnotateJob]:
    ordered = todo.sort("published_at", "article_id", nulls_last=True)
    for rows in pack(range(ordered.height), lambda row: int(ordered["n_words"][row]), job.words_per_shard):
        part = ordered[rows[0] : rows[-1] + 1]
        key = part.drop("text").with_columns(pl.col("published_at").cast(pl.String)).write_json()
        unit = shard(store, "annotate", job.model_key, key)
        write_staged(store, unit.url, TODO, part.drop("text_sha256"))
        yield AnnotateJob(
            output=job.output,
            shard=unit,
            todo_url=unit.url,
            article_ids=tuple(part["article_id"]),
            n_words=int(part["n_words"].sum()),
            model=job.model,
            actors=job.actors,
            lexicon=job.lexicon,
            coder=job.coder,
        )


@task(name="gate", cache_policy=NO_CACHE, persist_result=False)
def gate(job: GateJob) -> GatePlan:
    """Decide what is new, what is a copy and what to annotate, as a Prefect task."""
    return plan_run(job)
