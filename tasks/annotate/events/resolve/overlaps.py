"""What the matches mean together: verbs join their nouns, and what another event holds is no second one.

`NO_DEED` and `PART_OF_ANOTHER` are the rules that drop a match; what reports one deed twice, `coreferent` merges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from tasks.annotate.events.cells.tolls import DYING
from tasks.annotate.events.frames.match import SWALLOWING, Match, contained, ordered
from tasks.annotate.events.resolve.coreferent import CASUALTY, merge_coreferent
from tasks.annotate.events.standing.nouns import is_cancelling
from tasks.annotate.events.standing.verbs import negated
from tasks.annotate.events.view import View, content
from tasks.annotate.rules import Ladder, Rule
from tasks.annotate.syntax.clauses import is_negated, prepositions, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

# What a protest is for, where nobody is named whom it asks.
SLOGANS = frozenset({"REQUEST", "ACCUSE", "REJECT", "SUPPORT"})
NO_ONE = word_list("no_one")


@dataclass(frozen=True, slots=True)
class Overlap:
    """A match beside the others of its Doc.

    `others` are the matches by trigger that no other one holds, `repeated` the nouns that a verb of the same type
    takes up ("launched an attack"), `held` the triggers inside other events.
    """

    view: View
    match: Match
    others: Mapping[int, Match]
    repeated: Set[int] = frozenset()
    held: Set[int] = frozenset()


def resolve(view: View, verbal: Sequence[Match], nominal: Sequence[Match]) -> list[Match]:
    """Join light verbs with their nouns, drop what another event contains, merge what reports one deed.

    Returns
    -------
    list of Match
        In the order of the text, one per event mention.
    """
    nouns = {match.trigger.i: match for match in without_containers(nominal)}
    verbs = [match for match in verbal if not is_without_deed(view, match, nouns)]
    repeated, held = nouns_of_verbs(verbs, nouns)
    everything = [*(with_casualties(with_sides_of_nouns(match, nouns)) for match in verbs), *nouns.values()]
    held.update(contents(everything, repeated))
    others = {match.trigger.i: match for match in everything if match.trigger.i not in held | repeated}
    kept = [match for match in everything if not is_part(Overlap(view, match, others, repeated, held))]
    kept.sort(key=lambda match: match.trigger.i)
    return merge_coreferent(kept)


def without_containers(nominal: Sequence[Match]) -> list[Match]:
    """One match for "dozens of U.S. indictments": sides from the deed's own words, its place from "dozens"."""
    by_noun = {match.trigger.i: match for match in nominal}
    inner = {i: content(match.trigger).i for i, match in by_noun.items()}
    inside = {held for i, held in inner.items() if held != i and held in by_noun}
    return [
        replace(by_noun[inner[i]], trigger=match.trigger) if inner[i] in inside else match
        for i, match in by_noun.items()
        if i not in inside
    ]


def is_without_deed(view: View, match: Match, nouns: Mapping[int, Match]) -> bool:
    """Whether a verb reports no deed of its own, so that its noun stands by itself."""
    return NO_DEED.decide(Overlap(view, match, nouns), at=match.trigger.idx) is not None


def is_part(overlap: Overlap) -> bool:
    """Whether a match is only part of another event."""
    return PART_OF_ANOTHER.decide(overlap, at=overlap.match.trigger.idx) is not None


def nouns_of_verbs(verbs: Sequence[Match], nouns: Mapping[int, Match]) -> tuple[set[int], set[int]]:
    """The nouns that verbs take up: those of the verb's own type, and those that are only part of what it says."""
    repeated: set[int] = set()
    held: set[int] = set()
    for match in verbs:
        for theme in match.themes:
            inner = nouns.get(theme.i)
            if inner is None:
                continue
            if inner.frame.type == match.frame.type:
                repeated.add(theme.i)
                repeated.update(noun.i for word, noun in prepositions(theme) if word == "of" and noun.i in nouns)
            elif match.frame.type in SWALLOWING or names_noun(match):
                held.add(theme.i)
    return repeated, held


def contents(matches: Sequence[Match], repeated: Set[int]) -> set[int]:
    """The triggers inside what is agreed, asked, refused or threatened, or not done."""
    found: set[int] = set()
    for match in matches:
        if (match.frame.type in SWALLOWING and match.trigger.i not in repeated) or match.frame.polarity:
            found.update(contained(match))
    return found


def names_noun(match: Match) -> bool:
    """Whether the frame names the noun itself, as "launch an investigation" does; "condemn X" does not."""
    return any(
        part.role is None and part.filter.include for part in match.frame.parts if part.kind in ("object", "prep")
    )


def with_sides_of_nouns(match: Match, nouns: Mapping[int, Match]) -> Match:
    """A verb's match with the sides that its noun of the same type names: "launched an attack on the village"."""
    actors, recipients = list(match.actors), list(match.recipients)
    for theme in match.themes:
        inner = nouns.get(theme.i)
        if inner is None or inner.frame.type != match.frame.type:
            continue
        known = {item.i for item in recipients}
        if not actors or inner.frame.type != "ASSAULT":
            actors.extend(item for item in inner.actors if item.i not in known)
        recipients.extend(inner.recipients if not recipients else ())
    return with_more(match, actors, recipients)


def with_casualties(match: Match) -> Match:
    """A verb of casualties with those of the verb it is joined to: "ten people died and dozens were wounded"."""
    head = match.trigger.head
    if match.trigger.dep_ != "conj" or match.trigger.lemma_ not in CASUALTY or head.lemma_.lower() not in DYING:
        return match
    dead = [item for item in surface_subjects(head) if item not in match.actors]
    return with_more(match, match.actors, [*match.recipients, *dead])


def with_more(match: Match, actors: Sequence[Word], recipients: Sequence[Word]) -> Match:
    """The match with more sides than it has; as it is where there are none."""
    if len(actors) == len(match.actors) and len(recipients) == len(match.recipients):
        return match
    return replace(match, actors=ordered(list(actors)), recipients=ordered(list(recipients)))


def spares_all(overlap: Overlap) -> bool:
    """A verb of casualties says that there were none, or nobody owns up to the deed."""
    match = overlap.match
    if match.frame.type != "ASSAULT":
        return False
    if match.trigger.lemma_ == "claim":
        # "No group has claimed responsibility"
        return negated(match.trigger)
    if match.frame.nominal or match.actors:
        return False
    return is_negated(match.trigger) or any(item.lower_ in NO_ONE for item in match.recipients)


def is_called_off(overlap: Overlap) -> bool:
    """Nobody refuses anybody, what the noun names is off: "the visit was cancelled"."""
    match = overlap.match
    if match.actors or not any(theme.i in overlap.others for theme in match.themes):
        return False
    return match.frame.type == "REJECT" or is_cancelling(match.trigger)


def main_event(overlap: Overlap) -> Match | None:
    """The event that an infinitive says the purpose of: "called a strike to …", "marched to …"."""
    token = overlap.match.trigger
    if token.tag_ != "VB" or token.dep_ not in ("advcl", "xcomp", "acl") or overlap.match.frame.type == "CONSULT":
        return None
    return overlap.others.get(token.head.i)


def is_slogan(overlap: Overlap) -> bool:
    """What a protest asks of nobody in particular: "marched to demand pay"."""
    main, match = main_event(overlap), overlap.match
    return main is not None and main.frame.type == "PROTEST" and match.frame.type in SLOGANS and not match.recipients


def is_purpose_of_same_type(overlap: Overlap) -> bool:
    """What an event of the same type is for: "called a strike to protest against the law"."""
    main = main_event(overlap)
    return main is not None and main.frame.type == overlap.match.frame.type


def is_effect_of_protest(overlap: Overlap) -> bool:
    """Nobody closes them by force: "a strike that has shut 1,200 schools"."""
    match = overlap.match
    if match.frame.nominal or match.trigger.pos_ != "VERB" or match.frame.type != "COERCE" or match.actors:
        return False
    return any(is_protest(item, overlap.others) for item in surface_subjects(match.trigger))


def is_vote_for_protest(overlap: Overlap) -> bool:
    """They support nobody but themselves: "voted to extend a strike"."""
    match = overlap.match
    if match.frame.nominal or match.trigger.pos_ != "VERB" or match.frame.type != "SUPPORT":
        return False
    return any(is_protest(item, overlap.others) for item in match.complements)


def is_protest(word: Word, others: Mapping[int, Match]) -> bool:
    """Whether a word reports a protest, or is part of a match that does: "extend a strike"."""
    found = others.get(word.i)
    if found is not None:
        return found.frame.type == "PROTEST"
    return any(match.frame.type == "PROTEST" and word in match.themes for match in others.values())


def drop(name: str, holds: Callable[[Overlap], bool], example: str) -> Rule[Overlap, str]:
    """Make a rule that drops a match; its verdict is the event type that comes to nothing."""
    return Rule(name, lambda overlap: overlap.match.frame.type if holds(overlap) else None, example)


NO_DEED: Ladder[Overlap, str] = Ladder(
    "no deed",
    "Which verbs report no deed of their own",
    (
        drop("nobody was hurt", spares_all, "Nobody was killed in the attack on the station."),
        drop("called off by nobody", is_called_off, "The visit of the French president was cancelled."),
    ),
)
PART_OF_ANOTHER: Ladder[Overlap, str] = Ladder(
    "part of another event",
    "Which matches only say what another event is about",
    (
        drop(
            "inside another event",
            lambda overlap: overlap.match.trigger.i in overlap.held,
            "The army agreed to withdraw from the town.",
        ),
        drop(
            "the noun of its verb",
            lambda overlap: overlap.match.trigger.i in overlap.repeated,
            "Rebels carried out an attack on the village.",
        ),
        drop("a protest's slogan", is_slogan, "Students marched to demand more pay."),
        drop("the purpose of the same", is_purpose_of_same_type, "Teachers walked out to protest against the law."),
        drop("a protest's effect", is_effect_of_protest, "Teachers began a strike that has shut 1,200 schools."),
        drop("a vote for a protest", is_vote_for_protest, "Nurses voted to extend a strike."),
    ),
)
