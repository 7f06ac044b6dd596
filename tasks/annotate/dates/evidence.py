"""What the parse says of a time expression: the tense of its verb, and whether the words mean time at all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from spacy.tokens import Doc, Token

from tasks.annotate.dates.grammar import Found
from tasks.annotate.dates.lexer import Lexeme
from tasks.annotate.dates.state import DAY_KINDS, FUTURE, PAST, UNKNOWN

# Months that are common words or given names: without a number they need a capital and a preposition.
_DOUBTFUL_MONTHS = frozenset({"may", "march", "mar"})
_LEADS = frozenset(
    {"in", "since", "until", "by", "during", "before", "after", "from", "of", "to", "between", "for", "hyphen"}
)
_CLOCK_LEADS = frozenset(
    {"at", "by", "approx", "before", "after", "until", "from", "to", "since", "and", "on", "hyphen", "comma", "paren"}
    | {"weekday", "deictic", "day", "year", "iso", "than"}
)
_YEAR_LEADS = ("in", "since", "until", "between", "paren", "by", "from", "to", "of", "before", "after", "during")
_NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "NORP"})
_MODALS = frozenset({"will", "'ll", "’ll", "shall", "wo", "may", "might", "can", "could", "should", "must"})
# Past participles that look ahead: "was due to meet on Monday", "is set for 26 April".
_AHEAD = frozenset(
    {"expect", "schedule", "plan", "due", "set", "slate", "want", "hope", "intend", "aim", "promise", "agree"}
)

# Verbs that put something off to a day to come, in whatever tense: "adjourned the case until 24 October".
_PUT_OFF = frozenset(
    {
        "adjourn",
        "postpone",
        "delay",
        "defer",
        "suspend",
        "extend",
        "remand",
        "reschedule",
        "move",
        "push",
        "prolong",
        "ban",
        "close",
        "shut",
    }
)


def token_index(starts: list[int], char: int) -> int:
    """The token that covers or precedes a character offset, given the tokens' first characters."""
    return max(0, bisect_right(starts, char) - 1)


def tense_reader(doc: Doc, starts: list[int]) -> Callable[[int], int]:
    """Give the function that tells PAST, FUTURE or UNKNOWN for a character offset of a parsed Doc."""
    seen: dict[int, int] = {}
    parsed = doc.has_annotation("DEP")

    def tense(char: int) -> int:
        if not parsed:
            return UNKNOWN
        index = token_index(starts, char)
        if index not in seen:
            seen[index] = _verb_tense(doc[index])
        return seen[index]

    return tense


def _verb_tense(token: Token) -> int:
    if token.head.lower_ == "since":
        return PAST
    if token.head.lower_ in ("until", "till", "to") and token.head.pos_ in ("ADP", "SCONJ"):
        governor = token.head.head
        while governor.pos_ not in ("VERB", "AUX") and governor.head.i != governor.i:
            governor = governor.head
        if governor.lemma_.lower() in _PUT_OFF:
            return FUTURE
    if token.head.lower_ == "for" and token.dep_ == "pobj" and token.head.pos_ == "ADP":
        # "called a strike for Thursday", "summoned him for Monday": a day that something is for lies ahead of it.
        return FUTURE
    # "meets on Monday" looks ahead, "asks about Monday's vote" says nothing of the vote's day.
    direct = token.dep_ not in ("compound", "poss", "nmod", "amod", "nummod")
    head = token
    for step in range(12):
        if head.pos_ in ("VERB", "AUX"):
            told = _told(head, direct and step <= 4)
            if told != UNKNOWN:
                return told
            direct = False
        elif head.i != token.i and head.pos_ not in ("ADP", "NUM", "PART") and head.ent_type_ not in ("DATE", "TIME"):
            direct = False
        if head.head.i == head.i:
            break
        head = head.head
    return UNKNOWN


def _told(verb: Token, direct: bool) -> int:
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    words = {child.lower_ for child in helpers}
    tags = {child.tag_ for child in helpers}
    tag = verb.tag_
    if tag in ("VBN", "VBD") and "have" in {child.lemma_ for child in helpers}:
        return PAST
    if words & _MODALS or "going" in words:
        return FUTURE
    if tag == "VBD":
        return PAST
    if tag == "VBN" and verb.lemma_ in _AHEAD:
        return FUTURE if direct else UNKNOWN
    if "did" in words or (tag in ("VBN", "VBG") and "VBD" in tags) or (tag == "VBN" and not helpers):
        return PAST
    if not direct:
        return UNKNOWN
    if tag == "VB":
        return FUTURE if "to" in words else UNKNOWN
    if tag in ("VBZ", "VBP"):
        return FUTURE if verb.lemma_ not in ("be", "have", "say") else UNKNOWN
    return FUTURE if tags & {"VBZ", "VBP", "VB"} else UNKNOWN


def means_time(found: Found, doc: Doc, starts: list[int]) -> bool:
    """Whether a run of words that could be a time expression is one: "may", "march", "2000 people" are not."""
    check = _CHECKS.get(found.rule)
    if check is None:
        return True
    first = doc[token_index(starts, found.start)]
    last = doc[token_index(starts, found.end - 1)]
    return check(found, first, last)


def _before(found: Found) -> str:
    return found.lexemes[found.first - 1].kind if found.first else ""


def _after(found: Found) -> Lexeme | None:
    return found.lexemes[found.last] if found.last < len(found.lexemes) else None


def _in_name(first: Token, last: Token) -> bool:
    return first.ent_type_ in _NAMES or last.ent_type_ in _NAMES


def _upper(doc: Doc, lexeme: Lexeme) -> bool:
    # Only the few doubtful words come here, and a lexeme keeps no more than its lower form.
    span = doc.char_span(lexeme.start, lexeme.end, alignment_mode="expand")
    return span is not None and span.text[:1].isupper()


def _capital(token: Token) -> bool:
    return token.text[:1].isupper()


def _month_ok(found: Found, first: Token, last: Token) -> bool:
    month = found.one("months")
    if found.has("year") or found.has("rel"):
        return month.low not in _DOUBTFUL_MONTHS or _upper(first.doc, month)
    upper = _upper(first.doc, month)
    if month.kind == "month_short" or (not upper and _before(found) not in _LEADS):
        return False
    if month.low.rstrip(".") in _DOUBTFUL_MONTHS:
        led = _before(found) in _LEADS or found.last - found.first > 1
        return upper and led and last.ent_type_ not in _NAMES
    return last.ent_type_ not in ("PERSON", "ORG", "WORK_OF_ART") or _before(found) in ("in", "since", "until")


def _date_ok(found: Found, first: Token, last: Token) -> bool:
    month = found.one("month")
    upper = _upper(first.doc, month)
    days = found.all("days")
    if month.low in _DOUBTFUL_MONTHS and not upper and not found.has("year"):
        return False
    dated = found.has("year") or found.has("rel")
    if days[0].kind in ("nth", "second") and month.start > days[0].start and not (found.has("of") or dated):
        return False
    if days[0].kind == "dayword" and not dated:
        return False
    if not all(1 <= int(lexeme.value) <= 31 for lexeme in days if lexeme.kind in DAY_KINDS):
        return False
    if found.has("of") and days[0].kind == "day" and not found.has("year") and _before(found) != "on":
        return upper and len(days) == 1 and month.low not in _DOUBTFUL_MONTHS
    return month.low not in ("sat", "sun")


def _year_ok(found: Found, first: Token, last: Token) -> bool:
    if found.has("bc") or found.last - found.first > 1:
        return True
    year = int(found.one("year").value)
    before = _before(found)
    if last.ent_type_ in ("MONEY", "PERCENT", "QUANTITY"):
        return False
    follows = last.nbor(1) if last.i + 1 < len(last.doc) else None
    after_verb = last.i > 0 and last.nbor(-1).pos_ == "VERB"
    counted = follows is not None and follows.tag_ == "NNS" and (last.ent_type_ != "DATE" or after_verb)
    if counted and (year % 100 == 0 or before not in (*_YEAR_LEADS, "the")):
        return False
    if last.ent_type_ == "CARDINAL" and year % 100 == 0 and before not in ("in", "since", "until", "during"):
        return False
    if last.ent_type_ == "DATE" or before in _YEAR_LEADS:
        return 1000 <= year <= 2150
    if before in ("and", "or", "hyphen", "comma", "the", "approx"):
        return 1600 <= year <= 2100
    return 1900 <= year <= 2100 and last.ent_type_ not in _NAMES and last.shape_ == "dddd"


def _weekday_ok(found: Found, first: Token, last: Token) -> bool:
    lexeme = found.one("wd")
    alone = found.last - found.first == 1
    if lexeme.kind == "weekday_short" or lexeme.low in ("sun.", "sat.", "sun", "sat", "wed", "wed."):
        if alone:
            return lexeme.low.endswith(".") and _before(found) not in ("the", "a") and _after(found) is not None
        if found.has("ord2") and lexeme.kind == "weekday_short":
            return _upper(first.doc, lexeme) and last.ent_type_ == "DATE"
    if found.has("ord2") and last.i + 1 < len(last.doc) and last.nbor(1).tag_ in ("NNS", "NN"):
        return False
    token = first if alone else last
    return not (alone and token.ent_type_ in _NAMES and token.ent_type_ != "PERSON" and token.dep_ == "compound")


def _season_ok(found: Found, first: Token, last: Token) -> bool:
    lexeme = found.one("season")
    after = _after(found)
    of = after is not None and after.kind == "of"
    if lexeme.low == "fall" and not found.has("year"):
        return not of and last.pos_ not in ("VERB", "AUX") and (found.has("which") or found.has("det"))
    if found.has("lead") and _capital(last) and last.ent_type_ in _NAMES:
        return False
    return last.pos_ not in ("VERB", "AUX") and not (of and not found.has("which"))


def _often_ok(found: Found, first: Token, last: Token) -> bool:
    # "Daily" with a capital inside a sentence is a newspaper.
    return not _capital(first) or (bool(first.is_sent_start) and first.ent_type_ not in _NAMES)


def _clock_ok(found: Found, first: Token, last: Token) -> bool:
    text = found.lexemes[found.first].low
    if found.last - found.first > 1 or any(mark in text for mark in ("m", "o'clock", "o’clock", "hrs", "hours")):
        return True
    after = _after(found)
    return (
        _before(found) in _CLOCK_LEADS
        or found.first == 0
        or (after is not None and after.kind in ("zone", "month", "weekday"))
    )


def _which_unit_ok(found: Found, first: Token, last: Token) -> bool:
    words = [lexeme.kind for lexeme in found.all("which")]
    unit = found.one("unit")
    value = str(unit.value)
    after = _after(found)
    of = after is not None and after.kind == "of"
    determined = found.lexemes[found.first].kind == "the"
    if value.startswith("T") and words != ["last"] and words != ["past"] and words != ["next"]:
        return False
    if value == "D" and set(words) & {"last", "past", "coming"}:
        return False
    if value in ("WD", "F"):
        return False
    # "the last year of the war" is not last year, "the next month" mostly is.
    return not (of and determined and set(words) & {"last", "next", "previous", "past"})


def _part_ok(found: Found, first: Token, last: Token) -> bool:
    if found.has("bare"):
        return True
    low = found.one("part").low
    after = _after(found)
    of = after is not None and after.kind == "of"
    if low in ("dawn", "dusk", "daybreak") and of:
        following = found.lexemes[found.last + 1].kind if found.last + 1 < len(found.lexemes) else ""
        return following in ("month", "day", "ordinal", "weekday")
    return not _capital(last) or last.ent_type_ not in _NAMES


def _duration_ok(found: Found, first: Token, last: Token) -> bool:
    return first.ent_type_ not in ("MONEY", "PERCENT", "PERSON")


def _which_month_ok(found: Found, first: Token, last: Token) -> bool:
    month = found.one("months")
    return month.low not in _DOUBTFUL_MONTHS or _upper(first.doc, month)


def _now_ok(found: Found, first: Token, last: Token) -> bool:
    # "up to date" is not a date, nor is "to date" with more to follow.
    after = _after(found)
    if found.lexemes[found.last - 1].kind == "date":
        return first.i == 0 or (
            first.nbor(-1).lower_ != "up" and (after is None or after.kind in ("comma", "stop", "break"))
        )
    return True


def _deictic_ok(found: Found, first: Token, last: Token) -> bool:
    return not (_capital(last) and last.ent_type_ in ("ORG", "WORK_OF_ART", "PRODUCT") and not last.is_sent_start)


def _the_ordinal_ok(found: Found, first: Token, last: Token) -> bool:
    return last.ent_type_ in ("DATE", "") or last.ent_type_ == "ORDINAL"


_CHECKS: dict[str, Callable[[Found, Token, Token], bool]] = {
    "month": _month_ok,
    "which_month": _which_month_ok,
    "date": _date_ok,
    "year": _year_ok,
    "weekday": _weekday_ok,
    "season": _season_ok,
    "often": _often_ok,
    "clock": _clock_ok,
    "which_unit": _which_unit_ok,
    "part": _part_ok,
    "duration": _duration_ok,
    "deictic": _deictic_ok,
    "now": _now_ok,
    "the_ordinal": _the_ordinal_ok,
}
