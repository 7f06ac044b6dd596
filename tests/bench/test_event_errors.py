"""The page of errors, on articles of our own."""

from __future__ import annotations

from bench.event_errors import PAGE, SURE, count_documents, count_pairs, page
from tasks.annotate.events.lexicon.load import load_lexicon

TEXT = (
    "Soldiers arrested two reporters in Bamako on Monday. The minister bamboozled the union. "
    "Police shot a demonstrator on Tuesday."
)


def gold(sentence: str, trigger: str, event_type: str, sure: float = 1.0) -> dict[str, object]:
    return {"sentence": sentence, "trigger": trigger, "type": event_type, "sure": sure}


def test_right_missed_and_false_are_told_with_their_causes() -> None:
    record = {
        "date": "2021-05-18",
        "title": None,
        "text": TEXT,
        "events": [
            gold("Soldiers arrested two reporters in Bamako on Monday.", "arrested", "COERCE"),
            gold("The minister bamboozled the union.", "bamboozled", "REJECT"),
            gold("The minister bamboozled the union.", "union", "AGREE", SURE - 0.3),
        ],
    }
    errors = count_documents([record], load_lexicon())
    assert dict(errors.right) == {"COERCE": 1}
    assert dict(errors.misses) == {("REJECT", "no frame"): 1}
    assert dict(errors.false) == {("ASSAULT", "actor"): 1}


def test_pairs_are_confused_with_what_was_coded() -> None:
    pair = {"source_text": "Soldiers", "target_text": "two reporters", "type": "ASSAULT"}
    errors = count_pairs([{"text": "Soldiers arrested two reporters in Bamako.", "events": [pair]}])
    assert dict(errors.confusions) == {("ASSAULT", "COERCE"): 1}


def test_the_page_in_the_repository_has_the_form_of_today() -> None:
    fresh = page(count_documents([], load_lexicon()), count_pairs([]))
    headings = [line.split(" (")[0] for line in fresh.splitlines() if line.startswith("#")]
    kept = [line.split(" (")[0] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("#")]
    assert kept == headings
