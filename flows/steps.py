"""The steps of the flow: each turns settings into jobs, runs them as Prefect tasks and hands paths and counts on."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import logging
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.progress import reporter
from flows.runners import Failure, run_jobs
from flows.settings import RunConfig
from tasks.annotate.pipeline import model_version
from tasks.clean.article import CleanOptions
from tasks.clean.boilerplate import check_rules
from tasks.contract.tables import SCHEMA_VERSION
from tasks.errors import RunFailed, UserError
from tasks.ingest.limits import Limits
from tasks.jobs.annotate import AnnotateJob, AnnotateResult
from tasks.jobs.annotate import annotate as annotate_task
from tasks.jobs.gate import GateJob, GatePlan
from tasks.jobs.gate import gate as gate_task
from tasks.jobs.in_hand import ArticleLimits, read_trouble, settle
from tasks.jobs.ingest import DiscoverJob, IngestResult, InputPlan, discover_task
from tasks.jobs.ingest import ingest as ingest_task
from tasks.jobs.merge import MergeJob, merge
from tasks.jobs.shards import shard
from tasks.reference.gazetteer import index_path, load_gazetteer
from tasks.store.fingerprint import Fingerprint, lexicons_sha256, read_fingerprint, require_same
from tasks.store.layout import Store
from tasks.store.lock import WriterLock

LOG = logging.getLogger("dateline")
NO_MODEL = "none"


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every step of one run shares."""

    config: RunConfig
    store: Store
    lock: WriterLock
    run_id: str
    started: dt.datetime
    fingerprint: Fingerprint
    # Other languages are let in than before: files that are in may hold records that were refused for theirs.
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
        Where they were not, and `--reprocess` is not given.
    """
    fingerprint = Fingerprint(
        schema_version=SCHEMA_VERSION,
        code_version=importlib.metadata.version("dateline"),
        model=model_version(config.model) if config.annotate else NO_MODEL,
        lexicons_sha256=lexicons_sha256(),
        config_sha256=config.config_sha256(),
        config=config.shaping(),
    )
    known = read_fingerprint(store)
    require_same(store, fingerprint, reprocess=config.reprocess)
    if known is not None and known.config.get("clean") != config.clean:
        raise UserError(
            f"{store.name}: the texts were cleaned with --clean {known.config.get('clean')}; --reprocess annotates "
            "published texts and cannot clean them again: run into a new folder"
        )
    read_again = known is not None and known.config.get("languages") != list(config.languages)
    return RunContext(config, store, lock, f"run-{started:%Y%m%dT%H%M%S%f}", started, fingerprint, read_again)


def clean_options(config: RunConfig) -> CleanOptions:
    """The settings of cleaning.

    Raises
    ------
    UserError
        Where the file of boilerplate rules cannot be read or is none.
    """
    rules = None
    if config.boilerplate is not None:
        try:
            rules = Path(config.boilerplate).read_text("utf-8")
            check_rules(rules)
        except OSError as error:
            raise UserError(f"--boilerplate {config.boilerplate}: {error.strerror}; give a TOML file") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, re.error) as error:
            raise UserError(f"--boilerplate {config.boilerplate}: not a file of rules ({error})") from error
    return CleanOptions(
        mode=config.clean, languages=config.languages, page_seconds=config.page_seconds, extra_rules=rules
    )


def discover(context: RunContext) -> InputPlan:
    """Find the input files and cut what is new into ingest jobs."""
    config = context.config
    return discover_task(
        DiscoverJob(
            output=context.store.url,
            inputs=config.inputs,
            options=clean_options(config),
            limits=Limits(
                max_record_bytes=config.max_record_bytes,
                max_unpacked_bytes=config.max_unpacked_bytes,
                max_document_bytes=config.max_document_bytes,
                columns=tuple(sorted(config.columns.items())),
            ),
            records_per_shard=config.records_per_shard,
            read_again=context.read_again,
        )
    )


def ingest(context: RunContext, inputs: InputPlan) -> tuple[IngestResult, ...]:
    """Read and clean what is new. A shard that fails here is a bug or a broken disk: the run stops.

    Raises
    ------
    RunFailed
        Naming the first failure.
    """
    reporter().start("reading", sum(job.n_records for job in inputs.jobs))
    results, failures = run_jobs(
        context.config,
        ingest_task,
        inputs.jobs,
        on_done=lambda job, result: reporter().advance(job.n_records, result.n_words),
    )
    if failures:
        first = failures[0]
        raise RunFailed(f"{len(failures)} ingest shards failed, first {first.job.slices[0].origin}: {first.message}")
    return tuple(result for _, result in results)


def gate(context: RunContext, inputs: InputPlan, staged: Sequence[IngestResult]) -> GatePlan:
    """Decide what is new, what is a copy and what to annotate."""
    config, fingerprint = context.config, context.fingerprint
    return gate_task(
        GateJob(
            output=context.store.url,
            run_id=context.run_id,
            ingest_urls=tuple(result.url for result in staged),
            changed=inputs.changed if config.replace_by_origin else (),
            withdraw=config.withdraw,
            dedup=config.dedup == "on",
            annotate=config.annotate,
            reprocess=config.reprocess,
            model=config.model,
            model_key="/".join((fingerprint.model, fingerprint.lexicons_sha256, fingerprint.config_sha256)),
            model_languages=(fingerprint.model[:2],),
            actors=config.actors,
            lexicon=config.lexicon,
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
    reporter().start("annotating", plan.n_articles)
    limits = (
        ArticleLimits(context.run_id, config.article_seconds, config.article_bytes)
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
        results, failures = run_jobs(config, annotate_task, jobs, config.model, on_done, after_death)
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


def _reason(config: RunConfig) -> str:
    """Why rows change in this run, as `changes` tells it."""
    if config.withdraw:
        return "articles withdrawn"
    return "all texts annotated again" if config.reprocess else "new inputs"


def merge_and_publish(
    context: RunContext,
    inputs: InputPlan,
    staged: Sequence[IngestResult],
    plan: GatePlan,
    annotated: Annotated,
) -> dict[str, Any]:
    """Merge the shards with what is published, publish, and give the run's row and the tables' sizes."""
    reporter().start("merging", plan.n_articles)
    summary = merge(
        MergeJob(
            output=context.store.url,
            run_id=context.run_id,
            started_at=context.started,
            fingerprint=context.fingerprint,
            inputs=inputs,
            staged=tuple(staged),
            plan=plan,
            annotated_urls=tuple(result.url for result in annotated.results),
            annotated_words=sum(result.n_words for result in annotated.results),
            failed=annotated.failed,
            replaced=inputs.changed if context.config.replace_by_origin else (),
            withdraw=context.config.withdraw,
            reason=_reason(context.config),
        ),
        context.lock.check,
    )
    reporter().stop()
    return summary


__all__ = ["Annotated", "RunContext", "annotate", "discover", "gate", "ingest", "merge_and_publish", "start"]
