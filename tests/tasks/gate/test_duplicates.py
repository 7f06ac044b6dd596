"""For: tasks.gate.duplicates, tasks.gate.sketch."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from tasks.gate.duplicates import (
    PERMUTATIONS,
    RESULT_SCHEMA,
    find_duplicates,
    near_pairs,
    signature,
    signature_columns,
    signature_matrix,
)
from tasks.gate.sketch import differ, facts
from tasks.ids import sha256_hex

RNG = random.Random(20)
WORDS = [f"w{i}" for i in range(900)]


def story(seed: int, n: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=n)


def changed(words: list[str], n: int, seed: int = 1) -> list[str]:
    """The words with n of them, evenly spread, replaced."""
    new = list(words)
    for k in range(n):
        new[(k * len(new)) // n] = f"new{seed}x{k}"
    return new


def frame(texts: Mapping[str, str | list[str]], days: Mapping[str, int | None] | None = None) -> pl.DataFrame:
    rows = []
    for i, (name, words) in enumerate(texts.items()):
        text = words if isinstance(words, str) else " ".join(words)
        day = (days or {}).get(name, i + 1)
        rows.append(
            {
                "article_id": name,
                "published_at": dt.datetime(2019, 4, day, tzinfo=dt.UTC) if day else None,
                "text_sha256": sha256_hex(text.encode()),
                "n_words": len(text.split()),
                **signature_columns(name, text),
            }
        )
    schema: dict[str, Any] = {
        "article_id": pl.String,
        "published_at": pl.Datetime("us", "UTC"),
        "text_sha256": pl.String,
        "n_words": pl.Int32,
        "minhash": pl.List(pl.Int64),
        "sketch": pl.List(pl.Int64),
        "facts": pl.List(pl.Int64),
    }
    return pl.DataFrame(rows, schema=schema)


def found(signatures: pl.DataFrame) -> dict[str, tuple[str | None, str | None]]:
    return {row["article_id"]: (row["dup_of"], row["dup_kind"]) for row in find_duplicates(signatures).to_dicts()}


def test_a_signature_never_changes() -> None:
    row = signature("a", "The ferry to Marnau will stop on Friday, the harbour master said.")
    assert len(row.minhash) == PERMUTATIONS
    assert row.minhash[:4] == PINNED


# Signatures are kept between runs: another value here means that all of them have to be made anew.
PINNED = (3470067544, 3271395966, 3535676654, 3255858943)


def test_case_punctuation_and_layout_do_not_count_and_a_title_can_be_left_out() -> None:
    plain = signature("a", "The ferry stops. Nobody knows why it does so.")
    assert signature("a", "the FERRY stops\n\nNobody knows (why) it does so").minhash == plain.minhash
    titled = signature("a", "A headline\n\nThe ferry stops. Nobody knows why it does so.", "A headline")
    assert titled.minhash == plain.minhash
    assert len(signature("a", "!").minhash) == PERMUTATIONS


def test_exact_and_near_copies_point_to_the_earliest() -> None:
    base = story(1)
    signatures = frame({"b": base, "a": base, "c": changed(base, 3), "d": story(2), "e": changed(base, 60)})
    assert found(signatures) == {"a": ("b", "exact"), "c": ("b", "near")}


def test_the_order_is_by_time_then_id_with_undated_last() -> None:
    base = story(1)
    texts = {"d": base, "c": base, "b": base, "a": base}
    assert set(found(frame(texts, {"a": None, "b": 3, "c": 2, "d": 2})).values()) == {("c", "exact")}
    assert set(found(frame(texts, {"a": None, "b": None, "c": None, "d": None})).values()) == {("a", "exact")}


def test_copies_of_copies_make_one_group() -> None:
    one = story(1, 400)
    two, three = changed(one, 7, 1), None
    three = changed(two, 9, 2)
    signatures = frame({"a": one, "b": two, "c": three})
    assert {kind for _, kind in found(signatures).values()} == {"near"}
    assert {original for original, _ in found(signatures).values()} == {"a"}
    assert set(found(signatures.filter(pl.col("article_id") != "b"))) in (set(), {"c"})


def test_short_texts_are_copies_only_when_they_are_the_same() -> None:
    text = "Stocks close higher in quiet trading on the exchange of Marnau today"
    assert found(frame({"a": text, "b": text, "c": text.lower()})) == {"b": ("a", "exact")}


def test_order_of_rows_does_not_matter() -> None:
    texts: dict[str, list[str]] = {}
    for group in range(30):
        base = story(group, RNG.randint(60, 300))
        for copy in range(RNG.randint(1, 5)):
            texts[f"{RNG.random():.12f}"] = base if copy % 2 else changed(base, copy + 1, copy)
    signatures = frame(texts, {name: RNG.choice([None, 1, 2, 3]) for name in texts})
    expected = find_duplicates(signatures)
    assert expected.height > 20
    for seed in range(3):
        assert find_duplicates(signatures.sample(fraction=1.0, shuffle=True, seed=seed)).equals(expected)


def test_originals_are_never_copies_themselves() -> None:
    base = story(3)
    copies = find_duplicates(frame({f"a{i:02}": changed(base, i % 4 + 1, i) for i in range(28)}))
    assert not set(copies["dup_of"]) & set(copies["article_id"])


def test_many_alike_in_one_bucket_are_connected_as_all_pairs_would_be() -> None:
    base = story(5)
    signatures = frame({f"a{i:03}": changed(base, 2, i) for i in range(90)}, {f"a{i:03}": 1 for i in range(90)})
    copies = find_duplicates(signatures)
    assert set(copies["dup_of"]) == {"a000"}
    assert copies.height == 89


@pytest.mark.parametrize("n", [0, 1])
def test_none_or_one_article_has_no_copies(n: int) -> None:
    result = find_duplicates(frame({f"a{i}": story(i) for i in range(n)}))
    assert result.schema == RESULT_SCHEMA
    assert result.height == 0


def test_pairs_are_found_at_eight_tenths_and_not_at_half() -> None:
    near_hits = far_hits = 0
    for seed in range(40):
        base = story(seed, 400)
        rows = frame({"a": base, "b": changed(base, 6, seed), "c": changed(base, 30, seed)})["minhash"]
        pairs = {tuple(pair) for pair in near_pairs(signature_matrix(rows)).tolist()}
        near_hits += (0, 1) in pairs
        far_hits += (0, 2) in pairs
    assert near_hits == 40
    assert far_hits == 0


def annotated(signatures: pl.DataFrame) -> set[str]:
    """Ids that are to be annotated."""
    rows = {row["article_id"]: row["annotate"] for row in find_duplicates(signatures).to_dicts()}
    return {name for name in signatures["article_id"] if rows.get(name, True)}


def test_a_teaser_is_contained_and_the_whole_is_annotated_whichever_came_first() -> None:
    whole = story(7, 600)
    teaser, middle = whole[:45], whole[300:480]
    for days in ({"t": 1, "m": 2, "w": 3}, {"w": 1, "t": 2, "m": 3}):
        signatures = frame({"t": teaser, "m": middle, "w": whole, "x": story(8)}, days | {"x": 4})
        first = min(days, key=lambda name: days[name])
        assert found(signatures) == {
            name: (None, None) if name == first else (first, "contained")
            for name in "tmw"
            if name != first or name != "w"
        }
        assert annotated(signatures) == {"w", "x"}


def test_a_shared_opening_does_not_make_two_reports_one() -> None:
    opening = story(9, 60)
    long, short = opening + story(10, 500), opening + story(11, 200)
    assert found(frame({"a": long, "b": opening, "c": short})) == {"b": ("a", "contained")}
    assert found(frame({"a": long, "c": short})) == {}


REPORT = (
    "Officials in the port said on Monday that {} people had died when a ferry sank off the coast near the village "
    "of {} during a storm, and that rescue boats were still searching the cold water for survivors late at night. "
    "The owner of the ship, a small company with four vessels, did not answer calls. Relatives waited at the quay. "
) + "Nobody in the harbour could remember a worse night, and the mayor asked the government for help and divers."


def test_a_copy_with_other_figures_or_names_is_an_update_and_annotated() -> None:
    texts = {
        "a": REPORT.format("12", "Marnau"),
        "b": REPORT.format("17", "Marnau"),
        "c": REPORT.format("17", "Marnau").replace("late at night", "at night"),
        "d": REPORT.format("12", "Oldeby"),
        "e": "MARNAU, April 3 (Wire) - " + REPORT.format("12", "Marnau") + " Copyright 2019 The Wire.",
    }
    signatures = frame(texts)
    kinds = {name: kind for name, (_, kind) in found(signatures).items()}
    assert kinds == {"b": "update", "c": "update", "d": "update", "e": "near"}
    assert annotated(signatures) == {"a", "b", "d"}


def test_number_words_count_and_separators_of_thousands_do_not() -> None:
    assert facts("Some 1,200 fled") == facts("Some 1200 fled")
    assert facts("They said three died") == facts("They said 3 died")
    assert not differ(frozenset(facts("He met Mr Jones")), frozenset(facts("He met President Jones")))


def test_signatures_made_before_there_were_sketches_still_find_near_copies() -> None:
    base = story(12)
    old = frame({"a": base, "b": changed(base, 3), "c": base[:100]}).with_columns(
        sketch=pl.lit(None, pl.List(pl.Int64)), facts=pl.lit(None, pl.List(pl.Int64))
    )
    assert found(old) == {"b": ("a", "near")}


def test_the_order_of_rows_changes_no_containment() -> None:
    texts: dict[str, list[str]] = {}
    for group in range(15):
        base = story(group + 100, 300)
        texts |= {f"{group:02}w": base, f"{group:02}t": base[:80], f"{group:02}n": changed(base, 2)}
        texts[f"{group:02}b"] = base[:80] + story(group + 200, 200)
    signatures = frame(texts, {name: RNG.choice([None, 1, 2, 3]) for name in texts})
    expected = find_duplicates(signatures)
    assert set(expected.drop_nulls("dup_of")["dup_kind"]) >= {"contained", "near"}
    for seed in range(3):
        assert find_duplicates(signatures.sample(fraction=1.0, shuffle=True, seed=seed)).equals(expected)
