"""The page of figures: floors, what is not measured, and sets it knows nothing of."""

from __future__ import annotations

import json
import tomllib

from bench.quality_page import PINS, REFERENCES, quality_tables

KNOWN = {
    "some_set": {
        "what": "A set.",
        "floors": {"F": 0.5, "R": 0.5},
        "ceilings": {"errors": 1.0},
        "others": {"F": "a peer .4"},
    }
}


def rows(page: str) -> dict[str, list[str]]:
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1:] for cells in ([cell.strip() for cell in line[1:-1].split("|")] for line in lines)}


def test_a_figure_stands_beside_its_floor_and_its_peer() -> None:
    pins = {"some_set": {"sha256": "0" * 64, "figures": {"F": 0.6, "R": 0.4, "errors": 2.0, "extra": 0.1}}}
    found = rows(quality_tables(pins, KNOWN))
    assert found["F"] == ["0.600", "≥ 0.5", "yes", "a peer .4"]
    assert found["R"] == ["0.400", "≥ 0.5", "**no**", ""]
    assert found["errors"] == ["2.000", "≤ 1", "**no**", ""]
    assert found["extra"] == ["0.100", "", "", ""]


def test_a_floor_without_a_pin_is_told_and_a_new_set_is_shown() -> None:
    page = quality_tables({"new_set": {"sha256": "1" * 64, "figures": {"P": 0.25}}}, KNOWN)
    assert rows(page)["F"][:3] == ["not measured", "≥ 0.5", ""]
    assert "### new_set" in page
    assert rows(page)["P"][0] == "0.250"


def test_every_floor_and_peer_names_a_figure_that_is_pinned() -> None:
    pins = json.loads(PINS.read_text("utf-8"))
    for name, known in tomllib.loads(REFERENCES.read_text("utf-8")).items():
        for kind in ("floors", "ceilings", "others"):
            assert known.get(kind, {}).keys() <= pins[name]["figures"].keys(), (name, kind)
