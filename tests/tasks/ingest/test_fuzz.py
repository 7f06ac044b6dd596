"""For: tasks.ingest.

Mutated inputs over every reader: no crash, no hang, counts reconcile. `make fuzz` runs all of them.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import random
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_samples import every_format

from tasks.contract.vocabulary import REJECT_REASONS, REJECT_STAGES
from tasks.ingest.discover import InputFile
from tasks.ingest.formats.columns import MISSING, map_columns
from tasks.ingest.formats.markup import TooDeepError, text_of_fragment
from tasks.ingest.formats.wxr import without_shortcodes
from tasks.ingest.limits import Limits
from tasks.ingest.read import read_any
from tasks.ingest.slices import plan, read, read_slice
from tasks.ingest.streams import StreamError
from tasks.records import Article, Reject

SAMPLES = every_format()
LIMITS = Limits(max_record_bytes=200_000, max_unpacked_bytes=3_000_000, max_document_bytes=1_000_000)
MUTATIONS = int(os.environ.get("DATELINE_FUZZ", "6000"))
SECONDS_EACH = 10
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELL = st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")
TOKENS = [
    b"\0", b"\xff\xfe", b"\r", b'"',
    b"]]>", b"<![CDATA[", b"&#0;", b"&#x110000;", b"&nbsp;", b"<!--", b"<item>", b"</item>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"Content-Length: 99", b"Content-Length: -1", b"WARC/1.0\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: br\r\n",
    b"\xed\xa0\x80", b"NaN", b"[" * 3000, b"<b>" * 3000, b"9" * 5000, b",", b"\n",
]  # fmt: skip


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Flip, cut, double, swap or insert, a few times over."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        if not data:
            break
        at, length = rng.randrange(len(data)), rng.choice((1, 2, 8, 64, 512))
        kind = rng.randrange(7)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length] * rng.choice((1, 1, 2, 50))
        elif kind == 3:
            data[at : at + length] = rng.randbytes(length)
        elif kind == 4:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 5:
            del data[at:]
        else:
            other = rng.randrange(len(data))
            data[at : at + length], data[other : other + length] = (
                data[other : other + length], data[at : at + length],
            )  # fmt: skip
    return bytes(data)


def check(records: list[Any]) -> None:
    """Each record is one or the other, its values are from the closed lists, and origins do not repeat."""
    for record in records:
        assert isinstance(record, Article | Reject)
        if isinstance(record, Reject):
            assert record.reason in REJECT_REASONS
            assert record.stage in REJECT_STAGES
            (record.detail or "").encode()
        else:
            assert (record.text is None) != (record.html is None)
            assert (record.text or record.html or "").strip()
        record.origin.encode()
    assert records
    assert len({record.origin for record in records}) == len(records)


def articles_of(records: list[Article | Reject]) -> list[Article]:
    return [record for record in records if isinstance(record, Article)]


def reconcile(content: bytes, name: str, folder: Path) -> None:
    """Read a file whole and in slices: the same records, within the time."""
    path = folder / name
    path.write_bytes(content)
    file = InputFile(str(folder), name, str(path), len(content))
    started = time.perf_counter()
    whole = list(read(file, LIMITS))
    check(whole)
    parts = plan(file, 2, LIMITS)
    sliced = [record for part in parts for record in read_slice(part, LIMITS)]
    if name.endswith(".parquet"):
        # Rows behind damage are one reject per slice that holds some of them.
        assert articles_of(sliced) == articles_of(whole)
    else:
        assert sliced == whole
    assert time.perf_counter() - started < SECONDS_EACH


def run(number: int, folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    names = sorted(SAMPLES)
    for turn in range(number):
        name = names[turn % len(names)]
        content = mutated(SAMPLES[name], rng)
        try:
            reconcile(content, name, folder)
        except AssertionError as error:
            raise AssertionError(f"{name}, turn {turn}, seed {seed}, crc {zlib.crc32(content):x}: {error}") from error


def test_a_few_mutations_of_every_format_reconcile(tmp_path: Path) -> None:
    run(200, tmp_path, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_thousands_of_mutations_reconcile(tmp_path: Path, seed: int) -> None:
    run(MUTATIONS // 6, tmp_path, seed)


@QUICK
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_any_cut_of_any_sample_reconciles(tmp_path: Path, data: st.DataObject, name: str) -> None:
    content = SAMPLES[name]
    reconcile(content[: data.draw(st.integers(0, len(content)))], name, tmp_path)


@QUICK
@given(
    rows=st.lists(st.lists(st.text(CELL, max_size=12), min_size=2, max_size=2), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
)
def test_any_cells_written_by_the_csv_module_come_back(rows: list[list[str]], delimiter: str) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["id", "text"])
    writer.writerows(rows)
    content = target.getvalue().encode("utf-8", "replace")
    records = list(read_any(io.BytesIO(content), "a.csv", LIMITS))
    texts = [record.text for record in records if isinstance(record, Article)]
    expected = [text for _, text in rows if text.strip() and record_like(text)]
    assert texts == [text.encode("utf-8", "replace").decode() for text in expected]


def record_like(text: str) -> bool:
    return text.encode("utf-8", "replace").decode().strip().lower() not in MISSING


@QUICK
@given(fragment=st.text(alphabet="<>/pbrdiv &;am[]=\"'x \n", max_size=200))
def test_any_fragment_and_any_brackets_give_text(fragment: str) -> None:
    without_shortcodes(fragment)
    try:
        text = text_of_fragment(fragment, blank_lines=True)
    except TooDeepError:
        return
    assert "\0" not in text
    assert text == text.strip()
    assert "\n\n\n" not in text


@QUICK
@given(names=st.lists(st.text(max_size=10), max_size=8))
def test_any_column_names_are_mapped_to_places_that_exist(names: list[str]) -> None:
    found = map_columns(names, ())
    assert all(0 <= place < len(names) for place in found.values())
    assert len(set(found.values())) == len(found)


@QUICK
@given(content=st.binary(max_size=400), magic=st.sampled_from([b"", b"PK\x03\x04", b"WARC/1.0\r\n", b"PAR1", b"<rss>"]))
def test_any_bytes_behind_any_magic_are_told(content: bytes, magic: bytes) -> None:
    with contextlib.suppress(StreamError):
        check(list(read_any(io.BytesIO(magic + content), "input", LIMITS)))
