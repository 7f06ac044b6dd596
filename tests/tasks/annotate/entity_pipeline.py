"""A parse with the entity components alone, loaded once for the tests of this folder."""

from __future__ import annotations

import datetime as dt
import importlib
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import ArticleContext, Mention
from tasks.annotate.nlp import DEFAULT_MODEL, load_model

COMPONENTS = ("names", "places", "actors")


@lru_cache(maxsize=1)
def pipeline() -> Language:
    nlp = load_model(DEFAULT_MODEL)
    for name in ("sections", *COMPONENTS):
        importlib.import_module(f"tasks.annotate.{name}")
    nlp.add_pipe("dateline_sections", first=True)
    for name in COMPONENTS:
        nlp.add_pipe(f"dateline_{name}")
    return nlp


def parse(text: str, title: str | None = None, published_at: dt.datetime | None = None) -> Doc:
    nlp = pipeline()
    doc = nlp.make_doc(text)
    doc._.article = ArticleContext("0" * 16, title=title, published_at=published_at)
    return nlp(doc)


def named(doc: Doc, text: str) -> list[Mention]:
    """All mentions of a Doc whose words are `text`."""
    return [mention for mention in doc._.mentions if doc.text[mention.start : mention.end] == text]


def one(doc: Doc, text: str) -> Mention:
    found = named(doc, text)
    assert found, f"{text!r} is no mention of: {[doc.text[m.start : m.end] for m in doc._.mentions]}"
    return found[0]
