"""What the encoder says of an article, word by word, and which stretches of words it takes for triggers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder
from tasks.annotate.events.encoder.windows import windows_of

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# A word below it is not looked at again: of those that report an event hardly one in a hundred is.
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that may report an event: tokens `first` to `end` (half-open), their type, and how likely it is."""

    first: int
    end: int
    type: str
    chance: float


@dataclass(frozen=True, slots=True)
class Side:
    """Words that may name a side: tokens `first` to `end` (half-open), and how likely it is."""

    first: int
    end: int
    chance: float


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one trigger: a probability of each status and of each mode of its type, and its sides."""

    statuses: dict[str, float]
    modes: dict[str, float]
    sides: dict[str, Side]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as the encoder read it.

    Parameters
    ----------
    encoder
        What read it.
    states
        Of the text's pieces, shape (pieces, width).
    windows
        The window of each piece, ascending. Shape (pieces,).
    tokens
        The token in which each piece begins, ascending. Shape (pieces,).
    chances
        Of each token the probability of each type, shape (tokens, types).
    """

    encoder: Encoder
    states: Doubles
    windows: Ints
    tokens: Ints
    chances: Doubles

    def chance(self, tokens: Sequence[int], type_: str) -> float:
        """How likely it is that one of some tokens reports an event of a type."""
        place = self.encoder.meta["types"].index(type_)
        return float(self.chances[list(tokens), place].max()) if len(tokens) else 0.0

    def candidates(self, ends: Sequence[int]) -> list[Candidate]:
        """The stretches of words that may report an event, in the order of the text.

        Neighbours of one type are one stretch, unless a sentence ends between them; `ends` are the sentences' ends.
        """
        best = self.chances.argmax(axis=1)
        likely = self.chances[np.arange(len(best)), best]
        sentence = np.searchsorted(np.asarray(ends), np.arange(len(best)), side="right")
        found: list[Candidate] = []
        for token in np.nonzero(likely >= LEAST)[0].tolist():
            name, chance = self.encoder.meta["types"][best[token]], float(likely[token])
            last = found[-1] if found else None
            if last is not None and last.end == token and last.type == name and sentence[token - 1] == sentence[token]:
                found[-1] = Candidate(last.first, token + 1, name, max(last.chance, chance))
            else:
                found.append(Candidate(token, token + 1, name, chance))
        return found

    def told(self, trigger: tuple[int, int], sentence: tuple[int, int], type_: str) -> Told | None:
        """What is said of a trigger, None where the encoder did not read it; both stretches of tokens half-open."""
        own = self._pieces(*trigger)
        if not len(own):
            return None
        window = self.windows[own[0]]
        own = own[self.windows[own] == window]
        around = self._pieces(*sentence)
        around = around[self.windows[around] == window]
        scores = heads.trigger_scores(self.encoder.heads, self.states, own, around)
        meta = self.encoder.meta
        modes = {
            mode: float(scores.modes[place]) for place, (name, mode) in enumerate(meta["modes"], 1) if name == type_
        }
        return Told(
            statuses=dict(zip(meta["statuses"], scores.statuses.tolist(), strict=True)),
            modes=modes,
            sides={
                side: found
                for place, side in enumerate(meta["sides"], 1)
                if (found := side_of(self.tokens[around], scores.sides[:, place])) is not None
            },
        )

    def _pieces(self, first: int, end: int) -> Ints:
        """The pieces of a stretch of tokens."""
        start, stop = np.searchsorted(self.tokens, [first, end])
        return np.arange(start, stop)


def read(encoder: Encoder, doc: Doc, title: str | None) -> Reading:
    """Read a Doc's text, with its article's title before every window."""
    starts = np.array([token.idx for token in doc], dtype=np.int64)
    states: list[Doubles] = [np.empty((0, heads.width(encoder.heads)))]
    windows: list[Ints] = [np.empty(0, dtype=np.int64)]
    tokens: list[Ints] = [np.empty(0, dtype=np.int64)]
    for number, window in enumerate(windows_of(encoder.tokenizer, encoder.special, doc.text, title)):
        body = slice(window.body, len(window.pieces) - 1)
        if body.stop > body.start:
            states.append(encoder.states(window.pieces)[body])
            windows.append(np.full(body.stop - body.start, number))
            tokens.append(np.searchsorted(starts, window.offsets[body, 0], side="right") - 1)
    return reading_of(encoder, len(doc), np.concatenate(states), np.concatenate(windows), np.concatenate(tokens))


def reading_of(encoder: Encoder, length: int, states: Doubles, windows: Ints, tokens: Ints) -> Reading:
    """The reading of a text of `length` tokens from the states of its pieces; a word has its pieces' mean chance."""
    summed = np.zeros((length, len(encoder.meta["types"])))
    np.add.at(summed, tokens, heads.types(encoder.heads, states)[:, 1:])
    counted = np.bincount(tokens, minlength=length)
    chances = np.round(summed / np.maximum(counted, 1)[:, None], heads.DIGITS)
    return Reading(encoder, states, windows, tokens, chances)


def side_of(tokens: Ints, chances: Doubles) -> Side | None:
    """The likeliest stretch of neighbouring tokens for a side; `tokens` are those of pieces, `chances` theirs."""
    names = np.unique(tokens)
    each = np.array([chances[tokens == token].max() for token in names])
    if not len(each) or each.max() < LEAST:
        return None
    middle = int(each.argmax())
    least = max(LEAST, each[middle] / 2)
    first = last = middle
    while first > 0 and names[first - 1] == names[first] - 1 and each[first - 1] >= least:
        first -= 1
    while last + 1 < len(names) and names[last + 1] == names[last] + 1 and each[last + 1] >= least:
        last += 1
    return Side(int(names[first]), int(names[last]) + 1, float(each[middle]))
