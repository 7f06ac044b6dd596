"""What the matches mean together: which are part of another, which are one event told twice, which are none."""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.events.cells.tolls import DYING
from tasks.annotate.events.frames.match import SWALLOWING, Match, contained, ordered
from tasks.annotate.events.standing.status import is_cancelling, negated
from tasks.annotate.events.view import View, content
from tasks.annotate.events.when.offsets import offset_of
from tasks.annotate.syntax.clauses import is_gapped, is_negated, prepositions, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

# What a protest is for, where nobody is named whom it asks.
SLOGANS = frozenset({"REQUEST", "ACCUSE", "REJECT", "SUPPORT"})
CASUALTY = word_list("casualty")
NO_ONE = word_list("no_one")
# Deeds in which both sides strike.
MUTUAL = frozenset({"clash", "clashes", "skirmish", "fighting", "battle", "firefight", "shootout", "gunfight"})


def resolve(view: View, verbal: list[Match], nominal: list[Match]) -> list[Match]:
    """Join light verbs with their nouns, drop what another event contains, merge what is told twice.

    Returns
    -------
    list of Match
        In the order of the text, one per event mention.
    """
    nominal = without_containers(nominal)
    nouns = {match.trigger.i: match for match in nominal}
    swallowed: set[int] = set()
    absorbed: set[int] = set()
    verbs: list[Match] = []
    for match in verbal:
        if is_spared(match) and match.frame.type == "ASSAULT":
            # "Nobody was killed in the attack": the attack stands by itself.
            continue
        off = match.frame.type == "REJECT" or is_cancelling(view, match.trigger)
        if off and not match.actors and any(theme.i in nouns for theme in match.themes):
            # "The visit was cancelled": nobody refuses anybody, the visit is off.
            continue
        actors, recipients = list(match.actors), list(match.recipients)
        for theme in match.themes:
            inner = nouns.get(theme.i)
            if inner is None:
                continue
            if inner.frame.type == match.frame.type:
                absorbed.add(theme.i)
                absorbed.update(noun.i for word, noun in prepositions(theme) if word == "of" and noun.i in nouns)
                sides = {item.i for item in recipients}
                if not actors or inner.frame.type != "ASSAULT":
                    actors.extend(item for item in inner.actors if item.i not in sides)
                recipients.extend(inner.recipients if not recipients else ())
            elif match.frame.type in SWALLOWING or is_trigger_part(match, theme):
                swallowed.add(theme.i)
        head = match.trigger.head
        if match.trigger.dep_ == "conj" and match.trigger.lemma_ in CASUALTY and head.lemma_.lower() in DYING:
            # "Ten people died and dozens were wounded"
            recipients.extend(item for item in surface_subjects(head) if item not in actors)
        if len(actors) > len(match.actors) or len(recipients) > len(match.recipients):
            match = replace(match, actors=ordered(actors), recipients=ordered(recipients))
        verbs.append(match)
    for match in (*verbs, *nominal):
        if (match.frame.type in SWALLOWING and match.trigger.i not in absorbed) or match.frame.polarity:
            swallowed.update(contained(match))
    kept = [match for match in verbs if match.trigger.i not in swallowed]
    kept.extend(match for index, match in nouns.items() if index not in swallowed and index not in absorbed)
    by_token = {match.trigger.i: match for match in kept}
    kept = [match for match in kept if not is_purpose_of_same(match, by_token) and not is_of_protest(match, by_token)]
    kept.sort(key=lambda match: match.trigger.i)
    return merge_told_twice(view, kept)


def without_containers(nominal: list[Match]) -> list[Match]:
    """One match for "dozens of U.S. indictments": sides from the deed's own words, its place from "dozens"."""
    by_noun = {match.trigger.i: match for match in nominal}
    inner = {i: content(match.trigger).i for i, match in by_noun.items()}
    inside = {held for i, held in inner.items() if held != i and held in by_noun}
    return [
        replace(by_noun[inner[i]], trigger=match.trigger) if inner[i] in inside else match
        for i, match in by_noun.items()
        if i not in inside
    ]


def is_purpose_of_same(match: Match, by_token: dict[int, Match]) -> bool:
    """Whether an infinitive only says what its event is for.

    "called a strike to protest against the law", "marched to demand pay".
    """
    token = match.trigger
    if token.tag_ != "VB" or token.dep_ not in ("advcl", "xcomp", "acl"):
        return False
    above = by_token.get(token.head.i)
    if above is None or match.frame.type == "CONSULT":
        return False
    slogan = above.frame.type == "PROTEST" and match.frame.type in SLOGANS and not match.recipients
    return slogan or above.frame.type == match.frame.type


def is_of_protest(match: Match, by_token: dict[int, Match]) -> bool:
    """Whether an event is only a protest's effect or the vote for one.

    "A strike that has shut 1,200 schools": nobody closes them by force. "Voted to extend a strike".
    """
    if match.frame.nominal or match.trigger.pos_ != "VERB":
        return False
    if match.frame.type == "COERCE" and not match.actors:
        return any(is_protest(item, by_token) for item in surface_subjects(match.trigger))
    return match.frame.type == "SUPPORT" and any(is_protest(item, by_token) for item in match.complements)


def is_protest(word: Word, by_token: dict[int, Match]) -> bool:
    """Whether a word tells a protest, or is part of a match that does: "extend a strike"."""
    found = by_token.get(word.i)
    if found is not None:
        return found.frame.type == "PROTEST"
    return any(match.frame.type == "PROTEST" and word in match.themes for match in by_token.values())


def is_trigger_part(match: Match, theme: Word) -> bool:
    """Whether the frame names the noun itself, as "launch an investigation" does; "condemn X" does not."""
    return any(
        part.role is None and part.filter.include for part in match.frame.parts if part.kind in ("object", "prep")
    )


def merge_told_twice(view: View, matches: list[Match]) -> list[Match]:
    """One event for "shot and killed", "attacked …, killing five", "killed in an attack".

    The first trigger stays; what only the other one names joins it.
    """
    deeds = [match for match in matches if match.frame.type == "ASSAULT"]
    parent = {match.trigger.i: match.trigger.i for match in deeds}

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for match in deeds:
        for other in deeds:
            if other is not match and same_deed(match, other) and root(match.trigger.i) != other.trigger.i:
                parent[root(other.trigger.i)] = root(match.trigger.i)
    joined = {match.trigger.i: match for match in deeds}
    for other in deeds:
        top = root(other.trigger.i)
        if top != other.trigger.i:
            first = joined[top]
            actors, recipients = other.actors, other.recipients
            if first.passive and other.frame.nominal and other.trigger.lemma_.lower() in MUTUAL:
                # "Shot dead in clashes with troops": the troops fought them.
                actors, recipients = (*actors, *(item for item in recipients if item not in first.recipients)), ()
                actors = tuple(item for item in actors if item not in first.recipients)
            joined[top] = replace(
                first,
                actors=first.actors or actors,
                recipients=ordered([*first.recipients, *recipients]),
                themes=first.themes if not other.frame.nominal else ordered([*first.themes, other.trigger]),
                joined=ordered([*first.joined, *other.joined, other.trigger]),
            )
    return [
        joined.get(match.trigger.i, match)
        for match in matches
        if parent.get(match.trigger.i) in (None, match.trigger.i)
    ]


def same_deed(main: Match, other: Match) -> bool:
    """Whether the second trigger tells the outcome or the occasion of the first's deed."""
    head, token = main.trigger, other.trigger
    if is_outcome(main, token) or is_gapped(head, token):
        return True
    if token.head == head and token.dep_ in ("conj", "advcl", "acl") and token.pos_ == "VERB":
        if token.dep_ == "conj":
            casualty = head.lemma_ in CASUALTY and token.lemma_ in CASUALTY
            told_of_event = main.frame.subject.role is None and bool(main.frame.subject.filter.include)
            near = token.i - head.i <= 2
            same = {item.i for item in main.recipients} == {item.i for item in other.recipients}
            return casualty or near or same or (told_of_event and token.lemma_ in CASUALTY)
        return token.tag_ == "VBG" and token.i > head.i
    if token.pos_ == "VERB" and token.head.dep_ == "conj" and token.head.head == head and token.dep_ == "conj":
        return True
    if not main.frame.nominal and other.frame.nominal and sentence_of(token).start == sentence_of(head).start:
        for word, noun in prepositions(head):
            if word in ("in", "by", "during", "when") and (noun.i == token.i or token in noun.subtree):
                return noun.i == token.i or noun.lemma_ in ("series", "wave", "spate", "string", "number")
    if main.frame.nominal and other.frame.nominal and token.dep_ == "pobj":
        return token.head.head == head and head.lemma_ in ("series", "wave", "spate")
    if not main.frame.nominal and not other.frame.nominal and token.dep_ == "relcl":
        # "claimed the bombings that killed 44"
        return any(theme == token.head or token.head in theme.subtree for theme in main.themes)
    if main.frame.nominal and not other.frame.nominal:
        # "a stabbing that killed a man": the relative clause tells the outcome.
        return token.dep_ in ("relcl", "acl") and token.head == head
    return False


def is_spared(match: Match) -> bool:
    """Whether a verb of casualties says that there were none: "nobody was hurt", "did not wound the guards".

    Or that nobody owns up to a deed: "no group has claimed responsibility".
    """
    if match.trigger.lemma_ == "claim":
        return negated(match.trigger)
    if match.frame.nominal or match.actors:
        return False
    return is_negated(match.trigger) or any(item.lower_ in NO_ONE for item in match.recipients)


def is_outcome(main: Match, deed: Word) -> bool:
    """Whether the first trigger only tells what the second deed cost: "five were killed when rebels shelled a camp"."""
    head = main.trigger
    if head.lemma_ not in CASUALTY or main.actors or deed.dep_ != "advcl" or deed.pos_ != "VERB":
        return False
    above = deed.head
    beside = (above.dep_ == "conj" and above.head == head) or is_gapped(head, above)
    joined = above == head or (beside and above.lemma_ in CASUALTY)
    # "… hours after another bomb hit a market": at a distance it is another deed.
    apart = offset_of(deed) is not None or any(child.dep_ == "npadvmod" for child in deed.lefts)
    return joined and not apart and any(child.lower_ in ("when", "after", "as") for child in deed.lefts)
