"""For: tasks.clean.boilerplate."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences_like_pages import SENTENCES, STORIES

from tasks.clean.boilerplate import check_rules, load_rules, remove_boilerplate

STORY = [
    "Ferry service to the island of Marnau will stop on Friday, the harbour master said.",
    "Why now",
    "The boat needs a new engine, and none is to be had before spring, according to the yard.",
    "Islanders have asked the county for a helicopter, which the county has refused twice.",
]
FORMS = {
    "english": ["Leave a Reply Cancel reply", "Your email address will not be published. Required fields are marked *",
                "Comment *", "Name *", "Email *", "Save my name, email, and website in this browser for the next time.",
                "This site uses Akismet to reduce spam. Learn how your comment data is processed."],
    "german": ["Schreibe einen Kommentar", "Deine E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind "
               "mit * markiert", "Kommentar abschicken", "Diese Website verwendet Akismet, um Spam zu reduzieren."],
    "french": ["Laisser un commentaire", "Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont "
               "indiqués avec *", "Ce site utilise Akismet pour réduire les indésirables."],
    "spanish": ["Deja una respuesta", "Tu dirección de correo electrónico no será publicada. Los campos obligatorios "
                "están marcados con *", "Este sitio usa Akismet para reducir el spam."],
}  # fmt: skip


def left(*paragraphs: str) -> list[str]:
    return list(remove_boilerplate(paragraphs).paragraphs)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_comment_forms_go_and_the_article_stays(form: str) -> None:
    assert left(*STORY, *form) == STORY
    assert left(" ".join(STORY), " ".join(form)) == [" ".join(STORY)]


def test_a_form_flattened_onto_the_article_line_goes() -> None:
    flat = " ".join([*STORY, *FORMS["english"]])
    assert left(flat) == [" ".join(STORY)]


def test_readers_comments_above_a_form_go_once_the_form_begins_after_the_article() -> None:
    comments = ["I took this boat every summer and will miss it very much, dear neighbours.", "Anna"]
    assert left(*STORY, "Leave a Reply", "Your email address will not be published.", *comments) == STORY


@pytest.mark.parametrize(
    "rest",
    [
        ["Share this:", "Twitter", "Facebook", "Like this:", "Like Loading..."],
        [
            "Teilen mit:",
            "Klick, um über Twitter zu teilen (Wird in neuem Fenster geöffnet)",
            "Gefällt mir:",
            "Wird geladen …",
        ],
        ["Related articles", "Ferry to Marnau delayed", "Island school closes"],
        ["Read more: Ferry to Marnau delayed"],
        ["Filed under: Islands, Transport"],
        ["Posted on April 3, 2018 by admin"],
        ["← Older post", "Newer post →"],
        ["Post navigation", "Previous: Storm warning", "Next: School closes"],
        ["Sign up for our morning newsletter and never miss a story."],
        ["We use cookies to improve your experience. By continuing you accept our policy."],
        ["© 2018 Marnau Courier. All rights reserved."],
        ["(Reporting by Ann Lee in Marnau; Editing by Bo Ek)"],
        ["Additional reporting by Ann Lee; Editing by Bo Ek"],
        ["Already a subscriber? Log in"],
        ["To continue reading this article, please subscribe or log in."],
        ["Advertisement"],
        ["Lesen Sie auch: Fähre verspätet"],
        ["Lire aussi : Le bac de Marnau en retard"],
        ["Lea también: El ferry se retrasa"],
    ],
)
def test_page_rests_after_the_article_go(rest: str) -> None:
    assert left(*STORY, *rest) == STORY


def test_page_rests_before_and_inside_the_article_go() -> None:
    head = ["Skip to content", "Menu", "Posted on April 3, 2018 by admin", "Share"]
    inside = ["Advertisement", "Image caption", "Read more: Ferry to Marnau delayed"]
    assert left(*head, *STORY[:2], *inside, *STORY[2:]) == STORY


@pytest.mark.parametrize(
    "sentence",
    [
        "We use cookies as a reward, the trainer of the rescue dogs said with a smile.",
        "By clicking on a link in the mail, the minister accepted cookies that gave her location away.",
        "The newspaper wrote that comments are closed because of threats against its staff.",
        "Leave a comment, the sign at the exhibition said, and hundreds of visitors did.",
        "Copyright law must be changed, the publishers said in a joint letter to the parliament.",
        "Reporting by the two newspapers led to an inquiry, and the mayor stepped down.",
        "Subscribe to our channel, the accused shouted before the police took him away.",
        "He told the court: share this with everyone, they must know what was done to us.",
    ],
)
def test_a_sentence_of_the_article_stays(sentence: str) -> None:
    assert left(STORY[0], sentence, *STORY[1:]) == [STORY[0], sentence, *STORY[1:]]


@pytest.mark.parametrize(
    ("language", "sentence"), [(code, each) for code, sentences in SENTENCES.items() for each in sentences]
)
def test_a_sentence_like_a_page_rest_stays_first_inside_and_last(language: str, sentence: str) -> None:
    story = STORIES[language]
    assert left(sentence, *story) == [sentence, *story]
    assert left(story[0], sentence, *story[1:]) == [story[0], sentence, *story[1:]]
    assert left(*story, sentence) == [*story, sentence]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_like_a_page_rest_stays_inside_a_paragraph(language: str) -> None:
    story = STORIES[language]
    for sentence in SENTENCES[language]:
        for paragraph in (f"{sentence} {story[0]}", f"{story[0]} {sentence} {story[1]}", f"{story[0]} {sentence}"):
            assert left(paragraph) == [paragraph]
            assert left(paragraph, *story[1:]) == [paragraph, *story[1:]]


def test_a_rule_that_names_a_source_works_in_its_articles_alone() -> None:
    rules = '[[line]]\nfamily = "own"\nwhere = "anywhere"\nlines = ["why now"]\n'
    assert left_by(rules, None) == left_by(rules, "a.example") == [STORY[0], *STORY[2:]]
    named = rules + 'source = "a.example"\n'
    assert left_by(named, "a.example") == [STORY[0], *STORY[2:]]
    assert left_by(named, "b.example") == left_by(named, None) == STORY
    unknown = rules + 'source = ""\n'
    assert left_by(unknown, None) == [STORY[0], *STORY[2:]]
    assert left_by(unknown, "a.example") == STORY


def left_by(rules: str, source: str | None) -> list[str]:
    return list(remove_boilerplate(STORY, load_rules(rules, source)).paragraphs)


@pytest.mark.parametrize(
    "rules",
    [
        "line = 3",
        'line = ["x"]',
        '[[line]]\nfamily = "f"\nlines = ["a"]',
        '[[line]]\nfamily = "f"\nwhere = "top"\nlines = ["a"]',
        '[[line]]\nsource = "a.example"\nfamily = "f"\nwhere = "edges"\npatterns = ["("]',
    ],
)
def test_rules_that_are_none_are_refused_whatever_source_they_name(rules: str) -> None:
    with pytest.raises((KeyError, re.error)):
        check_rules(rules)


@pytest.mark.parametrize("heading", ["Comments", "Related", "More", "Home", "Next", "Leave a reply"])
def test_a_subheading_that_sounds_like_a_page_stays_inside_the_article(heading: str) -> None:
    assert left(*STORY[:1], heading, *STORY[2:]) == [*STORY[:1], heading, *STORY[2:]]


def test_a_short_last_line_of_the_article_stays() -> None:
    assert left(*STORY, "Nobody was hurt.") == [*STORY, "Nobody was hurt."]
    assert left(*STORY, "« Nous resterons »") == [*STORY, "« Nous resterons »"]


@pytest.mark.parametrize(
    "ending",
    [" [...] Read more", " Read more »", " (Reporting by Ann Lee; Editing by Bo Ek)", " […]", " Weiterlesen →"],
)
def test_what_hangs_at_the_end_of_a_paragraph_goes(ending: str) -> None:
    assert left(*STORY[:-1], STORY[-1] + ending) == STORY


def test_what_was_removed_is_told_with_its_family() -> None:
    removed = remove_boilerplate([*STORY, "Share this:", "Twitter"]).removed
    assert [family for family, _ in removed] == ["share", "share"]


RESTS = [line for form in FORMS.values() for line in form] + [
    "Share this:",
    "Twitter",
    "Related",
    "Menu",
    "Read more »",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(STORY + RESTS), max_size=14))
def test_removing_twice_changes_nothing_more_and_invents_nothing(paragraphs: list[str]) -> None:
    once = remove_boilerplate(paragraphs).paragraphs
    assert remove_boilerplate(once).paragraphs == once
    assert set(once) <= set(paragraphs)


@settings(max_examples=200, deadline=None)
@given(before=st.lists(st.sampled_from(RESTS), max_size=5), after=st.lists(st.sampled_from(RESTS), max_size=8))
def test_the_article_is_kept_whole_whatever_stands_around_it(before: str, after: str) -> None:
    kept = remove_boilerplate([*before, *STORY, *after]).paragraphs
    assert [line for line in kept if line in STORY] == STORY
