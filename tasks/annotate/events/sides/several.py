"""Words that stand for several sides: "the two men", "both", "they", "French and Spanish police"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tasks.annotate.coreference.component import antecedents, stands_for_several
from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.sides.arguments import noun_sector
from tasks.annotate.events.sides.descriptions import owner_of, taken_up
from tasks.annotate.events.sides.phrases import described, is_place, phrase_bounds
from tasks.annotate.events.view import MODIFIERS, NO_FACTS, Facts, View, is_city
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

OF_EVERY_NATION = word_list("of_every_nation")
COUNTING = frozenset({"both", "two", "pair", "duo"})


def group_arguments(view: View, facts: dict[str, Facts], head: Word, role: str) -> tuple[EventArgument, ...]:
    """One argument for each of several people a word stands for: "the two men", "they", "both sides".

    Offsets are those of the names they were last called by, method coref.
    """
    mention = view.mentions.get(head.i)
    if mention is not None and mention.form == "name":
        return ()
    nations = national_arguments(view, head, role) or nations_taken_up(view, head, role)
    if nations:
        return nations
    found = antecedents(view.doc, head.i) if stands_for_several(view.doc, head.i) else ()
    if len(found) < 2 and is_share_of_nation(head):
        owner = owner_of(head)
        found = antecedents(view.doc, owner.i) if owner is not None else ()
    if len(found) < 2:
        return ()
    arguments = []
    for named in found:
        known = facts.get(named.entity_id or "", NO_FACTS)
        country, method = (
            (named.country, named.country_method)
            if named.country is not None
            else (known.country, known.country_method)
        )
        arguments.append(
            EventArgument(
                role,
                named.start,
                named.end,
                named.entity_id,
                country,
                (method or "name") if country is not None else None,
                named.sector or known.sector,
                method="coref",
            )
        )
    return tuple(arguments)


def those_met(view: View, head: Word, meetings: Sequence[Match]) -> tuple[Word, ...]:
    """The sides of the meeting just told, where a word counts them: "Kenya met Sudan and the two agreed …".

    Parameters
    ----------
    head
        Subject of the later clause.
    meetings
        Meetings of the article with both their sides, in the order of the text.

    Returns
    -------
    tuple of Word
        The sides; empty where the word counts nobody, or no meeting stands in its sentence or the one before.
    """
    mention = view.mentions.get(head.i)
    if mention is not None and mention.form == "name":
        return ()
    alone = head.lower_ in COUNTING
    if not alone and not (head.tag_ == "NNS" and any(child.lower_ in COUNTING for child in head.lefts)):
        return ()
    if children(head, "prep", "relcl", "acl", "compound", "amod"):
        # "both of the rebel sides", "the two Kenyan ministers": told in full.
        return ()
    here = sentence_of(head)
    for meeting in reversed(meetings):
        if meeting.trigger.i >= head.i:
            continue
        end = sentence_of(meeting.trigger).end
        if end < here.start or head in meeting.actors:
            return ()
        return meeting.actors
    return ()


def has_two_sides(view: View, meeting: Match) -> bool:
    """Whether a meeting names both its sides, by several words or by one of several nations."""
    return len(meeting.actors) > 1 or any(national_arguments(view, item, "actor") for item in meeting.actors)


def nations_taken_up(view: View, head: Word, role: str) -> tuple[EventArgument, ...]:
    """The nations that a pronoun takes up from a description: "The presidents of Mali and Niger said they …".

    What nations have one each of stands for each of them: "… ties between their countries".
    """
    pronoun = head if head.pos_ == "PRON" else owner_of(head) if is_share_of_nation(head) else None
    noun = taken_up(view, pronoun) if pronoun is not None else None
    if noun is None:
        return ()
    return tuple(replace(item, method="coref") for item in national_arguments(view, noun, role))


def is_share_of_nation(noun: Word) -> bool:
    """Whether a plural noun names what every nation has one of: countries, armies, foreign ministers."""
    return noun.tag_ == "NNS" and noun.lemma_.lower() in OF_EVERY_NATION


def national_arguments(view: View, head: Word, role: str) -> tuple[EventArgument, ...]:
    """One argument for each nation of people told together: "French and Spanish police", "leaders of Mali and Niger".

    The noun stays with the nation nearest to it; the others are told by their own name. Empty where a noun has one
    nation or none.
    """
    if head.pos_ not in ("NOUN", "PROPN") or not (head.tag_ in ("NNS", "NNPS") or head.lower_ in ("police", "media")):
        return ()
    modifiers = [child for child in head.lefts if child.dep_ in (*MODIFIERS, "poss")]
    before = _nations(view, [token for child in modifiers for token in conjuncts(child)])
    after = _nations(view, [t for word, noun in prepositions(head) if word in ("of", "from") for t in conjuncts(noun)])
    nations = before or after
    if len({mention.country for mention in nations}) < 2:
        return ()
    start, end = phrase_bounds(view, head)
    if before:
        nations = [mention for mention in nations if start <= mention.start]
        if len({mention.country for mention in nations}) < 2:
            return ()
    sector = noun_sector(view, described(view, head))
    spans = [(mention.start, mention.end) for mention in nations]
    if before:
        spans[-1] = (nations[-1].start, end)
    else:
        spans[0] = (start, nations[0].end)
    return tuple(
        EventArgument(role, first, last, None, mention.country, "name", sector)
        for mention, (first, last) in zip(nations, spans, strict=True)
    )


def _nations(view: View, tokens: list[Word]) -> list[Mention]:
    """The countries and peoples named by some words, each once, in the order of the text."""
    found: dict[int, Mention] = {}
    for token in tokens:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.form == "name" and mention.country is not None and is_nation(mention):
            found[mention.start] = mention
    return [found[start] for start in sorted(found)]


def is_nation(mention: Mention) -> bool:
    """Whether the mention names a country or its people, not a place inside one."""
    return (is_place(mention) or mention.link_method == "authority") and not is_city(mention)
