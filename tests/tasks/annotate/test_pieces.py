"""tasks.annotate.pieces, tasks.bounds: texts in pieces, long words taken whole, sentences cut; no character changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate import pieces
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pieces import cuts, tokenize
from tasks.annotate.pipeline import annotate_texts
from tasks.annotate.rows import doc_rows
from tasks.annotate.sections import find_sections
from tasks.bounds import (
    MAX_ARTICLE_TOKENS,
    MAX_MARKS,
    MAX_PIECE_CHARS,
    MAX_SENTENCE_TOKENS,
    MAX_WORD_CHARS,
    count_tokens,
)

Annotate = Callable[..., Doc]
PARAGRAPH = "Anna Weber, the mayor of Lyon, condemned the attack. She met police on Monday. “We stay,” she said.\n\n"
KILLERS = ["," * 5000, "😀" * 3000, "'s" * 4000, "a" * 90_000, "_" * 700, "(" * 300 + "word" + ")" * 300, "“" * 999]


def bodies(root: Path) -> Iterator[str]:
    """Articles of some length from the example corpus."""
    for line in (root / "seeds/example/background.jsonl").read_text("utf-8").split("\n"):
        if line.strip():
            text = json.loads(line).get("text") or ""
            if len(text) > 200:
                yield text


def test_an_article_in_pieces_has_the_rows_of_the_whole(
    root: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n\n".join(list(bodies(root))[:12])
    item = (text, ArticleContext("0" * 16))
    whole = doc_rows(next(annotate_texts(nlp, [item])))
    monkeypatch.setattr(pieces, "MAX_PIECE_CHARS", 1200)
    assert len(cuts(text, find_sections(text))) > 4
    assert doc_rows(next(annotate_texts(nlp, [item]))) == whole


def test_what_one_piece_names_the_last_one_knows(annotate: Annotate) -> None:
    filler = "The town was quiet and the shops were open for most of the day, residents told reporters.\n\n" * 350
    text = f"Chancellor Anna Weber visited Lyon on Monday.\n\n{filler}Weber condemned the attack on the market."
    doc = annotate(text)
    assert doc.text == text
    first, last = (m for m in doc._.mentions if m.label == "PERSON" and m.form == "name")
    assert first.entity_id == last.entity_id
    assert text[last.start : last.end] == "Weber"
    assert "condemned" in [text[event.start : event.end] for event in doc._.events]


def test_articles_come_in_their_order_whatever_their_length(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_PIECE_CHARS", 300)
    monkeypatch.setattr(pieces, "MAX_BATCH_TOKENS", 200)
    texts = ["Rebels fled.", PARAGRAPH * 20, "", "Police left Goma.", PARAGRAPH * 9, ":-)"]
    docs = annotate_texts(nlp, ((text, ArticleContext(f"{n:016x}")) for n, text in enumerate(texts)))
    assert [(doc.text, int(doc._.article.article_id, 16)) for doc in docs] == [(t, n) for n, t in enumerate(texts)]


TEXTS = st.lists(
    st.sampled_from(
        [PARAGRAPH, "word " * 9, "word, " * 90, "x" * 70, "\n", "\n\n", "  ", "end. ", "“Yes.” ", "中" * 80]
    )
).map("".join)


@given(TEXTS, st.sampled_from([50, 211, 1000]))
def test_cuts_are_in_order_and_close(text: str, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "MAX_PIECE_CHARS", limit)
        found = cuts(text, find_sections(text))
    assert (found[0], found[-1]) == (0, len(text))
    assert all(0 < end - start <= limit for start, end in pairwise(found)) or not text


def test_a_long_text_is_cut_before_paragraphs_then_sentences_then_words() -> None:
    paragraphs, sentences, words = PARAGRAPH * 700, "He left home. " * 5000, "word " * 15_000
    assert all(paragraphs[cut:].startswith("Anna") for cut in cuts(paragraphs, find_sections(paragraphs))[1:-1])
    assert all(sentences[cut:].startswith("He") for cut in cuts(sentences, find_sections(sentences))[1:-1])
    assert all(words[cut:].startswith("word") for cut in cuts(words, find_sections(words))[1:-1])
    assert cuts("x" * 70_000, ()) == [0, MAX_PIECE_CHARS, 2 * MAX_PIECE_CHARS, 70_000]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*KILLERS, "killed", " ", "\n", "U.S.", "-" * 127]), st.text(max_size=4))))
def test_the_words_are_the_text(nlp: Language, parts: list[str]) -> None:
    text = "".join(parts)
    assert tokenize(nlp, text).text == text


@pytest.mark.parametrize("killer", KILLERS, ids=[f"{killer[:2]} {len(killer)}" for killer in KILLERS])
def test_what_would_cost_the_tokenizer_too_much_is_a_word(nlp: Language, killer: str) -> None:
    words = [token.text for token in tokenize(nlp, f"Rebels left {killer} Goma.")]
    assert (words[:2], words[-2:]) == (["Rebels", "left"], ["Goma", "."])
    assert len(words) <= 7


def test_ordinary_long_words_are_the_tokenizers(nlp: Language) -> None:
    text = f"See https://example.org/{'a/b' * 60}?q=1 or {'-' * (MAX_MARKS - 1)} or {'ab,' * (MAX_WORD_CHARS // 3)}."
    assert [token.text for token in tokenize(nlp, text)] == [token.text for token in nlp.make_doc(text)]


@pytest.mark.parametrize(
    "text",
    ["and " * 1100, '" ' * 1100, ". , " * 600, "he said that " * 400, "( a ) " * 400, "a-b " * 400, "1 " * 1100],
)
def test_no_sentence_is_longer_than_the_limit(annotate: Annotate, text: str) -> None:
    assert max(len(sentence) for sentence in annotate(text).sents) <= MAX_SENTENCE_TOKENS


def test_words_and_marks_are_counted_up_to_the_limit() -> None:
    assert count_tokens("Two men, “armed”.", MAX_ARTICLE_TOKENS) == 7
    assert count_tokens("a " * 60_000, MAX_ARTICLE_TOKENS) == MAX_ARTICLE_TOKENS + 1
