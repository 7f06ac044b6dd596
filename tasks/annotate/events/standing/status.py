"""Did it happen, and who says so: the status and assertion of an event from the words around its trigger.

Status comes from the innermost word that decides it: the trigger's own auxiliaries and negation, then the verb or
noun that governs it ("plans to", "failed to", "threat of"), outwards. Assertion is kept apart: a denied attack and an
alleged one may both have happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.standing.assertion import assertion_of
from tasks.annotate.events.view import View
from tasks.annotate.events.when.dates import When
from tasks.annotate.syntax.clauses import MAX_CLIMB, children, is_negated
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

VERBAL = ("VERB", "AUX")
# Nouns whose infinitive is no news by itself: "call to free the miners".
DECISIONS = frozenset({"bid", "call", "plea", "effort", "attempt", "move", "plan", "threat", "vow", "pledge", "offer"})
SET_AHEAD = frozenset({"due", "set", "scheduled", "slated", "planned"})
# Duty says nothing of whether it is done, nor a ban of whether it is left undone.
DUTY = frozenset({"must", "ought", "should"})
CANCELLATION = frozenset({"cancellation", "postponement", "abandonment"})
HABITUAL = word_list("habitual")


@dataclass(frozen=True, slots=True)
class Standing:
    """The status and assertion of an event; `firm` is False where nothing but the default speaks for the status."""

    status: str
    assertion: str
    source: Word | None
    firm: bool


def auxiliaries(verb: Word) -> set[str]:
    """The verb's auxiliaries as lemmas and as written; a joined verb without its own shares its partner's."""
    own = {form for child in verb.children if child.dep_ in ("aux", "auxpass") for form in (child.lower_, child.lemma_)}
    shares = verb.dep_ == "conj" and verb.head.pos_ in VERBAL and not children(verb, "nsubj", "nsubjpass")
    # "could recall its envoy and cut ties": of one form in present and past, such a verb is often taken for a past.
    alike = verb.tag_ == verb.head.tag_ or verb.tag_ in ("VB", "VBN")
    if not own and shares and (alike or (verb.head.tag_ == "VB" and verb.lower_ == verb.lemma_.lower())):
        return auxiliaries(verb.head)
    return own


def negated(verb: Word) -> bool:
    """Whether the verb or its subject is denied: "did not meet", "no soldier was killed"."""
    if is_negated(verb):
        return True
    if verb.dep_ == "conj" and verb.head.pos_ in VERBAL and not children(verb, "nsubj", "nsubjpass", "aux", "auxpass"):
        return shares_negation(verb) and negated(verb.head)
    if any(child.lower_ in ("nobody", "none") for child in children(verb, "dobj")):
        return True
    return any(
        child.lower_ in ("nobody", "none", "neither") or any(det.lower_ in ("no", "neither") for det in child.lefts)
        for child in children(verb, "nsubj", "nsubjpass")
    )


def shares_negation(verb: Word) -> bool:
    """Whether a joined verb is denied with its partner: "did not meet and talk", "never arrested or beat him"."""
    either = any(child.dep_ == "cc" and child.lower_ in ("or", "nor") for child in verb.head.children)
    return verb.tag_ == verb.head.tag_ and (verb.tag_ == "VB" or either)


def is_habit(verb: Word) -> bool:
    """Whether a verb in the present tells what is done again and again: "rebels often attack villages"."""
    if verb.tag_ not in ("VBP", "VBZ"):
        return False
    for child in verb.children:
        if child.dep_ == "advmod" and child.lower_ in HABITUAL:
            return True
        if child.dep_ == "npadvmod" and any(part.lower_ in ("every", "each") for part in child.lefts):
            return True
    shares = verb.dep_ == "conj" and verb.head.pos_ in VERBAL and not children(verb, "nsubj", "nsubjpass")
    return shares and is_habit(verb.head)


def verb_status(view: View, verb: Word) -> str | None:
    """The status a verb's own form gives; None where a governor must decide (infinitives, gerunds)."""
    words = view.lexicon.words
    aux = auxiliaries(verb)
    if aux & DUTY and "have" not in aux:
        return "hypothetical"
    if negated(verb):
        return "negated"
    if any(child.dep_ == "mark" and child.lower_ in words["condition"] for child in verb.children):
        return "hypothetical"
    reported = verb.dep_ == "ccomp" and verb.head.lemma_.lower() in words["say"] | words["plan"] | words["wish"]
    if aux & words["modal_future"]:
        return "planned"
    if "would" in aux and reported and verb.head.lemma_.lower() in words["say"]:
        return "planned"
    if "must" in aux:
        return "hypothetical"
    if aux & words["modal_possible"]:
        return "hypothetical" if "have" not in aux else "negated"
    if "to" in aux and is_announced(view, verb):
        return "planned"
    if "to" in aux or (verb.tag_ == "VB" and "do" not in aux):
        return None
    if verb.tag_ == "VBG":
        return "ongoing" if aux & {"is", "are", "'s", "'re", "am"} or {"have", "been"} <= aux else _past_gerund(aux)
    return "happened"


def is_announced(view: View, verb: Word) -> bool:
    """Whether an infinitive with a subject of its own announces: "Ministers to meet on Friday, envoy says"."""
    subjects = [item for item in children(verb, "nsubj", "nsubjpass") if is_bare_between(item, verb)]
    if verb.dep_ == "ROOT":
        return bool(subjects)
    if verb.dep_ in ("ccomp", "parataxis"):
        return bool(subjects) and verb.head.lemma_.lower() in view.lexicon.words["say"]
    if verb.dep_ not in ("relcl", "acl", "advcl") or not in_title(verb):
        return False
    # The parser takes "Ministers to meet, envoy says" for "ministers who are to meet"; "first woman to" is a habit.
    noun = verb.head
    head_words = {child.lower_ for child in noun.lefts}
    plain = noun.dep_ in ("ROOT", "nsubj", "nsubjpass", "dep", "npadvmod", "advcl") and noun.pos_ in ("NOUN", "PROPN")
    return plain and not head_words & {"first", "last", "next", "only", "latest"} and noun.lower_ not in DECISIONS


def is_bare_between(subject: Word, verb: Word) -> bool:
    """Whether no finite verb stands between a subject and its infinitive."""
    between = subject.parse.span(subject.i + 1, verb.i) if subject.i < verb.i else ()
    return subject.i < verb.i and not any(token.tag_ in ("VBD", "VBZ", "VBP", "MD") for token in between)


def in_title(token: Word) -> bool:
    """Whether a word stands in the article's title."""
    return any(part.kind == "title" and part.start <= token.idx < part.end for part in token.parse.sections)


def _past_gerund(aux: set[str]) -> str | None:
    return "happened" if aux & {"was", "were"} else None


def governed_status(view: View, verb: Word) -> tuple[str | None, bool]:
    """What the word above a non-finite verb makes of it, and whether to look further up."""
    words = view.lexicon.words
    head = verb.head
    if head.i == verb.i:
        # The root has nobody above it: "Continuing talks with Iran" as a headline.
        return None, False
    preposition = head.lower_ if head.dep_ in ("prep", "agent", "mark") else ""
    if preposition:
        head = head.head
    lemma = head.lemma_.lower()
    if preposition in ("without", "instead"):
        return "negated", False
    if preposition in ("after", "since", "by", "upon", "on"):
        return "happened", False
    if verb.dep_ == "pcomp" and lemma in words["allege"] | words["say"]:
        return "happened", False
    if head.pos_ in VERBAL or head.pos_ == "ADJ":
        if lemma in words["fail"]:
            return "negated", False
        if lemma in words["begin"]:
            return "ongoing", True
        if head.lemma_ == "go" and head.tag_ == "VBG":
            return "planned", False
        if lemma in words["plan"] or (head.lemma_ == "be" and verb.dep_ == "xcomp"):
            return "planned", False
        if lemma in ("about", "due", "set"):
            return "planned", False
        if lemma in words["wish"] or lemma == "ought":
            return "hypothetical", False
        if lemma == "have" and verb.dep_ == "xcomp" and verb.tag_ == "VB":
            # What one had to do is told as done; what one has to do is a duty.
            return ("happened" if head.tag_ in ("VBD", "VBN") else "hypothetical"), False
        return None, True
    if lemma in words["threat_noun"]:
        return ("planned" if lemma in ("plan", "intention", "decision") else "hypothetical"), False
    return None, True


def noun_status(view: View, noun: Word) -> tuple[str | None, Word | None]:
    """The status a noun's own modifiers give, else the verb whose status it shares ("the summit will take place")."""
    words = view.lexicon.words
    modifiers = {child.lower_ for child in noun.lefts}
    if is_negated(noun):
        return "negated", None
    if is_cancelled(view, noun):
        return "cancelled", None
    if modifiers & words["planned_modifier"]:
        return "planned", None
    if modifiers & words["possible_modifier"]:
        return "hypothetical", None
    if any(is_set_ahead(view, child) for child in noun.rights):
        return "planned", None
    head = noun.head
    if noun.dep_ == "pobj" and head.dep_ in ("prep", "agent"):
        governor = head.head
        lemma = governor.lemma_.lower()
        if governor.pos_ in ("NOUN", "PROPN"):
            if lemma in words["threat_noun"] or (lemma in words["end_noun"] and lemma not in ("start", "beginning")):
                return ("planned" if lemma in ("plan", "preparation") else "hypothetical"), None
            return None, None
        if head.lower_ in ("for", "against", "about", "of", "with", "to") and lemma in words["wish"] | words["plan"]:
            return ("planned" if lemma in words["plan"] else "hypothetical"), None
        if lemma in ("call", "ask", "appeal") and head.lower_ == "for":
            return "hypothetical", None
        if head.lower_ == "without":
            return "negated", None
        if head.lower_ in ("before", "ahead"):
            return "planned", None
        if head.lower_ == "pending" or (head.lower_ == "to" and lemma == "subject"):
            # "subject to approval by Congress", "pending a ruling"
            return "hypothetical", None
        return None, None
    if noun.dep_ in ("nsubj", "nsubjpass", "dobj", "attr") and head.pos_ in VERBAL:
        lemma = head.lemma_.lower()
        if is_cancelling(view, head) and noun.dep_ in ("dobj", "nsubjpass"):
            # It may or will not be cancelled: so far it is set.
            return "planned", None
        if noun.dep_ == "nsubjpass" and lemma in words["plan"] and not negated(head):
            return "planned", None
        if lemma == "be" and any(child.lower_ in SET_AHEAD for child in children(head, "acomp")) and not negated(head):
            return "planned", None
        if lemma == "be" or lemma in words["occur"]:
            return None, head
        if noun.dep_ in ("dobj", "nsubjpass"):
            if lemma in words["plan"]:
                return "planned", None
            if lemma in words["fail"]:
                return "negated", None
            if lemma in words["wish"]:
                return "hypothetical", None
    return None, None


def is_cancelled(view: View, noun: Word) -> bool:
    """Whether an event's noun is told to be off: "the summit was called off", "the cancellation of talks"."""
    head = noun.head
    if any(child.dep_ == "acl" and child.tag_ == "VBN" and is_cancelling(view, child) for child in noun.rights):
        return True
    if noun.dep_ == "pobj" and head.dep_ == "prep" and head.lower_ == "of":
        return head.head.lemma_.lower() in CANCELLATION
    if noun.dep_ == "pobj" and head.dep_ == "prt":
        head = head.head
    elif noun.dep_ not in ("dobj", "nsubjpass"):
        return False
    return (
        head.pos_ == "VERB"
        and is_cancelling(view, head)
        and not negated(head)
        and climb_status(view, head)[0] in ("happened", "ongoing")
    )


def is_cancelling(view: View, verb: Word) -> bool:
    """Whether a verb takes an event off the calendar: "cancel", "postpone", "call off"."""
    lemma = verb.lemma_.lower()
    off = lemma in ("call", "put") and any(child.lower_ == "off" for child in children(verb, "prt"))
    return off or lemma in view.lexicon.words["cancel"]


def is_set_ahead(view: View, word: Word) -> bool:
    """Whether a word behind a noun sets it for a day to come: "talks due on Friday", "a march planned for Monday"."""
    participle = (
        word.dep_ == "acl" and word.tag_ == "VBN" and word.lemma_.lower() in ("plan", "schedule", "set", "slate")
    )
    return (participle and not children(word, "agent")) or (
        word.dep_ in ("amod", "acl", "relcl") and word.lower_ == "due"
    )


def standing_of(view: View, match: Match) -> Standing:
    """The status and assertion of a matched event."""
    token = match.trigger
    status: str | None = None
    firm = True
    if match.frame.nominal:
        status, carrier = noun_status(view, token)
        if status is None and carrier is not None:
            status, firm = climb_status(view, carrier)
            if carrier.lemma_ == "be" and status == "happened" and carrier.tag_ in ("VBZ", "VBP"):
                firm = False
        elif status is None:
            firm = False
    elif match.frame.polarity:
        status = "happened"
    else:
        status, firm = climb_status(view, token)
        if status == "hypothetical" and match.frame.type == "ASSAULT" and is_attempt(token):
            # CAMEO codes an attempt on somebody's life as violence itself (185).
            status, firm = climb_status(view, token.head)
        for theme in match.themes:
            modifiers = {child.lower_ for child in theme.lefts}
            if status == "happened" and modifiers & {"no"}:
                status = "negated"
    assertion, source = assertion_of(view, match)
    return Standing(status or "happened", assertion, source, firm)


def is_attempt(verb: Word) -> bool:
    """Whether a deed was tried: "tried to blow up a market"; the attempt itself is what happened."""
    return verb.dep_ == "xcomp" and verb.head.lemma_ in ("try", "attempt") and verb.head.pos_ == "VERB"


def climb_status(view: View, verb: Word) -> tuple[str, bool]:
    """The status of a verb from itself and, where it is not finite, from what governs it."""
    current = verb
    for _ in range(MAX_CLIMB):
        status = verb_status(view, current)
        if status is not None and not (
            status == "happened" and current.tag_ == "VBN" and current.dep_ in ("acl", "advcl")
        ):
            if status == "happened" and current.lemma_ == "set" and current != verb:
                return "planned", True
            return status, True
        if current.tag_ == "VBN" and "to" not in auxiliaries(current):
            return "happened", True
        status, further = governed_status(view, current)
        if status is not None and not further:
            return status, True
        if status == "ongoing":
            above = current.head if current.head.pos_ in VERBAL else current.head.head
            outer = climb_status(view, above)[0] if above.i != current.i else "happened"
            return ("ongoing" if outer == "happened" else outer), True
        head = current.head
        while head.pos_ not in VERBAL and head.head != head:
            head = head.head
        if head == current or head.pos_ not in VERBAL:
            return "happened", False
        current = head
    return "happened", False


def status_on(status: str, when: When, published: dt.datetime | None) -> str:
    """The status that an event's day leaves it: what lies ahead of the publication is planned, long past historical.

    Only what is told as happened or ongoing changes, and only a day looks ahead: a month named alone is often the last
    one of its name.
    """
    if status not in ("happened", "ongoing") or when.first is None or published is None:
        return status
    if when.first > published.date() and when.precision == "day":
        return "planned"
    return "historical" if is_historical(when, published) else status


def is_historical(when: When, published: dt.datetime | None) -> bool:
    """Whether the event lies more than about a year before publication."""
    if when.first is None or published is None:
        return False
    return ((when.last or when.first) - published.date()).days < -366
