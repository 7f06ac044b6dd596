"""For: tasks.clean.article, tasks.clean.boilerplate, tasks.clean.mine.

Lines that a source repeats are found; what copies of one article share is not.
"""

from __future__ import annotations

import datetime as dt
import random

from tasks.clean.article import CleanOptions, clean_article
from tasks.clean.boilerplate import load_rules, remove_boilerplate
from tasks.clean.mine import mine_boilerplate
from tasks.records import Article, CleanArticle

FOOT = "Marnau Courier readers get the paper at every good kiosk of the valley."
TOP = "Courier plus premium desk"


def sentence(seed: int) -> str:
    words = ["ferry", "harbour", "mayor", "council", "bridge", "storm", "budget", "school", "river", "quay", "vote"]
    chosen = random.Random(seed).choices(words, k=9)
    return f"The {' and the '.join(chosen)} were all on the agenda of meeting number {seed}."


def article(number: int, *paragraphs: str, source: str = "courier.example") -> CleanArticle:
    title = f"Report {number} from the town hall"
    return CleanArticle(
        article_id=f"{number:016x}",
        external_id=None,
        origin=f"{number}.txt",
        url=None,
        source=source,
        lang="en",
        lang_score=1.0,
        genre="news",
        title=title,
        authors=(),
        published_at=dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        published_basis="meta",
        fetched_at=None,
        text="\n\n".join((title, *paragraphs)),
        text_sha256="0" * 64,
        n_words=20,
        boilerplate_chars=0,
        notes=(),
    )


def test_repeated_lines_become_rules_that_take_them_out() -> None:
    pages = [article(n, TOP, sentence(n), sentence(n + 100), FOOT) for n in range(8)]
    rules = mine_boilerplate(pages)
    assert "# 8 of 8" in rules
    assert sentence(1).casefold()[:40] not in rules
    cleaned = remove_boilerplate([TOP, sentence(50), sentence(51), FOOT], load_rules(rules, "courier.example"))
    assert cleaned.paragraphs == (sentence(50), sentence(51))
    assert mine_boilerplate(reversed(pages)) == rules


def test_copies_of_one_article_and_other_sources_do_not_count() -> None:
    copies = [article(n, sentence(1), sentence(2), sentence(3)) for n in range(9)]
    assert "[[line]]" not in mine_boilerplate(copies)
    spread = [article(n, sentence(n), FOOT, source=f"s{n}.example") for n in range(9)]
    assert "[[line]]" not in mine_boilerplate(spread)


def test_mined_rules_are_passed_as_a_setting() -> None:
    rules = mine_boilerplate([article(n, TOP, sentence(n), sentence(n + 100), FOOT) for n in range(8)])
    text = "\n\n".join((sentence(60), sentence(61), FOOT))
    record = Article(
        origin="a.txt", raw=text.encode(), text=text, title="A title of some words", source="courier.example"
    )
    found = clean_article(record, CleanOptions(extra_rules=rules))
    assert isinstance(found, CleanArticle)
    assert FOOT not in found.text
    assert found.boilerplate_chars >= len(FOOT)


def test_mined_rules_leave_other_sources_alone() -> None:
    rules = mine_boilerplate([article(n, TOP, sentence(n), sentence(n + 100), FOOT) for n in range(8)])
    lines = [TOP, sentence(50), sentence(51), FOOT]
    for other in ("gazette.example", None):
        assert list(remove_boilerplate(lines, load_rules(rules, other)).paragraphs) == lines


def test_lines_of_articles_without_a_source_make_rules_for_such_articles_alone() -> None:
    rules = mine_boilerplate([article(n, sentence(n), sentence(n + 100), FOOT, source="") for n in range(8)])
    lines = [sentence(50), sentence(51), FOOT]
    assert list(remove_boilerplate(lines, load_rules(rules, None)).paragraphs) == lines[:2]
    assert list(remove_boilerplate(lines, load_rules(rules, "courier.example")).paragraphs) == lines
