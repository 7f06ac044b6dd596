"""Which sentences the encoder reads. For: tasks.annotate.events.encoder.gate, .windows, .reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import spacy
from tiny_encoder import WORDS, heads, meta, model_file, tokenizer, weights

from tasks.annotate.events.encoder.assembly.graph import graph_of
from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import GATE, Encoder, load_encoder, packed
from tasks.annotate.events.encoder.reading import read
from tasks.errors import UserError

TEXT = "Rain of rain. Rebels attacked the village. It met it. Rebels attacked Monday."


@pytest.fixture
def gate() -> SentenceGate:
    by_piece = np.zeros(len(WORDS), dtype=np.int64)
    by_piece[WORDS.index("attacked")] = 3
    by_piece[WORDS.index("monday")] = -1
    return SentenceGate(by_piece, 3)


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
    text = "It met it. It met it. It met it."
    read(quiet, nlp(text), None)
    read(quiet, nlp(text), "Rain")
    assert ran == []
    read(quiet, nlp(f"Rain\n\n{text}"), "Rain")
    assert ran == [4]


def test_a_text_of_two_sentences_is_read_whole(encoder: Encoder) -> None:
    [window] = encoder.windows("It met it. Rain.", None)
    assert len(window.pieces) == 9


def test_a_gate_comes_with_its_model_file_and_must_be_of_its_vocabulary(tmp_path: Path, gate: SentenceGate) -> None:
    path = tmp_path / "gated.zip"
    parts = graph_of(weights()), tokenizer()
    path.write_bytes(packed(*parts, {**heads(), GATE: gate.weights.astype(np.int16)}, meta(gate_least=gate.least)))
    encoder = load_encoder(path)
    assert GATE not in encoder.heads
    assert encoder.gate is not None
    assert (encoder.gate.weights.tolist(), encoder.gate.least) == (gate.weights.tolist(), gate.least)
    other = tmp_path / "other.zip"
    other.write_bytes(packed(*parts, {**heads(), GATE: gate.weights[1:].astype(np.int16)}, meta(gate_least=1)))
    with pytest.raises(UserError, match=r"other\.zip: its gate is of another vocabulary"):
        load_encoder(other)
