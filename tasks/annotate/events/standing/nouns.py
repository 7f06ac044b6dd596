"""The status of an event that a noun names: by its modifiers, by what governs it, or that of the verb it stands by."""

from __future__ import annotations

from tasks.annotate.events.standing.verbs import PLANNING, VERBAL, WISHING, climb_status, negated
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import children, is_negated
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

# The noun has the status of the verb it hangs on: "the summit will take place".
SHARED = "as its verb"

FAILING = word_list("fail")
OCCURRING = word_list("occur")
CANCELLING = word_list("cancel")
PLANNED_MODIFIERS = word_list("planned_modifier")
POSSIBLE_MODIFIERS = word_list("possible_modifier")
# "The end of the strike" leaves open when; what starts has started.
HOPED_FOR = word_list("threat_noun") | (word_list("end_noun") - {"start", "beginning"})
CANCELLATION = words("standing")["cancellation"]
OUTCOME = words("standing")["outcome"]
SET_FOR = words("standing")["set_for"]
SET_AHEAD = words("standing")["set_ahead"]
WISHED_FOR = words("standing")["wished_for"]


def is_cancelling(verb: Word) -> bool:
    """Whether a verb takes an event off the calendar: "cancel", "postpone", "call off"."""
    lemma = verb.lemma_.lower()
    off = lemma in ("call", "put") and any(child.lower_ == "off" for child in children(verb, "prt"))
    return off or lemma in CANCELLING


def is_described_as_off(noun: Word) -> bool:
    """Whether a participle behind the noun takes it off: "the talks cancelled by Chad"."""
    return any(child.dep_ == "acl" and child.tag_ == "VBN" and is_cancelling(child) for child in noun.rights)


def is_of_cancellation(noun: Word) -> bool:
    """Whether the noun of its being off governs it: "the cancellation of the talks"."""
    behind = noun.dep_ == "pobj" and noun.head.dep_ == "prep" and noun.head.lower_ == "of"
    return behind and noun.head.head.lemma_.lower() in CANCELLATION


def is_called_off(noun: Word) -> bool:
    """Whether its verb took it off the calendar: "the summit was called off"."""
    verb = noun.head
    if noun.dep_ == "pobj" and verb.dep_ == "prt":
        # "called off the talks": the noun is parsed under the particle.
        verb = verb.head
    elif noun.dep_ not in ("dobj", "nsubjpass"):
        return False
    off = verb.pos_ == "VERB" and is_cancelling(verb) and not negated(verb)
    return off and climb_status(verb)[0] in ("happened", "ongoing")


def is_modified(noun: Word, modifiers: frozenset[str]) -> bool:
    """Whether one of the words stands before the noun."""
    return any(child.lower_ in modifiers for child in noun.lefts)


def is_set_ahead(noun: Word) -> bool:
    """Whether a word behind a noun sets it for a day to come: "talks due on Friday", "a march planned for Monday"."""
    return any(is_participle_ahead(child) or is_due(child) for child in noun.rights)


def is_participle_ahead(word: Word) -> bool:
    """Whether a participle sets its noun for a day, and is nobody's deed: not "a trap set by rebels"."""
    participle = word.dep_ == "acl" and word.tag_ == "VBN" and word.lemma_.lower() in SET_FOR
    return participle and not children(word, "agent")


def is_due(word: Word) -> bool:
    """Whether the word is a "due" behind its noun."""
    return word.lower_ == "due" and word.dep_ in ("amod", "acl", "relcl")


def governor(noun: Word) -> Word | None:
    """What the preposition before a noun hangs on; None where there is no preposition."""
    return noun.head.head if noun.dep_ == "pobj" and noun.head.dep_ in ("prep", "agent") else None


def noun_governor(noun: Word) -> str:
    """The noun that governs it by a preposition, as a lemma; empty where there is none."""
    found = governor(noun)
    return found.lemma_.lower() if found is not None and found.pos_ in ("NOUN", "PROPN") else ""


def is_behind(noun: Word, prepositions: frozenset[str], lemmas: frozenset[str] | None = None) -> bool:
    """Whether one of the prepositions ties the noun to another word than a noun, and that is one of the lemmas."""
    found = governor(noun)
    if found is None or found.pos_ in ("NOUN", "PROPN") or noun.head.lower_ not in prepositions:
        return False
    return lemmas is None or found.lemma_.lower() in lemmas


def is_pending(noun: Word) -> bool:
    """Whether it is waited for: "subject to approval by Congress", "pending a ruling"."""
    return is_behind(noun, frozenset({"pending"})) or is_behind(noun, frozenset({"to"}), frozenset({"subject"}))


def own_verb(noun: Word) -> Word | None:
    """The verb that a noun is subject, object or predicate of."""
    return noun.head if noun.dep_ in ("nsubj", "nsubjpass", "dobj", "attr") and noun.head.pos_ in VERBAL else None


def is_suffered(noun: Word, lemmas: frozenset[str]) -> bool:
    """Whether one of the verbs is done to it: as its object or in a passive."""
    return noun.dep_ in ("dobj", "nsubjpass") and noun.head.pos_ in VERBAL and noun.head.lemma_.lower() in lemmas


def is_still_on(noun: Word) -> bool:
    """Whether it may or will not be cancelled: so far it is set."""
    return noun.dep_ in ("dobj", "nsubjpass") and noun.head.pos_ in VERBAL and is_cancelling(noun.head)


def is_planned_in_passive(noun: Word) -> bool:
    """Whether a passive plans it: "talks are scheduled for Saturday"."""
    return noun.dep_ == "nsubjpass" and is_suffered(noun, PLANNING) and not negated(noun.head)


def is_said_to_be_due(noun: Word) -> bool:
    """Whether a predicate sets it for a day: "the talks are due on Friday"."""
    verb = own_verb(noun)
    if verb is None or verb.lemma_.lower() != "be" or negated(verb):
        return False
    return any(child.lower_ in SET_AHEAD for child in children(verb, "acomp"))


def is_carried(noun: Word) -> bool:
    """Whether its verb only says that it is or takes place: "the summit will take place"."""
    verb = own_verb(noun)
    return verb is not None and (verb.lemma_.lower() == "be" or verb.lemma_.lower() in OCCURRING)


NOUN_STATUS: Ladder[Word, str] = Ladder(
    "noun status",
    "What the words around a noun say of whether its event happened",
    (
        when("denied", is_negated, "negated", "There were no talks between Chad and Niger."),
        when(
            "described as off",
            is_described_as_off,
            "cancelled",
            "The nurses' strike, cancelled on Monday, was about pay.",
        ),
        when(
            "its cancellation",
            is_of_cancellation,
            "cancelled",
            "The minister regretted the cancellation of talks between Chad and Niger.",
        ),
        when("called off", is_called_off, "cancelled", "The talks between Chad and Niger were called off."),
        when(
            "planned or coming",
            lambda noun: is_modified(noun, PLANNED_MODIFIERS),
            "planned",
            "The upcoming summit between Chad and Niger is about fish.",
        ),
        when(
            "possible or threatened",
            lambda noun: is_modified(noun, POSSIBLE_MODIFIERS),
            "hypothetical",
            "The paper wrote of possible talks between Chad and Niger.",
        ),
        when("set for a day", is_set_ahead, "planned", "The nurses' strike planned for Monday will close all schools."),
        when(
            "a plan or preparation for it",
            lambda noun: noun_governor(noun) in ("plan", "preparation"),
            "planned",
            "The paper wrote of preparations for talks between Chad and Niger.",
        ),
        when(
            "what came of it",
            lambda noun: noun_governor(noun) in OUTCOME,
            "happened",
            "The failure of the talks between Chad and Niger moved markets.",
        ),
        when(
            "a threat, hope or end of it",
            lambda noun: noun_governor(noun) in HOPED_FOR,
            "hypothetical",
            "The paper wrote of hopes for talks between Chad and Niger.",
        ),
        when(
            "planned for",
            lambda noun: is_behind(noun, WISHED_FOR, PLANNING),
            "planned",
            "Both sides were preparing for talks between Chad and Niger.",
        ),
        when(
            "wished or asked for",
            lambda noun: is_behind(noun, WISHED_FOR, WISHING),
            "hypothetical",
            "Villagers worry about attacks by rebels.",
        ),
        when(
            "appealed for",
            lambda noun: is_behind(noun, frozenset({"for"}), frozenset({"appeal"})),
            "hypothetical",
            "Posters appealed for talks between Chad and Niger.",
        ),
        when(
            "without it",
            lambda noun: is_behind(noun, frozenset({"without"})),
            "negated",
            "The week ended without talks between Chad and Niger.",
        ),
        when(
            "before it",
            lambda noun: is_behind(noun, frozenset({"before", "ahead"})),
            "planned",
            "The pope prayed before talks between Chad and Niger.",
        ),
        when("waited for", is_pending, "hypothetical", "The deal is subject to approval by the Kenyan parliament."),
        when("not called off so far", is_still_on, "planned", "The talks between Chad and Niger may be cancelled."),
        when(
            "planned in a passive",
            is_planned_in_passive,
            "planned",
            "Talks between Chad and Niger are scheduled for Saturday.",
        ),
        when("said to be due", is_said_to_be_due, "planned", "The talks between Chad and Niger are due on Saturday."),
        when("carried by its verb", is_carried, SHARED, "A protest by nurses took place in Lima."),
        when(
            "an object of planning",
            lambda noun: is_suffered(noun, PLANNING),
            "planned",
            "The two sides agreed talks between Chad and Niger.",
        ),
        when(
            "an object of failing or prevention",
            lambda noun: is_suffered(noun, FAILING),
            "negated",
            "Guards prevented an attack on the mosque.",
        ),
        when(
            "an object of wishing",
            lambda noun: is_suffered(noun, WISHING),
            "hypothetical",
            "The villagers fear an attack by rebels.",
        ),
    ),
)


def noun_status(noun: Word) -> str | None:
    """The status that the words around a noun give it, `SHARED` for that of its verb; None where they give none."""
    decision = NOUN_STATUS.decide(noun, at=noun.idx)
    return decision.verdict if decision is not None else None
