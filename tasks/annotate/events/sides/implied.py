"""Sides that a trigger's own grammar does not give but its surroundings do.

"killed in a shootout with police" names who shot; "told Merkel in a phone call" who called; "Russia's role in the
bombardment" who bombed; "was arraigned in Bantam Superior Court" and "is banned from the area, the judge ordered" who
did it in court; "petitions calling for his resignation" are those of who collected them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tasks.annotate.events.frames.match import Match, ordered
from tasks.annotate.events.view import View, noun_actors
from tasks.annotate.rules import Ladder, Rule
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
from tasks.reference.files import words

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
MEETING_PREPOSITIONS = words("sides")["meeting_prepositions"]
LEGAL = frozenset({"ACCUSE", "COERCE", "SANCTION"})
# What is said in a letter or a law.
WRITTEN = frozenset({"REQUEST", "ACCUSE", "REJECT", "THREATEN", "SUPPORT", "CONCEDE"})
OFFICES_OF_LAW = frozenset({"JUD", "COP"})


# Who keeps people by force. From others one is released as from a hospital or a label.
CAPTORS = frozenset({"REB", "UAF", "CRM", "MIL", "REF"})


@dataclass(frozen=True, slots=True)
class _Report:
    """A match with sides left open, in its article."""

    view: View
    match: Match


@dataclass(frozen=True, slots=True)
class Implied:
    """Who acts, or suffers it, by the surroundings; `against` says that those were no recipients but opponents."""

    sides: tuple[Word, ...]
    against: bool = False


def _found_by(finder: Callable[[View, Match], tuple[Word, ...]]) -> Callable[[_Report], Implied | None]:
    """Make a rule's decision of a function that looks for sides."""

    def decide(report: _Report) -> Implied | None:
        found = finder(report.view, report.match)
        return Implied(found) if found else None

    return decide


def _fought(report: _Report) -> Implied | None:
    found = opponents(report.view, report.match)
    return Implied(found, against=True) if found else None


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


def target_of_anger(view: View, match: Match) -> tuple[Word, ...]:
    """At whom protesters are angry, by what stands behind them or their protest."""
    if match.frame.type != "PROTEST" or match.recipients:
        return ()
    for side in match.actors:
        for child in side.rights:
            if child.lower_ not in ANGRY:
                continue
            for word, noun in prepositions(child):
                if word in ("at", "over", "about", "with", "against"):
                    found = noun_actors(view, noun) or ((noun,) if view.is_actor(noun) else ())
                    found = _without(match, found)
                    if found:
                        return found
    return ()


def _suffering_noun(match: Match) -> Word | None:
    """The noun of a deed of which somebody may be said to suffer it: the "spate" of "suffered a spate of attacks"."""
    if match.recipients or not match.frame.nominal:
        return None
    if match.frame.type not in ("ASSAULT", "COERCE", "SANCTION", "ACCUSE"):
        return None
    noun = match.trigger
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_.lower() in CONTAINERS:
        noun = noun.head.head
    return noun


def who_suffered(view: View, match: Match) -> tuple[Word, ...]:
    """Who suffers the deed of a noun, where only the verb over it says so: "Mali suffered a spate of attacks"."""
    noun = _suffering_noun(match)
    if noun is None or noun.dep_ != "dobj" or noun.head.lemma_.lower() not in SUFFERING:
        return ()
    return _without(match, actors_of(view, noun.head))


def who_came_under(view: View, match: Match) -> tuple[Word, ...]:
    """Who suffers the deed of a noun by verb and preposition: "came under attack", "was subjected to a raid"."""
    noun = _suffering_noun(match)
    if noun is None or noun.dep_ != "pobj" or noun.head.lower_ not in ("under", "by", "from", "to", "of"):
        return ()
    verb = noun.head.head
    if f"{verb.lemma_.lower()}_{noun.head.lower_}" not in SUFFERING or verb.pos_ not in ("VERB", "AUX"):
        return ()
    found = deep_objects(verb) if is_passive(verb) else surface_subjects(verb)
    return _without(match, tuple(item for item in found if view.is_actor(item)))


def _without(match: Match, found: tuple[Word, ...]) -> tuple[Word, ...]:
    """Those found who are no actors already."""
    taken = {item.i for item in match.actors}
    return tuple(item for item in found if item.i not in taken)


def whose_saying(view: View, match: Match) -> tuple[Word, ...]:
    """Whose saying it turns down: "The rebels said they had disarmed, but Mali dismissed the claim"."""
    if match.frame.type not in ("ACCUSE", "REJECT", "SUPPORT") or match.frame.nominal or match.passive:
        return ()
    if any(view.is_actor(item) for item in match.recipients):
        return ()
    saying = next((item for item in deep_objects(match.trigger) if _is_bare_saying(item)), None)
    said = _verb_of_saying_before(view, saying, match.trigger) if saying is not None else None
    if said is None:
        return ()
    return ordered([item for item in surface_subjects(said) if view.is_actor(item) and item not in match.actors])


def _is_bare_saying(noun: Word) -> bool:
    """Whether a noun is a saying that was told before: "the claim of the rebels", "the claim that …" need no more."""
    if noun.lemma_.lower() not in SAYINGS or noun.tag_ != "NN":
        return False
    if [child.lower_ for child in noun.lefts] not in (["the"], ["this"], ["that"]):
        return False
    return not any(child.lower_ in ("of", "by", "from") or child.dep_ in ("acl", "relcl") for child in noun.rights)


def _verb_of_saying_before(view: View, saying: Word, trigger: Word) -> Word | None:
    """The last verb of saying before a saying and its verb, in their sentence or the one before."""
    here = sentence_of(trigger)
    start = sentence_of(view.parse[here.start - 1]).start if here.start else here.start
    said = [
        item
        for item in view.parse.span(start, trigger.i)
        if item.pos_ == "VERB" and item.lemma_.lower() in view.lexicon.words["say"] and item.i < saying.i
    ]
    return said[-1] if said else None


def is_authority(view: View, token: Word) -> bool:
    """Whether a word names an office of law or the authorities."""
    return is_office_of_law(view, token) or token.lower_ in ("authorities", "officials")


def is_office_of_law(view: View, token: Word) -> bool:
    """Whether a word names a court, a prosecutor or the police."""
    return bool(view.keys(token) & OFFICES_OF_LAW) or bool(view.keys(token) & view.lexicon.classes["JUD"])


ACTOR: Ladder[_Report, Implied] = Ladder(
    "implied actor",
    "Who did it, where only the surroundings say so",
    (
        Rule("whom the fallen fought", _fought, "Three soldiers were wounded in clashes with rebels near Goma."),
        Rule(
            "who had a share in it",
            _found_by(holder_of_share),
            "Marches followed Russia's role in the bombardment of Aleppo.",
        ),
        Rule(
            "who is accused of it",
            _found_by(accused),
            "The minister accused rebels of the killing of nine monks.",
        ),
        Rule("the court", _found_by(court), "The mayor was charged in a Lyon court on Monday."),
        Rule(
            "an office of law by whose account it is",
            _found_by(according_to_whom),
            "Two men were detained in Oslo, according to police.",
        ),
        Rule(
            "who ordered or announced it",
            _found_by(who_ordered),
            "The smuggler is prohibited from leaving the town, the judge ordered.",
        ),
        Rule(
            "the authorities where it was",
            _found_by(authority_before_where),
            "He was brought to the authorities, where he was charged with murder.",
        ),
        Rule(
            "whose custody it is",
            _found_by(keeper),
            "Several people were arrested and remained in police custody.",
        ),
        Rule(
            "whom people are asked to call",
            _found_by(whom_to_call),
            "Anyone with information is asked to contact Leeds police.",
        ),
        Rule(
            "whose paper says it",
            _found_by(who_sent),
            "Students have set up nine petitions calling for Ohlin to resign.",
        ),
        Rule(
            "who lets them go",
            _found_by(who_held),
            "Two nurses were freed from Boko Haram on Monday.",
        ),
        Rule("who conducts it", _found_by(who_conducts), "Leeds police took charge of the investigation."),
    ),
)
RECIPIENT: Ladder[_Report, Implied] = Ladder(
    "implied recipient",
    "Whom it was done to, where only the surroundings say so",
    (
        Rule(
            "at whom protesters are angry",
            _found_by(target_of_anger),
            "Turks angry over Russia's support for Assad protested on Monday.",
        ),
        Rule("who suffered it", _found_by(who_suffered), "Germany suffered a spate of attacks last summer."),
        Rule("who came under it", _found_by(who_came_under), "Soldiers were subjected to an attack on Monday."),
        Rule(
            "whose saying is turned down",
            _found_by(whose_saying),
            "The rebels said they had disarmed, but Mali rejected the claim.",
        ),
    ),
)


def with_implied(view: View, match: Match) -> Match:
    """The match with sides that only its surroundings name; one that has an actor keeps it.

    A meeting with one side in it takes the subject of the clause it stands in.
    """
    if match.frame.type == "CONSULT":
        return with_subject_of_clause(view, match)
    at = match.trigger.idx
    suffering = RECIPIENT.decide(_Report(view, match), at)
    if suffering is not None:
        match = replace(match, recipients=suffering.verdict.sides)
    acting = ACTOR.decide(_Report(view, match), at) if not match.actors else None
    if acting is None:
        return match
    found = acting.verdict
    if found.against:
        against = {item.i for item in found.sides}
        recipients = tuple(item for item in match.recipients if item.i not in against)
        return replace(match, actors=found.sides, recipients=recipients)
    taken = {item.i for item in (*match.recipients, *match.themes)}
    actors = [item for item in found.sides if item.i not in taken]
    return replace(match, actors=ordered(actors)) if actors else match


def with_subject_of_clause(view: View, match: Match) -> Match:
    """Who takes part in talks because he acts in their course, before or after them: "Xi left after talks with Lee"."""
    sides = (*match.actors, *match.recipients)
    if not match.frame.nominal or len(sides) != 1:
        return match
    verb = _clause_around(match.trigger)
    if verb is None:
        return match
    side = sides[0]
    with_whom = any(word in ("with", "between") and item.i == side.i for word, item in prepositions(match.trigger))
    subjects = [item for item in surface_subjects(verb) if view.is_actor(item) and item.i != side.i]
    return replace(match, actors=ordered([*subjects, *match.actors])) if with_whom and subjects else match


def _clause_around(talks: Word) -> Word | None:
    """The verb of the clause that says what was done in the course of talks, before or after them."""
    if talks.dep_ != "pobj":
        return None
    preposition = talks.head
    verb = preposition.head
    if preposition.lower_ == "of" and preposition.head.dep_ == "pobj":
        # "after a round of talks"
        preposition = preposition.head.head
        verb = preposition.head
    at_talks = preposition.lower_ in MEETING_PREPOSITIONS and verb.pos_ == "VERB" and preposition.i > verb.i
    return verb if at_talks else None
