"""For: tasks.ingest.discover, tasks.ingest.limits, tasks.ingest.slices, tasks.ingest.sniff."""

from __future__ import annotations

import bz2
import gzip
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.contract.vocabulary import REJECT_REASONS
from tasks.ingest.discover import InputFile
from tasks.ingest.limits import Limits
from tasks.ingest.slices import Slice, plan, read, read_slice
from tasks.ingest.sniff import sniff
from tasks.records import Article, Reject

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_file(path: Path) -> InputFile:
    return InputFile(str(path.parent), path.name, str(path), path.stat().st_size)


def read_bytes(tmp_path: Path, content: bytes, name: str = "input.jsonl", limits: Limits | None = None) -> list[Any]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(read(as_file(path), limits or Limits()))


def lines_of(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def reasons(records: Iterable[Any]) -> list[str]:
    return [record.reason if isinstance(record, Reject) else "article" for record in records]


# ------------------------------------------------------------------------------------------------------- plain text
def test_a_text_file_is_one_article_with_its_bytes_as_raw(tmp_path: Path) -> None:
    content = "Überschrift\n\nEin Satz.".encode()
    [article] = read_bytes(tmp_path, content, "notiz.txt")
    assert (article.text, article.raw, article.origin) == (content.decode(), content, "notiz.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_text_is_decoded_from_common_encodings(tmp_path: Path, encoding: str) -> None:
    text = "The café reopened after the délégation had left.\nIt was full."
    [article] = read_bytes(tmp_path, text.encode(encoding), "input.txt")
    assert article.text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n ", "empty"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
        (b"%PDF-1.7 ...", "unknown_format"),
        (b"PK\x03\x04" + bytes(50), "truncated"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 50, "corrupt"),
        (b"\x04\x22\x4d\x18" + bytes(50), "unsupported_format"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "empty"),
        (b"<?xml version='1.0'?><svg/>", "unknown_format"),
        (gzip.compress(b"words " * 5000, mtime=0)[:-20], "truncated"),
        (gzip.compress(b"words of text " * 5000, mtime=0)[:-8] + bytes(8), "corrupt"),
        (bz2.compress(b"words of text " * 5000)[:-10], "truncated"),
        (b"BZh91AY&SY" + b"garbage" * 20, "corrupt"),
    ],
)
def test_bad_files_are_rejects_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reasons(read_bytes(tmp_path, content, "input.txt")) == [reason]


def test_a_text_past_the_limit_is_refused_and_packed_text_is_read(tmp_path: Path) -> None:
    assert reasons(read_bytes(tmp_path, b"word " * 100, "a.txt", Limits(max_record_bytes=100))) == ["too_large"]
    assert reasons(read_bytes(tmp_path, gzip.compress(b"word " * 100), "a.gz", Limits(max_record_bytes=100))) == [
        "too_large"
    ]
    [article] = read_bytes(tmp_path, gzip.compress(b"Some words."), "a.txt.gz")
    assert article.text == "Some words."


# ------------------------------------------------------------------------------------------------------- JSON lines
def test_all_fields_of_a_record_are_read_and_others_ignored(tmp_path: Path) -> None:
    record = {
        "id": 17,
        "url": "https://example.org/a",
        "title": "A title",
        "text": "Some words.",
        "published_at": 1555545600,
        "authors": ["Ann Lee", {"name": "Bo Ek"}, None],
        "source": "example.org",
        "lang": "en",
        "fetched_at": "2019-04-19T00:00:00Z",
        "unknown": {"deep": [1]},
    }
    [article] = read_bytes(tmp_path, lines_of(record))
    assert article.origin == "input.jsonl#1"
    assert (article.external_id, article.url, article.title) == ("17", "https://example.org/a", "A title")
    assert (article.text, article.html) == ("Some words.", None)
    assert (article.published_at, article.published_basis) == ("1555545600", "meta")
    assert article.authors == ("Ann Lee", "Bo Ek")
    assert (article.source, article.lang, article.fetched_at) == ("example.org", "en", "2019-04-19T00:00:00Z")


def test_authors_may_be_one_string_and_html_stands_for_text(tmp_path: Path) -> None:
    [article] = read_bytes(tmp_path, lines_of({"html": "<p>x</p>", "authors": "Ann Lee", "text": None}))
    assert (article.text, article.html, article.authors) == (None, "<p>x</p>", ("Ann Lee",))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "cut off', "bad_json"),
        (b"[1, 2]", "bad_json"),
        (b'"text"', "bad_json"),
        (b"NaN", "bad_json"),
        (b'{"title": "no text"}', "missing_field"),
        (b'{"text": NaN}', "missing_field"),
        (b'{"text": null, "html": null}', "missing_field"),
        (b'{"text": "  "}', "empty"),
        (b'{"text": 5}', "bad_value"),
        (b'{"text": ["a", 2]}', "bad_value"),
        (b'{"text": [], "html": {}}', "bad_value"),
        (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "bad_json"),
    ],
)
def test_a_bad_line_is_a_reject_with_its_line_number_and_the_rest_is_read(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    content = lines_of({"text": "First."}) + line + b"\n\n" + lines_of({"text": "Last."})
    records = read_bytes(tmp_path, content)
    assert reasons(records) == ["article", reason, "article"]
    assert [record.origin for record in records] == ["input.jsonl#1", "input.jsonl#2", "input.jsonl#4"]


def test_a_reject_keeps_what_the_record_says_of_itself(tmp_path: Path) -> None:
    [reject] = read_bytes(tmp_path, lines_of({"id": "a1", "url": "http://e.org/1", "source": "E"}))
    assert (reject.external_id, reject.url, reject.source, reject.stage) == ("a1", "http://e.org/1", "E", "read")


def test_a_list_of_paragraphs_is_a_text_and_one_usable_field_is_enough(tmp_path: Path) -> None:
    records = read_bytes(
        tmp_path, lines_of({"text": ["First.", "Second."]}, {"text": "Words.", "html": {}}, {"html": "<p>x", "text": 5})
    )
    assert [record.text or record.html for record in records] == ["First.\n\nSecond.", "Words.", "<p>x"]


def test_objects_whose_fields_have_common_or_chosen_names_are_read(tmp_path: Path) -> None:
    record = {"headline": "A title", "body": "Words.", "link": "https://a.example/", "date": "2019-04-03", "page": 3}
    [article] = read_bytes(tmp_path, lines_of(record | {"source": {"id": None, "name": "Courier"}}))
    assert (article.title, article.text, article.url) == ("A title", "Words.", "https://a.example/")
    assert (article.published_at, article.source) == ("2019-04-03", "Courier")
    [german] = read_bytes(tmp_path, lines_of({"Titel": "Ein Titel", "Inhalt": "Worte.", "Datum": "3.4.2019"}))
    assert (german.title, german.text, german.published_at) == ("Ein Titel", "Worte.", "3.4.2019")
    [own] = read_bytes(tmp_path, lines_of({"rumpf": "Words."}), limits=Limits(columns=(("text", "rumpf"),)))
    assert own.text == "Words."


def test_an_object_without_a_text_is_refused_with_the_names_it_has(tmp_path: Path) -> None:
    [reject] = read_bytes(tmp_path, lines_of({"status": "ok", "articles": []}))
    assert (reject.reason, "status, articles" in reject.detail) == ("missing_field", True)


def test_fields_of_the_wrong_type_count_as_not_given(tmp_path: Path) -> None:
    record = {"text": "Words.", "title": ["x"], "url": 5, "id": True, "lang": {}, "authors": 7, "published_at": False}
    [article] = read_bytes(tmp_path, lines_of(record))
    assert (article.title, article.url, article.external_id, article.lang) == (None, None, None, None)
    assert (article.authors, article.published_at, article.published_basis) == ((), None, "none")


def test_byte_order_mark_and_packing_by_content(tmp_path: Path) -> None:
    content = lines_of({"text": "Words."}, {"text": "More."})
    for packed in (b"\xef\xbb\xbf" + content, gzip.compress(content), bz2.compress(content)):
        assert [article.text for article in read_bytes(tmp_path, packed, "data.bin")] == ["Words.", "More."]
    wide = content.decode().encode("utf-16")
    assert [article.text for article in read_bytes(tmp_path, wide)] == ["Words.", "More."]


def test_lone_surrogates_are_replaced_one_for_one(tmp_path: Path) -> None:
    [article] = read_bytes(tmp_path, b'{"text": "a \\ud83d b"}\n')
    assert article.text == "a \ufffd b"


def test_a_line_past_the_limit_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    content = lines_of({"text": "x" * 5000}, {"text": "Short."})
    records = read_bytes(tmp_path, content, limits=Limits(max_record_bytes=1000))
    assert reasons(records) == ["too_large", "article"]
    assert records[1].origin == "input.jsonl#2"


def test_a_packed_file_cut_short_gives_its_whole_records_and_then_says_so(tmp_path: Path) -> None:
    rng = random.Random(5)
    content = lines_of(*({"text": f"{rng.random()} words {rng.random()}"} for _ in range(2000)))
    records = read_bytes(tmp_path, gzip.compress(content)[:-3000], "cut.jsonl.gz")
    assert reasons(records)[-1] == "truncated"
    assert reasons(records)[:-1] == ["article"] * (len(records) - 1)
    assert len(records) > 100
    assert records[-1].origin == f"cut.jsonl.gz#{len(records)}"


def test_a_packed_file_that_unpacks_to_too_much_is_stopped(tmp_path: Path) -> None:
    bomb = gzip.compress(b"{" + b" " * 3_000_000)
    limits = Limits(max_record_bytes=1000, max_unpacked_bytes=100_000)
    assert reasons(read_bytes(tmp_path, bomb, "bomb.jsonl.gz", limits)) == ["too_large"]


def test_a_json_document_of_one_object_or_a_list_is_read(tmp_path: Path) -> None:
    one = json.dumps({"text": "Words.", "title": "T"}, indent=2).encode()
    assert [article.text for article in read_bytes(tmp_path, one, "one.json")] == ["Words."]
    many = json.dumps([{"text": "One."}, 5, {"text": "Two."}], indent=1).encode()
    records = read_bytes(tmp_path, many, "many.json")
    assert reasons(records) == ["article", "bad_json", "article"]
    assert [record.origin for record in records] == ["many.json#1", "many.json#2", "many.json#3"]


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"Some words.", "x.jsonl", "text"),
        (b'{"text": "a"}\n{"text"', "x.txt", "jsonl"),
        (b'broken\n{"text": "a"}\n', "x.jsonl", "jsonl"),
        (b'broken\n{"text": "a"}\n', "x.txt", "text"),
        (b"{curly} start of a poem", "x.txt", "text"),
        (b"<!DOCTYPE html><html>", "x", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html xmlns=''>", "x", "html"),
        (b"<?xml version='1.0'?><feed xmlns='a'>", "x", "atom"),
        (b"<div><p>A fragment</p></div>", "x", "html"),
        (b"< 5 people came", "x", "text"),
        (b"WARC/1.0\r\n", "x", "warc"),
        (b"", "x", "empty"),
    ],
)
def test_the_format_is_told_by_content(head: bytes, name: str, kind: str) -> None:
    assert sniff(head, name) == kind


# ----------------------------------------------------------------------------------------------------------- slices
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_slices_together_give_the_file_record_for_record(
    tmp_path: Path, pack: Callable[[bytes], bytes], size: int
) -> None:
    good = [lines_of({"text": f"Words {i}.", "id": i}) for i in range(20)]
    content = b"".join([*good[:4], b"\n  \n", *good[4:9], b"{broken\n", *good[9:]]) + b"\n \n"
    path = tmp_path / "all.jsonl"
    path.write_bytes(pack(content))
    whole = list(read(as_file(path), Limits()))
    slices = plan(as_file(path), size, Limits())
    assert len(whole) == 21
    assert [record for part in slices for record in read_slice(part, Limits())] == whole
    assert sum(part.n_records for part in slices) == 21
    assert all(1 <= part.n_records <= size for part in slices)
    for part in slices:
        assert Slice(**json.loads(json.dumps(asdict(part)))) == part


def test_a_slice_of_a_long_file_reads_only_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(lines_of(*({"text": f"Words {i}."} for i in range(1000))))
    part = plan(as_file(path), 100, Limits())[7]
    assert (part.first_record, part.n_records) == (701, 100)
    content = path.read_bytes()
    path.write_bytes(b"#" * part.byte_start + content[part.byte_start : part.byte_stop])
    records = list(read_slice(part, Limits()))
    assert [records[0].text, records[-1].text] == ["Words 700.", "Words 799."]
    assert records[0].origin == "long.jsonl#701"


def test_an_unreadable_file_is_one_slice_that_reads_as_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(lines_of({"text": "Words."}))[:20])
    slices = plan(as_file(path), 10, Limits())
    assert [reasons(read_slice(part, Limits())) for part in slices] == [["truncated"]]


# ------------------------------------------------------------------------------------------------------- properties
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["id", "url", "title", "text", "html", "published_at", "authors", "source", "lang", "x"])


def check(records: list[Any]) -> None:
    for record in records:
        assert isinstance(record, Article | Reject)
        if isinstance(record, Reject):
            assert record.reason in REJECT_REASONS
        else:
            assert (record.text is None) != (record.html is None)
            (record.text or record.html).encode()


@QUICK
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.txt", "a.jsonl", "a.html", "a.gz"]))
def test_any_bytes_give_only_articles_and_rejects(tmp_path: Path, content: bytes, name: str) -> None:
    records = read_bytes(tmp_path, content, name)
    assert records
    check(records)


@QUICK
@given(content=st.binary(min_size=1, max_size=200), cut=st.integers(0, 60), packed=st.sampled_from([gzip, bz2]))
def test_any_damage_to_a_packed_file_gives_only_articles_and_rejects(
    tmp_path: Path, content: bytes, cut: int, packed: ModuleType
) -> None:
    whole = bytearray(packed.compress(content))
    whole[cut % len(whole)] ^= 0x55
    check(read_bytes(tmp_path, bytes(whole), "a.gz"))
    check(read_bytes(tmp_path, packed.compress(content)[: 3 + cut], "a.gz"))


@QUICK
@given(records=st.lists(st.dictionaries(FIELDS, JSONISH, max_size=6) | JSONISH, min_size=1, max_size=4))
def test_every_line_of_any_json_gives_one_record(tmp_path: Path, records: list[Any]) -> None:
    content = b'{"text": "First line."}\n' + "".join(json.dumps(record) + "\n" for record in records).encode()
    found = read_bytes(tmp_path, content)
    assert len(found) == len(records) + 1
    check(found)


@QUICK
@given(lines=st.lists(st.binary(max_size=40), max_size=8), size=st.integers(1, 4))
def test_slices_of_any_lines_reconcile(tmp_path: Path, lines: list[bytes], size: int) -> None:
    content = b'{"text": "First line."}\n' + b"\n".join(lines)
    path = tmp_path / "p.jsonl"
    path.write_bytes(content)
    whole = list(read(as_file(path), Limits()))
    check(whole)
    parts = plan(as_file(path), size, Limits())
    assert [record for part in parts for record in read_slice(part, Limits())] == whole
