"""Every word of an article is read once, whole sentences together. For: tasks.annotate.events.encoder.windows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer

from tasks.annotate.events.encoder.windows import (
    MAX_PIECES,
    MAX_TITLE_PIECES,
    NOWHERE,
    SpecialPieces,
    cuts,
    sentence_ends,
    windows_of,
)

SPECIAL = SpecialPieces(opening=1, ending=2, padding=0)
SENTENCE = st.text("ab .\n", min_size=1, max_size=900).map(lambda text: f"A{text}. ")


def words() -> Tokenizer:
    """A piece a word or mark: what is tested is how pieces are shared out, not how they are made."""
    tokenizer = Tokenizer(WordLevel({"[UNK]": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def test_sentences_end_at_their_marks_and_at_lines() -> None:
    text = 'He left. "Why?" She asked.\n\nThe U.N. said 3.5 million fled.'
    starts = [0, *sentence_ends(text)]
    assert [text[start:end] for start, end in pairwise(starts)] == [
        "He left. ",
        '"Why?" ',
        "She asked.\n\n",
        "The U.N. said 3.5 million fled.",
    ]


@given(st.lists(SENTENCE, max_size=12).map("".join), st.text("ab ", max_size=200))
def test_every_piece_is_in_one_window_and_no_window_is_too_long(text: str, title: str) -> None:
    tokenizer = words()
    windows = windows_of(tokenizer, SPECIAL, text, title)
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    read = [tuple(span) for window in windows for span in window.offsets.tolist() if span[0] != NOWHERE]
    assert read == offsets
    head = tokenizer.encode(title, add_special_tokens=False).ids[:MAX_TITLE_PIECES]
    for window in windows:
        assert len(window.pieces) <= MAX_PIECES
        assert window.pieces[: window.body].tolist() == [SPECIAL.opening, *head, SPECIAL.ending]
        assert window.pieces[-1] == SPECIAL.ending


def test_a_window_holds_whole_sentences() -> None:
    starts = np.arange(10, dtype=np.int64)
    assert list(cuts(starts, [3, 6, 10], room=6)) == [(0, 6), (6, 10)]
    assert list(cuts(starts, [3, 6, 10], room=5)) == [(0, 3), (3, 6), (6, 10)]


def test_a_sentence_longer_than_a_window_is_cut() -> None:
    assert list(cuts(np.arange(10, dtype=np.int64), [10], room=4)) == [(0, 4), (4, 8), (8, 10)]


def test_a_text_without_a_word_has_a_window_with_its_title() -> None:
    (window,) = windows_of(words(), SPECIAL, "", "Two arrested")
    assert len(window.pieces) == len([SPECIAL.opening, "two", "arrested", SPECIAL.ending, SPECIAL.ending])
