"""Each kind of evidence decides in its own example. For: tasks.annotate.places.evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.places import evidence
from tasks.annotate.places.evidence import EVIDENCE, PlaceEvidence, article_places

Annotate = Callable[..., Doc]


def linked(doc: Doc) -> dict[int, str | None]:
    return {mention.start: mention.entity_id for mention in doc._.mentions if mention.form == "name"}


@pytest.mark.parametrize("kind", EVIDENCE, ids=[kind.name for kind in EVIDENCE])
def test_evidence_decides_in_its_example(
    kind: PlaceEvidence, annotate: Annotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = linked(annotate(kind.example))
    nothing = PlaceEvidence(kind.name, lambda place, toponym, article: 0.0, kind.example)
    monkeypatch.setattr(evidence, "EVIDENCE", tuple(nothing if item is kind else item for item in EVIDENCE))
    assert linked(annotate(kind.example)) != whole


def test_kinds_of_evidence_have_names_of_their_own() -> None:
    assert len({kind.name for kind in EVIDENCE}) == len(EVIDENCE)


def test_votes_are_summed_up() -> None:
    found = article_places(Counter(FRA=2, DEU=1), Counter({1: 4}), None)
    assert (found.votes, found.admin_votes) == (3, 4)
