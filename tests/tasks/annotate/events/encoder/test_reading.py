"""What a reading tells: stretches of words for triggers, the words of sides, the chances of words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.reading import Candidate, Reading, read, side_of
from tests.support.tiny_encoder import STATUSES, model_file

TYPES = ["AGREE", "ASSAULT"]


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    path = tmp_path / "tiny.zip"
    path.write_bytes(model_file())
    return load_encoder(path)


def with_chances(encoder: Encoder, rows: list[tuple[float, float]]) -> Reading:
    nothing = np.empty((0, 16))
    none = np.empty(0, dtype=np.int64)
    told = Encoder(encoder.version, encoder.session, encoder.tokenizer, encoder.special, encoder.heads,
                   {**encoder.meta, "types": TYPES})  # fmt: skip
    return Reading(told, nothing, none, none, np.array(rows))


def test_neighbours_of_one_type_are_one_trigger_with_the_chance_of_the_surest(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0), (0, 0.4), (0.1, 0.8), (0.7, 0.2), (0, 0), (0, 0.05)])
    assert reading.candidates([6]) == [Candidate(1, 3, "ASSAULT", 0.8), Candidate(3, 4, "AGREE", 0.7)]


def test_a_trigger_ends_with_its_sentence(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0.9), (0, 0.8), (0, 0)])
    assert reading.candidates([1, 3]) == [Candidate(0, 1, "ASSAULT", 0.9), Candidate(1, 2, "ASSAULT", 0.8)]


def test_the_chance_of_words_is_that_of_the_likeliest_among_them(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0.2), (0.3, 0.6)])
    assert reading.chance([0, 1], "ASSAULT") == 0.6
    assert reading.chance([], "ASSAULT") == 0.0


def test_a_side_is_the_likeliest_stretch_with_the_neighbours_half_as_likely() -> None:
    tokens = np.array([3, 4, 4, 5, 6, 9])
    found = side_of(tokens, np.array([0.2, 0.5, 0.8, 0.5, 0.1, 0.7]))
    assert found is not None
    assert (found.first, found.end, found.chance) == (4, 6, 0.8)
    assert side_of(tokens, np.zeros(6)) is None
    assert side_of(tokens[:0], np.zeros(0)) is None


def test_every_word_of_a_long_article_is_read_once_and_pieces_belong_to_their_words(encoder: Encoder) -> None:
    text = "Rebels attacked the village on Monday. The minister met a rebels of aid. " * 40
    doc = spacy.blank("en")(text)
    reading = read(encoder, doc, "Rainings")
    assert reading.windows.max() > 0
    assert sorted(set(reading.tokens.tolist())) == list(range(len(doc)))
    assert reading.chances.shape == (len(doc), 16)
    assert (reading.chances == np.round(reading.chances, heads.DIGITS)).all()
    assert (read(encoder, doc, "Rainings").chances == reading.chances).all()


def test_what_is_told_of_a_trigger_names_words_of_its_sentence(encoder: Encoder) -> None:
    doc = spacy.blank("en")("Rebels attacked the village on Monday. The minister met rebels.")
    told = read(encoder, doc, None).told((1, 2), (0, 7), "ASSAULT")
    assert told is not None
    assert set(told.statuses) == set(STATUSES)
    assert sum(told.statuses.values()) == pytest.approx(1, abs=0.04)
    assert set(told.modes) == {"aerial", "firearms"}
    assert all(side.first < side.end <= 7 for side in told.sides.values())


def test_an_article_without_a_word_has_a_reading_without_candidates(encoder: Encoder) -> None:
    doc = spacy.blank("en")(" \n ")
    reading = read(encoder, doc, None)
    assert reading.candidates([len(doc)]) == []
    assert reading.told((0, 1), (0, 1), "ASSAULT") is None
