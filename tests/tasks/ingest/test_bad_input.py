"""For: tasks.ingest.limits."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
from collections.abc import Callable

import pytest
from ingest_samples import BODY, FEED, Reading, tarred, verdicts, warc_record, zipped

from tasks.ingest.limits import Limits

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FETCHES = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("prologue", [LAUGHS, FETCHES], ids=["bomb", "external"])
@pytest.mark.parametrize("name", ["rss.xml", "wxr.xml", "newsml.xml", "nitf.xml"])
def test_xml_that_declares_entities_is_refused(
    reading: Reading, samples: dict[str, bytes], prologue: str, name: str
) -> None:
    text = samples[name].decode()
    root = text[text.index("<", text.index("?>") if "?>" in text else 0) :].split("<!DOCTYPE nitf SYSTEM")[-1]
    root = root.partition('">')[2] if name == "nitf.xml" else root
    assert verdicts(reading(prologue + root.replace("Road", "Road &c;&a;"), name)) == ["unsafe_xml"]


def test_an_entity_bomb_behind_a_long_comment_is_refused(reading: Reading) -> None:
    padded = LAUGHS.replace("?>", "?><!--" + "x" * 100_000 + "-->") + FEED.partition("?>")[2]
    assert verdicts(reading(padded, "a.xml")) in (["unsafe_xml"], ["unknown_format"])


@pytest.mark.parametrize("name", ["rss.xml", "wxr.xml", "newsml.xml", "nitf.xml", "atom.xml"])
def test_elements_nested_without_end_are_refused_in_seconds(
    reading: Reading, samples: dict[str, bytes], name: str
) -> None:
    deep = b"<b>" * 300_000 + b"x" + b"</b>" * 300_000
    content = samples[name].replace(b"Rescue", b"<p>" + deep + b"</p>Rescue")
    started = time.perf_counter()
    found = verdicts(reading(content, name))
    assert time.perf_counter() - started < 20
    assert "too_deep" in found or "article" in found


def test_a_zip_bomb_is_stopped(reading: Reading) -> None:
    bomb = zipped({"a.txt": b"a fine text", **{f"{number}.txt": bytes(40_000_000) for number in range(4)}})
    found = verdicts(reading(bomb, limits=Limits(max_archive_ratio=2)))
    assert found == ["article", "binary", "binary", "unsafe_archive", "unsafe_archive"]


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_behind_a_bomb_the_other_members_are_read(reading: Reading, pack: Callable[..., bytes]) -> None:
    bomb = pack({"bomb.txt": bytes(110_000_000), "ok.txt": b"Some words."})
    assert verdicts(reading(bomb, limits=Limits(max_archive_ratio=1))) == (
        ["unsafe_archive", "article"] if pack is not tarred else ["binary", "article"]
    )


@pytest.mark.parametrize("kind", ["a{}='1'", "xmlns:a{}='urn:1'"], ids=["attributes", "namespaces"])
def test_an_element_of_thousands_of_attributes_is_refused_unread(reading: Reading, kind: str) -> None:
    crowd = " ".join(kind.format(number) for number in range(50_000))
    item = f"<item {crowd}><title>a</title><description>Some words.</description></item>"
    started = time.process_time()
    assert verdicts(reading(f"<rss version='2.0'><channel>{item}</channel></rss>".encode())) == ["too_large"]
    assert time.process_time() - started < 5


def test_a_feed_past_its_limit_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.ingest.formats.feed.MAX_FEED_BYTES", len(FEED) - 1)
    assert verdicts(reading(FEED.encode())) == ["too_large"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "..\\a.txt", "C:\\a.txt", "x/../../a.txt"])
def test_paths_that_leave_the_archive_are_refused_and_the_rest_is_read(reading: Reading, name: str) -> None:
    for content in (zipped({name: b"out", "b.txt": b"Some words."}), tarred({name: b"out", "b.txt": b"Some words."})):
        assert verdicts(reading(content)) == ["unsafe_archive", "article"]


def test_links_and_devices_in_an_archive_are_refused(reading: Reading) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"member{kind!r}")
            info.type, info.linkname = kind, "/etc/hostname"
            archive.addfile(info)
    assert verdicts(reading(target.getvalue())) == ["unsafe_archive"] * 4


def test_an_encrypted_file_is_told(reading: Reading) -> None:
    content = bytearray(zipped({"a.txt": b"Some words."}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert verdicts(reading(bytes(content))) == ["encrypted"]


def test_cut_archives_say_so(reading: Reading) -> None:
    files = {f"{number}.txt": b"Some words of text. " * 200 for number in range(3)}
    assert verdicts(reading(zipped(files)[:-30])) == ["truncated"]
    assert verdicts(reading(tarred(files)[:6000])) == ["article", "truncated"]
    whole = tarred(files)
    at = whole.index(b"1.txt")
    assert verdicts(reading(whole[:at] + b"\xff" * 512 + whole[at + 512 :])) == ["article", "corrupt"]
    assert verdicts(reading(gzip.compress(whole)[:-40]))[-1] in ("truncated", "corrupt")


def test_a_file_without_a_name_in_an_archive_is_read(reading: Reading) -> None:
    content = bytearray(zipped({"a": b"Some words."}))
    for at in (content.index(b"PK\x03\x04") + 30, content.index(b"PK\x01\x02") + 46):
        content[at] = 0
    assert verdicts(reading(bytes(content))) in (["article"], ["corrupt"], ["unsafe_archive"])


@pytest.mark.parametrize("damage", [(b"http://purl.org/dc/elements", b"http://pu l.org/dc/elements")])
def test_a_feed_on_which_the_parser_fails_is_a_reject(
    reading: Reading, samples: dict[str, bytes], damage: bytes
) -> None:
    assert verdicts(reading(samples["rss.xml"].replace(*damage)))[0] in ("bad_xml", "article")


def test_an_office_document_is_no_archive_of_articles(reading: Reading) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    [reject] = reading(target.getvalue(), "a.docx")
    assert (reject.reason, reject.detail) == ("unknown_format", "office")


def test_a_json_line_of_50_megabytes_is_refused_and_the_next_read(reading: Reading) -> None:
    content = b'{"text": "' + b"x" * 50_000_000 + b'"}\n{"text": "Short."}\n'
    assert verdicts(reading(content, "a.jsonl")) == ["too_large", "article"]


def test_a_cell_past_the_limit_is_refused_and_the_next_row_read(reading: Reading) -> None:
    limits = Limits(max_record_bytes=1000)
    one_line = "id,text\n1," + "x" * 5000 + "\n2,Some words.\n"
    assert verdicts(reading(one_line, "a.csv", limits)) == ["too_large", "article"]
    lines = 'id,text\n1,"' + "line\n" * 500 + '"\n2,Some words.\n'
    found = verdicts(reading(lines, "a.csv", limits))
    assert found[0] == "too_large"
    assert found[-1] == "article"


@pytest.mark.parametrize("cell", ["NaN", "nan", "None", "null", "", "N/A", "<NA>"])
def test_what_tables_write_for_nothing_is_no_text(reading: Reading, cell: str) -> None:
    assert verdicts(reading(f"id,text\n1,{cell}\n2,Some words.\n", "a.csv"))[0] in ("missing_field", "empty")


def test_a_table_without_rows_or_in_latin_1_is_read_as_what_it_is(reading: Reading) -> None:
    assert verdicts(reading("id,text\n", "a.csv")) == ["empty"]
    [article] = reading("id;text\n1;Der Bürgermeister von Köln\n".encode("cp1252"), "a.csv")
    assert article.text == "Der Bürgermeister von Köln"
    [article] = reading("id;text\n1;Der Bürgermeister von Köln\n".encode("utf-16"), "a.csv")
    assert article.text == "Der Bürgermeister von Köln"


def test_a_damaged_parquet_file_is_a_reject(reading: Reading, samples: dict[str, bytes]) -> None:
    content = samples["a.parquet"]
    assert verdicts(reading(content[:-10])) == ["bad_table"]
    assert verdicts(reading(content[:30] + bytes(60) + content[90:])) == ["bad_table"]


def test_markup_that_breaks_off_is_told(reading: Reading, samples: dict[str, bytes]) -> None:
    for name, whole in (("wxr.xml", 6), ("newsml.xml", 5)):
        content = samples[name]
        found = verdicts(reading(content[: int(len(content) * 0.6)], name))
        assert found[-1] == "truncated", name
        assert len(found) <= whole
    assert verdicts(reading(samples["nitf.xml"][:-60], "nitf.xml")) == ["truncated"]


def test_a_web_archive_that_claims_a_huge_record_is_not_believed(reading: Reading) -> None:
    record = warc_record("response", b"x").replace(b"Content-Length: 1\r", b"Content-Length: 999999999999\r")
    assert verdicts(reading(record + warc_record("conversion", BODY.encode(), content_type="text/plain"))) == [
        "truncated"
    ]


def test_a_stream_compressed_over_and_over_is_refused(reading: Reading) -> None:
    content = b"Some words."
    for _ in range(3):
        content = gzip.compress(content)
    assert verdicts(reading(content)) == ["article"]
    assert verdicts(reading(gzip.compress(content))) == ["too_deep"]


def test_what_a_folder_would_skip_is_skipped_in_an_archive_too(reading: Reading) -> None:
    members = {
        "a/b.txt": b"Some words.",
        "__MACOSX/a/._b.txt": b"\0\5\x16",
        ".git/c.txt": b"Words.",
        "Thumbs.db": b"\xd0\xcf",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert [record.origin.split("/", 1)[1] for record in reading(packed.getvalue(), "z.zip")] == ["a/b.txt"]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo("./" + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert [record.text for record in reading(packed.getvalue(), "z.tar")] == ["Some words."]


RUSSIAN = "Паром на остров Марнау прекратит движение в пятницу, сообщил в понедельник начальник порта. "


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "windows-1251", "no-such-name"])
@pytest.mark.parametrize("filling", [b"", b"<script>var a = '<b>';</script><div class='menu'>menu</div>" * 3000])
def test_a_page_in_another_encoding_than_declared_is_read(reading: Reading, declared: str, filling: bytes) -> None:
    head = f'<html><head><meta charset="{declared}">'.encode() + filling
    [page] = reading(head + f"<body><p>{RUSSIAN * 3}</p></body></html>".encode("cp1251"), "a.html")
    assert RUSSIAN in page.html


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1"])
def test_a_western_page_is_read_as_one_whatever_it_declares(reading: Reading, declared: str) -> None:
    text = "Die Fähre fällt aus, für Gäste gibt es Züge. «Ça dépend», dit-il, señor Núñez “schweigt” – noch."
    page = f'<html><head><meta charset="{declared}"><body><p>{text * 5}</p>'.encode("cp1252")
    assert text[:40] in reading(page, "a.html")[0].html


SHORTCODES = ["[gallery ids=", "[caption x", "[caption][gallery]"]


@pytest.mark.parametrize("mark", ["<!--", "<p", "<a>", *SHORTCODES])
def test_openings_without_an_end_take_no_time_of_their_square(
    reading: Reading, samples: dict[str, bytes], mark: str
) -> None:
    run = mark * (200_000 // len(mark))
    post = "<item><title>T</title><content:encoded><![CDATA[words]]></content:encoded></item>"
    wxr = samples["wxr.xml"].replace(b"</channel>", post.replace("words", "Words. " + run).encode() + b"</channel>")
    started = time.monotonic()
    for content in (wxr, b"<?xml version='1.0'?><nitf>" + run.encode(), b"<rss><channel>" + run.encode(), run.encode()):
        assert reading(content)
    assert time.monotonic() - started < 20


def test_an_export_of_many_posts_takes_no_time_of_their_square(reading: Reading, samples: dict[str, bytes]) -> None:
    post = b"<item><title>T</title><link>https://a.example/</link></item>"
    started = time.monotonic()
    assert len(reading(samples["wxr.xml"].replace(b"</channel>", post * 20_000 + b"</channel>"))) > 20_000
    assert time.monotonic() - started < 20
