"""Fixtures that every test may use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

ROOT = Path(__file__).resolve().parent.parent
SEED = "000_d4ff3d725e338e5f.txt"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The whole annotation pipeline, loaded once."""
    from tasks.annotate.pipeline import load_pipeline

    return load_pipeline()


@pytest.fixture(scope="session")
def annotate(nlp: Language) -> Callable[..., Doc]:
    """Annotate one text: `annotate(text, title=None, published_at=None, source=None)`."""
    from tasks.annotate.layers import ArticleContext
    from tasks.annotate.pipeline import annotate_texts

    def run(
        text: str,
        title: str | None = None,
        published_at: dt.datetime | dt.date | None = None,
        source: str | None = None,
        genre: str = "news",
    ) -> Doc:
        if published_at is not None and not isinstance(published_at, dt.datetime):
            published_at = dt.datetime.combine(published_at, dt.time(), tzinfo=dt.UTC)
        context = ArticleContext("0" * 16, title=title, published_at=published_at, source=source, genre=genre)
        return next(annotate_texts(nlp, [(text, context)]))

    return run


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of Prefect's state in this session."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def server(state: Path) -> Iterator[str]:
    """Address of one real local Prefect server."""
    from flows.server import temporary_server

    with temporary_server(str(state)) as address:
        yield address


@pytest.fixture(scope="session")
def run_flow(state: Path, server: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run the real flow on one real local Prefect server: `run_flow(inputs, output, **settings)`.

    Events are coded by the frames alone, unless a test names another coder: what a test of the flow is about hangs on
    no encoder, which takes a second a process to load.
    """
    from prefect.context import refresh_global_settings_context
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    from flows.news import news_to_parquet
    from flows.settings import load_config
    from tasks.annotate.events.encoder.coders import FRAMES

    def run(inputs: object, output: object, **settings: object) -> dict[str, Any]:
        listed = inputs if isinstance(inputs, list | tuple) else [inputs]
        # The pipeline is loaded once in this process, unless a test asks for workers.
        where = {} if "workers" in settings else {"runner": "inline"}
        values = {"state": str(state), "settle_seconds": 0, "coder": FRAMES} | where | settings
        config = load_config(None, inputs=tuple(map(str, listed)), output=str(output), **values)
        return news_to_parquet(config)

    # Prefect's own threads see the settings of the process, as they were when it was imported: without the address of
    # this server they would start another and leave it behind.
    refresh_global_settings_context()
    with temporary_settings({PREFECT_API_URL: server, PREFECT_HOME: state / "prefect"}):
        yield run


@pytest.fixture(scope="session")
def seed_output(tmp_path_factory: pytest.TempPathFactory, run_flow: Callable[..., dict[str, Any]]) -> Path:
    """The tables of the seed article as the product makes them, made once."""
    from tasks.annotate.events.encoder.coders import SMALL

    output = tmp_path_factory.mktemp("seed") / "output"
    run_flow(ROOT / "seeds" / SEED, output, coder=SMALL)
    return output


@pytest.fixture(scope="session")
def example_output(tmp_path_factory: pytest.TempPathFactory, run_flow: Callable[..., dict[str, Any]]) -> Path:
    """The tables that `make run` makes of all of seeds/, made once; not to be written to.

    Made in two runs, the background of earlier months first, so that there are changes between loads to look at.
    """
    from tasks.annotate.events.encoder.coders import SMALL

    folder = tmp_path_factory.mktemp("example")
    earlier = folder / "earlier" / "example"
    earlier.mkdir(parents=True)
    (earlier / "background.jsonl").write_bytes((ROOT / "seeds/example/background.jsonl").read_bytes())
    run_flow(earlier.parent, folder / "output", coder=SMALL)
    run_flow(ROOT / "seeds", folder / "output", coder=SMALL)
    return folder / "output"
