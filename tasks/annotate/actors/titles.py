"""The role noun that belongs to a name: before it as its title, or beside it as what somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.annotate.actors.roles import Reading, Surroundings, complement, read_role
from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import RoleSpan
from tasks.annotate.rules import Ladder, Rule
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.lexicons import titles

# How far before a name a title with a complement, or a role noun before the comma, may end.
MAX_GAP = 8


def role_before(around: Surroundings, mention: Mention) -> tuple[RoleSpan, Reading] | None:
    """Give the role noun that introduces a name from the left: "Russian Deputy Foreign Minister Igor Morgulov".

    A complement may stand between ("US Special Representative for North Korea Stephen Biegun"). A noun in lower case
    counts only where the parser joins it to the name ("told police John Smith had left" is none).
    """
    parse = around.parse
    first = parse[mention.token_start].sent.start
    end = _before_honorifics(around, mention.token_start, first)
    role = around.role_ending.get(end) or _role_with_complement(around, end, first)
    if role is None or role.start < first or role.noun.rule == "relation":
        return None
    head = parse[role.head]
    if head.pos_ not in ("NOUN", "PROPN", "ADJ") or not (head.text[0].isupper() or _is_joined(parse, role, mention)):
        return None
    reading = read_role(around, role)
    title = reading.title or parse.span(role.start, role.end).text
    if end > role.end:
        title = f"{title}{parse[role.end - 1].whitespace_}{parse.span(role.end, end).text}"
    return role, Reading(reading.country, reading.sector, title.strip(), reading.start)


def _before_honorifics(around: Surroundings, end: int, first: int) -> int:
    """Give where a title may end: before "Mr" and "Sir"."""
    while end > first and end - 1 not in around.mention_at and _is_honorific(around.parse[end - 1].lower_):
        end -= 1
    return end


def _is_honorific(word: str) -> bool:
    entry = titles().get(word)
    return entry is not None and entry.honorific


def _role_with_complement(around: Surroundings, end: int, first: int) -> RoleSpan | None:
    """Give the capitalised role noun whose complement ends where a name begins."""
    parse = around.parse
    for j in range(end - 1, max(first, end - MAX_GAP), -1):
        word, name = parse[j], around.mention_at.get(j)
        if word.lower_ in ("of", "for", "to", "at") and j < end - 1:
            role = around.role_ending.get(j)
            if role is not None:
                return role if parse[role.head].text[0].isupper() else None
        elif name is not None:
            if name.label == "PERSON":
                return None
        elif not _may_complement(word) or (j == end - 1 and word.pos_ == "DET"):
            return None
    return None


def _may_complement(word: Word) -> bool:
    return word.pos_ in ("NOUN", "PROPN", "ADJ", "DET", "CCONJ") and not word.is_space and not word.is_punct


def _is_joined(parse: Parse, role: RoleSpan, mention: Mention) -> bool:
    """Whether the parser hangs a role noun on a name or the name on it."""
    head = parse[role.head].head.i
    root = parse.span(mention.token_start, mention.token_end).root
    if mention.token_start <= head < mention.token_end or root.head.i == role.head:
        return True
    return parse[role.head].dep_ in ("compound", "nmod", "amod") and head >= mention.token_start


@dataclass(frozen=True, slots=True)
class NamedTitle:
    """A name, its head word, and what stands around it."""

    around: Surroundings
    mention: Mention
    root: Word


def _apposition(case: NamedTitle) -> RoleSpan | None:
    heads = (child for child in case.root.children if child.dep_ == "appos" and child.i >= case.mention.token_end)
    return _first_role(case.around, heads)


def _above_in_apposition(case: NamedTitle) -> RoleSpan | None:
    root = case.root
    if root.dep_ != "appos" or root.head.i >= case.mention.token_start:
        return None
    return _role_with_head(case.around, root.head.i)


def _before_comma(case: NamedTitle) -> RoleSpan | None:
    """Give the role in "Russia's ambassador to Turkey, Andrei Karlov, …", which the parser joins to "Turkey"."""
    around, comma = case.around, case.mention.token_start - 1
    if not _is_between_commas(around.parse, case.mention):
        return None
    role = _role_reaching(around, comma)
    if role is None or role.noun.sort != "person" or role.noun.rule == "relation" or role.head in around.mention_at:
        return None
    return role if around.parse[role.head].tag_ in ("NN", "NNP") else None


def _is_between_commas(parse: Parse, mention: Mention) -> bool:
    """Whether a comma stands before a name, a comma or full stop behind it, and no list goes on there."""
    comma, end = mention.token_start - 1, mention.token_end
    if comma < 1 or parse[comma].text != "," or end >= len(parse) or parse[end].text not in (",", "."):
        return False
    return end + 1 >= len(parse) or parse[end + 1].lower_ not in ("and", "or")


def _role_reaching(around: Surroundings, comma: int) -> RoleSpan | None:
    """Give the role noun that ends at a comma, itself or with its complement."""
    lowest = max(around.parse[comma].sent.start, comma - MAX_GAP)
    if comma - 1 <= lowest:
        return None
    for end in (comma, *range(comma - 2, lowest, -1)):
        role = around.role_ending.get(end)
        if role is not None and (end == comma or ((behind := complement(around, role)) and behind[2] == comma)):
            return role
    return None


def _predicate(case: NamedTitle) -> RoleSpan | None:
    """Give the role in "Macron is the president of France"; who is not, or was, has it not."""
    root = case.root
    if root.dep_ != "nsubj" or root.head.lemma_ != "be" or root.head.tag_ not in ("VBZ", "VBP"):
        return None
    if any(child.dep_ == "neg" for child in root.head.children):
        return None
    return _first_role(case.around, (child for child in root.head.children if child.dep_ == "attr"))


def _first_role(around: Surroundings, heads: Iterator[Word]) -> RoleSpan | None:
    return next((role for head in heads if (role := _role_with_head(around, head.i)) is not None), None)


def _role_with_head(around: Surroundings, i: int) -> RoleSpan | None:
    role = around.role_at.get(i)
    if role is None or role.head != i or i in around.mention_at or role.noun.rule == "relation":
        return None
    return role


BESIDE: Ladder[NamedTitle, RoleSpan] = Ladder(
    "role noun beside a name",
    "Which noun beside a name says what somebody is",
    (
        Rule("in apposition to the name", _apposition, "Sergei Lavrov, the Russian foreign minister, left Hanoi."),
        Rule(
            "with the name in apposition",
            _above_in_apposition,
            "The Russian foreign minister, Sergei Lavrov, left Hanoi.",
        ),
        Rule("before the comma", _before_comma, "Russia's ambassador to Turkey, Andrei Karlov, left Hanoi."),
        Rule("said of the name", _predicate, "Emmanuel Macron is the president of France."),
    ),
)


def role_beside(around: Surroundings, mention: Mention) -> RoleSpan | None:
    """Give the role noun in apposition to a name or predicated of it, on either side."""
    root = around.parse.span(mention.token_start, mention.token_end).root
    found = BESIDE.decide(NamedTitle(around, mention, root), at=mention.start)
    return None if found is None else found.verdict
