"""A small output folder made by hand, and one test for every way to break it."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import UserError
from tasks.finding import Finding
from tasks.schema import polars_schema, to_arrow
from tasks.tables import TABLES
from tasks.verify import verify
from tasks.verify_counts import check_counts
from tasks.verify_daily import check_daily
from tasks.verify_files import check_files, check_state, sound_tables
from tasks.verify_rows import check_months, check_references, check_rows
from tasks.verify_texts import SPACE, check_texts

Row = dict[str, Any]
Case = dict[str, list[Row]]

DAY = dt.date(2024, 5, 3)
NOON = dt.datetime(2024, 5, 3, 12, tzinfo=dt.UTC)
# The accents and the emoji make code points, bytes and UTF-16 units differ.
TEXT = (
    "Café talks 🕊 resume\n\n"
    "President Amélie Durand met rebels in Lomé on Thursday. "
    "“At least 12 people were killed,” she said.  Durand plans to visit Chad."
)
SHORT = "Durand spoke again."
N_WORDS = len(TEXT.split())
STARTS = [0, TEXT.index("President"), TEXT.index("“At"), TEXT.index("Durand plans")]


def hexid(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def span(words: str, text: str = TEXT, start: str = "char_start", end: str = "char_end", stored: str = "text") -> Row:
    at = text.index(words)
    return {start: at, end: at + len(words), stored: words}


def article(name: str, text: str, **changes: Any) -> Row:
    row = {
        "article_id": hexid(name), "version": 1, "origin": f"{name}.txt", "lang": "en", "lang_score": 1.0,
        "source": "example.org", "genre": "news", "authors": ["A. Writer"], "published_at": NOON,
        "published_basis": "meta", "pub_date": DAY, "n_words": len(text.split()), "annotated": True,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "story_id": hexid("story"), "boilerplate_chars": 0,
    }  # fmt: skip
    return row | changes


def valid_case() -> Case:
    """Two reports of a meeting, a copy, an undated piece, one reject; every table has a row."""
    lead, copy, undated = hexid("lead"), hexid("copy"), hexid("undated")
    durand, lome, rebels = "x:" + hexid("durand"), "gn:2365267", "x:" + hexid("rebels")
    undated_story = hexid("undated story")
    mention = {"article_id": lead, "pub_date": DAY, "sent_idx": 1, "label": "PERSON", "form": "name",
               "link_method": "self", "entity_id": durand}  # fmt: skip
    event = {
        "quad": "verbal_cooperation", "intensity": 2.5, "status": "happened", "assertion": "reported",
        "contested": False, "date_basis": "relative", "actor_ids": [durand, rebels], "recipient_ids": [],
        "actor_codes": ["TGOGOV", "---REB"], "recipient_codes": [], "actor_countries": ["TGO", "TCD"],
        "recipient_countries": [], "geo_precision": "city", "geo_basis": "argument", "contexts": ["diplomatic"],
        "n_mentions": 1, "n_articles": 1, "n_reprints": 1, "n_sources": 2, "pub_date": DAY, "last_pub_date": DAY,
        "story_id": hexid("story"), "confidence": 0.8,
    }  # fmt: skip
    report = {
        "article_id": lead, "pub_date": DAY, "assertion": "reported", "date_basis": "relative", "coder": "rule:1",
        "confidence": 0.8, "event_type": "CONSULT",
    }  # fmt: skip
    cell = {"event_mention_id": hexid("m1"), "event_id": hexid("e1"), "pub_date": DAY, "method": "dep"}
    return {
        "articles": [
            article("lead", TEXT, title="Café talks 🕊 resume"),
            article("copy", TEXT, dup_of=lead, dup_kind="exact", annotated=False, source="mirror.org"),
            article("undated", SHORT, published_at=None, pub_date=None, published_basis="none",
                    story_id=undated_story),
        ],
        "texts": [
            {"article_id": lead, "text": TEXT, "sent_starts": STARTS},
            {"article_id": copy, "text": TEXT, "sent_starts": None},
            {"article_id": undated, "text": SHORT, "sent_starts": [0]},
        ],
        "mentions": [
            mention | span("Amélie Durand"),
            mention | span("Lomé") | {"label": "GPE", "entity_id": lome, "link_method": "gazetteer"},
            mention | span("rebels") | {"label": "ROLE", "form": "nominal", "entity_id": rebels},
            mention | span("Thursday") | {"label": "DATE", "form": "date", "entity_id": None, "value": "2024-05-02",
                                          "link_method": "none"},
            mention | span("she") | {"form": "pronoun", "link_method": "coref", "sent_idx": 2},
            mention | span("Durand plans") | {"text": "Durand", "sent_idx": 3, "char_end": STARTS[3] + 6},
            mention | span("Durand", SHORT) | {"article_id": undated, "pub_date": None, "sent_idx": 0},
        ],
        "entities": [
            {"entity_id": durand, "kind": "person", "name": "Amélie Durand", "aliases": ["Durand"], "country": "TGO",
             "sector": "GOV", "n_mentions": 4, "n_articles": 2, "first_seen": DAY, "last_seen": DAY},
            {"entity_id": lome, "kind": "place", "name": "Lomé", "aliases": [], "country": "TGO",
             "place_type": "city", "lat": 6.13, "lon": 1.22, "n_mentions": 1, "n_articles": 1},
            {"entity_id": rebels, "kind": "group", "name": "rebels", "aliases": [], "n_mentions": 1, "n_articles": 1},
        ],
        "entity_roles": [
            {"entity_id": durand, "title": "President", "n_articles": 1, "method": "title", "sector": "GOV"},
        ],
        "quotes": [
            {"article_id": lead, "quote_id": hexid("q"), "pub_date": DAY, "sent_idx": 2, "kind": "direct",
             "cue": "say", "speaker_id": durand, "speaker_method": "coref",
             **span("At least 12 people were killed,"),
             **span("she", start="speaker_start", end="speaker_end", stored="speaker_text")},
        ],
        "event_mentions": [
            report | span("met", stored="trigger") | {
                "event_mention_id": hexid("m1"), "event_id": hexid("e1"), "trigger": "meet", "sent_idx": 1,
                "status": "happened", "evidence": "President Amélie Durand met rebels in Lomé on Thursday."},
            report | span("visit", stored="trigger") | {
                "event_mention_id": hexid("m2"), "event_id": hexid("e2"), "trigger": "visit", "sent_idx": 3,
                "mode": "visit", "status": "planned", "attributed_to": durand,
                "evidence": "Durand plans to visit Chad."},
        ],
        "event_args": [
            cell | span("Amélie Durand") | {"role": "actor", "entity_id": durand, "country": "TGO", "sector": "GOV",
                                            "country_method": "corpus"},
            cell | span("12") | {"role": "killed", "value_low": 12.0, "value_scope": "event", "method": "regex"},
        ],
        "events": [
            event | {"event_id": hexid("e1"), "event_type": "CONSULT", "event_date": dt.date(2024, 5, 2),
                     "event_date_end": dt.date(2024, 5, 2), "date_precision": "day", "place_id": lome,
                     "country": "TGO", "lat": 6.13, "lon": 1.22, "best_mention_id": hexid("m1")},
            event | {"event_id": hexid("e2"), "event_type": "CONSULT", "mode": "visit", "status": "planned",
                     "actor_ids": [durand], "actor_codes": ["TGOGOV"], "actor_countries": ["TGO"],
                     "recipient_codes": ["TCDGOV"], "recipient_countries": ["TCD"], "country": "TCD",
                     "killed_low": 2, "geo_precision": "country", "best_mention_id": hexid("m2")},
        ],
        "stories": [
            {"story_id": hexid("story"), "title": "Café talks 🕊 resume", "lead_article_id": lead, "pub_date": DAY,
             "last_pub_date": DAY, "n_articles": 2, "n_unique": 1, "n_sources": 2},
            {"story_id": undated_story, "lead_article_id": undated, "n_articles": 1, "n_unique": 1, "n_sources": 1},
        ],
        "runs": [
            {"run_id": "r1", "started_at": NOON, "ended_at": NOON, "status": "completed", "code_version": "0",
             "schema_version": "1", "model": "m", "config_sha256": "0" * 64, "inputs_sha256": "1" * 64,
             "n_inputs": 5, "n_new": 3, "n_unchanged": 1, "n_superseded": 0, "n_rejects": 1, "n_duplicates": 1,
             "n_mentions": 6, "n_events": 2, "seconds": 1.0, "words_per_second": 50.0},
        ],
        "rejects": [
            {"origin": "bad.txt", "stage": "read", "reason": "empty", "transient": False, "run_id": "r1",
             "pub_date": DAY},
        ],
        "changes": [
            {"run_id": "r1", "table_name": "events", "key": hexid("e0"), "op": "delete", "reason": "merged",
             "successor_key": hexid("e1"), "at": NOON},
        ],
        "coverage_day": [
            {"pub_date": DAY, "source": "example.org", "n_articles": 1, "n_unique": 1, "n_rejects": 0,
             "n_words": N_WORDS},
            {"pub_date": DAY, "source": "mirror.org", "n_articles": 1, "n_unique": 0, "n_rejects": 0,
             "n_words": N_WORDS},
            {"pub_date": DAY, "source": None, "n_articles": 0, "n_unique": 0, "n_rejects": 1, "n_words": 0},
        ],
        "entity_day": [
            {"pub_date": DAY, "entity_id": name, "n_mentions": n, "n_articles": 2, "n_unique": 1, "n_sources": 2}
            for name, n in ((durand, 3), (lome, 1), (rebels, 1))
        ],
        "comention_day": [
            {"pub_date": DAY, "entity_a": a, "entity_b": b, "n_articles": 2, "n_unique": 1, "n_sentences": 1}
            for a, b in ((lome, durand), (lome, rebels), tuple(sorted((durand, rebels))))
        ],
        "dyad_day": [
            {"event_date": dt.date(2024, 5, 2), "actor": "TCD", "recipient": "TGO", "quad": "verbal_cooperation",
             "status": "happened", "n_events": 1, "n_articles": 1, "intensity_sum": 2.5},
            {"event_date": None, "actor": "TGO", "recipient": "TCD", "quad": "verbal_cooperation",
             "status": "planned", "n_events": 1, "n_articles": 1, "intensity_sum": 2.5},
        ],
        "place_day": [
            {"event_date": dt.date(2024, 5, 2), "country": "TGO", "event_type": "CONSULT", "status": "happened",
             "n_events": 1, "n_articles": 1, "killed_low": 0, "killed_high": 0},
            {"event_date": None, "country": "TCD", "event_type": "CONSULT", "status": "planned",
             "n_events": 1, "n_articles": 1, "killed_low": 2, "killed_high": 0},
        ],
    }  # fmt: skip


def write(root: Path, case: Case, only: set[str] | None = None) -> None:
    """Write a case as the store would, but with no check of what is in it."""
    dates = {row["article_id"]: row["pub_date"] for row in case["articles"]}
    for name, rows in case.items():
        if only is not None and name not in only:
            continue
        table = TABLES[name]
        parts: dict[str, list[Row]] = {}
        for row in rows:
            date = dates.get(row["article_id"]) if name == "texts" else row.get("pub_date")
            month = row.get("_month") or (f"{date:%Y-%m}" if date else "undated")
            parts.setdefault(f"month={month}" if table.partitioned else "", []).append(row)
        for folder, members in parts.items():
            plain = [{key: value for key, value in row.items() if key != "_month"} for row in members]
            frame = pl.DataFrame(plain, schema=polars_schema(table)).sort(table.order, nulls_last=True)
            path = root / name / folder / "part-0.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(to_arrow(table, frame), path)
    (root / "_meta").mkdir(exist_ok=True)
    (root / "_meta" / "generation").write_text("2\n")
    (root / "README.md").write_text("Tables appear here.\n")


@pytest.fixture(scope="module")
def valid_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("valid")
    write(root, valid_case())
    return root


@pytest.fixture
def output(tmp_path: Path, valid_output: Path) -> Path:
    """A folder in which nothing is wrong, to be broken."""
    return Path(shutil.copytree(valid_output, tmp_path, dirs_exist_ok=True))


def rewrite_case(root: Path, case: Case) -> None:
    """Write again the tables in which a case differs from the valid one."""
    valid = valid_case()
    changed = {name for name, rows in case.items() if repr(rows) != repr(valid[name])}
    for name in changed:
        shutil.rmtree(root / name)
    write(root, case, changed)


def found(root: Path) -> list[tuple[str, str]]:
    return [(finding.check, finding.table) for finding in verify(str(root))]


def test_a_sound_folder_has_no_findings_by_path_and_by_url(output: Path) -> None:
    assert verify(str(output)) == []
    assert verify(output.as_uri()) == []


def test_an_empty_folder_has_no_findings(tmp_path: Path) -> None:
    assert verify(str(tmp_path)) == []


def test_a_folder_that_is_not_there_or_not_local_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        verify(str(tmp_path / "nothing"))
    with pytest.raises(UserError, match="local folders only"):
        verify("s3://bucket/output")


# What is wrong in the rows: (name, how to break the case, the findings it must give).
Break = Callable[[Case], Any]
ROW_BREAKS: list[tuple[str, Break, set[tuple[str, str]]]] = [
    ("a key twice", lambda c: c["entities"].append(dict(c["entities"][0])), {("key", "entities")}),
    ("a key twice in two months",
     lambda c: c["texts"].append(c["texts"][0] | {"_month": "2024-06"}), {("key", "texts"), ("month", "texts")}),
    ("a null key twice", lambda c: c["coverage_day"].append(dict(c["coverage_day"][2])), {("key", "coverage_day")}),
    ("an event nobody reports", lambda c: c["events"].append(c["events"][0] | {"event_id": hexid("e9")}),
     {("counts", "events"), ("daily", "dyad_day"), ("daily", "place_day")}),
    ("a report of no event", lambda c: c["event_mentions"][0].update(event_id=hexid("none")),
     {("reference", "event_mentions"), ("counts", "event_args"), ("counts", "events")}),
    ("a best report that is not there", lambda c: c["events"][0].update(best_mention_id=hexid("none")),
     {("reference", "events")}),
    ("a best report of another event", lambda c: c["events"][0].update(best_mention_id=hexid("m2")),
     {("counts", "events")}),
    ("an unknown actor in a list", lambda c: c["events"][0]["actor_ids"].append("x:none"), {("reference", "events")}),
    ("an unknown recipient in a list", lambda c: c["events"][0]["recipient_ids"].append("x:none"),
     {("reference", "events")}),
    ("an unknown place", lambda c: c["events"][0].update(place_id="gn:1"), {("reference", "events")}),
    ("an unknown fulfilment", lambda c: c["events"][1].update(fulfilled_by=hexid("none")), {("reference", "events")}),
    ("an unknown speaker", lambda c: c["quotes"][0].update(speaker_id="x:none"), {("reference", "quotes")}),
    ("an unknown source of a claim", lambda c: c["event_mentions"][1].update(attributed_to="x:none"),
     {("reference", "event_mentions")}),
    ("an unknown entity in a mention", lambda c: c["mentions"][0].update(entity_id="x:none"),
     {("reference", "mentions"), ("counts", "entities"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a cell of no report", lambda c: c["event_args"][0].update(event_mention_id=hexid("none")),
     {("reference", "event_args")}),
    ("a cell of another event", lambda c: c["event_args"][0].update(event_id=hexid("e2")), {("counts", "event_args")}),
    ("a role of nobody", lambda c: c["entity_roles"][0].update(entity_id="x:none"), {("reference", "entity_roles")}),
    ("a reject of no run", lambda c: c["rejects"][0].update(run_id="r9"), {("reference", "rejects")}),
    ("a story of no article", lambda c: c["articles"][0].update(story_id=hexid("none")),
     {("reference", "articles"), ("counts", "stories")}),
    ("a copy of nothing", lambda c: c["articles"][1].update(dup_of=hexid("none")),
     {("reference", "articles"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a copy of a copy",
     lambda c: c["articles"].append(article("third", SHORT, dup_of=hexid("copy"), dup_kind="near", annotated=False)),
     {("copies", "articles"), ("texts", "articles"), ("counts", "stories"), ("daily", "coverage_day")}),
    ("a copy of no kind", lambda c: c["articles"][1].update(dup_kind=None), {("copies", "articles")}),
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
    ("a text with no article", lambda c: c["texts"].append(
        {"article_id": hexid("none"), "text": "x", "sent_starts": None, "_month": "2024-05"}),
     {("reference", "texts")}),
    ("another text than was hashed", lambda c: c["texts"][1].update(text=TEXT + "!"), {("texts", "articles")}),
    ("a label outside its list", lambda c: c["mentions"][0].update(label="PER"), {("values", "mentions")}),
    ("a type outside its list", lambda c: c["event_mentions"][0].update(event_type="MEET"),
     {("values", "event_mentions"), ("counts", "events")}),
    ("a context outside its list", lambda c: c["events"][0].update(contexts=["diplomatic", "weather"]),
     {("values", "events")}),
    ("a reason outside its list", lambda c: c["rejects"][0].update(reason="boring"), {("values", "rejects")}),
    ("a mode of another type", lambda c: c["event_mentions"][1].update(mode="riot"), {("types", "event_mentions")}),
    ("a quad of another type", lambda c: c["events"][0].update(quad="verbal_conflict"),
     {("types", "events"), ("daily", "dyad_day")}),
    ("a country in two letters", lambda c: c["event_args"][0].update(country="TG"), {("values", "event_args")}),
    ("an actor code of another form", lambda c: c["events"][0].update(actor_codes=["TGO-GOV"]), {("values", "events")}),
    ("an id of another form", lambda c: c["quotes"][0].update(quote_id="Q1"), {("values", "quotes")}),
    ("a number that is none", lambda c: c["event_args"][1].update(value_low=float("nan")), {("values", "event_args")}),
    ("an infinite number", lambda c: c["events"][0].update(confidence=float("inf")), {("values", "events")}),
    ("inputs that do not add up", lambda c: c["runs"][0].update(n_new=2), {("runs", "runs")}),
    ("a mention in another month", lambda c: c["mentions"][0].update(_month="undated"), {("month", "mentions")}),
    ("a text in another month", lambda c: c["texts"][1].update(_month="2024-04"), {("month", "texts")}),
    ("a quote of another day", lambda c: c["quotes"][0].update(pub_date=dt.date(2024, 5, 4)), {("dates", "quotes")}),
    ("a date with no basis", lambda c: c["articles"][0].update(published_basis="none"), {("dates", "articles")}),
    ("a day that is not that of the time", lambda c: c["articles"][1].update(pub_date=dt.date(2024, 5, 4)),
     {("dates", "articles"), ("counts", "events"), ("counts", "stories"),
      ("daily", "coverage_day"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a wrong number of reports", lambda c: c["events"][0].update(n_mentions=2), {("counts", "events")}),
    ("a wrong number of articles", lambda c: c["events"][0].update(n_articles=2),
     {("counts", "events"), ("daily", "dyad_day"), ("daily", "place_day")}),
    ("a wrong number of reprints", lambda c: c["events"][0].update(n_reprints=0), {("counts", "events")}),
    ("a wrong number of sources", lambda c: c["events"][0].update(n_sources=3), {("counts", "events")}),
    ("a last report of another day", lambda c: c["events"][0].update(last_pub_date=None), {("counts", "events")}),
    ("a wrong number of mentions", lambda c: c["entities"][0].update(n_mentions=9), {("counts", "entities")}),
    ("a wrong number of articles in a story", lambda c: c["stories"][0].update(n_unique=2), {("counts", "stories")}),
    ("a story that ends too early", lambda c: c["stories"][0].update(last_pub_date=None), {("counts", "stories")}),
    ("a lead of another story", lambda c: c["stories"][1].update(lead_article_id=hexid("lead")),
     {("counts", "stories")}),
    ("a wrong day of coverage", lambda c: c["coverage_day"][1].update(n_words=1), {("daily", "coverage_day")}),
    ("a day of coverage too few", lambda c: c["coverage_day"].pop(), {("daily", "coverage_day")}),
    ("a dyad too many", lambda c: c["dyad_day"].append(c["dyad_day"][0] | {"actor": "FRA"}), {("daily", "dyad_day")}),
    ("a wrong sum of intensity", lambda c: c["dyad_day"][1].update(intensity_sum=2.6), {("daily", "dyad_day")}),
    ("a wrong toll of a place", lambda c: c["place_day"][1].update(killed_low=3), {("daily", "place_day")}),
    ("a wrong count of an entity", lambda c: c["entity_day"][0].update(n_sources=3), {("daily", "entity_day")}),
    ("a pair too few", lambda c: c["comention_day"].pop(), {("daily", "comention_day")}),
]  # fmt: skip


# Which function makes the findings of a name: only those of the expected findings run, the tests being many.
CHECK_OF = {
    **dict.fromkeys(("key", "values", "order"), check_rows),
    "reference": check_references,
    "month": check_months,
    **dict.fromkeys(("texts", "offsets", "sentences"), check_texts),
    **dict.fromkeys(("copies", "dates", "types", "counts", "runs"), check_counts),
    "daily": check_daily,
}


@pytest.mark.parametrize(
    ("break_it", "expected"), [case[1:] for case in ROW_BREAKS], ids=[case[0] for case in ROW_BREAKS]
)
def test_a_broken_row_is_found(output: Path, break_it: Break, expected: set[tuple[str, str]]) -> None:
    case = valid_case()
    break_it(case)
    rewrite_case(output, case)
    tables = sound_tables(output, [])
    checks = dict.fromkeys(CHECK_OF[check] for check, _ in sorted(expected))
    findings = [finding for check in checks for finding in check(tables)]
    assert {(finding.check, finding.table) for finding in findings} == expected


def test_a_finding_names_the_rows_and_counts_them(output: Path) -> None:
    case = valid_case()
    for mention in case["mentions"]:
        mention["label"] = "WHO"
    rewrite_case(output, case)
    (finding,) = verify(str(output))
    assert finding.message == "label holds a value outside its closed list (7 rows)"
    assert finding.n_rows == 7
    assert len(finding.rows) == 5
    assert finding.rows[-1].startswith(f"article_id={hexid('lead')!r}, char_start=")
    assert str(finding).splitlines()[0] == f"values: mentions: {finding.message}"


def test_rows_out_of_order_are_found(output: Path) -> None:
    path = output / "entities" / "part-0.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take(list(range(table.num_rows))[::-1]), path)
    assert found(output) == [("order", "entities")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notes.txt", [("layout", "")]),
        ("weather/part-0.parquet", [("layout", "")]),
        ("events/notes.txt", [("layout", "events")]),
        ("events/part-0.parquet", [("layout", "events")]),
        ("events/month=2024-13/part-0.parquet", [("layout", "events")]),
        ("events/month=2024-05/part-00.parquet", [("layout", "events")]),
        ("events/month=2024-05/deep/part-0.parquet", [("layout", "events")]),
        ("events/month=2024-05/.part-0.parquet.tmp", [("layout", "events")]),
        ("stories/month=2024-05/part-0.parquet", [("layout", "stories")]),
        ("_meta/anything/at-all", []),
    ],
)
def test_a_file_outside_the_layout_is_found(output: Path, name: str, expected: list[tuple[str, str]]) -> None:
    (output / name).parent.mkdir(parents=True, exist_ok=True)
    (output / name).write_bytes(b"x")
    findings = check_files(output)
    assert [(finding.check, finding.table) for finding in findings] == expected
    assert all(name in finding.rows for finding in findings)


def test_a_second_part_of_a_month_belongs_to_the_table(output: Path) -> None:
    month = output / "mentions" / "month=2024-05"
    table = pq.read_table(month / "part-0.parquet", partitioning=None)
    pq.write_table(table.slice(0, 2), month / "part-0.parquet")
    pq.write_table(table.slice(2), month / "part-1.parquet")
    assert verify(str(output)) == []


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path, partitioning=None)), path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop_columns(["country"]), "column country is missing"),
        (lambda t: t.append_column("month", pa.array(["undated"] * t.num_rows)), "columns month are not in it"),
        (lambda t: t.select(t.column_names[::-1]), "the columns stand in another order"),
        (lambda t: t.set_column(0, "entity_id", t["entity_id"].cast(pa.large_string())), "is large_string"),
        (lambda t: t.set_column(0, "entity_id", t["entity_id"].dictionary_encode()), "is dictionary"),
        (lambda t: t.set_column(0, "entity_id", t["entity_id"]), "column entity_id is string, not string not null"),
        (lambda t: t.replace_schema_metadata({"run": "r1"}), "metadata beside the schema: ['run']"),
    ],
    ids=["missing", "extra", "order", "large string", "dictionary", "nullable", "metadata"],
)
def test_another_schema_is_found(output: Path, change: Callable[[pa.Table], pa.Table], message: str) -> None:
    rewrite(output / "entities" / "part-0.parquet", change)
    (finding,) = check_files(output)
    assert (finding.check, finding.table) == ("schema", "entities")
    assert message in finding.message


def test_one_odd_file_among_many_is_found(output: Path) -> None:
    rewrite(output / "mentions" / "month=undated" / "part-0.parquet", lambda t: t.drop_columns(["value"]))
    (finding,) = check_files(output)
    assert finding.rows == ("mentions/month=undated/part-0.parquet",)


def test_a_damaged_file_is_found_and_the_rest_still_checked(output: Path) -> None:
    path = output / "entities" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    rewrite(output / "runs" / "part-0.parquet", lambda t: t.set_column(9, t.schema.field(9), pa.array([7], pa.int64())))
    assert found(output) == [("schema", "entities"), ("runs", "runs")]


def test_a_damaged_page_is_found_by_the_readers(output: Path) -> None:
    path = output / "quotes" / "month=2024-05" / "part-0.parquet"
    data = bytearray(path.read_bytes())
    data[4:60] = b"\xff" * 56
    path.write_bytes(bytes(data))
    findings = [finding for finding in verify(str(output)) if finding.check == "readers"]
    readers = {finding.message.split()[0] for finding in findings}
    assert {"Polars", "PyArrow", "pandas"} <= readers
    assert {finding.table for finding in findings} == {"quotes"}


def states(root: Path) -> list[tuple[str, str]]:
    return [(finding.check, finding.table) for finding in check_state(root)]


def test_what_is_left_in_staging_is_found(output: Path) -> None:
    (output / ".staging" / "r2").mkdir(parents=True)
    assert check_state(output) == []
    (output / ".staging" / "r2" / "rows.parquet").write_bytes(b"x")
    assert check_state(output) == [
        Finding("state", "", "1 files are left in .staging", (".staging/r2/rows.parquet",), 1)
    ]


def test_an_unfinished_publish_is_found(output: Path) -> None:
    (output / "_meta" / "publish.json").write_text("{}")
    (output / "_meta" / "generation").write_text("3")
    messages = [finding.message for finding in check_state(output)]
    assert "the next `dateline run` finishes it" in messages[0]
    assert messages[1] == "_meta/generation is odd (3): a publish is under way"


@pytest.mark.parametrize(("text", "expected"), [("4\n", []), ("three", [("state", "")]), ("", [("state", "")])])
def test_the_generation_is_an_even_number(output: Path, text: str, expected: list[tuple[str, str]]) -> None:
    (output / "_meta" / "generation").write_text(text)
    assert states(output) == expected


def test_a_missing_generation_is_found(output: Path) -> None:
    (output / "_meta" / "generation").unlink()
    assert states(output) == [("state", "")]


def test_white_space_is_what_python_strips() -> None:
    assert [char for char in map(chr, range(0x11_0000)) if char.isspace()] == sorted(SPACE)


def test_the_order_of_findings_does_not_change(output: Path) -> None:
    case = valid_case()
    for _, break_it, _ in ROW_BREAKS[3:30:3]:
        break_it(case)
    rewrite_case(output, case)
    assert verify(str(output)) == verify(str(output))
