"""Numbers: number words read into bounds, the number of a noun phrase, sums of money and goods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.annotate.layers import EventArgument
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.clauses import children
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import toml

_TABLES = toml("events/numbers.toml")
UNITS: dict[str, int] = _TABLES["units"]
SCALES: dict[str, int] = _TABLES["scales"]
# A vague word gives no figure, only that there were some: both ends stay open.
VAGUE = word_list("vague")
AGE_WORDS = word_list("age_words")
CONTAINERS = word_list("containers")
NO_ONE = word_list("no_one")
# A single person needs no article to count: "the attacker", headline "Policeman shot dead".
NO_PERSON = word_list("no_person")
LOWER_BOUND = re.compile(r"\b(at least|more than|over|no fewer than|not less than|no less than|upwards of)\W+$", re.I)
UPPER_BOUND = re.compile(
    r"\b(at most|up to|as many as|fewer than|less than|no more than|under|nearly|almost)\W+$", re.I
)
RANGE = re.compile(r"\b(to|and|or)\b|[-–]")
DIGITS = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$|^\d+(\.\d+)?$")
# What is past all sums of money and goods that are told is no figure but a serial number, or digits in a row.
LARGEST_FIGURE = 1e15
# Past it lies what no count of people can be, nor the type of `events.killed_low`.
MOST_PEOPLE = 2**31 - 1
# How many characters before a number may say what bound it is.
BOUND_REACH = 24


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """A number read from text: `low` and `high` are the bounds, None where open; offsets of its words."""

    low: float | None
    high: float | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Numerals:
    """A run of number words as read: their values, their words, and a vague word among them."""

    values: list[float]
    used: list[Word]
    vague: Word | None

    @property
    def start(self) -> int:
        return self.used[0].idx

    @property
    def end(self) -> int:
        return self.used[-1].idx + len(self.used[-1])

    @property
    def words(self) -> str:
        """The text from its first number word to its last."""
        return self.used[0].parse.span(self.used[0].i, self.used[-1].i + 1).text

    @property
    def before(self) -> str:
        """The text right before it."""
        first = self.used[0]
        window = first.parse.span(max(0, first.i - 8), self.used[-1].i + 1)
        place = self.start - window.start_char
        return window.text[max(0, place - BOUND_REACH) : place]

    @property
    def is_vague(self) -> bool:
        """Whether a vague word stands right behind it."""
        return self.vague is not None and self.vague.i == self.used[-1].i + 1

    def bounded(self, low: float | None, high: float | None) -> PeopleCount:
        return PeopleCount(low, high, self.start, self.end)


def _range(number: _Numerals) -> PeopleCount | None:
    values = number.values[:2]
    return number.bounded(min(values), max(values)) if len(values) > 1 and RANGE.search(number.words) else None


BOUNDS: Ladder[_Numerals, PeopleCount] = Ladder(
    "bounds of a number",
    "Between which bounds a number lies by the words around it",
    (
        Rule(
            "a vague word behind it",
            lambda number: number.bounded(None, None) if number.is_vague else None,
            "A bomb killed thirty some people on Monday.",
        ),
        Rule("from one number to another", _range, "Gunmen killed 10 to 15 people on Monday."),
        Rule(
            "at least",
            lambda number: number.bounded(number.values[0], None) if LOWER_BOUND.search(number.before) else None,
            "Gunmen killed at least 19 people on Monday.",
        ),
        Rule(
            "at most",
            lambda number: number.bounded(None, number.values[0]) if UPPER_BOUND.search(number.before) else None,
            "Gunmen killed up to 19 people on Monday.",
        ),
        Rule(
            "as it stands",
            lambda number: number.bounded(number.values[0], number.values[0]),
            "Gunmen killed 19 people on Monday.",
        ),
    ),
)


def word_value(token: Word) -> float | None:
    """The value of one number word or figure."""
    text = token.lower_
    if DIGITS.match(text):
        return float(text.replace(",", ""))
    if text in UNITS:
        return float(UNITS[text])
    if "-" in text and all(part in UNITS for part in text.split("-")):
        return float(sum(UNITS[part] for part in text.split("-")))
    return None


def read_count(tokens: list[Word]) -> PeopleCount | None:
    """Read a run of number words ("at least 1.2 million", "10 to 15", "dozens") into bounds."""
    number = _read_numerals(tokens)
    if any(value > LARGEST_FIGURE for value in number.values):
        return number.bounded(None, None)
    if number.values:
        decision = BOUNDS.decide(number, at=number.start)
        return decision.verdict if decision is not None else None
    vague = number.vague
    return PeopleCount(None, None, vague.idx, vague.idx + len(vague)) if vague is not None else None


def _read_numerals(tokens: list[Word]) -> _Numerals:
    """The values of a run of number words: words that follow each other make one number."""
    values: list[float] = []
    used: list[Word] = []
    vague: Word | None = None
    for token in tokens:
        value, text = word_value(token), token.lower_
        if value is not None:
            if used and follows(used[-1], token) and 20 <= values[-1] < 100 and value < 20:
                values[-1] += value
            else:
                values.append(value)
        elif text in SCALES:
            values[-1:] = [(values[-1] if values else 1.0) * SCALES[text]]
        elif text == "dozen" and values and used[-1].i == token.i - 1:
            values[-1] *= 12
        else:
            vague = token if text in VAGUE else vague
            continue
        used.append(token)
    return _Numerals(values, used, vague)


def follows(first: Word, second: Word) -> bool:
    """Whether two number words make one number: "twenty two", "twenty-two"."""
    return second.i - first.i == 1 or (second.i - first.i == 2 and first.nbor().text == "-")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A noun phrase that may say how many; `alone` where a single person counts as one."""

    noun: Word
    alone: bool


def _is_nobody(phrase: _Counted) -> bool:
    noun = phrase.noun
    return noun.lower_ in NO_ONE and not (noun.lower_ == "one" and bool(children(noun, "prep", "nummod")))


def _own_numeral(phrase: _Counted) -> PeopleCount | None:
    noun = phrase.noun
    # "a four-year-old boy": the number is his age.
    numerals = [
        child
        for child in noun.children
        if child.dep_ in ("nummod", "quantmod", "amod", "det", "compound")
        and not any(part.lower_ in AGE_WORDS or "-year" in part.lower_ for part in child.subtree)
    ]
    found = {sub.i: sub for child in numerals for sub in child.subtree if sub.i <= noun.i or child.dep_ == "nummod"}
    tokens = [found[i] for i in sorted(found)]
    return read_count(
        [token for token in tokens if token.pos_ in ("NUM", "NOUN", "ADJ", "ADP", "DET", "CCONJ", "PART")]
    )


def _both(phrase: _Counted) -> PeopleCount | None:
    noun = phrase.noun
    if noun.tag_ != "NNS" or all(child.lower_ != "both" for child in noun.lefts):
        return None
    return PeopleCount(2.0, 2.0, noun.left_edge.idx, noun.idx + len(noun))


def _number_for_people(phrase: _Counted) -> PeopleCount | Literal[False] | None:
    noun = phrase.noun
    if noun.pos_ != "NUM" and noun.lower_ not in VAGUE:
        return None
    return read_count([*[child for child in noun.lefts if child.pos_ in ("NUM", "ADP")], noun]) or False


def _one(noun: Word) -> PeopleCount:
    return PeopleCount(1.0, 1.0, noun.idx, noun.idx + len(noun))


def _single_person(phrase: _Counted) -> PeopleCount | None:
    noun = phrase.noun
    if noun.tag_ != "NN" or noun.lower_ in NO_PERSON or noun.lower_ in CONTAINERS:
        return None
    definite = any(child.dep_ in ("det", "poss") and child.lower_ != "no" for child in noun.lefts)
    return _one(noun) if definite or not children(noun, "prep", "conj") else None


COUNT: Ladder[_Counted, PeopleCount | Literal[False]] = Ladder(
    "count",
    "How many a noun phrase counts",
    (
        when("nobody", _is_nobody, False, "Gunmen killed nobody on Monday."),
        Rule("its own numeral", _own_numeral, "Gunmen killed 19 people on Monday."),
        Rule("both of two", _both, "Gunmen killed both guards on Monday."),
        Rule("a number that stands for people", _number_for_people, "Gunmen shot 30 on Monday, killing 19."),
        when("only numbers count", lambda phrase: not phrase.alone, False, "Students marched on Monday."),
        Rule("a single person", _single_person, "Gunmen killed a guard on Monday."),
        Rule(
            "a person by name",
            lambda phrase: (
                _one(phrase.noun) if phrase.noun.pos_ == "PROPN" and phrase.noun.ent_type_ == "PERSON" else None
            ),
            "Gunmen killed Ann Lee on Monday.",
        ),
    ),
)


def of_people(count: PeopleCount) -> PeopleCount:
    """A count as one of people: with both ends open where it is past all that can be counted."""
    if max(count.low or 0.0, count.high or 0.0) > MOST_PEOPLE:
        return PeopleCount(None, None, count.start, count.end)
    return count


def count_of(noun: Word, *, alone: bool = True) -> PeopleCount | None:
    """The number of a noun phrase: its numeral, or with `alone` 1 for a single person or a name."""
    decision = COUNT.decide(_Counted(noun, alone), at=noun.idx)
    return decision.verdict or None if decision is not None else None


def amount_count(themes: Sequence[Word]) -> list[EventArgument]:
    """Sums of money and goods in an aid, trade or fine event: "$1.2 billion in aid", "400 tonnes of wheat"."""
    found: list[EventArgument] = []
    for token in (token for theme in themes for token in theme.subtree):
        if token.ent_type_ not in ("MONEY", "QUANTITY"):
            continue
        for span in (entity for entity in token.parse.ents if entity.start == token.i):
            count = read_count(list(span))
            if count is not None:
                low, high = count.low, count.high
                found.append(
                    EventArgument(
                        "amount", span.start_char, span.end_char, value_low=low, value_high=high, value_scope="event"
                    )
                )
    return found
