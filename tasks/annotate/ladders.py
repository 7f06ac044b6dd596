"""Every ladder of rules in the pipeline, in the order of the components; a page and a test of examples read it."""

from __future__ import annotations

from typing import Any

from tasks.annotate.actors.component import GIVES_COUNTRY
from tasks.annotate.actors.nominal import NOMINAL
from tasks.annotate.actors.office_holders import KNOWN, MAY_BE
from tasks.annotate.actors.organisations import MEANT
from tasks.annotate.actors.roles import BEFORE_A_ROLE, OFFICE, SECTOR
from tasks.annotate.actors.titles import BESIDE
from tasks.annotate.coreference.gender import NAME_GENDERS
from tasks.annotate.dates.evidence import CHECKS
from tasks.annotate.dates.lexer import HOURS, MONTH_FIRST
from tasks.annotate.dates.pairs import PAIRS
from tasks.annotate.dates.points import WEEKDAYS
from tasks.annotate.dates.spans import DISTANCES, NO_LENGTHS, NO_UNITS
from tasks.annotate.dates.tense import DAY_PREPOSITIONS, TENSES
from tasks.annotate.dates.units import COUNTED_FROM
from tasks.annotate.events.cells import numbers, where
from tasks.annotate.events.elsewhere.anaphora import STANDS_ALONE
from tasks.annotate.events.elsewhere.days import DAY_FROM, OTHER_EVENT, SAME_EVENT
from tasks.annotate.events.elsewhere.traits import ANOTHER, POINTS_BACK
from tasks.annotate.events.record import NO_REPORT
from tasks.annotate.events.resolve.coreferent import ONE_DEED
from tasks.annotate.events.resolve.not_events import NO_EVENT
from tasks.annotate.events.resolve.overlaps import NO_DEED, PART_OF_ANOTHER
from tasks.annotate.events.sides import arguments, descriptions, home, implied, several
from tasks.annotate.events.sides import locals as local_sides
from tasks.annotate.events.standing.assertion import ALLEGATION, ASSERTION_ABOVE, ATTRIBUTION
from tasks.annotate.events.standing.nouns import NOUN_STATUS
from tasks.annotate.events.standing.status import STATUS_BY_DAY
from tasks.annotate.events.standing.verbs import GOVERNED_STATUS, VERB_STATUS
from tasks.annotate.events.when.offsets import OTHER_TIME
from tasks.annotate.events.when.search import DATE_BELOW, NO_DATE_ABOVE, ONLY_DATE
from tasks.annotate.names import again, evidence, organisations, people, senses, spans
from tasks.annotate.quotes.direct import ATTRIBUTIONS, DIRECT
from tasks.annotate.quotes.speech import CONTENTS, SPEAKERS
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
    spans.BEFORE_A_PERSON,
    evidence.OWN_WORDS,
    senses.SENSES,
    evidence.CONSTRUCTION,
    again.FOUND_AGAIN,
    people.SHORT_NAMES,
    people.SLIPS,
    organisations.ORGANISATION_NAMES,
    NO_DEED,
    PART_OF_ANOTHER,
    ONE_DEED,
    NO_EVENT,
    NO_REPORT,
    arguments.NATIONALITY,
    arguments.SECTOR_OF_SIDE,
    descriptions.AGREEMENT,
    home.WEIGHT,
    home.HOME,
    implied.ACTOR,
    implied.RECIPIENT,
    local_sides.LOCAL,
    several.SEVERAL,
    STANDS_ALONE,
    POINTS_BACK,
    ANOTHER,
    SAME_EVENT,
    OTHER_EVENT,
    DAY_FROM,
    numbers.BOUNDS,
    numbers.COUNT,
    where.PLACE_IN_PHRASE,
    where.PLACE,
    NAME_GENDERS,
    SPEAKERS,
    CONTENTS,
    DIRECT,
    ATTRIBUTIONS,
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
