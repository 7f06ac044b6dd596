"""Two people of one name in an article are two entities, one person is one. For: tasks.annotate.actors.namesakes."""

from __future__ import annotations

import pytest
from entity_pipeline import named, one, parse
from hypothesis import given
from hypothesis import strategies as st

from tasks.annotate.actors.namesakes import NamesakeEvidence, persons_of


def ids(text: str, form: str) -> list[str | None]:
    return [mention.entity_id for mention in named(parse(text), form)]


@pytest.mark.parametrize(
    "text",
    [
        "John Reed, 34, was shot on Monday. His uncle John Reed, 61, was in Ohio.",
        "Canadian Foreign Minister John Reed arrived on Monday. Polish President John Reed stayed in Warsaw.",
        "A 34-year-old John Reed was shot on Monday. John Reed, 61, drove the car.",
    ],
)
def test_what_cannot_hold_of_one_person_makes_two(text: str) -> None:
    first, second = ids(text, "John Reed")
    assert first != second
    assert ids(text, "John Reed") == [first, second], "the same text gives the same ids"
    assert first == one(parse("John Reed arrived on Monday."), "John Reed").entity_id, "the first keeps the name's id"


@pytest.mark.parametrize(
    "text",
    [
        "Senator John Reed met voters on Monday. Democratic candidate John Reed left.",
        "John Reed, 34, was shot on Monday. Police said John Reed, 35, was in Ohio.",
        "Ghanaian diplomat John Reed arrived on Monday. UN envoy John Reed left.",
        "John Reed arrived on Monday. John Reed, 61, left.",
    ],
)
def test_a_second_title_or_a_birthday_makes_no_second_person(text: str) -> None:
    first, second = ids(text, "John Reed")
    assert first == second


def test_bare_names_go_to_the_person_named_last() -> None:
    text = "John Reed, 34, was shot on Monday. Reed died. John Reed, 61, was in Ohio. Reed wept."
    full, short = ids(text, "John Reed"), ids(text, "Reed")
    assert short == full


evidence = st.builds(
    NamesakeEvidence,
    st.none() | st.sampled_from([20, 30, 40]),
    st.none() | st.sampled_from(["USA", "FRA"]),
    st.none() | st.sampled_from(["senior", "junior"]),
)


@given(st.lists(evidence, max_size=8))
def test_no_person_ever_has_contradicting_evidence_at_two_mentions_in_a_row(seen: list[NamesakeEvidence]) -> None:
    keys = persons_of(seen)
    assert len(keys) == len(seen)
    assert keys[:1] in ([], [""])
    for before, after, one_key, other_key in zip(seen, seen[1:], keys, keys[1:], strict=False):
        if before.against(after):
            assert one_key != other_key
