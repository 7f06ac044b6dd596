"""For: tasks/data/events/labels. Reports of articles whose text is not ours: ids, offsets and codes, and no word."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tasks.contract.vocabulary import MODES_OF_TYPE

FILE = Path(__file__).resolve().parents[4] / "tasks" / "data" / "events" / "labels" / "news.jsonl"
STATUSES = {"happened", "ongoing", "planned", "hypothetical", "negated", "historical"}
SPANS = {"trigger_at", "actor_at", "recipient_at", "place_at"}
CODES = {
    "type", "mode", "status", "actor_country", "actor_sector", "recipient_country", "recipient_sector", "date",
    "killed", "wounded", "arrested", "same_as", "sure",
}  # fmt: skip


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def test_there_are_two_hundred_in_the_order_of_their_ids(articles: list[dict[str, Any]]) -> None:
    ids = [article["id"] for article in articles]
    assert len(ids) >= 200
    assert ids == sorted(set(ids))


def test_no_word_of_an_article_is_in_it(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        assert article.keys() == {"id", "sha256", "events"}
        assert re.fullmatch("[0-9a-f]{16}", article["sha256"])
        for event in article["events"]:
            assert event.keys() <= CODES | SPANS | {"at"}
            # The longest value that is no number: a type, a mode or a status.
            assert all(len(value) <= 14 for value in event.values() if isinstance(value, str)), event


def test_every_offset_and_code_is_one(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        for event in article["events"]:
            where, start, end = event["at"]
            assert where in ("title", "text")
            assert all(start <= event[name][0] < event[name][1] <= end for name in SPANS & event.keys()), article["id"]
            assert event["mode"] in MODES_OF_TYPE[event["type"]] if "mode" in event else event["type"] in MODES_OF_TYPE
            assert event["status"] in STATUSES
            assert event["sure"] in (0.4, 0.7, 1.0)
            assert re.fullmatch(r"\d{4}(-\d\d){0,2}", event.get("date", "2024"))
