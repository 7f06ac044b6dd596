"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.names import again, evidence, organisations, people, senses, spans
from tasks.annotate.rules import Ladder

LADDERS: tuple[Ladder[Any, Any], ...] = (
    spans.BEFORE_A_PERSON,
    evidence.OWN_WORDS,
    senses.SENSES,
    evidence.CONSTRUCTION,
    again.FOUND_AGAIN,
    people.SHORT_NAMES,
    people.SLIPS,
    organisations.ORGANISATION_NAMES,
)
