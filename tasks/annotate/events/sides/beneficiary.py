"""Whom a deed concerns where its frame names nobody: "refused to lift the ban on Cypriot ships" concerns Cyprus."""

from __future__ import annotations

from tasks.annotate.events.sides.phrases import is_own
from tasks.annotate.events.view import MODIFIERS, View, is_wanted, is_where
from tasks.annotate.syntax.clauses import conjuncts, prepositions
from tasks.annotate.syntax.parse import Word

# How far below a complement or theme somebody is looked for.
DEPTH = 3


def beneficiary(view: View, heads: tuple[Word, ...], taken: set[int]) -> tuple[Word, ...]:
    """Whom a complement or theme concerns: whoever stands nearest to it, with whom he is joined to.

    Parameters
    ----------
    heads
        The complements and themes of an event.
    taken
        Indices of words that are sides already, or cannot be.
    """
    level = list(heads)
    for _ in range(DEPTH):
        following: list[Word] = []
        for head in level:
            spots = _spots(view, head)
            concerned = next((spot for spot in spots if _is_concerned(view, spot, taken)), None)
            if concerned is not None:
                return tuple(item for item in conjuncts(concerned) if item.i not in taken)
            following.extend(spot for spot in spots if spot.dep_ not in MODIFIERS and spot.i not in taken)
            following.extend(child for child in head.children if child.dep_ in ("xcomp", "ccomp"))
        level = following
    return ()


def _spots(view: View, head: Word) -> list[Word]:
    """The words under a verb or noun that may say whom it concerns."""
    nominal = head.pos_ in ("NOUN", "PROPN")
    spots = [child for child in head.children if not is_wanted(child) and _is_spot(child, nominal)]
    for word, noun in prepositions(head):
        if word not in ("by", "since", "after", "during") and not is_where(view, noun):
            spots.append(noun)
    return spots


def _is_spot(child: Word, nominal: bool) -> bool:
    if child.dep_ in MODIFIERS:
        return nominal
    return child.dep_ in ("dobj", "dative", "nsubj", "poss", "attr") and child.pos_ != "ADP"


def _is_concerned(view: View, spot: Word, taken: set[int]) -> bool:
    """Whether a word means somebody else who can be concerned; before a noun only nations and bodies are."""
    if spot.i in taken or spot.lower_ == "it" or is_own(spot) or not view.is_actor(spot):
        return False
    if spot.dep_ not in MODIFIERS:
        return True
    mention = view.mentions.get(spot.i)
    return mention is not None and mention.label in ("GPE", "NORP", "ORG")
