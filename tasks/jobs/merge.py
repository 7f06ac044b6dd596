"""The merge step: staged shards and published tables become the new tables, published in one change."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.aggregate.daily import build_daily
from tasks.aggregate.drift import DriftLimits
from tasks.aggregate.stories.assign import assign_stories, build_stories
from tasks.aggregate.stories.features import LEAD_CHARACTERS
from tasks.contract.metadata import REPAIR
from tasks.contract.tables import TABLES
from tasks.errors import ContractError, RunFailed
from tasks.jobs.bookkeeping import put_inputs, put_rejects
from tasks.jobs.changes import run_changes
from tasks.jobs.drift import run_drift
from tasks.jobs.failures import drop_kept_failures, kept_failures
from tasks.jobs.gate import GatePlan
from tasks.jobs.ingest import IngestResult, InputPlan
from tasks.jobs.merge_events import put_events
from tasks.jobs.partitions import months_of, put_by_month, replace_articles
from tasks.jobs.run_rows import numbered, run_row
from tasks.jobs.shards import Shard, read_done, read_frame, scan_staged
from tasks.jobs.staged import INCOMING, SENTENCES
from tasks.store.fingerprint import FINGERPRINT, Fingerprint, fingerprint_bytes
from tasks.store.journal import Hold
from tasks.store.layout import Store, month_expression, open_store, scan, scan_files
from tasks.store.publish import Publication
from tasks.store.storage import join
from tasks.store.tombstones import read_tombstones, with_tombstones

NO_OTHER_LIMITS = DriftLimits()
# Filled by annotation alone, one row an article's own: other articles change nothing in them.
OF_ARTICLES = ("mentions", "quotes", "role_evidence", "entity_evidence", "event_contexts")


@dataclass(frozen=True, slots=True)
class MergeJob:
    """What a run brings to the merge: where its shards are, and what it counted.

    `rebuild` makes every table that the merge fills anew, whatever came in: the end of a repair. `read_again`: files
    that are in were read once more, for they may hold what was refused before.
    """

    output: str
    run_id: str
    started_at: dt.datetime
    fingerprint: Fingerprint
    inputs: InputPlan
    staged: tuple[IngestResult, ...]
    plan: GatePlan
    annotated_urls: tuple[str, ...]
    annotated_words: int
    failed: tuple[tuple[str, str, str], ...]
    replaced: tuple[str, ...]
    withdraw: tuple[str, ...]
    reason: str = "new inputs"
    rebuild: bool = False
    read_again: bool = False
    drift: DriftLimits = NO_OTHER_LIMITS


@dataclass(frozen=True, slots=True)
class Changed:
    """Which articles a run touches: `gone` lose their annotated rows; `months` hold rows that go or come."""

    articles: pl.DataFrame
    gone: pl.DataFrame
    months: set[str]


def merge_run(job: MergeJob, hold: Hold) -> dict[str, Any]:
    """Build the new partitions, verify and publish them.

    Parameters
    ----------
    hold
        `WriterLock.held`: nothing becomes visible where the lock was lost.

    Returns
    -------
    dict
        `run`: this run's row of `runs`; `tables`: rows per table; `notes`: of how many records something is to be
        told that no column has, such as that a feed gave only a summary; `rejects`: their rows by reason;
        `not_annotated`: articles of this run that could not be annotated, by reason; `drift`: where the run differs
        from the days before it, in sentences.
    """
    store = open_store(job.output)
    publication = Publication(store, job.run_id, hold)
    _require_finished(store, job)
    changed = _changed(store, job)
    # Inputs that are all in already change nothing: only the run itself is recorded.
    if changed.months or job.staged or job.withdraw or job.rebuild or job.read_again:
        _put_tables(store, publication, job, changed)
        changes = run_changes(store, publication, job.run_id, job.started_at, job.reason)
        publication.put("changes", None, pl.concat([scan(store, "changes").collect(), changes]))
    publication.put_meta(FINGERPRINT, fingerprint_bytes(job.fingerprint))
    publication.drop_meta(REPAIR)
    earlier = scan(store, "runs").collect()
    drift = run_drift(store, publication, job.run_id, job.started_at, job.drift)
    counts = _counts(publication, job)
    run = run_row(
        job.run_id,
        job.started_at,
        job.fingerprint,
        counts,
        inputs_sha256=job.inputs.inputs_sha256,
        drift=drift,
        words=job.annotated_words,
    )
    publication.put("runs", None, numbered(earlier, kept_failures(store), run))
    rows = {name: publication.scan(name).select(pl.len()).collect().item() for name in TABLES}
    reasons = _reasons(publication)
    publication.commit()
    drop_kept_failures(store, hold)
    notes: Counter[str] = Counter()
    for result in job.staged:
        notes.update(dict(result.notes))
    return {
        "run": counts | {"seconds": run["seconds"].item()},
        "tables": rows,
        "notes": dict(sorted(notes.items())),
        "rejects": reasons,
        "drift": drift,
        "not_annotated": dict(Counter(reason for _, reason, _ in job.failed).most_common()),
    }


def _require_finished(store: Store, job: MergeJob) -> None:
    """See that annotated shards are as they were finished: a run that was taken over may have written there since.

    Raises
    ------
    RunFailed
        One is not.
    """
    failed = {article_id for article_id, *_ in job.failed}
    for url in job.annotated_urls:
        done = read_done(store, Shard("", url))
        if done is None or not {article_id for article_id, *_ in done.get("refused", ())} <= failed:
            raise RunFailed(f"{store.name}: another run has written into the work of this one; run again")


def _put_tables(store: Store, publication: Publication, job: MergeJob, changed: Changed) -> None:
    _put_texts(store, publication, job, changed)
    for name in OF_ARTICLES:
        replace_articles(store, publication, name, changed.gone, _shard_files(job, name), changed.months)
    put_by_month(store, publication, "signatures", read_frame(store, job.plan.url, "signatures"))
    articles = _put_articles(store, publication, changed.articles)
    put_events(store, publication, changed.gone, lambda name: _shard_files(job, name), articles)
    put_rejects(store, publication, job.run_id, job.staged, job.plan, job.failed)
    put_inputs(store, publication, job.inputs, job.staged, job.plan, job.replaced, read_again=job.read_again)
    publication.put("superseded", None, read_frame(store, job.plan.url, "superseded"))
    publication.put("tombstones", None, with_tombstones(read_tombstones(store), job.withdraw))
    _put_daily(publication)


def _shard_files(job: MergeJob, name: str) -> list[str]:
    return [join(url, f"{name}.parquet") for url in job.annotated_urls]


def _changed(store: Store, job: MergeJob) -> Changed:
    """The articles as they will be, and where rows change. What failed stays in, not annotated."""
    articles = read_frame(store, job.plan.url, "articles")
    failed = [article_id for article_id, *_ in job.failed]
    todo = read_frame(store, job.plan.url, "todo_ids").filter(~pl.col("article_id").is_in(failed))
    articles = articles.with_columns(
        annotated=pl.col("annotated") | pl.col("article_id").is_in(todo["article_id"].implode())
    )
    stale = read_frame(store, job.plan.url, "stale")
    touched = pl.concat([stale, todo, read_frame(store, job.plan.url, "incoming_ids").select("article_id")]).unique()
    before = scan(store, "articles", ["article_id", "pub_date"]).join(touched.lazy(), on="article_id", how="semi")
    after = articles.join(touched, on="article_id", how="semi")
    return Changed(articles, pl.concat([stale, todo]).unique(), months_of(before.collect()) | months_of(after))


def _put_texts(store: Store, publication: Publication, job: MergeJob, changed: Changed) -> None:
    """Texts of new and replaced articles; sentence starts only where the annotation stands."""
    incoming_ids = read_frame(store, job.plan.url, "incoming_ids")
    incoming = scan_staged(store, [result.url for result in job.staged], INCOMING)
    # A number a sentence: those of all shards are small beside the texts of one month.
    sentences = scan_files(store, SENTENCES, _shard_files(job, "sentences")).collect()
    days = changed.articles.select("article_id", "pub_date", "annotated").with_columns(month_expression())
    for month in sorted(changed.months):
        here = days.filter(pl.col("month") == month)
        new = (
            incoming.join(incoming_ids.lazy(), on=["article_id", "text_sha256", "origin"], how="semi")
            .select("article_id", "text")
            .join(here.lazy(), on="article_id", how="semi")
            .collect()
            .unique("article_id", keep="any")
        )
        kept = (
            scan(store, "texts", months=[month])
            .join(incoming_ids.lazy(), on="article_id", how="anti")
            .join(here.lazy(), on="article_id", how="semi")
            .collect()
        )
        # An article that came again word for word keeps its annotation, and so its sentences.
        known = (
            scan(store, "texts", ["article_id", "sent_starts"], [month])
            .join(changed.gone.lazy(), on="article_id", how="anti")
            .collect()
        )
        both = pl.concat([kept, new.join(known, on="article_id", how="left")])
        starts = (
            both.join(sentences, on="article_id", how="left", suffix="_new")
            .join(here.select("article_id", "annotated"), on="article_id", how="left")
            .with_columns(
                sent_starts=pl.when("annotated").then(pl.coalesce("sent_starts_new", "sent_starts")).otherwise(None)
            )
        )
        publication.put("texts", month, starts.select("article_id", "text", "sent_starts"))


def _put_articles(store: Store, publication: Publication, articles: pl.DataFrame) -> pl.DataFrame:
    evidence = publication.scan("entity_evidence", ["article_id", "entity_id", "name", "n"]).collect()
    start = pl.col("text").str.slice(0, LEAD_CHARACTERS)
    leads = publication.scan("texts", ["article_id", "text"]).select("article_id", start).collect()
    told = assign_stories(articles, evidence, leads)
    put_by_month(store, publication, "articles", told)
    publication.put("stories", None, build_stories(told))
    return told


def _put_daily(publication: Publication) -> None:
    """The daily tables are GROUP BYs of the tables as they will be."""
    for name, frame in build_daily(lambda name: publication.scan(name)).items():
        publication.put(name, None, frame)


def _counts(publication: Publication, job: MergeJob) -> dict[str, int]:
    plan, inputs = job.plan, job.inputs
    read_rejects = sum(rejects for result in job.staged for *_, rejects, _ in result.files)
    todo = {article_id for article_id, *_ in job.failed}
    fresh_failed = _new_among(job, todo)
    n_rejects = inputs.known_rejects + read_rejects + plan.n_withdrawn + plan.n_repeated + fresh_failed
    n_unchanged = inputs.known_records - inputs.known_rejects + plan.n_unchanged
    n_new = plan.n_new - fresh_failed
    # Counted where the records were read, not added up from what became of them: a lost record shows here.
    n_inputs = inputs.known_records + sum(records for result in job.staged for _, _, records, *_ in result.files)
    if n_inputs != n_new + n_unchanged + plan.n_superseded + n_rejects:
        raise ContractError(
            f"records do not reconcile: {n_inputs} in, {n_new} new, {n_unchanged} unchanged, "
            f"{plan.n_superseded} superseded, {n_rejects} rejected"
        )
    return {
        "n_inputs": n_inputs,
        "n_new": n_new,
        "n_unchanged": n_unchanged,
        "n_superseded": plan.n_superseded,
        "n_rejects": n_rejects,
        "n_duplicates": plan.n_duplicates,
        "n_mentions": _rows(publication, "mentions"),
        "n_events": _rows(publication, "events"),
    }


def _new_among(job: MergeJob, failed: set[str]) -> int:
    """How many of the failed articles were not there before: their records count as rejects, not as new."""
    store = open_store(job.output)
    known = set(scan(store, "articles", ["article_id"]).collect()["article_id"])
    incoming = set(read_frame(store, job.plan.url, "incoming_ids")["article_id"])
    return len((failed & incoming) - known)


def _reasons(publication: Publication) -> dict[str, int]:
    """Rejects by reason, the most frequent first."""
    counts = publication.scan("rejects", ["reason"]).group_by("reason").len().collect()
    return dict(counts.sort("len", "reason", descending=[True, False]).iter_rows())


def _rows(publication: Publication, name: str) -> int:
    return int(publication.scan(name).select(pl.len()).collect().item())


@task(name="merge", cache_policy=NO_CACHE, persist_result=False)
def merge(job: MergeJob, hold: Hold) -> dict[str, Any]:
    """Merge and publish, as a Prefect task; runs where the lock is held."""
    return merge_run(job, hold)
