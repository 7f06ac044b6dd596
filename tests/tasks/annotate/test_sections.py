"""Sections of an article from its layout, and its dateline. For: tasks.annotate.sections."""

from __future__ import annotations

import pytest
from entity_pipeline import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.annotate.layers import ArticleContext
from tasks.annotate.sections import find_sections

TITLE = "Minister Resigns After Inquiry"


def kinds(text: str, title: str | None = None) -> list[tuple[str, str]]:
    context = ArticleContext("x", title=title)
    return [(section.kind, text[section.start : section.end]) for section in find_sections(text, context)]


def test_title_of_the_record_is_the_first_section() -> None:
    text = f"{TITLE}\n\nThe minister resigned on Monday. Nobody knew why."
    assert kinds(text, TITLE)[0] == ("title", TITLE)


def test_title_that_the_text_does_not_begin_with_makes_no_section() -> None:
    text = "The minister resigned on Monday.\n\nNobody knew why."
    assert [kind for kind, _ in kinds(text, TITLE)] == ["paragraph", "paragraph"]


def test_short_line_between_paragraphs_is_a_subheading() -> None:
    text = "The minister resigned on Monday.\n\nA long quarrel\nThe two had not spoken for a year, aides said."
    assert kinds(text)[1] == ("subheading", "A long quarrel")


def test_short_quotation_between_paragraphs_is_no_subheading() -> None:
    text = "The minister resigned on Monday.\n\n“We are done here”\n\nThe two had not spoken for a year, aides said."
    assert kinds(text)[1][0] == "paragraph"


def test_last_line_is_no_subheading() -> None:
    assert kinds("The minister resigned on Monday.\n\nMore to come")[-1][0] == "paragraph"


def test_hard_wrapped_paragraph_is_one_section() -> None:
    lines = [
        "The government said on Monday that it would send more troops to the",
        "northern border, where fighting has driven thousands of people from",
        "their homes since the beginning of the month, while the opposition",
        "called for an inquiry into the conduct of the armed forces there.",
    ]
    text = "\n".join(lines) + "\n\n" + "\n".join(lines)
    assert [kind for kind, _ in kinds(text)] == ["paragraph", "paragraph"]


def test_line_break_inside_a_sentence_is_no_boundary() -> None:
    assert len(kinds("The minister resigned on Monday,\nand nobody knew why he did.")) == 1


def test_dateline_is_set_apart() -> None:
    text = "LAGOS, March 3 (Reuters) - Police arrested ten people on Sunday. They were held for a day."
    assert kinds(text) == [
        ("dateline", "LAGOS, March 3 (Reuters) -"),
        ("paragraph", "Police arrested ten people on Sunday. They were held for a day."),
    ]


def test_mixed_case_dateline_needs_an_agency() -> None:
    assert kinds("Beirut, Lebanon (AFP) - Two men were held.")[0][0] == "dateline"
    assert kinds("Two men — both of them young — were held.")[0][0] == "paragraph"


def test_no_sentence_crosses_a_section() -> None:
    doc = parse("Contact problem\nMary Jones saw the test on Wednesday\n\nIt was the first. He left", None)
    starts = {section.start for section in doc._.sections}
    assert starts <= {next(t for t in sent if not t.is_space).idx for sent in doc.sents}


def test_capital_after_a_word_starts_no_sentence() -> None:
    doc = parse(
        "US Special Representative for North Korea Stephen Biegun met here on Thursday with a Russian minister."
    )
    assert len(list(doc.sents)) == 1


@given(st.text(alphabet=st.sampled_from("aB.,!? \n\t“”-(é中"), max_size=120))
@settings(max_examples=200, deadline=None)
def test_sections_are_ordered_disjoint_and_hold_all_words(text: str) -> None:
    position = 0
    for section in find_sections(text):
        assert position <= section.start < section.end <= len(text)
        assert not text[position : section.start].strip()
        position = section.end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("RAMALLAH, West Bank, June 19 - Troops left early.", "RAMALLAH, West Bank, June 19 -"),
        ("SPRINGFIELD, Ill. — A man was charged.", "SPRINGFIELD, Ill. —"),
        ("London, 3 May - The court sat again.", "London, 3 May -"),
        ("On May 4 - a Monday - the court sat.", None),
    ],
)
def test_a_dateline_may_name_a_region_or_a_day(text: str, dateline: str | None) -> None:
    found = [text[s.start : s.end] for s in find_sections(text) if s.kind == "dateline"]
    assert found == ([dateline] if dateline else [])
