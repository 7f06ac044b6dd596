"""One noun has one sector, and whatever else a frame may call it has a reason. For: tasks.reference.lexicons."""

from __future__ import annotations

from collections import Counter

from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.contract.vocabulary import SECTORS
from tasks.reference.files import split_forms, table, words
from tasks.reference.lexicons import acting_nouns, role_nouns

ROWS = table("sectors.csv")
SORTS = {"person", "group", "body", ""}
RULES = {"carrier", "national", "relation", ""}


def test_a_noun_stands_in_one_row_with_known_codes() -> None:
    assert not [phrase for phrase, count in Counter(row["phrase"] for row in ROWS).items() if count > 1]
    for row in ROWS:
        assert {row["sector"], *split_forms(row["filter"])} <= {*SECTORS, ""}, row
        assert row["sort"] in SORTS, row
        assert row["rule"] in RULES, row


def test_no_noun_has_two_sectors_without_a_reason() -> None:
    both = [row for row in ROWS if row["sector"] and row["filter"]]
    assert both
    assert not [row["phrase"] for row in both if not row["reason"]]
    assert not [row["phrase"] for row in both if row["sector"] in split_forms(row["filter"])]


def test_who_says_nothing_of_a_sector_stands_in_no_other_list() -> None:
    sectors = {row["phrase"] for row in ROWS if row["sector"]}
    assert not words("actors")["somebody"] & sectors


def test_nouns_that_only_act_are_no_roles() -> None:
    assert "patrol boat" in acting_nouns()
    assert "patrol boat" not in role_nouns()


def test_frames_see_the_sector_of_the_table_and_what_a_noun_is_besides() -> None:
    lexicon = load_lexicon()
    assert lexicon.sectors["militia"] == role_nouns()["militia"].sector == "PRM"
    assert {"militia"} <= lexicon.classes["PRM"] & lexicon.classes["REB"]
    assert lexicon.sectors["somebody"] == "UNK"
