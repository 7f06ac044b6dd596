"""Which texts lie inside others: pairs that share rare sampled 5-grams, confirmed by the share that is contained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.gate.sketch import HEAD_WORDS, WHOLE_MASK

CONTAINED = 0.8
# Of two texts about as long, one inside the other is a near copy (of Jaccard .67 and more) and not an excerpt.
ALIKE_LENGTH = 0.8
_FEWEST_SAMPLES = 6
# 5-grams in more texts than this are phrases of the trade: they bring no candidates.
_COMMON = 64
_BLOCK = 2_000_000

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Samples:
    """The sketches of many texts in one array: those of text i are `values[offsets[i]:offsets[i + 1]]`, sorted."""

    values: Indices
    offsets: Indices

    def of(self, index: int) -> Indices:
        """The sketch of one text."""
        part: Indices = self.values[self.offsets[index] : self.offsets[index + 1]]
        return part


def contained_pairs(samples: Samples, n_words: Indices) -> Indices:
    """Pairs (inner, outer): at least `CONTAINED` of the 5-grams of the inner, not longer text are in the outer one.

    Parameters
    ----------
    samples
        Sketches of the texts.
    n_words
        Words of each text.
    """
    pairs = _candidates(samples)
    if len(pairs) == 0:
        return pairs
    left, right = pairs[:, 0], pairs[:, 1]
    # Of two equally long texts the one of smaller index is the outer one.
    swap = (n_words[left] > n_words[right]) | ((n_words[left] == n_words[right]) & (left < right))
    pairs = np.unique(np.where(swap[:, None], pairs[:, ::-1], pairs), axis=0)
    confirmed = [is_contained(samples.of(a), samples.of(b), int(n_words[a])) for a, b in pairs.tolist()]
    found: Indices = pairs[np.array(confirmed, dtype=np.bool_)]
    return found


def is_contained(inner: Indices, outer: Indices, n_words: int) -> bool:
    """Whether a sketch of a text of `n_words` words lies in another sketch, as far as the samples can tell."""
    shared = np.isin(inner, outer, assume_unique=True)
    if n_words <= HEAD_WORDS and len(inner) >= _FEWEST_SAMPLES and shared.mean() >= CONTAINED:
        return True
    whole = shared[(inner & WHOLE_MASK) == 0]
    return len(whole) >= _FEWEST_SAMPLES and bool(whole.mean() >= CONTAINED)


def _candidates(samples: Samples) -> Indices:
    """Pairs that could be contained, either way round.

    A text of which four fifths are in another shares at least one of the rarest fifth of its 5-grams with it (the
    prefix filter), so only those are looked up; most texts share none of them with any other.
    """
    owners = np.repeat(np.arange(len(samples.offsets) - 1), np.diff(samples.offsets))
    order = np.argsort(samples.values, kind="stable")
    values, owners = samples.values[order], owners[order]
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else np.empty(0, int)
    sizes = np.diff(np.append(starts, len(values)))
    bucket = np.repeat(np.arange(len(starts)), sizes)
    # Both samples are looked up: the dense one, by which short texts are judged, and the thin one of the whole text.
    thin = (values & WHOLE_MASK) == 0
    chosen = _rarest(owners, values, sizes[bucket]) if len(values) else np.empty(0, int)
    if thin.any():
        places = np.flatnonzero(thin)
        chosen = np.union1d(chosen, places[_rarest(owners[thin], values[thin], sizes[bucket][thin])])
    chosen = chosen[(sizes[bucket[chosen]] > 1) & (sizes[bucket[chosen]] <= _COMMON)].astype(np.int64)
    found: list[Indices] = [np.empty((0, 2), dtype=np.int64)]
    per_block = max(1, _BLOCK // _COMMON)
    for begin in range(0, len(chosen), per_block):
        part = chosen[begin : begin + per_block]
        count = sizes[bucket[part]]
        first = np.repeat(starts[bucket[part]], count)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        pairs = np.stack((np.repeat(owners[part], count), owners[first + within]), axis=1)
        pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
        found.append(np.unique(pairs, axis=0))
    return np.unique(np.concatenate(found), axis=0)


def _rarest(owners: Indices, values: Indices, sizes: Indices) -> Indices:
    """Places of the rarest fifth (and one) of each text's samples, by number of texts, then value."""
    order = np.lexsort((values, sizes, owners))
    ordered = owners[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    counts = np.diff(np.append(starts, len(ordered)))
    rank = np.arange(len(ordered)) - np.repeat(starts, counts)
    allowed = np.repeat(counts - np.ceil(counts * CONTAINED - 1e-9).astype(np.int64) + 1, counts)
    chosen: Indices = order[rank < allowed].astype(np.int64)
    return chosen
