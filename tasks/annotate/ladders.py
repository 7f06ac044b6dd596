"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.actors.component import GIVES_COUNTRY
from tasks.annotate.actors.nominal import NOMINAL
from tasks.annotate.actors.office_holders import KNOWN, MAY_BE
from tasks.annotate.actors.organisations import MEANT
from tasks.annotate.actors.roles import BEFORE_A_ROLE, OFFICE, SECTOR
from tasks.annotate.actors.titles import BESIDE
from tasks.annotate.rules import Ladder

LADDERS: tuple[Ladder[Any, Any], ...] = (
    GIVES_COUNTRY,
    MEANT,
    BEFORE_A_ROLE,
    SECTOR,
    OFFICE,
    BESIDE,
    NOMINAL,
    KNOWN,
    MAY_BE,
)
