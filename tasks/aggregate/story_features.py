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
from sys import intern

from tasks.clean.dateline import parse_dateline

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


@dataclass(frozen=True, slots=True)
class Features:
    """Features of one article, sorted by name, with their weights; each kind is of the length its share gives."""

    names: tuple[str, ...]
    weights: array[float]


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


def count_features(title: str, text: str, source: str | None, entities: Iterable[tuple[str, str, int]]) -> Features:
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
    names = sorted(found)
    return Features(tuple(map(intern, names)), array("d", (found[name] for name in names)))


def _name(words: str) -> str:
    return "".join(c for c in words.lower() if c.isalnum()) or "?"


def weigh_features(counted: Mapping[str, Features]) -> dict[str, Features]:
    """Weigh the counts of all articles by rarity, so that the dot product of two articles is their likeness, 0 to 1."""
    spread = Counter(name for features in counted.values() for name in features.names)
    total = len(counted) + PRIOR_ARTICLES
    return {article_id: _weighted(features, spread, total) for article_id, features in counted.items()}


def _weighted(features: Features, spread: Counter[str], total: int) -> Features:
    pairs = zip(features.names, features.weights, strict=True)
    values = [weight * math.log(total / spread[name]) for name, weight in pairs]
    squares = dict.fromkeys(SHARES, 0.0)
    for name, value in zip(features.names, values, strict=True):
        squares[name[0]] += value * value
    # What an article lacks (a title, entities) is made up for by the rest.
    whole = math.fsum(share for kind, share in SHARES.items() if squares[kind] > 0)
    scale = {kind: math.sqrt(SHARES[kind] / whole / square) for kind, square in squares.items() if square > 0}
    weights = array("d", (value * scale.get(name[0], 0.0) for name, value in zip(features.names, values, strict=True)))
    return Features(features.names, weights)
