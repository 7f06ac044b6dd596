"""Reported speech by the dependency parse: cue, speaker and the clause that is reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc, Token

from tasks.reference.files import toml

_SUBJECTS = ("nsubj", "csubj", "expl")
_CLAUSES = ("ccomp",)
_TARGETS = frozenset({"GPE", "LOC", "FAC", "EVENT"})
_AMOUNTS = frozenset({"MONEY", "QUANTITY", "PERCENT", "CARDINAL"})


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
    tables = toml("cues.toml")
    return {name: frozenset(words.split()) for name, words in tables.items()}


@lru_cache(maxsize=1)
def _prepositional() -> frozenset[str]:
    """The verbs that a preposition makes a cue."""
    return frozenset(pair.partition(":")[0] for pair in cues()["preposition"])


def find_speech(doc: Doc, inside: frozenset[int]) -> list[Speech]:
    """Give the reports of a parsed Doc in the order of their cues.

    Parameters
    ----------
    inside
        Indices of tokens within quotations: cues there are the quoted person's and are left alone.
    """
    lists = cues()
    found: list[Speech] = []
    verb, auxiliary, noun = (doc.vocab.strings[part] for part in ("VERB", "AUX", "NOUN"))
    according = doc.vocab.strings.add("according")
    classes = doc.to_array(["POS", "LOWER"]).tolist() if len(doc) else []
    for index, (pos, lower) in enumerate(classes):
        if (pos not in (verb, auxiliary, noun) and lower != according) or index in inside:
            continue
        token = doc[index]
        if lower == according:
            speech = _according(doc, token)
        elif pos != noun:
            speech = _verb(doc, token, lists, inside)
        elif token.lemma_ in lists["nouns"]:
            speech = _noun(doc, token)
        else:
            continue
        if speech is not None:
            found.append(speech)
    return found


def speaker_of(verb: Token) -> Token | None:
    """The subject of a cue: its own, else that of the verb it hangs on; of a passive the agent."""
    current = verb
    for _ in range(4):
        children = list(current.children)
        agent = [pobj for child in children if child.dep_ == "agent" for pobj in child.children if pobj.dep_ == "pobj"]
        if agent:
            return agent[0]
        subject = next((child for child in children if child.dep_ in _SUBJECTS), None)
        if subject is not None:
            return subject if subject.dep_ == "nsubj" else None
        if any(child.dep_ == "nsubjpass" for child in children):
            passive = next(child for child in children if child.dep_ == "nsubjpass")
            return passive if current.i != verb.i else None
        if current.dep_ == "acl":
            return current.head
        if (
            current.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "prep", "ccomp", "dep", "relcl")
            or current.head.i == current.i
        ):
            return None
        if current.dep_ == "ccomp" and current.i != verb.i:
            return None
        current = current.head
        if current.pos_ == "NOUN":
            return None
    return None


def _verb(doc: Doc, verb: Token, lists: dict[str, frozenset[str]], inside: frozenset[int]) -> Speech | None:
    lemma = verb.lemma_.lower()
    speaks = lemma in lists["say"]
    clause_cue = speaks or lemma in lists["think"] or lemma in lists["show"]
    others = lemma in lists["want"] or lemma in lists["urge"] or lemma in lists["about"] or lemma in lists["call"]
    if not clause_cue and not others and not _phrases(verb, lists):
        return None
    content, strength = _content(verb, lemma, clause_cue, speaks, lists, inside)
    if content is None:
        return None
    speaker = speaker_of(verb)
    # Without a subject only a passive or a finite verb reports: "it is worth noting that" does not.
    if speaker is None and (strength < 2 or verb.tag_ in ("VB", "VBG")):
        return None
    parts = _parts(doc, content, verb, speaker)
    return Speech(verb.i, lemma, speaker.i if speaker is not None else None, parts, strength) if parts else None


def _phrases(verb: Token, lists: dict[str, frozenset[str]]) -> list[Token]:
    """The prepositions that make a cue of a verb: "called for"."""
    lemma = verb.lemma_.lower()
    if lemma not in _prepositional():
        return []
    return [
        child
        for child in verb.children
        if child.dep_ in ("prep", "prt") and f"{lemma}:{child.lower_}" in lists["preposition"]
    ]


def _content(
    verb: Token,
    lemma: str,
    clause_cue: bool,
    speaks: bool,
    lists: dict[str, frozenset[str]],
    inside: frozenset[int],
) -> tuple[list[Token] | None, int]:
    """Heads of what is reported, and how sure the report is."""
    children = list(verb.children)
    if clause_cue:
        clauses = [child for child in children if child.dep_ in _CLAUSES and not _is_quote_tag(child)]
        if clauses:
            return clauses, 2 if speaks else 1
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in children)
    if passive and not any(child.dep_ == "agent" for child in children):
        return None, 0
    if lemma in lists["want"] or lemma in lists["urge"]:
        clauses = [child for child in children if child.dep_ in ("xcomp", "ccomp") and child.pos_ in ("VERB", "AUX")]
        if clauses:
            return clauses, 1
    objects = [
        child
        for child in children
        if child.dep_ in ("dobj", "oprd", "attr", "ccomp", "xcomp", "dative") and child.i > verb.i
    ]
    if lemma in lists["call"] and len(objects) > 1:
        return objects, 1
    phrases = [pobj for phrase in _phrases(verb, lists) for pobj in phrase.children if pobj.dep_ in ("pobj", "pcomp")]
    if phrases:
        return phrases, 1
    if lemma in lists["about"]:
        heads = [child for child in objects if child.dep_ == "dobj" and child.ent_type_ not in ("DATE", "TIME")]
        heads = [head for head in heads if _is_told(head, lemma, lists, inside)]
        heads += [child for child in objects if child.dep_ in ("xcomp", "ccomp")]
        return (heads, 1) if heads and heads[0].pos_ != "PRON" else (None, 0)
    return None, 0


def _is_told(noun: Token, verb: str, lists: dict[str, frozenset[str]], inside: frozenset[int]) -> bool:
    """Whether an object can be what is said: no happening ("condemned the attack"), no target, no mere amount."""
    if not inside.isdisjoint(range(noun.left_edge.i, noun.right_edge.i + 1)):
        return True  # in quotation marks they are somebody's words
    lemma = noun.lemma_.lower()
    if lemma in lists["happenings"] and not any(child.dep_ in ("acl", "ccomp") for child in noun.children):
        return False
    if verb in lists["physical"] and (lemma in lists["objects"] or noun.ent_type_ in _TARGETS):
        return False
    return verb in lists["amount"] or (noun.ent_type_ not in _AMOUNTS and noun.tag_ != "CD")


def _is_quote_tag(clause: Token) -> bool:
    """A clause of the cue that is no clause: one word, or a verb of speaking turned round."""
    return clause.left_edge.i == clause.right_edge.i


def _parts(doc: Doc, heads: list[Token], cue: Token, speaker: Token | None) -> tuple[tuple[int, int], ...]:
    """Token spans of the heads' phrases, cut where the cue and its speaker stand inside them."""
    start = min(head.left_edge.i for head in heads)
    end = max(head.right_edge.i for head in heads) + 1
    out: set[int] = set()
    if start <= cue.i < end:
        out = {cue.i}
        if speaker is not None:
            out |= set(range(speaker.left_edge.i, speaker.right_edge.i + 1))
        out |= {
            child.i for child in cue.children if child.dep_ in ("aux", "neg", "advmod", "npadvmod", "punct", "prep")
        }
    parts: list[tuple[int, int]] = []
    index = start
    while index < end:
        if index in out:
            index += 1
            continue
        stop = index
        while stop < end and stop not in out:
            stop += 1
        trimmed = _trim(doc, index, stop)
        if trimmed is not None and (trimmed[1] - trimmed[0] > 1 or end - start == 1):
            parts.append(trimmed)
        index = stop
    return tuple(parts)


def _trim(doc: Doc, start: int, end: int) -> tuple[int, int] | None:
    """Leave punctuation and "that" at the edges out; quotation marks stay for the caller."""
    while start < end and (
        doc[start].text in ",.;:—–-"
        or doc[start].is_space
        or (doc[start].lower_ == "that" and doc[start].dep_ == "mark")
    ):
        start += 1
    while end > start and (doc[end - 1].text in ",.;:—–-" or doc[end - 1].is_space):
        end -= 1
    return (start, end) if start < end else None


def _according(doc: Doc, token: Token) -> Speech | None:
    """After "according to X": X says the rest of the clause."""
    prep = next((child for child in token.children if child.lower_ == "to"), None)
    if prep is None:
        return None
    speaker = next((child for child in prep.children if child.dep_ == "pobj"), None)
    head = token.head
    while head.pos_ not in ("VERB", "AUX") and head.head.i != head.i:
        head = head.head
    if speaker is None or head.i == token.i:
        return None
    own = range(token.left_edge.i, max(token.right_edge.i, prep.right_edge.i) + 1)
    start, end = head.left_edge.i, head.right_edge.i + 1
    runs = [(start, min(end, own.start)), (max(start, own.stop), end)]
    parts = tuple(part for run in runs if run[1] - run[0] > 1 and (part := _trim(doc, *run)) is not None)
    return Speech(token.i, "according to", speaker.i, parts, 2) if parts else None


def _noun(doc: Doc, noun: Token) -> Speech | None:
    """As in "his claim that ...": the owner says the clause."""
    clause = next((child for child in noun.children if child.dep_ in ("acl", "ccomp") and _has_that(child)), None)
    if clause is None:
        return None
    speaker = next((child for child in noun.children if child.dep_ == "poss"), None)
    if speaker is None:
        for child in noun.children:
            if child.dep_ == "prep" and child.lower_ in ("by", "of", "from"):
                speaker = next((pobj for pobj in child.children if pobj.dep_ == "pobj"), None)
    if speaker is None:
        return None
    part = _trim(doc, clause.left_edge.i, clause.right_edge.i + 1)
    return Speech(noun.i, noun.lemma_, speaker.i, (part,), 1) if part else None


def _has_that(clause: Token) -> bool:
    return any(child.dep_ == "mark" and child.lower_ == "that" for child in clause.children)
