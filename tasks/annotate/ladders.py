"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.coreference.gender import NAME_GENDERS
from tasks.annotate.dates.evidence import CHECKS
from tasks.annotate.dates.lexer import HOURS, MONTH_FIRST
from tasks.annotate.dates.pairs import PAIRS
from tasks.annotate.dates.points import WEEKDAYS
from tasks.annotate.dates.spans import DISTANCES, NO_LENGTHS, NO_UNITS
from tasks.annotate.dates.tense import DAY_PREPOSITIONS, TENSES
from tasks.annotate.dates.units import COUNTED_FROM
from tasks.annotate.quotes.direct import ATTRIBUTIONS, DIRECT
from tasks.annotate.quotes.speech import CONTENTS, SPEAKERS
from tasks.annotate.rules import Ladder

LADDERS: tuple[Ladder[Any, Any], ...] = (
    MONTH_FIRST,
    HOURS,
    *CHECKS.values(),
    DAY_PREPOSITIONS,
    TENSES,
    NO_UNITS,
    DISTANCES,
    NO_LENGTHS,
    PAIRS,
    WEEKDAYS,
    COUNTED_FROM,
    NAME_GENDERS,
    SPEAKERS,
    CONTENTS,
    DIRECT,
    ATTRIBUTIONS,
)
