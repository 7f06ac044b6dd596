"""Who did it, where a trigger's own grammar does not say so but its surroundings do.

"killed in a shootout with police" names who shot; "Russia's role in the bombardment" who bombed; "was charged in a Lyon
court" and "is banned from the area, the judge ordered" who did it in court; "petitions calling for his resignation" are
those of who collected them. The rules of the ladders in `implied` are made of these functions.
"""

from __future__ import annotations

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.view import View, noun_actors
from tasks.annotate.syntax.clauses import agents, children, deep_objects, is_passive, prepositions, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.contract.vocabulary import RECIPROCAL

CASUALTY = word_list("casualty")
SHARE = word_list("share_in_deed")
ORDERING = word_list("ordering")
OBJECT_DEED = word_list("object_deed")
PAPERS = word_list("papers")
RECEIVING = word_list("receiving")
TO_CONTACT = word_list("to_contact")
CUSTODY = word_list("custody")
CONDUCTING = word_list("conducting")
NO_ONE = word_list("no_one")
LEGAL = frozenset({"ACCUSE", "COERCE", "SANCTION"})
# What is said in a letter or a law.
WRITTEN = frozenset({"REQUEST", "ACCUSE", "REJECT", "THREATEN", "SUPPORT", "CONCEDE"})
OFFICES_OF_LAW = frozenset({"JUD", "COP"})
# Who keeps people by force. From others one is released as from a hospital or a label.
CAPTORS = frozenset({"REB", "UAF", "CRM", "MIL", "REF"})


def opponents(view: View, match: Match) -> tuple[Word, ...]:
    """Whom those who died or were hurt fought: "killed in clashes with rebels"."""
    if match.frame.type != "ASSAULT" or match.trigger.lemma_ not in CASUALTY:
        return ()
    deeds = view.lexicon.classes["violent_deed"] | view.lexicon.classes["attack"]
    for word, noun in prepositions(match.trigger):
        if word in ("in", "during", "after") and view.keys(noun) & deeds:
            found = tuple(item for inner, item in prepositions(noun) if inner == "with" and view.is_actor(item))
            if found:
                return found
    return ()


def who_held(view: View, match: Match) -> tuple[Word, ...]:
    """Who lets somebody go whom he held: "were freed from Boko Haram"; nobody in "was released from hospital"."""
    if match.frame.mode != "release":
        return ()
    return tuple(item for word, item in prepositions(match.trigger) if word == "from" and may_hold(view, item))


def may_hold(view: View, noun: Word) -> bool:
    """Whether a word names a person, a people, or those who keep others by force."""
    mention = view.mentions.get(noun.i)
    named = mention is not None and mention.form == "name" and mention.label in ("PERSON", "NORP")
    return view.is_actor(noun) and (named or not view.keys(noun).isdisjoint(CAPTORS))


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


def accused(view: View, match: Match) -> tuple[Word, ...]:
    """Who is said to have done the deed of a noun: "accused rebels of the killing of nine monks"."""
    token = match.trigger
    if not match.frame.nominal or match.frame.type in RECIPROCAL or token.dep_ != "pobj":
        return ()
    preposition, governor = token.head, token.head.head
    if preposition.lower_ not in ("of", "for", "with"):  # "over the bombing" does not say that they did it
        return ()
    if governor.pos_ in ("NOUN", "PROPN", "PRON") and governor.dep_ in ("dobj", "nsubjpass"):
        governor = governor.head
    if governor.pos_ != "VERB" or governor.lemma_.lower() not in OBJECT_DEED:
        return ()
    return tuple(item for item in deep_objects(governor) if view.is_actor(item) and item.lower_ not in NO_ONE)


def court(view: View, match: Match) -> tuple[Word, ...]:
    """The court in which somebody is charged or sentenced."""
    if match.frame.type not in LEGAL or not match.passive:
        return ()
    return tuple(
        noun
        for word, noun in prepositions(match.trigger)
        if word in ("in", "before", "at") and is_office_of_law(view, noun) and "court" in noun.lower_
    )


def _is_sayable(match: Match) -> bool:
    """Whether those who are said to say it are taken for those who did it: accusers, and who arrested somebody."""
    return match.frame.type == "ACCUSE" or (match.frame.type == "COERCE" and not match.frame.nominal)


def _clause_of_law(match: Match) -> Word | None:
    """The verb of the clause in which somebody is charged, held or sentenced by nobody named."""
    if match.frame.type not in LEGAL or not (match.passive or match.frame.nominal):
        return None
    return clause_verb(match.trigger) if match.frame.nominal else match.trigger


def according_to_whom(view: View, match: Match) -> tuple[Word, ...]:
    """The office of law by whose account somebody was charged or held: "was held, according to police"."""
    clause = _clause_of_law(match)
    if clause is None or not _is_sayable(match):
        return ()
    according = (noun for word, noun in prepositions(clause) if word == "according to")
    return tuple(noun for noun in according if is_office_of_law(view, noun))


def who_ordered(view: View, match: Match) -> tuple[Word, ...]:
    """The judge of "he is banned, the judge ordered", the police who say that someone was held or charges are filed."""
    clause = _clause_of_law(match)
    if clause is None or clause.dep_ not in ("ccomp", "parataxis") or clause.head.pos_ != "VERB":
        return ()
    verb = clause.head.lemma_.lower()
    if not (verb in ORDERING and match.passive) and not (verb in view.lexicon.words["say"] and _is_sayable(match)):
        return ()
    return tuple(item for item in surface_subjects(clause.head) if is_office_of_law(view, item))


def clause_verb(noun: Word) -> Word | None:
    """The verb of which a noun is subject or object."""
    return noun.head if noun.dep_ in ("nsubj", "nsubjpass", "dobj") and noun.head.pos_ in ("VERB", "AUX") else None


def _is_held(match: Match) -> bool:
    """Whether somebody is charged, held or sentenced, or is or stays so."""
    return match.frame.type in LEGAL and (match.passive or match.trigger.lemma_ in ("be", "remain", "stay"))


def authority_before_where(view: View, match: Match) -> tuple[Word, ...]:
    """The authorities before the clause that says what happened there: "… to police, where he was charged"."""
    where = relative_where(match.trigger) if _is_held(match) else None
    return (where,) if where is not None and is_authority(view, where) else ()


def keeper(view: View, match: Match) -> tuple[Word, ...]:
    """Who holds those of whom it is said that they were arrested: "… and remained in police custody"."""
    if match.frame.type != "COERCE" or not _is_held(match):
        return ()
    joined = (child for child in match.trigger.children if child.dep_ == "conj" and child.pos_ == "VERB")
    return next((found for verb in (match.trigger, *joined) if (found := _holders(view, verb))), ())


def _holders(view: View, verb: Word) -> tuple[Word, ...]:
    """Whose the custody is that a verb names: "remained in police custody"."""
    nouns = [noun for word, noun in prepositions(verb) if word in ("in", "into") and noun.lower_ in CUSTODY]
    found = [child for noun in nouns for child in noun.lefts if child.dep_ in ("compound", "amod", "poss")]
    return tuple(child for child in found if child.pos_ != "DET" and view.is_actor(child))


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
    if match.frame.nominal or match.passive or match.frame.type not in WRITTEN or token.dep_ not in ("acl", "relcl"):
        return ()
    paper = token.head
    if paper.lemma_.lower() not in PAPERS and not view.keys(paper) & PAPERS:
        return ()
    return noun_actors(view, paper) or _who_made(view, paper)


def _who_made(view: View, paper: Word) -> tuple[Word, ...]:
    """Who acts on a paper, unless he receives it."""
    noun = paper
    while noun.dep_ in ("pobj", "conj") and noun.head.pos_ in ("ADP", "NOUN"):
        # "a number of petitions", "a speech and a letter"
        noun = noun.head
    verb = noun.head
    if noun.dep_ not in ("dobj", "nsubjpass") or verb.pos_ != "VERB" or verb.lemma_.lower() in RECEIVING:
        return ()
    return actors_of(view, verb)


def who_conducts(view: View, match: Match) -> tuple[Word, ...]:
    """Who carries out the deed of a noun: "took charge of the investigation", "is behind the attack"."""
    noun = match.trigger
    if not match.frame.nominal or match.frame.type in RECIPROCAL:
        return ()
    if noun.dep_ in ("dobj", "nsubjpass") and noun.head.lemma_.lower() in CONDUCTING:
        return actors_of(view, noun.head)
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("of", "in", "for", "behind"):
        return ()
    preposition, above = noun.head.lower_, noun.head.head
    if above.pos_ in ("VERB", "AUX") and f"{above.lemma_.lower()}_{preposition}" in CONDUCTING:
        return actors_of(view, above)
    verb = above.head
    if above.pos_ not in ("NOUN", "ADJ") or verb.pos_ not in ("VERB", "AUX"):
        return ()
    phrase = f"{verb.lemma_.lower()}_{above.lemma_.lower()}_{preposition}"
    return actors_of(view, verb) if phrase in CONDUCTING else ()


def actors_of(view: View, verb: Word) -> tuple[Word, ...]:
    """Who acts in a clause and is able to."""
    subjects = agents(verb) if is_passive(verb) else surface_subjects(verb)
    return tuple(item for item in subjects if view.is_actor(item))


def is_authority(view: View, token: Word) -> bool:
    """Whether a word names an office of law or the authorities."""
    return is_office_of_law(view, token) or token.lower_ in ("authorities", "officials")


def is_office_of_law(view: View, token: Word) -> bool:
    """Whether a word names a court, a prosecutor or the police."""
    return bool(view.keys(token) & OFFICES_OF_LAW) or bool(view.keys(token) & view.lexicon.classes["JUD"])
