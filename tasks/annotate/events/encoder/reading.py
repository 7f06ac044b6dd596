"""What the encoder says of an article, word by word, and which stretches of words it takes for triggers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from tasks.annotate.events.encoder import heads
from tasks.annotate.events.encoder.model import Encoder
from tasks.annotate.events.encoder.windows import Window, title_offsets

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
# A word below it is not looked at again: of those that report an event hardly one in a hundred is.
LEAST = 0.1
# A neighbour belongs to a trigger or a side if it is at least so likely as the surest word of it.
OF_THE_SUREST = 0.5


@dataclass(frozen=True, slots=True)
class TriggerWords:
    """Words that may report an event: tokens `first` to `end` (half-open), their type, and how likely it is."""

    first: int
    end: int
    type: str
    chance: float


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one trigger: a probability of each status and of each mode of its type.

    And of each side those of the tokens of its sentence, by their index: that each is of the words that name it.
    """

    statuses: dict[str, float]
    modes: dict[str, float]
    sides: dict[str, dict[int, float]]


@dataclass(frozen=True, slots=True)
class ArticleReading:
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
        Of each token the probability of each type, 0 where it was not read; shape (tokens, types).
    """

    encoder: Encoder
    states: Floats
    windows: Ints
    tokens: Ints
    chances: Doubles

    def chance(self, tokens: Sequence[int], type_: str) -> float:
        """How likely it is that one of some tokens reports an event of a type."""
        place = self.encoder.meta["types"].index(type_)
        return float(self.chances[list(tokens), place].max()) if len(tokens) else 0.0

    def triggers(self, ends: Sequence[int]) -> list[TriggerWords]:
        """The stretches of words that may report an event, in the order of the text.

        Neighbours of one type in one sentence report one event, by the surest of them and those about as likely.

        Parameters
        ----------
        ends
            The tokens behind the sentences.
        """
        best = self.chances.argmax(axis=1)
        likely = self.chances[np.arange(len(best)), best]
        sentence = np.searchsorted(np.asarray(ends), np.arange(len(best)), side="right")
        runs: list[list[int]] = []
        for token in np.flatnonzero(likely >= LEAST).tolist():
            last = runs[-1][-1] if runs else -2
            if last == token - 1 and best[last] == best[token] and sentence[last] == sentence[token]:
                runs[-1].append(token)
            else:
                runs.append([token])
        types = self.encoder.meta["types"]
        return [
            TriggerWords(run[first], run[last - 1] + 1, types[best[run[0]]], float(likely[run].max()))
            for run in runs
            for first, last in [around_the_surest(likely[run])]
        ]

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
        words = self.tokens[around]
        free = (words < trigger[0]) | (words >= trigger[1])
        return Told(
            statuses=dict(zip(meta["statuses"], scores.statuses.tolist(), strict=True)),
            modes={
                mode: float(scores.modes[place]) for place, (name, mode) in enumerate(meta["modes"], 1) if name == type_
            },
            sides={
                side: chances_of(words[free], scores.sides[free, place]) for place, side in enumerate(meta["sides"], 1)
            },
        )

    def _pieces(self, first: int, end: int) -> Ints:
        """The pieces of a stretch of tokens."""
        start, stop = np.searchsorted(self.tokens, [first, end])
        return np.arange(start, stop)


def read(encoder: Encoder, doc: Doc, title: str | None) -> ArticleReading:
    """Read a Doc's text, with its article's title before every window.

    A text that begins with its title, as stored texts do, is read as the encoder was trained: the title's own words are
    those before the first window.
    """
    starts = np.array([token.idx for token in doc], dtype=np.int64)
    headed = bool(title) and doc.text.startswith(title or "")
    begin = len(title or "") if headed else 0
    states: list[Floats] = [np.empty((0, heads.width(encoder.heads)), dtype=np.float32)]
    windows: list[Ints] = [np.empty(0, dtype=np.int64)]
    offsets: list[Ints] = [np.empty(0, dtype=np.int64)]
    for number, window in enumerate(encoder.windows(doc.text[begin:], title)):
        body = body_of(window)
        if body.start == body.stop and not (headed and number == 0):
            continue
        found = encoder.states(window.pieces)
        if headed and number == 0:
            own = title_offsets(encoder.tokenizer, title)[:, 0]
            states.append(found[1 : 1 + len(own)])
            windows.append(np.zeros(len(own), dtype=np.int64))
            offsets.append(own)
        states.append(found[body])
        windows.append(np.full(body.stop - body.start, number))
        offsets.append(begin + window.offsets[body, 0])
    tokens = np.searchsorted(starts, np.concatenate(offsets), side="right") - 1
    return reading_of(encoder, len(doc), np.concatenate(states), np.concatenate(windows), tokens)


def body_of(window: Window) -> slice:
    """Which pieces of a window are of the text."""
    return slice(window.body, len(window.pieces) - 1)


def reading_of(encoder: Encoder, length: int, states: Floats, windows: Ints, tokens: Ints) -> ArticleReading:
    """The reading of a text of `length` tokens from the states of its pieces; a word has its pieces' mean chance."""
    summed = np.zeros((length, len(encoder.meta["types"])))
    np.add.at(summed, tokens, heads.types(encoder.heads, states)[:, 1:])
    counted = np.bincount(tokens, minlength=length)
    chances = np.round(summed / np.maximum(counted, 1)[:, None], heads.DIGITS)
    return ArticleReading(encoder, states, windows, tokens, chances)


def chances_of(tokens: Ints, chances: Doubles) -> dict[int, float]:
    """Of each token the greatest chance of its pieces; `tokens` are those of pieces, `chances` theirs."""
    found: dict[int, float] = {}
    for token, chance in zip(tokens.tolist(), chances.tolist(), strict=True):
        found[token] = max(chance, found.get(token, 0.0))
    return found


def around_the_surest(chances: Doubles, least: float = LEAST) -> tuple[int, int]:
    """The stretch (half-open) around the greatest of some chances in which none is far less, nor below the least."""
    middle = int(chances.argmax())
    least = max(least, chances[middle] * OF_THE_SUREST)
    first, last = middle, middle + 1
    while first > 0 and chances[first - 1] >= least:
        first -= 1
    while last < len(chances) and chances[last] >= least:
        last += 1
    return first, last
