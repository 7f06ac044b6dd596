"""A parse with the entity components alone, loaded once for the tests of this folder."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.actors.component import COMPONENT as ACTORS
from tasks.annotate.layers import ArticleContext, Mention
from tasks.annotate.names.component import COMPONENT as NAMES
from tasks.annotate.pipeline import DEFAULT_MODEL, load_model
from tasks.annotate.places.component import COMPONENT as PLACES
from tasks.annotate.sections import COMPONENT as SECTIONS


@lru_cache(maxsize=1)
def pipeline() -> Language:
    nlp = load_model(DEFAULT_MODEL)
    nlp.add_pipe(SECTIONS, first=True)
    for name in (NAMES, PLACES, ACTORS):
        nlp.add_pipe(name)
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
