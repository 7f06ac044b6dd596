"""Quotation marks to quotations: pairs of marks of any style, paragraph by paragraph. An odd mark never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Opening mark to the marks that close it. Straight marks open or close by what stands beside them.
_CLOSERS = {
    "“": ("”", '"'),
    "„": ("“", "”"),
    "«": ("»",),
    "‹": ("›",),
    "‘": ("’", "'"),
    "'": ("'",),
    "``": ("''", '"'),
    "''": ("''", '"'),
    '"': ('"', "”", "''"),
    "”": ("”",),
}
_MARK = re.compile(r"``|''|[“”„«»‹›‘’\"']")
_LEFT_OPEN_BEFORE = ("“", '"', "„", "«")
_OPENS_AFTER = re.compile(r"[\s(\[{—–\-:/…]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between two marks: character span without and with the marks. `open_end` where the paragraph ended it."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    open_end: bool = False
    continued: bool = False


def find_quotations(text: str, blocks: Iterable[tuple[int, int]]) -> list[Quotation]:
    """Give the outermost quotations of a text in order.

    Parameters
    ----------
    blocks
        Character spans of the paragraphs; no quotation crosses one. A quotation that a paragraph leaves open and the
        next paragraph takes up with a mark of its own is `open_end` there and `continued` here.
    """
    found: list[Quotation] = []
    open_before = False
    for start, end in blocks:
        inside = _in_block(text, start, end, open_before)
        found.extend(inside)
        open_before = bool(inside) and inside[-1].open_end
    return found


def _in_block(text: str, start: int, end: int, open_before: bool) -> list[Quotation]:
    marks = [
        match for match in _MARK.finditer(text, start, end) if not _is_apostrophe(text, match.start(), match.end())
    ]
    found: list[Quotation] = []
    # Kinds of mark that nothing closes from some mark on: the next of the kind need not look again.
    unclosed: set[str] = set()
    curly = _curly_closings(text, marks)
    last = max((n for n, mark in enumerate(marks) if mark.group() in _LEFT_OPEN_BEFORE), default=-1)
    index = 0
    while index < len(marks):
        opening = marks[index]
        mark = opening.group()
        closing = None
        if mark not in unclosed and _opens(text, start, opening):
            closing = curly[index] if mark == "“" else _closing(text, marks, index, mark)
            if closing is None and mark != "“":
                unclosed.add(mark)
        if closing is None:
            if index >= last and _left_open(text, start, end, opening):
                stop = len(text[start:end].rstrip()) + start
                continued = open_before and not text[start : opening.start()].strip()
                found.append(Quotation(opening.end(), stop, opening.start(), stop, True, continued))
                break
            index += 1
            continue
        close = marks[closing]
        continued = open_before and not found and not text[start : opening.start()].strip()
        if close.start() > opening.end():
            found.append(Quotation(opening.end(), close.start(), opening.start(), close.end(), False, continued))
        index = closing + 1
    return found


def _is_apostrophe(text: str, start: int, end: int) -> bool:
    if end - start != 1 or text[start] not in "'’":
        return False
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return before.isalnum() and after.isalnum()


def _opens(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    before = text[match.start() - 1] if match.start() > start else " "
    after = text[match.end() : match.end() + 1]
    if not after or after.isspace():
        return False
    if mark in ("“", "„", "«", "‹", "``"):
        return True
    if mark in ("‘", "'", "’"):
        # Singles: an apostrophe at the start of a word ("’em", "'90s") is no quotation.
        return mark != "’" and bool(_OPENS_AFTER.match(before)) and after.isalpha()
    if mark in ('"', "''", "”"):
        return bool(_OPENS_AFTER.match(before)) or before in "“‘'"
    return False


def _closing(text: str, marks: list[re.Match[str]], index: int, mark: str) -> int | None:
    """Index of the mark that closes the one at `index`, None where the paragraph has none; curly ones may nest."""
    return next(
        (position for position in range(index + 1, len(marks)) if _is_closer(text, marks[position], mark)), None
    )


def _is_opener(text: str, match: re.Match[str]) -> bool:
    """Whether white space stands before a mark and none behind it."""
    after = text[match.end() : match.end() + 1]
    return text[match.start() - 1].isspace() and bool(after) and not after.isspace()


def _is_closer(text: str, match: re.Match[str], mark: str) -> bool:
    """Whether a mark may close one of the kind `mark` before it."""
    if match.group() not in _CLOSERS[mark] or _is_opener(text, match):
        return False
    after = text[match.end() : match.end() + 1]
    return not (mark in ("‘", "'") and (after.isalnum() or text[match.start() - 1].isspace()))


def _curly_closings(text: str, marks: list[re.Match[str]]) -> list[int | None]:
    """Which mark would close a curly one at each place: the first behind it at which more are closed than opened."""
    found: list[int | None] = [None] * len(marks)
    waiting: list[tuple[int, int]] = []
    depth = 0
    for position, match in enumerate(marks):
        is_curly = match.group() == "“"
        if is_curly and position and _is_opener(text, match):
            depth += 1
        elif position and _is_closer(text, match, "“"):
            depth -= 1
            while waiting and waiting[-1][0] > depth:
                found[waiting.pop()[1]] = position
        if is_curly:
            waiting.append((depth, position))
    return found


def _left_open(text: str, start: int, end: int, opening: re.Match[str]) -> bool:
    """Whether an unclosed mark begins a quotation that runs to the paragraph's end: it opens it or follows a colon.

    Only the last mark that may open one does.
    """
    if opening.group() not in ("“", '"', "„", "«", "``", "''") or not _opens(text, start, opening):
        return False
    before = opening.start() - 1
    while before >= start and text[before].isspace():
        before -= 1
    return (before < start or text[before] in ":,") and end - opening.end() > 8
