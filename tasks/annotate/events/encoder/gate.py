"""Which sentences the encoder reads: one whose words speak against any event is spared.

A linear model over word pieces, in whole numbers, so that the sum is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SentenceGate:
    """Weights of word pieces, and the least sum with which a sentence is read.

    Parameters
    ----------
    weights
        Of each piece of the vocabulary, shape (vocabulary,); a piece counts once a sentence.
    least
        A sentence below it is not read.
    """

    weights: Ints
    least: int

    def passing(self, ids: Ints, sentences: Ints) -> npt.NDArray[np.bool_]:
        """Of each piece whether its sentence is read.

        Parameters
        ----------
        ids
            Pieces of a text, shape (pieces,).
        sentences
            The number of the sentence of each, ascending, shape (pieces,).
        """
        if not len(ids):
            return np.zeros(0, dtype=np.bool_)
        size = len(self.weights)
        once = np.unique(sentences * size + ids)
        sums = np.zeros(int(sentences[-1]) + 1, dtype=np.int64)
        np.add.at(sums, once // size, self.weights[once % size])
        passed: npt.NDArray[np.bool_] = (sums >= self.least)[sentences]
        return passed
