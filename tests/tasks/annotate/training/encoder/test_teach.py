"""A teacher's labels: likely triggers, their sentence, and windows that a smaller coder learns from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import WORDS, model_file

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.windows import Window, sentence_ends, windows_of
from tasks.annotate.training.encoder.articles import MarkedArticle
from tasks.annotate.training.encoder.soft_labels import (
    SoftLabels,
    SoftTrigger,
    read_soft_labels,
    taught_windows,
    teacher_of,
)
from tasks.annotate.training.encoder.teach import labels_of, likely_triggers, sentence_pieces, sign
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.errors import UserError

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
    assert [own.tolist() for own in likely_triggers(window, types, [38])] == [[3, 4], [5]]


def test_a_trigger_is_asked_about_its_own_sentence(encoder: Encoder) -> None:
    text = "Rebels attacked. The minister met rebels."
    [window] = windows_of(encoder.tokenizer, encoder.special, text, None)
    first = window.body
    assert sentence_pieces(window, sentence_ends(text), np.array([first])).tolist() == [first, first + 1, first + 2]
    assert sentence_pieces(window, sentence_ends(text), np.array([first + 4]))[0] == first + 3


def told_of(encoder: Encoder, article: MarkedArticle, folder: Path) -> SoftLabels:
    path = folder / f"{article.id}.npz"
    np.savez(path, allow_pickle=False, **labels_of(encoder, article))
    return read_soft_labels(path)


def test_what_a_teacher_said_comes_back_as_windows(encoder: Encoder, tmp_path: Path) -> None:
    told = told_of(encoder, MarkedArticle("a1", "Aid", TEXT, ()), tmp_path)
    windows = windows_of(encoder.tokenizer, encoder.special, TEXT, "Aid")
    found = taught_windows(windows, told)
    assert len(found) == len(windows) > 1
    for marked, window in zip(found, windows, strict=True):
        assert marked.soft is not None
        body = window.offsets[:, 0] >= 0
        wanted = heads.types(encoder.heads, encoder.states(window.pieces))
        assert np.allclose(marked.soft[body], wanted[body], atol=1e-3)
        assert (marked.soft[~body, 0] == 1).all()
        triggers = list(likely_triggers(window, wanted, sentence_ends(TEXT)))
        assert [trigger.pieces.tolist() for trigger in marked.triggers] == [own.tolist() for own in triggers]
        assert all(len(trigger.around) == len(trigger.sides) > 0 for trigger in marked.triggers)


def test_a_gated_coder_learns_of_the_sentences_that_it_reads(encoder: Encoder, tmp_path: Path) -> None:
    told = told_of(encoder, MarkedArticle("a1", "", TEXT, ()), tmp_path)
    weights = np.zeros(len(WORDS), dtype=np.int64)
    weights[WORDS.index("attacked")] = 1
    windows = windows_of(encoder.tokenizer, encoder.special, TEXT, None, SentenceGate(weights, 1))
    read = {word for window in windows for word in window.pieces.tolist()}
    assert WORDS.index("village") in read
    assert WORDS.index("met") not in read
    for marked in taught_windows(windows, told):
        assert marked.soft is not None
        places = marked.window.offsets[:, 0]
        for number in np.flatnonzero(places >= 0).tolist():
            assert (marked.soft[number] == told.types[told.starts.tolist().index(places[number])]).all()


def test_what_is_told_of_a_trigger_follows_it_into_other_windows(encoder: Encoder) -> None:
    text = "It met it. Rebels attacked the village."
    starts = np.array([start for start, _ in encoder.tokenizer.encode(text, add_special_tokens=False).offsets])
    types = np.zeros((len(starts), len(EVENT_TYPES) + 1), dtype=np.float16)
    first, second = (SoftTrigger(starts[own], starts[around], np.arange(len(starts[around])) % 3, 2, 1)
                     for own, around in ((slice(1, 2), slice(0, 4)), (slice(5, 6), slice(4, 9))))  # fmt: skip
    told = SoftLabels("a1", starts, types, (first, second))
    [whole] = windows_of(encoder.tokenizer, encoder.special, text, None)
    for window, wanted in ((whole, [[3], [7]]), (without(whole, 2, 6), [[3]])):
        [marked] = taught_windows([window], told)
        assert [trigger.pieces.tolist() for trigger in marked.triggers] == wanted
    [trigger] = marked.triggers
    assert (trigger.around.tolist(), trigger.sides.tolist()) == ([2, 3, 4, 5, 6], [0, 1, 2, 0, 1])
    assert (trigger.status, trigger.mode) == (2, 1)


def without(window: Window, first: int, end: int) -> Window:
    keep = np.r_[0:first, end : len(window.pieces)]
    return Window(window.pieces[keep], window.offsets[keep], window.body)


def test_a_window_without_words_teaches_nothing(encoder: Encoder, tmp_path: Path) -> None:
    told = told_of(encoder, MarkedArticle("a1", "", TEXT, ()), tmp_path)
    assert taught_windows(windows_of(encoder.tokenizer, encoder.special, "", "Aid"), told) == []


def test_a_trigger_ends_with_its_sentence(encoder: Encoder) -> None:
    text = "It met. Attacked it."
    [window] = windows_of(encoder.tokenizer, encoder.special, text, None)
    types = np.zeros((len(window.pieces), 4))
    types[:, 1] = 1
    assert [own.tolist() for own in likely_triggers(window, types, sentence_ends(text))] == [[2, 3, 4], [5, 6, 7]]


def test_labels_are_signed_and_another_teachers_are_refused(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no labels of a teacher"):
        teacher_of(tmp_path)
    sign(tmp_path, encoder)
    sign(tmp_path, encoder)
    assert teacher_of(tmp_path).version == encoder.version
    assert teacher_of(tmp_path).modes == tuple(tuple(mode) for mode in encoder.meta["modes"])
    with pytest.raises(UserError, match=f"holds labels of the coder {encoder.version}; name another folder"):
        sign(tmp_path, replace(encoder, version="00000000"))


@pytest.mark.parametrize("text", [TEXT[64:], f"It {TEXT}"], ids=["fewer", "others"])
def test_labels_of_other_pieces_are_refused(encoder: Encoder, tmp_path: Path, text: str) -> None:
    told = told_of(encoder, MarkedArticle("a1", "", text, ()), tmp_path)
    with pytest.raises(ValueError, match=r"a1\.npz: the teacher cuts the text in other pieces"):
        taught_windows(windows_of(encoder.tokenizer, encoder.special, TEXT, None), told)
