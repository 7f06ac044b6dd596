"""Which date is an event's: the one on its words, at a distance from another event's, or its sentence's only one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.annotate.dates.values import resolve_interval
from tasks.annotate.events.when.dates import NEVER, When, when_of
from tasks.annotate.events.when.offsets import (
    AFTER,
    Offset,
    begins_other_time,
    has_offset,
    is_apart,
    offset_above,
    offset_below,
    shifted,
)
from tasks.annotate.layers import Mention
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import MAX_CLIMB, described_by_participle, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

VERBAL = ("VERB", "AUX")
# What hangs on a word by these is another clause, or joined to it.
CLAUSES = ("relcl", "acl", "ccomp", "advcl", "conj")
PHRASES = ("prep", "pobj", "npadvmod", "advmod", "nmod", "tmod", "dobj", "appos", "punct")
NAMING = ("compound", "nmod", "amod", "poss")
# What a search for a date says of a word below an event's: look below it, leave it, take its date.
INSIDE, LEAVE, TAKE = "look inside", "leave", "take"

# What is said or denied on a day was done at any time before; what is announced or declared is done by that.
SAYING_OR_DENYING = word_list("say") | word_list("deny")
SAID_OR_DENIED = SAYING_OR_DENYING - {"announce", "declare"}
# Words between a deed and the day it lasts to: "closed until Friday" began at any time before.
LASTING = ("until", "till")
AT_ONCE = ("as", "when", "while")
# What somebody says something in: its day is that of the saying ("in a statement released on Monday").
UTTERANCES = word_list("utterances")
# "For the first time since March", "the worst violence since 2019": that was the last time, not this one.
OCCASIONS = words("when")["occasions"]
COUNTS = words("when")["counts"]


@dataclass(frozen=True, slots=True)
class Below:
    """A word in the search for the date of an event below its `anchor`: what it hangs on and the date it is part of."""

    word: Word
    above: Word
    anchor: Word
    mention: Mention | None
    stops: set[int] | frozenset[int]


@dataclass(frozen=True, slots=True)
class Step:
    """A step up in the search for an event's date: the word reached, and whether it is the event's own.

    `stops` are the triggers of other events, `outer` those of acts about events; with `earlier` also the day counts by
    which it was over.
    """

    word: Word
    own: bool
    stops: set[int] | frozenset[int]
    outer: frozenset[int]
    earlier: bool


@dataclass(frozen=True, slots=True)
class OnlyDate:
    """An event's trigger and the verb which the only date of its sentence hangs on."""

    trigger: Word
    verb: Word


def is_at_once(clause: Word) -> bool:
    """Whether an adverbial clause has no time of its own: "fired tear gas as students marched", no mark at all."""
    marks = [child.lower_ for child in clause.children if child.dep_ in ("mark", "advmod") and child.i < clause.i]
    return not any(child.dep_ == "mark" for child in clause.children) or any(mark in AT_ONCE for mark in marks)


def is_of_toll(verb: Word) -> bool:
    """Whether a verb says how a count grew: "the death toll rose to 17 on Tuesday"."""
    return verb.pos_ == "VERB" and any(
        child.dep_ == "nsubj" and child.lemma_.lower() in COUNTS for child in verb.children
    )


def is_before(phrase: Word) -> bool:
    """Whether what opens another time is over by then: a past participle, "after", "since"."""
    marks = [phrase.lower_, *(child.lower_ for child in phrase.children if child.dep_ == "mark")]
    return phrase.tag_ == "VBN" or any(mark in AFTER for mark in marks)


def is_outer(head: Word, outer: frozenset[int]) -> bool:
    """Whether a word is about an event below it: an act about it, a verb of saying or denying, a toll's rise."""
    return is_of_toll(head) or head.i in outer or (head.pos_ in VERBAL and head.lemma_.lower() in SAID_OR_DENIED)


def is_since_occasion(preposition: Word, above: Word) -> bool:
    """Whether a "since" counts from the last time: "for the first time since March"."""
    return preposition.lower_ == "since" and above.lemma_.lower() in OCCASIONS


def is_of_utterance(case: Below) -> bool:
    """Whether a participle says when something was said: "in a statement released on Monday"."""
    released = case.word.dep_ == "acl" and case.word.tag_ == "VBN"
    return released and case.above.dep_ == "pobj" and case.above.lemma_ in UTTERANCES


def names_other_noun(case: Below) -> bool:
    """Whether the date only says which one another noun is: "blew up a Christmas market"."""
    return case.mention is not None and case.above != case.anchor and case.word.dep_ in NAMING


DATE_BELOW: Ladder[Below, str] = Ladder(
    "date below",
    "Whether a date below an event's word is its own",
    (
        when(
            "a participle before its noun",
            # "fired on protesting nurses on Monday" is parsed with Monday under the participle.
            lambda case: case.word.tag_ == "VBG" and described_by_participle(case.word) is not None,
            INSIDE,
            "Police fired on protesting nurses on Monday.",
        ),
        when(
            "when it was said",
            is_of_utterance,
            INSIDE,
            "In a statement released on Tuesday, the minister accused Iran of lying.",
        ),
        when(
            "another clause",
            lambda case: case.word.pos_ in VERBAL or case.word.dep_ in CLAUSES,
            LEAVE,
            "Police arrested a man who robbed a bank on Monday.",
        ),
        when(
            "another event's noun",
            lambda case: case.word.i in case.stops and case.word != case.anchor,
            LEAVE,
            "Police arrested a man over the attack on Monday on a mosque.",
        ),
        when(
            "how long it lasts",
            lambda case: case.word.lower_ in LASTING,
            LEAVE,
            "Maduro closed the border until Saturday.",
        ),
        when(
            "since the last time",
            lambda case: is_since_occasion(case.word, case.above),
            LEAVE,
            "The army released hostages for the first time since March.",
        ),
        when("the name of another noun", names_other_noun, LEAVE, "A man bombed a Christmas market in Berlin."),
        when("its date", lambda case: case.mention is not None, TAKE, "Rebels attacked the town on Monday."),
    ),
)


def hanging(token: Word, dates: dict[int, Mention], stops: set[int] | frozenset[int]) -> Mention | None:
    """The nearest date among a word's own phrases, not inside a clause below it or another event's noun."""
    queue = deque([token])
    best: Mention | None = None
    while queue:
        item = queue.popleft()
        for child in item.children:
            mention = dates.get(child.i)
            if mention is None and not child.children:
                continue
            decision = DATE_BELOW.decide(Below(child, item, token, mention, stops), at=child.idx)
            if decision is None:
                queue.extend([child] if child.dep_ in PHRASES else ())
            elif decision.verdict == INSIDE:
                queue.append(child)
            elif decision.verdict == TAKE and mention is not None:
                best = mention if best is None else min(best, mention, key=lambda date: distance(date, token))
    return best


def distance(mention: Mention, token: Word) -> int:
    """How many words lie between a word and a date."""
    return abs(mention.token_start - token.i)


def is_edge_of_clause(step: Step) -> bool:
    """Whether the word is the verb of a main, relative or reported clause."""
    return step.word.dep_ in ("relcl", "ROOT", "ccomp", "parataxis") and step.word.pos_ in VERBAL


def is_at_other_time(step: Step) -> bool:
    """Whether the word opens another time; with `earlier` not where that says that it was over by then."""
    return begins_other_time(step.word) and not (step.earlier and is_before(step.word))


def is_below_other(step: Step) -> bool:
    """Whether what stands above is another event, of which the word is no part."""
    return not step.own and step.word.head.i in step.stops and step.word.dep_ not in ("xcomp", "conj", "advcl", "acl")


NO_DATE_ABOVE: Ladder[Step, bool] = Ladder(
    "no date above",
    "Why a date further up in the sentence is not the event's",
    (
        when(
            "the edge of its clause",
            is_edge_of_clause,
            True,
            "On Tuesday the court tried a man who killed two nurses.",
        ),
        when("at another time", is_at_other_time, True, "On Monday troops freed five nurses kidnapped by rebels."),
        when(
            "a clause with a time of its own",
            lambda step: step.word.dep_ == "advcl" and not is_at_once(step.word),
            True,
            "On Monday nurses cheered because rebels attacked the town.",
        ),
        when(
            "an act about it, or a word on it",
            lambda step: step.word.dep_ != "conj" and is_outer(step.word.head, step.outer),
            True,
            "Kenya condemned on Tuesday the bombings in Mogadishu.",
        ),
        when(
            "part of another event",
            is_below_other,
            True,
            "On Tuesday police arrested a man over the killing of a nurse.",
        ),
    ),
)


def own_date(
    anchors: list[Word],
    dates: dict[int, Mention],
    stops: set[int] | frozenset[int],
    outer: frozenset[int] = frozenset(),
    *,
    earlier: bool = False,
) -> Mention | None:
    """The date that hangs on the trigger or on a clause above it; `stops` are other events' triggers.

    The search goes up from the trigger: the first clause with a date of its own gives it. It stops at a verb of
    another event, whose date is not this one's, and at the edge of a relative or reported clause. `outer` are the
    triggers of acts about other events ("condemned on Wednesday the bombings"): their date is never the inner one's.
    With `earlier` it also goes through what says that the event was before that day ("nurses kidnapped by rebels").
    """
    for anchor in anchors if dates else ():
        current = anchor
        for count in range(MAX_CLIMB):
            found = hanging(current, dates, stops)
            if found is not None:
                return found
            step = Step(current, not count, stops, outer, earlier)
            if NO_DATE_ABOVE.decide(step, at=current.idx) is not None or current.head == current:
                break
            current = current.head
    return None


def is_above(verb: Word, anchor: Word) -> bool:
    """Whether a verb is the anchor or stands above it: a date inside another clause dates that clause."""
    current = anchor
    for _ in range(MAX_CLIMB):
        if current == verb:
            return True
        if current.head == current:
            return False
        current = current.head
    return False


def clause_verb(token: Word) -> Word:
    """The verb that a word hangs on, the sentence's root where there is none."""
    current = token
    for _ in range(MAX_CLIMB):
        if current.pos_ in VERBAL or current.head == current:
            break
        current = current.head
    return current


def is_of_saying(case: OnlyDate) -> bool:
    """Whether the day is that of a saying or a count: "two were killed, the ministry said on Monday"."""
    about = case.verb.lemma_.lower() in SAYING_OR_DENYING or is_of_toll(case.verb)
    return case.verb != case.trigger and about


ONLY_DATE: Ladder[OnlyDate, bool] = Ladder(
    "only date",
    "Whether the only date of a sentence with one event is the event's",
    (
        when("the day of a saying", is_of_saying, False, "Two nurses were killed, the ministry said on Monday."),
        when(
            "in another clause",
            lambda case: not is_above(case.verb, case.trigger),
            False,
            "Rebels attacked a village that was founded on Monday.",
        ),
        when(
            "at another time",
            lambda case: is_apart(case.trigger, case.verb),
            False,
            "On Monday the town was calm after rebels attacked it.",
        ),
        when("the day of its sentence", lambda case: True, True, "It was on Monday that rebels attacked the town."),
    ),
)


def is_day_of_sentence(token: Word, mention: Mention) -> bool:
    """Whether a date's last word may date its sentence: no name of a noun, no end or last time."""
    if mention.token_end - 1 != token.i or token.dep_ in ("compound", "amod", "nmod"):
        return False
    return token.head.lower_ not in LASTING and not is_since_occasion(token.head, token.head.head)


def sentence_dates(anchor: Word, dates: dict[int, Mention]) -> Iterator[Mention]:
    """The dates of an event's sentence that may be its own."""
    for token in sentence_of(anchor):
        mention = dates.get(token.i)
        if mention is not None and is_day_of_sentence(token, mention):
            yield mention


def sentence_date(anchor: Word, dates: dict[int, Mention]) -> Mention | None:
    """The sentence's date where it has exactly one and no clause of its own."""
    found = {mention.start: mention for mention in sentence_dates(anchor, dates)}
    if len(found) != 1:
        return None
    mention = next(iter(found.values()))
    case = OnlyDate(anchor, clause_verb(anchor.parse[mention.token_end - 1]))
    decision = ONLY_DATE.decide(case, at=anchor.idx)
    return mention if decision is not None and decision.verdict else None


def date_by_offset(anchors: list[Word], dates: dict[int, Mention], text: str) -> When:
    """The date of an event at a distance from another one with a day: "two days after X, Y on Monday".

    Either may be the one that is sought. It is no more exact than the distance: a month after gives a month.
    """
    for anchor in anchors if dates else ():
        if not has_offset(sentence_of(anchor)):
            continue
        for link, base, sign in links(anchor):
            found = away_from(link, base, sign, dates, text)
            if found is not NEVER:
                return found
    return NEVER


def links(anchor: Word) -> Iterator[tuple[Offset, Word, int]]:
    """The distances of an event from another one: the offset, the other event's word, and which way it lies."""
    above = offset_above(anchor)
    if above is not None:
        yield above, above.outer, above.sign
    below = offset_below(anchor)
    if below is not None:
        yield below, below.inner, -below.sign


def away_from(link: Offset, base: Word, sign: int, dates: dict[int, Mention], text: str) -> When:
    """The date at an offset from the day that hangs on `base`, NEVER where either is not known."""
    mention = hanging(base, dates, frozenset())
    known = when_of(mention, text, dates)
    if mention is None or link.count is None or known.first is None or known.precision != "day" or known.last:
        return NEVER
    value = shifted(known.first, sign, link.count, link.unit)
    interval = resolve_interval(value)
    if interval is None:
        return NEVER
    first, last, precision = interval
    stated = replace(mention, start=link.start, end=link.end, value=value)
    return When(first, last if last != first else None, precision, "relative", value, stated)
