"""Where the nodes of a network go: springs and repulsion, then boxes pushed apart; no chance in it.

Source of the method: T. Fruchterman and E. Reingold, Graph drawing by force-directed placement, Software: Practice and
Experience 21 (1991); here with a pull to the middle, so that parts without a link to each other stay together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

ROUNDS = 300
PULL = 0.06
PASSES = 400
BY_RANK = 0.85


def spring_layout(
    count: int, edges: Sequence[tuple[int, int, float]], width: float, height: float
) -> list[tuple[float, float]]:
    """Give each node a point in a rectangle, linked nodes near each other.

    Parameters
    ----------
    count
        How many nodes; they start on a spiral in their order, so the same graph is always drawn alike.
    edges
        Pairs of node numbers with a strength between 0 and 1.
    """
    if count == 0:
        return []
    area = width * height
    ideal = 0.8 * math.sqrt(area / count)
    golden = math.pi * (3 - math.sqrt(5))
    at = [
        (math.sqrt((i + 0.5) / count) * math.cos(i * golden), math.sqrt((i + 0.5) / count) * math.sin(i * golden))
        for i in range(count)
    ]
    side = math.sqrt(area)
    xs, ys = [x * side / 2 for x, _ in at], [y * side / 2 for _, y in at]
    for turn in range(ROUNDS):
        heat = side * 0.1 * (1 - turn / ROUNDS)
        dx, dy = [-PULL * x for x in xs], [-PULL * y for y in ys]
        for i in range(count):
            for j in range(i + 1, count):
                a, b = xs[i] - xs[j], ys[i] - ys[j]
                square = max(a * a + b * b, 0.01)
                push = ideal * ideal / square
                dx[i] += a * push
                dy[i] += b * push
                dx[j] -= a * push
                dy[j] -= b * push
        for i, j, strength in edges:
            a, b = xs[i] - xs[j], ys[i] - ys[j]
            pull = math.sqrt(a * a + b * b) / ideal * (0.35 + 0.65 * strength)
            dx[i] -= a * pull
            dy[i] -= b * pull
            dx[j] += a * pull
            dy[j] += b * pull
        for i in range(count):
            length = max(math.sqrt(dx[i] * dx[i] + dy[i] * dy[i]), 0.01)
            xs[i] += dx[i] / length * min(length, heat)
            ys[i] += dy[i] / length * min(length, heat)
    return _into(xs, ys, width, height)


def _into(xs: Sequence[float], ys: Sequence[float], width: float, height: float) -> list[tuple[float, float]]:
    """Spread over the rectangle, each way for itself."""
    if len(xs) == 1:
        return [(width / 2, height / 2)]
    return [(x * width, y * height) for x, y in zip(_spread(xs), _spread(ys), strict=True)]


def _spread(values: Sequence[float]) -> list[float]:
    """Values between 0 and 1, partly where they were and partly by rank: no large part of the drawing stays empty."""
    low, span = min(values), max(max(values) - min(values), 0.01)
    ranks = {i: rank for rank, i in enumerate(sorted(range(len(values)), key=lambda i: (values[i], i)))}
    last = len(values) - 1
    return [(1 - BY_RANK) * (value - low) / span + BY_RANK * ranks[i] / last for i, value in enumerate(values)]


def push_apart(
    points: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], width: float, height: float
) -> list[tuple[float, float]]:
    """Move boxes (by their middle) until none covers another, as far as the rectangle has room.

    Parameters
    ----------
    sizes
        Width and height of each box.
    """
    spots = [list(point) for point in points]
    for _ in range(PASSES):
        moved = False
        for i, (w, h) in enumerate(sizes):
            for j in range(i + 1, len(sizes)):
                over_x = (w + sizes[j][0]) / 2 - abs(spots[i][0] - spots[j][0])
                over_y = (h + sizes[j][1]) / 2 - abs(spots[i][1] - spots[j][1])
                if over_x <= 0 or over_y <= 0:
                    continue
                moved = True
                # The shorter way out; where both share a middle, the later one goes down.
                axis, over = (0, over_x) if over_x < over_y else (1, over_y)
                sign = 1.0 if spots[i][axis] > spots[j][axis] else -1.0
                spots[i][axis] += sign * over * 0.51
                spots[j][axis] -= sign * over * 0.51
        for spot, (w, h) in zip(spots, sizes, strict=True):
            spot[0] = min(max(spot[0], w / 2), max(width - w / 2, w / 2))
            spot[1] = min(max(spot[1], h / 2), max(height - h / 2, h / 2))
        if not moved:
            break
    return [(x, y) for x, y in spots]
