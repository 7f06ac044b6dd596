"""The status of a verb: what its own form says, and where it is not finite, what the words above it make of it."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import MAX_CLIMB, children, is_negated
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

VERBAL = ("VERB", "AUX")
FINITE = ("VBD", "VBZ", "VBP", "MD")
# Where the parser hangs the infinitive of a headline on its noun: "Ministers to meet, envoy says".
HEADLINE_NOUN = ("ROOT", "nsubj", "nsubjpass", "dep", "npadvmod", "advcl")
# The verb's form leaves it to what governs it: "plans to attack", "failed to attack".
OPEN = "open"

SAYING = word_list("say")
ACCUSING = word_list("allege") | SAYING
PLANNING = word_list("plan")
WISHING = word_list("wish")
FAILING = word_list("fail")
BEGINNING = word_list("begin")
HOPES = word_list("threat_noun")
CONDITION = word_list("condition")
FUTURE = word_list("modal_future")
POSSIBLE = word_list("modal_possible")
HABITUAL = word_list("habitual")
# Duty says nothing of whether it is done, nor a ban of whether it is left undone.
DUTY = words("standing")["duty"]
PRESENT_OF_BE = words("standing")["present_of_be"]
# Nouns whose infinitive is no news by itself: "call to free the miners".
DECISIONS = words("standing")["decisions"]
ONE_OF_A_ROW = words("standing")["one_of_a_row"]
DONE_BEFORE = words("standing")["done_before"]


@dataclass(frozen=True, slots=True)
class Form:
    """A verb with its auxiliaries, as lemmas and as written."""

    verb: Word
    auxiliaries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Governed:
    """A verb that is not finite, with the word that governs it, and the preposition or mark between them if any."""

    verb: Word
    head: Word
    preposition: str

    @property
    def lemma(self) -> str:
        """What governs it, as a lemma."""
        return self.head.lemma_.lower()

    @property
    def by_verb(self) -> bool:
        """Whether a verb or an adjective governs it: "plans to", "is ready to"."""
        return self.head.pos_ in VERBAL or self.head.pos_ == "ADJ"


def auxiliaries(verb: Word) -> frozenset[str]:
    """The verb's auxiliaries as lemmas and as written; a joined verb without its own shares its partner's."""
    for _ in range(MAX_CLIMB):
        own = [form for child in children(verb, "aux", "auxpass") for form in (child.lower_, child.lemma_)]
        if own or not shares_auxiliaries(verb):
            return frozenset(own)
        verb = verb.head
    return frozenset()


def shares_auxiliaries(verb: Word) -> bool:
    """Whether a joined verb without auxiliaries has those of its partner: "could recall its envoy and cut ties"."""
    head = verb.head
    if not is_joined(verb):
        return False
    # Of one form in present and past, such a verb is often taken for a past.
    alike = verb.tag_ == head.tag_ or verb.tag_ in ("VB", "VBN")
    return alike or (head.tag_ == "VB" and verb.lower_ == verb.lemma_.lower())


def is_joined(verb: Word) -> bool:
    """Whether a verb is joined to another one and has no subject of its own."""
    return verb.dep_ == "conj" and verb.head.pos_ in VERBAL and not children(verb, "nsubj", "nsubjpass")


def negated(verb: Word) -> bool:
    """Whether the verb, its subject or object is denied: "did not meet", "no soldier was killed", "killed nobody"."""
    for _ in range(MAX_CLIMB):
        if is_negated(verb):
            return True
        if not is_joined(verb) or children(verb, "aux", "auxpass"):
            break
        if not shares_negation(verb):
            return False
        verb = verb.head
    if any(child.lower_ in ("nobody", "none") for child in children(verb, "dobj")):
        return True
    return any(is_no_one(child) for child in children(verb, "nsubj", "nsubjpass"))


def is_no_one(subject: Word) -> bool:
    """Whether a subject names nobody: "nobody", "neither side", "no soldier"."""
    nobody = subject.lower_ in ("nobody", "none", "neither")
    return nobody or any(det.lower_ in ("no", "neither") for det in subject.lefts)


def shares_negation(verb: Word) -> bool:
    """Whether a joined verb is denied with its partner: "did not meet and talk", "never arrested or beat him"."""
    either = any(child.dep_ == "cc" and child.lower_ in ("or", "nor") for child in verb.head.children)
    return verb.tag_ == verb.head.tag_ and (verb.tag_ == "VB" or either)


def is_habit(verb: Word) -> bool:
    """Whether a verb in the present says what is done again and again: "rebels often attack villages"."""
    for _ in range(MAX_CLIMB):
        if verb.tag_ not in ("VBP", "VBZ"):
            return False
        if any(is_of_habit(child) for child in verb.children):
            return True
        if not is_joined(verb):
            return False
        verb = verb.head
    return False


def is_of_habit(child: Word) -> bool:
    """Whether an adverb or phrase of time makes a habit of its verb: "often", "every year"."""
    if child.dep_ == "advmod":
        return child.lower_ in HABITUAL
    return child.dep_ == "npadvmod" and any(part.lower_ in ("every", "each") for part in child.lefts)


def is_under_saying(verb: Word) -> bool:
    """Whether a verb of saying governs the clause: "said the army would leave"."""
    return verb.dep_ == "ccomp" and verb.head.lemma_.lower() in SAYING


def is_announced(verb: Word) -> bool:
    """Whether an infinitive with a subject of its own announces: "Ministers to meet on Friday, envoy says"."""
    if verb.dep_ in ("relcl", "acl", "advcl"):
        return in_title(verb) and is_headline_noun(verb.head)
    if not any(is_bare_between(item, verb) for item in children(verb, "nsubj", "nsubjpass")):
        return False
    return verb.dep_ == "ROOT" or (verb.dep_ in ("ccomp", "parataxis") and verb.head.lemma_.lower() in SAYING)


def is_headline_noun(noun: Word) -> bool:
    """Whether the noun of a headline is who is to do what hangs on it.

    The parser takes "Ministers to meet, envoy says" for "ministers who are to meet"; "first woman to" is a habit.
    """
    plain = noun.dep_ in HEADLINE_NOUN and noun.pos_ in ("NOUN", "PROPN") and noun.lower_ not in DECISIONS
    return plain and not any(child.lower_ in ONE_OF_A_ROW for child in noun.lefts)


def is_bare_between(subject: Word, verb: Word) -> bool:
    """Whether no finite verb stands between a subject and its infinitive."""
    between = subject.parse.span(subject.i + 1, verb.i) if subject.i < verb.i else ()
    return subject.i < verb.i and not any(token.tag_ in FINITE for token in between)


def in_title(token: Word) -> bool:
    """Whether a word stands in the article's title."""
    return any(part.kind == "title" and part.start <= token.idx < part.end for part in token.parse.sections)


def is_conditional(form: Form) -> bool:
    """Whether a conjunction makes a condition of the clause."""
    return any(child.dep_ == "mark" and child.lower_ in CONDITION for child in form.verb.children)


def is_open_infinitive(form: Form) -> bool:
    """Whether the verb is an infinitive, with "to" or bare."""
    return "to" in form.auxiliaries or (form.verb.tag_ == "VB" and "do" not in form.auxiliaries)


def goes_on(form: Form) -> bool:
    """Whether a progressive says that it goes on: "are attacking", "have been attacking"."""
    present = form.auxiliaries & PRESENT_OF_BE or {"have", "been"} <= form.auxiliaries
    return form.verb.tag_ == "VBG" and bool(present)


VERB_STATUS: Ladder[Form, str] = Ladder(
    "verb status",
    "What a verb's own form says of whether it was done; open where what governs it decides",
    (
        when(
            "a duty",
            lambda form: bool(form.auxiliaries & DUTY) and "have" not in form.auxiliaries,
            "hypothetical",
            "Belarus must release the reporter.",
        ),
        when("denied", lambda form: negated(form.verb), "negated", "Rebels did not attack the village."),
        when("a condition", is_conditional, "hypothetical", "If rebels attack the town, the army will return."),
        when(
            "a future auxiliary",
            lambda form: bool(form.auxiliaries & FUTURE),
            "planned",
            "President Macron will visit Oman.",
        ),
        when(
            "a reported would",
            lambda form: "would" in form.auxiliaries and is_under_saying(form.verb),
            "planned",
            "The envoy said that the army would release the hostages.",
        ),
        when(
            "a guess about the past",
            lambda form: "must" in form.auxiliaries,
            "hypothetical",
            "Rebels must have attacked the convoy.",
        ),
        when(
            "possible once and not done",
            lambda form: bool(form.auxiliaries & POSSIBLE) and "have" in form.auxiliaries,
            "negated",
            "The army could have released the hostages.",
        ),
        when(
            "possible",
            lambda form: bool(form.auxiliaries & POSSIBLE),
            "hypothetical",
            "Police may arrest the mayor.",
        ),
        when(
            "an infinitive that announces",
            lambda form: "to" in form.auxiliaries and is_announced(form.verb),
            "planned",
            "King Felipe to visit Oman\n\nThe town was quiet.",
        ),
        when("an infinitive", is_open_infinitive, OPEN, "The army plans to release the hostages."),
        when("going on", goes_on, "ongoing", "Rebels are attacking the town."),
        when(
            "was going on",
            lambda form: form.verb.tag_ == "VBG" and not form.auxiliaries.isdisjoint(("was", "were")),
            "happened",
            "Rebels were attacking the town when the army came.",
        ),
        when("a gerund", lambda form: form.verb.tag_ == "VBG", OPEN, "The army stopped shelling the town."),
        when("stated as a fact", lambda form: True, "happened", "Rebels attacked the town."),
    ),
)


def verb_status(verb: Word) -> str:
    """The status that a verb's own form gives; `OPEN` where a governor must decide (infinitives, gerunds)."""
    decision = VERB_STATUS.decide(Form(verb, auxiliaries(verb)), at=verb.idx)
    return decision.verdict if decision is not None else OPEN


def has_to(item: Governed) -> bool:
    """Whether somebody has or had to do it."""
    return item.lemma == "have" and item.verb.dep_ == "xcomp" and item.verb.tag_ == "VB" and item.by_verb


GOVERNED_STATUS: Ladder[Governed, str] = Ladder(
    "governed status",
    "What the word above an infinitive or gerund says of whether it was done",
    (
        when(
            "without doing it",
            lambda item: item.preposition in ("without", "instead"),
            "negated",
            "Police left without arresting the mayor.",
        ),
        when(
            "after doing it",
            lambda item: item.preposition in DONE_BEFORE,
            "happened",
            "After meeting the king, the envoy flew home.",
        ),
        when(
            "accused of doing it",
            lambda item: item.verb.dep_ == "pcomp" and item.lemma in ACCUSING,
            "happened",
            "The court charged the guard with beating the prisoners.",
        ),
        when(
            "failed or prevented",
            lambda item: item.by_verb and item.lemma in FAILING,
            "negated",
            "The army failed to release the hostages.",
        ),
        when(
            "begun",
            lambda item: item.by_verb and item.lemma in BEGINNING,
            "ongoing",
            "The army began shelling the town.",
        ),
        when(
            "going to do it",
            lambda item: item.head.lemma_ == "go" and item.head.tag_ == "VBG" and item.by_verb,
            "planned",
            "The envoy is going to meet the rebels.",
        ),
        when(
            "planned or agreed",
            lambda item: item.by_verb and item.lemma in PLANNING,
            "planned",
            "The army plans to release the hostages.",
        ),
        when(
            "is to do it",
            lambda item: item.by_verb and item.head.lemma_ == "be" and item.verb.dep_ == "xcomp",
            "planned",
            "The king is to visit Oman.",
        ),
        when(
            "about to do it",
            lambda item: item.by_verb and item.lemma == "about",
            "planned",
            "The army is about to release the hostages.",
        ),
        when(
            "wished, asked or allowed",
            lambda item: item.by_verb and (item.lemma in WISHING or item.lemma == "ought"),
            "hypothetical",
            "The army wants to release the hostages.",
        ),
        when(
            "had to do it",
            lambda item: has_to(item) and item.head.tag_ in ("VBD", "VBN"),
            "happened",
            "The court had to release the mayor.",
        ),
        when("has to do it", has_to, "hypothetical", "The government has to release the prisoners."),
        when(
            "a plan or intention to do it",
            lambda item: not item.by_verb and item.lemma in ("plan", "intention"),
            "planned",
            "Rebels announced a plan to attack the port.",
        ),
        when(
            "a threat, hope or attempt to do it",
            lambda item: not item.by_verb and item.lemma in HOPES,
            "hypothetical",
            "The president made an attempt to kill the king.",
        ),
    ),
)


def governed_status(verb: Word) -> str | None:
    """What the word above a verb that is not finite makes of it; None where one must look further up."""
    head = verb.head
    if head.i == verb.i:
        # The root has nobody above it: "Continuing talks with Iran" as a headline.
        return None
    preposition = head.lower_ if head.dep_ in ("prep", "agent", "mark") else ""
    item = Governed(verb, head.head if preposition else head, preposition)
    decision = GOVERNED_STATUS.decide(item, at=verb.idx)
    return decision.verdict if decision is not None else None


def climb_status(verb: Word, begun: int = 0) -> tuple[str, bool]:
    """The status of a verb from itself and, where it is not finite, from what governs it.

    Parameters
    ----------
    begun
        How many beginnings were climbed to come to it: "began to try to start".

    Returns
    -------
    tuple of str and bool
        The status, and whether anything but the default speaks for it.
    """
    current = verb
    for _ in range(MAX_CLIMB):
        status = verb_status(current)
        if status != OPEN:
            return status, True
        governed = governed_status(current)
        if governed is not None:
            return (begun_status(current, begun) if governed == "ongoing" else governed), True
        above = verb_above(current)
        if above is None:
            break
        current = above
    return "happened", False


def begun_status(verb: Word, begun: int = 0) -> str:
    """The status of what is begun: it goes on, unless the beginning itself is planned, denied or the like."""
    above = verb.head if verb.head.pos_ in VERBAL else verb.head.head
    outer = climb_status(above, begun + 1)[0] if above.i != verb.i and begun < MAX_CLIMB else "happened"
    return "ongoing" if outer == "happened" else outer


def verb_above(verb: Word) -> Word | None:
    """The next verb above, None where there is none."""
    head = verb.head
    while head.pos_ not in VERBAL and head.head != head:
        head = head.head
    return head if head != verb and head.pos_ in VERBAL else None
