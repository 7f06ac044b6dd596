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
from tiny_encoder import STATUSES, heads, meta, model_file, tokenizer
from tiny_encoder import weights as encoder_of

from tasks.annotate.events.component import event_mentions
from tasks.annotate.events.decision import FACTORS
from tasks.annotate.events.encoder.assembly.graph import graph_of
from tasks.annotate.events.encoder.model import Encoder, load_encoder, packed
from tasks.annotate.events.encoder.reading import ArticleReading, Told
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.odds import FARTHEST, log_odds, logistic
from tasks.annotate.layers import ArticleContext, EventMention
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.rules import traced
from tasks.contract.vocabulary import EVENT_TYPES

NOBODY: dict[str, dict[int, float]] = {"actor": {}, "recipient": {}}


@dataclass(frozen=True, slots=True)
class Said(ArticleReading):
    """A reading that says what a test wants it to say: the chances of words, and what is told of any trigger."""

    of_trigger: Told = field(default_factory=lambda: Told({"happened": 1.0}, {}, NOBODY))

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


# Makes an article of a sentence.
REST = " It rained. The road was wet."


def annotated(nlp: Language, text: str, rest: str = REST) -> Doc:
    [doc] = annotate_texts(nlp, [(f"{text}{rest}", ArticleContext("a1"))])
    return doc


def with_reading(doc: Doc, encoder: Encoder, chances: Mapping[str, tuple[str, float]], told: Told | None = None) -> Doc:
    rows = np.zeros((len(doc), len(EVENT_TYPES)))
    for token in doc:
        if token.text in chances:
            type_, chance = chances[token.text]
            rows[token.i, EVENT_TYPES.index(type_)] = chance
    nothing = np.empty(0, dtype=np.int64)
    given: dict[str, Any] = {} if told is None else {"of_trigger": told}
    doc._.reading = Said(encoder, np.empty((0, 16), dtype=np.float32), nothing, nothing, rows, **given)
    return doc


def told(
    statuses: Mapping[str, float] | None = None, modes: Mapping[str, float] | None = None, **sides: dict[int, float]
) -> Told:
    given = dict.fromkeys(STATUSES, 0.0) | dict(statuses or {"happened": 1.0})
    return Told(given, dict(modes or {}), NOBODY | sides)


def tokens(first: int, end: int, chance: float) -> dict[int, float]:
    return dict.fromkeys(range(first, end), chance)


def words(doc: Doc, event: EventMention, role: str) -> list[str]:
    return [doc.text[item.start : item.end] for item in event.arguments if item.role == role]


def test_what_no_frame_knows_is_an_event_where_the_encoder_is_sure(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "The rebels smote the village.")
    sides = told(modes={"aerial": 0.9}, actor=tokens(0, 2, 0.9), recipient=tokens(3, 5, 0.9))
    [event] = event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.9)}, sides), lexicon)
    assert (event.event_type, event.mode, event.coder) == ("ASSAULT", "aerial", f"encoder@{encoder.version}")
    assert words(doc, event, "actor") == ["rebels"]
    assert words(doc, event, "recipient") == ["village"]
    assert event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.4)}, sides), lexicon) == ()


def test_a_frame_that_the_encoder_speaks_against_is_no_event(nlp: Language, encoder: Encoder, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "Rebels attacked the village on Monday.")
    assert event_mentions(with_reading(doc, encoder, {"attacked": ("ASSAULT", 0.05)}), lexicon) == ()


def test_to_a_text_of_a_sentence_or_two_the_encoder_adds_what_frames_have_no_word_of(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    own = {"weights": dict.fromkeys((*FACTORS, "bias"), 0.0) | {"read": 1.0}, "event": 0.7}
    settings = {**encoder.meta, "decision": {**encoder.meta["decision"], "sentences": own}}
    aware = replace(encoder, meta=settings)
    chances = {"attacked": ("ACCUSE", 0.9), "smote": ("ASSAULT", 0.8), "called": ("REQUEST", 0.6)}
    for text, wanted in (
        # The frame stands against the encoder, which adds a verb of its own; one of which it is not sure enough it
        # does not add.
        ("Rebels attacked the village.", ["frame"]),
        ("The rebels smote the village. Rebels attacked the town.", ["encoder", "frame"]),
        ("Rebels attacked the village. The mayor called.", ["frame"]),
        # An article is decided by both.
        (f"Rebels attacked the village.{REST}", ["encoder"]),
    ):
        doc = annotated(nlp, text, rest="")
        events = event_mentions(with_reading(doc, aware, chances), lexicon)
        assert [event.coder.partition(":")[0].partition("@")[0] for event in events] == wanted, text


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
        said = told(actor=tokens(soldiers, soldiers + 1, chance))
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
        said = told(recipient=tokens(3, 5, 0.9))
        [event] = event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.75)}, said), lexicon)
    assert event.confidence == 0.75
    assert [(item.rule, item.at) for item in found if item.ladder == "learned coder"] == [
        ("encoder 0.75, no frame, status happened, recipient village 0.90", doc.text.index("smote"))
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


def test_a_verb_and_its_noun_are_one_event_with_the_chance_of_the_likelier(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "Rebels launched an attack on the village.")
    said = {"launched": ("ASSAULT", 0.2), "attack": ("ASSAULT", 0.9)}
    [event] = event_mentions(with_reading(doc, encoder, said), lexicon)
    assert event.coder.startswith("both:")
    assert event.confidence > 0.9


def test_a_word_of_a_frame_and_the_encoders_other_type_for_it_are_not_two_events(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "Rebels launched an attack on the village.")
    said = {"launched": ("ASSAULT", 0.6), "attack": ("ACCUSE", 0.9)}
    assert len(event_mentions(with_reading(doc, encoder, said), lexicon)) == 1


def test_what_a_rule_left_out_has_its_frame_where_the_encoder_reports_it(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "The army agreed to withdraw from the town.")
    said = {"agreed": ("AGREE", 0.9), "withdraw": ("RETREAT", 0.9)}
    events = {event.event_type: event for event in event_mentions(with_reading(doc, encoder, said), lexicon)}
    assert set(events) == {"AGREE", "RETREAT"}
    assert (events["RETREAT"].mode, events["RETREAT"].coder) == ("withdraw", f"encoder@{encoder.version}")


def test_who_is_named_beside_a_side_is_one_too(nlp: Language, encoder: Encoder, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "France and Germany smote Iran.")
    said = told(actor=tokens(0, 3, 0.9), recipient=tokens(4, 5, 0.9))
    [event] = event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.9)}, said), lexicon)
    assert words(doc, event, "actor") == ["France", "Germany"]


def test_nobody_stands_on_both_sides(nlp: Language, encoder: Encoder, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "The rebels smote the village.")
    said = told(actor=tokens(4, 5, 0.9), recipient=tokens(4, 5, 0.95))
    [event] = event_mentions(with_reading(doc, encoder, {"smote": ("ASSAULT", 0.9)}, said), lexicon)
    assert (words(doc, event, "actor"), words(doc, event, "recipient")) == ([], ["village"])


def test_a_side_told_by_a_pronoun_has_the_name_that_its_sentence_gives_it(
    nlp: Language, encoder: Encoder, lexicon: Lexicon
) -> None:
    doc = annotated(nlp, "Barack Obama landed in Kenya for his first huddle with Uhuru Kenyatta.")
    his = next(token.i for token in doc if token.text == "his")
    said = told(actor=tokens(his, his + 1, 0.9))
    [event] = event_mentions(with_reading(doc, encoder, {"huddle": ("CONSULT", 0.9)}, said), lexicon)
    assert words(doc, event, "actor") == ["Barack Obama"]


def test_of_a_meeting_all_sides_are_actors(nlp: Language, encoder: Encoder, lexicon: Lexicon) -> None:
    doc = annotated(nlp, "France huddled with Germany on Monday.")
    said = told(actor=tokens(0, 1, 0.9), recipient=tokens(3, 4, 0.9))
    [event] = event_mentions(with_reading(doc, encoder, {"huddled": ("CONSULT", 0.9)}, said), lexicon)
    assert (words(doc, event, "actor"), words(doc, event, "recipient")) == (["France", "Germany"], [])


@pytest.mark.parametrize(
    ("text", "trigger", "type_", "status"),
    [
        ("The summit between Ghana and Togo was cancelled.", "summit", "CONSULT", "cancelled"),
        ("The army denied that it attacked the village.", "attacked", "ASSAULT", "happened"),
    ],
)
def test_negated_replaces_nothing_that_was_called_off_or_is_denied(
    nlp: Language, encoder: Encoder, lexicon: Lexicon, text: str, trigger: str, type_: str, status: str
) -> None:
    doc = annotated(nlp, text)
    said = told(statuses={"negated": 0.9})
    [event] = event_mentions(with_reading(doc, encoder, {trigger: (type_, 0.9)}, said), lexicon)
    assert event.status == status


def test_a_frame_of_the_users_own_stands_whatever_the_encoder_says(
    nlp: Language, encoder: Encoder, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.tsv"
    mine.write_text("id\ttype\tmode\tcameo\tpattern\texample\n"
                    "mine.pester\tASSAULT\t\t190\tA pester R\t[A Rebels] pestered [R the village].\n")  # fmt: skip
    doc = annotated(nlp, "Rebels pestered the village on Monday.")
    [event] = event_mentions(with_reading(doc, encoder, {}), load_lexicon(str(mine)))
    assert (event.coder.split("@")[0], event.confidence) == ("frame:mine.pester", 0.7)


def test_one_word_alone_in_an_article_is_less_likely_than_among_others_like_it() -> None:
    weights = dict.fromkeys(FACTORS, 0.0) | {"read": 1.0, "elsewhere": 0.5, "bias": 0.0}
    alone, among = (0.0, 0, 0, 0, 0, log_odds(0.0), 0), (0.0, 0, 0, 0, 0, log_odds(0.9), 0)
    assert logistic(weights, FACTORS, alone) < 0.5 < logistic(weights, FACTORS, among)


def test_a_model_file_codes_events_in_the_pipeline_and_leaves_no_reading_behind(tmp_path: Path) -> None:
    """Random weights that take every word for an assault: what counts is that they are asked, in the right place."""
    path = tmp_path / "tiny.zip"
    weights = heads()
    weights["types.bias"][EVENT_TYPES.index("ASSAULT") + 1] = 50.0
    path.write_bytes(packed(graph_of(encoder_of(1)), tokenizer(), weights, meta()))
    nlp = load_pipeline(coder=str(path))
    [doc] = annotate_texts(nlp, [(f"Rebels attacked the village on Monday.{REST}", ArticleContext("a1"))])
    version = load_encoder(path).version
    event = doc._.events[0]
    assert (event.event_type, event.coder.split("+")[-1].split("@")[-1]) == ("ASSAULT", version)
    assert doc._.reading is None
