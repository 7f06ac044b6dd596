"""Sides that a trigger's own grammar does not give but its surroundings do.

How an actor is found stands in `implied_actors`, how a recipient in `implied_recipients`; here are the ladders, which
say in which order they are looked for, and the match with what they gave. A meeting with one side in it is asked no
ladder: "Xi left after talks with Lee" names who met Lee.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tasks.annotate.events.frames.match import Match, ordered
from tasks.annotate.events.sides.implied_actors import (
    according_to_whom,
    accused,
    authority_before_where,
    court,
    holder_of_share,
    keeper,
    opponents,
    who_conducts,
    who_held,
    who_ordered,
    who_sent,
    whom_to_call,
)
from tasks.annotate.events.sides.implied_recipients import target_of_anger, who_came_under, who_suffered, whose_saying
from tasks.annotate.events.view import View
from tasks.annotate.rules import Ladder, Rule
from tasks.annotate.syntax.clauses import prepositions, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.reference.files import words

MEETING_PREPOSITIONS = words("sides")["meeting_prepositions"]


@dataclass(frozen=True, slots=True)
class _Report:
    """A match with sides left open, in its article."""

    view: View
    match: Match


@dataclass(frozen=True, slots=True)
class Implied:
    """Who acts, or suffers it, by the surroundings; `against` says that those were no recipients but opponents."""

    sides: tuple[Word, ...]
    against: bool = False


def _found_by(finder: Callable[[View, Match], tuple[Word, ...]]) -> Callable[[_Report], Implied | None]:
    """Make a rule's decision of a function that looks for sides."""

    def decide(report: _Report) -> Implied | None:
        found = finder(report.view, report.match)
        return Implied(found) if found else None

    return decide


def _fought(report: _Report) -> Implied | None:
    found = opponents(report.view, report.match)
    return Implied(found, against=True) if found else None


ACTOR: Ladder[_Report, Implied] = Ladder(
    "implied actor",
    "Who did it, where only the surroundings say so",
    (
        Rule("whom the fallen fought", _fought, "Three soldiers were wounded in clashes with rebels near Goma."),
        Rule(
            "who had a share in it",
            _found_by(holder_of_share),
            "Marches followed Russia's role in the bombardment of Aleppo.",
        ),
        Rule(
            "who is accused of it",
            _found_by(accused),
            "The minister accused rebels of the killing of nine monks.",
        ),
        Rule("the court", _found_by(court), "The mayor was charged in a Lyon court on Monday."),
        Rule(
            "an office of law by whose account it is",
            _found_by(according_to_whom),
            "Two men were detained in Oslo, according to police.",
        ),
        Rule(
            "who ordered or announced it",
            _found_by(who_ordered),
            "The smuggler is prohibited from leaving the town, the judge ordered.",
        ),
        Rule(
            "the authorities where it was",
            _found_by(authority_before_where),
            "He was brought to the authorities, where he was charged with murder.",
        ),
        Rule(
            "whose custody it is",
            _found_by(keeper),
            "Several people were arrested and remained in police custody.",
        ),
        Rule(
            "whom people are asked to call",
            _found_by(whom_to_call),
            "Anyone with information is asked to contact Leeds police.",
        ),
        Rule(
            "whose paper says it",
            _found_by(who_sent),
            "Students have set up nine petitions calling for Ohlin to resign.",
        ),
        Rule(
            "who lets them go",
            _found_by(who_held),
            "Two nurses were freed from Boko Haram on Monday.",
        ),
        Rule("who conducts it", _found_by(who_conducts), "Leeds police took charge of the investigation."),
    ),
)
RECIPIENT: Ladder[_Report, Implied] = Ladder(
    "implied recipient",
    "Whom it was done to, where only the surroundings say so",
    (
        Rule(
            "at whom protesters are angry",
            _found_by(target_of_anger),
            "Turks angry over Russia's support for Assad protested on Monday.",
        ),
        Rule("who suffered it", _found_by(who_suffered), "Germany suffered a spate of attacks last summer."),
        Rule("who came under it", _found_by(who_came_under), "Soldiers were subjected to an attack on Monday."),
        Rule(
            "whose saying is turned down",
            _found_by(whose_saying),
            "The rebels said they had disarmed, but Mali rejected the claim.",
        ),
    ),
)


def with_implied(view: View, match: Match) -> Match:
    """The match with sides that only its surroundings name; one that has an actor keeps it.

    A meeting with one side in it takes the subject of the clause it stands in.
    """
    if match.frame.type == "CONSULT":
        return with_subject_of_clause(view, match)
    at = match.trigger.idx
    suffering = RECIPIENT.decide(_Report(view, match), at)
    if suffering is not None:
        match = replace(match, recipients=suffering.verdict.sides)
    acting = ACTOR.decide(_Report(view, match), at) if not match.actors else None
    if acting is None:
        return match
    found = acting.verdict
    if found.against:
        against = {item.i for item in found.sides}
        recipients = tuple(item for item in match.recipients if item.i not in against)
        return replace(match, actors=found.sides, recipients=recipients)
    taken = {item.i for item in (*match.recipients, *match.themes)}
    actors = [item for item in found.sides if item.i not in taken]
    return replace(match, actors=ordered(actors)) if actors else match


def with_subject_of_clause(view: View, match: Match) -> Match:
    """Who takes part in talks because he acts in their course, before or after them: "Xi left after talks with Lee"."""
    sides = (*match.actors, *match.recipients)
    if not match.frame.nominal or len(sides) != 1:
        return match
    verb = _clause_around(match.trigger)
    if verb is None:
        return match
    side = sides[0]
    with_whom = any(word in ("with", "between") and item.i == side.i for word, item in prepositions(match.trigger))
    subjects = [item for item in surface_subjects(verb) if view.is_actor(item) and item.i != side.i]
    return replace(match, actors=ordered([*subjects, *match.actors])) if with_whom and subjects else match


def _clause_around(talks: Word) -> Word | None:
    """The verb of the clause that says what was done in the course of talks, before or after them."""
    if talks.dep_ != "pobj":
        return None
    preposition = talks.head
    verb = preposition.head
    if preposition.lower_ == "of" and preposition.head.dep_ == "pobj":
        # "after a round of talks"
        preposition = preposition.head.head
        verb = preposition.head
    at_talks = preposition.lower_ in MEETING_PREPOSITIONS and verb.pos_ == "VERB" and preposition.i > verb.i
    return verb if at_talks else None
