"""For: tasks.clean.repair."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.repair import repair_line, repair_text


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        ("The cafÃ© was closed, the owner said.", "The café was closed, the owner said."),
        ("â€œNoâ€\x9d, she said. It isnâ€™t.", "“No”, she said. It isn’t."),
        ("Profit &amp; loss at AT&amp;T &#8211; 5 &lt; 6 &nbsp;per cent", "Profit & loss at AT&T – 5 < 6 per cent"),
        ("Shares of Acme Corp &lt;ACM> rose", "Shares of Acme Corp <ACM> rose"),
        ("co\u00adope\u200bration\ufeff", "cooperation"),
        ("a\u00a0b\u2009c\u202fd", "a b c d"),
        ("e\u0301tude", "étude"),
        ("bell\x07 and null\x00 and escape\x1b", "bell and null and escape"),
        ("One.\r\n\r\nTwo.\u2029Three.\vFour.", "One.\n\nTwo.\n\nThree.\n\nFour."),
        ("<p>One &amp; two.</p><p>Th<b>ree</b>.<br/>Four.</p>", "One & two.\n\nThree.\n\nFour."),
        ("<script>alert(1)</script><p>Text.</p><!-- note -->", "Text."),
        ("R&D; and Q&A; stay", "R&D; and Q&A; stay"),
        ("&#x110000; &#0; &#55357;", "&#x110000; &#0; &#55357;"),
    ],
)
def test_characters_are_repaired(broken: str, repaired: str) -> None:
    assert repair_text(broken) == repaired


def test_typographic_quotes_and_joiners_of_other_scripts_stay() -> None:
    text = "“Yes,” he said – ‘no’. می‌خواهم 👩‍👩‍👧"
    assert repair_text(text) == text


def test_a_title_stands_on_one_line() -> None:
    assert repair_line("  A title\nover &quot;two&quot;\t lines ") == 'A title over "two" lines'


WRAPPED = """The port authority of Almeira said on Monday that it would
close two of its four container terminals for repairs, and that
ships would be sent to the neighbouring harbour of Costela until
the work was done.
    "We expect a delay of six weeks," a spokeswoman for the port
told reporters. Unions have asked for talks about the pay of the
state-
owned company.
    Berths in use
    Terminal one  3
    Terminal two  5"""


def test_hard_wrapped_lines_become_paragraphs() -> None:
    paragraphs = repair_text(WRAPPED).split("\n\n")
    assert paragraphs[0].startswith("The port authority")
    assert paragraphs[0].endswith("until the work was done.")
    assert paragraphs[1].endswith("the pay of the state-owned company.")
    assert paragraphs[2:] == ["Berths in use", "Terminal one 3", "Terminal two 5"]


def test_wrapped_paragraphs_set_apart_by_blank_lines_are_joined() -> None:
    lines = WRAPPED.split("\n")[:4]
    text = "\n".join(lines) + "\n\n" + "\n".join(lines)
    assert repair_text(text) == "\n\n".join([" ".join(lines)] * 2)


def test_a_paragraph_on_each_line_stays_as_it_is() -> None:
    text = "Contact lost\nThe ship was last seen on Monday off the coast.\nA search began at dawn.\nNo trace was found."
    assert repair_text(text) == text.replace("\n", "\n\n")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once = repair_text(text)
    assert repair_text(once) == once


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["port", "harbour", "ship", "said.", "The", "of", "–", "é", "12", '"Yes,"']), max_size=60)
)
def test_no_word_is_lost_or_added(words: list[str]) -> None:
    assert repair_text(" ".join(words)).split() == words
    assert repair_text("\n".join(words)).split() == words
