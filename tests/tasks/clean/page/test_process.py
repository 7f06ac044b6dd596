"""For: tasks.clean.article, tasks.clean.page.extract, tasks.clean.page.process.

A page that hangs its parser is stopped, in any thread, and the next page is extracted as before.
"""

from __future__ import annotations

import threading
import time

import pytest

from tasks.clean.article import CleanOptions, clean_article
from tasks.clean.page import process as page_process
from tasks.clean.page.extract import extract_page
from tasks.clean.page.process import PageProcessLostError, PageTimeoutError, extract_page_within
from tasks.records import Article, CleanArticle, Reject

SENTENCE = "The harbour master of Marnau said on Monday that the ferry would stop because of the storm and the ice. "
PAGE = f"<html><head><title>Ferry stops</title></head><body><h1>Ferry stops</h1><article>{'<p>' + SENTENCE * 3 + '</p>'}</article></body></html>"  # noqa: E501


def record(html: str) -> Article:
    return Article(origin="a.html", raw=html.encode(), html=html)


def test_a_page_comes_back_as_it_would_without_the_process() -> None:
    assert extract_page_within(PAGE, None, 30) == extract_page(PAGE)


def test_the_time_limit_stops_a_page_and_the_next_one_works() -> None:
    huge = "<html><body>" + "<div><p>" + (SENTENCE + "<a href='/x'>y</a>") * 60_000 + "</body></html>"
    extract_page_within(PAGE, None, 30)
    started = time.monotonic()
    with pytest.raises(PageTimeoutError):
        extract_page_within(huge, None, 0.2)
    assert time.monotonic() - started < 10
    assert extract_page_within(PAGE, None, 30) is not None


def test_a_late_page_is_a_transient_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = "<html><body>" + "<div><p>" + SENTENCE * 100_000 + "</body></html>"
    found = clean_article(record(huge), CleanOptions(page_seconds=0.05))
    assert isinstance(found, Reject)
    assert (found.stage, found.reason, found.transient) == ("extract", "timeout", True)


def test_a_lost_process_is_told_and_replaced() -> None:
    extract_page_within(PAGE, None, 30)
    helper = page_process._helper()
    helper.kill()
    # Killed in the middle of a request: the pipe breaks, or ends.
    page_process._own.helper = _Unnoticed(helper)
    with pytest.raises(PageProcessLostError):
        extract_page_within(PAGE, None, 30)
    assert extract_page_within(PAGE, None, 30) is not None


class _Unnoticed:
    """A helper whose death nobody has seen yet."""

    def __init__(self, helper: object) -> None:
        self.helper = helper

    def __getattr__(self, name: str) -> object:
        return getattr(self.helper, name)

    def poll(self) -> None:
        return None


def test_every_thread_has_its_own_process() -> None:
    found: list[object] = []

    def work() -> None:
        found.append(clean_article(record(PAGE), CleanOptions(page_seconds=30)))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, CleanArticle) for one in found)
    assert len(found) == 2
