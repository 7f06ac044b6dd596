"""The steps of the flow: each turns settings into jobs, runs them as Prefect tasks and hands paths and counts on."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from flows.cost import reprocess_cost
from flows.job_options import discover_job, drift_limits, fingerprint_of, run_id
from flows.progress import reporter
from flows.runners import Failure, run_jobs
from flows.settings import RunConfig
from flows.summary import found_nothing
from tasks.annotate.events.encoder.coders import TIMES_AS_LONG, model_path
from tasks.errors import ContractError, DriftFound, NothingFound, RunFailed, UserError
from tasks.jobs.annotate import AnnotateJob, AnnotateResult
from tasks.jobs.annotate import annotate as annotate_task
from tasks.jobs.failures import record_failed_run
from tasks.jobs.gate import GateJob, GatePlan
from tasks.jobs.gate import gate as gate_task
from tasks.jobs.held import Taken, new_records, take
from tasks.jobs.in_hand import ArticleLimits, read_trouble, settle
from tasks.jobs.ingest import IngestJob, IngestResult, InputPlan, discover_task
from tasks.jobs.ingest import ingest as ingest_task
from tasks.jobs.merge import MergeJob, merge
from tasks.jobs.repair import WITHDRAWN, lost_lines, read_gone, repair_is_unfinished
from tasks.jobs.shards import shard
from tasks.reference.gazetteer import index_path, load_gazetteer
from tasks.store.fingerprint import Fingerprint, read_fingerprint, require_same
from tasks.store.layout import Store
from tasks.store.lock import WriterLock
from tasks.store.manifest import require_whole

LOG = logging.getLogger("dateline")


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every step of one run shares."""

    config: RunConfig
    store: Store
    lock: WriterLock
    run_id: str
    started: dt.datetime
    fingerprint: Fingerprint
    # Other languages or columns are read than before: files that are in may hold records that were refused for theirs.
    read_again: bool


@dataclass(frozen=True, slots=True)
class Annotated:
    """Finished shards, and the articles that failed, each with the reason and what was said of it."""

    results: tuple[AnnotateResult, ...]
    failed: tuple[tuple[str, str, str], ...]


def start(store: Store, config: RunConfig, started: dt.datetime, lock: WriterLock) -> RunContext:
    """Name the run and make sure that the tables were made with the same settings, model and lexicons.

    Raises
    ------
    UserError
        Where they were not, and `--reprocess` is not given; or a published file is missing or cut.
    """
    made_with, read_again = fingerprint(store, config)
    require_whole(store)
    if config.reprocess and config.annotate and read_fingerprint(store) is not None:
        LOG.info(reprocess_cost(store, (made_with.model[:2],)).line())
    return RunContext(config, store, lock, run_id(started), started, made_with, read_again)


def fingerprint(store: Store, config: RunConfig) -> tuple[Fingerprint, bool]:
    """What the tables are to be made with, and whether files that are in are to be read again.

    Raises
    ------
    UserError
        Where the tables were made otherwise, and `--reprocess` is not given.
    """
    wanted = fingerprint_of(config)
    known = read_fingerprint(store)
    require_same(store, wanted, reprocess=config.reprocess)
    if known is not None and known.config.get("clean") != config.clean:
        raise UserError(
            f"{store.name}: the texts were cleaned with --clean {known.config.get('clean')}; --reprocess annotates "
            "published texts and cannot clean them again: run into a new folder"
        )
    if known is None:
        return wanted, False
    # Records that were refused for their language, or lacked a field, may be let in now.
    return wanted, any(known.config.get(name) != wanted.config.get(name) for name in ("languages", "columns"))


def discover(context: RunContext) -> InputPlan:
    """Find the input files and cut what is new into ingest jobs."""
    return discover_task(discover_job(context.config, context.store.url, read_again=context.read_again))


def ingest(context: RunContext, inputs: InputPlan) -> Taken:
    """Read and clean what is new. A shard that fails here is a bug or a broken disk: the run stops.

    With a limit no more is read than is needed to reach it. What waits for a later run is not in what is given.

    Raises
    ------
    RunFailed
        Naming the first failure.
    """
    config, output = context.config, context.store.url
    reporter().start("reading", sum(job.n_records for job in inputs.jobs))
    results: list[IngestResult] = []
    fresh: set[tuple[str, str]] = set()
    for jobs in _batches(config, inputs.jobs):
        done = _read_shards(context, jobs)
        results.extend(done)
        if config.limit is not None:
            fresh |= new_records(output, done, config.since)
            if len(fresh) >= config.limit:
                break
    return take(output, inputs, results, context.run_id, config.since, config.limit)


def _batches(config: RunConfig, jobs: Sequence[IngestJob]) -> Iterator[Sequence[IngestJob]]:
    """All jobs at once, or with a limit as many as there are workers."""
    size = max(len(jobs), 1) if config.limit is None else config.worker_count
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]


def _read_shards(context: RunContext, jobs: Sequence[IngestJob]) -> list[IngestResult]:
    results, failures = run_jobs(
        context.config,
        ingest_task,
        jobs,
        check=context.lock.check,
        on_done=lambda job, result: reporter().advance(job.n_records, result.n_words),
    )
    if failures:
        first = failures[0]
        raise RunFailed(f"{len(failures)} ingest shards failed, first {first.job.slices[0].origin}: {first.message}")
    return [result for _, result in results]


def gate(context: RunContext, inputs: InputPlan, staged: Taken) -> GatePlan:
    """Decide what is new, what is a copy and what to annotate."""
    config, fingerprint = context.config, context.fingerprint
    return gate_task(
        GateJob(
            output=context.store.url,
            run_id=context.run_id,
            ingest_urls=tuple(result.url for result in staged.results),
            changed=staged.inputs.changed if config.replace_by_origin else (),
            withdraw=config.withdraw,
            dedup=config.dedup == "on",
            annotate=config.annotate,
            reprocess=config.reprocess,
            model=config.model,
            model_key="/".join((fingerprint.model, fingerprint.lexicons_sha256, fingerprint.config_sha256)),
            model_languages=(fingerprint.model[:2],),
            actors=config.actors,
            lexicon=config.lexicon,
            coder=config.coder,
            words_per_shard=config.words_per_shard,
        )
    )


def annotate(context: RunContext, plan: GatePlan) -> Annotated:
    """Annotate the work list. A shard that fails is cut in two until the articles that fail stand alone.

    An article with which workers die is found by the worker's own notes and given up alone.

    Raises
    ------
    RunFailed
        As soon as more articles are sure to fail than `max_failed_articles` and `max_failed_share` allow.
    """
    config = context.config
    if plan.jobs and not index_path().exists():
        # Once here rather than in every worker at the same time.
        LOG.info("building the index of place names, once (about 15 s)")
        load_gazetteer()
    if plan.jobs:
        model_path(config.coder, partial(reporter().step, f"building the {config.coder} coder"))
    reporter().start("annotating", plan.n_articles)
    limits = (
        ArticleLimits(context.run_id, config.article_seconds * TIMES_AS_LONG[config.coder], config.article_bytes)
        if config.runner != "inline"
        else None
    )
    done: list[AnnotateResult] = []
    failed: dict[str, tuple[str, str]] = {}
    jobs: list[AnnotateJob] = [replace(job, limits=limits) for job in plan.jobs]

    def on_done(job: AnnotateJob, result: AnnotateResult) -> None:
        _add_refused(failed, result.refused)
        reporter().advance(result.n_articles, result.n_words, failures=len(result.refused))
        # At once, not at the end of the round: an article that is given up may have cost minutes.
        _check_share(config, plan, failed, ())

    def after_death(job: AnnotateJob) -> bool:
        return limits is not None and settle(context.store, job.shard, limits)[1]

    while jobs:
        results, failures = run_jobs(
            config, annotate_task, jobs, config.model, context.lock.check, on_done, after_death
        )
        done.extend(result for _, result in results)
        _check_share(config, plan, failed, failures)
        jobs = []
        for failure in failures:
            job = _without_refused(context, failure.job, failed)
            if len(job.article_ids) > 1:
                jobs.extend(_halves(context, job))
            elif job.article_ids:
                failed[job.article_ids[0]] = ("failed", failure.message)
                reporter().advance(1, 0, failures=1)
    return Annotated(tuple(done), tuple((article, *told) for article, told in sorted(failed.items())))


def _add_refused(failed: dict[str, tuple[str, str]], refused: Sequence[tuple[str, str, str]]) -> None:
    failed.update({article: (reason, detail) for article, reason, detail in refused})


def _without_refused(context: RunContext, job: AnnotateJob, failed: dict[str, tuple[str, str]]) -> AnnotateJob:
    """A job that failed without the articles that its workers gave up: they need not cost as much again."""
    if job.limits is None:
        return job
    refused = read_trouble(context.store, job.shard, job.limits).refused
    failed.update(refused)
    reporter().advance(len(refused), 0, failures=len(refused))
    return replace(job, article_ids=tuple(article for article in job.article_ids if article not in refused))


def _check_share(
    config: RunConfig, plan: GatePlan, failed: dict[str, tuple[str, str]], failures: Sequence[Failure]
) -> None:
    """Every shard that failed holds at least one article that fails."""
    fresh = [failure for failure in failures if not set(failure.job.article_ids) <= set(plan.retried)]
    sure = len(failed.keys() - set(plan.retried)) + len(fresh)
    share = sure / max(plan.n_articles - len(plan.retried), 1)
    if sure > config.max_failed_articles and share > config.max_failed_share:
        raise RunFailed(
            f"at least {sure} of {plan.n_articles} articles cannot be annotated (max_failed_articles is "
            f"{config.max_failed_articles}, max_failed_share {config.max_failed_share:.0%}); "
            f"first: {fresh[0].message if fresh else next(detail for _, detail in failed.values())}"
        )


def _halves(context: RunContext, job: AnnotateJob) -> list[AnnotateJob]:
    middle = len(job.article_ids) // 2
    parts = (job.article_ids[:middle], job.article_ids[middle:])
    return [
        replace(
            job,
            shard=shard(context.store, "annotate", job.shard.key, *ids),
            article_ids=ids,
            n_words=job.n_words * len(ids) // len(job.article_ids),
        )
        for ids in parts
    ]


def _reason(config: RunConfig, rebuild: bool) -> str:
    """Why rows change in this run, as `changes` tells it."""
    if config.withdraw:
        return WITHDRAWN
    if rebuild:
        return "repaired"
    return "all texts annotated again" if config.reprocess else "new inputs"


def merge_and_publish(
    context: RunContext,
    inputs: InputPlan,
    staged: Taken,
    plan: GatePlan,
    annotated: Annotated,
) -> dict[str, Any]:
    """Merge the shards with what is published, publish, and give the run's row and the tables' sizes.

    Besides them, in `lost`, what a repair took out and the run could not make anew, in sentences; in `waiting`: how
    many files are still being written, how many changed while they were read, and how many records are left for a later
    run.
    """
    reporter().start("merging", plan.n_articles)
    rebuild, gone = repair_is_unfinished(context.store), read_gone(context.store)
    summary = merge(
        MergeJob(
            output=context.store.url,
            run_id=context.run_id,
            started_at=context.started,
            fingerprint=context.fingerprint,
            inputs=staged.inputs,
            staged=staged.results,
            plan=plan,
            annotated_urls=tuple(result.url for result in annotated.results),
            annotated_words=sum(result.n_words for result in annotated.results),
            failed=annotated.failed,
            replaced=staged.inputs.changed if context.config.replace_by_origin else (),
            withdraw=context.config.withdraw,
            reason=_reason(context.config, rebuild),
            rebuild=rebuild,
            read_again=context.read_again,
            drift=drift_limits(context.config),
        ),
        context.lock.held,
    )
    reporter().stop()
    lost = lost_lines(context.store, gone)
    for line in lost:
        LOG.warning(line)
    waiting = {"being_written": len(inputs.waiting), "changed": len(staged.changed), "records_left": staged.n_left}
    return summary | {"waiting": waiting, "lost": lost}


def record_failure(context: RunContext, message: str) -> None:
    """Let a run that failed leave its row in `runs`; where it cannot, the first error is the one to be told."""
    try:
        record_failed_run(
            context.store, context.run_id, context.started, context.fingerprint, message, context.lock.held
        )
    except (UserError, ContractError, OSError, pl.exceptions.PolarsError) as error:
        LOG.debug("the failed run left no row in runs: %s", error)


def require_no_drift(config: RunConfig, summary: dict[str, Any]) -> None:
    """See that a run does not differ from the days before it where it is told to fail then.

    Raises
    ------
    DriftFound
        With the first difference, and how many there are.
    """
    if config.fail_on_drift and summary["drift"]:
        more = f" (and {len(summary['drift']) - 1} more)" if len(summary["drift"]) > 1 else ""
        raise DriftFound(f"drift: {summary['drift'][0]}{more}", summary)


def require_articles(config: RunConfig, summary: dict[str, Any]) -> None:
    """See that a run found an article where it is told to fail without.

    Raises
    ------
    NothingFound
        Naming the inputs.
    """
    if config.fail_on_empty and not config.withdraw and found_nothing(summary):
        raise NothingFound(f"no articles found in {', '.join(config.inputs)}", summary)


__all__ = ["Annotated", "RunContext", "annotate", "discover", "gate", "ingest", "merge_and_publish", "start"]
