"""For: tasks.verify.texts. Every way to break an offset, a sentence or a text is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_case import TEXT, Break, findings_of, span

# What is wrong in the rows: (name, how to break the case, the findings it must give).
BREAKS: list[tuple[str, Break, set[tuple[str, str]]]] = [
    ("a mention cut wrongly", lambda c: c["mentions"][0].update(text="Amelie Durand"), {("offsets", "mentions")}),
    ("an offset counted in bytes", lambda c: c["mentions"][1].update(char_start=67, char_end=71),
     {("offsets", "mentions")}),
    ("an offset past the end", lambda c: c["mentions"][5].update(char_end=10_000), {("offsets", "mentions")}),
    ("an empty span", lambda c: c["event_args"][1].update(char_end=c["event_args"][1]["char_start"], text=""),
     {("offsets", "event_args")}),
    ("a quotation cut wrongly", lambda c: c["quotes"][0].update(text="At least 13 people were killed,"),
     {("offsets", "quotes")}),
    ("a speaker cut wrongly", lambda c: c["quotes"][0].update(speaker_text="he"), {("offsets", "quotes")}),
    ("a speaker with words but no place", lambda c: c["quotes"][0].update(speaker_start=None, speaker_end=None),
     {("offsets", "quotes")}),
    ("a cell cut wrongly", lambda c: c["event_args"][1].update(text="13"), {("offsets", "event_args")}),
    ("a trigger outside its sentence", lambda c: c["event_mentions"][0].update(**span("resume", stored="trigger")),
     {("offsets", "event_mentions")}),
    ("evidence of another sentence", lambda c: c["event_mentions"][0].update(evidence="Café talks 🕊 resume"),
     {("sentences", "event_mentions")}),
    ("evidence with white space around it",
     lambda c: c["event_mentions"][0].update(evidence=c["event_mentions"][0]["evidence"] + " "),
     {("sentences", "event_mentions")}),
    ("a sentence number past the last", lambda c: c["event_mentions"][0].update(sent_idx=9),
     {("sentences", "event_mentions"), ("offsets", "event_mentions")}),
    ("a negative sentence number", lambda c: c["quotes"][0].update(sent_idx=-1), {("sentences", "quotes")}),
    ("a mention in another sentence", lambda c: c["mentions"][0].update(sent_idx=2),
     {("sentences", "mentions"), ("daily", "comention_day")}),
    ("sentences that fall", lambda c: c["texts"][2].update(sent_starts=[0, 9, 7]), {("sentences", "texts")}),
    ("a sentence past the end", lambda c: c["texts"][2].update(sent_starts=[0, 99]), {("sentences", "texts")}),
    ("sentences of a text nobody annotated", lambda c: c["texts"][1].update(sent_starts=[0]), {("texts", "texts")}),
    ("an article with no text", lambda c: c["texts"].pop(1), {("texts", "articles")}),
    ("another text than was hashed", lambda c: c["texts"][1].update(text=TEXT + "!"), {("texts", "articles")}),
]  # fmt: skip


@pytest.mark.parametrize(("break_it", "expected"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_a_broken_stretch_of_text_is_found(output: Path, break_it: Break, expected: set[tuple[str, str]]) -> None:
    assert findings_of(output, break_it, expected) == expected
