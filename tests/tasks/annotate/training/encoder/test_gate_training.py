"""A gate learns which words speak for an event. Needs the extra `train`. For: tasks.annotate.training.encoder.gate."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from tiny_encoder import WORDS, tokenizer

from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import whole_tokenizer
from tasks.annotate.training.encoder.articles import MarkedArticle, MarkedReport
from tasks.annotate.training.encoder.gate import Sentence, fitted, labelled_sentences, least_for, measured

ATTACKED, RAIN, VILLAGE = (WORDS.index(word) for word in ("attacked", "rain", "village"))


def sentence(*pieces: int, reports: int = 0) -> Sentence:
    return Sentence(np.unique(pieces), len(pieces), reports)


def test_a_word_of_reports_weighs_more_than_one_that_is_in_none() -> None:
    some = [sentence(ATTACKED, VILLAGE, reports=1), sentence(RAIN, VILLAGE), sentence(RAIN)] * 200
    weights = fitted(some, len(WORDS))
    assert weights[ATTACKED] > weights[VILLAGE] > weights[RAIN]
    assert weights.tolist() == fitted(some, len(WORDS)).tolist()


def test_the_limit_lets_the_share_of_reports_pass() -> None:
    weights = np.zeros(len(WORDS), dtype=np.int64)
    weights[[ATTACKED, VILLAGE, RAIN]] = 30, 20, 10
    some = [
        sentence(ATTACKED, reports=6),
        sentence(VILLAGE, reports=3),
        sentence(RAIN, reports=1),
        sentence(RAIN, RAIN),
    ]
    assert [least_for(some, weights, share) for share in (1.0, 0.95, 0.9, 0.89, 0.6)] == [10, 10, 20, 20, 30]
    assert measured(some, SentenceGate(weights, 20)) == "0.9000 of the reports pass with 0.400 of the pieces"


def test_a_debatable_report_is_none() -> None:
    text = "Rain. Rebels attacked. Rebels met it."
    reports = tuple(
        MarkedReport(False, span, span, "ASSAULT", None, "happened", sure, {})
        for span, sure in (((13, 21), 1.0), ((30, 33), 0.4))
    )
    found = list(labelled_sentences(whole_tokenizer(tokenizer()), MarkedArticle("a", "", text, reports)))
    assert [(one.length, one.reports) for one in found] == [(2, 0), (3, 1), (4, 0)]
