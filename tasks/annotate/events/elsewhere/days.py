"""The day of an event told without one, from the sentence of the same article that tells it.

A lead says that "two people were killed in an attack", the next sentence that "the attack happened on Sunday". A
report without a day takes it where the article leaves no doubt: it opens the article, points back ("the attack"), or
names the same person or toll, and all reports of the kind that it may be one with agree on the day. The row has what
that sentence says of its day (basis, precision, TIMEX value); the argument has the method `coref` and stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.annotate.events.view import View, token_at
from tasks.annotate.layers import EventArgument, EventMention
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions, sentence_of
from tasks.annotate.syntax.parse import Parse, Word
from tasks.annotate.syntax.word_lists import word_list

SIDES = ("actor", "recipient")
TOLLS = ("killed", "wounded", "arrested", "kidnapped")
DONE = ("happened", "ongoing")
# Deeds that hardly befall one person twice in one article; who accuses or praises may well do so again.
DEEDS = frozenset({"ASSAULT", "COERCE", "SANCTION", "RETREAT"})
# Of these a headline tells the main one, whatever verb the body has for it.
MAIN = frozenset({"ASSAULT", "PROTEST"})
# Words that say that it is not the one told before.
CASUALTY = word_list("casualty") - {"leave"}
OTHERNESS = word_list("otherness")
POINTING = frozenset({"the", "this", "that", "these", "those"})
DEMONSTRATIVES = POINTING - {"the"}
EXPLOSIONS = frozenset({"device", "blast", "explosion", "explosive"})
WITHIN = frozenset({"in", "during", "at", "by", "from", "after"})


@dataclass(frozen=True, slots=True)
class Telling:
    """What a report shows of its identity.

    `people` are the persons it befell, `victims` the nouns of what it befell, `names` all known entities by role.
    `points_back` says that its deed is told as known, `by_noun` that its trigger does so, `nearest` that it means the
    last one, `other` that it is told as another one; `opens` that it stands in the headline or the first sentence.
    """

    event: EventMention
    people: frozenset[str]
    victims: frozenset[str]
    names: dict[str, frozenset[str]]
    tolls: frozenset[tuple[str, float]]
    cities: frozenset[str]
    points_back: bool
    by_noun: bool
    nearest: bool
    other: bool
    opens: bool


def with_days(view: View, events: Sequence[EventMention]) -> list[EventMention]:
    """Give events without a day that of the same event told elsewhere in the Doc.

    Parameters
    ----------
    events
        In the order of the text.

    Returns
    -------
    list of EventMention
        The same events in the same order; those dated here have a date argument with the method `coref`.
    """
    if not any(event.event_date is None for event in events) or not any(event.event_date for event in events):
        return list(events)
    people = {mention.entity_id for mention in view.doc._.mentions if mention.kind == "person" and mention.entity_id}
    opening = opening_end(view.parse)
    found = list(events)
    # The second round lets what took its day in the first give it to those that name the same people or toll.
    for last in (False, True):
        tellings = [telling(view, event, people, opening) for event in found]
        found = [dated_by(place, tellings, alike_only=last) for place in range(len(tellings))]
    return found


def opening_end(parse: Parse) -> int:
    """The offset where the headline and the first sentence behind it end."""
    title = max((part.end for part in parse.sections if part.kind == "title"), default=0)
    body = max((part.end for part in parse.sections if part.kind == "dateline"), default=title)
    text = parse.text
    ends = (sentence.end_char for sentence in parse.sents if text[body : sentence.end_char].strip())
    return next(ends, len(text))


def is_donor(event: EventMention) -> bool:
    """Whether an event has a day of its own to give."""
    return event.status in DONE and event.event_date is not None and event.date_precision == "day"


def dated_by(place: int, tellings: Sequence[Telling], *, alike_only: bool) -> EventMention:
    """The event with the day on which the reports agree that it may be one with."""
    item = tellings[place]
    event = item.event
    if event.event_date is not None or event.status not in DONE or item.other or event.timex is not None:
        return event
    fitting = [
        (where, donor)
        for where, donor in enumerate(tellings)
        if is_donor(donor.event) and donor.event.event_type == event.event_type and may_be_one(item, donor)
    ]
    pool = [donor for _, donor in fitting if shares(item, donor)]
    if not pool and not alike_only:
        if item.points_back and item.by_noun:
            # "The bombardment of Aleppo" is known by its own words, not as the attack told before.
            fitting = [(where, donor) for where, donor in fitting if not befell_another(item, donor)]
        pool = told_before(place, tellings) if item.points_back else []
        if any(not is_donor(donor.event) or donor not in [one for _, one in fitting] for donor in pool):
            return event
        following = [donor for where, donor in fitting if where > place]
        if not pool and (item.points_back or item.opens):
            pool = [donor for donor in following[:1] if event.event_type in MAIN or same_word(item, donor)]
    days = {(donor.event.event_date, donor.event.event_date_end) for donor in pool}
    if len(days) != 1:
        return event
    model = pool[0].event
    date = next((argument for argument in model.arguments if argument.role == "date"), None)
    if date is None:
        return event
    return replace(
        event,
        event_date=model.event_date,
        event_date_end=model.event_date_end,
        date_precision=model.date_precision,
        date_basis=model.date_basis,
        timex=model.timex,
        arguments=(*event.arguments, EventArgument("date", date.start, date.end, method="coref")),
    )


def told_before(place: int, tellings: Sequence[Telling]) -> list[Telling]:
    """The dated reports of its type before one that points back; of "that attack" the last only."""
    item = tellings[place]
    same = [donor for donor in tellings[:place] if donor.event.event_type == item.event.event_type]
    return [donor for donor in (same[-1:] if item.nearest else same) if donor.event.event_date is not None]


def may_be_one(item: Telling, donor: Telling) -> bool:
    """Whether nothing in two reports of one type speaks against their being one event."""
    if donor.other and not shares(item, donor):
        return False
    one, two = item.event, donor.event
    if one.mode is not None and two.mode is not None and one.mode != two.mode and one.event_type != "ASSAULT":
        return False
    if item.cities and donor.cities and not item.cities & donor.cities:
        return False
    for role in SIDES:
        mine, theirs = item.names.get(role), donor.names.get(role)
        if mine and theirs and not mine & theirs:
            return False
    return True


def befell_another(item: Telling, donor: Telling) -> bool:
    """Whether a noun of a deed names another victim than a report that names one too."""
    return bool(item.victims and donor.victims and not item.victims & donor.victims)


def same_word(item: Telling, donor: Telling) -> bool:
    """Whether two reports have one verb or noun for the event."""
    return item.event.trigger == donor.event.trigger


def shares(item: Telling, donor: Telling) -> bool:
    """Whether two reports name one person whom it befell, both sides of a meeting, or tell two tolls alike."""
    if item.people & donor.people and (item.event.event_type in DEEDS or same_word(item, donor)):
        return True
    if item.event.event_type == "CONSULT":
        mine, theirs = (frozenset().union(*one.names.values()) for one in (item, donor))
        return len(mine) > 1 and mine == theirs and item.event.mode == donor.event.mode
    if item.event.event_type == "PROTEST" and item.cities & donor.cities and item.event.start > donor.event.start:
        # "Nurses protested in Kraków and Gdańsk on Tuesday. In Kraków 2,000 marched."
        return True
    same = item.tolls & donor.tolls
    return len(same) > 1 or any(value > 2 for _, value in same)


def telling(view: View, event: EventMention, people: set[str], opening: int) -> Telling:
    """Read what a report shows of itself."""
    token = token_at(view, event.start)
    names: dict[str, set[str]] = {}
    spots = {argument.start for argument in event.arguments if argument.role == "place"}
    for argument in event.arguments:
        where = event.event_type == "PROTEST" and argument.role == "recipient" and argument.start in spots
        if argument.role in SIDES and argument.entity_id is not None and not where:
            names.setdefault(argument.role, set()).add(argument.entity_id)
    tolls = {
        (argument.role, argument.value_low)
        for argument in event.arguments
        if argument.role in TOLLS and argument.value_low is not None and argument.value_scope == "event"
    }
    cities = {city for a in event.arguments if a.role == "place" and a.country for city in joined_places(view, a)}
    victims = {head_of(view, a) for a in event.arguments if a.role == "recipient"}
    noun = deed_noun(token) if token is not None else None
    outcome = token is not None and noun is None and is_bare_outcome(event, token)
    return Telling(
        event,
        frozenset(names.get("recipient", set()) & people),
        frozenset(victims),
        {role: frozenset(found) for role, found in names.items()},
        frozenset(tolls),
        frozenset(cities),
        (noun is not None and points_back(noun)) or (token is not None and has_known_cause(view, token)) or outcome,
        noun is not None and noun == token,
        outcome or (noun is not None and any(child.lower_ in DEMONSTRATIVES for child in noun.lefts)),
        token is not None and is_other(view.parse, token, noun),
        event.start < opening,
    )


def joined_places(view: View, place: EventArgument) -> set[str]:
    """The ids of a place and of those joined to it: "protested in Kraków and Gdańsk"."""
    span = view.span_at(place.start, place.end)
    others = (view.mentions.get(item.i) for item in conjuncts(span.root)) if span is not None else ()
    found = {mention.entity_id for mention in others if mention is not None}
    return {item for item in (place.entity_id, *found) if item is not None}


def head_of(view: View, argument: EventArgument) -> str:
    """The head noun of an argument, as a lemma."""
    span = view.span_at(argument.start, argument.end)
    return span.root.lemma_.lower() if span is not None else ""


def deed_noun(token: Word) -> Word | None:
    """The noun by which a report calls the deed: its trigger, or that of "wounded in the attack"."""
    if token.pos_ == "NOUN":
        return token
    deeds = [noun for word, noun in prepositions(token) if word in WITHIN and noun.pos_ == "NOUN"]
    return next((noun for noun in deeds if points_back(noun)), None)


def is_bare_outcome(event: EventMention, token: Word) -> bool:
    """Whether a sentence only goes on with what a deed cost: "Two passers-by were wounded"."""
    told = {argument.role for argument in event.arguments}
    root = token.dep_ in ("ROOT", "conj", "ccomp") and token.pos_ == "VERB"
    caused = token.lemma_ != "die" and bool(children(token, "nsubj"))
    return root and not caused and token.lemma_ in CASUALTY and not told & {"actor", "place", "date", "instrument"}


def has_known_cause(view: View, token: Word) -> bool:
    """Whether what was told before does it: "it killed 17 people", "the device exploded"."""
    if token.pos_ != "VERB":
        return False
    causes = view.lexicon.classes["instrument"] | view.lexicon.classes["violent_deed"] | EXPLOSIONS
    return any(
        (subject.lower_ == "it" and subject.i not in view.mentions)
        or (subject.pos_ == "NOUN" and points_back(subject) and bool(view.keys(subject) & causes))
        for subject in children(token, "nsubj")
    )


def points_back(noun: Word) -> bool:
    """Whether a noun is told as known: "the attack", "this arrest", "Mr Marra's arrest"."""
    return any(
        (child.dep_ == "det" and child.lower_ in POINTING) or child.dep_ == "poss" for child in noun.lefts
    ) and not any(child.lower_ in OTHERNESS for child in noun.lefts)


def is_other(parse: Parse, token: Word, noun: Word | None) -> bool:
    """Whether a report says that it is another event than the one before: "in a second attack", "also arrested"."""
    words = {child.lower_ for child in token.children if child.dep_ in ("amod", "advmod", "det")}
    words |= {child.lower_ for child in noun.lefts} if noun is not None else set()
    words |= {child.lower_ for subject in children(token, "nsubj", "nsubjpass") for child in subject.lefts}
    for word, thing in prepositions(token):
        if word in ("in", "during") and thing.i < token.i:
            words |= {child.lower_ for child in thing.lefts}
    # "Two bombings in a day" are no single one told before.
    several = noun is not None and noun.tag_ == "NNS" and any(child.pos_ == "NUM" for child in noun.lefts)
    return several or bool(words & OTHERNESS) or sentence_of(token)[0].lower_ in ("previously", "earlier")
