"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.events.resolve.coreferent import ONE_DEED
from tasks.annotate.events.resolve.not_events import NO_EVENT
from tasks.annotate.events.resolve.overlaps import NO_DEED, PART_OF_ANOTHER
from tasks.annotate.rules import Ladder

LADDERS: tuple[Ladder[Any, Any], ...] = (
    NO_DEED,
    PART_OF_ANOTHER,
    ONE_DEED,
    NO_EVENT,
)
