"""Memory and time for documents that are read as one tree: an export, a feed and a NewsML package of the largest size.

`python -m bench.documents [MEGABYTES]` writes each (100 MB, the default of `max_document_bytes`, unless told
otherwise), reads it in a process of its own and prints items, seconds and the peak of the process. “wxr of tags” is an
export that consists of small elements, as the metadata of WordPress does.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tasks.ingest.discover import InputFile
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read
from tasks.records import Article

_PROSE = (
    "The ferry to the island of Marnau will stop on Friday, the harbour master said, since its engine is worn &amp; "
    "none is to be had before spring. "
) * 12
_RSS = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Marnau Courier</title>',
    "<item><title>Ferry {n}</title><link>https://m.example/{n}</link><guid>https://m.example/?p={n}</guid>"
    "<pubDate>Mon, 01 Apr 2019 10:00:00 +0000</pubDate>"
    f"<content:encoded><![CDATA[<p>{{n}} {_PROSE}</p>]]></content:encoded>",
    "</item>\n",
    "</channel></rss>",
)
_POST = "<wp:post_id>{n}</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>"
_META = "<wp:postmeta><wp:meta_key>_edit</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta>" * 60
# kind -> head, item with the place of its number, end of the item, end of the document
DOCUMENTS: dict[str, tuple[str, str, str, str]] = {
    "rss": (_RSS[0].replace(' xmlns:wp="http://wordpress.org/export/1.2/"', ""), *_RSS[1:]),
    "wxr": (_RSS[0], _RSS[1] + _POST, *_RSS[2:]),
    "wxr of tags": (_RSS[0], _RSS[1] + _POST + _META, *_RSS[2:]),
    "newsml": (
        '<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>',
        '<newsItem guid="urn:m:{n}"><itemMeta><itemClass qcode="ninat:text"/><versionCreated>2019-04-01T10:00:00Z'
        "</versionCreated></itemMeta><contentMeta><headline>Ferry {n}</headline></contentMeta><contentSet><inlineXML>"
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{{n}} {_PROSE}</p></body></html>',
        "</inlineXML></contentSet></newsItem>\n",
        "</itemSet></newsMessage>",
    ),
}


def write_document(path: Path, kind: str, size: int) -> int:
    """Write a document of about `size` bytes, no larger; the number of its items."""
    head, item, item_end, end = DOCUMENTS[kind]
    written = n = 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write(head)
        while written + len(item) + len(item_end) + len(end) + 100 < size:
            written += file.write(item.replace("{n}", str(n)) + item_end)
            n += 1
        file.write(end)
    return n


def read_document(path: Path) -> str:
    """Read a document and say how many articles, in what time, with what peak of memory."""
    started = time.perf_counter()
    file = InputFile(str(path.parent), path.name, str(path), path.stat().st_size)
    articles = sum(isinstance(record, Article) for record in read(file, Limits()))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return f"{articles:,} articles, {seconds:.0f} s, peak {peak:.0f} MiB"


def main(arguments: list[str]) -> None:
    """Write each document, and read it in a process whose peak is its own."""
    if arguments and arguments[0] == "--read":
        sys.stdout.write(read_document(Path(arguments[1])))
        return
    size = int(float(arguments[0]) * 1e6) if arguments else Limits().max_document_bytes
    with tempfile.TemporaryDirectory() as folder:
        for kind in DOCUMENTS:
            path = Path(folder, "document.xml")
            items = write_document(path, kind, size)
            done = subprocess.run(
                [sys.executable, "-m", "bench.documents", "--read", str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
            sys.stdout.write(f"{kind}: {path.stat().st_size / 1e6:.0f} MB, {items:,} items: {done.stdout}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
