"""Did it happen, and who says so: the status and assertion of an event from the words around its trigger and its day.

Status comes from the innermost word that decides it: the trigger's own auxiliaries and negation, then the verb or
noun that governs it ("plans to", "failed to", "threat of"), outwards; the day of what was done may still move
it ahead or long back. Assertion is kept apart: a denied attack and an alleged one may both have happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.standing.assertion import assertion_of
from tasks.annotate.events.standing.nouns import SHARED, noun_status
from tasks.annotate.events.standing.verbs import climb_status
from tasks.annotate.events.when.dates import NEVER, When
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.parse import Word

DONE = ("happened", "ongoing")
# What lies further back than about a year is no news of its own.
NEWS_DAYS = 366


@dataclass(frozen=True, slots=True)
class Standing:
    """The status and assertion of an event; `firm` is False where nothing but the default speaks for the status."""

    status: str
    assertion: str
    source: Word | None
    firm: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """A status by the words, with the event's day; `latest` is the day by which one without its own was over."""

    status: str
    when: When
    published: dt.datetime | None
    latest: When


def standing_of(match: Match) -> Standing:
    """The status and assertion of a matched event, by the words around it."""
    if match.frame.nominal:
        status, firm = status_by_noun(match.trigger)
    elif match.frame.polarity:
        status, firm = "happened", True
    else:
        status, firm = status_by_verb(match)
    assertion, source = assertion_of(match)
    return Standing(status, assertion, source, firm)


def status_by_noun(noun: Word) -> tuple[str, bool]:
    """The status of an event that a noun names, and whether anything but the default speaks for it."""
    status = noun_status(noun)
    if status is None:
        return "happened", False
    if status != SHARED:
        return status, True
    verb = noun.head
    status, firm = climb_status(verb)
    # "This is the first summit" says of no day that it was then.
    bare = verb.lemma_ == "be" and status == "happened" and verb.tag_ in ("VBZ", "VBP")
    return status, firm and not bare


def status_by_verb(match: Match) -> tuple[str, bool]:
    """The status of an event that a verb names, and whether anything but the default speaks for it."""
    verb = match.trigger
    status, firm = climb_status(verb)
    if status == "hypothetical" and match.frame.type == "ASSAULT" and is_attempt(verb):
        # CAMEO codes an attempt on somebody's life as violence itself (185).
        status, firm = climb_status(verb.head)
    if status == "happened" and any(child.lower_ == "no" for theme in match.themes for child in theme.lefts):
        # "They signed no deal."
        status = "negated"
    return status, firm


def is_attempt(verb: Word) -> bool:
    """Whether a deed was tried: "tried to blow up a market"; the attempt itself is what happened."""
    return verb.dep_ == "xcomp" and verb.head.lemma_ in ("try", "attempt") and verb.head.pos_ == "VERB"


def is_ahead(case: Dated) -> bool:
    """Whether its day lies ahead: only a day does, a month named alone is often the last one of its name."""
    first, published = case.when.first, case.published
    return case.when.precision == "day" and first is not None and published is not None and first > published.date()


def is_historical(when: When, published: dt.datetime | None) -> bool:
    """Whether the event lies more than about a year before publication."""
    if when.first is None or published is None:
        return False
    return ((when.last or when.first) - published.date()).days < -NEWS_DAYS


STATUS_BY_DAY: Ladder[Dated, str] = Ladder(
    "status by day",
    "What an event's day leaves of the status that its words give",
    (
        Rule(
            "not said to be done",
            lambda case: case.status if case.status not in DONE else None,
            "President Macron will visit Oman on Saturday.",
        ),
        when("a day ahead", is_ahead, "planned", "The union called a strike for Saturday."),
        when(
            "a day long past",
            lambda case: is_historical(case.when, case.published),
            "historical",
            "Rebels attacked Goma in 2012.",
        ),
        when(
            "long over by another day",
            lambda case: (
                case.when is NEVER and case.status == "happened" and is_historical(case.latest, case.published)
            ),
            "historical",
            "Five nurses kidnapped by rebels came home in 2012.",
        ),
    ),
)


def status_of(standing: Standing, when: When, published: dt.datetime | None, latest: When, at: int) -> str:
    """The status of an event: what its words say, moved by its day where they say that it was done.

    Parameters
    ----------
    standing
        What the words around the trigger say.
    when
        The event's day, `NEVER` where it has none.
    published
        When the article was published.
    latest
        The day by which an event without one was over, `NEVER` where that is not known.
    at
        Character offset of the trigger.
    """
    decision = STATUS_BY_DAY.decide(Dated(standing.status, when, published, latest), at=at)
    return decision.verdict if decision is not None else standing.status
