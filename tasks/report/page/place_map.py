"""A map without a base map: a graticule, the countries as small dots with names, and the events as marks.

The projection is equirectangular with the middle of the view as its standard parallel, so that shapes near it are true
(Snyder, Map Projections, USGS Professional Paper 1395, 1987, p. 90).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.reference.gazetteer import Place as Point
from tasks.report.page.markup import Markup, plural, tag
from tasks.report.page.reading import MOST_PLACES
from tasks.report.page.records import PlaceOnPage
from tasks.report.page.svg import QUAD_NAMES, Box, drawing, label, quad_mark, text_width

STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
LEAST_SPAN = 12.0
SMALLEST, GROWTH = 5.0, 2.2
# The largest mark's radius as a share of the width; room of the drawing, in square pixels, for each country's name.
LARGEST_SHARE = 1 / 42
AREA_PER_NAME = 11_000
LABEL_SIZE = 13.0
COUNTRY_SIZE = 12.0


@dataclass(frozen=True, slots=True)
class MapWindow:
    """The part of the world that is drawn, in degrees, and the drawing's size."""

    west: float
    east: float
    south: float
    north: float
    width: float
    height: float

    def point(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place is drawn."""
        x = (lon - self.west) / (self.east - self.west) * self.width
        return x, (self.north - lat) / (self.north - self.south) * self.height

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a place lies in it."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def make_view(points: Sequence[tuple[float, float]], width: float, tall: float = 0.62) -> MapWindow:
    """The smallest view that holds all (lat, lon) with a margin, no smaller than some degrees, no taller than asked.

    Parameters
    ----------
    width
        Of the drawing; its height follows from the view and lies between `tall` / 1.6 and `tall` of it.
    """
    south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
    west, east = min(lon for _, lon in points), max(lon for _, lon in points)
    margin_lat = max((north - south) * 0.14, (LEAST_SPAN - (north - south)) / 2)
    south, north = max(-90.0, south - margin_lat), min(90.0, north + margin_lat)
    margin_lon = max((east - west) * 0.1, (LEAST_SPAN * 1.6 - (east - west)) / 2)
    west, east = max(-180.0, west - margin_lon), min(180.0, east + margin_lon)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.2)
    shape = (north - south) / ((east - west) * shrink)
    if shape < tall / 1.6:
        more = ((east - west) * shrink * tall / 1.6 - (north - south)) / 2
        south, north = max(-90.0, south - more), min(90.0, north + more)
    elif shape > tall:
        more = ((north - south) / (tall * shrink) - (east - west)) / 2
        west, east = max(-180.0, west - more), min(180.0, east + more)
    shape = (north - south) / ((east - west) * shrink)
    return MapWindow(west, east, south, north, width, round(width * min(max(shape, tall / 1.6), tall)))


def place_map(
    places: Sequence[PlaceOnPage], countries: Mapping[str, Point], key: str, width: float, tall: float
) -> Markup:
    """The map of the places that have a point, or whose country has one.

    Parameters
    ----------
    countries
        The gazetteer's points by country code.
    """
    marked = [(place, point) for place in places[:MOST_PLACES] if (point := _point(place, countries)) is not None]
    view = make_view([point for _, point in marked], width, tall)
    frame = Box(0, 0, view.width, view.height)
    largest = max(width * LARGEST_SHARE, 12.0)
    growth = min(GROWTH, (largest - SMALLEST) / math.sqrt(max(place.events for place, _ in marked)))
    marks: list[Markup] = []
    grid, taken = _graticule(view)
    spots: list[tuple[PlaceOnPage, float, float, float]] = []
    for place, (lat, lon) in marked:
        x, y = view.point(lat, lon)
        radius = SMALLEST + growth * math.sqrt(place.events - 1)
        marks.append(_mark(place, x, y, radius))
        spots.append((place, x, y, radius))
        if place.exact:
            taken.append(Box(x - radius * 0.8, y - radius * 0.8, x + radius * 0.8, y + radius * 0.8))
    names: list[Markup] = []
    for place, x, y, radius in spots:
        if place.exact:
            box = _free(f"{place.name} {place.events}", x, y, radius, LABEL_SIZE, frame, taken)
            if box is not None:
                taken.append(box)
                words = (place.name, " ", tag("tspan", f"{place.events:,}", class_="strong"))
                names.append(label(box.left + 2, box.bottom - 4, words, class_="halo"))
    context = _countries(countries, {place.country for place, _ in marked}, view, frame, taken)
    # The largest lie below, so that none hides another.
    shapes = [*grid, *context, *marks, *names]
    told = ", ".join(f"{place.name or _name(place, countries)} {place.events:,}" for place, _ in marked[:20])
    more = len(marked) - 20
    rest = f" and {plural(more, 'place')} more" if more > 0 else ""
    description = f"Events by place: {told}{rest}."
    return drawing(key, view.width, view.height, "Map of events that took place", description, *shapes)


def _point(place: PlaceOnPage, countries: Mapping[str, Point]) -> tuple[float, float] | None:
    if place.lat is not None and place.lon is not None:
        return place.lat, place.lon
    country = countries.get(place.country or "")
    if country is None or country.lat is None or country.lon is None:
        return None
    return country.lat, country.lon


def _name(place: PlaceOnPage, countries: Mapping[str, Point]) -> str:
    country = countries.get(place.country or "")
    return f"somewhere in {country.name}" if country else place.country or ""


def leading_quad(place: PlaceOnPage) -> str:
    """The quad class that most of a place's events are of; of equals the one listed first."""
    return max(QUAD_NAMES, key=lambda quad: place.quads.get(quad, 0))


def _mark(place: PlaceOnPage, x: float, y: float, radius: float) -> Markup:
    parts = ", ".join(f"{count:,} {QUAD_NAMES[quad]}" for quad, count in place.quads.items())
    said = tag("title", f"{place.name or place.country}: {plural(place.events, 'event')} ({parts})")
    if not place.exact:
        return tag("g", said, tag("circle", cx=x, cy=y, r=radius, class_="somewhere"))
    return tag("g", said, quad_mark(leading_quad(place), x, y, radius, "place"))


def _free(text: str, x: float, y: float, radius: float, size: float, frame: Box, taken: Sequence[Box]) -> Box | None:
    """Room for a name beside a mark: right, left, above or below it; None where there is none."""
    wide, high = text_width(text, size) + 4, size + 4
    off = radius * 0.9 + 2
    for left, top in (
        (x + off, y - high / 2),
        (x - off - wide, y - high / 2),
        (x - wide / 2, y - off - high),
        (x - wide / 2, y + off),
        (x + off * 0.7, y - off * 0.7 - high),
        (x + off * 0.7, y + off * 0.7),
        (x - off * 0.7 - wide, y - off * 0.7 - high),
        (x - off * 0.7 - wide, y + off * 0.7),
    ):
        box = Box(left, top, left + wide, top + high)
        if box.within(frame) and not any(box.overlaps(other) for other in taken):
            return box
    return None


def _countries(
    countries: Mapping[str, Point], told: set[str | None], view: MapWindow, frame: Box, taken: list[Box]
) -> list[Markup]:
    """Dots of the countries in view; names as far as there is room, first those with events, then by population."""
    shapes = []
    left = int(view.width * view.height / AREA_PER_NAME)
    for point in sorted(countries.values(), key=lambda one: (one.country not in told, -one.population, one.key)):
        if point.lat is None or point.lon is None or not view.holds(point.lat, point.lon):
            continue
        x, y = view.point(point.lat, point.lon)
        shapes.append(tag("circle", cx=x, cy=y, r=1.6, class_="country"))
        box = _free(point.name, x, y, 3.0, COUNTRY_SIZE, frame, taken) if left else None
        if box is not None:
            left -= 1
            taken.append(box)
            shapes.append(label(box.left + 2, box.bottom - 4, point.name, class_="country-name"))
    return shapes


def _graticule(view: MapWindow) -> tuple[list[Markup], list[Box]]:
    """Meridians and parallels, each with its degrees at the edge, and the room that those take."""
    span = max(view.east - view.west, view.north - view.south)
    step = next((step for step in STEPS if span / step <= view.width / 75), STEPS[-1])
    shapes = [tag("rect", width=view.width, height=view.height, class_="sea")]
    room: list[Box] = []
    free = 0.0
    lon = math.ceil(view.west / step) * step
    while lon <= view.east:
        x, _ = view.point(0, lon)
        shapes.append(tag("path", d=f"M{x:.1f} 0V{view.height:g}", class_="grid"))
        if max(24.0, free) < x < view.width - 46:
            shapes.append(label(x + 3, view.height - 4, degrees(lon, "E", "W"), class_="degrees"))
            room.append(Box(x, view.height - 18, x + 48, view.height))
            free = x + 54
        lon += step
    lat = math.ceil(view.south / step) * step
    while lat <= view.north:
        _, y = view.point(lat, 0)
        shapes.append(tag("path", d=f"M0 {y:.1f}H{view.width:g}", class_="grid"))
        if 16 < y < view.height - 24:
            shapes.append(label(3, y - 3, degrees(lat, "N", "S"), class_="degrees"))
            room.append(Box(0, y - 17, 46, y))
        lat += step
    return shapes, room


def degrees(value: float, positive: str, negative: str) -> str:
    """A parallel or meridian as maps name it: 10° N, 0°."""
    if value == 0:
        return "0°"
    return f"{abs(value):g}° {positive if value > 0 else negative}"
