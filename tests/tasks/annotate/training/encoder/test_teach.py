"""A teacher's labels: likely triggers, their sentence, and windows that a smaller coder learns from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import WORDS, model_file

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.windows import sentence_ends, windows_of
from tasks.annotate.training.encoder.articles import MarkedArticle
from tasks.annotate.training.encoder.teach import (
    Said,
    labels_of,
    likely_triggers,
    said_by_place,
    sentence_pieces,
    taught_windows,
)

TEXT = "Rebels attacked the village on Monday. The minister met rebels. " * 30


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    path: Path = tmp_path_factory.mktemp("model") / "tiny.zip"
    path.write_bytes(model_file())
    return load_encoder(path)


def test_likely_triggers_are_stretches_of_one_type_in_the_text(encoder: Encoder) -> None:
    [window] = windows_of(encoder.tokenizer, encoder.special, "Rebels attacked the village on Monday.", "Aid")
    types = np.zeros((len(window.pieces), 4))
    types[:, 0] = 1.0
    for place, type_, chance in ((1, 1, 0.9), (3, 2, 0.8), (4, 2, 0.6), (5, 3, 0.7), (7, 1, 0.4)):
        types[place] = 0.0
        types[place, type_] = chance
    # The title's piece and what is not likely are none.
    assert [own.tolist() for own in likely_triggers(window, types)] == [[3, 4], [5]]


def test_a_trigger_is_asked_about_its_own_sentence(encoder: Encoder) -> None:
    text = "Rebels attacked. The minister met rebels."
    [window] = windows_of(encoder.tokenizer, encoder.special, text, None)
    first = window.body
    assert sentence_pieces(window, sentence_ends(text), np.array([first])).tolist() == [first, first + 1, first + 2]
    assert sentence_pieces(window, sentence_ends(text), np.array([first + 4]))[0] == first + 3


def said_of(encoder: Encoder, article: MarkedArticle, folder: Path) -> Said:
    path = folder / f"{article.id}.npz"
    np.savez(path, allow_pickle=False, **labels_of(encoder, article))
    return said_by_place(path)


def test_what_a_teacher_said_comes_back_as_windows(encoder: Encoder, tmp_path: Path) -> None:
    said = said_of(encoder, MarkedArticle("a1", "Aid", TEXT, ()), tmp_path)
    windows = windows_of(encoder.tokenizer, encoder.special, TEXT, "Aid")
    found = taught_windows(windows, 7, said)
    assert len(found) == len(windows) > 1
    for marked, window in zip(found, windows, strict=True):
        assert marked.article == 7
        assert marked.soft is not None
        body = window.offsets[:, 0] >= 0
        wanted = heads.types(encoder.heads, encoder.states(window.pieces))
        assert np.allclose(marked.soft[body], wanted[body], atol=1e-3)
        assert (marked.soft[~body, 0] == 1).all()
        triggers = list(likely_triggers(window, wanted))
        assert [trigger.pieces.tolist() for trigger in marked.triggers] == [own.tolist() for own in triggers]
        assert all(len(trigger.around) == len(trigger.sides) > 0 for trigger in marked.triggers)


def test_a_gated_coder_learns_of_the_sentences_that_it_reads(encoder: Encoder, tmp_path: Path) -> None:
    said = said_of(encoder, MarkedArticle("a1", "", TEXT, ()), tmp_path)
    weights = np.zeros(len(WORDS), dtype=np.int64)
    weights[WORDS.index("attacked")] = 1
    windows = windows_of(encoder.tokenizer, encoder.special, TEXT, None, SentenceGate(weights, 1))
    read = {word for window in windows for word in window.pieces.tolist()}
    assert WORDS.index("village") in read
    assert WORDS.index("met") not in read
    for marked in taught_windows(windows, 7, said):
        assert marked.soft is not None
        places = marked.window.offsets[:, 0]
        for number in np.flatnonzero(places >= 0).tolist():
            assert (marked.soft[number] == said.soft[said.starts.tolist().index(places[number])]).all()


def test_labels_of_other_pieces_are_refused(encoder: Encoder, tmp_path: Path) -> None:
    said = said_of(encoder, MarkedArticle("a1", "", TEXT[64:], ()), tmp_path)
    with pytest.raises(ValueError, match="in other pieces"):
        taught_windows(windows_of(encoder.tokenizer, encoder.special, TEXT, None), 0, said)
