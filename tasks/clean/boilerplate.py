"""Take page rests out of plain text by rules that are data (`tasks/data/boilerplate.toml`).

Position matters: most rules work only outside the article, that is before its first or after its last paragraph of
prose. A sentence of the article that speaks of cookies or comments stays: a sentence that reports speech is taken by no
pattern, and some patterns take no sentence at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tasks.reference.files import toml

LONGEST_RULE_LINE = 450
_LONGEST_HEADING = 120
_PROSE_WORDS = 7
_LONG_PROSE_WORDS = 25
_WORDS_BEFORE_A_CUT = 15
_ENDING_PARAGRAPHS = 4
_COMPANY_LINES = 12
_OUTER_MARKS = " \t*:.…!?→←»«›‹>|•·#-–—_()[]\u200b"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_STATEMENT_WORDS = 4
_FULL_STOP = re.compile(r"(?<!\.)\.[\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class LinePatterns:
    """The patterns of one rule, where they work and whether they take sentences."""

    family: str
    pattern: re.Pattern[str]
    anywhere: bool
    sentences: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules; `anywhere`, `edges`, `strong` and `weak` map a bare line to its family.

    `some_pattern` matches where one of `patterns` does, `reported` finds reported speech.
    """

    anywhere: dict[str, str]
    edges: dict[str, str]
    patterns: tuple[LinePatterns, ...]
    some_pattern: re.Pattern[str]
    reported: re.Pattern[str]
    strong: dict[str, str]
    weak: dict[str, str]
    flat: re.Pattern[str]
    flat_needed: int
    endings: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of a text, and what was taken: each removed stretch with the family of the rule."""

    paragraphs: tuple[str, ...]
    removed: tuple[tuple[str, str], ...]


def load_rules(extra: str | None = None, source: str | None = None) -> Rules:
    """Read and compile the shipped rules, and more of the same form.

    Parameters
    ----------
    extra
        Rules in TOML (the text itself), added to the shipped ones.
    source
        Whose article is cleaned, None where that is not known: rules that name a source work only there.

    Raises
    ------
    tomllib.TOMLDecodeError, KeyError, re.error
        If a text holds no such rules.
    """
    # Most sources have no rules of their own and share one compiled set.
    return _compiled(extra, source or "" if (source or "") in _sources_named(extra) else None)


def check_rules(extra: str) -> None:
    """Compile rules for every source that they name.

    Raises
    ------
    tomllib.TOMLDecodeError, KeyError, re.error
        As `load_rules`, whatever the source.
    """
    for source in sorted(_sources_named(extra) | {""}):
        load_rules(extra, source)


@cache
def _parsed(extra: str | None) -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = toml("boilerplate.toml")
    for key, rules in tomllib.loads(extra or "").items():
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise KeyError(f"[[{key}]]")
        data.setdefault(key, []).extend(rules)
    return data


@cache
def _sources_named(extra: str | None) -> frozenset[str]:
    return frozenset(rule["source"] for rules in _parsed(extra).values() for rule in rules if "source" in rule)


def _rules_of_source(extra: str | None, source: str | None) -> dict[str, list[dict[str, Any]]]:
    data = {
        key: [rule for rule in rules if rule.get("source", source) == source] for key, rules in _parsed(extra).items()
    }
    for rule in data.get("line", []):
        if rule["where"] not in ("anywhere", "edges"):
            raise KeyError(f"where = {rule['where']!r}")
    return data


@cache
def _compiled(extra: str | None, source: str | None) -> Rules:
    """The rules of all sources and those of one; None stands for any source that no rule names."""
    data = _rules_of_source(extra, source)
    lines = data.get("line", [])
    patterns = [pattern for rule in lines for pattern in rule.get("patterns", [])]
    flat = _listed(data, "flat", "phrases")
    endings = _listed(data, "ending", "patterns")
    reported = _listed(data, "reported", "patterns")
    cuts = data.get("cut", [])
    return Rules(
        anywhere=_bare_lines((rule for rule in lines if rule["where"] == "anywhere"), "lines"),
        edges=_bare_lines((rule for rule in lines if rule["where"] == "edges"), "lines"),
        patterns=tuple(_line_patterns(rule) for rule in lines if rule.get("patterns")),
        some_pattern=_any_of(patterns, re.IGNORECASE),
        reported=_any_of(reported, re.IGNORECASE),
        strong=_bare_lines(cuts, "strong"),
        weak=_bare_lines(cuts, "weak"),
        flat=_any_of(flat, re.NOFLAG),
        flat_needed=min((rule["needed"] for rule in data.get("flat", [])), default=1),
        endings=re.compile(rf"\s*(?:{_any_of(endings, re.NOFLAG).pattern})\s*$"),
    )


def _listed(data: dict[str, list[dict[str, Any]]], kind: str, key: str) -> list[str]:
    """What all rules of a kind list under a key that each of them must have."""
    return [item for rule in data.get(kind, []) for item in rule[key]]


def _bare_lines(rules: Iterable[dict[str, Any]], key: str) -> dict[str, str]:
    return {bare(line): rule["family"] for rule in rules for line in rule.get(key, [])}


def _line_patterns(rule: dict[str, Any]) -> LinePatterns:
    return LinePatterns(
        family=rule["family"],
        pattern=_any_of(rule["patterns"], re.IGNORECASE),
        anywhere=rule["where"] == "anywhere",
        sentences=rule.get("sentences", True),
    )


def _any_of(patterns: list[str], flags: re.RegexFlag) -> re.Pattern[str]:
    # Without a pattern nothing may match, and "(?!)" never does.
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)", flags)


def bare(line: str) -> str:
    """A line as rules compare it: case-folded, single spaces, without outer punctuation and arrows."""
    return " ".join(line.casefold().split()).strip(_OUTER_MARKS)


def is_prose(line: str) -> bool:
    """Whether a line reads like a sentence: several words and an end, or very many words."""
    words = line.count(" ") + 1
    return words >= _LONG_PROSE_WORDS or (words >= _PROSE_WORDS and _SENTENCE_END.search(line) is not None)


def is_statement(line: str) -> bool:
    """Whether a line ends as a sentence does: some words and a full stop; headlines and labels have none."""
    return line.count(" ") + 1 >= _STATEMENT_WORDS and _FULL_STOP.search(line) is not None


def remove_boilerplate(paragraphs: Iterable[str], rules: Rules | None = None) -> Cleaned:
    """Take what is not the article out of its paragraphs.

    Parameters
    ----------
    paragraphs
        The text's lines, repaired, without blank ones.
    rules
        Compiled rules, the shipped ones by default.
    """
    rules = rules or load_rules()
    lines = [line for line in paragraphs if line.strip()]
    removed: list[tuple[str, str]] = []
    # Taking one thing away can bring another to the edge.
    for _ in range(len(lines) + 1):
        before = list(lines)
        # What hangs on a paragraph goes first, so that the paragraph is known as prose; headings that end an article
        # cut before they are dropped as lines.
        lines = _cut_flat(lines, rules, removed)
        lines = _strip_endings(lines, rules, removed)
        lines = _cut_strong(lines, rules, removed)
        lines = _cut_weak(lines, rules, removed)
        lines = _drop_lines(lines, rules, removed)
        if lines == before:
            break
    return Cleaned(tuple(lines), tuple(removed))


def is_boilerplate_line(line: str, rules: Rules) -> bool:
    """Whether some rule knows the line as a page rest, wherever the rule works."""
    return _family(line, rules, edges=True) is not None


def _family(line: str, rules: Rules, edges: bool) -> str | None:
    if len(line) > LONGEST_RULE_LINE:
        return None
    stripped = bare(line)
    family = rules.anywhere.get(stripped) or (rules.edges.get(stripped) if edges else None)
    if family and not (line.endswith(".") and " " not in stripped):
        return family
    if not rules.some_pattern.fullmatch(line):
        return None
    statement = is_statement(line)
    if statement and rules.reported.search(line):
        return None
    return next(
        (
            rule.family
            for rule in rules.patterns
            if (edges or rule.anywhere) and (rule.sentences or not statement) and rule.pattern.fullmatch(line)
        ),
        None,
    )


def _body_span(lines: list[str], rules: Rules) -> tuple[int, int]:
    """First and last + 1 index of the paragraphs of prose; (0, 0) where there is none."""
    prose = [is_prose(line) for line in lines]
    first = next((i for i, line in enumerate(lines) if prose[i] and not is_boilerplate_line(line, rules)), None)
    if first is None:
        return 0, 0
    last = next(i for i in range(len(lines) - 1, -1, -1) if prose[i] and not is_boilerplate_line(lines[i], rules))
    return first, last + 1


def _drop_lines(lines: list[str], rules: Rules, removed: list[tuple[str, str]]) -> list[str]:
    start, stop = _body_span(lines, rules)
    kept = []
    for index, line in enumerate(lines):
        family = _family(line, rules, edges=index < start or index >= stop)
        if family:
            removed.append((family, line))
        else:
            kept.append(line)
    return kept


def _cut_strong(lines: list[str], rules: Rules, removed: list[tuple[str, str]]) -> list[str]:
    """Cut at the first heading of a comment form or the like that prose precedes and page rests follow."""
    if not any(len(line) < _LONGEST_HEADING and bare(line) in rules.strong for line in lines):
        return lines
    words = 0
    for index, line in enumerate(lines):
        family = rules.strong.get(bare(line)) if len(line) < _LONGEST_HEADING else None
        if family and words >= _WORDS_BEFORE_A_CUT and _in_company(lines[index + 1 :], family, rules):
            removed.extend((family, rest) for rest in lines[index:])
            return lines[:index]
        if is_prose(line) and not is_boilerplate_line(line, rules):
            words += line.count(" ") + 1
    return lines


def _in_company(rest: list[str], family: str, rules: Rules) -> bool:
    """Whether what follows a heading is page rests: nothing, or at least one line that a rule knows."""
    if not rest:
        return True
    known = any(is_boilerplate_line(line, rules) for line in rest[:_COMPANY_LINES])
    if family == "comment-form":
        return known
    # Share bars also stand at the top and in the middle: cut there only if the article is over.
    return known and not any(is_prose(line) and not is_boilerplate_line(line, rules) for line in rest)


def _cut_weak(lines: list[str], rules: Rules, removed: list[tuple[str, str]]) -> list[str]:
    """Cut at a heading such as “Related articles” once no prose follows."""
    _, stop = _body_span(lines, rules)
    if stop == 0:
        return lines
    for index in range(stop, len(lines)):
        family = rules.weak.get(bare(lines[index]))
        if family:
            removed.extend((family, rest) for rest in lines[index:])
            return lines[:index]
    return lines


def _cut_flat(lines: list[str], rules: Rules, removed: list[tuple[str, str]]) -> list[str]:
    """Cut a line at the first of several page phrases that run on in it."""
    kept: list[str] = []
    for line in lines:
        found = list(rules.flat.finditer(line)) if len(line) > 60 else []
        distinct = {match[0] for match in found}
        if len(distinct) <= rules.flat_needed or _is_sentence_part(line, found[0].start()):
            kept.append(line)
            continue
        head = line[: found[0].start()].rstrip()
        removed.append(("flat", line[found[0].start() :]))
        if head:
            kept.append(head)
    return kept


def _is_sentence_part(line: str, position: int) -> bool:
    """Whether a phrase stands inside a sentence or a quotation rather than after a sentence's end."""
    before = line[:position].rstrip()
    return bool(before) and not _SENTENCE_END.search(before) and before[-1] not in "|•·»>"


def _strip_endings(lines: list[str], rules: Rules, removed: list[tuple[str, str]]) -> list[str]:
    kept = list(lines)
    index, left = len(kept), 0
    # What an ending is all of does not count among the last paragraphs.
    while index > 0 and left < _ENDING_PARAGRAPHS:
        index -= 1
        found = rules.endings.search(kept[index])
        if found and found[0].strip():
            removed.append(("ending", found[0].strip()))
            kept[index] = kept[index][: found.start()].rstrip()
        left += bool(kept[index])
    return [line for line in kept if line]
