"""Marked-up running text to plain paragraphs: bodies of feeds, exports and wire items, which hold the article alone.

Whole pages go to `tasks.clean.page.extract`; here nothing has to be told apart, only blocks from inline elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

# HTML, XHTML and NITF names of elements that begin and end a paragraph.
_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset", "h1",
    "h2", "h3", "h4", "h5", "h6", "hedline", "hl1", "hl2", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "table", "tbody", "tfoot", "thead", "tr", "ul", "block", "body.content", "bq", "credit", "nitf-table",
    "datasource", "lead", "paragraph", "para", "inlinexml", "inlinedata", "datacontent", "root",
    "summary", "details", "dir", "menu",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))
# What stands beside the running text: programs, forms, pictures with their captions, heads and feet of a page.
_LEFT_OUT = frozenset((
    "applet", "aside", "audio", "button", "canvas", "embed", "figcaption", "figure", "footer", "form", "head",
    "header", "iframe", "img", "input", "link", "map", "media", "media-caption", "media-reference", "meta", "nav",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "time", "title",
    "video", "note", "tagline", "bibliography",
))  # fmt: skip
_LINE_BREAK = "\x00"
_PARAGRAPH_BREAK = re.compile(rf"\s*{_LINE_BREAK}\s*(?:{_LINE_BREAK}\s*)+")
_INDENTED = re.compile(r"\n[^\S\n]{2,}(?=\S)")


class TooDeepError(Exception):
    """Elements nested so deep that the parser gives up."""


def text_of_fragment(fragment: str, blank_lines: bool = False) -> str:
    """The running text of a piece of HTML, a blank line between paragraphs.

    Parameters
    ----------
    blank_lines
        Blank lines are paragraph marks too, and single line ends are line breaks, as WordPress has it.

    Raises
    ------
    TooDeepError
        Where elements are nested too deeply to be read whole.
    """
    fragment = fragment.replace(_LINE_BREAK, "")
    if blank_lines:
        fragment = re.sub(r"\r\n?", "\n", fragment)
        fragment = re.sub(r"\n[^\S\n]*\n\s*", "\n<p>", fragment)
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    # A head of our own: the parser moves nothing out of the fragment and does not look for an encoding.
    wrapped = f"<html><body><div>{fragment}</div></body></html>".encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(wrapped, parser=parser, ensure_head_body=False)
    except etree.ParserError:
        return ""
    except etree.LxmlError as error:
        if "depth" in str(error):
            raise TooDeepError from None
        return ""
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise TooDeepError
    return text_of_element(tree, blank_lines)


def text_of_element(root: Any, line_ends: bool = False) -> str:
    """The running text of an element, a blank line between paragraphs; what is no running text is left out.

    Parameters
    ----------
    line_ends
        Whether the end of a line in the source breaks the line, too.
    """
    joined = (_tidy(part.replace("\n", _LINE_BREAK) if line_ends else part) for part in _paragraphs(root))
    return "\n\n".join(part for part in joined if part)


def _paragraphs(root: Any) -> Iterator[str]:
    parts: list[str] = []
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local_name(element)
        if event == "start":
            if skipped is not None:
                continue
            if name in _LEFT_OUT and element is not root:
                skipped = element
                continue
            if name in _BLOCKS:
                yield "".join(parts)
                parts = []
            parts.append(_LINE_BREAK if name == "br" else element.text or "")
            continue
        if skipped is not None:
            if element is not skipped:
                continue
            skipped = None
        elif name in _CELLS:
            parts.append(" ")
        elif name in _BLOCKS:
            yield "".join(parts)
            parts = []
        if element is not root:
            parts.append(element.tail or "")
    yield "".join(parts)


def local_name(element: Any) -> str:
    """An element's name in lower case without its namespace; empty for entities and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _tidy(part: str) -> str:
    """A paragraph with its spaces collapsed; line breaks stay, two of them begin a paragraph."""
    # Wires set plain text into one element: lines at the margin, and each paragraph's first line indented.
    if _INDENTED.search(part) and re.search(r"\n(?=\S)", part):
        part = _INDENTED.sub(_LINE_BREAK * 2, part)
    part = re.sub(r"\s+", " ", part)
    paragraphs = _PARAGRAPH_BREAK.split(part)
    lines = ("\n".join(line.strip() for line in one.split(_LINE_BREAK) if line.strip()) for one in paragraphs)
    return "\n\n".join(one for one in lines if one)
