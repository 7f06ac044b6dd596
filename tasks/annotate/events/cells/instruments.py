"""With what: the weapons and means of a violent event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.annotate.events.sides.phrases import phrase_bounds
from tasks.annotate.events.view import MODIFIERS, View
from tasks.annotate.layers import EventArgument
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions
from tasks.annotate.syntax.parse import Word
from tasks.reference.files import words

ARMED = frozenset({"ASSAULT", "THREATEN", "MOBILIZE"})
BY_MEANS_OF = words("cells")["by_means_of"]


def instruments(view: View, event_type: str, carriers: Sequence[Word]) -> list[EventArgument]:
    """The weapons or means of a violent event: "with a knife", "using a drone", "a knife attack", "a bomb killed …".

    Parameters
    ----------
    event_type
        Only violence, threats of it and moves of arms have instruments.
    carriers
        The trigger, the nouns that are part of the event, and the triggers joined to it.
    """
    if event_type not in ARMED:
        return []
    wanted = view.lexicon.classes["instrument"]
    found: dict[int, EventArgument] = {}
    for carrier in carriers:
        for noun in means(carrier):
            if view.keys(noun) & wanted and not view.is_time(noun):
                start, end = phrase_bounds(view, noun) if noun.dep_ not in MODIFIERS else bare_bounds(noun)
                found.setdefault(start, EventArgument("instrument", start, end))
    return [found[start] for start in sorted(found)]


def means(carrier: Word) -> Iterator[Word]:
    """The nouns that may name what a deed was done with."""
    for word, noun in prepositions(carrier):
        if word in BY_MEANS_OF:
            yield noun
    for child in carrier.children:
        if child.lemma_ == "use" and child.tag_ == "VBG":
            for noun in children(child, "dobj"):
                yield from conjuncts(noun)
        elif is_means(carrier, child):
            yield child


def is_means(carrier: Word, child: Word) -> bool:
    """Whether a word stands where a deed's means do: "a knife attack", "a bomb killed five", "killed by a bomb"."""
    if carrier.pos_ == "NOUN":
        return child.dep_ in MODIFIERS
    if carrier.pos_ != "VERB":
        return False
    return child.dep_ == "agent" or (child.dep_ == "nsubj" and child.pos_ == "NOUN")


def bare_bounds(noun: Word) -> tuple[int, int]:
    """Offsets of a modifier with its own modifiers: the "car bomb" of "car bomb attack"."""
    return noun.left_edge.idx, noun.idx + len(noun)
