"""Small keepsakes of a text: a sample of its word 5-grams, and the figures and names it states.

Both are functions of one text alone and are kept with its MinHash signature. A sample finds texts that lie inside
other texts, which MinHash misses; the facts tell a copy with other figures or names from a mere reprint.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
import numpy.typing as npt

SHINGLE_WORDS = 5
# Half of the 5-grams of the first words are kept, so that a teaser of two sentences can be told; then one in eight.
HEAD_WORDS = 128
HEAD_MASK = 1
WHOLE_MASK = 7
_HASH_BITS = 48  # a million articles have some 10^8 kept 5-grams: fewer bits would meet by chance too often
_FACT_MASK = 0xFFFFFE
IS_NAME = 1  # the lowest bit of a fact

_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŐŒŔŖŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩА-ЯЁЄІЇ"
# A name counts only inside a sentence: at its start every word has a capital.
_FACT = re.compile(
    rf"(?P<figure>(?<![^\W\d_])\d+(?:[.,:]\d+)*)|(?<=[\w,;’')] )(?P<name>[{_UPPER}]\w+)|"
    r"\b(?P<word>(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?))\b"
)
_FIGURES = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
}
# What stands before a name, or is one of two ways to write the same person.
_TITLES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "dr", "sir", "lord", "lady", "prof", "professor", "president", "minister"),
        *("chairman", "secretary", "director", "chief", "general", "herr", "frau", "monsieur", "madame", "señor"),
        *("señora", "the", "but", "and"),
    }
)
_MONTHS = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?"
)

Hashes = npt.NDArray[np.uint64]


def sketch(words: list[str]) -> tuple[int, ...]:
    """Sample the word 5-grams of a text: hashes of 48 bits, sorted, each once.

    A 5-gram is kept by its hash alone, so two texts keep the same of what they share: within the first 128 words where
    the hash is even, further on where it is a multiple of eight (FracMinHash).

    Parameters
    ----------
    words
        The words, case-folded.
    """
    hashes = shingle_hashes(words)
    head = hashes[: max(1, HEAD_WORDS - SHINGLE_WORDS + 1)]
    head = head[(head & np.uint64(HEAD_MASK)) == 0]
    whole = hashes[(hashes & np.uint64(WHOLE_MASK)) == 0]
    return tuple(np.union1d(head, whole).astype(np.int64).tolist())


def shingle_hashes(words: list[str]) -> Hashes:
    """Hash each run of five words (of fewer, where the text has fewer), in the order of the text."""
    if not words:
        return np.empty(0, dtype=np.uint64)
    codes = np.fromiter((zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words), np.uint64, len(words))
    size = min(SHINGLE_WORDS, len(words))
    count = len(words) - size + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(size):
        mixed = (mixed ^ codes[place : place + count]) + _MIX[0]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
        mixed ^= mixed >> np.uint64(31)
    return mixed >> np.uint64(64 - _HASH_BITS)


def facts(text: str) -> tuple[int, ...]:
    """The figures and names of a text as hashes of 24 bits, sorted, each once; names are odd, figures even.

    Figures are digits (without separators of thousands) and small number words; names are words with a capital inside
    a sentence, titles left out. Months count as names, by their first three letters.
    """
    found = set()
    for match in _FACT.finditer(text):
        token = match[0].casefold()
        if match["name"]:
            if token in _TITLES:
                continue
            month = _MONTHS.fullmatch(token)
            found.add(_fact(month[1] if month else token, IS_NAME))
        elif match["figure"]:
            found.add(_fact(re.sub(r",(?=\d{3}\b)", "", token), 0))
        else:
            found.add(_fact(_FIGURES.get(token, token.rstrip("s")), 0))
    return tuple(sorted(found))


def _fact(token: str, kind: int) -> int:
    return zlib.crc32(token.encode("utf-8", "surrogatepass")) & _FACT_MASK | kind


def differ(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two copies state different things: each has figures, or names, that the other has not.

    What only one of them has does not count: a line more or less (a dateline, a footer) makes no update.
    """
    left, right = one - other, other - one
    for kind in (0, IS_NAME):
        if any(fact & 1 == kind for fact in left) and any(fact & 1 == kind for fact in right):
            return True
    return False
