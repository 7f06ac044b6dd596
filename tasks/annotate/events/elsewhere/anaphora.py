"""Events told by pointing back: "the first took place in Geneva", and bare nominals of an event told elsewhere."""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.events.cells.where import place_on_words
from tasks.annotate.events.view import View, token_at
from tasks.annotate.events.when.dates import own_date, when_of
from tasks.annotate.layers import EventArgument, EventMention, Mention
from tasks.annotate.syntax.clauses import children, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

ORDINALS = word_list("ordinals")
SIDES = ("actor", "recipient")
LESS_BY_POINTING = 0.1


def ordinal_heads(view: View) -> list[Word]:
    """Ordinals that stand alone for a thing: "the second", "a third", not "the second time"."""
    found: list[Word] = []
    for token in view.parse:
        if token.lower_ not in ORDINALS or token.pos_ in ("ADV", "VERB"):
            continue
        if token.i == 0 or view.parse[token.i - 1].lower_ not in ("the", "a"):
            continue
        following = view.parse[token.i + 1] if token.i + 1 < len(view.parse) else None
        if (
            token.dep_ in ("amod", "compound", "nummod")
            and token.head.i > token.i
            and token.head.pos_ in ("NOUN", "PROPN")
        ):
            continue
        if following is not None and following.pos_ in ("NOUN", "PROPN", "ADJ"):
            continue
        if token.dep_ in ("pobj", "npadvmod", "attr", "advmod") and token.lower_ != "latter":
            continue
        found.append(token)
    return found


def ordinal_events(view: View, events: list[EventMention], dates: dict[int, Mention]) -> list[EventMention]:
    """Events told by ordinals after several of a kind were told: same type and sides, own time and place.

    Source of the method: the general rule that an ordinal without a noun takes the plural noun last counted.
    """
    found: list[EventMention] = []
    starts = [sentence.start_char for sentence in view.parse.sents]
    for token in ordinal_heads(view):
        here = next(i for i in range(len(starts) - 1, -1, -1) if starts[i] <= token.idx)
        low = starts[max(0, here - 1)]
        counted = [event for event in events if low <= event.start < token.idx and is_several(view, event)]
        if not counted:
            continue
        model = counted[-1]
        stops = {token.i}
        anchors = [token, token.head] if token.dep_ in ("nsubj", "nsubjpass") else [token]
        mention = nearest_date(token, dates) or own_date(anchors, dates, stops)
        when = when_of(mention, view.text)
        arguments = [replace(item, method="coref") for item in model.arguments if item.role in SIDES]
        place = place_on_words(view, nearby(token))
        if place is not None:
            arguments.append(place)
        if mention is not None:
            arguments.append(EventArgument("date", mention.start, mention.end))
        found.append(
            replace(
                model,
                start=token.idx,
                end=token.idx + len(token),
                trigger=model.trigger,
                status=model.status,
                event_date=when.first,
                event_date_end=when.last,
                date_precision=when.precision,
                date_basis=when.basis,
                timex=when.timex,
                confidence=round(model.confidence - LESS_BY_POINTING, 2),
                arguments=tuple(arguments),
            )
        )
    return found


def is_several(view: View, event: EventMention) -> bool:
    """Whether the event was told in the plural: "two summits", "three attacks", "held talks twice"."""
    token = token_at(view, event.start)
    if token is None:
        return False
    nouns = [token, *children(token, "dobj", "nsubjpass", "nsubj", "attr")]
    return any(
        noun.tag_ == "NNS" and any(child.pos_ == "NUM" or child.lower_ in ("several", "both") for child in noun.lefts)
        for noun in nouns
        if noun.pos_ == "NOUN"
    )


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
    """Give nominals that do not tell their own status that of the same event where it is told with a verb.

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
    found: list[EventMention] = []
    for here, event in enumerate(events):
        model = None
        if event.start in weak and event.status == "happened" and len(keys[here]) > 2:
            same = [i for i, key in enumerate(keys) if key == keys[here] and events[i].start not in weak]
            before = [i for i in same if i < here]
            model = events[before[-1] if before else same[0]] if same else None
        found.append(event if model is None else replace(event, status=model.status))
    return tuple(found)


def sides_of(event: EventMention) -> frozenset[str]:
    """The event's type and the entities of its sides, as a key; only those of known entities."""
    return frozenset(item.entity_id for item in event.arguments if item.role in SIDES and item.entity_id) | {
        event.event_type
    }
