"""Sections of an article from its layout: title, dateline, subheadings and paragraphs. No sentence crosses one.

Runs before the parser and settles the sentence starts that need no grammar; all others are left to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import ArticleContext, Section
from tasks.bounds import MAX_SENTENCE_TOKENS
from tasks.reference.dateline import parse_dateline

COMPONENT = "dateline_sections"

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_CLOSED_QUOTE = re.compile(r"[\"”»’)\]]$")
_LINE_BREAK = re.compile(r"\n\s*")
_MAX_HEADING_WORDS = 14
_LINE_ENDING = 400
_WRAP_WIDTHS = (50, 100)


@Language.factory(COMPONENT, assigns=["doc._.sections", "token.is_sent_start"], requires=["doc._.article"])
def dateline_sections(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that writes `doc._.sections` and settles what sentence starts the layout settles."""

    def annotate(doc: Doc) -> Doc:
        # A piece of a long text comes with its sections, which only the whole text tells.
        doc._.sections = doc._.sections or find_sections(doc.text, doc._.article)
        set_sentence_starts(doc, doc._.sections)
        return doc

    return annotate


def find_sections(text: str, article: ArticleContext | None = None) -> tuple[Section, ...]:
    """Give the sections of a text in order, without the white space around them.

    Parameters
    ----------
    text
        The text exactly as it stands in `texts.text`.
    article
        Its context: with a title that the text begins with, the first section is that title.

    Notes
    -----
    Blocks end at blank lines, unless a sentence goes on behind one. A single line break ends a block too, unless the
    text is hard-wrapped or the break lies inside a sentence. A short line without closing punctuation that stands
    before a longer block is a subheading, or the title where it opens the text.
    """
    blocks = [block for block in _blocks(text, article) if text[block[0] : block[1]].strip()]
    title = (article.title or "").strip() if article else ""
    sections: list[Section] = []
    any_paragraph = False
    for index, (start, end) in enumerate(blocks):
        follows = text[blocks[index + 1][0] : blocks[index + 1][1]] if index + 1 < len(blocks) else ""
        block = text[start:end]
        if index == 0 and title and block == title:
            sections.append(Section(start, end, "title"))
        elif _is_heading(block, follows):
            kind = "title" if index == 0 and not title else "subheading"
            sections.append(Section(start, end, kind))
        else:
            sections.extend(_paragraph(text, start, end, first=not any_paragraph))
            any_paragraph = True
    return tuple(sections)


def _blocks(text: str, article: ArticleContext | None) -> Iterator[tuple[int, int]]:
    """Yield the character ranges of blocks, white space stripped."""
    position = 0
    title = (article.title or "").strip() if article else ""
    if title and text.startswith(title) and text[len(title) : len(title) + 1] in ("", "\n"):
        yield 0, len(title)
        position = len(title)
    wrapped = _is_hard_wrapped(text)
    breaks = [match.span() for match in _BLANK_LINE.finditer(text, position)]
    blocks = zip(
        [position, *(after for _, after in breaks)], [*(before for before, _ in breaks), len(text)], strict=True
    )
    spaced = _is_double_spaced([text[start:end] for start, end in blocks])
    for end, resume in [*breaks, (len(text), len(text))]:
        last_line = text[max(position, text.rfind("\n", position, end) + 1) : end]
        if resume < len(text) and _goes_on(last_line.rstrip(), text[resume : resume + 1], spaced):
            continue
        yield from _lines(text, position, end, wrapped or spaced)
        position = resume


def _goes_on(before: str, after: str, spaced: bool) -> bool:
    """Whether a blank line lies inside a sentence, as extraction from pages and PDF files leaves it."""
    if len(before) < _WRAP_WIDTHS[0] or _SENTENCE_END.search(before):
        return False
    return after.islower() or before[-1] == "," or spaced


def _is_double_spaced(blocks: list[str]) -> bool:
    """Whether a blank line stands after every wrapped line: many single lines go on in the middle of a sentence."""
    inner = [
        (block, following)
        for block, following in pairwise(blocks)
        if len(block) >= _WRAP_WIDTHS[0] and "\n" not in block.strip()
    ]
    broken = sum(following[:1].islower() and not _SENTENCE_END.search(block.rstrip()) for block, following in inner)
    return broken >= 3 and broken >= 0.3 * len(inner)


def _lines(text: str, start: int, end: int, wrapped: bool) -> Iterator[tuple[int, int]]:
    """Split a block at the line breaks that end a paragraph or heading."""
    begin = start
    for match in _LINE_BREAK.finditer(text, start, end):
        at = match.start()
        if wrapped or match.end() >= end:
            continue
        # How the line ends is all that counts; from where it begins on, many lines would be read again and again.
        before, after = text[max(begin, at - _LINE_ENDING) : at].rstrip(), text[match.end()]
        if not before or _inside_sentence(before, after):
            continue
        yield _strip(text, begin, at)
        begin = at + 1
    yield _strip(text, begin, end)


def _inside_sentence(before: str, after: str) -> bool:
    """Whether a line break between two lines lies inside a sentence."""
    return not _SENTENCE_END.search(before) and (after[0].islower() or before[-1] == ",")


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_hard_wrapped(text: str) -> bool:
    """Whether single line breaks are mere wrapping: most lines are full, and many end in the middle of a sentence."""
    full = open_ended = inner = 0
    for block in _BLANK_LINE.split(text):
        lines = block.strip().split("\n")
        for line in lines[:-1]:
            inner += 1
            full += _WRAP_WIDTHS[0] <= len(line.rstrip()) <= _WRAP_WIDTHS[1]
            open_ended += not _SENTENCE_END.search(line.rstrip())
    return inner >= 3 and full >= 0.7 * inner and open_ended >= 0.5 * inner


def _is_heading(block: str, follows: str) -> bool:
    words = len(block.split())
    if not follows or words > _MAX_HEADING_WORDS or "\n" in block:
        return False
    if block[-1] in ".!:;,…" or (_CLOSED_QUOTE.search(block) and block[0] in "\"“«‘'("):
        return False
    return len(follows.split()) > words or bool(_SENTENCE_END.search(follows))


def _paragraph(text: str, start: int, end: int, first: bool) -> list[Section]:
    """One paragraph, the first of the text with its dateline set apart."""
    dateline = parse_dateline(text[start:end]) if first else None
    if dateline is not None:
        behind = start + dateline.end
        return [Section(*_strip(text, start, behind), "dateline"), Section(behind, end, "paragraph")]
    return [Section(start, end, "paragraph")]


def set_sentence_starts(doc: Doc, sections: tuple[Section, ...]) -> None:
    """Settle the sentence starts that the layout settles; the parser, which respects them, decides on the rest.

    The first token of each section starts a sentence. A token that follows a word or comma inside a section starts
    none: the parser would otherwise break "Special Representative for North Korea | Stephen Biegun met …". Words
    without end among which none may start begin one all the same every so often.
    """
    begins = [section.start for section in sections]
    settled = np.zeros(len(doc), dtype=np.int64)
    position = offset = held = 0
    open_ended = False
    for i, word in enumerate(token.text_with_ws for token in doc):
        text = word.rstrip()
        offset += len(word)
        if not text:
            settled[i] = -1 if i else 0  # white space ends the sentence before it, it begins none
            continue
        if position < len(begins) and offset - (len(word) - len(text)) > begins[position]:
            settled[i] = 1
            while position < len(begins) and offset - (len(word) - len(text)) > begins[position]:
                position += 1
        elif open_ended:
            settled[i] = -1
        open_ended = text[-1].isalnum() or text == ","
        held = held + 1 if settled[i] == -1 else 0
        if held == MAX_SENTENCE_TOKENS:
            settled[i], held = 1, 0
    for i in doc._.analysis.cuts:
        settled[i] = 1
    # One call for the whole Doc: setting the attribute token by token costs ten times as much.
    doc.from_array(["SENT_START"], settled.astype(np.uint64).reshape(-1, 1))  # type: ignore[arg-type]
