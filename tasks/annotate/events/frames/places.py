"""Fill the places of a frame: which words of a clause, or around a noun, stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.annotate.events.frames.clues import PREDICATES, clause_keys
from tasks.annotate.events.lexicon.frame import Part
from tasks.annotate.events.view import View, noun_actors, owners
from tasks.annotate.syntax.clauses import Clause, children, complements, conjuncts, is_particle, prepositions
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

LIGHT = word_list("light")
NESTED = word_list("nested")
OBJECTS = PREDICATES | {"dative"}


@dataclass(slots=True)
class Filling:
    """What stands in a frame's places so far: the words by role (themes have none), those used up, the complements."""

    roles: dict[str | None, list[Word]] = field(default_factory=lambda: {"actor": [], "recipient": [], None: []})
    used: set[int] = field(default_factory=set)
    complements: list[Word] = field(default_factory=list)

    def take(self, role: str | None, words: Sequence[Word]) -> None:
        """Put words into a place; they stand in no other one."""
        self.roles[role].extend(words)
        for word in words:
            self.used.add(word.i)

    def admits(self, view: View, part: Part, word: Word) -> bool:
        """Whether a word is free and suits a place; a time is nobody's role."""
        return (
            word.i not in self.used and view.fits(word, part.filter) and (part.role is None or not view.is_time(word))
        )


def select_subject(view: View, part: Part, clause: Clause) -> tuple[Word, ...] | None:
    """Who fills the subject's place; None where the subject does not suit the frame."""
    if part.role == "actor":
        return acting_subject(view, part, clause.subjects)
    fitting = tuple(item for item in clause.subjects if view.fits(item, part.filter))
    if part.role == "recipient" or part.filter.include:
        return fitting or None
    return ()


def acting_subject(view: View, part: Part, subjects: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Who of the subjects acts; a deed or paper stands for its owner, and somebody may act unnamed."""
    if not subjects:
        return None if part.filter.include else ()
    fitting = tuple(item for item in subjects if view.is_actor(item) and view.fits(item, part.filter))
    if fitting or part.filter.include:
        return fitting or None
    return owners_of_deeds(view, subjects)


def owners_of_deeds(view: View, subjects: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Whose the deeds and papers among the subjects are: "Iran's statement"; None where there are none."""
    deeds = view.lexicon.classes["deed"]
    papers = [item for item in subjects if view.keys(item) & deeds]
    return tuple(actor for paper in papers for actor in noun_actors(view, paper)) if papers else None


def object_pool(clause: Clause, adverbs: set[str]) -> list[Word]:
    """Every word that may stand as an object: direct, indirect, predicate, or the subject of an infinitive.

    `adverbs` are the frame's particles: "voted down the bill" is often parsed with the noun under "down".
    """
    verb = clause.verb
    found = [*clause.receivers, *clause.objects]
    for child in verb.children:
        label = child.dep_
        if label in OBJECTS:
            if child.pos_ != "ADP":
                found.extend(conjuncts(child))
        elif label in ("ccomp", "xcomp"):
            if child.i > verb.i:
                found.extend(nouns_of_complement(child))
        elif label == "prep" and child.lower_ in adverbs and is_particle(verb, child):
            found.extend(joined_under(child, "pobj"))
    if len(found) < 2:
        return found
    unique = {item.i: item for item in found}
    return [unique[i] for i in sorted(unique)]


def nouns_of_complement(head: Word) -> list[Word]:
    """The objects in "want him to go", "left ten dead": the noun is parsed as the subject of what follows."""
    found: list[Word] = []
    finite = any(part.tag_ == "MD" or part.dep_ == "mark" for part in head.children)
    if (head.tag_ == "VB" and not finite) or head.pos_ in ("ADJ", "NOUN", "ADV"):
        found.extend(joined_under(head, "nsubj"))
    if head.pos_ in ("ADJ", "NOUN"):
        found.append(head)
    return found


def joined_under(head: Word, label: str) -> list[Word]:
    """The children under a dependency label, with what is joined to each."""
    return [item for child in children(head, label) for item in conjuncts(child)]


def fill(view: View, part: Part, clause: Clause, pool: list[Word], filling: Filling) -> bool:
    """Fill one place of a verbal frame; False where nothing fits."""
    verb = clause.verb
    if part.kind == "object":
        return fill_object(view, part, pool, filling)
    if part.kind == "prep":
        return fill_preposition(view, part, clause, pool, filling)
    if part.kind == "particle":
        return any(is_particle(verb, child) for child in verb.children if child.lower_ in part.words)
    if part.kind == "none":
        return not clause.passive and not any(child.dep_ in PREDICATES for child in verb.children)
    if part.kind == "owner":
        return fill_owner(view, part, filling)
    found = complements_of_verb(view, part, clause, filling)
    filling.complements.extend(joined for item in found for joined in conjuncts(item))
    return bool(found)


def fill_owner(view: View, part: Part, filling: Filling) -> bool:
    """Fill an owner's place from what is already filled: "rejected Iran's offer"."""
    # The owner stays free: a phrase on the theme may name it once more.
    themes = filling.roles[None]
    found = [item for theme in themes for item in owners(view, theme) if item.i not in filling.used]
    filling.roles[part.role].extend(found)
    return bool(found)


def fill_object(view: View, part: Part, pool: list[Word], filling: Filling) -> bool:
    """Fill an object place with the first free word that fits and what is joined to it."""
    nouns_only = part.role is not None and not part.filter.include
    for item in pool:
        if filling.admits(view, part, item) and (not nouns_only or stands_as_noun(item)):
            group = [other for other in conjuncts(item) if other.i == item.i or view.fits(other, part.filter)]
            filling.take(part.role, group)
            return True
    return False


def stands_as_noun(word: Word) -> bool:
    """Whether a word is a noun, by its class or its article: "the wounded"."""
    return word.pos_ not in ("ADJ", "VERB", "ADV") or any(child.dep_ == "det" for child in word.lefts)


def fill_preposition(view: View, part: Part, clause: Clause, pool: list[Word], filling: Filling) -> bool:
    """Fill a prepositional place from the verb, its objects or, for a noun two steps down, theirs."""
    found = nouns_of_phrases(view, part, heads_of_phrases(clause.verb, pool, filling.roles[None]), filling)
    if not found and "to" in part.words:
        found = [item for item in clause.receivers if item.i not in filling.used and view.fits(item, part.filter)]
    if len(found) > 1 and part.role is not None and not part.filter.include:
        found = [item for item in found if view.is_actor(item)] or found
    filling.take(part.role, found)
    return bool(found)


def nouns_of_phrases(view: View, part: Part, heads: Iterator[Word], filling: Filling) -> list[Word]:
    """The nouns that suit a prepositional place on the first head that has any."""
    for head in heads:
        phrases = prepositions(head)
        if phrases:
            found = [noun for word, noun in phrases if word in part.words and filling.admits(view, part, noun)]
            if found:
                return found
    return []


def heads_of_phrases(verb: Word, pool: list[Word], themes: list[Word]) -> Iterator[Word]:
    """Where a prepositional phrase may hang, the nearest first."""
    yield verb
    nouns = [*pool, *[item for item in themes if item not in pool]]
    yield from nouns
    # "imposed a ban on X", "gave its approval to Y", "held a round of talks with Z": the phrase may hang on the noun.
    for head in nouns:
        for word, noun in prepositions(head):
            if word in LIGHT:
                yield noun


def complements_of_verb(view: View, part: Part, clause: Clause, filling: Filling) -> list[Word]:
    """The infinitives, gerunds or that-clauses under a verb that suit the place."""
    if part.kind == "infinitive":
        under = infinitives(clause.verb, filling.roles[None])
        return [item for item in under if view.fits(item, part.filter)]
    if part.kind == "gerund":
        return [item for item in complements(clause.verb, gerunds=True) if view.fits(item, part.filter)]
    wanted = part.filter.include
    return [head for head in clause_heads(clause.verb) if not wanted or clause_keys(view, head) & wanted]


def clause_heads(verb: Word) -> list[Word]:
    """The finite clauses under a verb of saying, before it too: "troops must withdraw, the envoy said"."""
    return [child for child in verb.children if child.dep_ == "ccomp"]


def infinitives(verb: Word, themes: list[Word]) -> list[Word]:
    """The infinitives that a frame's DO may be: under the verb, its object or its predicate adjective."""
    found = complements(verb, gerunds=False)
    for item in (
        *themes,
        *[child for child in verb.children if child.dep_ in ("acomp", "attr", "oprd", "dobj")],
    ):
        found.extend(
            child for child in item.children if child.dep_ in ("xcomp", "acl", "relcl", "ccomp") and child.tag_ == "VB"
        )
    unique = {item.i: item for item in found}
    return [unique[i] for i in sorted(unique)]


def fill_beside_noun(view: View, part: Part, noun: Word, filling: Filling) -> bool:
    """Fill one place of a nominal frame; False where nothing fits."""
    found: list[Word] = []
    if part.kind in ("infinitive", "clause"):
        said = complements_of_noun(view, noun, part)
        filling.complements.extend(said)
        return bool(said)
    if part.kind == "owner":
        found = [item for item in owners(view, noun) if item.i not in filling.used and view.fits(item, part.filter)]
    elif part.kind == "prep":
        found = phrases_of_noun(view, part, noun, filling)
    filling.take(part.role, found)
    return bool(found)


def phrases_of_noun(view: View, part: Part, noun: Word, filling: Filling) -> list[Word]:
    """The nouns that suit a prepositional place of a noun; who acts there must be able to act."""
    phrases = deep_prepositions(noun)
    found = [item for word, item in phrases if word in part.words and filling.admits(view, part, item)]
    return [item for item in found if view.is_actor(item)] if part.role == "actor" else found


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
