"""The list of all rules in `docs/rules.md`, made from the ladders: `python -m tasks.annotate.rules_page --write`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from tasks.annotate.ladders import LADDERS
from tasks.annotate.rules import Ladder
from tasks.pages import DOCS, table, write_sections


def rules_list(ladders: Sequence[Ladder[Any, Any]] = LADDERS) -> str:
    """Each ladder with its question and its rules in the order in which they are asked."""
    rules = sum(len(ladder.rules) for ladder in ladders)
    parts = [f"{len(ladders)} ladders, {rules} rules.\n"]
    for ladder in ladders:
        rows = [
            (str(number), rule.name, " / ".join(rule.example.split("\n\n")))
            for number, rule in enumerate(ladder.rules, 1)
        ]
        parts.append(f"## {ladder.name}\n\n{ladder.question.rstrip('.')}.\n")
        parts.append(table(("", "rule", "a text in which it decides"), rows, right=(0,)))
    return "\n".join(parts)


SECTIONS = {(DOCS / "rules.md", "rules"): rules_list}

if __name__ == "__main__":
    write_sections(SECTIONS, sys.argv[1:])
