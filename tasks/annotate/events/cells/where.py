"""Where an event happened: the place hung on its trigger or on what carries it, else the sentence's only one."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.view import MODIFIERS, View, is_city
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.places.component import PLACE_LABELS
from tasks.annotate.syntax.clauses import MAX_CLIMB, prepositions, sentence_of
from tasks.annotate.syntax.parse import Parse, Word
from tasks.annotate.syntax.word_lists import word_list

PLACE_PREPOSITIONS = word_list("place_prepositions")
DENYING = word_list("deny")

# Deeds that are done on the spot: reporters go where they happen.
ON_THE_SPOT = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE"})
# Prepositions between a site and where it is, and how many sites may be told one in another.
SITES = frozenset({"in", "at", "near", "outside", "inside", "on"})
SITE_DEPTH = 3
SETTLEMENTS = frozenset({"city", "town", "village", "province", "region", "district", "state", "capital", "suburb"})


def place_argument(
    view: View, anchors: list[Word], sentence_fallback: bool = True, outer: frozenset[int] = frozenset()
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


def is_where_told(verb: Word, deed: Word, outer: frozenset[int]) -> bool:
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


def dateline_place(parse: Parse, mentions: Sequence[Mention]) -> Mention | None:
    """The place that the article's dateline names."""
    spans = [(section.start, section.end) for section in parse.sections if section.kind == "dateline"]
    for mention in mentions:
        named = mention.label in PLACE_LABELS and mention.form == "name" and mention.entity_id is not None
        if named and any(start <= mention.start and mention.end <= end for start, end in spans):
            return mention
    return None


def place_of_victims(view: View, event_type: str, victims: Sequence[Word]) -> EventArgument | None:
    """Where those are whom a deed on the spot hits: "killed five people in Mogadishu"."""
    if event_type not in ON_THE_SPOT:
        return None
    for victim in victims:
        for word, noun in prepositions(victim):
            mention = view.mentions.get(noun.i)
            if word in ("in", "at", "near", "outside") and mention is not None and mention.label in PLACE_LABELS:
                return place_record(mention, "dep")
    return None


def place_of_site(view: View, event_type: str, carriers: Sequence[Word]) -> EventArgument | None:
    """Where the site of a deed is: "exploded at a market in the city of Kano", "the bombing of a school in Kano"."""
    if event_type not in ON_THE_SPOT:
        return None
    for carrier in carriers:
        wanted = SITES | {"of", "on", "against"} if carrier.pos_ == "NOUN" else SITES
        queue = [(noun, 0) for word, noun in prepositions(carrier) if word in wanted]
        while queue:
            noun, depth = queue.pop(0)
            mention = view.mentions.get(noun.i)
            if mention is not None and mention.label in ("GPE", "LOC") and mention.form == "name":
                return place_record(mention, "dep")
            if depth < SITE_DEPTH and (mention is None or mention.label in PLACE_LABELS):
                inner = SITES | {"of"} if noun.lemma_.lower() in SETTLEMENTS else SITES
                queue.extend((deeper, depth + 1) for word, deeper in prepositions(noun) if word in inner)
    return None


def place_of_dateline(
    view: View, trigger: Word, event_type: str, status: str, dateline: Mention | None
) -> EventArgument | None:
    """The dateline's place for a deed in the first sentence behind it, where that names no place itself.

    The method is `dateline`: it says where the reporter was, so merging lets any place that is told stand before it.
    """
    if dateline is None or event_type not in ON_THE_SPOT or status not in ("happened", "ongoing"):
        return None
    sentence = sentence_of(trigger)
    behind = next((s for s in view.parse.sections if s.kind == "paragraph" and s.start >= dateline.end), None)
    if behind is None or not behind.start <= sentence.start_char < behind.end:
        return None
    if view.parse[sentence.start].idx > behind.start and view.text[behind.start : sentence.start_char].strip():
        return None
    for token in sentence:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.label in PLACE_LABELS and mention.form == "name":
            return None
    return place_record(dateline, "dateline")


def host_place(view: View, match: Match) -> EventArgument | None:
    """Where a visit is: the place visited."""
    if match.frame.mode != "visit":
        return None
    for token in match.recipients:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.label in PLACE_LABELS and mention.form == "name":
            return place_record(mention, "dep")
    return None
