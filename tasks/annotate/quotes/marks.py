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
    index = 0
    while index < len(marks):
        opening = marks[index]
        mark = opening.group()
        closing = None
        if _opens(text, start, opening):
            closing = _closing(text, end, marks, index, mark)
        if closing is None:
            if _left_open(text, start, end, opening, marks[index + 1 :]):
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


def _closing(text: str, end: int, marks: list[re.Match[str]], index: int, mark: str) -> int | None:
    """Index of the mark that closes the one at `index`, None where the paragraph has none."""
    depth = 0
    for position in range(index + 1, len(marks)):
        other = marks[position].group()
        before = text[marks[position].start() - 1]
        after = text[marks[position].end() : marks[position].end() + 1]
        opening = before.isspace() and bool(after) and not after.isspace()
        if other == mark == "“" and opening:
            depth += 1
        elif (
            other in _CLOSERS[mark]
            and not opening
            and not (mark in ("‘", "'") and (after.isalnum() or before.isspace()))
        ):
            if depth == 0:
                return position
            depth -= 1
    return None


def _left_open(text: str, start: int, end: int, opening: re.Match[str], rest: list[re.Match[str]]) -> bool:
    """Whether an unclosed mark begins a quotation that runs to the paragraph's end: it opens it or follows a colon."""
    if opening.group() not in ("“", '"', "„", "«", "``", "''") or not _opens(text, start, opening):
        return False
    if any(mark.group() in ("“", '"', "„", "«") for mark in rest):
        return False
    lead = text[start : opening.start()].rstrip()
    return (not lead or lead[-1] in ":,") and end - opening.end() > 8
