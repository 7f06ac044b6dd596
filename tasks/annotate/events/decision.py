"""One decision from two kinds of evidence: what the frames found, and what the learned coder says of the same words.

A proposal is a trigger with a type: words that the encoder takes for one, a frame that fits, or both at once. A small
logistic model, fitted on articles that trained nothing, gives each its chance; what reaches the limit is an event, and
the chance is its confidence. A text of a sentence or two has weights of its own, for what the encoder adds there.
Frames bring mode, CAMEO code and the places of a clause; the encoder brings what no frame knows, and keeps a frame from
what it takes out of context.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.annotate.events.encoder.reading import ArticleReading, Told, TriggerWords
from tasks.annotate.events.frames.match import Match, best_noun_match, best_verb_match, ordered
from tasks.annotate.events.lexicon.frame import Frame, Part
from tasks.annotate.events.odds import log_odds, logistic
from tasks.annotate.events.side_choice import SIDES, ChosenSide, candidates, chosen, named_for
from tasks.annotate.events.view import View
from tasks.annotate.rules import note
from tasks.annotate.syntax.clauses import conjuncts
from tasks.annotate.syntax.parse import Word
from tasks.contract.vocabulary import RECIPROCAL

NOTES = "learned coder"
# What a proposal's chance hangs on, in the order of the model's weights.
FACTORS = ("read", "exact", "verb", "noun", "against", "elsewhere", "sport")
EXACT_WEIGHT = 4
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
    actor, recipient
        Of a word, for it to be that side.
    status
        Of a status, to take the place of that which rules read from the words around.
    mode
        Of a mode, where no frame gives one.
    """

    event: float
    actor: float
    recipient: float
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
    return [_decided(view, reading, proposal, chance) for proposal, chance in kept(view, reading, matches, sport=sport)]


def kept(
    view: View, reading: ArticleReading, matches: Sequence[Match], *, sport: bool
) -> list[tuple[EventProposal, float]]:
    """The proposals that are events, each with its chance, in the order of the text; one a trigger."""
    settings = reading.encoder.meta["decision"]
    weights, least = settings["weights"], settings["limits"]["event"]
    if not is_article(view):
        weights, least = settings["sentences"]["weights"], settings["sentences"]["event"]
    likely: list[tuple[EventProposal, float]] = []
    for proposal in proposals(view, reading, matches, sport=sport):
        chance = logistic(weights, FACTORS, proposal.factors)
        if is_of_own_frame(view, proposal.match):
            chance = max(chance, OWN_FRAME)
        if chance >= least:
            likely.append((proposal, chance))
    found: list[tuple[EventProposal, float]] = []
    for proposal, chance in sorted(likely, key=lambda item: (-item[1], item[0].head.i, item[0].type)):
        if not any(is_rival(proposal, other) for other, _ in found):
            found.append((proposal, chance))
    return sorted(found, key=lambda item: (item[0].head.i, item[0].type))


def is_of_own_frame(view: View, match: Match | None) -> bool:
    """Whether a match is of a frame that the user wrote."""
    return match is not None and match.frame.id in view.lexicon.own


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


def _decided(view: View, reading: ArticleReading, proposal: EventProposal, chance: float) -> Decided:
    """The event of a proposal that is kept."""
    settings = reading.encoder.meta["decision"]
    limits = CoderLimits(**settings["limits"])
    read, match = proposal.read, match_of(view, proposal)
    told = told_of(reading, proposal)
    status = likeliest(told.statuses, limits.status) if told is not None else None
    sides: dict[str, ChosenSide] = {}
    if told is not None:
        words = candidates(view, match, trigger_of(proposal), told)
        sides = chosen(words, settings["sides"], {"actor": limits.actor, "recipient": limits.recipient})
        match = with_sides(view, with_mode(match, told, limits), [one.word for one in words], sides)
    scores = f"encoder {read.chance if read is not None else 0:.2f}"
    scores += f", frame {match.frame.id}" if proposal.match is not None else ", no frame"
    scores += f", status {status}" if status else ""
    scores += "".join(f", {side} {one.word.text} {one.chance:.2f}" for side, one in sides.items())
    note(NOTES, scores, f"{chance:.2f}", proposal.head.idx)
    return Decided(match, coder_of(view, reading, proposal), chance, status)


def coder_of(view: View, reading: ArticleReading, proposal: EventProposal) -> str:
    """Who decided: the encoder, a frame, or both."""
    version = reading.encoder.version
    if proposal.match is None:
        return f"encoder@{version}"
    frame = f"{proposal.match.frame.id}@{view.lexicon.version}"
    return f"frame:{frame}" if proposal.read is None else f"both:{frame}+{version}"


def trigger_of(proposal: EventProposal) -> tuple[int, int]:
    """The tokens of a proposal's trigger, half-open."""
    if proposal.read is not None:
        return proposal.read.first, proposal.read.end
    return proposal.head.i, proposal.head.i + 1


def told_of(reading: ArticleReading, proposal: EventProposal) -> Told | None:
    """What the encoder says of a proposal; None where it did not read it."""
    sentence = proposal.head.sent
    return reading.told(trigger_of(proposal), (sentence.start, sentence.end), proposal.type)


def match_of(view: View, proposal: EventProposal) -> Match:
    """The match of a proposal, or what `frame_of` gives one without."""
    return proposal.match if proposal.match is not None else frame_of(view, proposal)


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


def with_mode(match: Match, told: Told, limits: CoderLimits) -> Match:
    """The match with the mode of which the encoder is sure enough, where its frame has none."""
    mode = likeliest(told.modes, limits.mode) if match.frame.mode is None else None
    return replace(match, frame=replace(match.frame, mode=mode)) if mode is not None else match


def with_sides(view: View, match: Match, words: Sequence[Word], sides: Mapping[str, ChosenSide]) -> Match:
    """The match with the sides that were chosen among words.

    What a frame names stays where it was chosen, could not be, or is of the user's own frame; whoever is joined to the
    word that was chosen is a side too. Of meetings, agreements and common work all sides are actors, but of a visit.
    """
    asked = {word.i for word in words}
    own = is_of_own_frame(view, match)
    named = {"actor": match.actors, "recipient": match.recipients}
    found: dict[str, tuple[Word, ...]] = {}
    for side, other in (SIDES, SIDES[::-1]):
        word = sides[side].word if side in sides else None
        stays = [item for item in named[side] if own or item.i not in asked]
        if word is not None and word not in named[side] and not stays:
            taken = sides[other].word if other in sides else None
            found[side] = tuple(item for item in conjuncts(word) if item != taken)
        else:
            found[side] = named[side] if stays or word is not None else ()
    actors, recipients = ([named_for(view, item) for item in found[side]] for side in SIDES)
    if match.frame.type in RECIPROCAL and match.frame.mode != "visit" and not match.recipients:
        return replace(match, actors=ordered([*actors, *recipients]), recipients=())
    known = {item.i for item in actors}
    return replace(
        match, actors=ordered(actors), recipients=ordered([item for item in recipients if item.i not in known])
    )
