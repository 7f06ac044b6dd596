"""Which articles of a shard a worker has in hand, and what is known of those with which workers died.

The notes lie beside the shard's rows. A worker that ends, however it ends, leaves them; whoever looks next (the run, or
the worker that is given the shard again) draws the conclusion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tasks.jobs.shards import Shard
from tasks.store.layout import Store
from tasks.store.storage import join

IN_HAND = "in_hand.json"
TROUBLE = "trouble.json"
STACK = "stack.txt"
# So often may workers die with an article alone in hand and for no reason that is known, before it is given up.
DEATHS_ALONE = 5
_FRAME = re.compile(r'File "([^"]+)", line \d+ in (\S+)')


@dataclass(frozen=True, slots=True)
class ArticleLimits:
    """What one article may cost in annotation, and in which run.

    Parameters
    ----------
    run_id
        Notes of another run count for nothing: it may have been the run itself that was killed.
    seconds
        CPU time, the setting `article_seconds`.
    size
        Bytes of memory, the setting `article_bytes`.
    """

    run_id: str
    seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is known of a shard whose workers died: articles to take one at a time, deaths, and what was given up."""

    run_id: str
    alone: tuple[str, ...] = ()
    deaths: dict[str, int] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)


def take_in_hand(
    store: Store, shard: Shard, limits: ArticleLimits, article_ids: Sequence[str], reason: str | None = None
) -> None:
    """Note which articles are worked on from now on, or (`reason`) why the process ends with them in hand."""
    note = {"run_id": limits.run_id, "article_ids": list(article_ids), "reason": reason}
    store.storage.write(join(shard.url, IN_HAND), json.dumps(note).encode())


def put_down(store: Store, shard: Shard) -> None:
    """Note that nothing is in hand any more."""
    store.storage.delete(join(shard.url, IN_HAND))


def stack_file(store: Store, shard: Shard) -> Path:
    """Where the timer writes what the process was doing; the shard's folder is there afterwards."""
    url = join(shard.url, STACK)
    store.storage.write(url, b"")
    return Path(store.storage.location(url))


def settle(store: Store, shard: Shard, limits: ArticleLimits) -> tuple[Trouble, bool]:
    """Draw the conclusion from what a worker had in hand when it died; gives whether it had anything.

    Articles that were in hand together are taken one at a time from now on. One that was alone is given up where it
    went over a limit, or has cost `DEATHS_ALONE` workers.
    """
    trouble = read_trouble(store, shard, limits)
    url = join(shard.url, IN_HAND)
    if not store.storage.exists(url):
        return trouble, False
    note: dict[str, Any] = json.loads(store.storage.read(url))
    ours = note["run_id"] == limits.run_id
    if ours:
        stack = _read_text(store, join(shard.url, STACK))
        trouble = _with_death(trouble, tuple(note["article_ids"]), note["reason"], stack, limits)
        store.storage.write(join(shard.url, TROUBLE), json.dumps(asdict(trouble), sort_keys=True).encode())
    put_down(store, shard)
    return trouble, ours


def read_trouble(store: Store, shard: Shard, limits: ArticleLimits) -> Trouble:
    """What this run knows of a shard so far."""
    text = _read_text(store, join(shard.url, TROUBLE))
    if text:
        known: dict[str, Any] = json.loads(text)
        if known["run_id"] == limits.run_id:
            refused = {article: (reason, detail) for article, (reason, detail) in known["refused"].items()}
            return Trouble(known["run_id"], tuple(known["alone"]), known["deaths"], refused)
    return Trouble(limits.run_id)


def _with_death(
    trouble: Trouble, article_ids: tuple[str, ...], reason: str | None, stack: str, limits: ArticleLimits
) -> Trouble:
    if len(article_ids) > 1:
        return replace(trouble, alone=tuple(sorted({*trouble.alone, *article_ids})))
    [article] = article_ids
    if stack:
        verdict = ("timeout", f"more than {limits.seconds:g} s of CPU time (setting article_seconds){_where(stack)}")
    elif reason is not None:
        verdict = (reason, f"more than {limits.size:,} bytes of memory (setting article_bytes)")
    elif trouble.deaths.get(article, 0) + 1 >= DEATHS_ALONE:
        verdict = ("worker_lost", f"{DEATHS_ALONE} worker processes died while they annotated this article alone")
    else:
        deaths = trouble.deaths | {article: trouble.deaths.get(article, 0) + 1}
        return replace(trouble, alone=tuple(sorted({*trouble.alone, article})), deaths=deaths)
    return replace(trouble, refused=trouble.refused | {article: verdict})


def _where(stack: str) -> str:
    """The innermost call of a dumped stack: “, in make_doc of language.py”."""
    found = _FRAME.search(stack)
    return f", in {found[2]} of {Path(found[1]).name}" if found else ""


def _read_text(store: Store, url: str) -> str:
    return store.storage.read(url).decode("utf-8", "replace") if store.storage.exists(url) else ""
