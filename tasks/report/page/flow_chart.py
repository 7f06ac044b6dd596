"""The way of a run's records as a Sankey drawing: in, then what became of them, then copies and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.report.page.markup import Markup, number, tag
from tasks.report.page.reading import MOST_REASONS
from tasks.report.page.records import Run
from tasks.report.page.svg import drawing, fit, label

NODE = 14.0
SLOT = 24.0
TALLEST = 220.0
LABEL_GAP = 8.0


@dataclass(frozen=True, slots=True)
class Node:
    """One bar of the drawing: its column, what it is called, how many records, and the node they come from."""

    name: str
    count: int
    column: int
    source: int | None
    look: str


def run_nodes(run: Run) -> list[Node]:
    """The nodes of a run, those without records left out; the first is where all come in."""
    row = run.row
    nodes = [Node("records in", row["n_inputs"], 0, None, "flow-in")]

    def add(name: str, count: int, column: int, source: int, look: str) -> int:
        if count:
            nodes.append(Node(name, count, column, source, look))
        return len(nodes) - 1

    kept = row["n_new"] + row["n_superseded"]
    if kept:
        new = add("new or changed", kept, 1, 0, "flow-new")
        copies = min(row["n_duplicates"], kept)
        add("not copies", kept - copies, 2, new, "flow-new")
        add("copies of others", copies, 2, new, "flow-copy")
    add("unchanged, already in", row["n_unchanged"], 1, 0, "flow-same")
    if row["n_rejects"]:
        refused = add("refused", row["n_rejects"], 1, 0, "flow-reject")
        for name, count in refusals(run):
            add(name, count, 2, refused, "flow-reject")
    return nodes


def refusals(run: Run) -> list[tuple[str, int]]:
    """The run's refused records by reason, the rare ones together, those refused before as one."""
    left = run.row["n_rejects"]
    told: list[tuple[str, int]] = []
    for reason, count in run.refused[:MOST_REASONS]:
        told.append((reason.replace("_", " "), min(count, left)))
        left -= told[-1][1]
    others = min(sum(count for _, count in run.refused[MOST_REASONS:]), left)
    told += [("other reasons", others), ("refused in a run before", left - others)]
    return [(name, count) for name, count in told if count]


def flow_chart(run: Run, width: float) -> Markup:
    """The drawing: three columns of bars, the height of each its number of records, bands between them."""
    nodes = run_nodes(run)
    scale = TALLEST / max(nodes[0].count, 1)
    heights = [max(2.0, node.count * scale) for node in nodes]
    columns = [[i for i, node in enumerate(nodes) if node.column == column] for column in range(3)]
    tallest = max(sum(max(heights[i], SLOT) + 6 for i in column) for column in columns)
    height = tallest + 12
    left = (0.0, width * 0.33, width * 0.66)
    tops = _tops(columns, heights, height)
    bands: list[Markup] = []
    leaving = dict.fromkeys(range(len(nodes)), 0.0)
    for i, node in enumerate(nodes):
        if node.source is None:
            continue
        thick = max(1.0, node.count * scale)
        y0, y1 = tops[node.source] + leaving[node.source], tops[i]
        leaving[node.source] += node.count * scale
        x0, x1 = left[nodes[node.source].column] + NODE, left[node.column]
        bands.append(tag("path", d=_band(x0, y0, x1, y1, thick), class_=f"band {node.look}"))
    room = width * 0.33 - NODE - LABEL_GAP - 12
    bars = []
    for i, node in enumerate(nodes):
        x = left[node.column]
        bars.append(tag("rect", x=x, y=tops[i], width=NODE, height=heights[i], class_=node.look))
        middle = tops[i] + heights[i] / 2
        words = fit(f"{node.count:,} {node.name}", room)
        bars.append(label(x + NODE + LABEL_GAP, middle + 4.5, words, class_="halo"))
    told = "; ".join(f"{node.count:,} {node.name}" for node in nodes)
    return drawing("flow", width, height, "What became of the records of the run", told, *bands, *bars)


def _tops(columns: Sequence[Sequence[int]], heights: Sequence[float], height: float) -> dict[int, float]:
    """The upper edge of each bar: a column's bars one below the other, the whole in the middle."""
    tops: dict[int, float] = {}
    for column in columns:
        slots = [max(heights[i], SLOT) + 6 for i in column]
        at = (height - sum(slots)) / 2
        for i, slot in zip(column, slots, strict=True):
            tops[i] = at + (slot - heights[i]) / 2
            at += slot
    return tops


def _band(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    middle = number((x0 + x1) / 2)
    a, b, c, d, e, f = (number(value) for value in (x0, y0, x1, y1, y1 + thick, y0 + thick))
    return f"M{a} {b}C{middle} {b} {middle} {d} {c} {d}V{e}C{middle} {e} {middle} {f} {a} {f}Z"
