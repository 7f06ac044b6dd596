"""Pronouns that take up a description, not a name: "Turkish police said they …", "A man was held until he …".

Coreference links words to entities, and a description without a name is none. What such a pronoun means still tells an
event whose deed it was. Only one who can be meant is taken: the subject of a clause above, or the one fitting noun of
the sentence before.
"""

from __future__ import annotations

from tasks.annotate.coreference.gender import gender_nouns
from tasks.annotate.events.view import View
from tasks.annotate.role_spans import role_word
from tasks.annotate.syntax.clauses import children, conjuncts, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.lexicons import role_nouns

MANY = frozenset({"they", "them", "their", "theirs", "themselves"})
ONE = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
BODY = frozenset({"it", "its", "itself"})
OBJECT_CASE = frozenset({"him", "her", "them"})
REFLEXIVE = frozenset({"themselves", "himself", "herself", "itself"})
# Words of one form that "they" takes up.
TAKEN_AS_MANY = word_list("no_person")
MAX_CLIMB = 6


def taken_up(view: View, pronoun: Word, depth: int = 0) -> Word | None:
    """Give the noun of a description that a pronoun takes up.

    Parameters
    ----------
    pronoun
        A personal or possessive pronoun of the third person.

    Returns
    -------
    Word or None
        Head of the description; None where coreference has a name for the pronoun, where more than one noun fits, or
        none does.
    """
    word = pronoun.lower_
    if (word not in MANY and word not in ONE and word not in BODY) or depth > MAX_CLIMB:
        return None
    mention = view.mentions.get(pronoun.i)
    if mention is not None and mention.entity_id is not None:
        return None
    if word == "it" and pronoun.dep_ not in ("nsubj", "nsubjpass"):
        # As an object it is mostly a thing.
        return None
    verb = _verb_above(pronoun)
    owning = pronoun.dep_ == "poss" or word in REFLEXIVE
    # Whoever does it does it to others: "the court freed the ship and sold it".
    others = () if verb is None or owning else surface_subjects(_matrix(verb) if word in OBJECT_CASE else verb)
    found: Word | None = None
    for _ in range(MAX_CLIMB):
        if verb is None:
            break
        subjects = [item for item in surface_subjects(verb) if item.i < pronoun.i and item not in others]
        subjects = [item for item in subjects if item.pos_ == "PRON" or view.is_actor(item)]
        if subjects and found is None:
            found = _sole(view, pronoun, verb, subjects, depth)
            if found is None or not owning:
                return found
        elif found is not None and any(item != found and _fits(view, item, pronoun, names=True) for item in subjects):
            # "The Kurds said that the forces had hit their posts": either's.
            return None
        verb = _verb_above(verb)
    if found is None and pronoun.dep_ in ("nsubj", "nsubjpass", "poss"):
        return _in_sentence_before(view, pronoun)
    return found


def _matrix(verb: Word) -> Word:
    """The verb whose object the subject of an infinitive is: "the judge allowed him to leave"."""
    return verb.head if verb.dep_ in ("ccomp", "xcomp") and verb.tag_ == "VB" and verb.head.pos_ == "VERB" else verb


def _verb_above(token: Word) -> Word | None:
    """The verb whose clause a token stands in; of a verb the one above it."""
    head = token
    while head.head.i != head.i:
        head = head.head
        if head.pos_ in ("VERB", "AUX"):
            return head
    return None


def _sole(view: View, pronoun: Word, verb: Word, subjects: list[Word], depth: int) -> Word | None:
    """The subject of a clause above, where it fits and nobody else in that clause does."""
    first = subjects[0]
    if first.pos_ == "PRON":
        above = taken_up(view, first, depth + 1)
        if above is None or not _fits(view, above, pronoun):
            return None
        subjects, first = [above], above
    if len(subjects) > 1 and pronoun.lower_ not in MANY:
        return None
    if not (_fits(view, first, pronoun) or (len(subjects) > 1 and _is_description(view, first))):
        return None
    rivals = [
        item
        for item in verb.subtree
        if item.i < pronoun.i and item not in subjects and item.pos_ in ("NOUN", "PROPN", "PRON")
        and item.dep_ in ("dobj", "dative", "pobj", "attr", "nsubj", "nsubjpass", "conj")
        and not any(item in subject.subtree for subject in subjects)
    ]  # fmt: skip
    return None if any(_fits(view, item, pronoun, names=True) for item in rivals) else first


def _in_sentence_before(view: View, pronoun: Word) -> Word | None:
    """The subject of the sentence before, where it is the only noun there that the pronoun can mean."""
    here = sentence_of(pronoun)
    if here.start == 0:
        return None
    earlier = [item for item in view.parse.span(here.start, pronoun.i) if item.pos_ in ("NOUN", "PROPN", "PRON")]
    before = sentence_of(view.parse[here.start - 1])
    fitting = [item for item in [*before, *earlier] if _fits(view, item, pronoun, names=True)]
    if len(fitting) != 1 or not _fits(view, fitting[0], pronoun):
        return None
    noun = fitting[0]
    return noun if noun.dep_ in ("nsubj", "nsubjpass") and noun.i < here.start else None


def _is_description(view: View, noun: Word) -> bool:
    """Whether a noun describes somebody able to act, by no name."""
    mention = view.mentions.get(noun.i)
    if mention is not None and (mention.form == "name" or mention.label in ("DATE", "TIME")):
        return False
    return noun.pos_ in ("NOUN", "PROPN", "NUM") and view.is_actor(noun)


def _fits(view: View, noun: Word, pronoun: Word, names: bool = False) -> bool:
    """Whether a noun agrees with a pronoun in number, kind and gender; names agree with all, where they count."""
    mention = view.mentions.get(noun.i)
    if mention is not None and mention.form == "name":
        if not names or noun.dep_ in ("compound", "amod", "nmod", "poss") or noun.i != _head(view, noun).i:
            return False
        if pronoun.lower_ in MANY:
            return mention.label == "NORP" or noun.tag_ == "NNPS" or len(conjuncts(noun)) > 1
        return (mention.kind == "person") == (pronoun.lower_ in ONE) or mention.kind is None
    if not _is_description(view, noun):
        return False
    role = role_nouns().get(role_word(noun))
    word, lemma = noun.lower_, noun.lemma_.lower()
    if pronoun.lower_ in MANY:
        several = noun.tag_ in ("NNS", "NNPS") or word in TAKEN_AS_MANY or len(conjuncts(noun)) > 1
        return several or any(child.dep_ == "nummod" for child in noun.lefts) or (noun.pos_ == "NUM" and word != "one")
    if noun.tag_ in ("NNS", "NNPS") or len(conjuncts(noun)) > 1 or word in ("police", "people"):
        return False
    if pronoun.lower_ in BODY:
        return role is not None and role.sort in ("body", "group")
    if role is not None and role.sort != "person":
        return False
    gender = gender_nouns().get(word) or gender_nouns().get(lemma) or (role.gender if role is not None else None)
    return word not in TAKEN_AS_MANY and gender in (None, ONE[pronoun.lower_])


def _head(view: View, token: Word) -> Word:
    mention = view.mentions[token.i]
    return view.parse.span(mention.token_start, mention.token_end).root


def owner_of(noun: Word) -> Word | None:
    """The possessive pronoun before a noun: "their" of "their countries"."""
    return next((child for child in children(noun, "poss") if child.tag_ == "PRP$"), None)
