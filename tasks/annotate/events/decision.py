"""One decision from two kinds of evidence: what the frames found, and what the learned coder says of the same words.

A proposal is a trigger with a type: words that the encoder takes for one, a frame that fits, or both at once. A small
logistic model, fitted on articles that trained nothing, gives each its chance; what reaches the limit is an event, and
the chance is its confidence. Frames bring mode, CAMEO code and the places of a clause; the encoder brings what no frame
knows, and keeps a frame from what it takes out of context.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.annotate.events.encoder.reading import Candidate, Reading, Told
from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.lexicon.frame import Frame, Part
from tasks.annotate.events.view import View
from tasks.annotate.rules import note
from tasks.annotate.syntax.parse import Word

# What a proposal's chance hangs on, in the order of the model's weights.
FACTORS = ("read", "exact", "verb", "noun", "against", "elsewhere", "sport")
EXACT_WEIGHT = 4
# A frame whose words the encoder gives less than this is not asked about.
FARTHEST = 4.0
BOTH_SIDES = (Part("object", "recipient"),)


@dataclass(frozen=True, slots=True)
class Limits:
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
class Proposal:
    """A trigger with a type, and who proposes it."""

    type: str
    trigger: tuple[int, int]
    candidate: Candidate | None
    match: Match | None
    factors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """An event that is kept: its match, who decided, how likely it is, and the status that the encoder is sure of."""

    match: Match
    coder: str
    chance: float
    status: str | None


def decide(view: View, reading: Reading, matches: Sequence[Match], *, sport: bool) -> list[Verdict]:
    """Which proposals are events.

    Parameters
    ----------
    matches
        What the frames found, resolved, in the order of the text.
    sport
        Whether the article is about sport.

    Returns
    -------
    list of Verdict
        In the order of the text, one a trigger.
    """
    settings = reading.encoder.meta["decision"]
    limits, weights = Limits(**settings["limits"]), settings["weights"]
    best: dict[int, tuple[float, Proposal]] = {}
    for proposal in proposals(view, reading, matches, sport=sport):
        chance = logistic(weights, proposal.factors)
        at = proposal.match.trigger.i if proposal.match is not None else _head(view, proposal.trigger).i
        note("learned coder", said(proposal, chance), proposal.type, view.parse[at].idx)
        if chance >= limits.event and (at not in best or chance > best[at][0]):
            best[at] = (chance, proposal)
    return [_verdict(view, reading, proposal, chance, limits) for _, (chance, proposal) in sorted(best.items())]


def said(proposal: Proposal, chance: float) -> str:
    """The scores of a proposal in words."""
    read = f"{proposal.candidate.chance:.2f}" if proposal.candidate is not None else "nothing"
    frame = proposal.match.frame.id if proposal.match is not None else "none"
    return f"encoder {read}, frame {frame}: {chance:.2f}"


def proposals(view: View, reading: Reading, matches: Sequence[Match], *, sport: bool) -> list[Proposal]:
    """All triggers with a type that the encoder or a frame speaks for."""
    ends = [sentence.end for sentence in view.parse.sents]
    candidates = reading.candidates(ends)
    strongest = sorted((candidate.chance for candidate in candidates), reverse=True)[:2]
    used: set[int] = set()
    found: list[Proposal] = []
    for match in matches:
        words = words_of(match)
        place = next((n for n, one in enumerate(candidates) if n not in used and is_same(one, match, words)), None)
        candidate = candidates[place] if place is not None else None
        if place is not None:
            used.add(place)
        chance = candidate.chance if candidate is not None else reading.chance(sorted(words), match.frame.type)
        against = any(
            one.type != match.frame.type and not words.isdisjoint(range(one.first, one.end)) for one in candidates
        )
        trigger = (candidate.first, candidate.end) if candidate is not None else (match.trigger.i, match.trigger.i + 1)
        factors = factors_of(chance, match, against=against, elsewhere=_elsewhere(strongest, chance), sport=sport)
        found.append(Proposal(match.frame.type, trigger, candidate, match, factors))
    spoken = {word: match for match in matches for word in words_of(match)}
    for place, one in enumerate(candidates):
        if place not in used:
            against = any(word in spoken for word in range(one.first, one.end))
            factors = factors_of(
                one.chance, None, against=against, elsewhere=_elsewhere(strongest, one.chance), sport=sport
            )
            found.append(Proposal(one.type, (one.first, one.end), one, None, factors))
    return found


def words_of(match: Match) -> set[int]:
    """The words that report a frame's event, by index: its trigger, its themes, triggers of the same event."""
    return {match.trigger.i, *(word.i for word in (*match.themes, *match.joined))}


def is_same(candidate: Candidate, match: Match, words: set[int]) -> bool:
    """Whether the encoder and a frame speak of one event."""
    return candidate.type == match.frame.type and not words.isdisjoint(range(candidate.first, candidate.end))


def _elsewhere(strongest: Sequence[float], chance: float) -> float:
    """The chance of the article's strongest trigger but this one."""
    others = [one for one in strongest if one != chance] or list(strongest[1:])
    return others[0] if others else 0.0


def factors_of(
    chance: float, match: Match | None, *, against: bool, elsewhere: float, sport: bool
) -> tuple[float, ...]:
    """What a proposal's chance hangs on, in the order of `FACTORS`."""
    exact = match is not None and not match.frame.nominal and match.frame.weight >= EXACT_WEIGHT
    return (
        log_odds(chance),
        float(exact),
        float(match is not None and not match.frame.nominal and not exact),
        float(match is not None and match.frame.nominal),
        float(against),
        log_odds(elsewhere),
        float(sport),
    )


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


def _verdict(view: View, reading: Reading, proposal: Proposal, chance: float, limits: Limits) -> Verdict:
    match = proposal.match
    head = match.trigger if match is not None else _head(view, proposal.trigger)
    told = reading.told(proposal.trigger, (head.sent.start, head.sent.end), proposal.type)
    version = f"{reading.encoder.version}"
    if match is None:
        match, coder = Match(read_frame(proposal.type, head, told, limits), head), f"encoder@{version}"
    elif proposal.candidate is None:
        coder = f"frame:{match.frame.id}@{view.lexicon.version}"
    else:
        coder = f"both:{match.frame.id}@{view.lexicon.version}+{version}"
    return Verdict(with_sides(view, match, told, limits), coder, chance, likeliest_status(told, limits))


def likeliest_status(told: Told | None, limits: Limits) -> str | None:
    """The status that the encoder is sure of, None where it is not."""
    if told is None:
        return None
    status = max(told.statuses, key=lambda name: told.statuses[name])
    return status if told.statuses[status] >= limits.status else None


def _head(view: View, words: tuple[int, int]) -> Word:
    """The word of a stretch that the others hang on."""
    return view.parse.span(*words).root


def read_frame(type_: str, trigger: Word, told: Told | None, limits: Limits) -> Frame:
    """The stand-in for a frame where the encoder alone speaks: a type, two sides, and the mode if it is sure of one."""
    mode = None
    if told is not None and told.modes:
        likeliest = max(told.modes, key=lambda name: told.modes[name])
        mode = likeliest if told.modes[likeliest] >= limits.mode else None
    nominal = trigger.pos_ not in ("VERB", "AUX")
    return Frame("encoder", type_, mode, None, "", "", nominal, (), Part("object", "actor"), BOTH_SIDES, bare=True)


def with_sides(view: View, match: Match, told: Told | None, limits: Limits) -> Match:
    """The match with the sides of which the encoder is sure enough."""
    if told is None:
        return match
    for name in ("actor", "recipient"):
        side = told.sides.get(name)
        if side is None:
            continue
        known: tuple[Word, ...] = getattr(match, f"{name}s")
        if side.chance < (limits.other_side if known else limits.side):
            continue
        if any(side.first <= word.i < side.end for word in known):
            continue
        words = (view.parse.span(side.first, side.end).root,)
        match = replace(match, actors=words) if name == "actor" else replace(match, recipients=words)
    return match
