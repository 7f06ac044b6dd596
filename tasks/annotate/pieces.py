"""What a parser sees of a text: words that a tokenizer can take, pieces that the model can, one Doc at the end.

An ordinary article is one piece and goes through untouched. Nothing here changes a character: the words of the Doc are
the text, whatever they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import ArticleContext, Section
from tasks.annotate.sections import find_sections
from tasks.bounds import MAX_BATCH_TOKENS, MAX_MARKS, MAX_PIECE_CHARS, MAX_SENTENCE_TOKENS, MAX_WORD_CHARS

# A word that may be too much for the tokenizer: it starts behind white space.
_LONG_WORD = re.compile(rf"(?<!\S)\S{{{MAX_MARKS},}}")
_MARKS = re.compile(rf"(?<![^\w\s])(?<!_)(?:[^\w\s]|_){{{MAX_MARKS},}}")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+")
_WHITE_SPACE = re.compile(r"\s+")
_ENDING = frozenset((".", "!", "?", "…", ";", ":", ",", "\n"))

Parse = Callable[[list[Doc]], list[Doc]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of an article's text; `of` is the article's number in the order of reading, `last` ends it."""

    doc: Doc
    of: int
    last: bool


def parsed(nlp: Language, items: Iterable[tuple[str, ArticleContext]], parse: Parse, batch_size: int) -> Iterator[Doc]:
    """Tokenize and parse texts in order, long ones in pieces, and give one Doc each.

    Parameters
    ----------
    parse
        Runs the model, up to the last component before ours, over a batch of Docs.
    batch_size
        Texts per batch; fewer where they are long.
    """
    parts: list[Doc] = []
    contexts: list[ArticleContext] = []

    def pieces() -> Iterator[_Piece]:
        for number, (text, context) in enumerate(items):
            contexts.append(context)
            docs = list(_docs_of(nlp, text, context))
            yield from (_Piece(doc, number, doc is docs[-1]) for doc in docs)

    for batch in _batches(pieces(), batch_size):
        docs = parse([piece.doc for piece in batch])
        for piece, doc in zip(batch, docs, strict=True):
            parts.append(_with_shorter_sentences(doc, parse))
            if piece.last:
                yield _joined(parts, contexts[piece.of])
                parts = []


def _batches(pieces: Iterator[_Piece], size: int) -> Iterator[list[_Piece]]:
    batch: list[_Piece] = []
    tokens = 0
    for piece in pieces:
        if batch and (len(batch) == size or tokens + len(piece.doc) > MAX_BATCH_TOKENS):
            yield batch
            batch, tokens = [], 0
        batch.append(piece)
        tokens += len(piece.doc)
    if batch:
        yield batch


def _docs_of(nlp: Language, text: str, context: ArticleContext) -> Iterator[Doc]:
    """The Docs of a text's pieces, not yet parsed. Sections are those of the whole text."""
    if len(text) <= MAX_PIECE_CHARS:
        doc = tokenize(nlp, text)
        doc._.article = context
        yield doc
        return
    sections = find_sections(text, context)
    for start, end in pairwise(cuts(text, sections)):
        doc = tokenize(nlp, text[start:end])
        doc._.article = context
        doc._.sections = _clipped(sections, start, end)
        yield doc


def cuts(text: str, sections: Sequence[Section]) -> list[int]:
    """Where a long text is cut, its start and end included; no two are farther apart than `MAX_PIECE_CHARS`.

    Before a paragraph, where none begins before a sentence, else before a word, else anywhere.
    """
    found = [0]
    begins = [section.start for section in sections]
    while len(text) - found[-1] > MAX_PIECE_CHARS:
        start, limit = found[-1], found[-1] + MAX_PIECE_CHARS
        at = max((begin for begin in begins if start < begin <= limit), default=None)
        for ending in (_SENTENCE_END, _WHITE_SPACE):
            if at is None:
                ends = [match.end() for match in ending.finditer(text, start + 1, limit)]
                at = ends[-1] if ends else None
        found.append(limit if at is None else at)
    return [*found, len(text)]


def _clipped(sections: Sequence[Section], start: int, end: int) -> tuple[Section, ...]:
    """The sections within a piece, counted from its start."""
    inside = (section for section in sections if section.start < end and section.end > start)
    return tuple(
        replace(section, start=max(section.start, start) - start, end=min(section.end, end) - start)
        for section in inside
    )


def tokenize(nlp: Language, text: str) -> Doc:
    """The words of a text as the model's tokenizer has them, but what would cost it too much as one word each."""
    killers = list(_killers(text))
    if not killers:
        return nlp.make_doc(text)
    words: list[str] = []
    spaces: list[bool] = []
    position = 0
    for start, end in [*killers, (len(text), len(text))]:
        if position < start:
            doc = nlp.make_doc(text[position:start])
            words.extend(token.text for token in doc)
            spaces.extend(bool(token.whitespace_) for token in doc)
        if start < end:
            words.append(text[start:end])
            spaces.append(text[end : end + 1] == " ")
        position = end + (text[end : end + 1] == " ")
    return Doc(nlp.vocab, words=words, spaces=spaces)


def _killers(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand that are taken whole: long runs of marks, and what is left of long words around them."""
    for word in _LONG_WORD.finditer(text):
        position = word.start()
        for marks in [*_MARKS.finditer(text, word.start(), word.end()), None]:
            start, end = marks.span() if marks is not None else (word.end(), word.end())
            if start - position > MAX_WORD_CHARS:
                yield position, start
            if start < end:
                yield start, end
            position = end


def _with_shorter_sentences(doc: Doc, parse: Parse) -> Doc:
    """A parsed Doc itself, or parsed anew with starts set inside the sentences that are too long."""
    starts = [sentence.start for sentence in doc.sents] if len(doc) > MAX_SENTENCE_TOKENS else []
    long = [(a, b) for a, b in pairwise([*starts, len(doc)]) if b - a > MAX_SENTENCE_TOKENS]
    if not long:
        return doc
    again = Doc(doc.vocab, words=[token.text for token in doc], spaces=[bool(token.whitespace_) for token in doc])
    again._.article, again._.sections = doc._.article, doc._.sections
    again._.analysis.cuts = tuple(cut for start, end in long for cut in _cuts_of_sentence(doc, start, end))
    return parse([again])[0]


def _cuts_of_sentence(doc: Doc, start: int, end: int) -> Iterator[int]:
    """Where a sentence that is too long is cut: behind the last mark that may end a clause, else at the limit."""
    while end - start > MAX_SENTENCE_TOKENS:
        limit = start + MAX_SENTENCE_TOKENS
        marks = (i + 1 for i in range(limit - 1, start + MAX_SENTENCE_TOKENS // 2, -1) if doc[i].text in _ENDING)
        start = next(marks, limit)
        yield start


def _joined(parts: list[Doc], context: ArticleContext) -> Doc:
    """The pieces of an article as one Doc: words, trees, names and sections as if it had been parsed in one go."""
    if len(parts) == 1:
        return parts[0]
    whole = Doc.from_docs(parts, ensure_whitespace=False, exclude=["user_data"])  # type: ignore[call-arg]
    assert whole is not None
    whole._.article = context
    whole._.sections = find_sections(whole.text, context)
    return whole
