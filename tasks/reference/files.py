"""Read the reference tables under `tasks/data/`: CSV with `#` header lines that say source and licence."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
# Letters that Unicode does not decompose, as English newsrooms write them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_APOSTROPHES = re.compile("[.'’‘ʼʻ`´]")
_SEPARATORS = re.compile(r"[^\w&]+")


def read_table(name: str) -> list[dict[str, str]]:
    """Give the rows of `tasks/data/<name>` as dictionaries; lines that start with `#` are its header."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


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
