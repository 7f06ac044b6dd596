"""Whether words that could be a time expression mean time at all: "may", "march", "2000 people" mostly do not."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.lexer import Lexeme
from tasks.annotate.dates.state import DAY_KINDS
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.labels import CLOSED_NAMES
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.files import words

# Months that are common words or given names: without a number they need a capital and a preposition.
DOUBTFUL_MONTHS = words("dates")["doubtful_months"]
# Classes of lexemes before a month, a clock time, a year that show that it is one.
MONTH_LEADS = frozenset(
    {"in", "since", "until", "by", "during", "before", "after", "from", "of", "to", "between", "for", "hyphen"}
)
CLOCK_LEADS = frozenset(
    {"at", "by", "approx", "before", "after", "until", "from", "to", "since", "and", "on", "hyphen", "comma", "paren"}
    | {"weekday", "deictic", "day", "year", "iso", "than"}
)
YEAR_LEADS = frozenset(
    {"in", "since", "until", "between", "paren", "by", "from", "to", "of", "before", "after", "during"}
)


@dataclass(frozen=True, slots=True)
class LexemeRun:
    """A run of words that could be a time expression, in its sentence: first and last word."""

    found: Found
    first: Word
    last: Word

    @property
    def before(self) -> str:
        """Class of the lexeme before it."""
        return self.found.lexemes[self.found.first - 1].kind if self.found.first else ""

    @property
    def after(self) -> Lexeme | None:
        """The lexeme behind it."""
        return self.found.lexemes[self.found.last] if self.found.last < len(self.found.lexemes) else None

    @property
    def of_follows(self) -> bool:
        """Whether "of" stands behind it."""
        return self.after is not None and self.after.kind == "of"

    @property
    def alone(self) -> bool:
        """Whether it is one lexeme."""
        return self.found.last - self.found.first == 1

    @property
    def dated(self) -> bool:
        """Whether a year stands in it, as a number or by its relation to another."""
        return self.found.has("year") or self.found.has("rel")

    def has(self, group: str) -> bool:
        """Whether the group took part in the match."""
        return self.found.has(group)

    def low(self, group: str) -> str:
        """A group's last lexeme in lower case."""
        return self.found.one(group).low

    def kinds(self, group: str) -> list[str]:
        """The classes of a group's lexemes."""
        return [lexeme.kind for lexeme in self.found.all(group)]

    def upper(self, group: str) -> bool:
        """Whether a group's last lexeme begins with a capital; a lexeme keeps no more than its lower form."""
        return _is_capital(self.first.parse.at(self.found.one(group).start))


def _is_capital(word: Word) -> bool:
    return word.text[:1].isupper()


# ---------- months and days
def _is_doubtful_month(run: LexemeRun) -> bool:
    return run.low("months").rstrip(".") in DOUBTFUL_MONTHS


def _has_no_month_look(run: LexemeRun) -> bool:
    led = run.before in MONTH_LEADS or not run.alone
    return _is_doubtful_month(run) and not (run.upper("months") and led and run.last.ent_type_ not in CLOSED_NAMES)


MONTHS: Ladder[LexemeRun, bool] = Ladder(
    "months",
    "Whether the name of a month without a day means the month",
    (
        when(
            "a word in small letters before a number",
            lambda run: run.dated and run.low("months") in DOUBTFUL_MONTHS and not run.upper("months"),
            False,
            "Some of them march 2018 miles.",
        ),
        when("a year beside it", lambda run: run.dated, True, "Talks began in May 2018."),
        when(
            "small letters without a preposition",
            lambda run: not run.upper("months") and run.before not in MONTH_LEADS,
            False,
            "The army may retreat.",
        ),
        when("a word or a name without a preposition", _has_no_month_look, False, "The vote was lost by Theresa May."),
        when("a capital and a preposition", _is_doubtful_month, True, "Talks began in May."),
        when(
            "part of a name",
            lambda run: (
                run.last.ent_type_ in ("PERSON", "ORG", "WORK_OF_ART") and run.before not in ("in", "since", "until")
            ),
            False,
            "The singer April Jones left.",
        ),
    ),
)
WHICH_MONTHS: Ladder[LexemeRun, bool] = Ladder(
    "months behind 'next' and 'last'",
    "Whether the name of a month behind such a word means the month",
    (
        when(
            "a word in small letters",
            lambda run: run.low("months") in DOUBTFUL_MONTHS and not run.upper("months"),
            False,
            "The last march drew crowds.",
        ),
    ),
)


def _is_word_beside_number(run: LexemeRun) -> bool:
    return run.low("month") in DOUBTFUL_MONTHS and not run.upper("month") and not run.has("year")


def _is_ordinal_before_month(run: LexemeRun) -> bool:
    day = run.found.all("days")[0]
    before = run.found.one("month").start > day.start
    return day.kind in ("nth", "second") and before and not (run.has("of") or run.dated)


def _has_no_such_day(run: LexemeRun) -> bool:
    days = [lexeme for lexeme in run.found.all("days") if lexeme.kind in DAY_KINDS]
    return not all(1 <= int(lexeme.value) <= 31 for lexeme in days)


def _is_number_of_month(run: LexemeRun) -> bool:
    numeral = run.found.all("days")[0].kind == "day"
    return run.has("of") and numeral and not run.has("year") and run.before != "on"


def _is_number_of_somebody(run: LexemeRun) -> bool:
    month = run.upper("month") and run.low("month") not in DOUBTFUL_MONTHS
    return _is_number_of_month(run) and not (month and len(run.found.all("days")) == 1)


DATES: Ladder[LexemeRun, bool] = Ladder(
    "days of a month",
    "Whether a number and the name of a month mean a day",
    (
        when("a word beside a number", _is_word_beside_number, False, "Another 20 may leave."),
        when("the second of its kind", _is_ordinal_before_month, False, "It was his second March in Bern."),
        when(
            "a number word",
            lambda run: run.found.all("days")[0].kind == "dayword" and not run.dated,
            False,
            "Some twenty March activists left.",
        ),
        when("no month has such a day", _has_no_such_day, False, "They held the 45th March for Life."),
        when("so many of somebody's", _is_number_of_somebody, False, "Some 20 of May's ministers left."),
    ),
)


# ---------- years
def _is_count(run: LexemeRun) -> bool:
    """Whether a plural behind a number is what it counts: "killed 2000 people", not "the 2019 talks"."""
    after, before = run.last.after, run.last.before
    behind_verb = before is not None and before.pos_ == "VERB"
    counted = after is not None and after.tag_ == "NNS" and (run.last.ent_type_ != "DATE" or behind_verb)
    return counted and (_year(run) % 100 == 0 or (run.before not in YEAR_LEADS and run.before != "the"))


def _is_round_number(run: LexemeRun) -> bool:
    led = run.before in ("in", "since", "until", "during")
    return run.last.ent_type_ == "CARDINAL" and _year(run) % 100 == 0 and not led


def _of_preposition(run: LexemeRun) -> bool | None:
    if run.last.ent_type_ != "DATE" and run.before not in YEAR_LEADS:
        return None
    return 1000 <= _year(run) <= 2150


def _by_age(run: LexemeRun) -> bool:
    """As in "Gainesville, 1910": a number alone is a year of our time, in a list of an older one too."""
    if run.before in ("and", "or", "hyphen", "comma", "the", "approx"):
        return 1600 <= _year(run) <= 2100
    number = run.last.text.isdigit() and len(run.last.text) == 4
    return 1900 <= _year(run) <= 2100 and run.last.ent_type_ not in CLOSED_NAMES and number


def _year(run: LexemeRun) -> int:
    return int(run.found.one("year").value)


YEARS: Ladder[LexemeRun, bool] = Ladder(
    "years",
    "Whether a number is a year",
    (
        when("words of time beside it", lambda run: run.has("bc") or not run.alone, True, "He fled in early 2018."),
        when(
            "an amount",
            lambda run: run.last.ent_type_ in ("MONEY", "PERCENT", "QUANTITY"),
            False,
            "They paid 1900 dollars for it.",
        ),
        when("a count of something", _is_count, False, "The storm killed 2000 people."),
        when("a round number", _is_round_number, False, "More than 2000 came."),
        Rule("behind a preposition or read as a date", _of_preposition, "He fled in 2018."),
        Rule("a number by itself: a year of our time or none", _by_age, "The award went to Windows 2000."),
    ),
)


# ---------- weekdays and seasons
def _is_short_weekday(run: LexemeRun) -> bool:
    lexeme = run.found.one("wd")
    return lexeme.kind == "weekday_short" or lexeme.low in ("sun.", "sat.", "sun", "sat", "wed", "wed.")


def _short_alone(run: LexemeRun) -> bool | None:
    if not run.alone or not _is_short_weekday(run):
        return None
    return run.low("wd").endswith(".") and run.before not in ("the", "a") and run.after is not None


def _short_with_number(run: LexemeRun) -> bool | None:
    if not run.has("ord2") or run.found.one("wd").kind != "weekday_short":
        return None
    return run.upper("wd") and run.last.ent_type_ == "DATE"


def _is_number_of_things(run: LexemeRun) -> bool:
    return run.has("ord2") and run.last.after is not None and run.last.after.tag_ in ("NNS", "NN")


def _is_name_of_body(run: LexemeRun) -> bool:
    word = run.last
    named = word.ent_type_ in CLOSED_NAMES and word.ent_type_ != "PERSON"
    return run.alone and named and word.dep_ == "compound"


WEEKDAY_NAMES: Ladder[LexemeRun, bool] = Ladder(
    "weekdays",
    "Whether the name of a weekday means a day",
    (
        Rule("a short form by itself", _short_alone, "The sun rose over Bern."),
        Rule("a short form and a number", _short_with_number, "They met on Mon 22 in Bern."),
        when("a number of things behind it", _is_number_of_things, False, "On Monday 12 people died."),
        when("part of the name of a body", _is_name_of_body, False, "He writes for the Sunday Times in London."),
    ),
)


def _is_plain_fall(run: LexemeRun) -> bool:
    return run.low("season") == "fall" and not run.has("year")


def _is_fall_of_somebody(run: LexemeRun) -> bool:
    return _is_plain_fall(run) and (run.of_follows or not (run.has("which") or run.has("det")))


def _is_name_like_season(run: LexemeRun) -> bool:
    named = run.has("lead") and _is_capital(run.last) and run.last.ent_type_ in CLOSED_NAMES
    return named and not _is_plain_fall(run)


def _is_season_of_something(run: LexemeRun) -> bool:
    return run.of_follows and not run.has("which") and not _is_plain_fall(run)


SEASONS: Ladder[LexemeRun, bool] = Ladder(
    "seasons",
    "Whether the name of a season means the time of year",
    (
        when("a fall of somebody", _is_fall_of_somebody, False, "The regime has changed since the fall of Kabul."),
        when("a name", _is_name_like_season, False, "He wrote of Summer Smith in Bern."),
        when("a season of something", _is_season_of_something, False, "They spoke of the winter of discontent."),
    ),
)


# ---------- words that are times of day, units and days from now
OFTEN: Ladder[LexemeRun, bool] = Ladder(
    "words of how often",
    'Whether a word such as "daily" says how often',
    (
        when(
            "a newspaper's name",
            lambda run: _is_capital(run.first) and (not run.first.is_sent_start or run.first.ent_type_ in CLOSED_NAMES),
            False,
            "He writes for the Daily Herald in London.",
        ),
    ),
)


def _has_clock_look(run: LexemeRun) -> bool:
    text = run.found.lexemes[run.found.first].low
    return not run.alone or any(mark in text for mark in ("m", "o'clock", "o’clock", "hrs", "hours"))


def _is_led_clock(run: LexemeRun) -> bool:
    follows = run.after is not None and run.after.kind in ("zone", "month", "weekday")
    return run.before in CLOCK_LEADS or run.found.first == 0 or follows


CLOCKS: Ladder[LexemeRun, bool] = Ladder(
    "clock times",
    "Whether numbers with a colon are a time of day",
    (
        when("a mark of the clock", _has_clock_look, True, "They met at 8 p.m. in Bern."),
        when("a word before it, or after it", _is_led_clock, True, "They met at 15:30 in Bern."),
        when("a score or a verse", lambda run: True, False, "The 15:30 result stood."),
    ),
)


def _is_last_of_something(run: LexemeRun) -> bool:
    determined = run.found.lexemes[run.found.first].kind == "the"
    return run.of_follows and determined and not {"last", "next", "previous", "past"}.isdisjoint(run.kinds("which"))


WHICH_UNITS: Ladder[LexemeRun, bool] = Ladder(
    "units behind 'next' and 'last'",
    "Whether such a word and a unit mean a time",
    (
        when(
            "the hour of something",
            lambda run: (
                str(run.found.one("unit").value).startswith("T")
                and run.kinds("which") not in (["last"], ["past"], ["next"])
            ),
            False,
            "At that hour nobody came.",
        ),
        when(
            "the last day",
            lambda run: (
                run.found.one("unit").value == "D" and not {"last", "past", "coming"}.isdisjoint(run.kinds("which"))
            ),
            False,
            "It was the last day for them.",
        ),
        when(
            "a unit that no calendar counts",
            lambda run: run.found.one("unit").value in ("WD", "F"),
            False,
            "They met the next fortnight.",
        ),
        # "the last year of the war" is not last year, "the next month" mostly is.
        when("the last one of something", _is_last_of_something, False, "It was the last year of the war."),
    ),
)


def _is_dawn_of_something(run: LexemeRun) -> bool:
    if run.has("bare") or run.low("part") not in ("dawn", "dusk", "daybreak") or not run.of_follows:
        return False
    place = run.found.last + 1
    following = run.found.lexemes[place].kind if place < len(run.found.lexemes) else ""
    return following not in ("month", "day", "ordinal", "weekday")


PARTS: Ladder[LexemeRun, bool] = Ladder(
    "parts of the day",
    'Whether a word such as "morning" or "dawn" means a part of a day',
    (
        when("the dawn of something", _is_dawn_of_something, False, "It was at the dawn of a new age."),
        when(
            "part of a name",
            lambda run: not run.has("bare") and _is_capital(run.last) and run.last.ent_type_ in CLOSED_NAMES,
            False,
            "He works for the Morning Post in London.",
        ),
    ),
)
DURATIONS: Ladder[LexemeRun, bool] = Ladder(
    "lengths of time",
    "Whether a number and a unit mean a length of time",
    (
        when(
            "an amount or a name",
            lambda run: run.first.ent_type_ in ("MONEY", "PERCENT", "PERSON"),
            False,
            "John A Day is here.",
        ),
    ),
)


def _is_up_to_date(run: LexemeRun) -> bool:
    if run.found.lexemes[run.found.last - 1].kind != "date" or run.first.before is None:
        return False
    ends = run.after is None or run.after.kind in ("comma", "stop", "break")
    return run.first.before.lower_ == "up" or not ends


NOW: Ladder[LexemeRun, bool] = Ladder(
    "words for now",
    'Whether a phrase such as "to date" means the time of the text',
    (when("'up to date', or 'to date' somebody", _is_up_to_date, False, "The list is not up to date."),),
)
DEICTICS: Ladder[LexemeRun, bool] = Ladder(
    "days from now",
    'Whether a word such as "today" means a day',
    (
        when(
            "part of a name",
            lambda run: (
                _is_capital(run.last)
                and run.last.ent_type_ in ("ORG", "WORK_OF_ART", "PRODUCT")
                and not run.last.is_sent_start
            ),
            False,
            "He writes for USA Today in Washington.",
        ),
    ),
)
# Ladders by the rule of the grammar whose finds they refuse; what no rule refuses means time.
CHECKS: dict[str, Ladder[LexemeRun, bool]] = {
    "month": MONTHS,
    "which_month": WHICH_MONTHS,
    "date": DATES,
    "year": YEARS,
    "weekday": WEEKDAY_NAMES,
    "season": SEASONS,
    "often": OFTEN,
    "clock": CLOCKS,
    "which_unit": WHICH_UNITS,
    "part": PARTS,
    "duration": DURATIONS,
    "deictic": DEICTICS,
    "now": NOW,
}


def means_time(found: Found, parse: Parse) -> bool:
    """Whether a run of words that could be a time expression is one: "may", "march", "2000 people" are not."""
    ladder = CHECKS.get(found.rule)
    if ladder is None:
        return True
    run = LexemeRun(found, parse.at(found.start), parse.at(found.end - 1))
    decision = ladder.decide(run, found.start)
    return decision is None or decision.verdict
