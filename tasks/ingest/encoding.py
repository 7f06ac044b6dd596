"""Bytes to text: byte order mark, UTF-8, UTF-16 without a mark, then a guess that says when it cannot tell."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# The UTF-32 marks begin with the UTF-16 ones, so they come first.
BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DETECTION_BYTES = 65_536
_CP1252_UNDEFINED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_WESTERN_SHARE = 0.2
_LOSSY_SHARE = 0.02
_WESTERN = frozenset(("iso8859-1", "iso8859-15", "cp1252", "ascii"))
_ABOVE_ASCII = re.compile(rb"[\x80-\xff]")
_RUNS_ABOVE_ASCII = re.compile(rb"[\x80-\xff]{4,}")
_FEWEST_ABOVE = 20
# Bounded, so that an opening without an end costs little.
_MARKUP = re.compile(rb"<(script|style)\b[^>]{0,1000}>.{0,20000}?</\1|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)


def byte_order_mark(head: bytes) -> tuple[str, int] | None:
    """The encoding that a byte order mark tells and the mark's length in bytes, or None."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return None


def utf16_without_mark(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every other byte is zero, as in Latin text without a mark; else None."""
    sample = head[:4096]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < 8 or 0 not in sample:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def wide_without_mark(head: bytes) -> str | None:
    """The encoding of two or four bytes a character that Latin text without a mark shows by its zeros, or None."""
    sample = head[: min(len(head), 4096) // 4 * 4]
    if len(sample) >= 8 and 0 in sample:
        quarter = len(sample) // 4
        zeros = [sample[place::4].count(0) > 0.95 * quarter for place in range(4)]
        if zeros == [False, True, True, True]:
            return "utf-32-le"
        if zeros == [True, True, True, False]:
            return "utf-32-be"
    return utf16_without_mark(head)


def looks_binary(head: bytes) -> bool:
    """Whether the first bytes of a file cannot be text in any encoding that is read here."""
    if byte_order_mark(head) or wide_without_mark(head):
        return False
    if 0 in head:
        return True
    controls = sum(head.count(code) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31, 127))
    return bool(head) and controls > 0.05 * len(head)


def decode(raw: bytes, declared: str | None = None) -> str | None:
    """Decode bytes to text, or give None where no encoding fits.

    The order: byte order mark, UTF-8, what the input declares, UTF-16 without a mark, UTF-8 with a few broken bytes
    (each becomes U+FFFD), Windows-1252 where few bytes are above ASCII, else the detection of charset-normalizer.
    """
    mark = byte_order_mark(raw)
    if mark:
        encoding, length = mark
        return _strict(raw[length:], encoding) or raw[length:].decode(encoding, "replace")
    wide = wide_without_mark(raw)
    if wide:
        return raw.decode(wide, "replace")
    text = _strict(raw, "utf-8")
    if text is not None:
        return text
    if declared:
        text = _strict(raw, declared)
        # Western encodings fit any bytes, and templates declare them over pages in any other alphabet.
        if text is not None and not (_is_western(declared) and _has_words_above_ascii(raw)):
            return text
    return _guess(raw)


def encoding_of(head: bytes) -> str:
    """The encoding to read a long file line by line with, by its first bytes, in the order of `decode`.

    A byte order mark is not taken off; where nothing fits it is UTF-8, whose broken bytes become U+FFFD.
    """
    mark = byte_order_mark(head)
    wide = mark[0] if mark else wide_without_mark(head)
    if wide:
        return wide
    try:
        # The head may end inside a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        if _mostly_utf8(head):
            return "utf-8"
        if _looks_western(head):
            return "cp1252"
        found = from_bytes(_sample(head)).best()
        return found.encoding if found else "utf-8"
    return "utf-8"


def _strict(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(raw: bytes) -> str | None:
    if _mostly_utf8(raw):
        return raw.decode("utf-8", "replace")
    if _looks_western(raw):
        return raw.decode("cp1252")
    found = from_bytes(_sample(raw)).best()
    if found is None:
        return None
    return _strict(raw, found.encoding) or raw.decode(found.encoding, "replace")


def _high_bytes(raw: bytes) -> int:
    return len(raw) - len(raw.translate(None, bytes(range(128, 256))))


def _mostly_utf8(raw: bytes) -> bool:
    broken = raw.decode("utf-8", "replace").count("\ufffd")
    return broken <= _LOSSY_SHARE * len(raw) and broken * 3 <= _high_bytes(raw)


def _looks_western(raw: bytes) -> bool:
    letters = sum(1 for byte in raw[:_DETECTION_BYTES] if byte > 64)
    if not letters or _high_bytes(raw) > _WESTERN_SHARE * letters:
        return False
    return not any(byte in raw for byte in _CP1252_UNDEFINED) and not _has_words_above_ascii(raw)


def _is_western(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in _WESTERN
    except LookupError:
        return False


def _has_words_above_ascii(raw: bytes) -> bool:
    """Whether most letters above ASCII stand in runs of four or more: Western languages write them one at a time."""
    letters = len(_ABOVE_ASCII.findall(raw))
    return letters >= _FEWEST_ABOVE and sum(map(len, _RUNS_ABOVE_ASCII.findall(raw))) > letters / 2


def _sample(raw: bytes) -> bytes:
    """Bytes to tell an encoding by: without tags and programs, which are ASCII in any of them."""
    bare = _MARKUP.sub(b" ", raw) if b"<" in raw else raw
    first = _ABOVE_ASCII.search(bare)
    start = max(0, first.start() - 100) if first else 0
    return bare[start : start + _DETECTION_BYTES]
