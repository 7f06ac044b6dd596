"""For: tasks.aggregate.events.cues, tasks.aggregate.events.rules.

What the words of a report tell of where it happened.
"""

from __future__ import annotations

import pytest

from tasks.aggregate.events.cues import read_site
from tasks.aggregate.events.rules import load_rules


@pytest.mark.parametrize(
    ("evidence", "trigger", "site"),
    [
        ("A bomb exploded at a crowded market in Kano.", "explode", "market"),
        ("The president met survivors of the market bombing at the city's main hospital.", "bombing", None),
        ("The president met survivors of the Kano market bombing.", "bombing", "market"),
        ("Police arrested two men over the bombing of a mosque in Kano.", "bombing", "mosque"),
        ("A bomb killed four at a checkpoint, hours after another had torn through a market.", "kill", "checkpoint"),
        ("A bomb exploded near a market in Kano.", "explode", None),
        ("A bomb exploded in Kano.", "explode", None),
    ],
)
def test_the_site_is_what_the_deed_was_done_at(evidence: str, trigger: str, site: str | None) -> None:
    assert read_site(evidence, trigger, 0, "ASSAULT", (), load_rules()) == site


def test_a_protest_has_no_site() -> None:
    assert read_site("They marched at the market.", "march", 0, "PROTEST", (), load_rules()) is None
