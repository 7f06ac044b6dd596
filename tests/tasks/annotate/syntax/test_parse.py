"""The parse as plain objects says what spaCy's Doc says. For: tasks.annotate.syntax.parse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.syntax.parse import Parse, parse_of, read_parse

Annotate = Callable[..., Doc]

TEXT = """Talks fail

PARIS, May 4 (Reuters) - Anna Weber-Kim, who met Iran's envoy, didn't say  what they'd agreed.
"It's over," the \u0130zmir police\u2019s chief told the BBC; at least 1.2 million people (or 12%) had left, he said.

Were the two men arrested by troops on Monday? They and three others were shot at, wounded and robbed of $5 million."""
SAME = ("i", "idx", "text", "lower_", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "whitespace_", "is_space",
        "is_punct", "like_num")  # fmt: skip


@pytest.fixture(scope="module")
def doc(annotate: Annotate) -> Doc:
    return annotate(TEXT)


def test_words_are_those_of_the_doc(doc: Doc) -> None:
    parse = parse_of(doc)
    assert parse.text == doc.text
    assert len(parse) == len(doc)
    for ours, token in zip(parse, doc, strict=True):
        assert {name: getattr(ours, name) for name in SAME} == {name: getattr(token, name) for name in SAME}
        assert len(ours) == len(token)
        assert ours.is_sent_start == bool(token.is_sent_start)


def test_the_tree_is_that_of_the_doc(doc: Doc) -> None:
    for ours, token in zip(parse_of(doc), doc, strict=True):
        assert ours.head.i == token.head.i
        for name in ("lefts", "rights", "children", "subtree"):
            assert [item.i for item in getattr(ours, name)] == [item.i for item in getattr(token, name)], name
        assert ours.left_edge.i == token.left_edge.i
        assert (ours.sent.start, ours.sent.end) == (token.sent.start, token.sent.end)


def test_sentences_and_names_are_those_of_the_doc(doc: Doc) -> None:
    parse = parse_of(doc)
    for ours, theirs in ((parse.sents, doc.sents), (parse.ents, doc.ents)):
        assert [(span.start, span.end, span.start_char, span.text) for span in ours] == [
            (span.start, span.end, span.start_char, span.text) for span in theirs
        ]


@given(data=st.data())
def test_the_root_of_any_span_is_spacys(doc: Doc, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(doc) - 1))
    end = data.draw(st.integers(start + 1, len(doc)))
    span = parse_of(doc).span(start, end)
    assert span.root.i == doc[start:end].root.i
    assert span.text == doc[start:end].text


def test_a_doc_is_read_once_and_an_empty_one_has_no_words(doc: Doc, nlp: Language) -> None:
    assert parse_of(doc) is parse_of(doc)
    empty = read_parse(nlp.make_doc(""))
    assert isinstance(empty, Parse)
    assert (list(empty), empty.sents, empty.text) == ([], [], "")


def test_a_parse_does_not_keep_its_doc(doc: Doc) -> None:
    seen: set[int] = set()
    queue: list[object] = [parse_of(doc)]
    while queue:
        item = queue.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        assert not isinstance(item, Doc)
        if isinstance(item, list | tuple):
            queue.extend(item)
        queue.extend(getattr(item, name) for name in getattr(type(item), "__slots__", ()) if hasattr(item, name))
