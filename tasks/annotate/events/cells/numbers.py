"""How many: people killed, wounded, arrested, kidnapped, displaced or in the crowd, and amounts of money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.annotate.layers import EventArgument
from tasks.annotate.syntax.clauses import children, clause_of, conjuncts, is_gapped, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import toml

_TABLES = toml("events/numbers.toml")
ROLE_OF_VERB: dict[str, str] = {verb: role for role, verbs in _TABLES["verbs"].items() for verb in verbs.split()}
SUBJECT_ROLES = frozenset(_TABLES["subject_verbs"].split())
STATE_ROLES: dict[str, str] = _TABLES["states"]
OUTCOMES: dict[str, str] = _TABLES["outcomes"]
STATE_VERBS = frozenset({"leave", "find", "be", "shoot", "stab", "report", "take", "hold", "beat", "hack"})
OUTCOME_VERBS = frozenset(
    {"claim", "cost", "take", "cause", "leave", "bring", "see", "result", "lead", "end", "report"}
)
UNITS: dict[str, int] = _TABLES["units"]
SCALES: dict[str, int] = _TABLES["scales"]
# A vague word gives no figure, only that there were some: both ends stay open.
VAGUE = word_list("vague")
AGE_WORDS = word_list("age_words")
CONTAINERS = word_list("containers")
NO_ONE = word_list("no_one")
# What a march does to those who come to it: "drew a crowd of 5,000".
DRAWING = frozenset({"draw", "attract"})
DYING = frozenset({"die", "perish"})
# A single person needs no article to count: "the attacker", headline "Policeman shot dead".
NO_PERSON = word_list("no_person")
DEADLY = word_list("deadly")
KILLING = word_list("killing")
RAISING = frozenset({"bring", "take", "raise", "push", "lift"})
TOLL_VERBS = frozenset({"rise", "climb", "reach", "increase", "jump", "grow", "stand", "pass", "exceed", "top", "hit"})
LOWER_BOUND = re.compile(r"\b(at least|more than|over|no fewer than|not less than|no less than|upwards of)\W+$", re.I)
UPPER_BOUND = re.compile(
    r"\b(at most|up to|as many as|fewer than|less than|no more than|under|nearly|almost)\W+$", re.I
)
CUMULATIVE = re.compile(
    r"\b(since|so far|in total|total of|to date|this year|over the (past|last)|"
    r"(in|during|over) \w+ (months|years|decades|weeks)|altogether|toll (rose|climbed|reached|stands))\b",
    re.I,
)
# "…, bringing the death toll since January to 340": that number is the running total, those before it are the event's.
RUNNING = re.compile(
    r"\b(bringing|taking|raising|pushing|lifting) [\w'’ ]{0,60}?\b(toll|total|number|tally|count|dead|deaths)\b", re.I
)
DIGITS = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$|^\d+(\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Count:
    """A number read from text: `low` and `high` are the bounds, None where open; offsets of its words."""

    low: float | None
    high: float | None
    start: int
    end: int


def word_value(token: Word) -> float | None:
    """The value of one number word or figure."""
    text = token.lower_
    if DIGITS.match(text):
        return float(text.replace(",", ""))
    if text in UNITS:
        return float(UNITS[text])
    if "-" in text and all(part in UNITS for part in text.split("-")):
        return float(sum(UNITS[part] for part in text.split("-")))
    return None


def read_count(tokens: list[Word]) -> Count | None:
    """Read a run of number words ("at least 1.2 million", "10 to 15", "dozens") into bounds."""
    values: list[float] = []
    current: float | None = None
    used: list[Word] = []
    vague: Word | None = None
    for token in tokens:
        value = word_value(token)
        text = token.lower_
        if value is not None:
            if current is not None and used and follows(used[-1], token) and current >= 20 > value and current < 100:
                current += value
            else:
                if current is not None:
                    values.append(current)
                current = value
            used.append(token)
        elif text in SCALES:
            current = (current or 1.0) * SCALES[text]
            used.append(token)
        elif text == "dozen" and current is not None and used[-1].i == token.i - 1:
            current *= 12
            used.append(token)
        elif text in VAGUE:
            vague = token
    if current is not None:
        values.append(current)
    if not values:
        if vague is None:
            return None
        return Count(None, None, vague.idx, vague.idx + len(vague))
    start, end = used[0].idx, used[-1].idx + len(used[-1])
    window = used[0].parse.span(max(0, used[0].i - 8), used[-1].i + 1)
    between = window.text[start - window.start_char :]
    before = window.text[max(0, start - window.start_char - 24) : start - window.start_char]
    if vague is not None and vague.i == used[-1].i + 1:
        return Count(None, None, start, end)
    if len(values) >= 2 and re.search(r"\b(to|and|or)\b|[-–]", between):
        return Count(min(values[:2]), max(values[:2]), start, end)
    if LOWER_BOUND.search(before):
        return Count(values[0], None, start, end)
    if UPPER_BOUND.search(before):
        return Count(None, values[0], start, end)
    return Count(values[0], values[0], start, end)


def follows(first: Word, second: Word) -> bool:
    """Whether two number words make one number: "twenty two", "twenty-two"."""
    return second.i - first.i == 1 or (second.i - first.i == 2 and first.nbor().text == "-")


def count_of(noun: Word, *, alone: bool = True) -> Count | None:
    """The number of a noun phrase: its numeral, or with `alone` 1 for a single person or a name."""
    if noun.lower_ in NO_ONE and not (noun.lower_ == "one" and children(noun, "prep", "nummod")):
        return None
    # "a four-year-old boy": the number is his age.
    numerals = [
        child
        for child in noun.children
        if child.dep_ in ("nummod", "quantmod", "amod", "det", "compound")
        and not any(part.lower_ in AGE_WORDS or "-year" in part.lower_ for part in child.subtree)
    ]
    tokens = sorted(
        {
            sub.i: sub for child in numerals for sub in child.subtree if sub.i <= noun.i or child.dep_ == "nummod"
        }.values(),
        key=lambda token: token.i,
    )
    found = read_count(
        [token for token in tokens if token.pos_ in ("NUM", "NOUN", "ADJ", "ADP", "DET", "CCONJ", "PART")]
    )
    if found is not None:
        return found
    if noun.tag_ == "NNS" and any(child.lower_ == "both" for child in noun.lefts):
        return Count(2.0, 2.0, noun.left_edge.idx, noun.idx + len(noun))
    if noun.pos_ == "NUM" or noun.lower_ in VAGUE:
        return read_count([*[child for child in noun.lefts if child.pos_ in ("NUM", "ADP")], noun])
    if not alone:
        return None
    named = any(child.dep_ in ("det", "poss") and child.lower_ != "no" for child in noun.lefts)
    plain = named or not children(noun, "prep", "conj")
    if noun.tag_ == "NN" and noun.lower_ not in NO_PERSON | CONTAINERS and plain:
        return Count(1.0, 1.0, noun.idx, noun.idx + len(noun))
    if noun.pos_ == "PROPN" and noun.ent_type_ == "PERSON":
        return Count(1.0, 1.0, noun.idx, noun.idx + len(noun))
    return None


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
        role = "killed" if is_deadly(verb) else ROLE_OF_VERB.get(verb.lemma_.lower())
        if role is not None:
            clause = clause_of(verb)
            patients = clause.subjects if verb.lemma_.lower() in SUBJECT_ROLES else clause.objects
            counts = [count_of(noun, alone=role not in ("crowd", "displaced")) for noun in patients]
            add_parts(found, role, counts, scope)
        if verb.lemma_ in STATE_VERBS:
            for child in verb.subtree:
                state = STATE_ROLES.get(child.lower_)
                if state is None or (child.head not in (verb, *verb.children) and child.dep_ != "conj"):
                    continue
                if child.dep_ == "conj" and child.head != verb and child.head.dep_ in ("pcomp", "advcl", "relcl"):
                    # "stabbed three before being shot and wounded": the state of another clause.
                    continue
                add_parts(found, state, [count_of(noun) for noun in in_state(verb, child)], scope)
                before = [item for item in child.lefts if item.pos_ == "NUM"]
                if before:
                    add_count(found, state, read_count(before), scope)
            for count, state in those_among(verb):
                add_count(found, state, count, scope)
        if verb.lemma_ in DRAWING and verb != trigger:
            for noun in children(verb, "dobj"):
                inner = [item for word, item in prepositions(noun) if word == "of" and noun.lemma_.lower() == "crowd"]
                add_count(found, "crowd", count_of(inner[0] if inner else noun, alone=False), scope)
        if verb.lemma_ in OUTCOME_VERBS:
            for noun in (*children(verb, "dobj"), *(noun for word, noun in prepositions(verb) if word in ("in", "to"))):
                for item in conjuncts(noun):
                    if (outcome := OUTCOMES.get(item.lemma_.lower())) is not None:
                        add_count(found, outcome, count_of(item, alone=False), scope)
    if running:
        add_running_total(found, trigger)
    else:
        add_toll(found, trigger)
    return found


def add_parts(found: list[EventArgument], role: str, counts: Sequence[Count | None], scope: str) -> None:
    """Add the counts of people named side by side.

    "Four soldiers and a woman were killed" tells no sum: at least the largest part were, the others are parts (scope
    other).
    """
    known = [count for count in counts if count is not None and count.low is not None]
    if len(known) < 2:
        for count in counts:
            add_count(found, role, count, scope)
        return
    main = max(known, key=lambda count: count.low or 0.0)
    for count in counts:
        if count is main:
            add_count(found, role, Count(main.low, None, main.start, main.end), scope)
        else:
            add_count(found, role, count, "other" if count in known else scope)


def those_among(verb: Word) -> Iterator[tuple[Count, str]]:
    """People told to be among the dead or wounded: at least so many are."""
    for word, noun in prepositions(verb):
        state = STATE_ROLES.get(noun.lower_)
        if verb.lemma_ == "be" and word == "among" and state is not None:
            for subject in children(verb, "nsubj"):
                count = count_of(subject, alone=False)
                if count is not None:
                    yield Count(count.low, None, count.start, count.end), state


def add_toll(found: list[EventArgument], trigger: Word) -> None:
    """Add the dead that a toll in the trigger's sentence has come to, with scope cumulative: "toll rises to 17"."""
    for token in sentence_of(trigger):
        if token.lemma_.lower() != "toll" or token.dep_ != "nsubj" or token.head.lemma_.lower() not in TOLL_VERBS:
            continue
        nouns = [noun for word, noun in prepositions(token.head) if word in ("to", "at")]
        for noun in (*nouns, *children(token.head, "dobj", "attr")):
            count = count_of(noun, alone=False)
            if count is not None and not any(item.start == count.start for item in found):
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
    """The trigger, verbs joined to it, and participles that tell its outcome ("killing five and injuring 22")."""
    found = [trigger, *telling_verbs(trigger), *attached_lower(trigger)]
    if trigger.dep_ == "conj" and trigger.head.lemma_.lower() in DYING and trigger.lemma_.lower() in ROLE_OF_VERB:
        # "Ten people died and dozens were wounded when a bomb exploded"
        found.append(trigger.head)
    found.extend(
        child
        for above in (trigger, *children(trigger, "nsubjpass"))
        for noun in children(above, "conj")
        for child in children(noun, "acl")
        if is_gapped(trigger, child) and child.lemma_.lower() in ROLE_OF_VERB
    )
    queue = [*found, *themes]
    while queue:
        head = queue.pop(0)
        for child in head.children:
            if child.pos_ != "VERB":
                continue
            outcome = (child.dep_ in ("advcl", "acl") and child.tag_ == "VBG") or child.dep_ == "relcl"
            tells = child.lemma_.lower() in ROLE_OF_VERB or child.lemma_ == "leave"
            if (child.dep_ == "conj" or outcome) and tells and child not in found:
                found.append(child)
                queue.append(child)
    return found


def attached_lower(trigger: Word) -> list[Word]:
    """The outcome's clause where it hangs on a nearer noun: "the bombing of a market that killed 19"."""
    if trigger.pos_ != "NOUN":
        return []
    nouns = [noun for word, noun in prepositions(trigger) if word in ("of", "on", "at", "in", "against")]
    nouns += [deeper for noun in nouns for word, deeper in prepositions(noun) if word in ("in", "at", "near", "of")]
    return [
        child
        for noun in nouns
        for child in children(noun, "relcl")
        if child.lemma_.lower() in ROLE_OF_VERB.keys() - SUBJECT_ROLES
        and any(subject.lower_ in ("that", "which") for subject in children(child, "nsubj"))
    ]


def telling_verbs(trigger: Word) -> list[Word]:
    """Verbs above a trigger that tell what it cost.

    "The raid claimed 14 lives", "five died and 20 were hurt in the attack", "is dead after being stabbed".
    """
    verb = trigger.head
    if trigger.dep_ in ("pobj", "pcomp") and verb.dep_ in ("prep", "agent"):
        within = ("in", "during", "by", "from") if trigger.pos_ == "NOUN" else ("after", "from", "by")
        if verb.lower_ not in within:
            return []
        verb = verb.head
    elif trigger.pos_ != "NOUN" or trigger.dep_ != "nsubj":
        return []
    if verb.pos_ not in ("VERB", "AUX"):
        return []
    found = [verb]
    while found[-1].dep_ == "conj" and found[-1].head.pos_ in ("VERB", "AUX"):
        found.append(found[-1].head)
    if trigger.dep_ == "nsubj":
        tells = OUTCOME_VERBS | DRAWING | ROLE_OF_VERB.keys()
        return found[:1] if verb.lemma_.lower() in tells else []
    # What it cost is told by verbs of dying and of states, not by whatever happened "during the attack".
    return [item for item in found if item.lemma_.lower() in ROLE_OF_VERB or item.lemma_ == "be"]


def add_count(found: list[EventArgument], role: str, count: Count | None, scope: str) -> None:
    """Add a count unless the same words gave one to the role."""
    if count is None or any(item.role == role and item.start == count.start for item in found):
        return
    found.append(
        EventArgument(
            role, count.start, count.end, value_low=count.low, value_high=count.high, value_scope=scope, method="dep"
        )
    )


def amount_count(themes: tuple[Word, ...]) -> list[EventArgument]:
    """Sums of money and goods in an aid, trade or fine event: "$1.2 billion in aid", "400 tonnes of wheat"."""
    found: list[EventArgument] = []
    for theme in themes:
        for token in theme.subtree:
            if token.ent_type_ not in ("MONEY", "QUANTITY"):
                continue
            for span in (entity for entity in token.parse.ents if entity.start == token.i):
                count = read_count(list(span))
                if count is not None:
                    found.append(
                        EventArgument(
                            "amount",
                            span.start_char,
                            span.end_char,
                            value_low=count.low,
                            value_high=count.high,
                            value_scope="event",
                        )
                    )
    return found
