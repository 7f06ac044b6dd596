"""Where the learned typer meets the frames: which pairs it types, which frames it vetoes, how sure a mention is.

The typer gives every pair of actors a distribution over the types and NONE. What the frames found for the pair counts
as evidence beside it: a weight each kind of evidence, fitted on held-out examples. The sum decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from tasks.annotate.events.frames.match import SWALLOWING, Match, contained, ordered
from tasks.annotate.events.lexicon.frame import Frame, Part
from tasks.annotate.events.typer.evidence import NONE_INDEX, Evidence, Sides, combine, evidence_for, taken, with_sides
from tasks.annotate.events.typer.features import Sight, pair_features
from tasks.annotate.events.typer.model import LABELS, Floats, Typer
from tasks.annotate.events.typer.routes import Route, Tree, candidates, route_between, same_side, tree_of, trigger_of
from tasks.annotate.events.view import View, is_wanted, is_where
from tasks.annotate.syntax.parse import Stretch, Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.contract.vocabulary import RECIPROCAL

# The sentences of an article that nearly always tell its event: its title and the first two.
LEAD = 3
NEVER = 2.0
# How much surer the typer must be where the recipient is a town in which something happens.
WHERE = 0.1
# Sectors whose doings make news as such; of a doctor and a boy, a firm and its rival the typer must be surer.
PUBLIC = frozenset({"GOV", "MIL", "COP", "LEG", "JUD", "REB", "UAF", "PTY", "OPP", "IGO", "SPY", "CRM", "LAB",
                    "NGO", "REF"})  # fmt: skip
ORDERING = word_list("ordering")
# What opens a clause about another deed.
BESIDES = frozenset({"after", "before", "when", "while", "since", "once", "until", "although", "though"})
TYPER_PARTS = (Part("object", "recipient"),)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An event that is kept: its match, who decided, and what the typer makes of its sides (None where not asked)."""

    match: Match
    coder: str
    chance: float | None = None
    chance_of_none: float | None = None


class Judged(NamedTuple):
    """A pair with the distribution over `LABELS` that typer and frames give it, and the matches that take it."""

    route: Route
    chances: Floats
    holders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A Doc's frame matches and pairs with all that the thresholds decide on."""

    sight: Sight
    known: Sequence[Sides]
    judged: Sequence[Judged]
    lead_end: int


@dataclass(frozen=True, slots=True)
class TyperLimits:
    """How sure the typer must be: to add an event in the lead, in the body, to veto a frame; above 1 it never does.

    `plain` is asked besides of a pair in which nobody is known to be in politics, arms or law.
    """

    lead: float
    body: float
    veto: float
    plain: float = 0.0


def judge(view: View, typer: Typer | None, matches: Sequence[Match], *, quiet: bool) -> list[Verdict]:
    """Decide which events stay and which the typer adds.

    Parameters
    ----------
    matches
        What the frames found, resolved, in the order of the text.
    quiet
        True where the typer may add nothing: an article about sport.

    Returns
    -------
    list of Verdict
        In the order of the text: frames' matches with missing sides filled in, less those vetoed, and the typer's own.
    """
    if typer is None:
        return [Verdict(match, frame_coder(view, match)) for match in matches]
    limits = TyperLimits(**typer.model.meta["limits"])
    if quiet:
        limits = replace(limits, lead=NEVER, body=NEVER)
    return decide(weigh(view, typer, matches), f"typer@{typer.model.version}", limits)


def weigh(view: View, typer: Typer, matches: Sequence[Match]) -> Weighed:
    """Give every pair worth it a distribution over the labels."""
    sight = Sight(view, tree_of(view.parse), typer.table)
    known = list(enumerate(with_sides(view, matches)))
    of_sentence: dict[int, list[tuple[int, Sides]]] = {}
    for place, sides in known:
        of_sentence.setdefault(sides.match.trigger.sent.start, []).append((place, sides))
    routes: list[Route] = []
    evidence: list[Evidence] = []
    for number, sentence in enumerate(view.parse.sents):
        here = of_sentence.get(sentence.start, [])
        found = routes_in(sight, sentence, [sides for _, sides in here], number < LEAD)
        routes.extend(found)
        evidence.extend(evidence_for(view, route, here) for route in found)
    logits = typer.logits([pair_features(sight, route) for route in routes])
    chances = combine(logits, evidence, typer.model.meta["evidence"]) if routes else logits
    judged = [
        Judged(route, row, tuple(place for place, _, kind in items if kind.startswith("both")))
        for route, row, items in zip(routes, chances, evidence, strict=True)
    ]
    return Weighed(sight, [sides for _, sides in known], judged, lead_end(view))


def routes_in(sight: Sight, sentence: Stretch, here: Sequence[Sides], lead: bool) -> list[Route]:
    """The routes of a sentence: those of its matches (`here`); in the lead and where nothing matched all worth it."""
    found: dict[tuple[int, int | None], Route] = {}
    if lead or not here:
        every = candidates(sight.view, sight.tree, sentence.start, sentence.end)
        found = {(route.actor, route.recipient): route for route in every}
    for sides in here:
        own = own_route(sight.tree, sides)
        if own is not None:
            found.setdefault((own.actor, own.recipient), own)
    return list(found.values())


def lead_end(view: View) -> int:
    """The token after the article's lead."""
    return max((sentence.end for sentence in islice(view.parse.sents, LEAD)), default=0)


def decide(weighed: Weighed, coder: str, limits: TyperLimits) -> list[Verdict]:
    """Apply the limits: veto frames, fill in missing sides, add what the typer finds by itself."""
    kept = without_vetoed(weighed.sight, weighed.known, weighed.judged, limits.veto)
    added = typed(weighed, coder, kept, limits)
    return sorted((*kept.values(), *added), key=lambda verdict: (verdict.match.trigger.i, verdict.match.frame.type))


def frame_coder(view: View, match: Match) -> str:
    """The `coder` of a frame's event."""
    return f"frame:{match.frame.id}@{view.lexicon.version}"


def own_route(tree: Tree, sides: Sides) -> Route | None:
    """The route between a match's first actor and its first recipient, or of whichever side there is."""
    if not sides.actors:
        return None
    others = sides.recipients
    if not others and sides.match.frame.type in RECIPROCAL:
        others = sides.actors[1:]
    return route_between(tree, sides.actors[0], next((item for item in others if item != sides.actors[0]), None))


def without_vetoed(
    sight: Sight, known: Sequence[Sides], judged: Sequence[Judged], threshold: float
) -> dict[int, Verdict]:
    """The frames' matches by place, each with the typer's opinion, less those of which it is sure that they are wrong.

    A frame stays where any pair of its sides bears it out, and where the typer speaks of another trigger.
    """
    opinions: dict[int, tuple[float, float]] = {}
    doubted: set[int] = set()
    for item in judged:
        for place in item.holders:
            match = known[place].match
            chance = float(item.chances[LABELS.index(match.frame.type)])
            if place not in opinions or chance > opinions[place][0]:
                opinions[place] = (chance, float(item.chances[NONE_INDEX]))
            if is_doubted(sight.tree, item, match, threshold):
                doubted.add(place)
    kept: dict[int, Verdict] = {}
    for place, sides in enumerate(known):
        opinion = opinions.get(place)
        if place in doubted and opinion is not None and opinion[0] <= 1 - threshold:
            continue
        chance_of_type, chance_of_none = opinion if opinion is not None else (None, None)
        kept[place] = Verdict(sides.match, frame_coder(sight.view, sides.match), chance_of_type, chance_of_none)
    return kept


def is_doubted(tree: Tree, item: Judged, match: Match, threshold: float) -> bool:
    """Whether the typer is sure that a pair of a match's sides has nothing to do with its type, by the same trigger."""
    best = int(item.chances.argmax())
    if LABELS[best] == match.frame.type or float(item.chances[best]) < threshold:
        return False
    return best == NONE_INDEX or trigger_of(tree, item.route, is_outer(best)) == match.trigger.i


def is_outer(label: int) -> bool:
    """Whether a type is told by the outermost word: what is agreed, asked or refused is not the event."""
    return LABELS[label] in SWALLOWING


class Typed(NamedTuple):
    """A pair that the typer alone takes for an event: the type, how sure it is, and the word that reports it."""

    name: str
    chance: float
    chance_of_none: float
    trigger: int
    actor: int
    recipient: int


def typed(weighed: Weighed, coder: str, kept: dict[int, Verdict], limits: TyperLimits) -> list[Verdict]:
    """The events of pairs that no frame takes; fills missing sides of `kept` where they tell the same event."""
    view, tree = weighed.sight.view, weighed.sight.tree
    inside = swallowed(kept.values())
    groups: dict[int, list[Typed]] = {}
    for item in weighed.judged:
        pair = None if any(place in kept for place in item.holders) else sure_pair(weighed, item, limits)
        if pair is None:
            continue
        same = partner(view, tree, kept, item.route, pair.trigger, pair.name)
        if same is not None:
            kept[same] = filled(view, kept[same], item.route)
        elif pair.trigger not in inside and not any(pair.trigger in taken(verdict.match) for verdict in kept.values()):
            groups.setdefault(pair.trigger, []).append(pair)
    return [typed_event(view, group, coder) for _, group in sorted(groups.items())]


def swallowed(verdicts: Iterable[Verdict]) -> set[int]:
    """The words of what is agreed, asked or refused, by index: none of them reports an event of its own."""
    outer = [verdict.match for verdict in verdicts if verdict.match.frame.type in SWALLOWING]
    return {i for match in outer for i in contained(match)}


def sure_pair(weighed: Weighed, item: Judged, limits: TyperLimits) -> Typed | None:
    """The event that the typer sees between a pair, None where it is not sure enough or the pair is torn apart."""
    view, tree, route = weighed.sight.view, weighed.sight.tree, item.route
    best = int(item.chances[:NONE_INDEX].argmax())
    chance = float(item.chances[best])
    threshold = limits.lead if route.actor < weighed.lead_end else limits.body
    if route.recipient is None or chance < threshold:
        return None
    if chance < threshold + WHERE and is_where(view, view.parse[route.recipient]):
        return None
    if chance < limits.plain and not is_public(view, route.actor) and not is_public(view, route.recipient):
        return None
    if crosses_clause(tree, route):
        return None
    trigger = trigger_of(tree, route, is_outer(best))
    return Typed(LABELS[best], chance, float(item.chances[NONE_INDEX]), trigger, route.actor, route.recipient)


def typed_event(view: View, group: Sequence[Typed], coder: str) -> Verdict:
    """One event of all pairs of one trigger that have the type of the surest; nobody stands on both sides."""
    surest = max(group, key=lambda pair: pair.chance)
    actors: list[int] = []
    recipients: list[int] = []
    for pair in group:
        if pair.name == surest.name and pair.actor not in recipients and pair.recipient not in actors:
            actors.append(pair.actor)
            recipients.append(pair.recipient)
    word = view.parse[surest.trigger]
    match = Match(
        typed_frame(surest.name, word),
        word,
        ordered([view.parse[i] for i in actors]),
        ordered([view.parse[i] for i in recipients]),
    )
    return Verdict(match, coder, surest.chance, surest.chance_of_none)


def crosses_clause(tree: Tree, route: Route) -> bool:
    """Whether a route leads into a clause with a subject of its own that only tells when or why, or what is denied.

    "Denmark recalled its envoy after Belarus seized a plane", "the army denied that rebels had left".
    """
    return any(tree.heads[word] in route.words and opens_other_clause(tree, word) for word in route.words)


def opens_other_clause(tree: Tree, word: int) -> bool:
    """Whether a word's clause has its own subject and reports another deed, a denied one or what happened where."""
    dep, children = tree.deps[word], tree.children(word)
    if not any(tree.deps[child] in ("nsubj", "nsubjpass") for child in children):
        return False
    if dep == "ccomp":
        return tree.lemmas[tree.heads[word]] == "deny"
    openers = {tree.tokens[child].lower_ for child in children}
    # "sent rice to Malawi, where floods killed 106 people"
    return (dep == "advcl" and not openers.isdisjoint(BESIDES)) or (dep == "relcl" and "where" in openers)


def is_public(view: View, place: int | None) -> bool:
    """Whether a side is known to be of the `PUBLIC` sectors: by its name or by its noun, not by a pronoun."""
    if place is None or view.parse[place].pos_ == "PRON":
        return False
    return any(key in PUBLIC or view.lexicon.sectors.get(key) in PUBLIC for key in view.keys(view.parse[place]))


def partner(view: View, tree: Tree, kept: Mapping[int, Verdict], route: Route, trigger: int, name: str) -> int | None:
    """The frame's match that tells the same event as a typed pair: same type, one trigger or one side in common."""
    ends = [route.actor, *([route.recipient] if route.recipient is not None else [])]
    for place, verdict in kept.items():
        match = verdict.match
        if match.frame.type != name or tree.end_of[match.trigger.i] != tree.end_of[trigger]:
            continue
        if match.trigger.i == trigger or match.trigger.i in route.words:
            return place
        if any(same_side(view, item.i, end) for item in (*match.actors, *match.recipients) for end in ends):
            return place
    return None


def filled(view: View, verdict: Verdict, route: Route) -> Verdict:
    """A match with the side that its frame did not find; who is on one side already is not put on the other."""
    match = verdict.match
    assert route.recipient is not None
    recipient = route.recipient
    open_side = not match.recipients and match.frame.type not in RECIPROCAL
    other = is_where(view, view.parse[recipient]) or is_wanted(view.parse[recipient])
    if open_side and not other and not is_among(view, match.actors, recipient):
        match = replace(match, recipients=(view.parse[recipient],))
    below = match.passive and acts_below(view.parse[route.actor], match.trigger)
    if not match.actors and not below and not is_among(view, match.recipients, route.actor):
        match = replace(match, actors=(view.parse[route.actor],))
    return replace(verdict, match=match)


def is_among(view: View, side: Sequence[Word], word: int) -> bool:
    """Whether a word names one of a side, or stands beside his name."""
    token = view.parse[word]
    beside = token.head if token.dep_ == "appos" else token
    return any(same_side(view, item.i, word) or beside == item for item in side)


def acts_below(word: Word, verb: Word) -> bool:
    """Whether a word belongs to another verb under a verb: "was held after the mayor spoke", not "expelled from Mali".

    Whoever decides may be meant: "was freed after the cabinet approved a pardon".
    """
    head, other = word, False
    if verb.dep_ == "relcl" and verb not in above(word):
        # "prompting protests at which people were arrested": not by whoever prompted them.
        return True
    while head.head.i != head.i and head != verb:
        head = head.head
        other = other or (head != verb and head.pos_ == "VERB" and head.dep_ != "conj" and head.lemma_ not in ORDERING)
    return other and head == verb


def above(word: Word) -> list[Word]:
    """The words that a word hangs on, the nearest first."""
    found: list[Word] = []
    while word.head.i != word.i:
        word = word.head
        found.append(word)
    return found


def typed_frame(name: str, trigger: Word) -> Frame:
    """The stand-in for a frame of a typed pair: a type and two sides, no mode, no CAMEO code."""
    nominal = trigger.pos_ not in ("VERB", "AUX")
    return Frame("typer", name, None, None, "", "", nominal, (), Part("object", "actor"), TYPER_PARTS)
