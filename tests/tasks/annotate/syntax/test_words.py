"""The words of a parse are the tokens of its Doc. For: tasks.annotate.syntax.parse."""

from __future__ import annotations

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.annotate.syntax.parse import words_of

NLP = spacy.blank("en")


@settings(deadline=None)
@given(st.text())
def test_words_are_the_tokens(text: str) -> None:
    doc = NLP.make_doc(text)
    words = words_of(doc)
    assert words.words == [token.text for token in doc]
    assert words.starts == [token.idx for token in doc]
    assert all(words.form(i, i + 1) == token.text for i, token in enumerate(doc))
    assert not len(doc) or words.form(0, len(doc)) == doc[:].text
