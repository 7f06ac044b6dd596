from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import polars as pl

from tasks.ingest.streams import ZstdFile  # type: ignore[attr-defined]
from tasks.records import Reject

# Writes bytes to a file and reads its records: `reading(content, name, limits)`.
Reading = Callable[..., list[Any]]
BODY = "Rescue teams reached the village of Orlen on Tuesday. “The road is open again,” the mayor said."
FEED = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Orlen Herald</title><language>en</language>
<item><title>Road reopens &amp; traffic flows</title><link>https://herald.example/a?x=1&amp;y=2</link><guid>h-1</guid>
<pubDate>Tue, 05 Mar 2019 10:00:00 GMT</pubDate><dc:creator>Ann Lee</dc:creator>
<description>Short.</description><content:encoded><![CDATA[<p>{BODY}</p><p>More&nbsp;here.</p>]]></content:encoded></item>
<item><title>Only a summary</title><link>https://herald.example/b</link><description>{BODY}</description></item>
<item><title>Nothing</title><link>https://herald.example/c</link></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Orlen Herald</title>
<entry><id>tag:herald,1</id><title>T</title><updated>2019-03-05T10:00:00Z</updated><author><name>Bo Ek</name></author>
<link href="https://herald.example/a"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{BODY}</p></div>
</content></entry></feed>"""


def _item(number: int, kind: str, status: str, content: str, extra: str = "") -> str:
    return f"""<item><title>Post {number}</title><link>https://blog.example/{number}</link>
<dc:creator><![CDATA[ann]]></dc:creator><content:encoded><![CDATA[{content}]]></content:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2019-03-05 10:00:00</wp:post_date_gmt>
<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{extra}</item>"""


POST = (
    "<!-- wp:paragraph {\"a\":1} -->First line [sic] of the post.\n\n"
    "Second, [b id=\"1\"]bold[/b] one.<!-- /wp:paragraph -->"
    "\n[caption id=\"x\"]<img src='a.png'> A picture[/caption]\n[gallery ids=\"1,2\"]<!--more-->\n\n"
    "Last one, he said [in May]."
)  # fmt: skip
WXR = f"""<?xml version="1.0" encoding="UTF-8"?><!-- generator="WordPress/6.1" -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Orlen Blog</title><language>en</language>
<wp:author><wp:author_login>ann</wp:author_login><wp:author_display_name>Ann Lee</wp:author_display_name></wp:author>
{_item(1, "post", "publish", POST)}{_item(2, "post", "draft", BODY)}{_item(3, "page", "publish", BODY)}
{_item(4, "attachment", "inherit", "")}{_item(5, "post", "publish", "[gallery]")}
{_item(6, "post", "publish", BODY, "<wp:post_password>x</wp:post_password>")}</channel></rss>"""
NITF_BODY = f"<body><body.head><hedline><hl1>Road reopens</hl1></hedline><byline>By Ann Lee</byline></body.head>\
<body.content><p>ORLEN, March 5 - {BODY}</p><media><media-caption>A picture</media-caption></media><p>More.</p>\
</body.content></body>"
NITF = f"""<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-2.dtd"><nitf><head><title>ROAD</title>
<docdata management-status="usable"><doc-id id-string="n-1"/><date.issue norm="20190305T100000Z"/>
<doc.copyright holder="Orlen Wire"/></docdata></head>{NITF_BODY}</nitf>"""


def _g2(guid: str, item_class: str, status: str, content: str) -> str:
    return f"""<newsItem guid="{guid}" version="2" xml:lang="en"><itemMeta><itemClass qcode="ninat:{item_class}"/>
<provider literal="Orlen Wire"/><versionCreated>2019-03-05T10:00:00Z</versionCreated><pubStatus qcode="stat:{status}"/>
</itemMeta><contentMeta><by>Ann Lee</by><headline>Road reopens</headline><dateline>ORLEN, March 5 (OW) -</dateline>
<language tag="en"/></contentMeta><contentSet>{content}</contentSet></newsItem>"""


INLINE = (
    f"<inlineXML><html xmlns='http://www.w3.org/1999/xhtml'><body><p>{BODY}</p><p>More.</p></body></html></inlineXML>"
)
NEWSML = f"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{_g2("g-1", "text", "usable", INLINE)}
{_g2("g-2", "picture", "usable", "<remoteContent contenttype='image/jpeg'/>")}{_g2("g-3", "text", "canceled", INLINE)}
{_g2("g-4", "text", "usable", "")}<packageItem guid="g-5"/></itemSet></newsMessage>"""
NEWSML_1 = f"""<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>wire.example</ProviderId>
<DateId>20190305</DateId>
<NewsItemId>7</NewsItemId><RevisionId>1</RevisionId></NewsIdentifier></Identification><NewsManagement>
<ThisRevisionCreated>20190305T100000Z</ThisRevisionCreated><Status FormalName="Usable"/></NewsManagement><NewsComponent>
<NewsLines><HeadLine>Road reopens</HeadLine><ByLine>Ann Lee</ByLine></NewsLines><ContentItem>
<MediaType FormalName="Text"/>
<DataContent><![CDATA[<P>{BODY}</P><P>More.</P>]]></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""
TABLE = (
    f'id;Headline;Body;Date\n1;Road reopens;"{BODY}\nMore ""quoted"" words; all of it.";2019-03-05\n'
    f"2;None;NaN;\n\n3;T;{BODY};x;y\n"
)


def warc_record(
    kind: str,
    content: bytes,
    url: str = "https://herald.example/a",
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\nWARC-Date: 2019-03-05T10:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def http(body: bytes, status: str = "200 OK", content_type: str = "text/html; charset=utf-8", extra: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{extra}\r\n".encode() + body


PAGE = f"<html><head><title>Road</title></head><body><article><p>{BODY}</p></article></body></html>".encode()


def warc_records() -> list[bytes]:
    return [
        warc_record("warcinfo", b"software: test", content_type="application/warc-fields"),
        warc_record("request", b"GET / HTTP/1.1\r\n\r\n"),
        warc_record("response", http(PAGE)),
        warc_record("response", http(gzip.compress(PAGE), extra="Content-Encoding: gzip\r\n")),
        warc_record("response", http(b"gone", "404 Not Found")),
        warc_record("response", http(b"{}", content_type="application/json")),
        warc_record("conversion", BODY.encode(), content_type="text/plain"),
    ]


def zstd(content: bytes) -> bytes:
    target = io.BytesIO()
    with ZstdFile(target, "wb") as packed:
        packed.write(content)
    return target.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
    "none": bytes,
}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


def every_format() -> dict[str, bytes]:
    """One small file of each format, by name."""
    frame = pl.DataFrame({"body": [BODY, None, BODY], "headline": ["A", "B", "C"], "date": ["2019-03-05", None, "x"]})
    lines = "".join(json.dumps({"text": BODY, "id": number}) + "\n" for number in range(4)).encode()
    files = {
        "a.txt": BODY.encode(),
        "a.html": PAGE,
        "a.jsonl": lines,
        "a.json": json.dumps([{"text": BODY}, {"title": "x"}]).encode(),
        "a.csv": TABLE.encode(),
        "a.parquet": parquet_bytes(frame),
        "rss.xml": FEED.encode(),
        "atom.xml": ATOM.encode(),
        "wxr.xml": WXR.encode(),
        "newsml.xml": NEWSML.encode(),
        "newsml1.xml": NEWSML_1.encode(),
        "nitf.xml": NITF.encode(),
        "a.warc": b"".join(warc_records()),
        "a.warc.gz": b"".join(gzip.compress(record) for record in warc_records()),
        "a.warc.zst": b"".join(zstd(record) for record in warc_records()),
    }
    files["a.zip"] = zipped({name: files[name] for name in ("a.txt", "a.csv", "a.warc.gz")})
    files["a.tar.gz"] = gzip.compress(tarred({name: files[name] for name in ("a.txt", "rss.xml", "a.jsonl")}))
    files["a.txt.xz"] = lzma.compress(BODY.encode())
    return files


def verdicts(records: list[Any]) -> list[str]:
    """`article` or the reason, for each record."""
    return [record.reason if isinstance(record, Reject) else "article" for record in records]
