"""What an article shows of its happening: words of title and lead, and entities, each weighted by its rarity."""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tasks.reference.dateline import parse_dateline

# A lead is the first words of the text; so many characters hold them, whatever the words.
LEAD_WORDS = 80
LEAD_CHARACTERS = 1000
# Shares of the likeness: it is the weighted mean of the cosines over words (of title and lead) and over entities.
WORDS, ENTITIES = "w", "e"
SHARES = {WORDS: 0.7, ENTITIES: 0.3}
# Rarity in a small corpus is counted as if it had this many more articles without the feature.
PRIOR_ARTICLES = 200
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_STOP = frozenset(
    re.findall(
        r"\w+",
        """the and for with from that this these those will would could should has have had having are was were been
        being not but its his her hers him she they them their our your you who whom whose what which when where why how
        over after before into out off about amid among against under above between through during while until since
        because than then there here also only just even still very more most much many some any each other others
        another such own same all both one two three four five six seven eight nine ten first second last next can may
        might must did does done doing say says said saying tell tells told new news near around along across upon
        according reporters monday tuesday wednesday thursday friday saturday sunday january february march april june
        july august september october november december day days week weeks month months year years today yesterday
        tomorrow morning afternoon evening night update exclusive breaking""",
    )
)
_ENDINGS = ("ings", "ing", "edly", "ed", "es", "s", "e")


Integers = npt.NDArray[np.int32]
Positions = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Features:
    """Features of articles in compressed sparse rows: those of article i are `starts[i]` up to `starts[i + 1]`.

    Each row stands in the order of its features' names, so that sums come out the same however the rest is ordered.
    """

    starts: Positions
    columns: Integers
    weights: Floats
    n_columns: int


def stem_word(word: str) -> str:
    """Cut the endings of number and tense off a lowercase word: strikes, striking and strike are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def key_words(text: str) -> list[str]:
    """Stems of the words that carry meaning, without accents, in their order."""
    return [stem for stem in map(_key, _WORD.findall(text)) if stem]


@lru_cache(maxsize=100_000)
def _key(word: str) -> str | None:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    return None if plain in _STOP else stem_word(plain)


def count_features(
    title: str, text: str, source: str | None, entities: Iterable[tuple[str, str, int]]
) -> dict[str, float]:
    """Count the features of one article, not yet weighted by rarity.

    Parameters
    ----------
    text
        The start of its text; more than the lead is not read.
    entities
        Id, name and number of mentions of each entity. The publisher and the agency of the dateline are left out.
    """
    dateline = parse_dateline(text)
    lead = (f"{dateline.place} {text[dateline.end :]}" if dateline else text)[:LEAD_CHARACTERS]
    told = Counter(key_words(title) + key_words(" ".join(lead.split()[:LEAD_WORDS])))
    found = {WORDS + word: 1 + math.log(n) for word, n in told.items()}
    papers = {_name(source.partition(".")[0] if source else ""), _name((dateline and dateline.agency) or "")}
    found |= {ENTITIES + entity_id: 1 + math.log(n) for entity_id, name, n in entities if _name(name) not in papers}
    return found


def _name(words: str) -> str:
    return "".join(c for c in words.lower() if c.isalnum()) or "?"


def weigh_features(counted: Iterable[Mapping[str, float]]) -> Features:
    """Weigh the counts of all articles by rarity, so that the dot product of two articles is their likeness, 0 to 1."""
    starts, columns, counts = array("q", [0]), array("i"), array("d")
    known: dict[str, int] = {}
    for found in counted:
        for name in sorted(found):
            columns.append(known.setdefault(name, len(known)))
            counts.append(found[name])
        starts.append(len(columns))
    kinds = np.array([list(SHARES).index(name[0]) for name in known], dtype=np.int8)
    return _weighted(np.array(starts), np.array(columns), np.array(counts), kinds)


def _weighted(starts: Positions, columns: Integers, counts: Floats, kinds: npt.NDArray[np.int8]) -> Features:
    n_rows, n_kinds = len(starts) - 1, len(SHARES)
    spread, which = np.unique(np.bincount(columns, minlength=len(kinds)), return_inverse=True)
    # Not NumPy's logarithm: its last digit may differ between processors.
    rarity = np.array([math.log((n_rows + PRIOR_ARTICLES) / max(n, 1)) for n in spread.tolist()])
    weights = counts * rarity[which][columns]
    cell = np.repeat(np.arange(n_rows), np.diff(starts)) * n_kinds + kinds[columns]
    squares = np.bincount(cell, weights * weights, minlength=n_rows * n_kinds).reshape(n_rows, n_kinds)
    shares = np.where(squares > 0, np.array(list(SHARES.values())), 0.0)
    # What an article lacks (a title, entities) is made up for by the rest.
    whole = shares.sum(axis=1, keepdims=True)
    scale = np.sqrt(np.divide(shares, whole * squares, out=np.zeros_like(shares), where=squares > 0))
    return Features(starts, columns, weights * scale.reshape(-1)[cell], len(kinds))
