"""Which sentences the encoder reads. For: tasks.annotate.events.encoder.gate, .windows, .reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import spacy
from tiny_encoder import WORDS, model_file

from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.reading import read

TEXT = "Rain of rain. Rebels attacked the village. It met it. Rebels attacked Monday."


@pytest.fixture
def gate() -> SentenceGate:
    weights = np.zeros(len(WORDS), dtype=np.int64)
    weights[WORDS.index("attacked")] = 3
    weights[WORDS.index("monday")] = -1
    return SentenceGate(weights, 3)


@pytest.fixture
def encoder(tmp_path: Path, gate: SentenceGate) -> Encoder:
    path = tmp_path / "tiny.zip"
    path.write_bytes(model_file())
    return replace(load_encoder(path), gate=gate)


def test_a_sentence_passes_by_the_sum_of_its_words_each_counted_once(gate: SentenceGate) -> None:
    attacked, monday, rain = (WORDS.index(word) for word in ("attacked", "monday", "rain"))
    ids = np.array([rain, attacked, attacked, attacked, monday, rain, attacked])
    sentences = np.array([0, 0, 1, 1, 1, 2, 4])
    assert gate.passing(ids, sentences).tolist() == [True, True, False, False, False, False, True]
    assert gate.passing(ids[:0], sentences[:0]).tolist() == []


def test_only_sentences_that_pass_are_read_and_their_words_keep_their_places(encoder: Encoder) -> None:
    [window] = encoder.windows(TEXT, "Aid")
    told = [TEXT[start:end] for start, end in window.offsets.tolist() if start >= 0]
    assert told == ["Rebels", "attacked", "the", "village", "."]


def test_words_that_are_not_read_report_nothing(encoder: Encoder) -> None:
    doc = spacy.blank("en")(TEXT)
    reading = read(encoder, doc, None)
    assert sorted({doc[token].text for token in reading.tokens.tolist()}) == [
        ".",
        "Rebels",
        "attacked",
        "the",
        "village",
    ]
    assert not reading.chances[[0, 9, 10]].any()
    assert reading.told((0, 1), (0, 4), "ASSAULT") is None


def test_an_article_without_a_sentence_to_read_is_read_for_its_title_alone(encoder: Encoder) -> None:
    ran: list[int] = []

    class Counted:
        def run(self, outputs: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            ran.append(len(inputs["pieces"]))
            return [np.zeros((len(inputs["pieces"]), 16), dtype=np.float32)]

    quiet = replace(encoder, session=Counted())
    nlp = spacy.blank("en")
    read(quiet, nlp("It met it."), None)
    read(quiet, nlp("It met it."), "Rain")
    assert ran == []
    read(quiet, nlp("Rain\n\nIt met it."), "Rain")
    assert ran == [4]
