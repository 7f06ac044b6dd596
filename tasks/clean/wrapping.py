"""Join the lines of a hard-wrapped text into paragraphs.

A text is hard-wrapped where its lines break because the next word would not have fitted any more. Lines that break
earlier (headings, tables, lists, the ends of paragraphs) stay lines of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_LONGEST_WIDTH = 100
_SHORTEST_WIDTH = 40
_SLACK = 6  # typesetters left a few columns free
_FULL_SHARE = 0.7
_RUN_ON_SHARE = 0.4
_INDENTED_SHARE = 0.6
_COLUMN_GAP = re.compile(r"\S {3,}\S")  # a row of a table
_HYPHENATED = re.compile(r"\w-$")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indent: int

    @property
    def width(self) -> int:
        return self.indent + len(self.text)


def unwrap(lines: list[str]) -> list[str]:
    """Give the lines with those of a hard-wrapped text joined; blank lines stay as empty strings."""
    parsed = [_Line(line.strip(), _indent(line)) for line in lines]
    margin = min((line.indent for line in parsed if line.text), default=0)
    parsed = [_Line(line.text, line.indent - margin if line.text else 0) for line in parsed]
    width = max((line.width for line in parsed), default=0)
    if not _is_wrapped(parsed, width):
        return [line.text for line in parsed]
    indented = _first_lines_indented(parsed)
    # Parts, not growing strings: a whole book can be one paragraph.
    joined: list[list[str]] = []
    for index, line in enumerate(parsed):
        if index and _continues(parsed[index - 1], line, width, indented):
            hyphenated = _HYPHENATED.search(parsed[index - 1].text) and line.text[:1].islower()
            joined[-1].append(line.text if hyphenated else " " + line.text)
        else:
            joined.append([line.text])
    return ["".join(parts) for parts in joined]


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _full(line: _Line, after: _Line, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this line."""
    return line.width + 1 + len(after.text.split(" ", 1)[0]) > width - _SLACK


def _runs_on(line: _Line, after: _Line) -> bool:
    """Whether a sentence plainly goes on over the line end."""
    return after.text[:1].islower() and not _SENTENCE_END.search(line.text)


def _first_lines_indented(lines: list[_Line]) -> bool:
    """Whether paragraphs are told by the indent of their first lines."""
    return sum(line.indent >= 2 for line in lines) >= 2 and any(not line.indent and line.text for line in lines[1:])


def _continues(line: _Line, after: _Line, width: int, indented: bool) -> bool:
    if not line.text or not after.text or _COLUMN_GAP.search(line.text) or _COLUMN_GAP.search(after.text):
        return False
    if after.indent > line.indent:
        return after.indent == 1 and _runs_on(line, after)
    if indented and not after.indent and line.width > _INDENTED_SHARE * width:
        return True
    if _SENTENCE_END.search(line.text) and not _full(line, after, width):
        return False
    return _full(line, after, width) or _runs_on(line, after)


def _is_wrapped(lines: list[_Line], width: int) -> bool:
    if not _SHORTEST_WIDTH <= width <= _LONGEST_WIDTH:
        return False
    pairs = [
        (line, after) for line, after in pairwise(lines) if line.text and after.text and after.indent <= line.indent
    ]
    if not pairs:
        return False
    run_on = sum(_runs_on(line, after) for line, after in pairs)
    # A dateline cut off before leaves the first line short: it does not speak against wrapping.
    judged = pairs[1:] if len(pairs) > 1 else pairs
    full = sum(_full(line, after, width) for line, after in judged)
    if run_on and _first_lines_indented(lines):
        return True
    return run_on > 0 and (full >= _FULL_SHARE * len(judged) or run_on >= _RUN_ON_SHARE * len(pairs))
