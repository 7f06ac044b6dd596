"""Sides that a trigger's own grammar does not give but its surroundings do.

"killed in a shootout with police" names who shot; "told Merkel in a phone call" who called; "Russia's role in the
bombardment" who bombed; "was arraigned in Bantam Superior Court" and "is banned from the area, the judge ordered" who
did it in court.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.event_match import Match, ordered
from tasks.annotate.event_syntax import children, prepositions, surface_subjects
from tasks.annotate.event_view import View
from tasks.annotate.event_words import word_list
from tasks.annotate.parse import Token

CASUALTY = word_list("casualty")
SHARE = word_list("share_in_deed")
ORDERING = word_list("ordering")
FIGHTING_PREPOSITIONS = frozenset({"in", "during", "after"})
MEETING_PREPOSITIONS = frozenset({"in", "during", "at", "after", "before", "following", "ahead"})
LEGAL = frozenset({"ACCUSE", "COERCE", "SANCTION"})
OFFICES_OF_LAW = frozenset({"JUD", "COP"})


def with_implied(view: View, match: Match) -> Match:
    """The match with sides that only its surroundings name; one that has an actor is left as it is.

    A meeting with one side in it takes the subject of the clause it stands in.
    """
    if match.frame.type == "CONSULT":
        return with_subject_of_clause(view, match)
    if match.actors:
        return match
    fought = opponents(view, match)
    if fought:
        against = {item.i for item in fought}
        return replace(match, actors=fought, recipients=tuple(r for r in match.recipients if r.i not in against))
    found = holder_of_share(view, match) or court(view, match) or who_ordered(view, match)
    taken = {item.i for item in (*match.recipients, *match.themes)}
    actors = [item for item in found if item.i not in taken]
    return replace(match, actors=ordered(actors)) if actors else match


def opponents(view: View, match: Match) -> tuple[Token, ...]:
    """Whom those who died or were hurt fought: "killed in clashes with rebels"."""
    if match.frame.type != "ASSAULT" or match.trigger.lemma_ not in CASUALTY:
        return ()
    deeds = view.lexicon.classes["violent_deed"] | view.lexicon.classes["attack"]
    for word, noun in prepositions(match.trigger):
        if word in FIGHTING_PREPOSITIONS and view.keys(noun) & deeds:
            found = tuple(item for inner, item in prepositions(noun) if inner == "with" and view.is_actor(item))
            if found:
                return found
    return ()


def holder_of_share(view: View, match: Match) -> tuple[Token, ...]:
    """Whose part in a deed is told: "Russia's role in the bombardment", "its involvement in the attack"."""
    token = match.trigger
    if not match.frame.nominal or token.dep_ not in ("pobj", "conj"):
        return ()
    while token.dep_ == "conj":
        token = token.head
    share = token.head.head
    if token.head.lower_ != "in" or share.lemma_.lower() not in SHARE:
        return ()
    return tuple(item for item in children(share, "poss") if view.is_actor(item) or item.tag_ == "PRP$")


def court(view: View, match: Match) -> tuple[Token, ...]:
    """The court in which somebody is charged or sentenced."""
    if match.frame.type not in LEGAL or not match.passive:
        return ()
    return tuple(
        noun
        for word, noun in prepositions(match.trigger)
        if word in ("in", "before", "at") and is_office_of_law(view, noun) and "court" in noun.lower_
    )


def who_ordered(view: View, match: Match) -> tuple[Token, ...]:
    """The judge of "he is banned, the judge ordered", or the prosecutors who say that charges are filed."""
    if match.frame.type not in LEGAL or not match.passive or match.trigger.dep_ not in ("ccomp", "parataxis"):
        return ()
    verb = match.trigger.head
    if verb.pos_ != "VERB":
        return ()
    said = verb.lemma_.lower() in view.lexicon.words["say"] and match.frame.type == "ACCUSE"
    if verb.lemma_.lower() not in ORDERING and not said:
        return ()
    return tuple(item for item in surface_subjects(verb) if is_office_of_law(view, item))


def is_office_of_law(view: View, token: Token) -> bool:
    """Whether a word names a court, a prosecutor or the police."""
    return bool(view.keys(token) & OFFICES_OF_LAW) or bool(view.keys(token) & view.lexicon.classes["JUD"])


def with_subject_of_clause(view: View, match: Match) -> Match:
    """Who takes part in talks because he acts in their course, before or after them: "Xi left after talks with Lee"."""
    token = match.trigger
    sides = (*match.actors, *match.recipients)
    if not match.frame.nominal or len(sides) != 1 or token.dep_ != "pobj":
        return match
    preposition = token.head
    verb = preposition.head
    if preposition.lower_ == "of" and preposition.head.dep_ == "pobj":
        preposition = preposition.head.head
        verb = preposition.head
    if preposition.lower_ not in MEETING_PREPOSITIONS or verb.pos_ != "VERB" or preposition.i < verb.i:
        return match
    with_whom = any(word in ("with", "between") and item.i == sides[0].i for word, item in prepositions(token))
    subjects = [item for item in surface_subjects(verb) if view.is_actor(item) and item.i != sides[0].i]
    if not with_whom or not subjects:
        return match
    return replace(match, actors=ordered([*subjects, *match.actors]))
