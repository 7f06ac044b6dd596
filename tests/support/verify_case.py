"""A small output folder in which nothing is wrong, and what breaks it."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from tasks.contract.schema import polars_schema
from tasks.contract.tables import TABLES
from tasks.store.layout import open_store, parquet_bytes, read_generation
from tasks.store.manifest import list_published, manifest_bytes
from tasks.verify.articles import check_articles
from tasks.verify.checks import RowRule
from tasks.verify.daily import check_daily
from tasks.verify.entities import check_entities
from tasks.verify.events import check_events
from tasks.verify.files import Tables, sound_tables
from tasks.verify.finding import Finding
from tasks.verify.mentions import check_mentions
from tasks.verify.output import verify
from tasks.verify.rows import check_months, check_references, check_rows
from tasks.verify.runs import check_runs
from tasks.verify.stories import check_stories
from tasks.verify.texts import check_texts

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
            article("copy", TEXT, dup_of=lead, dup_kind="exact", annotated=False, source="mirror.org",
                    published_at=NOON + dt.timedelta(hours=1)),
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
             "place_type": "city", "lat": 6.13, "lon": 1.22, "n_mentions": 1, "n_articles": 1,
             "first_seen": DAY, "last_seen": DAY},
            {"entity_id": rebels, "kind": "group", "name": "rebels", "aliases": [], "n_mentions": 1, "n_articles": 1,
             "first_seen": DAY, "last_seen": DAY},
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
                     "country": "TGO", "lat": 6.13, "lon": 1.22, "best_mention_id": hexid("m1"), "killed_low": 12},
            event | {"event_id": hexid("e2"), "event_type": "CONSULT", "mode": "visit", "status": "planned",
                     "actor_ids": [durand], "actor_codes": ["TGOGOV"], "actor_countries": ["TGO"],
                     "recipient_codes": ["TCDGOV"], "recipient_countries": ["TCD"], "country": "TCD",
                     "intensity": 4.0, "geo_precision": "country", "best_mention_id": hexid("m2")},
        ],
        "stories": [
            {"story_id": hexid("story"), "title": "Café talks 🕊 resume", "lead_article_id": lead, "pub_date": DAY,
             "last_pub_date": DAY, "n_articles": 2, "n_unique": 1, "n_sources": 2},
            {"story_id": undated_story, "lead_article_id": undated, "n_articles": 1, "n_unique": 1, "n_sources": 1},
        ],
        "runs": [
            {"run_id": "r1", "number": 1, "started_at": NOON, "ended_at": NOON, "status": "completed",
             "code_version": "0", "schema_version": "2", "model": "m",
             "config_sha256": "0" * 64, "inputs_sha256": "1" * 64,
             "n_inputs": 5, "n_new": 3, "n_unchanged": 1, "n_superseded": 0, "n_rejects": 1, "n_duplicates": 1,
             "n_mentions": 7, "n_events": 2, "drift": [], "seconds": 1.0, "words_per_second": 50.0},
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
             "status": "planned", "n_events": 1, "n_articles": 1, "intensity_sum": 4.0},
        ],
        "place_day": [
            {"event_date": dt.date(2024, 5, 2), "country": "TGO", "event_type": "CONSULT", "status": "happened",
             "n_events": 1, "n_articles": 1, "killed_low": 12, "killed_high": 0},
            {"event_date": None, "country": "TCD", "event_type": "CONSULT", "status": "planned",
             "n_events": 1, "n_articles": 1, "killed_low": 0, "killed_high": 0},
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
            path.write_bytes(parquet_bytes(table, frame))
    (root / "_meta").mkdir(exist_ok=True)
    (root / "_meta" / "generation").write_text("2\n")
    (root / "README.md").write_text("Tables appear here.\n")
    write_manifest(root)


def write_manifest(root: Path) -> None:
    """Let the files that are there be the published ones."""
    store = open_store(str(root))
    (root / "_meta" / "manifest.json").write_bytes(manifest_bytes(list_published(store), read_generation(store)))


def put(path: Path, name: str, rows: pa.Table) -> None:
    """Write rows of a table as the store would, in the order they have."""
    path.write_bytes(parquet_bytes(TABLES[name], pl.DataFrame(rows)))


def rewrite_case(root: Path, case: Case) -> None:
    """Write again the tables in which a case differs from the valid one."""
    valid = valid_case()
    changed = {name for name, rows in case.items() if repr(rows) != repr(valid[name])}
    for name in changed:
        shutil.rmtree(root / name)
    write(root, case, changed)


def found(root: Path) -> list[tuple[str, str]]:
    """What verify finds, but for the manifest: the files of a case were never published."""
    return [(finding.check, finding.table) for finding in verify(str(root)) if finding.check != "manifest"]


# How to break a case.
Break = Callable[[Case], Any]
# A case broken, by name: its table, and what the finding of kind `cells`, `copies`, … says.
Broken = tuple[str, Break, str, str]
# A case broken, by name: the findings it must give, each as (check, table).
Miscounted = tuple[str, Break, set[tuple[str, str]]]
# Which function makes the findings of a name: only those of the expected findings run, the tests being many.
CHECK_OF = {
    **dict.fromkeys(("key", "values", "order"), check_rows),
    "reference": check_references,
    "month": check_months,
    **dict.fromkeys(("texts", "offsets", "sentences"), check_texts),
    "daily": check_daily,
}
# And which one makes those of a table, where its name says nothing of it.
CHECK_OF_TABLE = {
    "articles": check_articles,
    "stories": check_stories,
    **dict.fromkeys(("mentions", "quotes"), check_mentions),
    "entities": check_entities,
    **dict.fromkeys(("events", "event_mentions", "event_args"), check_events),
    "runs": check_runs,
}


def findings_of(root: Path, break_it: Break, expected: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What the checks that make the expected findings say of a folder whose rows are broken."""
    tables = broken_tables(root, break_it)
    checks = dict.fromkeys(CHECK_OF.get(check) or CHECK_OF_TABLE[table] for check, table in sorted(expected))
    return {(finding.check, finding.table) for check in checks for finding in check(tables)}


def broken_tables(root: Path, break_it: Break) -> Tables:
    case = valid_case()
    break_it(case)
    rewrite_case(root, case)
    return sound_tables(root, [])


def assert_found(root: Path, check: Callable[[Tables], list[Finding]], broken: Broken) -> None:
    """Nothing is found in the sound folder, and of the broken one what is wrong is said."""
    _, break_it, table, says = broken
    assert check(sound_tables(root, [])) == []
    findings = check(broken_tables(root, break_it))
    assert [finding.message for finding in findings if finding.table == table and says in finding.message]


def never_broken(rules: tuple[RowRule, ...], breaks: list[Broken]) -> list[tuple[str, str]]:
    """The rules that no case of a list breaks."""
    broken = {(table, says) for _, _, table, says in breaks}
    return [
        (rule.table, rule.message)
        for rule in rules
        if not any(rule.table == table and says in rule.message for table, says in broken)
    ]


# What is wrong in the rows: (name, how to break the case, the findings it must give).
ROW_BREAKS: list[tuple[str, Break, set[tuple[str, str]]]] = [
    ("a key twice", lambda c: c["entities"].append(dict(c["entities"][0])), {("key", "entities")}),
    ("a key twice in two months",
     lambda c: c["texts"].append(c["texts"][0] | {"_month": "2024-06"}), {("key", "texts"), ("month", "texts")}),
    ("a null key twice", lambda c: c["coverage_day"].append(dict(c["coverage_day"][2])), {("key", "coverage_day")}),
    ("a report of no event", lambda c: c["event_mentions"][0].update(event_id=hexid("none")),
     {("reference", "event_mentions"), ("counts", "event_args"), ("counts", "events")}),
    ("a best report that is not there", lambda c: c["events"][0].update(best_mention_id=hexid("none")),
     {("reference", "events")}),
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
    ("a role of nobody", lambda c: c["entity_roles"][0].update(entity_id="x:none"), {("reference", "entity_roles")}),
    ("a reject of no run", lambda c: c["rejects"][0].update(run_id="r9"), {("reference", "rejects")}),
    ("a story of no article", lambda c: c["articles"][0].update(story_id=hexid("none")),
     {("reference", "articles"), ("counts", "stories")}),
    ("a copy of nothing", lambda c: c["articles"][1].update(dup_of=hexid("none")),
     {("reference", "articles"), ("daily", "entity_day"), ("daily", "comention_day")}),
    ("a text with no article", lambda c: c["texts"].append(
        {"article_id": hexid("none"), "text": "x", "sent_starts": None, "_month": "2024-05"}),
     {("reference", "texts")}),
    ("a label outside its list", lambda c: c["mentions"][0].update(label="PER"), {("values", "mentions")}),
    ("a type outside its list", lambda c: c["event_mentions"][0].update(event_type="MEET"),
     {("values", "event_mentions"), ("counts", "events")}),
    ("a context outside its list", lambda c: c["events"][0].update(contexts=["diplomatic", "weather"]),
     {("values", "events")}),
    ("a reason outside its list", lambda c: c["rejects"][0].update(reason="boring"), {("values", "rejects")}),
    ("a country in two letters", lambda c: c["event_args"][0].update(country="TG"), {("values", "event_args")}),
    ("an actor code of another form", lambda c: c["events"][0].update(actor_codes=["TGO-GOV"]), {("values", "events")}),
    ("an id of another form", lambda c: c["quotes"][0].update(quote_id="Q1"), {("values", "quotes")}),
    ("a number that is none", lambda c: c["event_args"][1].update(value_low=float("nan")), {("values", "event_args")}),
    ("an infinite number", lambda c: c["events"][0].update(confidence=float("inf")), {("values", "events")}),
    ("a mention in another month", lambda c: c["mentions"][0].update(_month="undated"), {("month", "mentions")}),
    ("a text in another month", lambda c: c["texts"][1].update(_month="2024-04"), {("month", "texts")}),
]  # fmt: skip
