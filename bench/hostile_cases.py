"""The hostile inputs: more than 400 of them, the same every time, over every format that is read.

A text shape is a word or two over and over, in three sizes; a case of a format is bytes that its reader must survive.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from tasks.bounds import MAX_ARTICLE_TOKENS, count_tokens

# Characters of a text: a short article, a long one, and the most that is let through in words and in characters.
SIZES = (1_500, 20_000, 400_000)
LEAD = "Police arrested two men in Lyon on Monday, the mayor said.\n\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One input: its family, a name within it, the name of its file, its bytes."""

    family: str
    name: str
    file: str
    content: bytes


# Shape to what is repeated.
MARKS = {
    "commas": ",",
    "full stops": ".",
    "dashes": "-",
    "quotes": '"',
    "open brackets": "(",
    "apostrophes": "'",
    "dollar signs": "$",
    "underscores": "_",
    "emoji": "😀",
    "emoji families": "👩\u200d👧",
    "combining marks": "e\u0301\u0301",
    "zero width": "\u200b",
    "clitics": "'s",
    "mixed marks": ",.\"'(-",
    "smileys": ":)",
}
WORDS = {
    "clitics apart": "'s ",
    "one letter": "a ",
    "and": "and ",
    "of the": "of the ",
    "said": "he said that ",
    "no punctuation": "police said the army attacked the town and ",
    "capitals": "POLICE ARREST TWO MEN IN GOMA ",
    "long word": "x" * 450 + " ",
    "address": "https://example.org/a/b?c=d ",
    "hyphens": "north-south-east-west ",
    "digits": "123,456,789.00 ",
    "marks apart": ", . ; ",
    "right to left": "قال الرئيس ",
    "Chinese": "警方说 ",
    "control characters": "word\x01\x02 ",
    "soft hyphens": "sol\u00addiers ",
    "owners": "his brother's ",
    "shares": "one of some of ",
    "joined verbs": "attacked and killed and ",
    "relative": "who said who met ",
}
SENTENCES = {
    "quotes": '"x," he said. ',
    "curly quotes": "“We stay,” said Anna Weber. ",
    "open quotes": "“Kim said. ",
    "straight quotes": '"Kim said. ',
    "single quotes": "'we go' he said. ",
    "dates": "On Monday, 3 March 2019. ",
    "relative dates": "Two days before last Friday he left. ",
    "names": "Anna Weber met Kim Jong Un in the town. ",
    "one name": "Weber said. ",
    "places": "Rebels left Goma, Congo. ",
    "numbers": "Gunmen killed 12 people. ",
    "large numbers": f"They killed {'9' * 40} people. ",
    "two words": "Rebels fled. ",
    "pronouns": "He said she met him. ",
    "events": "Rebels attacked police in Goma on Monday, killing 12. ",
    "denials": "Police did not arrest the mayor. ",
    "brackets": "He (she (it (they))) left. ",
    "abbreviations": "U.S. Gen. J. Smith Jr. of St. Louis, Mo. ",
    "roles": "The deputy foreign minister of the republic spoke. ",
    "questions": "Who killed the mayor? ",
    "nationalities": "Turkish, Syrian and Kurdish soldiers fought. ",
    "organisations": "The World Health Fund met. ",
}
LINES = {
    "list items": "- Rebels left Goma\n",
    "numbered": "1. Talks in Paris\n",
    "empty lines": "\n\n\n\n",
    "headings": "Goma\n\n",
    "wrapped": "The army said on Monday that its soldiers had left the town of\n",
    "spaced": "the army said on Monday that it\n\nhad ",
    "table": "Lyon | 3 | 2 | 1\n",
    "one word": "word\n",
    "colon": "Weber: yes\n",
    "tabs": "a\tb\tc\n",
    "returns": "word\r\n",
    "form feeds": "word\f",
    "bylines": "By Anna Weber\n\n",
    "datelines": "GOMA, March 3 (Reuters) - Rebels fled.\n\n",
}


def cases() -> list[Case]:
    """All of them, in a fixed order."""
    made: list[Case] = []
    for family, shapes in (("marks", MARKS), ("words", WORDS), ("sentences", SENTENCES), ("lines", LINES)):
        made.extend(_texts(family, shapes))
    for build in (_json, _csv, _html, _xml, _archives, _packed, _warc, _parquet, _bytes):
        made.extend(build())
    return made


def _texts(family: str, shapes: dict[str, str]) -> Iterator[Case]:
    for name, part in shapes.items():
        for size in SIZES:
            fitting = (MAX_ARTICLE_TOKENS - 100) // max(1, count_tokens(part.strip(), MAX_ARTICLE_TOKENS))
            text = LEAD + part * min(size // len(part), fitting)
            yield Case(family, f"{name}, {size:,}", "a.txt", text.encode())


def _article(text: str) -> bytes:
    return json.dumps({"text": LEAD + text, "title": "Two arrested"}).encode()


def _json() -> Iterator[Case]:
    deep = 10_000
    shapes: dict[str, bytes] = {
        "nested lists": b"[" * deep + b"]" * deep,
        "nested objects": b'{"a":' * deep + b"1" + b"}" * deep,
        "nested in a field": b'{"text":"Police left.","x":' + b"[" * deep + b"]" * deep + b"}",
        "huge integer": b'{"text":"Police left.","id":' + b"9" * 100_000 + b"}",
        "huge exponent": b'{"text":"Police left.","published_at":1e999999}',
        "huge date": b'{"text":"Police left.","published_at":' + b"9" * 300 + b"}",
        "NaN": b'{"text":NaN}',
        "lone surrogates": b'{"text":"Police \\ud800 left \\udfff."}',
        "zero bytes": b'{"text":"Police\\u0000left."}' + b"\0" * 5000,
        "open string": b'{"text":"' + b"word " * 40_000,
        "many keys": json.dumps({"text": "Police left."} | {f"k{n}": n for n in range(50_000)}).encode(),
        "same key": b"{" + b'"text":"Police left.",' * 20_000 + b'"a":1}',
        "long key": json.dumps({"text": "Police left.", "k" * 200_000: 1}).encode(),
        "many lines": b'{"text":"Police left."}\n' * 300,
        "empty objects": b"{}\n" * 20_000,
        "blank lines": b"\n" * 300_000 + b'{"text":"Police left."}',
        "broken lines": b'{"text": \n' * 20_000,
        "long title": json.dumps({"title": "Police left " * 3_000, "text": LEAD}).encode(),
        "long address": json.dumps({"url": "http://a.b/" + "c/" * 100_000, "text": LEAD}).encode(),
        "many authors": json.dumps({"authors": [f"Ann {n}" for n in range(20_000)], "text": LEAD}).encode(),
        "list for text": json.dumps({"text": ["Police left."] * 1_000}).encode(),
        "tags for text": json.dumps({"text": "<p>" * 30_000 + LEAD}).encode(),
        "too long": _article("Rebels left Goma on Monday. " * 12_000),
        "past every limit": _article("word " * 900_000),
    }
    yield from (Case("json", name, "a.jsonl", content) for name, content in shapes.items())


def _csv() -> Iterator[Case]:
    head = b"title,text\n"
    row = b'Two held,"Police arrested two men in Lyon."\n'
    shapes = {
        "open quote": head + b'a,"' + b"word, word\n" * 50_000,
        "quotes": head + b'"' * 100_000,
        "doubled quotes": head + b'a,"' + b'""' * 100_000 + b'"\n',
        "commas": head + b"," * 200_000,
        "many columns": b",".join(b"c%d" % n for n in range(20_000)) + b"\n" + b"x," * 20_000,
        "same columns": b"text," * 5_000 + b"text\n" + b"Police left.," * 5_000,
        "ragged": head + b"".join(b"x," * (n % 40) + b"y\n" for n in range(5_000)),
        "no rows": head,
        "blank rows": head + b"\n" * 200_000,
        "zero bytes": head + b"\0" * 50_000,
        "long cell": head + b"a," + b"x" * 300_000 + b"\n",
        "formulas": head + b"=1+1,=cmd\n" * 500,
        "many rows": head + row * 300,
        "semicolons": head.replace(b",", b";") + row.replace(b",", b";") * 50,
        "tabs": head.replace(b",", b"\t") + row.replace(b",", b"\t") * 50,
        "returns": (head + row * 20).replace(b"\n", b"\r"),
        "wide": ("\ufeff" + (head + row * 50).decode()).encode("utf-16-le"),
        "wide, cut": (head + row * 50).decode().encode("utf-16")[:-3],
        "cp1252": head + b'"\x93Police\x94",\x91left\x92\n' * 100,
        "long header": b"x" * 300_000 + b"\n" + row,
    }
    yield from (Case("csv", name, "a.csv", content) for name, content in shapes.items())


def _html() -> Iterator[Case]:
    p = "<p>Police arrested two men in Lyon on Monday, the mayor said in a statement to reporters.</p>"
    attributes = " ".join(f"a{n}='1'" for n in range(20_000))
    shapes = {
        "nested divs": "<div>" * 20_000 + p + "</div>" * 20_000,
        "nested tables": "<table><tr><td>" * 3_000 + p,
        "nested spans": "<p>" + "<span>" * 20_000 + "Police left.",
        "open paragraphs": "<p>Police left. " * 5_000,
        "many rows": "<table>" + "<tr><td>Lyon</td><td>3</td></tr>" * 8_000 + "</table>" + p * 5,
        "many cells": "<table><tr>" + "<td>x</td>" * 30_000 + "</tr></table>" + p * 5,
        "many attributes": f"<p {attributes}>Police left.</p>" + p * 5,
        "long attribute": f"<p class='{'x ' * 150_000}'>Police left.</p>" + p * 5,
        "many links": "<a href='/x'>Police left</a> " * 10_000 + p * 5,
        "many lists": "<ul>" + "<li>Police left Goma on Monday.</li>" * 3_000 + "</ul>" + p * 5,
        "nested lists": "<ul><li>" * 5_000 + p,
        "scripts": "<script>var a = '<p>';</script>" * 5_000 + p * 5,
        "long script": f"<script>{'a=1;' * 100_000}</script>" + p * 5,
        "open comment": p * 5 + "<!-- " + p * 3_000,
        "comments": "<!-- x -->" * 30_000 + p * 5,
        "entities": "<p>" + "&amp;&lt;&#8220;&nbsp;" * 10_000 + "</p>" + p * 5,
        "bad entities": "<p>" + "&#99999999;&x" * 10_000 + "</p>" + p * 5,
        "open tags": "<" * 100_000 + p * 5,
        "closing tags": "</div>" * 30_000 + p * 5,
        "bold": "<p>" + "<b><i>x</b></i>" * 8_000 + "</p>" + p * 5,
        "breaks": "<p>" + "Police left.<br>" * 5_000 + "</p>",
        "meta": "<meta name='author' content='Ann'>" * 10_000 + p * 5,
        "JSON-LD": '<script type="application/ld+json">' + "[" * 20_000 + "</script>" + p * 5,
        "large JSON-LD": f'<script type="application/ld+json">{json.dumps({"a": ["x"] * 50_000})}</script>' + p * 5,
        "many dates": "<time datetime='2019-03-05'>5 March</time>" * 5_000 + p * 5,
        "one paragraph": "<p>" + "Police arrested two men in Lyon on Monday. " * 4_000 + "</p>",
        "hidden": "<div style='display:none'>" * 2_000 + p * 5,
        "frames": "<iframe src='x'>" * 5_000 + p * 5,
        "forms": "<form><input>" * 5_000 + p * 5,
        "svg": "<svg>" + "<path d='M0 0L1 1'/>" * 10_000 + "</svg>" + p * 5,
    }
    for name, body in shapes.items():
        yield Case("html", name, "a.html", f"<!DOCTYPE html><html lang='en'><body>{body}</body></html>".encode())


def _xml() -> Iterator[Case]:
    item = "<item><title>Two held</title><description>Police arrested two men in Lyon.</description></item>"
    crowd = " ".join(f"a{n}='1'" for n in range(50_000))
    spaces = " ".join(f"xmlns:a{n}='urn:1'" for n in range(20_000))
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bodies = {
        "attributes": item.replace("<item>", f"<item {crowd}>"),
        "namespaces": item.replace("<item>", f"<item {spaces}>"),
        "many items": item * 300,
        "empty items": "<item/>" * 20_000,
        "nested items": "<item>" * 5_000 + item,
        "deep markup": item.replace("Police", "&lt;div&gt;" * 5_000 + "Police"),
        "open CDATA": "<item><description><![CDATA[" + "word " * 50_000,
        "bad references": item.replace("Police", "&bad; &#0; &#xFFFFFF; & " * 5_000),
        "long title": item.replace("Two held", "Two held " * 20_000),
        "many titles": item.replace("<title>", "<title>x</title><title>" * 10_000),
        "many authors": item.replace("</item>", "<author>Ann</author>" * 10_000 + "</item>"),
        "many categories": item.replace("</item>", "<category>x</category>" * 20_000 + "</item>"),
        "comments": "<!-- x -->" * 30_000 + item,
        "instructions": "<?x y?>" * 30_000 + item,
        "open tag": item + "<item" * 20_000,
        "lone brackets": item + "<" * 100_000,
        "control characters": item.replace("Police", "\x01\x02Police"),
        "markup": item.replace("Police", "&lt;p&gt;Police&lt;/p&gt;" * 5_000),
    }
    for name, body in bodies.items():
        yield Case("feeds", name, "a.xml", f"<rss version='2.0'><channel>{body}</channel></rss>".encode())
    whole = {
        "entity bomb": f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{laughs}]><rss>{item.replace('two', '&l9;')}</rss>",
        "quadratic bomb": f"<!DOCTYPE rss [<!ENTITY a '{'x' * 50_000}'>]><rss><channel>{'&a;' * 5_000}</channel></rss>",
        "fetches": f"<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><rss><channel>{item}&a;</channel></rss>",
        "outer DTD": f"<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/x.dtd'><rss><channel>{item}</channel></rss>",
        "Atom attributes": f"<feed xmlns='http://www.w3.org/2005/Atom'><entry {crowd}><title>x</title></entry></feed>",
        "Atom entries": "<feed xmlns='http://www.w3.org/2005/Atom'>"
        + "<entry><title>x</title></entry>" * 5_000
        + "</feed>",
        "NITF deep": "<nitf><body><body.content>" + "<block>" * 5_000 + "<p>Police left.</p>",
        "NITF wide": "<nitf><body><body.content>"
        + "<p>Police left Goma.</p>" * 5_000
        + "</body.content></body></nitf>",
        "NITF attributes": f"<nitf {crowd}><body><body.content><p>Police left.</p></body.content></body></nitf>",
        "NewsML items": "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'>"
        + "<contentSet/>" * 20_000
        + "</newsItem>",
        "export": "<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel>"
        + "<item><wp:post_id>1</wp:post_id></item>" * 5_000,
        "nothing": "<a>" * 250 + "</a>" * 250,
    }
    yield from (Case("feeds", name, "a.xml", content.encode()) for name, content in whole.items())


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _tar(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def _archives() -> Iterator[Case]:
    ok = LEAD.encode()
    many = {f"{n}.txt": ok for n in range(150)}
    bomb = {"bomb.txt": bytes(120_000_000), "ok.txt": ok}
    for pack, kind in ((_zip, "zip"), (_tar, "tar")):
        whole = pack({"a.txt": ok, "b.txt": ok})
        inner = ok
        for level in range(8):
            inner = pack({f"{level}.{kind}" if level else "a.txt": inner})
        shapes = {
            "nested": inner,
            "many files": pack(many),
            "empty": pack({}),
            "cut": whole[:-40],
            "cut early": whole[:200],
            "no names": pack({"": ok}),
            "long name": pack({"x" * 200 + ".txt": ok}),
            "leaves": pack({"../a.txt": ok, "b.txt": ok}),
            "folders": pack({"a/" * 60 + "b.txt": ok}),
            "other formats": pack({"a.bin": bytes(range(256)) * 40, "b.txt": ok}),
            "empty files": pack({f"{n}.txt": b"" for n in range(2_000)}),
            "noise": whole[:60] + random.Random(1).randbytes(500),
        }
        yield from (Case("archives", f"{kind}: {name}", f"a.{kind}", content) for name, content in shapes.items())
    yield Case("archives", "zip: bomb before an article", "a.zip", _zip(bomb))
    yield Case("archives", "tar.gz: bomb before an article", "a.tar.gz", gzip.compress(_tar(bomb), mtime=0))
    same = bytearray(_zip({"a.txt": ok}))
    yield Case(
        "archives", "zip: wrong sizes", "a.zip", bytes(same).replace(struct.pack("<I", len(ok)), b"\xff\xff\xff\x7f")
    )


def _packed() -> Iterator[Case]:
    text = LEAD.encode()
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gz": lambda raw: gzip.compress(raw, mtime=0),
        "bz2": bz2.compress,
        "xz": lzma.compress,
    }
    for kind, pack in packers.items():
        twice = text
        for _ in range(6):
            twice = pack(twice)
        shapes = {
            "packed again": twice,
            "cut": pack(text * 50)[:-9],
            "zeros": pack(bytes(40_000_000)),
            "noise": pack(text)[:12] + b"x" * 90,
            "two members": pack(text) + pack(text),
            "spaces": pack(b" " * 12_000_000),
            "tail": pack(text) + b"tail" * 100,
            "empty": pack(b""),
        }
        yield from (Case("packed", f"{kind}: {name}", f"a.txt.{kind}", content) for name, content in shapes.items())


def _warc() -> Iterator[Case]:
    page = f"<html><body>{'<p>Police arrested two men in Lyon on Monday.</p>' * 8}</body></html>".encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page

    def record(body: bytes, length: int | None = None, extra: bytes = b"") -> bytes:
        size = len(body) if length is None else length
        return (
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/b\r\n"
            b"WARC-Date: 2019-03-05T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http\r\n"
            + extra
            + b"Content-Length: %d\r\n\r\n" % size
            + body
            + b"\r\n\r\n"
        )

    shapes = {
        "length too small": record(http, 40) + record(http),
        "length too large": record(http, 10**9),
        "length past int64": record(http, 10**30),
        "length zero": record(http, 0) + record(http),
        "length negative": record(http, -5),
        "many records": record(http) * 60,
        "many headers": record(http, extra=b"X-A: b\r\n" * 20_000),
        "long header": record(http, extra=b"X-A: " + b"b" * 500_000 + b"\r\n"),
        "no end": record(http)[:-300],
        "chunked, broken": record(http.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", 1)),
        "gzip body, broken": record(http.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1)),
        "wrong charset": record(http.replace(b"utf-8", b"utf-77")),
        "status line only": record(b"HTTP/1.1 200 OK\r\n\r\n"),
        "not HTTP": record(b"\0" * 5_000),
        "blank lines": b"\r\n" * 50_000 + record(http),
        "gzip, one member": gzip.compress(record(http) * 5, mtime=0),
        "gzip, cut": gzip.compress(record(http), mtime=0)[:-20],
        "many HTTP headers": record(http.replace(b"\r\n\r\n", b"\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n", 1)),
    }
    yield from (Case("warc", name, "a.warc", content) for name, content in shapes.items())


def _parquet() -> Iterator[Case]:
    def table(**columns: object) -> bytes:
        target = io.BytesIO()
        pl.DataFrame(columns).write_parquet(target)
        return target.getvalue()

    whole = table(text=[LEAD] * 20, title=["Two held"] * 20)
    shapes = {
        "long strings": table(text=["word " * 400_000] * 3),
        "huge string": table(text=["x" * 12_000_000]),
        "many rows": table(text=[LEAD] * 200),
        "empty strings": table(text=[""] * 5_000),
        "nulls": table(text=[None, LEAD]),
        "no text": table(a=[1, 2]),
        "numbers for text": table(text=[1.5, 2.5]),
        "lists for text": table(text=[["a", "b"]]),
        "many columns": table(**({"text": [LEAD]} | {f"c{n}": [n] for n in range(2_000)})),
        "no rows": table(text=pl.Series([], dtype=pl.String)),
        "cut": whole[:-50],
        "cut early": whole[:60],
        "footer length": whole[:-8] + b"\xff\xff\xff\x7fPAR1",
        "magic only": b"PAR1PAR1",
        "noise inside": whole[:40] + b"\xff" * 200 + whole[240:],
        "bytes for text": table(text=[b"Police left.", b"\xff\xfe"]),
    }
    yield from (Case("parquet", name, "a.parquet", content) for name, content in shapes.items())


def _bytes() -> Iterator[Case]:
    """What begins as one format and goes on as another, and text in encodings that it does not name."""
    chance = random.Random(13)
    names = ("a.txt", "a.jsonl", "a.csv", "a.html", "a.xml", "a.zip", "a.tar", "a.warc", "a.parquet", "a.gz")
    heads = (b"", b"{", b"<html>", b"<?xml ?><rss>", b"PK\x03\x04", b"\x1f\x8b\x08", b"WARC/1.0\r\n", b"PAR1", b"BZh9")
    for number in range(30):
        head, name = heads[number % len(heads)], names[number % len(names)]
        noise = chance.randbytes(chance.randint(1, 4_000))
        text = LEAD.encode(("utf-16", "utf-32", "cp1252", "utf-7")[number % 4]) * chance.randint(1, 30)
        yield Case("bytes", f"{number}: {head[:4]!r} in {name}", name, head + (noise if number % 3 else text))
