"""With what, and where if the article's dateline is all that tells: the cells of an event besides sides and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.annotate.event_arguments import phrase_bounds
from tasks.annotate.event_places import place_record
from tasks.annotate.event_syntax import children, conjuncts, prepositions, sentence_of
from tasks.annotate.event_view import MODIFIERS, View
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.parse import Parse, Token
from tasks.annotate.places import PLACE_LABELS

ARMED = frozenset({"ASSAULT", "THREATEN", "MOBILIZE"})
# Deeds that are done on the spot: reporters go where they happen.
ON_THE_SPOT = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE"})
# Prepositions between a site and where it is, and how many sites may be told one in another.
SITES = frozenset({"in", "at", "near", "outside", "inside", "on"})
SITE_DEPTH = 3
SETTLEMENTS = frozenset({"city", "town", "village", "province", "region", "district", "state", "capital", "suburb"})
BY_MEANS_OF = frozenset({"with", "by", "using", "from"})


def instruments(view: View, event_type: str, carriers: Sequence[Token]) -> list[EventArgument]:
    """The weapons or means of a violent event: "with a knife", "using a drone", "a knife attack", "a bomb killed …".

    Parameters
    ----------
    event_type
        Only violence, threats of it and moves of arms have instruments.
    carriers
        The trigger, the nouns that are part of the event, and the triggers joined to it.
    """
    if event_type not in ARMED:
        return []
    wanted = view.lexicon.classes["instrument"]
    found: dict[int, EventArgument] = {}
    for carrier in carriers:
        for noun in means(carrier):
            if view.keys(noun) & wanted and not view.is_time(noun):
                start, end = phrase_bounds(view, noun) if noun.dep_ not in MODIFIERS else bare_bounds(noun)
                found.setdefault(start, EventArgument("instrument", start, end))
    return [found[start] for start in sorted(found)]


def means(carrier: Token) -> Iterator[Token]:
    """The nouns that may name what a deed was done with."""
    for word, noun in prepositions(carrier):
        if word in BY_MEANS_OF:
            yield noun
    for child in carrier.children:
        if child.lemma_ == "use" and child.tag_ == "VBG":
            for noun in children(child, "dobj"):
                yield from conjuncts(noun)
        elif (
            (carrier.pos_ == "NOUN" and child.dep_ in MODIFIERS)
            or (carrier.pos_ == "VERB" and child.dep_ == "nsubj" and child.pos_ == "NOUN")
            or (child.dep_ == "agent" and carrier.pos_ == "VERB")
        ):
            yield child


def bare_bounds(noun: Token) -> tuple[int, int]:
    """Offsets of a modifier with its own modifiers: the "car bomb" of "car bomb attack"."""
    return noun.left_edge.idx, noun.idx + len(noun)


def dateline_place(doc: Parse, mentions: Sequence[Mention]) -> Mention | None:
    """The place that the article's dateline names."""
    spans = [(section.start, section.end) for section in doc.sections if section.kind == "dateline"]
    for mention in mentions:
        named = mention.label in PLACE_LABELS and mention.form == "name" and mention.entity_id is not None
        if named and any(start <= mention.start and mention.end <= end for start, end in spans):
            return mention
    return None


def place_of_victims(view: View, event_type: str, victims: Sequence[Token]) -> EventArgument | None:
    """Where those are whom a deed on the spot hits: "killed five people in Mogadishu"."""
    if event_type not in ON_THE_SPOT:
        return None
    for victim in victims:
        for word, noun in prepositions(victim):
            mention = view.mentions.get(noun.i)
            if word in ("in", "at", "near", "outside") and mention is not None and mention.label in PLACE_LABELS:
                return place_record(mention, "dep")
    return None


def place_of_site(view: View, event_type: str, carriers: Sequence[Token]) -> EventArgument | None:
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
    view: View, trigger: Token, event_type: str, status: str, dateline: Mention | None
) -> EventArgument | None:
    """The dateline's place for a deed in the first sentence behind it, where that names no place itself.

    The method is `dateline`: it says where the reporter was, so merging lets any place that is told stand before it.
    """
    if dateline is None or event_type not in ON_THE_SPOT or status not in ("happened", "ongoing"):
        return None
    sentence = sentence_of(trigger)
    behind = next((s for s in view.doc.sections if s.kind == "paragraph" and s.start >= dateline.end), None)
    if behind is None or not behind.start <= sentence.start_char < behind.end:
        return None
    if view.doc[sentence.start].idx > behind.start and view.text[behind.start : sentence.start_char].strip():
        return None
    for token in sentence:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.label in PLACE_LABELS and mention.form == "name":
            return None
    return place_record(dateline, "dateline")
