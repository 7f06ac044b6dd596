"""What holds of every text: no component of names, places, dates, actors, coreference and quotes ever fails on one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts, load_pipeline

TIMEX = re.compile(
    r"""(?:PAST|PRESENT|FUTURE)_REF
    | P(?:(?:\d+(?:\.\d+)?|X)(?:Y|M|WD|WE|W|DE|DT|D|Q|NI|N|CE|H|E|F|MO|AF|EV))*(?:T(?:(?:\d+(?:\.\d+)?|X)[HMS])+)?
    | (?:FY|SY)[\dX]{4} | (?:BC)?[\dX]{2,4}
    | (?:BC)?[\dX]{4}-(?:(?:0[1-9]|1[0-2]|XX)(?:-(?:0[1-9]|[12]\d|3[01]|XX|W0[1-5]))?
        |W(?:[0-4]\d|5[0-3]|XX)(?:-(?:WE|[1-7]))?|Q[1-4X]|H[12X]|SP|SU|FA|WI)(?:T.+)?
    | T(?:(?:[01]\d|2[0-4])(?::[0-5]\d(?::[0-5]\d)?)?|MO|MI|AF|EV|NI|DT|DW|DU)""",
    re.VERBOSE,
)
PIECES = """
Anna Weber Putin Kim Jong - un U.S. Turkey Paris , Texas May March second 2019 26 April Friday said says that “ ” ‘ ’
" ' ( ) : ; . ! ? … — the of in and he she it they who according to condemned the attack PUTIN MEETS XI (NATO) NATO
United Nations today last week 3.2.1 2-1 8pm. 99 % $5 @user #tag https://t.co/x « » `` '' the two men both countries
minister his her
""".split()  # noqa: SIM905
ODD = [
    "\r",
    "\r\n",
    "\n\n",
    "\u200b",
    "\u200d",
    "\ufeff",
    "😀",
    "👩‍👩‍👧",
    "\u0301",
    "\t",
    "\u2028",
    "½",
    "٣",
    "中文",
    "ß",
    "İ",
]
WORDS = st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD), st.text(max_size=6))
TEXTS = st.one_of(
    st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join), st.text(max_size=80)
)


@pytest.fixture(scope="module")
def entity_side() -> Iterator[Language]:
    nlp = load_pipeline()
    with nlp.select_pipes(disable=["dateline_events"]):
        yield nlp


def annotated(nlp: Language, text: str, title: str | None = None) -> Doc:
    context = ArticleContext("0" * 16, title=title, published_at=dt.datetime(2019, 4, 19, 12, tzinfo=dt.UTC))
    return next(annotate_texts(nlp, [(text, context)]))


def check(doc: Doc) -> None:
    text = doc.text
    spans = [(m.start, m.end) for m in doc._.mentions]
    assert spans == sorted(set(spans))
    for mention in doc._.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip()
        assert 0 <= mention.token_start < mention.token_end <= len(doc)
        assert (mention.form == "date") == (mention.value is not None)
        if mention.value is not None:
            assert TIMEX.fullmatch(mention.value), mention.value
    for quote in doc._.quotes:
        assert 0 <= quote.start < quote.end <= len(text)
        assert (quote.speaker_start is None) == (quote.speaker_end is None)
        if quote.speaker_start is not None and quote.speaker_end is not None:
            assert 0 <= quote.speaker_start < quote.speaker_end <= len(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.booleans())
@example("", False)
@example("“", False)
@example("...!?—'\"", True)
@example("\r\r\n", False)
@example("PUTIN AND XI MEET\n\nPutin met Xi.", True)
@example("9" * 5000 + " years ago", False)
def test_no_text_makes_a_component_fail(entity_side: Language, text: str, titled: bool) -> None:
    check(annotated(entity_side, text, text.split("\n")[0] if titled and text.strip() else None))


@pytest.mark.parametrize(
    "words",
    [
        ["Putin said that Anna Weber met him in Paris and"] * 400,
        ["“Kim"] * 1500,
        ["NATO ("] * 1000,
        ["of the"] * 1500,
        ["Kim and"] * 1500,
    ],
    ids=["clauses", "open quotes", "open brackets", "small words", "list"],
)
def test_a_sentence_without_end_is_read(entity_side: Language, words: list[str]) -> None:
    check(annotated(entity_side, " ".join(words)))
