"""Cut a text into the lexemes of time expressions: month names, weekdays, numerals, clock times, function words.

Each lexeme has a class; the classes of a text are one string with a character per lexeme, so that the grammar
(`grammar`) is a set of plain regular expressions over classes instead of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

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
class Lexicon:
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
def load_lexicon() -> Lexicon:
    """Read the word lists once per process."""
    tables = toml("timex.toml")
    days = toml("holidays.toml")
    words: dict[str, tuple[str, Any]] = {}
    for kind, table in tables.items():
        if kind != "function":
            words |= {word: (kind, value) for word, value in table.items()}
    words |= {word: (kind, None) for word, kind in tables["function"].items()}
    words |= {word: ("nth", value) for word, value in tables["ordinal"].items()}
    words["second"] = ("second", 2)
    words["night"] = ("night", "NI")
    holidays = {name: (rule, value) for rule, table in days.items() for name, value in table.items()}
    names = "|".join(re.escape(name).replace("'", "['’]?") for name in sorted(holidays, key=lambda n: (-len(n), n)))
    hours = "|".join(word for word, value in tables["number"].items() if 1 <= value <= 12)
    # Words that may begin a holiday or "five o'clock"; every other word before a space stands for itself.
    first = {match[0] for name in holidays if (match := re.match(r"[^\W\d_]+", name))}
    openers = _by_first_letter({*first, *hours.split("|")})
    source = _PATTERN.replace("OPENERS", openers).replace("HOLIDAYS", names).replace("HOURWORD", hours)
    return Lexicon(words, holidays, re.compile(source, re.VERBOSE | re.IGNORECASE))


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


def _numeral(lexicon: Lexicon, match: re.Match[str], low: str) -> tuple[str, Any]:
    given = match.groupdict()
    if given["number"]:
        return _number_class(low)
    if given["ymd"]:
        value = _iso(int(given["y1"]), int(given["m1"]), int(given["d1"]))
        if value and given["H1"]:
            value += f"T{given['H1']}:{given['M1']}" + (f":{given['S1']}" if given["S1"] else "")
        if not value:  # 2020/23/09
            value = _iso(int(given["y1"]), int(given["d1"]), int(given["m1"]))
        return ("iso", value) if value else ("word", None)
    if given["dmy"]:
        year = _full_year(given["y2"])
        first, second = int(given["d2"]), int(given["m2"])
        # Point-separated dates are European; with slashes the month comes first unless it cannot.
        order = (second, first) if given["s2"] == "." or first > 12 else (first, second)
        value = _iso(year, *order) or _iso(year, *reversed(order))
        return ("iso", value) if value else ("word", None)
    if given["named"]:
        name = given["n3"] or given["n4"] or given["n5"]
        month = lexicon.words[name.lower()][1]
        year = _full_year(given["y3"] or given["y4"] or given["y5"])
        day = given["d3"] or given["d4"]
        return "iso", _iso(year, month, int(day)) if day else f"{year:04d}-{month:02d}"
    if given["ym"]:
        year, month = int(given["y6"]), int(given["m6"])
        span = month - year % 100
        if (span == 1 or month > 12) and 0 < span <= 30 and len(given["m6"]) == 2:
            return "years", (year, year + span)
        return ("iso", f"{year:04d}-{month:02d}") if 1 <= month <= 12 else ("word", None)
    if given["compact"]:
        return "iso", f"{low[:4]}-{low[4:6]}-{low[6:]}"
    if given["clock"]:
        return _clock(lexicon, given)
    for kind in ("decade", "apost", "ordinal"):
        if given[kind]:
            digits = re.sub(r"\D", "", low)
            return kind, digits if kind == "decade" else int(digits)
    if given["holiday"]:
        name = low.replace("’", "'")
        names = (name, name.replace("'", ""), *(n for n in lexicon.holidays if n.replace("'", "") == name))
        return "holiday", next(lexicon.holidays[n] for n in names if n in lexicon.holidays)
    for kind in ("break", "comma", "hyphen", "slash", "paren", "stop", "possessive"):
        if given[kind]:
            return kind, None
    return "word", None


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


def _clock(lexicon: Lexicon, given: dict[str, str | None]) -> tuple[str, Any]:
    hour_text = given["h1"] or given["h2"] or given["h3"] or given["h4"] or given["h5"] or ""
    hour = int(hour_text) if hour_text.isdigit() else int(lexicon.words[hour_text.lower()][1])
    minute = given["mi1"] or given["mi2"] or given["mi3"] or given["mi4"]
    second = given["se1"] or given["se3"]
    half = (given["ap1"] or given["ap2"] or "").lower()
    if hour > 24 or (half and hour > 12):
        return "word", None
    if half.startswith("p") and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    return "clock", (hour, int(minute) if minute else None, int(second) if second else None)


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
        while stop < len(lexemes):
            skip = stop
            between = text[words[-1].end : lexemes[skip].start]
            kind = lexemes[skip].kind
            if (kind == "hyphen" and not between) or (kind == "and" and words[-1].value >= 100):
                skip += 1
            if skip >= len(lexemes):
                break
            after = lexemes[skip]
            numeral = (after.kind == "number" and after.low.isalpha()) or after.kind in ("nth", "second")
            if not numeral or after.low[:1].isdigit() or not _continues(words[-1].value, after.value):
                break
            words.append(after)
            stop = skip + 1
            if after.kind != "number":
                break
        joined.append(_numeral_of(words))
        index = stop
    return joined


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
