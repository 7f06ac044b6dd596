"""Every way to break what the cells of one row, or of rows that belong together, tell of each other is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from verify_case import DAY, NOON, SHORT, Break, article, hexid, rewrite_case, valid_case

from tasks.verify.files import sound_tables
from tasks.verify.row_rules import RULES, check_cells

Broken = tuple[str, Break, str, str]


# How to break one rule: (name, how to break the case, its table, what the finding says).
RULE_BREAKS: list[Broken] = [
    ("a version before the first", lambda c: c["articles"][0].update(version=0), "articles", "version is less"),
    ("a language surer than sure", lambda c: c["articles"][0].update(lang_score=1.5), "articles", "lang_score"),
    ("a link of no method", lambda c: c["mentions"][0].update(link_method="none"), "mentions", "link_method is none"),
    ("a method of no link", lambda c: c["mentions"][3].update(link_method="self"), "mentions", "link_method is none"),
    ("a date that is somebody",
     lambda c: c["mentions"][3].update(entity_id=c["mentions"][0]["entity_id"], link_method="self"), "mentions",
     "a date that stands for an entity"),
    ("a date of another label", lambda c: c["mentions"][3].update(label="GPE"), "mentions", "form is not that"),
    ("a value of a name", lambda c: c["mentions"][0].update(value="2024"), "mentions", "value of what is no date"),
    ("a link surer than sure", lambda c: c["mentions"][0].update(link_score=-0.1), "mentions", "link_score"),
    ("half a point", lambda c: c["entities"][1].update(lon=None), "entities", "one of lat and lon"),
    ("a point off the earth", lambda c: c["entities"][1].update(lat=91.0), "entities", "no place on earth"),
    ("a speaker of no method", lambda c: c["quotes"][0].update(speaker_method="none"), "quotes", "speaker_method"),
    ("a speaker without words",
     lambda c: c["quotes"][0].update(speaker_text=None, speaker_start=None, speaker_end=None, speaker_method="none"),
     "quotes", "speaker_id without"),
    ("a report that ends before it starts",
     lambda c: c["event_mentions"][0].update(event_date=DAY, event_date_end=DAY - dt.timedelta(1),
                                             date_precision="day"),
     "event_mentions", "event_date_end is before"),
    ("an end without a start", lambda c: c["event_mentions"][0].update(event_date_end=DAY), "event_mentions",
     "event_date_end without"),
    ("a date of no precision", lambda c: c["event_mentions"][0].update(event_date=DAY), "event_mentions",
     "one of event_date and date_precision"),
    ("a report's date of no basis",
     lambda c: c["event_mentions"][0].update(event_date=DAY, date_precision="day", date_basis="none"),
     "event_mentions", "event_date with the basis none"),
    ("a report surer than sure", lambda c: c["event_mentions"][0].update(confidence=2.0), "event_mentions",
     "confidence"),
    ("a range upside down", lambda c: c["event_args"][1].update(value_high=11.0), "event_args", "value_low is more"),
    ("a country of no method", lambda c: c["event_args"][0].update(country_method=None), "event_args",
     "one of country and country_method"),
    ("an event that ends before it starts", lambda c: c["events"][0].update(event_date_end=dt.date(2024, 5, 1)),
     "events", "event_date_end is before"),
    ("an undated event with an end", lambda c: c["events"][1].update(event_date_end=DAY), "events",
     "event_date_end without"),
    ("a precision of no date", lambda c: c["events"][1].update(date_precision="day"), "events",
     "one of event_date and date_precision"),
    ("an event's date of no basis", lambda c: c["events"][0].update(date_basis="none"), "events",
     "event_date with the basis none"),
    ("half a point of an event", lambda c: c["events"][0].update(lat=None), "events", "one of lat and lon"),
    ("an event off the earth", lambda c: c["events"][0].update(lon=-181.0), "events", "no place on earth"),
    ("a point of a country", lambda c: c["events"][0].update(geo_precision="country"), "events", "a point where"),
    ("a place of no basis", lambda c: c["events"][1].update(geo_basis="none"), "events", "geo_basis is none with"),
    ("a precision of no place", lambda c: c["events"][1].update(country=None, geo_basis="none"), "events",
     "geo_precision of no place"),
    ("actor_ids with one twice", lambda c: c["events"][0]["actor_ids"].append(c["events"][0]["actor_ids"][0]),
     "events", "actor_ids names something twice"),
    ("actor_countries with one twice", lambda c: c["events"][0]["actor_countries"].append("TGO"), "events",
     "actor_countries names something twice"),
    ("contexts with one twice", lambda c: c["events"][0].update(contexts=["diplomatic"] * 2), "events",
     "contexts names something twice"),
    ("recipient_ids with one twice", lambda c: c["events"][0].update(recipient_ids=["gn:2365267"] * 2), "events",
     "recipient_ids names something twice"),
    ("recipient_countries with one twice", lambda c: c["events"][1].update(recipient_countries=["TCD", "TCD"]),
     "events", "recipient_countries names something twice"),
    ("an event surer than sure", lambda c: c["events"][0].update(confidence=1.01), "events", "confidence"),
    ("a run that ends before it starts", lambda c: c["runs"][0].update(ended_at=NOON - dt.timedelta(seconds=1)), "runs",
     "a run that ended"),
]  # fmt: skip

# The same of rows that belong together.
BREAKS: list[Broken] = [
    ("a copy of a later article", lambda c: c["articles"][1].update(published_at=NOON - dt.timedelta(hours=1)),
     "articles", "a copy of a later article"),
    ("a copy of an undated article",
     lambda c: c["articles"].append(article("new", SHORT, dup_of=hexid("undated"), dup_kind="near",
                                            story_id=hexid("undated story"))),
     "articles", "a copy of a later article"),
    ("a copy in another story", lambda c: c["articles"][1].update(story_id=hexid("undated story")), "articles",
     "a copy of another story"),
    ("a quotation of two articles", lambda c: c["quotes"].append(c["quotes"][0] | {"article_id": hexid("copy")}),
     "quotes", "parts of one quotation"),
    ("an entity seen too late", lambda c: c["entities"][0].update(first_seen=DAY + dt.timedelta(1)), "entities",
     "first_seen or last_seen"),
    ("a toll that no cell tells", lambda c: c["events"][0].update(killed_low=11), "events", "killed_low or"),
    ("a bound that no cell tells", lambda c: c["events"][0].update(killed_high=12), "events", "killed_low or killed"),
    ("a toll of the whole war", lambda c: c["event_args"][1].update(value_scope="cumulative"), "events", "killed_low"),
    ("a toll of another role", lambda c: c["event_args"][1].update(role="wounded"), "events", "wounded_low or"),
    ("another intensity", lambda c: c["events"][0].update(intensity=2.6), "events", "intensity or goldstein"),
    ("a Goldstein value of no code", lambda c: c["events"][0].update(goldstein=1.0), "events", "goldstein"),
    ("what happened, fulfilled", lambda c: c["events"][0].update(fulfilled_by=hexid("e2")), "events", "fulfilled_by"),
    ("a plan fulfilled by a plan", lambda c: c["events"][1].update(fulfilled_by=hexid("e2")), "events", "fulfilled_by"),
    ("an event of another story", lambda c: c["events"][0].update(story_id=hexid("undated story")), "events",
     "story_id is not that"),
    ("a story led by a copy", lambda c: c["stories"][0].update(lead_article_id=hexid("copy")), "stories",
     "lead_article_id"),
    ("a story of another title", lambda c: c["stories"][0].update(title="Talks"), "stories", "title not that"),
    ("a run that counts other rows", lambda c: c["runs"][0].update(n_events=3), "runs", "the latest run counts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("break_it", "table", "says"),
    [case[1:] for case in (*RULE_BREAKS, *BREAKS)],
    ids=[case[0] for case in (*RULE_BREAKS, *BREAKS)],
)
def test_cells_that_contradict_each_other_are_found(output: Path, break_it: Break, table: str, says: str) -> None:
    case = valid_case()
    break_it(case)
    rewrite_case(output, case)
    found = check_cells(sound_tables(output, []))
    assert [finding.message for finding in found if finding.table == table and says in finding.message]


def test_cells_of_a_sound_folder_agree(output: Path) -> None:
    assert check_cells(sound_tables(output, [])) == []


def test_every_rule_was_seen_to_fail() -> None:
    broken = {(table, says) for _, _, table, says in RULE_BREAKS}
    unbroken = [
        (rule.table, rule.message)
        for rule in RULES
        if not any(rule.table == table and says in rule.message for table, says in broken)
    ]
    assert unbroken == []
