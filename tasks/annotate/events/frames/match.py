"""Lay the frames over a parsed text: which trigger fits which frame, and which words fill its places."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.annotate.events.frames.clues import Clues, worth_trying
from tasks.annotate.events.frames.places import Filling, fill, fill_beside_noun, object_pool, select_subject
from tasks.annotate.events.lexicon.frame import Frame, FrameFile
from tasks.annotate.events.view import View, noun_actors
from tasks.annotate.syntax.clauses import Clause, clause_of, is_negated, is_passive, prepositions, surface_subjects
from tasks.annotate.syntax.parse import Word

# Who is told to threaten in their clause need not be who warns of it.
WARNING = frozenset({"warn", "threaten", "vow", "swear"})
# What is threatened so befalls the clause's subject: "the rebels would pay a heavy price".
SUFFERED = frozenset({"pay", "face", "suffer", "regret", "risk", "see", "be", "have"})
MODALS = frozenset({"will", "would", "'ll", "wo", "may", "might", "can", "could", "must", "shall"})
OWN_BODIES = frozenset({"country", "nation", "group", "party", "movement", "organisation", "organization", "bloc"})
# Who may threaten in the name of others.
SPOKESMEN = frozenset({"GOV", "MIL", "REB", "UAF", "LEG", "PTY", "OPP", "IGO", "COP", "SPY", "LAB", "spokesman",
                       "spokeswoman", "spokesperson", "leader", "official"})  # fmt: skip

# The complement of these is what is agreed, asked, refused or threatened: not a second event.
SWALLOWING = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "CONCEDE"})


@dataclass(frozen=True, slots=True)
class Match:
    """A frame that fits: its trigger and the tokens in its places.

    `themes` are nouns that are part of the event, `joined` triggers of other matches that report the same event.
    """

    frame: Frame
    trigger: Word
    actors: tuple[Word, ...] = ()
    recipients: tuple[Word, ...] = ()
    themes: tuple[Word, ...] = ()
    complements: tuple[Word, ...] = ()
    passive: bool = False
    joined: tuple[Word, ...] = ()


def match_verb(view: View, frame: Frame, clause: Clause, free: list[Word]) -> Match | None:
    """Lay a verbal frame over a clause; `free` is its `object_pool` without particles."""
    verb = clause.verb
    if frame.polarity and not is_refused(verb, frame.polarity):
        return None
    subject = select_subject(view, frame.subject, clause)
    if subject is None:
        return None
    filling = Filling()
    filling.take(frame.subject.role, subject)
    if not fill_all(view, frame, clause, free, filling):
        return None
    if frame.subject.role is None and frame.subject.filter.include:
        for theme in subject:
            filling.roles["actor"].extend(noun_actors(view, theme))
    if frame.type == "THREATEN" and filling.complements and verb.lemma_ in view.lexicon.words["say"] - WARNING:
        return threat_in_words(view, frame, clause, filling)
    return matched(frame, verb, filling, passive=clause.passive)


def is_refused(verb: Word, polarity: str) -> bool:
    """Whether a verb is denied as a frame's polarity asks: at all ("not"), or as what somebody will not do ("wont")."""
    if not is_negated(verb):
        return False
    if polarity != "wont":
        return True
    helping = [child for child in verb.children if child.dep_ == "aux"]
    # "would not have suspended it" weighs a past that was not: nobody refuses.
    past = any(child.lemma_ == "have" for child in helping)
    return not past and any(child.lower_ in ("will", "would", "wo", "'ll") for child in helping)


def fill_all(view: View, frame: Frame, clause: Clause, free: list[Word], filling: Filling) -> bool:
    """Fill every place of a verbal frame; False where a needed one stays empty."""
    adverbs = {word for part in frame.parts if part.kind == "particle" for word in part.words}
    pool = object_pool(clause, adverbs) if adverbs else free
    return all(fill(view, part, clause, pool, filling) or part.optional for part in frame.parts)


def matched(frame: Frame, trigger: Word, filling: Filling, *, passive: bool = False) -> Match:
    """The match of a frame whose places are filled."""
    roles = filling.roles
    return Match(
        frame,
        trigger,
        ordered(roles["actor"]),
        ordered(roles["recipient"]),
        ordered(roles[None]),
        ordered(filling.complements),
        passive,
    )


def threat_in_words(view: View, frame: Frame, clause: Clause, filling: Filling) -> Match | None:
    """The match of a verb of saying with what it threatens, as `threateners` reads it."""
    said = filling.complements
    actors = threateners(view, said, ordered(filling.roles["actor"]))
    if actors is None:
        return None
    if is_passive(said[0]):
        filling.roles["recipient"].extend(item for item in surface_subjects(said[0]) if view.is_actor(item))
    return replace(matched(frame, clause.verb, filling, passive=clause.passive), actors=actors)


def threateners(view: View, said: list[Word], speakers: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Who threatens in "said the bloc would impose sanctions": the subject of what is said, where it is another one.

    None where nothing is threatened: it is reported as done, or foretold by somebody without office.
    """
    if any(is_reported_as_done(verb) for verb in said):
        return None
    verb = said[0]
    if verb.lemma_.lower() in SUFFERED or is_passive(verb):
        return speakers
    doers = tuple(item for item in surface_subjects(verb) if is_another(view, item, speakers))
    if not doers:
        return speakers
    return doers if any(view.keys(item) & SPOKESMEN for item in speakers) else None


def is_another(view: View, noun: Word, speakers: tuple[Word, ...]) -> bool:
    """Whether the subject of what is said is an actor other than who says it."""
    return noun.pos_ != "PRON" and view.is_actor(noun) and noun not in speakers and not is_own_body(view, noun)


def is_own_body(view: View, noun: Word) -> bool:
    """Whether a speaker speaks of his own side: "his country", "the group"."""
    mention = view.mentions.get(noun.i)
    unnamed = mention is None or mention.form != "name"
    owned = any(child.tag_ == "PRP$" for child in noun.lefts)
    return unnamed and (owned or noun.lemma_.lower() in OWN_BODIES)


def is_reported_as_done(verb: Word) -> bool:
    """Whether a clause's verb is a plain past or present: "said it had retaliated"."""
    helping = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    return verb.tag_ in ("VBD", "VBN") and not helping & MODALS and verb.dep_ in ("ccomp", "parataxis")


def ordered(tokens: list[Word]) -> tuple[Word, ...]:
    """Each token once, in the order of the text."""
    if len(tokens) < 2:
        return tuple(tokens)
    unique = {token.i: token for token in tokens}
    return tuple(unique[i] for i in sorted(unique))


def match_noun(view: View, frame: Frame, noun: Word) -> Match | None:
    """Lay a nominal frame over a noun."""
    filling = Filling()
    for part in frame.parts:
        if not fill_beside_noun(view, part, noun, filling) and not part.optional and part.kind != "owner":
            return None
    return matched(frame, noun, filling)


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
        queue.extend(child for child in token.children if child.i != match.trigger.i and is_inside(child))
        for word, noun in prepositions(token):
            if word in ("of", "to", "for", "with", "from", "in", "on") and noun.i not in found and noun.pos_ == "NOUN":
                queue.append(noun)
    return found


def is_inside(child: Word) -> bool:
    """Whether a word under what is agreed or asked belongs to it: its verbs and objects, no clause beside it."""
    if child.dep_ in ("relcl", "advcl", "acl") and child.tag_ != "VB":
        return False
    if child.dep_ == "advcl":
        return True
    return child.dep_ in ("xcomp", "conj", "dobj", "acl", "ccomp") and child.pos_ in ("VERB", "NOUN", "AUX")


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
