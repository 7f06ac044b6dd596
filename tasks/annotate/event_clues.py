"""What a clause has of what frames demand: an index that leaves most frames of a verb untried.

A frame is laid over a clause only where each of its demands (`Frame.demands`) meets a clue. The clues are gathered once
a clause and are generous: they may let a frame through that does not fit, never keep back one that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from tasks.annotate.event_lexicon import Frame
from tasks.annotate.event_syntax import Clause, complements, is_negated, is_particle, prepositions
from tasks.annotate.event_view import View
from tasks.annotate.parse import Token

Clues = Mapping[str, Set[str]]
PREDICATES = frozenset({"dobj", "attr", "acomp", "oprd"})
FUTURE = frozenset({"will", "would", "wo", "'ll"})


def worth_trying(frames: Iterable[Frame], clues: Clues) -> Iterator[Frame]:
    """The frames whose every demand meets a clue, in their order."""
    for frame in frames:
        for place, words in frame.demands:
            if words.isdisjoint(clues[place]):
                break
        else:
            yield frame


def clues_of(view: View, clause: Clause, pool: Iterable[Token]) -> Clues:
    """Gather the clues of a clause.

    Parameters
    ----------
    pool
        The words that may stand as its object, those under particles left out.

    Returns
    -------
    Mapping
        By place: particles of the verb; prepositions on it and its nouns and on the nouns under those; what objects, subjects and subjects able to act
        may be called; signs, named as the kinds of parts and polarities that need them.
    """
    verb = clause.verb
    objects = _names(view, pool)
    acting = [item for item in clause.subjects if view.is_actor(item)]
    subjects = _names(view, clause.subjects)
    return {
        "particle": {child.lower_ for child in verb.children if is_particle(verb, child)},
        "preposition": _prepositions_around(clause, pool),
        "object": objects,
        "subject": subjects,
        "actor": subjects if len(acting) == len(clause.subjects) else _names(view, acting),
        "sign": _signs(view, clause, bool(objects), bool(acting)),
    }


def _names(view: View, tokens: Iterable[Token]) -> Set[str]:
    found: set[str] = set()
    for token in tokens:
        found |= view.keys(token)
    return found


def _prepositions_around(clause: Clause, pool: Iterable[Token]) -> set[str]:
    # An indirect object stands for "to".
    found = {"to"} if clause.receivers else set()
    seen: set[int] = set()
    queue = [clause.verb, *pool, *clause.subjects]
    while queue:
        head = queue.pop()
        if head.i not in seen:
            seen.add(head.i)
            for word, noun in prepositions(head):
                found.add(word)
                queue.append(noun)
    return found


def _signs(view: View, clause: Clause, has_object: bool, has_actor: bool) -> set[str]:
    verb, found = clause.verb, set()
    labels = {child.dep_ for child in verb.children}
    if has_object:
        found.add("object")
    if clause.subjects:
        found.add("recipient")
    if has_actor or not clause.subjects or any(view.keys(i) & view.lexicon.classes["deed"] for i in clause.subjects):
        # Somebody may act unnamed; a deed or paper stands for its owner.
        found.add("actor")
    if not clause.passive and labels.isdisjoint(PREDICATES):
        found.add("none")
    if "ccomp" in labels:
        found.add("clause")
    if verb.sent.infinitives > (verb.tag_ == "VB"):
        found.add("infinitive")
    if complements(verb, gerunds=True):
        found.add("gerund")
    if is_negated(verb):
        found.update(("not", "wont"))
    return found
