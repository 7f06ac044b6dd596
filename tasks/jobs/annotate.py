"""The annotate step: one shard of articles through one parse, out come the rows of its staged tables."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.rows import ANNOTATION_TABLES, Rows, doc_rows
from tasks.contract.schema import polars_schema
from tasks.jobs.shards import Shard, read_done, read_frame, write_done, write_staged
from tasks.jobs.staged import staged_table
from tasks.store.layout import Store, open_store


@dataclass(frozen=True, slots=True)
class AnnotateJob:
    """Annotate the articles of a staged `todo` table.

    `article_ids` are those of its rows to take; all of them at first, fewer where a failed shard is cut in two.
    """

    output: str
    shard: Shard
    todo_url: str
    article_ids: tuple[str, ...]
    n_words: int
    model: str
    actors: str | None
    lexicon: str | None = None


@dataclass(frozen=True, slots=True)
class AnnotateResult:
    """Where the rows of a shard are, and how many articles and words went in."""

    url: str
    n_articles: int
    n_words: int


def annotate_shard(job: AnnotateJob) -> AnnotateResult:
    """Annotate one shard and stage its rows; a shard that is already done is left as it is."""
    store = open_store(job.output)
    if read_done(store, job.shard) is None:
        rows = _annotate(store, job)
        for name in ANNOTATION_TABLES:
            table = staged_table(name)
            frame = pl.DataFrame(rows[name], schema=polars_schema(table))
            write_staged(store, job.shard.url, table, frame)
        write_done(store, job.shard, {"n_articles": len(job.article_ids), "n_words": job.n_words})
    return AnnotateResult(job.shard.url, len(job.article_ids), job.n_words)


def _annotate(store: Store, job: AnnotateJob) -> Rows:
    todo = read_frame(store, job.todo_url, "todo").filter(pl.col("article_id").is_in(list(job.article_ids)))
    nlp = load_pipeline(job.model, job.actors, job.lexicon)
    items = [
        (
            row["text"],
            ArticleContext(row["article_id"], row["title"], row["published_at"], row["source"], row["genre"]),
        )
        for row in todo.iter_rows(named=True)
    ]
    gathered: Rows = {name: [] for name in ANNOTATION_TABLES}
    for doc in annotate_texts(nlp, items):
        for name, rows in doc_rows(doc).items():
            gathered[name].extend(rows)
    return gathered


@task(name="annotate", cache_policy=NO_CACHE, persist_result=False, task_run_name="annotate-{job.shard.key}")
def annotate(job: AnnotateJob) -> AnnotateResult:
    """Annotate one shard, as a Prefect task."""
    return annotate_shard(job)
