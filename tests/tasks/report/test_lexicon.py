"""What the lexicon lacks and what nobody needs of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacy.tokens import Doc

from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.pipeline import DEFAULT_MODEL
from tasks.report.lexicon import missed_verbs, published_docs, unused_frames
from tasks.store.layout import open_store

Annotate = Callable[..., Doc]


def test_verbs_between_actors_without_a_frame_are_counted(annotate: Annotate) -> None:
    docs = [
        annotate("The minister bamboozled the ambassador. Soldiers arrested a reporter."),
        annotate("A senator bamboozled the bishop, and the army said that the general told the president."),
    ]
    found = missed_verbs(docs, load_lexicon())
    assert [(miss.verb, miss.n) for miss in found] == [("bamboozle", 2)]
    assert "bamboozled" in found[0].example


def test_published_tables_tell_the_unused_frames(seed_output: Path) -> None:
    store, lexicon = open_store(str(seed_output)), load_lexicon()
    unused = {frame.id for frame in unused_frames(store, lexicon)}
    assert "assault.kill" in unused  # the seed tells of a summit
    assert 0 < len(lexicon.frames) - len(unused) <= 20


def test_published_articles_are_parsed_again(seed_output: Path) -> None:
    docs = list(published_docs(open_store(str(seed_output)), DEFAULT_MODEL, None, None, limit=5))
    assert len(docs) == 1
    assert docs[0]._.events
