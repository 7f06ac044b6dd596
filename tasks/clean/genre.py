"""What form of article a text is, by URL, title and form; the rules are data (`tasks/data/genre.toml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from tasks.reference.files import toml

_LIVE_ENTRIES = 4
_TIME_STAMP = re.compile(
    r"(?:\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?)(?:\s?(?:GMT|BST|UTC|CES?T|ES?T|EDT|PT|ET|Uhr))?(?=\s|$|[:–—-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _GenreRule:
    genre: str
    title: re.Pattern[str] | None
    segments: frozenset[str]


@cache
def _rules() -> tuple[_GenreRule, ...]:
    data = toml("genre.toml")
    return tuple(
        _GenreRule(
            rule["genre"],
            re.compile("|".join(rule["titles"]), re.IGNORECASE) if rule.get("titles") else None,
            frozenset(rule.get("segments", ())),
        )
        for rule in data["rule"]
    )


def genre_of(title: str | None, url: str | None, paragraphs: list[str]) -> str:
    """Name the genre: correction, factbox, liveblog, opinion, other, or news where nothing speaks for another."""
    for rule in _rules():
        if title and rule.title and rule.title.search(title):
            return rule.genre
    if sum(_TIME_STAMP.match(paragraph) is not None for paragraph in paragraphs) >= _LIVE_ENTRIES:
        return "liveblog"
    segments = set(urlsplit(url).path.lower().split("/")[:-1]) if url else set()
    for rule in _rules():
        if segments & rule.segments:
            return rule.genre
    return "news"
