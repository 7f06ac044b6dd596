"""Whom it was done to, where a trigger's own grammar does not say so but its surroundings do.

"Turks angry over Russia's support for Assad protested" names against whom; "suffered a spate of attacks" and "came
under attack" who was attacked; "The rebels said they had disarmed, but Mali dismissed the claim" whose claim it was.
The rules of the ladders in `implied` are made of these functions.
"""

from __future__ import annotations

from tasks.annotate.events.frames.match import Match, ordered
from tasks.annotate.events.sides.implied_actors import actors_of
from tasks.annotate.events.view import View, noun_actors
from tasks.annotate.syntax.clauses import deep_objects, is_passive, prepositions, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

ANGRY = word_list("angry")
CONTAINERS = word_list("containers")
SUFFERING = word_list("suffering")
SAYINGS = word_list("sayings")


def target_of_anger(view: View, match: Match) -> tuple[Word, ...]:
    """At whom protesters are angry, by what stands behind them or their protest."""
    if match.frame.type != "PROTEST" or match.recipients:
        return ()
    for side in match.actors:
        for child in side.rights:
            if child.lower_ not in ANGRY:
                continue
            for word, noun in prepositions(child):
                if word in ("at", "over", "about", "with", "against"):
                    found = noun_actors(view, noun) or ((noun,) if view.is_actor(noun) else ())
                    found = _without(match, found)
                    if found:
                        return found
    return ()


def _suffering_noun(match: Match) -> Word | None:
    """The noun of a deed of which somebody may be said to suffer it: the "spate" of "suffered a spate of attacks"."""
    if match.recipients or not match.frame.nominal:
        return None
    if match.frame.type not in ("ASSAULT", "COERCE", "SANCTION", "ACCUSE"):
        return None
    noun = match.trigger
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_.lower() in CONTAINERS:
        noun = noun.head.head
    return noun


def who_suffered(view: View, match: Match) -> tuple[Word, ...]:
    """Who suffers the deed of a noun, where only the verb over it says so: "Mali suffered a spate of attacks"."""
    noun = _suffering_noun(match)
    if noun is None or noun.dep_ != "dobj" or noun.head.lemma_.lower() not in SUFFERING:
        return ()
    return _without(match, actors_of(view, noun.head))


def who_came_under(view: View, match: Match) -> tuple[Word, ...]:
    """Who suffers the deed of a noun by verb and preposition: "came under attack", "was subjected to a raid"."""
    noun = _suffering_noun(match)
    if noun is None or noun.dep_ != "pobj" or noun.head.lower_ not in ("under", "by", "from", "to", "of"):
        return ()
    verb = noun.head.head
    if f"{verb.lemma_.lower()}_{noun.head.lower_}" not in SUFFERING or verb.pos_ not in ("VERB", "AUX"):
        return ()
    found = deep_objects(verb) if is_passive(verb) else surface_subjects(verb)
    return _without(match, tuple(item for item in found if view.is_actor(item)))


def _without(match: Match, found: tuple[Word, ...]) -> tuple[Word, ...]:
    """Those found who are no actors already."""
    taken = {item.i for item in match.actors}
    return tuple(item for item in found if item.i not in taken)


def whose_saying(view: View, match: Match) -> tuple[Word, ...]:
    """Whose saying it turns down: "The rebels said they had disarmed, but Mali dismissed the claim"."""
    if match.frame.type not in ("ACCUSE", "REJECT", "SUPPORT") or match.frame.nominal or match.passive:
        return ()
    if any(view.is_actor(item) for item in match.recipients):
        return ()
    saying = next((item for item in deep_objects(match.trigger) if _is_bare_saying(item)), None)
    said = _verb_of_saying_before(view, saying, match.trigger) if saying is not None else None
    if said is None:
        return ()
    return ordered([item for item in surface_subjects(said) if view.is_actor(item) and item not in match.actors])


def _is_bare_saying(noun: Word) -> bool:
    """Whether a noun is a saying that was told before: "the claim of the rebels", "the claim that …" need no more."""
    if noun.lemma_.lower() not in SAYINGS or noun.tag_ != "NN":
        return False
    if [child.lower_ for child in noun.lefts] not in (["the"], ["this"], ["that"]):
        return False
    return not any(child.lower_ in ("of", "by", "from") or child.dep_ in ("acl", "relcl") for child in noun.rights)


def _verb_of_saying_before(view: View, saying: Word, trigger: Word) -> Word | None:
    """The last verb of saying before a saying and its verb, in their sentence or the one before."""
    here = sentence_of(trigger)
    start = sentence_of(view.parse[here.start - 1]).start if here.start else here.start
    said = [
        item
        for item in view.parse.span(start, trigger.i)
        if item.pos_ == "VERB" and item.lemma_.lower() in view.lexicon.words["say"] and item.i < saying.i
    ]
    return said[-1] if said else None
