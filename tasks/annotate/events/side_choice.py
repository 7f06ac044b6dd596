"""Who acts in an event and who is acted on: what encoder, frame and parse say of each noun of the sentence.

Every noun, name and pronoun of the trigger's sentence is a candidate for either side. A small logistic model a side,
fitted on articles that trained nothing, gives each its chance from what the encoder thinks of its words, whether the
frame names it, and how it hangs on the trigger; the likeliest is the side, if it is likely enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.annotate.coreference.component import antecedents
from tasks.annotate.events.encoder.reading import Told
from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.odds import log_odds, logistic
from tasks.annotate.events.view import MODIFIERS, OWNER_LABELS, View, is_where, owners
from tasks.annotate.layers import Quote
from tasks.annotate.syntax.clauses import clause_of, prepositions, surface_subjects
from tasks.annotate.syntax.parse import Word

SIDES = ("actor", "recipient")
# How a candidate may hang on the trigger; of several the first.
RELATIONS = ("subject", "object", "receiver", "owner", "against", "with", "to", "of", "from", "for", "in",
             "of object", "above", "beside")  # fmt: skip
# What a candidate's chance hangs on, in the order of the models' weights.
SIDE_FACTORS = ("read", "read for the other", "likeliest", "frame", "frame for the other",
                "frame for another", "pronoun", "name", "able to act", "where", "modifier", *RELATIONS)  # fmt: skip
# Prepositions by what they say of whom they bring in.
BROUGHT_IN_BY = {
    **dict.fromkeys(("against", "on", "upon", "at", "over", "into", "onto", "toward", "towards"), "against"),
    **dict.fromkeys(("with", "between", "among", "alongside"), "with"),
    **dict.fromkeys(("in", "near", "across", "around", "outside", "inside", "through", "after", "during"), "in"),
    "by": "subject",
    **{word: word for word in ("to", "of", "from", "for")},
}
VERBAL = ("VERB", "AUX")


@dataclass(frozen=True, slots=True)
class SideCandidate:
    """A word that may be a side, and what its chance hangs on for each, in the order of `SIDE_FACTORS`."""

    word: Word
    factors: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class ChosenSide:
    """The word that was chosen for a side, and its chance."""

    word: Word
    chance: float


def candidates(view: View, match: Match, trigger: tuple[int, int], told: Told) -> list[SideCandidate]:
    """The candidates of a match's sentence, in the order of the text; `trigger` are its tokens (half-open)."""
    head = match.trigger
    words = [word for word in head.sent if may_be_side(view, word, trigger)]
    hangs = relations(view, head)
    chances = {side: [chance_of(view, word, told.sides[side]) for word in words] for side in SIDES}
    most = {side: max(found, default=0.0) for side, found in chances.items()}
    named = {"actor": {word.i for word in match.actors}, "recipient": {word.i for word in match.recipients}}
    found: list[SideCandidate] = []
    for number, word in enumerate(words):
        mention = view.mentions.get(word.i)
        relation = hangs.get(word.i)
        factors: dict[str, tuple[float, ...]] = {}
        for side, other in (SIDES, SIDES[::-1]):
            chance = chances[side][number]
            factors[side] = (
                log_odds(chance),
                log_odds(chances[other][number]),
                float(0 < chance == most[side]),
                float(word.i in named[side]),
                float(word.i in named[other]),
                float(bool(named[side]) and word.i not in named[side]),
                float(word.pos_ == "PRON"),
                float(mention is not None and mention.form == "name"),
                float(view.is_actor(word)),
                float(is_where(view, word)),
                float(word.dep_ in MODIFIERS),
                *(float(relation == one) for one in RELATIONS),
            )
        found.append(SideCandidate(word, factors))
    return found


def may_be_side(view: View, word: Word, trigger: tuple[int, int]) -> bool:
    """Whether a word is the head of a phrase that could name somebody: no word of the trigger, no time."""
    if trigger[0] <= word.i < trigger[1] or view.is_time(word):
        return False
    mention = view.mentions.get(word.i)
    if word.dep_ in MODIFIERS:
        # Before a noun only names: "a Russian raid", and of a name of several words its last.
        named = mention is not None and mention.form == "name" and mention.label in OWNER_LABELS
        within = named and mention is not None and mention.token_start <= word.head.i < mention.token_end
        return named and not within
    return word.pos_ in ("NOUN", "PROPN", "PRON", "NUM") or word.tag_ == "PRP$"


def chance_of(view: View, word: Word, chances: Mapping[int, float]) -> float:
    """What the encoder gives the surest word of a phrase's head, the words before it and its name."""
    tokens = {word.i, *(child.i for child in word.lefts if child.dep_ in MODIFIERS)}
    mention = view.mentions.get(word.i)
    if mention is not None and mention.form == "name":
        tokens.update(range(mention.token_start, mention.token_end))
    return max(chances.get(token, 0.0) for token in tokens)


def relations(view: View, head: Word) -> dict[int, str]:
    """How words hang on a trigger, by their index."""
    found: dict[int, str] = {}
    for relation, word in _related(view, head):
        if word.i not in found or RELATIONS.index(relation) < RELATIONS.index(found[word.i]):
            found[word.i] = relation
    return found


def _related(view: View, head: Word) -> Iterator[tuple[str, Word]]:
    if head.pos_ in VERBAL:
        clause = clause_of(head)
        yield from (("subject", word) for word in clause.subjects)
        yield from (("receiver", word) for word in clause.receivers)
        for word in clause.objects:
            yield "object", word
            yield from (("of object", owner) for owner in owners(view, word))
            yield from (("of object", noun) for _, noun in prepositions(word))
    else:
        yield from (("owner", word) for word in owners(view, head))
    yield from ((BROUGHT_IN_BY[word], noun) for word, noun in prepositions(head) if word in BROUGHT_IN_BY)
    above = head.head
    while above.pos_ not in VERBAL and above.head is not above:
        above = above.head
    if above is not head and above.pos_ in VERBAL:
        clause = clause_of(above)
        yield from (("above", word) for word in (*clause.subjects, *surface_subjects(above)))
        yield from (("beside", word) for word in (*clause.objects, *clause.receivers))
        yield from (("beside", noun) for _, noun in prepositions(above))


def chosen(
    every: Sequence[SideCandidate], weights: Mapping[str, Mapping[str, float]], limits: Mapping[str, float]
) -> dict[str, ChosenSide]:
    """The likeliest candidate for each side that is likely enough; nobody is both, the likelier side has him.

    Parameters
    ----------
    weights
        Of each side those of `SIDE_FACTORS`, with a `bias`.
    limits
        Of each side how likely its word must be.
    """
    ranked = sorted(
        (
            (logistic(weights[side], SIDE_FACTORS, candidate.factors[side]), number, side)
            for number, candidate in enumerate(every)
            for side in SIDES
        ),
        key=lambda one: (-one[0], SIDES.index(one[2]), one[1]),
    )
    found: dict[str, ChosenSide] = {}
    for chance, number, side in ranked:
        word = every[number].word
        if chance >= limits[side] and side not in found and all(word != other.word for other in found.values()):
            found[side] = ChosenSide(word, chance)
    return {side: found[side] for side in SIDES if side in found}


def named_for(view: View, word: Word) -> Word:
    """The name in the same sentence that a pronoun stands for; any other word, and one for several, is itself.

    In a quotation and outside of it two people speak: neither's pronoun is told by the other's name.
    """
    if word.pos_ != "PRON" and word.tag_ != "PRP$":
        return word
    meant = antecedents(view.doc, word.i)
    if len(meant) != 1 or not word.sent.start <= meant[0].token_start < word.sent.end:
        return word
    name = view.parse.span(meant[0].token_start, meant[0].token_end).root
    return name if _quotation(view, name) == _quotation(view, word) else word


def _quotation(view: View, word: Word) -> Quote | None:
    """The quotation that a word stands in."""
    return next((quote for quote in view.doc._.quotes if quote.start <= word.idx < quote.end), None)
