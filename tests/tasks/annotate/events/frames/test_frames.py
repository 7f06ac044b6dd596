"""Every frame of the lexicon codes its own example sentence, through the real pipeline.

Few frames are tried for a verb, and none that fits is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.frames import match as event_match
from tasks.annotate.events.frames.clues import Clues, worth_trying
from tasks.annotate.events.frames.match import Match, best_verb_match, match_verb
from tasks.annotate.events.frames.places import object_pool
from tasks.annotate.events.lexicon.frame import Frame, FrameFile
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.view import View, make_view
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts
from tasks.annotate.syntax.clauses import Clause, clause_of
from tasks.annotate.syntax.parse import Word
from tasks.contract.vocabulary import EVENT_TYPES, MODES_OF_TYPE

LEXICON = load_lexicon()
FRAMES = LEXICON.frames
# How many of a verb's frames may be laid over it, on average over running text; the file of a verb holds about twenty.
TRIED = 1.5


@pytest.fixture(scope="module")
def coded(nlp: Language) -> dict[str, Doc]:
    """The examples, annotated in one pass."""
    context = ArticleContext("0" * 16)
    docs = annotate_texts(nlp, [(frame.text, context) for frame in FRAMES])
    return {frame.id: doc for frame, doc in zip(FRAMES, docs, strict=True)}


@pytest.fixture(scope="module")
def examples(coded: dict[str, Doc]) -> list[View]:
    """The examples as the coder sees them."""
    return [make_view(doc, LEXICON) for doc in coded.values()]


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


def verbs(view: View) -> Iterator[Word]:
    return (token for token in view.parse if token.pos_ in ("VERB", "AUX"))


def scan(view: View, file: FrameFile, clause: Clause, *, patients_only: bool = False) -> Match | None:
    """What `first_match` finds, by laying every frame over the clause."""
    pool = object_pool(clause, set())
    for frame in file.frames:
        if not patients_only or event_match.has_object(frame):
            match = match_verb(view, frame, clause, pool)
            if match is not None:
                return match
    return None


def test_the_file_finds_what_a_scan_of_all_frames_finds(examples: list[View], monkeypatch: pytest.MonkeyPatch) -> None:
    filed = [best_verb_match(view, verb) for view in examples for verb in verbs(view)]
    monkeypatch.setattr(event_match, "first_match", scan)
    scanned = [best_verb_match(view, verb) for view in examples for verb in verbs(view)]
    assert sum(match is not None for match in filed) > 1000
    assert filed == scanned


def test_every_frame_that_fits_passes_not_only_the_first(examples: list[View]) -> None:
    for view in examples:
        for verb in verbs(view):
            file = LEXICON.files.get(verb.lemma_.lower())
            if file is None:
                continue
            clause = clause_of(verb)
            pool = object_pool(clause, set())
            passed = {frame.id for frame in worth_trying(file, Clues(view, clause, pool))}
            fitting = {frame.id for frame in file.frames if match_verb(view, frame, clause, pool) is not None}
            assert fitting <= passed, (str(verb.sent.text), fitting - passed)


def test_few_frames_are_tried(root: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    text = next((root / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    doc: Doc = next(annotate_texts(nlp, [(text, ArticleContext("0" * 16))]))
    view = make_view(doc, LEXICON)
    tried: list[str] = []

    def counted(view: View, frame: Frame, clause: Clause, free: list[Word]) -> Match | None:
        tried.append(frame.id)
        return match_verb(view, frame, clause, free)

    monkeypatch.setattr(event_match, "match_verb", counted)
    known = [verb for verb in verbs(view) if verb.lemma_.lower() in LEXICON.verbs]
    found = [best_verb_match(view, verb) for verb in known]
    assert any(found)
    assert sum(len(LEXICON.verbs[verb.lemma_.lower()]) for verb in known) > 10 * len(known)
    assert len(tried) <= TRIED * len(known)
