"""On which side of the text's own time a day lies, as the verb says that governs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks.annotate.dates.state import FUTURE, PAST, UNKNOWN
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.labels import TIMES, VERBAL
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.files import words

_WORDS = words("dates")
MODALS_AHEAD = _WORDS["modals_ahead"]
PARTICIPLES_AHEAD = _WORDS["participles_ahead"]
PUT_OFF = _WORDS["put_off"]
# How many words up from a day its verb is looked for, and how many of them a verb may stand above that is its own.
_MAX_CLIMB = 12
_OWN_CLIMB = 4
# Under what a day is part of another phrase: "asks about Monday's vote".
_PART_OF_PHRASE = frozenset({"compound", "poss", "nmod", "amod", "nummod"})


def _is_put_off(day: Word) -> bool:
    preposition = day.head
    if preposition.lower_ not in ("until", "till", "to") or preposition.pos_ not in ("ADP", "SCONJ"):
        return False
    governor = preposition.head
    while governor.pos_ not in VERBAL and governor.head is not governor:
        governor = governor.head
    return governor.lemma_.lower() in PUT_OFF


# What the preposition alone says of a day, whatever the verb.
DAY_PREPOSITIONS: Ladder[Word, int] = Ladder(
    "prepositions that set a day",
    "Whether the preposition of a day says that it lies behind (-1) or ahead (1)",
    (
        when("since", lambda day: day.head.lower_ == "since", PAST, "The road is closed since Monday."),
        when("put off until", _is_put_off, FUTURE, "The court adjourned the case until Monday."),
        # "called a strike for Thursday", "summoned him for Monday": a day that something is for lies ahead of it.
        when(
            "what is meant for a day",
            lambda day: day.head.lower_ == "for" and day.dep_ == "pobj" and day.head.pos_ == "ADP",
            FUTURE,
            "The union called a strike for Monday.",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class TenseGovernor:
    """A verb above a day, its auxiliaries, and whether the day is its own rather than part of another phrase."""

    verb: Word
    helpers: tuple[Word, ...]
    direct: bool

    @property
    def tag(self) -> str:
        """The verb's tag."""
        return self.verb.tag_

    def has(self, *forms: str) -> bool:
        """Whether an auxiliary has one of the forms."""
        return any(helper.lower_ in forms for helper in self.helpers)

    def has_tag(self, *tags: str) -> bool:
        """Whether an auxiliary has one of the tags."""
        return any(helper.tag_ in tags for helper in self.helpers)


def _is_perfect(case: TenseGovernor) -> bool:
    return case.tag in ("VBN", "VBD") and any(helper.lemma_ == "have" for helper in case.helpers)


def _has_modal(case: TenseGovernor) -> bool:
    return any(helper.lower_ in MODALS_AHEAD or helper.lower_ == "going" for helper in case.helpers)


def _looks_ahead(case: TenseGovernor) -> int | None:
    if case.tag != "VBN" or case.verb.lemma_ not in PARTICIPLES_AHEAD:
        return None
    return FUTURE if case.direct else UNKNOWN


def _present(case: TenseGovernor) -> int | None:
    if case.tag not in ("VBZ", "VBP"):
        return None
    return FUTURE if case.verb.lemma_ not in ("be", "have", "say") else UNKNOWN


# Side of the text's time on which a verb sets its day: -1 behind, 1 ahead, 0 unknown.
TENSES: Ladder[TenseGovernor, int] = Ladder(
    "tense of a day's verb",
    "Whether the verb above a day says that the day lies behind (-1), ahead (1) or neither (0)",
    (
        when("a perfect", _is_perfect, PAST, "They had met on Monday."),
        when("a modal or 'going to'", _has_modal, FUTURE, "They will meet on Monday."),
        when("a past form", lambda case: case.tag == "VBD", PAST, "They met on Monday."),
        Rule("a participle that looks ahead", _looks_ahead, "The meeting was planned for early May on Monday."),
        when("'did'", lambda case: case.has("did"), PAST, "They did not meet on Monday."),
        when(
            "a participle with a past auxiliary",
            lambda case: case.tag in ("VBN", "VBG") and case.has_tag("VBD"),
            PAST,
            "They were meeting on Monday.",
        ),
        when(
            "a participle by itself",
            lambda case: case.tag == "VBN" and not case.helpers,
            PAST,
            "The man arrested on Monday is a doctor.",
        ),
        when("the day is another phrase's", lambda case: not case.direct, UNKNOWN, "He asks about Monday's vote."),
        Rule(
            "an infinitive, with 'to' or without",
            lambda case: (FUTURE if case.has("to") else UNKNOWN) if case.tag == "VB" else None,
            "Ministers plan to meet on Monday.",
        ),
        Rule("a present form", _present, "The council meets on Monday."),
        when(
            "a present auxiliary",
            lambda case: case.has_tag("VBZ", "VBP", "VB"),
            FUTURE,
            "The council is meeting on Monday.",
        ),
        when("nothing that tells", lambda case: True, UNKNOWN, "Meeting on Monday, they spoke of peace."),
    ),
)


def tense_reader(parse: Parse) -> Callable[[int], int]:
    """Give the function that says PAST, FUTURE or UNKNOWN for a character offset of a parse."""
    seen: dict[int, int] = {}
    parsed = parse.is_parsed

    def tense(char: int) -> int:
        if not parsed:
            return UNKNOWN
        word = parse.at(char)
        if word.i not in seen:
            seen[word.i] = _day_tense(word)
        return seen[word.i]

    return tense


def _day_tense(day: Word) -> int:
    """The tense of the nearest verb above a day that has one."""
    by_preposition = DAY_PREPOSITIONS.decide(day, day.idx)
    if by_preposition is not None:
        return by_preposition.verdict
    # "meets on Monday" looks ahead, "asks about Monday's vote" says nothing of the vote's day.
    direct = day.dep_ not in _PART_OF_PHRASE
    word = day
    for step in range(_MAX_CLIMB):
        if word.pos_ in VERBAL:
            tense = _verb_tense(word, direct and step <= _OWN_CLIMB)
            if tense != UNKNOWN:
                return tense
            direct = False
        elif word is not day and word.pos_ not in ("ADP", "NUM", "PART") and word.ent_type_ not in TIMES:
            direct = False
        if word.head is word:
            break
        word = word.head
    return UNKNOWN


def _verb_tense(verb: Word, direct: bool) -> int:
    helpers = tuple(child for child in verb.children if child.dep_ in ("aux", "auxpass"))
    decision = TENSES.decide(TenseGovernor(verb, helpers, direct), verb.idx)
    return decision.verdict if decision is not None else UNKNOWN
