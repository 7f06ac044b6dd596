"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.events.elsewhere.anaphora import STANDS_ALONE
from tasks.annotate.events.elsewhere.days import DAY_FROM, OTHER_EVENT, SAME_EVENT
from tasks.annotate.events.elsewhere.traits import ANOTHER, POINTS_BACK
from tasks.annotate.events.standing.assertion import ALLEGATION, ASSERTION_ABOVE, ATTRIBUTION
from tasks.annotate.events.standing.nouns import NOUN_STATUS
from tasks.annotate.events.standing.status import STATUS_BY_DAY
from tasks.annotate.events.standing.verbs import GOVERNED_STATUS, VERB_STATUS
from tasks.annotate.events.when.offsets import OTHER_TIME
from tasks.annotate.events.when.search import DATE_BELOW, NO_DATE_ABOVE, ONLY_DATE
from tasks.annotate.rules import Ladder

LADDERS: tuple[Ladder[Any, Any], ...] = (
    VERB_STATUS,
    GOVERNED_STATUS,
    NOUN_STATUS,
    STATUS_BY_DAY,
    ALLEGATION,
    ATTRIBUTION,
    ASSERTION_ABOVE,
    DATE_BELOW,
    NO_DATE_ABOVE,
    OTHER_TIME,
    ONLY_DATE,
    STANDS_ALONE,
    POINTS_BACK,
    ANOTHER,
    SAME_EVENT,
    OTHER_EVENT,
    DAY_FROM,
)
