"""Who is named together: entities as marks with names, lines between those of the same articles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.report.page.layout import push_apart, spring_layout
from tasks.report.page.markup import Markup, plural, tag
from tasks.report.page.records import Edge
from tasks.report.page.svg import drawing, fit, label, text_width

KIND_NAMES = {"person": "person", "org": "organisation", "group": "group", "place": "place"}
OTHER_KIND = "other"
NAME_SIZE = 13.0
SMALLEST, LARGEST = 5.0, 13.0


@dataclass(frozen=True, slots=True)
class Network:
    """The entities shown, those with most links first, and the pairs among them."""

    nodes: Sequence[str]
    edges: Sequence[Edge]


def choose(edges: Sequence[Edge], most_nodes: int, most_edges: int) -> Network:
    """The strongest pairs that together name no more than `most_nodes` entities."""
    weights: dict[str, int] = {}
    kept: list[Edge] = []
    for edge in edges:
        new = {edge.a, edge.b} - weights.keys()
        if len(weights) + len(new) > most_nodes:
            continue
        kept.append(edge)
        for one in (edge.a, edge.b):
            weights[one] = weights.get(one, 0) + edge.n_articles
        if len(kept) == most_edges:
            break
    return Network(sorted(weights, key=lambda one: (-weights[one], one)), kept)


def network_chart(
    network: Network, people: Mapping[str, tuple[str, str]], key: str, width: float, height: float
) -> Markup:
    """The drawing. A line's width is the number of articles, a mark's size that of all its lines."""
    number = {one: i for i, one in enumerate(network.nodes)}
    most = max(edge.n_articles for edge in network.edges)
    links = [(number[edge.a], number[edge.b], edge.n_articles / most) for edge in network.edges]
    weights = [0] * len(number)
    for edge in network.edges:
        weights[number[edge.a]] += edge.n_articles
        weights[number[edge.b]] += edge.n_articles
    radii = [SMALLEST + (LARGEST - SMALLEST) * math.sqrt(weight / max(weights)) for weight in weights]
    names = [fit(people[one][0], min(width * 0.42, 190), NAME_SIZE) for one in network.nodes]
    # A mark with its name below it is one box.
    sizes = [
        (max(text_width(name, NAME_SIZE) + 10, 2 * radius + 6), 2 * radius + NAME_SIZE + 12)
        for name, radius in zip(names, radii, strict=True)
    ]
    points = push_apart(spring_layout(len(number), links, width, height), sizes, width, height)
    tops = [(x, y - size[1] / 2 + radius + 2) for (x, y), size, radius in zip(points, sizes, radii, strict=True)]
    lines = []
    for edge, (i, j, strength) in zip(network.edges, links, strict=True):
        (x0, y0), (x1, y1) = tops[i], tops[j]
        said = f"{people[edge.a][0]} and {people[edge.b][0]}: {plural(edge.n_articles, 'article')}"
        path = f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
        lines.append(tag("path", tag("title", said), d=path, class_="link", stroke_width=1 + 5 * strength))
    marks = []
    for one, name, radius, (x, y) in zip(network.nodes, names, radii, tops, strict=True):
        full, kind = people[one]
        said = tag("title", f"{full} ({KIND_NAMES.get(kind, OTHER_KIND)})")
        marks.append(tag("g", said, kind_mark(kind, x, y, radius)))
        marks.append(label(x, y + radius + NAME_SIZE + 1, name, "middle", "halo"))
    strongest = ", ".join(
        f"{people[edge.a][0]} and {people[edge.b][0]} {edge.n_articles:,}" for edge in network.edges[:10]
    )
    description = f"{plural(len(number), 'name')}, {plural(len(lines), 'pair')}; most articles together: {strongest}."
    return drawing(key, width, height, "Network of names in the same articles", description, *lines, *marks)


def kind_mark(kind: str, x: float, y: float, radius: float) -> Markup:
    """A circle for a person, a square for an organisation, a hexagon for a group, a diamond for a place."""
    if kind == "person":
        return tag("circle", cx=x, cy=y, r=radius, class_="kind-person")
    if kind == "org":
        side = radius * 1.77
        return tag("rect", x=x - side / 2, y=y - side / 2, width=side, height=side, class_="kind-org")
    corners = 4 if kind == "place" else 6 if kind == "group" else 3
    turn = math.pi / 2
    points = [
        f"{x + 1.2 * radius * math.cos(turn + 2 * math.pi * i / corners):.2f} "
        f"{y - 1.2 * radius * math.sin(turn + 2 * math.pi * i / corners):.2f}"
        for i in range(corners)
    ]
    shown = kind if kind in KIND_NAMES else OTHER_KIND
    return tag("path", d="M" + "L".join(points) + "Z", class_=f"kind-{shown}")


def kind_legend(kinds: set[str]) -> Markup:
    """The marks of the kinds that are drawn, with their names."""
    shown = [kind for kind in (*KIND_NAMES, OTHER_KIND) if kind in kinds]
    items = [
        tag(
            "li",
            tag("svg", kind_mark(kind, 8, 8, 5), width=16, height=16, viewBox="0 0 16 16", aria_hidden="true"),
            " ",
            KIND_NAMES.get(kind, OTHER_KIND),
        )
        for kind in shown
    ]
    return tag("ul", *items, class_="legend")
