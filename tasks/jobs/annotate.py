"""The annotate step: one shard of articles through one parse, out come the rows of its staged tables."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE
from spacy.language import Language

from tasks.annotate.events.encoder.coders import FRAMES
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.rows import ANNOTATION_TABLES, Rows, doc_rows
from tasks.contract.schema import polars_schema
from tasks.jobs.in_hand import ArticleLimits, Trouble, put_down, settle, stack_file, take_in_hand
from tasks.jobs.shards import Shard, read_done, read_frame, write_done, write_staged
from tasks.jobs.staged import staged_table
from tasks.jobs.watch import EXIT_CODE, watching
from tasks.store.layout import Store, open_store

Item = tuple[str, ArticleContext]
# Articles that go through the pipeline together: its neural components are two to four times as fast as on one.
GROUP = 16


@dataclass(frozen=True, slots=True)
class AnnotateJob:
    """Annotate the articles of a staged `todo` table.

    `article_ids` are those of its rows to take; all of them at first, fewer where a failed shard is cut in two.
    `limits` hold where the job has a process of its own, which may be ended; None is without.
    """

    output: str
    shard: Shard
    todo_url: str
    article_ids: tuple[str, ...]
    n_words: int
    model: str
    actors: str | None
    lexicon: str | None = None
    coder: str = FRAMES
    limits: ArticleLimits | None = None


@dataclass(frozen=True, slots=True)
class AnnotateResult:
    """Where the rows of a shard are, how many articles and words went in, and which articles were given up.

    `refused` has of each its id, the reason and the detail as `rejects` tells them.
    """

    url: str
    n_articles: int
    n_words: int
    refused: tuple[tuple[str, str, str], ...] = ()


def annotate_shard(job: AnnotateJob) -> AnnotateResult:
    """Annotate one shard and stage its rows; a shard that is already done is left as it is."""
    store = open_store(job.output)
    run_id = job.limits.run_id if job.limits else ""
    done = read_done(store, job.shard)
    # What a killed run gave up in a shard may have been its own fault.
    if done is None or (done.get("refused") and done.get("run_id") != run_id):
        rows, refused = _annotate(store, job)
        for name in ANNOTATION_TABLES:
            table = staged_table(name)
            frame = pl.DataFrame(rows[name], schema=polars_schema(table))
            write_staged(store, job.shard.url, table, frame)
        done = {"n_articles": len(job.article_ids), "n_words": job.n_words, "refused": refused, "run_id": run_id}
        write_done(store, job.shard, done)
    told = tuple((article, reason, detail) for article, reason, detail in done.get("refused", ()))
    return AnnotateResult(job.shard.url, len(job.article_ids), job.n_words, told)


def _annotate(store: Store, job: AnnotateJob) -> tuple[Rows, list[tuple[str, str, str]]]:
    todo = read_frame(store, job.todo_url, "todo").filter(pl.col("article_id").is_in(list(job.article_ids)))
    nlp = load_pipeline(job.model, job.actors, job.lexicon, job.coder)
    items = [
        (
            row["text"],
            ArticleContext(row["article_id"], row["title"], row["published_at"], row["source"], row["genre"]),
        )
        for row in todo.iter_rows(named=True)
    ]
    gathered: Rows = {name: [] for name in ANNOTATION_TABLES}
    if job.limits is None:
        _gather(nlp, items, gathered)
        return gathered, []
    trouble, _ = settle(store, job.shard, job.limits)
    _within(store, job, job.limits, trouble, nlp, items, gathered)
    return gathered, sorted((article, *told) for article, told in trouble.refused.items())


def _within(
    store: Store,
    job: AnnotateJob,
    limits: ArticleLimits,
    trouble: Trouble,
    nlp: Language,
    items: list[Item],
    rows: Rows,
) -> None:
    """Annotate a few articles at a time, noted beforehand: should the process end, it is known with which in hand."""
    in_hand: list[str] = []

    def end() -> None:
        try:
            take_in_hand(store, job.shard, limits, in_hand, "out_of_memory")
        finally:
            os._exit(EXIT_CODE)

    with watching(limits.seconds, limits.size, stack_file(store, job.shard), end) as watch:
        for group in groups([item for item in items if item[1].article_id not in trouble.refused], trouble.alone):
            in_hand[:] = [context.article_id for _, context in group]
            take_in_hand(store, job.shard, limits, in_hand)
            try:
                with watch.over():
                    _gather(nlp, group, rows)
            except MemoryError:
                end()
    put_down(store, job.shard)


def groups(items: Sequence[Item], alone: Collection[str], size: int = GROUP) -> Iterator[list[Item]]:
    """Cut articles, in their order, into groups; those of `alone` stand alone."""
    group: list[Item] = []
    for item in items:
        single = item[1].article_id in alone
        if group and (single or len(group) == size):
            yield group
            group = []
        if single:
            yield [item]
        else:
            group.append(item)
    if group:
        yield group


def _gather(nlp: Language, items: Sequence[Item], gathered: Rows) -> None:
    for doc in annotate_texts(nlp, items, GROUP):
        for name, rows in doc_rows(doc).items():
            gathered[name].extend(rows)


@task(name="annotate", cache_policy=NO_CACHE, persist_result=False, task_run_name="annotate-{job.shard.key}")
def annotate(job: AnnotateJob) -> AnnotateResult:
    """Annotate one shard, as a Prefect task."""
    return annotate_shard(job)
