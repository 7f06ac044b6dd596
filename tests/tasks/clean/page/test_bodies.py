"""For: tasks.clean.article.

Whole bodies from pages as publishing systems write them: how much of the body is found, how much else is in it.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest
from page_templates import TEMPLATES, Template

from tasks.clean.article import CleanOptions, clean_article
from tasks.records import Article, CleanArticle

ARTICLES = [template for template in TEMPLATES if template.body]
SHINGLE_WORDS = 4
# All of it was reached when this was written; a caption or a subheading may be lost on one page, not on several.
PAGE_FLOOR = 0.95
FLOOR = 0.995


def body_of(html: str) -> str | None:
    cleaned = clean_article(Article(origin="page", raw=b"", html=html), CleanOptions(page_seconds=None))
    if not isinstance(cleaned, CleanArticle):
        return None
    return cleaned.text.removeprefix(cleaned.title or "")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1))


def precision_and_recall(template: Template) -> tuple[float, float]:
    """Shares of the found and of the expected runs of four words that the other has too."""
    found, expected = shingles(body_of(template.html) or ""), shingles("\n".join(template.body))
    both = (found & expected).total()
    return (both / found.total() if found else 0.0), both / expected.total()


@pytest.mark.parametrize("template", ARTICLES, ids=[template.name for template in ARTICLES])
def test_the_body_of_a_page_is_found_and_little_else(template: Template) -> None:
    precision, recall = precision_and_recall(template)
    assert min(precision, recall) >= PAGE_FLOOR, body_of(template.html)


def test_bodies_are_found_on_the_whole() -> None:
    measured = [precision_and_recall(template) for template in ARTICLES]
    precision, recall = (sum(values) / len(measured) for values in zip(*measured, strict=True))
    assert 2 * precision * recall / (precision + recall) >= FLOOR


def test_a_front_page_is_refused_or_has_no_prose() -> None:
    front_pages = [template for template in TEMPLATES if not template.body]
    assert front_pages
    assert not [template.name for template in front_pages if body_of(template.html)]
