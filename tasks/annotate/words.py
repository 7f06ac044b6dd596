"""The words of a Doc as plain lists: what a component asks of every token, read once instead of token by token."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc


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
    text = doc.text  # spaCy puts the text together anew each time it is asked for
    spans = doc.to_array(["IDX", "LENGTH"]).tolist() if len(doc) else []
    starts = [start for start, _ in spans]
    ends = [start + length for start, length in spans]
    return Words(text, starts, ends, [text[start : start + length] for start, length in spans])
