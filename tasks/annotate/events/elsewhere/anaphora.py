"""Events named by pointing back: "the first took place in Geneva", and bare nominals of one reported elsewhere."""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.events.cells.where import place_on_words
from tasks.annotate.events.view import View, token_at
from tasks.annotate.events.when.dates import when_of
from tasks.annotate.events.when.search import own_date
from tasks.annotate.layers import EventArgument, EventMention, Mention
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import children, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

ORDINALS = word_list("ordinals")
SIDES = ("actor", "recipient")
LESS_BY_POINTING = 0.1


def word_behind(token: Word) -> Word | None:
    """The word behind a token, None at the end."""
    words = token.parse.words
    return words[token.i + 1] if token.i + 1 < len(words) else None


def is_before_noun(token: Word) -> bool:
    """Whether a noun or its adjective follows at once: "the second time", "a third large protest"."""
    behind = word_behind(token)
    return behind is not None and behind.pos_ in ("NOUN", "PROPN", "ADJ")


def is_of_noun(token: Word) -> bool:
    """Whether an ordinal describes a noun behind it: "the first of many"."""
    describes = token.dep_ in ("amod", "compound", "nummod") and token.head.i > token.i
    return describes and token.head.pos_ in ("NOUN", "PROPN")


STANDS_ALONE: Ladder[Word, bool] = Ladder(
    "ordinal",
    "Whether an ordinal stands alone for an event that was counted before",
    (
        when(
            "an adverb",
            lambda token: token.pos_ in ("ADV", "VERB"),
            False,
            "Chad and Niger held two summits. The envoy spoke first.",
        ),
        when(
            "no article before it",
            lambda token: token.i == 0 or token.parse[token.i - 1].lower_ not in ("the", "a"),
            False,
            "Chad and Niger held two summits. Their second was in Geneva.",
        ),
        when("of a noun behind it", is_of_noun, False, "Chad and Niger met for the second time."),
        when("before a noun", is_before_noun, False, "Juan is the second oldest of five brothers."),
        when(
            "when or what it is",
            lambda token: token.dep_ in ("pobj", "npadvmod", "attr", "advmod") and token.lower_ != "latter",
            False,
            "Chad and Niger held two summits. The envoy spoke at the first.",
        ),
        when(
            "alone",
            lambda token: True,
            True,
            "Chad and Niger held two summits. The first took place in Geneva in May.",
        ),
    ),
)


def ordinal_heads(view: View) -> list[Word]:
    """Ordinals that stand alone for a thing: "the second", "a third", not "the second time"."""
    found: list[Word] = []
    for token in view.parse:
        if token.lower_ in ORDINALS:
            decision = STANDS_ALONE.decide(token, at=token.idx)
            found.extend([token] if decision is not None and decision.verdict else ())
    return found


def ordinal_events(view: View, events: list[EventMention], dates: dict[int, Mention]) -> list[EventMention]:
    """Events named by ordinals after several of a kind were counted: same type and sides, own time and place.

    Source of the method: the general rule that an ordinal without a noun takes the plural noun last counted.
    """
    heads = ordinal_heads(view)
    starts = [sentence.start_char for sentence in view.parse.sents] if heads else []
    found: list[EventMention] = []
    for token in heads:
        here = next(i for i in range(len(starts) - 1, -1, -1) if starts[i] <= token.idx)
        low = starts[max(0, here - 1)]
        counted = [event for event in events if low <= event.start < token.idx and is_several(view, event)]
        told = any(event.start <= token.idx < event.end for event in events)
        if counted and not told:
            found.append(one_of(view, counted[-1], token, dates))
    return found


def one_of(view: View, model: EventMention, token: Word, dates: dict[int, Mention]) -> EventMention:
    """The event that an ordinal names of several: their type and sides, with a time and place of its own."""
    anchors = [token, token.head] if token.dep_ in ("nsubj", "nsubjpass") else [token]
    mention = nearest_date(token, dates) or own_date(anchors, dates, {token.i})
    said = when_of(mention, view.text)
    arguments = [replace(item, method="coref") for item in model.arguments if item.role in SIDES]
    place = place_on_words(view, nearby(token))
    if place is not None:
        arguments.append(place)
    if mention is not None:
        arguments.append(EventArgument("date", mention.start, mention.end))
    return replace(
        model,
        start=token.idx,
        end=token.idx + len(token),
        event_date=said.first,
        event_date_end=said.last,
        date_precision=said.precision,
        date_basis=said.basis,
        timex=said.timex,
        confidence=round(model.confidence - LESS_BY_POINTING, 2),
        arguments=tuple(arguments),
    )


def is_several(view: View, event: EventMention) -> bool:
    """Whether the event was reported in the plural: "two summits", "three attacks", "held talks twice"."""
    token = token_at(view, event.start)
    if token is None:
        return False
    nouns = [token, *children(token, "dobj", "nsubjpass", "nsubj", "attr")]
    return any(is_counted(noun) for noun in nouns if noun.pos_ == "NOUN")


def is_counted(noun: Word) -> bool:
    """Whether a noun in the plural has a number: "two summits", "several attacks"."""
    numbers = (child for child in noun.lefts if child.pos_ == "NUM" or child.lower_ in ("several", "both"))
    return noun.tag_ == "NNS" and any(numbers)


def nearby(token: Word) -> list[Word]:
    """The words after an ordinal on which its place may hang: its verb when it is the subject, else what follows it."""
    found: list[Word] = [token]
    if token.dep_ in ("nsubj", "nsubjpass"):
        found.append(token.head)
    for following in token.parse.span(token.i + 1, min(token.i + 8, sentence_of(token).end)):
        if following.pos_ == "VERB":
            break
        found.append(following)
    return found


def nearest_date(token: Word, dates: dict[int, Mention]) -> Mention | None:
    """The first date in the few words that follow, before any verb."""
    for following in token.parse.span(token.i + 1, min(token.i + 7, sentence_of(token).end)):
        if following.pos_ == "VERB":
            return None
        if following.i in dates:
            return dates[following.i]
    return None


def inherit_status(events: tuple[EventMention, ...], weak: set[int]) -> tuple[EventMention, ...]:
    """Give nominals without a status of their own that of the same event where a verb says it.

    "This is the first summit between the two men" is planned where the article says that the two will meet. The same
    means: one type, the same sides by entity; of several the nearest before it, else the nearest after it.

    Parameters
    ----------
    events
        In the order of the text.
    weak
        Start offsets of the triggers whose status is only the default.
    """
    keys = [sides_of(event) for event in events]
    known = [event.start not in weak for event in events]
    found: list[EventMention] = []
    for here, event in enumerate(events):
        model = None
        if not known[here] and event.status == "happened" and len(keys[here]) > 2:
            model = nearest_of([i for i, key in enumerate(keys) if known[i] and key == keys[here]], here)
        found.append(event if model is None else replace(event, status=events[model].status))
    return tuple(found)


def nearest_of(places: list[int], here: int) -> int | None:
    """The last of the places before one, else the first behind it."""
    before = [place for place in places if place < here]
    return before[-1] if before else next(iter(places), None)


def sides_of(event: EventMention) -> frozenset[str]:
    """The event's type and the entities of its sides, as a key; only those of known entities."""
    return frozenset(item.entity_id for item in event.arguments if item.role in SIDES and item.entity_id) | {
        event.event_type
    }
