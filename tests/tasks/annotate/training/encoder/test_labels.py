"""What a report says stands on the right words. For: tasks.annotate.training.encoder: articles, labels."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer

from tasks.annotate.events.encoder.windows import SpecialPieces
from tasks.annotate.training.encoder.articles import (
    MarkedArticle,
    labelled_articles,
    own_articles,
    quoted_articles,
)
from tasks.annotate.training.encoder.labels import MASKED, MarkedWindow, marked_windows, modes_of
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.errors import UserError

SPECIAL = SpecialPieces(opening=1, ending=2, padding=0)
TITLE = "Army attacks rebels"
TEXT = "The attack came at dawn. Rebels say the army killed two in an attack on Gao."
COMMON = {"type": "ASSAULT", "mode": None, "status": "happened", "same_as": "A"}
SECOND = "Rebels say the army killed two in an attack on Gao."
KILLED = COMMON | {"sentence": SECOND, "trigger": "killed", "actor": "the army", "recipient": "two", "place": "Gao"}


def tokenizer() -> Tokenizer:
    """A piece a word or mark."""
    made = Tokenizer(WordLevel({"[UNK]": 3}, unk_token="[UNK]"))
    made.pre_tokenizer = BertPreTokenizer()
    return made


def quoted(folder: Path, *events: dict[str, Any], text: str = TEXT) -> MarkedArticle:
    path = folder / "articles.jsonl"
    path.write_text(json.dumps({"id": "one", "title": TITLE, "text": text, "events": list(events)}), "utf-8")
    (article,) = quoted_articles(path)
    return article


def windows(article: MarkedArticle) -> list[MarkedWindow]:
    return marked_windows(tokenizer(), SPECIAL, [article], modes_of([article]))


def words_of(window: MarkedWindow, label: int, text: str = TEXT) -> list[str]:
    return [
        text[start:end]
        for (start, end), own in zip(window.window.offsets.tolist(), window.labels.tolist(), strict=True)
        if start >= 0 and own == label
    ]


def test_triggers_and_sides_are_found_in_their_own_sentence(tmp_path: Path) -> None:
    article = quoted(tmp_path, KILLED, COMMON | {"sentence": SECOND, "trigger": "attack"})
    first, second = article.reports
    assert TEXT[slice(*first.sides["actor"])] == "the army"
    assert TEXT[slice(*first.sides["place"])] == "Gao"
    # The first sentence has the word too.
    assert second.trigger[0] > len("The attack came at dawn.")


def test_two_reports_of_one_word_stand_on_its_two_places(tmp_path: Path) -> None:
    text = "An attack, then another attack."
    event = COMMON | {"sentence": text, "trigger": "attack"}
    article = quoted(tmp_path, event, event, text=text)
    assert [report.trigger for report in article.reports] == [(3, 9), (24, 30)]


def test_whole_words_go_before_parts_of_words(tmp_path: Path) -> None:
    text = "A warship left for the war."
    article = quoted(tmp_path, COMMON | {"sentence": text, "trigger": "war"}, text=text)
    assert article.reports[0].trigger == (23, 26)


def test_what_is_not_in_the_article_is_counted_as_lost(tmp_path: Path) -> None:
    article = quoted(tmp_path, COMMON | {"sentence": "It rained.", "trigger": "rained"}, KILLED)
    assert (len(article.reports), article.lost) == (1, 1)


def test_a_trigger_has_its_type_and_a_debatable_one_is_masked(tmp_path: Path) -> None:
    debatable = COMMON | {"sentence": SECOND, "trigger": "attack", "sure": 0.4}
    (window,) = windows(quoted(tmp_path, KILLED, debatable))
    assert words_of(window, 1 + EVENT_TYPES.index("ASSAULT")) == ["killed"]
    assert words_of(window, MASKED) == ["attack"]
    killed = next(item for item in window.triggers if item.weight == 1.0)
    sides = {
        TEXT[slice(*window.window.offsets[piece])]: int(side)
        for piece, side in zip(killed.around, killed.sides, strict=True)
        if side
    }
    assert sides == {"the": 1, "army": 1, "two": 2, "Gao": 3}


def test_the_title_counts_in_the_first_window_alone(tmp_path: Path) -> None:
    text = TEXT + " Nothing else happened on that day." * 60
    event = COMMON | {"sentence": TITLE, "trigger": "attacks", "in_title": True}
    first, *others = windows(quoted(tmp_path, event, text=text))
    assert others
    assert first.labels[:5].tolist() == [MASKED, 0, 1 + EVENT_TYPES.index("ASSAULT"), 0, MASKED]
    assert all(set(window.labels[:5].tolist()) == {MASKED} for window in others)


def test_modes_are_learned_where_there_are_enough_examples(tmp_path: Path) -> None:
    armed = [KILLED | {"mode": "firearms"} for _ in range(10)]
    article = quoted(tmp_path, *armed, KILLED | {"mode": "explosives"})
    assert modes_of([article]) == {("ASSAULT", "firearms"): 1}


def test_labels_are_laid_over_the_texts_that_they_were_made_for(tmp_path: Path) -> None:
    texts, labels = tmp_path / "texts.jsonl", tmp_path / "labels.jsonl"
    texts.write_text(json.dumps({"id": "one", "title": None, "text": TEXT}), "utf-8")
    event = {"at": ["text", 4, 23], "trigger_at": [4, 10], "type": "ASSAULT", "status": "happened", "sure": 1.0}
    digest = hashlib.sha256(f"\n{TEXT}".encode()).hexdigest()[:16]
    labels.write_text(json.dumps({"id": "one", "sha256": digest, "events": [event]}), "utf-8")
    (article,) = labelled_articles(texts, labels)
    assert TEXT[slice(*article.reports[0].trigger)] == "attack"
    texts.write_text(json.dumps({"id": "one", "title": None, "text": "Another."}), "utf-8")
    with pytest.raises(UserError, match=r"one is not the article that labels\.jsonl has labels for"):
        labelled_articles(texts, labels)


@pytest.mark.parametrize("article", own_articles()[::40], ids=lambda article: article.id)
def test_the_words_of_our_own_articles_are_labelled(article: MarkedArticle) -> None:
    """Each word of a trigger in the text is labelled: with its type, or with what a surer report says of it."""
    labelled = windows(article)
    for report in article.reports:
        start, end = report.trigger
        found = [
            int(label)
            for window in labelled
            for (left, right), label in zip(window.window.offsets, window.labels, strict=True)
            if 0 <= left < end and right > start
        ]
        assert report.in_title or (found and 0 not in found)
