"""Lay the frames over a parsed text: which trigger fits which frame, and which words fill its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.annotate.events.frames.clues import Clues, clause_keys, worth_trying
from tasks.annotate.events.lexicon.frame import Frame, FrameFile, Part
from tasks.annotate.events.view import View, noun_actors, owners
from tasks.annotate.syntax.clauses import (
    Clause,
    children,
    clause_of,
    complements,
    conjuncts,
    is_negated,
    is_particle,
    is_passive,
    prepositions,
    surface_subjects,
)
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

LIGHT = word_list("light")
# Who is told to threaten in their clause need not be who warns of it.
WARNING = frozenset({"warn", "threaten", "vow", "swear"})
# What is threatened so befalls the clause's subject: "the rebels would pay a heavy price".
SUFFERED = frozenset({"pay", "face", "suffer", "regret", "risk", "see", "be", "have"})
MODALS = frozenset({"will", "would", "'ll", "wo", "may", "might", "can", "could", "must", "shall"})
OWN_BODIES = frozenset({"country", "nation", "group", "party", "movement", "organisation", "organization", "bloc"})
# Who may threaten in the name of others.
SPOKESMEN = frozenset({"GOV", "MIL", "REB", "UAF", "LEG", "PTY", "OPP", "IGO", "COP", "SPY", "LAB", "spokesman",
                       "spokeswoman", "spokesperson", "leader", "official"})  # fmt: skip
NESTED = word_list("nested")

# The complement of these is what is agreed, asked, refused or threatened: not a second event.
SWALLOWING = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "CONCEDE"})


@dataclass(frozen=True, slots=True)
class Match:
    """A frame that fits: its trigger and the tokens in its places.

    `themes` are nouns that are part of the event, `joined` triggers of other matches that tell the same event.
    """

    frame: Frame
    trigger: Word
    actors: tuple[Word, ...] = ()
    recipients: tuple[Word, ...] = ()
    themes: tuple[Word, ...] = ()
    complements: tuple[Word, ...] = ()
    passive: bool = False
    joined: tuple[Word, ...] = ()


def select_subject(view: View, part: Part, clause: Clause) -> tuple[bool, tuple[Word, ...]]:
    """Whether the subject suits the frame, and who fills it. A deed or paper as subject stands for its owner."""
    subjects = clause.subjects
    if part.role == "actor":
        if not subjects:
            return not part.filter.include, ()
        fitting = tuple(item for item in subjects if view.is_actor(item) and view.fits(item, part.filter))
        if fitting:
            return True, fitting
        if part.filter.include:
            return False, ()
        papers = [item for item in subjects if view.keys(item) & view.lexicon.classes["deed"]]
        return bool(papers), tuple(actor for paper in papers for actor in noun_actors(view, paper))
    fitting = tuple(item for item in subjects if view.fits(item, part.filter))
    if part.role == "recipient":
        return bool(fitting), fitting
    if part.filter.include:
        return bool(fitting), fitting
    return True, ()


def object_pool(clause: Clause, adverbs: set[str]) -> list[Word]:
    """Every word that may stand as an object: direct, indirect, predicate, or the subject of an infinitive.

    `adverbs` are the frame's particles: "voted down the bill" is often parsed with the noun under "down".
    """
    verb = clause.verb
    pool = {item.i: item for item in (*clause.receivers, *clause.objects)}
    for child in verb.children:
        if child.dep_ in ("dobj", "oprd", "attr", "acomp", "dative") and child.pos_ != "ADP":
            pool.update((item.i, item) for item in conjuncts(child))
        elif child.dep_ in ("ccomp", "xcomp") and child.i > verb.i:
            # "want him to go", "left ten dead": the noun is parsed as the subject of what follows.
            finite = any(part.tag_ == "MD" or part.dep_ == "mark" for part in child.children)
            if (child.tag_ == "VB" and not finite) or child.pos_ in ("ADJ", "NOUN", "ADV"):
                pool.update((item.i, item) for noun in children(child, "nsubj") for item in conjuncts(noun))
            if child.pos_ in ("ADJ", "NOUN"):
                pool[child.i] = child
        elif child.dep_ == "prep" and child.lower_ in adverbs and is_particle(verb, child):
            pool.update((item.i, item) for noun in children(child, "pobj") for item in conjuncts(noun))
    return [pool[i] for i in sorted(pool)]


def clause_heads(verb: Word) -> list[Word]:
    """The finite clauses under a verb of telling, before it too: "troops must withdraw, the envoy said"."""
    return [child for child in verb.children if child.dep_ == "ccomp"]


def infinitives(view: View, clause: Clause, themes: list[Word]) -> list[Word]:
    """The infinitives that a frame's DO may be: under the verb, its object or its predicate adjective."""
    found = complements(clause.verb, gerunds=False)
    for item in (
        *themes,
        *[child for child in clause.verb.children if child.dep_ in ("acomp", "attr", "oprd", "dobj")],
    ):
        found.extend(
            child for child in item.children if child.dep_ in ("xcomp", "acl", "relcl", "ccomp") and child.tag_ == "VB"
        )
    unique = {item.i: item for item in found}
    return [unique[i] for i in sorted(unique)]


def match_verb(view: View, frame: Frame, clause: Clause, free: list[Word]) -> Match | None:
    """Lay a verbal frame over a clause; `free` is its `object_pool` without particles."""
    verb = clause.verb
    if frame.polarity:
        negated = is_negated(verb)
        future = any(child.dep_ == "aux" and child.lower_ in ("will", "would", "wo", "'ll") for child in verb.children)
        # "would not have suspended it" weighs a past that was not: nobody refuses.
        past = any(child.dep_ == "aux" and child.lemma_ == "have" for child in verb.children)
        if not negated or (frame.polarity == "wont" and (past or not future)):
            return None
    fine, subject = select_subject(view, frame.subject, clause)
    if not fine:
        return None
    slots: dict[str | None, list[Word]] = {"actor": [], "recipient": [], None: []}
    slots[frame.subject.role].extend(subject)
    adverbs = {word for part in frame.parts if part.kind == "particle" for word in part.words}
    pool = object_pool(clause, adverbs) if adverbs else free
    used: set[int] = {item.i for item in subject}
    complement: list[Word] = []
    for part in frame.parts:
        if not fill(view, frame, part, clause, pool, used, slots, complement) and not part.optional:
            return None
    if frame.subject.role is None and frame.subject.filter.include:
        for theme in subject:
            slots["actor"].extend(noun_actors(view, theme))
    actors = ordered(slots["actor"])
    if frame.type == "THREATEN" and complement and verb.lemma_ in view.lexicon.words["say"] - WARNING:
        told = threateners(view, complement, actors)
        if told is None:
            return None
        actors = told
        if is_passive(complement[0]):
            slots["recipient"].extend(item for item in surface_subjects(complement[0]) if view.is_actor(item))
    return Match(
        frame,
        verb,
        actors,
        ordered(slots["recipient"]),
        ordered(slots[None]),
        ordered(complement),
        clause.passive,
    )


def threateners(view: View, said: list[Word], speakers: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Who threatens in "said the bloc would impose sanctions": the subject of what is said, where it is another one.

    None where nothing is threatened: it is told as done, or foretold by somebody without office.
    """
    if any(is_told_as_done(verb) for verb in said):
        return None
    verb = said[0]
    if verb.lemma_.lower() in SUFFERED or is_passive(verb):
        return speakers
    doers = tuple(item for item in surface_subjects(verb) if item.pos_ != "PRON" and view.is_actor(item))
    doers = tuple(item for item in doers if item not in speakers and not is_own_body(view, item))
    if not doers:
        return speakers
    return doers if any(view.keys(item) & SPOKESMEN for item in speakers) else None


def is_own_body(view: View, noun: Word) -> bool:
    """Whether a speaker speaks of his own side: "his country", "the group"."""
    mention = view.mentions.get(noun.i)
    unnamed = mention is None or mention.form != "name"
    owned = any(child.tag_ == "PRP$" for child in noun.lefts)
    return unnamed and (owned or noun.lemma_.lower() in OWN_BODIES)


def is_told_as_done(verb: Word) -> bool:
    """Whether a clause's verb is a plain past or present: "said it had retaliated"."""
    helping = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    return verb.tag_ in ("VBD", "VBN") and not helping & MODALS and verb.dep_ in ("ccomp", "parataxis")


def ordered(tokens: list[Word]) -> tuple[Word, ...]:
    """Each token once, in the order of the text."""
    if len(tokens) < 2:
        return tuple(tokens)
    unique = {token.i: token for token in tokens}
    return tuple(unique[i] for i in sorted(unique))


def fill(
    view: View,
    frame: Frame,
    part: Part,
    clause: Clause,
    pool: list[Word],
    used: set[int],
    slots: dict[str | None, list[Word]],
    complement: list[Word],
) -> bool:
    """Fill one place of a verbal frame; False where nothing fits."""
    verb = clause.verb
    if part.kind == "particle":
        return any(is_particle(verb, child) for child in verb.children if child.lower_ in part.words)
    if part.kind == "none":
        return (
            not any(child.dep_ in ("dobj", "attr", "acomp", "oprd") for child in verb.children) and not clause.passive
        )
    if part.kind == "object":
        return fill_object(view, part, pool, used, slots)
    if part.kind == "owner":
        found = [item for theme in slots[None] for item in owners(view, theme) if item.i not in used]
        slots[part.role].extend(found)
        return bool(found)
    if part.kind == "prep":
        return fill_preposition(view, part, clause, pool, used, slots)
    if part.kind == "infinitive":
        found = [item for item in infinitives(view, clause, slots[None]) if view.fits(item, part.filter)]
    elif part.kind == "gerund":
        found = [item for item in complements(verb, gerunds=True) if view.fits(item, part.filter)]
    else:
        found = [
            head
            for head in clause_heads(verb)
            if not part.filter.include or clause_keys(view, head) & part.filter.include
        ]
    complement.extend(joined for item in found for joined in conjuncts(item))
    return bool(found)


def fill_object(view: View, part: Part, pool: list[Word], used: set[int], slots: dict[str | None, list[Word]]) -> bool:
    """Fill an object place with the first free word that fits and what is joined to it."""
    for item in pool:
        if item.i in used or not view.fits(item, part.filter) or (part.role is not None and view.is_time(item)):
            continue
        noun = item.pos_ not in ("ADJ", "VERB", "ADV") or any(child.dep_ == "det" for child in item.lefts)
        if part.role is not None and not part.filter.include and not noun:
            continue
        group = [other for other in conjuncts(item) if other.i == item.i or view.fits(other, part.filter)]
        slots[part.role].extend(group)
        used.update(other.i for other in group)
        return True
    return False


def fill_preposition(
    view: View,
    part: Part,
    clause: Clause,
    pool: list[Word],
    used: set[int],
    slots: dict[str | None, list[Word]],
) -> bool:
    """Fill a prepositional place from the verb, its objects or, for a noun two steps down, theirs."""
    found: list[Word] = []
    heads = [clause.verb, *pool, *[item for item in slots[None] if item not in pool]]
    # "imposed a ban on X", "gave its approval to Y", "held a round of talks with Z": the phrase may hang on the noun.
    heads.extend(noun for head in list(heads[1:]) for word, noun in prepositions(head) if word in LIGHT)
    for head in heads:
        for word, noun in prepositions(head):
            free = noun.i not in used and (part.role is None or not view.is_time(noun))
            if word in part.words and free and view.fits(noun, part.filter):
                found.append(noun)
        if found:
            break
    if not found and "to" in part.words:
        found = [item for item in clause.receivers if item.i not in used and view.fits(item, part.filter)]
    if part.role is not None and not part.filter.include:
        actors = [item for item in found if view.is_actor(item)]
        found = actors or found
    slots[part.role].extend(found)
    used.update(item.i for item in found)
    return bool(found)


def match_noun(view: View, frame: Frame, noun: Word) -> Match | None:
    """Lay a nominal frame over a noun."""
    slots: dict[str | None, list[Word]] = {"actor": [], "recipient": [], None: []}
    complement: list[Word] = []
    used: set[int] = set()
    for part in frame.parts:
        found: list[Word] = []
        if part.kind == "owner":
            found = [item for item in owners(view, noun) if item.i not in used and view.fits(item, part.filter)]
        elif part.kind == "prep":
            found = [
                item
                for word, item in deep_prepositions(noun)
                if word in part.words
                and item.i not in used
                and view.fits(item, part.filter)
                and (view.is_actor(item) or part.role != "actor")
                and (part.role is None or not view.is_time(item))
            ]
        elif part.kind in ("infinitive", "clause"):
            told = complements_of_noun(view, noun, part)
            complement.extend(told)
            if not told and not part.optional:
                return None
            continue
        slots[part.role].extend(found)
        used.update(item.i for item in found)
        if not found and not part.optional and part.kind != "owner":
            return None
    return Match(
        frame, noun, ordered(slots["actor"]), ordered(slots["recipient"]), ordered(slots[None]), ordered(complement)
    )


def complements_of_noun(view: View, noun: Word, part: Part) -> list[Word]:
    """What a noun's infinitive or that-clause says, where it suits the place: "its refusal to talk"."""
    if part.kind == "infinitive":
        under = [child for child in noun.children if child.dep_ in ("acl", "relcl", "xcomp") and child.tag_ == "VB"]
        return [child for child in under if view.fits(child, part.filter)]
    wanted = part.filter.include
    under = [child for child in noun.children if child.dep_ in ("acl", "ccomp")]
    return [child for child in under if not wanted or clause_keys(view, child) & wanted]


def deep_prepositions(noun: Word) -> Iterator[tuple[str, Word]]:
    """The phrases on a noun, then those the parser hung one noun too deep: "deportation of migrants by Algeria"."""
    yield from prepositions(noun)
    for _, inner in prepositions(noun):
        for word, item in prepositions(inner):
            if word in NESTED:
                yield word, item


def noun_triggers(view: View, noun: Word) -> list[Frame]:
    """The frames that a noun may set off: by itself, with its modifier, in the singular or as written."""
    found: dict[str, Frame] = {}
    for key in view.keys(noun) & view.lexicon.noun_keys:
        for frame in view.lexicon.nouns.get(key, ()):
            found.setdefault(frame.id, frame)
        if "_" in key:
            for frame in view.lexicon.nouns.get(key.replace("_", "-"), ()):
                found.setdefault(frame.id, frame)
    return sorted(found.values(), key=lambda frame: (-frame.weight - frame.triggers[0].count("_"), frame.id))


def best_verb_match(view: View, verb: Word) -> Match | None:
    """The most exact frame that fits a verb."""
    files = view.lexicon.files
    file = files.get(verb.lemma_.lower())
    if verb.lower_ in (f"{verb.lemma_}ed", f"{verb.lemma_}ing"):
        # The rule lemmatizer makes "stag" of "staged" and "rap" of "raped"; "rapped" would double its p.
        file = files.get(f"{verb.lemma_}e", file)
    if file is None:
        return None
    clause = clause_of(verb)
    found = first_match(view, file, clause)
    if found is None and may_be_reduced_passive(clause):
        turned = clause._replace(passive=True, subjects=(), objects=clause.subjects)
        found = first_match(view, file, turned, patients_only=True)
    return found


def first_match(view: View, file: FrameFile, clause: Clause, *, patients_only: bool = False) -> Match | None:
    """The first frame that fits a clause, in the frames' order; with `patients_only` of those with a patient."""
    pool = object_pool(clause, set())
    for frame in worth_trying(file, Clues(view, clause, pool)):
        match = match_verb(view, frame, clause, pool) if not patients_only or has_object(frame) else None
        if match is not None:
            return match
    return None


def best_noun_match(view: View, noun: Word) -> Match | None:
    """The most exact frame that fits a noun and finds a side; one that needs none only where no other does."""
    bare = None
    for frame in noun_triggers(view, noun):
        match = match_noun(view, frame, noun)
        if match is not None and (match.actors or match.recipients):
            return match
        if match is not None and frame.bare and bare is None:
            bare = match
    return bare


def has_object(frame: Frame) -> bool:
    """Whether the frame's object is a recipient: only then may a headline's "Minister arrested" mean a passive."""
    return any(part.kind == "object" and part.role == "recipient" and not part.optional for part in frame.parts)


def may_be_reduced_passive(clause: Clause) -> bool:
    """Headlines leave out "was": a past form without object or auxiliary in a sentence without a full stop."""
    verb = clause.verb
    if verb.tag_ not in ("VBD", "VBN") or clause.objects or clause.passive:
        return False
    if any(child.dep_ in ("aux", "auxpass", "dobj") for child in verb.children):
        return False
    sections = verb.parse.sections
    if not sections:
        return verb.sent.text.strip()[-1:] not in (".", "!", "?", '"', "”")
    return any(item.start <= verb.idx < item.end and item.kind in ("title", "subheading") for item in sections)


def contained(match: Match) -> set[int]:
    """The triggers inside what is agreed, asked, refused or threatened: its verbs, their objects, nouns in "end of"."""
    found: set[int] = set()
    queue = [*match.complements]
    if not match.frame.nominal:
        queue.extend(match.themes)
    while queue:
        token = queue.pop()
        found.add(token.i)
        for child in token.children:
            if child.i == match.trigger.i or (child.dep_ in ("relcl", "advcl", "acl") and child.tag_ != "VB"):
                continue
            if (child.dep_ in ("xcomp", "conj", "dobj", "acl", "ccomp") and child.pos_ in ("VERB", "NOUN", "AUX")) or (
                child.dep_ == "advcl" and child.tag_ == "VB"
            ):
                queue.append(child)
        for word, noun in prepositions(token):
            if word in ("of", "to", "for", "with", "from", "in", "on") and noun.i not in found and noun.pos_ == "NOUN":
                queue.append(noun)
    return found


def turned_recipients(view: View, match: Match) -> tuple[Word, ...]:
    """Recipients able to act; a deed or paper among them stands for its owner ("condemned Iran's attack" hits Iran)."""
    found: list[Word] = []
    material = match.frame.type in (
        "ASSAULT",
        "COERCE",
        "MOBILIZE",
        "RETREAT",
        "AID",
        "PROTEST",
        "COOPERATE",
        "SANCTION",
    )
    for token in match.recipients:
        if view.is_actor(token):
            found.append(token)
            continue
        owners = noun_actors(view, token) if token.pos_ in ("NOUN", "PROPN") else ()
        if owners:
            found.extend(owners)
        elif (
            material and token.pos_ in ("NOUN", "PROPN", "NUM") and not view.keys(token) & view.lexicon.classes["deed"]
        ):
            found.append(token)
    return ordered(found)
