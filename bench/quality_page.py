"""The table of figures in `docs/quality.md`: `python -m bench.quality_page --write`.

Figures are the pins of `tests/quality.json`; what each set is, its floors and its references stand in
`bench/quality_references.toml`. A set or figure without an entry there is shown without floor and reference; a floor
without a pin is shown as not measured.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from tasks.pages import DOCS, table, write_sections

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tests" / "quality.json"
REFERENCES = Path(__file__).with_name("quality_references.toml")


def quality_tables(pins: dict[str, Any] | None = None, references: dict[str, Any] | None = None) -> str:
    """One table a set: figure, what was reached, the floor, whether it is met, and what others reach."""
    pins = json.loads(PINS.read_text("utf-8")) if pins is None else pins
    references = tomllib.loads(REFERENCES.read_text("utf-8")) if references is None else references
    order = [*references, *sorted(pins.keys() - references.keys())]
    return "\n".join(_section(name, pins.get(name, {}), references.get(name, {})) for name in order)


def _section(name: str, pin: dict[str, Any], known: dict[str, Any]) -> str:
    figures, floors = pin.get("figures", {}), known.get("floors", {})
    others, ceilings = known.get("others", {}), known.get("ceilings", {})
    rows = []
    for figure in [*figures, *(name for name in (*floors, *ceilings) if name not in figures)]:
        value, floor, ceiling = figures.get(figure), floors.get(figure), ceilings.get(figure)
        bound = f"≥ {floor:g}" if floor is not None else f"≤ {ceiling:g}" if ceiling is not None else ""
        met = ""
        if bound and value is not None:
            met = "yes" if (floor is None or value >= floor) and (ceiling is None or value <= ceiling) else "**no**"
        rows.append((figure, "not measured" if value is None else f"{value:.3f}", bound, met, others.get(figure, "")))
    digest = f"Data: SHA-256 `{pin['sha256'][:12]}…`." if "sha256" in pin else "Nothing pinned."
    head = ("figure", "dateline", "floor", "met", "others on such data")
    told = " ".join(part for part in (known.get("what", ""), known.get("note", ""), digest) if part)
    return f"### {name}\n\n{told}\n\n{table(head, rows, right=(1, 2))}"


SECTIONS = {(DOCS / "quality.md", "figures"): quality_tables}

if __name__ == "__main__":
    write_sections(SECTIONS, sys.argv[1:])
