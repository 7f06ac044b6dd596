"""What stands loose at the end of an extracted text, and how much of a text is prose."""

from __future__ import annotations

import re

from tasks.clean.page.tree import letters
from tasks.reference.calendar import MONTHS

PROSE_LINE = 80
_SENTENCE_ENDS = ".!?…:;\"'“”’»)]。！？）」"
_MOST_LOOSE = 8
_HEAD_LINES = 3
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_DATE = re.compile(
    rf"(?:[^\W\d]{{2,12}}\.?,? )?(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: de)? )?(?:{_MONTH})\.?(?: de)? "
    r"(?:\d{1,2}(?:st|nd|rd|th)?,? )?(?:19|20)\d{2}"
    r"(?:,?(?: at| um| à| a las)? ?\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: uhr)?(?: [a-z]{2,4})?)?"
    r"(?: ?[|•·–—-] .{1,40})?",
    re.IGNORECASE,
)


def prose_share(text: str) -> float:
    """Which part of a text stands in lines as long as sentences, cells of tables apart."""
    lines = [line for line in text.split("\n") if not line.startswith("|")]
    return sum(len(line) for line in lines if len(line) >= PROSE_LINE) / max(1, sum(map(len, lines)))


def without_date(text: str) -> str:
    """The text without a first line that is a date and nothing more, or a date with a name beside it."""
    lines = text.split("\n")
    head = [line for line in lines[:_HEAD_LINES] if not _DATE.fullmatch(line.strip())]
    return "\n".join([*head, *lines[_HEAD_LINES:]]) if head else text


def without_tail(text: str, headings: frozenset[str]) -> str:
    """The text without what stands loose at its end.

    That is headings (or lines in capitals), for what they head was left out by extraction, and short lines that are no
    sentences: addresses, prices, names of sections. Items of lists, rows of tables and a long run of such lines stay.
    """
    lines = text.split("\n")
    kept = len(lines)
    while kept > 1 and (_is_headless(lines[kept - 1], headings) or _is_loose(lines[kept - 1])):
        kept -= 1
    if len(lines) - kept <= _MOST_LOOSE:
        return "\n".join(lines[:kept])
    while len(lines) > 1 and _is_headless(lines[-1], headings):
        lines.pop()
    return "\n".join(lines)


def _is_headless(line: str, headings: frozenset[str]) -> bool:
    return not line.strip() or line.isupper() or letters(line) in headings


def _is_loose(line: str) -> bool:
    return len(line) < PROSE_LINE and not line.startswith(("- ", "|")) and line.rstrip()[-1] not in _SENTENCE_ENDS
