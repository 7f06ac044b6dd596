"""Read what lies under `tasks/data/`: tables, TOML and word lists, each with source and licence in its `#` header."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
# Letters that Unicode does not decompose, as English newsrooms write them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_APOSTROPHES = re.compile("[.'’‘ʼʻ`´]")
_SEPARATORS = re.compile(r"[^\w&]+")


def table(name: str) -> list[dict[str, str]]:
    """Give the rows of `tasks/data/<name>` as dictionaries; lines that start with `#` are its header."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


def toml(name: str) -> dict[str, Any]:
    """Give what `tasks/data/<name>` holds."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def words(name: str) -> Mapping[str, frozenset[str]]:
    """Give the word lists of `tasks/data/words/<name>.toml` by their names.

    A list is one string of words with white space between them, wrapped and sorted; an underscore in a word stands for
    a space.
    """
    lists = toml(f"words/{name}.toml")
    return MappingProxyType({key: frozenset(w.replace("_", " ") for w in text.split()) for key, text in lists.items()})


def split_forms(cell: str) -> tuple[str, ...]:
    """Give the parts of a cell that lists several forms with `|` between them."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Give a name's key for comparison: no case, accents, full stops or apostrophes; words set apart by one space.

    A leading "the" is no part of the name, and "Saint" is written "st": `The St. John's` and `saint johns` are alike.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).translate(_PLAIN)
    words = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", plain)).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join("st" if word == "saint" else word for word in words)
