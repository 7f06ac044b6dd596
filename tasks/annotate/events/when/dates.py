"""When it happened: the DATE mention that belongs to an event, and what it says of days."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from tasks.annotate.dates.values import resolve_interval
from tasks.annotate.events.when.offsets import (
    Offset,
    begins_other_time,
    is_apart,
    offset_above,
    offset_below,
    shifted,
    tells_offset,
)
from tasks.annotate.layers import Mention
from tasks.annotate.syntax.clauses import MAX_CLIMB, described_by_participle, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

RELATIVE = re.compile(
    r"\b(today|tonight|tomorrow|yesterday|now|ago|last|next|this|previous|coming|past|earlier|later|(mon|tues|wednes|"
    r"thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
SPAN_JOIN = re.compile(r"^(\d{4}|XXXX)-(\d{2})-(\d{2})$")


SAYING = word_list("say")
# What is told or denied on a day was done at any time before; what is announced or declared is done by that.
TELLING = (SAYING | word_list("deny")) - {"announce", "declare"}
# Words between a deed and the day it lasts to: "closed until Friday" began at any time before.
LASTING = frozenset({"until", "till"})
# "For the first time since March", "the worst violence since 2019": that was the last time, not this one.
OCCASIONS = frozenset({"time", "first", "worst", "deadliest", "biggest", "largest"})
AT_ONCE = frozenset({"as", "when", "while"})
# What somebody says something in: its day is that of the saying ("in a statement released on Monday").
UTTERANCES = word_list("utterances")
# "Two bombings in a day" tells how long they took; only what lies ahead comes "in a day".
EXTENT = re.compile(r"^(with)?in (a|an|one|two|three|four|five|six|\d+) (hour|day|week|month|year)s?$", re.IGNORECASE)
COUNTS = frozenset({"toll", "number", "count", "tally", "total"})


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event: the columns event_date … timex, and the mention it came from."""

    first: dt.date | None = None
    last: dt.date | None = None
    precision: str | None = None
    basis: str = "none"
    timex: str | None = None
    mention: Mention | None = None


NEVER = When()


def usable(mention: Mention) -> bool:
    """Whether a time mention can date an event: points and spans of days, not durations, clock times or "now"."""
    value = mention.value
    return value is not None and bool(re.match(r"^[\dX]{4}|^[\dX]{3}$", value)) and mention.label in ("DATE", "TIME")


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
        for step in range(MAX_CLIMB):
            found = hanging(current, dates, stops)
            if found is not None:
                return found
            if current.dep_ in ("relcl", "ROOT", "ccomp", "parataxis") and current.pos_ in ("VERB", "AUX"):
                break
            apart = begins_other_time(current) and not (earlier and is_before(current))
            if apart or (current.dep_ == "advcl" and not is_at_once(current)):
                break
            head = current.head
            if current.dep_ != "conj" and is_outer(head, outer):
                break
            if head == current or (step and head.i in stops and current.dep_ not in ("xcomp", "conj", "advcl", "acl")):
                break
            current = head
    return None


def is_at_once(clause: Word) -> bool:
    """Whether an adverbial clause has no time of its own: "fired tear gas as students marched", no mark at all."""
    marks = [child.lower_ for child in clause.children if child.dep_ in ("mark", "advmod") and child.i < clause.i]
    return not any(child.dep_ == "mark" for child in clause.children) or any(mark in AT_ONCE for mark in marks)


def tells_a_count(verb: Word) -> bool:
    """Whether a verb tells how a count grew: "the death toll rose to 17 on Tuesday"."""
    return verb.pos_ == "VERB" and any(
        child.dep_ == "nsubj" and child.lemma_.lower() in COUNTS for child in verb.children
    )


def is_before(phrase: Word) -> bool:
    """Whether what opens another time is told as over by then: a past participle, "after", "since"."""
    words = [phrase.lower_, *(child.lower_ for child in phrase.children if child.dep_ == "mark")]
    return phrase.tag_ == "VBN" or any(word in ("after", "since", "following") for word in words)


def is_outer(head: Word, outer: frozenset[int]) -> bool:
    """Whether a word tells of an event below it, as an act about it, a verb of telling or denying, or a toll's rise."""
    return tells_a_count(head) or head.i in outer or (head.pos_ in ("VERB", "AUX") and head.lemma_.lower() in TELLING)


def hanging(token: Word, dates: dict[int, Mention], stops: set[int] | frozenset[int]) -> Mention | None:
    """The first date among a word's own phrases, not inside a clause below it or another event's noun."""
    queue = [token]
    best: Mention | None = None
    while queue:
        item = queue.pop(0)
        for child in item.children:
            if child.tag_ == "VBG" and described_by_participle(child) is not None:
                # "fired on protesting nurses on Monday" is parsed with Monday under the participle.
                queue.append(child)
                continue
            if child.dep_ == "acl" and child.tag_ == "VBN" and item.dep_ == "pobj" and item.lemma_ in UTTERANCES:
                queue.append(child)
                continue
            if child.pos_ in ("VERB", "AUX") or child.dep_ in ("relcl", "acl", "ccomp", "advcl", "conj"):
                continue
            if (child.i in stops and child.i != token.i) or child.lower_ in LASTING:
                continue
            if child.lower_ == "since" and item.lemma_.lower() in OCCASIONS:
                continue
            mention = dates.get(child.i)
            if mention is not None and item != token and child.dep_ in ("compound", "nmod", "amod", "poss"):
                # "blew up a Christmas market": the day of another noun.
                continue
            if mention is not None:
                if best is None or abs(mention.token_start - token.i) < abs(best.token_start - token.i):
                    best = mention
                continue
            if child.dep_ in ("prep", "pobj", "npadvmod", "advmod", "nmod", "tmod", "dobj", "appos", "punct"):
                queue.append(child)
    return best


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
        if current.pos_ in ("VERB", "AUX") or current.head == current:
            break
        current = current.head
    return current


def sentence_date(anchor: Word, dates: dict[int, Mention]) -> Mention | None:
    """The sentence's date where it has exactly one and no clause of its own."""
    found = {
        dates[token.i].start: dates[token.i]
        for token in sentence_of(anchor)
        if token.i in dates
        and dates[token.i].token_end - 1 == token.i
        and token.dep_ not in ("compound", "amod", "nmod")
        and token.head.lower_ not in LASTING
        and not (token.head.lower_ == "since" and token.head.head.lemma_.lower() in OCCASIONS)
    }
    if len(found) != 1:
        return None
    mention = next(iter(found.values()))
    verb = clause_verb(anchor.parse[mention.token_end - 1])
    if verb != anchor and (verb.lemma_.lower() in SAYING | TELLING or tells_a_count(verb)):
        # "two were killed, the ministry said on Monday": they may have died at any time before.
        return None
    return mention if is_above(verb, anchor) and not is_apart(anchor, verb) else None


def date_by_offset(anchors: list[Word], dates: dict[int, Mention], text: str) -> When:
    """The date of an event told at a distance from another one with a day: "two days after X, Y on Monday".

    Either may be the one that is sought. It is no more exact than the distance: a month after gives a month.
    """
    for anchor in anchors if dates else ():
        if not tells_offset(sentence_of(anchor)):
            continue
        link = offset_above(anchor)
        if link is not None:
            when = away_from(link, link.outer, link.sign, dates, text)
            if when is not NEVER:
                return when
        link = offset_below(anchor)
        if link is not None:
            when = away_from(link, link.inner, -link.sign, dates, text)
            if when is not NEVER:
                return when
    return NEVER


def away_from(link: Offset, base: Word, sign: int, dates: dict[int, Mention], text: str) -> When:
    """The date at an offset from the day that hangs on `base`, NEVER where either is not told."""
    mention = hanging(base, dates, frozenset())
    known = when_of(mention, text, dates)
    if mention is None or link.count is None or known.first is None or known.precision != "day" or known.last:
        return NEVER
    value = shifted(known.first, sign, link.count, link.unit)
    interval = resolve_interval(value)
    if interval is None:
        return NEVER
    first, last, precision = interval
    words = replace(mention, start=link.start, end=link.end, value=value)
    return When(first, last if last != first else None, precision, "relative", value, words)


def joined_date(mention: Mention, dates: dict[int, Mention], text: str) -> Mention | None:
    """The date that closes a span told in two: "April 26 and 27", "from Monday to Friday"."""
    for gap in (1, 2):
        other = dates.get(mention.token_end + gap - 1)
        if other is not None and other.start > mention.start:
            between = text[mention.end : other.start].strip(" \n-–").lower()
            if between in ("and", "to", "through", "until", "") and same_kind(mention.value, other.value):
                return other
    return None


def same_kind(first: str | None, second: str | None) -> bool:
    """Whether two values are both days (or both of one shape), so that they may bound one span."""
    if first is None or second is None or "/" in first or "/" in second or first >= second:
        return False
    shape = re.compile(r"\d")
    return shape.sub("0", first) == shape.sub("0", second)


def when_of(mention: Mention | None, text: str, dates: dict[int, Mention] | None = None) -> When:
    """Read a mention's TIMEX value into days; two joined dates ("26 and 27 April") are one span."""
    if mention is None or mention.value is None:
        return NEVER
    following = joined_date(mention, dates, text) if dates is not None else None
    value = mention.value if following is None else f"{mention.value}/{following.value}"
    interval = resolve_interval(value)
    words = text[mention.start : mention.end]
    basis = "relative" if RELATIVE.search(words) and not re.search(r"\b\d{4}\b", words) else "explicit"
    if interval is None:
        return When(None, None, None, basis, value, mention)
    first, last, precision = interval
    return When(first, last if last != first else None, precision, basis, value, mention)


def date_index(mentions: tuple[Mention, ...]) -> dict[int, Mention]:
    """Usable time mentions by each of their tokens."""
    found: dict[int, Mention] = {}
    for mention in mentions:
        if mention.label in ("DATE", "TIME") and usable(mention):
            for token in range(mention.token_start, mention.token_end):
                found[token] = mention
    return found


def as_past(status: str, when: When, published: dt.datetime | None, text: str) -> When:
    """The date of what is told as done: no extent of time (`EXTENT`), no month ahead (`latest_of_its_name`)."""
    words = text[when.mention.start : when.mention.end] if when.mention is not None else ""
    if status in ("happened", "ongoing") and EXTENT.match(words):
        return NEVER
    return latest_of_its_name(status, when, published, text)


def latest_of_its_name(status: str, when: When, published: dt.datetime | None, text: str) -> When:
    """A month without a year that lies ahead of the publication, for what is told as done: that of the year before."""
    if status not in ("happened", "ongoing") or when.precision != "month" or when.first is None or published is None:
        return when
    named = when.mention is not None and not re.search(r"\d{4}", text[when.mention.start : when.mention.end])
    if not named or when.first <= published.date() or when.timex is None or when.basis == "relative":
        return when
    interval = resolve_interval(f"{when.first.year - 1:04d}-{when.first.month:02d}")
    assert interval is not None
    return replace(when, first=interval[0], last=interval[1], timex=interval[0].isoformat()[:7])
