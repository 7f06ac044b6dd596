"""HTML and SVG as strings that cannot be broken out of: whatever is not markup of ours is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

# What HTML forbids in text, and what turns the direction of the text around it.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_VOID = frozenset({"meta", "link", "br", "hr", "wbr"})
ELLIPSIS = "…"


class Markup(str):
    """Text that is HTML already. Only `escape`, `tag` and `join` make it of what others wrote."""

    __slots__ = ()


Child: TypeAlias = "str | int | float | Iterable[Child] | None"
Value: TypeAlias = "str | int | float | bool | None"


def escape(text: str) -> Markup:
    """Give text as HTML, safe between tags and in double quotes; what HTML forbids becomes U+FFFD."""
    if isinstance(text, Markup):
        return text
    plain = _UNFIT.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(plain.replace('"', "&quot;").replace("'", "&#39;"))


def number(value: float) -> str:
    """A coordinate as SVG takes it: two decimals at most, no trailing zeros, no negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def join(*children: Child) -> Markup:
    """Give children one after the other; None is nothing, lists are opened, plain strings escaped."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            parts.append(escape(child))
        elif isinstance(child, int | float):
            parts.append(number(child))
        else:
            parts.append(join(*child))
    return Markup("".join(parts))


def tag(name: str, *children: Child, **attributes: Value) -> Markup:
    """Give an element. `class_="a"` is class, `stroke_width=1` stroke-width; None and False leave one out."""
    written = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(attribute)
        else:
            told = value if isinstance(value, str) else number(value)
            written.append(f'{attribute}="{escape(told)}"')
    start = " ".join(written)
    return Markup(f"<{start}>" if name in _VOID else f"<{start}>{join(*children)}</{name}>")


def web_address(url: str | None) -> str | None:
    """The URL where it is one of the web, else None: no `javascript:` of an article becomes a link."""
    return url if url is not None and len(url) <= 2000 and _WEB.match(url) else None


def shorten(text: str, limit: int) -> str:
    """Text in one line of at most `limit` characters, cut at the end with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: 1 event, 1,200 events."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
