"""Words that tell one report from another: “a second blast”, “on Monday night”, the noun of a description."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from tasks.aggregate.events.rules import MergeRules

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "another": 0, "separate": 0}
_ORDINAL_WORD = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_APART = re.compile(r"\W*separately\b", re.IGNORECASE)
# “…, the second attack within a day” sums up what stands before it.
_APPOSED = re.compile(r"[,–—-] ?(?:the|a|its|their) $", re.IGNORECASE)
# Where a clause ends: beyond it the ordinal tells of another deed.
_BREAK = re.compile(r"[;:.]|, ?(?:and|but)\b|\b(?:while|after|before|as|when|who|which|that)\b", re.IGNORECASE)
_BEFORE, _AFTER = 8, 3
# A sentence whose trigger is not found is judged by its subject, which stands within these many words of its start.
_SUBJECT = 6
_HOURS = re.compile(r"T(MO|MI|AF|EV|NI|\d\d)")
MORNING, AFTERNOON, EVENING, NIGHT = range(4)
_PARTS = {"MO": MORNING, "MI": AFTERNOON, "AF": AFTERNOON, "EV": EVENING, "NI": NIGHT}
# “at the crowded bus |station|”: what stands between the preposition and the last word of the site's name.
_AT = re.compile(r"\b(?:at|inside|of|through) (?:a|an|the|its|their|one) (?:[\w’'-]+ ){0,3}$", re.IGNORECASE)
# Beyond these it is the site of another deed: “ten hours after another bomb had torn through a market”.
_AWAY = re.compile(r"\b(?:after|before|while|since|who|which|ago)\b", re.IGNORECASE)
# Behind these a description goes on, but its noun is told: "five people in Mosul".
_BEHIND_NOUN = re.compile(
    r"\s(?:in|of|at|on|from|near|with|for|over|who|that|outside|inside|aboard)\s.*", re.IGNORECASE
)


def read_ordinal(
    evidence: str, trigger: str, start: int, event_type: str, cells: Iterable[Mapping[str, Any]], rules: MergeRules
) -> int | None:
    """Give the ordinal that counts the deed, 0 for another or separate, None where there is none.

    It stands before the trigger itself (“a second attack”) or before a word for such a deed in the trigger's clause
    (“a second blast at a police station killed three”).

    Parameters
    ----------
    evidence
        The sentence.
    trigger, start
        The trigger's lemma, and where it begins in the article, in code points.
    cells
        Rows of the report's arguments; those in the sentence tell where in the article it begins.
    """
    if _APART.match(evidence):
        return 0
    if not _ORDINAL_WORD.search(evidence):
        return None
    stem = re.escape(trigger.split()[0][:4]) if trigger.split() else ""
    if not stem:
        return None
    near = _pattern(rf"{stem}").search(evidence)
    if near:
        return _ORDINALS[near[1].lower()]
    nouns = "|".join(sorted(rules.occurrences_of(event_type)))
    at = _trigger_at(evidence, stem, start, cells)
    for found in _pattern(rf"(?:{nouns})s?\b").finditer(evidence):
        apposition = at is not None and at < found.start() and _APPOSED.search(evidence[: found.start()])
        if apposition or _same_clause(evidence, found.start(), found.end(), at):
            return _ORDINALS[found[1].lower()]
    return None


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(_ORDINALS)})\s+(?:[\w’'-]+\s+){{0,2}}{word}", re.IGNORECASE)


def _trigger_at(evidence: str, stem: str, start: int, cells: Iterable[Mapping[str, Any]]) -> int | None:
    """Where in the sentence the trigger stands; None where neither its stem nor an argument tells."""
    stems = [found.start() for found in re.finditer(rf"\b{stem}", evidence, re.IGNORECASE)]
    if len(stems) == 1:
        return stems[0]
    for cell in cells:
        text = cell["text"] or ""
        if len(text) > 2 and evidence.count(text) == 1:
            at: int = start - cell["char_start"] + evidence.index(text)
            if 0 <= at < len(evidence):
                return at
    return None


def _same_clause(evidence: str, first: int, last: int, trigger: int | None) -> bool:
    if trigger is None:
        return len(evidence[:first].split()) <= _SUBJECT
    between, most = (evidence[last:trigger], _BEFORE) if trigger >= last else (evidence[trigger:first], _AFTER)
    return len(between.split()) <= most and not _BREAK.search(between)


def read_site(
    evidence: str, trigger: str, start: int, event_type: str, cells: Iterable[Mapping[str, Any]], rules: MergeRules
) -> str | None:
    """Give what the deed was done at, from “market bombing” or “a bombing at a market”; None where that is not plain.

    Parameters
    ----------
    evidence
        The sentence.
    trigger, start, cells
        As for `read_ordinal`.
    """
    if event_type not in rules.by_the_hour or not trigger.split():
        return None
    stem = trigger.split()[0][:4].lower()
    words = (stem, *sorted(rules.occurrences_of(event_type)))
    at = _trigger_at(evidence, re.escape(stem), start, cells)
    found: set[str] = set()
    for site in _sites(rules.sites).finditer(evidence):
        named_by = evidence[site.end() :].lower().lstrip(" -").startswith(words)
        if named_by or _AT.search(evidence[: site.start()]):
            between = evidence[min(site.start(), at) : max(site.start(), at)] if at is not None else ""
            if named_by or not _AWAY.search(between):
                found.add(site[1].lower())
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4)
def _sites(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(sorted(names))})s?\b", re.IGNORECASE)


def part_of_day(timex: str | None) -> int | None:
    """Which part of its day a TIMEX3 value tells: `MORNING` to `NIGHT`; None where none or more than one."""
    found: set[str] = set(_HOURS.findall(timex or ""))
    if len(found) != 1:
        return None
    told = found.pop()
    if told in _PARTS:
        return int(_PARTS[told])
    return bisect((12, 17, 21), int(told))


def head_noun(text: str, rules: MergeRules) -> str:
    """The noun of a description, in lower case; empty where it could be anybody: “two of them”."""
    words = _BEHIND_NOUN.sub("", text).lower().split()
    head = words[-1].strip(".,’'\"") if words else ""
    return "" if head in rules.empty_heads or not head.isalpha() else head
