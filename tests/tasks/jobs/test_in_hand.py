"""For: tasks.jobs.in_hand, tasks.jobs.annotate. What is concluded from the notes of workers that died."""

from __future__ import annotations

from pathlib import Path

from tasks.annotate.layers import ArticleContext
from tasks.jobs.annotate import groups
from tasks.jobs.in_hand import DEATHS_ALONE, ArticleLimits, put_down, read_trouble, settle, stack_file, take_in_hand
from tasks.jobs.shards import Shard, shard
from tasks.store.layout import Store, open_store

LIMITS = ArticleLimits("run-1", seconds=120.0, size=4_000_000_000)
STACK = 'Stack (most recent call first):\n  File "/a/language.py", line 1124 in make_doc\n  File "/b.py", line 8 in f\n'


def place(tmp_path: Path) -> tuple[Store, Shard]:
    store = open_store(str(tmp_path / "out"))
    return store, shard(store, "annotate", "x")


def test_nothing_in_hand_is_nothing_learnt(tmp_path: Path) -> None:
    store, here = place(tmp_path)
    assert settle(store, here, LIMITS)[1] is False
    take_in_hand(store, here, LIMITS, ["a"])
    put_down(store, here)
    trouble, learnt = settle(store, here, LIMITS)
    assert (trouble.alone, trouble.refused, learnt) == ((), {}, False)


def test_articles_that_were_in_hand_together_are_taken_one_at_a_time(tmp_path: Path) -> None:
    store, here = place(tmp_path)
    take_in_hand(store, here, LIMITS, ["b", "a"], "out_of_memory")
    trouble, learnt = settle(store, here, LIMITS)
    assert (trouble.alone, trouble.refused, learnt) == (("a", "b"), {}, True)
    # Whoever asks next draws no second conclusion from it.
    assert settle(store, here, LIMITS) == (trouble, False)


def test_one_that_was_alone_is_given_up_with_the_reason(tmp_path: Path) -> None:
    store, here = place(tmp_path)
    stack_file(store, here).write_text(STACK)
    take_in_hand(store, here, LIMITS, ["slow"])
    settle(store, here, LIMITS)
    assert stack_file(store, here).read_text() == ""
    take_in_hand(store, here, LIMITS, ["fat"], "out_of_memory")
    trouble, _ = settle(store, here, LIMITS)
    assert trouble.refused == {
        "slow": ("timeout", "more than 120 s of CPU time (setting article_seconds), in make_doc of language.py"),
        "fat": ("out_of_memory", "more than 4,000,000,000 bytes of memory (setting article_bytes)"),
    }


def test_one_with_which_workers_die_for_no_known_reason_is_given_up_in_the_end(tmp_path: Path) -> None:
    store, here = place(tmp_path)
    for n in range(1, DEATHS_ALONE + 1):
        take_in_hand(store, here, LIMITS, ["a"])
        trouble, learnt = settle(store, here, LIMITS)
        assert learnt
        assert list(trouble.refused) == (["a"] if n == DEATHS_ALONE else [])
    assert trouble.refused["a"][0] == "worker_lost"


def test_the_end_of_another_run_says_nothing_about_its_articles(tmp_path: Path) -> None:
    store, here = place(tmp_path)
    for _ in range(DEATHS_ALONE):
        take_in_hand(store, here, LIMITS, ["a"])
        settle(store, here, LIMITS)
    take_in_hand(store, here, LIMITS, ["b"])
    later = ArticleLimits("run-2", seconds=120.0, size=4_000_000_000)
    trouble, learnt = settle(store, here, later)
    assert (trouble.alone, trouble.deaths, trouble.refused, learnt) == ((), {}, {}, False)
    assert read_trouble(store, here, later) == trouble


def test_groups_keep_the_order_and_leave_some_articles_alone() -> None:
    items = [(name, ArticleContext(name, None, None, None, "news")) for name in "abcdefg"]
    cut = [[text for text, _ in group] for group in groups(items, {"c", "d"}, size=3)]
    assert cut == [["a", "b"], ["c"], ["d"], ["e", "f", "g"]]
    assert [len(group) for group in groups(items, (), size=3)] == [3, 3, 1]
