"""Sides that a trigger's own grammar does not give but its surroundings do.

"killed in a shootout with police" names who shot; "told Merkel in a phone call" who called; "Russia's role in the
bombardment" who bombed; "was arraigned in Bantam Superior Court" and "is banned from the area, the judge ordered" who
did it in court; "petitions calling for his resignation" are those of who collected them.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.events.frames.match import Match, ordered
from tasks.annotate.events.view import View, noun_actors
from tasks.annotate.syntax.clauses import (
    agents,
    children,
    deep_objects,
    is_passive,
    prepositions,
    sentence_of,
    surface_subjects,
)
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.contract.vocabulary import RECIPROCAL

CASUALTY = word_list("casualty")
SHARE = word_list("share_in_deed")
ORDERING = word_list("ordering")
OBJECT_DEED = word_list("object_deed")
CONTAINERS = word_list("containers")
PAPERS = word_list("papers")
RECEIVING = word_list("receiving")
TO_CONTACT = word_list("to_contact")
CUSTODY = word_list("custody")
CONDUCTING = word_list("conducting")
SUFFERING = word_list("suffering")
NO_ONE = word_list("no_one")
SAYINGS = word_list("sayings")
ANGRY = word_list("angry")
FIGHTING_PREPOSITIONS = frozenset({"in", "during", "after"})
MEETING_PREPOSITIONS = frozenset({"in", "during", "at", "after", "before", "following", "ahead"})
LEGAL = frozenset({"ACCUSE", "COERCE", "SANCTION"})
SYMMETRIC = frozenset(RECIPROCAL)
# What is told in a letter or a law.
TOLD = frozenset({"REQUEST", "ACCUSE", "REJECT", "THREATEN", "SUPPORT", "CONCEDE"})
OFFICES_OF_LAW = frozenset({"JUD", "COP"})


def with_implied(view: View, match: Match) -> Match:
    """The match with sides that only its surroundings name; one that has an actor is left as it is.

    A meeting with one side in it takes the subject of the clause it stands in.
    """
    if match.frame.type == "CONSULT":
        return with_subject_of_clause(view, match)
    match = with_speaker(view, with_sufferer(view, match))
    if match.actors:
        return match
    fought = opponents(view, match)
    if fought:
        against = {item.i for item in fought}
        return replace(match, actors=fought, recipients=tuple(r for r in match.recipients if r.i not in against))
    found = (
        holder_of_share(view, match)
        or accused(view, match)
        or court(view, match)
        or who_ordered(view, match)
        or keeper(view, match)
        or whom_to_call(view, match)
        or who_sent(view, match)
        or who_conducts(view, match)
    )
    taken = {item.i for item in (*match.recipients, *match.themes)}
    actors = [item for item in found if item.i not in taken]
    return replace(match, actors=ordered(actors)) if actors else match


def opponents(view: View, match: Match) -> tuple[Word, ...]:
    """Whom those who died or were hurt fought: "killed in clashes with rebels"."""
    if match.frame.type != "ASSAULT" or match.trigger.lemma_ not in CASUALTY:
        return ()
    deeds = view.lexicon.classes["violent_deed"] | view.lexicon.classes["attack"]
    for word, noun in prepositions(match.trigger):
        if word in FIGHTING_PREPOSITIONS and view.keys(noun) & deeds:
            found = tuple(item for inner, item in prepositions(noun) if inner == "with" and view.is_actor(item))
            if found:
                return found
    return ()


def holder_of_share(view: View, match: Match) -> tuple[Word, ...]:
    """Whose part in a deed is told: "Russia's role in the bombardment", "its involvement in the attack"."""
    token = match.trigger
    if not match.frame.nominal or token.dep_ not in ("pobj", "conj"):
        return ()
    while token.dep_ == "conj":
        token = token.head
    share = token.head.head
    if token.head.lower_ != "in" or share.lemma_.lower() not in SHARE:
        return ()
    return tuple(item for item in children(share, "poss") if view.is_actor(item) or item.tag_ == "PRP$")


def court(view: View, match: Match) -> tuple[Word, ...]:
    """The court in which somebody is charged or sentenced."""
    if match.frame.type not in LEGAL or not match.passive:
        return ()
    return tuple(
        noun
        for word, noun in prepositions(match.trigger)
        if word in ("in", "before", "at") and is_office_of_law(view, noun) and "court" in noun.lower_
    )


def who_ordered(view: View, match: Match) -> tuple[Word, ...]:
    """The judge of "he is banned, the judge ordered", the police who say that someone was held or charges are filed."""
    if match.frame.type not in LEGAL or not (match.passive or match.frame.nominal):
        return ()
    clause = clause_verb(match.trigger) if match.frame.nominal else match.trigger
    if clause is None:
        return ()
    told = match.frame.type == "ACCUSE" or (match.frame.type == "COERCE" and not match.frame.nominal)
    if told:
        according = [noun for word, noun in prepositions(clause) if word == "according to"]
        found = tuple(noun for noun in according if is_office_of_law(view, noun))
        if found:
            return found
    if clause.dep_ not in ("ccomp", "parataxis") or clause.head.pos_ != "VERB":
        return ()
    verb = clause.head
    ordered_so = verb.lemma_.lower() in ORDERING and match.passive
    if not ordered_so and not (verb.lemma_.lower() in view.lexicon.words["say"] and told):
        return ()
    return tuple(item for item in surface_subjects(verb) if is_office_of_law(view, item))


def clause_verb(noun: Word) -> Word | None:
    """The verb of which a noun is subject or object."""
    return noun.head if noun.dep_ in ("nsubj", "nsubjpass", "dobj") and noun.head.pos_ in ("VERB", "AUX") else None


def accused(view: View, match: Match) -> tuple[Word, ...]:
    """Who is said to have done the deed of a noun: "accused rebels of the killing of nine monks"."""
    token = match.trigger
    if not match.frame.nominal or match.frame.type in SYMMETRIC or token.dep_ != "pobj":
        return ()
    preposition, governor = token.head, token.head.head
    if preposition.lower_ not in ("of", "for", "with"):  # "over the bombing" does not say that they did it
        return ()
    if governor.pos_ in ("NOUN", "PROPN", "PRON") and governor.dep_ in ("dobj", "nsubjpass"):
        governor = governor.head
    if governor.pos_ != "VERB" or governor.lemma_.lower() not in OBJECT_DEED:
        return ()
    return tuple(item for item in deep_objects(governor) if view.is_actor(item) and item.lower_ not in NO_ONE)


def keeper(view: View, match: Match) -> tuple[Word, ...]:
    """Who holds those of whom it is said that they were arrested: "… and remained in police custody", "where he was
    charged" after the authorities were named.
    """
    if match.frame.type not in LEGAL or not (match.passive or match.trigger.lemma_ in ("be", "remain", "stay")):
        return ()
    where = relative_where(match.trigger)
    if where is not None and is_authority(view, where):
        return (where,)
    if match.frame.type != "COERCE":
        return ()
    verbs = [
        match.trigger,
        *(child for child in match.trigger.children if child.dep_ == "conj" and child.pos_ == "VERB"),
    ]
    for verb in verbs:
        nouns = [noun for word, noun in prepositions(verb) if word in ("in", "into") and noun.lower_ in CUSTODY]
        found = [child for noun in nouns for child in noun.lefts if child.dep_ in ("compound", "amod", "poss")]
        holders = tuple(child for child in found if child.pos_ != "DET" and view.is_actor(child))
        if holders:
            return holders
    return ()


def relative_where(verb: Word) -> Word | None:
    """What "where" stands for in a clause: "was brought to the police, where he was charged"."""
    where = next((child for child in verb.lefts if child.lower_ == "where"), None)
    if where is None or verb.dep_ not in ("relcl", "advcl"):
        return None
    if verb.dep_ == "relcl":
        return verb.head
    before = [noun for _, noun in prepositions(verb.head) if noun.i < where.i]
    return before[-1] if before else None


def whom_to_call(view: View, match: Match) -> tuple[Word, ...]:
    """Who asks for a call: "Anyone with information is asked to contact police" is their appeal."""
    if match.frame.type != "REQUEST" or not match.passive:
        return ()
    for verb in children(match.trigger, "xcomp", "ccomp", "advcl"):
        if verb.lemma_.lower() in TO_CONTACT:
            found = tuple(item for item in deep_objects(verb) if view.is_actor(item))
            if found:
                return found[:1]
    return ()


def who_sent(view: View, match: Match) -> tuple[Word, ...]:
    """Whose paper says what a participle or relative clause tells: "set up petitions calling for his resignation"."""
    token = match.trigger
    if match.frame.nominal or match.passive or match.frame.type not in TOLD or token.dep_ not in ("acl", "relcl"):
        return ()
    paper = token.head
    if paper.lemma_.lower() not in PAPERS and not view.keys(paper) & PAPERS:
        return ()
    authors = noun_actors(view, paper)
    if authors:
        return authors
    noun = paper
    while noun.dep_ in ("pobj", "conj") and noun.head.pos_ in ("ADP", "NOUN"):
        # "a number of petitions", "a speech and a letter"
        noun = noun.head
    verb = noun.head
    if noun.dep_ not in ("dobj", "nsubjpass") or verb.pos_ != "VERB" or verb.lemma_.lower() in RECEIVING:
        return ()
    subjects = agents(verb) if is_passive(verb) else surface_subjects(verb)
    return tuple(item for item in subjects if view.is_actor(item))


def who_conducts(view: View, match: Match) -> tuple[Word, ...]:
    """Who carries out the deed of a noun: "took charge of the investigation", "is behind the attack"."""
    token = match.trigger
    if not match.frame.nominal or match.frame.type in SYMMETRIC:
        return ()
    noun = token
    if noun.dep_ == "pobj" and noun.head.lower_ in ("of", "in", "for", "behind"):
        above = noun.head.head
        if above.pos_ in ("VERB", "AUX") and f"{above.lemma_.lower()}_{noun.head.lower_}" in CONDUCTING:
            return actors_of(view, above)
        if above.pos_ not in ("NOUN", "ADJ") or above.head.pos_ not in ("VERB", "AUX"):
            return ()
        phrase = f"{above.head.lemma_.lower()}_{above.lemma_.lower()}_{noun.head.lower_}"
        return actors_of(view, above.head) if phrase in CONDUCTING else ()
    if noun.dep_ in ("dobj", "nsubjpass") and noun.head.lemma_.lower() in CONDUCTING:
        return actors_of(view, noun.head)
    return ()


def actors_of(view: View, verb: Word) -> tuple[Word, ...]:
    """Who acts in a clause and is able to."""
    subjects = agents(verb) if is_passive(verb) else surface_subjects(verb)
    return tuple(item for item in subjects if view.is_actor(item))


def with_sufferer(view: View, match: Match) -> Match:
    """The match with who suffers its deed, where only the verb over the noun tells: "Mali suffered a spate of attacks".

    Those angry at somebody protest against him: "Turks angry over Russia's role marched".
    """
    if match.recipients or match.frame.type not in ("ASSAULT", "COERCE", "PROTEST", "SANCTION", "ACCUSE"):
        return match
    found: tuple[Word, ...] = ()
    if match.frame.type == "PROTEST":
        found = target_of_anger(view, match)
    elif match.frame.nominal:
        noun = match.trigger
        while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_.lower() in CONTAINERS:
            noun = noun.head.head
        if noun.dep_ == "dobj" and noun.head.lemma_.lower() in SUFFERING:
            found = actors_of(view, noun.head)
        elif noun.dep_ == "pobj" and noun.head.lower_ in ("under", "by", "from", "to", "of"):
            above = noun.head.head
            if f"{above.lemma_.lower()}_{noun.head.lower_}" in SUFFERING and above.pos_ in ("VERB", "AUX"):
                found = deep_objects(above) if is_passive(above) else surface_subjects(above)
                found = tuple(item for item in found if view.is_actor(item))
    taken = {item.i for item in match.actors}
    found = tuple(item for item in found if item.i not in taken)
    return replace(match, recipients=found) if found else match


def with_speaker(view: View, match: Match) -> Match:
    """The match with whose saying it turns down: "The rebels said they had disarmed, but Mali dismissed the claim"."""
    token = match.trigger
    if match.frame.type not in ("ACCUSE", "REJECT", "SUPPORT") or match.frame.nominal or match.passive:
        return match
    if any(view.is_actor(item) for item in match.recipients):
        return match
    sayings = [item for item in deep_objects(token) if item.lemma_.lower() in SAYINGS and item.tag_ == "NN"]
    # "The claim of the rebels" and "the claim that …" tell for themselves.
    bare = [
        item
        for item in sayings
        if [child.lower_ for child in item.lefts] in (["the"], ["this"], ["that"])
        and not any(child.lower_ in ("of", "by", "from") or child.dep_ in ("acl", "relcl") for child in item.rights)
    ]
    if not bare:
        return match
    here = sentence_of(token)
    start = sentence_of(view.parse[here.start - 1]).start if here.start else here.start
    said = [
        item
        for item in view.parse.span(start, token.i)
        if item.pos_ == "VERB" and item.lemma_.lower() in view.lexicon.words["say"] and item.i < bare[0].i
    ]
    if not said:
        return match
    speakers = [item for item in surface_subjects(said[-1]) if view.is_actor(item) and item not in match.actors]
    return replace(match, recipients=ordered(speakers)) if speakers else match


def target_of_anger(view: View, match: Match) -> tuple[Word, ...]:
    """At whom protesters are angry, by what stands behind them or their protest."""
    for side in match.actors:
        for child in side.rights:
            if child.lower_ not in ANGRY:
                continue
            for word, noun in prepositions(child):
                if word in ("at", "over", "about", "with", "against"):
                    found = noun_actors(view, noun) or ((noun,) if view.is_actor(noun) else ())
                    if found:
                        return found
    return ()


def is_authority(view: View, token: Word) -> bool:
    """Whether a word names an office of law or the authorities."""
    return is_office_of_law(view, token) or token.lower_ in ("authorities", "officials")


def is_office_of_law(view: View, token: Word) -> bool:
    """Whether a word names a court, a prosecutor or the police."""
    return bool(view.keys(token) & OFFICES_OF_LAW) or bool(view.keys(token) & view.lexicon.classes["JUD"])


def with_subject_of_clause(view: View, match: Match) -> Match:
    """Who takes part in talks because he acts in their course, before or after them: "Xi left after talks with Lee"."""
    token = match.trigger
    sides = (*match.actors, *match.recipients)
    if not match.frame.nominal or len(sides) != 1 or token.dep_ != "pobj":
        return match
    preposition = token.head
    verb = preposition.head
    if preposition.lower_ == "of" and preposition.head.dep_ == "pobj":
        preposition = preposition.head.head
        verb = preposition.head
    if preposition.lower_ not in MEETING_PREPOSITIONS or verb.pos_ != "VERB" or preposition.i < verb.i:
        return match
    with_whom = any(word in ("with", "between") and item.i == sides[0].i for word, item in prepositions(token))
    subjects = [item for item in surface_subjects(verb) if view.is_actor(item) and item.i != sides[0].i]
    if not with_whom or not subjects:
        return match
    return replace(match, actors=ordered([*subjects, *match.actors]))
