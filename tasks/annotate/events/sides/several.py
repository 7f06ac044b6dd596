"""Words that stand for several sides: "the two men", "both", "they", "French and Spanish police"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.annotate.coreference.component import antecedents, stands_for_several
from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.sides.arguments import noun_sector
from tasks.annotate.events.sides.descriptions import owner_of, taken_up
from tasks.annotate.events.sides.phrases import described, is_place, phrase_bounds
from tasks.annotate.events.view import MODIFIERS, NO_FACTS, Facts, View, is_city
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

OF_EVERY_NATION = word_list("of_every_nation")
COUNTING = words("sides")["counting"]


def those_met(view: View, head: Word, meetings: Sequence[Match]) -> tuple[Word, ...]:
    """The sides of the meeting just reported, where a word counts them: "Kenya met Sudan and the two agreed …".

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
    if not _counts(view, head):
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


def _counts(view: View, head: Word) -> bool:
    """Whether a word counts two of those just named and says no more of them: "the two", "both leaders"."""
    mention = view.mentions.get(head.i)
    if mention is not None and mention.form == "name":
        return False
    counted = head.tag_ == "NNS" and any(child.lower_ in COUNTING for child in head.lefts)
    # "both of the rebel sides", "the two Kenyan ministers": named in full.
    return (counted or head.lower_ in COUNTING) and not children(head, "prep", "relcl", "acl", "compound", "amod")


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
    """One argument for each nation of people named together: "French and Spanish police", "leaders of Mali and Niger".

    The noun stays with the nation nearest to it; the others stand by their own name. Empty where a noun has one
    nation or none.
    """
    if not _is_plural(head):
        return ()
    before, after = _nations_around(view, head)
    if not _are_several(before or after):
        return ()
    start, end = phrase_bounds(view, head)
    if before:
        nations = [mention for mention in before if start <= mention.start]
        if not _are_several(nations):
            return ()
        spans = [*[(mention.start, mention.end) for mention in nations[:-1]], (nations[-1].start, end)]
    else:
        nations = after
        spans = [(start, nations[0].end), *[(mention.start, mention.end) for mention in nations[1:]]]
    sector = noun_sector(view, described(view, head))
    return tuple(
        EventArgument(role, first, last, None, mention.country, "name", sector)
        for mention, (first, last) in zip(nations, spans, strict=True)
    )


def _nations_around(view: View, head: Word) -> tuple[list[Mention], list[Mention]]:
    """The nations named before a noun and behind it: "French and Spanish police", "leaders of Mali and Niger"."""
    modifiers = [child for child in head.lefts if child.dep_ in (*MODIFIERS, "poss")]
    behind = [noun for word, noun in prepositions(head) if word in ("of", "from")]
    before = _nations(view, [token for child in modifiers for token in conjuncts(child)])
    return before, _nations(view, [token for noun in behind for token in conjuncts(noun)])


def _is_plural(noun: Word) -> bool:
    several = noun.tag_ in ("NNS", "NNPS") or noun.lower_ in ("police", "media")
    return several and noun.pos_ in ("NOUN", "PROPN")


def _are_several(nations: Sequence[Mention]) -> bool:
    return len({mention.country for mention in nations}) > 1


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


@dataclass(frozen=True, slots=True)
class _Word:
    """A word in the place of a side."""

    view: View
    facts: dict[str, Facts]
    head: Word
    role: str


def _is_name(word: _Word) -> bool:
    mention = word.view.mentions.get(word.head.i)
    return mention is not None and mention.form == "name"


def _counted_people(word: _Word) -> tuple[EventArgument, ...] | None:
    if not stands_for_several(word.view.doc, word.head.i):
        return None
    return _each(word, antecedents(word.view.doc, word.head.i))


def _owners_of_share(word: _Word) -> tuple[EventArgument, ...] | None:
    owner = owner_of(word.head) if is_share_of_nation(word.head) else None
    return _each(word, antecedents(word.view.doc, owner.i)) if owner is not None else None


def _each(word: _Word, names: Sequence[Mention]) -> tuple[EventArgument, ...] | None:
    """One argument for each of several names; None where there are not two."""
    return tuple(_of_name(word, name) for name in names) if len(names) > 1 else None


def _of_name(word: _Word, name: Mention) -> EventArgument:
    known = word.facts.get(name.entity_id or "", NO_FACTS)
    country, method = known.country, known.country_method
    if name.country is not None:
        country, method = name.country, name.country_method
    method = (method or "name") if country is not None else None
    sector = name.sector or known.sector
    return EventArgument(word.role, name.start, name.end, name.entity_id, country, method, sector, method="coref")


SEVERAL: Ladder[_Word, tuple[EventArgument, ...]] = Ladder(
    "several sides",
    "Which sides one word stands for",
    (
        when("a name is one side", _is_name, (), "Kenya accused the rebels of murder on Monday."),
        Rule(
            "people of several nations",
            lambda word: national_arguments(word.view, word.head, word.role) or None,
            "French and Spanish police arrested a smuggler on Monday.",
        ),
        Rule(
            "nations taken up by a pronoun",
            lambda word: nations_taken_up(word.view, word.head, word.role) or None,
            "The presidents of Kenya and Sudan said they would withdraw their troops.",
        ),
        Rule(
            "the people whom it counts",
            _counted_people,
            "Donald Trump and Kim Jong Un met in Hanoi. Protesters attacked the two men.",
        ),
        Rule(
            "what each of its owners has one of",
            _owners_of_share,
            "Kenya and Sudan said their armies had attacked the rebels.",
        ),
    ),
)


def group_arguments(view: View, facts: dict[str, Facts], head: Word, role: str) -> tuple[EventArgument, ...]:
    """One argument for each of several people a word stands for: "the two men", "they", "both sides".

    Offsets are those of the names they were last called by, method coref.
    """
    decision = SEVERAL.decide(_Word(view, facts, head, role), at=head.idx)
    return decision.verdict if decision is not None else ()
