"""Every frame of the lexicon codes its own example sentence, through the real pipeline."""

from __future__ import annotations

import re

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.lexicon.frame import Frame
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts
from tasks.contract.vocabulary import EVENT_TYPES, MODES_OF_TYPE

FRAMES = load_lexicon().frames


@pytest.fixture(scope="module")
def coded(nlp: Language) -> dict[str, Doc]:
    """The examples, annotated in one pass."""
    context = ArticleContext("0" * 16)
    docs = annotate_texts(nlp, [(frame.text, context) for frame in FRAMES])
    return {frame.id: doc for frame, doc in zip(FRAMES, docs, strict=True)}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "a", "an", "his", "its"}


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.id)
def test_frame_codes_its_example(coded: dict[str, Doc], frame: Frame) -> None:
    doc = coded[frame.id]
    own = [event for event in doc._.events if event.coder.startswith(f"frame:{frame.id}@")]
    assert own, f"{frame.text!r} gave {[(event.event_type, event.coder) for event in doc._.events]}"
    assert {event.event_type for event in own} == {frame.type}
    for mark, role in (("A", "actor"), ("R", "recipient")):
        for wanted in frame.marked(mark):
            given = [doc.text[arg.start : arg.end] for event in own for arg in event.arguments if arg.role == role]
            assert any(words(wanted) & words(text) for text in given), f"{role} {wanted!r} not in {given}"


def test_lexicon_covers_every_type_and_uses_only_known_modes() -> None:
    by_type = {name: [frame for frame in FRAMES if frame.type == name] for name in EVENT_TYPES}
    assert all(len(group) >= 15 for group in by_type.values()), {name: len(group) for name, group in by_type.items()}
    assert len(FRAMES) >= 500
    wrong = [frame.id for frame in FRAMES if frame.mode is not None and frame.mode not in MODES_OF_TYPE[frame.type]]
    assert wrong == []


def test_every_cameo_code_has_a_row() -> None:
    lexicon = load_lexicon()
    codes = {frame.cameo for frame in FRAMES if frame.cameo}
    assert codes <= set(lexicon.cameo)
