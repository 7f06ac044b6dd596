"""Days told as a distance from another event: "two days after the attack, the king met the mayor on Monday"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.annotate.events.cells.numbers import word_value
from tasks.annotate.syntax.clauses import MAX_CLIMB, children
from tasks.annotate.syntax.parse import Stretch, Word
from tasks.annotate.syntax.word_lists import word_list

LATER = frozenset({"after", "following", "since"})
EARLIER = frozenset({"before"})
BEFORE_OR_AFTER = LATER | EARLIER
# Behind these words another time begins: the day of what comes before or after is not that of what is inside.
APART = frozenset({"after", "before", "since", "following", "until", "till", "ahead"})
UNITS = frozenset({"day", "week", "month", "year", "decade"})
ONE = frozenset({"a", "an", "one", "the"})
VAGUE = word_list("vague") | {"couple"}
VERBAL = ("VERB", "AUX")


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance between two events: `inner`, behind the preposition, lies `sign` × `count` × `unit` from `outer`.

    `count` is None where it is not told ("months after"); `start` and `end` are the offsets of its words.
    """

    inner: Word
    outer: Word
    sign: int
    count: int | None
    unit: str
    start: int
    end: int


def tells_offset(sentence: Stretch) -> bool:
    """Whether a sentence has a word that a distance is told with: in most there is none to look for."""
    return not sentence.forms.isdisjoint(BEFORE_OR_AFTER) or "eve" in sentence.lemmas


def offset_above(anchor: Word) -> Offset | None:
    """The distance that puts an event apart from what stands above it: the event is the inner one."""
    current = anchor
    for _ in range(MAX_CLIMB):
        found = offset_of(current)
        if found is not None:
            return found
        if current.head == current or (current != anchor and current.pos_ in VERBAL and current.dep_ != "conj"):
            return None
        current = current.head
    return None


def offset_below(anchor: Word) -> Offset | None:
    """The distance that hangs on an event: the event is the outer one."""
    for child in anchor.children:
        for item in (child, *child.children, *(inner for part in child.children for inner in part.children)):
            found = offset_of(item)
            if found is not None and found.outer == anchor:
                return found
    return None


def offset_of(inner: Word) -> Offset | None:
    """The distance that a clause or noun is told at, by the word before it and the unit before that."""
    if inner.pos_ in VERBAL and inner.dep_ in ("advcl", "relcl", "acl", "ccomp"):
        marks = [child for child in inner.children if child.dep_ in ("mark", "advmod", "prep")]
        word = next((mark for mark in marks if mark.lower_ in BEFORE_OR_AFTER and mark.i < inner.i), None)
        if word is None:
            return None
        units = [*children(inner, "npadvmod"), *children(word, "npadvmod"), inner.head]
        return measured(inner, word, units)
    if inner.dep_ == "pobj" and inner.head.lower_ in BEFORE_OR_AFTER:
        word = inner.head
        return measured(inner, word, [*children(word, "npadvmod"), word.head])
    if inner.dep_ == "pobj" and inner.head.lower_ == "of" and inner.head.head.lemma_.lower() == "eve":
        eve = inner.head.head
        return Offset(inner, outer_of(eve), 1, 1, "day", eve.left_edge.idx, eve.idx + len(eve))
    return None


def measured(inner: Word, word: Word, units: list[Word]) -> Offset | None:
    """The offset whose unit stands right before its preposition, None where there is none."""
    unit = next((item for item in units if item.lemma_.lower() in UNITS and item.i == word.i - 1), None)
    if unit is None:
        return None
    sign = -1 if word.lower_ in LATER else 1
    outer = outer_of(unit if unit.head not in (inner, word) else (inner if inner.pos_ in VERBAL else word))
    numbers = [value for child in unit.lefts if (value := word_value(child)) is not None]
    count = int(numbers[0]) if len(numbers) == 1 else None
    if not numbers and unit.tag_ == "NN" and any(child.lower_ in ONE for child in unit.lefts):
        count = 1
    if any(child.lower_ in VAGUE for child in unit.lefts):
        count = None
    return Offset(inner, outer, sign, count, unit.lemma_.lower(), unit.left_edge.idx, word.idx + len(word))


def outer_of(token: Word) -> Word:
    """The verb that a phrase of time hangs on."""
    current = token.head
    for _ in range(MAX_CLIMB):
        if current.pos_ in VERBAL or current.head == current:
            break
        current = current.head
    return current


def shifted(day: dt.date, sign: int, count: int, unit: str) -> str:
    """The TIMEX value at a distance from a day, no more exact than the distance: a month before gives a month."""
    if unit == "day":
        return (day + dt.timedelta(days=sign * count)).isoformat()
    if unit == "week":
        year, week, _ = (day + dt.timedelta(weeks=sign * count)).isocalendar()
        return f"{year:04d}-W{week:02d}"
    if unit == "month":
        months = day.year * 12 + day.month - 1 + sign * count
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
    return f"{day.year + sign * count * (10 if unit == 'decade' else 1):04d}"


def is_apart(anchor: Word, verb: Word) -> bool:
    """Whether another time begins between an event and a verb above it: "since the coup", "after rebels attacked"."""
    current = anchor
    for _ in range(MAX_CLIMB):
        if current == verb or current.head == current:
            return False
        if begins_other_time(current):
            return True
        current = current.head
    return False


def begins_other_time(token: Word) -> bool:
    """Whether a word opens or heads a phrase at another time than what it hangs on."""
    if token.dep_ == "prep" and token.lower_ in APART:
        return True
    if token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lemma_.lower() == "eve":
        return True
    if (
        token.dep_ in ("acl", "advcl")
        and token.tag_ == "VBN"
        and not children(token, "aux", "auxpass", "mark", "nsubj")
    ):
        # "Five nurses kidnapped by rebels were freed on Monday."
        return True
    return token.dep_ == "advcl" and any(child.dep_ == "mark" and child.lower_ in APART for child in token.children)
