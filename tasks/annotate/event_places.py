"""Where an event happened: the place hung on its trigger or on what carries it, else the sentence's only one."""

from __future__ import annotations

from tasks.annotate.event_syntax import MAX_CLIMB, prepositions, sentence_of
from tasks.annotate.event_view import MODIFIERS, View, is_city
from tasks.annotate.event_words import word_list
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.parse import Token
from tasks.annotate.places import PLACE_LABELS

PLACE_PREPOSITIONS = word_list("place_prepositions")
DENYING = word_list("deny")


def place_argument(
    view: View, anchors: list[Token], sentence_fallback: bool = True, outer: frozenset[int] = frozenset()
) -> EventArgument | None:
    """Where it happened: the place hung on the trigger or what carries it, else the sentence's only place.

    `outer` are the triggers of acts about other events: where they are done the inner ones are not.
    """
    for anchor in anchors:
        for child in anchor.lefts:
            venue = view.mentions.get(child.i) if child.dep_ in MODIFIERS else None
            if venue is not None and is_city(venue):
                return place_record(venue, "dep")
        for word, noun in prepositions(anchor):
            mention = view.mentions.get(noun.i)
            if word in PLACE_PREPOSITIONS and mention is not None and mention.label in PLACE_LABELS:
                if (
                    word in ("from", "to", "into")
                    and anchor.pos_ == "VERB"
                    and anchor.lemma_ not in ("visit", "travel")
                ):
                    continue
                return place_record(mention, "dep")
            if word in PLACE_PREPOSITIONS and (mention is None or mention.form == "nominal"):
                for inner, deeper in prepositions(noun):
                    below = view.mentions.get(deeper.i)
                    if inner in ("in", "of", "near", "at") and below is not None and below.label in PLACE_LABELS:
                        return place_record(below, "dep")
    if not sentence_fallback or not anchors:
        return None
    sentence = sentence_of(anchors[0])
    found: dict[int, Mention] = {}
    for token in sentence:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.label in PLACE_LABELS and token.dep_ == "pobj":
            # Only a place that hangs on a verb is the clause's; "its role in Syria" is not where the news happened.
            verbal = token.head.head.pos_ in ("VERB", "AUX") and not is_where_told(token.head.head, anchors[0], outer)
            if token.head.lower_ in ("in", "at", "near", "outside", "across") and verbal:
                found[mention.start] = mention
    if len(found) == 1:
        return place_record(next(iter(found.values())), "sentence")
    return None


def is_where_told(verb: Token, deed: Token, outer: frozenset[int]) -> bool:
    """Whether a verb is an act about the deed below it: "In Geneva the envoy accused them of executing civilians"."""
    if verb == deed or (verb.i not in outer and verb.lemma_.lower() not in DENYING):
        return False
    current = deed
    for _ in range(MAX_CLIMB):
        if current.head == verb:
            # What goes on at the same time, or by the same people, is told beside it.
            return current.dep_ not in ("conj", "advcl", "nsubj", "nsubjpass", "agent")
        if current.head == current:
            return False
        current = current.head
    return False


def place_record(mention: Mention, method: str) -> EventArgument:
    """The argument record of a place."""
    return EventArgument(
        "place",
        mention.start,
        mention.end,
        mention.entity_id,
        mention.country,
        mention.country_method,
        method=method,
    )
