"""Frames and learned coder decide together: who proposes, who keeps whom from what, whose sides and status stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.component import event_mentions
from tasks.annotate.events.decision import FARTHEST, log_odds
from tasks.annotate.events.encoder.model import Encoder, load_encoder
from tasks.annotate.events.encoder.reading import Reading, Side, Told
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.layers import ArticleContext, EventMention
from tasks.annotate.pipeline import annotate_texts
from tasks.annotate.rules import traced
from tasks.contract.vocabulary import EVENT_TYPES
from tests.support.tiny_encoder import STATUSES, model_file


@dataclass(frozen=True, slots=True)
class Said(Reading):
    """A reading that says what a test wants it to say: the chances of words, and what is told of any trigger."""

    of_trigger: Told = field(default_factory=lambda: Told({"happened": 1.0}, {}, {}))

    def told(self, trigger: tuple[int, int], sentence: tuple[int, int], type_: str) -> Told | None:
        """What the test wants."""
        return self.of_trigger


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    path: Path = tmp_path_factory.mktemp("model") / "tiny.zip"
    path.write_bytes(model_file())
    return load_encoder(path)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def annotated(nlp: Language, text: str) -> Doc:
    [doc] = annotate_texts(nlp, [(text, ArticleContext("a1"))])
    return doc


def with_reading(doc: Doc, encoder: Encoder, chances: Mapping[str, tuple[str, float]], told: Told | None = None) -> Doc:
    rows = np.zeros((len(doc), len(EVENT_TYPES)))
    for token in doc:
        if token.text in chances:
            type_, chance = chances[token.text]
            rows[token.i, EVENT_TYPES.index(type_)] = chance
    nothing = np.empty(0, dtype=np.int64)
    given: dict[str, Any] = {} if told is None else {"of_trigger": told}
    doc._.reading = Said(encoder, np.empty((0, 16)), nothing, nothing, rows, **given)
    return doc


def told(statuses: Mapping[str, float] | None = None, modes: Mapping[str, float] | None = None, **sides: Side) -> Told:
    given = dict.fromkeys(STATUSES, 0.0) | dict(statuses or {"happened": 1.0})
    return Told(given, dict(modes or {}), dict(sides))


def words(doc: Doc, event: EventMention, role: str) -> list[str]:
    return [doc.text[item.start : item.end] for item in event.arguments if item.role == role]


def test_what_no_frame_knows_is_an_event_where_the_encoder_is_sure(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "The rebels smote the village.")
    sides = told(modes={"aerial": 0.9}, actor=Side(0, 2, 0.9), recipient=Side(3, 5, 0.9))
    [event] = event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.9)}, sides), lexicon)
    assert (event.event_type, event.mode, event.coder) == ("ASSAULT", "aerial", f"encoder@{encoder.version}")
    assert words(doc, event, "actor") == ["rebels"]
    assert words(doc, event, "recipient") == ["village"]
    assert event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.4)}, sides), lexicon) == ()


def test_a_frame_that_the_encoder_speaks_against_is_no_event(nlp: Language, encoder: Encoder, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "Rebels attacked the village on Monday.")
    assert event_mentions(with_reading(doc, encoder, {"attacked": ("ASSAULT", 0.05)}), lexicon) == ()


def test_both_together_keep_the_frames_mode_and_sides_and_say_so(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "Rebels attacked the village on Monday.")
    [event] = event_mentions(with_reading(doc, encoder, {"attacked": ("ASSAULT", 0.6)}), lexicon)
    assert event.coder.startswith("both:")
    assert event.coder.endswith(f"+{encoder.version}")
    assert (words(doc, event, "actor"), words(doc, event, "recipient")) == (["Rebels"], ["village"])


def test_a_trigger_has_one_type_that_of_the_likelier_proposal(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "Rebels attacked the village on Monday.")
    [event] = event_mentions(with_reading(doc, encoder, {"attacked": ("ACCUSE", 0.9)}), lexicon)
    assert (event.event_type, event.coder) == ("ACCUSE", f"encoder@{encoder.version}")


def test_the_encoder_fills_an_open_side_and_replaces_a_named_one_only_where_it_is_surer(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "While the soldiers watched, rebels attacked the village.")
    soldiers = next(token.i for token in doc if token.text == "soldiers")
    for chance, wanted in ((0.8, "rebels"), (0.95, "soldiers")):
        said = told(actor=Side(soldiers, soldiers + 1, chance))
        [event] = event_mentions(with_reading(doc, encoder, {"attacked": ("ASSAULT", 0.9)}, said), lexicon)
        assert words(doc, event, "actor") == [wanted]


def test_the_encoders_status_stands_where_it_is_sure(nlp: Language, encoder: Encoder, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "Rebels attacked the village on Monday.")
    for chance, wanted in ((0.5, "happened"), (0.7, "hypothetical")):
        said = told(statuses={"hypothetical": chance})
        [event] = event_mentions(with_reading(doc, encoder, {"attacked": ("ASSAULT", 0.9)}, said), lexicon)
        assert event.status == wanted


def test_the_confidence_is_the_chance_of_the_decision_and_is_traced_with_its_scores(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "The rebels smote the village.")
    with traced() as found:
        [event] = event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.75)}), lexicon)
    assert event.confidence == 0.75
    assert [(item.rule, item.at) for item in found if item.ladder == "learned coder"] == [
        ("encoder 0.75, frame none: 0.75", doc.text.index("smote"))
    ]


def test_without_a_reading_the_frames_decide_alone(nlp: Language, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "Rebels attacked the village on Monday.")
    assert doc._.reading is None
    [event] = event_mentions(doc, lexicon)
    assert event.coder.startswith("frame:")


def test_odds_are_held_within_bounds() -> None:
    assert log_odds(0.5) == 0.0
    assert log_odds(1.0) == log_odds(0.9999) == FARTHEST
    assert log_odds(0.0) == -FARTHEST


def test_a_model_file_codes_events_in_the_pipeline(encoder: Encoder, nlp: Language, lexicon: Lexicon) -> None:
    """The component reads what its article says and leaves the rest to the decision."""
    from tasks.annotate.events.encoder.reading import read

    doc = annotated(nlp, "Rebels attacked the village on Monday. The minister met rebels.")
    doc._.reading = read(replace(encoder), doc, "Aid")
    for event in event_mentions(doc, lexicon):
        assert event.event_type in EVENT_TYPES
        assert 0.5 <= event.confidence <= 0.99
