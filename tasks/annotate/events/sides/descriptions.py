"""Pronouns that take up a description, not a name: "Turkish police said they …", "A man was held until he …".

Coreference links words to entities, and a description without a name is none. What such a pronoun means still tells an
event whose deed it was. Only one who can be meant is taken: the subject of a clause above, or the one fitting noun of
the sentence before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.annotate.coreference.gender import gender_nouns
from tasks.annotate.events.view import MODIFIERS, View
from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import role_word
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.clauses import children, conjuncts, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words
from tasks.reference.lexicons import RoleNoun, role_nouns

_WORDS = words("sides")
MANY, BODY = _WORDS["several"], _WORDS["body"]
ONE = dict.fromkeys(_WORDS["masculine"], "m") | dict.fromkeys(_WORDS["feminine"], "f")
OBJECT_CASE = _WORDS["object_case"]
REFLEXIVE = _WORDS["reflexive"]
# Words of one form that "they" takes up.
TAKEN_AS_MANY = word_list("no_person")
MAX_CLIMB = 6


@dataclass(frozen=True, slots=True)
class _Pair:
    """A noun and a pronoun that may mean it. `names` says that names count too, as rivals of the description."""

    view: View
    noun: Word
    pronoun: Word
    names: bool

    @property
    def name(self) -> Mention | None:
        mention = self.view.mentions.get(self.noun.i)
        return mention if mention is not None and mention.form == "name" else None

    @property
    def for_several(self) -> bool:
        return self.pronoun.lower_ in MANY

    @property
    def is_plural(self) -> bool:
        return self.noun.tag_ in ("NNS", "NNPS") or len(conjuncts(self.noun)) > 1

    @property
    def role(self) -> RoleNoun | None:
        return role_nouns().get(role_word(self.noun))


def _is_part_of_name(pair: _Pair) -> bool:
    name = pair.name
    if name is None:
        return False
    root = pair.view.parse.span(name.token_start, name.token_end).root
    return pair.noun.dep_ in (*MODIFIERS, "poss") or pair.noun.i != root.i


def _names_several(pair: _Pair) -> bool | None:
    if pair.name is None or not pair.for_several:
        return None
    return pair.name.label == "NORP" or pair.noun.tag_ == "NNPS" or len(conjuncts(pair.noun)) > 1


def _names_its_kind(pair: _Pair) -> bool | None:
    name = pair.name
    if name is None:
        return None
    return name.kind is None or (name.kind == "person") == (pair.pronoun.lower_ in ONE)


def _is_several(pair: _Pair) -> bool:
    noun, word = pair.noun, pair.noun.lower_
    counted = any(child.dep_ == "nummod" for child in noun.lefts) or (noun.pos_ == "NUM" and word != "one")
    return pair.for_several and (pair.is_plural or word in TAKEN_AS_MANY or counted)


def _is_body(pair: _Pair) -> bool | None:
    if pair.pronoun.lower_ not in BODY:
        return None
    return pair.role is not None and pair.role.sort in ("body", "group")


def _is_of_other_gender(pair: _Pair) -> bool:
    genders, noun, role = gender_nouns(), pair.noun, pair.role
    gender = genders.get(noun.lower_) or genders.get(noun.lemma_.lower()) or (role.gender if role is not None else None)
    return gender not in (None, ONE[pair.pronoun.lower_])


AGREEMENT: Ladder[_Pair, bool] = Ladder(
    "agreement",
    "Whether a pronoun can mean a noun by number, kind and gender",
    (
        when(
            "a name where a description is looked for",
            lambda pair: pair.name is not None and not pair.names,
            False,
            "Lopez said they had been arrested by Turkish police.",
        ),
        when("part of a name", _is_part_of_name, False, "Soldiers met Ann Lee in Lyon. They attacked a convoy."),
        Rule(
            "a people or several names for they",
            _names_several,
            "Soldiers attacked the Kurds on Monday. They shelled a village.",
        ),
        Rule("a name of the pronoun's kind", _names_its_kind, "A soldier met Ann Lee in Lyon. He attacked a convoy."),
        when(
            "nobody able to act",
            lambda pair: not is_description(pair.view, pair.noun),
            False,
            "A soldier lost a bet. He attacked a convoy.",
        ),
        when("several for they", _is_several, True, "Turkish police said they had arrested two smugglers."),
        when(
            "one for they",
            lambda pair: pair.for_several,
            False,
            "A Turkish officer said they had arrested two smugglers.",
        ),
        when(
            "several for he or it",
            lambda pair: pair.is_plural or pair.noun.lower_ in ("police", "people"),
            False,
            "Turkish police said he had attacked two smugglers.",
        ),
        Rule("a body for it", _is_body, "The Malian army said it killed ten rebels."),
        when(
            "a body for he or she",
            lambda pair: pair.role is not None and pair.role.sort != "person",
            False,
            "The Malian army said he had killed ten rebels.",
        ),
        when(
            "of the other gender",
            _is_of_other_gender,
            False,
            "A Turkish policeman said she had attacked two smugglers.",
        ),
        Rule("one person for he or she", lambda pair: True, "A Turkish officer said he had attacked two smugglers."),
    ),
)


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
    if depth > MAX_CLIMB or not _may_take_up(view, pronoun):
        return None
    verb = _verb_above(pronoun)
    owning = _is_owning(pronoun)
    others = () if verb is None or owning else _others(verb, pronoun)
    found: Word | None = None
    for _ in range(MAX_CLIMB):
        if verb is None:
            break
        subjects = _subjects_before(view, pronoun, verb, others)
        if subjects and found is None:
            found = _sole(view, pronoun, verb, subjects, depth)
            if found is None or not owning:
                return found
        elif found is not None and _is_rivalled(view, pronoun, found, subjects):
            # "The Kurds said that the forces had hit their posts": either's.
            return None
        verb = _verb_above(verb)
    if found is None and pronoun.dep_ in ("nsubj", "nsubjpass", "poss"):
        return _in_sentence_before(view, pronoun)
    return found


def _subjects_before(view: View, pronoun: Word, verb: Word, others: Sequence[Word]) -> list[Word]:
    """The subjects of a clause that stand before a pronoun and may be meant: pronouns, and who can act."""
    subjects = [
        item
        for item in surface_subjects(verb)
        if item.i < pronoun.i and item not in others and not _is_within(pronoun, item)
    ]
    return [item for item in subjects if item.pos_ == "PRON" or view.is_actor(item)]


def _is_within(pronoun: Word, noun: Word) -> bool:
    """Whether a pronoun stands in a noun's own phrase: the two of "two of his aides" are not who he is.

    A clause between them parts them: "the president, who lost his army".
    """
    above = pronoun
    while above.head is not above and above.pos_ not in ("VERB", "AUX"):
        above = above.head
        if above is noun:
            return True
    return False


def _is_rivalled(view: View, pronoun: Word, found: Word, subjects: Sequence[Word]) -> bool:
    """Whether the subject of a clause further up fits a pronoun as well as the one found."""
    return any(item != found and _fits(view, item, pronoun, names=True) for item in subjects)


def _may_take_up(view: View, pronoun: Word) -> bool:
    """Whether a word is a pronoun of the third person for which coreference has no name."""
    word = pronoun.lower_
    if word not in MANY and word not in ONE and word not in BODY:
        return False
    mention = view.mentions.get(pronoun.i)
    if mention is not None and mention.entity_id is not None:
        return False
    # As an object "it" is mostly a thing.
    return word != "it" or pronoun.dep_ in ("nsubj", "nsubjpass")


def _is_owning(pronoun: Word) -> bool:
    """Whether a pronoun may mean the subject of its own clause: "its troops", "themselves"."""
    return pronoun.dep_ == "poss" or pronoun.lower_ in REFLEXIVE


def _others(verb: Word, pronoun: Word) -> tuple[Word, ...]:
    """Who the pronoun cannot mean: whoever does it does it to others, "the court freed the ship and sold it"."""
    return surface_subjects(_matrix(verb) if pronoun.lower_ in OBJECT_CASE else verb)


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
    several = len(subjects) > 1
    if several and pronoun.lower_ not in MANY:
        return None
    if not (_fits(view, first, pronoun) or (several and is_description(view, first))):
        return None
    rivals = _rivals(pronoun, verb, subjects)
    return None if any(_fits(view, item, pronoun, names=True) for item in rivals) else first


def _rivals(pronoun: Word, verb: Word, subjects: Sequence[Word]) -> list[Word]:
    """The nouns of a clause before a pronoun that it may mean besides the clause's subjects."""
    return [
        item
        for item in verb.subtree
        if item.i < pronoun.i
        and item not in subjects
        and item.pos_ in ("NOUN", "PROPN", "PRON")
        and item.dep_ in ("dobj", "dative", "pobj", "attr", "nsubj", "nsubjpass", "conj")
        and not any(item in subject.subtree for subject in subjects)
    ]


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


def is_description(view: View, noun: Word) -> bool:
    """Whether a noun describes somebody able to act, by no name."""
    mention = view.mentions.get(noun.i)
    if mention is not None and (mention.form == "name" or mention.label in ("DATE", "TIME")):
        return False
    return noun.pos_ in ("NOUN", "PROPN", "NUM") and view.is_actor(noun)


def _fits(view: View, noun: Word, pronoun: Word, names: bool = False) -> bool:
    """Whether a noun agrees with a pronoun in number, kind and gender; names agree with all, where they count."""
    decision = AGREEMENT.decide(_Pair(view, noun, pronoun, names), at=noun.idx)
    return decision is not None and decision.verdict


def owner_of(noun: Word) -> Word | None:
    """The possessive pronoun before a noun: "their" of "their countries"."""
    return next((child for child in children(noun, "poss") if child.tag_ == "PRP$"), None)
