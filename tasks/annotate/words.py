"""The words of a Doc as plain lists: what a component asks of every token, read once instead of token by token."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from tasks.annotate.parse import parse_of


@dataclass(frozen=True, slots=True)
class Words:
    """Text, first character and end of every token, and the text they slice."""

    text: str
    starts: list[int]
    ends: list[int]
    words: list[str]

    def form(self, first: int, last: int) -> str:
        """Give the text of the tokens [first, last)."""
        return self.text[self.starts[first] : self.ends[last - 1]]


def words_of(doc: Doc) -> Words:
    """Read the words of a Doc."""
    parse = parse_of(doc)
    words = [token.text for token in parse.tokens]
    ends = [start + len(word) for start, word in zip(parse.starts, words, strict=True)]
    return Words(parse.text, parse.starts, ends, words)
