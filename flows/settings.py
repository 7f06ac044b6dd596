"""Every knob of a run, once: its name, default and meaning. Defaults < config file < environment < command line."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo

from tasks.errors import UserError

ENVIRONMENT_PREFIX = "DATELINE_"
SHAPES_TABLES = "shapes_tables"
SHAPES: dict[str, Any] = {SHAPES_TABLES: True}


class RunConfig(BaseModel):
    """What a run does, with what, and where.

    Fields marked `shapes_tables` decide what the cells say; they enter the fingerprint under `_meta/`. The others
    decide only where and how fast.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: tuple[str, ...] = Field((), description="Files, folders or globs to read.")
    output: str = Field("output", description="Folder (or URL) of the tables.")

    clean: Literal["auto", "none"] = Field(
        "auto",
        description="auto: repair and clean; none: keep a given text letter for letter.",
        json_schema_extra=SHAPES,
    )
    dedup: Literal["on", "off"] = Field(
        "on", description="Find copies before annotation; off treats every article as unique.", json_schema_extra=SHAPES
    )
    languages: tuple[str, ...] = Field(
        ("en",), description="ISO 639-1 codes let in, or `all`; others become rejects.", json_schema_extra=SHAPES
    )
    annotate: bool = Field(True, description="False stops after cleaning.", json_schema_extra=SHAPES)
    model: str = Field("en_core_web_md", description="Installed spaCy model, by name.", json_schema_extra=SHAPES)
    coder: Literal["small", "frames", "large"] = Field(
        "small",
        description="Who codes events: small or large (frames and a learned encoder; large needs the extra `large`), "
        "frames (lexicon and typer alone).",
        json_schema_extra=SHAPES,
    )
    actors: str | None = Field(None, description="Authority file of actors (CSV or Parquet).", json_schema_extra=SHAPES)

    lexicon: str | None = Field(
        None,
        description="Frames file (TSV as in tasks/data/events) that adds to the event lexicon; an id it has too wins.",
        json_schema_extra=SHAPES,
    )
    boilerplate: str | None = Field(
        None,
        description="File of boilerplate rules besides the shipped ones, as `dateline boilerplate --mine` writes it.",
        json_schema_extra=SHAPES,
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description='Names of columns in CSV, Parquet and JSON files, by field: text = "rumpf".',
        json_schema_extra=SHAPES,
    )

    since: dt.date | None = Field(
        None,
        description="Articles published before this day (YYYY-MM-DD) wait for a run without it; undated ones do not.",
    )
    limit: int | None = Field(
        None, ge=1, description="So many new records are taken at most; the others wait for the next run."
    )
    settle_seconds: float = Field(
        2.0,
        ge=0,
        le=3600,
        description="A new file changed less than this ago is looked at once more after it; where it moved it waits.",
    )
    drift_days: int = Field(30, ge=7, description="Days of publication that a run is held against.")
    drift_fewest: int = Field(20, ge=1, description="Records of a source that a run must have to be compared.")
    drift_rise: float = Field(0.25, ge=0, le=1, description="Rise of the share of rejects or copies that is told.")
    drift_ratio: float = Field(2.0, ge=1, description="So many times more, or fewer, events an article are told.")
    drift_sigmas: float = Field(4.0, ge=0, description="Standard errors that a difference must lie away besides.")
    fail_on_drift: bool = Field(
        False, description="A run that differs from the days before it ends with exit code 4; its tables are published."
    )
    fail_on_empty: bool = Field(
        False, description="True fails a run (exit code 3) that found no article in its inputs."
    )

    reprocess: bool = Field(False, description="Annotate all published texts again.")
    replace_by_origin: bool = Field(
        False, description="An input file whose content changed replaces the articles it gave before."
    )
    withdraw: tuple[str, ...] = Field((), description="Article ids to take out for good.")

    workers: int = Field(0, ge=0, le=256, description="Worker processes; 0 means one per core.")
    runner: Literal["local", "dask", "ray", "inline"] = Field(
        "local", description="Where tasks run; inline: in the run's own process, without the limits of an article."
    )
    runner_address: str | None = Field(
        None, description="Address of a running Dask scheduler or Ray cluster; None starts a local one."
    )
    records_per_shard: int = Field(2000, ge=1, description="Records that one ingest task reads.")
    words_per_shard: int = Field(40_000, ge=1, description="Words that one annotate task parses (10 to 30 s).")
    max_failed_articles: int = Field(
        3, ge=0, description="So many articles may fail whatever their share; those that failed before do not count."
    )
    max_failed_share: float = Field(
        0.05, ge=0, le=1, description="Share of articles whose annotation may fail before the run fails."
    )
    article_seconds: float = Field(
        120.0,
        gt=0,
        description="CPU time that annotating one article may take, ten times that with large; else a reject.",
    )
    article_bytes: int = Field(
        4_000_000_000, ge=1, description="Memory that annotating one article may add to a worker, as article_seconds."
    )
    max_unpacked_bytes: int = Field(50_000_000_000, ge=1, description="Reading a packed file stops there.")
    max_record_bytes: int = Field(20_000_000, ge=1, description="A larger record is a reject.")
    max_document_bytes: int = Field(100_000_000, ge=1, description="A larger feed or export is a reject.")
    max_piped_bytes: int = Field(10_000_000_000, ge=1, description="No more than this is taken from standard input.")
    page_seconds: float = Field(30.0, gt=0, description="Time limit for reading one HTML page.")
    lock_stale_seconds: float = Field(300.0, gt=0, description="A writer silent for longer than this is dead.")
    log_file: str | None = Field(None, description="File that the progress and the end of each run are added to.")
    state: str = Field(".dateline", description="Folder of Prefect's local state.")
    on_failure: str | None = Field(
        None, description="Shell command, or http(s) address for a POST, that is told of each failed run as JSON."
    )

    @field_validator("languages", mode="before")
    @classmethod
    def _split_languages(cls, value: object) -> object:
        if isinstance(value, str):
            value = [part.strip().lower() for part in value.split(",") if part.strip()]
        return value

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [code for code in value if code != "all" and not (len(code) == 2 and code.isalpha())]
        if wrong or not value:
            raise ValueError(
                f"languages take ISO 639-1 codes such as en,de or all, not {', '.join(wrong) or 'nothing'}"
            )
        return tuple(sorted(set(value)))

    @property
    def worker_count(self) -> int:
        """How many workers a local run uses."""
        return self.workers or os.cpu_count() or 1

    def shaping(self) -> dict[str, Any]:
        """The settings that shape the tables, files by their content's digest."""
        marked = {name: getattr(self, name) for name, field in RunConfig.model_fields.items() if _shapes_tables(field)}
        for name, kind in (("actors", "CSV or Parquet"), ("lexicon", "TSV"), ("boilerplate", "TOML")):
            if marked[name]:
                path = Path(marked[name])
                if not path.is_file():
                    raise UserError(f"--{name} {path}: no such file; give the path of a {kind} file")
                marked[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        return json.loads(json.dumps(marked))  # type: ignore[no-any-return]

    def config_sha256(self) -> str:
        """Digest of the settings that shape the tables."""
        return hashlib.sha256(json.dumps(self.shaping(), sort_keys=True).encode()).hexdigest()


def _shapes_tables(field: FieldInfo) -> bool:
    """Whether a field is marked as one that decides what the cells say; what else may be noted of it does not."""
    return isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get(SHAPES_TABLES) is True


def load_config(config_file: str | None = None, **command_line: Any) -> RunConfig:
    """Fill a RunConfig from defaults, a TOML file, `DATELINE_…` variables and the command line, in rising order.

    Parameters
    ----------
    config_file
        TOML file whose keys are field names.
    **command_line
        Values given by the user now; None means not given.

    Raises
    ------
    UserError
        For an unreadable file, an unknown key or a value that does not fit, naming where it came from.
    """
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}

    def take(items: dict[str, Any], source: str) -> None:
        for name, value in items.items():
            values[name] = value
            sources[name] = source

    if config_file is not None:
        take(_read_toml(config_file), config_file)
    for name in RunConfig.model_fields:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in os.environ:
            text = os.environ[variable]
            listed = name in ("inputs", "withdraw")
            take({name: tuple(text.split(os.pathsep)) if listed else text}, f"variable {variable}")
    take({name: value for name, value in command_line.items() if value is not None}, "command line")
    try:
        return RunConfig(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(RunConfig.model_fields))
            raise UserError(f"{sources.get(name, 'config')}: unknown setting {name!r}; settings are {known}") from error
        message = str(first["msg"]).removeprefix("Value error, ")
        raise UserError(f"{sources.get(name, 'config')}: {name} = {values.get(name)!r}: {message}") from error


def _read_toml(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UserError(f"--config {path}: {error.strerror}; give the path of a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"--config {path}: not valid TOML ({error})") from error
