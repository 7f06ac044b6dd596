"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.events.cells import numbers, where
from tasks.annotate.events.sides import arguments, descriptions, home, implied, several
from tasks.annotate.events.sides import locals as local_sides
from tasks.annotate.rules import Ladder

LADDERS: tuple[Ladder[Any, Any], ...] = (
    arguments.NATIONALITY,
    arguments.SECTOR,
    descriptions.AGREEMENT,
    home.WEIGHT,
    home.HOME,
    implied.ACTOR,
    implied.RECIPIENT,
    local_sides.LOCAL,
    several.SEVERAL,
    numbers.BOUNDS,
    numbers.COUNT,
    where.PLACE_IN_PHRASE,
    where.PLACE,
)
