"""What a clause has of what frames demand: an index that leaves most frames of a verb untried.

A frame is laid over a clause only where each of its demands (`Frame.demands`) meets a clue. Clues are generous: they
may let a frame through that does not fit, never keep back one that does. The frames of a verb are filed by the word of
one demand, so that of the forty frames of "be" those are looked at whose noun or preposition is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from tasks.annotate.events.lexicon.frame import Frame, FrameFile
from tasks.annotate.events.view import View
from tasks.annotate.syntax.clauses import Clause, complements, conjuncts, is_negated, is_particle, prepositions
from tasks.annotate.syntax.parse import Word

PREDICATES = frozenset({"dobj", "attr", "acomp", "oprd"})


class Clues(dict[str, Set[str]]):
    """What a clause has, by the name of the demand; each is gathered when first asked for."""

    def __init__(self, view: View, clause: Clause, pool: Sequence[Word]) -> None:
        """`pool` are the words that may stand as the clause's object, those under particles left out."""
        super().__init__()
        self.view = view
        self.clause = clause
        self.pool = pool

    def __missing__(self, place: str) -> Set[str]:
        """Gather it; raises KeyError where no demand is called so."""
        found = self[place] = GATHER[place](self)
        return found


def worth_trying(file: FrameFile, clues: Clues) -> Iterator[Frame]:
    """The frames whose every demand meets a clue, in their order."""
    numbers = set(file.others)
    for place, table in file.filed.items():
        for word in table.keys() & clues[place]:
            numbers.update(table[word])
    for number in sorted(numbers):
        frame = file.frames[number]
        for place, words in frame.demands:
            if words.isdisjoint(clues[place]):
                break
        else:
            yield frame


def _names(view: View, tokens: Iterable[Word]) -> Set[str]:
    found: set[str] = set()
    for token in tokens:
        found |= view.keys(token)
    return found


def _particles(clues: Clues) -> Set[str]:
    verb = clues.clause.verb
    return {child.lower_ for child in verb.children if is_particle(verb, child)}


def _prepositions(clues: Clues) -> Set[str]:
    """Those on the verb and its nouns and on the nouns under these; an indirect object stands for "to"."""
    clause = clues.clause
    found = {"to"} if clause.receivers else set()
    seen: set[int] = set()
    queue = [clause.verb, *clues.pool, *clause.subjects]
    while queue:
        head = queue.pop()
        if head.i not in seen:
            seen.add(head.i)
            for word, noun in prepositions(head):
                found.add(word)
                queue.append(noun)
    return found


def _actors(clues: Clues) -> Set[str]:
    return _names(clues.view, [item for item in clues.clause.subjects if clues.view.is_actor(item)])


def _signs(clues: Clues) -> Set[str]:
    """Named as the kinds of parts and the roles and polarities that need them."""
    view, clause = clues.view, clues.clause
    verb, found = clause.verb, set()
    labels = {child.dep_ for child in verb.children}
    if clues.pool:
        found.add("object")
    if clause.subjects:
        found.add("recipient")
    deeds = view.lexicon.classes["deed"]
    # Somebody may act unnamed; a deed or paper stands for its owner.
    if not clause.subjects or any(view.is_actor(item) or view.keys(item) & deeds for item in clause.subjects):
        found.add("actor")
    if not clause.passive and labels.isdisjoint(PREDICATES):
        found.add("none")
    if "ccomp" in labels:
        found.add("clause")
    if verb.sent.infinitives > (verb.tag_ == "VB"):
        found.add("infinitive")
    return found


def _told(clues: Clues) -> Set[str]:
    view = clues.view
    heads = [child for child in clues.clause.verb.children if child.dep_ == "ccomp"]
    return {key for head in heads for key in clause_keys(view, head)}


def clause_keys(view: View, head: Word) -> set[str]:
    """What a that-clause is about: its verb, auxiliaries, joined verbs and objects."""
    keys: set[str] = set()
    for verb in conjuncts(head):
        keys |= view.keys(verb) | {child.lemma_.lower() for child in verb.children if child.dep_ in ("aux", "acomp")}
        keys |= {key for child in verb.children if child.dep_ in ("dobj", "attr", "acomp") for key in view.keys(child)}
        for word, noun in prepositions(verb):
            keys.add(f"{word}_{noun.lemma_.lower()}")
            keys |= {f"{word} of_{item.lemma_.lower()}" for _, item in prepositions(noun)}
    return keys


GATHER: dict[str, Callable[[Clues], Set[str]]] = {
    "particle": _particles,
    "preposition": _prepositions,
    "object": lambda clues: _names(clues.view, clues.pool),
    "said": _told,
    "subject": lambda clues: _names(clues.view, clues.clause.subjects),
    "actor": _actors,
    "sign": _signs,
    "gerund": lambda clues: {"gerund"} if complements(clues.clause.verb, gerunds=True) else set(),
    "polarity": lambda clues: {"not", "wont"} if is_negated(clues.clause.verb) else set(),
}
