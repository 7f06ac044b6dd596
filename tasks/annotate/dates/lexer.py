"""Cut a text into the lexemes of time expressions: month names, weekdays, numerals, clock times, function words.

Each lexeme has a class; the classes of a text are one string with a character per lexeme, so that the grammar
(`grammar`) is a set of plain regular expressions over classes instead of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from tasks.annotate.rules import Ladder, Rule, when
from tasks.reference.files import toml

# Order gives each class its character; the grammar only ever names classes.
_CLASS_NAMES = """
word break stop comma hyphen slash paren iso clock month month_short weekday weekday_short season unit units second
part number day dayword nth year years ordinal decade apost often deictic reference holiday the a this that same
next coming following last previous past ago later earlier before after from since hence in within during on at by
of to until for and or between early edge half every any all other another approx few couple more less than least
once twice per old long time date moment present recent future near right bc zone fiscal school calendar night
possessive
"""
CLASSES = tuple(_CLASS_NAMES.split())
CHAR_OF = {name: chr(0x4E00 + index) for index, name in enumerate(CLASSES)}

Clock = tuple[int, int | None, int | None]


class Lexeme(NamedTuple):
    """A word, numeral or sign: character span, class name and what it is worth in that class."""

    start: int
    end: int
    kind: str
    value: Any
    low: str


@dataclass(frozen=True, slots=True)
class TimeLexicon:
    """The words of `tasks/data/timex.toml` and `holidays.toml`, ready for look-up."""

    words: dict[str, tuple[str, Any]]
    holidays: dict[str, tuple[str, Any]]
    pattern: re.Pattern[str]


_LONGEST_NUMERAL = 15
_MONTH = r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
_MONTH += r"|nov(?:ember)?|dec(?:ember)?"
# The last full stop of "8pm." may end the sentence; that of "8 p.m." does not.
_AMPM = r"[ap](?:\.\s?m\.|\s?\.?m\b)(?!\w)"
_EDGE = r"(?<![\w$£€#])(?<!\d[-/.:,])"
_END = r"(?![-/:]?\d)(?!\w)"
# The first line and the look-aheads on first characters only save time: most words need not try the other forms.
_PATTERN = rf"""
  (?P<plain>(?<!\w)(?!(?:OPENERS)\b)[^\W\d_]+(?=\x20))
| (?P<break>\n\s*\n|\n\s*[-*•])
| (?P<holiday>(?<![\w])(?:HOLIDAYS)(?!\w))
| (?=[\djfmasondet])(?:(?P<ymd>{_EDGE}(?P<y1>[12]\d{{3}})(?P<s1>[-/.])(?P<m1>\d\d?)(?P=s1)(?P<d1>\d\d?)
    (?:[T\ ](?P<H1>\d\d):(?P<M1>\d\d)(?::(?P<S1>\d\d))?)?{_END})
  | (?P<dmy>{_EDGE}(?P<d2>\d\d?)(?P<s2>[-/.])(?P<m2>\d\d?)(?P=s2)(?P<y2>[12]\d{{3}}|(?<=/)\d\d){_END})
  | (?P<named>{_EDGE}(?:(?P<d3>\d\d?)[-/](?P<n3>{_MONTH})[-/](?P<y3>\d{{4}}|\d\d)
    |(?P<y4>\d{{4}})[-/](?P<n4>{_MONTH})[-/](?P<d4>\d\d?)
    |(?P<n5>{_MONTH})[-/](?P<y5>[12]\d{{3}})){_END})
  | (?P<ym>{_EDGE}(?P<y6>[12]\d{{3}})-(?P<m6>\d\d?){_END})
  | (?P<compact>{_EDGE}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?![\w%]|[-/.]\d))
  | (?P<clock>{_EDGE}(?:(?P<h1>\d\d?)[:.](?P<mi1>\d\d)(?::(?P<se1>\d\d))?\s?(?P<ap1>{_AMPM})
    |(?P<h2>\d\d?)(?P<mi2>[0-5]\d)?\s?(?P<ap2>{_AMPM})
    |(?P<h3>[01]?\d|2[0-4]):(?P<mi3>[0-5]\d)(?::(?P<se3>[0-5]\d))?(?![\d:.%]?\d)(?:\s?(?:hrs|hours)\b)?
    |(?P<h4>[01]\d|2[0-4])(?P<mi4>[0-5]\d)(?=\s?(?:GMT|UTC|EST|EDT|hrs\b|hours\b)))
    |(?P<h5>\d\d?|HOURWORD)\s+o['’]clock\b))
| (?P<decade>(?<![\w$£€])(?:[12]\d\d0|['’]\d0)['’]?s(?!\w))
| (?P<apost>(?<!\w)['’]\d\d(?![\w]))
| (?P<ordinal>(?<![\w.,])\d{{1,2}}(?:st|nd|rd|th)(?!\w))
| (?P<junk>[$£€#]\s?\d[\d.,]*\d?|\d+(?:[.,]\d+)*\s?(?:%|percent\b)|\d+[-–]\d+[-–]\d+|(?:\d+[.]){{2,}}\d+)
| (?P<number>\d+(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)?)
| (?P<possessive>['’]s?(?!\w))
| (?P<word>(?<!\w)(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|thurs?|fri|sat|sun)\.|[^\W\d_]+)
| (?P<comma>,) | (?P<hyphen>[-–—]) | (?P<slash>/) | (?P<paren>[()\[\]]) | (?P<stop>[.;:!?])
"""


@lru_cache(maxsize=1)
def load_lexicon() -> TimeLexicon:
    """Read the word lists once per process."""
    tables, days = toml("timex.toml"), toml("holidays.toml")
    words = _word_classes(tables)
    holidays = {name: (rule, value) for rule, table in days.items() for name, value in table.items()}
    names = "|".join(re.escape(name).replace("'", "['’]?") for name in sorted(holidays, key=lambda n: (-len(n), n)))
    hours = "|".join(word for word, value in tables["number"].items() if 1 <= value <= 12)
    # Words that may begin a holiday or "five o'clock"; every other word before a space stands for itself.
    first = {match[0] for name in holidays if (match := re.match(r"[^\W\d_]+", name))}
    openers = _by_first_letter({*first, *hours.split("|")})
    source = _PATTERN.replace("OPENERS", openers).replace("HOLIDAYS", names).replace("HOURWORD", hours)
    return TimeLexicon(words, holidays, re.compile(source, re.VERBOSE | re.IGNORECASE))


def _word_classes(tables: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Class and worth of each word of `timex.toml`; a word in two tables is of the later class here."""
    words: dict[str, tuple[str, Any]] = {}
    for kind, table in tables.items():
        if kind != "function":
            words |= {word: (kind, value) for word, value in table.items()}
    words |= {word: (kind, None) for word, kind in tables["function"].items()}
    words |= {word: ("nth", value) for word, value in tables["ordinal"].items()}
    words["second"] = ("second", 2)
    words["night"] = ("night", "NI")
    return words


def _by_first_letter(words: Iterable[str]) -> str:
    """A pattern for any of the words that looks at a first letter once: it is tried at every word of a text."""
    rests: dict[str, list[str]] = {}
    for word in sorted(words):
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(endings)})" for letter, endings in rests.items())


def lex(text: str) -> list[Lexeme]:
    """Give the lexemes of a text in order; what means nothing for time is of class `word`."""
    lexicon = load_lexicon()
    words = lexicon.words
    unknown = ("word", None)
    lexemes: list[Lexeme] = []
    for match in lexicon.pattern.finditer(text):
        start, end = match.span()
        low = match.group().lower()
        group = match.lastgroup
        if group == "plain":
            # Most of a text goes this way, so it stays short.
            kind, value = words.get(low, unknown)
        elif group == "word":
            kind, value = words.get(low.rstrip("."), unknown)
            if low[-1] == ".":
                # "Sun." and "Dec." are the day and the month; without the stop only a number beside them tells.
                kind = kind.removesuffix("_short")
        else:
            kind, value = _numeral(lexicon, match, low)
        lexemes.append(Lexeme(start, end, kind, value, low))
    return _join_numerals(text, lexemes)


@dataclass(frozen=True, slots=True)
class NumeralDate:
    """Two numbers before a year, as they stand: "4/5/2019", "26.4.2019"."""

    first: int
    second: int
    sign: str


# Which of two numbers is the month; the verdict is whether the first is.
MONTH_FIRST: Ladder[NumeralDate, bool] = Ladder(
    "order of day and month",
    "Whether the first number of a date in numerals is the month",
    (
        when("points part the numbers, as in Europe", lambda date: date.sign == ".", False, "They met on 4.5.2019."),
        when("there is no such month", lambda date: date.first > 12, False, "They met on 17/4/2019."),
        when("the American order", lambda date: True, True, "They met on 4/17/2019."),
    ),
)


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour of a clock time and its half of the day: "am", "pm" or nothing."""

    hour: int
    half: str


# Which hour of the day is meant; -1 where it can be none.
HOURS: Ladder[Hour, int] = Ladder(
    "hour of a clock time",
    "Which hour of 24 the numeral of a clock time means",
    (
        when("no day has such an hour", lambda clock: clock.hour > 24, -1, "It weighs 50 pm by volume."),
        when("no half of a day has such an hour", lambda c: bool(c.half) and c.hour > 12, -1, "Call at 15 pm sharp."),
        Rule(
            "an hour after noon",
            lambda clock: clock.hour + 12 if clock.half.startswith("p") and clock.hour < 12 else None,
            "They met at 8 p.m. on Monday.",
        ),
        when("midnight", lambda clock: clock.half.startswith("a") and clock.hour == 12, 0, "They met at 12 a.m."),
        Rule("as it is written", lambda clock: clock.hour, "They met at 15:30 on Monday."),
    ),
)

Given = dict[str, str | None]
_NOTHING: tuple[str, Any] = ("word", None)


def _numeral(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    """Class and worth of what is neither a word nor a plain number, by the form that matched."""
    form = match.lastgroup or ""
    if form in _SIGNS:
        return form, None
    read = _FORMS.get(form)
    return read(lexicon, match, low) if read is not None else _NOTHING


def _year_month_day(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    given = match.groupdict()
    year, first, second = int(given["y1"]), int(given["m1"]), int(given["d1"])
    value = _iso(year, first, second)
    if value and given["H1"]:
        value += f"T{given['H1']}:{given['M1']}" + (f":{given['S1']}" if given["S1"] else "")
    value = value or _iso(year, second, first)  # 2020/23/09
    return ("iso", value) if value else _NOTHING


def _day_month_year(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    year = _full_year(match["y2"])
    first, second = int(match["d2"]), int(match["m2"])
    told = MONTH_FIRST.decide(NumeralDate(first, second, match["s2"]), match.start())
    order = (first, second) if told is not None and told.verdict else (second, first)
    value = _iso(year, *order) or _iso(year, *reversed(order))
    return ("iso", value) if value else _NOTHING


def _named_month(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    given = match.groupdict()
    name = given["n3"] or given["n4"] or given["n5"]
    month = lexicon.words[name.lower()][1]
    year = _full_year(given["y3"] or given["y4"] or given["y5"])
    day = given["d3"] or given["d4"]
    return "iso", _iso(year, month, int(day)) if day else f"{year:04d}-{month:02d}"


def _year_month(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    """A month of a year, or as in "2019-20" two years."""
    year, month = int(match["y6"]), int(match["m6"])
    span = month - year % 100
    if (span == 1 or month > 12) and 0 < span <= 30 and len(match["m6"]) == 2:
        return "years", (year, year + span)
    return ("iso", f"{year:04d}-{month:02d}") if 1 <= month <= 12 else _NOTHING


def _compact(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    return "iso", f"{low[:4]}-{low[4:6]}-{low[6:]}"


def _clock(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    given = match.groupdict()
    hour_text = _first_of(given, "h1", "h2", "h3", "h4", "h5") or ""
    hour = int(hour_text) if hour_text.isdigit() else int(lexicon.words[hour_text.lower()][1])
    minute = _first_of(given, "mi1", "mi2", "mi3", "mi4")
    second = _first_of(given, "se1", "se3")
    half = (_first_of(given, "ap1", "ap2") or "").lower()
    decision = HOURS.decide(Hour(hour, half), match.start())
    if decision is None or decision.verdict < 0:
        return _NOTHING
    return "clock", (decision.verdict, int(minute) if minute else None, int(second) if second else None)


def _first_of(given: Given, *groups: str) -> str | None:
    """What the first group that took part holds."""
    return next((text for group in groups if (text := given[group])), None)


def _decade(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    return "decade", re.sub(r"\D", "", low)


def _short_year(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    return "apost", int(re.sub(r"\D", "", low))


def _ordinal(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    return "ordinal", int(re.sub(r"\D", "", low))


def _holiday(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    name = low.replace("’", "'")
    names = (name, name.replace("'", ""), *(n for n in lexicon.holidays if n.replace("'", "") == name))
    return "holiday", next(lexicon.holidays[n] for n in names if n in lexicon.holidays)


def _number(lexicon: TimeLexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    return _number_class(low)


# Named groups of the pattern that are their own class, and how the others are read.
_SIGNS = frozenset({"break", "comma", "hyphen", "slash", "paren", "stop", "possessive"})
_FORMS: dict[str, Callable[[TimeLexicon, re.Match[str], str], tuple[str, Any]]] = {
    "number": _number,
    "ymd": _year_month_day,
    "dmy": _day_month_year,
    "named": _named_month,
    "ym": _year_month,
    "compact": _compact,
    "clock": _clock,
    "decade": _decade,
    "apost": _short_year,
    "ordinal": _ordinal,
    "holiday": _holiday,
}


def _number_class(low: str) -> tuple[str, Any]:
    if len(low) > _LONGEST_NUMERAL:
        return "word", None  # a serial number counts no time, and Python refuses to read 4,300 digits
    if "," in low:
        return "number", float(low.replace(",", ""))
    if "." in low:
        return "number", float(low)
    value = int(low)
    if len(low) <= 2 and 1 <= value <= 31:
        return "day", value
    if len(low) == 4 and 1000 <= value <= 2199:
        return "year", value
    return "number", value


def _iso(year: int, month: int, day: int) -> str | None:
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _full_year(digits: str | None) -> int:
    year = int(digits or 0)
    if digits and len(digits) == 2:
        return year + (2000 if year < 40 else 1900)
    return year


def _join_numerals(text: str, lexemes: list[Lexeme]) -> list[Lexeme]:
    """Make one lexeme of "twenty-five", "two hundred and ten", "nineteen ninety-six", "twenty-first"."""
    joined: list[Lexeme] = []
    index = 0
    while index < len(lexemes):
        first = lexemes[index]
        if first.kind != "number" or not first.low.isalpha():
            joined.append(first)
            index += 1
            continue
        words, stop = [first], index + 1
        while words[-1].kind == "number":
            place = _next_numeral(text, lexemes, words[-1], stop)
            if place is None:
                break
            words.append(lexemes[place])
            stop = place + 1
        joined.append(_numeral_of(words))
        index = stop
    return joined


def _next_numeral(text: str, lexemes: list[Lexeme], last: Lexeme, place: int) -> int | None:
    """Where the word stands that goes on a numeral, behind a hyphen or "and" too; None where none does."""
    if place < len(lexemes):
        between = text[last.end : lexemes[place].start]
        kind = lexemes[place].kind
        if (kind == "hyphen" and not between) or (kind == "and" and last.value >= 100):
            place += 1
    if place >= len(lexemes):
        return None
    after = lexemes[place]
    numeral = (after.kind == "number" and after.low.isalpha()) or after.kind in ("nth", "second")
    if not numeral or after.low[:1].isdigit() or not _continues(last.value, after.value):
        return None
    return place


def _continues(left: int, right: int) -> bool:
    """Whether a numeral word goes on the one before: tens and a unit, a multiplier, two tens of a year."""
    return (
        (left % 10 == 0 and 20 <= left <= 90 and 1 <= right <= 9)
        or right in (100, 1000)
        or (left >= 100 and right < left)
        or (10 <= left <= 20 and 10 <= right <= 90)
    )


def _numeral_of(words: list[Lexeme]) -> Lexeme:
    total, current = 0, 0
    for word in words:
        value = int(word.value)
        if value in (100, 1000):
            current = max(1, current) * value
            if value == 1000:
                total, current = total + current, 0
        elif 10 <= current <= 20 and 10 <= value <= 90:
            current = current * 100 + value
        else:
            current += value
    total += current
    last = words[-1]
    low = " ".join(word.low for word in words)
    if last.kind in ("nth", "second"):
        kind = "nth"
    elif len(words) > 1 and 1500 <= total <= 2199:
        kind = "year"
    else:
        kind = "dayword" if 1 <= total <= 31 else "number"
    return Lexeme(words[0].start, last.end, kind, total, low)


def class_string(lexemes: list[Lexeme]) -> str:
    """One character per lexeme: what the grammar's expressions are matched against."""
    return "".join([CHAR_OF[lexeme.kind] for lexeme in lexemes])
