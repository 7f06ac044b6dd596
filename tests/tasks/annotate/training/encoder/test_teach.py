"""A teacher's labels: likely triggers, their sentence, and windows that a smaller coder learns from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import model_file

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.windows import sentence_ends, windows_of
from tasks.annotate.training.encoder.articles import MarkedArticle
from tasks.annotate.training.encoder.teach import labels_of, likely_triggers, sentence_pieces, taught_windows

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


def test_what_a_teacher_said_comes_back_as_windows(encoder: Encoder, tmp_path: Path) -> None:
    article = MarkedArticle("a1", "Aid", TEXT, ())
    path = tmp_path / "a1.npz"
    labels = labels_of(encoder, article)
    np.savez(path, allow_pickle=False, **labels)
    windows = windows_of(encoder.tokenizer, encoder.special, TEXT, "Aid")
    found = taught_windows(windows, 7, path)
    assert len(found) == len(windows) > 1
    for marked, window in zip(found, windows, strict=True):
        assert marked.article == 7
        assert marked.soft is not None
        wanted = heads.types(encoder.heads, encoder.states(window.pieces))
        assert np.allclose(marked.soft, wanted, atol=1e-3)
        assert len(marked.triggers) == len(list(likely_triggers(window, wanted)))
        assert all(len(trigger.around) == len(trigger.sides) for trigger in marked.triggers)


def test_labels_of_other_pieces_are_refused(encoder: Encoder, tmp_path: Path) -> None:
    path = tmp_path / "a1.npz"
    np.savez(path, allow_pickle=False, **labels_of(encoder, MarkedArticle("a1", "", TEXT, ())))
    with pytest.raises(ValueError, match="in other pieces"):
        taught_windows(windows_of(encoder.tokenizer, encoder.special, TEXT[64:], None), 0, path)
