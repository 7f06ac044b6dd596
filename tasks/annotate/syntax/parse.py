"""A Doc's parse as plain Python objects, read in one go.

spaCy's Tokens make a string or a neighbour anew each time one is asked for. The event coder asks some hundred times
a word, so it reads the arrays once; its `Word` has spaCy's names for what it holds. What `clauses` works out of
a word is kept with the word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
from spacy.lang.en.lex_attrs import like_num
from spacy.lang.lex_attrs import is_punct
from spacy.strings import StringStore
from spacy.tokens import Doc

from tasks.annotate.layers import Analysis, Section

COLUMNS = ("HEAD", "SENT_START", "ENT_IOB", "SPACY", "IDX", "ORTH", "LOWER", "LEMMA", "POS", "TAG", "DEP", "ENT_TYPE")
BEGINS, INSIDE = 3, 1
# What most words have below them: shared, never changed.
NOBODY: list[Word] = []


class Word:
    """A word: its strings, its head, its children before and after it, all children in order, its sentence.

    `bounds` is None until its sentence's edges are asked for, `conjuncts`, `phrases` and `passive` until `clauses` has
    worked them out.
    """

    __slots__ = (
        "bounds",
        "children",
        "conjuncts",
        "dep_",
        "ent_type_",
        "head",
        "i",
        "idx",
        "lefts",
        "lemma_",
        "lower_",
        "parse",
        "passive",
        "phrases",
        "pos_",
        "rights",
        "sent",
        "tag_",
        "text",
        "whitespace_",
    )

    parse: Parse
    sent: Stretch
    lefts: list[Word]
    rights: list[Word]
    children: list[Word]
    head: Word
    bounds: tuple[int, int] | None
    conjuncts: tuple[Word, ...] | None
    phrases: tuple[tuple[str, Word], ...] | None
    passive: bool | None

    def __init__(
        self,
        parse: Parse,
        i: int,
        idx: int,
        whitespace: str,
        text: str,
        lower: str,
        lemma: str,
        pos: str,
        tag: str,
        dep: str,
        ent_type: str,
    ) -> None:
        self.parse = parse
        self.i = i
        self.idx = idx
        self.whitespace_ = whitespace
        self.text = text
        self.lower_ = lower
        self.lemma_ = lemma
        self.pos_ = pos
        self.tag_ = tag
        self.dep_ = dep
        self.ent_type_ = ent_type
        self.lefts = self.rights = self.children = NOBODY
        self.bounds = self.conjuncts = self.phrases = self.passive = None

    def __len__(self) -> int:
        """Its length in characters."""
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def is_sent_start(self) -> bool:
        """Whether it is the first of its sentence."""
        return self.sent.start == self.i

    @property
    def is_space(self) -> bool:
        """Whether it is white space."""
        return self.text.isspace()

    @property
    def is_punct(self) -> bool:
        """Whether it is all punctuation, as spaCy says it."""
        return is_punct(self.text)

    @property
    def like_num(self) -> bool:
        """Whether it looks like a number, as spaCy says it of English."""
        return bool(like_num(self.text))  # type: ignore[no-untyped-call]

    @property
    def subtree(self) -> Iterator[Word]:
        """It and all below it, from left to right."""
        if not self.children:
            yield self
            return
        # A stack of its own: a tree may be deeper than Python's calls may nest.
        below = [(self, False)]
        while below:
            word, is_open = below.pop()
            if is_open or not word.children:
                yield word
                continue
            below.extend((child, False) for child in reversed(word.rights))
            below.append((word, True))
            below.extend((child, False) for child in reversed(word.lefts))

    @property
    def right_edge(self) -> Word:
        """The last word of its subtree."""
        return self.parse.words[self.edges[1]] if self.children else self

    def nbor(self) -> Word:
        """The word behind it."""
        return self.parse.words[self.i + 1]

    @property
    def before(self) -> Word | None:
        """The word before it, None at the start of the text."""
        return self.parse.words[self.i - 1] if self.i else None

    @property
    def after(self) -> Word | None:
        """The word behind it, None at the end of the text."""
        words = self.parse.words
        return words[self.i + 1] if self.i + 1 < len(words) else None

    @property
    def left_edge(self) -> Word:
        """The first word of its subtree."""
        return self.parse.words[self.edges[0]] if self.children else self

    @property
    def edges(self) -> tuple[int, int]:
        """The first and the last index of its subtree, worked out for all words of its sentence when first asked."""
        if self.bounds is None:
            _set_bounds(self.sent)
        return self.bounds or (self.i, self.i)


class Stretch:
    """A stretch of words, `start` to `end` (half-open)."""

    __slots__ = ("_forms", "_infinitives", "_lemmas", "end", "parse", "start")

    def __init__(self, parse: Parse, start: int, end: int) -> None:
        self.parse = parse
        self.start = start
        self.end = end
        self._forms: frozenset[str] | None = None
        self._lemmas: frozenset[str] | None = None
        self._infinitives: int | None = None

    def __iter__(self) -> Iterator[Word]:
        return iter(self.parse.words[self.start : self.end])

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, index: int) -> Word:
        return self.parse.words[self.start : self.end][index]

    @property
    def start_char(self) -> int:
        """Offset of its first character."""
        return self.parse.words[self.start].idx

    @property
    def end_char(self) -> int:
        """Offset behind its last character."""
        last = self.parse.words[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """Its words as they stand in the text."""
        return self.parse.text[self.start_char : self.end_char]

    @property
    def sent(self) -> Stretch:
        """The sentence of its first word."""
        return self.parse.words[self.start].sent

    @property
    def forms(self) -> frozenset[str]:
        """Its words in lower case."""
        if self._forms is None:
            self._forms = frozenset(token.lower_ for token in self)
        return self._forms

    @property
    def lemmas(self) -> frozenset[str]:
        """Its lemmas in lower case."""
        if self._lemmas is None:
            self._lemmas = frozenset(token.lemma_.lower() for token in self)
        return self._lemmas

    @property
    def infinitives(self) -> int:
        """How many of its words are verbs in their base form."""
        if self._infinitives is None:
            self._infinitives = sum(token.tag_ == "VB" for token in self)
        return self._infinitives

    @property
    def root(self) -> Word:
        """The word that the others hang on, as spaCy chooses it: of several the nearest to the sentence's root.

        White space and punctuation with nothing below it come last.
        """
        if self.end - self.start == 1:
            return self.parse.words[self.start]
        outward: list[Word] = []
        for token in self:
            if token.head is token:
                return token
            if not self.start <= token.head.i < self.end:
                outward.append(token)
        return min(outward, key=_words_to_root, default=self.parse.words[self.start])


def _words_to_root(token: Word) -> int:
    """How many words stand above a token."""
    if not token.children and (token.is_space or token.is_punct):
        return len(token.parse) - 1
    depth = 0
    while token.head is not token:
        token = token.head
        depth += 1
    return depth


class Parse:
    """The words of a Doc and its sections; lists by token of what the Tokens hold.

    `heads` are token indices, `lemmas` in lower case, `orths` spaCy's hashes of the words as written.

    It holds nothing of spaCy's: words know one another, and such a ring would keep the Doc alive.
    """

    __slots__ = (
        "_ends",
        "deps",
        "ents",
        "heads",
        "lemmas",
        "orths",
        "pos",
        "sections",
        "sents",
        "starts",
        "text",
        "words",
    )

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.text = ""
        self.sections = sections
        self.starts: list[int] = []
        self.words: list[Word] = []
        self.sents: list[Stretch] = []
        self.ents: list[Stretch] = []
        self.heads: list[int] = []
        self.orths: list[int] = []
        self.deps: list[str] = []
        self.pos: list[str] = []
        self.lemmas: list[str] = []
        self._ends: list[int] | None = None

    def __iter__(self) -> Iterator[Word]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> Word:
        return self.words[index]

    def span(self, start: int, end: int) -> Stretch:
        """The words `start` to `end` (half-open)."""
        return Stretch(self, start, end)

    def at(self, char: int) -> Word:
        """The word that covers or precedes a character."""
        return self.words[max(0, bisect_right(self.starts, char) - 1)]

    def form(self, first: int, last: int) -> str:
        """The text of the words `first` to `last` (half-open)."""
        return self.text[self.starts[first] : self.ends[last - 1]]

    @property
    def ends(self) -> list[int]:
        """Offset behind the last character of each word."""
        if self._ends is None:
            self._ends = [word.idx + len(word.text) for word in self.words]
        return self._ends

    @property
    def is_parsed(self) -> bool:
        """Whether it has a tree, as it has none where the parser did not run."""
        return any(self.deps)


class _Strings(dict[int, str]):
    """The strings of a vocabulary by their hashes, made once; it grows as spaCy's own store does."""

    def __init__(self, store: StringStore) -> None:
        super().__init__({0: ""})
        self.store = store

    def __missing__(self, key: int) -> str:
        found = self[key] = self.store[key]
        return found


@lru_cache(maxsize=2)
def _known_strings(store: StringStore) -> _Strings:
    return _Strings(store)


def parse_of(doc: Doc) -> Parse:
    """The parse of a Doc, read when first asked for; after that nobody may change the Doc's words, tree or names."""
    analysis: Analysis = doc._.analysis
    found: Parse | None = analysis.parse
    if found is None:
        found = analysis.parse = read_parse(doc)
    return found


def read_parse(doc: Doc) -> Parse:
    """Read a Doc that has tags, lemmas, heads and sentence starts."""
    parse = Parse(doc._.sections)
    if not len(doc):
        return parse
    known = _known_strings(doc.vocab.strings)
    table: Any = doc.to_array(list(COLUMNS))
    offsets, starts, inside, spaces, places, *keys = table.T
    columns = [list(map(known.__getitem__, column.tolist())) for column in keys]
    texts, _, lemmas, parse.pos, _, parse.deps, _ = columns
    parse.starts = places.tolist()
    gaps = [" " if space else "" for space in spaces.tolist()]
    # As `doc.text`, which asks every word for its string again.
    parse.text = "".join(chain.from_iterable(zip(texts, gaps, strict=True)))
    parse.orths = keys[0].tolist()
    parse.lemmas = [lemma.lower() for lemma in lemmas]
    parse.heads = (np.arange(len(doc)) + offsets.astype(np.int64)).tolist()
    numbers = range(len(doc))
    tokens = parse.words = [Word(parse, *word) for word in zip(numbers, parse.starts, gaps, *columns, strict=True)]
    _set_heads(tokens, parse.heads)
    _set_sentences(parse, [0, *(np.flatnonzero(starts[1:] == 1) + 1).tolist(), len(doc)])
    for first in np.flatnonzero(inside == BEGINS).tolist():
        last = first + 1
        while last < len(doc) and inside[last] == INSIDE:
            last += 1
        parse.ents.append(Stretch(parse, first, last))
    return parse


def _set_bounds(sentence: Stretch) -> None:
    """Give each word of a sentence the first and the last index of its subtree, from the leaves up."""
    downwards = [word for word in sentence if word.head is word]
    for word in downwards:
        downwards.extend(word.children)
    for word in reversed(downwards):
        first = last = word.i
        for child in word.children:
            if child.bounds is not None:
                first, last = min(first, child.bounds[0]), max(last, child.bounds[1])
        word.bounds = first, last


def _set_heads(words: list[Word], heads: list[int]) -> None:
    """Give each word its head, and each head its children before and after it."""
    for word, head in zip(words, heads, strict=True):
        above = word.head = words[head]
        if head > word.i:
            if above.lefts is NOBODY:
                above.lefts = above.children = []
            above.lefts.append(word)
        elif head < word.i:
            if above.rights is NOBODY:
                above.rights = []
            above.rights.append(word)


def _set_sentences(parse: Parse, bounds: list[int]) -> None:
    """Give each word its sentence, and its children on both sides as one list."""
    for start, end in pairwise(bounds):
        sentence = Stretch(parse, start, end)
        parse.sents.append(sentence)
        for token in parse.words[start:end]:
            token.sent = sentence
            if token.rights:
                token.children = token.lefts + token.rights if token.lefts else token.rights


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
    words = [token.text for token in parse.words]
    return Words(parse.text, parse.starts, parse.ends, words)
