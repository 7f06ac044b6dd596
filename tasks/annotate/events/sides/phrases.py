"""The words of a side: where its noun phrase begins and ends, and which of its words carries the meaning."""

from __future__ import annotations

from tasks.annotate.events.view import MODIFIERS, View
from tasks.annotate.layers import Mention
from tasks.annotate.syntax.clauses import MAX_CLIMB, children, prepositions
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

ARTICLES = word_list("articles")
CONTAINERS = word_list("containers")
OBJECT_DEED = word_list("object_deed")
CHARGING = words("sides")["charging"]
BEFORE_NOUN = (*MODIFIERS, "poss", "nummod", "quantmod", "det", "advmod")


def phrase_bounds(view: View, head: Word) -> tuple[int, int]:
    """Character offsets of the noun phrase of a head: modifiers and of-phrase, no article, no relative clause."""
    mention = view.mentions.get(head.i)
    if mention is not None and head.dep_ in (*MODIFIERS, "poss") and mention.form == "name":
        # Inside another phrase ("the Putin-Kim summit") a name is only itself.
        return mention.start, mention.end
    first, last = _first_word(head), _last_word(view, head)
    start, end = first.idx, last.idx + len(last)
    if mention is not None:
        start, end = min(start, mention.start), max(end, mention.end)
        if last.i > head.i and mention.token_end > last.i:
            end = mention.end
    return (_without_article(first, head) if start == first.idx else start), end


def _first_word(head: Word) -> Word:
    """The first word of a noun's modifiers, numbers, owners and articles."""
    edges = [child.left_edge for child in head.lefts if child.dep_ in BEFORE_NOUN]
    return min([head, *edges], key=lambda token: token.i)


def _last_word(view: View, head: Word) -> Word:
    """The last word of a noun with its of-phrase or the number behind it."""
    last = head
    for child in head.rights:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i - last.i <= 1:
            nouns = children(child, "pobj")
            if nouns and not is_charge(view, head, nouns[0]):
                last = of_phrase_end(nouns[0])
        elif child.dep_ == "nummod" and child.i - last.i == 1:
            last = child
    return last


def _without_article(first: Word, head: Word) -> int:
    """Where a phrase begins behind its articles."""
    token = first
    while token.i < head.i and (token.is_space or (token.lower_ in ARTICLES and token.dep_ in ("det", "predet"))):
        token = head.parse[token.i + 1]
    return token.idx


def is_charge(view: View, head: Word, noun: Word) -> bool:
    """Whether an of-phrase is what somebody is accused of: "accused rebels of the killing" charges rebels.

    Crimes stand bare: "accused the mayor of fraud", but "convicted the owner of the ship".
    """
    verb = head.head.lemma_.lower()
    if head.dep_ not in ("dobj", "nsubjpass") or verb not in OBJECT_DEED:
        return False
    if view.keys(noun) & (view.lexicon.classes["deed"] | view.lexicon.classes["violent_deed"]):
        return True
    bare = noun.pos_ == "NOUN" and not children(noun, "det", "poss", "nummod")
    alone = sum(word == "of" for word, _ in prepositions(head)) == 1
    return verb in CHARGING and bare and alone and not view.is_actor(noun) and head.lemma_.lower() not in CONTAINERS


def of_phrase_end(noun: Word) -> Word:
    """The last token of a noun in an of-phrase with its own of-phrase."""
    last, inner = noun, _noun_right_behind(noun)
    while inner is not None:
        last, inner = inner, _noun_right_behind(inner)
    return last


def _noun_right_behind(noun: Word) -> Word | None:
    """The noun of the of-phrase that stands right behind a noun."""
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i - noun.i == 1:
            inner = children(child, "pobj")
            if inner:
                return inner[0]
    return None


def described(view: View, head: Word) -> Word:
    """The word that carries the meaning: "members" in "members of the army" gives "army"."""
    for _ in range(MAX_CLIMB):
        if head.i in view.mentions or not (head.lemma_.lower() in CONTAINERS or head.lower_ in CONTAINERS):
            return head
        within = next((noun for word, noun in prepositions(head) if word == "of" and view.is_actor(noun)), None)
        if within is None:
            return head
        head = within
    return head


def apposed_name(view: View, head: Word) -> Mention | None:
    """The name that a description carries: "North Korean official Kim Chang Son", "the envoy, Jan Egeland"."""
    for child in head.children:
        if child.dep_ == "appos":
            mention = view.mentions.get(child.i)
            if mention is not None and mention.form == "name" and mention.label in ("PERSON", "ORG"):
                return mention
    return None


def is_place(mention: Mention) -> bool:
    """Whether the mention names a place or a nation."""
    return mention.kind == "place" or mention.label in ("GPE", "NORP")


def is_own(noun: Word) -> bool:
    """Whether a noun is somebody's own by a pronoun: "their country" is no other side."""
    return any(child.tag_ == "PRP$" for child in children(noun, "poss"))
