"""For: tasks/data/events/articles. Invented articles with their reports, in the form that docs/annotating.md tells."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tasks.contract.vocabulary import MODES_OF_TYPE

FOLDER = Path(__file__).resolve().parents[4] / "tasks" / "data" / "events" / "articles"
STATUSES = {"happened", "ongoing", "planned", "hypothetical", "negated", "historical"}
SPANS = {"trigger_at", "actor_at", "recipient_at", "place_at"}
CODES = {
    "type", "mode", "status", "actor_name", "actor_country", "actor_sector", "recipient_name", "recipient_country",
    "recipient_sector", "place_name", "date", "killed", "wounded", "arrested", "same_as", "sure",
}  # fmt: skip
# Of the sequences of four words of the shorter article: two articles on one skeleton share more.
MOST_SHARED = 0.06


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return [
        json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]


def test_there_are_three_hundred_and_a_third_tells_of_no_event(articles: list[dict[str, Any]]) -> None:
    assert len(articles) >= 300
    assert len({article["id"] for article in articles}) == len(articles)
    assert 0.3 < sum(not article["events"] for article in articles) / len(articles) < 0.4
    assert all(len(article["text"].split()) >= 250 for article in articles)
    assert all(dt.date.fromisoformat(article["date"]) for article in articles)


def test_every_report_lies_in_its_sentence(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        for event in article["events"]:
            where, start, end = event["at"]
            assert article[where][start:end].strip() == article[where][start:end] != ""
            for name in SPANS & event.keys():
                first, last = event[name]
                assert start <= first < last <= end, (article["id"], name)
                around = article[where][max(first - 1, 0) : first] + " " + article[where][last : last + 1]
                assert not re.search(r"\w", around), (article["id"], name, article[where][first:last])


def test_every_code_is_one(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        for event in article["events"]:
            assert event.keys() <= CODES | SPANS | {"at"}, article["id"]
            assert event["mode"] in MODES_OF_TYPE[event["type"]] if "mode" in event else event["type"] in MODES_OF_TYPE
            assert event["status"] in STATUSES
            assert event["sure"] in (0.4, 0.7, 1.0)
            for side in ("actor", "recipient"):
                assert re.fullmatch("[A-Z]{3}", event.get(f"{side}_country", "AAA"))
            assert re.fullmatch(r"\d{4}(-\d\d){0,2}", event.get("date", "2024"))


def test_no_two_stand_on_one_skeleton(articles: list[dict[str, Any]]) -> None:
    grams = []
    for article in articles:
        words = re.findall(r"\w+", article["text"].lower())
        grams.append({hash(tuple(words[place : place + 4])) for place in range(len(words) - 3)})
    alike = [
        (articles[one]["id"], articles[other]["id"])
        for one in range(len(grams))
        for other in range(one)
        if len(grams[one] & grams[other]) > MOST_SHARED * min(len(grams[one]), len(grams[other]))
    ]
    assert alike == []
