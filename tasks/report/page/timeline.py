"""Events over time: one strip for each quad class above the same days, weeks, months or years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tasks.report.page.markup import Markup, tag
from tasks.report.page.svg import QUAD_NAMES, drawing, label, quad_fill, text_width

# Unit, the longest span of days with events that it is taken for, and the date precisions exact enough for it.
UNITS = (
    ("day", 100, ("day",)),
    ("week", 2 * 366, ("day", "week")),
    ("month", 12 * 366, ("day", "week", "month")),
    ("year", 10**9, ("day", "week", "month", "quarter", "year")),
)
# Events are told before they happen and after: so many days around the articles' own are drawn.
BEFORE, AFTER = 14, 14
# And around the middle one of the events, where no article is dated.
AROUND = 20 * 366
STRIP, GAP, TOP, LEFT = 52.0, 26.0, 20.0, 30.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts by unit: `starts` of all units in order, `done` and `planned` by (start, quad), and what is not drawn."""

    unit: str
    starts: Sequence[dt.date]
    done: dict[tuple[dt.date, str], int]
    planned: dict[tuple[dt.date, str], int]
    earlier: int
    later: int
    vague: int
    undated: int

    @property
    def drawn(self) -> int:
        """How many events the strips hold."""
        return sum(self.done.values()) + sum(self.planned.values())


def make_timeline(days: pl.DataFrame, first: dt.date | None, last: dt.date | None) -> Timeline:
    """Count events by unit of time around the days of publication.

    Parameters
    ----------
    days
        event_date, date_precision, quad, done, n.
    first, last
        Days of the first and last article; None where none is dated: then some decades of the events are the frame.
    """
    dated = days.filter(pl.col("event_date").is_not_null())
    undated = int(days["n"].sum()) - int(dated["n"].sum())
    if dated.is_empty():
        return Timeline("day", (), {}, {}, 0, 0, 0, undated)
    held: list[dt.date] = dated["event_date"].sort().to_list()
    middle = held[len(held) // 2]
    low = _shift(middle, -AROUND) if first is None else _shift(first, -BEFORE)
    high = _shift(middle, AROUND) if last is None else _shift(last, AFTER)
    inside = dated.filter(pl.col("event_date").is_between(low, high))
    earlier = int(dated.filter(pl.col("event_date") < low)["n"].sum())
    later = int(dated.filter(pl.col("event_date") > high)["n"].sum())
    told = inside["event_date"].sort().to_list()
    span = (told[-1] - told[0]).days if told else 0
    unit, _, exact = next(entry for entry in UNITS if span <= entry[1])
    drawn = inside.filter(pl.col("date_precision").is_in(exact))
    done: dict[tuple[dt.date, str], int] = {}
    planned: dict[tuple[dt.date, str], int] = {}
    for day, quad, happened, n in drawn.select("event_date", "quad", "done", "n").rows():
        counts, key = (done if happened else planned), (_start(day, unit), quad)
        counts[key] = counts.get(key, 0) + n
    used = sorted({start for start, _ in (*done, *planned)})
    starts = []
    if used:
        starts.append(used[0])
        while starts[-1] < used[-1]:
            starts.append(_next(starts[-1], unit))
    return Timeline(
        unit, starts, done, planned, earlier, later, int(inside["n"].sum()) - int(drawn["n"].sum()), undated
    )


def _shift(day: dt.date, days: int) -> dt.date:
    """Some days later, kept within what a date can be."""
    ordinal = min(max(day.toordinal() + days, 1), dt.date.max.toordinal())
    return dt.date.fromordinal(ordinal)


def _start(day: dt.date, unit: str) -> dt.date:
    if unit == "week":
        return _shift(day, -day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1) if unit == "year" else day


def _next(start: dt.date, unit: str) -> dt.date:
    if unit in ("day", "week"):
        return _shift(start, 1 if unit == "day" else 7)
    if unit == "year":
        return start.replace(year=start.year + 1)
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def name_of(start: dt.date, unit: str) -> str:
    """A unit as an axis tells it: 3 May 2019, May 2019, 2019."""
    if unit == "year":
        return str(start.year)
    return f"{start:%b} {start.year}" if unit == "month" else f"{start.day} {start:%b} {start.year}"


def timeline_chart(line: Timeline, key: str, width: float) -> Markup:
    """Four strips of bars, each with its own name and the same scale; filled is done, open is planned."""
    most = max(
        line.done.get((start, quad), 0) + line.planned.get((start, quad), 0)
        for start in line.starts
        for quad in QUAD_NAMES
    )
    step = (width - LEFT) / len(line.starts)
    bar = min(max(step * 0.8, 1.0), 28.0)
    height = TOP + 4 * (STRIP + GAP) + 8
    shapes: list[Markup] = []
    for row, (quad, name) in enumerate(QUAD_NAMES.items()):
        base = TOP + row * (STRIP + GAP) + STRIP
        shapes.append(label(LEFT, base - STRIP - 6, _strip_name(line, quad, name), class_="strong"))
        shapes.append(tag("path", d=f"M{LEFT} {base - STRIP:.1f}H{width:g}", class_="grid"))
        shapes.append(label(LEFT - 6, base - STRIP + 9, f"{most:,}", "end", "small"))
        shapes.append(label(LEFT - 6, base, "0", "end", "small"))
        for position, start in enumerate(line.starts):
            x = LEFT + (position + 0.5) * step - bar / 2
            done, planned = line.done.get((start, quad), 0), line.planned.get((start, quad), 0)
            full, open_ = STRIP * done / most, STRIP * planned / most
            said = tag("title", f"{name_of(start, line.unit)}: {done:,} {name}, {planned:,} planned")
            if done:
                shapes.append(
                    tag("rect", said, x=x, y=base - full, width=bar, height=full, fill=quad_fill(quad), class_="solid")
                )
            if planned:
                y = base - full - open_
                shapes.append(tag("rect", said, x=x, y=y, width=bar, height=open_, class_=f"open line-{quad}"))
        shapes.append(tag("path", d=f"M{LEFT} {base:.1f}H{width:g}", class_="axis"))
    shapes += _axis(line, width, step, height - 10)
    told = "; ".join(_strip_name(line, quad, name) for quad, name in QUAD_NAMES.items())
    title = f"Events by {line.unit} and quad class"
    return drawing(key, width, height, title, f"{told}. The highest bar is {most:,}.", *shapes)


def _strip_name(line: Timeline, quad: str, name: str) -> str:
    done = sum(n for (_, one), n in line.done.items() if one == quad)
    planned = sum(n for (_, one), n in line.planned.items() if one == quad)
    return f"{name}: {done:,}" + (f", {planned:,} planned" if planned else "")


def _axis(line: Timeline, width: float, step: float, y: float) -> list[Markup]:
    """As many names as fit, the first and the last always."""
    room = text_width(name_of(line.starts[0], line.unit), 12) + 18
    count = max(2, int((width - LEFT) / room))
    last = len(line.starts) - 1
    every = max(1, -(-last // max(count - 1, 1)))
    shown = [position for position in range(0, last + 1, every) if last - position >= every or position == last]
    if shown[-1] != last:
        shown.append(last)
    shapes = []
    for position in shown:
        middle = LEFT + (position + 0.5) * step
        half = room / 2 - 9
        anchor, x = "middle", middle
        if middle - half < 0:
            anchor, x = "start", 0.0
        elif middle + half > width:
            anchor, x = "end", width
        shapes.append(tag("path", d=f"M{middle:.1f} {y - 18:.1f}v4", class_="axis"))
        shapes.append(label(x, y, name_of(line.starts[position], line.unit), anchor, "small"))
    return shapes
