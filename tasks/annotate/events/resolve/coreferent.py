"""Which triggers report one deed: "shot and killed", "attacked …, killing five", "killed in an attack".

Each rule of `ONE_DEED` looks at two triggers of violence in a sentence; the groups it makes become one match each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.annotate.events.frames.match import Match, ordered
from tasks.annotate.events.when.offsets import offset_of
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import is_gapped, prepositions
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

WORDS = words("resolve")
CASUALTY = word_list("casualty")


@dataclass(frozen=True, slots=True)
class TriggerPair:
    """Two triggers of violence in one sentence, the first of which may report what the second does."""

    main: Match
    other: Match

    @property
    def joined(self) -> bool:
        """Whether the second is a verb joined to the first by "and" or a comma."""
        token = self.other.trigger
        return token.head == self.main.trigger and token.dep_ == "conj" and token.pos_ == "VERB"


def merge_coreferent(matches: list[Match]) -> list[Match]:
    """One match for all triggers that report one deed: the first stays; what only another one names joins it."""
    deeds = [match for match in matches if match.frame.type == "ASSAULT"]
    if len(deeds) < 2:
        return matches
    first = first_triggers(deeds)
    merged = {match.trigger.i: match for match in deeds}
    for other in deeds:
        top = first[other.trigger.i]
        if top != other.trigger.i:
            merged[top] = join(merged[top], other)
    return [
        merged.get(match.trigger.i, match) for match in matches if first.get(match.trigger.i) in (None, match.trigger.i)
    ]


def first_triggers(deeds: Sequence[Match]) -> dict[int, int]:
    """The trigger that stands for each: those that report one deed share it."""
    parent = {match.trigger.i: match.trigger.i for match in deeds}
    together: dict[int, list[Match]] = {}
    for match in deeds:
        together.setdefault(match.trigger.sent.start, []).append(match)

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for main in deeds:
        for other in together[main.trigger.sent.start]:
            if other is main:
                continue
            if is_one_deed(main, other) and root(main.trigger.i) != other.trigger.i:
                parent[root(other.trigger.i)] = root(main.trigger.i)
    return {index: root(index) for index in parent}


def join(first: Match, other: Match) -> Match:
    """The first match with what the other adds: sides, the noun of the deed, the trigger."""
    actors, recipients = other.actors, other.recipients
    if first.passive and other.frame.nominal and other.trigger.lemma_.lower() in WORDS["mutual"]:
        # "Shot dead in clashes with troops": the troops fought them.
        known = first.recipients
        actors = tuple(item for item in (*actors, *recipients) if item not in known)
        recipients = ()
    return replace(
        first,
        actors=first.actors or actors,
        recipients=ordered([*first.recipients, *recipients]),
        themes=first.themes if not other.frame.nominal else ordered([*first.themes, other.trigger]),
        joined=ordered([*first.joined, *other.joined, other.trigger]),
    )


def is_one_deed(main: Match, other: Match) -> bool:
    """Whether the second trigger reports the outcome or the occasion of the first's deed."""
    return ONE_DEED.decide(TriggerPair(main, other), at=main.trigger.idx) is not None


def is_cost(pair: TriggerPair) -> bool:
    """The first only says what the second cost: "five were killed when rebels shelled a camp"."""
    head, deed = pair.main.trigger, pair.other.trigger
    if head.lemma_ not in CASUALTY or pair.main.actors or deed.dep_ != "advcl" or deed.pos_ != "VERB":
        return False
    if not any(child.lower_ in ("when", "after", "as") for child in deed.lefts) or is_apart(deed):
        return False
    above = deed.head
    beside = (above.dep_ == "conj" and above.head == head) or is_gapped(head, above)
    return above == head or (beside and above.lemma_ in CASUALTY)


def is_apart(deed: Word) -> bool:
    """Whether a deed lies at a distance in time: "… hours after another bomb hit a market" is another one."""
    return offset_of(deed) is not None or any(child.dep_ == "npadvmod" for child in deed.lefts)


def has_same_victims(pair: TriggerPair) -> bool:
    """Joined verbs with the same recipients."""
    return pair.joined and {item.i for item in pair.main.recipients} == {item.i for item in pair.other.recipients}


def is_cost_of_subject(pair: TriggerPair) -> bool:
    """A casualty joined to a verb whose subject is itself a deed or weapon: "a bomb went off and killed two"."""
    subject = pair.main.frame.subject
    weapon = subject.role is None and bool(subject.filter.include)
    return pair.joined and weapon and pair.other.trigger.lemma_ in CASUALTY


def is_participle_of_outcome(pair: TriggerPair) -> bool:
    """What comes of it in a participle: "attacked a village, killing five"."""
    head, token = pair.main.trigger, pair.other.trigger
    under = token.head == head and token.dep_ in ("advcl", "acl") and token.pos_ == "VERB"
    return under and token.tag_ == "VBG" and token.i > head.i


def is_third_joined(pair: TriggerPair) -> bool:
    """The third of three joined verbs."""
    token = pair.other.trigger
    joined = token.pos_ == "VERB" and token.dep_ == "conj" and token.head.dep_ == "conj"
    return joined and token.head.head == pair.main.trigger


def is_occasion(pair: TriggerPair) -> bool:
    """The noun of the deed behind the verb: "killed in an attack", "hit by a wave of raids"."""
    token = pair.other.trigger
    if pair.main.frame.nominal or not pair.other.frame.nominal:
        return False
    for word, noun in prepositions(pair.main.trigger):
        if word in ("in", "by", "during", "when") and (noun.i == token.i or token in noun.subtree):
            return noun.i == token.i or noun.lemma_ in WORDS["series"]
    return False


def is_cost_of_theme(pair: TriggerPair) -> bool:
    """A relative clause on the deed that is part of the first: "claimed the bombings that killed 44"."""
    token = pair.other.trigger
    if pair.main.frame.nominal or pair.other.frame.nominal or token.dep_ != "relcl":
        return False
    return any(theme == token.head or token.head in theme.subtree for theme in pair.main.themes)


def is_cost_of_noun(pair: TriggerPair) -> bool:
    """A relative clause on the noun of the deed: "a stabbing that killed a man"."""
    token = pair.other.trigger
    on_noun = pair.main.frame.nominal and not pair.other.frame.nominal and token.head == pair.main.trigger
    return on_noun and token.dep_ == "relcl"


ONE_DEED: Ladder[TriggerPair, bool] = Ladder(
    "one deed",
    "Which second trigger reports the deed of the first",
    (
        when("what a deed cost, told first", is_cost, True, "Five people were killed when rebels shelled a camp."),
        when(
            "a participle that shares an auxiliary",
            lambda pair: is_gapped(pair.main.trigger, pair.other.trigger),
            True,
            "A policeman was shot dead and three others wounded in Lagos.",
        ),
        when(
            "dead and wounded",
            lambda pair: pair.joined and {pair.main.trigger.lemma_, pair.other.trigger.lemma_} <= CASUALTY,
            True,
            "Gunmen killed two soldiers and wounded a nurse.",
        ),
        when(
            "two verbs side by side",
            lambda pair: pair.joined and pair.other.trigger.i - pair.main.trigger.i <= 2,
            True,
            "Gunmen kidnapped and tortured a priest.",
        ),
        when(
            "joined verbs with the same victims",
            has_same_victims,
            True,
            "The man was kidnapped on Monday in Lagos and was killed in a forest.",
        ),
        when(
            "what a weapon did, joined to its verb",
            is_cost_of_subject,
            True,
            "A bomb exploded near the market on Monday and killed five people.",
        ),
        when("a participle of outcome", is_participle_of_outcome, True, "Rebels attacked a village, killing five."),
        when(
            "the third of joined verbs",
            is_third_joined,
            True,
            "Gunmen kidnapped a priest, tortured him and killed him.",
        ),
        when("the occasion behind the verb", is_occasion, True, "In another attack, gunmen fired on a patrol in Mali."),
        when(
            "a relative clause on a deed that is claimed",
            is_cost_of_theme,
            True,
            "The rebels claimed responsibility for the bombings that killed 44 people.",
        ),
        when(
            "a relative clause on the deed",
            is_cost_of_noun,
            True,
            "Monday's attack, in which gunmen stormed a hotel, shocked Mali.",
        ),
    ),
)
