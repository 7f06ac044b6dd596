"""The grammar of time expressions: which runs of lexemes (`lexer`) are one, found before any is resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.annotate.dates.lexer import CHAR_OF, Lexeme, class_string

# A rule is a regular expression over lexeme classes: <a|b> is one lexeme of either class, {NAME} an abbreviation.
_SHORT = {
    "NUM": "<number|day|dayword|year>",
    "ORD": "<ordinal|nth|second>",
    "DAYS": "(?:<day|ordinal>(?:{SEP}<the>?<day|ordinal>)*|<nth|second|dayword>)",
    "MONTH": "<month|month_short>",
    "WD": "<weekday|weekday_short>",
    "YEAR": "<year|apost>",
    "SEP": "(?:<comma>?<and|or>|<comma>|<to|hyphen|until|slash>)",
    "EARLY": "(?:<the>?<early>(?:<in>|<hyphen>)?(?:<the>)?|<the>?<edge><of>|<later|earlier><in>)",
    "WHICH": "(?:<this|that|next|coming|following|last|past|previous|same>)",
    "RELYEAR": "(?:<of|in>?(?:<the>|<this|that>)?{WHICH}<unit>)",
    "QUANT": "(?P<quant><half><a>?|{NUM}(?:<and><a>?<half>)?|<a>?<few|couple>(?:<more>)?(?:<of>)?|<a>|<another>{NUM}?)",
    "UNIT": "<unit|units|second|night>",
    "ABOUT": "(?:<approx>|<more|less><than>|<at><least>|<few>)?",
}

# Longest match wins; of equals the earlier rule.
_RULES: tuple[tuple[str, str], ...] = (
    ("iso", "(?P<iso><iso>)"),
    ("once", "<once|twice><a|per>(?P<unit><unit>)"),
    ("date", "{EARLY}?(?:{WD}<comma>?)?<the>?(?P<days>{DAYS})(?P<of><of>)?(?P<month>{MONTH})"
             "(?:<comma|of|in|hyphen>?(?P<year>{YEAR})|(?P<rel>{RELYEAR}))?"),
    ("date", "{EARLY}?(?:{WD}<comma>?)?(?P<month>{MONTH})<the>?(?P<days>{DAYS})"
             "(?:<comma|of|in>?(?P<year>{YEAR})|<clock>(?P<year_after><year>)|(?P<rel>{RELYEAR}))?"),
    ("date", "(?P<year><year>)(?P<month>{MONTH})(?P<days><day|ordinal>)"),
    ("month", "{EARLY}?(?P<months>{MONTH}(?:{SEP}{EARLY}?{MONTH})*)<comma|of|in|hyphen|slash>?(?:(?P<year>{YEAR})"
              "(?P<bc><bc>)?|(?P<bcyear><day|number>)<bc>)"),
    ("month", "(?P<year><year>)(?P<months>{MONTH})"),
    ("month", "{EARLY}?(?P<months><month>)(?P<rel>{RELYEAR})"),
    ("month", "{EARLY}?(?P<months><month>(?:{SEP}{EARLY}?<month>)*)"),
    ("which_month", "{EARLY}?<the>?(?P<which>{WHICH})(?P<months><month>)"),
    ("year", "{EARLY}?(?:<the>?<unit|units><of>?)?(?P<year><year>)(?P<bc><bc>)?"),
    ("year", "{EARLY}?(?:<the>?<unit|units><of>?)?(?P<year><day|number>)(?P<bc><bc>)"),
    ("apost", "(?:{EARLY}|<in|of|since>)(?P<year><apost>)"),
    ("years", "(?P<years><years>)"),
    ("year_range", "{EARLY}?(?P<year><year>)<hyphen|slash>(?P<to><day|number>)"),
    ("season", "{EARLY}?(?:<the>)?(?P<season><season>)<of|comma|in>?(?P<year>{YEAR})(?P<bc><bc>)?"),
    ("season", "(?P<year><year>)(?P<season><season>)"),
    ("season", "{EARLY}?(?:<the>)?(?P<which>{WHICH})(?P<season><season>)"),
    ("season", "{EARLY}?(?:<the>)?(?P<season><season>)(?P<rel>{RELYEAR})"),
    ("season", "(?P<lead><in|by|during|since|until|of|for|before|after|from>|{EARLY})(?P<det><the>)?"
               "(?P<season><season>)(?:<of|comma|in>?(?P<year>{YEAR})(?P<bc><bc>)?|(?P<rel>{RELYEAR}))?"),
    ("weekday", "(?:<the>?<this>?(?P<which>{WHICH}))?(?P<wd>{WD})"),
    ("weekday", "(?P<wd>{WD})(?:<the>(?P<ord>{ORD})|(?P<ord2><day>))"),
    ("weekday", "(?P<wd><weekday>)<of|comma>?<the>?(?P<week>{WHICH})(?P<unit><unit>)"),
    ("weekday", "(?P<week>{WHICH})(?P<unit><unit>)<hyphen|comma|on>*(?P<wd>{WD})"),
    ("deictic", "(?P<day><deictic>)"),
    ("deictic", "<the><unit><before|after>(?P<day><deictic>)"),
    ("which_unit", "(?:<later|earlier><in|on>?|<early>|<the>?<edge><of>)?<the>?(?P<which>{WHICH}{WHICH}?)"
                   "(?P<unit><unit|night>)"),
    ("which_unit", "<the>(?P<unit><unit>)"
                   "(?P<which><following>|<after><next>|<after|before>(?=<comma|stop|break>|$))"),
    ("fiscal_year", "<the>?(?P<which>{WHICH})?(?P<sort><fiscal|school|calendar>)(?P<unit><unit>)(?P<year><year>)?"),
    ("edge_unit", "(?:<the>?<edge><of>|<later|earlier><in>)<the>?(?P<unit><unit>)"),
    ("weekend", "<the>(?P<unit><unit>)"),
    ("units_span", "<the>?(?P<which><this|that|next|coming|following|last|past|previous>)<few|couple>?<of>?"
                   "(?P<num>{NUM})?(?P<unit><units>)"),
    ("units_span", "(?P<num>{NUM})(?P<which><previous|following|past|last|coming>)(?P<unit><units>)"),
    ("ordinal_unit", "<the>?(?P<ord>{ORD}|<last>)(?P<unit><unit|half>)<of|in>(?:"
                     "(?P<month>{MONTH})?<of|comma>?(?P<year><year>)|"
                     "(?P<month2>{MONTH})|<the>?(?P<which>{WHICH})(?P<outer><unit>)|<the>(?P<outer2><unit>))"),
    ("week_number", "<the>?(?P<unit><unit>)(?P<num><day|number>)(?:<of>(?:(?P<year><year>)|"
                    "(?P<which>{WHICH})<unit>))?"),
    ("shift", "{ABOUT}{QUANT}(?P<unit>{UNIT})(?P<way><ago|later|earlier|hence>)"),
    ("shift", "{ABOUT}{QUANT}(?P<unit>{UNIT})(?P<way><before>)(?=<comma|stop|break>|$)"),
    ("shift", "{ABOUT}{QUANT}(?P<unit>{UNIT})(?P<way><from>)<reference>"),
    ("shift", "(?P<unit><units>)(?P<way><ago|later|earlier>)"),
    ("shift", "(?P<way><in>){ABOUT}{QUANT}(?P<unit>{UNIT})(?:<possessive>?<time>)?"),
    ("duration", "{ABOUT}{QUANT}<hyphen>?<word>?(?P<unit>{UNIT})(?:<and><a>?(?P<half><half>))?"
                 "(?:<hyphen>?<old|long>)?"),
    ("duration", "{ABOUT}{QUANT}(?P<unit>{UNIT})(?:(?:<comma>|<and>)*{NUM}{UNIT})+"),
    ("duration", "(?P<lead><for|after|during|within>)(?P<unit><units>)"),
    ("duration", "(?P<unit><unit>)<hyphen><long>|<all>(?P<unit2><unit>)"),
    ("every", "<every|any>(?P<other><other|second>)?(?P<num>{NUM})?(?P<unit><unit|units|night>)"),
    ("every", "<every|any>(?P<other><other|second>)?(?P<of>{WD}|<part>|<month>)"),
    ("often", "(?P<often><often>)"),
    ("part", "{EARLY}?<in>?(?P<which><the|this|that|last|next|following|same|previous>)"
             "(?:<same|next|following|early>)?"
             "(?P<part><part|night>)"),
    ("part", "(?P<lead><at|by|approx|before|after|until>)(?P<part><part|night>)"),
    ("part", "(?P<early>{EARLY})(?P<part><part>)"),
    ("part", "(?P<bare><part|night>)"),
    ("hour", "<at|approx|by|before|after>(?P<hour><day|dayword>)(?=<comma|stop|break|in|on>|$)"),
    ("clock", "(?P<clock><clock>)<zone>?"),
    ("clock", "(?P<clock><clock>)<in><the>(?P<part><part>)"),
    ("clock", "<day>(?P<noon><part>)"),
    ("decade", "{EARLY}?<the>?<early>?<hyphen>?(?P<decade><decade>)"),
    ("century", "{EARLY}?<the>?<early>?<hyphen>?(?P<ord>{ORD})<hyphen>?(?P<unit><unit|units>)(?P<bc><bc>)?"),
    ("now", "<right>?(?P<ref><reference>)"),
    ("now", "<at>?<the|this>?<present>(?P<present><time>)|<at><present>|<at><the><moment>|<this>(?P<days><units>)|"
            "<at><this><time>|<until|to><date>"),
    ("recent", "<in>?<recent>(?P<unit><units>)|<in><the><past>(?=<comma|stop|break>|$)"),
    ("future", "<in|for|of><the>(?:<near>)?<future>|<near><future>"),
    ("holiday", "(?:<the>?(?P<which>{WHICH}))?(?P<day><holiday>)<comma|of>?(?P<year><year>)?"),
    ("the_ordinal", "(?P<lead><on|by|until|since|before|after|from|of>)<the>"
                    "(?P<ord><ordinal>)(?=<comma|stop|break|paren|and|to|at|in>|$)"),
)  # fmt: skip


def _compile(source: str) -> re.Pattern[str]:
    for _ in range(3):
        for name, text in _SHORT.items():
            source = source.replace("{" + name + "}", text)

    def one(match: re.Match[str]) -> str:
        return "[" + "".join(CHAR_OF[name] for name in match[1].split("|")) + "]"

    # Group names (?P<x>...) keep their angle brackets.
    return re.compile(re.sub(r"(?<!\?P)<([a-z_|]+)>", one, source))


RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple((name, _compile(source)) for name, source in _RULES)
# A class without which a rule cannot match: most texts lack most of them.
_NEEDS = {
    "iso": "iso", "apost": "apost", "years": "years", "season": "season", "deictic": "deictic", "decade": "decade",
    "holiday": "holiday", "the_ordinal": "ordinal", "often": "often", "every": "every", "future": "future",
    "which_unit": "unit", "edge_unit": "unit", "weekend": "unit", "ordinal_unit": "of", "week_number": "unit",
    "units_span": "units", "which_month": "month", }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A time expression before it is resolved: lexemes [first, last), the rule and its match."""

    first: int
    last: int
    rule: str
    match: re.Match[str]
    lexemes: list[Lexeme]

    def has(self, group: str) -> bool:
        """Whether the group took part in the match."""
        groups = self.match.re.groupindex
        return group in groups and self.match.start(group) >= 0

    def all(self, group: str) -> list[Lexeme]:
        """The lexemes of a group, none where it took no part."""
        if not self.has(group):
            return []
        return self.lexemes[self.match.start(group) : self.match.end(group)]

    def one(self, group: str) -> Lexeme:
        """The last lexeme of a group."""
        return self.all(group)[-1]

    @property
    def start(self) -> int:
        """Character offset of the first lexeme."""
        return self.lexemes[self.first].start

    @property
    def end(self) -> int:
        """Character offset after the last lexeme."""
        return self.lexemes[self.last - 1].end


def find(lexemes: list[Lexeme]) -> list[Found]:
    """Give the time expressions of a text in order, none overlapping: leftmost, then longest, then first rule."""
    classes = class_string(lexemes)
    candidates = []
    for order, (name, pattern) in enumerate(RULES):
        if name in _NEEDS and CHAR_OF[_NEEDS[name]] not in classes:
            continue
        for match in pattern.finditer(classes):
            candidates.append((match.start(), -match.end(), order, name, match))
    candidates.sort(key=lambda item: item[:3])
    chosen: list[Found] = []
    for start, minus_end, _, name, match in candidates:
        if not chosen or start >= chosen[-1].last:
            chosen.append(Found(start, -minus_end, name, match, lexemes))
    return chosen
