"""Direct, mixed and indirect speech: words, cue, speaker, and what is no quotation. For: tasks.annotate.quotes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks.annotate.layers import Quote
from tasks.annotate.quotes.marks import find_quotations

Annotate = Callable[..., Doc]


def said(doc: Doc, quote: Quote) -> tuple[str, str, str | None]:
    start, end = quote.speaker_start, quote.speaker_end
    return quote.kind, doc.text[quote.start : quote.end], None if start is None else doc.text[start:end]


def all_said(doc: Doc) -> list[tuple[str, str, str | None]]:
    return [said(doc, quote) for quote in doc._.quotes]


@pytest.mark.parametrize(
    ("opening", "closing"), [("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("„", "“"), ("''", "''"), ("``", "''")]
)
def test_marks_of_every_style(annotate: Annotate, opening: str, closing: str) -> None:
    doc = annotate(f"{opening}We will never give up this valley,{closing} said Anna Weber.")
    assert ("direct", "We will never give up this valley,", "Anna Weber") in all_said(doc)


def test_a_split_quotation_is_one_group(annotate: Annotate) -> None:
    doc = annotate("“We will not give in,” Anna Weber said on Monday. “Not this year.”")
    assert [quote.kind for quote in doc._.quotes] == ["direct", "direct"]
    assert len({quote.group for quote in doc._.quotes}) == 1
    assert {quote.cue for quote in doc._.quotes} == {"say"}
    assert len({quote.speaker_id for quote in doc._.quotes}) == 1
    assert doc._.quotes[0].speaker_id is not None


def test_a_quotation_goes_on_over_paragraphs(annotate: Annotate) -> None:
    doc = annotate("“The plan is good for all of us.\n\n“It is also cheap,” said Anna Weber.\n\nThe mayor left early.")
    direct = [quote for quote in doc._.quotes if quote.kind == "direct"]
    assert [doc.text[quote.start : quote.end] for quote in direct] == [
        "The plan is good for all of us.",
        "It is also cheap,",
    ]
    assert len({(quote.group, quote.speaker_id) for quote in direct}) == 1


def test_a_speaker_is_found_through_a_pronoun(annotate: Annotate) -> None:
    doc = annotate("Anna Weber leads the union. “We will not give in,” she added.")
    quote = doc._.quotes[-1]
    name = next(mention for mention in doc._.mentions if mention.form == "name")
    assert (quote.cue, quote.speaker_id, quote.speaker_method) == ("add", name.entity_id, "coref")


def test_a_cue_before_a_colon(annotate: Annotate) -> None:
    doc = annotate("Anna Weber told reporters: “We have lost patience with them.”")
    assert ("direct", "We have lost patience with them.", "Anna Weber") in all_said(doc)


def test_mixed_speech_keeps_the_clause_and_its_speaker(annotate: Annotate) -> None:
    doc = annotate("Officials said on Monday the ministry wanted a partner “more patient and more open in his ways”.")
    kind, words, speaker = all_said(doc)[0]
    assert (kind, speaker) == ("mixed", "Officials")
    assert "more patient and more open in his ways" in words


def test_a_scare_quote_inside_a_clause_does_not_hide_who_says_it(annotate: Annotate) -> None:
    doc = annotate(
        "The delegations, during a “frank” meeting, discussed ways to reach a “lasting and fair settlement,” "
        "said the Danish Embassy in Norway."
    )
    quotes = [quote for quote in all_said(doc) if "lasting and fair" in quote[1]]
    assert [(kind, speaker) for kind, _, speaker in quotes] == [("mixed", "the Danish Embassy in Norway")]
    assert not any(words == "frank" for _, words, _ in all_said(doc))


@pytest.mark.parametrize(
    ("text", "cue", "speaker", "words"),
    [
        ("Anna Weber said that the strike would go on.", "say", "Anna Weber", "the strike would go on"),
        ("The strike will go on, Anna Weber said.", "say", "Anna Weber", "The strike will go on"),
        ("According to Anna Weber, the strike will go on.", "according to", "Anna Weber", "the strike will go on"),
        ("Anna Weber vowed to fight the plan.", "vow", "Anna Weber", "to fight the plan"),
        ("The report shows that prices fell.", "show", "The report", "prices fell"),
        ("Anna Weber called for new elections.", "call", "Anna Weber", "new elections"),
    ],
)
def test_indirect_speech(annotate: Annotate, text: str, cue: str, speaker: str, words: str) -> None:
    doc = annotate(text)
    assert [(quote.cue, *said(doc, quote)) for quote in doc._.quotes] == [(cue, "indirect", words, speaker)]


def test_scare_quotes_are_none(annotate: Annotate) -> None:
    assert all_said(annotate("The so-called “experts” met in a “castle” near Rome.")) == []


def test_a_subheading_is_no_quote_and_no_part_of_one(annotate: Annotate) -> None:
    body = (
        "Ministers of both countries met in the old harbour on Monday and talked for several hours about the border. "
    )
    text = f"{body}\n\nMinister says “fair and lasting peace is near”\n\nAnna Weber said the talks went well. {body}"
    doc = annotate(text)
    assert all("fair and lasting" not in words for _, words, _ in all_said(doc))
    assert ("indirect", "the talks went well", "Anna Weber") in all_said(doc)


def test_a_colon_in_a_headline(annotate: Annotate) -> None:
    title = "Microsoft: Prices will not rise this year"
    doc = annotate(f"{title}\n\nThe firm gave no details of its plans for the coming months.", title=title)
    assert ("indirect", "Prices will not rise this year", "Microsoft") in all_said(doc)


@pytest.mark.parametrize(
    "text",
    [
        "“We will not give in, said Anna Weber. Nobody answered.",
        "We will not give in,” said Anna Weber.",
        '"We will" not "give in, said Anna Weber.',
        "The '90s were the workers' years, and 'twas good.",
        "“",
        "” ” “ ‘ ' \" '' ``",
    ],
)
def test_an_odd_number_of_marks_never_raises(annotate: Annotate, text: str) -> None:
    doc = annotate(text)
    assert all(0 <= quote.start < quote.end <= len(text) for quote in doc._.quotes)


def test_rows_of_one_article_have_different_spans(annotate: Annotate) -> None:
    doc = annotate(
        "“Go home,” said Anna Weber, who said she hoped they would say “we will go”. “Go home,” she said again."
    )
    spans = [(quote.start, quote.end) for quote in doc._.quotes]
    assert spans == sorted(set(spans))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab ,.\n“”\"'‘’«»„`:", max_size=40))
def test_quotations_lie_within_their_paragraph_and_do_not_overlap(text: str) -> None:
    blocks, position = [], 0
    for line in text.splitlines(keepends=True):
        blocks.append((position, position + len(line)))
        position += len(line)
    found = find_quotations(text, blocks)
    for quotation in found:
        assert quotation.outer_start <= quotation.start <= quotation.end <= quotation.outer_end
        assert any(start <= quotation.outer_start and quotation.outer_end <= end for start, end in blocks)
    for left, right in pairwise(found):
        assert left.outer_end <= right.outer_start


@pytest.mark.parametrize(
    "text",
    [
        "The governor condemned the attack.",
        "The insurgents attacked Dikwa, Monguno and Maiduguri.",
        "Police questioned a suspect in the city.",
        "The company reported $5 million.",
        "It is worth noting that the plan is old.",
    ],
)
def test_deeds_happenings_and_amounts_are_no_speech(annotate: Annotate, text: str) -> None:
    assert all_said(annotate(text)) == []


@pytest.mark.parametrize("said", ["criticised the plan to close schools", "demanded $5 million"])
def test_what_somebody_criticises_or_demands_is_speech(annotate: Annotate, said: str) -> None:
    assert [kind for kind, _, _ in all_said(annotate(f"Anna Weber {said}."))] == ["indirect"]
