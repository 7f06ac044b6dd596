"""The lexicon's notation, its errors, and a user's own frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.annotate.events.lexicon.load import COLUMNS, load_lexicon, parse_pattern
from tasks.errors import UserError

CLASSES = {"talks": frozenset({"talks", "summit"})}
HEADER = "\t".join(COLUMNS)


def test_pattern_reads_subject_triggers_and_places() -> None:
    found = parse_pattern("A hold|resume <@talks> (with R!)", CLASSES, "t")
    assert not found.nominal
    assert found.polarity == ""
    assert found.triggers == ("hold", "resume")
    assert found.subject.role == "actor"
    assert [(part.kind, part.role, part.optional) for part in found.parts] == [
        ("object", None, False),
        ("prep", "recipient", True),
    ]
    assert found.parts[0].filter.include == CLASSES["talks"]
    assert found.parts[1].words == {"with"}
    assert found.parts[1].filter.strict


def test_pattern_reads_complements_particles_and_polarity() -> None:
    found = parse_pattern("A wont call +off DO<leave|!stay>", CLASSES, "t")
    assert found.polarity == "wont"
    assert found.triggers == ("call",)
    assert [part.kind for part in found.parts] == ["particle", "infinitive"]
    assert found.parts[1].filter.exclude == {"stay"}


def test_noun_pattern_may_stand_bare() -> None:
    found = parse_pattern("noun* raid A's<!PTY> (by A) (on R)", CLASSES, "t")
    assert found.nominal
    assert found.bare
    assert found.triggers == ("raid",)
    assert [part.kind for part in found.parts] == ["owner", "prep", "prep"]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("A", "needs a subject"),
        ("A hold <@nothing>", "no word class @nothing"),
        ("A hold with", "ends in a preposition"),
        ("A hold %R", "cannot read '%R'"),
    ],
)
def test_broken_pattern_names_the_place_and_the_word(pattern: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as caught:
        parse_pattern(pattern, CLASSES, "mine.tsv: frame x")
    assert str(caught.value).startswith("mine.tsv: frame x")


def test_user_file_adds_and_overrides(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(
        f"{HEADER}\nmine.frob\tCOERCE\tseize\t171\tA frob R\t[A The junta] frobbed [R the mine].\n"
        "coerce.arrest\tSUPPORT\t\t051\tA arrest R\t[A Police] arrested [R a man].\n",
        encoding="utf-8",
    )
    ours, mine = load_lexicon(), load_lexicon(str(path))
    assert len(mine.frames) == len(ours.frames) + 1
    assert [frame.id for frame in mine.verbs["frob"]] == ["mine.frob"]
    assert "SUPPORT" in {frame.type for frame in mine.verbs["arrest"]}
    assert mine.version != ours.version


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id\ttype\n", "must name the columns"),
        (f"{HEADER}\nx\tDANCE\t\t\tA dance\t[A He] danced.\n", "not a PLOVER type"),
        (f"{HEADER}\nx\tCOERCE\t\n", "columns separated by tabs"),
        (f"{HEADER}\nx\tCOERCE\tstroll\t\tA dance\t[A He] danced.\n", "not a mode of COERCE"),
        (f"{HEADER}\nx\tCOERCE\t\t9\tA dance\t[A He] danced.\n", "no CAMEO code"),
    ],
)
def test_broken_user_file_is_one_clear_line(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=told) as caught:
        load_lexicon(str(path))
    assert "bad.tsv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_user_file_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read the lexicon"):
        load_lexicon(str(tmp_path / "none.tsv"))


def test_most_exact_frame_stands_first() -> None:
    frames = load_lexicon().verbs["refuse"]
    weights = [frame.weight for frame in frames]
    assert weights == sorted(weights, reverse=True)
