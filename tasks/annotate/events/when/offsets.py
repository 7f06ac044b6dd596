"""Days at a distance from another event: "two days after the attack, the king met the mayor on Monday"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.annotate.events.cells.numbers import word_value
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import MAX_CLIMB, children
from tasks.annotate.syntax.parse import Stretch, Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

AFTER = words("when")["after"]
BEFORE_OR_AFTER = AFTER | {"before"}
# Behind these words another time begins: the day of what comes before or after is not that of what is inside.
APART = words("when")["apart"]
UNITS = words("when")["units"]
ONE = words("when")["one"]
VAGUE = word_list("vague") | {"couple"}
VERBAL = ("VERB", "AUX")


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance between two events: `inner`, behind the preposition, lies `sign` × `count` × `unit` from `outer`.

    `count` is None where it is not stated ("months after"); `start` and `end` are the offsets of its words.
    """

    inner: Word
    outer: Word
    sign: int
    count: int | None
    unit: str
    start: int
    end: int


def has_offset(sentence: Stretch) -> bool:
    """Whether a sentence has a word that a distance is put with: in most there is none to look for."""
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
    """The distance that a clause or noun lies at, by the word before it and the unit before that."""
    if inner.pos_ in VERBAL and inner.dep_ in ("advcl", "relcl", "acl", "ccomp"):
        return offset_of_clause(inner)
    if inner.dep_ == "pobj" and inner.head.lower_ in BEFORE_OR_AFTER:
        word = inner.head
        return measured(inner, word, [*children(word, "npadvmod"), word.head])
    if is_of_eve(inner):
        eve = inner.head.head
        return Offset(inner, outer_of(eve), 1, 1, "day", eve.left_edge.idx, eve.idx + len(eve))
    return None


def offset_of_clause(verb: Word) -> Offset | None:
    """The distance of a clause by its mark: "two days after rebels attacked the town"."""
    marks = [child for child in verb.children if child.dep_ in ("mark", "advmod", "prep")]
    word = next((mark for mark in marks if mark.lower_ in BEFORE_OR_AFTER and mark.i < verb.i), None)
    if word is None:
        return None
    return measured(verb, word, [*children(verb, "npadvmod"), *children(word, "npadvmod"), verb.head])


def is_of_eve(noun: Word) -> bool:
    """Whether a noun is what a day is the eve of: "on the eve of the summit"."""
    return noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_.lower() == "eve"


def measured(inner: Word, word: Word, units: list[Word]) -> Offset | None:
    """The offset whose unit stands right before its preposition, None where there is none."""
    unit = next((item for item in units if item.lemma_.lower() in UNITS and item.i == word.i - 1), None)
    if unit is None:
        return None
    sign = -1 if word.lower_ in AFTER else 1
    outer = outer_of(unit if unit.head not in (inner, word) else (inner if inner.pos_ in VERBAL else word))
    return Offset(
        inner, outer, sign, units_counted(unit), unit.lemma_.lower(), unit.left_edge.idx, word.idx + len(word)
    )


def units_counted(unit: Word) -> int | None:
    """How many units a distance has: "two days", "a week"; None where that is not stated: "a few days", "months"."""
    if any(child.lower_ in VAGUE for child in unit.lefts):
        return None
    numbers = [value for child in unit.lefts if (value := word_value(child)) is not None]
    if numbers:
        return int(numbers[0]) if len(numbers) == 1 else None
    return 1 if unit.tag_ == "NN" and any(child.lower_ in ONE for child in unit.lefts) else None


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


def is_reduced_past(token: Word) -> bool:
    """Whether a past participle stands for a clause of what came before: "nurses kidnapped by rebels"."""
    reduced = token.dep_ in ("acl", "advcl") and token.tag_ == "VBN"
    return reduced and not children(token, "aux", "auxpass", "mark", "nsubj")


OTHER_TIME: Ladder[Word, bool] = Ladder(
    "another time",
    "Whether a word opens or heads a phrase at another time than what it hangs on",
    (
        when(
            "before or after something",
            lambda token: token.dep_ == "prep" and token.lower_ in APART,
            True,
            "On Monday police arrested a man after the attack on the mosque.",
        ),
        when(
            "the eve of it", is_of_eve, True, "On Monday nurses marched on the eve of the visit to Oman by King Felipe."
        ),
        when(
            "a past participle",
            is_reduced_past,
            True,
            "Five nurses kidnapped by rebels were freed on Monday.",
        ),
        when(
            "a clause before or after something",
            lambda token: (
                token.dep_ == "advcl"
                and any(child.dep_ == "mark" and child.lower_ in APART for child in token.children)
            ),
            True,
            "On Monday nurses came home after rebels attacked the town.",
        ),
    ),
)


def begins_other_time(token: Word) -> bool:
    """Whether a word opens or heads a phrase at another time than what it hangs on."""
    return OTHER_TIME.decide(token, at=token.idx) is not None
