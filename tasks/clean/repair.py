"""Repair the characters and lines of a text: mojibake, entities, invisible marks, odd spaces, hard-wrapped lines.

Nothing here removes a word. `repair_text` gives paragraphs set apart by a blank line and changes nothing when it is
given its own result.
"""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5

import ftfy
from ftfy import TextFixerConfig

from tasks.clean.wrapping import unwrap

# Quotes, ligatures and widths are the author's; entities are resolved below, where "<" in the text does not matter.
_FTFY = TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    fix_line_breaks=True,
    remove_terminal_escapes=True,
    remove_control_chars=False,
    normalization=None,
)
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINE_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029\v\f]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]")
# Joiners shape Persian, Indic scripts and emoji, so they go only between Latin letters.
_JOINERS_IN_LATIN = re.compile("(?<=[0-9A-Za-z\u00c0-\u024f])[\u200c\u200d](?=[0-9A-Za-z\u00c0-\u024f])")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_RUNS_OF_SPACE = re.compile(r"[ \t]+")
_BLOCK_TAGS = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|blockquote|section|article|tr|table|figure|figcaption)(?:\s[^<>]*)?/?>|<br(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_INLINE_TAGS = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|img|font|small|sup|sub|td|th|tbody|thead|abbr|cite)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# Bounded, so that many openings without an end cannot make the search long.
_DROPPED_ELEMENTS = re.compile(
    r"<(script|style)\b[^<>]*>.{0,5000}?</\1\s*>|<!--.{0,5000}?-->", re.IGNORECASE | re.DOTALL
)
_MARKUP_SIGN = re.compile(r"</(?:p|div|a|b|i|em|strong|span|li|h[1-6])\s*>|<br\s*/?>|<p(?:\s[^<>]*)?>", re.IGNORECASE)
_NEEDS_FTFY = re.compile("[^\x00-\x7f\u2018\u2019\u201c\u201d\u2013\u2014\u2026]")


def repair_text(text: str) -> str:
    """Repair a text and lay it out as paragraphs set apart by a blank line.

    In order: markup left in text, character references, mojibake (ftfy), line ends, control and invisible characters,
    spaces, Unicode NFC, hard-wrapped lines joined into paragraphs.
    """
    repaired = repair_characters(text)
    paragraphs = (_RUNS_OF_SPACE.sub(" ", line).strip() for line in unwrap(repaired.split("\n")))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def repair_line(text: str) -> str:
    """Repair a text that stands on one line: a title, a name."""
    return " ".join(repair_characters(text).split())


def repair_characters(text: str) -> str:
    """Repair what is wrong inside lines; line breaks stay where they are, as line feeds."""
    # A repair can bring to light what an earlier step looks for (an entity in mojibake), so go on until it is still.
    for _ in range(4):
        repaired = _repair_once(text)
        if repaired == text:
            break
        text = repaired
    return text


def _repair_once(text: str) -> str:
    if "<" in text and _MARKUP_SIGN.search(text):
        text = strip_markup(text)
    if "&" in text:
        text = _ENTITY.sub(_resolve, text)
    if _NEEDS_FTFY.search(text):
        text = ftfy.fix_text(text, _FTFY)
    text = _LINE_BREAKS.sub("\n", text)
    if not text.isascii():
        text = _SPACES.sub(" ", text)
        text = _INVISIBLE.sub("", text)
        text = _JOINERS_IN_LATIN.sub("", text)
        text = _SURROGATES.sub("\ufffd", text)
        text = unicodedata.normalize("NFC", text)
    return _CONTROLS.sub("", text)


def strip_markup(text: str) -> str:
    """Take known HTML tags out of a text; what they set apart becomes paragraphs. `<XYZ>` of a ticker stays."""
    text = _DROPPED_ELEMENTS.sub("", text)
    text = _BLOCK_TAGS.sub("\n\n", text)
    return _INLINE_TAGS.sub("", text)


def _resolve(match: re.Match[str]) -> str:
    """The character that a reference names; the reference itself where it names none that text may hold."""
    name = match[1]
    if not name.startswith("#"):
        return html5.get(name + ";", match[0])
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    if 0x80 <= code <= 0x9F:
        # Pages mean Windows-1252 by these numbers, and browsers read them so.
        return bytes((code,)).decode("cp1252", "ignore")
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF:
        return chr(code)
    return match[0]
