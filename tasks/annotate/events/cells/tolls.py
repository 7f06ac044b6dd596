"""Tolls: people killed, wounded, arrested, kidnapped, displaced or in the crowd, and the verbs that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.annotate.events.cells.numbers import PeopleCount, count_of, of_people, read_count
from tasks.annotate.layers import EventArgument
from tasks.annotate.syntax.clauses import children, clause_of, conjuncts, is_gapped, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import toml, words

_TABLES = toml("events/numbers.toml")
_WORDS = words("cells")
ROLE_OF_VERB: dict[str, str] = {verb: role for role, verbs in _TABLES["verbs"].items() for verb in verbs.split()}
SUBJECT_ROLES = frozenset(_TABLES["subject_verbs"].split())
STATE_ROLES: dict[str, str] = _TABLES["states"]
OUTCOMES: dict[str, str] = _TABLES["outcomes"]
STATE_VERBS, OUTCOME_VERBS, TOLL_VERBS = _WORDS["state_verbs"], _WORDS["outcome_verbs"], _WORDS["toll_verbs"]
DRAWING, DYING, RAISING = _WORDS["drawing"], _WORDS["dying"], _WORDS["raising"]
DEADLY = word_list("deadly")
KILLING = word_list("killing")
CUMULATIVE = re.compile(
    r"\b(since|so far|in total|total of|to date|this year|over the (past|last)|"
    r"(in|during|over) \w+ (months|years|decades|weeks)|altogether|toll (rose|climbed|reached|stands))\b",
    re.I,
)
# "…, bringing the death toll since January to 340": that number is the running total, those before it are the event's.
RUNNING = re.compile(
    r"\b(bringing|taking|raising|pushing|lifting) [\w'’ ]{0,60}?\b(toll|total|number|tally|count|dead|deaths)\b", re.I
)


def people_counts(trigger: Word, themes: Sequence[Word] = (), victims: Sequence[Word] = ()) -> list[EventArgument]:
    """The tolls that hang on a trigger: its own people and those of the verbs joined to it or following from it.

    "Gunmen attacked the camp, killing 19 and wounding at least 30" gives killed 19 and wounded 30 or more, "the
    bombing that killed four" 4, "the assassination of the envoy" 1.

    Parameters
    ----------
    trigger
        Verb or noun of the event.
    themes
        Nouns that are part of the event ("carried out a *raid* that killed two").
    victims
        Its recipients, whom a noun of killing counts.
    """
    found: list[EventArgument] = []
    text = sentence_of(trigger).text
    running = RUNNING.search(text)
    scope = "cumulative" if CUMULATIVE.search(text[: running.start()] if running else text) else "event"
    if trigger.pos_ == "NOUN" and trigger.lemma_.lower() in KILLING:
        for noun in victims:
            add_count(found, "killed", count_of(noun), scope)
    for verb in following_verbs(trigger, themes):
        add_patients(found, verb, scope)
        if verb.lemma_ in STATE_VERBS:
            add_states(found, verb, scope)
        if verb.lemma_ in DRAWING and verb != trigger:
            add_crowd(found, verb, scope)
        if verb.lemma_ in OUTCOME_VERBS:
            add_outcomes(found, verb, scope)
    if running:
        add_running_total(found, trigger)
    else:
        add_toll(found, trigger)
    return found


def add_patients(found: list[EventArgument], verb: Word, scope: str) -> None:
    """Add whom a verb counts by what it does to them, or lets them do: "killing 19", "5,000 marched"."""
    role = "killed" if is_deadly(verb) else ROLE_OF_VERB.get(verb.lemma_.lower())
    if role is None:
        return
    clause = clause_of(verb)
    patients = clause.subjects if verb.lemma_.lower() in SUBJECT_ROLES else clause.objects
    add_parts(found, role, [count_of(noun, alone=role not in ("crowd", "displaced")) for noun in patients], scope)


def add_states(found: list[EventArgument], verb: Word, scope: str) -> None:
    """Add whom a verb counts by the state they are left in: "left 19 dead and 30 wounded"."""
    for child in verb.subtree:
        state = STATE_ROLES.get(child.lower_)
        if state is None or not is_state_of(verb, child):
            continue
        add_parts(found, state, [count_of(noun) for noun in in_state(verb, child)], scope)
        before = [item for item in child.lefts if item.pos_ == "NUM"]
        if before:
            add_count(found, state, read_count(before), scope)
    for count, state in those_among(verb):
        add_count(found, state, count, scope)


def is_state_of(verb: Word, state: Word) -> bool:
    """Whether a word of state stands on the verb or its own words, or is joined to one that does."""
    if state.dep_ != "conj":
        return state.head == verb or state.head in verb.children
    # "stabbed three before being shot and wounded": the state of another clause.
    return state.head == verb or state.head.dep_ not in ("pcomp", "advcl", "relcl")


def add_crowd(found: list[EventArgument], verb: Word, scope: str) -> None:
    """Add those whom a march drew: "drew a crowd of 5,000"."""
    for noun in children(verb, "dobj"):
        inner = [item for word, item in prepositions(noun) if word == "of" and noun.lemma_.lower() == "crowd"]
        add_count(found, "crowd", count_of(inner[0] if inner else noun, alone=False), scope)


def add_outcomes(found: list[EventArgument], verb: Word, scope: str) -> None:
    """Add what a deed cost by nouns that count people: "claimed 14 lives", "led to 30 arrests"."""
    nouns = (*children(verb, "dobj"), *(noun for word, noun in prepositions(verb) if word in ("in", "to")))
    for item in (item for noun in nouns for item in conjuncts(noun)):
        outcome = OUTCOMES.get(item.lemma_.lower())
        if outcome is not None:
            add_count(found, outcome, count_of(item, alone=False), scope)


def add_parts(found: list[EventArgument], role: str, counts: Sequence[PeopleCount | None], scope: str) -> None:
    """Add the counts of people named side by side.

    "Four soldiers and a woman were killed" tells no sum: at least the largest part were, the others are parts (scope
    other).
    """
    counts = [of_people(count) if count is not None else None for count in counts]
    known = [count for count in counts if count is not None and count.low is not None]
    if len(known) < 2:
        for count in counts:
            add_count(found, role, count, scope)
        return
    main = max(known, key=lambda count: count.low or 0.0)
    for count in counts:
        if count is main:
            add_count(found, role, PeopleCount(main.low, None, main.start, main.end), scope)
        else:
            add_count(found, role, count, "other" if count in known else scope)


def those_among(verb: Word) -> Iterator[tuple[PeopleCount, str]]:
    """People said to be among the dead or wounded: at least so many are."""
    for word, noun in prepositions(verb):
        state = STATE_ROLES.get(noun.lower_)
        if verb.lemma_ == "be" and word == "among" and state is not None:
            for subject in children(verb, "nsubj"):
                count = count_of(subject, alone=False)
                if count is not None:
                    yield PeopleCount(count.low, None, count.start, count.end), state


def add_toll(found: list[EventArgument], trigger: Word) -> None:
    """Add the dead that a toll in the trigger's sentence has come to, with scope cumulative: "toll rises to 17"."""
    for token in sentence_of(trigger):
        if token.lemma_.lower() != "toll" or token.dep_ != "nsubj" or token.head.lemma_.lower() not in TOLL_VERBS:
            continue
        nouns = [noun for word, noun in prepositions(token.head) if word in ("to", "at")]
        counts = (count_of(noun, alone=False) for noun in (*nouns, *children(token.head, "dobj", "attr")))
        new = (item for item in counts if item is not None and all(old.start != item.start for old in found))
        count = next(new, None)
        if count is not None:
            add_count(found, "killed", count, "cumulative")
            return


def add_running_total(found: list[EventArgument], trigger: Word) -> None:
    """Add the toll that an event brings a count to, with scope cumulative."""
    role = found[0].role if found else "killed"
    for token in sentence_of(trigger):
        if token.tag_ != "VBG" or token.lemma_.lower() not in RAISING:
            continue
        for word, noun in prepositions(token):
            count = count_of(noun, alone=False) if word == "to" else None
            if count is not None and count.low is not None:
                add_count(found, role, count, "cumulative")
                return


def in_state(verb: Word, state: Word) -> list[Word]:
    """Who is left dead or wounded: the state's own subject, the noun it stands behind, else the verb's object."""
    own = children(state, "nsubj")
    if own:
        return own
    if state.dep_ == "acl" or (state.head.pos_ in ("NOUN", "PROPN", "NUM") and state.i > state.head.i):
        return [state.head]
    if verb.lemma_ == "be":
        return children(verb, "nsubj")
    return list(clause_of(verb).objects) if state.dep_ != "dobj" else []


def is_deadly(verb: Word) -> bool:
    """Whether the verb's own words say that its people died: "fatally shot", "stabbed to death"."""
    return any(
        child.lower_ in DEADLY or (child.lower_ == "to" and any(noun.lower_ == "death" for noun in child.children))
        for child in verb.children
    )


def following_verbs(trigger: Word, themes: Sequence[Word] = ()) -> list[Word]:
    """The trigger, verbs joined to it, and participles that say what came of it ("killing five and injuring 22")."""
    found = [trigger, *verbs_above(trigger), *attached_lower(trigger)]
    if trigger.dep_ == "conj" and trigger.head.lemma_.lower() in DYING and trigger.lemma_.lower() in ROLE_OF_VERB:
        # "Ten people died and dozens were wounded when a bomb exploded"
        found.append(trigger.head)
    found.extend(gapped_verbs(trigger))
    queue = [*found, *themes]
    while queue:
        for child in queue.pop(0).children:
            if is_outcome(child) and child not in found:
                found.append(child)
                queue.append(child)
    return found


def gapped_verbs(trigger: Word) -> Iterator[Word]:
    """Participles that share the trigger's auxiliary: "two were killed and 15 others injured"."""
    for above in (trigger, *children(trigger, "nsubjpass")):
        for noun in children(above, "conj"):
            for child in children(noun, "acl"):
                if is_gapped(trigger, child) and child.lemma_.lower() in ROLE_OF_VERB:
                    yield child


def is_outcome(verb: Word) -> bool:
    """Whether a verb under another says what came of it: joined, a participle or a relative clause that counts."""
    if verb.pos_ != "VERB" or not (verb.lemma_.lower() in ROLE_OF_VERB or verb.lemma_ == "leave"):
        return False
    return verb.dep_ in ("conj", "relcl") or (verb.dep_ in ("advcl", "acl") and verb.tag_ == "VBG")


def attached_lower(trigger: Word) -> list[Word]:
    """The outcome's clause where it hangs on a nearer noun: "the bombing of a market that killed 19"."""
    if trigger.pos_ != "NOUN":
        return []
    nouns = [noun for word, noun in prepositions(trigger) if word in ("of", "on", "at", "in", "against")]
    nouns += [deeper for noun in nouns for word, deeper in prepositions(noun) if word in ("in", "at", "near", "of")]
    return [child for noun in nouns for child in children(noun, "relcl") if is_counting_clause(child)]


def is_counting_clause(verb: Word) -> bool:
    """Whether a relative clause says what a deed did: "that killed 19", not "who marched"."""
    if verb.lemma_.lower() not in ROLE_OF_VERB or verb.lemma_.lower() in SUBJECT_ROLES:
        return False
    return any(subject.lower_ in ("that", "which") for subject in children(verb, "nsubj"))


def verbs_above(trigger: Word) -> list[Word]:
    """Verbs above a trigger that say what it cost.

    "The raid claimed 14 lives", "five died and 20 were hurt in the attack", "is dead after being stabbed".
    """
    subject = trigger.pos_ == "NOUN" and trigger.dep_ == "nsubj"
    verb = trigger.head if subject else verb_around(trigger)
    if verb is None or verb.pos_ not in ("VERB", "AUX"):
        return []
    if subject:
        costs = verb.lemma_.lower() in OUTCOME_VERBS | DRAWING | ROLE_OF_VERB.keys()
        return [verb] if costs else []
    found = [verb]
    while found[-1].dep_ == "conj" and found[-1].head.pos_ in ("VERB", "AUX"):
        found.append(found[-1].head)
    # What it cost is said by verbs of dying and of states, not by whatever happened "during the attack".
    return [item for item in found if item.lemma_.lower() in ROLE_OF_VERB or item.lemma_ == "be"]


def verb_around(trigger: Word) -> Word | None:
    """The verb of what happened in or after a deed: "died in the attack", "is dead after being stabbed"."""
    preposition = trigger.head
    if trigger.dep_ not in ("pobj", "pcomp") or preposition.dep_ not in ("prep", "agent"):
        return None
    within = ("in", "during", "by", "from") if trigger.pos_ == "NOUN" else ("after", "from", "by")
    return preposition.head if preposition.lower_ in within else None


def add_count(found: list[EventArgument], role: str, count: PeopleCount | None, scope: str) -> None:
    """Add a count unless the same words gave one to the role."""
    if count is None or any(item.role == role and item.start == count.start for item in found):
        return
    count = of_people(count)
    found.append(
        EventArgument(
            role, count.start, count.end, value_low=count.low, value_high=count.high, value_scope=scope, method="dep"
        )
    )
