"""Who does it and to whom, in grammar's terms: deep subjects, objects and prepositions of a verb or noun.

The model's labels are ClearNLP's (nsubj, dobj, agent, prep, pobj, xcomp, acl, relcl …). A deep subject is the one who
acts whatever the form: "police arrested her", "she was arrested by police", "police arresting her", "the police who
arrested her" and "police moved in and arrested her" all give police and her.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tasks.annotate.syntax.labels import (
    FINITE,
    NOMINAL,
    NOMINAL_OR_NUMBER,
    OBJECTS_OR_PREDICATES,
    PREDICATE_LABELS,
    PREDICATIVE,
    PREPOSITIONAL,
    SUBJECTS,
    VERBAL,
)
from tasks.annotate.syntax.parse import Stretch, Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

_WORDS = words("syntax")
# What people do who are then called by it: "striking miners".
PROTESTING = _WORDS["protesting"]
RELATIVE_PRONOUNS = _WORDS["relative_pronouns"]
OBJECT_CONTROL = word_list("object_control")
ADVERB_PARTICLES = word_list("adverb_particles")
OBJECT_DEED = word_list("object_deed")
# Prepositions before the deed of the object of "accuse" and its like.
CHARGING = _WORDS["charging"]
# Participles that behind an object and a comma are said of it: "held two men, accused of plotting".
SAID_OF_OBJECT = _WORDS["said_of_object"]
MAX_CLIMB = 12


class Clause(NamedTuple):
    """The deep arguments of one verb: every list is of head tokens, conjuncts included, in the order of the text."""

    verb: Word
    passive: bool
    subjects: tuple[Word, ...]
    objects: tuple[Word, ...]
    receivers: tuple[Word, ...]


def sentence_of(token: Word) -> Stretch:
    """The sentence of a token."""
    return token.sent


def conjuncts(token: Word) -> tuple[Word, ...]:
    """The token and what is joined to it by "and", "or" or a comma, in order; verbs join verbs, nouns join nouns."""
    if token.conjuncts is None:
        token.conjuncts = _conjuncts(token) if token.rights else (token,)
    return token.conjuncts


def _conjuncts(token: Word) -> tuple[Word, ...]:
    found = [token]
    queue = [token]
    nominal = token.pos_ not in VERBAL
    while queue:
        head = queue.pop(0)
        for child in head.rights:
            if child.dep_ == "conj" and (child.pos_ not in VERBAL) == nominal:
                found.append(child)
                queue.append(child)
    return tuple(sorted(found, key=lambda item: item.i))


def spread(tokens: tuple[Word, ...] | list[Word]) -> tuple[Word, ...]:
    """Every token with its conjuncts, each once, in the order of the text."""
    if len(tokens) == 1:
        return conjuncts(tokens[0])
    found: dict[int, Word] = {}
    for token in tokens:
        for item in conjuncts(token):
            found[item.i] = item
    return tuple(found[index] for index in sorted(found))


def children(token: Word, *labels: str) -> list[Word]:
    """The token's children under any of the dependency labels, in order."""
    return [child for child in token.children if child.dep_ in labels]


def is_passive(verb: Word) -> bool:
    """Whether the verb's surface subject is its deep object."""
    if verb.passive is None:
        # A joined verb asks the one it is joined to: those above first, so that a long list of verbs nests no calls.
        joined = [verb]
        while joined[-1].dep_ == "conj" and joined[-1].head.passive is None and joined[-1].head is not joined[-1]:
            joined.append(joined[-1].head)
        for above in reversed(joined):
            above.passive = _is_passive(above)
    return bool(verb.passive)


def _is_passive(verb: Word) -> bool:
    if verb.tag_ not in ("VBN", "VBD"):
        return False
    labels = {child.dep_ for child in verb.children}
    if "auxpass" in labels or "nsubjpass" in labels:
        return True
    if verb.tag_ == "VBD" and "agent" not in labels:
        return False
    if any(child.dep_ == "aux" and child.lemma_ in ("have", "do") for child in verb.children):
        return False
    if "agent" in labels or verb.dep_ in ("acl", "amod"):
        return "dobj" not in labels
    if verb.dep_ == "conj" and verb.tag_ == "VBN" and "dobj" not in labels:
        # "Two were killed and nine injured": the second "were" is left out.
        return is_passive(verb.head)
    return verb.dep_ == "advcl" and "nsubj" not in labels and "dobj" not in labels


def is_particle(verb: Word, word: Word) -> bool:
    """Whether a word belongs to the verb: "gave in", "voted down the bill", not "gave details in a statement"."""
    if word.dep_ in ("prt", "advmod"):
        return True
    if word.dep_ != "prep":
        return False
    return not children(word, "pobj", "pcomp") or (word.i == verb.i + 1 and word.lower_ in ADVERB_PARTICLES)


def is_gapped(first: Word, second: Word) -> bool:
    """Whether a participle shares a passive's auxiliary: "two were killed and 15 others injured".

    The parser hangs it on the second noun, which it joins to the first verb or to its subject.
    """
    noun = second.head
    if second.dep_ != "acl" or second.tag_ != "VBN" or noun.dep_ != "conj" or second.i != noun.i + 1:
        return False
    subject = noun.head.dep_ == "nsubjpass" and noun.head.head == first
    return first.i < noun.i and (subject or noun.head == first) and is_passive(first)


def agents(verb: Word) -> tuple[Word, ...]:
    """Who did it in a passive: the object of "by"."""
    found = [noun for by in children(verb, "agent") for noun in children(by, "pobj")]
    return spread(found)


def relative_head(verb: Word) -> Word | None:
    """The noun that a relative clause describes."""
    return verb.head if verb.dep_ == "relcl" and verb.head.pos_ in NOMINAL_OR_NUMBER else None


def surface_subjects(verb: Word, depth: int = 0) -> tuple[Word, ...]:
    """The subject as the reader supplies it: its own, or the one shared, controlled or described."""
    own = children(verb, *SUBJECTS)
    if own:
        head = relative_head(verb)
        if head is not None and own[0].lower_ in RELATIVE_PRONOUNS:
            return (head,)
        return spread([child for child in own if child.dep_ != "csubj"])
    if depth > MAX_CLIMB:
        return ()
    head = verb.head
    if verb.dep_ == "conj" and head.pos_ in VERBAL:
        return subject_read_as_object(verb) or surface_subjects(head, depth + 1)
    if verb.dep_ == "relcl":
        relative = relative_head(verb)
        return (relative,) if relative is not None else ()
    if verb.dep_ == "acl" and head.pos_ in NOMINAL_OR_NUMBER:
        return _described_subjects(verb, depth)
    if verb.pos_ in PREDICATIVE and verb.dep_ in PREDICATE_LABELS and head.pos_ in VERBAL:
        # "is about to restore", "looks unlikely to release": the predicate's subject acts.
        return surface_subjects(head, depth + 1)
    return _subjects_from_above(verb, depth)


def _described_subjects(verb: Word, depth: int) -> tuple[Word, ...]:
    """Who acts in a clause without a subject that describes a noun: "police seeking her", "its decision to leave"."""
    if verb.tag_ == "VB":
        return controller_of_noun(verb.head, depth)
    return spread([verb.head]) if verb.tag_ == "VBN" else (verb.head,)


def _subjects_from_above(verb: Word, depth: int) -> tuple[Word, ...]:
    """Who acts in a clause without a subject that fills out or goes with the verb above it."""
    head = verb.head
    if verb.dep_ in ("xcomp", "ccomp"):
        if verb.tag_ in FINITE and head.lemma_ in OBJECT_CONTROL:
            # "told a reporter that two men came in, set the house ablaze": whom one tells does not do it.
            return ()
        return controller(head, depth)
    if verb.dep_ == "advcl" and verb.tag_ == "VBN" and verb.lemma_ in SAID_OF_OBJECT and not is_passive(head):
        objects = [item for item in children(head, "dobj") if head.i < item.i < verb.i]
        if objects:
            return spread(objects)
    if verb.dep_ in ("advcl", "parataxis", "dep") and head.pos_ in VERBAL:
        return surface_subjects(head, depth + 1)
    return gerund_subjects(verb, depth) if verb.dep_ == "pcomp" else ()


def subject_read_as_object(verb: Word) -> tuple[Word, ...]:
    """The subject of a second clause that the parser joined to the first one's object, none where it did not.

    "Mali is poor and the two leaders pledged help": what joins is before the leaders, nothing joins the verbs, so the
    leaders can only be its subject.
    """
    head = verb.head
    if verb.tag_ not in FINITE or any(child.dep_ == "cc" and child.i > head.i for child in head.children):
        return ()
    for noun in children(head, "dobj", "attr"):
        for item in conjuncts(noun)[1:]:
            last = max(item.right_edge.i, item.i)
            joined = any(child.dep_ == "cc" and child.i < item.i for child in item.head.children)
            if joined and last == verb.i - 1 and item.pos_ in NOMINAL:
                return (item,)
    return ()


def controller(head: Word, depth: int) -> tuple[Word, ...]:
    """Who carries out an infinitive or gerund under a verb: its object for "urge", else its subject."""
    if head.pos_ not in VERBAL:
        return surface_subjects(head, depth + 1) if head.pos_ in PREDICATIVE else ()
    if head.lemma_ in OBJECT_CONTROL:
        if is_passive(head):
            return surface_subjects(head, depth + 1)
        found = children(head, "dobj", "dative")
        found = [item if item.pos_ != "ADP" else next(iter(children(item, "pobj")), item) for item in found]
        if not found:
            found = [noun for prep in children(head, "prep") if prep.lower_ in ("on", "upon", "to", "for")
                     for noun in children(prep, "pobj")]  # fmt: skip
        if found:
            return spread(found)
    return surface_subjects(head, depth + 1)


def controller_of_noun(noun: Word, depth: int) -> tuple[Word, ...]:
    """Who carries out an infinitive under a noun: "its decision to leave", "launched an operation to free them"."""
    owners = children(noun, "poss")
    if owners:
        return spread(owners)
    head = noun.head
    if noun.dep_ in ("dobj", "attr", "nsubjpass") and head.pos_ in VERBAL:
        return agents(head) if is_passive(head) else surface_subjects(head, depth + 1)
    return ()


def gerund_subjects(verb: Word, depth: int) -> tuple[Word, ...]:
    """Who carries out a gerund under a preposition: "accused Iran of arming them", "after meeting Putin"."""
    preposition = verb.head
    governor = preposition.head
    if preposition.dep_ not in ("prep", "agent", "mark", "advcl"):
        return ()
    if governor.pos_ in ("ADP", "SCONJ") and governor.dep_ in ("prep", "prt"):
        # "talked out of using its veto"
        governor = governor.head
    if governor.pos_ in VERBAL:
        if governor.lemma_ in OBJECT_DEED and preposition.lower_ in CHARGING:
            return deep_objects(governor, depth + 1)
        return surface_subjects(governor, depth + 1)
    if governor.pos_ in ("NOUN", "PROPN"):
        verb_above = governor.head
        if (
            governor.dep_ in ("dobj", "nsubjpass")
            and verb_above.lemma_ in OBJECT_DEED
            and preposition.lower_ in CHARGING
        ):
            # The parser hangs "of shelling the town" on the accused.
            return spread([governor])
        return controller_of_noun(governor, depth + 1)
    return ()


def deep_objects(verb: Word, depth: int = 0) -> tuple[Word, ...]:
    """Whom or what the verb is done to."""
    if is_passive(verb):
        return surface_subjects(verb, depth + 1)
    own = [child for child in verb.children if child.dep_ in OBJECTS_OR_PREDICATES]
    if not own:
        # "called off the strike", "sent in troops": the noun is parsed under the particle.
        own = [noun for particle in children(verb, "prt") for noun in children(particle, "pobj")]
    if own:
        head = relative_head(verb)
        if head is not None and own[0].lower_ in RELATIVE_PRONOUNS:
            return (head,)
        predicates = tuple(child for child in own if child.dep_ == "acomp")
        return spread([child for child in own if child.dep_ != "acomp"]) + predicates
    relative = _relative_object(verb)
    return (relative,) if relative is not None else _shared_objects(verb)


def _relative_object(verb: Word) -> Word | None:
    """The noun that a relative clause says is acted on: "the man they arrested"."""
    relative = relative_head(verb)
    subjects = children(verb, "nsubj")
    if relative is None or not subjects or stranded(verb):
        return None
    return relative if subjects[0].lower_ not in RELATIVE_PRONOUNS else None


def _shared_objects(verb: Word) -> tuple[Word, ...]:
    """The object that a verb shares with the next one.

    "They met and praised him": an object belongs to the nearest verb; "shot and killed him" shares it backwards.
    """
    for child in verb.rights:
        if child.dep_ == "conj" and child.pos_ == "VERB" and child.i - verb.i <= 2 and not children(child, "nsubj"):
            shared = children(child, "dobj")
            if shared and not children(verb, "prep"):
                return spread(shared)
    return ()


def stranded(verb: Word) -> bool:
    """Whether a preposition of the verb has lost its noun: "the man they called on"."""
    return any(child.dep_ == "prep" and not children(child, "pobj", "pcomp") for child in verb.children)


def receivers(verb: Word) -> tuple[Word, ...]:
    """The indirect object: "gave Syria aid", "gave aid to Syria"."""
    found: list[Word] = []
    for child in children(verb, "dative"):
        found.extend(children(child, "pobj") if child.pos_ == "ADP" else [child])
    return spread(found)


def clause_of(verb: Word) -> Clause:
    """The deep arguments of a verb."""
    noun = described_by_participle(verb)
    if noun is not None:
        return Clause(verb, False, spread([noun]), (), ())
    passive = is_passive(verb)
    subjects = agents(verb) if passive else surface_subjects(verb)
    return Clause(verb, passive, subjects, deep_objects(verb), receivers(verb))


def described_by_participle(verb: Word) -> Word | None:
    """The noun that a participle before it describes, where the parser took it for the participle's object.

    "used tear gas against protesting nurses": the nurses protest, the police do not protest the nurses.
    """
    if verb.tag_ != "VBG" or verb.dep_ != "pcomp" or verb.lemma_ not in PROTESTING:
        return None
    if verb.head.lower_ not in ("against", "at", "on", "with", "to", "into", "between"):
        return None
    nouns = children(verb, "dobj")
    if (
        not nouns
        or any(child.dep_ in ("det", "poss") for child in nouns[0].lefts)
        or nouns[0].left_edge.i != verb.i + 1
    ):
        return None
    return nouns[0]


def prepositions(head: Word) -> tuple[tuple[str, Word], ...]:
    """The prepositional phrases on a verb or noun as (preposition, noun), conjuncts and "in front of" chains included.

    A passive's stranded preposition gives the passive's subject: "they were shot at" is ("at", they).
    """
    if head.phrases is None:
        head.phrases = tuple(_prepositions(head)) if head.children else ()
    return head.phrases


def _prepositions(head: Word) -> Iterator[tuple[str, Word]]:
    for child in head.children:
        if child.dep_ in ("advcl", "ccomp", "xcomp") and child.tag_ == "VB":
            # "called for the minister to go"
            marks = children(child, "mark")
            yield from ((mark.lower_, item) for mark in marks for item in _every(children(child, "nsubj")))
        if child.dep_ in ("prep", "dative", "agent", "prt", "advmod") and child.pos_ in PREPOSITIONAL:
            yield from _phrases_of(child)
            if not (child.dep_ == "prep" and child.pos_ == "ADV") and not children(child, "pobj"):
                yield from _phrases_of_bare(child, head)


def _every(nouns: list[Word]) -> Iterator[Word]:
    """The nouns, each with what is joined to it."""
    for noun in nouns:
        yield from conjuncts(noun)


def _phrases_of(preposition: Word) -> Iterator[tuple[str, Word]]:
    """A preposition with its own nouns and with those of a preposition below it."""
    own = preposition.lower_
    nouns = children(preposition, "pobj")
    described = (described_by_participle(verb) for verb in children(preposition, "pcomp"))
    for item in _every([*nouns, *(noun for noun in described if noun is not None)]):
        yield own, item
    for inner in children(preposition, "prep"):
        for item in _every(children(inner, "pobj")):
            yield f"{own} {inner.lower_}", item
            yield inner.lower_, item


def _phrases_of_bare(preposition: Word, head: Word) -> Iterator[tuple[str, Word]]:
    """A preposition that has lost its noun, with the noun that stands elsewhere."""
    own = preposition.lower_
    if own in ("on", "upon") and head.pos_ == "VERB" and head.lemma_ == "call":
        # "called on the president to resign" is often parsed as if he were the infinitive's subject.
        for verb in children(head, "ccomp", "xcomp"):
            if verb.tag_ == "VB" and verb.i > preposition.i:
                yield from ((own, item) for item in _every(children(verb, "nsubj")))
    if preposition.dep_ in ("prep", "prt") and head.pos_ == "VERB" and is_passive(head):
        yield from ((own, item) for item in deep_objects(head))


def complements(verb: Word, *, gerunds: bool) -> list[Word]:
    """The verbs that fill out a verb: infinitives (and bare complements), or gerunds after it or its preposition."""
    return _gerunds(verb) if gerunds else [child for child in verb.children if _is_infinitive(child, verb)]


def _gerunds(verb: Word) -> list[Word]:
    found: list[Word] = []
    for child in verb.children:
        if child.dep_ in ("xcomp", "ccomp", "dobj", "advcl") and child.tag_ == "VBG":
            found.append(child)
        elif child.dep_ == "prep":
            found.extend(children(child, "pcomp"))
    return found


def _is_infinitive(child: Word, verb: Word) -> bool:
    """Whether a child fills out a verb: an infinitive with "to", or a bare one that no modal or mark makes a clause."""
    if child.dep_ not in ("xcomp", "ccomp", "advcl", "acl") or child.tag_ != "VB" or child.i <= verb.i:
        return False
    if any(part.dep_ == "aux" and part.lower_ == "to" for part in child.children):
        return True
    finite = any(part.tag_ == "MD" or part.dep_ == "mark" for part in child.children)
    return child.dep_ in ("xcomp", "ccomp") and not finite


def following(token: Word) -> str:
    """The word behind a token in lower case; empty at the end."""
    words = token.parse.words
    return words[token.i + 1].lower_ if token.i + 1 < len(words) else ""


def is_negated(token: Word) -> bool:
    """Whether the word itself is denied: "did not meet", "no talks", "never", "no longer", "neither … nor"."""
    for child in token.children:
        if child.dep_ == "neg" or child.lower_ in ("not", "never", "n't", "neither", "nor"):
            if child.lower_ == "not" and following(child) in ("only", "just"):
                continue
            return True
        if child.dep_ in ("det", "advmod", "preconj") and child.lower_ in ("no", "neither"):
            return True
        if child.lower_ in ("longer", "more") and any(part.lower_ == "no" for part in child.children):
            return True
    return False
