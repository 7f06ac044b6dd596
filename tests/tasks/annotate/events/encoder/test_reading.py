"""What a reading tells: stretches of words for triggers, the words of sides, the chances of words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import spacy
from tiny_encoder import STATUSES, model_file

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.reading import ArticleReading, TriggerWords, read

TYPES = ["AGREE", "ASSAULT"]


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    path = tmp_path / "tiny.zip"
    path.write_bytes(model_file())
    return load_encoder(path)


def with_chances(encoder: Encoder, rows: list[tuple[float, float]]) -> ArticleReading:
    nothing = np.empty((0, 16), dtype=np.float32)
    none = np.empty(0, dtype=np.int64)
    told = replace(encoder, meta={**encoder.meta, "types": TYPES})
    return ArticleReading(told, nothing, none, none, np.array(rows))


def test_neighbours_of_one_type_are_one_trigger_with_the_chance_of_the_surest(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0), (0, 0.4), (0.1, 0.8), (0.7, 0.2), (0, 0), (0, 0.05)])
    assert reading.triggers([6]) == [TriggerWords(1, 3, "ASSAULT", 0.8), TriggerWords(3, 4, "AGREE", 0.7)]


def test_a_neighbour_far_less_likely_is_no_word_of_a_trigger_and_none_by_itself(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0), (0, 0.9), (0, 0.3)])
    assert reading.triggers([3]) == [TriggerWords(1, 2, "ASSAULT", 0.9)]


def test_a_trigger_ends_with_its_sentence(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0.9), (0, 0.8), (0, 0)])
    assert reading.triggers([1, 3]) == [TriggerWords(0, 1, "ASSAULT", 0.9), TriggerWords(1, 2, "ASSAULT", 0.8)]


def test_the_chance_of_words_is_that_of_the_likeliest_among_them(encoder: Encoder) -> None:
    reading = with_chances(encoder, [(0, 0.2), (0.3, 0.6)])
    assert reading.chance([0, 1], "ASSAULT") == 0.6
    assert reading.chance([], "ASSAULT") == 0.0


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
    for chances in told.sides.values():
        # A trigger is no side of its own event.
        assert set(chances) == {0, 2, 3, 4, 5, 6}
        assert all(0 <= chance <= 1 for chance in chances.values())


def test_a_stored_text_is_read_as_the_encoder_was_trained_its_title_once_before_the_body(encoder: Encoder) -> None:
    nlp = spacy.blank("en")
    title, body = "Rebels attacked.", "The minister met rebels. " * 60
    stored, bare = read(encoder, nlp(f"{title}\n\n{body}"), title), read(encoder, nlp(body), title)
    ahead = len(nlp(f"{title}\n\n"))
    assert (stored.tokens[stored.tokens < ahead] == [0, 1, 2]).all()
    assert (stored.states[3:] == bare.states).all()
    assert (stored.tokens[3:] - ahead == bare.tokens).all()
    assert (stored.chances[ahead:] == bare.chances).all()


def test_a_text_that_is_its_title_alone_is_read(encoder: Encoder) -> None:
    doc = spacy.blank("en")("Rebels attacked the village.")
    reading = read(encoder, doc, doc.text)
    assert reading.tokens.tolist() == [0, 1, 2, 3, 4]


def test_an_article_without_a_word_has_a_reading_without_candidates(encoder: Encoder) -> None:
    doc = spacy.blank("en")(" \n ")
    reading = read(encoder, doc, None)
    assert reading.triggers([len(doc)]) == []
    assert reading.told((0, 1), (0, 1), "ASSAULT") is None
