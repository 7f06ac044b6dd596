"""tasks.annotate: owners of owners, clauses in clauses and lists without end are annotated, never refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks.annotate.rows import Rows, doc_rows

Annotate = Callable[..., Doc]
PUBLISHED = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)

# Nobody before these pronouns can be meant: the owner is looked for and not found.
OWNED = [
    ("Two of his aides got arrested in Kampala on Monday.", "COERCE", "Two of his aides"),
    ("One of her lawyers was detained in Cairo on Sunday.", "COERCE", "One of her lawyers"),
    ("Half of his ministers were sacked on Monday.", "SANCTION", "Half of his ministers"),
    ("Four of his guards were wounded by rebels.", "ASSAULT", "Four of his guards"),
    ("Three of her sons were kidnapped by militants in Kano on Monday.", "ASSAULT", "Three of her sons"),
    ("Thousands of its workers were dismissed in Lusaka on Friday.", "SANCTION", "Thousands of its workers"),
    ("One of the sons of one of his ministers was arrested on Monday.", "COERCE", "One of the sons of one of his"),
]
SHARES = st.sampled_from(["two", "one", "half", "dozens", "some", "several", "hundreds", "neither", "none", "a third"])
PRONOUNS = st.sampled_from(["his", "her", "its", "their", "the", "the president's", "Kenya's"])
NOUNS = st.sampled_from(["aides", "lawyers", "ministers", "guards", "troops", "army", "brother", "followers", "allies"])
DEEDS = st.sampled_from(
    ["were arrested in Kampala", "was wounded by rebels", "were sacked", "attacked a village", "said they met", "fled"]
)
RELATIVE = st.sampled_from(["who said", "whose aides said that", "which", "whom police arrested and who"])


def _phrase(depth: int) -> st.SearchStrategy[str]:
    """A noun phrase: shares of somebody's somebody, with what they did elsewhere."""
    plain = st.builds("{} {}".format, PRONOUNS, NOUNS)
    if not depth:
        return plain
    inner = _phrase(depth - 1)
    return st.one_of(
        st.builds("{} of {}".format, SHARES, inner),
        st.builds("{}'s {}".format, inner, NOUNS),
        st.builds("{} and {}".format, inner, plain),
        st.builds("{}, {} {} {},".format, inner, RELATIVE, plain, DEEDS),
    )


SENTENCES = st.lists(st.builds("{} {}.".format, _phrase(4), DEEDS), min_size=1, max_size=3)


def rows_of(annotate: Annotate, text: str) -> Rows:
    return doc_rows(annotate(text, published_at=PUBLISHED))


@pytest.mark.parametrize(("text", "event_type", "recipient"), OWNED, ids=[text for text, _, _ in OWNED])
def test_a_share_of_somebodys_people_is_a_side(annotate: Annotate, text: str, event_type: str, recipient: str) -> None:
    rows = rows_of(annotate, text)
    assert [event["event_type"] for event in rows["event_mentions"]] == [event_type]
    assert recipient in " ".join(row["text"] for row in rows["event_args"] if row["role"] == "recipient")


def test_the_subject_of_a_clause_around_a_pronoun_may_be_its_owner(annotate: Annotate) -> None:
    """Only its own phrase holds no owner; a clause that describes the owner does."""
    rows = rows_of(annotate, "The Turkish general, who said that his troops were attacked by rebels, left Aleppo.")
    troops = [row for row in rows["event_args"] if row["text"] == "his troops"]
    assert [row["country"] for row in troops] == ["TUR"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SENTENCES)
@example(["Two of his aides, whose lawyers said they were arrested, were wounded."])
@example(["One of her two of his three of their aides was arrested."])
def test_no_owner_of_owners_makes_an_article_fail(annotate: Annotate, sentences: list[str]) -> None:
    text = " ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)
    assert rows_of(annotate, text)["sentences"]


@pytest.mark.parametrize(
    "text",
    [
        "Rebels " + ", ".join(["killed"] * 1500) + " two men.",
        "Two men were killed " + "and wounded " * 1500,
        "The army began " + "to begin " * 1200 + "to shell the town.",
        "Police arrested one " + "of some " * 1500 + "of his men.",
        "He said " + "that he said " * 1200 + "that rebels attacked the town.",
        "Rebels attacked the son of " + "the son of " * 1200 + "the mayor.",
        "This is the cat that " + "killed the rat that " * 900 + "attacked the army.",
        "Rebels killed " + "his brother's " * 1200 + "aide.",
    ],
    ids=["joined", "gapped", "begun", "shares", "said", "of", "relative", "owners"],
)
def test_a_sentence_nests_as_deep_as_it_likes(annotate: Annotate, text: str) -> None:
    rows = rows_of(annotate, text)
    assert rows["sentences"][0]["sent_starts"][0] == 0
