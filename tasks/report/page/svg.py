"""What all charts share: the frame with title and description, text and its width, colours with their patterns.

Colours are Okabe and Ito's, which people with any kind of colour vision tell apart (jfly.uni-koeln.de/color); each
quad class also has a pattern and a shape of its own. The stylesheet holds the colours, for light and dark.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tasks.report.page.markup import Child, Markup, join, tag

QUAD_NAMES = {
    "verbal_cooperation": "verbal cooperation",
    "material_cooperation": "material cooperation",
    "verbal_conflict": "verbal conflict",
    "material_conflict": "material conflict",
}
TEXT_SIZE = 13
# Advance of letters as a share of their size, in the widest of the usual sans-serif fonts (DejaVu Sans, Verdana).
_LETTER, _CAPITAL, _WIDE, _THIN = 0.62, 0.76, 1.0, 0.36


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a drawing, in its units (CSS pixels at full size)."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share some area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether this one lies wholly in the other."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


def drawing(key: str, width: float, height: float, title: str, description: str, *children: Child) -> Markup:
    """An SVG with a title and a description for those who do not see it; `key` is unique on the page."""
    return tag(
        "svg",
        tag("title", title, id=f"{key}-title"),
        tag("desc", description, id=f"{key}-desc"),
        *children,
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
    )


def label(x: float, y: float, words: Child, anchor: str = "start", class_: str | None = None) -> Markup:
    """Text at a point of its baseline."""
    return tag("text", words, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def text_width(text: str, size: float = TEXT_SIZE) -> float:
    """About how wide a text is, a little more rather than less; no font is measured."""
    total = 0.0
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            total += _WIDE
        elif char in "iljtfrI.,:;'|! ()-’":
            total += _THIN
        else:
            total += _CAPITAL if char.isupper() or char in "mwMW—" else _LETTER
    return total * size


def fit(text: str, width: float, size: float = TEXT_SIZE) -> str:
    """Text cut with an ellipsis so that it takes no more than `width`."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def quad_patterns() -> Markup:
    """The fills of the quad classes, defined once on the page for all its drawings."""
    strokes: dict[str, tuple[Markup, ...]] = {
        "verbal_cooperation": (tag("circle", cx=3, cy=3, r=1.1),),
        "material_cooperation": (),
        "verbal_conflict": (tag("path", d="M-2 8L8 -2M4 8L8 4M-2 2L2 -2"),),
        "material_conflict": (tag("path", d="M0 0L6 6M6 0L0 6"),),
    }
    patterns = [
        tag(
            "pattern",
            tag("rect", width=6, height=6, class_=f"fill-{quad}"),
            tag("g", *shapes, class_="weave"),
            id=f"quad-{quad}",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
        )
        for quad, shapes in strokes.items()
    ]
    return tag("svg", tag("defs", *patterns), class_="defs", width=0, height=0, aria_hidden="true", focusable="false")


def quad_fill(quad: str) -> str:
    """The value of `fill` for a quad class."""
    return f"url(#quad-{quad})"


def quad_mark(quad: str, x: float, y: float, radius: float, class_: str | None = None) -> Markup:
    """The shape of a quad class around a point: circle, square, triangle, diamond, of about the same area."""
    look = f"fill-{quad} {class_}" if class_ else f"fill-{quad}"
    if quad == "verbal_cooperation":
        return tag("circle", cx=x, cy=y, r=radius, class_=look)
    if quad == "material_cooperation":
        side = radius * 1.77
        return tag("rect", x=x - side / 2, y=y - side / 2, width=side, height=side, class_=look)
    points: tuple[tuple[float, float], ...]
    if quad == "verbal_conflict":
        points = ((0.0, -1.35), (1.2, 0.75), (-1.2, 0.75))
    else:
        points = ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0))
    path = "M" + "L".join(f"{x + dx * radius:.2f} {y + dy * radius:.2f}" for dx, dy in points) + "Z"
    return tag("path", d=path, class_=look)


def quad_legend(*, marks: bool) -> Markup:
    """The quad classes with their fill, as shapes (`marks`) or as bars."""
    items = []
    for quad, name in QUAD_NAMES.items():
        shape = (
            quad_mark(quad, 8, 8, 5.5) if marks else tag("rect", x=1, y=3, width=14, height=10, fill=quad_fill(quad))
        )
        picture = tag("svg", shape, width=16, height=16, viewBox="0 0 16 16", aria_hidden="true", focusable="false")
        items.append(tag("li", picture, " ", name))
    return tag("ul", *items, class_="legend")


def share_bar(parts: list[tuple[str, int]], whole: int) -> Markup:
    """A bar in a table's cell, as wide as its share of `whole`; `parts` are fills (a class or a quad) and counts."""
    at, shapes = 0.0, []
    for kind, count in parts:
        # What is there is seen, however small its share.
        width = max(100 * count / max(whole, 1), 0.8 if count else 0.0)
        quad = kind in QUAD_NAMES
        shapes.append(
            tag(
                "rect",
                x=f"{at:.2f}%",
                width=f"{width:.2f}%",
                height="100%",
                fill=quad_fill(kind) if quad else None,
                class_=None if quad else kind,
            )
        )
        at += width
    return tag("svg", join(shapes), class_="bar", width="100%", height=10, aria_hidden="true", focusable="false")
