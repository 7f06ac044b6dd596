"""What the dependency parse says of a mention: its role, its clause, what it stands beside."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.annotate.syntax.labels import (
    CLAUSES,
    NOMINAL,
    NOMINAL_OR_NUMBER,
    OBJECTS_OR_RECEIVERS,
    SUBJECTS_OR_EXPLETIVES,
    TIMES,
    VERBAL,
)
from tasks.annotate.syntax.parse import Word


@dataclass(frozen=True, slots=True)
class Position:
    """Where a noun phrase stands: role (subject, object, oblique, possessive, other), its verb, verbs above that."""

    role: str
    verb: int
    depth: int


def top(token: Word) -> Word:
    """The head of the whole noun phrase, out of appositions and coordinations: "Anna" for "Ben" in "Anna and Ben"."""
    while token.dep_ in ("appos", "conj", "compound", "flat", "nmod") and token.head.i != token.i:
        if token.dep_ == "conj" and token.head.pos_ not in NOMINAL:
            break
        token = token.head
    return token


def position(token: Word) -> Position:
    """Give the syntactic position of the noun phrase that a token heads."""
    token = top(token)
    dep = token.dep_
    if dep in SUBJECTS_OR_EXPLETIVES:
        role = "subject"
    elif dep in OBJECTS_OR_RECEIVERS:
        role = "object"
    elif dep == "poss":
        role = "possessive"
    elif dep == "pobj":
        role = "oblique"
    else:
        role = "other"
    verb, depth = verb_of(token)
    return Position(role, verb, depth)


def verb_of(token: Word) -> tuple[int, int]:
    """The verb that governs a token, and how many verbs stand above that one."""
    head = token
    verb = -1
    depth = 0
    while True:
        if head.pos_ in VERBAL and head.i != token.i:
            if verb < 0:
                verb = head.i
            else:
                depth += 1
        if head.head.i == head.i:
            break
        head = head.head
    return (verb if verb >= 0 else head.i), depth


def is_inside(token: Word, head: Word) -> bool:
    """Whether a token belongs to the phrase of a head."""
    current = token
    while True:
        if current.i == head.i:
            return True
        if current.head.i == current.i:
            return False
        current = current.head


def joined_nouns(token: Word) -> list[Word]:
    """The tokens coordinated with a noun phrase's head, itself first. A list may have thousands: no recursion."""
    found: list[Word] = []
    waiting = [token]
    while waiting:
        current = waiting.pop()
        found.append(current)
        joined = [c for c in current.children if c.dep_ == "conj" and c.pos_ in NOMINAL_OR_NUMBER]
        waiting.extend(reversed(joined))
    return found


def pleonastic(token: Word, verbs: frozenset[str]) -> bool:
    """Whether an "it" stands for nothing: "it is clear that", "it seems", "it was Putin who"."""
    verb = token.head
    if token.dep_ == "expl" or token.dep_ not in SUBJECTS_OR_EXPLETIVES:
        return token.dep_ == "expl"
    if verb.lemma_ in verbs:
        return True
    if verb.lemma_ == "be":
        return any(_stands_for_it(child) for child in verb.children)
    # "it is expected that", "it was announced that"
    return token.dep_ == "nsubjpass" and any(child.dep_ in ("ccomp", "xcomp") for child in verb.children)


def _stands_for_it(child: Word) -> bool:
    """Whether a child of "be" says what its "it" announces: a clause, a predicate with one, or a time."""
    if child.dep_ in ("acomp", "attr", "prep") and any(inner.dep_ in CLAUSES for inner in child.children):
        return True
    if child.dep_ in CLAUSES and child.i > child.head.i:
        return True
    return child.dep_ in ("acomp", "attr", "npadvmod") and child.ent_type_ in TIMES
