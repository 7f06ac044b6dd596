"""Reported speech by the dependency parse: cue, speaker and the clause that is reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.labels import ACTIVE_SUBJECTS_OR_EXPLETIVES, AMOUNTS, TARGETS, TIMES, VERBAL
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.files import toml

# Labels under which a verb hands its subject on to the verb below it.
_SHARING = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "ccomp", "dep", "relcl"})
_OBJECTS_OF_SPEECH = frozenset({"dobj", "oprd", "attr", "ccomp", "xcomp", "dative"})
_CUE_TAGS = frozenset({"VERB", "AUX", "NOUN"})
# The lists of cues whose verbs report without a preposition.
_CUE_LISTS = ("say", "think", "show", "want", "urge", "about", "call")
# How many verbs up from a cue its subject is looked for.
_MAX_CLIMB = 4


@dataclass(frozen=True, slots=True)
class Speech:
    """One report: token index of the cue, of the speaker's head (or None), token spans of what is reported.

    `strength` is 2 for verbs of speaking with a clause, 1 for the rest.
    """

    cue: int
    lemma: str
    speaker: int | None
    parts: tuple[tuple[int, int], ...]
    strength: int


@lru_cache(maxsize=1)
def cues() -> dict[str, frozenset[str]]:
    """The word lists of `tasks/data/cues.toml`."""
    return {name: frozenset(words.split()) for name, words in toml("cues.toml").items()}


@lru_cache(maxsize=1)
def _prepositional() -> frozenset[str]:
    """The verbs that a preposition makes a cue."""
    return frozenset(pair.partition(":")[0] for pair in cues()["preposition"])


def find_speech(parse: Parse, inside: frozenset[int]) -> list[Speech]:
    """Give the reports of a parsed Doc in the order of their cues.

    Parameters
    ----------
    inside
        Indices of tokens within quotations: cues there are the quoted person's and are left alone.
    """
    nouns = cues()["nouns"]
    found: list[Speech] = []
    for word in parse.words:
        according = word.lower_ == "according"
        if (word.pos_ not in _CUE_TAGS and not according) or word.i in inside:
            continue
        if according:
            speech = _according(parse, word)
        elif word.pos_ != "NOUN":
            speech = _verb(parse, word, inside)
        elif word.lemma_ in nouns:
            speech = _noun(parse, word)
        else:
            continue
        if speech is not None:
            found.append(speech)
    return found


# ---------- who speaks
@dataclass(frozen=True, slots=True)
class Governor:
    """A cue or a verb above it, whose subject may be the speaker."""

    verb: Word
    is_cue: bool

    def child(self, *labels: str) -> Word | None:
        """The first child under one of the labels."""
        return next((child for child in self.verb.children if child.dep_ in labels), None)


def _agent(case: Governor) -> int | None:
    nouns = [
        noun.i
        for child in case.verb.children
        if child.dep_ == "agent"
        for noun in child.children
        if noun.dep_ == "pobj"
    ]
    return nouns[0] if nouns else None


def _subject(case: Governor) -> int | None:
    subject = case.child(*ACTIVE_SUBJECTS_OR_EXPLETIVES)
    return subject.i if subject is not None and subject.dep_ == "nsubj" else None


def _passive_subject(case: Governor) -> int | None:
    subject = case.child("nsubjpass")
    return subject.i if subject is not None and not case.is_cue else None


# Token index of the speaker; -1 for nobody.
SPEAKERS: Ladder[Governor, int] = Ladder(
    "who speaks",
    "Which word is the speaker of a cue, by the cue or by a verb above it",
    (
        Rule("the agent of a passive", _agent, "It was said by Anna Weber that talks had failed."),
        Rule("the subject", _subject, "Anna Weber said that talks had failed."),
        when(
            "a clause or 'there' for a subject",
            lambda case: case.child(*ACTIVE_SUBJECTS_OR_EXPLETIVES) is not None,
            -1,
            "Leaving now shows that talks had failed.",
        ),
        Rule("the subject of a passive above", _passive_subject, "Anna Weber was quoted as saying talks had failed."),
        when(
            "the subject of a passive is not its speaker",
            lambda case: case.child("nsubjpass") is not None,
            -1,
            "It is said that talks had failed.",
        ),
        Rule(
            "the noun that a participle describes",
            lambda case: case.verb.head.i if case.verb.dep_ == "acl" else None,
            "A report saying that talks had failed came out.",
        ),
    ),
)


def speaker_of(verb: Word) -> Word | None:
    """The subject of a cue: its own, else that of the verb it hangs on; of a passive the agent."""
    current = verb
    for _ in range(_MAX_CLIMB):
        decision = SPEAKERS.decide(Governor(current, current is verb), verb.idx)
        if decision is not None:
            return verb.parse[decision.verdict] if decision.verdict >= 0 else None
        own_clause = current.dep_ == "ccomp" and current is not verb
        if current.dep_ not in _SHARING or current.head is current or own_clause:
            return None
        current = current.head
        if current.pos_ == "NOUN":
            return None
    return None


# ---------- what is reported
@dataclass(frozen=True, slots=True)
class Cue:
    """A verb that may report something, and the tokens within quotation marks."""

    verb: Word
    lemma: str
    inside: frozenset[int]

    def is_of(self, *lists: str) -> bool:
        """Whether one of the lists of cues has it."""
        return any(self.lemma in cues()[name] for name in lists)

    @property
    def phrases(self) -> list[Word]:
        """The prepositions that make a cue of it: "called for"."""
        if self.lemma not in _prepositional():
            return []
        pairs = cues()["preposition"]
        return [c for c in self.verb.children if c.dep_ in ("prep", "prt") and f"{self.lemma}:{c.lower_}" in pairs]

    @property
    def objects(self) -> list[Word]:
        """Its objects and complements behind it."""
        return [child for child in self.verb.children if child.dep_ in _OBJECTS_OF_SPEECH and child.i > self.verb.i]


Content = tuple[tuple[Word, ...], int]
_NOTHING: Content = ((), 0)


def _clause(cue: Cue) -> Content | None:
    if not cue.is_of("say", "think", "show"):
        return None
    clauses = tuple(c for c in cue.verb.children if c.dep_ == "ccomp" and not _is_quote_tag(c))
    return (clauses, 2 if cue.is_of("say") else 1) if clauses else None


def _is_passive_without_agent(cue: Cue) -> bool:
    labels = {child.dep_ for child in cue.verb.children}
    return not labels.isdisjoint(("nsubjpass", "auxpass")) and "agent" not in labels


def _wish(cue: Cue) -> Content | None:
    if not cue.is_of("want", "urge"):
        return None
    clauses = tuple(c for c in cue.verb.children if c.dep_ in ("xcomp", "ccomp") and c.pos_ in VERBAL)
    return (clauses, 1) if clauses else None


def _name_for(cue: Cue) -> Content | None:
    objects = tuple(cue.objects) if cue.is_of("call") else ()
    return (objects, 1) if len(objects) > 1 else None


def _behind_preposition(cue: Cue) -> Content | None:
    nouns = tuple(c for phrase in cue.phrases for c in phrase.children if c.dep_ in ("pobj", "pcomp"))
    return (nouns, 1) if nouns else None


def _matter(cue: Cue) -> Content | None:
    if not cue.is_of("about"):
        return None
    objects = cue.objects
    heads = [c for c in objects if c.dep_ == "dobj" and c.ent_type_ not in TIMES and _is_said(c, cue)]
    heads += [child for child in objects if child.dep_ in ("xcomp", "ccomp")]
    return (tuple(heads), 1) if heads and heads[0].pos_ != "PRON" else None


# Heads of what is reported, and how sure the report is: 2 for a clause of a verb of speaking, 1 for the rest.
CONTENTS: Ladder[Cue, Content] = Ladder(
    "what a cue reports",
    "Which words of a verb's sentence it reports as said",
    (
        Rule("the clause of saying or thinking", _clause, "Anna Weber said that talks had failed."),
        when(
            "a passive without an agent",
            _is_passive_without_agent,
            _NOTHING,
            "Anna Weber was criticised on Monday.",
        ),
        Rule("what is wanted or urged", _wish, "Anna Weber urged the army to leave the town."),
        Rule("what somebody is called", _name_for, "Anna Weber called the vote a farce."),
        Rule("what a preposition brings in", _behind_preposition, "Anna Weber called for new talks in Bern."),
        Rule("the matter spoken of", _matter, "Anna Weber criticised the decision of the court."),
    ),
)


def _verb(parse: Parse, verb: Word, inside: frozenset[int]) -> Speech | None:
    cue = Cue(verb, verb.lemma_.lower(), inside)
    if not cue.is_of(*_CUE_LISTS) and not cue.phrases:
        return None
    decision = CONTENTS.decide(cue, verb.idx)
    content, strength = decision.verdict if decision is not None else _NOTHING
    if not content:
        return None
    speaker = speaker_of(verb)
    # Without a subject only a passive or a finite verb reports: "it is worth noting that" does not.
    if speaker is None and (strength < 2 or verb.tag_ in ("VB", "VBG")):
        return None
    parts = _parts(parse, content, verb, speaker)
    return Speech(verb.i, cue.lemma, speaker.i if speaker is not None else None, parts, strength) if parts else None


def _is_said(noun: Word, cue: Cue) -> bool:
    """Whether an object can be what is said: no happening ("condemned the attack"), no target, no mere amount."""
    if not cue.inside.isdisjoint(range(noun.left_edge.i, noun.right_edge.i + 1)):
        return True  # in quotation marks they are somebody's words
    lists, lemma = cues(), noun.lemma_.lower()
    if lemma in lists["happenings"] and not any(child.dep_ in ("acl", "ccomp") for child in noun.children):
        return False
    if cue.is_of("physical") and (lemma in lists["objects"] or noun.ent_type_ in TARGETS):
        return False
    return cue.is_of("amount") or (noun.ent_type_ not in AMOUNTS and noun.tag_ != "CD")


def _is_quote_tag(clause: Word) -> bool:
    """A clause of the cue that is no clause: one word, or a verb of speaking turned round."""
    return clause.left_edge.i == clause.right_edge.i


def _parts(parse: Parse, heads: tuple[Word, ...], cue: Word, speaker: Word | None) -> tuple[tuple[int, int], ...]:
    """Token spans of the heads' phrases, cut where the cue and its speaker stand inside them."""
    start = min(head.left_edge.i for head in heads)
    end = max(head.right_edge.i for head in heads) + 1
    out = _own_words(cue, speaker) if start <= cue.i < end else frozenset()
    parts: list[tuple[int, int]] = []
    index = start
    while index < end:
        if index in out:
            index += 1
            continue
        stop = index
        while stop < end and stop not in out:
            stop += 1
        trimmed = _trim(parse, index, stop)
        if trimmed is not None and (trimmed[1] - trimmed[0] > 1 or end - start == 1):
            parts.append(trimmed)
        index = stop
    return tuple(parts)


_BESIDE_CUE = frozenset({"aux", "neg", "advmod", "npadvmod", "punct", "prep"})


def _own_words(cue: Word, speaker: Word | None) -> frozenset[int]:
    """The tokens of a cue with its auxiliaries and speaker, which report and are not reported."""
    beside = {child.i for child in cue.children if child.dep_ in _BESIDE_CUE}
    phrase = range(speaker.left_edge.i, speaker.right_edge.i + 1) if speaker is not None else ()
    return frozenset({cue.i, *beside, *phrase})


def _trim(parse: Parse, start: int, end: int) -> tuple[int, int] | None:
    """Leave punctuation and "that" at the edges out; quotation marks stay for the caller."""
    while start < end and (_is_edge(parse[start]) or (parse[start].lower_ == "that" and parse[start].dep_ == "mark")):
        start += 1
    while end > start and _is_edge(parse[end - 1]):
        end -= 1
    return (start, end) if start < end else None


def _is_edge(word: Word) -> bool:
    return word.text in ",.;:—–-" or word.is_space


def according_to(word: Word) -> Word | None:
    """The noun behind "according to"."""
    to = next((child for child in word.children if child.lower_ == "to"), None)
    return next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None


def _according(parse: Parse, token: Word) -> Speech | None:
    """After "according to X": X says the rest of the clause."""
    speaker = according_to(token)
    head = token.head
    while head.pos_ not in VERBAL and head.head is not head:
        head = head.head
    if speaker is None or head is token:
        return None
    own = range(token.left_edge.i, max(token.right_edge.i, speaker.head.right_edge.i) + 1)
    start, end = head.left_edge.i, head.right_edge.i + 1
    runs = [(start, min(end, own.start)), (max(start, own.stop), end)]
    parts = tuple(part for run in runs if run[1] - run[0] > 1 and (part := _trim(parse, *run)) is not None)
    return Speech(token.i, "according to", speaker.i, parts, 2) if parts else None


def _noun(parse: Parse, noun: Word) -> Speech | None:
    """As in "his claim that ...": the owner says the clause."""
    clause = next((child for child in noun.children if child.dep_ in ("acl", "ccomp") and _has_that(child)), None)
    speaker = _owner(noun) if clause is not None else None
    if clause is None or speaker is None:
        return None
    part = _trim(parse, clause.left_edge.i, clause.right_edge.i + 1)
    return Speech(noun.i, noun.lemma_, speaker.i, (part,), 1) if part else None


def _owner(noun: Word) -> Word | None:
    """Whose a claim is: "his claim", "a claim by the army"."""
    owner = next((child for child in noun.children if child.dep_ == "poss"), None)
    if owner is not None:
        return owner
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in ("by", "of", "from"):
            owner = next((noun for noun in child.children if noun.dep_ == "pobj"), None)
    return owner


def _has_that(clause: Word) -> bool:
    return any(child.dep_ == "mark" and child.lower_ == "that" for child in clause.children)
