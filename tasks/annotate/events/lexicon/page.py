"""The tables of event types in `docs/events.md` and `docs/crosswalk.md`.

`python -m tasks.annotate.events.lexicon.page --write` writes them.

Types, modes and scores are those of `plover.toml`; the CAMEO roots are those that the frames of the lexicon carry.
"""

from __future__ import annotations

import sys
from collections import Counter

from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.contract.plover import plover
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.pages import DOCS, table, write_sections
from tasks.reference import files


def types_table() -> str:
    """Type, quad class, definition, the type's intensity and its modes with theirs."""
    rows = []
    for name, entry in plover().types.items():
        modes = ", ".join(f"{mode} {score:g}" for mode, score in entry.modes.items())
        rows.append((name, entry.quad.replace("_", " "), entry.definition, f"{entry.score:g}", modes))
    return table(("type", "quad", "what it is", "intensity", "modes, with their intensity"), rows, right=(3,))


def roots_table() -> str:
    """Type and the CAMEO roots of its frames, the most frequent first, with the share of frames."""
    labels = {row["code"]: row["label"] for row in files.table("events/cameo.csv")}
    roots: dict[str, Counter[str]] = {name: Counter() for name in EVENT_TYPES}
    for frame in load_lexicon().frames:
        roots[frame.type][(frame.cameo or "")[:2]] += 1
    rows = []
    for name, counts in roots.items():
        total = sum(counts.values())
        told = [
            f"{root} {labels[root].capitalize()} ({n / total:.0%})" if root else f"none ({n / total:.0%})"
            for root, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            if n / total >= 0.02
        ]
        rows.append((name, ", ".join(told)))
    return table(("our type", "CAMEO roots of its frames, 2 % and more"), rows)


SECTIONS = {
    (DOCS / "events.md", "event types"): types_table,
    (DOCS / "crosswalk.md", "CAMEO roots"): roots_table,
}

if __name__ == "__main__":
    write_sections(SECTIONS, sys.argv[1:])
