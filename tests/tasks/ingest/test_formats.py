"""For: tasks.ingest."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from ingest_samples import (
    BODY,
    NITF,
    PACKERS,
    PAGE,
    TABLE,
    Reading,
    http,
    parquet_bytes,
    tarred,
    verdicts,
    warc_record,
    warc_records,
    zipped,
    zstd,
)

from tasks.ingest.discover import InputFile
from tasks.ingest.formats.markup import text_of_fragment
from tasks.ingest.formats.wxr import without_shortcodes
from tasks.ingest.limits import Limits
from tasks.ingest.slices import plan, read, read_slice


# ------------------------------------------------------------------------------------------------------------- feeds
def test_a_feed_gives_full_content_or_the_summary_and_says_which(reading: Reading, samples: dict[str, bytes]) -> None:
    records = reading(samples["rss.xml"])
    assert verdicts(records) == ["article", "article", "missing_field"]
    full, summary, nothing = records
    assert (full.title, full.url) == ("Road reopens & traffic flows", "https://herald.example/a?x=1&y=2")
    assert (full.text, full.notes) == (f"{BODY}\n\nMore here.", ("a feed entry with its full content",))
    assert (full.external_id, full.source, full.authors, full.lang) == ("h-1", "Orlen Herald", ("Ann Lee",), "en")
    assert (full.published_at, full.published_basis) == ("Tue, 05 Mar 2019 10:00:00 GMT", "feed")
    assert (summary.text, summary.notes) == (BODY, ("a feed entry with a summary only",))
    assert (nothing.origin, nothing.url) == ("input#3", "https://herald.example/c")


def test_an_atom_feed_with_xhtml_content_is_read(reading: Reading, samples: dict[str, bytes]) -> None:
    [article] = reading(samples["atom.xml"])
    assert (article.text, article.authors, article.external_id) == (BODY, ("Bo Ek",), "tag:herald,1")


def test_a_feed_cut_short_gives_its_whole_entries_and_says_so(reading: Reading, samples: dict[str, bytes]) -> None:
    cut = samples["rss.xml"][: samples["rss.xml"].index(b"Only a summary")]
    assert verdicts(reading(cut)) == ["article", "truncated"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "iso-8859-1"])
def test_a_feed_is_decoded_whatever_it_declares(reading: Reading, samples: dict[str, bytes], encoding: str) -> None:
    text = samples["rss.xml"].decode().replace("“", '"').replace("”", '"').replace("village", "Dörfchen")
    [first, *_] = reading(text.encode(encoding))
    assert "Dörfchen of Orlen" in first.text


# --------------------------------------------------------------------------------------------------------- WordPress
def test_only_published_posts_of_an_export_are_articles(reading: Reading, samples: dict[str, bytes]) -> None:
    records = reading(samples["wxr.xml"])
    assert verdicts(records) == [
        "article",
        "not_published",
        "not_an_article",
        "not_an_article",
        "empty",
        "not_published",
    ]
    assert [record.detail for record in records[1:4]] == ["draft", "page", "attachment"]
    post = records[0]
    assert post.text == "First line [sic] of the post.\n\nSecond, bold one.\n\nLast one, he said [in May]."
    assert (post.title, post.url, post.external_id) == ("Post 1", "https://blog.example/1", "1")
    assert (post.authors, post.published_at, post.source) == (("Ann Lee",), "2019-03-05 10:00:00", "Orlen Blog")


def test_brackets_that_are_no_shortcodes_stay() -> None:
    kept = "He [the mayor] said [it] was “[sic]”."
    assert without_shortcodes(kept) == kept
    assert without_shortcodes('a [embed width="1"]http://x[/embed] b [more] [contact_form]').split() == ["a", "b"]


# -------------------------------------------------------------------------------------------------------------- wire
def test_newsml_g2_text_items_are_articles_and_others_are_told(reading: Reading, samples: dict[str, bytes]) -> None:
    records = reading(samples["newsml.xml"])
    assert verdicts(records) == ["article", "not_an_article", "withdrawn", "missing_field", "not_an_article"]
    article = records[0]
    assert article.text == f"ORLEN, March 5 (OW) - {BODY}\n\nMore."
    assert (article.title, article.source, article.authors) == ("Road reopens", "Orlen Wire", ("Ann Lee",))
    assert (article.external_id, article.published_at, article.lang) == ("g-1", "2019-03-05T10:00:00Z", "en")


def test_newsml_1_is_read_and_its_id_is_the_same_for_all_revisions(reading: Reading, samples: dict[str, bytes]) -> None:
    [article] = reading(samples["newsml1.xml"])
    [revised] = reading(samples["newsml1.xml"].replace(b"<RevisionId>1", b"<RevisionId>2"))
    assert article.text == f"{BODY}\n\nMore."
    assert article.external_id == revised.external_id == "wire.example:20190305:7"


def test_nitf_gives_the_story_without_captions(reading: Reading, samples: dict[str, bytes]) -> None:
    [article] = reading(samples["nitf.xml"])
    assert article.text == f"ORLEN, March 5 - {BODY}\n\nMore."
    assert (article.title, article.authors, article.source) == ("Road reopens", ("Ann Lee",), "Orlen Wire")
    assert (article.external_id, article.published_at) == ("n-1", "20190305T100000Z")
    assert verdicts(reading(NITF.replace("usable", "canceled"))) == ["withdrawn"]
    assert verdicts(reading(NITF.replace("usable", "embargoed"))) == ["not_published"]


# ------------------------------------------------------------------------------------------------------------ tables
def test_a_table_is_mapped_by_its_header_and_bad_rows_are_told(reading: Reading) -> None:
    records = reading(TABLE, "input.csv")
    assert verdicts(records) == ["article", "missing_field", "bad_table"]
    assert records[0].text == f'{BODY}\nMore "quoted" words; all of it.'
    assert (records[0].external_id, records[0].title, records[0].published_at) == ("1", "Road reopens", "2019-03-05")
    assert [record.origin for record in records] == ["input.csv#1", "input.csv#2", "input.csv#3"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_by_the_header(reading: Reading, delimiter: str) -> None:
    content = f"id{delimiter}text{delimiter}title\n1{delimiter}Some words here.{delimiter}T\n"
    [article] = reading(content, "table")
    assert (article.text, article.title) == ("Some words here.", "T")


def test_prose_is_no_table(reading: Reading) -> None:
    [article] = reading("The title, the text, and the body were found, he said.\nThen, silence.\n", "input")
    assert article.text.startswith("The title")


def test_columns_may_be_named(reading: Reading) -> None:
    limits = Limits(columns=(("text", "rumpf"), ("title", "kopf")))
    [article] = reading("rumpf,kopf\nEin Satz.,Titel\n", "input.csv", limits)
    assert (article.text, article.title) == ("Ein Satz.", "Titel")
    [reject] = reading("rumpf,kopf\nEin Satz.,Titel\n", "input.csv")
    assert (reject.reason, "rumpf, kopf" in reject.detail) == ("missing_field", True)


def test_a_quotation_mark_that_never_closes_costs_its_own_row_only(reading: Reading) -> None:
    rows = "".join(f"{number},Words of row {number}.\n" for number in range(50))
    records = reading(f'id,text\n1,"Never closed.\n{rows}', "input.csv")
    assert verdicts(records) == ["bad_table"] + ["article"] * 50


def test_parquet_rows_become_records(reading: Reading, samples: dict[str, bytes]) -> None:
    records = reading(samples["a.parquet"])
    assert verdicts(records) == ["article", "missing_field", "article"]
    assert (records[0].text, records[0].title, records[0].origin) == (BODY, "A", "input#1")
    frame = pl.DataFrame({"text": [BODY], "published_at": [1551780000]}).with_columns(
        pl.from_epoch("published_at", time_unit="s").dt.replace_time_zone("UTC")
    )
    assert reading(parquet_bytes(frame))[0].published_at.startswith("2019-03-05 10:00:00")
    assert verdicts(reading(parquet_bytes(pl.DataFrame({"text": [1.5, float("nan")]})))) == [
        "bad_value",
        "missing_field",
    ]
    assert verdicts(reading(parquet_bytes(pl.DataFrame({"rumpf": ["x"]})))) == ["missing_field"]


# -------------------------------------------------------------------------------------------------------------- WARC
WARC_VERDICTS = [
    "not_an_article",
    "not_an_article",
    "article",
    "article",
    "not_an_article",
    "not_an_article",
    "article",
]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst"])
def test_warc_pages_and_extracted_texts_are_articles(reading: Reading, samples: dict[str, bytes], name: str) -> None:
    records = reading(samples[name])
    assert verdicts(records) == WARC_VERDICTS
    page, packed, wet = records[2], records[3], records[6]
    assert page.html == packed.html == PAGE.decode()
    assert (page.url, page.fetched_at) == ("https://herald.example/a", "2019-03-05T10:00:00Z")
    assert (wet.text, wet.html) == (BODY, None)
    assert records[4].detail == "HTTP 404"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
def test_a_warc_cut_at_its_end_says_so(reading: Reading, pack: Callable[[bytes], bytes]) -> None:
    content = b"".join(pack(record) for record in warc_records()[:4])
    for cut in (6, 20, 60):
        found = verdicts(reading(content[:-cut]))
        assert found[:3] == WARC_VERDICTS[:3], cut
        # A member's last bytes are its checksum: the record before them is whole.
        assert found[3:] in (["truncated"], ["article", "truncated"]), cut


def test_a_compressed_warc_broken_in_its_middle_says_so_and_goes_on(reading: Reading) -> None:
    members = [gzip.compress(record) for record in warc_records()]
    broken = bytearray(members[3])
    broken[len(broken) // 2 : len(broken) // 2 + 8] = b"\0" * 8
    members[3] = bytes(broken)
    found = verdicts(reading(b"".join(members)))
    assert found == [*WARC_VERDICTS[:3], "corrupt", *WARC_VERDICTS[4:]]


def test_a_warc_whose_length_field_lies_says_so_and_goes_on(reading: Reading) -> None:
    records = warc_records()
    for lie in (b"Content-Length: 100000", b"Content-Length: 40"):
        wrong = records[2].replace(b"Content-Length: %d" % len(http(PAGE)), lie)
        found = verdicts(reading(b"".join([*records[:2], wrong, *records[3:]])))
        assert found == [*WARC_VERDICTS[:2], "corrupt", *WARC_VERDICTS[3:]]


def test_garbage_between_records_is_told(reading: Reading) -> None:
    records = warc_records()
    found = verdicts(reading(b"".join([*records[:3], b"garbage\n" * 20, *records[3:]])))
    assert "corrupt" in found
    assert found.count("article") >= 2
    assert found[-4:] == WARC_VERDICTS[3:]


def test_a_record_past_the_limit_is_refused_without_being_held(reading: Reading) -> None:
    records = [warc_record("response", http(PAGE * 500)), *warc_records()[2:3]]
    found = reading(b"".join(records), limits=Limits(max_record_bytes=5000))
    assert verdicts(found) == ["too_large", "article"]


# ----------------------------------------------------------------------------------------------- archives, packings
@pytest.mark.parametrize("packing", list(PACKERS))
def test_every_packing_of_every_format_gives_the_same_records(
    reading: Reading, samples: dict[str, bytes], packing: str
) -> None:
    for name, content in samples.items():
        plain = verdicts(reading(content, name))
        assert verdicts(reading(PACKERS[packing](content), name)) == plain, name


def test_files_in_archives_are_read_as_in_a_folder(reading: Reading, samples: dict[str, bytes]) -> None:
    files = {"deep/a.txt": samples["a.txt"], "b.csv": samples["a.csv"], "c.jsonl.gz": gzip.compress(samples["a.jsonl"])}
    for content in (zipped(files), tarred(files), gzip.compress(tarred(files)), zstd(tarred(files))):
        records = reading(content, "in.bin")
        assert verdicts(records) == ["article", "article", "missing_field", "bad_table", *["article"] * 4]
        assert records[0].origin == "in.bin/deep/a.txt"
        assert records[4].origin == "in.bin/c.jsonl.gz#1"


def test_archives_in_archives_are_read_up_to_a_depth(reading: Reading, samples: dict[str, bytes]) -> None:
    content = zipped({"a.txt": samples["a.txt"]})
    assert verdicts(reading(zipped({"in.zip": content}))) == ["article"]
    for _ in range(4):
        content = zipped({"in.zip": content})
    assert verdicts(reading(content)) == ["too_deep"]


# ------------------------------------------------------------------------------------------------------------ slices
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_slices_of_every_format_together_give_the_file(tmp_path: Path, samples: dict[str, bytes], size: int) -> None:
    for name, content in samples.items():
        path = tmp_path / name
        path.write_bytes(content)
        file = InputFile(str(tmp_path), name, str(path), len(content))
        whole = list(read(file, Limits()))
        parts = plan(file, size, Limits())
        assert [record for part in parts for record in read_slice(part, Limits())] == whole, name
        cut = name in ("a.jsonl", "a.csv", "a.parquet", "a.warc", "a.warc.gz", "a.warc.zst")
        assert len(parts) == (-(-len(whole) // size) if cut else 1), name


# ------------------------------------------------------------------------------------------------------------ markup
def test_fragments_become_paragraphs() -> None:
    assert text_of_fragment("<p>One<br>two</p><script>x</script><ul><li>a</li></ul>tail") == "One\ntwo\n\na\n\ntail"
    assert text_of_fragment("a<br><br>b &amp; c") == "a\n\nb & c"
    assert text_of_fragment("One\nline\n\nTwo", blank_lines=True) == "One\nline\n\nTwo"
    assert text_of_fragment("<p>Lead\n    First paragraph goes\non here.\n    Second one.</p>") == (
        "Lead\n\nFirst paragraph goes on here.\n\nSecond one."
    )
