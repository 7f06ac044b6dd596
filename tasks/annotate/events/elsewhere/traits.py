"""What a report shows of its event's identity: whom it befell, its tolls and places, whether it points back."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.annotate.events.view import View, token_at
from tasks.annotate.layers import EventArgument, EventMention
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

SIDES = ("actor", "recipient")
TOLLS = ("killed", "wounded", "arrested", "kidnapped")
CASUALTY = word_list("casualty") - {"leave"}
# Words that say that it is not the one reported before.
OTHERNESS = word_list("otherness")
POINTING = words("elsewhere")["pointing"]
DEMONSTRATIVES = POINTING - {"the"}
EXPLOSIONS = words("elsewhere")["explosions"]
WITHIN = words("elsewhere")["within"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a report shows of its identity.

    `people` are the persons it befell, `victims` the nouns of what it befell, `names` all known entities by role.
    `points_back` says that its deed is put as known, `by_noun` that its trigger does so, `nearest` that it means the
    last one, `other` that it is put as another one; `opens` that it stands in the headline or the first sentence.
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


@dataclass(frozen=True, slots=True)
class Deed:
    """A report with its trigger and the noun by which it calls the deed, None where it has none."""

    view: View
    event: EventMention
    trigger: Word
    noun: Word | None


def traits_of(view: View, event: EventMention, people: set[str], opening: int) -> Traits:
    """Read what a report shows of itself.

    Parameters
    ----------
    view
        The Doc.
    event
        The report.
    people
        The entities of the Doc that are persons.
    opening
        The offset where the headline and the first sentence end.
    """
    token = token_at(view, event.start)
    names = names_by_role(event)
    deed = Deed(view, event, token, deed_noun(token)) if token is not None else None
    return Traits(
        event,
        people=frozenset(names.get("recipient", frozenset()) & people),
        victims=frozenset(head_of(view, item) for item in event.arguments if item.role == "recipient"),
        names=names,
        tolls=tolls_of(event),
        cities=cities_of(view, event),
        points_back=deed is not None and POINTS_BACK.decide(deed, at=event.start) is not None,
        by_noun=deed is not None and deed.noun == deed.trigger,
        nearest=deed is not None and means_last(deed),
        other=deed is not None and ANOTHER.decide(deed, at=event.start) is not None,
        opens=event.start < opening,
    )


def names_by_role(event: EventMention) -> dict[str, frozenset[str]]:
    """The known entities of each side; of a protest not the place that it is in."""
    spots = {item.start for item in event.arguments if item.role == "place"}
    found: dict[str, frozenset[str]] = {}
    for item in event.arguments:
        where = event.event_type == "PROTEST" and item.role == "recipient" and item.start in spots
        if item.role in SIDES and item.entity_id is not None and not where:
            found[item.role] = found.get(item.role, frozenset()) | {item.entity_id}
    return found


def tolls_of(event: EventMention) -> frozenset[tuple[str, float]]:
    """The counts of victims that are of this event, by role."""
    return frozenset(
        (item.role, item.value_low)
        for item in event.arguments
        if item.role in TOLLS and item.value_low is not None and item.value_scope == "event"
    )


def cities_of(view: View, event: EventMention) -> frozenset[str]:
    """The places of an event that lie in a known country, with those joined to them."""
    places = [item for item in event.arguments if item.role == "place" and item.country]
    return frozenset(city for place in places for city in joined_places(view, place))


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
    return next((noun for noun in deeds if is_known(noun)), None)


def is_known(noun: Word) -> bool:
    """Whether a noun is put as known: "the attack", "this arrest", "Mr Marra's arrest", not "the second attack"."""
    pointing = any((child.dep_ == "det" and child.lower_ in POINTING) or child.dep_ == "poss" for child in noun.lefts)
    return pointing and not any(child.lower_ in OTHERNESS for child in noun.lefts)


def is_bare_outcome(deed: Deed) -> bool:
    """Whether a sentence only goes on with what a deed cost: "Two passers-by were wounded"."""
    token = deed.trigger
    if deed.noun is not None or token.lemma_ not in CASUALTY or token.pos_ != "VERB":
        return False
    root = token.dep_ in ("ROOT", "conj", "ccomp")
    caused = token.lemma_ != "die" and bool(children(token, "nsubj"))
    return (
        root
        and not caused
        and not any(item.role in ("actor", "place", "date", "instrument") for item in deed.event.arguments)
    )


def has_known_cause(deed: Deed) -> bool:
    """Whether what was reported before does it: "it killed 17 people", "the device exploded"."""
    subjects = children(deed.trigger, "nsubj") if deed.trigger.pos_ == "VERB" else ()
    return any(is_known_cause(deed.view, item) for item in subjects)


def is_known_cause(view: View, subject: Word) -> bool:
    """Whether a subject is an instrument or a deed that is known: "it", "the device", not somebody's name."""
    if subject.lower_ == "it":
        return subject.i not in view.mentions
    causes = view.lexicon.classes["instrument"] | view.lexicon.classes["violent_deed"] | EXPLOSIONS
    return subject.pos_ == "NOUN" and is_known(subject) and bool(view.keys(subject) & causes)


def means_last(deed: Deed) -> bool:
    """Whether a report means the last deed before it: by what it cost alone, or with "this", "that"."""
    pointed = deed.noun is not None and any(child.lower_ in DEMONSTRATIVES for child in deed.noun.lefts)
    return pointed or is_bare_outcome(deed)


POINTS_BACK: Ladder[Deed, bool] = Ladder(
    "points back",
    "Whether a report puts its deed as known from before",
    (
        when(
            "the deed by its noun",
            lambda deed: deed.noun is not None and is_known(deed.noun),
            True,
            "Gunmen attacked a mosque on Sunday. The attack was condemned.",
        ),
        when(
            "what did it",
            has_known_cause,
            True,
            "A bomb exploded at a market in Kano on Tuesday. It killed 17 people.",
        ),
        when(
            "what it cost",
            is_bare_outcome,
            True,
            "A bomb exploded at a market in Kano on Sunday. Two nurses were wounded.",
        ),
    ),
)


def is_several(noun: Word) -> bool:
    """Whether a noun counts several: "two bombings in a day" are no single one reported before."""
    return noun.tag_ == "NNS" and any(child.pos_ == "NUM" for child in noun.lefts)


def has_otherness(deed: Deed) -> bool:
    """Whether a word on the deed, its noun, its subject or the phrase before it says that it is another one."""
    token = deed.trigger
    around = [child for child in token.children if child.dep_ in ("amod", "advmod", "det")]
    before = [noun for word, noun in prepositions(token) if word in ("in", "during") and noun.i < token.i]
    nouns = [*children(token, "nsubj", "nsubjpass"), *before, *([deed.noun] if deed.noun is not None else [])]
    return any(word.lower_ in OTHERNESS for word in (*around, *(child for noun in nouns for child in noun.lefts)))


ANOTHER: Ladder[Deed, bool] = Ladder(
    "reported as another",
    "Whether a report says that its event is another one than that before",
    (
        when(
            "several of them",
            lambda deed: deed.noun is not None and is_several(deed.noun),
            True,
            "Rebels bombed a school in Goma on Sunday. Two bombings in a day were too many, said the mayor.",
        ),
        when(
            "another or a second one",
            has_otherness,
            True,
            "Police arrested Juan Lopez on Tuesday. Police also arrested Maria Perez.",
        ),
        when(
            "an earlier one",
            lambda deed: sentence_of(deed.trigger)[0].lower_ in ("previously", "earlier"),
            True,
            "Rebels attacked Goma on Sunday. Earlier, the mayor said that rebels attacked Bukavu.",
        ),
    ),
)
