"""What a run's settings mean for its jobs: what tables are made with, how texts are cleaned, where drift begins."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

from flows.settings import RunConfig
from tasks import __version__
from tasks.aggregate.drift import DriftLimits
from tasks.annotate.pipeline import model_version
from tasks.clean.article import CleanOptions
from tasks.clean.boilerplate import check_rules
from tasks.contract.tables import SCHEMA_VERSION
from tasks.errors import UserError
from tasks.ingest.limits import Limits
from tasks.jobs.ingest import DiscoverJob
from tasks.store.fingerprint import Fingerprint, lexicons_sha256

NO_MODEL = "none"


def run_id(started: dt.datetime) -> str:
    """The id of a run by the moment it began."""
    return f"run-{started:%Y%m%dT%H%M%S%f}"


def fingerprint_of(config: RunConfig) -> Fingerprint:
    """What a run with these settings makes tables with."""
    return Fingerprint(
        schema_version=SCHEMA_VERSION,
        code_version=__version__,
        model=model_version(config.model) if config.annotate else NO_MODEL,
        lexicons_sha256=lexicons_sha256(),
        config_sha256=config.config_sha256(),
        config=config.shaping(),
    )


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


def discover_job(config: RunConfig, output: str, *, read_again: bool) -> DiscoverJob:
    """What discovery is asked under some settings."""
    return DiscoverJob(
        output=output,
        inputs=config.inputs,
        options=clean_options(config),
        limits=Limits(
            max_record_bytes=config.max_record_bytes,
            max_unpacked_bytes=config.max_unpacked_bytes,
            max_document_bytes=config.max_document_bytes,
            columns=tuple(sorted(config.columns.items())),
        ),
        records_per_shard=config.records_per_shard,
        read_again=read_again,
        settle_seconds=config.settle_seconds,
        max_piped_bytes=config.max_piped_bytes,
    )


def drift_limits(config: RunConfig) -> DriftLimits:
    """From where on a difference from the days before is told."""
    return DriftLimits(
        config.drift_days, config.drift_fewest, config.drift_rise, config.drift_ratio, config.drift_sigmas
    )
