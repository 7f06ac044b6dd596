"""Headline and byline: found in a text's first lines, kept apart from its body."""

from __future__ import annotations

import re

from tasks.clean.boilerplate import is_prose
from tasks.reference.dateline import parse_dateline

_LONGEST_HEADLINE_WORDS = 25
_LONGEST_HEADLINE_CHARS = 200
_BYLINE_PARAGRAPHS = 3
_NO_HEADLINE_END = (".", ",", ";", ":", "…", ".”", '."', ".’", ".»")
_SITE_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|–—]{2,50}$")
_SITE_PREFIX = re.compile(r"^[^|:»–—]{2,40}(?::|\s+[|»–—-])\s+")
_BYLINE = re.compile(r"(?:By|BY|Von|VON|Par|PAR|Por|POR)\s+(?P<names>[^\W\d_].{2,120})")
_NAME_WORD = re.compile(
    r"(?:[^\W\d_a-zß-öø-ÿ][\w.’'-]*|and|und|et|y|de|del|der|den|van|von|la|le|al|bin|ibn|el|da|dos|di|&)"
)
_BETWEEN_NAMES = re.compile(r"\s*(?:;|\s(?:and|und|et|y|&)\s)\s*", re.IGNORECASE)
_AFTER_NAMES = re.compile(r"\s+(?:in|for|at|aus|für|à|en|para)\s+|\s*[|/(–—]\s*|\s+-\s+")
_MARKDOWN_HEADING = re.compile(r"^#{1,6} +")
_LEADING_BY = re.compile(r"^(?:by|von|par|por)\s+", re.IGNORECASE)
_NO_NAME = re.compile(r"[@\d]|https?:|www\.", re.IGNORECASE)


def take_headline(paragraphs: list[str]) -> tuple[str | None, list[str]]:
    """Split a text into its headline and the rest; the headline is None where the first paragraph is not one.

    A headline is short, begins like a sentence but has no full stop, is neither dateline nor byline, and prose follows.
    """
    if len(paragraphs) < 2:
        return None, paragraphs
    first = _MARKDOWN_HEADING.sub("", paragraphs[0])
    words = first.count(" ") + 1
    if not 2 <= words <= _LONGEST_HEADLINE_WORDS or len(first) > _LONGEST_HEADLINE_CHARS:
        return None, paragraphs
    if first.endswith(_NO_HEADLINE_END) or first[0].islower() or not any(character.isalpha() for character in first):
        return None, paragraphs
    if parse_byline(first) or parse_dateline(first + " x") or not any(is_prose(line) for line in paragraphs[1:]):
        return None, paragraphs
    return first, paragraphs[1:]


def drop_repeated_title(paragraphs: list[str], title: str) -> list[str]:
    """Leave out first paragraphs that only say the title again, with or without the site's name before or behind it."""
    titles = {_letters(each) for each in (title, _SITE_SUFFIX.sub("", title), _SITE_PREFIX.sub("", title))} - {""}
    repeats = 0
    while repeats < len(paragraphs) and _letters(paragraphs[repeats]) in titles:
        repeats += 1
    return paragraphs[repeats:]


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def take_byline(paragraphs: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Split bylines off the first three paragraphs; the authors are those of the first, empty where there is none.

    A text that is nothing but a byline keeps it.
    """
    authors: tuple[str, ...] = ()
    head, rest = paragraphs[:_BYLINE_PARAGRAPHS], paragraphs[_BYLINE_PARAGRAPHS:]
    kept: list[str] = []
    for index, paragraph in enumerate(head):
        named = parse_byline(paragraph)
        if named and (kept or head[index + 1 :] or rest):
            authors = authors or named
            continue
        kept.append(paragraph)
        if is_prose(paragraph):
            kept.extend(head[index + 1 :])
            break
    return authors, kept + rest


def parse_byline(line: str) -> tuple[str, ...]:
    """The authors of a line such as “By Jane Doe and John Roe in Paris”; empty where the line is no byline."""
    found = _BYLINE.fullmatch(line)
    if not found or is_prose(line):
        return ()
    names = _AFTER_NAMES.split(found["names"].split(",")[0] if "," in found["names"] else found["names"], maxsplit=1)[0]
    words = names.split()
    if not 1 <= len(words) <= 10 or not all(_NAME_WORD.fullmatch(word) for word in words):
        return ()
    return clean_authors((found["names"],))


def clean_authors(given: tuple[str, ...]) -> tuple[str, ...]:
    """Authors as a list of names: joined names split, “By”, places, addresses and repeats left out."""
    names: list[str] = []
    for entry in given:
        line = _LEADING_BY.sub("", " ".join(entry.split()))
        for part in _BETWEEN_NAMES.split(line):
            for name in _split_commas(_AFTER_NAMES.split(part, maxsplit=1)[0]):
                name = name.strip(" ,;:|")
                if len(name) > 1 and not _NO_NAME.search(name) and name not in names:
                    names.append(name)
    return tuple(names)


def _split_commas(part: str) -> list[str]:
    """“Jane Doe, John Roe” are two people; “Doe, Jane” is one, “Jane Doe, Economics Editor” is one with her post."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) < 2:
        return pieces
    if len(pieces) == 2 and all(piece.count(" ") == 0 for piece in pieces):
        return [f"{pieces[1]} {pieces[0]}"]
    posts = re.compile(
        r"\b(?:editor|correspondent|reporter|writer|staff|news|press|agency|bureau|chief|jr|sr|reuters)\b", re.I
    )
    return [piece for piece in pieces if not posts.search(piece)] or pieces[:1]
