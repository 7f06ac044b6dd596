"""Find lines that one source repeats in many articles, and write them as boilerplate rules that a person can read.

This is a command of its own and never part of a run: cleaning knows one record at a time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.clean.boilerplate import LONGEST_RULE_LINE, bare, is_prose
from tasks.records import CleanArticle

FEWEST_ARTICLES = 5
LEAST_SHARE = 0.05
_MOSTLY = 0.9
_SHORTEST_LINE = 3
_HEADER = """\
# Lines that a source repeats in many of its articles. Written by `dateline boilerplate --mine`; read it before you pass
# it with `--boilerplate`: a line that belongs to the articles has to go from here. The comment behind a line says how
# many of the source's articles have it. The rules are as in the shipped file: `edges` works before the first and after
# the last paragraph of prose, `anywhere` wherever the line stands; `source` is the only source in whose articles the
# rule works ("" stands for articles without a source), and a rule without that line works in all articles.
"""


@dataclass(slots=True)
class _Line:
    """Where a line was seen: the articles by what else they say, and how often it stood outside the prose."""

    bodies: set[str] = field(default_factory=set)
    seen: int = 0
    at_edge: int = 0


def mine_boilerplate(
    articles: Iterable[CleanArticle], fewest: int = FEWEST_ARTICLES, least_share: float = LEAST_SHARE
) -> str:
    """Mine rules from cleaned articles; the text of a TOML file for `CleanOptions.extra_rules`.

    A line counts once for all articles whose longest other paragraph is the same, so that copies of one article do not
    make boilerplate of its sentences.

    Parameters
    ----------
    articles
        Cleaned articles, in any order: the result is the same.
    fewest
        In how many different articles of a source a line has to be.
    least_share
        And in what share of the source's articles, 0 to 1.
    """
    lines: dict[str, dict[str, _Line]] = defaultdict(lambda: defaultdict(_Line))
    bodies: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        source = article.source or ""
        _count(article, lines[source], bodies[source])
    blocks = [_HEADER]
    for source in sorted(lines):
        total = len(bodies[source])
        repeated = {
            line: found
            for line, found in lines[source].items()
            if len(found.bodies) >= fewest and len(found.bodies) >= least_share * total
        }
        for where in ("edges", "anywhere"):
            chosen = {
                line: found
                for line, found in repeated.items()
                if (found.at_edge >= _MOSTLY * found.seen) == (where == "edges")
            }
            if chosen:
                blocks.append(_block(source, where, chosen, total))
    return "\n".join(blocks)


def _count(article: CleanArticle, lines: dict[str, _Line], bodies: set[str]) -> None:
    paragraphs = article.text.split("\n\n")
    if article.title and paragraphs[0] == article.title:
        paragraphs = paragraphs[1:]
    if not paragraphs:
        return
    by_length = sorted(paragraphs, key=lambda line: (-len(line), line))
    bodies.add(by_length[0])
    prose = [index for index, line in enumerate(paragraphs) if is_prose(line)]
    counted: set[str] = set()
    for index, paragraph in enumerate(paragraphs):
        line = bare(paragraph)
        if len(paragraph) > LONGEST_RULE_LINE or len(line) < _SHORTEST_LINE or line in counted:
            continue
        counted.add(line)
        found = lines[line]
        found.bodies.add(next((other for other in by_length if bare(other) != line), ""))
        found.seen += 1
        # A sentence is at the edge where it is the first or last one.
        others = [place for place in prose if place != index]
        found.at_edge += not others or not others[0] < index < others[-1]


def _block(source: str, where: str, lines: dict[str, _Line], total: int) -> str:
    rows = [
        f"    {_toml(line)},  # {len(found.bodies)} of {total}"
        for line, found in sorted(lines.items(), key=lambda item: (-len(item[1].bodies), item[0]))
    ]
    family = f"family = {_toml(f'mined {source}'.strip())}"
    return "\n".join(
        ["[[line]]", family, f"source = {_toml(source)}", f'where = "{where}"', "lines = [", *rows, "]", ""]
    )


def _toml(text: str) -> str:
    """A string of TOML; it escapes as JSON does, except for DEL, which JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
