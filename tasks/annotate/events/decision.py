"""One decision from two kinds of evidence: what the frames found, and what the learned coder says of the same words.

A proposal is a trigger with a type: words that the encoder takes for one, a frame that fits, or both at once. A small
logistic model, fitted on articles that trained nothing, gives each its chance; what reaches the limit is an event, and
the chance is its confidence. A text of a sentence or two has weights of its own, for what the encoder adds there.
Frames bring mode, CAMEO code and the places of a clause; the encoder brings what no frame knows, and keeps a frame from
what it takes out of context.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.annotate.events.encoder.reading import ArticleReading, SideWords, Told, TriggerWords
from tasks.annotate.events.frames.match import Match, best_noun_match, best_verb_match, ordered
from tasks.annotate.events.lexicon.frame import Frame, Part
from tasks.annotate.events.view import View
from tasks.annotate.rules import note
from tasks.annotate.syntax.clauses import conjuncts
from tasks.annotate.syntax.parse import Word
from tasks.contract.vocabulary import RECIPROCAL

NOTES = "learned coder"
# What a proposal's chance hangs on, in the order of the model's weights.
FACTORS = ("read", "exact", "verb", "noun", "against", "elsewhere", "sport")
EXACT_WEIGHT = 4
# Log-odds beyond it tell nothing more.
FARTHEST = 4.0
# An article of fewer sentences has no elsewhere.
FEW_SENTENCES = 3
# More words than any one event has.
MOST_WORDS = 100
# The least that a frame of the user's own stands at, whatever the encoder says: who writes one wants its events.
OWN_FRAME = 0.7
BOTH_SIDES = (Part("object", "recipient"),)


@dataclass(frozen=True, slots=True)
class CoderLimits:
    """How sure the coder must be.

    Parameters
    ----------
    event
        Of a proposal, for it to be an event.
    side
        Of words, for them to be a side that the frame leaves open.
    other_side
        Of words, to take the place of those that the frame names.
    status
        Of a status, to take the place of that which rules read from the words around.
    mode
        Of a mode, where no frame gives one.
    """

    event: float
    side: float
    other_side: float
    status: float
    mode: float


@dataclass(frozen=True, slots=True)
class EventProposal:
    """A type for some words, who proposes it, and what its chance hangs on, in the order of `FACTORS`.

    `words` are the tokens that would report it, `head` the one that the others hang on.
    """

    type: str
    words: frozenset[int]
    head: Word
    read: TriggerWords | None
    match: Match | None
    factors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """An event that is kept: its match, who decided, how likely it is, and the status that the encoder is sure of."""

    match: Match
    coder: str
    chance: float
    status: str | None


def decide(view: View, reading: ArticleReading, matches: Sequence[Match], *, sport: bool) -> list[Decided]:
    """Which proposals are events.

    Parameters
    ----------
    matches
        What the frames found, resolved, in the order of the text.
    sport
        Whether the article is about sport.

    Returns
    -------
    list of Decided
        In the order of the text, one a trigger.
    """
    settings = reading.encoder.meta["decision"]
    limits, weights = CoderLimits(**settings["limits"]), settings["weights"]
    least = limits.event
    if not is_article(view) and "sentences" in settings:
        weights, least = settings["sentences"]["weights"], settings["sentences"]["event"]
    chosen: list[tuple[EventProposal, float]] = []
    for proposal in proposals(view, reading, matches, sport=sport):
        chance = logistic(weights, proposal.factors)
        if proposal.match is not None and proposal.match.frame.id in view.lexicon.own:
            chance = max(chance, OWN_FRAME)
        if chance >= least:
            chosen.append((proposal, chance))
    kept: list[tuple[EventProposal, float]] = []
    for proposal, chance in sorted(chosen, key=lambda item: (-item[1], item[0].head.i, item[0].type)):
        if not any(is_rival(proposal, other) for other, _ in kept):
            kept.append((proposal, chance))
    kept.sort(key=lambda item: (item[0].head.i, item[0].type))
    return [_decided(view, reading, proposal, chance, limits) for proposal, chance in kept]


def is_rival(proposal: EventProposal, other: EventProposal) -> bool:
    """Whether two proposals are about the same words; frames that share words were resolved against one another."""
    if proposal.match is not None and other.match is not None:
        return proposal.head == other.head
    return not proposal.words.isdisjoint(other.words)


def proposals(view: View, reading: ArticleReading, matches: Sequence[Match], *, sport: bool) -> list[EventProposal]:
    """All triggers with a type that the encoder or a frame speaks for."""
    ends = [sentence.end for sentence in view.parse.sents]
    read = reading.triggers(ends)
    likely = reading.chances.max(axis=1)
    order = np.argsort(-likely, kind="stable")[:MOST_WORDS].tolist()
    article = _Article([(token, float(likely[token])) for token in order], is_article(view), sport)
    used: set[TriggerWords] = set()
    found: list[EventProposal] = []
    for match in matches:
        words = words_of(match)
        near = [one for one in read if not words.isdisjoint(range(one.first, one.end))]
        same = [one for one in near if one.type == match.frame.type]
        used.update(same)
        best = max(same, key=lambda one: one.chance, default=None)
        every = words.union(*(range(one.first, one.end) for one in same))
        chance = best.chance if best is not None else reading.chance(sorted(words), match.frame.type)
        factors = article.factors(chance, match, every, against=len(near) > len(same))
        found.append(EventProposal(match.frame.type, every, match.trigger, best, match, factors))
    taken = {word: match.frame.type for match in matches for word in words_of(match)}
    for one in read:
        if one not in used:
            words = frozenset(range(one.first, one.end))
            against = any(taken.get(word, one.type) != one.type for word in words)
            factors = article.factors(one.chance, None, words, against=against)
            found.append(EventProposal(one.type, words, view.parse.span(one.first, one.end).root, one, None, factors))
    return found


def is_article(view: View) -> bool:
    """Whether a text is more than a sentence or two, a title counted: those are judged by weights of their own."""
    return len(view.parse.sents) >= FEW_SENTENCES


def words_of(match: Match) -> frozenset[int]:
    """The words that report a frame's event, by index: its trigger, its themes, triggers of the same event."""
    return frozenset((match.trigger.i, *(word.i for word in (*match.themes, *match.joined))))


@dataclass(frozen=True, slots=True)
class _Article:
    """What all proposals of an article have in common; `likeliest` are its likeliest words with their chances."""

    likeliest: Sequence[tuple[int, float]]
    has_elsewhere: bool
    sport: bool

    def factors(self, chance: float, match: Match | None, words: frozenset[int], *, against: bool) -> tuple[float, ...]:
        """What a proposal's chance hangs on, in the order of `FACTORS`."""
        nominal = match is not None and match.frame.nominal
        exact = match is not None and not nominal and match.frame.weight >= EXACT_WEIGHT
        return (
            log_odds(chance),
            float(exact),
            float(match is not None and not nominal and not exact),
            float(nominal),
            float(against),
            log_odds(self._elsewhere(words)) if self.has_elsewhere else 0.0,
            float(self.sport),
        )

    def _elsewhere(self, words: frozenset[int]) -> float:
        """The chance of the article's likeliest trigger among other words."""
        return next((chance for token, chance in self.likeliest if token not in words), 0.0)


def log_odds(chance: float) -> float:
    """The logit of a probability, held within ±`FARTHEST`."""
    if chance <= 0.0:
        return -FARTHEST
    if chance >= 1.0:
        return FARTHEST
    return min(max(math.log(chance / (1 - chance)), -FARTHEST), FARTHEST)


def logistic(weights: Mapping[str, float], factors: Sequence[float]) -> float:
    """A proposal's chance, in hundredths."""
    total = weights["bias"] + sum(weights[name] * value for name, value in zip(FACTORS, factors, strict=True))
    return round(1 / (1 + math.exp(-total)), 2)


def _decided(
    view: View, reading: ArticleReading, proposal: EventProposal, chance: float, limits: CoderLimits
) -> Decided:
    """The event of a proposal that is kept."""
    head, read, match = proposal.head, proposal.read, proposal.match
    trigger = (read.first, read.end) if read is not None else (head.i, head.i + 1)
    told = reading.told(trigger, (head.sent.start, head.sent.end), proposal.type)
    status = likeliest(told.statuses, limits.status) if told is not None else None
    scores = f"encoder {read.chance if read is not None else 0:.2f}"
    scores += f", frame {match.frame.id}" if match is not None else ", no frame"
    note(NOTES, f"{scores}{f', status {status}' if status else ''}", f"{chance:.2f}", head.idx)
    version = reading.encoder.version
    if match is None:
        match, coder = frame_of(view, proposal), f"encoder@{version}"
    elif read is None:
        coder = f"frame:{match.frame.id}@{view.lexicon.version}"
    else:
        coder = f"both:{match.frame.id}@{view.lexicon.version}+{version}"
    return Decided(with_told(view, match, told, limits), coder, chance, status)


def frame_of(view: View, proposal: EventProposal) -> Match:
    """The frame of a trigger that rules against double reports left out; else a stand-in: a type and two sides."""
    head = proposal.head
    nominal = head.pos_ not in ("VERB", "AUX")
    match = best_noun_match(view, head) if head.pos_ == "NOUN" else None if nominal else best_verb_match(view, head)
    if match is not None and match.frame.type == proposal.type:
        return match
    frame = Frame("encoder", proposal.type, None, None, "", "", nominal, (), Part("object", "actor"), BOTH_SIDES)
    return Match(frame, head)


def likeliest(chances: Mapping[str, float], limit: float) -> str | None:
    """The likeliest of some names, None where it is not likely enough."""
    if not chances:
        return None
    name = max(chances, key=lambda one: chances[one])
    return name if chances[name] >= limit else None


def with_told(view: View, match: Match, told: Told | None, limits: CoderLimits) -> Match:
    """The match with the mode and the sides of which the encoder is sure enough."""
    if told is None:
        return match
    mode = likeliest(told.modes, limits.mode) if match.frame.mode is None else None
    if mode is not None:
        match = replace(match, frame=replace(match.frame, mode=mode))
    for name in ("actor", "recipient"):
        side = told.sides.get(name)
        if side is not None:
            match = with_side(view, match, name, side, limits)
    return match


def with_side(view: View, match: Match, name: str, side: SideWords, limits: CoderLimits) -> Match:
    """The match with one side as the encoder names it, where that is open or the encoder is surer than the frame.

    Nobody stands on both sides. Of meetings, agreements and common work all sides are actors, but of a visit.
    """
    if name == "recipient" and match.frame.type in RECIPROCAL and match.frame.mode != "visit":
        words = named(view, side, match.actors)
        return replace(match, actors=ordered([*match.actors, *words])) if side.chance >= limits.side else match
    own, other = (match.actors, match.recipients) if name == "actor" else (match.recipients, match.actors)
    words = named(view, side, other)
    if not words or side.chance < (limits.other_side if own else limits.side):
        return match
    if any(side.first <= word.i < side.end for word in own):
        return match
    return replace(match, actors=words) if name == "actor" else replace(match, recipients=words)


def named(view: View, side: SideWords, taken: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a side that name somebody each: the head of a stretch, and who is named beside it."""
    head = view.parse.span(side.first, side.end).root
    known = {word.i for word in taken}
    return tuple(word for word in conjuncts(head) if word.i not in known)
