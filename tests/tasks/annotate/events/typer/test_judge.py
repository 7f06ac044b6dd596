"""Where the typer meets the frames: what it adds, fills in and vetoes, with chances set by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.component import event_mentions, frame_matches
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.typer.evidence import combine, evidence_for, with_sides
from tasks.annotate.events.typer.judge import NEVER, Judged, TyperLimits, Verdict, Weighed, decide, judge, weigh
from tasks.annotate.events.typer.model import LABELS, Typer, bind, load_model_file
from tasks.annotate.events.typer.routes import route_between, tree_of
from tasks.annotate.events.view import make_view

Annotate = Callable[..., Doc]
SILENT = TyperLimits(NEVER, NEVER, NEVER)


@pytest.fixture(scope="module")
def typer(nlp: Language) -> Typer:
    model = load_model_file()
    assert model is not None, "run `make model`"
    return bind(model, nlp.vocab, load_lexicon())


def weighed(doc: Doc, typer: Typer, label: str, chance: float) -> Weighed:
    """The Doc's pairs as weighed, each given one label with one chance, the rest to NONE."""
    view = make_view(doc, load_lexicon())
    found = weigh(view, typer, frame_matches(view, 0.0))
    row = np.zeros(len(LABELS), dtype=np.float32)
    row[LABELS.index("NONE")] = 1 - chance
    row[LABELS.index(label)] += chance
    assert found.judged
    return replace(found, judged=[Judged(item.route, row, item.holders) for item in found.judged])


def with_limits(typer: Typer, limits: TyperLimits) -> Typer:
    """The typer with other limits."""
    return replace(typer, model=replace(typer.model, meta={**typer.model.meta, "limits": asdict(limits)}))


def told(verdicts: list[Verdict]) -> list[tuple[str, str, list[str], list[str]]]:
    return [
        (
            verdict.coder.split(":")[0].split("@")[0],
            verdict.match.frame.type,
            [token.text for token in verdict.match.actors],
            [token.text for token in verdict.match.recipients],
        )
        for verdict in verdicts
    ]


def test_the_typer_adds_a_pair_that_no_frame_takes(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("The soldiers befogged two reporters.")
    found = weighed(doc, typer, "COERCE", 0.8)
    limits = replace(SILENT, lead=0.7)
    assert told(decide(found, "typer", limits)) == [("typer", "COERCE", ["soldiers"], ["reporters"])]
    assert decide(found, "typer", replace(SILENT, lead=0.9)) == []


def test_the_body_of_an_article_asks_for_more_than_its_lead(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("It rained. It snowed. It thawed. The soldiers befogged two reporters.")
    found = weighed(doc, typer, "COERCE", 0.8)
    assert decide(found, "typer", TyperLimits(lead=0.7, body=0.9, veto=NEVER)) == []
    assert len(decide(found, "typer", TyperLimits(lead=0.7, body=0.7, veto=NEVER))) == 1


def test_of_private_people_the_typer_must_be_surer(annotate: Annotate, typer: Typer) -> None:
    limits = replace(SILENT, lead=0.7, plain=0.9)
    for text, added in (("The soldiers befogged two singers.", 1), ("The plumber befogged two singers.", 0)):
        assert len(decide(weighed(annotate(text), typer, "COERCE", 0.8), "typer", limits)) == added


@pytest.mark.parametrize("mark", ["after", "before", "while", "when"])
def test_the_typer_joins_nobody_across_clauses_of_time(annotate: Annotate, typer: Typer, mark: str) -> None:
    found = weighed(annotate(f"The soldiers befogged reporters {mark} lawyers sang."), typer, "COERCE", 0.9)
    assert any(item.route.recipient == 5 for item in found.judged)
    assert told(decide(found, "typer", TyperLimits(0.0, 0.0, NEVER))) == [
        ("typer", "COERCE", ["soldiers"], ["reporters"])
    ]


def test_recipients_of_one_deed_make_one_event(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("The soldiers befogged the reporters and the lawyers.")
    found = decide(weighed(doc, typer, "COERCE", 0.8), "typer", replace(SILENT, lead=0.7))
    assert told(found) == [("typer", "COERCE", ["soldiers"], ["reporters", "lawyers"])]


def test_a_frame_is_vetoed_only_where_the_typer_is_sure(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("Soldiers arrested two reporters.")
    sure = weighed(doc, typer, "NONE", 1.0)
    assert told(decide(sure, "typer", SILENT)) == [("frame", "COERCE", ["Soldiers"], ["reporters"])]
    assert decide(sure, "typer", replace(SILENT, veto=0.9)) == []
    unsure = weighed(doc, typer, "COERCE", 0.3)
    assert len(decide(unsure, "typer", replace(SILENT, veto=0.9))) == 1


def test_a_frame_of_another_word_is_not_vetoed_by_another_type(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("Soldiers began to arrest two reporters.")
    other = weighed(doc, typer, "THREATEN", 1.0)
    assert [item[:2] for item in told(decide(other, "typer", replace(SILENT, veto=0.9)))] == [("frame", "COERCE")]


def test_what_frames_say_of_a_pair_moves_its_chances(annotate: Annotate) -> None:
    doc = annotate("Soldiers arrested two reporters.")
    view = make_view(doc, load_lexicon())
    tree = tree_of(view.parse)
    route = route_between(tree, 0, 3)
    assert route is not None
    items = evidence_for(view, route, list(enumerate(with_sides(view, frame_matches(view, 0.0)))))
    assert [(name, kind.startswith("both")) for _, name, kind in items] == [("COERCE", True)]
    weights = {"both_exact": 2.0, "both_verb": 2.0, "both_noun": 2.0, "one_on_route": 1.0, "one_elsewhere": 0.0,
               "nothing": 1.0}  # fmt: skip
    flat = np.zeros((2, len(LABELS)), dtype=np.float32)
    with_frame, without = combine(flat, [items, ()], weights)
    assert with_frame.argmax() == LABELS.index("COERCE")
    assert without.argmax() == LABELS.index("NONE")


def test_without_a_model_the_frames_decide_alone(annotate: Annotate) -> None:
    doc = annotate("Soldiers arrested two reporters.")
    view = make_view(doc, load_lexicon())
    verdicts = judge(view, None, frame_matches(view, 0.0), quiet=False)
    assert told(verdicts) == [("frame", "COERCE", ["Soldiers"], ["reporters"])]
    assert verdicts[0].chance is None


def test_an_article_about_sport_gets_nothing_from_the_typer(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("The soldiers befogged two reporters.")
    view = make_view(doc, load_lexicon())
    eager = with_limits(typer, TyperLimits(lead=0.0, body=0.0, veto=NEVER))
    assert len(judge(view, eager, [], quiet=False)) == 1
    assert judge(view, eager, [], quiet=True) == []


def test_typed_events_carry_sides_status_coder_and_confidence(annotate: Annotate, typer: Typer) -> None:
    doc = annotate("The soldiers did not photograph the reporters.")
    eager = with_limits(typer, TyperLimits(lead=0.0, body=0.0, veto=NEVER))
    (event,) = event_mentions(doc, load_lexicon(), eager)
    assert event.coder == f"typer@{typer.model.version}"
    assert event.status == "negated"
    assert {item.role for item in event.arguments} == {"actor", "recipient"}
    assert doc.text[event.start : event.end] == "photograph"
    assert 0.0 < event.confidence < 1.0
    assert event.mode is None
    assert event.cameo is None


@pytest.mark.parametrize(
    ("text", "event_type", "actors"),
    [
        # The one who suffers it, or acts in a clause below, does not do it.
        ("A man was stabbed to death early Sunday at a company party.", "ASSAULT", []),
        ("An aide of the mayor has been arrested, months after the politician was elected.", "COERCE", []),
    ],
)
def test_open_sides_are_not_filled_from_elsewhere(
    annotate: Callable[..., Doc], text: str, event_type: str, actors: list[str]
) -> None:
    doc = annotate(text)
    event = next(event for event in doc._.events if event.event_type == event_type)
    assert [doc.text[item.start : item.end] for item in event.arguments if item.role == "actor"] == actors


def test_a_passive_in_a_relative_clause_is_not_done_by_who_stands_above(annotate: Annotate) -> None:
    doc = annotate("Putin ordered a mobilisation, prompting protests in 38 cities at which 1,300 people were arrested.")
    arrest = next(event for event in doc._.events if event.mode == "arrest")
    assert [item for item in arrest.arguments if item.role == "actor"] == []


def test_the_dead_of_a_place_that_aid_goes_to_do_not_receive_it(annotate: Annotate) -> None:
    doc = annotate("Japan has donated 3,000 tonnes of rice to Malawi, where floods in January killed 106 people.")
    aid = next(event for event in doc._.events if event.event_type == "AID")
    assert [doc.text[item.start : item.end] for item in aid.arguments if item.role == "recipient"] == ["Malawi"]
