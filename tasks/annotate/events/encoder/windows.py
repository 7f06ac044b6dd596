"""Cut an article into windows of word pieces, as the encoder reads them: the title before each, whole sentences in it.

A window is context for all its sentences: a sentence alone does not say whether its "strike" is one of workers or of
aircraft. Windows are cut at sentence ends found by their marks, not by the parse, so that training needs no parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.encoder.gate import SentenceGate

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ints = npt.NDArray[np.int64]
MAX_PIECES = 256
MAX_TITLE_PIECES = 32
# A line's end, or a full stop and what may close a quotation, before what may open a sentence.
SENTENCE_END = re.compile(r"\n+|(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")
# In a shorter text there is nothing to spare.
FEWEST_GATED = 3
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class SpecialPieces:
    """Ids of the pieces that open a window, end a part of it, and fill a batch up."""

    opening: int
    ending: int
    padding: int


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences of an article for the encoder, neighbours but for those that a gate leaves out.

    Parameters
    ----------
    pieces
        Ids of opening piece, title, ending piece, body, ending piece. Shape (pieces,).
    offsets
        Where each piece of the body stands in the text, half-open, in characters; `NOWHERE` for all others. Shape
        (pieces, 2).
    body
        Where the body begins in `pieces`.
    """

    pieces: Ints
    offsets: Ints
    body: int


def windows_of(
    tokenizer: Tokenizer, special: SpecialPieces, text: str, title: str | None, gate: SentenceGate | None = None
) -> list[Window]:
    """Cut one article; a text without a word, or none that is read, has one window without a body.

    Parameters
    ----------
    tokenizer
        Without truncation, padding or special pieces.
    text, title
        As stored: offsets slice into `text`.
    gate
        Which sentences are read; None for all, as in a text of a sentence or two.
    """
    head = tokenizer.encode(title or "", add_special_tokens=False).ids[:MAX_TITLE_PIECES]
    encoded = tokenizer.encode(text, add_special_tokens=False)
    ids = np.array(encoded.ids, dtype=np.int64)
    offsets = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
    ends = sentence_ends(text)
    if gate is not None and len(ends) >= FEWEST_GATED:
        passed = gate.passing(ids, np.searchsorted(ends, offsets[:, 0], side="right"))
        ids, offsets = ids[passed], offsets[passed]
    room = MAX_PIECES - len(head) - 3
    opening = np.array([special.opening, *head, special.ending], dtype=np.int64)
    return [
        _window(opening, ids, offsets, special.ending, start, end) for start, end in cuts(offsets[:, 0], ends, room)
    ]


def title_offsets(tokenizer: Tokenizer, title: str | None) -> Ints:
    """Where the pieces of a title stand in it; in a window they follow the opening piece. Shape (pieces, 2)."""
    encoded = tokenizer.encode(title or "", add_special_tokens=False)
    return np.array(encoded.offsets[:MAX_TITLE_PIECES], dtype=np.int64).reshape(-1, 2)


def _window(opening: Ints, ids: Ints, offsets: Ints, ending: int, start: int, end: int) -> Window:
    pieces = np.concatenate([opening, ids[start:end], [ending]])
    where = np.full((len(pieces), 2), NOWHERE, dtype=np.int64)
    where[len(opening) : len(opening) + end - start] = offsets[start:end]
    return Window(pieces, where, len(opening))


def sentence_ends(text: str) -> list[int]:
    """Where sentences end, in characters, the white space behind them with them; the last is the text's end."""
    ends = [match.end() for match in SENTENCE_END.finditer(text) if 0 < match.end() < len(text)]
    return [*ends, len(text)]


def cuts(starts: Ints, ends: Sequence[int], room: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most `room` pieces of as many whole sentences as fit; a longer sentence is cut where it must be.

    Parameters
    ----------
    starts
        Where each piece begins, in characters, ascending.
    ends
        Where each sentence ends, ascending.
    """
    begin = last = 0
    for end in np.searchsorted(starts, np.array(ends, dtype=np.int64)):
        while end - begin > room:
            cut = last if last > begin else begin + room
            yield begin, cut
            begin = last = cut
        last = int(end)
    if begin < len(starts) or not begin:
        yield begin, len(starts)
